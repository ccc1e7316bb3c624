"""What all blocks share: attempts that can be sent again, drafts, refusals, and the author's form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import html
from memory_host import Host, export, post_body, post_form
from test_contract_content import STRUCTURE, TEXTS, TOY
from webob import Request, Response

from takwin_xblocks.contract.schema import ContentError

WORDS = """<toy display_name="Secrets" max_attempts="2">
  <box id="b1" kind="word" secret="sun"><prompt>Which star?</prompt></box>
  <box id="b2" kind="word" secret="sea"><prompt>Which water?</prompt></box>
</toy>"""
RIGHT = {"b1": "sun", "b2": "sea"}


@pytest.fixture
def toy() -> Host:
    return Host(WORDS)


def send(block: Any, answers: object, **more: object) -> Response:
    return post_body(block, json.dumps({"answers": answers, **more}).encode())


def call(block: Any, handler: str, sent: object) -> Response:
    request = Request.blank("/", method="POST", body=json.dumps(sent).encode(), content_type="application/json")
    return block.handle(handler, request)


# --- attempts ---


def test_a_right_answer(toy: Host) -> None:
    block = toy.block()
    answer = send(block, RIGHT, attempt="a1")
    assert (answer.status_code, answer.json["code"], answer.json["earned"], answer.json["possible"]) == (200, "marked", 2.0, 2.0)
    assert answer.json["message"] == "Your result: 2 of 2."
    assert answer.headers["Cache-Control"] == "no-store"
    assert block.runtime.published == [("grade", {"value": 2.0, "max_value": 2.0}), ("completion", {"completion": 1.0})]
    assert 'value="sun"' in toy.page()


def test_a_sending_that_comes_twice_counts_once(toy: Host) -> None:
    first = send(toy.block(), {**RIGHT, "b2": "lake"}, attempt="phone-1").json
    block = toy.block()
    again = send(block, {**RIGHT, "b2": "lake"}, attempt="phone-1").json
    assert again == {**first, "replayed": True}
    assert block.runtime.published == []
    assert toy.state()["attempts"] == 1


def test_a_sending_that_comes_again_after_another_is_told_how_things_stand(toy: Host) -> None:
    send(toy.block(), {**RIGHT, "b2": "lake"}, attempt="n1")
    second = send(toy.block(), RIGHT, attempt="n2").json
    before = toy.state()
    again = send(toy.block(), {**RIGHT, "b2": "lake"}, attempt="n1").json
    assert again == {**second, "replayed": True}
    assert toy.state() == before


@pytest.mark.parametrize("show_answers", ["after_correct", "after_attempts_exhausted"])
def test_where_nothing_can_be_earned_nothing_is_right(show_answers: str) -> None:
    host = Host(f'<toy display_name="Secrets" show_answers="{show_answers}"/>')
    block = host.block()
    assert send(block, {}).json["possible"] == 0.0
    assert block.runtime.published == [("completion", {"completion": 1.0})]
    assert (host.block().is_all_right, host.block().reveal) == (False, False)


def test_another_answer_under_the_same_name_is_another_attempt(toy: Host) -> None:
    send(toy.block(), {**RIGHT, "b2": "lake"}, attempt="n1")
    assert send(toy.block(), RIGHT, attempt="n1").json["attempts_used"] == 2


def test_a_sending_repeated_after_the_last_attempt_is_still_answered(toy: Host) -> None:
    for name in ("n1", "n2"):
        send(toy.block(), RIGHT, attempt=name)
    assert send(toy.block(), RIGHT, attempt="n2").json["replayed"] is True
    refused = send(toy.block(), RIGHT, attempt="n3")
    assert (refused.status_code, refused.json["code"]) == (409, "no_attempts_left")
    assert toy.state()["attempts"] == 2


def test_only_so_many_sendings_are_remembered() -> None:
    host = Host(WORDS.replace(' max_attempts="2"', ""))
    for number in range(25):
        send(host.block(), RIGHT, attempt=f"n{number}")
    assert list(host.state()["taken"]) == [f"n{number}" for number in range(5, 25)]


def test_the_plain_form_names_its_sending(toy: Host) -> None:
    form = html.fragment_fromstring(toy.page(context={"plain_forms": True}), create_parent="div").find(".//form")
    assert form.fields["attempt"] == "n1"
    post_form(toy.block(), {"attempt": "n1", "answer-b1": "sun", "answer-b2": "sea"})
    post_form(toy.block(), {"attempt": "n1", "answer-b1": "sun", "answer-b2": "sea"})
    assert toy.state()["attempts"] == 1


def test_what_cannot_be_marked_is_kept_to_be_put_right(toy: Host) -> None:
    refused = post_form(toy.block(), {"answer-b1": "sun", "answer-b2": ""})
    assert (refused.status_code, refused.json["errors"]) == (422, {"b2": "This is empty."})
    assert toy.state() == {"draft": {"b1": ["sun"], "b2": [""]}}
    page = toy.page()
    assert 'value="sun"' in page
    assert "Nothing was marked and no attempt was used." in page
    assert "This is empty." in page


def test_a_script_keeps_its_own_draft(toy: Host) -> None:
    assert send(toy.block(), {"b1": "sun"}).status_code == 422
    assert toy.state() == {}


def test_nothing_but_answers_can_be_set(toy: Host) -> None:
    send(toy.block(), {**RIGHT, "b9": "x", "attempts": "0"}, attempts=-5, best={"earned": 9, "possible": 9}, max_attempts=99)
    assert toy.state()["answers"] == {"b1": ["sun"], "b2": ["sea"]}
    assert toy.state()["attempts"] == 1
    assert toy.state()["best"] == {"earned": 2.0, "possible": 2.0}
    assert toy.block().max_attempts == 2


def test_a_closed_block_takes_nothing(toy: Host) -> None:
    refused = send(toy.block(closed=True), RIGHT)
    assert (refused.status_code, refused.json["code"], toy.state()) == (409, "closed", {})


@pytest.mark.parametrize(
    ("body", "status"), [(b"[]", 400), (b"{", 400), (b'{"answers": 1}', 400), (b"[" * 100_000, 400), (b"x" * 300_000, 413)]
)
def test_bodies_that_are_no_answer(toy: Host, body: bytes, status: int) -> None:
    assert (post_body(toy.block(), body).status_code, toy.state()) == (status, {})


@pytest.mark.parametrize("half", ["\\ud800", "\\udfff x", "\\ud800\\ud800"])
def test_half_a_character_is_dropped_wherever_it_stands(toy: Host, half: str) -> None:
    body = '{"answers": {"b1": "sun@", "b2": ["sea", "@"], "@": "x"}, "attempt": "n@", "fields": {"@": "@"}}'.replace("@", half)
    answer = post_body(toy.block(), body.encode())
    rest = half.rpartition("f")[2] if "x" in half else ""
    assert (answer.status_code, toy.state()["answers"]) == (200, {"b1": [f"sun{rest}"], "b2": ["sea", rest.strip()]})
    assert list(toy.state()["taken"]) == [f"n{rest}"]
    assert toy.page().encode() != b""
    sent = json.dumps({**SENT, "settings": {"display_name": "T@"}}).replace("@", half).replace("What?", f"What?{half}")
    assert call(toy.block(), "studio_preview", json.loads(sent)).status_code == 200
    assert call(toy.block(), "studio_submit", json.loads(sent)).status_code == 200
    assert export(toy.block()).encode() != b""
    assert toy.page().encode() != b""


def test_half_a_character_in_a_form_is_no_answer(toy: Host) -> None:
    body = b"answer-b1=%ED%A0%80sun&answer-b2=sea"
    answer = post_body(toy.block(), body, "application/x-www-form-urlencoded")
    assert answer.status_code in {200, 400}
    assert toy.page().encode() != b""


def test_secrets_are_not_in_the_page(toy: Host) -> None:
    assert [secret for secret in ("sun", "sea") if secret in toy.page()] == []


# --- the author's form ---

SENT = {
    "settings": {"display_name": "Boxes", "max_attempts": "٣", "weight": "", "show_answers": "never"},
    "content": {
        "fields": {"mood": "merry"},
        "texts": {"intro": "Two <em>boxes</em>.\r\n"},
        "lists": {
            "boxes": [
                {
                    "id": "b1",
                    "fields": {"kind": "word", "secret": "sun", "size": "٣", "next": "b2"},
                    "texts": {"prompt": "What?", "feedback": "Well.", "feedback/correct": "Yes."},
                },
                {
                    "id": "b2",
                    "fields": {"kind": "pick", "secret": "left over"},
                    "texts": {"prompt": "Which?"},
                    "lists": {
                        "options": [
                            {"id": "o1", "fields": {"right": True}, "texts": {"": "One", "note": "first"}},
                            {"id": "o2", "fields": {"right": False}, "texts": {"": "Two"}},
                        ]
                    },
                },
            ]
        },
    },
}


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the form with one thing changed: `content.lists.boxes.0.id`."""
    sent = json.loads(json.dumps(SENT))
    *steps, last = path.split(".")
    here = sent
    for step in steps:
        here = here[int(step)] if isinstance(here, list) else here[step]
    here[last] = value
    return sent


