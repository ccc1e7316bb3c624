"""What a trainer sees of one trainee: all observers side by side, where they agree, what is left to decide, and what was published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.records import PersonId
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.observation.dossier import Dossier, score_of
from takwin_xblocks.observation.field_form import step_of
from takwin_xblocks.observation.grading import MEAN, ItemView, Result
from takwin_xblocks.observation.judging import LONGEST_REASON, SHORTEST_REASON
from takwin_xblocks.observation.sheets import Kept
from takwin_xblocks.observation.words import (
    clock_words,
    filled,
    level_words,
    minutes_words,
    points_words,
    score_html,
    share_html,
)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the page shows."""

    dom_id: str
    texts: Mapping[str, str]
    levels: Sequence[str]
    dossier: Dossier
    names: Mapping[PersonId, str]
    expected: tuple[int, int]
    """How many trainers and how many peers observe."""
    page: str
    form: Callable[..., Html]
    observe_url: str | None = None

    def name(self, person: PersonId | None) -> Html:
        """Return a person's name; their number where the host does not tell it."""
        known = "" if person is None else self.names.get(person, str(person))
        return element("bdi", known)


def comparison_html(page: Comparison, voice: Voice) -> Html:
    """Return the page of one trainee."""
    _ = voice.words.gettext
    dossier, result = page.dossier, page.dossier.result
    head = element("h3", filled(voice, _("Observations of {name}"), name=page.name(dossier.learner)), class_="obs-heading")
    return element(
        "section",
        head,
        page.observe_url and element("p", class_="coop__status", role="status", tabindex="-1", data_status=True),
        _summary(page, result, voice) if result else element("p", _("No observation counts yet."), class_="obs-nothing"),
        _decision(page, result, voice) if result and result.needs_decision else None,
        _sheets(page, voice),
        _publishing(page, result, voice),
        _items(page, result, voice) if result else None,
        _remarks(page, voice),
        class_="obs-judge",
    )


def _hidden(page: Comparison) -> Html:
    return joined(
        element("input", type="hidden", name=field_name("trainee"), value=str(page.dossier.learner)),
        element("input", type="hidden", name=field_name("page"), value=page.page),
    )


def _summary(page: Comparison, result: Result, voice: Voice) -> Html:
    _ = voice.words.gettext
    expected = sum(page.expected)
    open_still = not result.can_be_published
    passed = _("by the mean, until you decide") if open_still else _("Passed") if result.passed else _("Not passed yet")
    facts = [
        (_("Score"), score_html(voice, result.score, result.most)),
        (_("Observers"), score_html(voice, Fraction(result.observers), expected)),
        (_("Agreement"), share_html(voice, result.agreement)),
        (_("Greatest difference"), element("bdi", points_words(voice, result.difference))),
    ]
    listed = [element("div", element("dt", name), element("dd", told)) for name, told in facts]
    return joined(
        element(
            "p",
            element("b", level_words(voice, result.level)),
            " ",
            element("span", passed),
            class_="obs-verdict",
            data_step="mid" if open_still else "top" if result.passed else "low",
        ),
        element("dl", *listed, class_="obs-facts"),
        element("p", _zeros_words(page, result.key_zeros, voice), class_="obs-warning") if result.key_zeros else None,
    )


def _zeros_words(page: Comparison, items: Sequence[str], voice: Voice) -> str:
    numbers = voice.words.gettext(", ").join(str(page.dossier.rules.items.index(item) + 1) for item in items)
    return voice.words.ngettext(
        "Item {numbers} must be seen, and at least half of the observers did not see it: this is no pass.",
        "Items {numbers} must be seen, and at least half of the observers did not see them: this is no pass.",
        len(items),
    ).format(numbers=numbers)


