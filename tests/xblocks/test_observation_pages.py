"""The pages of an observation, a host that keeps no records, and what authors may write."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html
from memory_host import Host, export
from memory_records import JudgedHost
from observation_acts import ITEMS, LEARNERS, TEACH_BACK, observe, send, sheets, view
from webob import Request

from takwin_xblocks.contract.records import Person
from takwin_xblocks.observation.block import CoopObservationBlock
from takwin_xblocks.observation.presets import preset_body


@pytest.fixture
def host() -> JudgedHost:
    return JudgedHost(TEACH_BACK, learners=LEARNERS, judges=("trainer", "second"))


# --- pages ---


def test_the_phone_form_lists_trainees_for_trainers_and_asks_peers_for_the_code(host: JudgedHost) -> None:
    trainer = html.fromstring(view(host, "trainer", "field_view"))
    assert trainer.xpath("//input[@name='answer-trainee']/@value") == sorted(LEARNERS)
    assert len(trainer.xpath("//input[@type='radio'][starts-with(@name, 'answer-level-')]")) == 36
    peer = html.fromstring(view(host, "binta", "field_view"))
    assert peer.xpath("//input[@name='answer-trainee']") == []
    assert peer.xpath("//input[@name='answer-code']/@required") == ["required"] or peer.xpath(
        "//input[@name='answer-code'][@required]"
    )
    for page in (trainer, peer):
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert set(page.xpath("//label/@for")) <= set(ids)
        assert page.xpath("//form/@data-queue") == ["observation"]


def test_a_trainer_who_learns_here_too_reads_their_own_result(host: JudgedHost) -> None:
    host.people["second"] = Person(id="second", name="Second")
    observe(host, "trainer", trainee="second", remark="A calm voice.")
    assert send(host, "trainer", "publish_result", {"trainee": "second"})[0] == 200
    assert "A calm voice." in view(host, "second", "student_view")
    assert "A calm voice." not in view(host, "aicha", "student_view")
    assert send(host, "second", "publish_result", {"trainee": "second"})[1]["code"] == "not_yours"


def test_the_comparison_names_observers_and_items_far_apart(host: JudgedHost) -> None:
    observe(host, "trainer", "2" * 12)
    observe(host, "second", "0" + "2" * 11)
    page = html.fromstring(view(host, "trainer", "judge_view", record=sheets(host)[0]))
    assert "two levels apart on: 1." in page.text_content()
    assert len(page.xpath("//li[@data-far]")) == 1
    assert {"trainer", "second"} <= set(page.xpath("//span[@class='obs-who-marked']/bdi/text()"))


@pytest.mark.parametrize("trainees", [1, 3])
def test_a_list_of_three_asks_no_more_of_the_records_than_one_of_one(trainees: int) -> None:
    host = JudgedHost(TEACH_BACK, learners=LEARNERS)
    for learner in LEARNERS[:trainees]:
        observe(host, "trainer", trainee=learner)
    block = host.block("trainer")
    block.runtime.work_url = lambda _block, view, query: f"/views/{view}?{query}"
    asked: list[str] = []
    records = block.records

    class Counting:
        def __getattr__(self, name: str) -> Any:
            if name in {"list", "get", "people", "groups", "counts"}:
                asked.append(name)
            return getattr(records, name)

    block.records = Counting()
    page = str(block.runtime.render(block, "student_view", {}).content)
    assert page.count("judge_view") == trainees
    assert sorted(asked) == ["get", "list", "list", "list", "people"]


# --- a host without records ---


def test_where_the_host_keeps_no_records_the_block_does() -> None:
    host = JudgedHost(TEACH_BACK, judges=("trainer",), records=False)
    for learner in ("aicha", "binta"):
        assert "I take part" in view(host, learner, "student_view")
        assert send(host, learner, "take_part", {})[1]["code"] == "known"
    codes = host.block("trainer").known
    assert codes["aicha"]["code"] in view(host, "aicha", "student_view")
    assert observe(host, "trainer", "2" * 12)[1]["code"] == "kept"
    assert observe(host, "binta", "222222222221", code=codes["aicha"]["code"])[1]["code"] == "kept"
    page = html.fromstring(view(host, "trainer", "student_view"))
    assert "up to 60 learners" in page.text_content()
    (sheet,) = page.xpath("//form[@data-coop-form='count']//input[@name='answer-sheet']/@value")
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert send(host, "trainer", "count", {"trainee": "aicha", "sheet": sheet, "page": "unit"})[1]["code"] == "counted"
    _status, _answer, published = send(host, "trainer", "publish_result", {"trainee": "aicha", "page": "unit"})
    assert published[0] == ("grade", {"value": 23.5, "max_value": 24.0, "user_id": "aicha"})
    assert "Level 4 of 4" in view(host, "aicha", "student_view")
    assert send(host, "binta", "publish_result", {"trainee": "aicha"})[0] == 403


# --- content ---


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('pass_mark="17"', 'pass_mark="23"', "Level 4 begins at 22 points, below the 23 that are needed to pass."),
        ('level_four="22"', 'level_four="25"', "25 points cannot be reached: the items of this list give 24."),
        ('level_two="9"', 'level_two="17"', "Level 2 begins at 17 points: it must be fewer than the 17 that are needed to pass."),
        ("</prompt>", '</prompt><level id="a">Seen</level>', "A scale has two to five levels; none means the usual three."),
    ],
)
def test_marks_that_cannot_be_are_refused_with_their_reason(old: str, new: str, words: str) -> None:
    with pytest.raises(ValueError, match="line 1: ") as refused:
        Host(TEACH_BACK.replace(old, new))
    assert words in str(refused.value)


def test_a_list_without_marks_takes_those_of_the_checklist_in_proportion() -> None:
    xml = dict(CoopObservationBlock.workbench_scenarios())["coop_observation: 4-own-scale"]
    block = Host(xml).block()
    rules = block._rules
    assert (rules.most, rules.top, rules.pass_mark, rules.level_two, rules.level_four, rules.difference) == (9, 3, 7, 4, 9, 3)
    assert "pass_mark" not in export(block)


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_the_checklist_is_ready_in_three_languages(language: str) -> None:
    body = preset_body(language)
    items = body["content"]["lists"]["items"]
    assert [one["id"] for one in items] == ITEMS
    assert [one["id"] for one in items if one["fields"]["key"]] == ["i1", "i6", "i9"]
    block = Host("<coop_observation/>").block("author")
    request = Request.blank("/", method="POST", body=json.dumps(body).encode(), content_type="application/json")
    assert block.handle("studio_submit", request).status_int == 200
    assert (len(block.structure["items"]), block._rules.pass_mark) == (12, 17)
