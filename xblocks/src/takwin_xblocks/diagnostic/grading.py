"""Turn what members say of their cooperative into means, spreads, scores from 0 to 100 and bands.

For each statement only the counts are needed: how many said 0, how many 1, … So a group's answers are kept as counts, in
which nobody's own answers can be found again, and the order in which members answered cannot matter.

* mean of a statement: of those who answered it; spread: highest minus lowest; 3 or more asks for a talk;
* score of a pillar: sum of the means ÷ (4 × statements answered) × 100; fewer than 4 answered: no score;
* overall: the mean of the pillars asked, and none while one of them has no score, since it would compare unlike things;
* scores are rounded to whole numbers, half up (24.5 is 25), and the band is the one of the rounded score: what is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from takwin_xblocks.contract.digits import fold

HIGHEST = 4
FEWEST_STATEMENTS = 4
"""A pillar of which fewer statements were answered has no score."""
DISCUSS = 3
"""Members whose answers lie so far apart have something to talk about."""
MOST_STONES = 999
_LONGEST = 16
BANDS = (("emerging", 0), ("structuring", 25), ("consolidating", 50), ("autonomous", 75))
"""Each band and its lowest score."""
UNKNOWN = "unknown"
"""What is sent for "we do not know"."""

Answers = Mapping[str, int | None]
"""One member's answers by statement; None stands for "we do not know"."""
Counts = Mapping[str, Sequence[int]]
"""By statement, how many gave 0, 1, 2, 3 and 4."""


class ValueRefused(ValueError):
    """What was sent is no value of the scale, or no count."""


@dataclass(frozen=True, kw_only=True)
class Statement:
    """What a group said of one statement."""

    id: str
    answered: int
    mean: Fraction | None
    spread: int


@dataclass(frozen=True, kw_only=True)
class Pillar:
    """What a group said of one pillar."""

    id: str
    statements: tuple[Statement, ...]
    exact: Fraction | None

    @property
    def score(self) -> int | None:
        """Return the score as it is shown, or None where too little was answered."""
        return None if self.exact is None else rounded(self.exact)

    @property
    def answered(self) -> int:
        """Return how many statements at least one member answered."""
        return sum(one.mean is not None for one in self.statements)

    @property
    def spread(self) -> int:
        """Return the widest spread of its statements."""
        return max((one.spread for one in self.statements), default=0)


def read_value(text: str) -> int | None:
    """Return a value of the scale as sent, in any digits; None for "we do not know". Refuses (`ValueRefused`) anything else."""
    if text == UNKNOWN:
        return None
    typed = fold(text) if len(text) <= _LONGEST else ""
    if typed not in {str(value) for value in range(HIGHEST + 1)}:
        raise ValueRefused(text[:_LONGEST])
    return int(typed)


def read_count(text: str) -> int:
    """Return a count of stones as typed, in any digits; nothing is 0. Refuses (`ValueRefused`) what is no count up to 999."""
    if len(text) > _LONGEST:
        raise ValueRefused(text[:_LONGEST])
    typed = fold(text)
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdigit()) or int(typed) > MOST_STONES:
        raise ValueRefused(typed)
    return int(typed)


def no_counts() -> list[int]:
    """Return the counts of a statement that nobody has answered."""
    return [0] * (HIGHEST + 1)


def added(counts: Counts, answers: Answers) -> dict[str, list[int]]:
    """Return the counts with one more member's answers in them; "we do not know" counts nowhere."""
    sums = {statement: list(given) for statement, given in counts.items()}
    for statement, value in answers.items():
        if value is not None:
            sums.setdefault(statement, no_counts())[value] += 1
    return sums


def statement_of(statement: str, counts: Counts) -> Statement:
    """Return the mean and the spread of one statement."""
    given = counts.get(statement, ())
    answered = sum(given)
    if not answered:
        return Statement(id=statement, answered=0, mean=None, spread=0)
    values = [value for value, count in enumerate(given) if count]
    mean = Fraction(sum(value * count for value, count in enumerate(given)), answered)
    return Statement(id=statement, answered=answered, mean=mean, spread=values[-1] - values[0])


def pillar_of(pillar: str, statements: Iterable[str], counts: Counts) -> Pillar:
    """Return the score of one pillar, which no other pillar changes."""
    found = tuple(statement_of(statement, counts) for statement in statements)
    means = [one.mean for one in found if one.mean is not None]
    exact = sum(means, Fraction(0)) * 100 / (HIGHEST * len(means)) if len(means) >= FEWEST_STATEMENTS else None
    return Pillar(id=pillar, statements=found, exact=exact)


def overall_of(pillars: Sequence[Pillar]) -> int | None:
    """Return the mean of the pillars' scores, or None while one of them has none."""
    scores = [pillar.exact for pillar in pillars if pillar.exact is not None]
    return rounded(sum(scores, Fraction(0)) / len(scores)) if scores and len(scores) == len(pillars) else None


def lowest_of(scores: Mapping[str, int | None]) -> list[str]:
    """Return the pillars with the lowest score, in order; none where all are alike."""
    known = [score for score in scores.values() if score is not None]
    if len(set(known)) < 2:  # noqa: PLR2004 -- the lowest of one is nothing to tell
        return []
    return [pillar for pillar, score in scores.items() if score == min(known)]


def rounded(score: Fraction) -> int:
    """Return a score as a whole number, half up."""
    return int(score + Fraction(1, 2))


def band_of(score: int) -> str:
    """Return the band of a score from 0 to 100."""
    return next(band for band, lowest in reversed(BANDS) if score >= lowest)


def band_limits() -> list[tuple[str, int, int]]:
    """Return each band with its lowest and its highest score."""
    ends = [lowest - 1 for _band, lowest in BANDS[1:]] + [100]
    return [(band, lowest, highest) for (band, lowest), highest in zip(BANDS, ends, strict=True)]


def measured(pillars: Sequence[Pillar], *, respondents: int) -> dict[str, Any]:
    """Return the results as a host keeps them: whole scores, means of two decimals."""
    return {
        "respondents": respondents,
        "overall": overall_of(pillars),
        "pillars": [{"id": one.id, "score": one.score, "answered": one.answered, "spread": one.spread} for one in pillars],
        "statements": [
            {
                "id": one.id,
                "mean": None if one.mean is None else float(round(one.mean, 2)),
                "spread": one.spread,
                "answered": one.answered,
            }
            for pillar in pillars
            for one in pillar.statements
        ],
    }


def kept(measures: Sequence[Any], *, most: int) -> list[Any]:
    """Return at most `most` measures: the first, from which all the others are seen, and the latest."""
    return list(measures) if len(measures) <= most else [measures[0], *measures[len(measures) - most + 1 :]]
