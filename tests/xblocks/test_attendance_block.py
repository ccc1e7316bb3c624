"""A session as its trainer and trainees meet it: check-ins once and for good, strangers, guests, hours, and what is sent to cheat."""

from __future__ import annotations

import csv
import io
import json
import uuid
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from lxml import html
from memory_host import Host
from memory_records import HostRecords, JudgedHost
from webob import Request

from takwin_xblocks.attendance.codes import name_of
from takwin_xblocks.contract.cells import never_formula
from takwin_xblocks.contract.records import KeptRecords, Person

SESSION = """<coop_attendance display_name="Two days">
  <place>Women &amp; men's hall, Zagora</place><organiser>The union</organiser><intro>The <strong>bus</strong> leaves at 7.</intro>
  <halfday id="h1" date="2026-03-02" starts="09:00" hours="3.5"/>
  <halfday id="h2" date="2026-03-02" starts="14:00" hours="2.5"/>
</coop_attendance>"""
LEARNERS = ("aicha", "fatou", "khady")


@pytest.fixture
def host():
    return JudgedHost(SESSION, learners=LEARNERS, judges=("trainer", "other"))


@pytest.fixture
def lean():
    """Return a host that keeps no records: two trainees have asked for their cards."""
    made = JudgedHost(SESSION, judges=("trainer",), records=False)
    for learner in LEARNERS[:2]:
        assert send(made, "card", {}, by=learner)[0] == 200
    return made


def send(host, handler, fields, *, by="trainer", attempt="", accept="application/json"):
    """Send a form; return status, answer, and what was published."""
    block = host.block(by)
    request = Request.blank("/", POST=[("attempt", attempt), *fields.items()], accept=accept)
    response = block.handle(handler, request)
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def entry(kind="checkin", *, number=1, seq=None, made_at="2026-03-02T09:02:00Z", device=1, **data):
    """Return an entry as a phone keeps it."""
    return {
        "id": str(uuid.UUID(int=number)),
        "device": str(uuid.UUID(int=device)),
        "seq": seq or number,
        "made_at": made_at,
        "schema": 1,
        "kind": kind,
        "data": data,
    }


def replay(host, one, *, by="trainer", marked=None):
    block = host.block(by)
    body = json.dumps({**one, "person": marked or block.person_mark}).encode()
    response = block.handle("replay", Request.blank("/", method="POST", body=body, content_type="application/json"))
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def rows(host):
    """Return what is kept, without when the server took it."""
    kept = host.rows or host.block().kept
    return {
        key: (
            one["kind"],
            one["state"],
            one["learner"],
            [(each["id"], each["how"]) for each in one["data"]["entries"]],
            [(each["id"], each["of"]) for each in one["data"]["undone"]],
        )
        for key, one in kept.items()
    }


def code_of(host, learner):
    records = host.block(learner).records
    return records.people([records.me])[records.me].code


def page(host, view="student_view", *, by="trainer", **context):
    block = host.block(by)
    return html.fromstring(str(block.runtime.render(block, view, context).content))


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
