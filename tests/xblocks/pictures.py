"""Small pictures with what cameras write into them, made without any library."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode
from typing import Final

JPEG: Final = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8"
    "ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAAR"
    "CAAIAAgDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAL/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFAEBAAAAAAAAAAAAAAAAAAAA"
    "BP/EABQRAQAAAAAAAAAAAAAAAAAAAAD/2gAMAwEAAhEDEQA/AKAANf/Z"
)
"""Eight by eight points."""


def segment(mark: int, body: bytes) -> bytes:
    """Return a segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body


def exif(*, latitude: float = 33.5731, longitude: float = -7.5898, turned: int = 6, order: str = "<") -> bytes:
    """Return a camera's notes: which way is up, and where it was."""

    def degrees(value: float) -> bytes:
        value = abs(value)
        whole, minutes = int(value), int(value * 60) % 60
        seconds = round((value * 60 - int(value * 60)) * 6000)
        return struct.pack(order + "6I", whole, 1, minutes, 1, seconds, 100)

    def entry(tag: int, kind: int, count: int, value: bytes) -> bytes:
        return struct.pack(order + "HHI", tag, kind, count) + value.ljust(4, b"\0")

    gps_at, values_at = 38, 38 + 2 + 4 * 12 + 4
    first = [entry(0x0112, 3, 1, struct.pack(order + "H", turned)), entry(0x8825, 4, 1, struct.pack(order + "I", gps_at))]
    places = [
        entry(1, 2, 2, b"N\0" if latitude >= 0 else b"S\0"),
        entry(2, 5, 3, struct.pack(order + "I", values_at)),
        entry(3, 2, 2, b"E\0" if longitude >= 0 else b"W\0"),
        entry(4, 5, 3, struct.pack(order + "I", values_at + 24)),
    ]
    start = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    directory = struct.pack(order + "H", 2) + b"".join(first) + b"\0\0\0\0"
    gps = struct.pack(order + "H", 4) + b"".join(places) + b"\0\0\0\0"
    return b"Exif\0\0" + start + directory + gps + degrees(latitude) + degrees(longitude)


def jpeg(*segments: bytes, tail: bytes = b"") -> bytes:
    """Return the picture with these segments before its own, and something behind its end."""
    return JPEG[:2] + b"".join(segments) + JPEG[2:] + tail


def jpeg_with_place(**how: float) -> bytes:
    """Return the picture as a phone takes it: with its place."""
    return jpeg(segment(0xE1, exif(**how)))  # type: ignore[arg-type]


def chunk(name: bytes, body: bytes) -> bytes:
    """Return a chunk of a PNG."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(*chunks: bytes, width: int = 2, height: int = 2, tail: bytes = b"") -> bytes:
    """Return a grey picture with these chunks after its header, and something behind its end."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\0\x80\x80" * 2)
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + chunk(b"IDAT", rows) + chunk(b"IEND", b"") + tail


WEBP_BITS: Final = b64decode("L////wAH0P/+BwDoPw==")
"""Not a whole picture's bits, but they begin as those of each do: one by one point and more."""


def webp(*parts: tuple[bytes, bytes], flags: int = 0x2C, tail: bytes = b"") -> bytes:
    """Return a WebP of the extended kind with these parts behind its bits."""
    body = b"\x2f" + (0).to_bytes(4, "little") + WEBP_BITS
    listed = [(b"VP8X", bytes([flags, 0, 0, 0]) + b"\0\0\0\0\0\0"), (b"VP8L", body), *parts]
    inside = b"WEBP" + b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in listed)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside + tail
