"""The matching block: its page tells nothing too early, its handler takes only what it should."""

from __future__ import annotations

import json
import re

import pytest
from asked_pages import fields, find, named, of_class, send, texts
from memory_host import Host, export, post_body, post_form, post_json

MATCH = """<coop_match display_name="Fixed or variable" max_attempts="2">
  <prompt>Where does each expense go?</prompt>
  <feedback when="correct">Well sorted.</feedback>
  <feedback when="incorrect">Does it grow with what is made?</feedback>
  <target id="fixed">Fixed</target>
  <target id="variable">Variable</target>
  <item id="rent-fixed" to="fixed">The <b>rent</b><feedback>Due in quiet months too.</feedback></item>
  <item id="jars-variable" to="variable" picture="/static/jars.svg"><alt>Empty jars</alt></item>
  <item id="loan-nowhere">The loan, paid back</item>
</coop_match>"""
RIGHT = {"rent-fixed": "fixed", "jars-variable": "variable", "loan-nowhere": "none"}
WRONG = {"rent-fixed": "variable", "jars-variable": "fixed", "loan-nowhere": "fixed"}
PAIRS = """<coop_match mode="pairs">
  <target id="a">A</target><target id="b">B</target>
  <item id="one" to="a">One</item><item id="two" to="b">Two</item>
</coop_match>"""


@pytest.fixture
def match() -> Host:
    return Host(MATCH)


def test_without_script_each_item_has_a_list_of_places(match: Host) -> None:
    page = match.page(context={"plain_forms": True})
    tokens = match.block().tokens()
    assert len(find(page, "//form[@method='post']//li//select[@required]")) == 3
    for select in find(page, "//select"):
        offered = [(option.get("value"), option.text_content()) for option in select]
        assert offered == [("", "…"), (tokens["fixed"], "Fixed"), (tokens["variable"], "Variable"), ("none", "None of these")]
        label, item = (find(page, f"//*[@id='{one}']")[0] for one in select.get("aria-labelledby").split())
        assert label.text_content() == "Goes to"
        assert item.get("data-name") in {"The rent", "Empty jars", "The loan, paid back"}
    # What only script can use is not shown without it.
    assert all(button.get("hidden") is not None for button in find(page, "//button[@type='button']"))


def test_pictures_say_what_they_show(match: Host) -> None:
    assert [(img.get("src"), img.get("alt")) for img in find(match.page(), "//img")] == [("/static/jars.svg", "Empty jars")]


def test_the_page_tells_neither_ids_nor_answers_nor_feedback(match: Host) -> None:
    for learner in ("aicha", "fatou", "said"):
        page = match.page(learner)
        for word in ("rent-fixed", "jars-variable", "loan-nowhere", "quiet months", "Well sorted", 'value="fixed"'):
            assert word not in page


def test_the_order_and_the_names_are_the_learners_own_and_stay(match: Host) -> None:
    learners = [str(number) for number in range(12)]
    shown = {learner: tuple(texts(of_class(match.page(learner), "coop-match__text"))) for learner in learners}
    assert len(set(shown.values())) == 6
    assert all(tuple(texts(of_class(match.page(learner), "coop-match__text"))) == seen for learner, seen in shown.items())
    assert len({match.block(learner).tokens()["fixed"] for learner in learners}) == len(learners)


def test_all_right(match: Host) -> None:
    result = send(match, RIGHT)
    assert (result["status"], result["code"], result["earned"], result["possible"]) == (200, "marked", 3.0, 3.0)
    assert result["published"] == [("grade", {"value": 3.0, "max_value": 3.0}), ("completion", {"completion": 1.0})]
    page = match.page()
    assert texts(of_class(page, "coop__mark")) == ["✓ Right"] * 3
    assert sorted(texts(of_class(page, "coop__feedback"))) == ["Due in quiet months too.", "Well sorted."]
    assert "Items put where they go: 3 of 3." in page


