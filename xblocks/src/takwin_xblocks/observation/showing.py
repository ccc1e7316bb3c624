"""What a trainee sees before and after, what they sent of others, and a trainer's list of trainees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.observation.dossier import TRAINER, score_of
from takwin_xblocks.observation.field_form import step_of
from takwin_xblocks.observation.grading import PASS_LEVEL, Rules
from takwin_xblocks.observation.words import filled, level_words, minutes_words, score_html

_MOST_ADVICE = 3


@dataclass(frozen=True, kw_only=True)
class Shown:
    """The list that is observed, as its author wrote it."""

    title: str
    texts: Mapping[str, str]
    rules: Rules
    levels: Sequence[str]
    minutes: int
    expected: tuple[int, int]

    def item(self, item: str) -> Html:
        """Return an item's words."""
        return element("bdi", Html(inline(self.texts.get(item, ""))))


@dataclass(frozen=True, kw_only=True)
class Line:
    """A trainee in a trainer's list."""

    name: str
    group: str
    counted: int
    waiting: int
    level: int | None
    url: str | None
    inside: Html | None = None
    """The trainee's page itself, where the host gives it none of its own."""


def heading(shown: Shown) -> Html | None:
    """Return the block's title."""
    return element("h2", shown.title, class_="coop__title", dir="auto") if shown.title else None


def task_html(shown: Shown, voice: Voice, *, folded: bool = False) -> Html:
    """Return what is to be done and what will be observed, so that one can prepare."""
    _ = voice.words.gettext
    rules = shown.rules
    trainers, peers = shown.expected
    who = voice.words.ngettext("{count} trainer", "{count} trainers", trainers).format(count=trainers)
    if peers:
        who += _(" and ") + voice.words.ngettext("{count} trainee", "{count} trainees", peers).format(count=peers)
    facts = [
        (_("How long"), element("bdi", minutes_words(voice, shown.minutes))),
        (_("Who observes"), element("bdi", who)),
        (
            _("To pass"),
            filled(
                voice,
                _("{score} or more, as the mean of all observers"),
                score=score_html(voice, Fraction(rules.pass_mark), rules.most),
            ),
        ),
    ]
    items = [_task_item(shown, item, voice) for item in rules.items]
    scale = _(", ").join(f"{level} = {name}" for level, name in enumerate(shown.levels))
    inside = joined(
        element("p", element("bdi", Html(inline(shown.texts.get("prompt", "")))), class_="obs-prompt"),
        element("dl", *(element("div", element("dt", name), element("dd", told)) for name, told in facts), class_="obs-facts"),
        element("h3", _("What will be observed"), class_="obs-heading"),
        element("p", element("bdi", scale), class_="coop__note"),
        element("p", _("Whoever is at 0 in an item that must be seen does not pass yet."), class_="coop__note")
        if rules.keys
        else None,
        element("ol", *items, class_="obs-checklist"),
    )
    if not folded:
        return inside
    return element("details", element("summary", _("What is to be done, and what is observed")), inside)


def _task_item(shown: Shown, item: str, voice: Voice) -> Html:
    hint = shown.texts.get(f"{item}/hint", "")
    key = element("span", voice.words.gettext("must be seen"), class_="obs-tag", data_state="key")
    return element(
        "li",
        shown.item(item),
        *([" ", key] if item in shown.rules.keys else []),
        hint and element("p", element("bdi", Html(inline(hint))), class_="coop__note"),
    )


def result_html(shown: Shown, published: Mapping[str, Any], voice: Voice) -> Html:
    """Return a published result as the trainee reads it: no observer is named."""
    _ = voice.words.gettext
    level = int(published["level"])
    passed = level >= PASS_LEVEL
    items: Mapping[str, Any] = published["items"]
    lines = [
        _result_item(shown, item, number, items[item], voice) for number, item in enumerate(shown.rules.items, 1) if item in items
    ]
    remarks = [_said(role, text, voice) for role, text in published["remarks"]]
    score = filled(
        voice, _("{score}, the mean of all observers"), score=score_html(voice, score_of(published), int(published["most"]))
    )
    if published.get("is_decided"):
        score = filled(
            voice, _("{score}, as your trainer decided"), score=score_html(voice, score_of(published), int(published["most"]))
        )
    return element(
        "section",
        element("h3", _("Your result"), class_="obs-heading", data_focus=True),
        element(
            "p",
            element("b", level_words(voice, level)),
            " ",
            element("span", _("Passed") if passed else _("Not passed yet")),
            class_="obs-verdict",
            data_step="top" if passed else "low",
        ),
        element("p", score),
        _next(shown, published, voice, passed=passed),
        element("h4", _("To keep, to try"), class_="obs-heading") if remarks else None,
        element("ul", *remarks, class_="obs-said") if remarks else None,
        element("h4", _("Item by item"), class_="obs-heading"),
        element("ol", *lines, class_="obs-compared"),
        class_="obs-result",
    )


