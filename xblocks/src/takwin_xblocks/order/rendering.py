"""Show steps to be put in order: a list in which each has its place; script makes it a list whose steps move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.framing import bare, question, verdict
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.order.grading import OUT, Standing, pairs, right_pairs

CoopOrderBlock = Any
"""The block, which imports this module: a type of its own would close a circle."""

_NAME = "coop-order"


def inner(block: CoopOrderBlock, voice: Voice, *, plain_forms: bool) -> Html:
    """Return everything inside the block's element."""
    _ = voice.words.gettext
    if not block.task.ids:
        return joined(
            element("h3", block.display_name, class_="coop__title", dir="auto") if block.display_name else None,
            element("p", _("There is nothing to put in order yet."), class_="coop__note"),
        )
    return question(
        block,
        voice,
        _lists(block, voice),
        element("p", _measure(block, voice), class_="coop__note"),
        _result(block, voice),
        element("p", class_="coop__hidden", aria_live="polite", data_live=True),
        check=_("Check the order"),
        hint=_("Hint"),
        plain_forms=plain_forms,
    )


def _lists(block: CoopOrderBlock, voice: Voice) -> Html:
    """Return the list of steps, and where some do not belong the list of what was left out."""
    _ = voice.words.gettext
    order, task = block.marked_order(), block.task
    has_strangers = bool(task.strangers)
    listed = block.shown_order()
    left_out = [item for item in listed if order is not None and item not in order]
    errors, standings, tokens = block.errors(voice), block.shown_standings(), block.tokens()
    drawn = {
        item: _item(
            block,
            voice,
            item,
            token=tokens[item],
            place=_shown_place(block, item, order),
            error=errors.get(item, ""),
            standing=standings.get(item),
        )
        for item in listed
    }
    told = [_("Give each step its place: 1 for the one that comes first.")]
    moved = [_("Move the steps until they stand in order: with the buttons, by dragging, or with the arrow keys on a button.")]
    if has_strangers:
        does_not_belong = _("Not everything belongs: leave out what does not.")
        told.append(does_not_belong)
        moved.append(does_not_belong)
    return element(
        "div",
        None if block.is_over else element("p", " ".join(told), class_="coop__note", data_plain=True),
        None if block.is_over else element("p", " ".join(moved), class_="coop__note", data_scripted=True, hidden=True),
        element(
            "ol",
            *(drawn[item] for item in listed if item not in left_out),
            class_=f"{_NAME}__items",
            role="list",
            data_in=True,
            data_said=_("{item}: place {place} of {total}."),
            data_first=_("{item} is the first already."),
            data_last=_("{item} is the last already."),
        ),
        _left_out(joined(*(drawn[item] for item in left_out)), voice, is_open=not block.is_over) if has_strangers else None,
        data_order=not block.is_over,
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


def _item(block: CoopOrderBlock, voice: Voice, item: str, *, token: str, place: str, error: str, standing: Standing | None) -> Html:
    dom_id = f"{block.dom_id}-{token}"
    state = "error" if error else standing.state if standing else None
    result = element("p", error, class_="coop__error", dir="auto") if error else _said(block, voice, item, standing)
    return element(
        "li",
        element("span", place if place.isdigit() else "", class_=f"{_NAME}__number", aria_hidden="true", data_number=True),
        element("div", Html(inline(block.text(item))), id=f"{dom_id}-text", class_=f"{_NAME}__text", dir="auto", data_text=True),
        _place_words(voice, place) if block.is_over else _place(block, voice, token=token, place=place, is_wrong=bool(error)),
        None if block.is_over else _tools(voice, bare(block.text(item)), can_leave=bool(block.task.strangers)),
        element("div", result, id=f"{dom_id}-result", class_=f"{_NAME}__result", data_result_for=token),
        class_=f"{_NAME}__item",
        data_item=token,
        data_part=token,
        data_state=state,
    )


def _shown_place(block: CoopOrderBlock, item: str, order: Sequence[str] | None) -> str:
    """Return the place to show: as sent where it waits to be put right, else the place in the marked order."""
    if order is None:
        return "".join(block.shown_answers.get(item, ())[:1])
    return str(order.index(item) + 1) if item in order else OUT


def _place(block: CoopOrderBlock, voice: Voice, *, token: str, place: str, is_wrong: bool) -> Html:
    """Return the list of places of one step: the truth of the form, with script and without."""
    _ = voice.words.gettext
    dom_id = f"{block.dom_id}-{token}"
    values: Sequence[tuple[str, str]] = [(str(number), voice.number(number)) for number in range(1, len(block.task.ids) + 1)]
    offered = [("", "\N{HORIZONTAL ELLIPSIS}"), *values, *([(OUT, _("not part of it"))] if block.task.strangers else [])]
    options = [element("option", words, value=value, selected=value == place) for value, words in offered]
    return element(
        "label",
        element("span", _("Place"), id=f"{dom_id}-label"),
        element(
            "select",
            *options,
            name=field_name(token),
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


def _said(block: CoopOrderBlock, voice: Voice, item: str, standing: Standing | None) -> Html:
    if standing is None:
        return Html()
    return verdict(standing.state, _standing_words(voice, standing), block.text(item, "feedback"))


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


def _measure(block: CoopOrderBlock, voice: Voice) -> str:
    """Return how the order is marked, in words for learners."""
    _ = voice.words.gettext
    if block.structure.get("partial") == "none":
        return _("The order is marked as a whole: all or nothing.")
    words = _("How it is marked: every two steps are compared, and you earn the share of pairs in the right order.")
    if block.task.strangers:
        words += " " + _("What does not belong makes a pair with each step, which is right once it is left out.")
    return words


def _result(block: CoopOrderBlock, voice: Voice) -> Html:
    """Return the count behind the mark, and the right order once it may be told."""
    _ = voice.words.gettext
    order, pieces = block.marked_order(), []
    if order is not None:
        counted = _("Pairs in the right order: {right} of {all}.").format(
            right=right_pairs(block.task, order), all=pairs(block.task)
        )
        pieces.append(element("p", counted, class_=f"{_NAME}__pairs", dir="auto"))
    if block.reveal:
        pieces.append(_right_order(block, voice))
    return joined(*pieces)


def _right_order(block: CoopOrderBlock, voice: Voice) -> Html:
    _ = voice.words.gettext
    stages: dict[int, list[str]] = {}
    for item, stage in block.task.stages.items():
        stages.setdefault(stage, []).append(item)
    any_first = _("in any order")
    steps = [element("li", *_stage(block, items, any_first), dir="auto") for items in stages.values()]
    outside = [element("li", Html(inline(block.text(item))), dir="auto") for item in block.task.strangers]
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