def test_partly_right_is_said_of_each_item_in_words(match: Host) -> None:
    result = send(match, {**RIGHT, "jars-variable": "none"})
    tokens = match.block().tokens()
    assert result["earned"] == 2.0
    assert result["items"] == {
        tokens["rent-fixed"]: "correct",
        tokens["jars-variable"]: "incorrect",
        tokens["loan-nowhere"]: "correct",
    }
    assert sorted(texts(of_class(match.page(), "coop__mark"))) == ["✓ Right", "✓ Right", "✕ Not right"]
    assert texts(of_class(match.page(), "coop-match__answer")) == []


def test_the_right_answers_are_told_only_when_they_may_be(match: Host) -> None:
    send(match, WRONG)
    assert texts(of_class(match.page(), "coop-match__answer")) == []
    send(match, WRONG)
    page = match.page()
    assert sorted(texts(of_class(page, "coop-match__answer"))) == [
        "The right answer: Fixed",
        "The right answer: None of these",
        "The right answer: Variable",
    ]
    assert sorted(texts(of_class(page, "coop-match__given"))) == [
        "Your answer: Fixed",
        "Your answer: Fixed",
        "Your answer: Variable",
    ]
    assert find(page, "//select | //button | //*[@data-match]") == []


def test_the_page_shows_the_learners_places_again(match: Host) -> None:
    send(match, WRONG)
    tokens = match.block().tokens()
    chosen = {find(match.page(), f"//li[@data-item='{tokens[item]}']//option[@selected]")[0].get("value"): item for item in WRONG}
    assert chosen == {tokens["variable"]: "rent-fixed", tokens["fixed"]: "loan-nowhere"}


def test_state_keeps_the_authors_ids_and_nothing_else(match: Host) -> None:
    block = match.block()
    body = {"answers": {**named(block, RIGHT), "unknown": "x"}, "marks": {"rent-fixed": [9, 1]}, "attempts": 0, "score": 9}
    assert post_body(block, json.dumps(body).encode()).status_code == 200
    block.save()
    state = match.state()
    assert state["answers"] == {item: [place] for item, place in RIGHT.items()}
    assert state["marks"] == {item: [1.0, 1.0] for item in RIGHT}
    assert set(state) <= {"answers", "marks", "attempts", "best", "taken", "draft"}


def test_ids_are_no_names_for_items_nor_for_places(match: Host) -> None:
    block = match.block()
    assert post_json(block, RIGHT).json["errors"] == dict.fromkeys(
        (block.tokens()[item] for item in RIGHT), "Say where this one goes."
    )
    half = {block.tokens()[item]: place for item, place in RIGHT.items()}
    errors = post_json(block, half).json["errors"]
    assert errors == {block.tokens()[item]: "This is not one of the places offered." for item in ("rent-fixed", "jars-variable")}
    assert block.attempts == 0


def test_another_learners_names_are_no_names_here(match: Host) -> None:
    response = post_json(match.block("fatou"), named(match.block("aicha"), RIGHT))
    assert (response.status_code, response.json["attempts_used"]) == (422, 0)


@pytest.mark.parametrize("place", ["NaN", "Infinity", "1e309", "٣", "rent-fixed", "x" * 10_000, "None"])
def test_what_is_no_place_is_refused_and_uses_no_attempt(match: Host, place: str) -> None:
    result = send(match, {**RIGHT, "rent-fixed": place})
    token = match.block().tokens()["rent-fixed"]
    assert (result["status"], result["errors"], result["attempts_used"]) == (
        422,
        {token: "This is not one of the places offered."},
        0,
    )
    assert match.state() == {}


def test_in_pairs_two_items_with_one_partner_are_refused() -> None:
    host = Host(PAIRS)
    result = send(host, {"one": "a", "two": "a"})
    assert (result["status"], set(result["errors"].values())) == (422, {"Another one is there too: each takes only one."})
    assert send(host, {"one": "a", "two": "b"})["earned"] == 2
    assert "None of these" not in host.page()


