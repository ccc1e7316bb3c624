"""Reads OLX back into a problem of the five common kinds, when nothing in it would be lost; all else stays OLX."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree

from lms_app.runtime.problems.inline import BLOCKS, INLINE, inner, outer
from lms_app.runtime.problems.model import Answer, Answers, Choice, Label, Line, Note, Part, Problem, Question
from lms_app.runtime.problems.olx import EXPLANATION_CLASS, HEADING_CLASS, HEADINGS, RESPONSES
from lms_app.runtime.problems.reading import read_markup
from lms_app.runtime.problems.writing import write_markup

_KINDS: Final = {tag: kind for kind, tag in RESPONSES.items()}
_GROUPS: Final = {"choicegroup": "choice", "checkboxgroup": "choices", "optioninput": "menu"}
_HEADERS: Final = frozenset(HEADINGS.values())
_SIZED: Final = {"20", "40", ""}
_QUOTED: Final = re.compile(r"""^\(\s*(?:(?:'[^']*'|"[^"]*")(?:\s*,)?\s*)+\)$""")
_QUOTE: Final = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_NONE: Final = frozenset[str]()


class _NotOurs(ValueError):
    """Something that the text of a problem can't say."""


def markup_of(olx: str) -> str | None:
    """Return the text of a problem; None for one of other kinds, or with anything that the text would lose."""
    problem = problem_of(olx)
    if problem is None:
        return None
    text = write_markup(problem)
    again, wrong = read_markup(text)
    return text if again == problem and not wrong else None


def problem_of(olx: str) -> Problem | None:
    """Return the problem that the OLX says, or None when the model has no words for all of it."""
    try:
        root = etree.fromstring(olx.encode(), etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=False))
        return _problem(root)
    except (etree.XMLSyntaxError, _NotOurs, ValueError):
        return None


def _problem(root: Any) -> Problem:
    _only(root, "problem", _NONE)
    questions: list[Question] = []
    hints: list[str] = []
    between: list[Part] = []
    for child in _children(root):
        if child.tag == "demandhint":
            hints += _hints(child)
        elif child.tag in _KINDS:
            questions += [Question(tuple(between))] if between else []
            between = []
            questions.append(_question(child))
        elif child.tag == "solution":
            questions.append(Question(tuple(between), _explanation(child)))
            between = []
        else:
            between += _text(child)
    questions += [Question(tuple(between))] if between else []
    _need(any(question.answers for question in questions))
    return Problem(tuple(questions), tuple(hints))


def _question(response: Any) -> Question:
    kind = _KINDS[response.tag]
    _attributes(response, {"number": {"answer"}, "text": {"answer", "type"}}.get(kind, set()))
    parts: list[Part] = []
    typed: list[Any] = []
    explanation: tuple[Line, ...] = ()
    for child in _children(response):
        _need(not explanation)
        if child.tag == "solution":
            explanation = _explanation(child)
        elif kind in {"number", "text"} and child.tag in _TYPED:
            _need(not typed or isinstance(parts[-1], Answers))
            parts += [] if typed else [Answers("text")]  # its place; filled in below
            typed.append(child)
        else:
            _add_part(parts, child, kind)
    if kind in {"number", "text"}:
        parts = [_typed(response, typed, kind) if isinstance(part, Answers) else part for part in parts]
    _need(sum(isinstance(part, Answers) for part in parts) == 1 and sum(isinstance(part, Label) for part in parts) <= 1)
    return Question(tuple(parts), explanation)


def _add_part(parts: list[Part], child: Any, kind: str) -> None:
    if child.tag in _GROUPS:
        _need(_GROUPS[child.tag] == kind)
        parts.append(_group(child, kind))
    elif child.tag == "label":
        parts.append(Label(_words(child)))
    elif child.tag == "description":
        before = parts[-1] if parts else None
        if not isinstance(before, Label) or before.description:
            raise _NotOurs
        parts[-1] = Label(before.text, _words(child))
    else:
        parts += _text(child)


def _group(group: Any, kind: str) -> Answers:
    if kind == "menu":
        return Answers("menu", choices=tuple(_options(group)))
    _attributes(group, {"type", "shuffle"} if kind == "choice" else {"shuffle"})
    _need(group.get("type", "MultipleChoice") == "MultipleChoice" and group.get("shuffle", "false") in {"true", "false"})
    choices, combined = [], []
    for child in _children(group):
        if child.tag == "compoundhint" and kind == "choices":
            _attributes(child, {"value"})
            combined.append(Answer(" ".join(child.get("value", "").split()), Note(_words(child))))
        else:
            _need(child.tag == "choice" and not combined)
            choices.append(_choice(child, kind))
    is_shuffled = group.get("shuffle") == "true"
    return Answers("choice" if kind == "choice" else "choices", tuple(choices), tuple(combined), is_shuffled)


def _choice(choice: Any, kind: str) -> Choice:
    _attributes(choice, {"correct", "fixed"})
    text, notes = _before(choice, "choicehint")
    note = left = None
    for each in notes:
        _attributes(each, {"label"} if kind == "choice" else {"label", "selected"})
        told = Note(_words(each), _plain(each.get("label", "")))
        if each.get("selected", "true") == "true":
            _need(note is None)
            note = told
        else:
            _need(left is None and each.get("selected") == "false")
            left = told
    return Choice(text, _truth(choice.get("correct", "false")), note, left, _truth(choice.get("fixed", "false")))


def _options(menu: Any) -> Iterator[Choice]:
    if menu.get("options") is not None:
        _attributes(menu, {"options", "correct"})
        _need(len(menu) == 0 and bool(_QUOTED.match(menu.get("options").strip())))
        for found in _QUOTE.finditer(menu.get("options")):
            value = found[1] if found[1] is not None else found[2]
            yield Choice(_plain(value), value == menu.get("correct"))
        return
    _attributes(menu, set())
    for option in _children(menu):
        _only(option, "option", frozenset({"correct"}))
        text, notes = _before(option, "optionhint")
        _need(len(notes) <= 1)
        for each in notes:
            _attributes(each, {"label"})
        note = Note(_words(notes[0]), _plain(notes[0].get("label", ""))) if notes else None
        yield Choice(text, _truth(option.get("correct", "false")), note)


_TYPED: Final = frozenset(
    {"correcthint", "responseparam", "additional_answer", "stringequalhint", "formulaequationinput", "textline"}
)


def _typed(response: Any, elements: list[Any], kind: str) -> Answers:
    first = Answer(_value(response))
    others: list[Answer] = []
    wrong: list[Answer] = []
    tolerance, inputs = "", 0
    for each in elements:
        if each.tag == "correcthint":
            _attributes(each, {"label"})
            _need(first.note is None)
            first = Answer(first.value, Note(_words(each), _plain(each.get("label", ""))))
        elif each.tag == "responseparam":
            _attributes(each, {"type", "default"})
            _need(kind == "number" and each.get("type") == "tolerance" and not tolerance)
            tolerance = each.get("default", "").strip()
        elif each.tag == "additional_answer":
            others.append(_additional(each))
        elif each.tag == "stringequalhint":
            _attributes(each, {"answer", "label"})
            wrong.append(
                Answer(_value(each), Note(_words(each), _plain(each.get("label", ""))) if each.text or len(each) else None)
            )
        else:
            _attributes(each, set() if each.tag == "formulaequationinput" else {"size"})
            _need((each.tag == "formulaequationinput") == (kind == "number") and each.get("size", "") in _SIZED)
            inputs += 1
    how = response.get("type", "ci")
    _need(inputs == 1 and (kind == "number" or how in {"ci", "ci regexp"}) and not (kind == "number" and wrong))
    # Text that minds capitals (no `type`) is another question than the one that the text says.
    _need(kind == "number" or response.get("type") is not None)
    right = (first, *others)
    if kind == "number":
        return Answers("number", right=right, tolerance=tolerance)
    return Answers("text", right=right, wrong=tuple(wrong), is_pattern=how == "ci regexp")


def _additional(element: Any) -> Answer:
    _attributes(element, {"answer"})
    notes = list(_children(element))
    _need(len(notes) <= 1 and all(each.tag == "correcthint" for each in notes))
    for each in notes:
        _attributes(each, {"label"})
    note = Note(_words(notes[0]), _plain(notes[0].get("label", ""))) if notes else None
    return Answer(_value(element), note)


def _value(element: Any) -> str:
    value = " ".join(element.get("answer", "").split())
    _need(bool(value))
    return value


def _explanation(solution: Any) -> tuple[Line, ...]:
    _attributes(solution, set())
    (box,) = _children(solution)
    _only(box, "div", frozenset({"class"}))
    _need(box.get("class") == EXPLANATION_CLASS)
    head, *rest = _children(box)
    _need(head.tag == "p" and inner(head) in _HEADERS and not head.attrib)
    lines = tuple(line for each in rest for line in _text(each))
    _need(bool(lines))
    return lines


def _hints(element: Any) -> Iterator[str]:
    _attributes(element, set())
    for hint in _children(element):
        _only(hint, "hint", _NONE)
        yield _words(hint)


def _text(element: Any) -> Iterator[Line]:
    """Yield an element of text as a line; refuse what has no words in the text of a problem."""
    names = {element.tag, *(each.tag for each in element.iterdescendants())}
    if element.tag == "pre" and len(element) == 1 and element[0].tag == "code" and not (element.attrib or element[0].attrib):
        _need(len(element[0]) == 0 and not (element.text or "").strip() and not (element[0].tail or "").strip())
        yield Line("code", element[0].text or "")
        return
    _need(names <= INLINE | BLOCKS)
    if element.tag == "h3" and dict(element.attrib) == {"class": HEADING_CLASS}:
        yield Line("heading", _words(element))
    elif element.tag == "p" and not element.attrib and names - {"p"} <= INLINE:
        if words := inner(element):
            yield Line("text", words)
    else:
        tail, element.tail = element.tail, None
        yield Line("html", " ".join(outer(element).split()))
        element.tail = tail


def _children(element: Any) -> Iterator[Any]:
    """Yield the elements inside one that holds nothing else."""
    _need(not (element.text or "").strip())
    for child in element:
        _need(isinstance(child.tag, str) and not (child.tail or "").strip())
        yield child


def _before(element: Any, tag: str) -> tuple[str, list[Any]]:
    """Return the words of an element, and the notes that stand behind them."""
    notes = [child for child in element if child.tag == tag]
    for note in notes:
        _need(not (note.tail or "").strip() and note.getnext() in (*notes, None))
        element.remove(note)
    return _words(element), notes


def _words(element: Any) -> str:
    _need(all(each.tag in INLINE for each in element.iterdescendants()))
    words = inner(element)
    _need(bool(words))
    return words


def _plain(text: str) -> str:
    return html.escape(" ".join(text.split()), quote=False)


def _truth(text: str) -> bool:
    _need(text.lower() in {"true", "false"})
    return text.lower() == "true"


def _only(element: Any, tag: str, attributes: frozenset[str]) -> None:
    _need(element.tag == tag)
    _attributes(element, attributes)


def _attributes(element: Any, known: set[str] | frozenset[str]) -> None:
    _need(set(element.attrib) <= set(known))


def _need(holds: bool) -> None:  # noqa: FBT001 -- a guard reads better so
    if not holds:
        raise _NotOurs
