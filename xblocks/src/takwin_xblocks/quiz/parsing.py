"""Read a quiz from the XML that an author writes, and write it back exactly.

    <coop_quiz url_name="q" display_name="Values" max_attempts="3" weight="2" show_answers="after_correct">
      <question kind="single" id="votes" points="1">
        <prompt>How many votes has <em>each</em> member?</prompt>
        <hint>Think of the person, not of the money.</hint>
        <choice id="one" correct="true">One<feedback>Yes: one person, one vote.</feedback></choice>
        <choice id="shares">One per share</choice>
        <feedback when="incorrect">Read the second principle again.</feedback>
      </question>
      <question kind="number" id="refund" value="1200" tolerance="5%"><prompt>…</prompt><unit>MAD</unit></question>
    </coop_quiz>

What does not depend on the language goes to `structure`, every text to `texts` under `question/part`, so that
a translation replaces the second alone. `xml:space="preserve"` marks a text whose outer spaces count, and
`markup="source"` one that is kept as typed because it is not well-formed XML; `markup="empty"` tells an empty text from none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape
from typing import Any

from lxml import etree

from takwin_xblocks.contract.digits import NumberRefused, read_number
from takwin_xblocks.contract.markup import possible
from takwin_xblocks.quiz.grading import KINDS

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DEEPEST = 30
_MOST_POINTS = 1000
_ONCE = ("prompt", "hint", "unit")
RESERVED = frozenset({*_ONCE, "feedback"})
OUTCOMES = ("correct", "incorrect")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


@dataclass(frozen=True)
class Problem:
    """One thing to put right, and its line in the file where that is known."""

    line: int | None
    words: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.words}" if self.line else self.words


class QuizXmlError(ValueError):
    """A quiz that cannot be read; `problems` names every fault at once, so that its author puts them right in one go."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass
class Quiz:
    """A quiz as the two fields of the block."""

    structure: dict[str, Any] = field(default_factory=lambda: {"questions": []})
    texts: dict[str, str] = field(default_factory=dict)


def read_quiz(node: etree._Element) -> Quiz:
    """Read the questions of a `<coop_quiz>`. Refuses (`QuizXmlError`) faults of form and questions nobody could answer right."""
    return _Reader().read(node)


