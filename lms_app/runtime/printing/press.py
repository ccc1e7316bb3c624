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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lms_app.domain.errors import Unavailable
from lms_app.i18n import direction_of
from lms_app.runtime.blocks.sanitising import sanitise

_LOG: Final = logging.getLogger(__name__)
LARGEST: Final = 2_000_000
"""Characters of all texts together; a book is less."""
LARGEST_PICTURES: Final = 30_000_000
"""Bytes of all pictures together: each is held several times over while it travels to the other process."""
_SECONDS: Final = 45
_PATIENCE: Final = 30
_PLACES: Final = 2
"""One handout is set, one may wait: the site answers with few threads, and none of the others is kept from its page."""
_PASSED_ON: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "PYTHONPATH", "LD_LIBRARY_PATH")
"""What the other process knows of the server's environment: no passwords, no keys."""
_PICTURE: Final = re.compile(r'(<img\b[^>]*?\bsrc=")/static/([^"?#]+\.(svg|png|jpe?g|gif|webp))(?:[?#][^"]*)?"', re.IGNORECASE)
_ADDRESS: Final = re.compile(r'(<a\b[^>]*?)\shref="[^"]*"')
_BOX: Final = "\N{BALLOT BOX}"


@dataclass(frozen=True)
class Sheet:
    """One text on paper: its title and its HTML as an author wrote it."""

    title: str
    text: str
    language: str = ""
    """Of the text, where it is not that of the handout."""


@dataclass(frozen=True)
class Handout:
    """What is set as one file."""

    title: str
    over: str
    """What it belongs to: the title of the course."""
    language: str
    sheets: Sequence[Sheet]


@dataclass(frozen=True)
class Printable:
    """A handout with all that is needed to set it."""

    page: str
    pictures: Mapping[str, bytes]
    """By the address that the page gives each."""


class Press:
    """Sets one handout at a time; threads may share a press."""

    def __init__(self, *, seconds: float = _SECONDS, patience: float = _PATIENCE, places: int = _PLACES) -> None:
        """Start nothing yet: each handout has a process of its own, since they are seldom asked for."""
        self._seconds = seconds
        self._patience = patience
        self._places = threading.BoundedSemaphore(places)
        self._free = threading.Lock()

    def set(self, printable: Printable) -> bytes:
        """Return the PDF.

        Refused (`Unavailable`): `handouts_busy` while others are set, `handout_not_set` for what takes too long or breaks it.
        """
        if not self._places.acquire(blocking=False):
            raise Unavailable("handouts_busy")
        try:
            if not self._free.acquire(timeout=self._patience):
                raise Unavailable("handouts_busy")
            try:
                pictures = {name: base64.b64encode(data).decode() for name, data in printable.pictures.items()}
                return self._answer(json.dumps({"page": printable.page, "pictures": pictures}).encode())
            finally:
                self._free.release()
        finally:
            self._places.release()

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


def printable(handout: Handout, picture: Callable[[str], bytes | None]) -> Printable:
    """Return the handout with its pictures. `picture` gives the bytes of a file below `static/`; for None its words stand there.

    Refused (`Unavailable`, `handout_not_set`): what is too long, or shows too much.
    """
    page, names = composed(handout)
    pictures, left = {}, LARGEST_PICTURES
    for address, name in names.items():
        data = picture(name)
        if data is None:
            continue
        left -= len(data)
        if left < 0:
            raise Unavailable("handout_not_set")
        pictures[address] = data
    return Printable(page, pictures)


def composed(handout: Handout) -> tuple[str, dict[str, str]]:
    """Return the page as HTML, reduced to what authors may write, and the names of the pictures that it shows by their addresses.

    Addresses are numbers with an ending, since names in Arabic or with spaces are written in more than one way.
    """
    language, direction = html.escape(handout.language), direction_of(handout.language)
    addresses: dict[str, str] = {}

    def named(match: re.Match[str]) -> str:
        address = addresses.setdefault(html.unescape(match[2]), f"{len(addresses)}.{match[3].lower()}")
        return f'{match[1]}picture:{address}"'

    sheets = []
    for sheet in handout.sheets:
        text = _ADDRESS.sub(r"\1", _PICTURE.sub(named, sanitise(sheet.text).html))
        text = text.replace(_BOX, '<span class="box"></span>')
        said = f' lang="{html.escape(sheet.language)}" dir="{direction_of(sheet.language)}"' if sheet.language else ""
        sheets.append(f'<section class="sheet"{said}><h1>{html.escape(sheet.title)}</h1>{text}</section>')
    page = (
        f'<!DOCTYPE html><html lang="{language}" dir="{direction}"><head><meta charset="utf-8">'
        f'<title>{html.escape(handout.title)}</title></head><body><p class="over">{html.escape(handout.over)}</p>'
        f"{''.join(sheets)}</body></html>"
    )
    if len(page) > LARGEST:
        raise Unavailable("handout_not_set")
    return page, {address: name for name, address in addresses.items()}
