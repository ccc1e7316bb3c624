"""What scripts of the Studio send while a trainer types: kept for its author alone, met with what others do, never decided silently."""

from __future__ import annotations

import lxml.html
import pytest
from sqlalchemy import func, select

from lms_app.model import Revision, WorkingCopy
from lms_app.services.authoring import editing
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from lms_app.web.studio.clashes import marked
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s" display_name="Lesson"><vertical url_name="v" '
    'display_name="Unit"><html url_name="a" display_name="Hello">Good morning</html><html url_name="b">Good night</html>'
    "</vertical></sequential></chapter>",
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)
BLOCK = f"/studio/{KEY}/block/html/a"
WORKING = f"{BLOCK}/working"


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        return find_course_row(session, KEY).id


@pytest.fixture
def amina(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number, name_latin="Amina"))


@pytest.fixture
def samira(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number, name_latin="Samira"))


def call(client: Client, method: str, path: str, **body):
    headers = {"X-CSRF-Token": client.token(), "Accept": "application/json"}
    return client.open(path, method=method, json=body or None, headers=headers)


def state(sessions, app, block="html/a"):
    with transaction(sessions, writes=False) as session:
        return editing.open_block(session, KEY, block, types=app.extensions["takwin"].host.types)


def count(sessions, what) -> int:
    with transaction(sessions, writes=False) as session:
        return session.scalar(select(func.count()).select_from(what))


@pytest.fixture
def base(number, app, sessions) -> str:
    return state(sessions, app).base


def test_what_is_typed_is_kept_and_settles_as_one_change(amina, base, app, sessions, clock):
    before = count(sessions, Revision)
    kept = call(amina, "PUT", WORKING, base=base, number=5, controls={"f-data": "Good\r\nday", "f-display_name": "Hello"})
    told = kept.json
    assert (kept.status_code, told["number"], told["kept_at"], told["is_older"]) == (200, 5, clock().isoformat(), False)
    assert (told["base"], told["others"], told["problems"], "values" in told) == (base, [], [], False)
    assert call(amina, "GET", f"{WORKING}?base={base}").json["number"] == 5
    assert (count(sessions, Revision), state(sessions, app).fields["data"]) == (before, "Good morning")

    settled = call(amina, "POST", f"{WORKING}/settle", base=base)
    assert (settled.json["code"], count(sessions, Revision), count(sessions, WorkingCopy)) == ("settled", before + 1, 0)
    assert state(sessions, app).fields == {"data": "Good\nday", "display_name": "Hello"}
    assert (settled.json["base"], settled.json["values"]["f-data"]) == (state(sessions, app).base, "Good\nday")
    assert "Changed “Hello”" in amina.get(f"/studio/{KEY}/history").text


def test_leaving_sends_and_settles_in_one_call_and_throwing_away_leaves_the_draft(amina, base, app, sessions):
    call(amina, "POST", f"{WORKING}/settle", base=base, number=1, controls={"f-data": "Bye"})
    assert state(sessions, app).fields["data"] == "Bye"
    call(amina, "PUT", WORKING, base=base, number=2, controls={"f-display_name": "Other"})
    assert call(amina, "DELETE", WORKING).json["number"] is None
    assert (state(sessions, app).fields["display_name"], count(sessions, WorkingCopy)) == ("Hello", 0)


def test_two_pages_of_one_author_keep_each_their_fields(amina, base, app, sessions):
    call(amina, "PUT", WORKING, base=base, number=1, controls={"f-data": "from the phone"})
    call(amina, "PUT", WORKING, base=base, number=2, controls={"f-display_name": "from the laptop"})
    call(amina, "PUT", WORKING, base=base, number=3, controls={"f-display_name": "Hello"})  # stands again as it was
    assert call(amina, "PUT", WORKING, base=base, number=2, controls={"f-data": "late"}).json["is_older"] is True
    with transaction(sessions, writes=False) as session:
        assert session.scalars(select(WorkingCopy)).one().changes == {"data": "from the phone"}


def test_a_page_that_closes_loses_nothing_to_a_device_whose_clock_is_ahead(amina, base, app, sessions):
    call(amina, "PUT", WORKING, base=base, number=2_000, controls={"f-display_name": "from the phone"})
    left = call(amina, "POST", f"{WORKING}/settle", base=base, number=1_000, controls={"f-data": "from the laptop"})
    assert (left.json["code"], count(sessions, WorkingCopy)) == ("settled", 0)
    assert state(sessions, app).fields == {"data": "from the laptop", "display_name": "from the phone"}

    base = state(sessions, app).base
    call(amina, "PUT", WORKING, base=base, number=4_000, controls={"f-data": "phone again"})
    left = call(amina, "POST", f"{WORKING}/settle", base=base, number=3_000, controls={"f-data": "laptop again"})
    assert (left.status_code, left.json["left"], state(sessions, app).fields["data"]) == (409, ["data"], "phone again")
    assert count(sessions, WorkingCopy) == 1