def _result_item(shown: Shown, item: str, number: int, told: Mapping[str, Any], voice: Voice) -> Html:
    counted = Counter(min(int(level), shown.rules.top) for level in told["levels"])
    chips = [_chip(shown, level, count, voice) for level, count in sorted(counted.items(), reverse=True)]
    notes = [_said(role, text, voice) for role, text in told["notes"]]
    return element(
        "li",
        element(
            "p", element("span", voice.figure(str(number)), class_="obs-number"), " ", shown.item(item), class_="obs-item-head"
        ),
        element("p", *chips, class_="obs-chips"),
        element("ul", *notes, class_="obs-said") if notes else None,
        data_zero=bool(told["is_zero"]),
    )


def _chip(shown: Shown, level: int, count: int, voice: Voice) -> Html:
    name = shown.levels[level] if level < len(shown.levels) else str(level)
    times = joined(" ", voice.figure(f"× {count}")) if count > 1 else None
    return element("span", element("bdi", name), times, class_="obs-chip", data_step=step_of(level, shown.rules.top))


def _said(role: str, text: str, voice: Voice) -> Html:
    _ = voice.words.gettext
    who = _("A trainer") if role == TRAINER else _("A trainee")
    return element("li", element("span", text, class_="obs-quote", dir="auto"), " ", element("small", who))


def _next(shown: Shown, published: Mapping[str, Any], voice: Voice, *, passed: bool) -> Html:
    """Return what to do now: the items to work on, those that must be seen first."""
    _ = voice.words.gettext
    items: Mapping[str, Any] = published["items"]
    keys = [item for item in published["key_zeros"] if item in items]
    full = len(next(iter(items.values()))["levels"]) * shown.rules.top if items else 0
    rest = sorted(
        (item for item in shown.rules.items if item in items and item not in keys and sum(items[item]["levels"]) < full),
        key=lambda item: sum(items[item]["levels"]),
    )
    chosen = [*keys, *rest][: max(_MOST_ADVICE, len(keys))]
    if not chosen:
        return element("p", _("Everything was seen clearly by everybody: show others how you do it."), class_="obs-next")
    words = (
        _("You passed. To go further, work on:") if passed else _("Work on these, then ask your trainer for another observation:")
    )
    listed = [
        element(
            "li",
            shown.item(item),
            *([" ", element("span", _("must be seen"), class_="obs-tag", data_state="key")] if item in keys else []),
        )
        for item in chosen
    ]
    return element("div", element("p", words), element("ul", *listed), class_="obs-next")


def overview_html(lines: Sequence[Line], voice: Voice) -> Html:
    """Return a trainer's list of the trainees who were observed."""
    _ = voice.words.gettext
    if not lines:
        return element("p", _("Nobody has been observed yet."), class_="obs-nothing")
    return joined(
        element("h3", _("Observed so far"), class_="obs-heading"),
        element("ul", *(_overview_line(one, voice) for one in lines), class_="obs-overview"),
    )


def _overview_line(line: Line, voice: Voice) -> Html:
    _ = voice.words.gettext
    name = element("bdi", line.name)
    told = [
        voice.words.ngettext("{count} observation counts", "{count} observations count", line.counted).format(count=line.counted),
        line.waiting
        and voice.words.ngettext("{count} waits for you", "{count} wait for you", line.waiting).format(count=line.waiting),
    ]
    state = level_words(voice, line.level) if line.level else _("not published")
    head = joined(
        element("a", name, href=line.url) if line.url else element("b", name),
        line.group and element("small", " ", element("bdi", line.group)),
        " ",
        element("span", state, class_="obs-tag", data_state="counts" if line.level else None),
        element("span", " · ".join(one for one in told if one), class_="obs-told"),
    )
    if line.inside is None:
        return element("li", head)
    return element("li", element("details", element("summary", head), line.inside))


def sent_html(lines: Sequence[tuple[str, str]], voice: Voice) -> Html | None:
    """Return what a trainee sent of others: name, and whether it counts."""
    _ = voice.words.gettext
    if not lines:
        return None
    said = {"done": _("counts"), "waiting": _("waits for a trainer"), "claimed": _("waits for a trainer")}
    listed = [
        element("li", element("bdi", name), " ", element("span", said.get(state, _("set aside")), class_="obs-tag"))
        for name, state in lines
    ]
    return joined(
        element("h3", _("Observations that you sent"), class_="obs-heading"), element("ul", *listed, class_="obs-overview")
    )
