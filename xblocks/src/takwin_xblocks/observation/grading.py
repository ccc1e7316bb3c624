"""What several observers' sheets come to: score, level, where they agree, and when a trainer must decide.

The rules, with the teach-back checklist of 12 items from 0 to 2 as the example:

* **Score**: the mean of the counted observers' totals; 50 points of three observers are 16.67 of 24, never rounded before it is compared.
* **A zero counts where at least half of the counted observers gave it.** The checklist says "no zero in items 1, 6, 9" and not whose. One
  observer may have looked down at the phone while two saw the act: seeing is stronger evidence than not seeing, so one zero of three is
  outweighed. Where one of two saw it, it is in doubt, and what is asked of everybody must not be in doubt: that zero stands.
* **Levels**: 3 is the pass (17 of 24, no zero in a key item), 4 is 22 with no zero at all, 2 begins at 9. Four levels of a checklist
  scored out of 24 are a convention of ours [U].
* **A decision** is needed where any two counted observers differ by more than 6 points: of all of them and not of the peers alone,
  since a trainer and one peer can differ as much. The trainer decides whose sheet holds, or the mean, and writes why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

MEAN = "mean"
"""The basis of a decision that leaves the mean of all standing."""
LEVELS = (1, 2, 3, 4)
PASS_LEVEL = 3
_FAR_APART = 2


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What is observed, and what its points come to."""

    items: tuple[str, ...]
    keys: frozenset[str] = frozenset()
    """Items in which no zero is allowed."""
    top: int = 2
    """The highest level of an item."""
    level_two: int = 9
    pass_mark: int = 17
    """Where level 3 begins."""
    level_four: int = 22
    difference: int = 6
    """Observers may differ by this many points before a trainer must decide."""

    @property
    def most(self) -> int:
        """Return the points of a sheet on which everything was seen clearly."""
        return self.top * len(self.items)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What one observer marked."""

    key: str
    observer: str
    levels: Mapping[str, int] = field(default_factory=dict)
    order: tuple[int, str] = (0, "")
    """Place among the sheets of this observer's phone: the number that it gave, then the id. Never a time that it told."""
    device: str = ""
    arrived: float = 0.0
    """When the site took it, by the site's clock: decides between two phones, whose numbers have nothing to do with each other."""

    def level(self, item: str, rules: Rules) -> int:
        """Return the level of an item, 0 where it was not marked: an item that was added later was not seen."""
        return min(max(self.levels.get(item, 0), 0), rules.top)

    def total(self, rules: Rules) -> int:
        """Return the points of the sheet."""
        return sum(self.level(item, rules) for item in rules.items)


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Which sheet a trainer said holds (its key, or `MEAN`), and why."""

    basis: str
    reason: str
    about: frozenset[str] = frozenset()
    """Keys of the sheets that the trainer compared; what is counted later, nobody decided about."""

    def covers(self, counted: Collection[Sheet]) -> bool:
        """Tell whether the trainer who decided had these sheets before their eyes, and the one that holds is among them."""
        keys = {sheet.key for sheet in counted}
        return (self.basis == MEAN or self.basis in keys) and (not self.about or keys <= self.about)


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """One item as all counted observers marked it."""

    item: str
    levels: tuple[int, ...]
    """In the order of the sheets."""
    agreement: Fraction
    """Share of the observers who gave the level that was given most."""
    is_far_apart: bool
    """Whether two observers are two levels or more apart."""
    is_zero: bool

    @property
    def mean(self) -> Fraction:
        """Return the mean level."""
        return Fraction(sum(self.levels), len(self.levels))


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the counted sheets come to."""

    score: Fraction
    most: int
    level: int
    items: tuple[ItemView, ...]
    zeros: tuple[str, ...]
    """Items that count as not seen, in their order."""
    key_zeros: tuple[str, ...]
    observers: int
    difference: int
    """Points between the lowest and the highest of the counted sheets."""
    agreement: Fraction
    needs_decision: bool
    """Whether they differ so much that a trainer must say which sheet holds."""
    basis: str = MEAN
    is_decided: bool = False

    @property
    def passed(self) -> bool:
        """Tell whether it is a pass."""
        return self.level >= PASS_LEVEL

    @property
    def can_be_published(self) -> bool:
        """Tell whether nothing is left for a trainer to decide."""
        return self.is_decided or not self.needs_decision


def latest(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Return the one sheet of each observer that counts.

    Of one phone the last by its number and id, in whatever order they arrived; of several (a new one begins at 1 again) the last of
    the phone whose last sheet arrived last.
    """
    of_phone: dict[tuple[str, str], Sheet] = {}
    for sheet in sheets:
        name = (sheet.observer, sheet.device)
        if name not in of_phone or (sheet.order, sheet.key) > (of_phone[name].order, of_phone[name].key):
            of_phone[name] = sheet
    ordered = sorted(of_phone.values(), key=lambda sheet: (sheet.arrived, sheet.order, sheet.key))
    last = {sheet.observer: sheet for sheet in ordered}
    return tuple(sorted(last.values(), key=lambda sheet: sheet.key))


def result_of(sheets: Iterable[Sheet], rules: Rules, decision: Decision | None = None) -> Result | None:
    """Return what the counted sheets come to, None while there is none.

    A decision holds only where one is needed, and only while the sheet that it names is counted, and none that its trainer did not
    see; else the mean stands.
    """
    counted = latest(sheets)
    if not counted or not rules.items:
        return None
    totals = [sheet.total(rules) for sheet in counted]
    difference = max(totals) - min(totals)
    needs_decision = difference > rules.difference
    by_key = {sheet.key: sheet for sheet in counted}
    holds = needs_decision and decision is not None and decision.covers(counted)
    basis = decision.basis if holds and decision is not None else MEAN
    judged = (by_key[basis],) if basis in by_key else counted
    score = Fraction(sum(sheet.total(rules) for sheet in judged), len(judged))
    zeros = tuple(item for item in rules.items if is_zero([sheet.level(item, rules) for sheet in judged]))
    items = tuple(_item(item, counted, rules, zeros) for item in rules.items)
    return Result(
        score=score,
        most=rules.most,
        level=level_of(score, zeros, rules),
        items=items,
        zeros=zeros,
        key_zeros=tuple(item for item in zeros if item in rules.keys),
        observers=len(counted),
        difference=difference,
        agreement=sum((one.agreement for one in items), Fraction(0)) / len(items),
        needs_decision=needs_decision,
        basis=basis,
        is_decided=holds,
    )


def is_zero(levels: Sequence[int]) -> bool:
    """Tell whether an item counts as not seen: at least half of the observers gave 0."""
    return 2 * sum(level == 0 for level in levels) >= len(levels)


def level_of(score: Fraction | int, zeros: Collection[str], rules: Rules) -> int:
    """Return the level, 1 to 4, that a score comes to when these items count as not seen."""
    if score >= rules.level_four and not zeros:
        return 4
    if score >= rules.pass_mark and not rules.keys & set(zeros):
        return PASS_LEVEL
    return 2 if score >= rules.level_two else 1


def _item(item: str, counted: Sequence[Sheet], rules: Rules, zeros: Collection[str]) -> ItemView:
    levels = tuple(sheet.level(item, rules) for sheet in counted)
    ((_level, agreeing),) = Counter(levels).most_common(1)
    return ItemView(
        item=item,
        levels=levels,
        agreement=Fraction(agreeing, len(levels)),
        is_far_apart=max(levels) - min(levels) >= _FAR_APART,
        is_zero=item in zeros,
    )