class _Reader:
    """Collects a quiz and the problems met on the way."""

    def __init__(self) -> None:
        self.quiz = Quiz()
        self.problems: list[Problem] = []

    def read(self, node: etree._Element) -> Quiz:
        if _bare(node.text) or any(_bare(child.tail) for child in node):
            self._report(node, "text outside a <question> would be lost")
        seen: set[str] = set()
        for child in self._elements(node, ("question",)):
            question = self._question(child, seen)
            if question:
                self.quiz.structure["questions"].append(question)
        if self.problems:
            raise QuizXmlError(self.problems)
        return self.quiz

    def _question(self, node: etree._Element, seen: set[str]) -> dict[str, Any] | None:
        self._no_other_attributes(node, ("id", "kind", "points", "value", "tolerance"))
        question_id = self._identity(node, seen, "question")
        kind = node.get("kind", "single")
        if kind not in KINDS:
            self._report(node, f'a question is of kind {", ".join(KINDS)}, not "{kind}"')
            return None
        question: dict[str, Any] = {"id": question_id, "kind": kind}
        if "points" in node.attrib:
            question["points"] = self._points(node)
        parts = {"number": (*_ONCE, "feedback")}.get(kind, ("prompt", "hint", "choice", "feedback"))
        children = list(self._elements(node, parts))
        self._texts(question_id, node, children)
        if kind == "number":
            question |= self._number(node)
        else:
            question["choices"] = self._choices(question_id, node, children)
        return question

    def _texts(self, question_id: str, node: etree._Element, children: list[etree._Element]) -> None:
        if _bare(node.text) or any(_bare(child.tail) for child in node):
            self._report(node, "text outside <prompt>, <choice>, <hint> or <feedback> would be lost")
        if not any(child.tag == "prompt" for child in children):
            self._report(node, f'question "{question_id}" has no <prompt>')
        seen: set[str] = set()
        for child in children:
            if child.tag == "choice":
                continue
            self._no_other_attributes(child, ("markup", "when") if child.tag == "feedback" else ("markup",))
            key = f"{question_id}/{child.tag}"
            if child.tag == "feedback" and "when" in child.attrib:
                if child.get("when") not in OUTCOMES:
                    self._report(child, 'feedback is for when="correct" or when="incorrect"')
                key += f"/{child.get('when')}"
            if key in seen:
                self._report(child, f"a second <{child.tag}> for the same question")
            seen.add(key)
            self._text(key, child)

    def _choices(self, question_id: str, node: etree._Element, children: list[etree._Element]) -> list[dict[str, Any]]:
        choices: list[dict[str, Any]] = []
        seen: set[str] = set()
        for child in children:
            if child.tag != "choice":
                continue
            self._no_other_attributes(child, ("id", "correct", "markup"))
            choice_id = self._identity(child, seen, "choice")
            if choice_id in RESERVED:
                self._report(child, f'"{choice_id}" is the name of a part and cannot be the id of a choice')
            choices.append({"id": choice_id, "correct": self._truth(child)})
            feedback = child.findall("feedback")
            if len(feedback) > 1:
                self._report(feedback[1], "a second <feedback> for the same choice")
            self._text(f"{question_id}/{choice_id}", child, without=feedback)
            for part in feedback:
                self._text(f"{question_id}/{choice_id}/feedback", part)
        self._answerable(question_id, node, choices)
        return choices

    def _answerable(self, question_id: str, node: etree._Element, choices: list[dict[str, Any]]) -> None:
        right = sum(choice["correct"] for choice in choices)
        if len(choices) < 2:  # noqa: PLR2004
            self._report(node, f'question "{question_id}" needs two choices or more')
        elif node.get("kind") == "multiple" and not right:
            self._report(node, f'question "{question_id}" has no right choice: mark one with correct="true"')
        elif node.get("kind") != "multiple" and right != 1:
            self._report(node, f'question "{question_id}" needs exactly one choice with correct="true", it has {right}')

    def _number(self, node: etree._Element) -> dict[str, str]:
        value = self._decimal(node, "value", node.get("value", ""))
        typed = node.get("tolerance", "0").strip()
        tolerance = self._decimal(node, "tolerance", typed.removesuffix("%"))
        if tolerance.startswith("-"):
            self._report(node, "a tolerance is not negative")
        return {"value": value, "tolerance": tolerance + ("%" if typed.endswith("%") else "")}

    def _decimal(self, node: etree._Element, name: str, typed: str) -> str:
        """Return a number as `1250` or `12.5`. A comma is refused: what is right has one meaning."""
        try:
            readings = read_number(typed)
        except NumberRefused:
            readings = ()
        if not readings or "," in typed:
            self._report(node, f'{name}="{typed[:40]}" is not a number such as 1250 or 12.5')
            return "0"
        # The point is always the decimal sign here, so the smaller reading of 1.250 is meant.
        return _plain(min(readings, key=abs))

    def _points(self, node: etree._Element) -> int:
        typed = node.get("points", "")
        if not typed.isdecimal() or not 1 <= int(typed[:6]) <= _MOST_POINTS:
            self._report(node, f'points="{typed[:40]}" is not a whole number from 1 to {_MOST_POINTS}')
            return 1
        return int(typed)

    def _truth(self, node: etree._Element) -> bool:
        typed = node.get("correct", "false").strip().lower()
        if typed not in _YES + _NO:
            self._report(node, f'correct="{typed[:40]}" is neither true nor false')
        return typed in _YES

    def _identity(self, node: etree._Element, seen: set[str], what: str) -> str:
        identity = node.get("id", "")
        if not _ID.fullmatch(identity):
            self._report(node, f'this <{what}> needs an id of 1 to 64 letters a-z, digits, "-" or "_"; it has "{identity[:40]}"')
        elif identity in seen:
            self._report(node, f'the id "{identity}" is used twice')
        seen.add(identity)
        return identity

    def _text(self, key: str, node: etree._Element, *, without: list[etree._Element] | None = None) -> None:
        preserved = node.get(_SPACE) == "preserve"
        if node.get("markup") == "empty":
            self.quiz.texts[key] = ""
            return
        try:
            text = (node.text or "") if node.get("markup") == "source" else inner_xml(node, without=without or [])
        except ValueError as error:
            self._report(node, str(error))
            return
        text = text if preserved else text.strip()
        if text:
            self.quiz.texts[key] = text

    def _elements(self, node: etree._Element, allowed: tuple[str, ...]) -> Iterator[etree._Element]:
        for child in node:
            if not is_element(child) and not _is_entity(child):
                continue
            if child.tag in allowed:
                yield child
            else:
                self._report(child, f"{_shown(child)} is not known here; expected {', '.join(f'<{name}>' for name in allowed)}")

    def _no_other_attributes(self, node: etree._Element, allowed: tuple[str, ...]) -> None:
        for name in attributes_of(node):
            if name not in allowed and not name.startswith("{"):
                self._report(node, f'{_shown(node)} takes no attribute "{name}"')

    def _report(self, node: etree._Element, words: str) -> None:
        self.problems.append(Problem(line_of(node), words))


