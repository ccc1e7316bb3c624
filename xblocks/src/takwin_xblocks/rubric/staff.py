"""Show trainers what waits for them, and one piece of work with its rubric beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.files import Files
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.records import Person, PersonId, Record
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.rubric.feedback import quoted, result_html, work_html
from takwin_xblocks.rubric.guide import Filled, Form, Guide, area_html, day_html, judgement_html, said_html, step_html
from takwin_xblocks.rubric.judging import REASON, REMARK, Judgement
from takwin_xblocks.rubric.work import Mark, Standing, Work, earlier_of, marks_that_count, work_of

EACH_PAGE = 20
MOST_PAGES = 10
LETTERS = ("A", "B")
"""How two trainers who disagree are called where their levels stand side by side."""


@dataclass(frozen=True, kw_only=True)
class Queue:
    """The works that wait, one page of them."""

    guide: Guide
    records: Sequence[Record]
    people: Mapping[PersonId, Person]
    counts: Mapping[str, int]
    number: int
    """The page, from 1."""
    has_more: bool
    url: Callable[[str], str | None]
    """Address of the page of one record, or of `page/2`."""
    open_form: Callable[[str, str], Html]
    """A button that opens a record here, for hosts without pages of their own."""
    recount: Html
    """The button that counts again what is judged."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One work on a trainer's desk."""

    guide: Guide
    form: Form
    files: Files | None
    work: Work
    standing: Standing
    learner: str
    names: Mapping[PersonId, str]
    me: PersonId
    peers: Sequence[Judgement]
    until: datetime | None
    is_small: bool
    """Whether there are fewer learners here than peers are asked for."""
    status: str
    is_bad: bool
    filled: Filled = field(default_factory=Filled)
    next: Html | None = None
    """The way to the next work that waits."""
    back: Html | None = None


# --- what waits ---


def queue_html(queue: Queue) -> Html:
    """Return the list of what waits, the oldest first."""
    _ = queue.guide.voice.words.gettext
    waiting = queue.counts.get("waiting", 0)
    told = queue.guide.voice.say(
        N_("Waiting: {waiting}. Judged: {done}. Sent back: {returned}."),
        waiting=waiting,
        done=queue.counts.get("done", 0),
        returned=queue.counts.get("returned", 0),
    )
    rows = [_row(queue, one) for one in queue.records]
    nothing = element("p", _("Nothing waits for you here."), class_="rubric__waits")
    return step_html(
        _("Works to judge"),
        element("p", told, class_="coop__note"),
        element("ul", *rows, class_="rubric__queue", role="list") if rows else nothing,
        _pages(queue),
        _recount(queue),
        name="queue",
        dom_id=queue.guide.dom_id,
    )


def _recount(queue: Queue) -> Html | None:
    """Return the way to count again, once something is judged."""
    _ = queue.guide.voice.words.gettext
    if not (queue.counts.get("done") or queue.counts.get("returned") or any(one.data.get("result") for one in queue.records)):
        return None
    why = _("If weights or criteria were changed, all results are brought up to date.")
    again = _("Works that no longer fit wait to be judged again.")
    return element(
        "details",
        element("summary", _("Count judged works again")),
        element("p", why, " ", again, class_="coop__note"),
        queue.recount,
        class_="rubric__guide",
    )


def _row(queue: Queue, record: Record) -> Html:
    _ = queue.guide.voice.words.gettext
    work = work_of(record)
    person = queue.people.get(record.learner) if record.learner is not None else None
    name = person.name if person else str(record.learner)
    signs = [] if work is None else _signs(queue.guide, work)
    address = queue.url(record.key)
    told = element("bdi", name)
    opening = element("a", told, href=address) if address else queue.open_form(record.key, name)
    group = element("span", element("bdi", person.group), class_="coop__note") if person and person.group else None
    return element("li", opening, group, day_html(record.created_at), *signs, class_="rubric__waiting")


def _signs(guide: Guide, work: Work) -> list[Html]:
    _ = guide.voice.words.gettext
    wanted = int(guide.structure.get("trainers", 1))
    signs = []
    if work.round > 1:
        signs.append(_("second time"))
    marks = marks_that_count(work, guide.structure)
    if work.result:
        signs.append(_("judge again"))
    elif marks and len(marks) < wanted:
        signs.append(_("second trainer wanted"))
    if len(marks) >= wanted and not work.result:
        signs.append(_("trainers disagree"))
    return [element("span", words, class_="rubric__weight") for words in signs]


