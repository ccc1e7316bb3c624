"""Turn a quiz and a learner's answers into HTML and into words; no host, no storage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from takwin_xblocks.contract.element import Html, element, error_html, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.marks import ICONS, Mark
from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.quiz.content import HINTS, recording_of
from takwin_xblocks.quiz.folding import MOST_CHARACTERS
from takwin_xblocks.quiz.grading import TRUTHS, WHOLE_SHARE, AnswerRefused, accepted, points, right_choices

_LONGEST_NUMBER = 64


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that the questions show; `texts` are the author's, the rest is the learner's place in the quiz."""

    voice: Voice
    dom_id: str
    texts: Mapping[str, str]
    answers: Mapping[str, Sequence[str]]
    marks: Mapping[str, Mark]
    errors: Mapping[str, str]
    reveal: bool
    open: bool
    results: dict[str, Html] = field(default_factory=dict)
    """Results that are drawn already: programs are told what the page shows."""

    def text(self, *ids: str) -> str:
        """Return an author's text, '' for none."""
        return self.texts.get("/".join(ids), "")

    def shown(self, *ids: str) -> Html:
        """Return an author's text as safe HTML."""
        return Html(inline(self.text(*ids)))


def question_html(page: Page, question: Mapping[str, Any], *, choices: Sequence[Mapping[str, Any]], heading: str) -> Html:
    """Return one question with its choices in the order given, what was answered, and the result if there is one."""
    question_id = question["id"]
    mark, error = page.marks.get(question_id), page.errors.get(question_id)
    dom_id = f"{page.dom_id}-{question_id}"
    return element(
        "fieldset",
        _legend(heading, page.shown(question_id, "prompt")),
        _spoken(page, question_id),
        _hints(page, question_id),
        _entry(page, question, choices),
        element(
            "div",
            error_html(error) if error else result_html(page, question),
            class_="coop-quiz__result",
            id=f"{dom_id}-result",
            data_result=True,
            data_result_for=question_id,
        ),
        class_="coop-quiz__question",
        id=dom_id,
        data_question=question_id,
        data_part=question_id,
        data_state="error" if error else mark.state if mark else None,
        disabled=not page.open,
    )


@lru_cache(maxsize=1024)
def _legend(heading: str, prompt: Html) -> Html:
    number = element("span", heading, class_="coop-quiz__number", dir="auto")
    return element("legend", number, " ", prompt, class_="coop-quiz__prompt")


def heading(voice: Voice, question: Mapping[str, Any], *, number: int, total: int) -> str:
    """Return what stands above a question: its number, its points if not one, and how to answer where it is not plain to see."""
    _ = voice.words.gettext
    said = _("Question {number} of {total}").format(number=number, total=total)
    worth = points(question)
    if worth != 1:
        words = voice.words.ngettext("{points} point", "{points} points", int(worth)).format(points=voice.number(worth))
        said += f" ({words})"
    return f"{said} · {_('Choose every right answer.')}" if question["kind"] == "multiple" else said


def _spoken(page: Page, question_id: str) -> Html | None:
    """Return the recording with its words folded below it; where there is no recording in this language, the words themselves."""
    _ = page.voice.words.gettext
    transcript, recording = page.text(question_id, "transcript"), recording_of(page.text(question_id, "audio"))
    said = element("p", Html(inline(transcript))) if transcript else None
    if recording is None:
        return said and element("div", element("p", _("To be read aloud:"), class_="coop__note"), said, class_="coop-quiz__spoken")
    words = said and element("details", element("summary", _("What the recording says")), said, class_="coop-quiz__hint")
    label = _("Recording of the question")
    return joined(
        element("audio", controls=True, preload="none", src=recording, aria_label=label, class_="coop-quiz__audio"), words
    )


def _hints(page: Page, question_id: str) -> Html | None:
    """Return the hints, each inside the one before: a learner opens them one after the other, without script too."""
    _ = page.voice.words.gettext
    hints = [text for text in (page.text(question_id, part) for part in HINTS) if text]
    inner: Html | None = None
    for number in range(len(hints), 0, -1):
        label = _("Hint") if len(hints) == 1 else _("Hint {number} of {total}").format(number=number, total=len(hints))
        said = element("p", Html(inline(hints[number - 1])))
        inner = element("details", element("summary", label), said, inner, class_="coop-quiz__hint")
    return inner


def _entry(page: Page, question: Mapping[str, Any], choices: Sequence[Mapping[str, Any]]) -> Html:
    if question["kind"] == "number":
        return _line(page, question, most=_LONGEST_NUMBER, inputmode="decimal", dir="ltr")
    if question["kind"] == "text":
        return _line(page, question, most=MOST_CHARACTERS, dir="auto", autocapitalize="none", spellcheck="false")
    return joined(*(_choice(page, question, choice) for choice in choices))


def _line(page: Page, question: Mapping[str, Any], *, most: int, **attributes: str) -> Html:
    question_id = question["id"]
    unit = page.shown(question_id, "unit") if question["kind"] == "number" else ""
    return element(
        "label",
        element("span", page.voice.words.gettext("Your answer")),
        " ",
        element(
            "input",
            type="text",
            autocomplete="off",
            name=field_name(question_id),
            value="".join(page.answers.get(question_id, ())[:1]),
            maxlength=most,
            aria_describedby=f"{page.dom_id}-{question_id}-result",
            aria_invalid="true" if question_id in page.errors else None,
            required=True,
            **attributes,
        ),
        *((" ", element("span", unit)) if unit else ()),
        class_=f"coop__entry coop-quiz__entry coop-quiz__entry--{question['kind']}",
    )


