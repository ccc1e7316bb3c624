"""The life of one forked process: give everything up, read the task, do it, write the answer, end."""

from __future__ import annotations

import itertools
import mmap
import os
import socket
from typing import Any

from .frames import receive_frame, send_frame
from .limits import confine_call
from .tasks import KINDS, ScriptFailedError

_LARGEST_TASK = 16 << 20
_LONGEST_TEXT = 1000


def serve_call(channel: int, archives: list[int], *, cpu_seconds: int, memory_mb: int) -> None:
    """Answer one call on this socket; never return."""
    with socket.socket(fileno=channel) as sock:
        try:
            os.dup2(1, 2)  # what a script writes to the error output goes nowhere, as its output does
            _keep_open({0, 1, 2, channel, *archives})
            contents = [_content(descriptor) for descriptor in archives]
            confine_call(cpu_seconds=cpu_seconds, memory_mb=memory_mb)
            _answer(sock, contents)
        except BaseException as problem:  # noqa: BLE001 -- nothing may return into the server's own loop
            send_frame(sock, {"stopped": f"{type(problem).__name__}: {problem}"[:_LONGEST_TEXT]})
        finally:
            os._exit(0)


def _answer(sock: socket.socket, archives: list[bytes]) -> None:
    try:
        send_frame(sock, _perform(receive_frame(sock, _LARGEST_TASK), archives))
    except MemoryError:
        send_frame(sock, {"stopped": "memory"})


def _perform(task: dict[str, Any], archives: list[bytes]) -> dict[str, Any]:
    try:
        return {"result": KINDS[task["kind"]](task, archives)}
    except MemoryError:
        return {"stopped": "memory"}
    except ScriptFailedError as failure:
        return {"failure": [failure.kind, str(failure)[:_LONGEST_TEXT], failure.line]}
    except RecursionError as failure:
        return {"failure": ["RecursionError", str(failure), None]}
    except Exception as failure:  # noqa: BLE001 -- told to the caller, by name
        return {"failure": [type(failure).__name__, str(failure)[:_LONGEST_TEXT], None]}


def _keep_open(wanted: set[int]) -> None:
    """Close what belongs to other calls and to the server."""
    for low, high in itertools.pairwise([*sorted(wanted), os.sysconf("SC_OPEN_MAX")]):
        os.closerange(low + 1, high)


def _content(descriptor: int) -> bytes:
    size = os.fstat(descriptor).st_size
    try:
        with mmap.mmap(descriptor, size, prot=mmap.PROT_READ) as view:
            return view[:]
    finally:
        os.close(descriptor)
