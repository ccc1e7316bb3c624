"""Read what authors write in a worksheet's attributes: lists of numbers, tolerances, formulas."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.values import ValueRefused, decimal_of, plain_decimal
from takwin_xblocks.worksheet.calculation import EXACT, LARGEST, rounded
from takwin_xblocks.worksheet.formula import parse_formula

BLANK = "-"
MOST_NUMBERS = 60
HAND_SHARE = Decimal("0.005")


@dataclass(frozen=True)
class Tolerance:
    """How far an answer may be from what is right."""

    absolute: Decimal | None = None
    """None: one unit of the last decimal shown."""
    share: Decimal = HAND_SHARE

    def accepts(self, answer: Decimal, right: Decimal, *, places: int) -> bool:
        """Tell whether an answer is right: near what is right, or near what is right once rounded."""
        shown = rounded(right, places)
        unit = Decimal(1).scaleb(-places) if self.absolute is None else self.absolute
        limit = max(unit, EXACT.multiply(abs(right), self.share))
        return abs(answer - right) <= limit or abs(answer - shown) <= limit


def tolerance_of(text: str) -> Tolerance:
    """Return what a tolerance says: `hand`, `exact`, `0.05`, `1%`, `0.05 1%`. Refuses (`ValueRefused`) anything else."""
    if text == "hand":
        return Tolerance()
    if text == "exact":
        return Tolerance(Decimal(0), Decimal(0))
    absolute, share = Decimal(0), Decimal(0)
    pieces = text.split()
    if not 1 <= len(pieces) <= 2:  # noqa: PLR2004 -- a number and a percentage
        raise _no_tolerance(text)
    for piece in pieces:
        number = decimal_of(piece.removesuffix("%"))
        if number is None or not 0 <= number <= LARGEST:
            raise _no_tolerance(text)
        if piece.endswith("%"):
            share = number / 100
        else:
            absolute = number
    return Tolerance(absolute, share)


def _no_tolerance(text: str) -> ValueRefused:
    return ValueRefused(N_('"{typed}" is no tolerance: write hand, exact, 0.05, 1% or 0.05 1%'), typed=text[:40])


def tolerance_line(text: str) -> str:
    """Return a tolerance as it is kept. Refuses (`ValueRefused`) what is none."""
    tolerance_of(text)
    return text


def numbers_of(text: str) -> list[Decimal | None]:
    """Return the numbers of a list, None for each `-`. Refuses (`ValueRefused`) anything else, and more than 60."""
    pieces = text.split()
    if not 1 <= len(pieces) <= MOST_NUMBERS:
        raise ValueRefused(N_("From 1 to {most} numbers with spaces between them."), most=MOST_NUMBERS)
    return [None if piece == BLANK else _number(piece) for piece in pieces]


def _number(piece: str) -> Decimal:
    number = decimal_of(piece)
    if number is None or abs(number) > LARGEST:
        raise ValueRefused(N_('"{typed}" is not a number such as 1250 or 12.5'), typed=piece[:40])
    return number


def numbers_line(text: str, *, blanks: bool = False) -> str:
    """Return a list of numbers as it is kept; `-` stands for an empty cell where there may be one."""
    numbers = numbers_of(text)
    if not blanks and None in numbers:
        raise ValueRefused(N_('"{typed}" is not a number such as 1250 or 12.5'), typed=BLANK)
    return " ".join(BLANK if number is None else plain_decimal(number) for number in numbers)


def formula_line(text: str) -> str:
    """Return a formula as it is kept. Refuses (`FormulaError`) what cannot be read."""
    parse_formula(text)
    return text