def line_of(node: Any) -> int | None:
    """Return the line of an element in its file, if its reader kept it."""
    return node.sourceline if isinstance(node.sourceline, int) else None


def attributes_of(node: Any) -> dict[str, str]:
    """Return the attributes of an element as texts."""
    return {str(name): str(value) for name, value in node.attrib.items()}


def is_element(node: Any) -> bool:
    """Tell an element from a comment, a processing instruction and an entity, whose tags are functions."""
    return isinstance(node.tag, str)


def inner_xml(node: etree._Element, *, without: list[etree._Element] | None = None, depth: int = 0) -> str:
    """Return what stands inside an element as text with markup, without namespaces, comments and the elements `without`."""
    if depth > _DEEPEST:
        raise ValueError(f"markup is nested more than {_DEEPEST} deep")
    parts = [escape(node.text or "", quote=False)]
    for child in node:
        if _is_entity(child):
            raise ValueError(f"the entity {child.text} is not known")
        if is_element(child) and child not in (without or []):
            name = etree.QName(child).localname
            typed = "".join(f' {etree.QName(key).localname}="{escape(value)}"' for key, value in attributes_of(child).items())
            inside = inner_xml(child, depth=depth + 1)
            parts.append(f"<{name}{typed}>{inside}</{name}>" if inside else f"<{name}{typed}/>")
        parts.append(escape(child.tail or "", quote=False))
    return "".join(parts)


def write_quiz(node: etree._Element, structure: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Write a quiz under `node`, so that `read_quiz` gives back the same two fields (texts of questions that are gone excepted)."""
    for question in structure.get("questions", ()):
        element = etree.SubElement(node, "question", kind=question["kind"], id=question["id"])
        for name in ("points", "value", "tolerance"):
            if name in question:
                element.set(name, str(question[name]))
        prefix = question["id"]
        _write_text(element, "prompt", texts.get(f"{prefix}/prompt"), always=True)
        for name in ("hint", "unit"):
            _write_text(element, name, texts.get(f"{prefix}/{name}"))
        for choice in question.get("choices", ()):
            written = _write_text(element, "choice", texts.get(f"{prefix}/{choice['id']}"), always=True)
            written.set("id", choice["id"])
            if choice.get("correct"):
                written.set("correct", "true")
            _write_text(written, "feedback", texts.get(f"{prefix}/{choice['id']}/feedback"))
        _write_text(element, "feedback", texts.get(f"{prefix}/feedback"))
        for outcome in OUTCOMES:
            written = _write_text(element, "feedback", texts.get(f"{prefix}/feedback/{outcome}"))
            if written is not None:
                written.set("when", outcome)


def _write_text(parent: etree._Element, name: str, text: str | None, *, always: bool = False) -> Any:
    if text is None:
        return etree.SubElement(parent, name) if always else None
    text = possible(text)
    element = _markup_element(name, text) if text else etree.Element(name, markup="empty")
    if text != text.strip():
        element.set(_SPACE, "preserve")
    parent.append(element)
    return element


def _markup_element(name: str, text: str) -> etree._Element:
    """Return an element with `text` as its markup if that reads back as the same text, else as plain characters."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        element = etree.fromstring(f"<{name}>{text}</{name}>", parser)
        if element.find("feedback") is None and not _changes_when_indented(element) and inner_xml(element) == text:
            return element
    except (etree.XMLSyntaxError, ValueError):
        pass
    element = etree.Element(name, markup="source")
    element.text = text
    return element


def _changes_when_indented(element: etree._Element) -> bool:
    """Tell whether a host that indents its XML would add spaces inside: where elements stand with no text beside them."""
    if not len(element) or element.text or any(child.tail for child in element):
        return False
    return len(element) > 1 or not element[0].text


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def _bare(text: str | None) -> bool:
    return bool(text and text.strip())


def _is_entity(node: Any) -> bool:
    return bool(node.tag is etree.Entity)


def _shown(node: etree._Element) -> str:
    return f"<{node.tag}>" if is_element(node) else "this"
