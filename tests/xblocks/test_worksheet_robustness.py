"""Whatever an author or a learner writes, a worksheet answers at once, in a page of sane size, and tells nothing it hides."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable

import pytest
from memory_host import Host, post_json
from webob import Request
from worksheet_scenarios import content_of, right_answers

from takwin_xblocks.contract.markup import inline
from takwin_xblocks.worksheet.checks import check, parts_in
from takwin_xblocks.worksheet.formula import FormulaError
from takwin_xblocks.worksheet.numbers import code_of, drawn_figures
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


# --- size ---


def table_to_fill_in(rows: int, columns: int, formula: str, *, before: str = "") -> str:
    heads = "".join(f'<column id="c{n}"><name>C</name></column>' for n in range(columns))
    lines = "".join(f'<row id="r{n}" kind="input" formula="{formula}"><name>R</name></row>' for n in range(rows))
    return worksheet(f'{before}<figure id="x" usual="5" from="1" to="900" step="1"/>{heads}{lines}', draws="learner")


def faults_of(xml: str) -> list[tuple[str, str]]:
    content = content_of(xml)
    return [(fault.said(), fault.path) for fault in check(content.structure, content.texts)]


LARGEST = table_to_fill_in(20, 25, "x * 2 + 1 - x - 1")


def test_a_table_is_no_larger_than_can_be_marked_at_once():
    assert faults_of(LARGEST) == []
    assert faults_of(table_to_fill_in(21, 24, "x")) == [("A table has at most 500 cells that are not empty.", "")]
    assert faults_of(table_to_fill_in(80, 26, " + ".join("x" * 90))) == [("A table has at most 500 cells that are not empty.", "")]


TOO_LONG = "These formulas are too long together: at most 4000 parts, a range counted by its cells."


@pytest.mark.parametrize(
    ("formula", "size"),
    [
        ("x", 1),
        ("x + 1", 3),
        ("sum(r0.c0:r0.c4)", 8),
        ("sum(r0:r9)", 13),
        ("sum(here.c0:here.c0, 2)", 5),
        ("-x", 2),
        ("r0[prev]", 2),
    ],
)
def test_a_range_counts_as_much_as_its_cells(formula: str, size: int):
    structure = content_of(table_to_fill_in(10, 5, "x")).structure
    structure["rows"][9] |= {"formula": formula}
    table = table_of(structure)
    assert parts_in(table, "r9") == 5 * size
    assert parts_in(table) == 5 * (9 + size)


def test_formulas_that_are_too_long_together_are_a_fault_of_the_longest():
    xml = table_to_fill_in(20, 20, " + ".join("x" * 9))
    assert faults_of(xml.replace("x + x + ", "x + x + x + ", 3)) == [(TOO_LONG, "rows.0")]
    assert faults_of(
        table_to_fill_in(20, 20, "x").replace('"r7" kind="input" formula="', f'"r7" kind="input" formula="{"x+" * 190}')
    ) == [(TOO_LONG, "rows.7")]


def calls(act: Callable[[], object]) -> int:
    """Count the calls of functions: work that no busy machine makes longer."""
    count = 0

    def counted(_frame: object, event: str, _given: object) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(counted)
    try:
        act()
    finally:
        sys.setprofile(None)
    return count


def test_the_largest_table_is_checked_and_marked_with_bounded_work():
    sets = "".join(f'<set id="s{n}"><name>S</name><change figure="x" usual="{n + 5}"/></set>' for n in range(4))
    content = content_of(LARGEST.replace('draws="learner">', f'draws="learner">{sets}'))
    assert calls(lambda: check(content.structure, content.texts)) < 600_000
    host = Host(LARGEST)
    block = host.block()
    answers = right_answers(block._table, block._numbers(1).figures)
    told = []
    assert calls(lambda: told.append(post_json(block, answers).json["code"])) < 600_000
    assert told == ["marked"]


def test_draws_stop_once_enough_are_accepted_and_are_judged_where_they_are_not():
    figure = '<figure id="y" usual="1" from="1" to="{most}" step="1"/><require formula="y = 1"/>'
    column = '<column id="c"><name>C</name></column><row id="r" kind="input" formula="y"><name>R</name></row>'
    assert faults_of(worksheet(figure.format(most=2) + column)) == []
    assert [words for words, _path in faults_of(worksheet(figure.format(most=1000) + column))] == [
        "Of 50 draws only 0 satisfy the conditions: widen them, or narrow what is drawn."
    ]


def test_lists_offer_no_more_together_than_a_page_can_hold():
    assert faults_of(table_to_fill_in(16, 11, "1").replace('kind="input"', 'kind="input" answer="column"')) == []
    assert faults_of(table_to_fill_in(20, 11, "1").replace('kind="input"', 'kind="input" answer="column"')) == [
        ("The lists of a table offer at most 2000 choices together.", "")
    ]


def test_a_name_as_long_as_a_page_is_cut_where_a_formula_says_it_again_and_again():
    rule = " + ".join(["a"] * 90)
    inside = (
        '<column id="c"><name>C</name></column>'
        f'<row id="a" values="1"><name>{"long " * 1000}</name></row><row id="b" kind="input" formula="{rule}"><name>B</name></row>'
    )
    block = Host(worksheet(inside)).block()
    told = str(block.runtime.render(block, "author_view", {}).content)
    assert len(told) < 50_000


# --- an author changes what learners have before them ---


def dividing(first: int, last: int, formula: str) -> str:
    return worksheet(
        f'<figure id="x" usual="{first}" from="{first}" to="{last}" step="1"><name>X</name></figure>'
        f'<figure id="y" formula="{formula}"/>{COLUMN}<row id="r" kind="input" formula="x + 1"><name>R</name></row>',
        draws="learner",
    )


def test_numbers_for_which_a_figure_has_no_result_are_not_drawn():
    table = table_of(content_of(dividing(8, 9, "1 / (x - 9)")).structure)
    assert {drawn_figures(table, code_of(str(n)))["x"] for n in range(20)} == {8}


@pytest.mark.parametrize("formula", ["1 / (x - 9)", "if(x = 9, 10 ^ 12 * 10 ^ 12, 1)"])
def test_a_marked_page_lives_on_when_its_numbers_no_longer_lead_to_a_result(formula: str):
    host = Host(dividing(9, 9, "x").replace('to="9"', 'to="10"').replace("<coop_worksheet", '<coop_worksheet show_answers="never"'))
    learner = next(name for name in map(str, range(20)) if host.block(name)._numbers(1).figures["x"] == 9)
    block = host.block(learner)
    assert post_json(block, {"r.a": ["10"]}).json["code"] == "marked"
    block.save()
    author = host.block("author")
    changed = content_of(dividing(1, 8, formula))
    assert check(changed.structure, changed.texts) == []
    author.structure, author.texts = changed.structure, changed.texts
    author.save()
    page = host.page(learner)
    assert "The table has changed since this was marked." in page
    assert "Your result: 1 of 1." in page
    drawn = host.block(learner)._marked_numbers.figures["x"]
    assert drawn in range(1, 9)
    assert f"<dd>{drawn}" in page or f">{drawn}</bdi>" in page
    for name in ("again", "submit"):
        assert host.block(learner).handle(name, Request.blank("/", method="POST", POST=b"{}")).status_code in {200, 409, 422}
