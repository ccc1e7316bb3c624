"""The warm server: waits for calls, forks one process for each, and ends those that take too long.

It reads nothing that a learner or an author wrote: only which packages to load, and descriptors to hand on.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from dataclasses import dataclass

from . import seccomp
from .call import serve_call
from .preload import preload

_HEADER_BYTES = 4096
_MOST_DESCRIPTORS = 16
_BUSY = 0.25
READY = b"ready"
STARTED = b"S"


@dataclass
class _Running:
    """One forked process and the pipe on which its end is told."""

    pid: int
    pidfd: int
    status: int
    deadline: float
    overdue: bool = False


class Server:
    """Forks, waits, kills."""

    def __init__(self, control: socket.socket, limits: dict[str, int]) -> None:
        """Serve the calls that arrive on `control` within these limits."""
        self.control = control
        self.limits = limits
        self.running: dict[int, _Running] = {}
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)

    def serve(self) -> None:
        """Answer calls until the other side goes away or nothing was asked for a while."""
        idle_until = time.monotonic() + self.limits["idle_seconds"]
        while self.running or time.monotonic() < idle_until:
            for key, _ in self.selector.select(self._patience(idle_until)):
                if key.fileobj is not self.control:
                    self._reap(key.fd)
                elif self._accept():
                    idle_until = time.monotonic() + self.limits["idle_seconds"]
                else:
                    return
            self._end_overdue()

    def _patience(self, idle_until: float) -> float:
        soonest = min((call.deadline for call in self.running.values() if not call.overdue), default=idle_until)
        return max(0.0, soonest - time.monotonic())

    def _accept(self) -> bool:
        header, descriptors, _, _ = socket.recv_fds(self.control, _HEADER_BYTES, _MOST_DESCRIPTORS)
        if not header:
            return False
        channel, status, *archives = descriptors
        preload(json.loads(header)["preload"])
        pid = os.fork()
        if pid == 0:
            os.close(status)
            serve_call(channel, archives, cpu_seconds=self.limits["cpu_seconds"], memory_mb=self.limits["memory_mb"])
        for descriptor in (channel, *archives):
            os.close(descriptor)
        call = _Running(pid, os.pidfd_open(pid), status, time.monotonic() + self.limits["wall_seconds"])
        self.running[call.pidfd] = call
        self.selector.register(call.pidfd, selectors.EVENT_READ)
        _tell(status, STARTED)
        return True

    def _reap(self, pidfd: int) -> None:
        call = self.running.pop(pidfd)
        self.selector.unregister(pidfd)
        os.close(pidfd)
        _, outcome, usage = os.wait4(call.pid, 0)
        share = (usage.ru_utime + usage.ru_stime) / self.limits["cpu_seconds"]
        _tell(call.status, _cause(outcome, overdue=call.overdue, share=share))
        os.close(call.status)

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for call in self.running.values():
            if not call.overdue and call.deadline <= now:
                call.overdue = True
                os.kill(call.pid, signal.SIGKILL)


def _cause(outcome: int, *, overdue: bool, share: float) -> bytes:
    """Name what ended a process; `share` is how much of its processor time it had used."""
    if not os.WIFSIGNALED(outcome):
        return b"ended"
    if overdue:
        return b"cpu" if share >= _BUSY else b"wall"  # on a crowded machine the clock comes first
    number = os.WTERMSIG(outcome)
    if share >= 1 or number == signal.SIGXCPU:
        return b"cpu"
    return b"memory" if number == signal.SIGKILL else f"signal {number}".encode()  # the kernel ran short of memory


def _tell(pipe: int, word: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):  # the caller has its answer and is gone
        os.write(pipe, word)


def main() -> None:
    """Check that the filter can be set (`check`), or serve on the socket named on the command line."""
    if sys.argv[1] == "check":
        seccomp.confine()
        return
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    limits = json.loads(sys.argv[2])
    preload([limits["loaded_first"]])
    control.send(READY)
    Server(control, limits).serve()


if __name__ == "__main__":
    main()
