"""How much a file may make of the process that reads it; to be set once, in a process that reads files and does nothing else."""

from __future__ import annotations

import sys
from typing import Final

import pikepdf

if sys.platform != "win32":
    import resource

_MEGABYTE: Final = 1024 * 1024
_MEMORY: Final = 2048 * _MEGABYTE
_SECONDS: Final = 60
_UNFOLDED: Final = 32 * _MEGABYTE


def bound_pdf_reader() -> None:
    """Have the reader of PDFs refuse streams that unfold beyond 32 MB, deep nesting and endless filters, in this process."""
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=_UNFOLDED,
        png_max_memory=_UNFOLDED,
        tiff_max_memory=_UNFOLDED,
        run_length_max_memory=_UNFOLDED,
        dct_max_memory=_UNFOLDED,
        parser_max_nesting=64,
        parser_max_container_size=200_000,
        max_stream_filters=2,
    )


def bound_process() -> None:
    """Take 2 GB of memory and a minute of processor time away from what comes, where the system knows such bounds."""
    if sys.platform == "win32":
        return
    for kind, wanted in ((resource.RLIMIT_AS, _MEMORY), (resource.RLIMIT_CPU, _SECONDS)):
        _, ceiling = resource.getrlimit(kind)
        limit = wanted if ceiling == resource.RLIM_INFINITY else min(wanted, ceiling)
        resource.setrlimit(kind, (limit, ceiling))
