"""The shipped worksheets: one structure in three languages, the worked numbers of the course, draws that can be solved."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from lxml import etree, html
from memory_host import Host, post_json
from worksheet_tables import (
    CASH_PLAN,
    CASH_REPAIR,
    CASH_TOTALS,
    FICTIONAL,
    FOLLOWING,
    LAWS,
    MONTHS,
    NAMES,
    STEPS,
    WORKED,
)

from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import Content
from takwin_xblocks.worksheet.calculation import rounded
from takwin_xblocks.worksheet.checks import check
from takwin_xblocks.worksheet.content import SCHEMA
from takwin_xblocks.worksheet.formula import Name, parts_of
from takwin_xblocks.worksheet.grading import mark_table, read_entries
from takwin_xblocks.worksheet.numbers import code_of, drawn_figures, usual_figures
from takwin_xblocks.worksheet.phrases import names_in
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import Cell, Table, offered, table_of

COURSE = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
LANGUAGES = ("ar", "fr", "en")
SEEDS = 30
each_name = pytest.mark.parametrize("name", NAMES)
each_drawn = pytest.mark.parametrize("name", list(STEPS))
each_language = pytest.mark.parametrize("language", LANGUAGES)


def element_of(language: str, name: str) -> etree._Element:
    vertical = etree.parse(str(COURSE / language / "vertical" / f"worksheet-{name}.xml")).getroot()
    (block,) = vertical
    assert (vertical.tag, block.tag, block.get("url_name")) == ("vertical", "coop_worksheet", name)
    assert block.get("display_name") == vertical.get("display_name")
    return block


@cache
def content_of(language: str, name: str) -> Content:
    return read_content(SCHEMA, element_of(language, name))


def sets_of(name: str) -> list[str]:
    return [one["id"] for one in content_of("en", name).structure["sets"]] or [""]


@cache
def table(name: str, example_set: str = "") -> Table:
    return table_of(content_of("en", name).structure, example_set or element_of("en", name).get("example_set", ""))


def solved(made: Table) -> dict[str, Decimal]:
    return {".".join(key): value for key, value in Sheet(made, usual_figures(made)).solved().items()}


def pairs(text: str) -> dict[str, Decimal]:
    words = text.split()
    return {word: Decimal(number) for word, number in zip(words[::2], words[1::2], strict=True)}


def by_cell(columns: dict[str, str]) -> dict[str, Decimal]:
    return {f"{row}.{column}": number for column, text in columns.items() for row, number in pairs(text).items()}


def by_month(rows: dict[str, str]) -> dict[str, Decimal]:
    columns = [*MONTHS.split(), "total"]
    return {
        f"{row}.{column}": Decimal(number)
        for row, text in rows.items()
        for column, number in zip(columns, text.split(), strict=False)
    }


def worked(name: str) -> dict[str, dict[str, Decimal]]:
    """Return the printed numbers of a worksheet, by example set."""
    if name == "cash-plan":
        return {"": by_month(CASH_PLAN) | {f"{row}.jul": Decimal(number) for row, number in CASH_TOTALS.items()}}
    if name == "cash-repair":
        return {"": by_month(CASH_REPAIR) | {"old_gap.jul": Decimal(26800), "gap.jul": Decimal(19600), "fall.jul": Decimal(7200)}}
    return {key.partition("/")[2]: by_cell(told) for key, told in WORKED.items() if key.partition("/")[0] == name}


def told_as(found: dict[str, Decimal], printed: dict[str, Decimal]) -> dict[str, Decimal]:
    """Return what was found, with as many decimals as are printed."""
    return {cell: rounded(found[cell], max(0, -int(number.as_tuple().exponent))) for cell, number in printed.items()}


def typed(made: Table, cell: Cell, value: Decimal) -> list[str]:
    """Return what a learner types who finds this value."""
    if cell.answer == "number":
        return [str(rounded(value, cell.places))]
    return [choice for choice, number in offered(made, cell) if number == value]


def right_answers(made: Table, figures: dict[str, Decimal]) -> dict[str, list[str]]:
    values = Sheet(made, figures).solved()
    return {name: typed(made, cell, values[cell.key]) for name, cell in made.inputs.items()}


def skeleton(node: etree._Element) -> object:
    """Return elements and attributes without words, and without the markup inside them."""
    inside = [skeleton(child) for child in node if child.tag not in ("b", "bdi", "em", "q")]
    return node.tag, {key: value for key, value in node.attrib.items() if key != "display_name"}, inside


# --- what is shipped ---


@each_language
def test_the_lesson_lists_every_worksheet(language: str) -> None:
    sequential = etree.parse(str(COURSE / language / "sequential" / "coop-worksheet.xml")).getroot()
    assert [child.get("url_name") for child in sequential] == [f"worksheet-{name}" for name in NAMES]
    files = sorted(path.stem for path in (COURSE / language / "vertical").glob("worksheet-*.xml"))
    assert files == sorted(f"worksheet-{name}" for name in NAMES)


@each_language
@each_name
def test_it_reads_without_fault(name: str, language: str) -> None:
    content = content_of(language, name)
    assert check(content.structure, content.texts) == []


@each_name
def test_the_three_languages_differ_by_their_texts_alone(name: str) -> None:
    english = content_of("en", name)
    for language in ("ar", "fr"):
        content = content_of(language, name)
        assert skeleton(element_of(language, name)) == skeleton(element_of("en", name))
        assert content.structure == english.structure
        assert {key: set(names_in(text)) for key, text in content.texts.items()} == {
            key: set(names_in(text)) for key, text in english.texts.items()
        }


@each_language
@each_name
def test_no_text_is_missing(name: str, language: str) -> None:
    texts, english = content_of(language, name).texts, content_of("en", name).texts
    assert all(text.strip() for text in texts.values())
    assert {"intro", "lesson"} <= set(texts)
    assert texts["intro"].endswith(f"({FICTIONAL[language]})")
    for key, text in texts.items():
        words = re.sub(r"\{[^}]*\}|<[^>]*>", "", text)
        if language == "ar":
            assert re.search("[\u0621-\u064a]", words) or not re.search(r"[^\W\d_]{3}", words), (key, text)
        if language != "en" and len(re.findall(r"[^\W\d_]+", words)) > 3:
            assert text != english[key], key


@each_language
@pytest.mark.parametrize("name", list(LAWS))
def test_a_rule_of_law_names_its_articles(name: str, language: str) -> None:
    texts = content_of(language, name).texts
    said = f"{texts['intro']} {texts['lesson']}"
    assert "[V1]" in said
    assert [mark for mark in LAWS[name] if not re.search(rf"(?<!\d){re.escape(mark)}(?!\d)", said)] == []


@each_name
def test_no_explanation_falls_back_on_an_id(name: str) -> None:
    """A formula that is put into words for the worked solution needs a name for each of its figures."""
    texts, made = content_of("en", name).texts, table(name)
    named = {
        part.name
        for cell in made.inputs.values()
        if cell.formula and f"{cell.row}/rule" not in texts
        for part in parts_of(cell.formula)
        if isinstance(part, Name) and part.name in made.figures
    }
    assert [figure for figure in sorted(named) if f"{figure}/name" not in texts] == []


@each_language
@each_name
def test_every_name_between_braces_is_replaced(name: str, language: str) -> None:
    block = Host(etree.tostring(element_of(language, name), encoding="unicode")).block(language=language)
    page = str(block.runtime.render(block, "author_view").content)
    assert "coop-worksheet__lesson" in page
    assert re.findall(r"\{[a-z_.]+\}", page) == []


@each_name
def test_every_row_of_every_table_is_as_wide_as_the_table(name: str) -> None:
    block = Host(etree.tostring(element_of("fr", name), encoding="unicode")).block(language="fr")
    page = html.fromstring(str(block.runtime.render(block, "author_view").content))
    tables = page.findall(".//table")
    assert len(tables) == 2
    for shown in tables:
        widths = [sum(int(cell.get("colspan", "1")) for cell in row) for row in shown.iter("tr")]
        assert set(widths) == {len(table(name).column_ids) + 1}


@each_language
def test_questions_about_the_whole_plan_stand_beside_their_names(language: str) -> None:
    for name in ("cash-plan", "cash-repair"):
        rows = {row["id"]: row for row in content_of(language, name).structure["rows"]}
        asked = [row for row in ("old_gap", "gap", "gap_month", "fall", "asked", "rounded_ask") if row in rows]
        assert [rows[row].get("across") for row in asked] == [True] * len(asked)


# --- the worked numbers ---


@each_name
def test_the_worked_numbers_come_out(name: str) -> None:
    for example_set, printed in worked(name).items():
        assert told_as(solved(table(name, example_set)), printed) == printed


@each_name
def test_every_cell_to_fill_in_has_a_known_number(name: str) -> None:
    following = pairs(FOLLOWING.get(name, ""))
    known = worked(name)[table(name).example_set].keys() | following.keys()
    assert told_as(solved(table(name)), following) == following
    assert set(table(name).inputs) - known == set()


@each_language
@each_name
def test_the_reference_answers_earn_everything(name: str, language: str) -> None:
    node = element_of(language, name)
    node.set("draws", "none")
    told = post_json(
        Host(etree.tostring(node, encoding="unicode")).block(), right_answers(table(name), usual_figures(table(name)))
    ).json
    assert told["code"] == "marked"
    assert told["earned"] == told["possible"] == sum(cell.points for cell in table(name).inputs.values())


def test_the_cash_plan_is_worth_thirty_points() -> None:
    points: dict[str, list[int]] = {}
    for cell in table("cash-plan").inputs.values():
        points.setdefault(cell.row, []).append(cell.points)
    assert points == {"receipts": [1] * 6, "payments": [1] * 6, "closing": [2] * 6, "gap": [4], "gap_month": [2]}
    assert sum(sum(row) for row in points.values()) == 30


def test_counts_are_exact_and_money_is_not() -> None:
    def accepted(name: str, cell: str, answer: str) -> bool:
        made = table(name)
        answers = right_answers(made, usual_figures(made)) | {cell: [answer]}
        return mark_table(made, usual_figures(made), read_entries(made, answers))[cell].verdict != "wrong"

    assert [accepted("break-even-couscous", "quantity.amount", kilos) for kilos in ("607", "607.6", "608", "٦٠٨")] == [
        False,
        False,
        True,
        True,
    ]
    assert [accepted("quorum-ohada", "scoops_first.number", members) for members in ("12", "13")] == [False, True]
    assert [accepted("costing-argan", "full.amount", cost) for cost in ("29 150", "29.150,00", "29100", "28000")] == [
        True,
        True,
        True,
        False,
    ]


# --- drawn numbers ---


@each_name
def test_what_is_drawn_is_drawn_in_the_steps_of_the_course(name: str) -> None:
    listed = {
        figure: tuple(Decimal(step) for step in (steps.split() if isinstance(steps, str) else steps))
        for figure, steps in STEPS.get(name, {}).items()
    }
    for example_set in sets_of(name):
        figures = table(name, example_set).figures
        assert {figure: figures[figure].among for figure in figures if len(figures[figure].among) > 1} == listed
    assert element_of("en", name).get("draws") == ("learner" if listed else "none")


@each_drawn
def test_drawn_numbers_can_be_solved_and_earn_everything(name: str) -> None:
    for example_set in sets_of(name):
        made = table(name, example_set)
        seen = set()
        for seed in range(SEEDS):
            figures = drawn_figures(made, code_of("learner", name, str(seed)))
            seen.add(tuple(figures.values()))
            sheet = Sheet(made, figures)
            assert all(sheet.condition(node) == 1 for node in made.requires)
            marks = mark_table(made, figures, read_entries(made, right_answers(made, figures)))
            assert {mark.verdict for mark in marks.values()} <= {"right", "follows"}
            assert all(mark.mark.earned == mark.mark.possible for mark in marks.values())
        choices = 1
        for figure in made.figures.values():
            choices *= len(figure.among) or 1
        assert len(seen) >= min(choices, SEEDS) // 2


@each_drawn
def test_the_block_marks_drawn_numbers(name: str) -> None:
    code = code_of("learner", name, "1")
    node = element_of("ar", name)
    node.set("draws", "code")
    node.set("code", code)
    told = post_json(
        Host(etree.tostring(node, encoding="unicode")).block(), right_answers(table(name), drawn_figures(table(name), code))
    ).json
    assert (told["code"], told["earned"]) == ("marked", told["possible"])


def drawn_cells(name: str) -> list[tuple[dict[str, Decimal], dict[str, Decimal]]]:
    """Return the figures and the cells of some draws."""
    made = table(name)
    found = [drawn_figures(made, code_of("learner", name, str(seed))) for seed in range(SEEDS)]
    return [(figures, {".".join(key): value for key, value in Sheet(made, figures).solved().items()}) for figures in found]


def test_no_drawn_couscous_is_absurd() -> None:
    for figures, cells in drawn_cells("break-even-couscous"):
        assert figures["price"] - figures["variable"] >= 4
        assert cells["surplus.amount"] > 0
        assert cells["one_less.amount"] < 0 <= cells["just_there.amount"]
        assert cells["cut_quantity.amount"] > cells["quantity.amount"]


def test_a_drawn_cash_plan_has_one_largest_gap_and_moves_the_shop_and_the_grant() -> None:
    invoiced = [9000, 12000, 15000, 20000, 0, 0]
    for figures, cells in drawn_cells("cash-plan"):
        closing = [cells[f"closing.{month}"] for month in MONTHS.split()]
        assert cells["gap.jul"] == -min(closing) > 0
        assert closing.count(min(closing)) == 1
        assert cells["gap_month.jul"] == closing.index(min(closing)) + 1
        late = int(figures["delay"]) // 30
        paid = [0] * late + [number * figures["credit_scale"] for number in invoiced[: 6 - late]]
        assert [cells[f"customers.{month}"] for month in MONTHS.split()] == paid
        assert [cells[f"grant.{month}"] for month in MONTHS.split()].index(Decimal(10000)) + 1 == figures["grant_month"]


def test_drawn_votes_are_those_of_an_assembly_that_may_decide() -> None:
    reached = set()
    for figures, cells in drawn_cells("quorum-morocco"):
        assert figures["members"] * 3 / 4 <= figures["votes"] <= figures["members"]
        assert cells["third.number"] == 2
        reached.add(cells["reached.number"])
    assert reached == {0, 1}
