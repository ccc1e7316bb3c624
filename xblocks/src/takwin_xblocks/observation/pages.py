"""Which pages an observation has for whom: a trainee's, a trainer's list, the observer's form, one trainee's sheets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from takwin_xblocks.attendance.drawing import qr_html
from takwin_xblocks.contract.attempts import digest_of
from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.queue_panel import queue_panel
from takwin_xblocks.contract.records import PersonId, Record
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.observation.comparison import Comparison, comparison_html
from takwin_xblocks.observation.content import level_names, minutes_of, observers_expected, peers_may, rules_of
from takwin_xblocks.observation.dossier import dossier_of
from takwin_xblocks.observation.field_form import FieldForm, field_html, finding_html
from takwin_xblocks.observation.sheets import OBSERVATION, published_of, result_key
from takwin_xblocks.observation.showing import Line, Shown, heading, overview_html, result_html, sent_html, task_html
from takwin_xblocks.observation.words import refused_words

MOST_LISTED = 200
"""How many trainees a phone's form lists by name, and a trainer's list shows; the others are found by their code, and on the desk."""
MOST_ROWS = 5_000
IN_UNIT, IN_FIELD, IN_JUDGING = "unit", "field", "judging"
"""Which page a form stands on, and is shown again after it was sent."""
_WAITING = frozenset({"waiting", "claimed"})


class Pages:
    """The pages of one block for one reader."""

    def __init__(self, block: Any, voice: Voice, *, plain_forms: bool) -> None:
        self._block = block
        self._voice = voice
        self._plain_forms = plain_forms
        self._records = block.records
        self._rules = rules_of(block.structure)
        self._shown = Shown(
            title=block.display_name or "",
            texts=block.texts,
            rules=self._rules,
            levels=level_names(block.structure, block.texts, voice),
            minutes=minutes_of(block.structure),
            expected=observers_expected(block.structure),
        )

    def unit(self) -> Html:
        """Return what stands in the unit: a trainee's preparation or result, a trainer's list, to authors what trainees prepare with."""
        shown, voice = self._shown, self._voice
        if not self._rules.items:
            return self._turned(heading(shown), self._told("not_written"))
        if self._block.is_sample:
            return self._turned(heading(shown), task_html(shown, voice))
        status = element("p", class_="coop__status", role="status", tabindex="-1", data_status=True)
        inside = self._of_trainer() if self._records.is_judge else self._of_trainee()
        return self._turned(heading(shown), self._block.fallback_note(voice), status, inside)

    def field(self, page: str = IN_FIELD, *, group: str = "", search: str = "") -> Html:
        """Return the observer's form; a trainer's lists one cohort, or the names that were searched, where asked so."""
        records = self._records
        if not self._rules.items:
            return self._told("not_written")
        if not records.is_judge and not peers_may(self._block.structure):
            return self._told("trainers_only")
        people = list(records.people(group=group, search=search, limit=MOST_LISTED + 1).values()) if records.is_judge else []
        has_more = len(people) > MOST_LISTED
        form = FieldForm(
            dom_id=f"{self._block.dom_id}-field",
            texts=self._block.texts,
            rules=self._rules,
            levels=self._shown.levels,
            minutes=self._shown.minutes,
            trainees=people[:MOST_LISTED],
            is_judge=records.is_judge,
            person=self._block.person_mark,
            page=page,
            has_status=page == IN_FIELD,
            form=self._form(),
            has_more=has_more,
            sheet=self._next_sheet(),
        )
        finding = self._finding(group, search, has_more=has_more) if page == IN_FIELD and records.is_judge else None
        return self._turned(queue_panel(self._block, self._voice), finding, field_html(form, self._voice))

    def _finding(self, group: str, search: str, *, has_more: bool) -> Html | None:
        """Return the cohorts to choose from where there are several, and the search where the list was cut."""
        url = self._block.work_url("field_view")
        groups = self._records.groups()
        if url is None or (len(groups) < 2 and not has_more and not search):  # noqa: PLR2004 -- one cohort is no choice
            return None
        return finding_html(groups, self._voice, url=url, group=group, search=search, dom_id=f"{self._block.dom_id}-find")

    def judging(self, learner: PersonId, page: str = IN_JUDGING) -> Html:
        """Return all sheets of one trainee, to a trainer of theirs; else a polite refusal."""
        if not self._records.may_judge(learner):
            return self._told("not_yours")
        dossier = dossier_of(self._records, learner, self._rules)
        asked = {one.record.author for one in (*dossier.counted, *dossier.waiting, *dossier.aside)} | {learner}
        people = self._records.people([one for one in asked if one is not None])
        comparison = Comparison(
            dom_id=f"{self._block.dom_id}-{learner}",
            texts=self._block.texts,
            levels=self._shown.levels,
            dossier=dossier,
            names={one: person.name for one, person in people.items()},
            expected=self._shown.expected,
            page=page,
            form=self._form(),
            observe_url=self._block.work_url("field_view") if page == IN_JUDGING else None,
        )
        return self._turned(comparison_html(comparison, self._voice))

    def judging_record(self, asked: Any) -> Html:
        """Return all sheets of the trainee whom a record is about."""
        record = self._records.get(str(getattr(asked, "key", asked) or ""))
        return self._told("not_yours") if record is None or record.learner is None else self.judging(record.learner)

    # --- a trainee's ---

    def _of_trainee(self) -> Html:
        _ = self._voice.words.gettext
        records, me = self._records, self._records.me
        published = published_of(records.get(result_key(me)))
        mine = records.people([me]).get(me)
        code = mine.code if mine is not None else ""
        may = peers_may(self._block.structure)
        return joined(
            result_html(self._shown, published, self._voice) if published else None,
            self._code(code) if code and published is None else None,
            task_html(self._shown, self._voice, folded=published is not None),
            mine is None and not records.keeps_all and self._joining(),
            self._observing(_("Observe another trainee")) if may else None,
            self._sent() if may else None,
        )

    def _code(self, code: str) -> Html:
        _ = self._voice.words.gettext
        drawn = element("details", element("summary", _("Show it to be scanned")), qr_html(code, label=code, class_="obs-qr"))
        words = element("p", _("Your code, for those who observe you:"), " ", element("bdi", element("code", code), dir="ltr"))
        return element("div", words, drawn, class_="obs-owncode")

    def _joining(self) -> Html:
        """Return the button by which a trainee makes themselves known, where the host does not say who learns here."""
        _ = self._voice.words.gettext
        button = element("p", element("button", _("I take part"), type="submit", class_="coop__button coop__button--quiet"))
        words = element("p", _("Say that you take part: your trainer then finds you, and you get a code."), class_="coop__note")
        return self._form()("take_part", words, button)

    def _sent(self) -> Html | None:
        mine = self._records.list(kind=OBSERVATION, author=self._records.me, newest_first=True)
        sent = [one for one in mine if one.learner is not None and not one.data.get("superseded")]
        people = self._records.people([one.learner for one in sent])
        lines = [(people[one.learner].name if one.learner in people else str(one.learner), one.state) for one in sent]
        return sent_html(lines, self._voice)

    # --- a trainer's ---

    def _of_trainer(self) -> Html:
        # Whoever trains one cohort may learn in another.
        published = published_of(self._records.get(result_key(self._records.me)))
        return joined(
            result_html(self._shown, published, self._voice) if published else None,
            self._observing(self._voice.words.gettext("Observe a trainee")),
            overview_html(self._overview(), self._voice),
            task_html(self._shown, self._voice, folded=True),
        )

    def _overview(self) -> list[Line]:
        """Return the trainees whose sheets wait, then those of the last records; of each all that there is, however old."""
        waiting = self._records.list(kind=OBSERVATION, states=_WAITING, limit=MOST_LISTED)
        found = (*waiting, *self._records.list(limit=3 * MOST_LISTED, newest_first=True))
        learners = [one for one in dict.fromkeys(record.learner for record in found) if one is not None]
        shown = [one for one in learners if self._records.may_judge(one)][:MOST_LISTED]
        held: dict[PersonId, list[Record]] = {}
        for record in self._records.list(learners=shown, limit=MOST_ROWS, newest_first=True) if shown else ():
            if record.learner is not None:
                held.setdefault(record.learner, []).append(record)
        people = self._records.people(list(held))
        lines = [self._line(learner, records, people) for learner, records in held.items()]
        return sorted(lines, key=lambda line: (not line.waiting, line.level is not None, line.name))

    def _line(self, learner: PersonId, records: list[Record], people: Mapping[PersonId, Any]) -> Line:
        published = published_of(next((one for one in records if one.key == result_key(learner)), None))
        person = people.get(learner)
        url = self._block.work_url("judge_view", record=records[0].key)
        states = [one.state for one in records if one.kind == OBSERVATION]
        return Line(
            name=person.name if person else str(learner),
            group=person.group if person else "",
            counted=states.count("done"),
            waiting=sum(state in _WAITING for state in states),
            level=int(published["level"]) if published else None,
            url=url,
            inside=None if url else self.judging(learner, IN_UNIT),
        )

    # --- for both ---

    def _observing(self, words: str) -> Html:
        """Return the way to the observer's form; the form itself, folded, where the host has no page for it."""
        url = self._block.work_url("field_view")
        if url is None:
            return element("details", element("summary", words), self.field(IN_UNIT), class_="obs-folded")
        note = element(
            "p", self._voice.words.gettext("Open it while there is network: then it works without."), class_="coop__note"
        )
        return joined(element("p", element("a", words, href=url, class_="coop__button obs-button")), note)

    def _form(self) -> Callable[..., Html]:
        block, voice, plain_forms = self._block, self._voice, self._plain_forms
        return lambda handler, *inside, **how: block.form(handler, *inside, voice=voice, plain_forms=plain_forms, **how)

    def _next_sheet(self) -> str:
        """Name the next sheet of this page, which no phone's queue names: another one after each that was kept."""
        last = self._records.list(kind=OBSERVATION, author=self._records.me, newest_first=True, limit=1)
        return digest_of({"after": [one.key for one in last]})

    def _turned(self, *inside: Piece) -> Html:
        """Return a page in the direction of its reader's language: a trainer may read French in a course whose texts are Arabic.

        Those texts stand in `bdi`, and find their own.
        """
        direction = None if self._voice.language is None else "rtl" if self._voice.is_rtl else "ltr"
        return element("div", *inside, dir=direction)

    def _told(self, code: str) -> Html:
        return element("p", refused_words(self._voice, code), class_="obs-nothing")
