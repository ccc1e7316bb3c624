"""Worksheets come back from their XML as they were, and what is wrong with one is told with its line before a learner meets it."""

from __future__ import annotations

import time

import pytest
from lxml import etree
from worksheet_scenarios import NAMES, content_of, table, xml_of

from takwin_xblocks.contract.schema import ContentError
from takwin_xblocks.contract.writing import write_content
from takwin_xblocks.worksheet.checks import check
from takwin_xblocks.worksheet.content import SCHEMA
from takwin_xblocks.worksheet.formula import FormulaError
from takwin_xblocks.worksheet.numbers import usual_figures
from takwin_xblocks.worksheet.sheet import Sheet, Unfilled
from takwin_xblocks.worksheet.table import table_of


def faults(inside: str) -> list[str]:
    content = content_of(f"<coop_worksheet>{inside}</coop_worksheet>")
    return [fault.said() for fault in check(content.structure, content.texts)]


COLUMNS = '<column id="a"><name>A</name></column><column id="b"><name>B</name></column>'


@pytest.mark.parametrize("name", NAMES)
def test_an_example_comes_back_as_it_was_and_has_no_fault(name):
    content = content_of(xml_of(name))
    node = etree.Element("coop_worksheet")
    write_content(SCHEMA, node, content.structure, content.texts)
    again = content_of(etree.tostring(node, encoding="unicode"))
    assert (again.structure, again.texts) == (content.structure, content.texts)
    assert check(content.structure, content.texts) == []


def test_an_empty_worksheet_is_a_beginning():
    assert faults("") == []


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        (
            '<figure id="sum" usual="1"/>',
            '"sum" cannot be a name in formulas: small letters, digits and _, a letter first, and no word of formulas.',
        ),
        (
            '<figure id="A-b" usual="1"/>',
            '"A-b" cannot be a name in formulas: small letters, digits and _, a letter first, and no word of formulas.',
        ),
        ('<figure id="x"/>', "This figure needs a usual value or a formula."),
        ('<figure id="x" usual="1" from="1"/>', "A range needs a first value, a last value and a step."),
        ('<figure id="x" usual="1" from="2" to="1" step="1"/>', "This range has no steps, or more than 1000."),
        ('<figure id="x" usual="1" from="1" to="2" step="0"/>', "This range has no steps, or more than 1000."),
        ('<figure id="x" usual="1" from="1" to="1000000000" step="0.001"/>', "This range has no steps, or more than 1000."),
        ('<figure id="x" usual="7" from="2" to="10" step="2"/>', "The usual value is not one of those that are drawn."),
        ('<figure id="x" usual="7" values="6 8"/>', "The usual value is not one of those that are drawn."),
        ('<set id="s"><name>S</name><change figure="y" usual="1"/></set>', 'There is no figure "y".'),
        (COLUMNS + '<row id="r" values="1 2 3"><name>R</name></row>', "More values than columns without a formula of their own."),
        (COLUMNS + '<row id="r" kind="input"><name>R</name></row>', "What is right here? A row to fill in needs a formula."),
        (COLUMNS + '<row id="r" sets="t"><name>R</name></row>', 'There is no example set "t".'),
        (COLUMNS + '<row id="r"><name>R</name><cell column="z" value="1"/></row>', 'There is no column "z".'),
        (
            COLUMNS + '<row id="r"><name>R</name><cell column="a" value="1"/><cell column="a" value="2"/></row>',
            'This row has two cells in the column "a".',
        ),
        (
            COLUMNS + '<row id="r" formula="nobody"><name>R</name></row>',
            'The formula names "nobody", which is no figure, row or column here.',
        ),
        (
            COLUMNS + '<row id="r" formula="if(1, 1, r.z)"><name>R</name></row>',
            'The formula names "z", which is no figure, row or column here.',
        ),
        (COLUMNS + '<row id="r" formula="r[prev"><name>R</name></row>', ""),
        (COLUMNS + '<row id="r" formula="r + 1"><name>R</name></row>', "r.a depends on itself."),
        (COLUMNS + '<row id="r" formula="1 / 0"><name>R</name></row>', "This divides by zero."),
        (COLUMNS + '<row id="r" formula="sum(r.b:r.a)"><name>R</name></row>', "A range goes from first to last."),
        (
            COLUMNS + '<row id="r" values="1 2"><name>R</name></row><require formula="here.a"/>',
            'The formula names "here", which is no figure, row or column here.',
        ),
        (
            COLUMNS + '<row id="r" values="1 2"><name>R</name></row><require formula="r &gt; 1"/>',
            "The usual values do not satisfy this condition.",
        ),
        (
            COLUMNS + '<row id="r" kind="input" formula="2"><name>R</name></row><row id="q" formula="r"><name>Q</name></row>',
            "q.a is given and would tell a cell to fill in: make it calculated.",
        ),
        (
            COLUMNS
            + '<row id="r" kind="input" answer="option" formula="2"><name>R</name><option id="one" value="1">One</option></row>',
            "None of what r.a offers is right.",
        ),
        (
            '<figure id="x" usual="1" from="1" to="100" step="1"/>'
            + COLUMNS
            + '<row id="r" formula="x"><name>R</name></row><require formula="x = 1"/>',
            "Of 50 draws only",
        ),
        (
            '<figure id="x" formula="r"/>' + COLUMNS + '<row id="r" kind="input" formula="2"><name>R</name></row>',
            'The formula names "r", which is no figure, row or column here.',
        ),
        ("<intro>{price}</intro>", '"{price}": there is no figure and no word "price".'),
        (COLUMNS + '<row id="r" values="1 2"><name>{r.a}</name></row>', '"{r.a}": there is no figure and no word "r.a".'),
        (
            "<lesson>{r}</lesson>" + COLUMNS + '<row id="r" values="- 2"><name>R</name></row>',
            '"{r}": the cell "r" is empty, or not there in every example set.',
        ),
        (
            "<lesson>{h.b}</lesson>" + COLUMNS + '<row id="h" kind="heading"><name>H</name></row>',
            '"{h.b}": the cell "h.b" is empty, or not there in every example set.',
        ),
        (
            '<lesson>{r}</lesson><set id="s"><name>S</name></set><set id="t"><name>T</name></set>'
            + COLUMNS
            + '<row id="r" values="1 2" sets="s"><name>R</name></row>',
            '"{r}": the cell "r" is empty, or not there in every example set.',
        ),
        ("<lesson>{r.z}</lesson>" + COLUMNS + '<row id="r" values="1 2"><name>R</name></row>', '"{r.z}": there is no figure'),
        (
            '<set id="s"><name>S</name><word id="w">W</word></set><set id="t"><name>T</name></set>',
            'The example set "t" lacks the word "w".',
        ),
    ],
)
def test_a_fault_is_told(inside, told):
    if not told:
        with pytest.raises(ContentError, match=r"ends too early|not expected"):
            faults(inside)
        return
    assert [words[: len(told)] for words in faults(inside)][:1] == [told]


