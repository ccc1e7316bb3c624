"""The ordering block: its page tells nothing too early, its handler takes only what it should."""

from __future__ import annotations

import json
import re

import pytest
from asked_pages import fields, find, named, of_class, send, texts
from memory_host import Host, export, post_body, post_form, post_json
from test_order_content import ORDER

RIGHT = {"s1": "1", "s2": "2", "s3": "3", "s4": "4", "s5": "out"}
ROUND = {"s1": "4", "s2": "3", "s3": "2", "s4": "1", "s5": "5"}


@pytest.fixture
def order() -> Host:
    return Host(ORDER)


def test_without_script_each_step_has_a_list_of_places(order: Host) -> None:
    page = order.page(context={"plain_forms": True})
    assert len(find(page, "//form[@method='post']//li//select[@required]")) == 5
    for select in find(page, "//select"):
        assert [option.get("value") for option in select] == ["", "1", "2", "3", "4", "5", "out"]
        label, text = (texts(find(page, f"//*[@id='{one}']"))[0] for one in select.get("aria-labelledby").split())
        assert label == "Place"
        assert text in {"The board sets the date", "The notice is sent", "The list of members is updated", "The quorum is counted",
                        "The bank is asked for its opinion"}  # fmt: skip
    # What only script can use is not shown without it.
    assert all(tools.get("hidden") is not None for tools in of_class(page, "coop-order__tools"))
    assert (len(find(page, "//noscript")), len(find(order.page(), "//noscript"))) == (0, 1)


def test_every_moving_button_says_what_it_moves(order: Host) -> None:
    labels = [button.get("aria-label") for button in find(order.page(), "//*[@data-move]")]
    assert "Move up: The notice is sent" in labels
    assert len(labels) == len(set(labels)) == 20


def test_the_page_tells_neither_ids_nor_the_right_order_nor_feedback(order: Host) -> None:
    for learner in ("aicha", "fatou", "said"):
        page = order.page(learner)
        assert not re.search(r"\bs[1-5]\b", page)
        assert "rank" not in page
        assert "belongs" not in page.replace("Not everything belongs", "").replace("What does not belong", "")
        assert "First of all." not in page
        assert "Well kept." not in page
        shown = texts(of_class(page, "coop-order__text"))
        block = order.block(learner)
        assert shown == [block.texts[item] for item in block.shown_order(block.task, None)]
        assert [one for one in shown if "bank" not in one] != [block.texts[item] for item in ("s1", "s2", "s3", "s4")]


def test_the_order_is_the_learners_own_and_stays(order: Host) -> None:
    shown = {learner: tuple(texts(of_class(order.page(learner), "coop-order__text"))) for learner in map(str, range(12))}
    assert len(set(shown.values())) > 6
    assert all(tuple(texts(of_class(order.page(learner), "coop-order__text"))) == seen for learner, seen in shown.items())
    assert order.block().same_for_same_state({"structure": {}}) is False


def test_names_in_the_page_differ_between_learners(order: Host) -> None:
    tokens = [order.block(learner).tokens() for learner in ("aicha", "fatou")]
    assert not set(tokens[0].values()) & set(tokens[1].values())
    assert tokens[0] == order.block("aicha").tokens()


def test_all_right(order: Host) -> None:
    result = send(order, RIGHT)
    assert (result["status"], result["code"], result["earned"], result["possible"]) == (200, "marked", 5.0, 5.0)
    assert (result["right_pairs"], result["pairs"], result["attempts_left"]) == (9, 9, 2)
    assert result["published"] == [("grade", {"value": 5.0, "max_value": 5.0}), ("completion", {"completion": 1.0})]
    assert texts(of_class(order.page(), "coop__mark")) == ["✓ Right: in order with all the others."] * 4 + [
        "✓ Right: this does not belong here."
    ]
    assert texts(of_class(order.page(), "coop__feedback")) == ["First of all.", "Well kept."]
    assert "Pairs in the right order: 9 of 9." in order.page()


def test_partly_right_is_said_of_each_step_in_words(order: Host) -> None:
    result = send(order, {**RIGHT, "s1": "3", "s3": "2", "s2": "1"})
    assert (result["earned"], result["right_pairs"]) == (round(5 * 7 / 9, 4), 7)
    assert texts(of_class(order.page(), "coop__mark")) == [
        "≈ Partly right: in order with 1 of the 2 others.",
        "≈ Partly right: in order with 1 of the 2 others.",
        "≈ Partly right: in order with 1 of the 3 others.",
        "✓ Right: in order with all the others.",
        "✓ Right: this does not belong here.",
    ]
    assert "Think of who needs what, and when." in order.page()


