"""The diagnostic as members meet it: alone, in turn, with stones; every step out of turn refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from memory_host import Host, export
from webob import Request, Response

from takwin_xblocks.diagnostic.block import CoopDiagnosticBlock

TOUR = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
PILLARS = {"governance": "g", "finance": "f", "marketing": "m", "innovation": "i"}


def shipped(language: str, name: str) -> str:
    found = etree.parse(TOUR / language / "vertical" / f"{name}.xml").getroot().find("coop_diagnostic")
    assert found is not None
    return etree.tostring(found, encoding="unicode")


ALONE = shipped("en", "diagnostic-alone")
TURNS = shipped("en", "diagnostic-group")
STONES = ALONE.replace("<coop_diagnostic ", '<coop_diagnostic group="stones" ')


class Sitting(Host):
    """A host that remembers what the last step published."""

    published: list[tuple[str, dict[str, Any]]]


@pytest.fixture
def alone() -> Sitting:
    return Sitting(ALONE)


@pytest.fixture
def turns() -> Sitting:
    return Sitting(TURNS)


@pytest.fixture
def stones() -> Sitting:
    return Sitting(STONES)


def send(
    host: Sitting, handler: str, answers: Mapping[str, Any] | None = None, *, attempt: str | None = None, **how: Any
) -> Response:
    block = host.block(**how)
    body = {"answers": dict(answers or {}), "attempt": block.attempt_name() if attempt is None else attempt}
    answer = block.handle(
        handler, Request.blank("/", method="POST", body=json.dumps(body).encode(), content_type="application/json")
    )
    block.save()
    host.published = block.runtime.published
    return answer


def send_form(host: Sitting, handler: str, fields: Mapping[str, str], *, accept: str = "text/html", **how: Any) -> Response:
    block = host.block(**how)
    pairs = [("attempt", block.attempt_name()), *((f"answer-{name}", value) for name, value in fields.items())]
    answer = block.handle(handler, Request.blank("/", POST=pairs, accept=accept))
    block.save()
    return answer


def of_pillar(pillar: str, value: Any, *, go: str = "next") -> dict[str, Any]:
    return {f"{PILLARS[pillar]}{n}": value for n in range(1, 7)} | {"form.pillar": pillar, "form.go": go}


def answer_all(host: Sitting, values: Mapping[str, Any]) -> None:
    for pillar, value in values.items():
        assert send(host, "answer", of_pillar(pillar, value)).status_code == 200


FOUR = {"governance": "4", "finance": "1", "marketing": "2", "innovation": "unknown"}
THREE = {"governance": "4", "marketing": "2", "innovation": "3"}


def measure(host: Sitting, values: Mapping[str, Any] = FOUR) -> Response:
    assert send(host, "begin").status_code == 200
    answer_all(host, values)
    return send(host, "finish")


def member(host: Sitting, values: Mapping[str, Any] = THREE) -> None:
    answer_all(host, values)
    assert send(host, "pass_on").status_code == 200


def tree(page: str) -> html.HtmlElement:
    return html.fragment_fromstring(page, create_parent="div")


def heading(host: Sitting, **how: Any) -> str:
    return " ".join(tree(host.page(**how)).xpath("string(.//h4)").split())


# --- what a host reads ---


def test_what_a_host_reads_from_the_class() -> None:
    assert CoopDiagnosticBlock.has_score is False
    assert CoopDiagnosticBlock.has_custom_completion is True
    assert CoopDiagnosticBlock.completion_mode == "completable"
    assert (CoopDiagnosticBlock.inline_safe, CoopDiagnosticBlock.offline_safe) == (True, True)


@pytest.mark.parametrize("name", ["diagnostic-alone", "diagnostic-group"])
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_out_and_back_in_each_language(language, name) -> None:
    first = Host(shipped(language, name)).block()
    again = Host(export(first)).block()
    assert (again.structure, again.texts, again.display_name) == (first.structure, first.texts, first.display_name)


def test_every_scenario_of_the_workbench_opens() -> None:
    scenarios = CoopDiagnosticBlock.workbench_scenarios()
    assert len(scenarios) == 4
    assert ["coop-diagnostic" in Host(xml).page() for _title, xml in scenarios] == [True] * 4


def test_nothing_yet() -> None:
    host = Sitting("<coop_diagnostic/>")
    assert "This diagnostic has no statement yet." in host.page()
    assert "<form" not in host.page()
    assert send(host, "begin").json["code"] == "not_now"


# --- alone ---


def test_one_pillar_a_screen(alone) -> None:
    assert [form.get("data-coop-form") for form in tree(alone.page()).iter("form")] == ["begin"]
    answer = send(alone, "begin", {"form.cooperative": "  Tamaynut\u202e \n 2 ", "form.moment": "during"})
    assert answer.json["code"] == "done"
    assert (alone.state()["cooperative"], alone.state()["moment"]) == ("Tamaynut 2", "during")
    seen = []
    for pillar, value in FOUR.items():
        page = tree(alone.page())
        seen.append((heading(alone), len(page.xpath(".//fieldset")), len(page.xpath(".//input[@type='radio']"))))
        send(alone, "answer", of_pillar(pillar, value))
    assert seen == [
        ("Pillar 1 of 4 Governance", 6, 36),
        ("Pillar 2 of 4 Financial management", 6, 36),
        ("Pillar 3 of 4 Marketing", 6, 36),
        ("Pillar 4 of 4 Innovation", 6, 36),
    ]
    assert heading(alone) == "Before the radar"
    assert alone.page().count("6 of 6 statements answered") == 4


def test_the_event_is_what_hosts_agreed_on(alone) -> None:
    send(alone, "begin", {"form.cooperative": "Tamaynut"}, language="fr")
    answer_all(alone, FOUR)
    assert send(alone, "finish", language="fr").status_code == 200
    (name, data), (completion, whole) = alone.published
    statements = [
        {"id": f"{letter}{n}", "mean": mean, "spread": 0, "answered": 0 if mean is None else 1}
        for letter, mean in (("g", 4.0), ("f", 1.0), ("m", 2.0), ("i", None))
        for n in range(1, 7)
    ]
    assert (name, data) == (
        "coop.diagnostic.completed",
        {
            "moment": "before",
            "cooperative": "Tamaynut",
            "respondents": 1,
            "overall": None,
            "pillars": [
                {"id": "governance", "score": 100, "answered": 6, "spread": 0},
                {"id": "finance", "score": 25, "answered": 6, "spread": 0},
                {"id": "marketing", "score": 50, "answered": 6, "spread": 0},
                {"id": "innovation", "score": None, "answered": 0, "spread": 0},
            ],
            "statements": statements,
            "language": "fr",
        },
    )
    assert (completion, whole) == ("completion", {"completion": 1.0})
    assert json.loads(json.dumps(data)) == data


def test_the_result(alone) -> None:
    measure(alone)
    page = tree(alone.page())
    assert heading(alone) == "Our radar"
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in page.xpath(".//table[1]/tbody/tr")][:5]
    assert rows == [
        ["Governance", "100", "Autonomous"],
        ["Financial management", "25", "Structuring"],
        ["Marketing", "50", "Consolidating"],
        ["Innovation", "–", "–"],
        ["Overall", "–", "–"],
    ]
    drawing = page.xpath(".//figure/svg")[0]
    assert drawing.get("role") == "img"
    described = [drawing.xpath(f".//*[@id='{name}']")[0].text for name in drawing.get("aria-labelledby").split()]
    assert described[0] == "Radar of the pillars, from 0 to 100"
    assert "Governance 100, Financial management 25, Marketing 50, Innovation –" in described[1]
    steps = [" ".join(item.text_content().split()) for item in page.xpath(".//ol[1]/li")]
    assert len(steps) == 9
    assert "Stand by a younger cooperative" in steps[0]
    assert "Calculate the full cost" in steps[3]
    assert "Compare two sales channels" in steps[6]
    assert "No score: fewer than 4 statements were answered." in page.text_content()
    assert "Where a first step may help most: Financial management" in " ".join(page.text_content().split())


def test_skipping_is_said_and_forgetting_is_asked_again(alone) -> None:
    send(alone, "begin")
    some = {"g1": "3", "g2": "unknown", "form.pillar": "governance", "form.go": "next"}
    answer = send(alone, "answer", some)
    assert (answer.status_code, answer.json["code"]) == (422, "unanswered")
    assert list(answer.json["errors"]) == ["g3", "g4", "g5", "g6"]
    assert alone.state()["answers"] == {"g1": 3, "g2": None}
    page = tree(alone.page())
    assert page.xpath(".//fieldset[@data-state='error']/@data-part") == ["g3", "g4", "g5", "g6"]
    assert page.xpath(".//input[@checked]/@value") == ["3", "unknown"]
    assert send(alone, "answer", of_pillar("governance", "٢")).status_code == 200
    assert alone.state()["answers"] == dict.fromkeys(["g1", "g2", "g3", "g4", "g5", "g6"], 2)


def test_back_keeps_what_was_chosen_so_far(alone) -> None:
    send(alone, "begin")
    send(alone, "answer", of_pillar("governance", "1"))
    assert send(alone, "answer", {"f1": "2", "form.pillar": "finance", "form.go": "back"}).status_code == 200
    assert heading(alone) == "Pillar 1 of 4 Governance"
    assert alone.state()["answers"]["f1"] == 2


def test_from_the_summary_back_to_a_pillar(alone) -> None:
    send(alone, "begin")
    answer_all(alone, FOUR)
    assert send(alone, "go", {"form.to": "marketing"}).status_code == 200
    assert heading(alone) == "Pillar 3 of 4 Marketing"
    assert send(alone, "answer", of_pillar("marketing", "0")).status_code == 200
    assert heading(alone) == "Pillar 4 of 4 Innovation"


def test_before_and_after_on_one_chart(alone) -> None:
    measure(alone, dict.fromkeys(PILLARS, "1"))
    assert send(alone, "again").status_code == 200
    assert "Back to our results" in alone.page()
    measure(alone, dict.fromkeys(PILLARS, "3") | {"finance": "0"})
    page = tree(alone.page())
    assert [one["moment"] for one in alone.state()["measures"]] == ["before", "after"]
    strokes = [one.get("stroke-dasharray") for one in page.xpath(".//figure/svg//g[not(@aria-hidden)]/polygon")]
    assert strokes == ["7 5", None]
    legend = [text.strip() for text in page.xpath(".//figcaption//li/text()")]
    assert [text for text in legend if text] == [
        "First measure (Before the accompaniment)",
        "Last measure (After the accompaniment)",
    ]
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in page.xpath(".//table[1]/tbody/tr")][:5]
    assert rows == [
        ["Governance", "25", "75", "+50"],
        ["Financial management", "25", "0", "−25"],
        ["Marketing", "25", "75", "+50"],
        ["Innovation", "25", "75", "+50"],
        ["Overall", "25", "56", "+31"],
    ]


def test_ten_measures_are_kept_and_the_first_for_ever(alone) -> None:
    for index in range(12):
        measure(alone, dict.fromkeys(PILLARS, str(index % 5)))
        send(alone, "again")
    kept = alone.state()["measures"]
    assert len(kept) == 10
    assert [one["overall"] for one in kept] == [0, 75, 100, 0, 25, 50, 75, 100, 0, 25]
    assert send(alone, "go", {"form.to": "result"}).status_code == 200
    assert "All measures" in alone.page()


def test_a_pillar_left_out_is_neither_asked_nor_measured() -> None:
    host = Sitting(ALONE.replace("<coop_diagnostic ", '<coop_diagnostic hidden_pillars="finance" '))
    assert measure(host, THREE).status_code == 200
    data = host.published[0][1]
    assert [pillar["id"] for pillar in data["pillars"]] == ["governance", "marketing", "innovation"]
    assert [one["id"][0] for one in data["statements"]] == ["g"] * 6 + ["m"] * 6 + ["i"] * 6
    assert data["overall"] == 75
    assert "Financial management" not in host.page()
    spokes = tree(host.page()).xpath(".//figure/svg/g[@aria-hidden]/line")
    assert len(spokes) == 3


def test_two_pillars_have_a_table_and_no_radar() -> None:
    host = Sitting(ALONE.replace("<coop_diagnostic ", '<coop_diagnostic hidden_pillars="finance innovation" '))
    measure(host, {"governance": "4", "marketing": "2"})
    page = tree(host.page())
    assert page.xpath(".//figure") == []
    assert [row[0].text_content() for row in page.xpath(".//table[1]/tbody/tr")][:2] == ["Governance", "Marketing"]


def test_changing_language_keeps_every_answer() -> None:
    host = Sitting(ALONE)
    send(host, "begin", language="en")
    send(host, "answer", of_pillar("governance", "3"), language="ar")
    page = host.page(language="ar")
    assert "المحور 2 من 4" in page
    assert host.state()["answers"] == dict.fromkeys(["g1", "g2", "g3", "g4", "g5", "g6"], 3)


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
