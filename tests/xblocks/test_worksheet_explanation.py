"""The worked solution says in words and in figures how a result comes out, so that it can be checked by hand."""

from __future__ import annotations

import re
from html import unescape

import pytest
from memory_host import Host
from worksheet_scenarios import content_of, xml_of

from takwin_xblocks.contract.i18n import translator
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.worksheet.explanation import Words, in_figures
from takwin_xblocks.worksheet.formula import parse_formula
from takwin_xblocks.worksheet.numbers import usual_figures
from takwin_xblocks.worksheet.phrases import Phrases
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import table_of

PIECES = """
<figure id="part" usual="0.4" shows="percent"><name>Part put off</name></figure>
<figure id="rate" usual="0.125"><name>Rate</name></figure>
<figure id="nameless" usual="0.25" shows="percent"/>
<column id="a"><name>First</name></column><column id="b"><name>Second</name></column>
<row id="sales" values="60 1884"><name>Sales</name></row>
<row id="costs" values="-7 1880"><name>Costs</name></row>
<row id="asked" kind="input" formula="FORMULA" places="PLACES"><name>Asked</name></row>
"""


def content(formula: str, places: int = 2):
    return content_of(f"<coop_worksheet>{PIECES.replace('FORMULA', formula).replace('PLACES', str(places))}</coop_worksheet>")


def figures(formula: str, *, places: int = 2, column: str = "a") -> list[str]:
    made = table_of(content(formula, places).structure)
    voice = Voice(words=translator(Host("<coop_worksheet/>").block()), language=None)
    lines = in_figures(made.cells[("asked", column)], Sheet(made, usual_figures(made)), voice)
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines]


def words(formula: str, language: str | None = None) -> str:
    block = Host("<coop_worksheet/>").block(language=language)
    voice = block.voice()
    made = content(formula)
    table = table_of(made.structure)
    said = Words(Phrases(table, made.texts, usual_figures(table), voice), voice, "a", "asked").of(parse_formula(formula))
    return unescape(re.sub("<[^>]+>", "", said)).replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        ("ceil(sales / 2)", ["60 ÷ 2 = 30"]),  # nothing is rounded: no arrow
        ("ceil(sales / 9)", ["60 ÷ 9 = 6.67 → 7"]),
        ("round(sales / 8, 1)", ["60 ÷ 8 = 7.50"]),
        ("floor(sales)", ["60"]),
        ("sales * (1 - part)", ["60 × (1 − 40 %) = 36"]),
        ("sales * (1 - 10%)", ["60 × (1 − 10 %) = 54"]),
        ("sales * 0.5 + rate * 8", ["(60 × 0.5) + (0.125 × 8) = 31"]),
        ("sales - costs", ["60 − (−7) = 67"]),
        ("-part * sales", ["(−40 %) × 60 = −24"]),
        ("sum(sales:costs) / 2", ["(60 + (−7)) ÷ 2 = 26.50"]),
        ("if(sales &gt; 1, sales * 2, 1 / 0)", ["60 × 2 = 120"]),
        ("sales", ["60"]),
        ("-(sales - part)", ["−(60 − 40 %) = −59.60"]),
        ("-min(0, costs)", ["−(−7) = 7"]),
        ("sales * if(sales &gt; 1, 1, 2) + if(sales &gt; 1, 0, 5)", ["60"]),  # what explains nothing is left out
        ("sales * if(sales &gt; 1, 2, 1) - if(sales &gt; 1, 3, 0)", ["(60 × 2) − 3 = 117"]),
        ("sales * 1 + 0", ["(60 × 1) + 0 = 60"]),
        ("1 / (sales - 60)", []),
    ],
)
def test_a_result_in_figures(formula: str, lines: list[str]) -> None:
    assert figures(formula) == lines


def test_what_is_rounded_on_the_way_has_its_own_line() -> None:
    assert figures("ceil(sales / 10) * 10", column="b") == ["1,884 ÷ 10 = 188.40 → 189", "189 × 10 = 1,890"]
    assert figures("ceil(costs / 10) * 10", column="b") == ["1,880 ÷ 10 = 188", "188 × 10 = 1,880"]
    assert figures("ceil(ceil(sales / 9) / 4)") == ["60 ÷ 9 = 6.67 → 7", "7 ÷ 4 = 1.75 → 2"]
    assert figures("ceil(rate) + sales") == ["0.125 → 1", "1 + 60 = 61"]


@pytest.mark.parametrize(
    ("formula", "language", "said"),
    [
        ("sum(sales:costs)", None, "the sum of “Sales” to “Costs”"),
        ("sum(sales:costs)", "fr", "la somme de « Sales » à « Costs »"),
        ("sum(sales:costs)", "ar", "مجموع الخانات من «Sales» إلى «Costs»"),
        ("min(sales.a:sales.b)", None, "the smallest of “Sales”, “First” to “Second”"),
        ("max(sales, costs, 2)", "fr", "le plus grand de « Sales », « Costs », 2"),
        ("max(sales, costs)", "ar", "أكبر «Sales»، «Costs»"),
        ("sales * nameless + rate", None, "(Sales × 25 %) + Rate"),
        ("sales - costs / part", "fr", "Sales − (Costs ÷ Part put off)"),
    ],
)
def test_a_formula_in_words_needs_no_grammar_of_its_names(formula: str, language: str | None, said: str) -> None:
    assert words(formula, language) == said


def test_a_colon_stands_as_in_the_readers_language() -> None:
    for scenario, language, colon in (
        ("cash-plan", None, ": "),
        ("cash-plan", "fr", "\N{NO-BREAK SPACE}: "),
        ("cash-plan-arabic", "ar", ": "),
    ):
        block = Host(xml_of(scenario).replace('draws="learner"', "")).block(language=language)
        page = str(block.runtime.render(block, "author_view").content)
        steps = page.partition("coop-worksheet__steps")[2]
        assert f"</bdi>{colon}<bdi" in steps
