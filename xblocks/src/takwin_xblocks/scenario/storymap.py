"""Draw the map of a scenario for its author: all situations by depth, where each choice leads, the endings, and the best path."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.scenario.content import ENDINGS
from takwin_xblocks.scenario.grading import Step
from takwin_xblocks.scenario.page import NAME, Page

_WIDE, _HIGH, _GAP, _APART, _EDGE = 132, 60, 64, 20, 12
_ARROW = 7
_LETTERS = 18


@dataclass(frozen=True)
class _Place:
    """Where the box of a situation stands: its centre line, and the edges by which choices come in and go out."""

    x: float
    y: float
    inward: float
    outward: float


def story_map(page: Page) -> Html:
    """Return the map, what it says in words, and the same as a list for those who do not see it."""
    _ = page.voice.words.gettext
    return element(
        "section",
        element("h4", _("Map of the scenario"), class_=f"{NAME}__heading"),
        best_words(page),
        element("div", _drawing(page), class_=f"{NAME}__map", tabindex="0", role="region", aria_label=_("Map of the scenario")),
        element("details", element("summary", _("The map as a list")), _list(page), class_=f"{NAME}__fold"),
        class_=f"coop {NAME} {NAME}__author",
    )


def best_words(page: Page) -> Html:
    """Return the best path and what it brings, and a warning where it does not lead to an ending called best."""
    _ = page.voice.words.gettext
    best, number = page.story.best, page.voice.number
    way = " → ".join([*(f"{step.node} {step.choice}" for step in best.path), best.ending])
    told = _("The best path brings {total} points; {needed} are enough.")
    brought = [
        element("span", element("bdi", page.name(one)), " ", page.signed(value), class_=f"{NAME}__change")
        for one, value in page.story.profile(best.path).items()
    ]
    called_best = any(node.get("ending") == "best" for node in page.story.nodes.values())
    is_best = page.story.nodes[best.ending].get("ending") == "best"
    warning = _("Mind: the path with most points does not lead to an ending called best.")
    return joined(
        element("p", told.format(total=number(best.total), needed=number(page.story.needed)), dir="auto"),
        element("p", page.voice.figure(way)),
        element("p", *brought, class_=f"{NAME}__changes"),
        element("p", warning, class_="coop__error") if called_best and not is_best else None,
    )


def ending_words(page: Page, kind: str) -> str:
    """Return what an ending of a kind is called."""
    _ = page.voice.words.gettext
    return {"best": _("Best ending"), "good": _("Good ending"), "poor": _("Poor ending"), "bad": _("Bad ending")}[kind]


# --- the drawing ---


def _drawing(page: Page) -> Html:
    _ = page.voice.words.gettext
    columns = _columns(page)
    wide = len(columns) * (_WIDE + _GAP) - _GAP + 2 * _EDGE
    high = max(len(column) for column in columns) * (_HIGH + _APART) - _APART + 2 * _EDGE
    places = _places(columns, wide=wide, high=high, is_rtl=page.voice.is_rtl)
    taken = set(page.story.best.path)
    edges = [
        _edge(page, places, Step(node_id, one["id"]), index, is_best=Step(node_id, one["id"]) in taken)
        for node_id in places
        for index, one in enumerate(page.story.choices(node_id))
    ]
    on_best = {page.story.best.ending, *(step.node for step in taken)}
    boxes = [_box(page, node_id, place, is_best=node_id in on_best) for node_id, place in places.items()]
    # The lines of the best path lie above the others, the boxes above all lines.
    return element(
        "svg",
        element("title", _("Situations and choices; the list below says the same.")),
        *(line for line, is_best in edges if not is_best),
        *(line for line, is_best in edges if is_best),
        *boxes,
        viewBox=f"0 0 {wide} {high}",
        width=wide,
        height=high,
        role="img",
        class_=f"{NAME}__drawing",
    )


def _columns(page: Page) -> list[list[str]]:
    """Return the situations by depth, each column in the order of what leads there, so that few lines cross."""
    depths = page.story.depths
    columns: list[list[str]] = [[] for _depth in range(max(depths.values()) + 1)]
    for node_id in page.story.nodes:
        if node_id in depths:
            columns[depths[node_id]].append(node_id)
    row: dict[str, float] = {}
    sources: dict[str, list[str]] = {}
    for node_id in depths:
        for one in page.story.choices(node_id):
            sources.setdefault(one["to"], []).append(node_id)
    for column in columns:
        column.sort(key=lambda node_id: _mean([row[source] for source in sources.get(node_id, ())]))
        for index, node_id in enumerate(column):
            row[node_id] = (index + 0.5) / len(column)
    alone = [node_id for node_id in page.story.nodes if node_id not in depths]
    return [*columns, alone] if alone else columns


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.5


def _places(columns: list[list[str]], *, wide: float, high: float, is_rtl: bool) -> dict[str, _Place]:
    places = {}
    for depth, column in enumerate(columns):
        start = _EDGE + depth * (_WIDE + _GAP)
        x = wide - start - _WIDE if is_rtl else start
        top = (high - (len(column) * (_HIGH + _APART) - _APART)) / 2
        inward, outward = (x + _WIDE, x) if is_rtl else (x, x + _WIDE)
        for index, node_id in enumerate(column):
            places[node_id] = _Place(x, top + index * (_HIGH + _APART), inward, outward)
    return places


def _edge(page: Page, places: Mapping[str, _Place], step: Step, index: int, *, is_best: bool) -> tuple[Html, bool]:
    """Return the line of a choice with its id, and whether the best path takes it."""
    way = -1 if page.voice.is_rtl else 1
    choices = page.story.choices(step.node)
    source, target = places[step.node], places[str(choices[index]["to"])]
    y1 = source.y + _HIGH * (index + 1) / (len(choices) + 1)
    y2 = target.y + _HIGH / 2
    x2 = target.inward - way * _ARROW
    bend = way * _GAP / 2
    curve = f"M{source.outward:g} {y1:g}C{source.outward + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}"
    point = f"{target.inward:g},{y2:g} {x2:g},{y2 - 4:g} {x2:g},{y2 + 4:g}"
    kind = f"{NAME}__line" + (f" {NAME}__line--best" if is_best else "")
    label = element(
        "text", step.choice[:4], x=f"{source.outward + way * 8:g}", y=f"{y1 - 3:g}", class_=f"{NAME}__label", text_anchor="middle"
    )
    return element("g", element("path", d=curve), element("polygon", points=point), label, class_=kind), is_best


def _box(page: Page, node_id: str, place: _Place, *, is_best: bool) -> Html:
    ending = page.story.nodes[node_id].get("ending")
    words = page.gist(node_id, "title" if ending else "situation", most=_LETTERS)
    middle = place.x + _WIDE / 2
    star = "★ " if is_best else ""
    return element(
        "g",
        element("rect", x=f"{place.x:g}", y=f"{place.y:g}", width=_WIDE, height=_HIGH, rx=30 if ending else 4),
        element("text", star + node_id, x=f"{middle:g}", y=f"{place.y + 26:g}", text_anchor="middle", class_=f"{NAME}__id"),
        element("text", _apart(words), x=f"{middle:g}", y=f"{place.y + 45:g}", text_anchor="middle"),
        class_=f"{NAME}__box",
        data_ending=ending or None,
        data_best="yes" if is_best else None,
    )


def _apart(words: str) -> str:
    """Return words whose direction is their own: a drawing takes no <bdi>."""
    return f"\N{FIRST STRONG ISOLATE}{words}\N{POP DIRECTIONAL ISOLATE}"


# --- the same as a list ---


def _list(page: Page) -> Html:
    return element("ol", *(_item(page, node_id) for node_id in page.story.nodes), class_=f"{NAME}__nodes")


def _item(page: Page, node_id: str) -> Html:
    ending = page.story.nodes[node_id].get("ending")
    name = element("bdi", element("strong", node_id))
    if ending:
        kind = ending_words(page, ending) if ending in dict(ENDINGS) else str(ending)
        return element("li", name, " ", element("bdi", page.bare(node_id, "title")), " — ", kind)
    taken = set(page.story.best.path)
    choices = [_choice(page, Step(node_id, one["id"]), str(one["to"]), taken) for one in page.story.choices(node_id)]
    return element("li", name, " ", element("bdi", page.gist(node_id, "situation")), element("ul", *choices))


def _choice(page: Page, step: Step, to: str, taken: set[Step]) -> Html:
    _ = page.voice.words.gettext
    leads = element(
        "span", _("leads to"), " ", element("bdi", element("strong", to)), f" ({_('best path')})" if step in taken else ""
    )
    words = element("bdi", page.bare(step.node, step.choice))
    return element("li", element("bdi", element("strong", step.choice)), " ", words, " — ", leads, page.changes(step))
