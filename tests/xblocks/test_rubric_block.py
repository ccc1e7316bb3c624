"""Work judged with a rubric as people meet it: handing in, practising, judging each other, trainers, and what is refused."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from lxml import html
from memory_files import MemoryFiles
from memory_records import MORNING, JudgedHost
from pictures import JPEG
from webob import Request

from takwin_xblocks.contract.records import CLAIM_LASTS, Record
from takwin_xblocks.rubric.giving import in_order

LEVELS = "".join(f'<level when="{number}">as {number}</level>' for number in range(1, 5))
CRITERIA = f'<criterion id="aim" weight="60">Aim{LEVELS}</criterion><criterion id="way" weight="40">Way{LEVELS}</criterion>'
EXAMPLE = """<example id="ex"><work>We talk about the till.</work><why>A beginning.</why>
  <expected id="x1" criterion="aim" level="2">It cannot be seen.</expected>
  <expected id="x2" criterion="way" level="1">They only listen.</expected></example>"""


def rubric(attributes="", inside=""):
    return f'<coop_rubric display_name="Plan" {attributes}><prompt>Write it.</prompt>{CRITERIA}{inside}</coop_rubric>'


def make(attributes="", inside="", *, learners=("aicha", "binta", "chipo", "dada"), judges=("trainer", "second"), records=True):
    return JudgedHost(rubric(attributes, inside), learners=learners, judges=judges, records=records)


def send(host, who, handler, answers=None, *, accept="application/json", attempt="", closed=False, **fields):
    """Send a form as a browser does; return status, answer and what was published."""
    block = host.block(who, closed=closed)
    pairs = [("attempt", attempt), *((f"answer-{name}", text) for name, text in (answers or {}).items()), *fields.items()]
    response = block.handle(handler, Request.blank("/", POST=pairs, accept=accept))
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def hand_in(host, who, text="My plan", **how):
    return send(host, who, "hand_in", {"text": text}, act="hand_in", **how)


def levels(aim=3, way=3, **more):
    return {"level-aim": str(aim), "level-way": str(way), "overall": "Well begun.", **more}


def judge(host, who, learner, answers=None, *, seen="1.0.", **how):
    return send(host, who, "judge", answers or levels(), record=f"work/{learner}", seen=seen, **how)


def given_to(host, who):
    """Ask for a work to judge, and return its learner and the name of the review."""
    _status, _answer, _published = send(host, who, "take")
    page = html.fromstring(host.page(who))
    tokens = page.xpath("//input[@name='review']/@value")
    held = host.records_of("trainer").list(kind="review", judge=who, states=("claimed",))
    return (held[0].learner, tokens[0]) if tokens else (None, None)


def told(published, name):
    return [data for kind, data in published if kind == name]


def work(host, learner):
    return host.records_of("trainer").get(f"work/{learner}")


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


def page_of(host, who, record):
    block = host.block(who)
    return str(block.runtime.render(block, "judge_view", {"record": record, "plain_forms": True}).content)


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


# --- peers ---


def with_peers(more=""):
    return make(f'peers="2" {more}', EXAMPLE)


def practise(host, who):
    return send(host, who, "practise", {"level-aim": "3", "level-way": "1"}, example="ex")


def test_learners_practise_hand_in_and_only_then_are_given_works():
    host = with_peers()
    assert send(host, "aicha", "take")[1]["code"] == "not_yet"
    hand_in(host, "binta", "Work of B")
    hand_in(host, "aicha")
    assert send(host, "aicha", "take")[1]["code"] == "not_yet"
    assert "It cannot be seen." not in host.page("aicha")
    assert practise(host, "aicha")[1]["code"] == "practised"
    assert "It cannot be seen." in host.page("aicha")
    learner, _review = given_to(host, "aicha")
    assert learner == "binta"
    page = host.page("aicha")
    assert "Work of B" in page
    assert "binta" not in page.casefold()  # neither her name nor her number, which is part of the key


def test_peers_judge_by_turns_and_their_median_is_shown_and_counts_nothing():
    host = with_peers()
    for who in ("aicha", "binta", "chipo"):
        hand_in(host, who, f"Work of {who}")
        practise(host, who)
    seen = []
    for who, aim in (("binta", 2), ("chipo", 4)):
        learner, review = given_to(host, who)
        seen.append(learner)
        assert learner != who
        status, _answer, published = send(host, who, "judge_peer", levels(aim, 3), review=review)
        assert (status, told(published, "grade")) == (200, [])
    assert seen == ["aicha", "aicha"] or len(set(seen)) == 2
    assert given_to(host, "binta")[0] not in (None, "binta", seen[0])
    judge(host, "trainer", "aicha", levels(4, 4))
    assert work(host, "aicha").data["result"]["points"] == 100
    assert send(host, "aicha", "take")[1]["code"] == "given"


def test_enough_peers_end_a_work_that_is_theirs_to_judge():
    host = with_peers('trainer="0" peer="100" again="false"')
    for who in ("aicha", "binta", "chipo"):
        hand_in(host, who)
        practise(host, who)
    ended = {}
    for _turn in range(2):
        for who in ("aicha", "binta", "chipo"):
            learner, review = given_to(host, who)
            if learner is not None:
                published = send(host, who, "judge_peer", levels(2, 3), review=review)[2]
                ended |= {one["user_id"]: one["value"] for one in told(published, "grade")}
    assert ended == {"aicha": 6.0, "binta": 6.0, "chipo": 6.0}
    assert work(host, "aicha").state == "done"


def test_a_trainer_stands_in_where_peers_are_too_few():
    host = with_peers('trainer="0" peer="100"')
    hand_in(host, "aicha")
    assert "too few learners" not in page_of(host, "trainer", "work/aicha")
    small = make('peers="2" trainer="0" peer="100"', learners=("aicha",))
    hand_in(small, "aicha")
    assert "too few learners" in page_of(small, "trainer", "work/aicha")
    assert told(judge(small, "trainer", "aicha", levels(3, 3))[2], "coop.attained")[0]["value"] == 3.0


def test_a_review_that_somebody_forgot_goes_to_another_and_is_not_taken_back():
    host = with_peers()
    for who in ("aicha", "binta"):
        hand_in(host, who)
        practise(host, who)
    learner, review = given_to(host, "binta")
    assert learner == "aicha"
    host.clock += CLAIM_LASTS + timedelta(minutes=1)
    for who in ("chipo", "dada"):
        hand_in(host, who)
        practise(host, who)
    takers = {given_to(host, who)[1] for who in ("chipo", "dada")}
    rest = host.records_of("trainer").list(kind="review", learner="aicha")
    assert len(rest) == 2
    if review in takers:
        assert send(host, "binta", "judge_peer", levels(), review=review)[1]["code"] == "not_given"


def test_a_late_review_counts_unless_somebody_else_has_the_work_by_then_and_its_words_are_kept():
    host = with_peers()
    for who in ("aicha", "binta", "chipo"):
        hand_in(host, who)
        practise(host, who)
    _learner, review = given_to(host, "binta")
    host.clock += CLAIM_LASTS + timedelta(minutes=1)
    assert send(host, "binta", "judge_peer", levels(), review=review)[1]["code"] == "reviewed"

    learner, review = given_to(host, "binta")
    host.clock += CLAIM_LASTS + timedelta(minutes=1)
    (held,) = host.records_of("trainer").list(kind="review", judge="binta", states=("claimed",))
    host.records_of("dada").claim(held)
    late = levels(2, 4, **{"comment-aim": "Which clients?", "overall": "Name the till <b>first</b>."})
    status, answer, _published = send(host, "binta", "judge_peer", late, review=review, accept="text/html")
    assert (status, answer["code"]) == (409, "not_given")
    assert not any(one.data.get("judgement") for one in host.records_of("trainer").list(kind="review", learner=learner))

    for again in ("not with you any more", "Here is a work", "Here is a work"):
        page = html.fromstring(host.page("binta"))
        assert again in page.text_content()
        quote = page.xpath("//*[@class='rubric__quote'][contains(., 'What you wrote about')]")[0].text_content()
        assert "Which clients?" in quote
        assert "Name the till <b>first</b>." in quote
        assert not any((one.text or "").strip() for one in page.xpath("//textarea"))
        send(host, "binta", "take", accept="text/html")
    _learner, review = given_to(host, "binta")
    assert send(host, "binta", "judge_peer", levels(), review=review)[1]["code"] == "reviewed"
    assert "Which clients?" not in host.page("binta")


def test_learners_may_judge_themselves_once_and_before_the_result():
    host = make('self="20" trainer="80"')
    hand_in(host, "aicha")
    assert send(host, "aicha", "judge_self", levels(1, 1))[1]["code"] == "own"
    assert send(host, "aicha", "judge_self", levels(4, 4))[1]["code"] == "own_done"
    assert told(judge(host, "trainer", "aicha", levels(4, 4))[2], "grade")[0]["value"] == 8.5


# --- who may not ---


def test_nobody_judges_their_own_work_or_what_was_not_given_to_them():
    host = with_peers()
    for who in ("aicha", "binta", "trainer"):
        hand_in(host, who)
        practise(host, who)
    assert judge(host, "trainer", "trainer", levels(4, 4))[0] == 404
    assert judge(host, "aicha", "aicha", levels(4, 4))[0] == 404
    assert judge(host, "aicha", "binta", levels(4, 4))[0] == 404
    tokens = [str(one.data["token"]) for one in host.records_of("trainer").list(kind="review")]
    for review in ("", "review/aicha/1/1", "review/binta/1/1", "work/binta", *tokens):
        assert send(host, "aicha", "judge_peer", levels(), review=review)[1]["code"] == "not_given"
    assert {one.state for one in host.records_of("trainer").list(kind="review")} == {"draft"}


def test_another_work_is_read_by_no_changed_key_and_no_field_makes_a_judge():
    host = with_peers()
    hand_in(host, "binta", "A secret of B")
    assert "A secret of B" not in page_of(host, "aicha", "work/binta")
    assert "A secret of B" not in page_of(host, "trainer", "review/binta/1/1")
    fields = {
        "state": "done",
        "result": "100",
        "judge": "aicha",
        "learner": "binta",
        "is_judge": "1",
        "score": "100",
        "files": "f1",
    }
    send(host, "aicha", "hand_in", {"text": "Mine", "marks": "x"}, act="hand_in", **fields)
    kept = work(host, "aicha")
    assert (kept.state, kept.learner, kept.judge) == ("waiting", "aicha", None)
    assert set(kept.data) == {"round", "text", "files", "attempt"}
    assert work(host, "binta").data["text"] == "A secret of B"
    assert send(host, "aicha", "open_work", record="work/binta")[0] == 404


def test_two_peers_at_once_are_given_different_places():
    host = with_peers()
    for who in ("aicha", "binta", "chipo"):
        hand_in(host, who)
        practise(host, who)
    first, second = given_to(host, "binta"), given_to(host, "chipo")
    assert first[1] != second[1]
    assert given_to(host, "binta") == first  # asking again gives nothing more


def test_works_of_the_same_group_come_first_then_those_with_the_fewest_reviews_then_the_oldest():
    def free(learner, place, minute):
        when = MORNING + timedelta(minutes=minute)
        return Record(
            key=f"review/{learner}/1/{place}", kind="review", state="draft", learner=learner, created_at=when, updated_at=when
        )

    groups = {"me": "Zagora", "near": "Zagora", "near-new": "Zagora", "near-read": "Zagora", "far": "Dakar"}
    slots = [free("far", 1, 0), free("far", 2, 0), free("near-read", 2, 1), free("near-new", 1, 9), free("near-new", 2, 9)]
    slots += [free("near", 1, 5), free("near", 2, 5)]
    order = list(dict.fromkeys(one.learner for one in in_order(slots, groups, "me")))
    assert order == ["near", "near-new", "near-read", "far"]


@pytest.mark.parametrize("waiting", [1, 3, 23])
def test_the_list_of_what_waits_is_paged(waiting):
    host = make(learners=[f"l{number}" for number in range(waiting)])
    for number in range(waiting):
        hand_in(host, f"l{number}")
    page = html.fromstring(page_of(host, "trainer", ""))
    assert len(page.xpath("//ul[contains(@class, 'rubric__queue')]/li")) == min(waiting, 20)
    second = html.fromstring(page_of(host, "trainer", "page/2"))
    assert len(second.xpath("//ul[contains(@class, 'rubric__queue')]/li")) == max(waiting - 20, 0)


def test_a_host_without_records_says_so_to_staff_and_shows_the_desk_in_the_block():
    host = make(records=False)
    assert "keeps no records" in host.page("trainer")
    assert "keeps no records" not in host.page("aicha")
    hand_in(host, "aicha", "Kept in the block")
    assert send(host, "trainer", "open_work", record="work/aicha")[0] == 200
    assert "Kept in the block" in host.page("trainer")
    status, answer, _published = judge(host, "trainer", "aicha")
    assert (status, answer["code"]) == (200, "judged")
    assert re.search(r"75</strong>", host.page("aicha"))


# --- files ---


class WithFiles(JudgedHost):
    """A host that keeps files too."""

    def runtime_of(self, learner, *, language=None):
        runtime = super().runtime_of(learner, language=language)
        self.store = getattr(self, "store", {})
        runtime._services["coop_files"] = MemoryFiles(self.store, me=learner)
        return runtime


def attach(host, who, act="save", **more):
    """Send a photo whose name tells whose it is."""
    block = host.block(who)
    body = {"act": act, "answer-text": "", "photo-1": ("amina-at-work.jpg", JPEG), **more}
    response = block.handle("hand_in", Request.blank("/", POST=body, accept="application/json"))
    block.save()
    return json.loads(response.body)


def test_a_photo_is_work_enough_and_its_name_tells_peers_nothing():
    host = WithFiles(rubric('peers="2"'), learners=("aicha", "binta"), judges=("trainer",))
    assert attach(host, "aicha")["code"] == "saved"
    assert "amina-at-work" in host.page("aicha")
    assert send(host, "aicha", "hand_in", {"text": ""}, act="hand_in")[1]["code"] == "handed_in"
    (kept,) = work(host, "aicha").data["files"]
    assert f"/files/{kept['file']}" in page_of(host, "trainer", "work/aicha")
    hand_in(host, "binta")
    assert given_to(host, "binta")[0] == "aicha"
    page = host.page("binta")
    assert f"/files/{kept['file']}" in page
    assert "amina-at-work" not in page


def test_no_form_names_a_file_of_somebody_else_and_a_second_try_takes_nothing_from_the_first():
    host = WithFiles(rubric(), learners=("aicha", "binta"), judges=("trainer",))
    attach(host, "aicha", act="hand_in")
    (kept,) = work(host, "aicha").data["files"]
    send(host, "binta", "hand_in", {"text": "Mine", "files": kept["file"]}, act="hand_in", files=kept["file"], remove=kept["file"])
    assert work(host, "binta") is None  # a form that removes a file hands nothing in
    hand_in(host, "binta", files=kept["file"])
    assert work(host, "binta").data["files"] == []
    judge(host, "trainer", "aicha", levels(1, 1))
    send(host, "aicha", "hand_in", {"text": "New"}, remove=kept["file"])
    hand_in(host, "aicha", "New")
    assert work(host, "aicha").data["files"] == []
    assert f"/files/{kept['file']}" in page_of(host, "trainer", "work/aicha")  # as it was the first time


def test_a_file_that_cannot_be_kept_takes_no_words_with_it():
    host = WithFiles(rubric(), learners=("aicha",), judges=("trainer",))
    block = host.block("aicha")
    body = {"act": "hand_in", "answer-text": "All my words", "photo-1": ("a.jpg", b"no photo")}
    assert block.handle("hand_in", Request.blank("/", POST=body)).status_int == 422
    block.save()
    page = html.fromstring(host.page("aicha"))
    assert "All my words" in page.xpath("//textarea[@name='answer-text']")[0].text
    assert "The file was not kept" in page.text_content()
    assert work(host, "aicha") is None
