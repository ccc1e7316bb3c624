"""The plan as learners meet it: pages, handlers, refusals, events, and what is sent to break it."""

from __future__ import annotations

import re

import pytest
from memory_host import Host
from plan_acts import PLAN, WHOLE, plain, send, tree, value


@pytest.fixture
def host():
    return Host(PLAN)


# --- the page ---


def test_an_empty_page_says_kindly_what_is_missing(host):
    page = tree(host)
    assert [item.text_content() for item in page.xpath("//section[contains(@class, 'plan__overview')]//li")] == [
        "The plan has no date yet.",
        "Priority 1 is still empty.",
        "Priority 2 is still empty.",
    ]
    assert page.xpath("//details[@open]/form/@id") == [page.xpath("//form/@id")[0]]


def test_every_field_has_a_label_and_every_id_is_unique(host):
    send(host, "keep", WHOLE)
    send(host, "ready")
    page = tree(host)
    fields = page.xpath("//input[@type!='hidden'] | //select | //textarea")
    assert len(fields) == 2 + 3 + 2 * (3 + 2 * 7) + 2 * 3
    assert [field.get("id") for field in fields if not page.xpath("//label[@for=$id]", id=field.get("id"))] == []
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    described = {one for names in page.xpath("//@aria-describedby") for one in names.split()}
    assert described - set(ids) == set()


def test_nothing_of_the_page_needs_inline_script_or_style(host):
    page = host.page()
    assert re.findall(r"<script|\bstyle=|\bon[a-z]+=", page) == []


def test_the_author_s_advice_and_suggestions_are_shown(host):
    page = tree(host)
    assert page.xpath("//datalist/option/@value") == ["Count the till"]
    assert [one.text_content() for one in page.xpath("//ul[@class='plan__suggestions']//bdi")] == ["Count the till"]
    assert "Count something." in page.text_content()


def test_a_nearly_empty_page_prints_as_a_form_to_fill_in_by_hand(host):
    sheet = tree(host).xpath("//section[contains(@class, 'plan__sheet')]")[0]
    assert "plan__sheet--blank" in sheet.get("class")
    assert len(sheet.xpath(".//tbody/tr")) == 2 * (1 + 2)
    assert len(sheet.xpath(".//p[@class='plan__signature']")) == 2


# --- keeping ---


def test_a_half_filled_plan_is_kept(host):
    status, answer, published = send(host, "keep", {"p2-change": "Sell at the fair", "p2-s1-who": "Fatima"})
    assert (status, answer["code"], answer["message"]) == (200, "saved", "“Priority 2” is saved.")
    assert published == []
    assert host.state()["written"] == {"p2-change": "Sell at the fair", "p2-s1-who": "Fatima"}
    assert value(host, "p2-change") == ["Sell at the fair"]


@pytest.mark.parametrize("typed", ["31/08/2026", "٣١/٠٨/٢٠٢٦", "۳۱/۰۸/۲۰۲۶", "2026-08-31", "٢٠٢٦-٠٨-٣١"])
def test_dates_are_kept_alike_however_typed(host, typed):
    send(host, "keep", {"date": typed})
    assert host.state()["written"] == {"date": "2026-08-31"}
    assert value(host, "date") == ["2026-08-31"]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("date", "31/02/2026", "This is no date. Write the day, the month and the year, for example 31/03/2027."),
        ("p1-s1-due", "NaN", "This is no date. Write the day, the month and the year, for example 31/03/2027."),
        ("p1-s2-due", "1e309", "This is no date. Write the day, the month and the year, for example 31/03/2027."),
        ("date", "01/01/0001", "Look at the year of this date."),
        ("p1-change", "a" * 161, "This is too long: 160 characters at most."),
    ],
)
def test_what_cannot_be_kept_is_refused_at_its_field(host, field, typed, words):
    status, answer, _ = send(host, "keep", {field: typed, "p1-why": "F1"})
    assert (status, answer["code"], answer["errors"]) == (422, "unreadable", {field: words})
    assert host.state() == {}


