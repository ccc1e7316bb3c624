"""The channels and the stand of the marketing course: the usual values give the numbers that were worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest
from conftest import course_named
from memory_host import Host, post_json
from solving import worksheet_table, xml_of

from deploy.courses.reading import LANGUAGES, Block
from takwin_xblocks.worksheet.numbers import usual_figures
from takwin_xblocks.worksheet.sheet import Sheet

CHANNELS = {
    "selling.fair": "13.00",
    "selling.online": "13.40",
    "selling.supermarket": "1.40",
    "selling.wholesaler": "0.00",
    "contribution.fair": "4.00",
    "contribution.online": "13.60",
    "contribution.supermarket": "8.60",
    "contribution.wholesaler": "6.00",
    "fair_total.fair": "1200",
    "even.fair": "230",
}
"""A jar whose variable cost is 18: 300 jars at a fair that costs 3,900; 12 % and 8 online; a rebate of 5 %; nothing."""

STAND = {
    "fixed.fair": "3900",
    "contribution.fair": "17",
    "even.fair": "230",
    "a_day.fair": "77",
    "result.fair": "1200",
    "cut_contribution.fair": "14",
    "cut_even.fair": "279",
}
"""3,900 ÷ 17 = 229.4, so 230 jars; in three days 77 a day; 300 jars leave 1,200. At 32 a jar: 3,900 ÷ 14 = 278.6, so 279."""

DELAYS = {
    "receipts.sep": "4000",
    "receipts.oct": "4000",
    "receipts.nov": "12000",
    "receipts.dec": "14000",
    "receipts.jan": "11000",
    "closing.sep": "2000",
    "closing.oct": "-3000",
    "closing.nov": "2000",
    "closing.dec": "10000",
    "closing.jan": "15000",
    "lowest.sep": "-3000",
    "lowest_month.sep": "oct",
}
"""8,000 at the start; the supermarket's invoices of September come in November: October closes 3,000 below zero."""

BY_HAND = {"k41-a": CHANNELS, "k41-b": DELAYS, "k42-a": STAND}


def worksheet(unit: str, language: str) -> Block:
    return next(one for one in course_named("marketing").editions[language].units[unit].blocks if one.kind == "coop_worksheet")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", BY_HAND)
def test_the_numbers_worked_out_by_hand_earn_everything(unit: str, language: str) -> None:
    by_hand = {name: [value] for name, value in BY_HAND[unit].items()}
    told = post_json(Host(xml_of(worksheet(unit, language), draws="none")).block(language=language), by_hand).json
    assert told["code"] == "marked", told
    assert told["earned"] == told["possible"] > 0


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("unit", BY_HAND)
def test_the_table_calculates_exactly_the_numbers_worked_out_by_hand(unit: str, language: str) -> None:
    made = worksheet_table(worksheet(unit, language))
    values = Sheet(made, usual_figures(made)).solved()
    assert BY_HAND[unit].keys() == made.inputs.keys()
    told = {name: values[cell.key] for name, cell in made.inputs.items() if cell.answer == "number"}
    assert told == {name: Decimal(value) for name, value in BY_HAND[unit].items() if name in told}


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_jar_less_and_the_stand_is_not_paid(language: str) -> None:
    made = worksheet_table(worksheet("k42-a", language))
    answers = Sheet(made, usual_figures(made)).solved()
    jars, left, costs = (answers[made.inputs[f"{name}.fair"].key] for name in ("even", "contribution", "fixed"))
    assert (jars - 1) * left < costs <= jars * left
