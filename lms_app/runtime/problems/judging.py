"""Tells a trainer what is wrong with a problem's OLX, and in which line, before a learner meets it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from lms_app.runtime.problems.model import Wrong

_INPUTS: Final = {
    "multiplechoiceresponse": ("choicegroup", "radiogroup"),
    "truefalseresponse": ("choicegroup", "radiogroup"),
    "choiceresponse": ("checkboxgroup", "radiogroup", "choicegroup"),
    "optionresponse": ("optioninput",),
    "numericalresponse": ("formulaequationinput", "textline", "radiogroup"),
    "formularesponse": ("formulaequationinput", "textline"),
    "stringresponse": ("textline",),
}
"""Responses that need one of these inputs inside them."""
KNOWN: Final = frozenset(
    {*_INPUTS, "customresponse", "symbolicresponse", "coderesponse", "externalresponse", "schematicresponse"}
    | {"imageresponse", "annotationresponse", "choicetextresponse"}
)
"""The kinds of response that capa marks."""
_ANSWERED: Final = frozenset({"numericalresponse", "formularesponse", "stringresponse"})
"""Responses that say the right answer in `answer`."""


def wrong_in(olx: str) -> tuple[Wrong, ...]:
    """Return what is wrong with the OLX of a problem, in the order of its lines."""
    try:
        root = etree.fromstring(olx.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        line = int(getattr(error, "lineno", 0) or 1)
        return (Wrong(line, "problem_not_xml", {"why": str(error.msg or "").rpartition(", line")[0]}),)
    if root.tag != "problem":
        return (Wrong(_line(root), "problem_root", {"tag": str(root.tag)}),)
    found = [wrong for element in root.iterdescendants() for wrong in _wrong(element)]
    return tuple(sorted(found, key=lambda one: one.line))


def _wrong(element: Any) -> Iterator[Wrong]:
    tag = element.tag
    if not isinstance(tag, str) or not tag.endswith("response"):
        return
    line = _line(element)
    if tag not in KNOWN:
        yield Wrong(line, "problem_unknown_response", {"tag": tag})
        return
    inputs = [each for name in _INPUTS.get(tag, ()) for each in element.iter(name)]
    if tag in _INPUTS and not inputs:
        yield Wrong(line, "problem_no_input", {"tag": tag, "input": _INPUTS[tag][0]})
    elif tag == "multiplechoiceresponse" and not _has_right(element, "choice"):
        yield Wrong(line, "problem_none_right_olx", {"tag": "choice"})
    elif tag == "optionresponse":
        yield from (Wrong(_line(each), "problem_none_right_olx", {"tag": "option"}) for each in inputs if _is_open(each))
    elif tag in _ANSWERED and not element.get("answer", "").strip():
        yield Wrong(line, "problem_answer_missing", {"tag": tag})


def _line(element: Any) -> int:
    """Return the line of an element that was read from a text."""
    return int(element.sourceline)


def _has_right(element: Any, tag: str) -> bool:
    # `$x` is filled in by the problem's script: only capa can tell.
    return any(each.get("correct", "").lower() == "true" or each.get("correct", "").startswith("$") for each in element.iter(tag))


def _is_open(menu: Any) -> bool:
    return not (menu.get("correct") or _has_right(menu, "option"))