def test_a_form_sets_the_content_and_the_settings() -> None:
    host = Host("<toy/>")
    answer = call(host.block(), "studio_submit", changed("settings.max_attempts", "3"))
    assert (answer.status_code, answer.json["code"]) == (200, "saved")
    block = host.block()
    assert (block.display_name, block.max_attempts, block.weight, block.show_answers) == ("Boxes", 3, None, "never")
    assert (block.structure, block.texts) == (STRUCTURE, TEXTS)


def test_what_a_form_makes_and_what_its_xml_makes_are_the_same() -> None:
    host = Host("<toy/>")
    call(host.block(), "studio_submit", changed("settings.max_attempts", ""))
    first, second = host.block(), Host(export(host.block())).block()
    assert (second.structure, second.texts, second.display_name) == (first.structure, first.texts, first.display_name)
    assert Host(TOY).block().structure == first.structure


@pytest.mark.parametrize(
    ("path", "value", "faults"),
    [
        ("settings.weight", "NaN", [("settings.weight", "this is not a number")]),
        ("settings.weight", "-1", [("settings.weight", "this is too small")]),
        ("settings.show_answers", "soon", [("settings.show_answers", "this is not one of the values offered")]),
        ("content.lists.boxes.0.id", "b 1", [("boxes.0.id", "A short name of letters a-z, digits, - or _ is needed.")]),
        (
            "content.lists.boxes.1.id",
            "b1",
            [("boxes.1.id", "The short name b1 is used already."), ("boxes.0.next", "This is not there any more: choose again.")],
        ),
        ("content.lists.boxes.0.fields.size", "12", [("boxes.0.size", 'size="12" is not a whole number from 1 to 9')]),
        ("content.lists.boxes.0.fields.secret", " ", [("boxes.0.secret", "This is needed.")]),
        ("content.lists.boxes.0.fields.secret", "bad", [("boxes.0.secret", "the secret bad is no secret")]),
        ("content.lists.boxes.0.fields.next", "b7", [("boxes.0.next", "This is not there any more: choose again.")]),
        ("content.lists.boxes.0.texts.prompt", "", [("boxes.0.prompt", "This is needed.")]),
        ("content.lists.boxes.0.texts.prompt", "x" * 20_001, [("boxes.0.prompt", "This is longer than 20000 characters.")]),
        ("content.lists.boxes.1.lists.options", [], [("boxes.1.options", "At least 2.")]),
        ("content.lists.boxes.1.lists", 7, [("boxes.1.options", "At least 2.")]),
    ],
)
def test_faults_are_told_at_the_field_and_nothing_is_kept(path: str, value: object, faults: list[tuple[str, str]]) -> None:
    host = Host("<toy/>")
    sent = changed(path, value)
    sent["settings"]["max_attempts"] = ""
    answer = call(host.block(), "studio_submit", sent)
    assert (answer.status_code, answer.json["code"]) == (422, "faults")
    assert [(fault["path"], fault["words"]) for fault in answer.json["faults"]] == faults
    assert host.block().structure == {"mood": "calm", "boxes": []}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"settings": [], "content": []},
        {"settings": {}},
        {"settings": {}, "content": {}},
        {"content": {"fields": {}, "texts": {}, "lists": {}}},
        {"settings": {}, "content": {"fields": {}, "texts": [], "lists": {}}},
        {"settings": {}, "content": {"fields": {}, "texts": {}}},
    ],
)
@pytest.mark.parametrize("handler", ["studio_submit", "studio_preview"])
def test_what_no_form_sends_empties_no_block(handler: str, sent: object) -> None:
    host = Host(TOY)
    before = (host.block().structure, host.block().texts)
    answer = call(host.block(), handler, sent)
    assert (answer.status_code, answer.json) == (400, {"code": "malformed", "message": "This cannot be read."})
    assert (host.block().structure, host.block().texts) == before


