"""Draw a learner's numbers from the steps that the author listed: the same after a reload, others at each attempt."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from takwin_xblocks.contract.drawing import Drawing, seed_of
from takwin_xblocks.worksheet.formula import FormulaError
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import Cell, Table, offered

TRIES = 60
NAME_LENGTH = 12
CODE = re.compile(r"[A-Z2-7]{8}")


@dataclass(frozen=True)
class Numbers:
    """The numbers of one attempt: of which example set, by which code, and what they are."""

    example_set: str
    code: str
    figures: Mapping[str, Decimal]

    @classmethod
    def of(cls, kept: Mapping[str, Any], structure: Mapping[str, Any]) -> Numbers | None:
        """Return numbers that were kept; None if the figures of the worksheet are others by now."""
        figures = {name: Decimal(value) for name, value in kept.get("figures", {}).items()}
        known = {figure["id"] for figure in structure.get("figures", ()) if not figure.get("formula")}
        sets = [one["id"] for one in structure.get("sets", ())] or [""]
        if not kept or set(figures) != known or kept.get("set") not in sets:
            return None
        return cls(kept["set"], kept.get("code", ""), figures)

    def kept(self) -> dict[str, Any]:
        """Return what is stored of them."""
        return {"set": self.example_set, "code": self.code, "figures": {name: str(value) for name, value in self.figures.items()}}

    @property
    def fingerprint(self) -> str:
        """Return a short name of these very numbers."""
        told = "|".join([self.example_set, *(f"{name}={value}" for name, value in sorted(self.figures.items()))])
        return hashlib.sha256(told.encode()).hexdigest()[:NAME_LENGTH]


def table_name(table: Table, figures: Mapping[str, Decimal]) -> str:
    """Return a short name of what a page shows before anything is filled in: the given numbers, and where to write what."""
    empty = Sheet(table, figures, only_entered=True)
    told = sorted(f"{cell.name}:{cell.kind}:{_shown(table, cell, empty)}" for cell in table.cells.values())
    told += [f"{name}={empty.figure(name).normalize()}" for name, figure in table.figures.items() if figure.formula]
    return hashlib.sha256("|".join(told).encode()).hexdigest()[:NAME_LENGTH]


def _shown(table: Table, cell: Cell, empty: Sheet) -> str:
    if cell.kind == "input":
        return "" if cell.answer == "number" else " ".join(choice for choice, _number in offered(table, cell))
    try:
        return str(empty.value(cell.key).normalize())
    except FormulaError:  # it depends on what is not filled in yet
        return ""


def has_results(table: Table, figures: Mapping[str, Decimal]) -> bool:
    """Tell whether every figure and every cell has a result."""
    sheet = Sheet(table, figures)
    try:
        sheet.all_figures()
        sheet.solved()
    except FormulaError:
        return False
    return True


def code_of(*parts: str) -> str:
    """Return the code of the numbers of someone, somewhere, at some attempt: eight letters and digits that tell nothing of them."""
    told = "".join(f"{len(part)}:{part}" for part in parts)
    return base64.b32encode(hashlib.sha256(told.encode()).digest()[:5]).decode()


def read_code(typed: str) -> str:
    """Return a code as typed from a sheet of paper, '' if it is none: small letters, spaces and hyphens do no harm."""
    code = re.sub(r"[\s-]", "", typed).upper().replace("0", "O").replace("1", "I").replace("8", "B")
    return code if CODE.fullmatch(code) else ""


def usual_figures(table: Table) -> dict[str, Decimal]:
    """Return the figures of the worked example."""
    return {name: _usual(table, name) for name, figure in table.figures.items() if figure.formula is None}


@lru_cache(maxsize=32)
def drawn_figures(table: Table, code: str) -> Mapping[str, Decimal]:
    """Return the figures of a code: the first draw for which every condition is true; the usual ones where none is found."""
    if not code or not table.is_drawn:
        return usual_figures(table)
    return next((figures for figures in draws(table, code) if is_accepted(table, figures)), usual_figures(table))


def draws(table: Table, code: str) -> Iterator[dict[str, Decimal]]:
    """Yield the draws of a code, one after the other. Each figure is drawn by itself: one more figure leaves the others as they were."""
    for attempt in range(TRIES):
        yield {
            name: Drawing(seed_of("worksheet", code, str(attempt), name)).pick(figure.among)
            if figure.among
            else _usual(table, name)
            for name, figure in table.figures.items()
            if figure.formula is None
        }


def is_accepted(table: Table, figures: Mapping[str, Decimal]) -> bool:
    """Tell whether every condition is true of these figures, and every figure and every cell has a result."""
    sheet = Sheet(table, figures)
    try:
        sheet.all_figures()
        solved = sheet.solved()
        choices = [cell for cell in table.inputs.values() if cell.answer != "number"]
        if any(solved[cell.key] not in dict(offered(table, cell)).values() for cell in choices):
            return False  # the right answer could not be chosen
        return all(sheet.condition(node) for node in table.requires)
    except FormulaError:
        return False


def _usual(table: Table, name: str) -> Decimal:
    figure = table.figures[name]
    if figure.usual is not None:
        return figure.usual
    return figure.among[len(figure.among) // 2] if figure.among else Decimal(0)
