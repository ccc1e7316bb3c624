"""Turn a quiz and a learner's answers into HTML and into words; no host, no storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.i18n import Translator
from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.quiz.grading import Mark, points, right_choices

_ICONS = {"correct": "\N{CHECK MARK}", "partly": "\N{ALMOST EQUAL TO}", "incorrect": "\N{MULTIPLICATION X}"}
_COMMA_LANGUAGES = frozenset({"ar", "fr"})


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that the form shows; `texts` are the author's, the rest is the learner's place in the quiz."""

    action: str
    dom_id: str
    title: str
    questions: Sequence[Mapping[str, Any]]
    texts: Mapping[str, str]
    answers: Mapping[str, Sequence[str]]
    marks: Mapping[str, Mark]
    errors: Mapping[str, str]
    reveal: bool
    open: bool
    status: str
    attempts: str
    plain_forms: bool


@dataclass(frozen=True, kw_only=True)
class Voice:
    """The reader's words and figures."""

    words: Translator
    language: str | None

    def number(self, value: float) -> str:
        """Return a score as the reader writes it: `2`, `2.5` or `2,5`."""
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if self.language in _COMMA_LANGUAGES else text

    def state(self, mark: Mark) -> str:
        """Return a mark in words."""
        _ = self.words.gettext
        return {"correct": _("Correct"), "partly": _("Partly correct"), "incorrect": _("Not correct")}[mark.state]

    def score(self, earned: float, possible: float) -> str:
        """Return the result of a whole quiz in words."""
        words = self.words.gettext("Your result: {earned} of {possible}.")
        return words.format(earned=self.number(earned), possible=self.number(possible))

    def attempts(self, left: int | None, *, limit: int | None) -> str:
        """Return how many attempts remain; nothing where they are not limited, nor at the end, which the status tells."""
        if not left:
            return ""
        words = self.words.ngettext("{left} attempt left of {limit}.", "{left} attempts left of {limit}.", left)
        return words.format(left=left, limit=limit)


def render_quiz(page: Page, voice: Voice) -> str:
    """Return the whole form."""
    _ = voice.words.gettext
    script_needed = _("Answering here needs JavaScript: please turn it on.")
    return _template("quiz").substitute(
        action=escape(page.action),
        sending=escape(_("Sending…")),
        offline=escape(_("Your answers were not sent: the network does not answer. They are still on this page; try again.")),
        failed=escape(_("Your answers were not recorded. They are still on this page; try again.")),
        title=f'<h3 class="coop-quiz__title">{escape(page.title)}</h3>\n' if page.title else "",
        without_script="" if page.plain_forms else f"<noscript><p>{escape(script_needed)}</p></noscript>\n",
        questions="".join(_question(page, voice, index) for index in range(len(page.questions)))
        or f"<p>{escape(_('This quiz has no question yet.'))}</p>",
        status=escape(page.status),
        status_state=' data-state="error"' if page.errors else "",
        attempts=escape(page.attempts),
        button=f'<button class="coop-quiz__submit" type="submit">{escape(_("Check my answers"))}</button>\n'
        if page.open and page.questions
        else "",
    )


def _question(page: Page, voice: Voice, index: int) -> str:
    _ = voice.words.gettext
    question = page.questions[index]
    question_id = question["id"]
    mark = page.marks.get(question_id)
    number = _("Question {number} of {total}").format(number=index + 1, total=len(page.questions))
    if points(question) != 1:
        worth = voice.words.ngettext("{points} point", "{points} points", int(points(question)))
        number += f" ({worth.format(points=voice.number(points(question)))})"
    if question["kind"] == "multiple":
        number += f" · {_('Choose every right answer.')}"
    hint = page.texts.get(f"{question_id}/hint")
    error = page.errors.get(question_id)
    return _template("question").substitute(
        dom_id=f"{page.dom_id}-{question_id}",
        question_id=question_id,
        state=' data-state="error"' if error else f' data-state="{mark.state}"' if mark else "",
        disabled="" if page.open else " disabled",
        number=escape(number),
        prompt=inline(page.texts.get(f"{question_id}/prompt", "")),
        hint=f'<details class="coop-quiz__hint"><summary>{escape(_("Hint"))}</summary><p>{inline(hint)}</p></details>'
        if hint
        else "",
        answers=_number(page, voice, question) if question["kind"] == "number" else _choices(page, question),
        result=error_html(error) if error else result_html(page, voice, question),
    )


