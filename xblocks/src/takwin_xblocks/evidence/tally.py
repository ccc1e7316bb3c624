"""Add up whom accepted evidence reached, by sex and age, and write it as a table that any spreadsheet opens."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from takwin_xblocks.contract.cells import never_formula
from takwin_xblocks.evidence.facts import Facts

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How many people took part in the evidence that was accepted."""

    pieces: int = 0
    women: Mapping[str, int] = field(default_factory=dict)
    men: Mapping[str, int] = field(default_factory=dict)
    uncounted: int = 0

    @property
    def people(self) -> int:
        """Return how many in all."""
        return sum(self.women.values()) + sum(self.men.values()) + self.uncounted

    def bands(self, known: Iterable[str]) -> list[str]:
        """Return the ages to show: those asked for now, then those that older evidence counted by."""
        return list(dict.fromkeys([*known, *self.women, *self.men]))


def reached(accepted: Iterable[Facts]) -> Reached:
    """Return whom these pieces of evidence reached; who took part twice is counted twice, for nobody is named."""
    pieces, uncounted = 0, 0
    women: dict[str, int] = {}
    men: dict[str, int] = {}
    for facts in accepted:
        pieces += 1
        uncounted += facts.uncounted
        for sums, counts in ((women, facts.women), (men, facts.men)):
            for band, count in counts.items():
                sums[band] = sums.get(band, 0) + count
    return Reached(pieces=pieces, women=women, men=men, uncounted=uncounted)


def share(accepted: int, asked: int) -> float:
    """Return which part of what was asked is accepted; more than was asked is all of it."""
    return min(accepted / asked, 1.0) if asked > 0 else 1.0


def table_text(rows: Iterable[Sequence[str | int]]) -> str:
    """Return rows as CSV that spreadsheets read as UTF-8; what people typed is never a formula."""
    into = io.StringIO()
    writer = csv.writer(into, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_safe(one) for one in row])
    return _BOM + into.getvalue()


def _safe(value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    return never_formula(value.replace("\0", ""))
