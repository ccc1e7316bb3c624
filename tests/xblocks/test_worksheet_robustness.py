"""Whatever an author or a learner writes, a worksheet answers at once, in a page of sane size, and tells nothing it hides."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable

import pytest
from memory_host import Host
from worksheet_scenarios import content_of

from takwin_xblocks.contract.markup import inline
from takwin_xblocks.worksheet.checks import check
from takwin_xblocks.worksheet.formula import FormulaError
from takwin_xblocks.worksheet.phrases import filled
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


# --- texts ---


def test_a_table_without_a_column_is_a_fault():
    content = content_of("<coop_worksheet/>")
    structure = {**content.structure, "rows": [{"id": "r", "kind": "input", "formula": "r"}]}
    assert [(fault.said(), fault.path) for fault in check(structure, {"r/name": "R"})] == [("A table needs a column.", "rows.0")]


def test_a_word_of_an_example_set_is_short():
    content = content_of(
        worksheet(f'<set id="s"><name>S</name><word id="w">{"x" * 200}</word><word id="v">{"y" * 201}</word></set>')
    )
    assert [(fault.said(), fault.path) for fault in check(content.structure, content.texts)] == [
        ("A word of an example set has at most 200 characters.", "sets.0.words.1")
    ]


def test_a_word_that_is_said_over_and_over_makes_no_large_page():
    word = "m&amp;n " * 25
    page = Host(worksheet(f'<set id="s"><name>S</name><word id="w">{word}</word></set><intro>{"{w}" * 1000}</intro>')).page()
    assert len(page) < 40_000
    assert page.count("{w}") + page.count("m&amp;n") // 25 == 1000


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{a} and {b}", "<b>1</b> and {b}"),
        ('<img alt="{a}"> {a}', '<img alt="1"> <b>1</b>'),
        ("1 < 2 > {a}", "1 < 2 > <b>1</b>"),
        ('<img alt="{b} {a}">', '<img alt="{b} 1">'),
        ("{a}" * 2000, "<b>1</b>" * 1250 + "{a}" * 750),
        ("none", "none"),
    ],
)
def test_a_text_is_filled_with_what_is_said(text, told):
    assert filled(text, {"a": "<b>1</b>"}.get) == told


def test_a_column_named_by_the_figure_that_names_it_is_said_once():
    inside = (
        '<set id="s"><name>S</name><word id="w">June</word></set><figure id="f" usual="1" shows="column"/>'
        '<column id="a"><name>{w} {f}</name></column><row id="r" values="5"><name>{f}</name></row>'
    )
    page = Host(worksheet(inside)).page()
    assert "June <bdi>June {f}</bdi>" in page


def test_texts_with_a_learners_own_numbers_are_not_kept_for_others():
    host = Host(
        worksheet(
            '<figure id="x" usual="41975"/><intro>It costs {x} <b>now</b>.</intro>'
            f'{COLUMN}<row id="r" kind="input" formula="x"><name>R</name></row>'
        )
    )
    page = host.page()
    found = re.search("It costs .* <b>now</b>[.]", page)
    assert found is not None
    assert "41,975" in found[0]
    before = inline.cache_info().misses
    assert inline(found[0]) == found[0]
    assert inline.cache_info().misses == before + 1