def test_what_was_left_out_wrongly_and_taken_in_wrongly(order: Host) -> None:
    send(order, {**RIGHT, "s1": "out", "s5": "1"})
    marks = texts(of_class(order.page(), "coop__mark"))
    assert "✕ Not right: this does not belong here." in marks
    assert "✕ Not right: this belongs to the order." in marks


def test_the_right_order_is_told_only_when_it_may_be(order: Host) -> None:
    assert "The right order" not in order.page()
    send(order, ROUND)
    assert "The right order" not in order.page()
    send(order, RIGHT)
    assert texts(of_class(order.page(), "coop-order__answer", "/ol/li")) == [
        "The board sets the date",
        "The notice is sentThe list of members is updated(in any order)",
        "The quorum is counted",
    ]
    assert texts(of_class(order.page(), "coop-order__answer", "/ul/li")) == ["The bank is asked for its opinion"]


def test_the_page_shows_the_learners_order_again(order: Host) -> None:
    send(order, ROUND)
    assert [option.get("value") for option in find(order.page(), "//option[@selected]")] == ["1", "2", "3", "4", "5"]
    assert texts(of_class(order.page(), "coop-order__text"))[0] == "The quorum is counted"


def test_state_keeps_the_authors_ids_and_nothing_else(order: Host) -> None:
    block = order.block()
    body = {"answers": {**named(block, RIGHT), "unknown": "1", "s1": "9"}, "score": 99, "attempts": -5, "best": {"earned": 9}}
    assert post_body(block, json.dumps(body).encode()).status_code == 200
    block.save()
    state = order.state()
    assert state["answers"] == {item: [place] for item, place in RIGHT.items()}
    assert state["attempts"] == 1
    assert state["best"] == {"earned": 5.0, "possible": 5.0}
    assert set(state) <= {"answers", "marks", "attempts", "best", "taken", "draft"}


def test_ids_are_no_names_for_answers(order: Host) -> None:
    block = order.block()
    response = post_json(block, RIGHT)
    assert response.status_code == 422
    assert set(response.json["errors"]) == set(block.tokens().values())
    assert block.attempts == 0


def test_another_learners_names_are_no_names_here(order: Host) -> None:
    response = post_json(order.block("fatou"), named(order.block("aicha"), RIGHT))
    assert (response.status_code, response.json["attempts_used"]) == (422, 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"s1": "2"}, "Another one stands at the same place: give each its own."),
        ({"s2": ""}, "Say where this one stands."),
        ({"s2": "99"}, "This is not one of the places."),
        ({"s2": "NaN"}, "This is not one of the places."),
        ({"s2": "1e309"}, "This is not one of the places."),
    ],
)
def test_what_cannot_be_marked_uses_no_attempt(order: Host, change: dict[str, str], words: str) -> None:
    result = send(order, {**RIGHT, **change})
    tokens = order.block().tokens()
    assert (result["status"], result["attempts_used"], result["published"]) == (422, 0, [])
    assert all(result["errors"][tokens[item]] == words for item in change)
    assert not re.search(r"\bs[1-5]\b", json.dumps(result))
    assert order.state() == {}


def test_a_plain_form_shows_what_was_chosen_again(order: Host) -> None:
    block = order.block()
    response = post_form(block, fields(block, {**RIGHT, "s4": "1"}))
    block.save()
    assert response.status_code == 422
    wrong = "//li[@data-state='error']"
    assert [node.get("aria-invalid") for node in find(order.page(), f"{wrong}//select")] == ["true", "true"]
    assert [node.get("value") for node in find(order.page(), f"{wrong}//option[@selected]")] == ["1", "1"]
    assert texts(find(order.page(), "//p[@data-state='error']")) == [
        "Nothing was marked and no attempt was used. Look at what needs you."
    ]
    block = order.block()
    assert post_form(block, fields(block, RIGHT)).status_code == 200
    block.save()
    assert order.state()["draft"] == {}


@pytest.mark.parametrize(
    "body",
    [
        b'{"answers": [1]}',
        b'{"answers": {"a": {"b": 1}}}',
        b'{"answers": {"a": true}}',
        b"[" * 100_000,
        b"\xff\xfe",
        b"null",
    ],
)
def test_malformed_bodies(order: Host, body: bytes) -> None:
    response = post_body(order.block(), body)
    assert (response.status_code, response.json["code"]) == (400, "malformed")


def test_of_a_name_sent_twice_in_json_the_last_counts_and_a_list_is_refused(order: Host) -> None:
    block = order.block()
    one = block.tokens()["s1"]
    rest = json.dumps(named(block, {item: place for item, place in RIGHT.items() if item != "s1"}))[1:-1]
    assert post_body(block, f'{{"answers": {{"{one}": "5", {rest}, "{one}": "1"}}}}'.encode()).json["earned"] == 5.0
    refused = post_body(order.block("fatou"), json.dumps({"answers": {order.block("fatou").tokens()["s1"]: ["1", "2"]}}).encode())
    assert refused.json["errors"][order.block("fatou").tokens()["s1"]] == "This is not one of the places."


