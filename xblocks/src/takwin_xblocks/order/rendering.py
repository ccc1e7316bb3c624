"""Show steps to be put in order: a list in which each has its place; script makes it a list whose steps move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.framing import Framed, bare, question, verdict
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.order.grading import OUT, Standing, Task, pairs, right_pairs, standings

_NAME = "coop-order"


class CoopOrderBlock(Framed, Protocol):
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

    @property
    def shown_answers(self) -> Mapping[str, Sequence[str]]:
        """Return the places that the page shows."""

    def tokens(self) -> dict[str, str]:
        """Return what stands in the page for each id."""

    def marked_order(self, task: Task) -> list[str] | None:
        """Return the order that was marked last."""

    def shown_order(self, task: Task, order: Sequence[str] | None) -> list[str]:
        """Return all items as the page lists them."""


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """All that the page shows of a block to one learner, worked out once."""

    block: CoopOrderBlock
    voice: Voice
    task: Task
    order: Sequence[str] | None
    """As it was marked last."""
    listed: Sequence[str]
    is_over: bool
    tokens: Mapping[str, str]
    errors: Mapping[str, str]
    standings: Mapping[str, Standing]

    def dom_id(self, item: str) -> str:
        """Return what begins the ids of an item's elements."""
        return f"{self.block.dom_id}-{self.tokens[item]}"

    def place(self, item: str) -> str:
        """Return the place to show: as sent where it waits to be put right, else the place in the marked order."""
        if self.order is None:
            return "".join(self.block.shown_answers.get(item, ())[:1])
        return str(self.order.index(item) + 1) if item in self.order else OUT


def inner(block: CoopOrderBlock, voice: Voice, *, plain_forms: bool) -> Html:
    """Return everything inside the block's element."""
    _ = voice.words.gettext
    task = block.task
    if not task.ids:
        return joined(
            element("h3", block.display_name, class_="coop__title", dir="auto") if block.display_name else None,
            element("p", _("There is nothing to put in order yet.")),
        )
    order = block.marked_order(task)
    seen = _Seen(
        block=block,
        voice=voice,
        task=task,
        order=order,
        listed=block.shown_order(task, order),
        is_over=block.is_over,
        tokens=block.tokens(),
        errors=block.errors(voice),
        standings={} if order is None else standings(task, order),
    )
    return question(
        block,
        voice,
        _lists(seen),
        element("p", _measure(seen), class_="coop__note"),
        _result(seen),
        element("p", class_="coop__hidden", aria_live="polite", data_live=True),
        check=_("Check the order"),
        hint=_("Hint"),
        plain_forms=plain_forms,
    )


def _lists(seen: _Seen) -> Html:
    """Return the list of steps, and where some do not belong the list of what was left out."""
    _ = seen.voice.words.gettext
    has_strangers, is_open = bool(seen.task.strangers), not seen.is_over
    left_out = [item for item in seen.listed if seen.order is not None and item not in seen.order]
    told = [_("Give each step its place: 1 for the one that comes first.")]
    moved = [_("Move the steps until they stand in order: with the buttons, by dragging, or with the arrow keys on a button.")]
    if has_strangers:
        does_not_belong = _("Not everything belongs: leave out what does not.")
        told.append(does_not_belong)
        moved.append(does_not_belong)
    return element(
        "div",
        element("p", " ".join(told), class_="coop__note", data_plain=True) if is_open else None,
        element("p", " ".join(moved), class_="coop__note", data_scripted=True, hidden=True) if is_open else None,
        element(
            "ol",
            *(_item(seen, item) for item in seen.listed if item not in left_out),
            class_=f"{_NAME}__items",
            role="list",
            data_in=True,
            data_said=_("{item}: place {place} of {total}."),
            data_first=_("{item} is the first already."),
            data_last=_("{item} is the last already."),
        ),
        _left_out(joined(*(_item(seen, item) for item in left_out)), seen.voice, is_open=is_open) if has_strangers else None,
        data_order=is_open,
    )


def _left_out(items: Html, voice: Voice, *, is_open: bool) -> Html:
    """Return the second list; without script its items stand in it only once they were marked."""
    _ = voice.words.gettext
    return element(
        "div",
        element("p", _("Not part of it"), class_=f"{_NAME}__heading"),
        element("ul", items, class_=f"{_NAME}__items", role="list", data_out=True, data_said=_("{item}: not part of it.")),
        element("p", _("Nothing was left out."), class_="coop__note", data_empty=True, hidden=True) if is_open else None,
        class_=f"{_NAME}__out",
        data_out_box=True,
        hidden=not items,
    )


def _item(seen: _Seen, item: str) -> Html:
    voice, text, place = seen.voice, seen.block.text(item), seen.place(item)
    dom_id, error, standing = seen.dom_id(item), seen.errors.get(item, ""), seen.standings.get(item)
    state = "error" if error else standing.state if standing else None
    result = element("p", error, class_="coop__error", dir="auto") if error else _said(seen, item, standing)
    return element(
        "li",
        element("span", place if place.isdigit() else "", class_=f"{_NAME}__number", aria_hidden="true", data_number=True),
        element("div", Html(inline(text)), id=f"{dom_id}-text", class_=f"{_NAME}__text", dir="auto", data_text=True),
        _place_words(voice, place) if seen.is_over else _place(seen, item, place=place, is_wrong=bool(error)),
        None if seen.is_over else _tools(voice, bare(text), can_leave=bool(seen.task.strangers)),
        element("div", result, id=f"{dom_id}-result", class_=f"{_NAME}__result", data_result_for=seen.tokens[item]),
        class_=f"{_NAME}__item",
        data_item=seen.tokens[item],
        data_part=seen.tokens[item],
        data_state=state,
    )


