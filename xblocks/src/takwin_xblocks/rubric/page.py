"""Show a learner the way of their work: hand it in, practise judging, judge oneself and peers, read what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element, error_html, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.upload_form import FILES_FORM, attached_html, upload_html
from takwin_xblocks.rubric.content import judges_own
from takwin_xblocks.rubric.feedback import result_html, work_html
from takwin_xblocks.rubric.giving import sent
from takwin_xblocks.rubric.guide import Filled, day_html, rubric_html, step_html
from takwin_xblocks.rubric.learner import ASKS, LONGEST_TEXT, Page
from takwin_xblocks.rubric.turns import own_html, peers_html, practice_html


def page_html(page: Page) -> Html:
    """Return the page."""
    guide = page.guide
    _ = guide.voice.words.gettext
    said = element(
        "p",
        page.status,
        class_="coop__status",
        role="status",
        tabindex="-1",
        dir="auto",
        data_status=True,
        data_state="error" if page.is_bad else None,
    )
    if not guide.criteria:
        return joined(_head(page), said, element("p", _("Nothing is asked here yet."), class_="coop__note"))
    result = _result(page) if page.work and page.work.result else None
    if not page.is_handed_in:
        return joined(_head(page), _steps(page), said, _prompt(page), result, _hand_in(page), *_turns(page))
    # What comes next stands first: on a phone, what was asked and handed in before is three screens long.
    asked = element("section", _prompt(page), _handed_in(page), class_="rubric__section")
    waits = None if result else _waits(page)
    return joined(_head(page), _steps(page), said, result, waits, *_turns(page), asked)


def _turns(page: Page) -> list[Html | None]:
    """Return whose turn it is to judge, what is to be done now first: a work of somebody else that is in hand before all."""
    practice, own, peers = practice_html(page), own_html(page), peers_html(page)
    if page.peer is not None:
        return [peers, practice]
    return [own, peers, practice] if page.to_practise is None else [practice, own, peers]


def _head(page: Page) -> Html | None:
    return element("h3", page.title, class_="coop__title", dir="auto") if page.title else None


def _prompt(page: Page) -> Html:
    guide = page.guide
    return joined(
        element("div", element("p", guide.text("prompt"), dir="auto"), class_="rubric__prompt"),
        element(
            "details",
            element("summary", guide.voice.words.gettext("What the work is judged by")),
            rubric_html(guide),
            class_="rubric__guide",
        ),
    )


# --- the way ---


def _steps(page: Page) -> Html:
    """Return where the learner is on the way, in words and signs."""
    _ = page.guide.voice.words.gettext
    structure = page.guide.structure
    wanted = int(structure.get("peers", 0))
    steps = [(_("Hand in"), page.is_handed_in)]
    if structure.get("examples"):
        steps.append((_("Practise judging"), page.to_practise is None))
    is_own_over = page.work is not None and page.work.own is None and bool(page.work.result)
    if judges_own(structure) and not is_own_over:
        steps.append((_("Judge your own work"), page.work is not None and page.work.own is not None))
    if wanted:
        steps.append((_("Judge peers"), sent(page.mine) >= wanted))
    steps.append((_("Read the result"), page.is_handed_in and bool(page.work and page.work.result)))
    in_turn = [place for place, (_name, done) in enumerate(steps) if not done]
    # A work of somebody else that is in hand is what one does now, whatever else is open.
    peers = (_("Judge peers"), False)
    now = steps.index(peers) if page.peer is not None and peers in steps else min(in_turn, default=len(steps))
    items = []
    for place, (name, is_done) in enumerate(steps):
        state = "done" if is_done else "now" if place == now else "later"
        told = _("done") if is_done else ""
        sign = element("span", "\N{CHECK MARK}" if is_done else str(place + 1), class_="rubric__number", aria_hidden="true")
        hidden = element("span", f" ({told})", class_="coop__hidden") if told else None
        items.append(
            element(
                "li",
                sign,
                element("span", name, class_="rubric__where"),
                hidden,
                data_state=state,
                aria_current="step" if state == "now" else None,
            )
        )
    return element("ol", *items, class_="rubric__way")


# --- handing in ---


def _hand_in(page: Page) -> Html | None:
    guide = page.guide
    _ = guide.voice.words.gettext
    is_again = page.work is not None
    if page.closed and not is_again:
        return element("p", _("This is closed: no more work is taken."), class_="coop__note")
    attached = list(page.draft.get("files", ()))
    filled = page.filled.get("hand_in", Filled())
    inside: list[Piece] = [
        # What Enter in a field of one line presses: never the button that removes a file.
        element("button", _("Save"), type="submit", name="act", value="save", hidden=True),
        _text_field(page, filled) if guide.structure.get("text", True) else None,
        _uploads(page, attached),
        attached_html(attached, page.files, guide.voice, dom_id=f"{guide.dom_id}-draft", removable=True),
        element("div", element("p", filled.errors["work"], class_="coop__error"), data_part="work")
        if "work" in filled.errors
        else None,
        element(
            "p",
            element(
                "button",
                _("Save, and go on later"),
                type="submit",
                name="act",
                value="save",
                class_="coop__button coop__button--quiet",
            ),
            element("button", _("Hand in"), type="submit", name="act", value="hand_in", class_="coop__button"),
            class_="rubric__buttons",
        ),
        element("p", _("What is saved is seen by you alone. What is handed in goes to those who judge it."), class_="coop__note"),
    ]
    takes_files = {"enctype": FILES_FORM} if page.files is not None else {}
    form = page.form("hand_in", *inside, class_="rubric__form", **takes_files)
    title = _("Hand in once more") if is_again else _("Your work")
    return step_html(title, form, name="mine", dom_id=guide.dom_id)


def _text_field(page: Page, filled: Filled) -> Html:
    guide = page.guide
    _ = guide.voice.words.gettext
    where = f"{guide.dom_id}-text"
    return element(
        "div",
        element("label", _("Write your work here"), for_=where, class_="rubric__label"),
        element(
            "textarea",
            "\n" + str(filled.typed.get("text", page.draft.get("text", ""))),
            id=where,
            name=field_name("text"),
            rows=8,
            maxlength=LONGEST_TEXT,
            dir="auto",
            aria_invalid="true" if "text" in filled.errors else None,
        ),
        element("div", error_html(filled.errors["text"]) if "text" in filled.errors else None, data_result_for="text"),
        class_="coop__entry rubric__entry",
        data_part="text",
    )


def _uploads(page: Page, attached: Sequence[Mapping[str, Any]]) -> Html | None:
    """Return the ways to attach something, folded where one may also write."""
    guide = page.guide
    _ = guide.voice.words.gettext
    if page.files is None:
        return None
    labels = {"photo": _("Photo"), "voice": _("Recorded voice"), "file": _("File")}
    controls = [
        upload_html(ask, guide.voice, label=labels[way], dom_id=guide.dom_id, attached=attached)
        for way, ask in ASKS.items()
        if guide.structure.get(way, True)
    ]
    if not any(controls) or not guide.structure.get("text", True):
        return joined(*controls)
    ways = _(", ").join(labels[way] for way in ASKS if guide.structure.get(way, True))
    summary = element("summary", guide.voice.say(N_("Attach something: {ways}"), ways=ways))
    return element("details", summary, *controls, class_="rubric__guide")


def _handed_in(page: Page) -> Html:
    guide = page.guide
    _ = guide.voice.words.gettext
    if page.work is None:
        return Html()
    shown = work_html(guide, page.work.text, page.work.files, page.files, where="mine", named=True)
    return element("details", element("summary", _("What you handed in")), shown, class_="rubric__guide")


def _waits(page: Page) -> Html:
    """Return whom the work waits for, so that nobody wonders whether it was lost."""
    guide, standing = page.guide, page.standing
    _ = guide.voice.words.gettext
    told: list[Piece] = []
    wanted = int(guide.structure.get("peers", 0))
    if wanted and page.until is not None and standing is not None:
        told.append(guide.voice.say(N_("Peers who have judged it: {done} of {wanted}."), done=standing.peers, wanted=wanted))
        if standing.peers < wanted:
            told += [" ", _("They have time until"), " ", day_html(page.until), ". "]
            told.append(_("If they are too few, trainers judge it alone."))
        else:
            told += [" ", _("Your work waits for a trainer. You see here what is said of it.")]
    elif standing is not None and standing.wants in ("second", "third"):
        told.append(_("One trainer has judged it; another one reads it too."))
    else:
        told.append(_("Your work waits for a trainer. You see here what is said of it."))
    return element("p", *told, class_="rubric__waits")


def _result(page: Page) -> Html:
    guide, work, standing = page.guide, page.work, page.standing
    _ = guide.voice.words.gettext
    if work is None or standing is None:
        return Html()
    is_returned = work.record.state == "returned"
    note = (
        element(
            "p", _("This can become better: read what is said, change your work and hand it in once more."), class_="rubric__waits"
        )
        if is_returned
        else None
    )
    return step_html(
        _("What is said of your work"), note, result_html(guide, work, standing, page.peers), name="result", dom_id=guide.dom_id
    )
