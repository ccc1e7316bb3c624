"""Reads the text of a problem: line by line, telling of all that can't be understood, each with its line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from lms_app.i18n import latin_digits
from lms_app.runtime.problems.inline import BLOCKS, INLINE, UnknownTag, parsed, xml_of
from lms_app.runtime.problems.model import Answer, Answers, Choice, Kind, Label, Line, Note, Part, Problem, Question, Wrong

_MARKS: Final = "xX×✓✔!@ "
_ROUND: Final = re.compile(rf"^\s*\(([{_MARKS}]{{0,3}})\)\s*(.*)$")
_SQUARE: Final = re.compile(rf"^\s*\[([{_MARKS}]{{0,3}})\]\s*(.*)$")
_TYPED: Final = re.compile(r"^\s*(s?=|or=|not=)(?!=)\s*(.*)$")
_NOTE: Final = re.compile(r"^(.*?)\{\{(.*)\}\}$")
_COMBINED: Final = re.compile(r"^\s*\{\{\s*\(\(([A-Z ]+)\)\)\s*(.*)\}\}\s*$")
_LABEL: Final = re.compile(r"^\s*>>(.*?)(?:\|\|(.*))?<<\s*$")
_HINT: Final = re.compile(r"^\s*\|\|(.*)\|\|\s*$")
_BETWEEN: Final = re.compile(r"^\s*-{3,}\s*$")
_UNDERLINE: Final = re.compile(r"^\s*={3,}\s*$")
_EXPLAINED: Final = re.compile(r"^\s*\[/?explanation\]\s*$", re.IGNORECASE)
_NUMBER: Final = re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$")
_FRACTION: Final = re.compile(r"^[-+]?\d+/\d+$")
_COMMA: Final = re.compile(r"^([-+]?\d+),(\d+)$")
_RANGE: Final = re.compile(r"^[\[(]\s*([^,;\s]+)\s*[,;]\s*([^,;\s]+)\s*[\])]$")
_TOLERANCE: Final = re.compile(r"^(.*?)\s*(?:\+-|±|\+/-)\s*(.*)$")
_LONGEST: Final = 200
"""Lines that one piece of HTML may take."""


def read_markup(text: str) -> tuple[Problem, tuple[Wrong, ...]]:
    """Return the problem that the text says, and what in it can't be understood, in the order of its lines."""
    return _Reader(text).read()


def number_of(text: str) -> str | None:
    """Return a number as it is calculated with (digits of any script, a decimal comma); None for what is no number."""
    told = latin_digits(text).strip().replace("\N{MINUS SIGN}", "-").replace("٫", ".")
    told = _COMMA.sub(r"\1.\2", told)
    if _NUMBER.match(told) or _FRACTION.match(told):
        return told
    ends = _RANGE.match(told)
    if ends and all(_NUMBER.match(end) for end in ends.groups()):
        return f"{told[0]}{ends[1]}, {ends[2]}{told[-1]}"
    return None


