"""Show a journal: questions to write under, what was written, and what it can be compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from takwin_xblocks.contract.element import Html, element, error_html, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.journal.answers import LONGEST, Question

_LINES_ON_PAPER = 6


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that the page shows to one learner; models and points only those that may be seen now."""

    dom_id: str
    title: str
    prompt: str
    questions: Sequence[Question]
    texts: Mapping[str, str]
    written: Mapping[str, str]
    draft: Mapping[str, str]
    errors: Mapping[str, str]
    models: Mapping[str, str]
    points: Mapping[str, str]
    ticked: Sequence[str]
    closed: bool
    status: str
    is_compared: bool
    """Whether the points were the last thing that the learner sent: how things stand is then said beside them."""
    form: Callable[..., Html]

    def typed(self, name: str) -> str:
        """Return what a field shows: what waits to be put right, else what is kept."""
        return self.draft.get(name, self.written.get(name, ""))


def inner(page: Page, voice: Voice) -> Html:
    """Return everything inside the block's element."""
    _ = voice.words.gettext
    title = element("h3", page.title, class_="coop__title", dir="auto") if page.title else None
    if not page.questions:
        return joined(title, element("p", _("There is nothing to write yet.")))
    return joined(
        title,
        element("p", Html(inline(page.prompt)), class_="journal__prompt", dir="auto") if page.prompt else None,
        element("p", _("Only you read what you write here."), class_="coop__note journal__private"),
        None if page.is_compared else _status(page),
        _answers(page, voice),
        _comparison(page, voice),
    )


def author_page(texts: Mapping[str, str], models: Mapping[str, str], points: Sequence[str], voice: Voice) -> Html:
    """Return, for authors, what learners meet only after they wrote; nothing where there is nothing."""
    _ = voice.words.gettext
    if not models and not points:
        return Html()
    told = [
        joined(
            element("p", element("strong", Html(inline(texts.get(name, ""))), dir="auto")),
            element("p", Html(inline(text)), dir="auto"),
        )
        for name, text in models.items()
    ]
    listed = [element("li", Html(inline(point)), dir="auto") for point in points]
    return element(
        "details",
        element("summary", _("What learners see after they wrote")),
        *told,
        element("ul", *listed) if listed else None,
        class_="coop coop-journal journal__author",
        open=True,
    )


def _status(page: Page) -> Html:
    return element(
        "p",
        page.status,
        class_="coop__status",
        role="status",
        tabindex="-1",
        dir="auto",
        data_status=True,
        data_state="error" if page.errors else None,
    )


# --- the answers ---


def _answers(page: Page, voice: Voice) -> Html:
    answers = [_answer(page, voice, question) for question in page.questions]
    if page.closed:
        return joined(*answers)
    is_new = any(question.id not in page.written for question in page.questions)
    # An answer that is kept is changed in its own place, and has its own button there.
    last = _keep_button(voice) if is_new else None
    return page.form("keep", *answers, last, class_="journal__form")


def _keep_button(voice: Voice) -> Html:
    words = voice.words.gettext("Keep what I wrote")
    return element("p", element("button", words, type="submit", class_="coop__button"), class_="journal__act")


def _answer(page: Page, voice: Voice, question: Question) -> Html:
    """Return a question with what was written under it, and a good answer where the learner's own is kept."""
    name, asked = question.id, Html(inline(page.texts.get(question.id, "")))
    kept = page.written.get(name, "")
    if page.closed:
        head: Html = element("p", asked, class_="journal__question", dir="auto")
        field: Html | None = None
    else:
        dom_id = f"{page.dom_id}-{name}"
        head = element("label", asked, for_=dom_id, class_="journal__question", dir="auto")
        field = _field(page, name, dom_id)
        if kept:
            field = _again(page, voice, name, field)
    optional = element("p", voice.words.gettext("You may leave this one empty."), class_="coop__note")
    return element(
        "div",
        head,
        optional if question.may_be_empty and not kept and not page.closed else None,
        _own(page, name),
        field,
        _model(page, voice, name),
        class_="journal__answer",
        data_part=name,
    )


def _own(page: Page, name: str) -> Html:
    """Return the learner's own words; on paper also those not kept yet, or lines to write on."""
    text = page.typed(name)
    if not text:
        lines = [element("span") for _line in range(_LINES_ON_PAPER)]
        return element("div", *lines, class_="journal__lines", aria_hidden="true")
    is_kept = name in page.written and name not in page.draft
    seen = "journal__own" if is_kept or page.closed else "journal__own journal__own--paper"
    return element("div", text, class_=seen, dir="auto")


def _field(page: Page, name: str, dom_id: str) -> Html:
    error = page.errors.get(name)
    area = element(
        "textarea",
        # A page drops the first line break after the tag: one more keeps the text as it was.
        "\n" + page.typed(name),
        id=dom_id,
        name=field_name(name),
        rows=5,
        maxlength=LONGEST,
        dir="auto",
        class_="journal__text",
        aria_describedby=f"{dom_id}-result",
        aria_invalid="true" if error else None,
    )
    result = element("div", error_html(error) if error else None, id=f"{dom_id}-result", data_result_for=name)
    return joined(element("div", area, class_="coop__entry"), result)


def _again(page: Page, voice: Voice, name: str, field: Html) -> Html:
    """Return the field of an answer that is kept, folded away until it is to be changed."""
    summary = element("summary", voice.words.gettext("Change this answer"))
    return element("details", summary, field, _keep_button(voice), class_="journal__again", open=name in page.draft)


def _model(page: Page, voice: Voice, name: str) -> Html | None:
    text = page.models.get(name)
    if not text:
        return None
    dom_id = f"{page.dom_id}-{name}-model"
    return element(
        "div",
        element("p", voice.words.gettext("A good answer, to compare"), id=dom_id, class_="journal__name"),
        element("p", Html(inline(text)), dir="auto"),
        class_="journal__model",
        role="group",
        aria_labelledby=dom_id,
    )


# --- the points ---


def _comparison(page: Page, voice: Voice) -> Html | None:
    """Return the points to tick for oneself, once all is written."""
    if not page.points:
        return None
    _ = voice.words.gettext
    boxes = [_point(page, name, text) for name, text in page.points.items()]
    legend = element("legend", _("Read your answers again. Tick the points that you find in them."), class_="coop__prompt")
    box = element("fieldset", legend, *boxes, class_="coop__box journal__points", disabled=page.closed)
    said = _status(page) if page.is_compared else None
    if page.closed:
        return joined(box, said)
    button = element("button", _("Keep my ticks"), type="submit", class_="coop__button coop__button--quiet")
    return page.form("compare", box, said, element("p", button), class_="journal__compare")


def _point(page: Page, name: str, text: str) -> Html:
    tick = element("input", type="checkbox", name=field_name("points"), value=name, checked=name in page.ticked)
    return element("label", tick, element("span", Html(inline(text)), dir="auto"), class_="coop__choice")