def _choices(page: Page, question: Mapping[str, Any]) -> str:
    single = question["kind"] == "single"
    given = page.answers.get(question["id"], ())
    return "".join(
        _template("choice").substitute(
            type="radio" if single else "checkbox",
            name=field_name(question["id"]),
            value=choice["id"],
            dom_id=f"{page.dom_id}-{question['id']}",
            checked=" checked" if choice["id"] in given else "",
            # A group of boxes has no such attribute: the handler says it in words.
            required=" required" if single else "",
            text=inline(page.texts.get(f"{question['id']}/{choice['id']}", "")),
        )
        for choice in question["choices"]
    )


def _number(page: Page, voice: Voice, question: Mapping[str, Any]) -> str:
    question_id = question["id"]
    return _template("number").substitute(
        label=escape(voice.words.gettext("Your answer")),
        name=field_name(question_id),
        value=escape("".join(page.answers.get(question_id, ())[:1])),
        dom_id=f"{page.dom_id}-{question_id}",
        invalid=' aria-invalid="true"' if question_id in page.errors else "",
        unit=inline(page.texts.get(f"{question_id}/unit", "")),
    )


def error_html(words: str) -> str:
    """Return what is wrong with an answer, as the script and the page show it."""
    return f'<p class="coop-quiz__error" dir="auto">{escape(words)}</p>'


def result_html(page: Page, voice: Voice, question: Mapping[str, Any]) -> str:
    """Return the mark of one question, its feedback and, once it may be told, the right answer; nothing before an attempt."""
    mark = page.marks.get(question["id"])
    if mark is None:
        return ""
    icon = f'<span aria-hidden="true">{_ICONS[mark.state]}</span>'
    parts = [f'<p class="coop-quiz__mark" dir="auto">{icon} <strong>{escape(voice.state(mark))}</strong></p>']
    parts += [f"<p>{words}</p>" for words in feedback(page, question)]
    if page.reveal and mark.state != "correct":
        right = inline_list(right_answers(page, question))
        parts.append(f'<p class="coop-quiz__right">{escape(voice.words.gettext("Right answer:"))} {right}</p>')
    return "".join(parts)


def feedback(page: Page, question: Mapping[str, Any]) -> list[str]:
    """Return, as safe HTML, what the author says to the answer that was given: never a word about a choice not taken."""
    question_id, texts = question["id"], page.texts
    said = []
    taken = [choice["id"] for choice in question.get("choices", ()) if choice["id"] in page.answers.get(question_id, ())]
    for choice_id in taken:
        words = texts.get(f"{question_id}/{choice_id}/feedback")
        if words:
            named = (
                f"<bdi>{escape(plain(texts.get(f'{question_id}/{choice_id}', '')))}</bdi> — "
                if question["kind"] == "multiple"
                else ""
            )
            said.append(named + inline(words))
    outcome = "correct" if page.marks[question_id].state == "correct" else "incorrect"
    said += [inline(texts[key]) for key in (f"{question_id}/feedback/{outcome}", f"{question_id}/feedback") if texts.get(key)]
    return said


def right_answers(page: Page, question: Mapping[str, Any]) -> list[str]:
    """Return the right answers of a question as safe HTML."""
    question_id, texts = question["id"], page.texts
    if question["kind"] == "number":
        return [f"<bdi>{escape(question['value'])}</bdi> {inline(texts.get(f'{question_id}/unit', ''))}".strip()]
    return [inline(texts.get(f"{question_id}/{choice_id}", "")) for choice_id in right_choices(question)]


def inline_list(items: Sequence[str]) -> str:
    """Return safe HTML items one after the other, each kept apart from its neighbours' direction."""
    return " · ".join(f"<bdi>{item}</bdi>" for item in items)


@lru_cache(maxsize=8)
def _template(name: str) -> Template:
    return Template(files(__package__).joinpath("templates", f"{name}.html").read_text(encoding="utf-8"))
