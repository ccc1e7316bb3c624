"""Whatever an author or a learner writes, a worksheet answers at once, in a page of sane size, and tells nothing it hides."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable

import pytest
from memory_host import Host
from worksheet_scenarios import content_of

from takwin_xblocks.worksheet.checks import check
from takwin_xblocks.worksheet.formula import FormulaError
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import table_of

COLUMN = '<column id="a"><name>A</name></column>'


def worksheet(inside: str, **settings: str) -> str:
    written = "".join(f' {name}="{value}"' for name, value in settings.items())
    return f"<coop_worksheet{written}>{inside}</coop_worksheet>"


# --- what an app is told ---


def test_an_app_is_told_the_figures_of_the_page_and_no_other():
    host = Host(
        worksheet(
            '<figure id="price" usual="12.5"><name>Price</name></figure>'
            '<figure id="answer" formula="price * 3"/>'
            '<figure id="quiet" usual="4" listed="false"><name>Quiet</name></figure>'
            f'{COLUMN}<row id="r" kind="input" formula="answer"><name>R</name></row>'
        )
    )
    assert host.block().student_view_data()["figures"] == [{"name": "Price", "value": "12.5"}]
    page = host.page()
    assert ("Price" in page, "Quiet" in page, "37.5" in page) == (True, False, False)


# --- cells that hang one on the other ---


def nested(inside: str, depth: int) -> str:
    """Return a formula of every level of binding, one inside the other."""
    return "0 or 1 and 1=0+1*(" * depth + inside + ")" * depth


def rows_naming_the_next(formula: Callable[[str], str], count: int) -> str:
    rows = "".join(f'<row id="r{n}" formula="{formula(f"r{n + 1}")}"><name>R</name></row>' for n in range(count))
    return f'{COLUMN}{rows}<row id="r{count}" values="1"><name>R</name></row>'


def called_from_afar(act: Callable[[], object], *, frames: int) -> object:
    """Run it where Python stops after so many calls more."""
    before, here = sys.getrecursionlimit(), len(inspect.stack(0))
    sys.setrecursionlimit(here + frames)
    try:
        return act()
    finally:
        sys.setrecursionlimit(before)


def test_deep_formulas_naming_each_other_are_a_fault_of_the_author_and_never_stop_python():
    inside = rows_naming_the_next(lambda name: nested(name, 11), 20)
    content = content_of(worksheet(inside))
    faults = called_from_afar(lambda: check(content.structure, content.texts), frames=420)
    assert {fault.said() for fault in faults} == {"Too many cells hang one on the other."}
    sheet = Sheet(table_of(content.structure), {})
    with pytest.raises(FormulaError, match="Too many cells"):
        called_from_afar(sheet.solved, frames=420)


def test_a_deep_formula_alone_and_thirty_plain_cells_in_a_row_have_their_result():
    deep = content_of(worksheet(rows_naming_the_next(lambda name: nested(name, 11), 1))).structure
    assert Sheet(table_of(deep), {}).solved()[("r0", "a")] == 1
    plain = content_of(worksheet(rows_naming_the_next(lambda name: f"{name} + 1", 30))).structure
    assert Sheet(table_of(plain), {}).solved()[("r0", "a")] == 31
