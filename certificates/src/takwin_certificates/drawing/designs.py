"""What each design leaves room for: the line of a name, its typefaces, and the sizes between which it may run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from takwin_certificates.typefaces import (
    DISPLAY,
    NASKH,
    NASKH_BOLD,
    SANS,
    SANS_ARABIC,
    SANS_ARABIC_BOLD,
    SANS_BOLD,
    TEXT,
    TEXT_BOLD,
    TIFINAGH,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """Largest and smallest size of a line, in points; the largest at full scale."""

    largest: float
    smallest: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """How large and how airy one page is set."""

    scale: float = 1.0
    gap: float = 0.0
    """Millimetres between two blocks."""
    lead: float = 0.0
    """Millimetres above the first."""


PLAIN: Final = Setting()


@dataclass(frozen=True, kw_only=True, slots=True)
class Design:
    """The measures of one design; they are part of the template and never change once it is used."""

    name_line: float
    """Points between the margins of the line that bears a name."""
    first_name: Sizes
    other_name: Sizes
    name_faces: Mapping[str, tuple[str, ...]]
    """Script to the typefaces that can set a whole name, the best first."""
    text_faces: tuple[str, ...]
    """What people's other texts may be set in."""
    scales: tuple[float, ...] = (1.1, 1.0, 0.92, 0.84, 0.76, 0.68)
    """Steps by which everything above the foot is set smaller until the page holds it."""
    gaps: tuple[float, float] = (1.2, 6.0)
    """Least and most millimetres between two blocks of the page."""
    lead: float = 0.3
    """The share of the room still left that goes above the first block."""


_GARAMOND: Final = MappingProxyType({"latin": (DISPLAY, TEXT_BOLD), "arabic": (NASKH_BOLD,), "tifinagh": (TIFINAGH,)})
_PLEX: Final = MappingProxyType(
    {"latin": (SANS_BOLD, TEXT_BOLD), "arabic": (SANS_ARABIC_BOLD, NASKH_BOLD), "tifinagh": (TIFINAGH,)}
)

DESIGNS: Final[Mapping[str, Design]] = MappingProxyType(
    {
        "zellige-2": Design(
            name_line=660,
            lead=0.5,
            first_name=Sizes(largest=42, smallest=15),
            other_name=Sizes(largest=25, smallest=11),
            name_faces=_GARAMOND,
            text_faces=(TEXT, NASKH, TIFINAGH),
        ),
        "modern-1": Design(
            name_line=470,
            first_name=Sizes(largest=34, smallest=13),
            other_name=Sizes(largest=22, smallest=10),
            name_faces=_PLEX,
            text_faces=(SANS, SANS_ARABIC, TEXT, NASKH, TIFINAGH),
        ),
        "programme-1": Design(
            name_line=490,
            first_name=Sizes(largest=34, smallest=12),
            other_name=Sizes(largest=20, smallest=10),
            name_faces=_GARAMOND,
            text_faces=(TEXT, NASKH, TIFINAGH),
        ),
    }
)
