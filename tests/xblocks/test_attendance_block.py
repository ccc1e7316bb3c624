"""A session as its trainer and trainees meet it: check-ins once and for good, strangers, guests, hours, and what is sent to cheat."""

from __future__ import annotations

import json
import uuid

import pytest
from attendance_acts import LEARNERS, SESSION, code_of, entry, page, replay, rows, send
from hypothesis import HealthCheck, given, settings, strategies as st
from memory_records import HostRecords, JudgedHost
from webob import Request

from takwin_xblocks.contract.records import Person


@pytest.fixture
def host():
    return JudgedHost(SESSION, learners=LEARNERS, judges=("trainer", "other"))


# --- hours ---


def test_hours_are_those_of_the_half_days_at_which_somebody_was(host):
    _status, answer, published = send(host, "check_in", {"slot": "h1", "code": code_of(host, "aicha")})
    assert (answer["outcome"], answer["learner"], answer["message"]) == ("here", "aicha", "Aicha is here.")
    assert published == [
        ("grade", {"value": 3.5, "max_value": 6.0, "user_id": "aicha"}),
        ("completion", {"completion": pytest.approx(3.5 / 6), "user_id": "aicha"}),
        ("coop.attained", {"user_id": "aicha", "kind": "attendance", "name": "", "value": 3.5}),
    ]
    _status, _answer, published = send(host, "check_in", {"slot": "h2", "learner": "aicha"})
    assert published[0] == ("grade", {"value": 6.0, "max_value": 6.0, "user_id": "aicha"})
    text = page(host, by="aicha").text_content()
    assert "6 of 6 hours" in text


def test_the_second_scan_is_noted_and_counts_nothing(host):
    replay(host, entry(slot="h1", code=code_of(host, "aicha"), how="scan"))
    status, answer, published = replay(host, entry(number=2, slot="h1", learner="aicha", how="ticked"), by="other")
    assert (status, answer["outcome"], published) == (200, "again", [])
    assert [one["how"] for one in host.rows["h1/aicha"]["data"]["entries"]] == ["scan", "ticked"]
    assert "Noted 2 times, counted once." in page(host, "judge_view").text_content()


def test_what_was_ticked_by_mistake_is_taken_back_with_a_reason_and_stays_written(host):
    replay(host, entry(slot="h1", learner="aicha"))
    status, _answer, published = send(host, "take_back", {"key": "h1/aicha", "reason": "wrong_person"})
    assert status == 200
    assert published[0] == ("grade", {"value": 0.0, "max_value": 6.0, "user_id": "aicha"})
    assert published[2] == ("coop.attained", {"user_id": "aicha", "kind": "attendance", "name": "", "value": None})
    kept = host.rows["h1/aicha"]
    assert (kept["state"], len(kept["data"]["entries"]), kept["data"]["undone"][0]["reason"]) == ("refused", 1, "wrong_person")
    assert send(host, "check_in", {"slot": "h1", "learner": "aicha"}, attempt="later")[1]["outcome"] == "here"
    assert host.rows["h1/aicha"]["state"] == "done"


def test_a_tick_that_another_phone_made_is_not_overwritten_by_taking_back_mine(host):
    mine, theirs = entry(slot="h1", learner="aicha"), entry(number=2, device=2, slot="h1", learner="aicha")
    replay(host, mine)
    replay(host, theirs, by="other")
    replay(host, entry("undo", number=3, key="h1/aicha", of=[mine["id"]], reason="not_here"))
    assert host.rows["h1/aicha"]["state"] == "done"
    assert "One took this back, another noted it too" in page(host, "judge_view").text_content()


def test_no_second_row_hides_the_first_under_another_spelling_of_its_learners_number(host):
    host.people[7] = Person(id=7, name="Awa")
    replay(host, entry(slot="h1", learner="7"))
    replay(host, entry("undo", number=2, key="h1/007", of=[str(uuid.UUID(int=9))], reason="other"))
    assert list(host.rows) == ["h1/7"]
    assert host.rows["h1/7"]["state"] == "done"


# --- whatever the order ---

