"""A trainer sets up a course from nothing: parts, blocks, their order, and what is taken out again."""

from __future__ import annotations

import re
import time
from concurrent.futures import ThreadPoolExecutor

import lxml.html
import pytest
from sqlalchemy import func, select

from lms_app.domain.actors import Actor, Role
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.model import Revision
from lms_app.services.authoring import arranging, creating
from lms_app.services.authoring.drafts import open_draft, texts_of
from lms_app.services.authoring.editing import save_block
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client, People

NEW = "course-v1:Takwin+ARG1+2026"
COURSE = files_of(
    '<chapter url_name="c"><sequential url_name="s"><vertical url_name="v" display_name="Unit">'
    '<html url_name="a" display_name="A">one</html><html url_name="b" display_name="B">two</html></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)
UNIT = f"/studio/{KEY}/unit/vertical/v"


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        return find_course_row(session, KEY).id


@pytest.fixture
def trainer(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number))


def blocks(client: Client, page: str = UNIT) -> list[str]:
    """Return the blocks of a unit in order."""
    return re.findall(
        r'href="/studio/[^"/]+/block/([^"]+)" class="tk-button tk-button--secondary" aria-label', client.get(page).text
    )


def history(client: Client, key: str = KEY) -> str:
    return client.get(f"/studio/{key}/history").text


def test_from_an_empty_course_to_a_quiz_without_any_xml(people, signed_in_client):
    maker = signed_in_client(people.person(Role.TRAINER))
    maker.send("/studio/new", title="Argane", language="fr", begin="empty", org="Takwin", course="ARG1", run="2026")
    for title in ("Chapitre", "Leçon", "Unité"):
        page = lxml.html.fromstring(maker.get(f"/studio/{NEW}").text)
        parents = page.xpath('//input[@name="parent"]/@value')
        deepest = max(parents, key=lambda parent: ["course", "chapter", "sequential"].index(parent.split("/")[0]))
        sent = maker.send(f"/studio/{NEW}/add", parent=deepest, title=title)
    name = sent.location.partition("#b-")[2]
    assert name.startswith("vertical/vertical-")
    unit = f"/studio/{NEW}/unit/{name}"
    assert unit in maker.get(f"/studio/{NEW}").text

    made = maker.send(f"{unit}/insert", type="coop_quiz")
    assert (made.status_code, made.location.rpartition("-")[0]) == (303, f"/studio/{NEW}/block/coop_quiz/quiz")
    assert maker.get(made.location).status_code == 200
    assert maker.send(f"/studio/{NEW}/publish").status_code == 303
    assert maker.get(f"/courses/{NEW}/unit/{name}").status_code == 200


def test_blocks_are_moved_and_taken_out_and_history_brings_them_back(trainer):
    assert blocks(trainer) == ["html/a", "html/b"]
    trainer.send(f"{UNIT}/place", block="html/b", to="up")
    assert blocks(trainer) == ["html/b", "html/a"]
    trainer.send(f"{UNIT}/place", block="html/b", to="up")  # it is the first
    trainer.send(f"{UNIT}/take-out", block="html/b")
    assert blocks(trainer) == ["html/a"]
    said = history(trainer)
    lines = [line.strip() for line in lxml.html.fromstring(said).xpath("//main//text()")]
    assert [line for line in lines if line in {"Moved “B”", "Took “B” out"}] == ["Took “B” out", "Moved “B”"]

    earlier = re.findall(r'action="(/studio/[^"]+/history/\d+[^"]*)"', said)
    trainer.send(earlier[0])
    assert blocks(trainer) == ["html/b", "html/a"]


def test_nothing_is_arranged_that_is_not_there(trainer):
    assert trainer.send(f"{UNIT}/take-out", block="html/zzz").status_code == 404
    assert trainer.send(f"{UNIT}/place", block="html/a", to="sideways").status_code == 404
    assert trainer.send(f"{UNIT}/insert", type="course").status_code == 404
    assert trainer.send(f"/studio/{KEY}/unit/chapter/c/insert", type="html").status_code == 422
    assert trainer.send(f"/studio/{KEY}/add", parent="vertical/v", title="x").status_code == 303  # and says so
    assert "This can&#39;t be put in here." in trainer.get(f"/studio/{KEY}").text
    assert blocks(trainer) == ["html/a", "html/b"]


