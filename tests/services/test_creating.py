"""A course is begun with a title alone, from the lesson template, or from a copy, and put away without losing anybody."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lms_app.adapters.nodes import load_content
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.content import LANGUAGES
from lms_app.domain.errors import Invalid, Refused
from lms_app.domain.keys import PersonId
from lms_app.model import Course, Invitation, Revision, RoleGrant, TranslationSource, WorkingCopy
from lms_app.runtime.blocks.sanitising import sanitise
from lms_app.services.authoring import creating
from lms_app.services.authoring.arranging import add_part
from lms_app.services.authoring.choosing import my_courses
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.exporting import export_course
from lms_app.services.authoring.lesson_templates import lesson_template
from lms_app.services.learning.catalogue import catalogue
from lms_app.storage.blobs import Blobs
from lms_app.storage.transaction import transaction
from tests.course_files import TYPES

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SHIPPED = "course-v1:Takwin+COOP101+2026"


@pytest.fixture
def maker(people) -> Actor:
    return Actor(PersonId(people.person()))


def trained(session, person: int) -> Actor:
    """The person, with the roles they hold by now."""
    rows = session.scalars(select(RoleGrant).where(RoleGrant.person_id == person))
    return Actor(
        PersonId(person), roles=frozenset((Role(row.role), Place(PlaceKind(row.place_kind), row.place_id)) for row in rows)
    )


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Gestion de la coopérative", "Gestion-Cooperative"),
        ("Marketing and market access: a start", "Marketing-Market-Access"),
        ("حكامة التعاونيات", "Course"),
        ("  ---  ", "Course"),
        ("<script>alert(1)</script>", "Script-Alert-1"),
    ],
)
def test_a_title_is_enough_and_the_key_is_proposed(session, maker, title, name):
    first = creating.create_course(session, maker, title=title, language="fr", now=NOW)
    second = creating.create_course(session, maker, title=title, language="fr", now=NOW)

    assert (first, second) == (f"course-v1:Takwin+{name}+2026", f"course-v1:Takwin+{name}-2+2026")


def test_the_next_course_is_of_the_same_organisation(session, maker):
    creating.create_course(session, maker, org="ODCO", course="C1", run="a", title="One", language="fr", now=NOW)

    assert creating.create_course(session, trained(session, maker.person_id), title="Two", language="ar", now=NOW) == (
        "course-v1:ODCO+Two+2026"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_is_whole_in_each_language(language):
    """Its blocks have no fault, nothing of its HTML is cut, and it says in each language as much as in English."""
    for beat in lesson_template(language).beats:
        for piece in beat.pieces:
            if piece.type == "html":
                assert sanitise(piece.fields["data"]).is_whole
            else:
                content = importlib.import_module(f"takwin_xblocks.{piece.type.removeprefix('coop_')}.content")
                assert content.check(piece.fields["structure"], piece.fields["texts"]) == []
    texts = [
        [(piece.type, sorted(piece.fields.get("texts", ()))) for beat in lesson_template(code).beats for piece in beat.pieces]
        for code in (language, "en")
    ]
    assert texts[0] == texts[1]


def test_a_course_from_the_template_holds_the_four_beats_and_goes_out_as_olx(session, maker, tmp_path):
    key = creating.create_course(session, maker, title="دورة", language="ar", with_lesson=True, now=NOW)
    draft = open_draft(session, key)
    chapter = draft.outline.children("course/course")[0]
    added = creating.add_lesson(session, maker, key, chapter.id, message="", now=NOW)

    outline = open_draft(session, key).outline
    assert [entry.title for entry in outline.children("sequential/sequential-1")] == ["نعيش", "نتأمل", "نسمّي", "نجرّب"]
    assert [entry.type for entry in outline.leaves(added)] == ["html", "coop_scenario", "html", "html", "coop_quiz", "coop_plan"]
    assert len({*outline.entries}) == 2 + 2 * 11
    assert export_course(session, key, blobs=Blobs(str(tmp_path)), types=TYPES)[1] == []
    with pytest.raises(Invalid):
        creating.add_lesson(session, maker, key, added, message="", now=NOW)


def test_a_copy_has_all_content_and_languages_and_nobody_in_it(shipped_courses, session, people):
    source = session.scalars(select(Course).where(Course.key == SHIPPED)).one()
    trainer = people.trainer(source.id)
    people.learner(source.id)
    session.add(TranslationSource(course_id=source.id, language="fr", block_id="b", path="data", digest="d", noted_at=NOW))
    key = creating.copy_course(session, trained(session, trainer), SHIPPED, title="Deux", message="copy", now=NOW)

    ours, theirs = (load_content(session, open_draft(session, each).snapshot) for each in (key, SHIPPED))
    row = open_draft(session, key).course
    assert key == "course-v1:Takwin+Deux+2026"
    assert (ours.overlays, ours.assets, ours.policy, ours.pages) == (theirs.overlays, theirs.assets, theirs.policy, theirs.pages)
    assert {**ours.blocks, ours.root: None} == {**theirs.blocks, theirs.root: None}
    assert ours.blocks[ours.root].fields == {**theirs.blocks[theirs.root].fields, "display_name": "Deux"}
    assert (row.awards, row.hours, row.published_revision_id, row.enrolment_code) == (source.awards, source.hours, None, "")
    assert [each.path for each in session.scalars(select(TranslationSource).where(TranslationSource.course_id == row.id))] == [
        "data"
    ]
    with pytest.raises(Refused):
        creating.copy_course(session, Actor(PersonId(people.person())), SHIPPED, title="Mine", message="", now=NOW)


def test_an_archived_course_leaves_the_catalogue_but_not_its_learners(shipped_courses, session, people):
    course = session.scalars(select(Course).where(Course.key == SHIPPED)).one()
    trainer, learner = trained(session, people.trainer(course.id)), Actor(PersonId(people.learner(course.id)))
    creating.archive(session, trainer, SHIPPED, now=NOW)

    assert SHIPPED not in [card.key for card in catalogue(session, trainer)]
    assert SHIPPED in [card.key for card in catalogue(session, learner)]
    assert [card.key for card in my_courses(session, trainer).archived] == [SHIPPED]
    creating.bring_back(session, trainer, SHIPPED, now=NOW)
    assert [card.key for card in my_courses(session, trainer).cards] == [SHIPPED]


def test_my_courses_tell_what_waits_for_me(session, maker, people):
    old = creating.create_course(session, maker, title="Ancienne", language="fr", now=NOW)
    new = creating.create_course(session, maker, title="Élevage", language="ar", now=NOW.replace(day=2))
    other = creating.create_course(session, Actor(PersonId(people.person())), title="Other", language="en", now=NOW)
    ids = {row.key: row.id for row in session.scalars(select(Course))}
    revision = session.scalars(select(Revision).where(Revision.course_id == ids[old])).one()
    session.get_one(Course, ids[old]).published_revision_id = revision.id
    people.learner(ids[old])
    session.add(WorkingCopy(course_id=ids[new], block_id="b", person_id=maker.person_id, touched_at=NOW))
    session.add(WorkingCopy(course_id=ids[new], block_id="b", person_id=people.person(), touched_at=NOW))
    session.add(Invitation(course_id=ids[new], identifier="x", invited_at=NOW))
    session.flush()
    me = trained(session, maker.person_id)

    first, second = my_courses(session, me).cards
    assert (first.key, first.has_changes, first.unsettled, first.invited, first.waits) == (new, True, 1, 1, True)
    assert (second.key, second.has_changes, second.learners, second.waits) == (old, False, 1, False)
    assert [card.key for card in my_courses(session, me, words="elevage").cards] == [new]
    assert other not in [card.key for card in my_courses(session, me).cards]


def test_a_title_is_told_in_the_readers_language_where_the_course_has_it(shipped_courses, session, people):
    course = session.scalars(select(Course).where(Course.key == SHIPPED)).one()
    me = trained(session, people.trainer(course.id))
    outline = open_draft(session, SHIPPED).outline
    other = next(language for language in outline.languages if language != outline.language)

    told = [my_courses(session, me, language=language).cards[0] for language in (other, "zz")]
    assert [(card.title, card.language) for card in told] == [
        (outline.title(outline.root, other), other),
        (outline[outline.root].title, outline.language),
    ]
    assert told[0].title != told[1].title
    assert [card.key for card in my_courses(session, me, words=told[1].title, language=other).cards] == [SHIPPED]


def test_my_courses_cost_the_same_for_one_and_for_three(sessions, maker, queries):
    def cost() -> int:
        with transaction(sessions, writes=False) as session:
            me = trained(session, maker.person_id)
            with queries() as counted:
                my_courses(session, me)
            return len(counted)

    def make(*titles: str) -> None:
        with transaction(sessions) as session:
            for title in titles:
                creating.create_course(session, maker, title=title, language="fr", now=NOW)

    make("One")
    one = cost()
    make("Two", "Three")
    assert cost() == one <= 8


def test_parts_are_still_added_by_hand(session, maker):
    key = creating.create_course(session, maker, title="X", language="en", with_lesson=True, now=NOW)

    made = add_part(session, maker, key, "chapter/chapter-1", title="Y", message="", now=NOW)
    assert open_draft(session, key).outline["chapter/chapter-1"].children == ("sequential/sequential-1", made)
