"""Draw pillars' scores as a radar: one spoke a pillar, the first one upwards, clockwise in every language.

The picture is the same whichever way the reader reads, so that two printed radars can be held side by side. Lines differ by
their strokes and their points by their shapes, not by colour alone; a table beside it tells the same figures.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from takwin_xblocks.contract.element import Html, element, joined

FEWEST_SPOKES = 3
"""Two spokes enclose nothing."""
_RADIUS = 84.0
_RINGS = (25, 50, 75, 100)
_GAP = 8.0
_LINE_HEIGHT = 17.0
_LETTER = 8.5
"""Width of a letter, on the safe side, of a text 14 high."""
_LONGEST_LINE = 12
_ACCENT = "#0b6b5d"
_EARLIER = "#7a3e00"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One measure on the radar."""

    name: str
    scores: tuple[int | None, ...]
    is_earlier: bool = False


@dataclass(frozen=True, kw_only=True)
class Box:
    """Where a label stands: its centre, its width and its height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def nearest(self) -> float:
        """Return how near to the middle of the radar it comes."""
        return math.hypot(max(0, abs(self.x) - self.width / 2), max(0, abs(self.y) - self.height / 2))

    def overlaps(self, other: Box) -> bool:
        """Tell whether two boxes share any point."""
        near_x = abs(self.x - other.x) < (self.width + other.width) / 2
        return near_x and abs(self.y - other.y) < (self.height + other.height) / 2


def wrapped(name: str) -> list[str]:
    """Return a label's lines: whole words, as many as fit."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + 1 + len(word) <= _LONGEST_LINE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def label_boxes(labels: Sequence[str]) -> list[Box]:
    """Return where each label stands: outside its spoke's end, as far as its size asks, with a line more for the figures."""
    boxes: list[Box] = []
    for index, label in enumerate(labels):
        lines = wrapped(label)
        width = max(len(line) for line in [*lines, "100 → 100"]) * _LETTER
        height = (len(lines) + 1) * _LINE_HEIGHT
        boxes.append(_outside(*_direction(index, len(labels)), width=width, height=height, others=boxes))
    return boxes


def _outside(across: float, down: float, *, width: float, height: float, others: Sequence[Box]) -> Box:
    """Return a box that lies along a spoke, as near as it may come to the web and to the labels that stand already."""
    reach = _RADIUS + _GAP
    while True:
        box = Box(x=across * reach, y=down * reach, width=width, height=height)
        if box.nearest >= _RADIUS + _GAP and not any(box.overlaps(other) for other in others):
            return box
        reach += 1


def radar(labels: Sequence[str], lines: Sequence[Line], *, title: str, description: str, dom_id: str) -> Html:
    """Return the picture; a pillar without a score has no point, and its neighbours' points are not joined across it."""
    boxes = label_boxes(labels)
    ordered = sorted(lines, key=lambda line: not line.is_earlier)
    return element(
        "svg",
        element("title", title, id=f"{dom_id}-title"),
        element("desc", description, id=f"{dom_id}-desc"),
        _web(len(labels)),
        *(_line(line) for line in ordered),
        *(_label(label, box, _figures(ordered, index)) for index, (label, box) in enumerate(zip(labels, boxes, strict=True))),
        class_="coop-diagnostic__radar",
        role="img",
        aria_labelledby=f"{dom_id}-title {dom_id}-desc",
        viewBox=_view(boxes),
    )


def sample(line: Line) -> Html:
    """Return a short piece of a line, for the legend."""
    stroke = element("line", x1=2, y1=10, x2=46, y2=10, **_stroke(line))
    return element("svg", stroke, _point(24, 10, line), viewBox="0 0 48 20", width=48, height=20, aria_hidden="true")


def _direction(spoke: int, spokes: int) -> tuple[float, float]:
    angle = 2 * math.pi * spoke / spokes - math.pi / 2
    return round(math.cos(angle), 6), round(math.sin(angle), 6)