def test_faults_of_form_have_their_line():
    with pytest.raises(ContentError) as error:
        content_of(
            '<coop_worksheet>\n<column id="a"><name>A</name></column>\n'
            '<row id="r" formula="1 +" tolerance="much"><name>R</name></row>\n</coop_worksheet>'
        )
    assert [str(problem) for problem in error.value.problems] == [
        "line 3: The formula ends too early.",
        'line 3: "much" is no tolerance: write hand, exact, 0.05, 1% or 0.05 1%',
    ]


def test_two_things_of_one_name_are_told():
    structure = {"figures": [{"id": "a", "usual": "1"}], "columns": [{"id": "a"}]}
    assert [fault.path for fault in check(structure, {})] == ["columns.0"]
    with pytest.raises(ContentError):
        content_of(f'<coop_worksheet><figure id="a" usual="1"/>{COLUMNS}</coop_worksheet>')


def test_the_lesson_may_name_cells():
    assert faults("<lesson>{r} {r.b}</lesson>" + COLUMNS + '<row id="r" values="1 2"><name>R</name></row>') == []


# --- tables ---


def build(inside: str):
    return table_of(content_of(f"<coop_worksheet>{inside}</coop_worksheet>").structure)


def test_a_column_has_its_formula_but_where_a_row_says_otherwise():
    made = build(
        '<column id="q"><name>Q</name></column><column id="p"><name>P</name></column>'
        '<column id="m" kind="input" formula="here.q * here.p" places="1"><name>M</name></column>'
        '<row id="one" values="2 3"><name>1</name></row>'
        '<row id="two"><name>2</name><cell column="m" kind="given" value="9"/></row>'
        '<row id="three" values="4 -"><name>3</name><cell column="m" kind="blank"/></row>'
        '<row id="four" kind="heading"><name>4</name></row>'
        '<row id="five" total="true"><name>5</name><cell column="m" formula="sum(one:four)" kind="input" points="3"/></row>'
    )
    kinds = {".".join(key): cell.kind for key, cell in made.cells.items()}
    assert kinds == {"one.q": "given", "one.p": "given", "one.m": "input", "two.m": "given", "three.q": "given", "five.m": "input"}
    assert {name: (cell.points, cell.places) for name, cell in made.inputs.items()} == {"one.m": (1, 1), "five.m": (3, 1)}
    assert Sheet(made, {}).value(("five", "m")) == 15


def test_what_depends_on_an_empty_cell_is_not_calculated():
    made = table("cash-plan")
    sheet = Sheet(made, usual_figures(made), {("closing", "jul"): 5}, only_entered=True)
    assert sheet.value(("opening", "aug")) == 5
    with pytest.raises(Unfilled):
        sheet.value(("opening", "sep"))
    with pytest.raises(Unfilled):
        sheet.value(("payments", "total"))


def test_long_chains_and_wide_sums_end_quickly():
    chain = "".join(f'<row id="r{n}" formula="r{n + 1} + 1"><name>R</name></row>' for n in range(70))
    made = build('<column id="a"><name>A</name></column>' + chain + '<row id="r70" values="1"><name>R</name></row>')
    began = time.process_time()
    with pytest.raises(FormulaError):
        Sheet(made, {}).solved()
    brackets = "(" * 10 + "x" + " + 1)" * 10
    figures = '<figure id="x0" usual="1"/>' + "".join(
        f'<figure id="x{n}" formula="{brackets.replace("x", f"x{n - 1}")} + x{n - 1}"/>' for n in range(1, 60)
    )
    made = build(figures + '<column id="a"><name>A</name></column><row id="r" formula="x59"><name>R</name></row>')
    with pytest.raises(FormulaError):
        Sheet(made, usual_figures(made)).solved()
    columns = "".join(f'<column id="c{n}"><name>C</name></column>' for n in range(26))
    wide = " + ".join(["sum(r0.c0:r0.c25)"] * 20)
    rows = "".join(f'<row id="r{n}" formula="{wide if n else 1}"><name>R</name></row>' for n in range(80))
    with pytest.raises(FormulaError):
        Sheet(build(columns + rows), {}).solved()
    assert time.process_time() - began < 5
