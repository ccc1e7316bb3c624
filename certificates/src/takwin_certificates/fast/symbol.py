"""The QR code as filled rectangles: a run of dark modules each, in one path, so that no hair lines show between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from takwin_certificates import qr

_RUN: Final = re.compile(rb"\x01+")


def rectangles(rows: Sequence[Sequence[bool]]) -> bytes:
    """Return the path of a QR code, one unit for each module, inside its quiet zone."""
    zone = qr.QUIET_ZONE
    path = [
        b"%d %d %d 1 re" % (run.start() + zone, y, run.end() - run.start())
        for y, row in enumerate(rows, zone)
        for run in _RUN.finditer(bytes(row))
    ]
    return b"\n".join(path) + b"\nf\n"
