"""Writes a problem of the five common kinds as the OLX that capa plays."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Final

from lms_app.runtime.problems.model import Answer, Answers, Choice, Label, Line, Note, Part, Problem, Question

RESPONSES: Final = {
    "choice": "multiplechoiceresponse",
    "choices": "choiceresponse",
    "menu": "optionresponse",
    "number": "numericalresponse",
    "text": "stringresponse",
}
"""By kind: the element of the OLX."""
HEADINGS: Final = {"en": "Explanation", "fr": "Explication", "ar": "الشرح"}
"""What stands above an explanation, in the language of the text."""
HEADING_CLASS: Final = "hd hd-2 problem-header"
EXPLANATION_CLASS: Final = "detailed-solution"


def write_olx(problem: Problem, *, language: str) -> str:
    """Return the problem as OLX; its explanations are headed in the language of the text."""
    lines = ["<problem>"]
    for question in problem.questions:
        lines += [f"  {line}" for line in _question(question, HEADINGS.get(language, HEADINGS["en"]))]
    if problem.hints:
        lines += ["  <demandhint>", *(f"    <hint>{hint}</hint>" for hint in problem.hints), "  </demandhint>"]
    return "\n".join([*lines, "</problem>"]) + "\n"


def _question(question: Question, heading: str) -> Iterator[str]:
    group = question.answers
    if group is None:
        for part in question.parts:
            yield from _part(part)
        yield from _explanation(question, heading)
        return
    tag = RESPONSES[group.kind]
    yield f"<{tag}{_attributes(group)}>"
    for part in question.parts:
        yield from (f"  {line}" for line in _part(part))
    yield from (f"  {line}" for line in _explanation(question, heading))
    yield f"</{tag}>"


def _attributes(group: Answers) -> str:
    if group.kind == "number":
        return f' answer="{html.escape(group.right[0].value)}"'
    if group.kind == "text":
        return f' answer="{html.escape(group.right[0].value)}" type="{"ci regexp" if group.is_pattern else "ci"}"'
    return ""


def _part(part: Part) -> Iterator[str]:
    if isinstance(part, Line):
        yield _line(part)
    elif isinstance(part, Label):
        yield f"<label>{part.text}</label>"
        if part.description:
            yield f"<description>{part.description}</description>"
    elif part.kind == "menu":
        yield from ("<optioninput>", *(f"  {_option(choice)}" for choice in part.choices), "</optioninput>")
    elif part.choices:
        yield from _choices(part)
    else:
        yield from _typed(part)


def _line(line: Line) -> str:
    if line.kind == "heading":
        return f'<h3 class="{HEADING_CLASS}">{line.text}</h3>'
    if line.kind == "code":
        return f"<pre><code>{html.escape(line.text, quote=False)}</code></pre>"
    return f"<p>{line.text}</p>" if line.kind == "text" else line.text


def _explanation(question: Question, heading: str) -> Iterator[str]:
    if question.explanation:
        yield from ("<solution>", f'  <div class="{EXPLANATION_CLASS}">', f"    <p>{heading}</p>")
        yield from (f"    {_line(line)}" for line in question.explanation)
        yield from ("  </div>", "</solution>")


def _choices(group: Answers) -> Iterator[str]:
    begin, end = (
        ('<choicegroup type="MultipleChoice"', "choicegroup") if group.kind == "choice" else ("<checkboxgroup", "checkboxgroup")
    )
    yield begin + (' shuffle="true">' if group.is_shuffled else ">")
    for choice in group.choices:
        yield f"  {_choice(choice, group.kind)}"
    for one in group.combined:
        yield f'  <compoundhint value="{html.escape(one.value)}">{one.note.text if one.note else ""}</compoundhint>'
    yield f"</{end}>"


def _choice(choice: Choice, kind: str) -> str:
    fixed = ' fixed="true"' if choice.is_fixed else ""
    if kind == "choice":
        notes = _said_of("choicehint", choice.note)
    else:
        notes = _said_of("choicehint", choice.note, ' selected="true"') + _said_of("choicehint", choice.left, ' selected="false"')
    return f'<choice correct="{str(choice.is_right).lower()}"{fixed}>{choice.text}{notes}</choice>'


def _option(choice: Choice) -> str:
    return f'<option correct="{choice.is_right}">{choice.text}{_said_of("optionhint", choice.note)}</option>'


def _typed(group: Answers) -> Iterator[str]:
    first, *others = group.right
    if first.note:
        yield _said_of("correcthint", first.note)
    if group.tolerance:
        yield f'<responseparam type="tolerance" default="{html.escape(group.tolerance)}"/>'
    for one in others:
        yield _answer("additional_answer", one, inside="correcthint")
    for one in group.wrong:
        yield _answer("stringequalhint", one)
    yield "<formulaequationinput/>" if group.kind == "number" else '<textline size="20"/>'


def _answer(tag: str, one: Answer, inside: str = "") -> str:
    if not inside:
        attributes = f' answer="{html.escape(one.value)}"' + _label(one.note)
        return f"<{tag}{attributes}>{one.note.text if one.note else ''}</{tag}>"
    return f'<{tag} answer="{html.escape(one.value)}">{_said_of(inside, one.note)}</{tag}>'


def _said_of(tag: str, note: Note | None, attributes: str = "") -> str:
    return f"<{tag}{attributes}{_label(note)}>{note.text}</{tag}>" if note else ""


def _label(note: Note | None) -> str:
    # A label is plain words, kept as XML like all others: in an attribute only its quotes want escaping.
    return f' label="{note.label.replace(chr(34), "&quot;")}"' if note and note.label else ""
