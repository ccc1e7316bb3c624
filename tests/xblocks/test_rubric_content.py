"""What authors write: rubrics ready to begin with, faults told with their lines, and what comes back from XML."""

from __future__ import annotations

import json

import pytest
from memory_host import Host, export
from webob import Request

from takwin_xblocks.contract.schema import ContentError
from takwin_xblocks.rubric.block import CoopRubricBlock
from takwin_xblocks.rubric.presets import preset, titles

LEVELS = "".join(f'<level when="{number}">as {number}</level>' for number in range(1, 5))
TWO = f'<criterion id="aim" weight="60">Aim{LEVELS}</criterion><criterion id="way" weight="40">Way{LEVELS}</criterion>'


def faults(attributes="", inside=TWO):
    with pytest.raises(ContentError) as refused:
        Host(f"<coop_rubric {attributes}><prompt>Write.</prompt>{inside}</coop_rubric>")
    return [str(one) for one in refused.value.problems]


@pytest.mark.parametrize(
    ("attributes", "inside", "told"),
    [
        ("", TWO.replace("60", "50"), "the weights make 90: they must make 100"),
        ('levels="3"', TWO, "level 4 is described, and there is no such level"),
        ('levels="5"', TWO, "level 5 is not described"),
        ('trainer="50" peer="40" peers="2"', TWO, "the shares of trainer, peers and learner make 90: they must make 100"),
        ('peers="1"', TWO, "one peer alone is no judgement: write 0, or 2 and more"),
        ('trainer="50" peer="50"', TWO, "peers have a share, so at least two of them must judge"),
        ('trainer="0" self="100"', TWO, "learners cannot be their only judges"),
        ('text="false" photo="false" voice="false" file="false"', TWO, "nothing may be handed in: allow at least one way"),
        ("", TWO + '<remark id="aim">Twice</remark>', 'the id "aim" is used twice'),
        (
            "",
            TWO + '<example id="e"><work>W</work><expected id="x" criterion="aim" level="2"/></example>',
            "say the level expected for each criterion",
        ),
        (
            'levels="2"',
            TWO.replace('<level when="3">as 3</level><level when="4">as 4</level>', "")
            + '<example id="e"><work>W</work><expected id="x" criterion="aim" level="4"/>'
            '<expected id="y" criterion="way" level="1"/></example>',
            "the highest level is 2",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(attributes, inside, told):
    assert any(one.endswith(told) and one.startswith("line ") for one in faults(attributes, inside))


def test_one_criterion_is_no_rubric_and_thirteen_are_too_many():
    assert faults(inside=f'<criterion id="a" weight="100">A{LEVELS}</criterion>') != []
    assert faults(inside="".join(f'<criterion id="c{n}" weight="1">A{LEVELS}</criterion>' for n in range(13))) != []


@pytest.mark.parametrize("which", titles())
def test_an_author_begins_with_a_ready_rubric_and_nothing_is_wrong_with_it(which):
    host = Host("<coop_rubric/>")
    block = host.block()
    request = Request.blank("/", method="POST", body=json.dumps({"preset": which}).encode(), content_type="application/json")
    assert block.handle("studio_preset", request).status_int == 200
    assert CoopRubricBlock.check_content(block.structure, block.texts) == []
    assert block.display_name == titles()[which]
    again = Host(export(block)).block()
    assert (again.structure, again.texts) == (block.structure, block.texts)
    assert block.handle("studio_preset", request).status_int == 409


def test_what_is_not_ready_is_not_there():
    assert preset("en/../../block") is None
    block = Host("<coop_rubric/>").block()
    request = Request.blank("/", method="POST", body=b'{"preset": "../r1"}', content_type="application/json")
    assert block.handle("studio_preset", request).status_int == 404
    assert block.structure == Host("<coop_rubric/>").block().structure


def test_an_app_is_told_no_level_of_an_example():
    example = (
        '<example id="e"><work>W</work><why>Because.</why><expected id="x" criterion="aim" level="2">Hidden</expected>'
        '<expected id="y" criterion="way" level="1"/></example>'
    )
    block = Host(f"<coop_rubric><prompt>Write.</prompt>{TWO}{example}</coop_rubric>").block()
    told = json.dumps(block.student_view_data())
    assert "Aim" in told
    assert "Hidden" not in told
    assert "Because" not in told
