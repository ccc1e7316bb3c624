"""Where files that strangers drop are read: in a process without network, files, or anything of ours, for a few seconds.

What is dropped is kept nowhere. Where the machine can give no such process, files are refused, and codes and the tokens
of QR codes, which are a few letters, are checked all the same.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import takwin_certificates
from lms_app.domain.errors import Unavailable
from lms_app.runtime.sandbox import Sandbox, SandboxError, SandboxRefused, SandboxTimeout, SandboxUnavailable
from takwin_certificates.trust import Trust
from takwin_certificates.verifying.child import question
from takwin_certificates.verifying.confirming import confirms
from takwin_certificates.verifying.finding import Check, Finding, Genuine, Kind, Outcome
from takwin_certificates.verifying.qr_token import check_token
from takwin_certificates.verifying.sniffing import LARGEST_FILE, kind_of

_LOG: Final = logging.getLogger(__name__)
_CODE: Final = Path(takwin_certificates.__file__).resolve().parent.parent
"""Where the library is installed."""
_TIME_ZONES: Final = Path("/usr/share/zoneinfo")
"""The reader of PDF signatures looks one up when it is loaded."""
_LONGEST_TOKEN: Final = 1024
_ANSWER_BYTES: Final = 1 << 20


class CheckingRoom:
    """Checks files one by one, each in a process of its own; threads may share a room."""

    def __init__(self, *, hidden: Iterable[Path] = (), places: int = 2, wall_seconds: float = 4, memory_mb: int = 512) -> None:
        """Start nothing yet. `hidden` are folders that must not be seen from in there, as the home of the site."""
        self._places = threading.BoundedSemaphore(places)
        self._guests: set[str] = set()
        self._counting = threading.Lock()
        self._sandbox = Sandbox(
            cpu_seconds=max(1, int(wall_seconds) - 1),
            memory_mb=memory_mb,
            wall_seconds=wall_seconds,
            places=places,
            idle_seconds=300,
            output_bytes=_ANSWER_BYTES,
            hidden=hidden,
            seen=[folder for folder in (_CODE, _TIME_ZONES) if folder.is_dir()],
            loaded_first="certificates",
        )

    def check(self, data: bytes, trust: Trust, *, now: dt.datetime) -> Finding:
        """Return what is known of a file, whatever it holds.

        A file that is too large, or too costly to read, gets an answer too. Refused, as `Unavailable`, is only what cannot
        be done here and now: `checking_needs_sandbox`, `checking_busy`. Nobody waits for a place: whoever waits holds one of the
        few threads in which the whole site is served.
        """
        if len(data) > LARGEST_FILE:
            return _unread("too_large", now)
        if len(data) <= _LONGEST_TOKEN and kind_of(data) is Kind.TOKEN:
            return check_token(data.decode("ascii"), trust, now=now)
        with self.place():
            return self._read(data, trust, now=now)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place in which one file is read; refused at once, as `checking_busy`, where none is free."""
        if not self._places.acquire(blocking=False):
            raise Unavailable("checking_busy")
        try:
            yield
        finally:
            self._places.release()

    @contextmanager
    def guest(self, whence: str) -> Iterator[None]:
        """Let in one file at a time from one address, so that none takes all places; refused as `checking_one_at_a_time`."""
        with self._counting:
            if whence in self._guests:
                raise Unavailable("checking_one_at_a_time")
            self._guests.add(whence)
        try:
            yield
        finally:
            with self._counting:
                self._guests.discard(whence)

    def _read(self, data: bytes, trust: Trust, *, now: dt.datetime) -> Finding:
        try:
            found = self._sandbox.check_certificate(question(trust, now=now), data)
        except SandboxUnavailable as problem:
            _LOG.warning("files cannot be checked here: %s", problem.detail)
            raise Unavailable("checking_needs_sandbox") from problem
        except SandboxTimeout as problem:
            if problem.reason == "busy":
                raise Unavailable("checking_busy") from problem
            return _unread("too_costly", now)
        except SandboxRefused:
            return _unread("too_costly", now)
        except SandboxError:
            _LOG.exception("a file could not be checked")
            return _unread("not_readable", now)
        return _believed(found, trust, now)

    def warm(self) -> None:
        """Start the process now, so that nobody waits for it; refused where there is none."""
        self._sandbox.warm()

    def close(self) -> None:
        """End the process; a later check starts another."""
        self._sandbox.close()


def _believed(told: Any, trust: Trust, now: dt.datetime) -> Finding:
    """Return what the process says, if the signed text that it found bears it out: a fault in it must not make forgeries genuine."""
    try:
        found = Finding.from_json(told)
    except (ValueError, TypeError):
        _LOG.exception("the process that reads files answered something else than a finding")
        return _unread("not_readable", now)
    if found.genuine is Genuine.YES and not confirms(found, trust):
        _LOG.error("the process that reads files called genuine what is not signed")
        return _unread("not_readable", now)
    return found


def _unread(code: str, now: dt.datetime) -> Finding:
    step = Check("structure", Outcome.FAILED, code)
    return Finding(kind=Kind.UNKNOWN, genuine=Genuine.CANNOT_TELL, checks=(step,), checked_at=now)