def _pages(queue: Queue) -> Html | None:
    _ = queue.guide.voice.words.gettext
    links = []
    for words, number, is_there in (
        (_("Earlier works"), queue.number - 1, queue.number > 1),
        (_("More works"), queue.number + 1, queue.has_more),
    ):
        address = queue.url(f"page/{number}") if is_there else None
        if address:
            links.append(element("a", words, href=address, class_="coop__button coop__button--quiet"))
    return element("p", *links, class_="rubric__buttons") if links else None


# --- one work ---


def desk_html(desk: Desk) -> Html:
    """Return one work on one screen: what was handed in at one side, the rubric at the other."""
    guide = desk.guide
    title = element("h3", element("bdi", desk.learner), class_="coop__title")
    said = element(
        "p",
        desk.status,
        class_="coop__status",
        role="status",
        tabindex="-1",
        dir="auto",
        data_status=True,
        data_state="error" if desk.is_bad else None,
    )
    return element(
        "div",
        element("p", desk.back, class_="rubric__back") if desk.back else None,
        title,
        said,
        _notes(desk),
        element("div", _read(desk), _judge(desk), class_="rubric__desk"),
        data_desk=True,
        id=f"{guide.dom_id}-desk",
    )


def _notes(desk: Desk) -> Html:
    """Return what a trainer should know before judging."""
    guide = desk.guide
    _ = guide.voice.words.gettext
    notes: list[Html] = []
    wanted = int(guide.structure.get("peers", 0))
    if wanted and not desk.work.result:
        told: list[Piece] = [
            guide.voice.say(N_("Peers who have judged it: {done} of {wanted}."), done=desk.standing.peers, wanted=wanted),
            " ",
        ]
        if desk.is_small:
            told.append(_("There are too few learners here for peers to judge: judge it now."))
        elif desk.until is not None and desk.standing.peers < wanted:
            told += [
                _("They have time until"),
                " ",
                day_html(desk.until),
                ". ",
                _("If you judge now, only what they gave so far counts."),
            ]
        notes.append(element("p", *told, class_="rubric__waits"))
    if desk.work.round > 1:
        notes.append(element("p", _("This work was handed in a second time."), class_="rubric__waits"))
    return joined(*notes)


def _read(desk: Desk) -> Html:
    guide, work = desk.guide, desk.work
    _ = guide.voice.words.gettext
    own = None
    if work.own is not None:
        levels = [f"{guide.name(one)} {level}" for one, level in work.own.levels.items()]
        own = quoted(_("The learner's own judgement"), element("p", " · ".join(levels), dir="auto"), said_html(guide, work.own))
    # What peers said stays folded: a trainer reads the work with their own eyes first.
    peers = [
        quoted(
            guide.voice.say(N_("Peer {number}"), number=place), element("p", _levels(guide, one), dir="auto"), said_html(guide, one)
        )
        for place, one in enumerate(desk.peers, 1)
    ]
    folded = element("details", element("summary", _("What peers say")), *peers, class_="rubric__guide") if peers else None
    return element(
        "section",
        element("h4", _("What was handed in")),
        work_html(guide, work.text, work.files, desk.files, where="desk", named=True),
        own,
        folded,
        _earlier(desk),
        class_="rubric__read",
        tabindex="0",
        aria_label=_("What was handed in"),
    )


def _levels(guide: Guide, judgement: Judgement) -> str:
    return " · ".join(f"{guide.name(one)} {level}" for one, level in judgement.levels.items())


def _earlier(desk: Desk) -> Html | None:
    guide, before = desk.guide, earlier_of(desk.work)
    if before is None:
        return None
    _ = guide.voice.words.gettext
    said = [
        quoted(
            desk.names.get(one.by, _("Trainer")),
            element("p", _levels(guide, one.judgement), dir="auto"),
            said_html(guide, one.judgement),
        )
        for one in before.marks
    ]
    shown = work_html(guide, before.text, before.files, desk.files, where="before", named=True)
    return element("details", element("summary", _("The first time")), shown, *said, class_="rubric__guide")


