"""The scenario block in a host: its page, its handlers, what they refuse, and what a page never tells."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from lxml import etree
from memory_host import Host, export
from scenario_tables import TABLES, structure_of, texts_of
from webob import Request, Response

from takwin_xblocks.contract.writing import write_content
from takwin_xblocks.scenario.block import CoopScenarioBlock
from takwin_xblocks.scenario.content import SCHEMA

BEST = "bbac"


def xml_of(table: str = TABLES["s1"], *, settings: dict[str, str] | None = None, **content: Any) -> str:
    structure = structure_of(table, **content)
    texts = {**texts_of(structure), "intro": "Introduction.", "debrief": "Debrief-questions"}
    node = etree.Element("coop_scenario", {"display_name": "The till", **(settings or {})})
    write_content(SCHEMA, node, structure, texts)
    return etree.tostring(node, encoding="unicode")


@pytest.fixture
def host() -> Host:
    return Host(xml_of())


def send(block: Any, handler: str, /, **answers: object) -> Response:
    body = json.dumps({"answers": {name: str(value) for name, value in answers.items()}}).encode()
    return block.handle(handler, Request.blank("/", method="POST", body=body, content_type="application/json"))


def choose(host: Host, choice: str, *, step: int, run: int = 0, learner: str = "aicha", **how: Any) -> Response:
    block = host.block(learner, **how)
    response = send(block, "choose", run=run, step=step, choice=choice)
    block.save()
    return response


def act(host: Host, handler: str, /, learner: str = "aicha", **answers: object) -> tuple[Response, Any]:
    block = host.block(learner)
    response = send(block, handler, **answers)
    block.save()
    return response, block


def walk(host: Host, choices: str, *, run: int = 0, learner: str = "aicha") -> Response:
    for step, choice in enumerate(choices):
        response = choose(host, choice, step=step, run=run, learner=learner)
        assert response.status_code == 200, response.text
    return response


def grades(block: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(kind, data) for kind, data in block.runtime.published if kind in ("grade", "completion")]


# --- the page ---


def test_the_page_shows_the_first_situation_and_its_choices(host: Host) -> None:
    page = host.page()
    for words in ("The till", "Introduction.", "Situation-n1.", "Choice-n1-a", "Choice-n1-b", "Choice-n1-c", "What do you do?"):
        assert words in page
    assert page.count('type="radio"') == 3
    assert 'style="' not in page


def test_the_page_tells_nothing_that_was_not_met(host: Host) -> None:
    met, came = {"n1"}, set[str]()
    way = zip(BEST, ("n1", "n3", "n6", "n8"), ("n3", "n6", "n8", "e1"), strict=True)
    for step, (choice, here, after) in enumerate(way):
        page = host.page()
        assert set(re.findall(r"Situation-(\w+)\.", page)) == met
        assert set(re.findall(r"Consequence-(\S+?)<", page)) == came
        assert set(re.findall(r"Choice-(\S+?)<", page)) == came | {
            f"{here}-{one}" for one in "abc" if f"{here} {one} " in TABLES["s1"]
        }
        for words in ("Debrief-questions", "Title-", "Name-of-finance", "Together", "brings", 'data-ending="'):
            assert words not in page
        answer = choose(host, choice, step=step).json
        assert set(answer) == {"code", "message", "html"} | ({"ending"} if after == "e1" else set())
        met.add(after)
        came.add(f"{here}-{choice}")
    page = host.page()
    assert set(re.findall(r"Situation-(\w+)\.", page)) == met
    assert set(re.findall(r"Title-(\w+)", page)) == {"e1"}
    assert set(re.findall(r"Consequence-(\S+?)<", page)) == came
    assert set(re.findall(r"Choice-(\S+?)<", page)) == came
    assert "Debrief-questions" in page


def test_the_state_holds_no_answer(host: Host) -> None:
    walk(host, "bb")
    assert host.state() == {"moves": [["n1", "b"], ["n3", "b"]]}


def test_an_app_is_told_nothing(host: Host) -> None:
    assert host.block().student_view_data() == {"display_name": "The till"}


def test_indicators_are_shown_when_the_author_says(host: Host) -> None:
    shown = Host(xml_of(indicators="shown"))
    walk(shown, "b")
    assert "Name-of-finance" in shown.page()
    never = Host(xml_of(indicators="never"))
    page = walk(never, BEST).json["html"]
    assert "Name-of-" not in page.replace("“Name-of-posture”", "")
    assert "Together" not in page
    assert "Passed. No other path brings more." in page
    assert "Name-of-finance" in walk(host, BEST).json["html"]


def test_the_debrief_gives_profile_sum_and_path(host: Host) -> None:
    page = walk(host, BEST).json["html"]
    figures = re.findall(r'__name">(\S+?)</span>.*?<bdi dir="ltr">(\S+?)</bdi> (\w+)<', page)
    assert figures == [
        ("Name-of-governance", "+7", "strong"),
        ("Name-of-finance", "+9", "strong"),
        ("Name-of-trust", "+7", "strong"),
        ("Name-of-posture", "+10", "strong"),
    ]
    assert "33\u2069. The best path brings 33; 20 is enough." in page
    assert page.count("<rect") == 8


def test_a_run_that_is_not_enough_is_told_kindly(host: Host) -> None:
    page = walk(host, "aa").json["html"]
    assert "Not yet. Read your path again: at which step would you act otherwise?" in page
    assert "\u2066\u22129\u2069" in page


@pytest.mark.parametrize(("language", "words"), [("ar", "ماذا تفعلون؟"), ("fr", "Que faites-vous\u00a0?")])
def test_the_page_speaks_the_reader_s_language(host: Host, language: str, words: str) -> None:
    assert words in host.page(language=language)


def test_pictures_and_recordings() -> None:
    xml = xml_of().replace('<node id="n1">', '<node id="n1" picture="/static/till.svg" audio="/static/till.mp3">', 1)
    xml = xml.replace(
        "<situation>Situation-n1.</situation>",
        "<situation>S</situation><picture_alt>A till</picture_alt><transcript>Said</transcript>",
    )
    page = Host(xml).page()
    assert '<img src="/static/till.svg" alt="A till"' in page
    assert 'src="/static/till.mp3"' in page
    assert "Said" in page


def test_texts_of_people_are_no_markup() -> None:
    xml = xml_of().replace("Situation-n1.", "&lt;script&gt;alert(1)&lt;/script&gt;<img src='x' alt='y' onerror='z'/>")
    page = Host(xml).page()
    assert "<script" not in page
    assert "onerror" not in re.sub(r"&lt;.*?&gt;", "", page)


def test_nothing_written_yet() -> None:
    host = Host('<coop_scenario display_name="Empty"/>')
    assert "This scenario is not written yet." in host.page()
    assert choose(host, "a", step=0).json["code"] == "not_ready"
    assert str(host.block().runtime.render(host.block(), "author_view", {}).content).count("<svg") == 0


# --- choosing ---


def test_the_whole_way_is_graded_and_completed(host: Host) -> None:
    walk(host, BEST[:3])
    block = host.block()
    answer = send(block, "choose", run=0, step=3, choice="c").json
    assert (answer["code"], answer["ending"]) == ("ended", "e1")
    assert grades(block) == [("grade", {"value": 10.0, "max_value": 10.0}), ("completion", {"completion": 1.0})]
    told = dict(block.runtime.published)["coop.scenario.ended"]
    assert (told["total"], told["best"], told["passed"], told["path"][0]) == (33, 33, True, ["n1", "b"])
    assert told["profile"] == {"governance": 7, "finance": 9, "trust": 7, "posture": 10}


def test_weight_is_what_the_best_path_is_worth() -> None:
    host = Host(xml_of(settings={"weight": "33"}))
    walk(host, "bba")
    block = host.block()
    send(block, "choose", run=0, step=3, choice="b")
    assert (block.max_score(), grades(block)[0]) == (33.0, ("grade", {"value": 25.0, "max_value": 33.0}))


def test_a_weight_of_nothing_is_no_points() -> None:
    host = Host(xml_of(settings={"weight": "0"}))
    walk(host, "a")
    _response, block = act(host, "choose", run=0, step=1, choice="b")
    assert block.max_score() == 0.0


def test_a_sum_below_nothing_earns_nothing(host: Host) -> None:
    walk(host, "a")
    _response, block = act(host, "choose", run=0, step=1, choice="a")
    assert grades(block)[0] == ("grade", {"value": 0.0, "max_value": 10.0})


def test_going_on_publishes_nothing(host: Host) -> None:
    response, block = act(host, "choose", run=0, step=0, choice="a")
    assert (response.json["code"], block.runtime.published) == ("chosen", [])


def test_a_choice_sent_again_is_answered_alike_and_changes_nothing(host: Host) -> None:
    first = choose(host, "b", step=0)
    state = host.state()
    assert choose(host, "b", step=0).json == first.json
    walk(host, BEST)
    state = host.state()
    response, block = act(host, "choose", run=0, step=3, choice="c")
    assert (response.status_code, host.state(), block.runtime.published) == (200, state, [])


@pytest.mark.parametrize(
    ("taken", "choice", "step", "run", "code"),
    [
        ("b", "a", 0, 0, "other_choice"),
        ("b", "b", 2, 0, "not_yet"),
        ("b", "z", 1, 0, "not_offered"),
        ("b", "e4", 1, 0, "not_offered"),
        ("", "b", 0, 1, "other_run"),
        (BEST, "a", 4, 0, "ended"),
    ],
)
def test_out_of_turn_is_refused_and_changes_nothing(host: Host, taken: str, choice: str, step: int, run: int, code: str) -> None:
    if taken:
        walk(host, taken)
    state, page = host.state(), host.page()
    response = choose(host, choice, step=step, run=run)
    assert (response.status_code, response.json["code"]) == (409, code)
    assert len(response.json["message"]) > 20
    assert response.json["html"] in page
    assert host.state() == state


def test_two_tabs_cannot_take_two_choices_of_one_step(host: Host) -> None:
    one, other = host.block(), host.block()
    assert send(one, "choose", run=0, step=0, choice="b").status_code == 200
    one.save()
    assert send(host.block(), "choose", run=0, step=0, choice="a").status_code == 409
    assert other.moves == [["n1", "b"]]


def test_learners_walk_apart(host: Host) -> None:
    walk(host, BEST)
    assert "Situation-n1." in host.page("fatou")
    assert host.state("fatou") == {}


def test_closed_takes_nothing(host: Host) -> None:
    walk(host, "b")
    state = host.state()
    for handler in ("choose", "back", "retry", "group"):
        block = host.block(closed=True)
        response = send(block, handler, run=0, step=1, choice="b", group="yes")
        block.save()
        assert (response.status_code, response.json["code"]) == (409, "closed")
    assert host.state() == state
    page = host.page(closed=True)
    assert "<form" not in page
    assert "This scenario is closed" in page


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e309", "-1", "1.0", "٠", "", " 0", "0x0", "9" * 5000])
@pytest.mark.parametrize("name", ["step", "run"])
def test_odd_numbers_are_refused(host: Host, number: str, name: str) -> None:
    response, _block = act(host, "choose", **{"run": 0, "step": 0, "choice": "b", name: number})
    assert (response.status_code, response.json["code"]) == (400, "malformed")
    assert host.state() == {}


@pytest.mark.parametrize("handler", ["choose", "back", "retry", "group"])
@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b'{"answers": 1}', b'{"answers": {"step": {}}}', b"[" * 100_000, b"\xff\xfe"],
)
def test_bodies_that_say_nothing_are_refused(host: Host, handler: str, body: bytes) -> None:
    block = host.block()
    response = block.handle(handler, Request.blank("/", method="POST", body=body, content_type="application/json"))
    block.save()
    assert (response.status_code, response.json["code"]) == (400, "malformed")
    assert host.state() == {}


@pytest.mark.parametrize(
    ("handler", "refusal"),
    # Another run and the group mode ask for no step: what is said of one is left out.
    [("choose", (400, "malformed")), ("back", (400, "malformed")), ("retry", (409, "not_ended")), ("group", (200, "alone"))],
)
def test_a_step_that_is_no_number_is_none(host: Host, handler: str, refusal: tuple[int, str]) -> None:
    block = host.block()
    body = b'{"answers": {"run": "0", "step": NaN}}'
    response = block.handle(handler, Request.blank("/", method="POST", body=body, content_type="application/json"))
    block.save()
    assert (response.status_code, response.json["code"]) == refusal
    assert host.state() == {}


def test_ten_megabytes_and_other_methods_are_refused(host: Host) -> None:
    request = Request.blank(
        "/", method="POST", body=b'{"answers": {"choice": "' + b"a" * 10_000_000 + b'"}}', content_type="application/json"
    )
    assert host.block().handle("choose", request).status_code == 413
    assert host.block().handle("choose", Request.blank("/")).status_code == 405
    assert host.state() == {}


def test_nothing_else_can_be_set(host: Host) -> None:
    body = {
        "answers": {"run": "0", "step": "0", "choice": "a", "best": "33"},
        "best": {"earned": 33, "possible": 33},
        "run": 7,
        "moves": [],
    }
    block = host.block()
    request = Request.blank("/", method="POST", body=json.dumps(body).encode(), content_type="application/json")
    assert block.handle("choose", request).status_code == 200
    block.save()
    assert host.state() == {"moves": [["n1", "a"]]}


def test_no_choice_is_no_move(host: Host) -> None:
    response, _block = act(host, "choose", run=0, step=0)
    assert (response.status_code, response.json["code"], list(response.json["errors"])) == (422, "nothing_chosen", ["choice"])
    assert host.state() == {}


def test_a_plain_form_walks_too(host: Host) -> None:
    page = etree.HTML(host.page(context={"plain_forms": True}))
    form = page.find(".//form[@data-coop-form='choose']")
    assert form.get("method") == "post"
    assert "/choose?" in form.get("action")
    fields = {one.get("name"): one.get("value") for one in form.iter("input") if one.get("type") == "hidden"}
    block = host.block()
    response = block.handle("choose", Request.blank("/", POST={**fields, "answer-choice": "b"}, accept="text/html"))
    block.save()
    assert response.status_code == 200
    assert "Situation-n3." in host.page()
    assert "<noscript" not in host.page(context={"plain_forms": True})
    assert "<noscript" in host.page()


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