def _choice(page: Page, question: Mapping[str, Any], choice: Mapping[str, Any]) -> Html:
    question_id, choice_id = question["id"], choice["id"]
    return _box(
        "checkbox" if question["kind"] == "multiple" else "radio",
        field_name(question_id),
        choice_id,
        f"{page.dom_id}-{question_id}-result",
        choice_html(page, question, choice),
        # A picture alone is no label to every screen reader.
        named="" if page.text(question_id, choice_id) else plain(page.text(question_id, choice_id, "alt")),
        is_checked=choice_id in page.answers.get(question_id, ()),
    )


@lru_cache(maxsize=4096)
def _box(kind: str, name: str, value: str, described_by: str, words: Html, *, named: str, is_checked: bool) -> Html:
    """Return a choice to tick. All learners of a course share a few thousand of these, each drawn once."""
    return element(
        "label",
        element(
            "input",
            type=kind,
            name=name,
            value=value,
            aria_describedby=described_by,
            aria_label=named or None,
            checked=is_checked,
            # A group of boxes has no such attribute: the handler says it in words.
            required=kind == "radio",
        ),
        " ",
        element("span", words),
        class_="coop__choice coop-quiz__choice",
    )


def choice_html(page: Page, question: Mapping[str, Any], choice: Mapping[str, Any]) -> Html:
    """Return a choice as it is offered: its picture, its words, or both."""
    question_id, choice_id = question["id"], choice["id"]
    if question["kind"] == "truth":
        return joined(truth_words(page.voice, choice_id))
    words = page.shown(question_id, choice_id)
    if not choice.get("picture"):
        return words
    alt = plain(page.text(question_id, choice_id, "alt"))
    return joined(element("img", src=choice["picture"], alt=alt, class_="coop-quiz__picture"), words and " ", words)


def truth_words(voice: Voice, choice_id: str) -> str:
    """Return the choices of a true-or-false question in words."""
    _ = voice.words.gettext
    return _("True") if choice_id == TRUTHS[0] else _("False")


def state_words(voice: Voice, mark: Mark) -> str:
    """Return a mark in words."""
    _ = voice.words.gettext
    return {"correct": _("Correct"), "partly": _("Partly correct"), "incorrect": _("Not correct")}[mark.state]


def result_html(page: Page, question: Mapping[str, Any]) -> Html:
    """Return the mark of one question, its feedback and, once it may be told, the right answer; nothing before an attempt."""
    question_id = question["id"]
    mark = page.marks.get(question_id)
    if mark is None:
        return Html()
    if question_id not in page.results:
        page.results[question_id] = _result(page, question, mark)
    return page.results[question_id]


def _result(page: Page, question: Mapping[str, Any], mark: Mark) -> Html:
    said = [_mark_html(ICONS[mark.state], state_words(page.voice, mark))]
    said += [element("p", Html(words)) for words in feedback(page, question)]
    if page.reveal and mark.state != "correct":
        label = page.voice.words.gettext("Right answer:")
        # Each is kept apart from the direction of its neighbours.
        right = Html(" · ".join(element("bdi", words) for words in right_answers(page, question)))
        said.append(element("p", label, " ", right, class_="coop-quiz__right"))
    return joined(*said)


@lru_cache(maxsize=64)
def _mark_html(icon: str, words: str) -> Html:
    shown = element("span", icon, aria_hidden="true")
    return element("p", shown, " ", element("strong", words), class_="coop-quiz__mark", dir="auto")


def feedback(page: Page, question: Mapping[str, Any]) -> list[str]:
    """Return, as safe HTML, what the author says to the answer that was given: never a word about a choice not taken."""
    question_id = question["id"]
    said = []
    for part in _met(page, question):
        words = page.text(question_id, part, "feedback")
        if words:
            named = plain(page.text(question_id, part) or page.text(question_id, part, "alt"))
            said.append(joined(element("bdi", named), " — ") + inline(words) if question["kind"] == "multiple" else inline(words))
    outcome = "correct" if page.marks[question_id].state == "correct" else "incorrect"
    return said + [
        inline(text) for text in (page.text(question_id, "feedback", outcome), page.text(question_id, "feedback")) if text
    ]


def _met(page: Page, question: Mapping[str, Any]) -> list[str]:
    """Return the ids of the choices, or of the accepted wording, that the answer met."""
    given = page.answers.get(question["id"], ())
    if question["kind"] != "text":
        return [choice["id"] for choice in question.get("choices", ()) if choice["id"] in given]
    try:
        wording = accepted(question, given, texts=page.texts)
    except AnswerRefused:
        return []
    return [wording["id"]] if wording else []


def right_answers(page: Page, question: Mapping[str, Any]) -> list[Html]:
    """Return the right answers of a question as safe HTML."""
    question_id, kind = question["id"], question["kind"]
    if kind == "number":
        value = Decimal(question["value"])
        number = page.voice.number(value, places=max(0, -int(value.as_tuple().exponent)))
        unit = page.shown(question_id, "unit")
        return [joined(element("bdi", number), unit and " ", unit)]
    if kind == "text":
        whole = [one["id"] for one in question.get("accepts", ()) if one.get("share", WHOLE_SHARE) == WHOLE_SHARE]
        return [page.shown(question_id, name) for name in whole[:1]]
    if kind == "truth":
        return [joined(truth_words(page.voice, name)) for name in right_choices(question)]
    right = set(right_choices(question))
    return [choice_html(page, question, choice) for choice in question["choices"] if choice["id"] in right]