def test_a_plain_form_that_is_refused_finds_its_words_again(host):
    status, _, _ = plain(host, "keep", {"p1-change": "Count", "p1-s1-due": "31/02/2026"})
    assert status == 422
    page = tree(host)
    field = page.xpath("//input[@name='answer-p1-s1-due']")[0]
    assert (field.get("type"), field.get("value"), field.get("aria-invalid")) == ("text", "31/02/2026", "true")
    assert page.xpath("//input[@name='answer-p1-change']/@value") == ["Count"]
    assert page.xpath("//p[@role='status']/@data-state") == ["error"]
    assert len(page.xpath("//details[@open]//*[@aria-invalid]")) == 1
    assert "written" not in host.state()

    plain(host, "keep", {"p1-change": "Count", "p1-s1-due": "28/02/2026"})
    assert host.state()["draft"] == {}
    assert tree(host).xpath("//*[@aria-invalid]") == []


def test_a_part_saved_leaves_the_draft_of_another(host):
    plain(host, "keep", {"p1-s1-due": "soon"})
    plain(host, "keep", {"p2-change": "Sell"})
    assert host.state()["draft"] == {"p1-s1-due": "soon"}
    assert value(host, "p1-s1-due") == ["soon"]


def test_two_tabs_do_not_undo_each_other(host):
    send(host, "keep", {"p1-change": "old", "p2-change": "old"}, attempt="page")
    send(host, "keep", {"p1-change": "new one"}, attempt="both")
    send(host, "keep", {"p2-change": "new two"}, attempt="both")
    assert host.state()["written"] == {"p1-change": "new one", "p2-change": "new two"}


def test_a_save_sent_twice_changes_nothing(host):
    send(host, "keep", {"p1-change": "old", "p1-why": "so"}, attempt="1")
    before = host.state()
    status, answer, published = send(host, "keep", {"p1-change": "old", "p1-why": "so"}, attempt="1")
    assert (status, answer["code"], published) == (200, "saved", [])
    assert host.state() == before


@pytest.mark.parametrize("attempt", ["", "page"])
def test_what_was_saved_last_is_kept_though_the_page_is_an_older_one(host, attempt):
    for name in ("Tamaynut", "Argan", "Tamaynut"):
        status, answer, _ = send(host, "keep", {"cooperative": name}, attempt=attempt)
        assert (status, answer["code"], host.state()["written"]["cooperative"]) == (200, "saved", name)


def test_a_field_can_be_emptied(host):
    send(host, "keep", {"p1-change": "Count"})
    send(host, "keep", {"p1-change": ""})
    assert host.state()["written"] == {"p1-change": ""}


# --- ready ---


def test_a_plan_that_lacks_something_is_not_ready(host):
    send(host, "keep", {**WHOLE, "p2-s1-due": "", "date": ""})
    status, answer, published = send(host, "ready")
    assert (status, answer["code"]) == (409, "not_ready")
    assert answer["missing"] == ["The plan has no date yet.", "Priority 2, step 1 has no date yet."]
    assert published == []
    plain(host, "ready", {})
    said = tree(host).xpath("//p[@role='status']")[0].text_content()
    assert said == "The plan is not ready yet. The plan has no date yet. Priority 2, step 1 has no date yet."


def test_a_ready_plan_is_published_with_its_reminders(host):
    send(host, "keep", WHOLE)
    status, answer, published = send(host, "ready", attempt="1", language="fr")
    assert (status, answer["code"]) == (200, "ready")
    assert published == [
        (
            "coop.plan.ready",
            {
                "plan_date": "2026-08-31",
                "reminders": [{"months": 3, "on": "2026-11-30"}, {"months": 6, "on": "2027-02-28"}],
                "cooperative": "Tamaynut",
                "priorities": [{"title": "Change 1", "steps": 1, "done": 0}, {"title": "Change 2", "steps": 1, "done": 0}],
                "language": "fr",
            },
        ),
        ("completion", {"completion": 1.0}),
    ]


def test_ready_sent_twice_is_published_once(host):
    send(host, "keep", WHOLE)
    send(host, "ready", attempt="1")
    status, answer, published = send(host, "ready", attempt="1")
    assert (status, answer["code"], published) == (200, "ready", [])


