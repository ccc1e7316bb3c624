"""Show items to be put with their partners or into categories: a list of places for each; script makes them cards that move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.framing import Framed, bare, question, verdict
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.match.grading import NONE, Task

_NAME = "coop-match"
_NOWHERE = ""


class CoopMatchBlock(Framed, Protocol):
    """What the page asks of the block, which imports this module."""

    @property
    def dom_id(self) -> str:
        """Return what begins the ids of its elements."""

    @property
    def structure(self) -> Mapping[str, Any]:
        """Return its content without words."""

    @property
    def task(self) -> Task:
        """Return what is asked."""

    @property
    def reveal(self) -> bool:
        """Tell whether right answers may be told now."""

    def tokens(self) -> dict[str, str]:
        """Return what stands in the page for each id."""

    def place_of(self, item: str) -> str:
        """Return where an item was put, '' for nowhere yet."""

    def shown_verdicts(self) -> dict[str, bool]:
        """Tell for each item whether it was put rightly."""

    def shown_items(self) -> list[str]:
        """Return the items in this learner's own order."""

    def picture_of(self, part: str) -> str:
        """Return the picture of an item or a target, '' where it has none."""


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """All that the page shows of a block to one learner, worked out once."""

    block: CoopMatchBlock
    voice: Voice
    task: Task
    tokens: Mapping[str, str]
    errors: Mapping[str, str]
    verdicts: Mapping[str, bool]

    def token(self, place: str) -> str:
        """Return how a place is named in the page."""
        return self.tokens.get(place, NONE)

    def name(self, part: str) -> str:
        """Return what a part is called where there is room for words only."""
        if part == NONE:
            return self.voice.words.gettext("None of these")
        return bare(self.block.text(part)) or bare(self.block.text(part, "alt"))


def inner(block: CoopMatchBlock, voice: Voice, *, plain_forms: bool) -> Html:
    """Return everything inside the block's element."""
    _ = voice.words.gettext
    if not block.task.homes:
        return joined(
            element("h3", block.display_name, class_="coop__title", dir="auto") if block.display_name else None,
            element("p", _("There is nothing to match yet."), class_="coop__note"),
        )
    seen = _Seen(
        block=block,
        voice=voice,
        task=block.task,
        tokens=block.tokens(),
        errors=block.errors(voice),
        verdicts=block.shown_verdicts(),
    )
    return question(
        block,
        voice,
        _board(seen),
        element("p", _measure(seen), class_="coop__note"),
        _result(seen),
        element("p", class_="coop__hidden", aria_live="polite", data_live=True),
        check=_("Check my answers"),
        hint=_("Hint"),
        plain_forms=plain_forms,
    )


def _board(seen: _Seen) -> Html:
    """Return the places, and below them the items."""
    _ = seen.voice.words.gettext
    told = _("Choose for each where it goes.")
    moved = _("Press an item, then the place where it goes; or drag it there.")
    if seen.task.in_pairs:
        one_each = _("Each takes one item.")
        told, moved = f"{told} {one_each}", f"{moved} {one_each}"
    is_open = not seen.block.is_over
    return element(
        "div",
        element("p", told, class_="coop__note", data_plain=True) if is_open else None,
        element("p", moved, class_="coop__note", data_scripted=True, hidden=True) if is_open else None,
        element("ul", *(_place(seen, place) for place in seen.task.places), class_=f"{_NAME}__places", role="list"),
        _pool(seen.voice) if is_open else None,
        element(
            "ul",
            *(_item(seen, item) for item in seen.block.shown_items()),
            class_=f"{_NAME}__items",
            role="list",
            data_items=True,
        ),
        data_match=is_open,
        data_one_each=seen.task.in_pairs,
        data_picked=_("{item} is picked. Now press the place where it goes."),
        data_dropped=_("{item} is not picked any more."),
        data_put=_("{item}: {place}."),
        data_back=_("{item} is back among those to place."),
        data_first=_("Press an item first."),
    )


def _pool(voice: Voice) -> Html:
    """Return the head of the items that are still to be placed; pressing it takes a picked item back."""
    _ = voice.words.gettext
    words = element("span", _("Still to place"), class_=f"{_NAME}__name", data_name=True)
    return element("button", words, type="button", class_=f"{_NAME}__put", data_place=_NOWHERE, data_scripted=True, hidden=True)


