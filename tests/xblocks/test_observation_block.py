"""An observation with its trainees, peers and trainers: what is kept, what counts, who is refused, what is published."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from memory_records import JudgedHost
from observation_acts import CODE, LEARNERS, TEACH_BACK, entry, judge, marks, observe, result, send, sheets, view


@pytest.fixture
def host() -> JudgedHost:
    return JudgedHost(TEACH_BACK, learners=LEARNERS, judges=("trainer", "second"))


# --- from sheets to a result ---


def test_a_trainer_and_two_peers_come_to_a_grade_in_the_trainee_s_name(host: JudgedHost) -> None:
    assert observe(host, "trainer", "222221122112", **{"note-i1": "“By the end you count the till.”"})[1]["code"] == "kept"
    for peer in ("binta", "chadia"):
        assert observe(host, peer, "221221121111")[0] == 200
    assert [len(sheets(host, state=state)) for state in ("done", "waiting")] == [1, 2]
    for key in sheets(host, state="waiting"):
        assert judge(host, "count", sheet=key)[1]["code"] == "counted"
    status, answer, published = judge(host, "publish_result")
    assert (status, answer["code"]) == (200, "published")
    assert published == [
        ("grade", {"value": pytest.approx((20 + 17 + 17) / 3), "max_value": 24.0, "user_id": "aicha"}),
        ("completion", {"completion": 1.0, "user_id": "aicha"}),
        ("coop.attained", {"user_id": "aicha", "kind": "observation", "name": "", "value": 3.0}),
    ]
    assert result(host)["score"] == [18, 1]
    page = view(host, "aicha", "student_view")
    assert "“By the end you count the till.”" in page
    assert "Level 3 of 4" in page
    assert not any(name.title() in page for name in ("binta", "chadia", "trainer"))


def test_the_trainee_reads_nothing_before_it_is_published(host: JudgedHost) -> None:
    observe(host, "trainer", "0" * 12, **{"note-i3": "Only closed questions"})
    page = view(host, "aicha", "student_view")
    assert "Only closed questions" not in page
    assert "Says the outcome in one plain sentence" in page
    assert CODE["aicha"] in page


def test_beyond_six_points_a_trainer_decides_with_a_reason(host: JudgedHost) -> None:
    observe(host, "trainer", "222222222111")
    observe(host, "binta", "111111111111")
    (waiting,) = sheets(host, author="binta")
    answer = judge(host, "count", sheet=waiting)[1]
    assert "decide which sheet holds" in answer["message"]
    (own,) = sheets(host, author="trainer")
    assert judge(host, "publish_result")[:2] == (409, {**judge(host, "publish_result")[1], "code": "decision_needed"})
    assert judge(host, "decide", basis=own, reason="short")[1]["code"] == "no_reason"
    assert judge(host, "decide", basis="observation-of-nobody", reason="She saw all of it.")[1]["code"] == "no_basis"
    assert judge(host, "decide", basis=own, reason="Binta came ten minutes late.")[1]["code"] == "decided"
    assert judge(host, "publish_result")[1]["code"] == "published"
    assert (result(host)["score"], result(host)["level"], result(host)["is_decided"]) == ([21, 1], 3, True)
    assert "Binta came ten minutes late." in view(host, "second", "judge_view", record=own)
    assert "Binta came" not in view(host, "aicha", "student_view")


def test_a_late_sheet_that_is_counted_is_published_anew(host: JudgedHost) -> None:
    observe(host, "trainer", "222222222220")
    judge(host, "publish_result")
    observe(host, "binta", "222222222200")
    (late,) = sheets(host, author="binta")
    _status, answer, published = judge(host, "count", sheet=late)
    assert "published anew" in answer["message"]
    assert [name for name, _data in published] == ["grade", "completion", "coop.attained"]
    assert result(host)["score"] == [21, 1]
    _status, _answer, published = observe(host, "second", "222222222222")
    assert published[0][1]["value"] == 22.0
    assert judge(host, "set_aside", sheet=late)[0] == 200
    assert result(host)["score"] == [23, 1]


def test_what_is_published_stays_while_a_new_difference_waits_for_a_decision(host: JudgedHost) -> None:
    observe(host, "trainer", "2" * 12)
    judge(host, "publish_result")
    _status, _answer, published = observe(host, "second", "1" * 12)
    assert published == []
    assert result(host)["score"] == [24, 1]
    assert "The sheets have changed since" in view(host, "trainer", "judge_view", record="result-aicha")


# --- several sheets of one observer ---


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_two_sheets_the_later_by_the_phone_s_count_stands(host: JudgedHost, order: tuple[int, int]) -> None:
    told = {1: "0" * 12, 2: "1" * 12}
    for seq in order:
        assert entry(host, "binta", told[seq], seq=seq, code=CODE["aicha"])[1]["code"] == "stored"
        assert entry(host, "trainer", told[seq], seq=seq, trainee="aicha")[1]["code"] == "stored"
    assert len(sheets(host)) == 4  # all are kept
    (waiting,) = sheets(host, state="waiting")
    assert host.rows[waiting]["data"]["levels"]["i1"] == 1
    judge(host, "publish_result")
    assert result(host)["score"] == [12, 1]


def test_the_same_entry_is_taken_once_and_another_under_its_name_never(host: JudgedHost) -> None:
    name = str(uuid.uuid4())
    assert entry(host, "binta", "1" * 12, seq=1, entry_id=name, code=CODE["aicha"])[1]["code"] == "stored"
    assert entry(host, "binta", "1" * 12, seq=1, entry_id=name, code=CODE["aicha"])[1]["code"] == "replayed"
    assert entry(host, "binta", "2" * 12, seq=1, entry_id=name, code=CODE["aicha"])[:2][0] == 409
    assert entry(host, "chadia", "2" * 12, seq=1, entry_id=name, code=CODE["aicha"])[1]["code"] == "stored"
    assert len(sheets(host)) == 2


def test_a_plain_form_sent_twice_is_one_sheet(host: JudgedHost) -> None:
    first = observe(host, "trainer", sheet="page-1")
    again = observe(host, "trainer", sheet="page-1")
    corrected = observe(host, "trainer", "1" * 12, sheet="page-1")
    assert [answer["code"] for _status, answer, _published in (first, again, corrected)] == ["kept", "replayed", "kept"]
    judge(host, "publish_result")
    assert result(host)["score"] == [12, 1]


SENT = st.lists(st.tuples(st.sampled_from(["trainer", "second", "binta"]), st.integers(1, 3), st.sampled_from("012")), max_size=6)


@settings(max_examples=25, deadline=None)
@given(SENT, st.randoms(use_true_random=False))
def test_whatever_order_phones_send_in_and_how_often_the_same_sheets_count(sent: list[Any], chance: Any) -> None:
    told = [(who, seq, mark, str(uuid.UUID(int=number + 1))) for number, (who, seq, mark) in enumerate(sent)]
    shuffled = [*told, *told]
    chance.shuffle(shuffled)
    found = []
    for entries in (told, shuffled):
        host = JudgedHost(TEACH_BACK, learners=LEARNERS, judges=("trainer", "second"))
        for who, seq, mark, name in entries:
            whom = {"code": CODE["aicha"]} if who == "binta" else {"trainee": "aicha"}
            assert entry(host, who, mark * 12, seq=seq, entry_id=name, **whom)[0] == 200
        found.append({key: (row["state"], row["data"]["levels"]) for key, row in host.rows.items()})
    assert found[0] == found[1]
    assert sum(state == "waiting" for state, _levels in found[0].values()) == any(who == "binta" for who, *_rest in told)


# --- who is refused ---


@pytest.mark.parametrize(
    ("who", "fields", "status", "code"),
    [
        ("aicha", {"code": CODE["aicha"]}, 403, "self"),
        ("aicha", {"trainee": "aicha"}, 403, "self"),
        ("trainer", {"trainee": "trainer"}, 403, "self"),
        ("binta", {"trainee": "aicha"}, 422, "unknown"),  # a peer has the code from the trainee's hand
        ("binta", {"code": "ZZZZZ-00000"}, 422, "unknown_code"),
        ("trainer", {"trainee": "stranger"}, 422, "unknown"),
        ("trainer", {"trainee": ""}, 422, "nobody"),
    ],
)
def test_nobody_observes_themselves_or_a_stranger(
    host: JudgedHost, who: str, fields: dict[str, str], status: int, code: str
) -> None:
    found = observe(host, who, **fields)
    assert (found[0], found[1]["code"]) == (status, code)
    assert found[1]["message"]
    assert host.rows == {}


def test_a_body_names_neither_judge_nor_author_nor_state(host: JudgedHost) -> None:
    observe(host, "binta", judge="binta", author="trainer", learner="dina", state="done", by_trainer="true", seq="99")
    (row,) = host.rows.values()
    assert (row["learner"], row["judge"], row["author"], row["state"]) == ("aicha", None, "binta", "waiting")
    assert (row["data"]["by_trainer"], row["data"]["seq"]) == (False, 1)


@pytest.mark.parametrize("who", ["aicha", "binta", "dina"])
@pytest.mark.parametrize("handler", ["count", "set_aside", "decide", "publish_result"])
def test_only_a_trainer_counts_decides_and_publishes(host: JudgedHost, who: str, handler: str) -> None:
    observe(host, "trainer")
    observe(host, "binta", "1" * 12)
    before = dict(host.rows)
    (sheet,) = sheets(host, author="binta")
    status, answer, published = judge(host, handler, who, sheet=sheet, basis=sheet, reason="I was good, believe me.")
    assert (status, answer["code"], published) == (403, "not_yours", [])
    assert host.rows == before


def test_a_trainer_does_not_judge_their_own_observation_s_subject_when_it_is_themselves(host: JudgedHost) -> None:
    assert send(host, "trainer", "publish_result", {"trainee": "trainer"})[1]["code"] == "not_yours"


def test_a_sheet_of_another_trainee_is_not_counted_here(host: JudgedHost) -> None:
    observe(host, "binta", code=CODE["dina"])
    (sheet,) = sheets(host)
    status, answer, _published = judge(host, "count", sheet=sheet)
    assert (status, answer["code"]) == (404, "gone")


@pytest.mark.parametrize("who", ["aicha", "binta", "dina"])
def test_the_comparison_is_shown_to_no_trainee(host: JudgedHost, who: str) -> None:
    observe(host, "trainer", **{"note-i1": "Heard it twice"})
    (sheet,) = sheets(host)
    page = view(host, who, "judge_view", record=sheet)
    assert "Heard it twice" not in page
    assert "Only a trainer of this trainee may do that." in page


def test_where_trainees_do_not_observe_they_are_told_so() -> None:
    host = JudgedHost(TEACH_BACK.replace('peers_observe="true" peers="2"', 'peers_observe="false"'), learners=LEARNERS)
    assert observe(host, "binta")[1]["code"] == "trainers_only"
    assert "Only trainers observe here." in view(host, "binta", "field_view")
    assert "Observe another trainee" not in view(host, "binta", "student_view")
    assert observe(host, "trainer")[1]["code"] == "kept"


def test_after_the_closing_day_trainers_still_publish(host: JudgedHost) -> None:
    fields = marks(trainee="aicha", sheet="s")
    assert send(host, "trainer", "observe", fields, closed=True)[1]["code"] == "kept"
    assert send(host, "trainer", "publish_result", {"trainee": "aicha"}, closed=True)[1]["code"] == "published"
    assert send(host, "binta", "observe", marks(code=CODE["aicha"]), closed=True)[1]["code"] == "closed"


# --- what is refused of a sheet ---


@pytest.mark.parametrize("bad", ["", "3", "-1", "٢", "1.5", "NaN", "clearly"])
def test_a_sheet_with_an_item_unmarked_or_off_the_scale_is_not_kept(host: JudgedHost, bad: str) -> None:
    status, answer, _published = observe(host, "trainer", **{"level-i7": bad})
    assert (status, list(answer["errors"])) == (422, ["level-i7"])
    assert host.rows == {}


def test_notes_lose_what_turns_the_text_after_them_and_may_not_be_endless(host: JudgedHost) -> None:
    observe(host, "trainer", **{"note-i1": " said \u202eit ", "remark": "<b>Well</b>"})
    (row,) = host.rows.values()
    assert (row["data"]["notes"], row["data"]["remark"]) == ({"i1": "said it"}, "<b>Well</b>")
    assert "&lt;b&gt;Well" in view(host, "trainer", "judge_view", record=next(iter(host.rows)))
    assert observe(host, "trainer", **{"note-i1": "a" * 501})[1]["code"] == "too_long"


def test_one_observer_sends_twenty_sheets_of_one_trainee_at_most(host: JudgedHost) -> None:
    codes = [observe(host, "binta", "1" * 12)[1]["code"] for _number in range(21)]
    assert codes == ["kept"] * 20 + ["too_many"]
    assert len(sheets(host, state="waiting")) == 1