def test_a_changed_plan_asks_to_be_declared_again_and_moves_its_reminders(host):
    send(host, "keep", WHOLE)
    send(host, "ready", attempt="1")
    assert "It has changed since" not in host.page()
    send(host, "keep", {"date": "15/09/2026"})
    assert "It has changed since" in host.page()
    _, _, published = send(host, "ready", attempt="2")
    assert [name for name, _ in published] == ["coop.plan.ready"]
    assert published[0][1]["reminders"] == [{"months": 3, "on": "2026-12-15"}, {"months": 6, "on": "2027-03-15"}]


def test_a_changed_plan_is_declared_again_from_an_older_page(host):
    send(host, "keep", WHOLE)
    send(host, "ready", attempt="page")
    send(host, "keep", {"p1-change": "Another"})
    _, answer, published = send(host, "ready", attempt="page")
    assert (answer["code"], [name for name, _ in published]) == ("ready", ["coop.plan.ready"])
    assert published[0][1]["priorities"][0]["title"] == "Another"
    assert "It has changed since" not in host.page()


def test_no_grade_is_ever_published(host):
    send(host, "keep", WHOLE)
    _, _, published = send(host, "ready")
    assert host.block().has_score is False
    assert "grade" not in [name for name, _ in published]


# --- follow-up ---


def test_follow_up_waits_for_the_plan(host):
    send(host, "keep", WHOLE)
    status, answer, published = send(host, "follow", {"p1-s1-status": "done"})
    assert (status, answer["code"], published) == (409, "not_ready", [])
    assert "follow_up" not in host.state()
    assert tree(host).xpath("//select") == []


def test_follow_up_is_kept_and_counted(host):
    send(host, "keep", WHOLE)
    send(host, "ready")
    _, answer, published = send(
        host, "follow", {"p1-s1-status": "done", "p1-s1-happened": "Every evening", "p1-s1-on": "٣٠/١١/٢٠٢٦"}, attempt="1"
    )
    assert answer["message"] == "“Follow-up of priority 1” is saved."
    assert published == [
        ("coop.plan.followed_up", {"statuses": {"not_begun": 1, "under_way": 0, "done": 1, "dropped": 0}, "months": 3})
    ]
    replayed = send(
        host, "follow", {"p1-s1-status": "done", "p1-s1-happened": "Every evening", "p1-s1-on": "٣٠/١١/٢٠٢٦"}, attempt="1"
    )
    assert replayed[2] == []
    assert tree(host).xpath("//select[@name='answer-p1-s1-status']/option[@selected]/@value") == ["done"]
    _, _, published = send(host, "ready")
    assert [one["done"] for one in published[0][1]["priorities"]] == [1, 0]


def test_what_was_followed_up_last_is_kept_though_the_page_is_an_older_one(host):
    send(host, "keep", WHOLE)
    send(host, "ready")
    for status in ("done", "dropped", "done"):
        _, answer, published = send(host, "follow", {"p1-s1-status": status}, attempt="page")
        assert (answer["code"], host.state()["follow_up"]["p1-s1-status"]) == ("saved", status)
        assert published[0][1]["statuses"][status] == 1


def test_saving_the_plan_leaves_its_follow_up(host):
    send(host, "keep", WHOLE)
    send(host, "ready")
    send(host, "follow", {"p1-s1-status": "under_way"})
    send(host, "keep", {"p1-s1-who": "Fatima"})
    assert host.state()["follow_up"] == {"p1-s1-status": "under_way"}


def test_an_unknown_status_is_refused(host):
    send(host, "keep", WHOLE)
    send(host, "ready")
    status, answer, published = send(host, "follow", {"p1-s1-status": "excellent"})
    assert (status, answer["errors"], published) == (422, {"p1-s1-status": "Choose one of the four answers."}, [])


def test_a_step_that_was_never_written_is_not_followed_up(host):
    send(host, "keep", WHOLE)
    send(host, "ready")
    assert send(host, "follow", {"p1-s2-status": "done"})[0] == 400
    assert send(host, "follow", {"p1-s1-status": "done", "p1-s2-status": "done"})[0] == 200
    assert host.state()["follow_up"] == {"p1-s1-status": "done"}