def test_ten_megabytes_are_refused(order: Host) -> None:
    response = post_body(order.block(), b'{"answers": {"a": "' + b"9" * 10_000_000 + b'"}}')
    assert (response.status_code, response.json["code"]) == (413, "too_large")


def test_a_closed_order_takes_nothing(order: Host) -> None:
    assert send(order, RIGHT, closed=True)["code"] == "closed"
    assert order.state() == {}
    page = order.page(closed=True)
    assert len(find(page, "//fieldset[@disabled]")) == 1
    assert find(page, "//select | //button | //*[@data-order]") == []


def test_no_attempt_is_left(order: Host) -> None:
    for _ in range(3):
        assert send(order, ROUND)["status"] == 200
    result = send(order, RIGHT)
    assert (result["status"], result["code"], result["published"]) == (409, "no_attempts_left", [])
    assert order.state()["best"]["earned"] == 0
    page = order.page()
    assert "Place 1" in page
    assert find(page, "//select | //button") == []


def test_a_sending_that_comes_twice_counts_once(order: Host) -> None:
    first = send(order, ROUND, attempt="n1")
    again = send(order, ROUND, attempt="n1")
    assert again["replayed"] is True
    assert (again["status"], again["attempts_used"], again["earned"]) == (200, 1, first["earned"])
    assert send(order, RIGHT, attempt="n1")["attempts_used"] == 2


def test_the_best_attempt_counts(order: Host) -> None:
    send(order, RIGHT)
    result = send(order, ROUND)
    assert result["earned"] == 0
    assert result["best"] == {"earned": 5.0, "possible": 5.0}
    assert result["published"][0] == ("grade", {"value": 5.0, "max_value": 5.0})


def test_all_or_nothing() -> None:
    host = Host(ORDER.replace("max_attempts", 'partial="none" max_attempts'))
    assert "all or nothing" in host.page()
    assert send(host, {**RIGHT, "s1": "3", "s3": "2", "s2": "1"})["earned"] == 0
    assert "Pairs in the right order: 7 of 9." in host.page()
    assert send(host, RIGHT)["earned"] == 5


def test_steps_that_the_author_adds_later_do_not_break_the_page(order: Host) -> None:
    send(order, RIGHT)
    block = order.block()
    block.structure = {**block.structure, "items": [*block.structure["items"], {"id": "s6", "belongs": True}]}
    block.texts = {**block.texts, "s6": "The minutes are read"}
    block.save()
    assert "The minutes are read" in order.page()
    assert texts(of_class(order.page(), "coop__mark")) == []
    assert send(order, RIGHT)["status"] == 422


def test_an_author_cannot_bring_markup_in() -> None:
    host = Host(ORDER.replace("The board sets the date", "&lt;script&gt;alert(1)&lt;/script&gt; &amp;quot; onload=x"))
    page = host.page()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_nothing_asked() -> None:
    host = Host("<coop_order/>")
    assert "There is nothing to put in order yet." in host.page()
    result = send(host, {})
    assert (result["status"], result["attempts_used"]) == (422, 0)
    assert export(host.block()) == "<coop_order/>"


def test_an_app_is_told_nothing_of_the_answer(order: Host) -> None:
    assert order.block().student_view_data() == {"display_name": "The yearly assembly"}


def test_a_learner_who_changes_language_finds_the_same_order_and_result(order: Host) -> None:
    before = texts(of_class(order.page(language="ar"), "coop-order__text"))
    assert before == texts(of_class(order.page(language="fr"), "coop-order__text"))
    assert send(order, RIGHT, language="ar")["message"] == "نتيجتك: 5 من 5."
    assert texts(of_class(order.page(language="fr"), "coop__mark")) == [
        *["✓ Juste : bien placée par rapport à toutes les autres."] * 4,
        "✓ Juste : cela n’en fait pas partie.",
    ]
    assert texts(of_class(order.page(language="ar"), "coop-order__pairs")) == ["الأزواج المرتبة ترتيبا صحيحا: 9 من 9."]


def test_two_pages_opened_before_the_last_attempt_do_not_give_a_fourth(order: Host) -> None:
    for _ in range(2):
        send(order, ROUND)
    first, second = order.block(), order.block()
    assert post_json(first, named(first, ROUND)).status_code == 200
    first.save()
    # This host reads state when it is asked for, as one does that runs the slower of two again on what has changed.
    assert post_json(second, named(second, RIGHT)).json["code"] == "no_attempts_left"
    assert order.state()["best"]["earned"] == 0
