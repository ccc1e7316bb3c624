"""Work judged by one trainer or two, sent back, and counted again after its rubric was changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import html
from rubric_acts import hand_in, judge, levels, make, page_of, send, told, work
from webob import Request

# --- a trainer judges ---


@pytest.mark.parametrize("records", [True, False])
def test_work_is_handed_in_judged_and_read(records):
    host = make(records=records)
    assert send(host, "aicha", "hand_in", {"text": "Half a plan"}, act="save")[1]["code"] == "saved"
    assert "Half a plan" in host.page("aicha")
    assert "Half a plan" not in host.page("trainer") or not records
    assert hand_in(host, "aicha")[1]["code"] == "handed_in"
    status, answer, published = judge(host, "trainer", "aicha", levels(4, 2))
    assert (status, answer["code"]) == (200, "judged")
    assert told(published, "grade") == [{"value": 8.0, "max_value": 10.0, "user_id": "aicha"}]
    assert told(published, "completion") == [{"completion": 1.0, "user_id": "aicha"}]
    assert told(published, "coop.attained") == [{"user_id": "aicha", "kind": "rubric", "name": "", "value": 3.2}]
    page = html.fromstring(host.page("aicha")).text_content()
    assert "80 / 100" in page
    assert "Well begun." in page


def test_a_phone_that_lost_the_answer_sends_again_and_nothing_happens_twice():
    host = make()
    assert hand_in(host, "aicha", attempt="a1")[0] == 200
    status, answer, published = hand_in(host, "aicha", attempt="a1")
    assert (status, answer.get("replayed"), published) == (200, True, [])
    assert hand_in(host, "aicha", "Another plan", attempt="a2")[:1] == (409,)
    judge(host, "trainer", "aicha")
    status, answer, published = judge(host, "trainer", "aicha")
    assert (status, answer["code"], published) == (200, "judged", [])


def test_nothing_is_handed_in_without_anything_and_after_the_last_day():
    host = make()
    assert hand_in(host, "aicha", "   ")[1]["code"] == "empty"
    assert hand_in(host, "aicha", closed=True)[1]["code"] == "closed"
    hand_in(host, "aicha")
    assert judge(host, "trainer", "aicha", closed=True)[0] == 200  # judging goes on


def test_a_level_is_needed_for_each_criterion_and_what_a_plain_form_sent_is_shown_again():
    host = make()
    hand_in(host, "aicha")
    status, answer, published = judge(host, "trainer", "aicha", {"level-aim": "3", "level-way": "9"})
    assert (status, set(answer["errors"]), published) == (422, {"level-way"}, [])
    judge(host, "trainer", "aicha", {"level-aim": "3", "overall": "Go on"}, accept="text/html")
    shown = html.fromstring(page_of(host, "trainer", "work/aicha"))
    assert shown.xpath("//input[@name='answer-level-aim'][@checked]/@value") == ["3"]
    assert "Go on" in shown.xpath("//textarea[@name='answer-overall']")[0].text
    assert work(host, "aicha").state == "waiting"


def test_weak_work_comes_once_more_with_a_comment_and_only_once():
    host = make()
    hand_in(host, "aicha")
    assert judge(host, "trainer", "aicha", levels(1, 3, overall=""))[0] == 422
    assert judge(host, "trainer", "aicha", levels(1, 3))[1]["code"] == "sent_back"
    assert work(host, "aicha").state == "returned"
    assert "hand it in once more" in host.page("aicha")
    assert hand_in(host, "aicha", "A better plan", closed=True)[1]["code"] == "handed_in"
    assert work(host, "aicha").state == "waiting"
    assert "My plan" in page_of(host, "trainer", "work/aicha")  # the first time, to compare
    _status, answer, published = judge(host, "trainer", "aicha", levels(1, 3), seen="2.0.")
    assert answer["code"] == "judged"
    assert told(published, "grade")[0]["value"] == 4.5
    assert hand_in(host, "aicha", "A third plan")[0] == 409


# --- two trainers ---


def test_two_trainers_who_agree_are_read_by_their_mean():
    host = make('trainers="2"')
    hand_in(host, "aicha")
    assert judge(host, "trainer", "aicha", levels(3, 3))[1]["code"] == "second"
    assert "as they see" not in page_of(host, "second", "work/aicha")
    assert "Well begun." not in page_of(host, "second", "work/aicha")  # judged with one's own eyes
    assert judge(host, "trainer", "aicha", levels(4, 4), seen="1.1.")[1]["code"] == "judged_by_you"
    _status, _answer, published = judge(host, "second", "aicha", levels(4, 3), seen="1.1.")
    assert told(published, "coop.attained")[0]["value"] == 3.3


def test_trainers_who_disagree_are_shown_to_each_other_and_a_decision_needs_its_reason():
    host = make('trainers="2" again="false"')
    hand_in(host, "aicha")
    judge(host, "trainer", "aicha", levels(4, 4))
    _status, answer, published = judge(host, "second", "aicha", levels(2, 4), seen="1.1.")
    assert (answer["code"], told(published, "grade")) == ("third", [])
    shown = html.fromstring(page_of(host, "trainer", "work/aicha"))
    assert "Two trainers disagree" in shown.text_content()
    assert [one.text_content() for one in shown.xpath("//*[@class='rubric__given']")] == ["B", "A", "A B"]
    assert judge(host, "trainer", "aicha", levels(3, 4), seen="1.2.")[0] == 422
    _status, answer, published = judge(host, "trainer", "aicha", levels(3, 4, reason="We read it together."), seen="1.2.")
    assert (answer["code"], told(published, "coop.attained")[0]["value"]) == ("judged", 3.4)
    assert "We read it together." in host.page("aicha")


def test_two_trainers_at_once_do_not_undo_each_other():
    host = make()
    hand_in(host, "aicha")
    judge(host, "trainer", "aicha", levels(4, 4))
    status, answer, published = judge(host, "second", "aicha", levels(1, 1))  # from a page that was open before
    assert (status, answer["code"], published) == (409, "changed", [])
    assert work(host, "aicha").data["result"]["points"] == 100


def with_weights(host, **weights):
    """Change the rubric as its author does: other weights, or other criteria."""
    block = host.block("author")
    block.structure = {**block.structure, "criteria": [{"id": one, "weight": weight} for one, weight in weights.items()]}
    block.save()


def recount(host, who="trainer"):
    status, answer, published = send(host, who, "recount", page="judge")
    return status, answer, {data["user_id"]: data["value"] for data in told(published, "grade")}


def test_judged_works_are_counted_again_after_the_rubric_was_changed_and_those_that_no_longer_fit_wait_to_be_judged_again():
    host = make()
    for who in ("aicha", "binta"):
        hand_in(host, who)
        judge(host, "trainer", who, levels(4, 2))
    with_weights(host, aim=20, way=80)
    status, answer, grades = recount(host)
    assert (status, answer["counted"], answer["again"], grades) == (200, 2, 0, {"aicha": 6.0, "binta": 6.0})
    assert "60 / 100" in html.fromstring(host.page("aicha")).text_content()
    assert recount(host, "aicha")[::2] == (404, {})

    with_weights(host, aim=20, means=80)  # a criterion that nobody has judged
    _status, answer, grades = recount(host)
    assert (answer["counted"], answer["again"], grades) == (0, 2, {})
    assert [work(host, who).state for who in ("aicha", "binta")] == ["waiting", "waiting"]
    assert "judge again" in answer["html"]
    assert "60 / 100" in html.fromstring(host.page("aicha")).text_content()  # until then it stays as it was
    assert "The criteria were changed" in page_of(host, "trainer", "work/aicha")
    seen = html.fromstring(page_of(host, "trainer", "work/aicha")).xpath("//input[@name='seen']/@value")[0]
    anew = {"level-aim": "4", "level-means": "4", "reason": "Judged by the new criteria."}
    assert judge(host, "trainer", "aicha", anew, seen=seen)[1]["code"] == "judged"

    with_weights(host, aim=60, way=40)  # as it was: one fits once more, the other was judged anew by criteria that are gone
    _status, answer, grades = recount(host)
    assert (answer["counted"], answer["again"], grades) == (1, 1, {"binta": 8.0})
    assert [work(host, who).state for who in ("aicha", "binta")] == ["waiting", "done"]


def test_who_was_judged_by_one_trainer_needs_no_second_when_counted_again_and_a_single_trainer_reads_what_can_be_done():
    host = make()
    hand_in(host, "aicha")
    judge(host, "trainer", "aicha", levels(4, 2))
    block = host.block("author")
    block.structure = {**block.structure, "trainers": "2"}
    block.save()
    assert recount(host)[2] == {"aicha": 8.0}
    hand_in(host, "binta")
    judge(host, "trainer", "binta")
    assert "may ask for one only" in page_of(host, "trainer", "work/binta")


class Counting:
    """Counts how often records are asked for."""

    def __init__(self, records):
        self.records, self.asked = records, 0

    def __getattr__(self, name):
        self.asked += name in {"get", "list", "people", "counts"}
        return getattr(self.records, name)


@pytest.mark.parametrize("count", [1, 3])
def test_everybody_is_counted_in_as_many_queries_as_one_and_what_peers_say_later_is_not_counted(count):
    host = make('peers="2" peer="50" trainer="50"')
    learners = ["aicha", "binta", "chipo", "dada"]
    for who in learners:  # the last one's work waits
        hand_in(host, who)
    for who in learners[:count]:
        judge(host, "trainer", who, levels(4, 2))
    for place in (1, 2):  # peers who had it in hand send their levels an hour after it was judged
        late = host.rows[f"review/aicha/1/{place}"]
        late |= {"state": "done", "updated_at": (host.clock + timedelta(hours=1)).isoformat()}
        late["data"] = {**late["data"], "judgement": {"levels": {"aim": 1, "way": 1}}}
    host.clock += timedelta(hours=2)
    with_weights(host, aim=50, way=50)
    assert recount(host)[2] == dict.fromkeys(learners[:count], 7.5)
    assert recount(host)[2] == dict.fromkeys(learners[:count], 7.5)  # nor when it was counted again in between
    block = host.block("trainer")
    block.records = counting = Counting(block.records)
    block.handle("recount", Request.blank("/", POST={"page": "judge"}, accept="application/json"))
    assert counting.asked == 5  # works, what peers said; then the page: works, their people, counts
