"""Draw the pictures of template `zellige-1`: the star-and-cross band and the seal, in flat colours.

Run once, by hand: `python certificates/art/draw_zellige.py`. The pictures are kept with the template and never change
after the first certificate is issued with it; another drawing is another template.
"""

# ruff: noqa: INP001 -- a tool beside the package, not part of it
from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
TARGET = HERE.parent / "src" / "takwin_certificates" / "templates" / "zellige-1"

ACCENT, DEEP, SAFFRON, HONEY, PAPER = "#0b6b5d", "#084f47", "#d98e04", "#f0c46c", "#fbf8f1"
PITCH = 15
COLUMNS, ROWS = 2, 14


def star(x: float, y: float, radius: float, *, points: int = 8, waist: float = 0.7654, turn: float = 0) -> str:
    """Return the path of a star. With 8 points and the default waist it is two crossed squares."""
    corners = []
    for step in range(2 * points):
        angle = math.pi * step / points + math.radians(turn)
        reach = radius * (waist if step % 2 else 1)
        corners.append(f"{x + reach * math.cos(angle):.2f} {y + reach * math.sin(angle):.2f}")
    return "M" + "L".join(corners) + "Z"


def shape(paths: Iterable[str], fill: str, *, stroke: str = "none", width: float = 0) -> str:
    """Return one filled SVG path made of all these."""
    return f'<path d="{"".join(paths)}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>'


def picture(width: float, height: float, body: Iterable[str]) -> str:
    """Wrap shapes into an SVG document measured in millimetres."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
        + "".join(body)
        + "</svg>\n"
    )


def band() -> str:
    """Return the band: eight-pointed stars touching by their tips, and the crosses that remain between them."""
    width, height, half = COLUMNS * PITCH, ROWS * PITCH, PITCH / 2
    centres = [(half + PITCH * i, half + PITCH * j, (i + j) % 2) for i in range(COLUMNS) for j in range(ROWS)]
    crosses = [(PITCH * i, PITCH * j) for i in range(COLUMNS + 1) for j in range(ROWS + 1)]
    return picture(
        width,
        height,
        [
            f'<rect width="{width}" height="{height}" fill="{ACCENT}"/>',
            shape((star(x, y, 2.6, waist=0.5) for x, y in crosses), HONEY),
            shape((star(x, y, half) for x, y, _ in centres), DEEP, stroke=PAPER, width=0.5),
            shape((star(x, y, 4.9) for x, y, odd in centres if odd), SAFFRON, stroke=PAPER, width=0.4),
            shape((star(x, y, 4.9) for x, y, odd in centres if not odd), PAPER),
            shape((star(x, y, 3.3, turn=22.5) for x, y, odd in centres if odd), PAPER),
            shape((star(x, y, 3.3, turn=22.5) for x, y, odd in centres if not odd), ACCENT),
            shape((star(x, y, 1.7) for x, y, odd in centres if odd), ACCENT),
            shape((star(x, y, 1.7) for x, y, odd in centres if not odd), HONEY),
        ],
    )


def seal() -> str:
    """Return the seal: a rosette with an empty middle, where the year of issue is printed."""
    middle = 20
    outer, inner = middle + 15.4, middle - 15.4
    ring = [f"M{outer} {middle}A15.4 15.4 0 1 0 {inner} {middle}A15.4 15.4 0 1 0 {outer} {middle}Z"]
    beads = [
        star(middle + 13.1 * math.cos(angle), middle + 13.1 * math.sin(angle), 1.15)
        for angle in (2 * math.pi * step / 24 for step in range(24))
    ]
    return picture(
        40,
        40,
        [
            shape([star(middle, middle, 19.6, points=24, waist=0.9)], SAFFRON),
            shape([star(middle, middle, 18.1, points=24, waist=0.93)], PAPER),
            shape(ring, ACCENT),
            shape(beads, HONEY),
            shape([star(middle, middle, 11.6)], PAPER),
            shape([star(middle, middle, 10.7)], DEEP),
            shape([star(middle, middle, 9.2, points=8, waist=0.86, turn=22.5)], PAPER),
        ],
    )


if __name__ == "__main__":
    (TARGET / "band.svg").write_text(band(), encoding="utf-8")
    (TARGET / "seal.svg").write_text(seal(), encoding="utf-8")
