"""Ask: one pillar a screen, with large targets, and nothing that shows what another member answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element, error_html, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.diagnostic.content import steps
from takwin_xblocks.diagnostic.grading import BANDS, HIGHEST, UNKNOWN, ValueRefused, read_count
from takwin_xblocks.diagnostic.words import MOMENTS, band_words, members_words, moment_words, scale_words, unknown_words

# Names of fields beside the statements' own: no id has a point in it, so none is ever a statement's.
GO, PILLAR, TO, MOMENT, COOPERATIVE = "form.go", "form.pillar", "form.to", "form.moment", "form.cooperative"
LONGEST_NAME = 120
FEW_MEMBERS = 5
"""Fewer give a picture of some, not of the cooperative."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A pillar as it is asked: its name and its statements' words by id."""

    id: str
    name: str
    statements: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a learner sees, as plain data, and what makes its forms."""

    title: str
    intro: str
    dom_id: str
    group: str
    place: str
    pillars: Sequence[Asked]
    current: int
    """Which pillar is shown, from 0."""
    answers: Mapping[str, int | None]
    counts: Mapping[str, Sequence[int]]
    draft: Mapping[str, str]
    respondents: int
    moment: str
    cooperative: str
    measures: Sequence[Mapping[str, Any]]
    status: str
    is_closed: bool
    form: Callable[..., Html]
    """Takes a handler's name, what stands inside, and attributes."""
    advice: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """By pillar and band."""

    @property
    def in_turns(self) -> bool:
        """Tell whether members answer one after the other."""
        return self.group == "turns"

    def answered(self, pillar: Asked) -> int:
        """Return how many statements of a pillar have an answer in this turn; "we do not know" is one."""
        if self.group == "stones":
            return sum(any(self.counts.get(statement, ())) for statement in pillar.statements)
        return sum(statement in self.answers for statement in pillar.statements)


def frame(page: Page, *inside: Piece) -> Html:
    """Return the block's inside: title, where one stands, and one screen."""
    return joined(
        element("h3", page.title, class_="coop__title", dir="auto") if page.title else None,
        element(
            "p", page.status, class_="coop__status", role="status", data_status=True, data_state="error" if page.draft else None
        ),
        *inside,
    )


def heading(words: Piece) -> Html:
    """Return a screen's heading, which takes the focus when the screen comes."""
    return element("h4", words, class_="coop-diagnostic__heading", tabindex="-1", data_focus=True)


def start_html(page: Page, voice: Voice) -> Html:
    """Return the first screen: what this is, for whom, and when."""
    _ = voice.words.gettext
    name_id = f"{page.dom_id}-cooperative"
    moments = [
        element(
            "label",
            element("input", type="radio", name=field_name(MOMENT), value=moment, checked=moment == page.moment),
            element("span", moment_words(voice, moment)),
            class_="coop__choice",
        )
        for moment in MOMENTS
    ]
    entry = element(
        "div",
        element("label", _("Name of the cooperative (you may leave it empty)"), for_=name_id),
        element(
            "input",
            id=name_id,
            name=field_name(COOPERATIVE),
            value=page.cooperative,
            maxlength=LONGEST_NAME,
            dir="auto",
            autocomplete="off",
        ),
        element("div", data_result_for=COOPERATIVE),
        class_="coop__entry",
        data_part=COOPERATIVE,
    )
    back = [] if not page.measures else [page.form("go", quiet(_("Back to our results"), name=TO, value="result"))]
    return joined(
        element("p", Html(inline(page.intro)), dir="auto") if page.intro else None,
        element("p", _how(page, voice), class_="coop__note"),
        page.form(
            "begin",
            entry,
            element("fieldset", element("legend", _("When is this?")), *moments, class_="coop-diagnostic__moments"),
            button(_("Begin")),
        ),
        *back,
    )


def pillar_html(page: Page, voice: Voice) -> Html:
    """Return the screen of one pillar: its statements, each with its scale."""
    _ = voice.words.gettext
    pillar = page.pillars[page.current]
    where = voice.say(_("Pillar {number} of {total}"), number=page.current + 1, total=len(page.pillars))
    asked = _stones if page.group == "stones" else _scale
    begun = page.answered(pillar) > 0
    return joined(
        heading(joined(element("span", where, class_="coop-diagnostic__where"), " ", element("bdi", pillar.name))),
        element("progress", value=page.current + 1, max=len(page.pillars), aria_hidden="true", class_="coop-diagnostic__progress"),
        _key(page, voice),
        page.form(
            "answer",
            element("input", type="hidden", name=field_name(PILLAR), value=pillar.id),
            *(asked(page, voice, statement, words, begun=begun) for statement, words in pillar.statements.items()),
            element(
                "div",
                # First in the form is what Enter presses.
                button(_("Keep and go on"), name=GO, value="next"),
                quiet(_("Back"), name=GO, value="back", formnovalidate=True) if page.current else None,
                class_="coop-diagnostic__actions",
            ),
        ),
    )


