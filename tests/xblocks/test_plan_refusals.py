"""A plan takes no more than it asks for, keeps odd texts harmless, and says its days in the language of its reader."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings, strategies as st
from lxml import html
from memory_host import Host
from plan_acts import PLAN, WHOLE, plain, send, tree
from webob import Request

from takwin_xblocks.plan.entries import tidy


@pytest.fixture
def host():
    return Host(PLAN)


def send_body(host, handler, body, content_type="application/json"):
    block = host.block()
    response = block.handle(handler, Request.blank("/", method="POST", body=body, content_type=content_type))
    block.save()
    return response.status_int, json.loads(response.body)


# --- what is sent to break it ---


def test_fields_that_do_not_exist_are_left_out(host):
    forbidden = {"declared": "x", "completion": "1", "has_score": "true", "structure": "{}", "p3-change": "x", "p1-s3-what": "x"}
    assert send(host, "keep", {**forbidden, "p1-s1-status": "done", "p1-change": "Count"})[0] == 200
    assert host.state()["written"] == {"p1-change": "Count"}
    assert set(host.state()) == {"written", "last"}
    assert send(host, "keep", forbidden)[0] == 400


def test_a_thousand_steps_are_left_out(host):
    steps = {f"p{priority}-s{step}-what": "x" for priority in range(1, 3) for step in range(1, 501)}
    send(host, "keep", steps)
    assert len(host.state()["written"]) == 4


def test_ten_megabytes_are_refused(host):
    assert send(host, "keep", {"p1-change": "a" * 10_000_000})[0] == 413
    assert send_body(host, "keep", json.dumps({"answers": {"p1-why": "a" * 10_000_000}}).encode())[0] == 413
    assert host.state() == {}


def test_a_long_draft_is_cut(host):
    plain(host, "keep", {"p1-change": "a" * 200_000})
    assert len(host.state()["draft"]["p1-change"]) == 2_000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"\xff",
        b'{"answers": []}',
        b'{"answers": {"date": true}}',
        b'{"answers": {"date": {}}}',
        b'{"answers": ' * 9,
    ],
)
def test_what_is_no_answer_is_refused(host, body):
    assert send_body(host, "keep", body)[0] == 400
    assert host.state() == {}


def test_numbers_that_are_none_are_no_dates(host):
    for body in (b'{"answers": {"date": NaN}}', b'{"answers": {"date": Infinity}}', b'{"answers": {"date": 1e309}}'):
        assert send_body(host, "keep", body)[0] == 422
    assert host.state() == {}


def test_a_lone_surrogate_and_control_characters_are_dropped(host):
    assert send_body(host, "keep", b'{"answers": {"p1-change": "a\\ud800\\u0000b"}}')[0] == 200
    assert host.state()["written"] == {"p1-change": "ab"}


def test_html_is_shown_as_it_was_typed(host):
    hostile = "<img src=x onerror=alert(1)>\"'<script>"
    send(
        host,
        "keep",
        {**WHOLE, "p1-change": hostile, "p1-why": f"</textarea>{hostile}", "cooperative": hostile, "p1-s1-what": hostile},
    )
    send(host, "ready")
    page = tree(host)
    assert page.xpath("//img | //script") == []
    assert page.xpath("//input[@name='answer-p1-change']/@value") == [hostile]
    assert page.xpath("//textarea[@name='answer-p1-why']")[0].text.strip() == f"</textarea>{hostile}"


@settings(max_examples=60)
@given(st.text(max_size=160))
def test_any_text_comes_back_as_it_was_kept(typed):
    host = Host(PLAN)
    send(host, "keep", {"p1-change": typed, "p1-why": typed})
    kept = tidy(typed)
    assert host.state()["written"] == {"p1-change": kept, "p1-why": tidy(typed, lines=True)}
    assert json.loads(json.dumps(host.state()["written"])) == host.state()["written"]
    assert [html.fromstring(host.page()).xpath("//input[@name='answer-p1-change']")[0].get("value")] == [kept]


def test_characters_that_turn_the_text_do_not_stay(host):
    send(host, "keep", {"p1-change": "\u202egnp.exe\u202c \u2067x\u2069"})
    assert host.state()["written"] == {"p1-change": "gnp.exe x"}


def test_people_s_texts_are_isolated_in_the_plan(host):
    send(host, "keep", WHOLE)
    sheet = tree(host).xpath("//section[contains(@class, 'plan__sheet')]")[0]
    for text in ("Tamaynut", "Change 1", "Aïcha", "evenings"):
        assert sheet.xpath(".//bdi[text()=$text]", text=text)


def test_a_closed_block_takes_nothing_and_is_still_read(host):
    send(host, "keep", WHOLE)
    for handler in ("keep", "follow", "ready"):
        status, answer, published = send(host, handler, {"p1-change": "x"}, closed=True)
        assert (status, answer["code"], published) == (409, "closed", [])
    page = tree(host, closed=True)
    assert page.xpath("//form | //input") == []
    assert "Change 1" in page.text_content()


def test_a_handler_wants_a_post(host):
    block = host.block()
    for handler in ("keep", "follow", "ready"):
        assert block.handle(handler, Request.blank("/")).status_int == 405


def test_learners_do_not_see_each_other_s_plan(host):
    send(host, "keep", {"cooperative": "Tamaynut"}, learner="aicha")
    assert "Tamaynut" not in host.page("fatima")


# --- languages ---


@pytest.mark.parametrize(("language", "words"), [("ar", "31 غشت 2026"), ("fr", "31 août 2026"), ("en", "31 August 2026")])
def test_dates_are_said_in_the_reader_s_language(host, language, words):
    send(host, "keep", WHOLE)
    assert tree(host, language=language).xpath("//time[@datetime='2026-08-31']/bdi/text()") == [words]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Days to follow it up: 30 November 2026, 28 February 2027."),
        ("fr", "Dates du suivi\N{NO-BREAK SPACE}: 30 novembre 2026, 28 février 2027."),
        ("ar", "أيام تتبعها: 30 نونبر 2026، 28 فبراير 2027."),
    ],
)
def test_a_ready_plan_tells_its_days_and_promises_no_reminder(host, language, words):
    send(host, "keep", WHOLE)
    _, answer, _ = send(host, "ready", language=language)
    assert answer["message"].endswith(words)
    assert words in host.page(language=language)


def test_the_first_of_a_month_in_french(host):
    send(host, "keep", {"date": "2026-09-01"})
    assert tree(host, language="fr").xpath("//time/bdi/text()") == ["1er septembre 2026"]


def test_an_app_is_told_the_shape_and_the_words(host):
    assert host.block().student_view_data() == {
        "display_name": "Our plan",
        "priorities": 2,
        "steps": 2,
        "months": [3, 6],
        "texts": host.block().texts,
    }
