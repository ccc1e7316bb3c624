"""Put a formula into the reader's words, and into figures: `Opening + Receipts − Payments`, `12,000 + 8,000 − 24,000 = −4,000`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from html import escape

from takwin_xblocks.contract.element import Html
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.worksheet.amounts import EXACT_PLACES, amount_text, share_html, share_text
from takwin_xblocks.worksheet.calculation import calculate
from takwin_xblocks.worksheet.formula import Call, CellName, Chain, FormulaError, Indexed, Name, Node, Number, Range, Sign
from takwin_xblocks.worksheet.phrases import Phrases
from takwin_xblocks.worksheet.sheet import Place, Sheet
from takwin_xblocks.worksheet.table import Cell

SIGNS = {
    "+": "+",
    "-": "\N{MINUS SIGN}",
    "*": "\N{MULTIPLICATION SIGN}",
    "/": "\N{DIVISION SIGN}",
    "^": "^",
    "=": "=",
    "!=": "\N{NOT EQUAL TO}",
    "<": "<",
    "<=": "\N{LESS-THAN OR EQUAL TO}",
    ">": ">",
    ">=": "\N{GREATER-THAN OR EQUAL TO}",
}
ROUNDING = frozenset({"ceil", "floor", "round"})
TIED = "\N{NO-BREAK SPACE}"
"""Between a sign and its number: on a narrow page a line breaks before the sign."""
MOST_SHOWN = 8
"""Numbers that a sum in figures still lists one by one."""
_CALLS = {
    "sum": N_("the sum of {x}"),
    "min": N_("the smallest of {x}"),
    "max": N_("the largest of {x}"),
    "average": N_("the average of {x}"),
    "count": N_("how many there are of {x}"),
    "position": N_("the place of {x}"),
    "ceil": N_("{x}, rounded up"),
    "floor": N_("{x}, rounded down"),
    "round": N_("{x}, rounded"),
    "abs": N_("{x} without its sign"),
}
_NOTHING = frozenset({("+", Decimal(0)), ("-", Decimal(0)), ("*", Decimal(1)), ("/", Decimal(1))})
_BETWEEN = {"and": N_("and"), "or": N_("or")}
_PLACES = {
    "column": N_("the number of the column"),
    "prev": N_("the number of the column before"),
    "first": N_("the first column"),
    "last": N_("the last column"),
    "value": N_("the value of the row"),
}


@dataclass(frozen=True)
class Words:
    """Says formulas of the cells of one column in words."""

    phrases: Phrases
    voice: Voice
    column: str
    row: str

    def of(self, node: Node) -> Html:
        """Return a formula in words."""
        if isinstance(node, Number):
            number = self.voice.number(node.value, places=EXACT_PLACES)
            return share_html(self.voice, node.value) if node.is_share else self.voice.figure(number)
        if isinstance(node, Name):
            return self._named(node.name)
        if isinstance(node, CellName):
            return self._cell(node.row, node.column)
        if isinstance(node, Indexed):
            return self._indexed(node)
        if isinstance(node, Range):
            return self._range(node)
        if isinstance(node, Sign):
            words = N_("not {x}") if node.sign == "not" else N_("\N{MINUS SIGN}{x}")
            return self._said(words, x=self._grouped(node.inside))
        return self._chain(node) if isinstance(node, Chain) else self._call(node)

    def _said(self, words: str, **given: Html) -> Html:
        return Html(escape(self.voice.words.gettext(words), quote=False).format(**given))

    def _named(self, name: str) -> Html:
        if name in _PLACES:
            return self._said(_PLACES[name])
        if name in self.phrases.figures and not self.phrases.bare(name, "name"):
            return self.phrases.figure_html(name)  # a figure without a name says what it is, never its id
        return _name(self.phrases.name_of(name))

    def _cell(self, row: str, column: str) -> Html:
        if row in ("here", self.row):
            return _name(self.phrases.name_of(column))
        if column == self.column or len(self.phrases.table.columns) == 1:
            return _name(self.phrases.name_of(row))
        given = {"row": _name(self.phrases.name_of(row)), "column": _name(self.phrases.name_of(column))}
        return self._said(N_("{row} ({column})"), **given)

    def _indexed(self, node: Indexed) -> Html:
        row = _name(self.phrases.name_of(self.row if node.row == "here" else node.row))
        if node.position == Name("prev"):
            return self._said(N_("{row} of the column before"), row=row)
        return self._said(N_("{row} of column {position}"), row=row, position=self.of(node.position))

    def _range(self, node: Range) -> Html:
        start, stop = node.start, node.stop
        if isinstance(start, CellName) and isinstance(stop, CellName) and start.row == stop.row:
            given = {"start": _name(self.phrases.name_of(start.column)), "stop": _name(self.phrases.name_of(stop.column))}
            if start.row == "here":
                return self._said(N_("“{start}” to “{stop}”"), **given)
            return self._said(N_("“{row}”, “{start}” to “{stop}”"), row=_name(self.phrases.name_of(start.row)), **given)
        ends = [end.row if isinstance(end, CellName) else end.name for end in (start, stop)]
        table = self.phrases.table
        between = table.all_rows[table.all_rows.index(ends[0]) : table.all_rows.index(ends[1]) + 1]
        shown = [row for row in between if row in table.row and table.row[row].get("kind") != "heading"]
        if not shown:
            return Html()
        given = {"start": _name(self.phrases.name_of(shown[0])), "stop": _name(self.phrases.name_of(shown[-1]))}
        return self._said(N_("“{start}” to “{stop}”"), **given)

    def _chain(self, node: Chain) -> Html:
        said = self._grouped(node.first)
        for sign, part in node.rest:
            word = SIGNS.get(sign) or self.voice.words.gettext(_BETWEEN[sign])
            said = Html(f"{said} {escape(word)}{TIED if sign in SIGNS else ' '}{self._grouped(part)}")
        return said

    def _call(self, node: Call) -> Html:
        if node.name == "if":
            condition, one, other = (self.of(argument) for argument in node.arguments)
            return self._said(N_("{one} if {condition}, else {other}"), one=one, condition=condition, other=other)
        arguments = node.arguments[:1] if node.name in ("round", "position") else node.arguments
        comma = escape(self.voice.words.gettext(", "))
        return self._said(_CALLS[node.name], x=Html(comma.join(self._quoted(argument) for argument in arguments)))

    def _quoted(self, node: Node) -> Html:
        """Return a name between quotation marks: no word before it needs to agree with it then."""
        is_name = isinstance(node, CellName) or (isinstance(node, Name) and node.name not in _PLACES)
        return self._said(N_("“{name}”"), name=self.of(node)) if is_name else self.of(node)

    def _grouped(self, node: Node) -> Html:
        said = self.of(node)
        return Html(f"({said})") if isinstance(node, Chain) else said


def _name(name: str) -> Html:
    # Bare, so that the direction of the sentence is that of the names in it.
    return Html(escape(name))


def in_figures(cell: Cell, sheet: Sheet, voice: Voice) -> list[str]:
    """Return how a cell comes out, in figures: `6,000 ÷ 9.875 = 607.59 → 608`; nothing where there is nothing to show.

    What is rounded on the way has a line of its own before the last.
    """
    if cell.formula is None or cell.answer != "number":
        return []
    figures = _Figures(sheet.place(cell), voice, max(cell.places, 2))
    try:
        result = amount_text(voice, sheet.formula_value(cell), places=cell.places)
        if isinstance(cell.formula, Call) and cell.formula.name in ROUNDING:
            last = figures.rounding(cell.formula, result)
        else:
            last = _equal(figures.of(cell.formula), result)
    except FormulaError:
        return []
    return [*figures.before, last]


def _equal(shown: str, result: str) -> str:
    return shown if shown == result else f"{shown} ={TIED}{result}"


@dataclass(frozen=True)
class _Figures:
    place: Place
    voice: Voice
    places: int
    before: list[str] = field(default_factory=list)
    """Lines for what is rounded on the way."""

    def number(self, value: Decimal) -> str:
        return amount_text(self.voice, value, places=self.places, exact=True)

    def rounding(self, node: Call, result: str) -> str:
        """Return how a rounded number comes out; the arrow stands only where something is rounded."""
        exact = self.number(calculate(node.arguments[0], self.place))
        shown = _equal(self.of(node.arguments[0]), exact)
        return shown if exact == result else f"{shown} →{TIED}{result}"

    def of(self, node: Node) -> str:
        if isinstance(node, Chain) and node.rest[0][0] in SIGNS:
            rest = [(sign, part) for sign, part in node.rest if not self._is_nothing(sign, part)]
            if not rest:
                return self.of(node.first)
            return " ".join([self._grouped(node.first), *(f"{SIGNS[sign]}{TIED}{self._grouped(part)}" for sign, part in rest)])
        if isinstance(node, Call) and node.name == "if":
            return self.of(self._taken(node))
        if isinstance(node, Call) and node.name == "sum":
            numbers = self._numbers(node.arguments)
            if 0 < len(numbers) <= MOST_SHOWN:
                return f" +{TIED}".join(self._in_brackets(number) for number in numbers)
        if isinstance(node, Sign) and node.sign == "-":
            return f"{SIGNS['-']}{self._grouped(node.inside)}"
        return self._single(node)

    def _taken(self, node: Node) -> Node:
        """Return what an `if` comes to here."""
        while isinstance(node, Call) and node.name == "if":
            condition, one, other = node.arguments
            node = one if calculate(condition, self.place) else other
        return node

    def _is_nothing(self, sign: str, part: Node) -> bool:
        """Tell whether an `if` adds nothing here: `+ 0` and `× 1` explain nothing."""
        taken = self._taken(part)
        return taken is not part and isinstance(taken, Number) and (sign, taken.value) in _NOTHING

    def _single(self, node: Node) -> str:
        """Return a part that is one number: as it is written, if it is."""
        value = calculate(node, self.place)
        if self._is_share(node):
            return share_text(self.voice, value)
        if isinstance(node, Number):
            return amount_text(self.voice, value, places=0, exact=True)
        if isinstance(node, Call) and node.name in ROUNDING:
            line = self.rounding(node, self.number(value))
            if line != self.number(value):
                self.before.append(line)
        return self.number(value)

    def _is_share(self, node: Node) -> bool:
        if isinstance(node, Sign) and node.sign == "-":
            return self._is_share(node.inside)
        if isinstance(node, Name):
            figure = self.place.sheet.table.figures.get(node.name)
            return figure is not None and figure.shows == "percent"
        return isinstance(node, Number) and node.is_share

    def _numbers(self, arguments: Sequence[Node]) -> list[Decimal]:
        numbers: list[Decimal] = []
        for argument in arguments:
            if isinstance(argument, Range):
                numbers += self.place.between(argument.start, argument.stop)
            else:
                numbers.append(calculate(argument, self.place))
        return numbers

    def _grouped(self, node: Node) -> str:
        if isinstance(node, Chain) or (isinstance(node, Call) and node.name in ("sum", "if")):
            said = self.of(node)
            return f"({said})" if " " in said else said
        said = self._single(node)
        return f"({said})" if said.startswith(SIGNS["-"]) else said

    def _in_brackets(self, value: Decimal) -> str:
        return f"({self.number(value)})" if value < 0 else self.number(value)
