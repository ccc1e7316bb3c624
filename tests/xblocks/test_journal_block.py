"""The journal and the case as learners meet them: pages, handlers, refusals, and nothing told too early."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings, strategies as st
from lxml import html
from memory_host import Host
from webob import Request

from takwin_xblocks.journal.answers import LONGEST, tidy

CASE = """<coop_journal display_name="A case">
  <prompt>Told <q>here</q>.</prompt>
  <question id="form">What do you advise?<model>MODEL-FORM</model></question>
  <question id="next">And then?<model>MODEL-NEXT</model></question>
  <question id="more" may_be_empty="true">Anything else?<model>MODEL-MORE</model></question>
  <point id="vote">POINT-VOTE</point>
  <point id="loan">POINT-LOAN</point>
</coop_journal>"""
JOURNAL = """<coop_journal><question id="a" may_be_empty="true">A?</question>
  <question id="b" may_be_empty="true">B?</question></coop_journal>"""
BOTH = {"form": "One vote each.", "next": "A meeting."}
COMPLETION = [("completion", {"completion": 1.0})]


@pytest.fixture
def host():
    return Host(CASE)


def send(host, handler, answers, *, accept="application/json", **how):
    """Send a form as a browser does, by script unless told otherwise; return status, answer and what was published."""
    block = host.block(**how)
    pairs = [(f"answer-{name}", text) for name, told in answers.items() for text in (told if isinstance(told, list) else [told])]
    response = block.handle(handler, Request.blank("/", POST=pairs, accept=accept))
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def send_json(host, handler, answers):
    block = host.block()
    body = json.dumps({"answers": answers}).encode()
    response = block.handle(handler, Request.blank("/", method="POST", body=body, content_type="application/json"))
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def tree(host, **how):
    return html.fromstring(host.page(**how))


def own_words(host, **how):
    return [one.text_content() for one in tree(host, **how).xpath("//div[contains(@class, 'journal__own')]")]


# --- the page ---


def test_the_page_asks_and_says_that_nobody_else_reads_it(host):
    page = tree(host)
    assert [one.text_content() for one in page.xpath("//label")] == ["What do you advise?", "And then?", "Anything else?"]
    assert "Only you read what you write here." in page.text_content()
    assert page.text_content().count("You may leave this one empty.") == 1
    assert page.xpath("//textarea/@maxlength") == [str(LONGEST)] * 3


@pytest.mark.parametrize("answers", [{}, BOTH])
def test_every_field_has_a_label_and_every_id_is_unique(host, answers):
    if answers:
        send(host, "keep", answers)
    page = tree(host)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert set(page.xpath("//textarea/@id")) == set(page.xpath("//label/@for"))
    described = {one for names in page.xpath("//@aria-describedby | //@aria-labelledby") for one in names.split()}
    assert described - set(ids) == set()
    assert re.findall(r"<script|\bstyle=|\bon[a-z]+=", host.page()) == []


# --- nothing too early ---


def test_models_and_points_are_told_by_nothing_before_an_answer_is_kept(host):
    block = host.block()
    told = [host.page(), json.dumps(block.student_view_data())]
    told.append(json.dumps(send(host, "keep", {"form": "Only one."})[1]))
    told.append(json.dumps(send_json(host, "keep", {"next": " "})[1]))
    told.append(json.dumps(send_json(host, "compare", {"points": ["vote"]})[1]))
    told += [host.page(), json.dumps(host.block().student_view_data())]
    assert [text for text in told if "MODEL" in text or "POINT" in text] == []


def test_each_model_waits_for_the_answer_to_its_own_question(host):
    send(host, "keep", BOTH)
    page = host.page()
    assert ("MODEL-FORM" in page, "MODEL-NEXT" in page, "MODEL-MORE" in page) == (True, True, False)
    assert "POINT-VOTE" in page
    assert "MODEL" not in json.dumps(host.block().student_view_data())
    send(host, "keep", {"more": "Yes."})
    assert "MODEL-MORE" in host.page()
    assert "MODEL" not in host.page("lahcen")


def test_an_app_is_told_the_models_with_its_answer(host):
    status, answer, _ = send_json(host, "keep", BOTH)
    assert (status, answer["models"]) == (200, {"form": "MODEL-FORM", "next": "MODEL-NEXT"})
    assert host.block().student_view_data() == {
        "display_name": "A case",
        "prompt": "Told <q>here</q>.",
        "questions": [
            {"id": "form", "may_be_empty": False, "text": "What do you advise?"},
            {"id": "next", "may_be_empty": False, "text": "And then?"},
            {"id": "more", "may_be_empty": True, "text": "Anything else?"},
        ],
    }


def test_authors_see_what_appears_later(host):
    block = host.block()
    page = block.runtime.render(block, "author_view", {}).content
    assert all(words in page for words in ("MODEL-FORM", "MODEL-MORE", "POINT-LOAN"))
    journal = Host(JOURNAL).block()
    assert "What learners see after" not in journal.runtime.render(journal, "author_view", {}).content


# --- keeping ---


def test_answers_are_kept_and_the_block_is_done_once(host):
    status, answer, published = send(host, "keep", BOTH)
    assert (status, answer["code"]) == (200, "kept")
    assert answer["message"] == (
        "Your answers are kept. You can change them whenever you like. Below yours stands a good answer, to compare."
    )
    assert published == COMPLETION
    assert host.state()["written"] == BOTH
    before = host.state()
    status, _answer, published = send(host, "keep", BOTH)
    assert (status, published, host.state()) == (200, [], before)
    status, _answer, published = send(host, "keep", BOTH | {"form": "Another view."})
    assert (status, published) == (200, [])
    assert host.state()["written"]["form"] == "Another view."
    assert host.state()["is_done"] is True


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_a_needed_answer_that_is_empty_is_asked_for_and_all_that_was_typed_stays(host, accept):
    status, answer, published = send(host, "keep", {"form": " ", "next": "A meeting.", "more": ""}, accept=accept)
    assert (status, answer["code"], published) == (422, "unfinished", [])
    assert answer["errors"] == {"form": "Write something here: a few words are enough."}
    assert list(answer["errors_html"]) == ["form"]
    assert "written" not in host.state()
    page = tree(host)
    assert page.xpath("//*[@aria-invalid]/@name") == ["answer-form"]
    assert page.xpath("//textarea[@name='answer-next']")[0].text.strip() == "A meeting."
    assert page.xpath("//p[@data-status]/@data-state") == ["error"]
    status, _answer, published = send(host, "keep", {"form": "One vote."})
    assert (status, published) == (200, COMPLETION)
    assert host.state()["written"] == {"form": "One vote.", "next": "A meeting.", "more": ""}
    assert host.state()["draft"] == {}


def test_an_answer_that_is_kept_stays_when_a_change_is_refused(host):
    send(host, "keep", BOTH)
    status, _answer, _ = send(host, "keep", {"form": "", "next": "Two meetings."}, accept="text/html")
    assert status == 422
    assert host.state()["written"] == BOTH
    page = tree(host)
    assert len(page.xpath("//details[@open]")) == 2
    assert page.xpath("//textarea[@name='answer-next']")[0].text.strip() == "Two meetings."


def test_what_is_too_long_is_refused_in_words(host):
    status, answer, _ = send(host, "keep", BOTH | {"more": "a" * (LONGEST + 1)})
    assert (status, answer["errors"]) == (422, {"more": "This is too long: 4,000 characters at most."})
    assert send(host, "keep", BOTH | {"more": "ا" * LONGEST})[0] == 200


def test_where_nothing_is_needed_one_answer_is_enough():
    host = Host(JOURNAL)
    assert send(host, "keep", {"a": "", "b": ""})[2] == []
    assert send(host, "keep", {"a": "", "b": "Something."})[2] == COMPLETION
    assert send(host, "keep", {"a": "", "b": ""})[::2] == (200, [])
    assert host.state()["is_done"] is True
    assert "MODEL" not in host.page()


@pytest.mark.parametrize("answers", [{}, {"unknown": "x"}, {"points": "vote"}])
def test_a_sending_that_names_no_question_is_refused(host, answers):
    status, answer, _ = send(host, "keep", answers)
    assert (status, answer["code"]) == (400, "malformed")
    assert host.state() == {}


@pytest.mark.parametrize("handler", ["keep", "compare"])
def test_a_closed_block_shows_all_and_takes_nothing(host, handler):
    send(host, "keep", BOTH)
    before = host.state()
    status, answer, _ = send(host, handler, {"form": "Late."}, closed=True)
    assert (status, answer["code"], host.state()) == (409, "closed", before)
    page = tree(host, closed=True)
    assert page.xpath("//form | //textarea | //button") == []
    assert own_words(host, closed=True) == list(BOTH.values())
    assert "MODEL-FORM" in page.text_content()
    assert page.xpath("//fieldset/@disabled") == ["disabled"] or page.xpath("//fieldset[@disabled]")


# --- the learner's words ---


def test_words_are_shown_as_typed_with_their_lines(host):
    typed = "<b>one</b> & <script>x</script>\r\n\r\nثم سطر\u202e آخر \0 "
    send(host, "keep", BOTH | {"form": typed})
    shown = "<b>one</b> & <script>x</script>\n\nثم سطر آخر"
    assert own_words(host)[0] == shown
    page = tree(host)
    assert page.xpath("//div[contains(@class, 'journal__own')]/@dir") == ["auto", "auto"]
    assert page.xpath("//textarea[@name='answer-form']")[0].text.strip("\n") == shown
    assert page.xpath("//script | //div[contains(@class, 'journal__own')]//b") == []


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_kept_as_a_page_shows_it(typed):
    kept = tidy(typed)
    assert tidy(kept) == kept
    assert "\r" not in kept
    host = Host(CASE)
    status, answer, _ = send_json(host, "keep", BOTH | {"form": typed})
    assert status == (200 if kept else 422)
    assert answer["html"] if kept else answer["errors"]


def test_lines_to_write_on_stand_where_nothing_is_written(host):
    assert len(tree(host).xpath("//div[@class='journal__lines']")) == 3
    send(host, "keep", BOTH)
    assert len(tree(host).xpath("//div[@class='journal__lines']")) == 1


def test_every_learner_has_their_own(host):
    send(host, "keep", BOTH)
    assert own_words(host, learner="lahcen") == []


# --- the points ---


def test_points_are_ticked_and_unticked(host):
    assert send(host, "compare", {"points": "vote"})[:2] == (
        409,
        {"code": "not_written", "message": "Write your own answers first: the points come after them."},
    )
    send(host, "keep", BOTH)
    status, answer, published = send(host, "compare", {"points": ["loan", "vote", "unknown", "loan"]})
    assert (status, answer["message"], published) == (200, "You ticked 2 points of 2.", [])
    assert host.state()["ticked"] == ["vote", "loan"]
    page = tree(host)
    assert len(page.xpath("//input[@checked]")) == 2
    assert page.xpath("//p[@data-status]/ancestor::form/@data-coop-form") == ["compare"]
    assert send(host, "compare", {})[1]["message"] == "You ticked 0 points of 2."
    assert tree(host).xpath("//input[@checked]") == []
    send(host, "keep", {"form": "Changed."})
    assert tree(host).xpath("//p[@data-status]/ancestor::form") == []


def test_a_journal_shows_nothing_to_compare():
    host = Host(JOURNAL)
    status, answer, _ = send(host, "keep", {"a": "I listened."})
    assert (status, answer["message"]) == (200, "Your answers are kept. You can change them whenever you like.")
    page = tree(host)
    assert page.xpath("//*[contains(@class, 'journal__model')] | //fieldset") == []


def test_a_question_that_comes_later_opens_nothing_that_was_seen(host):
    send(host, "keep", BOTH)
    block = host.block("author")
    block.structure = {**block.structure, "questions": [*block.structure["questions"], {"id": "new", "may_be_empty": False}]}
    block.texts = {**block.texts, "new": "New?", "new/model": "MODEL-NEW"}
    block.save()
    page = host.page()
    assert ("MODEL-FORM" in page, "MODEL-NEW" in page, "POINT-VOTE" in page) == (True, False, False)
    assert host.state()["is_done"] is True


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_it_speaks_its_reader_s_language(host, language):
    said = {
        "ar": ["لا يقرأ ما تكتبونه هنا أحد غيركم.", "وضعتم علامة على نقطة واحدة من 2."],
        "fr": ["Personne d’autre que vous ne lit ce que vous écrivez ici.", "Vous avez coché 1 point sur 2."],
    }[language]
    send(host, "keep", BOTH)
    assert said[0] in host.page(language=language)
    assert send(host, "compare", {"points": "loan"}, language=language)[1]["message"] == said[1]