def _place(seen: _Seen, item: str, *, place: str, is_wrong: bool) -> Html:
    """Return the list of places of one step: the truth of the form, with script and without."""
    _ = seen.voice.words.gettext
    dom_id = seen.dom_id(item)
    values = [(str(number), seen.voice.number(number)) for number in range(1, len(seen.task.ids) + 1)]
    offered = [("", "\N{HORIZONTAL ELLIPSIS}"), *values, *([(OUT, _("not part of it"))] if seen.task.strangers else [])]
    options = [element("option", words, value=value, selected=value == place) for value, words in offered]
    return element(
        "label",
        element("span", _("Place"), id=f"{dom_id}-label"),
        element(
            "select",
            *options,
            name=field_name(seen.tokens[item]),
            required=True,
            aria_labelledby=f"{dom_id}-label {dom_id}-text",
            aria_describedby=f"{dom_id}-result",
            aria_invalid="true" if is_wrong else None,
        ),
        class_=f"coop__entry {_NAME}__place",
        data_plain=True,
    )


def _place_words(voice: Voice, place: str) -> Html:
    """Return the place of a step for those who do not see its number."""
    words = voice.words.gettext("Place {place}").format(place=place) if place.isdigit() else ""
    return element("span", words, class_="coop__hidden") if words else Html()


def _tools(voice: Voice, name: str, *, can_leave: bool) -> Html:
    """Return the buttons that move a step; without script they are hidden."""
    _ = voice.words.gettext
    return element(
        "span",
        element("span", "\N{BRAILLE PATTERN DOTS-123456}", class_=f"{_NAME}__handle", aria_hidden="true", data_handle=True),
        _tool("\N{BLACK UP-POINTING TRIANGLE}", _("Move up: {item}").format(item=name), data_move="up"),
        _tool("\N{BLACK DOWN-POINTING TRIANGLE}", _("Move down: {item}").format(item=name), data_move="down"),
        _tool("\N{MULTIPLICATION X}", _("Leave out: {item}").format(item=name), data_move="out") if can_leave else None,
        _tool("\N{ANTICLOCKWISE OPEN CIRCLE ARROW}", _("Put back: {item}").format(item=name), data_move="in")
        if can_leave
        else None,
        class_=f"{_NAME}__tools",
        data_scripted=True,
        hidden=True,
    )


def _tool(icon: str, label: str, **marks: str) -> Html:
    return element(
        "button", element("span", icon, aria_hidden="true"), type="button", class_=f"{_NAME}__tool", aria_label=label, **marks
    )


def _said(seen: _Seen, item: str, standing: Standing | None) -> Html:
    if standing is None:
        return Html()
    return verdict(standing.state, _standing_words(seen.voice, standing), seen.block.text(item, "feedback"))


def _standing_words(voice: Voice, standing: Standing) -> str:
    _ = voice.words.gettext
    if standing.belongs != (standing.side == "in"):
        return _("Not right: this belongs to the order.") if standing.belongs else _("Not right: this does not belong here.")
    if not standing.belongs:
        return _("Right: this does not belong here.")
    if standing.right == standing.of:
        return _("Right: in order with all the others.")
    if not standing.right:
        return _("Not right: in order with none of the others.")
    return _("Partly right: in order with {right} of the {of} others.").format(right=standing.right, of=standing.of)


def _measure(seen: _Seen) -> str:
    """Return how the order is marked, in words for learners."""
    _ = seen.voice.words.gettext
    if seen.block.structure.get("partial") == "none":
        return _("The order is marked as a whole: all or nothing.")
    words = _("How it is marked: every two steps are compared, and you earn the share of pairs in the right order.")
    if seen.task.strangers:
        words += " " + _("What does not belong makes a pair with each step, which is right once it is left out.")
    return words


def _result(seen: _Seen) -> Html:
    """Return the count behind the mark, and the right order once it may be told."""
    _ = seen.voice.words.gettext
    pieces = []
    if seen.order is not None:
        counted = _("Pairs in the right order: {right} of {all}.").format(
            right=right_pairs(seen.task, seen.order), all=pairs(seen.task)
        )
        pieces.append(element("p", counted, class_=f"{_NAME}__pairs", dir="auto"))
    if seen.block.reveal:
        pieces.append(_right_order(seen))
    return joined(*pieces)


def _right_order(seen: _Seen) -> Html:
    _ = seen.voice.words.gettext
    stages: dict[int, list[str]] = {}
    for item, stage in seen.task.stages.items():
        stages.setdefault(stage, []).append(item)
    any_first = _("in any order")
    steps = [element("li", *_stage(seen.block, items, any_first), dir="auto") for items in stages.values()]
    outside = [element("li", Html(inline(seen.block.text(item))), dir="auto") for item in seen.task.strangers]
    return element(
        "div",
        element("p", _("The right order"), class_=f"{_NAME}__heading"),
        element("ol", *steps),
        element("p", _("Not part of it"), class_=f"{_NAME}__heading") if outside else None,
        element("ul", *outside) if outside else None,
        class_=f"{_NAME}__answer",
    )


def _stage(block: CoopOrderBlock, items: Sequence[str], any_first: str) -> list[Html]:
    texts = [Html(inline(block.text(item))) for item in items]
    if len(texts) == 1:
        return texts
    return [element("ul", *(element("li", text) for text in texts)), element("span", f"({any_first})", class_="coop__note")]
