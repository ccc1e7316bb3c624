"""How a server and its drawing process talk through pipes: one kind, one length, then that many bytes."""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from typing import Any, Final

REQUEST: Final = b"R"
PDF: Final = b"P"
REFUSAL: Final = b"N"

HEAD: Final = struct.Struct(">cI")
LARGEST: Final = 64 * 1024 * 1024


def packed(kind: bytes, content: bytes) -> bytes:
    """Return a frame as it goes through the pipe."""
    return HEAD.pack(kind, len(content)) + content


def as_text(content: bytes | None) -> str | None:
    """Write bytes as JSON can carry them."""
    return None if content is None else base64.b64encode(content).decode()


def as_bytes(text: str | None) -> bytes | None:
    """Read them again."""
    return None if text is None else base64.b64decode(text, validate=True)


def pictures_as_text(pictures: Mapping[str, bytes]) -> dict[str, str]:
    """Write pictures as JSON can carry them."""
    return {name: base64.b64encode(content).decode() for name, content in pictures.items()}


def pictures_as_bytes(asked: Any) -> dict[str, bytes]:
    """Read them again."""
    return {name: base64.b64decode(content, validate=True) for name, content in asked.items()}
