"""What one call may use: processor time, memory, files; set in the forked process before it reads its task."""

from __future__ import annotations

import mmap
import os
import resource

from . import seccomp

_MEGABYTE = 1 << 20
_OPEN_FILES = 64
_CEILING = 1 << 40
_NO_RESERVE = 0x4000  # MAP_NORESERVE, which Python names from 3.13 on


def confine_call(*, cpu_seconds: int, memory_mb: int) -> None:
    """Give up, for good, what this process does not need to answer one call."""
    os.nice(5)  # the pages of the site come first
    _set(resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 1)
    _set(resource.RLIMIT_FSIZE, 0)
    _set(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _set(resource.RLIMIT_NPROC, 0)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_MEMLOCK, 0)
    _set(resource.RLIMIT_AS, _address_space_in_use() + memory_mb * _MEGABYTE)
    seccomp.confine()


def _set(kind: int, soft: int, hard: int | None = None) -> None:
    _, ceiling = resource.getrlimit(kind)
    wanted = soft if hard is None else hard
    if ceiling != resource.RLIM_INFINITY:
        soft, wanted = min(soft, ceiling), min(wanted, ceiling)
    resource.setrlimit(kind, (soft, wanted))


def _address_space_in_use() -> int:
    """Measure, to a megabyte, the address space that the loaded packages take.

    /proc is not mounted in here, so it is found by asking how much more fits under a high ceiling.
    """
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    ceiling = _CEILING if hard == resource.RLIM_INFINITY else min(hard, _CEILING)
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, hard))
    try:
        fits, too_much = 0, ceiling // _MEGABYTE
        while too_much - fits > 1:
            middle = (fits + too_much) // 2
            if _fits(middle * _MEGABYTE):
                fits = middle
            else:
                too_much = middle
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))
    return ceiling - fits * _MEGABYTE


def _fits(size: int) -> bool:
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | _NO_RESERVE
    try:
        mmap.mmap(-1, size, flags=flags, prot=0).close()
    except (OSError, MemoryError, OverflowError, ValueError):
        return False
    return True
