"""The pages of a session with attendance, its sheet and file, and a host that keeps no records."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from attendance_acts import LEARNERS, SESSION, code_of, entry, page, replay, send
from lxml import html
from memory_host import Host
from memory_records import JudgedHost
from webob import Request

from takwin_xblocks.attendance.codes import name_of
from takwin_xblocks.contract.cells import never_formula
from takwin_xblocks.contract.records import KeptRecords


@pytest.fixture
def lean():
    """Return a host that keeps no records: two trainees have asked for their cards."""
    made = JudgedHost(SESSION, judges=("trainer",), records=False)
    for learner in LEARNERS[:2]:
        assert send(made, "card", {}, by=learner)[0] == 200
    return made


@pytest.fixture
def host():
    return JudgedHost(SESSION, learners=LEARNERS, judges=("trainer", "other"))


# --- pages ---


def test_an_authors_words_are_shown_as_written(host):
    shown = page(host, by="aicha")
    assert shown.xpath("//strong[text()='bus']") != []
    assert "Women & men's hall, Zagora" in shown.text_content()


def test_the_card_shows_the_code_as_a_picture_and_in_letters(host):
    shown = page(host, by="aicha")
    assert shown.xpath("//*[contains(@class, 'attendance__code')]")[0].text_content() == "CODE-00000"
    assert len(shown.xpath("//svg[@role='img']")) == 1


def test_the_list_on_the_phone_knows_codes_without_holding_them(host):
    text = html.tostring(page(host, "field_view"), encoding="unicode")
    assert name_of(host.people["aicha"].code) in text
    assert "CODE-0000" not in text
    listed = json.loads(host.block("trainer").handle("roster", Request.blank("/")).body)
    assert "CODE-0000" not in json.dumps(listed)
    assert [one["id"] for one in listed["people"]] == list(LEARNERS)


def test_a_long_list_is_fetched_and_not_built_in():
    host = JudgedHost(SESSION, learners=[f"learner{number:04}" for number in range(120)])
    shown = page(host, "field_view")
    assert len(shown.xpath("//*[@data-learner]")) == 100
    assert shown.xpath("//@data-roster-url") != []
    assert len(json.loads(host.block("trainer").handle("roster", Request.blank("/")).body)["people"]) == 120


def test_the_sheet_has_twenty_rows_a_page_and_room_for_guests():
    host = JudgedHost(SESSION, learners=[f"learner{number:02}" for number in range(38)])
    shown = page(host, "print_view")
    assert [len(one.xpath(".//tbody/tr")) for one in shown.xpath("//section")] == [20, 20, 20]
    assert len(shown.xpath("//tbody//svg")) == 38
    cards = page(host, "print_view", query={"record": "cards"})
    assert [len(one.xpath(".//svg")) for one in cards.xpath("//section")] == [8, 8, 8, 8, 6]


def test_the_file_of_the_register_holds_no_formula(host):
    host.people["aicha"] = replace(host.people["aicha"], name='=HYPERLINK("http://evil")')
    send(host, "check_in", {"slot": "h1", "learner": "aicha"})
    send(host, "add_guest", {"slot": "h2", "name": "+Moussa", "phone": "+212 600", "organisation": "@town"})
    body = host.block("trainer").handle("csv", Request.blank("/")).body
    assert body.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))
    assert [line[-1] for line in table] == ["Hours", "3.5", "0", "0", "2.5"]
    assert not [cell for line in table for cell in line if cell.startswith(("=", "+", "@", "-"))]
    assert never_formula("Awa;=cmd|' /C calc'!A1") == "Awa;'=cmd|' /C calc'!A1"  # in French a semicolon ends a cell


def test_hours_are_counted_again_after_half_days_were_changed(host):
    send(host, "check_in", {"slot": "h1", "learner": "aicha"})
    block = host.block("author")
    block.structure = {"halfdays": [{"id": "h1", "date": "", "starts": "", "hours": "5"}]}
    block.save()
    _status, _answer, published = send(host, "recount", {})
    assert published[0] == ("grade", {"value": 5.0, "max_value": 5.0, "user_id": "aicha"})


# --- a host that keeps no records ---


def test_the_block_keeps_the_register_itself_where_its_host_does_not(lean):
    code = code_of(lean, "aicha")
    assert "60 learners" in page(lean).text_content()
    assert lean.block("trainer").records.keeps_all is False
    _status, answer, published = replay(lean, entry(slot="h1", code=code))
    assert (answer["outcome"], published[0][1]["user_id"]) == ("here", "aicha")
    assert replay(lean, entry(slot="h1", code=code))[1]["code"] == "replayed"
    assert send(lean, "check_in", {"slot": "h2", "learner": "fatou"})[1]["outcome"] == "here"
    assert set(lean.block().kept) == {"h1/aicha", "h2/fatou"}
    assert send(lean, "check_in", {"slot": "h1", "learner": "aicha"}, by="fatou")[0] == 403
    assert "3.5 of 6 hours" in page(lean, by="aicha").text_content()


def test_whoever_has_no_card_yet_is_offered_one(lean):
    shown = page(lean, by="khady")
    assert shown.xpath("//form/@data-coop-form") == ["card"]
    assert isinstance(lean.block("khady").records, KeptRecords)
    first = send(lean, "card", {}, by="khady") and code_of(lean, "khady")
    send(lean, "card", {}, by="khady")
    assert code_of(lean, "khady") == first


def test_the_sixty_first_learner_is_refused_in_words():
    lean = JudgedHost(SESSION, records=False)
    block = lean.block("trainer")
    block.known = {f"l{number:02}": {"name": f"L{number:02}", "code": f"C{number:05}"} for number in range(61)}
    block.kept = {}
    block.save()
    marks = [entry(number=number + 1, slot="h1", learner=f"l{number:02}") for number in range(61)]
    assert [replay(lean, one)[0] for one in marks] == [200] * 60 + [422]
    assert "60" in send(lean, "check_in", {"slot": "h1", "learner": "l60"})[1]["message"]


def test_an_author_sees_a_made_up_card_and_nobodys_name(host):
    block = host.block("trainer")
    for view in ("author_view", "studio_view"):
        shown = str(block.runtime.render(block, view, {}).content)
        assert "Aicha" not in shown
        assert "7K2M4-XD9PR" in shown


def test_half_days_that_begin_together_are_a_fault():
    with pytest.raises(ValueError, match="begins at this time"):
        Host(
            '<coop_attendance><halfday id="a" date="2026-03-02" starts="9:00" hours="3"/>'
            '<halfday id="b" date="02/03/2026" starts="09:00" hours="3"/></coop_attendance>'
        )
    with pytest.raises(ValueError, match="write an hour"):
        Host('<coop_attendance><halfday id="a" starts="25:00" hours="3"/></coop_attendance>')