@pytest.mark.parametrize("handler", ["studio_submit", "studio_preview"])
def test_authors_may_send_more_than_learners_but_not_everything(handler: str) -> None:
    sent = changed("settings.max_attempts", "")
    sent["ignored"] = "x" * 900_000
    assert call(Host(TOY).block(), handler, sent).status_code == 200
    sent["ignored"] = "x" * 1_048_576
    answer = call(Host(TOY).block(), handler, sent)
    assert (answer.status_code, answer.json) == (413, {"code": "too_large", "message": "This is too long to be sent."})
    answer = Host(TOY).block().handle(handler, Request.blank("/"))
    assert (answer.status_code, answer.json["message"]) == (405, "Send the form to answer.")


@pytest.mark.parametrize("typed", ["[" * 100_000, "1" * 400, "1" * 41, "1" * 5_000])
@pytest.mark.parametrize(("name", "words"), [("max_attempts", "this is not a whole number"), ("weight", "this is not a number")])
def test_a_number_that_is_none_is_refused_in_words(name: str, words: str, typed: str) -> None:
    sent = changed("settings", {name: typed})
    answer = call(Host(TOY).block(), "studio_submit", sent)
    assert (answer.status_code, answer.json["faults"]) == (422, [{"path": f"settings.{name}", "words": words}])
    with pytest.raises(ContentError, match=words):
        Host(f'<toy {name}="{typed}"/>')


