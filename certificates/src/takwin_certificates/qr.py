"""The QR code of a verification address, as one flat SVG shape that any printer renders alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import escape

import zxingcpp

QUIET_ZONE: Final = 4
"""Empty modules on each side, as ISO/IEC 18004 asks."""
LARGEST_VERSION: Final = 13
"""69 modules: printed 32 mm wide, each is still two dots of a poor screen or copier (96 dpi) across."""
_LEVELS: Final = ("Q", "M", "L")  # a quarter, a seventh or a fourteenth of the symbol may be lost
_Point = tuple[int, int]


def modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the rows of dark modules without quiet zone, with as much redundancy as `LARGEST_VERSION` leaves room for.

    zxing-cpp draws it: it tries all eight masks and still takes a third of the time that segno takes with one given, and
    the same text always gets the same mask. Text in capitals is packed in the alphanumeric mode.
    """
    for level in _LEVELS:
        rows = _drawn(text, level)
        if len(rows) <= 17 + 4 * LARGEST_VERSION:
            break
    return rows


def _drawn(text: str, level: str) -> tuple[tuple[bool, ...], ...]:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    image = code.to_image(scale=1, add_quiet_zones=False)
    width, dots = image.shape[1], bytes(image)  # type: ignore[call-overload] # its stubs do not say that it is a buffer
    return tuple(tuple(not dot for dot in dots[start : start + width]) for start in range(0, len(dots), width))


def svg(text: str, *, title: str, ink: str = "#000", paper: str = "#fff") -> str:
    """Draw the code with its quiet zone; the title is what a screen reader says in its place."""
    rows = modules(text)
    side = len(rows) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img">'
        f"<title>{escape(title)}</title>"
        f'<rect width="{side}" height="{side}" fill="{paper}"/>'
        f'<path fill="{ink}" fill-rule="evenodd" shape-rendering="crispEdges" d="{_outline(rows)}"/></svg>'
    )


def _outline(rows: Sequence[Sequence[bool]]) -> str:
    """Trace the borders of the dark areas: rectangles side by side would show hair lines between them."""
    following = _border_steps(rows)
    loops = []
    while following:
        start = point = min(following)
        corners: list[_Point] = []
        heading = (0, 0)
        while point in following:
            nexts = following[point]
            turn = nexts.pop()
            if not nexts:
                del following[point]
            step = (turn[0] - point[0], turn[1] - point[1])
            if step != heading:
                corners.append(point)
                heading = step
            point = turn
            if point == start:
                break
        loops.append("M" + "L".join(f"{x} {y}" for x, y in corners) + "Z")
    return "".join(loops)


def _border_steps(rows: Sequence[Sequence[bool]]) -> dict[_Point, list[_Point]]:
    """Collect the unit edges between dark and light, clockwise around the dark."""
    size = len(rows)

    def is_dark(x: int, y: int) -> bool:
        return 0 <= x < size and 0 <= y < size and rows[y][x]

    steps: dict[_Point, list[_Point]] = {}
    for y in range(size):
        for x in range(size):
            if not rows[y][x]:
                continue
            left, top = x + QUIET_ZONE, y + QUIET_ZONE
            right, bottom = left + 1, top + 1
            borders = (
                (not is_dark(x, y - 1), (left, top), (right, top)),
                (not is_dark(x + 1, y), (right, top), (right, bottom)),
                (not is_dark(x, y + 1), (right, bottom), (left, bottom)),
                (not is_dark(x - 1, y), (left, bottom), (left, top)),
            )
            for is_border, start, end in borders:
                if is_border:
                    steps.setdefault(start, []).append(end)
    return steps