def _decision(page: Comparison, result: Result, voice: Voice) -> Html:
    _ = voice.words.gettext
    decision = page.dossier.decision if result.is_decided else None
    said = _("The observers differ by {points}, more than {most}: which sheet holds? Decide, and write why.")
    words = said.format(points=points_words(voice, result.difference), most=page.dossier.rules.difference)
    where = f"{page.dom_id}-reason"
    options = [
        _basis(page, one, voice, chosen=decision is not None and decision.basis == one.sheet.key) for one in page.dossier.counted
    ]
    mean = element(
        "label",
        element(
            "input",
            type="radio",
            name=field_name("basis"),
            value=MEAN,
            checked=decision is not None and decision.basis == MEAN,
            required=True,
        ),
        element("span", _("The mean of all")),
        class_="coop__choice",
    )
    reason = element(
        "p",
        element("label", _("Why?"), for_=where),
        element(
            "textarea",
            "\n" + (decision.reason if decision else ""),
            id=where,
            name=field_name("reason"),
            rows=3,
            dir="auto",
            required=True,
            minlength=SHORTEST_REASON,
            maxlength=LONGEST_REASON,
        ),
        class_="coop__entry",
    )
    decided = element("p", _("Decided. You may still decide otherwise."), class_="coop__note") if decision else None
    fields = element("fieldset", element("legend", words), *options, mean, reason, class_="obs-fieldset")
    button = element("p", element("button", _("Keep this decision"), type="submit", class_="coop__button"))
    return element(
        "section",
        page.form("decide", _hidden(page), fields, decided, button),
        class_="obs-banner",
        aria_label=_("A decision is needed"),
        data_state="decided" if decision else "open",
    )


def _basis(page: Comparison, kept: Kept, voice: Voice, *, chosen: bool) -> Html:
    total = kept.sheet.total(page.dossier.rules)
    words = filled(
        voice,
        voice.words.gettext("The sheet of {name}: {points}"),
        name=page.name(kept.record.author),
        points=element("b", points_words(voice, total)),
    )
    radio = element("input", type="radio", name=field_name("basis"), value=kept.sheet.key, checked=chosen, required=True)
    return element("label", radio, words, class_="coop__choice")


def _sheets(page: Comparison, voice: Voice) -> Html | None:
    """Return who observed, and the buttons that count a peer's sheet or set it aside."""
    _ = voice.words.gettext
    dossier = page.dossier
    lines = [
        *(_sheet(page, one, voice, acts=() if one.by_trainer else (("set_aside", _("Set it aside")),)) for one in dossier.counted),
        *(_sheet(page, one, voice, acts=(("count", _("Count it")), ("set_aside", _("Set it aside")))) for one in dossier.waiting),
        *(_sheet(page, one, voice, acts=(("count", _("Count it")),)) for one in dossier.aside),
    ]
    if not lines:
        return None
    return joined(element("h4", _("Who observed"), class_="obs-heading"), element("ul", *lines, class_="obs-sheets"))