@pytest.mark.parametrize("again", ["", "on the laptop as well"])
def test_a_form_that_is_saved_forgets_nothing_that_was_typed_on_another_page(amina, base, app, sessions, again):
    call(amina, "PUT", WORKING, base=base, number=1_000, controls={"f-data": "from the phone"})
    call(amina, "PUT", WORKING, base=base, number=2_000, controls={"f-display_name": "from the lap"})
    laptop = {"f-data": again or "Good morning", "f-display_name": "from the laptop", "base": base, "language": "en", "kept": "0"}
    sent = amina.send(BLOCK, **laptop, typed=f"display_name {again and 'data'}")
    assert sent.status_code == 303
    with transaction(sessions, writes=False) as session:
        left = [copy.changes for copy in session.scalars(select(WorkingCopy))]
    assert left == ([] if again else [{"data": "from the phone"}])
    page = lxml.html.fromstring(amina.get(BLOCK).text)
    assert [text.strip() for text in page.xpath("//textarea[@name='f-data']/text()")] == [again or "from the phone"]
    assert state(sessions, app).fields["display_name"] == "from the laptop"


def test_two_authors_see_each_other_and_both_texts_survive(amina, samira, base, app, sessions):
    call(amina, "PUT", WORKING, base=base, number=1, field="data", controls={"f-data": "Good day"})
    told = call(samira, "PUT", f"/studio/{KEY}/block/html/b/working", base="", number=1, controls={"f-display_name": "Night"})
    assert told.json["others"] == [{"name": "Amina", "block": "html/a", "title": "Hello", "field": "Content"}]
    assert call(amina, "POST", f"{BLOCK}/here", field="").json["others"][0]["name"] == "Samira"

    call(samira, "POST", f"{WORKING}/settle", base=base, number=1, controls={"f-display_name": "Hi"})
    told = call(amina, "PUT", WORKING, base=base, number=2, controls={"f-data": "Good day!"}).json
    assert (told["base"] != base, told["values"]["f-display_name"]) == (True, "Hi")
    assert call(amina, "POST", f"{WORKING}/settle", base=base).json["merged"] is True
    assert state(sessions, app).fields == {"data": "Good day!", "display_name": "Hi"}


def test_one_text_written_twice_is_shown_from_both_sides_until_it_is_decided(amina, samira, base, app, sessions):
    call(samira, "POST", f"{WORKING}/settle", base=base, number=1, controls={"f-data": "Good late evening"})
    told = call(amina, "POST", f"{WORKING}/settle", base=base, number=1, controls={"f-data": "Good early day"})
    assert (told.status_code, told.json["code"], told.json["left"]) == (409, "edit_conflict", ["data"])
    page = lxml.html.fromstring(told.json["html"])
    assert [mark.text for mark in page.xpath("//mark")] == ["early day", "late evening"]
    assert page.xpath("//input[@name='leaf-0']/@value") == ["mine", "theirs", "both"]
    assert state(sessions, app).fields["data"] == "Good late evening"

    decide, newest = f"{WORKING}/decide", page.xpath("//input[@name='newest']/@value")[0]
    assert amina.send(decide, newest=newest).status_code == 303  # nothing chosen: nothing saved
    assert amina.send(decide, newest=base, **{"leaf-0": "mine"}).status_code == 303  # not what was looked at
    assert state(sessions, app).fields["data"] == "Good late evening"
    amina.send(decide, newest=newest, **{"leaf-0": "both", "text-0": "Good day and evening"})
    assert (state(sessions, app).fields["data"], count(sessions, WorkingCopy)) == ("Good day and evening", 0)


@pytest.mark.parametrize(("chosen", "holds"), [("mine", "mine"), ("theirs", "theirs")])
def test_either_side_can_be_chosen(amina, samira, base, app, sessions, chosen, holds):
    call(samira, "POST", f"{WORKING}/settle", base=base, number=1, controls={"f-data": "theirs"})
    call(amina, "POST", f"{WORKING}/settle", base=base, number=1, controls={"f-data": "mine"})
    amina.send(f"{WORKING}/decide", newest=state(sessions, app).base, **{"leaf-0": chosen})
    assert (state(sessions, app).fields["data"], count(sessions, WorkingCopy)) == (holds, 0)