def test_a_form_sets_nothing_that_it_does_not_offer() -> None:
    host = Host("<toy/>")
    sent = changed("settings", {"display_name": "x", "attempts": "9", "structure": "{}", "due": "2030-01-01"})
    sent["content"]["fields"]["hidden"] = "x"
    sent["content"]["lists"]["traps"] = [{"id": "t"}]
    assert call(host.block(), "studio_submit", sent).status_code == 200
    assert host.block().structure == STRUCTURE
    assert (host.block().due, host.state("author")) == (None, {})


def test_a_preview_shows_what_is_written_and_keeps_nothing(toy: Host) -> None:
    answer = call(toy.block(), "studio_preview", changed("settings.max_attempts", ""))
    assert answer.json["code"] == "preview"
    assert "What?" in answer.json["html"]
    assert "Which star?" in toy.page()
    assert toy.block().display_name == "Secrets"


def test_the_form_shows_the_block_as_it_is() -> None:
    host = Host(TOY)
    block = host.block()
    fragment = block.studio_view({"language": "fr"})
    page = html.fragment_fromstring(fragment.content, create_parent="div")
    secrets = page.xpath("//li[@data-part]//input[@data-field='secret']/@value")
    assert secrets[:1] == ["sun"]
    assert [one.get("value") for one in page.xpath("//input[@data-id][not(ancestor::template)]")] == [
        "b1",
        "b2",
        "o1",
        "o2",
    ]
    labelled = {one.get("for") for one in page.iter("label") if one.get("for")}
    assert labelled <= set(page.xpath("//@id"))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert page.xpath("//button[@type='submit']/text()") == ["Enregistrer"]
    assert "style=" not in fragment.content
    assert "<script" not in fragment.content
    assert fragment.js_init_fn == "CoopStudio"


def test_authors_markup_cannot_act_in_the_form() -> None:
    host = Host(TOY.replace("What?", "&lt;/textarea&gt;&lt;script&gt;steal()&lt;/script&gt;"))
    block = host.block()
    assert "<script" not in block.runtime.render(block, "studio_view", {}).content


def test_a_learner_has_a_stable_name_that_is_told_by_the_host() -> None:
    assert Host(TOY).block("aicha").learner_id() == "aicha"
