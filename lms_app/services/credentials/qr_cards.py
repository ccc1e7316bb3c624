"""The QR code of a certificate as its holder carries it: as a drawing, as a picture, and as a card with name and training."""

from __future__ import annotations

import struct
import textwrap
import zlib
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from takwin_certificates import qr

PIXELS: Final = 12
"""Sides of a module in the picture: at 300 dpi a millimetre, which every telephone reads."""
_WIDTH: Final = 640
_MARGIN: Final = 40
_LINE: Final = 44
_LETTERS: Final = 48
"""In a line; a longer title goes on in the next."""


def address_of(site: str, *, token: str, code: str) -> str:
    """Return what the QR code says: the signed token, all in capitals; the page of the code where there is no token."""
    if not token:
        return f"{site}/v/{code}"
    parts = urlsplit(site)
    return f"{parts.scheme}://{parts.netloc}/V/{token}".upper()


def png(text: str) -> bytes:
    """Return the QR code with its quiet zone as a PNG of one bit a pixel."""
    rows = qr.modules(text)
    side = len(rows) + 2 * qr.QUIET_ZONE
    blank, quiet = [False] * side, [False] * qr.QUIET_ZONE
    square = [*[blank] * qr.QUIET_ZONE, *([*quiet, *row, *quiet] for row in rows), *[blank] * qr.QUIET_ZONE]
    lines = b"".join((b"\0" + _bits(row)) * PIXELS for row in square)
    head = struct.pack(">IIBBBBB", side * PIXELS, side * PIXELS, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(lines, 9)) + _chunk(b"IEND", b"")


def card(text: str, *, title: str, lines: Sequence[tuple[str, str]]) -> str:
    """Draw a card to be printed or sent: the QR code, and under it lines of text, each with its direction (`rtl` or `ltr`)."""
    lines = [(part, direction) for line, direction in lines for part in textwrap.wrap(line, _LETTERS)]
    height = _WIDTH + _LINE * len(lines) + _MARGIN
    side = _WIDTH - 2 * _MARGIN
    inner = qr.svg(text, title=title).replace("<svg ", f'<svg x="{_MARGIN}" y="{_MARGIN}" width="{side}" height="{side}" ', 1)
    written = "".join(
        f'<text x="{_WIDTH // 2}" y="{_WIDTH + _LINE * number}" text-anchor="middle" direction="{direction}" '
        f'font-family="sans-serif" font-size="{_size(line, 30 if number == 0 else 24)}" fill="#1d2a2e">{escape(line)}</text>'
        for number, (line, direction) in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label={quoteattr(title)}>'
        f'<rect width="{_WIDTH}" height="{height}" rx="24" fill="#fff"/>{inner}{written}</svg>'
    )


def _size(line: str, wanted: int) -> int:
    """Return a size at which the line fits the card, in letters that are half as wide as they are high, and rather more."""
    return max(10, min(wanted, int((_WIDTH - 2 * _MARGIN) / (0.6 * max(1, len(line))))))


def _bits(row: Sequence[bool]) -> bytes:
    """Return a row of modules as pixels, white as 1, filled up to whole bytes."""
    bits = "".join(("0" if dark else "1") * PIXELS for dark in row)
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