def ending_html(page: Page, voice: Voice) -> Html:
    """Return the end of a member's turn."""
    _ = voice.words.gettext
    back = quiet(_("Back to my answers"), name=TO, value=page.pillars[-1].id)
    return joined(
        heading(_("Thank you: these were all the statements")),
        element(
            "p",
            _(
                "Your answers will be counted with those of the others, without your name. After that nobody can see them, not even you."
            ),
        ),
        page.form("pass_on", button(_("Keep my answers and pass the phone on"))),
        page.form("go", back),
    )


def handed_html(page: Page, voice: Voice) -> Html:
    """Return what stands on the phone while it goes from hand to hand: no answer of anybody."""
    _ = voice.words.gettext
    return joined(
        heading(_("Pass the phone to the next member")),
        element("p", members_words(voice, page.respondents)),
        _too_few(page, voice),
        page.form("go", button(_("My turn: begin"), name=TO, value=page.pillars[0].id)),
        page.form("go", quiet(_("All have answered"), name=TO, value="review")) if page.respondents else None,
    )


def review_html(page: Page, voice: Voice) -> Html:
    """Return the last screen before the radar: what was answered, and the way back to it."""
    _ = voice.words.gettext
    finish = page.form("finish", button(_("Show our radar")))
    if page.in_turns:
        more = quiet(_("One more member answers"), name=TO, value=page.pillars[0].id)
        said = element("p", members_words(voice, page.respondents))
        return joined(heading(_("Have all answered?")), said, _too_few(page, voice), finish, page.form("go", more))
    rows = [
        element(
            "li",
            element("span", element("bdi", pillar.name), element("br"), element("small", _progress(page, voice, pillar))),
            quiet(_("Change"), element("span", " ", pillar.name, class_="coop__hidden"), name=TO, value=pillar.id),
        )
        for pillar in page.pillars
    ]
    return joined(
        heading(_("Before the radar")),
        page.form("go", element("ul", *rows, class_="coop-diagnostic__review")),
        finish,
    )


def outline_html(page: Page, voice: Voice) -> Html:
    """Return what authors see beside the first screen: every statement and every advice."""
    _ = voice.words.gettext
    return joined(
        *(
            element(
                "details",
                element("summary", element("bdi", pillar.name)),
                element("ol", *(element("li", Html(inline(words)), dir="auto") for words in pillar.statements.values())),
                *(
                    joined(element("p", element("strong", band_words(voice, band))), steps_html(page.advice[pillar.id, band]))
                    for band, _lowest in BANDS
                    if page.advice.get((pillar.id, band))
                ),
            )
            for pillar in page.pillars
        )
    )


def steps_html(advice: str) -> Html:
    """Return the steps of an advice as a list."""
    return element(
        "ol", *(element("li", Html(inline(step)), dir="auto") for step in steps(advice)), class_="coop-diagnostic__steps"
    )


def button(*words: Piece, name: str = "", value: str = "", **more: Any) -> Html:
    """Return a button that sends its form, with a field of its own if it has a name."""
    named = {"name": field_name(name), "value": value} if name else {}
    return element("button", *words, type="submit", class_=more.pop("class_", "coop__button"), **named, **more)


def quiet(*words: Piece, name: str = "", value: str = "", **more: Any) -> Html:
    """Return a button that does not call."""
    return button(*words, name=name, value=value, class_="coop__button coop__button--quiet", **more)


def _how(page: Page, voice: Voice) -> str:
    _ = voice.words.gettext
    return {
        "turns": _("Each member answers alone and passes the phone on. Answers are counted together, without names."),
        "stones": _(
            "Each member puts one stone in the bowl of their choice for each statement; you type how many stones each bowl holds."
        ),
    }.get(page.group, _("Where you do not know, say so: it takes nothing from the result."))


def _too_few(page: Page, voice: Voice) -> Html | None:
    if page.respondents >= FEW_MEMBERS:
        return None
    words = voice.words.gettext("With five members or more, women and young people among them, the picture is fairer.")
    return element("p", words, class_="coop__note")


