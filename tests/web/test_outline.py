"""The outline's page: small courses whole, large ones folded, each action a form, and nothing of other courses."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

import lxml.html
import pytest

from lms_app.services.authoring import libraries
from lms_app.storage.transaction import transaction
from tests.people import Client, People
from tests.services.authored import author, begun, content

KEY, OTHER, LIBRARY = "course-v1:T+A+1", "course-v1:T+B+1", "course-v1:T+LIB+1"
PAGE = f"/studio/{KEY}"
SCRIPT = {"Accept": "application/json"}


@pytest.fixture
def numbers(sessions, clock) -> dict[str, int]:
    """Courses of the author, of somebody else, and a library of somebody else."""
    found = {}
    with transaction(sessions) as session:
        plain = replace(content(), assets={})
        for key, columns in ((KEY, {}), (OTHER, {}), (LIBRARY, {"kind": "library", "enrolment": libraries.EDITORS})):
            begun(session, key, plain, clock(), published=key == KEY, **columns)
            found[key] = next(place.id for _role, place in author(session, key).roles)
    return found


@pytest.fixture
def trainer(numbers, people: People, signed_in_client) -> Client:
    return signed_in_client(people.trainer(numbers[KEY]))


def rows(page: str) -> list[str]:
    return lxml.html.fromstring(page).xpath("//@data-row")


def signs(page: str, block: str) -> list[str]:
    return lxml.html.fromstring(page).xpath(
        f'//div[@data-row="{block}"]//span[contains(@class, "so-sign ")]/span[@class="tk-hidden"]/text()'
    )


def test_a_small_course_is_seen_whole_and_parts_fold(trainer):
    assert rows(trainer.get(PAGE).text)[:5] == ["chapter/c0", "sequential/s0", "vertical/u00", "html/h00", "coop_quiz/q00"]
    assert len(rows(trainer.get(PAGE).text)) == 16
    assert len(rows(trainer.get(f"{PAGE}?shut=chapter/c0").text)) == 9
    assert rows(trainer.get(f"{PAGE}/rows/sequential/s1").text)[:2] == ["vertical/u10", "html/h10"]
    assert trainer.get(f"{PAGE}/rows/sequential/none").status_code == 404


def test_a_large_course_shows_its_chapters_and_opens_one(numbers, people, signed_in_client, sessions, clock):
    with transaction(sessions) as session:
        key = begun(session, "course-v1:T+LARGE+1", replace(content(30), assets={}), clock())
        number = next(iter(author(session, key).roles))[1].id
    client = signed_in_client(people.trainer(number))
    assert len(rows(client.get(f"/studio/{key}").text)) == 30
    opened = rows(client.get(f"/studio/{key}?open=chapter/c3&open=sequential/s3").text)
    assert opened[3:8] == ["chapter/c3", "sequential/s3", "vertical/u30", "vertical/u31", "chapter/c4"]


def test_what_is_done_shows_and_can_be_undone_without_a_script(trainer):
    sent = trainer.send(f"{PAGE}/arrange", do="remove sequential/s0 vertical/u00")
    page = trainer.get(sent.location).text
    assert ("Deleted “Unit 00”" in page, "vertical/u00" in rows(page)) == (True, False)
    revision = lxml.html.fromstring(page).xpath('//input[@name="revision"]/@value')[0]
    page = trainer.get(trainer.send(f"{PAGE}/take-back", revision=revision).location).text
    assert rows(page)[2:5] == ["vertical/u00", "html/h00", "coop_quiz/q00"]


def test_signs_say_what_changed_and_what_a_language_misses(trainer):
    trainer.send(f"{PAGE}/rename", block="html/h00", title="Other words")
    page = trainer.get(PAGE).text
    assert signs(page, "html/h00") == [
        "Changed since it was published",
        "French is missing",
        "Arabic is out of date: the text changed since",
    ]
    assert signs(page, "chapter/c1")[0].startswith("Arabic is missing in")
    assert rows(trainer.get(f"{PAGE}?only=changed").text) == ["chapter/c0", "sequential/s0", "vertical/u00", "html/h00"]
    assert rows(trainer.get(f"{PAGE}?only=stale-fr").text) == ["chapter/c0", "sequential/s0", "vertical/u00", "html/h00"]


def test_a_script_gets_the_rows_that_differ(trainer):
    told = trainer.send(
        f"{PAGE}/place", SCRIPT, block="vertical/u00", parent="sequential/s0", to="sequential/s1", before="vertical/u11"
    ).json
    assert told["orders"] == {"sequential/s0": ["vertical/u01"], "sequential/s1": ["vertical/u10", "vertical/u00", "vertical/u11"]}
    assert set(told["rows"]) == {"chapter/c0", "sequential/s0", "chapter/c1", "sequential/s1", "vertical/u00"}
    assert (told["said"], rows(told["items"]["vertical/u00"])) == ("Moved “Unit 00”", ["vertical/u00", "html/h00", "coop_quiz/q00"])
    back = trainer.send(f"{PAGE}/take-back", SCRIPT, revision=told["undo"]).json
    assert back["orders"]["sequential/s0"] == ["vertical/u00", "vertical/u01"]
    refused = trainer.send(f"{PAGE}/add", SCRIPT, parent="vertical/u00", title="x")
    assert (refused.status_code, refused.json["code"]) == (422, "bad_part")


def test_words_are_found_and_shown_where_they_stand(trainer):
    page = lxml.html.fromstring(trainer.get(f"{PAGE}?q=ARGAN oil 10").text)
    assert page.xpath("//mark/text()") == ["Argan oil 10"]
    assert page.xpath('//ol[@class="so-hits"]//a/@href') == [f"{PAGE}/block/html/h10"]
    assert "Nothing found" in trainer.get(f"{PAGE}?q=zzz").text


def test_nothing_of_other_courses_is_reached(trainer, numbers, people, signed_in_client):
    copy = f"{PAGE}/copy/html/h00"
    assert trainer.get(f"{copy}?to={quote(OTHER)}").status_code == 404
    assert trainer.send(copy, to=OTHER, parent="vertical/u00").status_code == 404
    assert trainer.get(f"{PAGE}/unit/vertical/u00/draw?library={quote(LIBRARY)}").status_code == 404
    assert trainer.send(f"{PAGE}/unit/vertical/u00/draw", library=LIBRARY, question="html/h00", count=1).status_code == 404
    assert trainer.send(f"{PAGE}/share", **{"with": "everybody"}).status_code == 404  # no library
    assert trainer.get(f"{PAGE}/bank/html/h00").status_code == 404
    assert trainer.get(f"{PAGE}/place/html/none").status_code == 404
    other = signed_in_client(people.trainer(numbers[OTHER]))
    revision = other.send(f"/studio/{OTHER}/add", SCRIPT, parent="course/course", title="x").json["undo"]
    assert trainer.send(f"{PAGE}/take-back", revision=revision).status_code == 404
    for path in ("arrange", "rename", "place", "take-back", "share"):
        assert other.send(f"{PAGE}/{path}").status_code == 403


def test_a_lesson_is_copied_and_questions_are_drawn_page_by_page(numbers, people, signed_in_client, sessions, clock):
    client = signed_in_client(people.admin())
    page = lxml.html.fromstring(client.get(f"{PAGE}/copy/sequential/s0?to={quote(OTHER)}").text)
    assert page.xpath('//select[@name="parent"]//option/@value') == ["chapter/c0", "chapter/c1"]
    sent = client.send(f"{PAGE}/copy/sequential/s0", to=OTHER, parent="chapter/c1")
    assert "Copied “Lesson 0” from “All about oil”" in client.get(sent.location).text

    draw = f"{PAGE}/unit/vertical/u00/draw?library={quote(LIBRARY)}"
    assert len(lxml.html.fromstring(client.get(draw).text).xpath('//input[@name="question"][@checked]')) == 8
    assert "from 1 to 1" in client.send(draw, library=LIBRARY, question="html/h00", how="some", count="2").text
    made = client.send(draw, library=LIBRARY, question="html/h00", how="some", count="1").location
    assert "Every question here is as the library has it." in client.get(made).text
    client.send(f"/studio/{LIBRARY}/rename", block="html/h00", title="Better")
    assert "The library has changed" in client.get(made).text
    assert client.send(made, question=["html/h00", "html/h01"], how="all").status_code == 303
    page = client.get(made).text
    assert ("Better" in page, "The library has changed" in page) == (True, False)
    began = client.send("/studio/libraries", title="Fresh", language="ar").location
    assert "Question library" in client.get(began).text
    assert client.send("/studio/libraries", title="", language="ar").status_code == 422


@pytest.mark.parametrize("chapters", [1, 3])
def test_the_page_asks_as_much_of_three_chapters_as_of_one(people, signed_in_client, sessions, clock, queries, chapters):
    with transaction(sessions) as session:
        key = begun(session, KEY, replace(content(chapters), assets={}), clock())
        number = next(iter(author(session, key).roles))[1].id
    client = signed_in_client(people.trainer(number))
    client.get(PAGE)
    with queries() as counted:
        client.get(PAGE)
    assert len(counted) == 5
