"""Draw the pictures of template `programme-1`: the strip of tiles, the panel of the courses and the bullet.

Run once, by hand: `python certificates/art/draw_programme.py`. The pictures are kept with the template and never change
after the first certificate is issued with it; another drawing is another template.
"""

# ruff: noqa: INP001 -- a tool beside the package, not part of it
from __future__ import annotations

from pathlib import Path

from draw_formal import box, chords, picture, shape, star

TARGET = Path(__file__).parent.parent / "src" / "takwin_certificates" / "templates" / "programme-1"

DEEP, TEAL, GOLD, SAND, WHITE, PANEL, VEIN = "#123f4c", "#1d6273", "#b4812a", "#e6cf9d", "#ffffff", "#f8f3e7", "#f0e6d0"
WIDTH, STRIP = 297, 9
SIDE_WIDTH, SIDE_HEIGHT, PITCH = 92, 177, 23


def strip() -> str:
    """Return the strip of tiles along the upper edge."""
    half = STRIP / 2
    tiles = [(half + STRIP * each, half, each % 3) for each in range(WIDTH // STRIP)]
    fills = (GOLD, WHITE, SAND)
    return picture(
        WIDTH,
        STRIP,
        [
            shape([box(0, 0, WIDTH, STRIP)], DEEP),
            shape((star(x, y, half - 0.15) for x, y, _ in tiles), TEAL, stroke=SAND, width=0.25),
            *(shape((star(x, y, half * 0.66) for x, y, turn in tiles if turn == which), fill) for which, fill in enumerate(fills)),
            shape((star(x, y, half * 0.4, turn=22.5) for x, y, _ in tiles), DEEP),
            shape((star(x, y, half * 0.18) for x, y, _ in tiles), SAND),
            shape([box(0, STRIP - 0.5, WIDTH, 0.5)], GOLD),
        ],
    )


def side() -> str:
    """Return the panel: a lattice of stars, hardly darker than its paper."""
    lattice = []
    for column in range(SIDE_WIDTH // PITCH + 1):
        for row in range(SIDE_HEIGHT // PITCH + 2):
            x, y = column * PITCH, row * PITCH
            lattice += [star(x, y, PITCH / 2), star(x, y, PITCH / 3.1, turn=22.5), star(x + PITCH / 2, y + PITCH / 2, PITCH / 5.2)]
    return picture(
        SIDE_WIDTH,
        SIDE_HEIGHT,
        [
            shape([box(0, 0, SIDE_WIDTH, SIDE_HEIGHT)], PANEL),
            shape(lattice, "none", stroke=VEIN, width=0.5),
            shape([box(0, 0, SIDE_WIDTH, 0.5)], GOLD),
        ],
    )


def emblem() -> str:
    """Return the emblem for a panel without a list: a star woven of lines, the year of issue in its middle."""
    middle = 20
    return picture(
        40,
        40,
        [
            shape([star(middle, middle, 19.4)], WHITE, stroke=GOLD, width=0.7),
            shape([star(middle, middle, 17.4)], "none", stroke=TEAL, width=0.25),
            shape([chords(middle, middle, 14.2, points=16, skip=5)], "none", stroke=GOLD, width=0.28),
            shape([star(middle, middle, 8.9, points=16, waist=0.92)], WHITE, stroke=TEAL, width=0.25),
        ],
    )


def bullet() -> str:
    """Return the small star before a line of a list."""
    return picture(2.2, 2.2, [shape([star(1.1, 1.1, 1)], GOLD)])


if __name__ == "__main__":
    for name, drawn in {"strip": strip(), "side": side(), "emblem": emblem(), "bullet": bullet()}.items():
        (TARGET / f"{name}.svg").write_text(drawn, encoding="utf-8")
