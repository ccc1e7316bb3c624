"""One running sandbox server: started, spoken to, ended; knows nothing of what is asked."""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .confinement import jail_command
from .errors import SandboxRefused, SandboxTimeout, SandboxUnavailable
from .jail.frames import FrameEndedError, FrameTooLongError, receive_frame, send_frame

if TYPE_CHECKING:
    from pathlib import Path

_READY = b"ready"
_STARTED = b"S"
_GRACE_SECONDS = 2.0
_FAREWELL_SECONDS = 0.3
_STOPPED_BY = {"cpu": SandboxTimeout, "wall": SandboxTimeout, "memory": SandboxRefused}


class ServerGoneError(Exception):
    """The server ended before it took the call; the call may be made again."""


@dataclass(frozen=True)
class Limits:
    """What one call may use, and how long an unused server stays."""

    cpu_seconds: int
    memory_mb: int
    wall_seconds: float
    start_seconds: float
    idle_seconds: float
    output_bytes: int
    loaded_first: str = "calc"
    """Group of packages that the server loads before it is ready."""

    def for_server(self) -> str:
        """Return what the server itself must know, as JSON."""
        names = ("cpu_seconds", "memory_mb", "wall_seconds", "idle_seconds", "loaded_first")
        return json.dumps({name: getattr(self, name) for name in names})


class Warden:
    """Holds one server process; every call has a socket and a pipe of its own, so that calls never mix."""

    def __init__(self, limits: Limits, hidden: tuple[Path, ...], seen: tuple[Path, ...] = ()) -> None:
        """Start a server and wait until it is ready; refuse with `SandboxUnavailable` if it does not come."""
        self.limits = limits
        self.ended = threading.Event()
        self._sending = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._said = ""
        # bubblewrap ends with the *thread* that started it: that thread must outlive every request.
        command = jail_command([str(theirs.fileno()), limits.for_server()], hidden=hidden, seen=seen)
        threading.Thread(target=self._keep, args=(command, theirs), name="sandbox", daemon=True).start()
        self._await_ready()

    def _keep(self, command: list[str], theirs: socket.socket) -> None:
        try:
            with theirs, tempfile.TemporaryFile() as errors:
                self._process = subprocess.Popen(  # noqa: S603 -- a fixed command
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=errors,
                    pass_fds=(theirs.fileno(),),
                    env={"PATH": os.defpath},
                )
                theirs.close()
                self._process.wait()
                errors.seek(0)
                self._said = errors.read().decode(errors="replace").strip()
        finally:
            with self._sending:  # nobody hands anything over to a number that may be another file's by then
                self._control.close()
            self.ended.set()

    def _await_ready(self) -> None:
        self._control.settimeout(self.limits.start_seconds)
        try:
            greeting = self._control.recv(len(_READY))
        except OSError as problem:
            greeting = str(problem).encode()
        if greeting != _READY:
            self.kill()
            raise SandboxUnavailable("unavailable", self._said or greeting.decode(errors="replace"))

    @property
    def pid(self) -> int | None:
        """Return the process that holds the sandbox, as the machine sees it."""
        return self._process.pid if self._process else None

    def ask(self, task: dict[str, Any], *, preload: list[str], archives: list[int]) -> Any:
        """Have one task done in a process of its own; raise `ServerGoneError` if the server did not take it."""
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        try:
            with ours:
                try:
                    self._hand_over(preload, [theirs.fileno(), writing, *archives])
                finally:
                    theirs.close()
                    os.close(writing)
                self._await_start(reading)
                return self._converse(ours, reading, task)
        finally:
            os.close(reading)

    def _hand_over(self, preload: list[str], descriptors: list[int]) -> None:
        header = json.dumps({"preload": preload}).encode()
        try:
            with self._sending:
                socket.send_fds(self._control, [header], descriptors)
        except OSError as problem:
            raise ServerGoneError from problem

    def _await_start(self, status: int) -> None:
        """Wait until the process exists: the server may first have to load packages."""
        word = _read(status, 1, self.limits.start_seconds)
        if word is None:
            self.kill()
            raise SandboxTimeout("wall", "the server did not answer")
        if word != _STARTED:
            raise ServerGoneError

    def _converse(self, sock: socket.socket, status: int, task: dict[str, Any]) -> Any:
        deadline = time.monotonic() + self.limits.wall_seconds + _GRACE_SECONDS
        sock.settimeout(self.limits.wall_seconds)
        try:
            send_frame(sock, task)
            return receive_frame(sock, self.limits.output_bytes, deadline=deadline)
        except FrameTooLongError as problem:
            raise SandboxRefused("output") from problem
        except TimeoutError as problem:
            self.kill()  # the server should have ended the call long ago
            raise SandboxTimeout("wall", "the server did not end the call") from problem
        except (FrameEndedError, OSError) as problem:
            cause = (_read(status, 64, _GRACE_SECONDS) or b"").decode()
            raise _STOPPED_BY.get(cause, SandboxRefused)(
                cause if cause in _STOPPED_BY else "stopped", cause or "the server ended"
            ) from problem
        except (ValueError, RecursionError) as problem:  # what came back is no JSON that we read
            raise SandboxRefused("output", str(problem)) from problem

    def forget(self) -> None:
        """Let go of a server that ended, or belongs to the process that this one was forked from."""
        self._control.close()

    def kill(self) -> None:
        """End the server and all that it runs: it goes when its socket closes, and is made to if it does not."""
        self._control.close()
        if not self.ended.wait(_FAREWELL_SECONDS) and self._process is not None:
            self._process.kill()
            self.ended.wait(_GRACE_SECONDS)


def _read(pipe: int, size: int, patience: float) -> bytes | None:
    """Return what the pipe says, nothing when it is closed, None when it stays silent."""
    watch = select.poll()  # unlike select(), not limited to the first 1024 descriptors
    watch.register(pipe, select.POLLIN)
    return os.read(pipe, size) if watch.poll(patience * 1000) else None
