"""What differs between two rows of words, found with so much effort and no more: whoever wrote them, no page waits for minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import Match, SequenceMatcher
from typing import Final

EFFORT: Final = 20_000_000
"""Pairs of equal words that are looked at: a second or two. Thousands of words take half of it, unless nearly all are the same one."""
Run = tuple[str, int, int, int, int]


def runs_of(before: Sequence[str], after: Sequence[str], *, effort: int = EFFORT) -> Iterator[Run]:
    """Yield what is `equal`, `replace`d, `delete`d or `insert`ed, with the places in both; what is too dear to compare is replaced."""
    yield from _Matcher(before, after, effort).get_opcodes()


class _Matcher(SequenceMatcher[str]):
    """Finds what is the same until it has looked at too many pairs."""

    def __init__(self, before: Sequence[str], after: Sequence[str], effort: int) -> None:
        self._left = effort
        self._before = before
        super().__init__(None, before, after, autojunk=False)

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """Return the longest common run, or none when nothing is left of the effort."""
        places: Mapping[str, Sequence[int]] = vars(self)["b2j"]
        end = len(self._before) if ahi is None else ahi
        self._left -= end - alo + sum(len(places.get(word, ())) for word in self._before[alo:end])
        if self._left < 0:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)
