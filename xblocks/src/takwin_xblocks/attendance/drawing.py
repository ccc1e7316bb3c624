"""Draw a personal code as a QR that a cheap phone shows and a cheap camera reads."""

from __future__ import annotations

from functools import lru_cache

import segno

from takwin_xblocks.contract.element import Html, element

QUIET = 4
"""White modules around it, as readers want."""


def qr_html(code: str, *, label: str, class_: str = "attendance__qr") -> Html:
    """Return a code as SVG: black on white whatever the page's colours, one path, no size of its own."""
    side, dark = _drawn(code)
    return element(
        "svg",
        element("rect", width=side, height=side, fill="#fff"),
        element("path", d=dark, fill="#000"),
        viewBox=f"0 0 {side} {side}",
        shape_rendering="crispEdges",
        role="img",
        aria_label=label,
        class_=class_,
    )


@lru_cache(maxsize=1_024)
def _drawn(code: str) -> tuple[int, str]:
    """Return how many modules a side has, and the dark ones as a path."""
    matrix = segno.make(code, error="m", micro=False, boost_error=False).matrix
    return len(matrix) + 2 * QUIET, "".join(_runs(row, down + QUIET) for down, row in enumerate(matrix))


def _runs(row: bytearray, down: int) -> str:
    """Return the dark modules of a row, each run as one stroke of the path."""
    path, start = [], -1
    for across, dark in enumerate([*row, 0]):
        if dark and start < 0:
            start = across
        elif not dark and start >= 0:
            path.append(f"M{start + QUIET} {down}h{across - start}v1h-{across - start}z")
            start = -1
    return "".join(path)
