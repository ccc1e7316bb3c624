"""How one JSON message travels over a socket: four bytes of length, then the text."""

from __future__ import annotations

import json
import struct
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket

_LENGTH = struct.Struct("!I")
_CHUNK = 65536


class FrameEndedError(Exception):
    """The other side closed before the message was complete."""


class FrameTooLongError(Exception):
    """The other side announced a message longer than agreed."""


def send_frame(sock: socket.socket, message: Any) -> None:
    """Send one message."""
    body = json.dumps(message).encode()
    sock.sendall(_LENGTH.pack(len(body)) + body)


def receive_frame(sock: socket.socket, limit: int, *, deadline: float | None = None) -> Any:
    """Return one message; refuse one longer than `limit`, or not complete by `deadline` (monotonic clock)."""
    (length,) = _LENGTH.unpack(_receive_exactly(sock, _LENGTH.size, deadline))
    if length > limit:
        raise FrameTooLongError
    return json.loads(_receive_exactly(sock, length, deadline))


def _receive_exactly(sock: socket.socket, size: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while size:
        if deadline is not None:
            sock.settimeout(max(0.001, deadline - time.monotonic()))
        part = sock.recv(min(size, _CHUNK))
        if not part:
            raise FrameEndedError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
