"""Writes a problem as the text that trainers read and change."""

from __future__ import annotations

from collections.abc import Iterator

from lms_app.runtime.problems.inline import typed
from lms_app.runtime.problems.model import Answers, Choice, Label, Line, Note, Part, Problem, Question
from lms_app.runtime.problems.reading import number_of


def write_markup(problem: Problem) -> str:
    """Return the problem as text."""
    questions = ["\n".join(_question(question)) for question in problem.questions]
    text = "\n\n---\n\n".join(questions)
    hints = "\n".join(f"||{typed(hint)}||" for hint in problem.hints)
    return f"{text}\n\n{hints}\n" if hints else f"{text}\n"


def _question(question: Question) -> Iterator[str]:
    for place, part in enumerate(question.parts):
        if place:
            yield ""
        yield from _part(part)
    if question.explanation:
        yield from ("", "[explanation]")
        for line in question.explanation:
            yield from _line(line)
        yield "[explanation]"


def _part(part: Part) -> Iterator[str]:
    if isinstance(part, Line):
        yield from _line(part)
    elif isinstance(part, Label):
        about = f"||{typed(part.description)}" if part.description else ""
        yield f">>{typed(part.text)}{about}<<"
    else:
        yield from _answers(part)


def _line(line: Line) -> Iterator[str]:
    if line.kind == "heading":
        yield from (typed(line.text), "=====")
    elif line.kind == "code":
        yield from ("[code]", line.text, "[/code]")
    else:
        yield typed(line.text) if line.kind == "text" else line.text


def _answers(group: Answers) -> Iterator[str]:
    if group.kind in {"choice", "choices"}:
        for place, choice in enumerate(group.choices):
            yield _choice(choice, group, is_first=place == 0)
        for one in group.combined:
            yield f"{{{{ (({one.value})) {typed(one.note.text) if one.note else ''} }}}}"
    elif group.kind == "menu":
        yield "[["
        for choice in group.choices:
            words = f"({typed(choice.text)})" if choice.is_right else typed(choice.text)
            yield f"  {words}{_note(choice.note)}"
        yield "]]"
    else:
        yield from _typed(group)


def _choice(choice: Choice, group: Answers, *, is_first: bool) -> str:
    marks = ("!" if group.is_shuffled and is_first else "") + ("@" if choice.is_fixed else "") + ("x" if choice.is_right else "")
    begin, end = "()" if group.kind == "choice" else "[]"
    words = f"{begin}{marks or ' '}{end} {typed(choice.text)}"
    if choice.left is None:
        return words + _note(choice.note)
    taken = f"{{selected: {_words(choice.note)}}}, " if choice.note else ""
    return f"{words} {{{{ {taken}{{unselected: {_words(choice.left)}}} }}}}"


def _typed(group: Answers) -> Iterator[str]:
    for place, answer in enumerate(group.right):
        sign = "or=" if place else "="
        if not place and group.kind == "text" and number_of(answer.value) is not None:
            sign = "s="
        value = f"| {answer.value}" if group.is_pattern and not place else answer.value
        tolerance = f" +- {group.tolerance}" if group.tolerance and not place else ""
        yield f"{sign} {value}{tolerance}{_note(answer.note)}"
    for answer in group.wrong:
        yield f"not= {answer.value}{_note(answer.note)}"


def _note(note: Note | None) -> str:
    return f" {{{{{_words(note)}}}}}" if note else ""


def _words(note: Note | None) -> str:
    if note is None:
        return ""
    return f"{typed(note.label)}::{typed(note.text)}" if note.label else typed(note.text)
