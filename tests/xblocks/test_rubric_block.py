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
from rubric_acts import given_to, hand_in, judge, levels, make, page_of, practise, rubric, send, with_peers, work
from webob import Request

from takwin_xblocks.contract.records import Record
from takwin_xblocks.rubric.giving import in_order

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
