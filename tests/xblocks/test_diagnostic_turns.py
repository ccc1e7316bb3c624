"""Members measure in turn or with stones; what is no answer or comes out of turn is refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from diagnostic_acts import ALONE, FOUR, PILLARS, THREE, Sitting, answer_all, heading, measure, of_pillar, send, shipped, tree
from webob import Request, Response

TURNS = shipped("en", "diagnostic-group")
STONES = ALONE.replace("<coop_diagnostic ", '<coop_diagnostic group="stones" ')


@pytest.fixture
def alone() -> Sitting:
    return Sitting(ALONE)


@pytest.fixture
def turns() -> Sitting:
    return Sitting(TURNS)


@pytest.fixture
def stones() -> Sitting:
    return Sitting(STONES)


def send_form(host: Sitting, handler: str, fields: Mapping[str, str], *, accept: str = "text/html", **how: Any) -> Response:
    block = host.block(**how)
    pairs = [("attempt", block.attempt_name()), *((f"answer-{name}", value) for name, value in fields.items())]
    answer = block.handle(handler, Request.blank("/", POST=pairs, accept=accept))
    block.save()
    return answer


def member(host: Sitting, values: Mapping[str, Any] = THREE) -> None:
    answer_all(host, values)
    assert send(host, "pass_on").status_code == 200


# --- in turns ---


def test_members_answer_in_turn(turns) -> None:
    send(turns, "begin")
    member(turns, THREE)
    assert heading(turns) == "Pass the phone to the next member"
    assert "1 member has answered." in turns.page()
    assert send(turns, "go", {"form.to": "governance"}).status_code == 200
    member(turns, THREE | {"governance": "1", "innovation": "unknown"})
    assert send(turns, "go", {"form.to": "review"}).status_code == 200
    assert send(turns, "finish").status_code == 200
    data = turns.published[0][1]
    assert (data["respondents"], data["overall"]) == (2, 63)
    assert data["pillars"] == [
        {"id": "governance", "score": 63, "answered": 6, "spread": 3},
        {"id": "marketing", "score": 50, "answered": 6, "spread": 0},
        {"id": "innovation", "score": 75, "answered": 6, "spread": 0},
    ]
    assert data["statements"][0] == {"id": "g1", "mean": 2.5, "spread": 3, "answered": 2}
    page = tree(turns.page())
    assert "To discuss: you see these very differently." in page.text_content()
    assert [item.text_content()[:21] for item in page.xpath(".//div[@class='coop-diagnostic__discuss']//li")][:1] == [
        "Members know what the"
    ]


def test_the_next_member_sees_nothing_of_the_one_before(turns) -> None:
    send(turns, "begin")
    answer_all(turns, THREE)
    assert heading(turns) == "Thank you: these were all the statements"
    assert send(turns, "pass_on").status_code == 200
    state = turns.state()
    assert state["answers"] == {}
    assert state["counts"]["g1"] == [0, 0, 0, 0, 1]
    shown = [turns.page()]
    send(turns, "go", {"form.to": "governance"})
    for pillar in THREE:
        shown.append(turns.page())
        send(turns, "answer", of_pillar(pillar, "0"))
    assert [page.count(" checked") for page in shown] == [0] * 4
    assert [page for page in shown if "statements answered" in page] == []


def test_nothing_kept_tells_who_said_what(turns) -> None:
    send(turns, "begin")
    first, second = {"governance": "0", "marketing": "4", "innovation": "1"}, THREE
    member(turns, first)
    send(turns, "go", {"form.to": "governance"})
    member(turns, second)
    one_way = turns.state()
    other = Sitting(TURNS)
    send(other, "begin")
    member(other, second)
    send(other, "go", {"form.to": "governance"})
    member(other, first)
    assert other.state() == one_way


def test_a_turn_sent_twice_counts_once(turns) -> None:
    send(turns, "begin")
    answer_all(turns, THREE)
    name = turns.block().attempt_name()
    assert send(turns, "pass_on", attempt=name).json["code"] == "done"
    again = send(turns, "pass_on", attempt=name)
    assert (again.status_code, again.json.get("replayed")) == (200, True)
    send(turns, "go", {"form.to": "governance"})
    answer_all(turns, THREE)
    late = send(turns, "answer", of_pillar("governance", "0"), attempt=name)
    assert (late.status_code, late.json["code"]) == (409, "moved_on")
    assert turns.state()["respondents"] == 1
    assert turns.state()["answers"]["g1"] == 4


def test_who_knows_nothing_is_not_counted(turns) -> None:
    send(turns, "begin")
    member(turns, dict.fromkeys(THREE, "unknown"))
    assert turns.state().get("respondents", 0) == 0
    assert send(turns, "go", {"form.to": "review"}).json["code"] == "not_now"


def test_no_going_back_to_a_turn_that_was_passed_on(turns) -> None:
    send(turns, "begin")
    member(turns, THREE)
    assert [send(turns, "go", {"form.to": to}).json["code"] for to in ("innovation", "result", "start", "ghost", "")] == [
        "not_now"
    ] * 5
    assert send(turns, "answer", of_pillar("governance", "0")).json["code"] == "not_now"
    assert send(turns, "pass_on").json["code"] == "not_now"
    assert send(turns, "finish").json["code"] == "not_now"
    send(turns, "go", {"form.to": "review"})
    assert send(turns, "go", {"form.to": "innovation"}).json["code"] == "not_now"
    assert send(turns, "go", {"form.to": "governance"}).status_code == 200


# --- stones ---


def bowls(pillar: str, counts: str, *, go: str = "next") -> dict[str, str]:
    rows = {f"{PILLARS[pillar]}{n}.{value}": count for n in range(1, 7) for value, count in enumerate(counts.split(","))}
    return rows | {"form.pillar": pillar, "form.go": go}


def test_stones_in_bowls(stones) -> None:
    send(stones, "begin")
    assert len(tree(stones.page()).xpath(".//fieldset//input[@inputmode='numeric']")) == 30
    assert send(stones, "answer", bowls("governance", "1,0,0,٣,1")).status_code == 200
    for pillar in ("finance", "marketing", "innovation"):
        assert send(stones, "answer", bowls(pillar, ",,6,,")).status_code == 200
    assert send(stones, "finish").status_code == 200
    data = stones.published[0][1]
    assert data["respondents"] == 6
    assert data["pillars"][0] == {"id": "governance", "score": 65, "answered": 6, "spread": 4}
    assert data["statements"][0] == {"id": "g1", "mean": 2.6, "spread": 4, "answered": 5}


def test_stones_that_cannot_be_read(stones) -> None:
    send(stones, "begin")
    sent = bowls("governance", "1,2,,,") | {"g2.0": "many", "g3.1": "-1"}
    by_script = send(stones, "answer", sent)
    assert (by_script.status_code, list(by_script.json["errors"])) == (422, ["g2", "g3"])
    assert stones.state().get("counts", {}) == {}
    assert stones.state().get("draft", {}) == {}
    assert send_form(stones, "answer", sent).status_code == 422
    page = tree(stones.page())
    typed = {one.get("name"): one.get("value") for one in page.xpath(".//fieldset//input") if one.get("value")}
    assert (typed["answer-g2.0"], typed["answer-g3.1"], typed["answer-g1.1"]) == ("many", "-1", "2")
    assert page.xpath(".//input[@aria-invalid]/@name") == ["answer-g2.0", "answer-g3.1"]
    assert page.xpath("string(.//p[@role='status'])") == "Nothing was kept. Look at what needs you."
    assert send_form(stones, "answer", bowls("governance", "1,2,,,")).status_code == 200
    assert stones.state()["draft"] == {}


# --- attacks ---

HOSTILE = ["5", "-1", "NaN", "Infinity", "1e309", "٣٫٥", "1/0", "", "9" * 100_000, ["1", "2"], 1.5, 1e308]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: str(value)[:8])
def test_values_that_are_none(alone, value) -> None:
    send(alone, "begin")
    answer = send(alone, "answer", of_pillar("governance", "1") | {"g3": value})
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["g3"]
    assert "g3" not in alone.state().get("answers", {})


def test_ten_megabytes_and_what_is_no_json(alone) -> None:
    block = alone.block()
    bodies = [b"x" * 10_000_000, b"[]", b"{", b'{"answers": {"g1": {}}}', b'{"answers": {"g1": [[1]]}}']
    answers = [
        block.handle("answer", Request.blank("/", method="POST", body=body, content_type="application/json")) for body in bodies
    ]
    assert [answer.status_code for answer in answers] == [413, 400, 400, 400, 400]
    assert block.handle("answer", Request.blank("/")).status_code == 405


def test_unknown_statements_and_fields_of_the_block_are_left_out(alone) -> None:
    send(alone, "begin")
    extra = {"ghost": "4", "f1": "4", "place": "result", "measures": "x", "respondents": "99", "counts": "1", "turn": "7"}
    assert send(alone, "answer", of_pillar("governance", "1") | extra).status_code == 200
    state = alone.state()
    assert state["answers"] == dict.fromkeys(["g1", "g2", "g3", "g4", "g5", "g6"], 1)
    assert (state["place"], state.get("measures", []), state.get("respondents", 0), state["turn"]) == ("pillar", [], 0, 1)


@pytest.mark.parametrize(
    "fields",
    [{"form.pillar": "ghost"}, {"form.pillar": ""}, {"form.go": "result"}, {"form.go": ""}, {"form.pillar": "governance.g1"}],
)
def test_steps_that_do_not_exist(alone, fields) -> None:
    send(alone, "begin")
    answer = send(alone, "answer", of_pillar("governance", "1") | fields)
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")
    assert alone.state().get("answers", {}) == {}


def test_handlers_out_of_turn(alone) -> None:
    early = {
        handler: send(alone, handler, of_pillar("governance", "4")).json["code"]
        for handler in ("answer", "go", "pass_on", "finish", "again")
    }
    assert set(early.values()) == {"not_now"}
    send(alone, "begin")
    assert send(alone, "finish").json["code"] == "not_now"
    assert send(alone, "begin").json["code"] == "not_now"
    assert send(alone, "pass_on").json["code"] == "not_now"
    answer_all(alone, dict.fromkeys(PILLARS, "unknown"))
    assert send(alone, "finish").json["code"] == "nothing_answered"
    send(alone, "go", {"form.to": "governance"})
    answer_all(alone, FOUR)
    name = alone.block().attempt_name()
    assert send(alone, "finish").status_code == 200
    published = []
    for answer in (send(alone, "finish", attempt=name), send(alone, "finish")):
        published += [answer.json["code"], len(alone.published)]
    assert published == ["done", 0, "not_now", 0]
    assert len(alone.state()["measures"]) == 1
    assert send(alone, "answer", of_pillar("governance", "0")).json["code"] == "not_now"


def test_a_page_without_the_turn_is_refused(alone) -> None:
    assert [send(alone, "begin", attempt=name).json["code"] for name in ("", "turn-1", "turn-00", "x" * 1000)] == ["moved_on"] * 4


def test_a_refusal_shows_where_one_is(alone) -> None:
    send(alone, "begin")
    answer = send(alone, "finish")
    assert answer.json["message"] == "This step is not open now. Here is where you are."
    assert "Pillar 1 of 4" in answer.json["html"]


@pytest.mark.parametrize("handler", ["begin", "answer", "go", "pass_on", "finish", "again"])
def test_a_closed_block_takes_nothing(alone, handler) -> None:
    before = alone.state()
    answer = send(alone, handler, of_pillar("governance", "4"), closed=True)
    assert (answer.status_code, answer.json["code"]) == (409, "closed")
    assert alone.state() == before
    assert "<form" not in alone.page(closed=True)


def test_closing_leaves_the_result_to_be_seen(alone) -> None:
    measure(alone)
    page = alone.page(closed=True)
    assert "Our radar" in page
    assert "<form" not in page


def test_names_and_moments_that_are_refused(alone) -> None:
    long = send(alone, "begin", {"form.cooperative": "x" * 121})
    assert (long.status_code, long.json["errors"]) == (422, {"form.cooperative": "At most 120 characters."})
    assert send(alone, "begin", {"form.moment": "never"}).status_code == 400
    assert alone.state() == {}
    send(alone, "begin", {"form.cooperative": "<script>steal()</script>"})
    answer_all(alone, FOUR)
    send(alone, "finish")
    assert "<script" not in alone.page()
    assert "&lt;script&gt;" in alone.page()


def test_author_markup_cannot_act() -> None:
    hostile = ALONE.replace("Members know", "<script>steal()</script><img src='x' onerror='steal()'/>Members").replace(
        "<name>Marketing</name>", "<name>&lt;b onclick='x'&gt;Marketing</name>"
    )
    host = Sitting(hostile)
    send(host, "begin")
    pages = [host.page()]
    answer_all(host, FOUR)
    send(host, "finish")
    pages.append(host.page())
    for page in pages:
        assert "<script" not in page
        assert "onerror" not in page
        assert "<b onclick" not in page


# --- the page ---


def test_pages_are_whole_without_script(turns) -> None:
    def fields(form: str) -> list[str]:
        found = tree(turns.page(context={"plain_forms": True})).xpath(f".//form[@data-coop-form='{form}']")[0]
        return sorted({one.get("name") for one in found.xpath(".//input|.//button") if one.get("name")})

    assert fields("begin") == ["answer-form.cooperative", "answer-form.moment", "attempt"]
    send_form(turns, "begin", {"form.moment": "before"})
    assert fields("answer") == sorted([f"answer-g{n}" for n in range(1, 7)] + ["answer-form.go", "answer-form.pillar", "attempt"])
    for pillar, value in THREE.items():
        assert send_form(turns, "answer", of_pillar(pillar, value)).status_code == 200
    assert fields("pass_on") == ["attempt"]
    send_form(turns, "pass_on", {})
    assert fields("go") == ["answer-form.to", "attempt"]
    send_form(turns, "go", {"form.to": "review"})
    assert send_form(turns, "finish", {}).status_code == 200
    assert "Our radar" in turns.page()


@pytest.mark.parametrize("xml", [ALONE, TURNS, STONES], ids=["alone", "turns", "stones"])
def test_every_screen_has_unique_ids_names_for_all_and_no_inline_code(xml) -> None:
    host = Sitting(xml)
    pages = [host.page()]
    send(host, "begin")
    pages.append(host.page())
    for page in pages:
        page_tree = tree(page)
        ids = page_tree.xpath(".//@id")
        assert len(ids) == len(set(ids))
        assert "<style" not in page
        assert "style=" not in page
        unnamed = [
            one for one in page_tree.xpath(".//input[not(@type='hidden')]") if one.getparent().tag != "label" and not one.get("id")
        ]
        assert unnamed == []
        assert [one for one in page_tree.iter("fieldset") if one.find("legend") is None] == []
        assert len(page_tree.xpath(".//*[@role='status']")) == 1
        assert len(page_tree.xpath(".//*[@data-focus]")) <= 1


def test_authors_see_every_statement_and_advice(alone) -> None:
    block = alone.block()
    page = block.author_view({}).content
    assert "Internal rules exist and are applied to all alike." in page
    assert "Test export with one small order." in page


def test_an_app_is_told_what_is_asked(turns) -> None:
    told = turns.block().student_view_data()
    assert [pillar["id"] for pillar in told["pillars"]] == ["governance", "marketing", "innovation"]
    assert told["group"] == "turns"
    assert len(told["pillars"][0]["statements"]) == 6
