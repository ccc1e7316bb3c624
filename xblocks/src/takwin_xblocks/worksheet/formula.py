"""Read a formula such as `sum(flour:transport) / 96`: an own small language, so that no text of an author is ever run as a program.

What can be written: numbers (`20%` too), names, `row.column`, `row[position]`, ranges `a:b`, arithmetic, comparisons, `and`, `or`,
`not`, and the functions of `FUNCTIONS`. Length, depth and size of numbers are bounded; everything else is refused (`FormulaError`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.values import ValueRefused, plain_decimal

LONGEST = 400
DEEPEST = 12
MOST_DIGITS = 18
FUNCTIONS = {
    # How many arguments at least and at most; None: no limit.
    "sum": (1, None),
    "min": (1, None),
    "max": (1, None),
    "average": (1, None),
    "count": (1, None),
    "position": (2, None),
    "ceil": (1, 1),
    "floor": (1, 1),
    "round": (1, 2),
    "abs": (1, 1),
    "if": (3, 3),
}
OF_RANGES = frozenset({"sum", "min", "max", "average", "count", "position"})
PLACES = ("column", "prev", "first", "last", "value")
"""What stands for a number that depends on where the formula is."""
WORDS = frozenset({"and", "or", "not", "here", *PLACES, *FUNCTIONS})
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?P<share>\s*%)?|(?P<name>[A-Za-z_]\w*)|(?P<sign><=|>=|<>|!=|==|[-+*/^()=<>,;:.\[\]×÷−≤≥≠]))",
    re.ASCII,
)
_SAME_AS = {"×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "==": "=", ";": ","}
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class FormulaError(ValueRefused):
    """A formula cannot be read or has no result: words with placeholders for its author."""

    def __str__(self) -> str:
        return self.words.format(**self.given)


class _Part:
    """What all parts of a formula have."""

    @cached_property
    def height(self) -> int:
        """Return how many parts stand inside each other at most, this one among them."""
        height, parts = 0, [self]
        while parts:  # not by calling itself: this is asked where little may be left of what Python allows
            height, parts = height + 1, [inside for part in parts for inside in _inside(part)]
        return height


@dataclass(frozen=True)
class Number(_Part):
    """A number as it is written; `is_share` where it was written as a percentage."""

    value: Decimal
    is_share: bool = False


@dataclass(frozen=True)
class Name(_Part):
    """A figure, the cell of a row in this column, or one of `PLACES`."""

    name: str


@dataclass(frozen=True)
class CellName(_Part):
    """The cell of a row in a column: `sales.jul`."""

    row: str
    column: str


@dataclass(frozen=True)
class Indexed(_Part):
    """The cell of a row in the column at a position: `closing[prev]`."""

    row: str
    position: Node


@dataclass(frozen=True)
class Range(_Part):
    """Cells of one row, or rows in one column, from one to the other."""

    start: Name | CellName
    stop: Name | CellName


@dataclass(frozen=True)
class Sign(_Part):
    """`-x` or `not x`."""

    sign: str
    inside: Node


@dataclass(frozen=True)
class Chain(_Part):
    """Terms or factors one after the other: `a - b + c`; also `x ^ 2` and comparisons, of two."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True)
class Call(_Part):
    """A function of some numbers."""

    name: str
    arguments: tuple[Node, ...]


Node = Number | Name | CellName | Indexed | Range | Sign | Chain | Call
_LEVELS: tuple[frozenset[str], ...] = (frozenset({"or"}), frozenset({"and"}), _COMPARISONS, frozenset("+-"), frozenset("*/"))
_BELOW_NOT, _TERMS = 2, 3


@lru_cache(maxsize=2048)
def parse_formula(text: str) -> Node:
    """Return what a formula says. Refuses (`FormulaError`) what is too long, nested too deep, or not written in this language."""
    if len(text) > LONGEST:
        raise FormulaError(N_("A formula has at most {most} characters."), most=LONGEST)
    reader = _Reader(tuple(_tokens(text)))
    node = reader.expression()
    if reader.kind != "end":
        raise reader.unexpected()
    return node


def write_formula(node: Node) -> str:
    """Return the formula that reads as this."""
    if isinstance(node, Number):
        return plain_decimal(node.value * 100) + "%" if node.is_share else plain_decimal(node.value)
    if isinstance(node, Name):
        return node.name
    if isinstance(node, CellName):
        return f"{node.row}.{node.column}"
    if isinstance(node, Indexed):
        return f"{node.row}[{write_formula(node.position)}]"
    if isinstance(node, Range):
        return f"{write_formula(node.start)}:{write_formula(node.stop)}"
    if isinstance(node, Call):
        return f"{node.name}({', '.join(map(write_formula, node.arguments))})"
    if isinstance(node, Sign):
        return f"{node.sign}{' ' if node.sign == 'not' else ''}{_grouped(node.inside)}"
    return _grouped(node.first) + "".join(f" {sign} {_grouped(part)}" for sign, part in node.rest)


