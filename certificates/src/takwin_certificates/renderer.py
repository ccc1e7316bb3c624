"""Drawing certificates from a server that stays small: another process draws, and ends when idle.

The server never imports the PDF library (65 MB and 2.5 seconds); the first drawing after a pause waits for it.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import IO, Final, NoReturn, Self

from takwin_certificates import frames
from takwin_certificates.composing import UnsafeAddress
from takwin_certificates.record import Record
from takwin_certificates.typefaces import MissingGlyph

_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What the drawing process knows of the server's environment: no passwords, no keys."""
_TRIES: Final = 2
_CHUNK: Final = 65536


class RenderingFailed(Exception):
    """The certificate could not be drawn; the record and its signature are not concerned."""


class RenderingTimedOut(RenderingFailed):
    """Drawing took too long and was stopped."""


class _ProcessGone(Exception):
    """The drawing process ended before it answered."""


class Renderer:
    """Draw certificates in one other process. Threads may share a renderer; they are served in turn."""

    def __init__(self, *, idle_seconds: float = 60.0, timeout: float = 30.0) -> None:
        """Start nothing yet: the process is started by the first request, and again after a pause or a crash."""
        self._idle_seconds = idle_seconds
        self._timeout = timeout
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    @property
    def process_id(self) -> int | None:
        """The id of the drawing process while it lives."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def render(self, record: Record, *, verify_url: str) -> bytes:
        """Return the PDF of a record; see `pdf.render_pdf`.

        Raises `MissingGlyph` and `UnsafeAddress` as that does, `RenderingTimedOut`, and `RenderingFailed` for
        everything else, after a second try if the process died.
        """
        asked = {"record": record.to_json().decode(), "verify_url": verify_url}
        request = frames.packed(frames.REQUEST, json.dumps(asked).encode())
        with self._lock:
            for _ in range(_TRIES):
                try:
                    kind, content = self._ask(request)
                except _ProcessGone:
                    self._stop()
                    continue
                if kind == frames.PDF:
                    return content
                _raise_refusal(content)
        message = f"the drawing process ended {_TRIES} times without an answer"
        raise RenderingFailed(message)

    def close(self) -> None:
        """End the drawing process; a later request starts another."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        """Use the renderer for a block of code."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Close it."""
        self.close()

    def _ask(self, request: bytes) -> tuple[bytes, bytes]:
        process = self._running()
        assert process.stdin is not None  # noqa: S101 -- for the type checker: all are pipes
        assert process.stdout is not None  # noqa: S101
        deadline = time.monotonic() + self._timeout
        try:
            process.stdin.write(request)
            kind, length = frames.HEAD.unpack(_read(process.stdout, frames.HEAD.size, deadline))
            if length > frames.LARGEST:
                raise _ProcessGone
            return kind, _read(process.stdout, length, deadline)
        except OSError as error:
            raise _ProcessGone from error
        except RenderingTimedOut:
            self._stop()
            raise

    def _running(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():
            self._process = None  # after a fork the process belongs to the parent, whose pipes we must not use
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = _started(self._idle_seconds)
            self._owner = os.getpid()
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _started(idle_seconds: float) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(  # noqa: S603 -- our own module, no shell
        [sys.executable, "-P", "-m", "takwin_certificates.worker", str(idle_seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        start_new_session=True,  # a Ctrl-C in the terminal is for the server, which then closes the pipe
    )
    threading.Thread(target=process.wait, name="certificate-drawing-ended", daemon=True).start()  # leaves no zombie
    return process


def _read(pipe: IO[bytes], length: int, deadline: float) -> bytes:
    content = bytearray()
    while len(content) < length:
        if not _is_readable(pipe, deadline):
            message = "drawing took too long"
            raise RenderingTimedOut(message)
        part = os.read(pipe.fileno(), min(_CHUNK, length - len(content)))
        if not part:
            raise _ProcessGone
        content += part
    return bytes(content)


def _is_readable(pipe: IO[bytes], deadline: float) -> bool:
    left = deadline - time.monotonic()
    with selectors.DefaultSelector() as selector:  # select() fails in a server with more than 1024 open files
        selector.register(pipe, selectors.EVENT_READ)
        return left > 0 and bool(selector.select(left))


def _raise_refusal(content: bytes) -> NoReturn:
    told = json.loads(content)
    if told["kind"] == MissingGlyph.__name__:
        raise MissingGlyph(tuple(told["characters"]))
    if told["kind"] == UnsafeAddress.__name__:
        raise UnsafeAddress(told["message"])
    message = f"{told['kind']}: {told['message']}"
    raise RenderingFailed(message)
