"""The scenario block in a host: its page, its handlers, what they refuse, and what a page never tells."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree
from memory_host import Host
from scenario_acts import BEST, act, choose, grades, send, walk, xml_of
from scenario_tables import TABLES
from webob import Request


@pytest.fixture
def host() -> Host:
    return Host(xml_of())


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
