"""How texts of one line push each other: found by comparing two proofs, and used to place the texts of everybody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Final

from takwin_certificates.fast.shaping import Unfit

NEAR: Final = 0.002
"""Pixels; WeasyPrint writes six decimals, and Pango's units are half as large."""
_SHARES: Final = (0.0, -0.5, -1.0, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Push:
    """How far a text moves for each pixel by which a person's text is wider than the stand-in's."""

    fact: str
    share: float
    width: float
    """Of the stand-in."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where a text starts, in pixels from the left, and what moves it."""

    x: float
    pushes: tuple[Push, ...]

    def at(self, widths: Mapping[str, float]) -> float:
        """Return where it starts if the person's texts are so wide."""
        return self.x + sum(push.share * (widths[push.fact] - push.width) for push in self.pushes)


def start_of(places: tuple[float, float], widths: Sequence[tuple[str, float, float]]) -> Start:
    """Find what moved a text between two proofs; `widths` are those of the person's texts on its line.

    A text starts, ends or is centred, so that each of them moves it by nothing, a half or the whole of its width. Raises
    `Unfit` if that explains the two places in no way, or in several.
    """
    moved = places[1] - places[0]
    found = [
        shares
        for shares in product(_SHARES, repeat=len(widths))
        if abs(sum(share * (other - one) for share, (_, one, other) in zip(shares, widths, strict=True)) - moved) < NEAR
    ]
    if len(found) != 1:
        raise Unfit(f"a text moves in {len(found)} ways")
    pushes = [Push(fact, share, one) for share, (fact, one, _) in zip(found[0], widths, strict=True) if share]
    return Start(places[0], tuple(pushes))
