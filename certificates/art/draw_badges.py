"""Draw the badges of the four kinds of certificate, as SVG and, with Chromium, as PNG of 512 × 512 pixels.

Run by hand: `python certificates/art/draw_badges.py`. The kinds differ by form before they differ by colour: an open ring of seeds for
having taken part, a closed star for having finished, a sun with the four levels of the rubrics for what one can do, and a wreath of
stars for several courses. There is no word in them, so that one picture serves every language.
"""

# ruff: noqa: INP001 -- a tool beside the package, not part of it
from __future__ import annotations

import io
import math
from collections.abc import Iterable
from pathlib import Path

from draw_zellige import shape, star
from PIL import Image
from playwright.sync_api import sync_playwright

TARGET = Path(__file__).parent.parent / "src" / "takwin_certificates" / "badge" / "art"
SIZE = 512
MIDDLE = SIZE / 2
TEAL, DEEP, CLAY, SAFFRON, HONEY, PAPER = "#085a4f", "#063d36", "#a8481f", "#e09a12", "#f2c15c", "#fbf8f1"
SQUARES = 0.7654
"""The waist at which a star of eight points is two crossed squares."""


def around(count: int, radius: float, *, turn: float = 0) -> list[tuple[float, float]]:
    """Return points on a circle, the first at the top."""
    angles = (math.radians(turn - 90) + 2 * math.pi * step / count for step in range(count))
    return [(MIDDLE + radius * math.cos(angle), MIDDLE + radius * math.sin(angle)) for angle in angles]


def disc(x: float, y: float, radius: float, fill: str, *, stroke: str = "none", width: float = 0) -> str:
    """Return a circle."""
    return f'<circle cx="{x:.2f}" cy="{y:.2f}" r="{radius}" fill="{fill}" stroke="{stroke}" stroke-width="{width}"/>'


def mark(size: float, *, book: str, roof: str, seed: str) -> str:
    """Return the mark of Takwin in the middle: an open book, a roof over it, and what they hold between them."""
    scale = size / 48
    corner = MIDDLE - size / 2
    return (
        f'<g transform="translate({corner:.2f} {corner:.2f}) scale({scale:.4f})" fill="none" stroke-width="6">'
        f'<path d="M3.5 15.5l5.3 5.3M15.2 27.2L24 36l20.5-20.5" stroke="{book}"/>'
        f'<path d="M3.5 32.5L24 12l8.8 8.8M39.2 27.2l5.3 5.3" stroke="{roof}"/>'
        f'<path d="M24 18.8l5.2 5.2-5.2 5.2-5.2-5.2z" fill="{seed}"/></g>'
    )


def participation() -> list[str]:
    """Return an open star of one thread, with sixteen seeds around it."""
    return [
        disc(MIDDLE, MIDDLE, 250, PAPER, stroke=TEAL, width=6),
        shape((star(x, y, 15) for x, y in around(16, 217)), SAFFRON),
        shape([star(MIDDLE, MIDDLE, 182, turn=22.5)], "none", stroke=TEAL, width=12),
        shape([star(MIDDLE, MIDDLE, 158, turn=22.5)], "none", stroke=HONEY, width=5),
        mark(204, book=TEAL, roof=CLAY, seed=SAFFRON),
    ]


def completion() -> list[str]:
    """Return a closed star of eight points on a saffron one."""
    return [
        shape([star(MIDDLE, MIDDLE, 254, points=16, waist=0.88)], SAFFRON),
        shape([star(MIDDLE, MIDDLE, 236, points=16, waist=0.9)], PAPER),
        shape([star(MIDDLE, MIDDLE, 222, turn=22.5)], DEEP),
        shape([star(MIDDLE, MIDDLE, 208, turn=22.5)], "none", stroke=HONEY, width=4),
        shape((star(x, y, 13) for x, y in around(8, 183, turn=22.5)), HONEY),
        disc(MIDDLE, MIDDLE, 132, PAPER),
        mark(186, book=TEAL, roof=CLAY, seed=SAFFRON),
    ]


def competence() -> list[str]:
    """Return a star of twelve points in clay, with the four levels of the rubrics as stars in an arc under the mark."""
    places = [(MIDDLE + 140 * math.cos(angle), MIDDLE + 140 * math.sin(angle)) for angle in map(math.radians, (144, 108, 72, 36))]
    return [
        shape([star(MIDDLE, MIDDLE, 254, points=12, waist=0.84)], CLAY),
        shape([star(MIDDLE, MIDDLE, 234, points=12, waist=0.86)], HONEY),
        shape([star(MIDDLE, MIDDLE, 226, points=12, waist=0.86)], CLAY),
        disc(MIDDLE, MIDDLE, 186, PAPER),
        disc(MIDDLE, MIDDLE, 174, "none", stroke=HONEY, width=4),
        f'<g transform="translate(0 -34)">{mark(206, book=TEAL, roof=CLAY, seed=SAFFRON)}</g>',
        shape((star(x, y, 30, turn=22.5) for x, y in places), TEAL),
        shape((star(x, y, 17, turn=22.5) for x, y in places), SAFFRON),
    ]


def programme() -> list[str]:
    """Return a wreath of eight stars, one for each of several courses, around a greater one."""
    places = around(8, 188)
    return [
        disc(MIDDLE, MIDDLE, 252, DEEP),
        disc(MIDDLE, MIDDLE, 240, "none", stroke=HONEY, width=4),
        disc(MIDDLE, MIDDLE, 188, "none", stroke=TEAL, width=14),
        shape((star(x, y, 46, turn=22.5) for x, y in places), PAPER),
        shape((star(x, y, 34, turn=22.5) for x, y in places[::2]), SAFFRON),
        shape((star(x, y, 34, turn=22.5) for x, y in places[1::2]), CLAY),
        shape((star(x, y, 13, waist=SQUARES) for x, y in places), PAPER),
        shape([star(MIDDLE, MIDDLE, 128)], PAPER, stroke=HONEY, width=5),
        mark(132, book=TEAL, roof=CLAY, seed=SAFFRON),
    ]


def picture(body: Iterable[str]) -> str:
    """Wrap shapes into an SVG document."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{SIZE}" height="{SIZE}" viewBox="0 0 {SIZE} {SIZE}">'
    return head + "".join(body) + "</svg>\n"


def main() -> None:
    """Write every badge in both forms."""
    TARGET.mkdir(exist_ok=True)
    drawn = {each.__name__: picture(each()) for each in (participation, completion, competence, programme)}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        for name, svg in drawn.items():
            (TARGET / f"{name}.svg").write_text(svg, encoding="utf-8")
            page.set_content(f"<style>body{{margin:0}}svg{{display:block}}</style>{svg}")
            flat = Image.open(io.BytesIO(page.screenshot(omit_background=True))).quantize(96, method=Image.Quantize.FASTOCTREE)
            flat.save(TARGET / f"{name}.png", optimize=True)
        browser.close()


if __name__ == "__main__":
    main()
