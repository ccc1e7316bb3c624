"""The costings of the marketing course, product by product: full cost, costs of a unit and prices as our sheet of figures has them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest
from conftest import course_named
from solving import sets_of, worksheet_table

from deploy.courses.reading import LANGUAGES, Block, Edition
from takwin_xblocks.worksheet.calculation import rounded
from takwin_xblocks.worksheet.numbers import usual_figures
from takwin_xblocks.worksheet.sheet import Sheet

COSTS: dict[str, dict[str, str]] = {
    "argan": {
        "raw": "20000.00", "work": "1200.00", "bottles": "2600.00", "labels": "600.00", "variable": "26600.00", "cake": "450.00",
        "fixed_share": "3000.00", "full": "29150.00", "litre_cost": "291.50", "bottle_cost": "72.88",
    },
    "couscous": {
        "raw": "630.00", "work": "480.00", "gas": "90.00", "bags": "288.00", "transport": "60.00", "variable": "1548.00",
        "kilo_variable": "16.125", "fixed_share": "240.00", "full": "1788.00", "kilo_cost": "18.63",
    },
    "shea": {
        "raw": "21250", "water": "600", "firewood": "3000", "milling": "2125", "work": "9000", "butter_jars": "4350",
        "fixed_share": "2000", "full": "43825", "butter_cost": "1511", "stove_cost": "1470",
    },
    "paste": {
        "raw": "3000.00", "work": "500.00", "jars": "1104.00", "jar_labels": "276.00", "fixed_share": "370.00",
        "full": "6000.00", "jar_cost": "65.22", "paste_cost": "130.43",
    },
    "oil": {
        "raw": "150000", "cleaning": "8000", "work": "12000", "oil_bottles": "31500", "cake": "24000", "fixed_share": "12500",
        "full": "206000", "oil_cost": "5886",
    },
    "vanilla": {
        "raw": "45000000", "work": "2400000", "credit": "4500000", "fixed_share": "1000000", "full": "56000000",
        "vanilla_cost": "560000", "at_low": "466667", "at_high": "606667",
    },
}  # fmt: skip
PRICES: dict[str, dict[str, str]] = {
    "argan": {
        "full": "29150.00",
        "unit_cost": "291.50",
        "price_margin": "388.67",
        "price_markup": "364.38",
        "gap": "24.29",
        "price_bottle": "97.17",
    },
    "couscous": {"full": "1788.00", "unit_cost": "18.63"},
    "shea": {"full": "43825", "unit_cost": "1511", "price_margin": "1889", "label_price": "1890"},
    "paste": {"full": "6000.00", "unit_cost": "65.22"},
    "oil": {"full": "206000", "unit_cost": "5886"},
    "vanilla": {"full": "56000000", "unit_cost": "560000"},
}
TOLD = {"k31-b": COSTS, "k32-b": PRICES}


def edition(language: str) -> Edition:
    return course_named("marketing").editions[language]


def worksheet(language: str, name: str) -> Block:
    key = f"coop_worksheet/{name}"
    return next(block for unit in edition(language).units.values() for block in unit.blocks if block.key == key)


def amounts(block: Block, example_set: str, changed: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what each row comes to, as the table shows it."""
    table = worksheet_table(block, example_set)
    figures = usual_figures(table) | {name: Decimal(value) for name, value in (changed or {}).items()}
    values = Sheet(table, figures).solved()
    cells = [cell for (_row, column), cell in table.cells.items() if column == "amount"]
    return {cell.row: str(rounded(values[cell.key], cell.places)) for cell in cells}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TOLD)
def test_the_usual_numbers_of_each_product_come_to_the_figures_of_our_sheet(name: str, language: str) -> None:
    block = worksheet(language, name)
    assert sets_of(block) == list(TOLD[name])
    for product, told in TOLD[name].items():
        found = amounts(block, product)
        assert {row: found[row] for row in told} == told, product


def test_three_kilos_of_kernels_for_a_litre_cost_what_our_sheet_says() -> None:
    found = amounts(worksheet("en", "k31-b"), "argan", {"raw_each": "3"})
    assert {row: found[row] for row in ("full", "litre_cost", "bottle_cost")} == {
        "full": "33150.00", "litre_cost": "331.50", "bottle_cost": "82.88",
    }  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_every_product_is_worth_the_same(name: str) -> None:
    """The gradebook counts the points of one set, whichever a learner chooses."""
    block = worksheet("en", name)
    assert len({sum(cell.points for cell in worksheet_table(block, product).inputs.values()) for product in sets_of(block)}) == 1


def test_the_full_costing_gives_five_attempts_and_the_choice_of_a_product() -> None:
    settings = worksheet("en", "k31-b").node
    assert {name: settings.get(name) for name in ("learners_choose", "draws", "max_attempts")} == {
        "learners_choose": "true", "draws": "learner", "max_attempts": "5",
    }  # fmt: skip
