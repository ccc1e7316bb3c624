"""Show what a cooperative said of itself: the radar, the same figures in a table, and three next steps a pillar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.voice import MINUS, Voice
from takwin_xblocks.diagnostic.grading import DISCUSS, FEWEST_STATEMENTS, band_limits, band_of, lowest_of
from takwin_xblocks.diagnostic.radar import FEWEST_SPOKES, Line, radar, sample
from takwin_xblocks.diagnostic.rendering import Asked, Page, button, heading, names_of, steps_html
from takwin_xblocks.diagnostic.words import band_words, moment_words, score_words

Measure = Mapping[str, Any]


def result_html(page: Page, voice: Voice) -> Html:
    """Return the last measure, beside the first if there are several, and the way to the next."""
    _ = voice.words.gettext
    last = page.measures[-1]
    first = page.measures[0] if len(page.measures) > 1 else None
    again = page.form("again", button(_("Measure again"), class_="coop__button coop__button--quiet"))
    return joined(
        heading(_("Our radar, before and now") if first else _("Our radar")),
        _about(last, voice),
        _figure(page, voice, first, last),
        _overall(page, voice, last),
        *(_pillar(page, voice, pillar, last) for pillar in page.pillars),
        _history(page, voice) if len(page.measures) > 2 else None,  # noqa: PLR2004 -- the first and the last are shown above
        None if page.is_closed else again,
    )


def scores_of(measure: Measure) -> dict[str, int | None]:
    """Return the scores of a measure by pillar."""
    return {pillar["id"]: pillar["score"] for pillar in measure["pillars"]}


def _about(measure: Measure, voice: Voice) -> Html:
    said: list[Piece] = [moment_words(voice, measure["moment"])]
    if measure["cooperative"]:
        said += [" · ", element("bdi", measure["cooperative"])]
    if measure["respondents"] > 1:
        count = measure["respondents"]
        said += [" · ", voice.words.ngettext("{count} member", "{count} members", count).format(count=count)]
    return element("p", *said, class_="coop__note")


def _figure(page: Page, voice: Voice, first: Measure | None, last: Measure) -> Html:
    _ = voice.words.gettext
    names = names_of(page.pillars)
    lines = [_drawn(measure, names, voice, is_earlier=measure is first) for measure in (first, last) if measure]
    table = _table(page, voice, first, last)
    if len(names) < FEWEST_SPOKES:
        return table
    told = [
        f"{line.name}: "
        + ", ".join(f"{name} {score_words(voice, score)}" for name, score in zip(names.values(), line.scores, strict=True))
        for line in lines
    ]
    drawing = radar(
        list(names.values()),
        lines,
        title=_("Radar of the pillars, from 0 to 100"),
        description=". ".join(told),
        dom_id=f"{page.dom_id}-radar",
    )
    legend = [element("li", sample(line), " ", line.name) for line in lines] if first else []
    caption = element("figcaption", element("ul", *legend, class_="coop-diagnostic__legend")) if legend else None
    return joined(element("figure", drawing, caption, class_="coop-diagnostic__figure"), table)


def _drawn(measure: Measure, names: Mapping[str, str], voice: Voice, *, is_earlier: bool) -> Line:
    scores = scores_of(measure)
    name = _column(voice, measure, is_earlier=is_earlier)
    return Line(name=name, scores=tuple(scores.get(pillar) for pillar in names), is_earlier=is_earlier)


def _column(voice: Voice, measure: Measure, *, is_earlier: bool) -> str:
    """Return what a measure is called beside another: by its place, since two may have been made at the same moment."""
    _ = voice.words.gettext
    place = _("First measure ({moment})") if is_earlier else _("Last measure ({moment})")
    return place.format(moment=moment_words(voice, measure["moment"]))


def _table(page: Page, voice: Voice, first: Measure | None, last: Measure) -> Html:
    _ = voice.words.gettext
    now, then = scores_of(last), scores_of(first) if first else {}
    head = [_("Pillar"), *([_("First"), _("Last"), _("Difference")] if first else [_("Score"), _("Band")])]
    rows = [(element("bdi", pillar.name), then.get(pillar.id), now.get(pillar.id)) for pillar in page.pillars]
    rows.append((element("strong", _("Overall")), first["overall"] if first else None, last["overall"]))
    body = [
        element(
            "tr",
            element("th", name, scope="row"),
            element("td", score_words(voice, before)) if first else None,
            element("td", score_words(voice, after)),
            element("td", _change(voice, before, after)) if first else element("td", _band(voice, after)),
        )
        for name, before, after in rows
    ]
    return element(
        "table",
        element("caption", _("Scores from 0 to 100"), class_="coop-diagnostic__caption"),
        element("thead", element("tr", *(element("th", words, scope="col") for words in head))),
        element("tbody", *body),
        class_="coop__table",
    )


def _change(voice: Voice, before: int | None, after: int | None) -> Html:
    if before is None or after is None:
        return Html("–")
    sign = "+" if after > before else MINUS if after < before else ""
    return voice.figure(f"{sign}{abs(after - before)}")


def _band(voice: Voice, score: int | None) -> str:
    return "–" if score is None else band_words(voice, band_of(score))


def _overall(page: Page, voice: Voice, last: Measure) -> Html | None:
    _ = voice.words.gettext
    names = {pillar.id: pillar.name for pillar in page.pillars}
    lowest = [names[pillar] for pillar in lowest_of({pillar: scores_of(last).get(pillar) for pillar in names})]
    if not lowest:
        return None
    listed: list[Piece] = []
    for name in lowest:
        listed += [" · " if listed else None, element("bdi", name)]
    return element("p", _("Where a first step may help most:"), " ", element("strong", *listed))


def _pillar(page: Page, voice: Voice, pillar: Asked, last: Measure) -> Html | None:
    _ = voice.words.gettext
    if pillar.id not in scores_of(last):
        return None
    score = scores_of(last)[pillar.id]
    said = {one["id"]: one for one in last["statements"] if one["id"] in pillar.statements}
    if score is None:
        words = _("No score: fewer than {fewest} statements were answered.").format(fewest=FEWEST_STATEMENTS)
        advised: Html = element("p", words, class_="coop__note")
    else:
        advised = _advice(page, voice, pillar, band_of(score))
    return element(
        "section",
        element("h5", element("bdi", pillar.name), _score_mark(voice, score), class_="coop-diagnostic__pillar"),
        advised,
        _discuss(voice, pillar, said),
        _statements(voice, pillar, said),
    )


def _score_mark(voice: Voice, score: int | None) -> Html | None:
    if score is None:
        return None
    band = band_of(score)
    lowest, highest = next((low, high) for name, low, high in band_limits() if name == band)
    return joined(" · ", voice.figure(str(score)), " · ", band_words(voice, band), " (", voice.figure(f"{lowest}–{highest}"), ")")


def _advice(page: Page, voice: Voice, pillar: Asked, band: str) -> Html:
    advice = page.advice.get((pillar.id, band), "")
    return joined(element("p", voice.words.gettext("Next steps:")), steps_html(advice)) if advice else Html()


def _discuss(voice: Voice, pillar: Asked, said: Mapping[str, Measure]) -> Html | None:
    apart = [words for statement, words in pillar.statements.items() if said.get(statement, {}).get("spread", 0) >= DISCUSS]
    if not apart:
        return None
    return element(
        "div",
        element("p", element("strong", voice.words.gettext("To discuss: you see these very differently."))),
        element("ul", *(element("li", Html(inline(words)), dir="auto") for words in apart)),
        class_="coop-diagnostic__discuss",
    )


def _statements(voice: Voice, pillar: Asked, said: Mapping[str, Measure]) -> Html:
    _ = voice.words.gettext
    in_group = any(one["answered"] > 1 for one in said.values())
    head = [_("Statement"), _("Mean, 0 to 4") if in_group else _("Answer, 0 to 4"), *([_("Spread")] if in_group else [])]
    rows = [
        element(
            "tr",
            element("th", Html(inline(words)), scope="row", dir="auto", class_="coop-diagnostic__said"),
            element("td", _mean(voice, said[statement])),
            element("td", voice.number(said[statement]["spread"])) if in_group else None,
        )
        for statement, words in pillar.statements.items()
        if statement in said
    ]
    table = element(
        "table",
        element("thead", element("tr", *(element("th", words, scope="col") for words in head))),
        element("tbody", *rows),
        class_="coop__table",
    )
    return element("details", element("summary", _("Statement by statement")), table)


def _mean(voice: Voice, statement: Measure) -> str:
    return "–" if statement["mean"] is None else voice.number(statement["mean"], places=1)


def _history(page: Page, voice: Voice) -> Html:
    _ = voice.words.gettext
    names = names_of(page.pillars)
    rows = [
        element(
            "tr",
            element("th", f"{index} · {moment_words(voice, measure['moment'])}", scope="row"),
            *(element("td", score_words(voice, scores_of(measure).get(pillar))) for pillar in names),
        )
        for index, measure in enumerate(page.measures, 1)
    ]
    head: Sequence[str] = [_("Measure"), *names.values()]
    table = element(
        "table",
        element("thead", element("tr", *(element("th", words, scope="col") for words in head))),
        element("tbody", *rows),
        class_="coop__table",
    )
    # Wider than a phone with four names: it scrolls by itself, by keyboard too.
    scrolled = element("div", table, class_="coop-diagnostic__scroll", tabindex="0", role="region", aria_label=_("All measures"))
    return element("details", element("summary", _("All measures")), scrolled)