def test_only_trainers_of_the_course_arrange_it(number, people, signed_in_client):
    for person in (people.learner(number), people.coordinator(number), people.trainer(people.course())):
        client = signed_in_client(person)
        for path, fields in (
            ("insert", {"type": "html"}),
            ("take-out", {"block": "html/a"}),
            ("place", {"block": "html/a", "to": "down"}),
        ):
            assert client.send(f"{UNIT}/{path}", **fields).status_code == 403
        assert client.send(f"/studio/{KEY}/add", parent="course/course", title="x").status_code == 403


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.person()))


def test_texts_in_other_languages_go_with_a_block_that_is_nowhere_else(session, author, number, clock, app):
    parts = app.extensions["takwin"]
    editing_base = open_draft(session, KEY).outline["html/a"].node
    assert editing_base
    from_french = {"base": "", "changes": {"display_name": "Un"}, "types": parts.host.types, "now": clock(), "language": "fr"}
    save_block(session, author, KEY, "html/a", **from_french)
    save_block(session, author, KEY, "html/b", **{**from_french, "changes": {"display_name": "Deux"}})
    arranging.remove_block(session, author, KEY, "vertical/v", "html/a", message="", now=clock())
    draft = open_draft(session, KEY)

    assert "html/a" not in draft.outline
    assert texts_of(session, draft.snapshot, "html/a") == {}
    assert texts_of(session, draft.snapshot, "html/b")["fr"][1] == {"display_name": "Deux"}


@pytest.mark.parametrize(("title", "code"), [("  ", "required"), ("x" * 201, "text_too_long")])
def test_a_part_needs_a_title_that_fits(session, author, number, clock, title, code):
    with pytest.raises(Invalid, match=code):
        arranging.add_part(session, author, KEY, "course/course", title=title, message="", now=clock())
    with pytest.raises(NotFound):
        arranging.add_part(session, author, KEY, "chapter/gone", title="x", message="", now=clock())


def test_blocks_added_at_once_are_all_there(own_app, clock):
    here = own_app.extensions["takwin"]
    author = Actor(PersonId(People(here.sessions, clock).person()))
    with transaction(here.sessions) as session:
        key = creating.create_course(session, author, org="T", course="C", run="R", title="T", language="en", now=clock())
        parent = "course/course"
        for _level in range(3):
            parent = arranging.add_part(session, author, key, parent, title="x", message="", now=clock())

    def add(_number: int) -> str:
        with transaction(here.sessions) as session:
            return arranging.add_block(session, author, key, parent, "html", title="x", message="", now=clock())

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(add, range(8)))
    with transaction(here.sessions, writes=False) as session:
        assert sorted(open_draft(session, key).outline[parent].children) == sorted(made)
        assert session.scalar(select(func.count()).select_from(Revision)) == 12
    assert len(set(made)) == 8


def test_what_is_saved_while_a_file_is_brought_in_is_not_lost(own_app, clock, tmp_path):
    here = own_app.extensions["takwin"]
    author = Actor(PersonId(People(here.sessions, clock).person()))
    folder = write_folder(COURSE, tmp_path / "in")
    told = {"blobs": here.blobs, "types": here.host.types, "now": clock()}
    with transaction(here.sessions) as session:
        import_course(session, folder, **told)

    def bring_in_french() -> None:
        with transaction(here.sessions) as session:
            import_course(session, folder, as_language="fr", of=KEY, **told)

    with ThreadPoolExecutor(1) as pool:
        with transaction(here.sessions) as session:
            made = arranging.add_part(session, author, KEY, "course/course", title="Meanwhile", message="", now=clock())
            brought = pool.submit(bring_in_french)
            time.sleep(0.5)  # it has read the course, or waits for it
        brought.result()
    with transaction(here.sessions, writes=False) as session:
        outline = open_draft(session, KEY).outline
    assert (outline.languages, made in outline) == (("en", "fr"), True)