def parts_of(node: Node) -> Iterator[Node]:
    """Yield a formula and everything inside it."""
    yield node
    for part in _inside(node):
        yield from parts_of(part)


def _inside(node: _Part) -> tuple[Node, ...]:
    if isinstance(node, Indexed):
        return (node.position,)
    if isinstance(node, Range):
        return (node.start, node.stop)
    if isinstance(node, Sign):
        return (node.inside,)
    if isinstance(node, Chain):
        return (node.first, *(part for _sign, part in node.rest))
    return node.arguments if isinstance(node, Call) else ()


def _grouped(node: Node) -> str:
    written = write_formula(node)
    return f"({written})" if isinstance(node, Chain | Sign) else written


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise FormulaError(N_('"{sign}" is not understood in a formula.'), sign=text[at:].strip()[:1])
        at = match.end()
        if match["number"]:
            if len(match["number"]) > MOST_DIGITS:
                raise FormulaError(N_("A number in a formula has at most {most} digits."), most=MOST_DIGITS)
            yield ("share" if match["share"] else "number"), match["number"]
        elif match["name"]:
            yield "name", match["name"]
        else:
            yield "sign", _SAME_AS.get(match["sign"], match["sign"])
    yield "end", ""


class _Reader:
    """Reads tokens from left to right, one function for each level of binding."""

    def __init__(self, tokens: tuple[tuple[str, str], ...]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def kind(self) -> str:
        return self._tokens[self._at][0]

    @property
    def text(self) -> str:
        return self._tokens[self._at][1]

    def unexpected(self) -> FormulaError:
        if self.kind == "end":
            return FormulaError(N_("The formula ends too early."))
        return FormulaError(N_('"{sign}" is not expected here.'), sign=self.text[:40])

    def expression(self) -> Node:
        self._deeper()
        node = self._level(0)
        self._depth -= 1
        return node

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise FormulaError(N_("A formula has at most {most} brackets inside each other."), most=DEEPEST)

    def _level(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._signed()
        if level == _BELOW_NOT and self._takes("not"):
            self._deeper()
            node: Node = Sign("not", self._level(level))
            self._depth -= 1
            return node
        first, rest = self._level(level + 1), []
        while self.kind in ("sign", "name") and self.text in _LEVELS[level]:
            sign = self._next()
            rest.append((sign, self._level(level + 1)))
            if _LEVELS[level] is _COMPARISONS:
                break
        return Chain(first, tuple(rest)) if rest else first

    def _signed(self) -> Node:
        if self.kind == "sign" and self.text in ("-", "+"):
            sign = self._next()
            self._deeper()
            inside = self._signed()
            self._depth -= 1
            return Sign("-", inside) if sign == "-" else inside
        base = self._atom()
        if self._takes("^"):
            self._deeper()
            base = Chain(base, (("^", self._signed()),))
            self._depth -= 1
        return base

    def _atom(self) -> Node:
        kind, text = self._tokens[self._at]
        if kind in ("number", "share"):
            self._next()
            return Number(Decimal(text) / 100, is_share=True) if kind == "share" else Number(Decimal(text))
        if kind == "name":
            return self._named()
        if self._takes("("):
            node = self.expression()
            self._needs(")")
            return node
        raise self.unexpected()

    def _named(self) -> Node:
        name = self._name()
        if self._takes("("):
            return self._call(name)
        if name in FUNCTIONS or name in ("and", "or", "not"):
            raise self.unexpected()
        if self._takes("["):
            position = self.expression()
            self._needs("]")
            return Indexed(name, position)
        start = self._reference(name)
        if not self._takes(":"):
            return start
        return Range(start, self._reference(self._name()))

    def _reference(self, name: str) -> Name | CellName:
        if self._takes("."):
            return CellName(name, self._name())
        if name == "here":
            raise FormulaError(N_('"here" needs a column: here.quantity'))
        return Name(name)

    def _call(self, name: str) -> Call:
        if name not in FUNCTIONS:
            raise FormulaError(N_('There is no function "{name}".'), name=name[:40])
        arguments = [self.expression()]
        while self._takes(","):
            arguments.append(self.expression())
        self._needs(")")
        least, most = FUNCTIONS[name]
        if len(arguments) < least or (most is not None and len(arguments) > most):
            raise FormulaError(N_('"{name}" does not take {count} numbers.'), name=name, count=len(arguments))
        if name not in OF_RANGES and any(isinstance(argument, Range) for argument in arguments):
            raise FormulaError(N_('"{name}" takes no range.'), name=name)
        return Call(name, tuple(arguments))

    def _name(self) -> str:
        if self.kind != "name" or not NAME.fullmatch(self.text):
            raise self.unexpected()
        return self._next()

    def _next(self) -> str:
        text = self.text
        self._at += 1
        return text

    def _takes(self, text: str) -> bool:
        if self.kind in ("sign", "name") and self.text == text:
            self._at += 1
            return True
        return False

    def _needs(self, text: str) -> None:
        if not self._takes(text):
            raise self.unexpected()
