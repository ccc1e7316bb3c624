"""Steps back, several runs, groups that vote, the map of the author, and the form."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree
from memory_host import Host, export
from scenario_acts import BEST, act, choose, grades, walk, xml_of
from scenario_tables import TABLES, structure_of
from webob import Request

from takwin_xblocks.scenario.block import CoopScenarioBlock


@pytest.fixture
def host() -> Host:
    return Host(xml_of())


# --- back, again ---


def test_one_step_back_at_the_price_of_a_point(host: Host) -> None:
    walk(host, "a")
    assert "It costs one point of “Name-of-posture”." in host.page()
    response, _block = act(host, "back", run=0, step=1)
    assert (response.json["code"], "Situation-n1." in response.json["html"]) == ("stepped_back", True)
    assert "Consequence-n1-a" not in response.json["html"]
    again, _block = act(host, "back", run=0, step=1)
    assert (again.status_code, host.state()["moves"]) == (200, [["n1", "a"], ["n2", ""]])
    for step, choice in enumerate("bba", start=2):
        assert choose(host, choice, step=step).status_code == 200
    assert 'data-coop-form="back"' not in host.page()
    assert act(host, "back", run=0, step=5)[0].json["code"] == "no_step_back"
    response, block = act(host, "choose", run=0, step=5, choice="c")
    assert grades(block)[0] == ("grade", {"value": 9.697, "max_value": 10.0})
    assert "You took back 1 choice." in response.json["html"]
    assert choose(host, "a", step=0).status_code == 200  # an old sending of the choice taken back
    assert host.state()["moves"][:3] == [["n1", "a"], ["n2", ""], ["n1", "b"]]


def test_no_step_back_where_none_is_allowed() -> None:
    host = Host(xml_of(steps_back=0))
    walk(host, "a")
    assert 'data-coop-form="back"' not in host.page()
    assert act(host, "back", run=0, step=1)[0].json["code"] == "no_step_back"


def test_the_best_run_counts(host: Host) -> None:
    walk(host, BEST)
    response, _block = act(host, "retry", run=0)
    assert (response.json["code"], "Situation-n1." in response.json["html"]) == ("begun", True)
    assert act(host, "retry", run=0)[0].status_code == 200
    assert host.state()["run"] == 1
    walk(host, "a", run=1)
    response, block = act(host, "choose", run=1, step=1, choice="a")
    assert grades(block)[0] == ("grade", {"value": 10.0, "max_value": 10.0})
    assert "it ended with: <bdi>Title-e1</bdi>" in response.json["html"]
    assert host.state()["best"] == {"earned": 33, "possible": 33, "ending": "e1"}


def test_an_old_sending_takes_no_step_in_a_new_run(host: Host) -> None:
    walk(host, BEST)
    act(host, "retry", run=0)
    assert choose(host, "b", step=0, run=0).json["code"] == "other_run"
    assert host.state()["moves"] == []


def test_another_run_begins_only_after_the_end(host: Host) -> None:
    walk(host, "b")
    assert act(host, "retry", run=0)[0].json["code"] == "not_ended"
    assert act(host, "retry", run=3)[0].json["code"] == "other_run"


def test_runs_are_limited() -> None:
    host = Host(xml_of(settings={"max_attempts": "2"}))
    assert "1 more run." in walk(host, "aa").json["html"]
    act(host, "retry", run=0)
    page = walk(host, "aa", run=1).json["html"]
    assert "You have played as often as you may." in page
    assert 'data-coop-form="retry"' not in page
    response, _block = act(host, "retry", run=1)
    assert (response.status_code, response.json["code"]) == (409, "no_run_left")
    assert host.state()["run"] == 1


def test_a_story_changed_under_way_goes_on_where_it_still_holds(host: Host) -> None:
    walk(host, "bba")
    block = host.block("author")
    block.structure = structure_of(TABLES["s1"].replace("n3 b n6 2 2 2 3|", ""))
    block.save()
    assert "Situation-n3." in host.page()
    assert choose(host, "c", step=1).status_code == 200
    assert host.state()["moves"] == [["n1", "b"], ["n3", "c"]]


# --- the group mode ---


def test_a_group_votes(host: Host) -> None:
    response, _block = act(host, "group", group="yes")
    assert response.json["code"] == "group"
    page = host.page()
    assert [name in page for name in ("answer-votes-a", "answer-votes-b", "answer-votes-c", 'type="radio"')] == [
        True,
        True,
        True,
        False,
    ]
    response, _block = act(host, "choose", run=0, step=0, **{"votes-a": "٣", "votes-b": "12", "votes-c": ""})
    assert "Situation-n3." in response.json["html"]
    assert host.state()["moves"] == [["n1", "b", {"a": 3, "b": 12, "c": 0}]]
    again, _block = act(host, "choose", run=0, step=0, **{"votes-a": "٣", "votes-b": "12", "votes-c": ""})
    assert (again.status_code, again.json["html"]) == (200, response.json["html"])
    assert "12 of 15 hands." in host.page()
    assert act(host, "group", group="no")[0].json["code"] == "begun"


@pytest.mark.parametrize(
    ("votes", "code", "errors"),
    [
        ({"votes-a": "3", "votes-b": "3"}, "no_majority", ["votes-a"]),
        ({"votes-a": "0"}, "no_majority", ["votes-a"]),
        ({"votes-a": "NaN", "votes-b": "1e309", "votes-c": "2"}, "unreadable_votes", ["votes-a", "votes-b"]),
        ({"votes-a": "-1", "votes-b": "2.5", "votes-c": "1000"}, "unreadable_votes", ["votes-a", "votes-b", "votes-c"]),
        ({"votes-a": "1,000", "votes-b": "1.0", "votes-c": "2,0"}, "unreadable_votes", ["votes-a", "votes-b", "votes-c"]),
        ({"votes-a": "١٬٠٠٠", "votes-b": "1 000", "votes-c": "²"}, "unreadable_votes", ["votes-a", "votes-b", "votes-c"]),
        ({"votes-a": "9" * 100_000}, "unreadable_votes", ["votes-a"]),
        ({"votes-z": "9"}, "nothing_chosen", ["choice"]),
    ],
)
def test_hands_that_decide_nothing(host: Host, votes: dict[str, str], code: str, errors: list[str]) -> None:
    act(host, "group", group="yes")
    state = host.state()
    response, _block = act(host, "choose", run=0, step=0, **votes)
    assert (response.status_code, response.json["code"], list(response.json["errors"])) == (422, code, errors)
    assert host.state() == state


def test_a_plain_form_keeps_hands_that_decide_nothing(host: Host) -> None:
    act(host, "group", group="yes")
    block = host.block()
    fields = {"answer-run": "0", "answer-step": "0", "answer-votes-a": "x" * 100, "answer-votes-b": "7"}
    assert block.handle("choose", Request.blank("/", POST=fields, accept="text/html")).status_code == 422
    block.save()
    page = etree.HTML(host.page())
    typed = {
        one.get("name"): (one.get("value"), one.get("aria-invalid")) for one in page.iter("input") if one.get("type") == "text"
    }
    assert typed == {"answer-votes-a": ("x" * 16, "true"), "answer-votes-b": ("7", None), "answer-votes-c": ("", None)}
    assert "Type how many hands: a whole number." in host.page()
    act(host, "choose", run=0, step=0, **{"votes-b": "7"})
    assert host.state()["draft"] == {}


def test_no_group_where_it_is_not_offered() -> None:
    host = Host(xml_of(settings={"group_mode": "false"}))
    assert 'data-coop-form="group"' not in host.page()
    assert act(host, "group", group="yes")[0].json["code"] == "not_offered"
    assert host.state() == {}


# --- authors ---


def test_the_map_names_the_best_path_and_draws_every_situation(host: Host) -> None:
    block = host.block("author")
    page = str(block.runtime.render(block, "author_view", {}).content)
    assert "The best path brings 33 points; 20 are enough." in page
    assert "n1 b → n3 b → n6 a → n8 c → e1" in page
    assert page.count('class="coop-scenario__box"') == 12
    assert page.count("coop-scenario__line--best") == 4
    assert len(re.findall(r'class="coop-scenario__line[ "]', page)) == 20
    assert "coop-scenario__map" not in host.page()


def test_the_map_flows_from_the_right_in_arabic(host: Host) -> None:
    def start(language: str) -> float:
        block = host.block("author", language=language)
        page = str(block.runtime.render(block, "author_view", {}).content)
        return float(re.findall(r'__box".*?<rect x="([\d.]+)"', page)[0])

    assert start("fr") < 20
    assert start("ar") > 1000


def test_a_best_path_to_a_lesser_ending_is_pointed_out(host: Host) -> None:
    words = "the path with most points does not lead to an ending called best"
    better = Host(xml_of(TABLES["s1"].replace("e1 best|e2 poor", "e1 good|e2 best")))
    for where, said in ((host, False), (better, True)):
        block = where.block("author")
        assert (words in str(block.runtime.render(block, "author_view", {}).content)) is said


def test_faults_of_the_file_have_their_line() -> None:
    xml = xml_of().replace('<choice id="a" to="e4">', '<choice id="a" to="n2">', 1)
    with pytest.raises(ValueError, match=r"line 1: These situations lead round in a circle: n2 → n2\."):
        Host(xml)


@pytest.mark.parametrize("name", TABLES)
def test_export_gives_the_same_block(name: str) -> None:
    block = Host(xml_of(TABLES[name], settings={"max_attempts": "3", "weight": "5.0", "group_mode": "false"})).block()
    again = Host(export(block)).block()
    fields = ("display_name", "structure", "texts", "max_attempts", "weight", "group_mode")
    assert [getattr(again, name) for name in fields] == [getattr(block, name) for name in fields]


def test_the_author_s_form_keeps_what_it_shows() -> None:
    host = Host('<coop_scenario display_name="New"/>')
    block = host.block("author")
    structure = structure_of("n1 a e1 1 0 0 0|e1 best")
    sent = {
        "settings": {"display_name": "New", "max_attempts": "", "weight": "", "group_mode": "true"},
        "content": {
            "fields": {"pass_share": "0.5", "steps_back": "1", "back_costs": "posture", "indicators": "end"},
            "texts": {"intro": "Hello"},
            "lists": {
                "measures": [{"id": one["id"], "texts": {"name": one["id"]}} for one in structure["measures"]],
                "nodes": [
                    {
                        "id": "n1",
                        "fields": {"ending": ""},
                        "texts": {"situation": "Where?"},
                        "lists": {
                            "choices": [
                                {
                                    "id": "a",
                                    "fields": {"to": "e1"},
                                    "texts": {"": "On"},
                                    "lists": {"effects": [{"fields": {"on": "governance", "by": "1"}}]},
                                }
                            ]
                        },
                    },
                    {"id": "e1", "fields": {"ending": "best"}, "texts": {"title": "End", "situation": "Here."}},
                ],
            },
        },
    }
    request = Request.blank("/", method="POST", body=json.dumps(sent).encode(), content_type="application/json")
    answer = block.handle("studio_submit", request).json
    assert answer["code"] == "saved", answer
    assert block.structure == {**structure, "pass_share": "0.5"}
    preview = block.handle("studio_preview", request).json
    assert "coop-scenario__map" in preview["html"]


def test_workbench_scenarios_load_and_play() -> None:
    for _title, xml in CoopScenarioBlock.workbench_scenarios():
        assert "coop-scenario" in Host(xml).page()
