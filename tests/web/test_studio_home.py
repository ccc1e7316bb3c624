"""My courses and the page on which a course begins: one field is typed, and the rest is there."""

from __future__ import annotations

import lxml.html
import pytest

from lms_app.domain.actors import Role
from lms_app.services.authoring.drafts import open_draft
from lms_app.storage.transaction import transaction
from tests.people import Client

XSS = '"><img src=x onerror=alert(1)>'


@pytest.fixture
def maker(people, signed_in_client) -> Client:
    """Somebody who may begin courses and has none yet."""
    return signed_in_client(people.person(Role.TRAINER, language="fr"))


def test_a_title_begins_a_course_in_ones_own_language_with_a_lesson(maker, sessions):
    assert "studio/new" in maker.get("/studio").text
    sent = maker.send("/studio/new", title="Vendre le miel", language="fr", begin="lesson", source="", org="", course="", run="")

    assert sent.location == "/studio/course-v1:Takwin+Vendre-Miel+2026"
    with transaction(sessions, writes=False) as session:
        outline = open_draft(session, "course-v1:Takwin+Vendre-Miel+2026").outline
    assert (outline.language, [entry.title for entry in outline.of_type("vertical")][:2]) == ("fr", ["Vivre", "Revenir dessus"])
    assert "Vendre le miel" in maker.get("/studio?q=MIEL").text
    assert "Vendre le miel" not in maker.get("/studio?q=argan").text


def test_a_lesson_of_the_template_is_added_to_a_chapter_of_this_course_alone(maker, people, signed_in_client):
    address = maker.send("/studio/new", title="Miel", language="ar", begin="lesson").location
    sent = maker.send(f"{address}/lessons", chapter="chapter/chapter-1", title="درس ثان")

    assert sent.status_code == 303
    assert "درس ثان" in maker.get(sent.location).text
    assert maker.send(f"{address}/lessons", chapter="chapter/none").status_code == 404
    assert maker.send(f"{address}/lessons", chapter="sequential/sequential-1").status_code == 422
    stranger = signed_in_client(people.trainer(people.course()))
    assert stranger.send(f"{address}/lessons", chapter="chapter/chapter-1").status_code == 403


def test_whoever_is_in_a_team_finds_the_studio_in_the_menu(people, signed_in_client):
    course = people.course()
    seen = [
        'href="/studio"' in signed_in_client(person).get("/help").text
        for person in (people.trainer(course), people.coordinator(course), people.person(Role.TRAINER), people.learner(course))
    ]
    assert seen == [True, True, True, False]


def test_a_copy_is_made_of_ones_own_course_alone(maker, people, signed_in_client):
    maker.send("/studio/new", title="Vendre le miel", language="fr", begin="empty")
    key = "course-v1:Takwin+Vendre-Miel+2026"
    other = signed_in_client(people.person(Role.TRAINER))

    assert maker.send("/studio/new", title="Vendre l’huile", begin="copy", source=key, language="ar").location == (
        "/studio/course-v1:Takwin+Vendre-Huile+2026"
    )
    assert other.send("/studio/new", title="Mine", begin="copy", source=key, language="fr").status_code == 403
    assert other.send("/studio/new", title="Mine", begin="copy", source="nothing", language="fr").status_code == 404


def test_a_course_is_put_away_and_brought_back_by_its_trainers_alone(maker, people, signed_in_client):
    maker.send("/studio/new", title="Miel", language="fr", begin="empty")
    address = "/studio/course-v1:Takwin+Miel+2026"
    stranger = signed_in_client(people.trainer(people.course()))

    assert stranger.send(f"{address}/archive").status_code == 403
    assert maker.send(f"{address}/archive").status_code == 303
    assert "st-archive" in maker.get("/studio").text
    assert "st-archive" in maker.get("/studio").text
    assert maker.send(f"{address}/bring-back").status_code == 303
    assert "st-archive" not in maker.get("/studio").text


def test_nothing_of_a_title_becomes_part_of_the_page(maker):
    sent = maker.send("/studio/new", title=XSS, language="fr", begin="empty")
    for address in ("/studio", "/studio/new", sent.location, f"{sent.location}/settings", f"{sent.location}/people"):
        page = lxml.html.fromstring(maker.get(address).text)
        assert page.xpath("//img[@onerror]") == []
    refused = maker.send("/studio/new", title="", org=XSS, course="", run="", begin="empty", language="fr")
    assert refused.status_code == 422
    assert lxml.html.fromstring(refused.text).xpath("//img[@onerror]") == []


def test_only_named_fields_are_read(maker, sessions):
    """Whoever sends the columns of a course beside its title sets none of them."""
    sent = maker.send(
        "/studio/new", title="X", language="fr", begin="empty", kind="library", enrolment="code", hours="99", archived_at="1"
    )
    with transaction(sessions, writes=False) as session:
        row = open_draft(session, sent.location.rsplit("/", 1)[1]).course
    assert (row.kind, row.enrolment, row.hours, row.archived_at) == ("course", "open", None, None)
