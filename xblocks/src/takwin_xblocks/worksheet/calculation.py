"""Calculate a formula with exact decimals, within bounds that no formula can leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)
from typing import Protocol

from takwin_xblocks.contract.schema import N_
from takwin_xblocks.worksheet.formula import Call, CellName, Chain, FormulaError, Indexed, Name, Node, Number, Range, Sign

EXACT = Context(prec=40, rounding=ROUND_HALF_UP, Emax=999, Emin=-999, traps=[DivisionByZero, InvalidOperation, Overflow])
LARGEST = Decimal(10) ** 18
LARGEST_POWER = 12
MOST_PLACES = 12
_ONE, _ZERO = Decimal(1), Decimal(0)


class Scope(Protocol):
    """Where a formula finds the numbers that it names."""

    def step(self) -> None:
        """Count one step of work. Refuses (`FormulaError`) to go on without end."""

    def named(self, name: str) -> Decimal:
        """Return a figure, a row's cell in this column, or a place."""

    def cell(self, row: str, column: str) -> Decimal:
        """Return a cell."""

    def indexed(self, row: str, position: Decimal) -> Decimal:
        """Return a row's cell in the column at a position, 0 where there is none."""

    def between(self, start: Name | CellName, stop: Name | CellName) -> list[Decimal]:
        """Return the cells of a range."""


def calculate(node: Node, scope: Scope) -> Decimal:
    """Return the result of a formula. Refuses (`FormulaError`) division by nothing and numbers beyond 10^18."""
    try:
        result = _value(node, scope)
    except DivisionByZero as error:
        raise FormulaError(N_("This divides by zero.")) from error
    except DecimalException as error:
        raise FormulaError(N_("This has no result.")) from error
    return result


def rounded(value: Decimal, places: int) -> Decimal:
    """Return a number with so many decimals; halves go up, away from zero."""
    result = value.quantize(_ONE.scaleb(-places), context=EXACT)
    return result or abs(result)  # a bill never shows -0


def _value(node: Node, scope: Scope) -> Decimal:
    scope.step()
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return scope.named(node.name)
    if isinstance(node, CellName):
        return scope.cell(node.row, node.column)
    if isinstance(node, Indexed):
        return scope.indexed(node.row, _value(node.position, scope))
    if isinstance(node, Range):
        raise FormulaError(N_("A range stands only in sum, min, max, average, count and position."))
    if isinstance(node, Sign):
        inside = _value(node.inside, scope)
        return _truth(not inside) if node.sign == "not" else _bounded(EXACT.minus(inside))
    return _chain(node, scope) if isinstance(node, Chain) else _call(node, scope)


def _chain(node: Chain, scope: Scope) -> Decimal:
    result = _value(node.first, scope)
    for sign, part in node.rest:
        # What decides already is not asked further, as in `if`.
        if (sign == "and" and not result) or (sign == "or" and result):
            result = _truth(bool(result))
        else:
            result = _bounded(_SIGNS[sign](result, _value(part, scope)))
    return result


def _call(node: Call, scope: Scope) -> Decimal:
    if node.name == "if":
        condition, then, otherwise = node.arguments
        return _value(then if _value(condition, scope) else otherwise, scope)
    numbers: list[Decimal] = []
    for argument in node.arguments:
        if isinstance(argument, Range):
            numbers.extend(scope.between(argument.start, argument.stop))
        else:
            numbers.append(_value(argument, scope))
    if not numbers:
        return _ZERO
    return _bounded(_CALLS[node.name](numbers))


def _truth(holds: bool) -> Decimal:  # noqa: FBT001 -- what it turns into a number
    return _ONE if holds else _ZERO


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite() or abs(value) > LARGEST:
        raise FormulaError(N_("The result is too large."))
    return value


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if exponent != exponent.to_integral_value() or abs(exponent) > LARGEST_POWER:
        raise FormulaError(N_("An exponent is a whole number from -{most} to {most}."), most=LARGEST_POWER)
    return EXACT.power(base, int(exponent))


def _whole(value: Decimal, rounding: str) -> Decimal:
    # A quotient that misses a whole number by the last of its forty digits is that whole number: 60 × (2 ÷ 3) is 40.
    return rounded(value, MOST_PLACES).to_integral_value(rounding=rounding)


def _round(numbers: Sequence[Decimal]) -> Decimal:
    places = numbers[1] if len(numbers) > 1 else _ZERO
    if places != places.to_integral_value() or not 0 <= places <= MOST_PLACES:
        raise FormulaError(N_("Numbers are rounded to 0 to {most} decimals."), most=MOST_PLACES)
    return rounded(numbers[0], int(places))


def _sum(numbers: Sequence[Decimal]) -> Decimal:
    total = _ZERO
    for number in numbers:
        total = EXACT.add(total, number)
    return total


def _position(numbers: Sequence[Decimal]) -> Decimal:
    wanted, *among = numbers
    return Decimal(among.index(wanted) + 1) if wanted in among else _ZERO


_SIGNS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": EXACT.add,
    "-": EXACT.subtract,
    "*": EXACT.multiply,
    "/": EXACT.divide,
    "^": _power,
    "=": lambda one, other: _truth(one == other),
    "!=": lambda one, other: _truth(one != other),
    "<": lambda one, other: _truth(one < other),
    "<=": lambda one, other: _truth(one <= other),
    ">": lambda one, other: _truth(one > other),
    ">=": lambda one, other: _truth(one >= other),
    "and": lambda one, other: _truth(bool(one and other)),
    "or": lambda one, other: _truth(bool(one or other)),
}
_CALLS: dict[str, Callable[[Sequence[Decimal]], Decimal]] = {
    "sum": _sum,
    "min": min,
    "max": max,
    "average": lambda numbers: EXACT.divide(_sum(numbers), Decimal(len(numbers))),
    "count": lambda numbers: Decimal(len(numbers)),
    "position": _position,
    "ceil": lambda numbers: _whole(numbers[0], ROUND_CEILING),
    "floor": lambda numbers: _whole(numbers[0], ROUND_FLOOR),
    "round": _round,
    "abs": lambda numbers: abs(numbers[0]),
}