class _Reader:
    """Goes through the lines once."""

    def __init__(self, text: str) -> None:
        self._lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._at = 0
        self._wrong: list[Wrong] = []
        self._hints: list[str] = []
        self._questions: list[Question] = []
        self._parts: list[Part] = []
        self._explanation: tuple[Line, ...] = ()
        self._begins = 1

    def read(self) -> tuple[Problem, tuple[Wrong, ...]]:
        while self._at < len(self._lines):
            self._step()
        self._end_question()
        if not any(question.answers for question in self._questions) and not self._wrong:
            self._tell("problem_no_answers", line=1)
        problem = Problem(_joined(self._questions), tuple(self._hints))
        return problem, tuple(sorted(self._wrong, key=lambda one: one.line))

    def _step(self) -> None:
        line = self._lines[self._at]
        if not line.strip():
            self._at += 1
        elif _BETWEEN.match(line):
            self._at += 1
            self._end_question()
        elif _EXPLAINED.match(line):
            self._explain()
        elif not any(read(line) for read in self._readers()):
            self._at_text(line)

    def _readers(self) -> Iterator[Callable[[str], bool]]:
        yield from (self._label, self._hint, self._combined, self._menu, self._choice, self._typed)

    # One line each

    def _label(self, line: str) -> bool:
        if not line.strip().startswith(">>"):
            return False
        found = _LABEL.match(line) if line.rstrip().endswith("<<") else None
        if not found:
            self._tell("problem_label_open")
        elif any(isinstance(part, Label) for part in self._parts):
            self._tell("problem_label_twice")
        else:
            self._parts.append(Label(self._xml(found[1]), self._xml(found[2] or "")))
        self._at += 1
        return True

    def _hint(self, line: str) -> bool:
        if not line.strip().startswith("||"):
            return False
        found = _HINT.match(line)
        if not found or not found[1].strip(" |"):
            self._tell("problem_hint_open")
        else:
            self._hints.append(self._xml(found[1]))
        self._at += 1
        return True

    def _combined(self, line: str) -> bool:
        found = _COMBINED.match(line)
        if not found:
            return False
        group = self._group_of("choices", opens=False)
        if group is None:
            self._tell("problem_note_alone")
        else:
            value = " ".join(found[1].split())
            self._put(replace(group, combined=(*group.combined, Answer(value, Note(self._xml(found[2]))))))
        self._at += 1
        return True

    def _choice(self, line: str) -> bool:
        found = _ROUND.match(line) or _SQUARE.match(line)
        if not found:
            return False
        is_one = line.lstrip().startswith("(")
        group = self._group_of("choice" if is_one else "choices")
        if group is not None:
            shuffles = group.is_shuffled or "!" in found[1]
            choice = self._chosen(found[2], found[1], is_one=is_one)
            self._put(replace(group, choices=(*group.choices, choice), is_shuffled=shuffles))
        self._at += 1
        return True

    def _chosen(self, text: str, marks: str, *, is_one: bool) -> Choice:
        words, notes = self._noted(text)
        if not words:
            self._tell("problem_choice_empty")
        is_right = any(mark in marks for mark in "xX×✓✔")
        if is_one:
            return Choice(self._xml(words), is_right, self._note(notes), is_fixed="@" in marks)
        when, left = _two_notes(notes)
        return Choice(self._xml(words), is_right, self._note(when), self._note(left), is_fixed="@" in marks)

    def _menu(self, line: str) -> bool:
        text = line.strip()
        if not text.startswith("[["):
            return False
        group = self._group_of("menu")
        options = self._options(text)
        if group is not None and options is not None:
            self._put(replace(group, choices=tuple(self._option(each) for each in options)))
        return True

    def _options(self, text: str) -> list[str] | None:
        """Return the entries of a drop-down list, which stands on one line or on several; go on behind it."""
        self._at += 1
        if text.endswith("]]"):
            return [each.strip() for each in text[2:-2].split(",")]
        found = [text[2:].strip()]
        for ahead in range(self._at, len(self._lines)):
            each = self._lines[ahead].strip()
            if each.endswith("]]"):
                self._at = ahead + 1
                return [one for one in (*found, each[:-2].strip()) if one]
            if _BETWEEN.match(each):
                break
            found.append(each)
        self._tell("problem_menu_open", line=self._at)
        return None

    def _option(self, text: str) -> Choice:
        words, notes = self._noted(text)
        is_right = words.startswith("(") and words.endswith(")")
        shown = self._xml(words[1:-1] if is_right else words, plain=True)
        if not shown:
            self._tell("problem_choice_empty", line=self._at)
        return Choice(shown, is_right, self._note(notes))

    def _typed(self, line: str) -> bool:
        found = _TYPED.match(line)
        if not found:
            return False
        value, notes = self._noted(found[2])
        note = self._note(notes)
        if not value:
            self._tell("problem_answer_empty")
        elif found[1] == "=" and (number := self._number(value)) is not None:
            self._numeric(*number, note)
        elif found[1] in {"=", "s="}:
            self._textual(value, note)
        else:
            self._further(found[1], value, note)
        self._at += 1
        return True

    def _numeric(self, value: str, tolerance: str, note: Note | None) -> None:
        group = self._group_of("number")
        if group is not None and group.right:
            self._tell("problem_two_answers")
        elif group is not None:
            self._put(replace(group, right=(Answer(value, note),), tolerance=tolerance))

    def _textual(self, value: str, note: Note | None) -> None:
        group = self._group_of("text")
        if group is not None and group.right:
            self._tell("problem_two_answers")
        elif group is not None:
            is_pattern = value.startswith("|")
            told = value[1:].strip() if is_pattern else value
            self._put(replace(group, right=(Answer(told, note),), is_pattern=is_pattern))

    def _further(self, sign: str, value: str, note: Note | None) -> None:
        group = self._group_of("text", opens=False) or self._group_of("number", opens=False)
        if group is None or not group.right:
            self._tell("problem_or_first", sign=sign)
        elif sign == "not=" and group.kind == "number":
            self._tell("problem_not_for_numbers")
        elif sign == "not=":
            self._put(replace(group, wrong=(*group.wrong, Answer(value, note))))
        elif group.kind == "number" and (told := number_of(value)) is None:
            self._tell("problem_not_number", text=value)
        else:
            meant = told if group.kind == "number" and told else value
            self._put(replace(group, right=(*group.right, Answer(meant, note))))

    def _number(self, text: str) -> tuple[str, str] | None:
        """Return a number and its tolerance; None for a text, also when what looks like a tolerance is none."""
        whole = number_of(text)
        if whole is not None:
            return whole, ""
        split = _TOLERANCE.match(" ".join(text.split()))
        value = number_of(split[1]) if split else None
        if split is None or value is None:
            return None
        percent = split[2].rstrip().endswith(("%", "٪"))
        tolerance = number_of(split[2].rstrip(" %٪"))
        if tolerance is None or not _NUMBER.match(tolerance) or not _NUMBER.match(value):
            self._tell("problem_tolerance", text=split[2].strip())
            return value, ""
        return value, tolerance + ("%" if percent else "")

    # Several lines

    def _explain(self) -> None:
        begins = self._at
        self._at += 1
        if self._explanation:
            self._tell("problem_explanation_twice", line=begins + 1)
        lines: list[Line] = []
        while self._at < len(self._lines) and not _BETWEEN.match(self._lines[self._at]):
            line = self._lines[self._at]
            if _EXPLAINED.match(line):
                self._at += 1
                self._explanation = tuple(lines)
                return
            if line.strip():
                lines.append(self._line(line))
            else:
                self._at += 1
        self._tell("problem_explanation_open", line=begins + 1)

    def _at_text(self, line: str) -> None:
        if line.strip().startswith("{{"):
            self._tell("problem_note_alone")
            self._at += 1
        else:
            self._parts.append(self._line(line))

    def _line(self, line: str) -> Line:
        """Return a line of text, with as many of those that follow as belong to it; go on behind it."""
        text = line.strip()
        if text.lower() == "[code]":
            return self._code()
        if text.startswith("<") and (found := self._html()) is not None:
            return found
        ahead = self._lines[self._at + 1] if self._at + 1 < len(self._lines) else ""
        made = Line("heading" if _UNDERLINE.match(ahead) else "text", self._xml(text))
        self._at += 2 if made.kind == "heading" else 1
        return made

    def _code(self) -> Line:
        for ahead in range(self._at + 1, len(self._lines)):
            if self._lines[ahead].strip().lower() == "[/code]":
                text = "\n".join(self._lines[self._at + 1 : ahead])
                self._at = ahead + 1
                return Line("code", text)
        self._tell("problem_code_open")
        self._at = len(self._lines)
        return Line("code", "")

    def _html(self) -> Line | None:
        """Return the element that begins here, which may take several lines; None when none does."""
        for end in range(self._at + 1, min(self._at + _LONGEST, len(self._lines)) + 1):
            text = "\n".join(self._lines[self._at : end])
            root = parsed(text)
            if root is not None:
                if len(root) != 1 or root.text or root[0].tail or root[0].tag in INLINE - {"img"}:
                    return None
                made = Line("html", self._xml(text, allowed=INLINE | BLOCKS))
                self._at = end
                return made
        return None

    # A question's answers

    def _group_of(self, kind: Kind, *, opens: bool = True) -> Answers | None:
        """Return the answers that this line goes on with, or begins; None, and told, when the question has others."""
        there = next((part for part in self._parts if isinstance(part, Answers)), None)
        if there is None and opens:
            there = Answers(kind)
            self._parts.append(there)
            return there
        if there is not None and there.kind == kind and self._parts[-1] is there and not (kind == "menu" and opens):
            return there
        if opens:
            self._tell("problem_two_answers")
        return None

    def _put(self, group: Answers) -> None:
        self._parts[next(at for at, part in enumerate(self._parts) if isinstance(part, Answers))] = group

    def _end_question(self) -> None:
        if self._parts or self._explanation:
            question = Question(tuple(self._parts), self._explanation)
            self._judge(question)
            self._questions.append(question)
        self._parts, self._explanation = [], ()
        self._begins = self._at + 1

    def _judge(self, question: Question) -> None:
        group = question.answers
        if group is None and any(isinstance(part, Label) for part in question.parts):
            self._tell("problem_no_answers", line=self._begins)
        if group is None or not group.choices:
            return
        if len(group.choices) == 1 and group.kind != "choices":
            self._tell("problem_one_choice", line=self._begins)
        if group.kind != "choices" and not any(choice.is_right for choice in group.choices):
            self._tell("problem_none_right" if group.kind == "choice" else "problem_none_right_menu", line=self._begins)

    # Words

    def _noted(self, text: str) -> tuple[str, str]:
        """Return an answer's words and what stands behind them in double braces."""
        found = _NOTE.match(text.rstrip()) if text.rstrip().endswith("}}") else None
        if found:
            return found[1].strip(), found[2].strip()
        if "{{" in text:
            self._tell("problem_note_open")
            return text.partition("{{")[0].strip(), ""
        return text.strip(), ""

    def _note(self, text: str) -> Note | None:
        label, sign, words = text.partition("::")
        if not sign:
            label, words = "", text
        return Note(self._xml(words), self._xml(label, plain=True)) if words.strip() else None

    def _xml(self, text: str, *, allowed: frozenset[str] = INLINE, plain: bool = False) -> str:
        try:
            return xml_of(text, allowed=frozenset() if plain else allowed)
        except UnknownTag as error:
            self._tell("problem_unknown_tag", tag=str(error))
            return ""

    def _tell(self, code: str, *, line: int | None = None, **facts: str) -> None:
        self._wrong.append(Wrong(line or min(self._at + 1, len(self._lines)), code, facts))


def _two_notes(text: str) -> tuple[str, str]:
    """Return what is said of a choice that was taken, and of one that was left."""
    told = {"selected": "", "unselected": ""}
    for piece in re.split(r"\}\s*,\s*\{", text):
        sign, colon, words = piece.strip(" {}").partition(":")
        name = {"s": "selected", "u": "unselected"}.get(sign.strip().lower(), sign.strip().lower())
        if colon and name in told and not words.startswith(":"):
            told[name] = words.strip()
        else:
            told["selected"] = piece.strip()
    return told["selected"], told["unselected"]


def _joined(questions: list[Question]) -> tuple[Question, ...]:
    """Return the questions, texts between them as one."""
    found: list[Question] = []
    for question in questions:
        before = found[-1] if found else None
        if before and not (before.answers or before.explanation or question.answers):
            found[-1] = Question((*before.parts, *question.parts), question.explanation)
        else:
            found.append(question)
    return tuple(found)
