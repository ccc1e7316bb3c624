"""Work judged by learners: practising first, by turns, and what happens when they are too few or too late."""

from __future__ import annotations

from datetime import timedelta

from lxml import html
from rubric_acts import given_to, hand_in, judge, levels, make, page_of, practise, send, told, with_peers, work

from takwin_xblocks.contract.records import CLAIM_LASTS

# --- peers ---


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