def test_what_is_not_right_yet_stays_and_is_told_in_words(amina, number, app, sessions):
    lesson = f"/studio/{KEY}/block/sequential/s/working"
    told = call(amina, "PUT", lesson, base="", number=1, controls={"f-max_attempts": "many"}).json
    assert told["problems"] == [{"field": "Attempts allowed", "words": "Please give a whole number."}]
    settled = call(amina, "POST", f"{lesson}/settle", base="")
    assert (settled.status_code, settled.json["left"], count(sessions, WorkingCopy)) == (422, ["max_attempts"], 1)


def test_what_no_script_of_ours_sends_is_refused_and_keeps_nothing(amina, samira, base, sessions):
    for body in (
        {"number": 1},
        {"controls": {"f-data": 3}},
        {"controls": []},
        {"own_form": "x"},
        {"number": -1, "controls": {}},
        {"number": True, "controls": {}},
        {"number": 2**53, "controls": {}},
        {"base": "0" * 65, "controls": {}},
        {"changes": {"price": 1}},
        {"language": "zz", "controls": {}},
        {"controls": {"f-data": "\ud800"}},
        {"controls": {"f-data": "\0"}},
    ):
        assert call(amina, "PUT", WORKING, **{"base": base, **body}).status_code == 422, body
    assert call(amina, "PUT", WORKING, base=base, controls={"f-data": "x" * 1_100_000}).status_code == 413
    person = call(amina, "GET", WORKING).json["person"]
    told = call(samira, "PUT", WORKING, base=base, number=1, person=person, controls={"f-data": "x"})
    assert (told.status_code, told.json["code"]) == (403, "another_persons_text")
    assert call(amina, "PUT", f"/studio/{KEY}/block/html/gone/working", base=base, controls={}).status_code == 404
    assert amina.put(WORKING, json={"base": base, "controls": {}}).status_code == 403
    assert count(sessions, WorkingCopy) == 0


def test_nobody_sees_what_another_has_in_hand(amina, samira, base):
    call(amina, "PUT", WORKING, base=base, number=1, controls={"f-data": "not yet for others"})
    assert call(samira, "GET", WORKING).json["number"] is None
    assert "not yet for others" not in samira.get(BLOCK).text


def test_words_that_differ_are_marked():
    assert marked("<p>a b c</p>", "<p>a x c</p>") == (
        (("a ", False), ("b ", True), ("c", False)),
        (("a ", False), ("x ", True), ("c", False)),
    )
    assert marked("<b>a</b>", "<i>a</i>")[0] == (("<b>", True), ("a", False), ("</b>", True))
    words = [f"w{number} " for number in range(99)]
    mine, theirs = marked(f"{''.join(words)}a {''.join(words)}", f"{''.join(words)}x {''.join(words)}")
    assert mine == ((f"… {''.join(words[-12:])}", False), ("a ", True), (f"{''.join(words[:12])}… ", False))
    assert theirs[1] == ("x ", True)
    assert marked("", "all") == ((), (("all", True),))


def test_what_settled_by_itself_and_was_set_anew_is_not_taken_for_somebody_else_s(amina, samira, number, app, sessions):
    problem = amina.send(f"/studio/{KEY}/unit/vertical/v/insert", type="problem").location.partition("/block/")[2]
    address = f"/studio/{KEY}/block/{problem}/working"
    base = state(sessions, app, problem).base
    olx = '<problem><script type="loncapa/python">x = 1</script><p>{}</p></problem>'
    call(amina, "POST", f"{address}/settle", base=base, number=1, controls={"f-data": olx.format("One")})
    assert state(sessions, app, problem).fields["data"] != olx.format("One")

    told = call(amina, "PUT", address, base=base, number=2, controls={"f-data": olx.format("One more")}).json
    assert (told["is_own"], told["base"]) == (True, state(sessions, app, problem).base)
    call(amina, "PUT", address, base=told["base"], number=3, controls={"f-data": olx.format("One more")})
    done = call(amina, "POST", f"{address}/settle", base=told["base"])
    assert (done.json["code"], "One more" in state(sessions, app, problem).fields["data"]) == ("settled", True)

    now = state(sessions, app, problem).base
    call(samira, "POST", f"{address}/settle", base=now, number=1, controls={"f-data": olx.format("Two")})
    assert call(amina, "GET", f"{address}?base={now}").json["is_own"] is False