MARKS = [
    entry(number=1, slot="h1", learner="aicha", how="ticked"),
    entry(number=2, slot="h1", code="CODE-00000", how="scan", made_at="2029-03-02T09:00:00Z"),
    entry(number=3, device=2, seq=1, slot="h1", learner="aicha", how="ticked", made_at="1970-01-01T00:00:00Z"),
    entry(number=4, slot="h2", code="code 00001", how="typed", made_at=""),
    entry(number=5, slot="h2", code="nobody's", how="scan"),
    entry("undo", number=6, key="h2/fatou", of=[str(uuid.UUID(int=4))], reason="wrong_person"),
    entry("guest", number=7, slot="h1", name="Moussa", organisation="Town hall"),
    entry("guest", number=8, slot="h1", name=" moussa ", organisation="town  hall"),
    entry("undo", number=9, key="h1/aicha", of=[str(uuid.UUID(int=number)) for number in (1, 2)], reason="not_here"),
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations([*MARKS, MARKS[1], MARKS[6], MARKS[8]]))
def test_any_order_with_any_repeats_gives_the_same_rows(order):
    host = JudgedHost(SESSION, learners=LEARNERS)
    for one in order:
        assert replay(host, one)[1]["code"] in {"stored", "replayed"}
    found = rows(host)
    assert {key: (state, learner, len(entries)) for key, (_kind, state, learner, entries, _undone) in found.items()} == {
        "h1/aicha": ("done", "aicha", 3),
        "h2/fatou": ("refused", "fatou", 1),
        next(key for key in found if key.startswith("stranger/h2/")): ("waiting", None, 1),
        next(key for key in found if key.startswith("guest/h1/")): ("done", None, 2),
    }
    straight = JudgedHost(SESSION, learners=LEARNERS)
    for one in MARKS:
        replay(straight, one)
    assert found == rows(straight)


def test_what_comes_again_with_other_words_changes_nothing(host):
    replay(host, entry(slot="h1", learner="aicha", how="ticked"))
    before = json.dumps(host.rows)
    status, answer, published = replay(host, entry(slot="h1", learner="aicha", how="scan"))
    assert (status, answer["code"], published, json.dumps(host.rows)) == (409, "conflict", [], before)
    assert replay(host, entry(slot="h1", learner="aicha", how="ticked"))[1]["code"] == "replayed"


# --- strangers and guests ---


def test_a_code_of_nobody_is_kept_until_somebody_says_whose_it_is(host):
    _status, answer, published = replay(host, entry(slot="h1", code="XYZ 123"))
    assert (answer["outcome"], published) == ("stranger", [])
    key = answer["key"]
    assert send(host, "assign", {"key": key, "learner": "nobody"})[0] == 403
    _status, answer, published = send(host, "assign", {"key": key, "learner": "fatou", "view": "judge_view"})
    assert (answer["outcome"], published[0][1]["user_id"]) == ("here", "fatou")
    assert (host.rows[key]["state"], host.rows[key]["data"]["settled"]["learner"]) == ("done", "fatou")
    assert replay(host, entry(slot="h1", code="XYZ 123"))[1]["code"] == "replayed"
    assert send(host, "assign", {"key": key, "learner": "aicha"})[1]["code"] == "gone"


def test_a_stranger_becomes_a_guest_or_is_set_aside(host):
    first = replay(host, entry(slot="h1", code="XYZ123"))[1]["key"]
    second = replay(host, entry(number=2, slot="h1", code="ABC"))[1]["key"]
    assert send(host, "welcome", {"key": first, "name": ""})[1]["code"] == "no_name"
    assert send(host, "welcome", {"key": first, "name": "Moussa", "sex": "x"})[1]["outcome"] == "guest"
    assert send(host, "dismiss", {"key": second})[0] == 200
    assert {key: one["state"] for key, one in host.rows.items() if key in (first, second)} == {first: "done", second: "refused"}
    guest = next(one for key, one in host.rows.items() if key.startswith("guest/"))
    assert guest["data"]["entries"][0]["guest"] == {"name": "Moussa", "organisation": "", "sex": "", "phone": ""}


# --- who may ---