def _sheet(page: Comparison, kept: Kept, voice: Voice, *, acts: Sequence[tuple[str, str]]) -> Html:
    _ = voice.words.gettext
    role = _("Trainer") if kept.by_trainer else _("Peer")
    state = _("counts") if kept.is_counted else _("waits for you") if kept.is_waiting else _("set aside")
    total = kept.sheet.total(page.dossier.rules)
    lasted = kept.seconds and element(
        "span", element("bdi", clock_words(kept.seconds), dir="ltr", title=minutes_words(voice, kept.seconds // 60))
    )
    buttons = [
        page.form(
            handler,
            _hidden(page),
            element("input", type="hidden", name=field_name("sheet"), value=kept.sheet.key),
            element(
                "button",
                words,
                element("span", " ", page.name(kept.record.author), class_="coop__hidden"),
                type="submit",
                class_="coop__button" if handler == "count" and kept.is_waiting else "coop__button coop__button--quiet",
            ),
        )
        for handler, words in acts
    ]
    return element(
        "li",
        element(
            "p",
            element("b", page.name(kept.record.author)),
            " ",
            element("span", role, class_="obs-tag"),
            " ",
            element(
                "span", state, class_="obs-tag", data_state="counts" if kept.is_counted else "waits" if kept.is_waiting else "aside"
            ),
            " ",
            score_html(voice, _whole(total), page.dossier.rules.most),
            " · " if lasted else None,
            lasted or None,
        ),
        element("div", *buttons, class_="obs-acts") if buttons else None,
        None if kept.is_counted else _folded_sheet(page, kept, voice),
        class_="obs-sheet",
    )


def _folded_sheet(page: Comparison, kept: Kept, voice: Voice) -> Html:
    """Return a sheet that does not count yet, so that a trainer reads it before counting it."""
    lines = [
        element(
            "li",
            element("bdi", Html(inline(page.texts.get(item, "")))),
            " ",
            _chip(page, kept.sheet.level(item, page.dossier.rules), voice),
            _note(kept.notes.get(item, "")),
        )
        for item in page.dossier.rules.items
    ]
    inside = element("ol", *lines, class_="obs-plain")
    return element("details", element("summary", voice.words.gettext("Read the sheet")), inside, _note(kept.remark))


def _items(page: Comparison, result: Result, voice: Voice) -> Html:
    _ = voice.words.gettext
    lines = [_item(page, one, number, voice) for number, one in enumerate(result.items, 1)]
    far = [str(number) for number, one in enumerate(result.items, 1) if one.is_far_apart]
    told = None
    if len(page.dossier.counted) > 1:
        words = (
            _("Observers are two levels apart on: {numbers}.").format(numbers=_(", ").join(far))
            if far
            else _("Nowhere are observers two levels apart.")
        )
        told = element("p", words, class_="obs-warning" if far else "coop__note")
    return joined(element("h4", _("Item by item"), class_="obs-heading"), told, element("ol", *lines, class_="obs-compared"))


def _item(page: Comparison, view: ItemView, number: int, voice: Voice) -> Html:
    _ = voice.words.gettext
    marks = [
        element(
            "li",
            element("span", page.name(one.record.author), class_="obs-who-marked"),
            " ",
            _chip(page, one.sheet.level(view.item, page.dossier.rules), voice),
            _note(one.notes.get(view.item, "")),
        )
        for one in page.dossier.counted
    ]
    is_key = view.item in page.dossier.rules.keys
    head = element(
        "p",
        element("span", voice.figure(str(number)), class_="obs-number"),
        " ",
        element("bdi", Html(inline(page.texts.get(view.item, "")))),
        is_key
        and element("span", " ", element("span", _("key item"), class_="obs-tag", data_state="waits" if view.is_zero else None)),
        class_="obs-item-head",
    )
    agreement = None
    if len(marks) > 1:
        words = filled(voice, _("Agreement {share}"), share=share_html(voice, view.agreement))
        agreement = element("p", words, class_="obs-agreement")
    return element("li", head, agreement, element("ul", *marks, class_="obs-marks"), data_far=view.is_far_apart)


def _chip(page: Comparison, level: int, voice: Voice) -> Html:
    name = page.levels[level] if level < len(page.levels) else ""
    words = joined(voice.figure(str(level)), " ", element("bdi", name))
    return element("span", words, class_="obs-chip", data_step=step_of(level, page.dossier.rules.top))


def _note(text: str) -> Html | None:
    return element("span", text, class_="obs-quote", dir="auto") if text else None


def _remarks(page: Comparison, voice: Voice) -> Html | None:
    said = [one for one in page.dossier.counted if one.remark]
    if not said:
        return None
    lines = [
        element("li", element("span", page.name(one.record.author), class_="obs-who-marked"), _note(one.remark)) for one in said
    ]
    title = voice.words.gettext("To keep, to try")
    return joined(element("h4", title, class_="obs-heading"), element("ul", *lines, class_="obs-marks"))


def _publishing(page: Comparison, result: Result | None, voice: Voice) -> Html:
    _ = voice.words.gettext
    dossier = page.dossier
    told: list[Html | None] = []
    published = dossier.published
    if published is not None:
        words = _("Published: {score}, level {level}.")
        level = element("b", str(published["level"]))
        said = filled(voice, words, score=score_html(voice, score_of(published), published["most"]), level=level)
        told.append(element("p", said, class_="obs-published"))
        if not dossier.is_current:
            told.append(
                element("p", _("The sheets have changed since: the trainee still sees the earlier result."), class_="obs-warning")
            )
    elif result is not None and result.observers < sum(page.expected):
        told.append(element("p", _("Fewer observers than expected: you may publish all the same."), class_="coop__note"))
    can = result is not None and result.can_be_published and not dossier.is_current
    button = can and page.form(
        "publish_result", _hidden(page), element("button", _("Publish the result"), type="submit", class_="coop__button")
    )
    observe = page.observe_url and element(
        "a", _("Observe"), href=page.observe_url, class_="coop__button coop__button--quiet obs-button"
    )
    acts = element("div", button or None, observe or None, class_="obs-acts") if button or observe else None
    return element("div", *told, acts, class_="obs-publishing")


def _whole(total: int) -> Fraction:
    return Fraction(total)
