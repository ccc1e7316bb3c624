"""Where pictures that trainers send are read: in a process without network, files, or anything of ours, for a few seconds."""

from __future__ import annotations

import base64
import binascii
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lms_app.domain.errors import Invalid, Unavailable
from lms_app.runtime.sandbox import CodeFailed, Sandbox, SandboxError, SandboxTimeout, SandboxUnavailable
from lms_app.runtime.sandbox.jail.pictures import PictureRefusedError, draw

_LOG: Final = logging.getLogger(__name__)
WIDTHS: Final = (480, 960, 1600)
"""Pixels. A cheap phone shows 480 to 720 of them, a laptop no more than 1,400 in a column of text."""
_ANSWER_BYTES: Final = 24 << 20


@dataclass(frozen=True)
class Size:
    """A picture in one width."""

    width: int
    height: int
    data: bytes


@dataclass(frozen=True)
class Drawn:
    """A picture as it will be kept, the largest first."""

    sizes: tuple[Size, ...]
    moved: bool
    """Whether the file held a moving picture, of which only the beginning was taken."""


class PictureRoom:
    """Draws pictures anew, each in a process of its own; threads may share a room."""

    def __init__(self, *, hidden: Iterable[Path] = (), places: int = 2) -> None:
        """Start nothing yet. `hidden` are folders that must not be seen from in there, as the home of the site."""
        self._sandbox = Sandbox(
            cpu_seconds=12,
            memory_mb=800,
            wall_seconds=20,
            places=places,
            idle_seconds=120,
            output_bytes=_ANSWER_BYTES,
            hidden=hidden,
            loaded_first="pictures",
        )

    def draw(self, data: bytes, *, kind: str = "WEBP") -> Drawn:
        """Return the picture upright, without metadata, in the widths that pages use.

        Refused: what is no whole picture, or a bomb (`Invalid`), and nobody waits long for a place (`Unavailable`). Where no such
        process can be had, the same is done here, within the same limits of pixels and frames.
        """
        try:
            return _believed(self._answer(data, kind))
        except PictureRefusedError as refused:
            code, facts = refused.args
            raise Invalid(str(code), field="file", **facts) from refused
        except SandboxTimeout as problem:
            if problem.reason == "busy":
                raise Unavailable("pictures_busy") from problem
            raise Invalid("picture_too_costly", field="file") from problem
        except CodeFailed as problem:
            _LOG.warning("a picture could not be read: %s", problem)
            raise Invalid("picture_broken", field="file") from problem
        except SandboxError as problem:
            raise Invalid("picture_too_costly", field="file") from problem

    def _answer(self, data: bytes, kind: str) -> Any:
        try:
            told = self._sandbox.draw_picture(data, WIDTHS, kind=kind)
        except SandboxUnavailable as problem:
            _LOG.warning("pictures are read without a sandbox: %s", problem.detail)
            return draw(data, list(WIDTHS), kind)
        if "refused" in told:
            raise PictureRefusedError(*told["refused"])
        return told.get("drawn")

    def close(self) -> None:
        """End the process; a later picture starts another."""
        self._sandbox.close()


def _believed(told: Any) -> Drawn:
    """Return what the process made, if it has the shape of an answer."""
    try:
        sizes = tuple(
            Size(int(one["width"]), int(one["height"]), base64.b64decode(one["data"], validate=True)) for one in told["made"]
        )
        return Drawn(sizes, moved=told["moves"] is True)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Invalid("picture_broken", field="file") from error
