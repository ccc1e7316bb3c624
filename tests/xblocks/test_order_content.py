"""An order is read from XML and written back, and its author is told what to put right, with the line."""

from __future__ import annotations

import pytest
from memory_host import Host, export

from takwin_xblocks.contract.schema import ContentError

ORDER = """<coop_order display_name="The yearly assembly" max_attempts="3" show_answers="after_correct">
  <prompt>Put the steps in <em>order</em>.</prompt>
  <hint>What must be known before members travel?</hint>
  <feedback when="correct">Well kept.</feedback>
  <feedback when="incorrect">Think of who needs what, and when.</feedback>
  <item id="s1">The board sets the date<feedback>First of all.</feedback></item>
  <item id="s2" rank="2">The notice is sent</item>
  <item id="s3" rank="2">The list of members is updated</item>
  <item id="s4">The quorum is counted</item>
  <item id="s5" belongs="false">The bank is asked for its opinion</item>
</coop_order>"""


def test_what_is_read() -> None:
    block = Host(ORDER).block()
    assert block.structure == {
        "partial": "pairs",
        "items": [
            {"id": "s1", "belongs": True},
            {"id": "s2", "belongs": True, "rank": 2},
            {"id": "s3", "belongs": True, "rank": 2},
            {"id": "s4", "belongs": True},
            {"id": "s5", "belongs": False},
        ],
    }
    assert block.texts == {
        "prompt": "Put the steps in <em>order</em>.",
        "hint": "What must be known before members travel?",
        "feedback/correct": "Well kept.",
        "feedback/incorrect": "Think of who needs what, and when.",
        "s1": "The board sets the date",
        "s1/feedback": "First of all.",
        "s2": "The notice is sent",
        "s3": "The list of members is updated",
        "s4": "The quorum is counted",
        "s5": "The bank is asked for its opinion",
    }
    assert (block.max_attempts, block.show_answers, block.max_score()) == (3, "after_correct", 5.0)


@pytest.mark.parametrize("xml", [ORDER, ORDER.replace("max_attempts", 'partial="none" max_attempts'), "<coop_order/>"])
def test_what_is_written_reads_back_the_same(xml: str) -> None:
    first = Host(xml).block()
    again = Host(export(first)).block()
    assert (again.structure, again.texts, export(again)) == (first.structure, first.texts, export(first))


def faults(inside: str, attributes: str = "") -> list[str]:
    with pytest.raises(ContentError) as refused:
        Host(f"<coop_order {attributes}>\n{inside}\n</coop_order>")
    return [str(fault) for fault in refused.value.problems]


@pytest.mark.parametrize(
    ("inside", "told"),
    [
        ('<item id="a">One</item>', "line 1: At least two steps must come one after the other"),
        (
            '<item id="a" rank="1">One</item><item id="b" rank="1">Two</item>',
            "line 1: At least two steps must come one after the other",
        ),
        ('<item id="a">One</item>\n<item id="b"> </item>', "line 3: This step says nothing"),
        (
            '<item id="a">One</item>\n<item id="b"> <b>One</b></item>',
            "line 3: Another step says the same: nobody could tell them apart",
        ),
        (
            '<item id="a" rank="1">One</item><item id="b">Two</item>\n<item id="c" rank="1">Three</item>',
            "line 3: Steps at the same place (1) must be written one after the other",
        ),
        (
            '<item id="a" rank="3">One</item>\n<item id="b" rank="2">Two</item>',
            "line 3: The place 2 comes after 3: write the steps in their right order",
        ),
        (
            '<item id="a">One</item><item id="b">Two</item>\n<item id="c" belongs="false" rank="3">Three</item>',
            "line 3: What does not belong has no place",
        ),
    ],
)
def test_faults_are_told_with_their_line(inside: str, told: str) -> None:
    assert faults(inside) == [told]


def test_faults_of_form_are_told_all_at_once() -> None:
    told = faults('<item id="a" belongs="perhaps">One</item>\n<item id="a">Two</item><step/>', 'partial="neighbours"')
    assert sorted(line.partition(":")[0] for line in told) == ["line 1", "line 2", "line 3", "line 3"]