def _at(spoke: int, spokes: int, score: float) -> tuple[float, float]:
    across, down = _direction(spoke, spokes)
    return round(across * _RADIUS * score / 100, 2), round(down * _RADIUS * score / 100, 2)


def _points(where: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in where)


def _web(spokes: int) -> Html:
    rings = [
        element(
            "polygon",
            points=_points([_at(spoke, spokes, ring) for spoke in range(spokes)]),
            fill="none",
            stroke="#cbd5d1",
            class_="coop-diagnostic__web",
        )
        for ring in _RINGS
    ]
    ends = [_at(spoke, spokes, 100) for spoke in range(spokes)]
    axes = [element("line", x1=0, y1=0, x2=f"{x:g}", y2=f"{y:g}", stroke="#cbd5d1", class_="coop-diagnostic__web") for x, y in ends]
    # Between the first two spokes, where no point and no label can stand.
    marks = [_text(str(ring), 11, -_RADIUS * ring / 100 + 4, size=9, class_="coop-diagnostic__ring") for ring in _RINGS]
    return element("g", *rings, *axes, *marks, aria_hidden="true")


def _line(line: Line) -> Html:
    spokes = len(line.scores)
    there = [None if score is None else _at(spoke, spokes, score) for spoke, score in enumerate(line.scores)]
    known = [place for place in there if place is not None]
    if len(known) == spokes:
        shape = [
            element(
                "polygon", points=_points(known), fill=_colour(line), fill_opacity=0 if line.is_earlier else 0.15, **_stroke(line)
            )
        ]
    else:
        pairs = [(there[spoke], there[(spoke + 1) % spokes]) for spoke in range(spokes)]
        shape = [
            element("line", x1=f"{one[0]:g}", y1=f"{one[1]:g}", x2=f"{other[0]:g}", y2=f"{other[1]:g}", **_stroke(line))
            for one, other in pairs
            if one is not None and other is not None
        ]
    return element("g", *shape, *(_point(x, y, line) for x, y in known))


def _point(x: float, y: float, line: Line) -> Html:
    if line.is_earlier:
        return element("rect", x=f"{x - 4:g}", y=f"{y - 4:g}", width=8, height=8, fill="#fff", stroke=_EARLIER, stroke_width=2)
    return element("circle", cx=f"{x:g}", cy=f"{y:g}", r=4.5, fill=_ACCENT)


def _stroke(line: Line) -> dict[str, str | float | bool | None]:
    return {"stroke": _colour(line), "stroke_width": 2.5, "stroke_dasharray": "7 5" if line.is_earlier else None}


def _colour(line: Line) -> str:
    return _EARLIER if line.is_earlier else _ACCENT


def _figures(lines: Sequence[Line], spoke: int) -> str:
    """Return the scores of a pillar, the earlier first."""
    return " → ".join("–" if line.scores[spoke] is None else str(line.scores[spoke]) for line in lines)


def _label(label: str, box: Box, figures: str) -> Html:
    top = box.y - box.height / 2 + _LINE_HEIGHT * 0.75
    lines = [_text(line, box.x, top + index * _LINE_HEIGHT) for index, line in enumerate(wrapped(label))]
    # Figures run from the left in every language, the arrow with them.
    told = _text(figures, box.x, top + len(lines) * _LINE_HEIGHT, font_weight="bold", direction="ltr")
    return joined(*lines, told)


def _text(text: str, x: float, y: float, *, size: int = 14, **more: str) -> Html:
    place = {"x": f"{x:g}", "y": f"{y:g}"}
    return element("text", text, **place, text_anchor="middle", font_size=size, fill="currentColor", **more)


def _view(boxes: Sequence[Box]) -> str:
    left = min([-_RADIUS, *(box.x - box.width / 2 for box in boxes)]) - 4
    right = max([_RADIUS, *(box.x + box.width / 2 for box in boxes)]) + 4
    top = min([-_RADIUS, *(box.y - box.height / 2 for box in boxes)]) - 4
    bottom = max([_RADIUS, *(box.y + box.height / 2 for box in boxes)]) + 4
    return f"{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"
