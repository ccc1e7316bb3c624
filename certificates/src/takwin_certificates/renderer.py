"""Drawing and signing certificates from a server that stays small: another process does it, and ends when idle.

The server never imports the PDF libraries (65 MB and 2.5 seconds); the first drawing after a pause waits for them.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType, TracebackType
from typing import IO, Final, NoReturn, Self

from cryptography.hazmat.primitives import serialization

from takwin_certificates import frames
from takwin_certificates.composing import UnsafeAddress
from takwin_certificates.keys.ring import DocumentSigner
from takwin_certificates.pdf import DoesNotFit, WrongPicture
from takwin_certificates.record import Record
from takwin_certificates.typefaces import MissingGlyph

_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What the drawing process knows of the server's environment: no passwords, no keys."""
_TRIES: Final = 2
_CHUNK: Final = 65536
_NONE: Final[Mapping[str, bytes]] = MappingProxyType({})


class RenderingFailed(Exception):
    """The certificate could not be drawn; the record and its signature are not concerned."""


class RenderingTimedOut(RenderingFailed):
    """Drawing took too long and was stopped."""


class _ProcessGone(Exception):
    """The drawing process ended before it answered."""


class Renderer:
    """Draw certificates in one other process. Threads may share a renderer; they are served in turn."""

    def __init__(self, *, idle_seconds: float = 60.0, timeout: float = 60.0) -> None:
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

    def render(
        self,
        record: Record,
        *,
        verify_url: str,
        qr_url: str | None = None,
        attachment: bytes | None = None,
        pictures: Mapping[str, bytes] = _NONE,
    ) -> bytes:
        """Return the PDF of a record, not signed; see `pdf.render_pdf`.

        Raises `MissingGlyph`, `UnsafeAddress`, `WrongPicture` and `DoesNotFit` as that does, `RenderingTimedOut`, and
        `RenderingFailed` for everything else, after a second try if the process died.
        """
        return self._answered(_drawing(record, verify_url, qr_url, attachment, pictures) | {"signer": None})

    def produce(
        self,
        record: Record,
        *,
        qr_url: str,
        attachment: bytes,
        pictures: Mapping[str, bytes],
        signer: DocumentSigner,
        verify_url: str = "",
    ) -> bytes:
        """Return the PDF of a record as it is handed out, pressed and signed as `fast.Press` does; raises what `render` raises.

        It is signed as of the moment of issue, or of the day since which the signer may sign if that is later. Without
        `verify_url` the address in words is the site's page `/verify`.
        """
        verify_url = verify_url or f"{record.site.rstrip('/')}/verify/{record.code}"
        asked = _drawing(record, verify_url, qr_url, attachment, pictures)
        return self._answered(asked | {"signer": _told(signer)})

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

    def _answered(self, asked: Mapping[str, object]) -> bytes:
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

    def _ask(self, request: bytes) -> tuple[bytes, bytes]:
        process = self._running()
        assert process.stdin is not None  # noqa: S101 -- for the type checker: all are pipes
        assert process.stdout is not None  # noqa: S101
        deadline = time.monotonic() + self._timeout
        try:
            _write(process.stdin, request, deadline)
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


def _drawing(
    record: Record, verify_url: str, qr_url: str | None, attachment: bytes | None, pictures: Mapping[str, bytes]
) -> dict[str, object]:
    return {
        "record": record.to_json().decode(),
        "verify_url": verify_url,
        "qr_url": qr_url,
        "attachment": frames.as_text(attachment),
        "pictures": frames.pictures_as_text(pictures),
    }


def _told(signer: DocumentSigner) -> dict[str, object]:
    """Write the signer for the pipe: the only way a private key leaves the server's memory, and only to its own child."""
    private = signer.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return {
        "key_id": signer.key_id,
        "private": private.decode(),
        "certificate": frames.as_text(signer.certificate),
        "chain": [frames.as_text(each) for each in signer.chain],
        "since": signer.since.isoformat(),
    }


def _write(pipe: IO[bytes], content: bytes, deadline: float) -> None:
    """Write to a process that may be stuck: pictures are more than a pipe holds."""
    left = memoryview(content)
    os.set_blocking(pipe.fileno(), False)
    while left:
        if not _is_ready(pipe, deadline, selectors.EVENT_WRITE):
            message = "the drawing process took too long to listen"
            raise RenderingTimedOut(message)
        left = left[os.write(pipe.fileno(), left[:_CHUNK]) :]


def _read(pipe: IO[bytes], length: int, deadline: float) -> bytes:
    content = bytearray()
    while len(content) < length:
        if not _is_ready(pipe, deadline, selectors.EVENT_READ):
            message = "drawing took too long"
            raise RenderingTimedOut(message)
        part = os.read(pipe.fileno(), min(_CHUNK, length - len(content)))
        if not part:
            raise _ProcessGone
        content += part
    return bytes(content)


def _is_ready(pipe: IO[bytes], deadline: float, event: int) -> bool:
    left = deadline - time.monotonic()
    with selectors.DefaultSelector() as selector:  # select() fails in a server with more than 1024 open files
        selector.register(pipe, event)
        return left > 0 and bool(selector.select(left))


def _raise_refusal(content: bytes) -> NoReturn:
    told = json.loads(content)
    if told["kind"] == MissingGlyph.__name__:
        raise MissingGlyph(tuple(told["characters"]))
    for known in (UnsafeAddress, WrongPicture, DoesNotFit):
        if told["kind"] == known.__name__:
            raise known(told["message"])
    message = f"{told['kind']}: {told['message']}"
    raise RenderingFailed(message)
