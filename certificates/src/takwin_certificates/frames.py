"""How a server and its drawing process talk through pipes: one kind, one length, then that many bytes."""

from __future__ import annotations

import struct
from typing import Final

REQUEST: Final = b"R"
PDF: Final = b"P"
REFUSAL: Final = b"N"

HEAD: Final = struct.Struct(">cI")
LARGEST: Final = 64 * 1024 * 1024


def packed(kind: bytes, content: bytes) -> bytes:
    """Return a frame as it goes through the pipe."""
    return HEAD.pack(kind, len(content)) + content
