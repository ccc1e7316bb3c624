"""Make a quiz of an Open edX problem, and say what could not be carried over.

Read are the five common kinds: `multiplechoiceresponse`, `choiceresponse`, `optionresponse`, `numericalresponse` and
`stringresponse`, one or several in a `<problem>`, with labels, descriptions, feedback, hints, tolerance and solution.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from takwin_xblocks.contract.markup import possible
from takwin_xblocks.contract.olx import attributes_of, is_element, is_entity, line_of, shown
from takwin_xblocks.contract.schema import N_, Content, ContentError, Fault, empty_structure
from takwin_xblocks.contract.values import ValueRefused, plain_decimal
from takwin_xblocks.quiz.capa_choices import Choice, option_choices, tagged_choices
from takwin_xblocks.quiz.capa_words import BREAK, joined_lines, words_around, words_of
from takwin_xblocks.quiz.content import HINTS, SCHEMA, tolerance
from takwin_xblocks.quiz.folding import TextTooLong, folded

RESPONSES = ("multiplechoiceresponse", "choiceresponse", "optionresponse", "numericalresponse", "stringresponse")
USUAL_TOLERANCE = "0.001%"
"""What Open edX allows where a problem names none."""
_SHOW_ANSWERS = {
    "never": "never",
    "answered": "after_correct",
    "correct": "after_correct",
    "finished": "after_attempts_exhausted",
    "attempted": "after_attempts_exhausted",
    "after_all_attempts": "after_attempts_exhausted",
    "closed": "after_closed",
    "past_due": "after_closed",
}
_UNDECLARED = re.compile(r"'([^']+)'")
_WORDS = ("label", "description")
_IGNORED = frozenset({"url_name", "xblock-family", "markdown", "filename", "id", "name", "size", "type", "label"})


@dataclass
class Converted:
    """A quiz made of a problem: its content, its settings by name, and all that was left behind."""

    content: Content = field(default_factory=lambda: Content(structure=empty_structure(SCHEMA)))
    settings: dict[str, str] = field(default_factory=dict)
    lost: list[Fault] = field(default_factory=list)


def from_capa(problem: str | bytes | etree._Element) -> Converted:
    """Make a quiz of a `<problem>`. Refuses (`ContentError`) what is no XML, or no problem with a question that can be carried."""
    root, dropped = _parsed(problem) if isinstance(problem, str | bytes) else (problem, [])
    if root.tag != "problem":
        raise ContentError([Fault(N_("a <problem> is expected, not {element}"), {"element": shown(root)}, "", line_of(root))])
    reader = _Reader()
    reader.made.lost += dropped
    reader.read(root)
    if not reader.made.content.structure["questions"]:
        raise ContentError(
            [*reader.made.lost, Fault(N_("this problem has no question that can be carried over"), {}, "", line_of(root))]
        )
    return reader.made


def _parsed(problem: str | bytes) -> tuple[etree._Element, list[Fault]]:
    """Return a problem, and the entities that its parser dropped from attributes without a trace."""
    data = possible(problem).encode() if isinstance(problem, str) else problem
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ContentError([Fault(N_("this is not XML: {reason}"), {"reason": str(error)[:200]})]) from error
    kept = Counter(str(one.text) for one in root.iter(etree.Entity))
    dropped = []
    for entry in parser.error_log:
        found = _UNDECLARED.search(entry.message) if entry.type_name == "WAR_UNDECLARED_ENTITY" else None
        name = f"&{found[1]};" if found else ""
        if name and kept[name]:
            kept[name] -= 1
        elif name:
            dropped.append(Fault(N_("the entity {name}"), {"name": name}, "", entry.line))
    return root, dropped


class _Reader:
    """Collects the questions of a problem, and what is lost on the way."""

    def __init__(self) -> None:
        self.made = Converted()
        self._said: list[str] = []
        """Words that stand before the next question: they belong to what it asks."""

    def read(self, root: etree._Element) -> None:
        self._settings(root)
        self._walk(root)
        if self._said:
            self._lose(root, N_("the words after the last question: {words}"), words=" ".join(self._said)[:80])

    def _settings(self, root: etree._Element) -> None:
        for name, value in attributes_of(root).items():
            if name in ("display_name", "max_attempts", "weight") and value:
                self.made.settings[name] = value
            elif name == "showanswer" and value in _SHOW_ANSWERS:
                self.made.settings["show_answers"] = _SHOW_ANSWERS[value]
            elif name not in _IGNORED and value:
                self._lose_attribute(root, name, value)

    def _walk(self, node: etree._Element) -> None:
        self._say(node.text)
        for child in node:
            if is_element(child):
                self._meet(child)
            elif is_entity(child):
                self._lose_entity(child)
            self._say(child.tail)

    def _meet(self, node: etree._Element) -> None:
        if node.tag in RESPONSES:
            self._response(node)
        elif node.tag == "solution":
            self._solution(node)
        elif node.tag == "demandhint":
            self._hints(node)
        elif node.tag == "script":
            self._lose(node, N_("the program in {element}"), element="<script>")
        elif str(node.tag).endswith("response"):
            self._leave_out(node, N_("questions of the kind {element}"), element=shown(node))
        elif any(one.tag in RESPONSES for one in node.iter()):
            self._walk(node)
        else:
            self._say(words_around(node, self._lose), is_markup=True)

    def _say(self, text: str | None, *, is_markup: bool = False) -> None:
        words = (text or "") if is_markup else joined_lines((text or "").replace("&", "&amp;").replace("<", "&lt;"))
        if words.strip():
            self._said.append(words)

    # --- questions ---

    def _response(self, node: etree._Element) -> None:
        read: Mapping[str, Callable[[etree._Element], None]] = {
            "multiplechoiceresponse": self._single,
            "choiceresponse": self._boxes,
            "optionresponse": self._options,
            "numericalresponse": self._number,
            "stringresponse": self._text,
        }
        before = len(self.made.content.structure["questions"])
        read[str(node.tag)](node)
        for inner in node.iter("solution", "demandhint"):
            if len(self.made.content.structure["questions"]) > before:
                (self._solution if inner.tag == "solution" else self._hints)(inner)

    def _ask(self, node: etree._Element, question: dict[str, Any], *, more: str = "") -> dict[str, Any]:
        """Add a question with the words said before it, its label and its description."""
        questions = self.made.content.structure["questions"]
        asked = {"id": f"q{len(questions) + 1}", **question}
        self.made.content.lines[f"questions.{len(questions)}"] = line_of(node)
        questions.append(asked)
        own = [words_of(one, self._lose) for name in _WORDS for one in node.findall(name)]
        own = own or [next((one.get("label", "") for one in node.iter() if one.get("label")), "")]
        self._keep(asked, "prompt", BREAK.join(one for one in (*self._said, *own, more) if one) or "…")
        self._said.clear()
        return asked

    def _single(self, node: etree._Element) -> None:
        choices = tagged_choices(node, self._lose)
        self._known(node, "partial_credit")
        if node.get("partial_credit", "false").lower() != "false":
            self._lose_attribute(node, "partial_credit", node.get("partial_credit", ""))
        if sum(one.correct for one in choices) != 1:
            self._leave_out(node, N_("a question with several right choices of which one is enough, or with none"))
            return
        self._choose(node, "single", choices)

    def _boxes(self, node: etree._Element) -> None:
        if node.find(".//radiogroup") is not None:
            self._single(node)
            return
        choices = tagged_choices(node, self._lose)
        self._known(node, "partial_credit")
        if not any(one.correct for one in choices):
            self._leave_out(node, N_("a question where nothing is to be ticked"))
            return
        scheme = node.get("partial_credit", "false").lower()
        if scheme != "false":
            self._lose(
                node, N_("the way to share points {scheme}: here each wrong tick takes back what a right one earns"), scheme=scheme
            )
        self._choose(node, "multiple", choices, **({"partial": "false"} if scheme == "false" else {}))

    def _options(self, node: etree._Element) -> None:
        self._known(node)
        for one in node.iter("optioninput"):
            choices = option_choices(one, self._lose)
            if sum(choice.correct for choice in choices) == 1:
                self._choose(node, "single", choices)
            else:
                self._leave_out(one, N_("a list with several right choices, or with none"))

    def _choose(self, node: etree._Element, kind: str, choices: list[Choice], **marks: Any) -> None:
        if len(choices) < 2:  # noqa: PLR2004 -- one is no choice
            self._leave_out(node, N_("a question with a single choice"))
            return
        if any(one.get("shuffle") == "true" for one in node.iter()):
            marks["shuffle"] = True
        question = self._ask(node, {"kind": kind, **marks, "choices": [one.structure() for one in choices]})
        for one in choices:
            for part, text in one.texts().items():
                self._keep(question, part, text)

    def _number(self, node: etree._Element) -> None:
        self._known(node, "answer")
        try:
            value, allowed = _amount(node)
        except ValueError:
            self._leave_out(
                node, N_("the number {answer}: only plain numbers and closed ranges are carried"), answer=node.get("answer", "")
            )
            return
        question = self._ask(node, {"kind": "number", "value": value, "tolerance": allowed})
        for one in node.iter("formulaequationinput", "textline"):
            self._keep(question, "unit", words_in(one.get("trailing_text", "")))
        for one in node.findall("correcthint"):
            self._keep(question, "feedback/correct", words_of(one, self._lose))
        for one in node.findall("additional_answer"):
            self._lose(one, N_("the other right number {answer}"), answer=one.get("answer", ""))
        for one in node.findall("responseparam"):
            self._known(one, "default")

    def _text(self, node: etree._Element) -> None:
        self._known(node, "answer")
        kinds = node.get("type", "").lower().split()
        if "regexp" in kinds:
            self._leave_out(node, N_("the pattern {answer}: wordings are compared, never patterns"), answer=node.get("answer", ""))
            return
        wordings = _wordings(node)
        usable = [one for one in wordings if self._is_usable(one[0], node)]
        if not any(share is None for _, share, _ in usable):
            self._leave_out(node, N_("a question that accepts no word"))
            return
        if "ci" not in kinds:
            self._lose(node, N_("that capital letters count"))
        accepts = [
            {"id": f"a{place}", **({} if share is None else {"share": share})}
            for place, (_, share, _) in enumerate(usable, start=1)
        ]
        question = self._ask(node, {"kind": "text", "accepts": accepts})
        for accept, (words, _, hint) in zip(accepts, usable, strict=True):
            self._keep(question, str(accept["id"]), words_in(words))
            if hint is not None:
                self._keep(question, f"{accept['id']}/feedback", words_of(hint, self._lose))
        for entity in (inner for one in node.findall("additional_answer") for inner in one if is_entity(inner)):
            self._lose_entity(entity)
        for one in node.iter("hintgroup", "textline"):
            if one.tag == "hintgroup" or one.get("trailing_text"):
                self._lose(one, N_("what {element} adds"), element=shown(one))

    def _is_usable(self, words: str, node: etree._Element) -> bool:
        try:
            if folded(words):
                return True
        except TextTooLong:
            pass
        self._lose(node, N_("the wording {words}"), words=words[:80])
        return False

    # --- what belongs to questions ---

    def _solution(self, node: etree._Element) -> None:
        """Keep a solution for after the right answer, so that nobody reads it before."""
        questions = self.made.content.structure["questions"]
        if not questions:
            self._lose(node, N_("a solution before any question"))
            return
        key = f"{questions[-1]['id']}/feedback/correct"
        texts = self.made.content.texts
        texts[key] = BREAK.join(one for one in (texts.get(key, ""), words_of(node, self._lose)) if one)

    def _hints(self, node: etree._Element) -> None:
        questions = self.made.content.structure["questions"]
        hints = [words_of(one, self._lose) for one in node.findall("hint")]
        if not questions:
            self._lose(node, N_("hints before any question"))
            return
        for part, hint in zip(HINTS, hints, strict=False):
            self._keep(questions[0], part, hint)
        if len(questions) > 1:
            self._lose(node, N_("that the hints are for all questions: they stand by the first"))
        for hint in hints[len(HINTS) :]:
            self._lose(node, N_("the hint {words}"), words=hint[:80])

    def _keep(self, question: Mapping[str, Any], part: str, text: str) -> None:
        if text:
            self.made.content.texts[f"{question['id']}/{part}"] = text

    # --- what is lost ---

    def _leave_out(self, node: etree._Element, message: str, /, **given: object) -> None:
        self._said.clear()
        self._lose(node, message, **given)

    def _known(self, node: etree._Element, *names: str) -> None:
        for name, value in attributes_of(node).items():
            if name not in _IGNORED | {*names}:
                self._lose_attribute(node, name, value)

    def _lose_attribute(self, node: etree._Element, name: str, value: str) -> None:
        self._lose(node, N_('{name}="{value}" of {element}'), name=name, value=value[:80], element=shown(node))

    def _lose_entity(self, node: etree._Element) -> None:
        self._lose(node, N_("the entity {name}"), name=str(node.text))

    def _lose(self, node: etree._Element, message: str, /, **given: object) -> None:
        place = len(self.made.content.structure["questions"])
        self.made.lost.append(Fault(message, given, f"questions.{place}", line_of(node)))


def words_in(text: str) -> str:
    """Return a text that is no markup as a text that may hold some."""
    return joined_lines(text.replace("&", "&amp;").replace("<", "&lt;"))


def _amount(node: etree._Element) -> tuple[str, str]:
    """Return the value and the tolerance of a number, or of the middle of a closed range."""
    typed = node.get("answer", "").strip()
    if typed.startswith("[") and typed.endswith("]"):
        least, _, most = typed[1:-1].partition(",")
        low, high = _plain(least), _plain(most)
        return plain_decimal((low + high) / 2), plain_decimal(abs(high - low) / 2)
    value = _plain(typed)
    params = [one.get("default", "") for one in node.findall("responseparam") if one.get("type") == "tolerance"]
    try:
        return plain_decimal(value), tolerance(params[0] if params else USUAL_TOLERANCE)
    except ValueRefused as refused:
        raise ValueError from refused


def _plain(typed: str) -> Decimal:
    try:
        number = Decimal(typed.strip())
    except InvalidOperation as error:
        raise ValueError from error
    if not number.is_finite() or abs(number.adjusted()) > 15:  # noqa: PLR2004 -- more digits than anybody types
        raise ValueError
    return number


def _wordings(node: etree._Element) -> list[tuple[str, int | None, etree._Element | None]]:
    """Return each wording with its share (None: whole) and its hint: accepted ones first, then foreseen mistakes."""
    first = node.get("answer", "").split("_or_")
    found: list[tuple[str, int | None, etree._Element | None]] = [
        (words.strip(), None, node.find("correcthint") if place == 0 else None) for place, words in enumerate(first)
    ]
    others = node.findall("additional_answer")
    found += [(one.get("answer") or (one.text or "").strip(), None, one.find("correcthint")) for one in others]
    return found + [(one.get("answer", ""), 0, one) for one in node.findall("stringequalhint")]
