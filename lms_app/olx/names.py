"""Names of files inside an archive: which are plain, which are tricks, which are leftovers of somebody's computer."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from lms_app.olx.problems import refuse

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_UNSEEN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, marks that turn the order of letters round, and bytes that are not text."""
_LEFTOVERS: Final = frozenset(
    {"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".git", ".svn", ".hg", ".gitignore", ".gitattributes"}
)


@dataclass(frozen=True)
class Limits:
    """How much of anything an archive may hold. A real course of 20 MB has 800 files at depth 3."""

    members: int = 20_000
    member_bytes: int = 200_000_000
    total_bytes: int = 1_000_000_000
    ratio: int = 150
    """Unpacked to packed; text reaches 20, a bomb is made of thousands."""
    ratio_from_bytes: int = 20_000_000
    """Below this the ratio is nobody's concern."""
    name_length: int = 255
    """Of one part of a name, in bytes: what file systems take."""
    path_length: int = 1024
    depth: int = 16


def normal_name(raw: str, limits: Limits) -> str:
    """Return the name in one form (NFC, no `./`), or raise `FileRefused`: outside its folder, unreadable, or too long.

    The name never becomes a path on this machine; these names are refused because other programs would follow them.
    """
    shown = raw.encode("utf-8", "backslashreplace").decode()[:200]
    if _UNSEEN.search(raw):
        refuse("archive_name_unreadable", shown)
    if raw.startswith("/") or "\\" in raw or _DRIVE.match(raw):
        refuse("archive_name_outside", shown)
    parts = [part for part in unicodedata.normalize("NFC", raw).split("/") if part not in {"", "."}]
    if ".." in parts:
        refuse("archive_name_outside", shown)
    name = "/".join(parts)
    if len(name.encode()) > limits.path_length or any(len(part.encode()) > limits.name_length for part in parts):
        refuse("archive_name_too_long", shown, most=limits.path_length)
    if len(parts) > limits.depth:
        refuse("archive_too_deep", shown, most=limits.depth)
    return name


def is_leftover(name: str) -> bool:
    """Tell whether the file is one that a computer leaves behind (macOS `._*`, `__MACOSX`, version control)."""
    return any(part in _LEFTOVERS or part.startswith("._") for part in name.split("/"))


def folded(name: str) -> str:
    """Return the form under which two names are the same file on some machine."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