def _progress(page: Page, voice: Voice, pillar: Asked) -> str:
    return voice.say(
        voice.words.gettext("{answered} of {total} statements answered"),
        answered=page.answered(pillar),
        total=len(pillar.statements),
    )


def _key(page: Page, voice: Voice) -> Html:
    _ = voice.words.gettext
    rows = [joined(element("dt", str(value)), element("dd", words)) for value, words in enumerate(scale_words(voice))]
    summary = _("What the bowls 0 to 4 mean") if page.group == "stones" else _("What 0 to 4 mean")
    return element(
        "details", element("summary", summary), element("dl", *rows), class_="coop-diagnostic__key", open=page.current == 0
    )


def _statement(page: Page, statement: str, words: str, *inside: Piece, wrong: str) -> Html:
    return element(
        "fieldset",
        element("legend", Html(inline(words)), dir="auto"),
        *inside,
        element("div", error_html(wrong) if wrong else None, data_result_for=statement),
        class_="coop-diagnostic__statement",
        data_part=statement,
        data_state="error" if wrong else "",
        disabled=page.is_closed,
    )


def _scale(page: Page, voice: Voice, statement: str, words: str, *, begun: bool) -> Html:
    _ = voice.words.gettext
    is_answered = statement in page.answers
    given = page.answers.get(statement)

    def choice(value: str, *said: Piece, checked: bool, class_: str) -> Html:
        radio = element("input", type="radio", name=field_name(statement), value=value, checked=checked, required=True)
        return element("label", radio, *said, class_=class_)

    cells = [
        choice(
            str(value),
            element("span", str(value), class_="coop-diagnostic__digit"),
            element("span", name, class_="coop-diagnostic__word"),
            checked=is_answered and given == value,
            class_="coop-diagnostic__cell",
        )
        for value, name in enumerate(scale_words(voice))
    ]
    skipped = is_answered and given is None
    unknown = element("span", unknown_words(voice, in_turns=page.in_turns))
    skip = choice(UNKNOWN, unknown, checked=skipped, class_="coop__choice coop-diagnostic__unknown")
    wrong = unanswered_words(voice) if begun and not is_answered else ""
    return _statement(page, statement, words, element("div", *cells, class_="coop-diagnostic__scale"), skip, wrong=wrong)


def _stones(page: Page, voice: Voice, statement: str, words: str, *, begun: bool) -> Html:
    del begun  # a statement for which nobody put a stone is one that nobody knows
    counts = page.counts.get(statement, ())
    kept = [str(count) for count in counts] if any(counts) else [""] * (HIGHEST + 1)
    typed = [page.draft.get(name, "") if page.draft else before for name, before in zip(stones_names(statement), kept, strict=True)]
    wrong = [not _is_count(one) for one in typed]
    cells = [
        element(
            "label",
            element("span", str(value), class_="coop-diagnostic__digit"),
            element("span", name, class_="coop-diagnostic__word"),
            element(
                "input",
                name=field_name(stones_name(statement, value)),
                value=typed[value],
                inputmode="numeric",
                maxlength=4,
                autocomplete="off",
                dir="ltr",
                aria_invalid="true" if wrong[value] else None,
            ),
            class_="coop-diagnostic__cell coop-diagnostic__bowl",
        )
        for value, name in enumerate(scale_words(voice))
    ]
    said = count_words(voice) if any(wrong) else ""
    return _statement(page, statement, words, element("div", *cells, class_="coop-diagnostic__scale"), wrong=said)


def _is_count(typed: str) -> bool:
    try:
        read_count(typed)
    except ValueRefused:
        return False
    return True


def stones_name(statement: str, value: int) -> str:
    """Return the name under which the stones of one bowl are sent."""
    return f"{statement}.{value}"


def stones_names(statement: str) -> list[str]:
    """Return the names of a statement's bowls, from 0 to 4."""
    return [stones_name(statement, value) for value in range(HIGHEST + 1)]


def unanswered_words(voice: Voice) -> str:
    """Return what a statement without an answer asks for."""
    return voice.words.gettext("Not answered yet: choose 0 to 4, or say that you do not know.")


def count_words(voice: Voice) -> str:
    """Return what a count that cannot be read asks for."""
    return voice.words.gettext("Type whole numbers from 0 to 999.")


def names_of(pillars: Iterable[Asked]) -> dict[str, str]:
    """Return pillars' names as plain words, by id."""
    return {pillar.id: plain(pillar.name) for pillar in pillars}
