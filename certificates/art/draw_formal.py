"""Draw the pictures of template `zellige-2`: the border of stars and crosses, the rule, the bullet and the seal.

Run once, by hand: `python certificates/art/draw_formal.py`. The pictures are kept with the template and never change
after the first certificate is issued with it; another drawing is another template.
"""

# ruff: noqa: INP001 -- a tool beside the package, not part of it
from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "src" / "takwin_certificates" / "templates" / "zellige-2"

GREEN, DEEP, GOLD, SAND, PAPER, MIST = "#0b5a4d", "#073f37", "#b4812a", "#e3c88d", "#fdfaf2", "#f4ecd8"
WIDTH, HEIGHT = 297, 210
TILE, MARGIN = 8.7, 4.95  # 33 by 23 tiles fit the sheet exactly with this margin
COLUMNS, ROWS = 33, 23


def star(x: float, y: float, radius: float, *, points: int = 8, waist: float = 0.7654, turn: float = 0) -> str:
    """Return the path of a star. With 8 points and the default waist it is two crossed squares."""
    corners = []
    for step in range(2 * points):
        angle = math.pi * step / points + math.radians(turn)
        reach = radius * (waist if step % 2 else 1)
        corners.append(f"{x + reach * math.cos(angle):.2f} {y + reach * math.sin(angle):.2f}")
    return "M" + "L".join(corners) + "Z"


def chords(x: float, y: float, radius: float, *, points: int, skip: int) -> str:
    """Return the lines of a star polygon {points/skip}, as they are woven in plaster rosettes."""
    places = [
        (x + radius * math.cos(2 * math.pi * step / points), y + radius * math.sin(2 * math.pi * step / points))
        for step in range(points)
    ]
    pairs = ((places[step], places[(step + skip) % points]) for step in range(points))
    return "".join(f"M{a:.2f} {b:.2f}L{c:.2f} {d:.2f}" for (a, b), (c, d) in pairs)


def box(x: float, y: float, width: float, height: float) -> str:
    """Return the path of a rectangle."""
    return f"M{x:.2f} {y:.2f}h{width:.2f}v{height:.2f}h{-width:.2f}Z"


def shape(paths: Iterable[str], fill: str, *, stroke: str = "none", width: float = 0) -> str:
    """Return one filled SVG path made of all these."""
    return f'<path d="{"".join(paths)}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}" stroke-width="{width}"/>'


def picture(width: float, height: float, body: Iterable[str]) -> str:
    """Wrap shapes into an SVG document measured in millimetres."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
        + "".join(body)
        + "</svg>\n"
    )


def tiles() -> Iterator[tuple[float, float, int]]:
    """Yield the centre of each tile around the sheet and its place in the alternation."""
    for column in range(COLUMNS):
        for row in range(ROWS):
            if column in {0, COLUMNS - 1} or row in {0, ROWS - 1}:
                yield MARGIN + TILE * (column + 0.5), MARGIN + TILE * (row + 0.5), (column + row) % 2


def border() -> str:
    """Return the border: one row of stars touching by their tips, a gold line on each side, a woven rose in the middle."""
    inner = MARGIN + TILE
    strip = box(MARGIN, MARGIN, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN) + box(inner, inner, WIDTH - 2 * inner, HEIGHT - 2 * inner)
    around = list(tiles())
    half = TILE / 2
    lines = [box(each, each, WIDTH - 2 * each, HEIGHT - 2 * each) for each in (inner + 0.9, inner + 1.7)]
    rose = [chords(WIDTH / 2, 92, 62, points=24, skip=skip) for skip in (7, 9, 10)]
    return picture(
        WIDTH,
        HEIGHT,
        [
            shape(rose, "none", stroke=MIST, width=0.35),
            shape([strip], DEEP),
            shape((star(x, y, half - 0.12) for x, y, _ in around), GREEN, stroke=SAND, width=0.28),
            shape((star(x, y, half * 0.66) for x, y, odd in around if odd), GOLD, stroke=SAND, width=0.22),
            shape((star(x, y, half * 0.66) for x, y, odd in around if not odd), PAPER),
            shape((star(x, y, half * 0.42, turn=22.5) for x, y, odd in around if odd), PAPER),
            shape((star(x, y, half * 0.42, turn=22.5) for x, y, odd in around if not odd), GREEN),
            shape((star(x, y, half * 0.2) for x, y, _ in around), SAND),
            shape([box(MARGIN, MARGIN, WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN)], "none", stroke=GOLD, width=0.5),
            shape([box(inner, inner, WIDTH - 2 * inner, HEIGHT - 2 * inner)], "none", stroke=GOLD, width=0.5),
            shape(lines[1:], "none", stroke=GOLD, width=0.18),
        ],
    )


def rule() -> str:
    """Return the rule below the heading: two lines that taper towards a star."""
    middle, height = 40, 1.7
    left = f"M0 {height}L{middle - 4} {height - 0.16}V{height + 0.16}Z"
    right = f"M80 {height}L{middle + 4} {height - 0.16}V{height + 0.16}Z"
    beads = [star(middle - 3, height, 0.55, points=4, waist=0.5), star(middle + 3, height, 0.55, points=4, waist=0.5)]
    return picture(
        80, 3.4, [shape([left, right, *beads, star(middle, height, 1.6)], GOLD), shape([star(middle, height, 0.7)], PAPER)]
    )


def bullet() -> str:
    """Return the small star before a line of a list."""
    return picture(2, 2, [shape([star(1, 1, 0.85)], GOLD)])


def seal() -> str:
    """Return the seal: a rosette with an empty middle, where the year of issue is printed."""
    middle = 20
    ring = "".join(
        f"M{middle + each} {middle}A{each} {each} 0 1 0 {middle - each} {middle}A{each} {each} 0 1 0 {middle + each} {middle}Z"
        for each in (15.6, 11.2)
    )
    beads = [
        star(middle + 13.4 * math.cos(angle), middle + 13.4 * math.sin(angle), 1.25)
        for angle in (2 * math.pi * step / 16 for step in range(16))
    ]
    return picture(
        40,
        40,
        [
            shape([star(middle, middle, 19.7, points=32, waist=0.93)], GOLD),
            shape([star(middle, middle, 18.4, points=32, waist=0.95)], PAPER),
            shape([star(middle, middle, 17.6, points=32, waist=0.96)], GOLD),
            shape([ring], GREEN),
            shape(beads, SAND),
            f'<circle cx="{middle}" cy="{middle}" r="11.2" fill="{PAPER}"/>',
            shape([chords(middle, middle, 10.6, points=16, skip=6)], "none", stroke=SAND, width=0.22),
            shape([star(middle, middle, 8.6, points=16, waist=0.9)], PAPER, stroke=GOLD, width=0.25),
        ],
    )


if __name__ == "__main__":
    for name, drawn in {"border": border(), "rule": rule(), "bullet": bullet(), "seal": seal()}.items():
        (TARGET / f"{name}.svg").write_text(drawn, encoding="utf-8")
