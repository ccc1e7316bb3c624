"""Show a learner whose turn it is to judge: examples first, then their own work, then works of peers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.records import Record
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.rubric.content import judges_own
from takwin_xblocks.rubric.feedback import quoted, work_html
from takwin_xblocks.rubric.giving import in_hand, sent
from takwin_xblocks.rubric.guide import Filled, dots_html, judgement_html, step_html
from takwin_xblocks.rubric.judging import COMMENT, OVERALL
from takwin_xblocks.rubric.learner import LOST, Page
from takwin_xblocks.rubric.work import Work


def practice_html(page: Page) -> Html | None:
    """Return the examples: those that were judged beside what was expected, and the next one."""
    guide = page.guide
    _ = guide.voice.words.gettext
    examples = guide.structure.get("examples", ())
    if not examples:
        return None
    done = [_compared(page, one) for one in examples if one["id"] in page.practised]
    example = page.to_practise
    asked: list[Piece] = []
    if example is not None:
        identity = str(example["id"])
        asked = [
            element(
                "p", _("Judge this work as you see it. Then you read what experienced trainers would say."), class_="coop__note"
            ),
            element("div", element("p", guide.text(identity, "work"), dir="auto"), class_="rubric__work"),
            page.form(
                "practise",
                element("input", type="hidden", name="example", value=identity),
                judgement_html(guide, page.filled.get("practise", Filled()), name="practise", comments=False),
                element("button", _("Compare"), type="submit", class_="coop__button"),
                class_="rubric__form",
            ),
        ]
    folded = (
        element(
            "details",
            element("summary", _("What you practised")),
            *done,
            class_="rubric__guide",
            open=example is None and page.work is None,
        )
        if done
        else None
    )
    inside = joined(folded, *asked)
    if page.is_handed_in or example is None:
        return step_html(_("Practise judging"), inside, name="practise", dom_id=guide.dom_id)
    # Before handing in it may be done, and does not stand in the way.
    fold = element(
        "details", element("summary", _("Practise judging, if you like")), inside, class_="rubric__guide", open=bool(done)
    )
    return element("section", fold, class_="rubric__section", id=f"{guide.dom_id}-practise")


def _compared(page: Page, example: Mapping[str, Any]) -> Html:
    """Return the learner's levels of an example beside those expected, and why."""
    guide = page.guide
    identity, given = str(example["id"]), page.practised[example["id"]]
    rows = []
    for one in example.get("expected", ()):
        criterion, level = str(one["criterion"]), int(one["level"])
        mine = int(given.get(criterion, 0))
        told = guide.voice.say(N_("You: {mine}. Expected: {level}."), mine=mine, level=level)
        rows.append(
            element(
                "li",
                element("p", element("strong", guide.text(criterion), dir="auto"), class_="rubric__name"),
                element("p", dots_html(guide, level), element("span", told), class_="rubric__reached"),
                element("p", guide.text(identity, str(one["id"])), dir="auto", class_="rubric__seen"),
                class_="rubric__row",
                data_state="same" if mine == level else "near" if abs(mine - level) == 1 else "far",
            )
        )
    why = guide.text(identity, "why")
    return joined(
        element("div", element("p", guide.text(identity, "work"), dir="auto"), class_="rubric__work"),
        element("ul", *rows, class_="rubric__rows", role="list"),
        quoted(guide.voice.words.gettext("As a whole"), element("p", why, dir="auto")) if why else None,
    )


def own_html(page: Page) -> Html | None:
    """Return the form in which learners judge their own work, once, before they know the result."""
    guide = page.guide
    _ = guide.voice.words.gettext
    if not judges_own(guide.structure) or not page.is_handed_in or page.work is None or page.work.result:
        return None
    if page.work.own is not None:
        return None
    form = page.form(
        "judge_self",
        judgement_html(
            guide, page.filled.get("judge_self", Filled()), name="own", overall=_("What would you do better next time?")
        ),
        element("button", _("Keep my judgement"), type="submit", class_="coop__button"),
        class_="rubric__form",
    )
    return step_html(_("Judge your own work"), form, name="own", dom_id=guide.dom_id)


def peers_html(page: Page) -> Html | None:
    """Return the work of a peer that was given to the learner, or the way to be given one."""
    guide = page.guide
    _ = guide.voice.words.gettext
    wanted = int(guide.structure.get("peers", 0))
    if not wanted or page.work is None:
        return None
    held, given = in_hand(page.mine), sent(page.mine)
    if page.to_practise is not None and held is None:
        inside: list[Piece] = [element("p", _("Practise with the examples first: then you are given works of others."))]
    elif held is not None and page.peer is not None:
        inside = _peer_form(page, held, page.peer)
    elif given >= wanted:
        inside = [element("p", guide.voice.say(N_("You have judged {given} works of others. Thank you!"), given=given))]
    else:
        told = guide.voice.say(N_("You judge {wanted} works of others; {given} are done."), wanted=wanted, given=given)
        hidden = _("You see no names, and nobody sees yours. Which works they are is not for you to choose.")
        button = element("button", _("Give me a work to judge"), type="submit", class_="coop__button")
        inside = [element("p", told), element("p", hidden, class_="coop__note"), page.form("take", button)]
    return step_html(_("Judge peers"), _lost_html(page), *inside, name="peers", dom_id=guide.dom_id)


def _lost_html(page: Page) -> Html | None:
    """Return what the learner wrote about a work that had gone to somebody else when they sent it: to read, not to send."""
    lost, guide = page.filled.get(LOST), page.guide
    if lost is None:
        return None
    said: list[Piece] = []
    for one in guide.criteria:
        criterion = str(one["id"])
        level = lost.level(criterion)
        name = guide.level_name(int(level)) if level in map(str, guide.numbers) else ""
        if name:
            said.append(element("p", element("bdi", guide.text(criterion)), ": ", element("bdi", name)))
        said.append(_words(lost, COMMENT + criterion))
    said.append(_words(lost, OVERALL))
    return quoted(guide.voice.words.gettext("What you wrote about the work that went to somebody else"), *said)


def _words(lost: Filled, name: str) -> Html | None:
    said = lost.typed.get(name, "")
    return element("p", said, class_="rubric__said", dir="auto") if said else None


def _peer_form(page: Page, held: Record, peer: Work) -> list[Piece]:
    guide = page.guide
    _ = guide.voice.words.gettext
    return [
        element(
            "p",
            _("Somebody in your course wrote this. Say what is good, and one thing that would make it better."),
            class_="coop__note",
        ),
        work_html(guide, peer.text, peer.files, page.files, where="peer", named=False),
        page.form(
            "judge_peer",
            element("input", type="hidden", name="review", value=str(held.data.get("token", ""))),
            judgement_html(
                guide,
                page.filled.get("judge_peer", Filled()),
                name="peer",
                overall=_("What is good, what could be better?"),
                needed=True,
            ),
            element("button", _("Send my judgement"), type="submit", class_="coop__button"),
            class_="rubric__form",
            data_judging=True,
        ),
    ]
