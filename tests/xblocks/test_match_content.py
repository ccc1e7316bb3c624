"""A matching is read from XML and written back, and its author is told what to put right, with the line."""

from __future__ import annotations

import pytest
from memory_host import Host, export

from takwin_xblocks.contract.schema import ContentError

MATCH = """<coop_match display_name="Fixed or variable" mode="categories" max_attempts="2">
  <prompt>Where does each expense go?</prompt>
  <hint>Does it grow with what is made?</hint>
  <feedback when="correct">Well sorted.</feedback>
  <target id="fixed">Fixed</target>
  <target id="variable" picture="/static/jar.svg">Variable<alt>A jar</alt></target>
  <item id="rent" to="fixed">The <b>rent</b><feedback>Due every month.</feedback></item>
  <item id="jars" to="variable" picture="/static/jars.svg"><alt>Empty jars</alt></item>
  <item id="loan">The loan itself, paid back</item>
</coop_match>"""


def test_what_is_read() -> None:
    block = Host(MATCH).block()
    assert block.structure == {
        "mode": "categories",
        "partial": "items",
        "targets": [{"id": "fixed"}, {"id": "variable", "picture": "/static/jar.svg"}],
        "items": [{"id": "rent", "to": "fixed"}, {"id": "jars", "to": "variable", "picture": "/static/jars.svg"}, {"id": "loan"}],
    }
    assert block.texts["variable/alt"] == "A jar"
    assert block.texts["rent"] == "The <b>rent</b>"
    assert "jars" not in block.texts
    assert block.max_score() == 3.0


@pytest.mark.parametrize("xml", [MATCH, MATCH.replace("max_attempts", 'partial="none" max_attempts'), "<coop_match/>"])
def test_what_is_written_reads_back_the_same(xml: str) -> None:
    first = Host(xml).block()
    again = Host(export(first)).block()
    assert (again.structure, again.texts, export(again)) == (first.structure, first.texts, export(first))


def faults(inside: str, attributes: str = "") -> list[str]:
    with pytest.raises(ContentError) as refused:
        Host(f"<coop_match {attributes}>\n{inside}\n</coop_match>")
    return [str(fault) for fault in refused.value.problems]


TWO = '<target id="a">A</target><target id="b">B</target>'


@pytest.mark.parametrize(
    ("inside", "attributes", "told"),
    [
        ('<item id="i">I</item>', "", ["line 1: There is nothing to match the items with"]),
        ('<target id="a">A</target><item id="i" to="a">I</item>', "", ["line 1: With one place only there is nothing to choose"]),
        (f'{TWO}\n<item id="i" to="c">I</item>', "", ['line 3: There is nothing with the id "c" to go to']),
        (f'{TWO}\n<item id="i" to="a"/>', "", ["line 3: This one has neither words nor a picture"]),
        (
            f'{TWO}\n<item id="i" to="a" picture="/static/i.svg"/>',
            "",
            ["line 3: Say what the picture shows, for those who do not see it"],
        ),
        (
            f'{TWO}\n<item id="i" to="a">I</item>\n<item id="j" to="b">I</item>',
            "",
            ["line 4: Another one says the same: nobody could tell them apart"],
        ),
        (
            f'{TWO}<item id="i" to="a">I</item><item id="j" to="a">J</item>',
            'mode="pairs"',
            [
                "line 2: In pairs, exactly one item goes to each; here 2 do",
                "line 2: In pairs, exactly one item goes to each; here 0 do",
            ],
        ),
        (
            '<target id="none">N</target><target id="a">A</target><item id="i" to="a">I</item>',
            "",
            ['line 1: "none" means that an item goes nowhere: choose another id'],
        ),
    ],
)
def test_faults_are_told_with_their_line(inside: str, attributes: str, told: list[str]) -> None:
    assert faults(inside, attributes) == told


def test_an_item_and_a_target_share_no_id() -> None:
    assert faults(f'{TWO}\n<item id="a" to="a">I</item>') == ['line 3: the id "a" is used twice']


@pytest.mark.parametrize(
    "picture", ["https://elsewhere.example/x.svg", "//elsewhere.example/x.svg", "javascript:alert(1)", "x y.svg"]
)
def test_pictures_are_of_the_course(picture: str) -> None:
    assert len(faults(f'{TWO}<item id="i" to="a" picture="{picture}"><alt>I</alt></item>')) == 1
