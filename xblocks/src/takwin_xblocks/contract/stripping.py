"""A photo without what its camera wrote into it: no place, no time, no name of the phone, no smaller copy of itself.

Nothing is decoded: the file is cut into its segments, and only those that make the picture are put together again. Of the
camera's notes one is kept, which way is up.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Final

MOST_POINTS: Final = 50_000_000
"""Width by height: more than any phone's camera, less than what makes a browser fall over."""
_MARK: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""Within a scan of a JPEG: what ends it, neither a stuffed byte nor a restart."""
_FRAMES: Final = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended, progressive: what every browser decodes."""
_OTHER_FRAMES: Final = frozenset({0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_TABLES: Final = frozenset({0xC4, 0xDB, 0xDD, 0xDC})
_SCAN, _END, _JFIF, _EXIF, _ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xEE
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT: Final = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs"})
_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
_ORIENTATION, _GPS = 0x0112, 0x8825
_GPS_SIGNS: Final = {b"N": 1, b"S": -1, b"E": 1, b"W": -1}
_RATIONAL: Final = 5


class PictureRefused(ValueError):
    """No whole picture (`broken`), one that moves (`moving`), or one too large to be shown (`too_many_points`)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def stripped(data: bytes, kind: str) -> bytes:
    """Return the picture (`image/jpeg`, `image/png`, `image/webp`) without metadata and without whatever hangs on behind it.

    Refuses (`PictureRefused`) what is no whole picture of its kind.
    """
    strip = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp}[kind]
    try:
        return strip(data)
    except (IndexError, struct.error) as error:
        raise PictureRefused("broken") from error


def position_of(data: bytes) -> tuple[float, float] | None:
    """Return where a JPEG says that it was taken: latitude and longitude to two decimals (a kilometre), None if it does not say."""
    try:
        for mark, body in _segments(data):
            if mark == _EXIF and body.startswith(b"Exif\0\0"):
                return _Exif(body[6:]).position()
    except (PictureRefused, IndexError, struct.error):
        return None
    return None


# --- JPEG ---


def _jpeg(data: bytes) -> bytes:
    made, marks, turned = [], set(), 1
    for mark, body in _segments(data):
        marks.add(mark)
        if mark == _EXIF and body.startswith(b"Exif\0\0"):
            turned = _orientation(body[6:])
        kept = _kept(mark, body)
        if kept is not None:
            made.append(_segment(mark, kept))
    if _SCAN not in marks or not marks & _FRAMES or marks & _OTHER_FRAMES:
        raise PictureRefused("broken")
    up = [_segment(_EXIF, b"Exif\0\0" + _exif_that_turns(turned))] if turned != 1 else []
    return b"".join([b"\xff\xd8", *up, *made, b"\xff\xd9"])


def _kept(mark: int, body: bytes) -> bytes | None:
    """Return what is kept of a segment, None for nothing. Refuses sizes that cannot be shown."""
    if mark in _FRAMES:
        height, width = struct.unpack(">HH", body[1:5])
        _check_points(width, height)
        return body
    if mark == _JFIF and body.startswith(b"JFIF\0") and len(body) >= 14:  # noqa: PLR2004 -- its fixed part
        return body[:12] + b"\0\0"  # without the small picture that may follow
    if mark == _ADOBE and body.startswith(b"Adobe") and len(body) >= 12:  # noqa: PLR2004
        return body[:12]  # it tells how colours are stored
    return body if mark in _TABLES or mark == _SCAN else None


def _segment(mark: int, body: bytes) -> bytes:
    """Return a segment; that of a scan has the scan's own bytes behind it, which its length does not count."""
    if mark != _SCAN:
        return struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body
    return b"\xff\xda" + body


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments up to the picture's end, each mark with its body. A scan's body begins with its length and holds all its bytes."""
    if data[:2] != b"\xff\xd8":
        raise PictureRefused("broken")
    at = 2
    while True:
        if data[at] != 0xFF:  # noqa: PLR2004
            raise PictureRefused("broken")
        while data[at] == 0xFF:  # noqa: PLR2004 -- fill bytes
            at += 1
        mark = data[at]
        at += 1
        if mark == _END:
            return
        if mark in {0x00, 0x01, 0xD8} or 0xD0 <= mark <= 0xD7:  # noqa: PLR2004
            raise PictureRefused("broken")
        (length,) = struct.unpack_from(">H", data, at)
        if length < 2 or at + length > len(data):  # noqa: PLR2004 -- it counts itself
            raise PictureRefused("broken")
        if mark == _SCAN:
            found = _MARK.search(data, at + length)
            if found is None:
                raise PictureRefused("broken")
            end = found.start()
            yield mark, data[at:end]
        else:
            end = at + length
            yield mark, data[at + 2 : end]
        at = end


def _orientation(exif: bytes) -> int:
    try:
        found = _Exif(exif).orientation()
    except (IndexError, struct.error, PictureRefused):
        return 1
    return found if 1 <= found <= 8 else 1  # noqa: PLR2004 -- the eight ways to hold a camera


def _exif_that_turns(turned: int) -> bytes:
    """Return camera's notes of one entry: which way is up."""
    return b"MM\0*\0\0\0\x08" + struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, turned, 0, 0)


class _Exif:
    """What a camera noted, as far as we look: a small TIFF file."""

    def __init__(self, tiff: bytes) -> None:
        if tiff[:2] not in {b"II", b"MM"}:
            raise PictureRefused("broken")
        self._tiff = tiff
        self._order = "<" if tiff[:2] == b"II" else ">"

    def orientation(self) -> int:
        """Return which way is up, 1 where nothing is said."""
        entry = self._entries(self._number("I", 4)).get(_ORIENTATION)
        return self._number("H", entry) if entry is not None else 1

    def position(self) -> tuple[float, float] | None:
        """Return latitude and longitude, rounded; None where they are not both there and possible."""
        pointer = self._entries(self._number("I", 4)).get(_GPS)
        if pointer is None:
            return None
        there = self._entries(self._number("I", pointer))
        if not {1, 2, 3, 4} <= there.keys():
            return None
        latitude, longitude = self._degrees(there[1], there[2]), self._degrees(there[3], there[4])
        if latitude is None or longitude is None or abs(latitude) > 90 or abs(longitude) > 180:  # noqa: PLR2004
            return None
        return round(latitude, 2), round(longitude, 2)

    def _degrees(self, sign_at: int, value_at: int) -> float | None:
        sign = _GPS_SIGNS.get(self._tiff[sign_at : sign_at + 1])
        kind, count, where = struct.unpack_from(self._order + "HII", self._tiff, value_at - 6)
        if sign is None or kind != _RATIONAL or count != 3:  # noqa: PLR2004 -- degrees, minutes, seconds
            return None
        parts = struct.unpack_from(self._order + "6I", self._tiff, where)
        if not all(parts[1::2]):
            return None
        degrees, minutes, seconds = (above / below for above, below in zip(parts[::2], parts[1::2], strict=True))
        return sign * (degrees + minutes / 60 + seconds / 3600)

    def _entries(self, at: int) -> dict[int, int]:
        """Return where the value of each entry of a directory stands."""
        count = self._number("H", at)
        return {self._number("H", at + 2 + 12 * place): at + 2 + 12 * place + 8 for place in range(min(count, 200))}

    def _number(self, kind: str, at: int) -> int:
        return int(struct.unpack_from(self._order + kind, self._tiff, at)[0])


# --- PNG ---


def _png(data: bytes) -> bytes:
    if not data.startswith(_PNG):
        raise PictureRefused("broken")
    made, at = [_PNG], len(_PNG)
    seen: list[bytes] = []
    while not (seen and seen[-1] == b"IEND"):
        (length,) = struct.unpack_from(">I", data, at)
        whole = data[at : at + 12 + length]
        name = whole[4:8]
        if len(whole) < 12 + length or zlib.crc32(whole[4:-4]) != struct.unpack(">I", whole[-4:])[0]:
            raise PictureRefused("broken")
        if not seen and (name != b"IHDR" or length != 13):  # noqa: PLR2004 -- its fixed size
            raise PictureRefused("broken")
        if name == b"IHDR":
            _check_points(*struct.unpack(">II", whole[8:16]))
        if name in _PNG_KEPT:
            made.append(whole)
        seen.append(name)
        at += 12 + length
    if b"IDAT" not in seen or seen.count(b"IHDR") != 1:
        raise PictureRefused("broken")
    return b"".join(made)


# --- WebP ---


def _webp(data: bytes) -> bytes:
    (told,) = struct.unpack_from("<I", data, 4)
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or told + 8 > len(data):
        raise PictureRefused("broken")
    made, at, seen = [], 12, set()
    while at + 8 <= told + 8:
        name, (length,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise PictureRefused("broken")
        if name in {b"ANIM", b"ANMF"}:
            raise PictureRefused("moving")
        if name in _WEBP_KEPT and name not in seen:
            made.append(name + struct.pack("<I", length) + _webp_body(name, body) + b"\0" * (length % 2))
        seen.add(name)
        at += 8 + length + length % 2
    if not seen & {b"VP8 ", b"VP8L"}:
        raise PictureRefused("broken")
    inside = b"WEBP" + b"".join(made)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def _webp_body(name: bytes, body: bytes) -> bytes:
    """Return a part as it is kept: the header no longer tells of notes and profiles. Refuses sizes that cannot be shown."""
    if name == b"VP8X":
        width, height = (int.from_bytes(body[at : at + 3], "little") + 1 for at in (4, 7))
        _check_points(width, height)
        return bytes([body[0] & 0b0001_0000]) + body[1:10]
    if name == b"VP8 ":
        if body[3:6] != b"\x9d\x01\x2a":
            raise PictureRefused("broken")
        width, height = (one & 0x3FFF for one in struct.unpack_from("<HH", body, 6))
        _check_points(width, height)
    elif name == b"VP8L":
        if body[0] != 0x2F:  # noqa: PLR2004 -- how each begins
            raise PictureRefused("broken")
        bits = int.from_bytes(body[1:5], "little")
        _check_points((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    return body


def _check_points(width: int, height: int) -> None:
    if not width or not height:
        raise PictureRefused("broken")
    if width * height > MOST_POINTS:
        raise PictureRefused("too_many_points")