@pytest.mark.parametrize(
    ("handler", "fields"),
    [
        ("check_in", {"slot": "h1", "learner": "aicha"}),
        ("check_in", {"slot": "h1", "code": "CODE-00000"}),
        ("check_in", {"slot": "h1", "learner": "fatou", "judge": "trainer", "user_id": "trainer"}),
        ("add_guest", {"slot": "h1", "name": "Moussa"}),
        ("take_back", {"key": "h1/khady", "reason": "other"}),
        ("recount", {}),
    ],
)
def test_trainees_check_in_nobody(host, handler, fields):
    send(host, "check_in", {"slot": "h1", "learner": "khady"})
    before = json.dumps(host.rows)
    status, answer, published = send(host, handler, fields, by="aicha")
    assert (status, answer["code"], published, json.dumps(host.rows)) == (403, "not_yours", [], before)
    assert replay(host, entry(slot="h1", learner="aicha"), by="aicha")[0] == 403
    assert json.dumps(host.rows) == before


def test_trainees_see_no_list(host):
    assert host.block("aicha").handle("roster", Request.blank("/")).status_int == 403
    assert host.block("aicha").handle("csv", Request.blank("/")).status_int == 403
    for view in ("field_view", "judge_view", "print_view"):
        assert "Fatou" not in page(host, view, by="aicha").text_content()
    assert "Fatou" not in page(host, by="aicha").text_content()


def test_nobody_checks_in_themselves_even_with_their_own_card(host):
    host.people["trainer"] = Person(id="trainer", name="Sara", code="CODE-90000")
    for fields in ({"learner": "trainer"}, {"code": "CODE-90000"}):
        assert send(host, "check_in", {"slot": "h1", **fields})[1]["code"] == "yourself"
    assert host.rows == {}


class OfOneCohort(HostRecords):
    """The records of a trainer who trains one cohort alone."""

    def may_judge(self, learner):
        return super().may_judge(learner) and learner != "khady"


def test_a_learner_of_another_cohort_is_ticked_by_nobody_here_and_their_card_is_a_strangers(host):
    host.records_of = lambda person: OfOneCohort(
        host.rows, me=person, is_judge=person in host.judges, people=host.people, most_learners=None
    )
    assert send(host, "check_in", {"slot": "h1", "learner": "khady"})[0] == 403
    assert send(host, "check_in", {"slot": "h1", "code": code_of(host, "khady")})[1]["outcome"] == "stranger"
    text = page(host, "judge_view").text_content() + page(host, "field_view").text_content()
    assert "Khady" not in text
    assert [one["learner"] for one in host.rows.values()] == [None]


@pytest.mark.parametrize("code", ["", "  -- ", "؟؟", "CODE-0000", "CODE-000001", "CODE-00000" * 99, "'; DROP TABLE", "<b>"])
def test_no_code_that_is_cut_or_forged_is_anybodys(host, code):
    status, answer, published = send(host, "check_in", {"slot": "h1", "code": code})
    assert answer["code"] == "unreadable" if status == 422 else answer["outcome"] == "stranger"
    assert published == []
    assert not any(key.startswith("h1/") for key in host.rows)


def test_a_code_is_read_however_it_is_typed(host):
    for typed in ("code 00000", "CODE00000", "C O D E - 0 0 0 0 0", "CODE-٠٠٠٠٠", "cOde-ooooo"):
        assert send(host, "check_in", {"slot": "h1", "code": typed}, attempt=typed)[1]["learner"] == "aicha"


@pytest.mark.parametrize("slot", ["", "h3", "h1/aicha", "../h1"])
def test_a_half_day_that_is_none_takes_nobody(host, slot):
    assert send(host, "check_in", {"slot": slot, "learner": "aicha"})[1]["code"] == "no_half_day"
    assert send(host, "take_back", {"key": f"{slot}/aicha", "reason": "other"})[0] in {403, 422}
    assert host.rows == {}


def test_a_form_sent_twice_is_one_check_in(host):
    for _time in range(2):
        send(host, "check_in", {"slot": "h1", "learner": "aicha"}, attempt="once")
    assert len(host.rows["h1/aicha"]["data"]["entries"]) == 1


def test_a_form_without_script_is_answered_on_the_page_that_comes_next(host):
    send(host, "check_in", {"slot": "h1", "code": ""}, accept="text/html")
    assert "No code was read." in page(host).xpath("//*[@data-status][@data-state='error']")[0].text_content()
    send(host, "check_in", {"slot": "h1", "learner": "aicha"}, accept="text/html")
    assert "Aicha is here." in page(host).xpath("//*[@data-status]")[0].text_content()
    send(host, "check_in", {"slot": "h1", "learner": "fatou"})
    assert page(host).xpath("//*[@data-status]")[0].text_content() == ""