def _place(seen: _Seen, place: str) -> Html:
    """Return one target; without script it is a name in a list, with script a place that items are put in."""
    return element(
        "li",
        element("span", _shown_name(seen, place), class_=f"{_NAME}__name", dir="auto", data_name=True),
        element("ul", class_=f"{_NAME}__held", role="list", data_held=True, data_scripted=True, hidden=True),
        class_=f"{_NAME}__place",
        data_place=seen.token(place),
    )


def _shown_name(seen: _Seen, place: str) -> Html:
    return element("span", seen.voice.words.gettext("None of these")) if place == NONE else _drawn(seen.block, place)


def _drawn(block: CoopMatchBlock, part: str) -> Html:
    """Return how a part looks: its picture, if it has one, and its words."""
    words, picture = block.text(part), block.picture_of(part)
    drawn = element("img", src=picture, alt=block.text(part, "alt"), class_=f"{_NAME}__picture") if picture else None
    return joined(drawn, element("span", Html(inline(words)), dir="auto") if words else None)


def _item(seen: _Seen, item: str) -> Html:
    token, error = seen.tokens[item], seen.errors.get(item, "")
    dom_id, right = f"{seen.block.dom_id}-{token}", seen.verdicts.get(item)
    state = "error" if error else None if right is None else "correct" if right else "incorrect"
    result = element("p", error, class_="coop__error", dir="auto") if error else _said(seen, item, right=right)
    return element(
        "li",
        element(
            "span",
            _drawn(seen.block, item),
            id=f"{dom_id}-text",
            class_=f"{_NAME}__text",
            data_text=True,
            data_name=seen.name(item),
        ),
        _given(seen, item) if seen.block.is_over else _choice(seen, item, token=token, is_wrong=bool(error)),
        element("div", result, id=f"{dom_id}-result", class_=f"{_NAME}__result", data_result_for=token),
        class_=f"{_NAME}__item",
        data_item=token,
        data_part=token,
        data_state=state,
    )


def _choice(seen: _Seen, item: str, *, token: str, is_wrong: bool) -> Html:
    """Return the list of places of one item: the truth of the form, with script and without."""
    _ = seen.voice.words.gettext
    dom_id, chosen = f"{seen.block.dom_id}-{token}", seen.block.place_of(item)
    offered = [("", "\N{HORIZONTAL ELLIPSIS}", not chosen)]
    offered += [(seen.token(place), seen.name(place), place == chosen) for place in seen.task.places]
    return element(
        "label",
        element("span", _("Goes with") if seen.task.in_pairs else _("Goes to"), id=f"{dom_id}-label"),
        element(
            "select",
            *(element("option", words, value=value, selected=is_chosen) for value, words, is_chosen in offered),
            name=field_name(token),
            required=True,
            aria_labelledby=f"{dom_id}-label {dom_id}-text",
            aria_describedby=f"{dom_id}-result",
            aria_invalid="true" if is_wrong else None,
        ),
        class_=f"coop__entry {_NAME}__choice",
        data_plain=True,
    )


def _given(seen: _Seen, item: str) -> Html:
    """Return where an item was put, once nothing can be changed any more."""
    place = seen.block.place_of(item)
    if not place:
        return Html()
    label = seen.voice.words.gettext("Your answer:")
    return element("p", label, " ", element("bdi", seen.name(place)), class_=f"{_NAME}__given")


def _said(seen: _Seen, item: str, *, right: bool | None) -> Html:
    _ = seen.voice.words.gettext
    if right is None:
        return Html()
    words = _("Right") if right else _("Not right")
    said = verdict("correct" if right else "incorrect", words, seen.block.text(item, "feedback"))
    if right or not seen.block.reveal:
        return said
    home = seen.name(seen.task.homes[item])
    return joined(said, element("p", _("The right answer:"), " ", element("bdi", home), class_=f"{_NAME}__answer"))


def _measure(seen: _Seen) -> str:
    """Return how a matching is marked, in words for learners."""
    _ = seen.voice.words.gettext
    if seen.block.structure.get("partial") == "none":
        return _("It is marked as a whole: all or nothing.")
    words = _("How it is marked: one point for each item put where it goes; a wrong place takes nothing away.")
    return f"{words} {_('Some may go to none of these.')}" if seen.task.offers_none else words


def _result(seen: _Seen) -> Html:
    """Return the count behind the mark."""
    verdicts = seen.verdicts
    if not verdicts:
        return Html()
    words = seen.voice.words.gettext("Items put where they go: {right} of {all}.").format(
        right=sum(verdicts.values()), all=len(verdicts)
    )
    return element("p", words, class_=f"{_NAME}__count", dir="auto")
