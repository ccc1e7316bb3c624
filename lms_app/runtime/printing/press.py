"""Sets handouts as PDF in another process, which is given the texts, their pictures and our typefaces, and nothing else."""

from __future__ import annotations

import base64
import html
import json
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lms_app.domain.errors import Unavailable
from lms_app.i18n import direction_of
from lms_app.runtime.blocks.sanitising import sanitise

_LOG: Final = logging.getLogger(__name__)
LARGEST: Final = 2_000_000
"""Characters of all texts together; a book is less."""
_SECONDS: Final = 90
_PATIENCE: Final = 30
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What the other process knows of the server's environment: no passwords, no keys."""
_PICTURE: Final = re.compile(r'(<img\b[^>]*?\bsrc=")/static/([^"?#]+)[^"]*"')
_ADDRESS: Final = re.compile(r'(<a\b[^>]*?)\shref="[^"]*"')
_BOX: Final = "\N{BALLOT BOX}"


@dataclass(frozen=True)
class Sheet:
    """One text on paper: its title and its HTML as an author wrote it."""

    title: str
    text: str


@dataclass(frozen=True)
class Handout:
    """What is set as one file."""

    title: str
    over: str
    """What it belongs to: the title of the course."""
    language: str
    sheets: Sequence[Sheet]


class Press:
    """Sets one handout at a time; threads may share a press."""

    def __init__(self, *, seconds: float = _SECONDS, patience: float = _PATIENCE) -> None:
        """Start nothing yet: each handout has a process of its own, since they are seldom asked for."""
        self._seconds = seconds
        self._patience = patience
        self._free = threading.Lock()

    def set(self, handout: Handout, picture: Callable[[str], bytes | None]) -> bytes:
        """Return the PDF. `picture` gives the bytes of a file below `static/`, or None, and the picture's words stand in its place.

        Refused (`Unavailable`): `handouts_busy` while others are set, `handout_not_set` for what takes too long or breaks it.
        """
        page, names = composed(handout)
        files = {name: data for name in names if (data := picture(name)) is not None}
        asked = {"page": page, "pictures": {name: base64.b64encode(data).decode() for name, data in files.items()}}
        if not self._free.acquire(timeout=self._patience):
            raise Unavailable("handouts_busy")
        try:
            return self._answer(json.dumps(asked).encode())
        finally:
            self._free.release()

    def _answer(self, asked: bytes) -> bytes:
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "lms_app.runtime.printing.setting"],
                input=asked,
                capture_output=True,
                timeout=self._seconds,
                check=False,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            )
        except subprocess.TimeoutExpired as problem:
            raise Unavailable("handout_not_set") from problem
        if done.returncode or not done.stdout.startswith(b"%PDF"):
            _LOG.warning("a handout could not be set: %s", done.stderr.decode(errors="replace")[-2000:])
            raise Unavailable("handout_not_set")
        return done.stdout


def composed(handout: Handout) -> tuple[str, tuple[str, ...]]:
    """Return the page as HTML, reduced to what authors may write, and the names of the pictures that it shows."""
    language, direction = html.escape(handout.language), direction_of(handout.language)
    names: dict[str, None] = {}

    def named(match: re.Match[str]) -> str:
        names[match[2]] = None
        return f'{match[1]}picture:{match[2]}"'

    sheets = []
    for sheet in handout.sheets:
        text = _ADDRESS.sub(r"\1", _PICTURE.sub(named, sanitise(sheet.text).html))
        text = text.replace(_BOX, '<span class="box"></span>')
        sheets.append(f'<section class="sheet"><h1>{html.escape(sheet.title)}</h1>{text}</section>')
    page = (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        f'<title>{html.escape(handout.title)}</title></head><body><p class="over">{html.escape(handout.over)}</p>'
        f"{''.join(sheets)}</body></html>"
    )
    if len(page) > LARGEST:
        raise Unavailable("handout_not_set")
    return page, tuple(names)
