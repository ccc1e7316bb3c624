"""Draw the pictures of template `modern-1`: the dark head with its lattice of stars, the emblem and the bullet.

Run once, by hand: `python certificates/art/draw_modern.py`. The pictures are kept with the template and never change
after the first certificate is issued with it; another drawing is another template.
"""

# ruff: noqa: INP001 -- a tool beside the package, not part of it
from __future__ import annotations

from pathlib import Path

from draw_formal import box, chords, picture, shape, star

TARGET = Path(__file__).parent.parent / "src" / "takwin_certificates" / "templates" / "modern-1"

GREEN, DEEP, GOLD, SAND, WHITE, VEIN = "#0b5a4d", "#073f37", "#c18f3a", "#ead5a4", "#ffffff", "#0d5247"
WIDTH, HEIGHT, STRIP = 210, 62, 6
PITCH = 21


def hero() -> str:
    """Return the head of the page: a lattice of stars in the dark, and a strip of tiles at its foot."""
    lattice = []
    for column in range(WIDTH // PITCH + 1):
        for row in range(5):
            x, y = column * PITCH, row * PITCH - 9
            lattice += [star(x, y, PITCH / 2), star(x, y, PITCH / 3.1, turn=22.5), star(x + PITCH / 2, y + PITCH / 2, PITCH / 5.2)]
    top = HEIGHT - STRIP
    half = STRIP / 2
    tiles = [(half + STRIP * each, top + half, each % 2) for each in range(WIDTH // STRIP)]
    return picture(
        WIDTH,
        HEIGHT,
        [
            shape([box(0, 0, WIDTH, HEIGHT)], DEEP),
            shape(lattice, "none", stroke=VEIN, width=0.45),
            shape([box(0, top, WIDTH, STRIP)], DEEP),
            shape((star(x, y, half - 0.1) for x, y, _ in tiles), GREEN, stroke=SAND, width=0.2),
            shape((star(x, y, half * 0.64) for x, y, odd in tiles if odd), GOLD),
            shape((star(x, y, half * 0.64) for x, y, odd in tiles if not odd), WHITE),
            shape((star(x, y, half * 0.3) for x, y, _ in tiles), GREEN),
            shape([box(0, top - 0.5, WIDTH, 0.5), box(0, HEIGHT - 0.5, WIDTH, 0.5)], GOLD),
        ],
    )


def emblem() -> str:
    """Return the emblem: a star woven of lines, with an empty middle where the year of issue is printed."""
    middle = 20
    return picture(
        40,
        40,
        [
            shape([star(middle, middle, 19.4)], DEEP, stroke=GOLD, width=0.7),
            shape([star(middle, middle, 17.4)], "none", stroke=SAND, width=0.2),
            shape([chords(middle, middle, 14.2, points=16, skip=5)], "none", stroke=GOLD, width=0.28),
            shape([star(middle, middle, 8.9, points=16, waist=0.92)], DEEP, stroke=SAND, width=0.25),
        ],
    )


def bullet() -> str:
    """Return the small star before a line of a list."""
    return picture(2, 2, [shape([star(1, 1, 0.9)], GOLD)])


if __name__ == "__main__":
    for name, drawn in {"hero": hero(), "emblem": emblem(), "bullet": bullet()}.items():
        (TARGET / f"{name}.svg").write_text(drawn, encoding="utf-8")