def _judge(desk: Desk) -> Html:
    guide, wants = desk.guide, desk.standing.wants
    _ = guide.voice.words.gettext
    inside: list[Piece] = []
    if desk.work.result:
        again = _("The criteria were changed since it was judged: judge it again.") if desk.work.record.state == "waiting" else None
        inside += [element("p", again, class_="rubric__waits") if again else None]
        inside += [result_html(guide, desk.work, desk.standing, desk.peers), desk.next, _change(desk)]
    elif wants == "third":
        inside += [_apart(desk), _form(desk, needs_reason=True)]
    elif wants != "nobody" and any(one.by == desk.me for one in marks_that_count(desk.work, guide.structure)):
        alone = _("If no second trainer is here, the course's author may ask for one only; then judge it once more.")
        inside += [
            element("p", _("You have judged this work. It waits for a second trainer."), " ", alone, class_="rubric__waits"),
            desk.next,
        ]
    else:
        if wants == "second":
            inside.append(
                element(
                    "p",
                    _("Another trainer has judged it. You see what they said after your own judgement."),
                    class_="rubric__waits",
                )
            )
        inside.append(_form(desk, needs_reason=False))
    return element("section", element("h4", _("Judgement")), *inside, class_="rubric__judge")


def _change(desk: Desk) -> Html:
    _ = desk.guide.voice.words.gettext
    return element(
        "details",
        element("summary", _("Change this judgement")),
        _form(desk, needs_reason=True),
        class_="rubric__guide",
        open=bool(desk.filled.errors) or desk.work.record.state == "waiting",
    )


def _apart(desk: Desk) -> Html:
    """Return where two trainers disagree, so that they talk before one of them decides."""
    guide, distance = desk.guide, desk.standing.apart
    voice = guide.voice
    _ = voice.words.gettext
    points = voice.number(float(distance.points), places=1) if distance else ""
    told = voice.say(
        N_("Two trainers disagree: {points} points of 100 apart. Talk about it, then decide with a reason."), points=points
    )
    where = _(", ").join(guide.name(one) for one in distance.criteria) if distance else ""
    said = [
        quoted(
            f"{letter} · {desk.names.get(one.by, _('Trainer'))}",
            element("p", _levels(guide, one.judgement), dir="auto"),
            said_html(guide, one.judgement),
        )
        for letter, one in zip(LETTERS, marks_that_count(desk.work, guide.structure), strict=False)
    ]
    criteria = element("p", voice.say(N_("Two levels or more apart: {criteria}."), criteria=where), dir="auto") if where else None
    return element("div", element("p", element("strong", told)), criteria, *said, class_="rubric__apart")


def _others(marks: Sequence[Mark]) -> dict[str, dict[int, str]]:
    """Return who gave which level, as letters."""
    found: dict[str, dict[int, str]] = {}
    for letter, one in zip(LETTERS, marks, strict=False):
        for criterion, level in one.judgement.levels.items():
            here = found.setdefault(criterion, {})
            here[level] = f"{here[level]} {letter}" if level in here else letter
    return found


def _form(desk: Desk, *, needs_reason: bool) -> Html:
    guide = desk.guide
    _ = guide.voice.words.gettext
    others = _others(marks_that_count(desk.work, guide.structure)) if needs_reason else {}
    filled = Filled(levels=desk.filled.levels, typed=desk.filled.typed, errors=desk.filled.errors, others=others)
    keys = guide.voice.say(
        N_("Keys: {digits} give a level, N and P go to the next and the previous criterion, Ctrl+Enter saves."),
        digits=f"1\N{EN DASH}{guide.numbers[-1]}",
    )
    return desk.form(
        "judge",
        element("input", type="hidden", name="record", value=desk.work.record.key),
        element("input", type="hidden", name="seen", value=desk.work.seen),
        element("p", keys, class_="coop__note", data_keys=True, hidden=True),
        judgement_html(guide, filled, name="judge", overall=_("What you say to the learner")),
        _ready(guide),
        area_html(guide, filled, REASON, _("Reason for this decision"), where="judge-reason", required=True)
        if needs_reason
        else None,
        element(
            "p",
            element("button", _("Save and next"), type="submit", name="then", value="next", class_="coop__button"),
            element("button", _("Save"), type="submit", name="then", value="stay", class_="coop__button coop__button--quiet"),
            class_="rubric__buttons rubric__buttons--stay",
        ),
        class_="rubric__form",
        data_judging=True,
    )


def _ready(guide: Guide) -> Html | None:
    """Return the ready comments, to be ticked: every learner reads them in their own language."""
    remarks = guide.structure.get("remarks", ())
    if not remarks:
        return None
    boxes = [
        element(
            "label",
            element("input", type="checkbox", name=field_name(REMARK), value=str(one["id"])),
            element("span", guide.text(str(one["id"])), dir="auto"),
            class_="coop__choice",
        )
        for one in remarks
    ]
    told = guide.voice.words.gettext("Ready comments")
    return element("details", element("summary", told), *boxes, class_="rubric__ready")