def test_a_plain_form_shows_what_was_chosen_again(match: Host) -> None:
    block = match.block()
    response = post_form(block, fields(block, {"rent-fixed": "fixed", "jars-variable": "", "loan-nowhere": "none"}))
    block.save()
    assert response.status_code == 422
    assert match.state()["draft"] == {"rent-fixed": ["fixed"], "jars-variable": [""], "loan-nowhere": ["none"]}
    page = match.page()
    assert len(find(page, "//li[@data-state='error']//select[@aria-invalid='true']")) == 1
    chosen = {option.get("value") for option in find(page, "//option[@selected]")}
    assert chosen == {match.block().tokens()["fixed"], "", "none"}
    block = match.block()
    assert post_form(block, fields(block, RIGHT)).status_code == 200


@pytest.mark.parametrize("body", [b'{"answers": []}', b'{"answers": {"a": {}}}', b"[" * 100_000, b"\xff", b"{}"])
def test_malformed_bodies(match: Host, body: bytes) -> None:
    response = post_body(match.block(), body)
    assert (response.status_code, response.json["code"]) == (400, "malformed")


def test_two_places_for_one_item_are_refused(match: Host) -> None:
    block = match.block()
    tokens = block.tokens()
    body = {"answers": {**named(block, RIGHT), tokens["rent-fixed"]: [tokens["fixed"], tokens["variable"]]}}
    response = post_body(block, json.dumps(body).encode())
    assert (response.status_code, set(response.json["errors"])) == (422, {tokens["rent-fixed"]})


def test_ten_megabytes_are_refused(match: Host) -> None:
    response = post_body(match.block(), b'{"answers": {"a": "' + b"9" * 10_000_000 + b'"}}')
    assert (response.status_code, response.json["code"]) == (413, "too_large")


def test_a_closed_matching_takes_nothing(match: Host) -> None:
    assert send(match, RIGHT, closed=True)["code"] == "closed"
    assert match.state() == {}
    assert find(match.page(closed=True), "//select | //button") == []


def test_no_attempt_is_left_and_a_replay_uses_none(match: Host) -> None:
    first = send(match, WRONG, attempt="n1")
    again = send(match, WRONG, attempt="n1")
    assert (again["replayed"], again["attempts_used"], again["earned"]) == (True, 1, first["earned"])
    assert send(match, RIGHT, attempt="n2")["attempts_used"] == 2
    last = send(match, RIGHT, attempt="n3")
    assert (last["status"], last["code"], last["published"]) == (409, "no_attempts_left", [])
    assert send(match, RIGHT, attempt="n2")["replayed"] is True


def test_all_or_nothing() -> None:
    host = Host(MATCH.replace("max_attempts", 'partial="none" max_attempts'))
    assert "all or nothing" in host.page()
    assert send(host, {**RIGHT, "jars-variable": "none"})["earned"] == 0
    assert sorted(texts(of_class(host.page(), "coop__mark"))) == ["✓ Right", "✓ Right", "✕ Not right"]
    assert send(host, RIGHT)["earned"] == 3


def test_places_that_the_author_takes_away_later_do_not_break_the_page(match: Host) -> None:
    send(match, RIGHT)
    block = match.block()
    items = [{**item, "to": "fixed"} for item in block.structure["items"]]
    block.structure = {**block.structure, "targets": [{"id": "fixed"}], "items": items}
    block.save()
    assert re.findall(r"Items put where they go: (\d of \d)", match.page()) == ["1 of 3"]


def test_nothing_asked() -> None:
    host = Host("<coop_match/>")
    assert "There is nothing to match yet." in host.page()
    assert send(host, {})["status"] == 422
    assert export(host.block()) == "<coop_match/>"


def test_an_app_is_told_nothing_of_the_answer(match: Host) -> None:
    assert match.block().student_view_data() == {"display_name": "Fixed or variable"}


def test_a_learner_who_changes_language_finds_the_same_items_and_result(match: Host) -> None:
    before = texts(of_class(match.page(language="ar"), "coop-match__text"))
    assert before == texts(of_class(match.page(language="fr"), "coop-match__text"))
    assert send(match, RIGHT, language="ar")["message"] == "نتيجتك: 3 من 3."
    assert texts(of_class(match.page(language="fr"), "coop__mark")) == ["✓ Juste"] * 3
    assert texts(of_class(match.page(language="ar"), "coop-match__count")) == ["العناصر الموضوعة في مكانها: 3 من 3."]
