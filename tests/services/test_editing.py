"""Saves that meet each other, translations laid over, publishing and going back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from lms_app.adapters.content import CourseReader
from lms_app.adapters.nodes import block_hashes, load_content, read_node
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.awards import read_awards
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.domain.merging import Leaf
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.model.people import AuditEntry
from lms_app.services.authoring import creating, publishing
from lms_app.services.authoring.choosing import editable_courses
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.drafts_at import history
from lms_app.services.authoring.editing import Clash, open_block, save_block
from lms_app.services.authoring.importing import import_course
from lms_app.services.authoring.settings import Asked, CourseSettings, Offered, change_settings, offered_by
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import open_engine, sessions_of
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, TYPES, files_of, write_folder

NOW = datetime(2026, 11, 1, tzinfo=UTC)
COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s" display_name="Lesson"><vertical url_name="v">'
    '<html url_name="a" display_name="Hello">Good morning</html><html url_name="b">Good night</html></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.person(name_latin="Aïcha")))


@pytest.fixture
def course(session, author, tmp_path) -> str:
    """A published course."""
    folder = write_folder(COURSE, tmp_path / "in")
    import_course(session, folder, blobs=Blobs(str(tmp_path / "blobs")), types=TYPES, now=NOW, actor=author, publish=True)
    return KEY


@pytest.fixture
def save(session, author, course):
    """Save a block: `save("html/a", {"display_name": "Hi"})`; `base` is the newest state unless it is given."""

    def save_it(block, changes, *, base=None, **more):
        started = open_block(session, course, block, types=TYPES).base if base is None else base
        return save_block(session, author, course, block, base=started, changes=changes, types=TYPES, now=NOW, **more)

    return save_it


def fields(session, course, block="html/a"):
    return open_block(session, course, block, types=TYPES).fields


def row_of(session) -> Course:
    return session.scalars(select(Course)).one()


def test_a_save_makes_a_draft_of_the_whole_course_and_publishes_nothing(session, course, save):
    before = row_of(session)
    published = before.published_revision_id
    saved = save("html/a", {"display_name": "Hi"}, message="shorter")

    draft = session.get(Revision, row_of(session).draft_revision_id)
    assert (saved.revision, saved.changed, saved.merged) == (draft.id, ("display_name",), False)
    assert (draft.message, draft.parents) == ("shorter", [published])
    assert row_of(session).published_revision_id == published
    content = load_content(session, draft.snapshot)
    assert content.blocks["html/a"].fields == {"data": "Good morning", "display_name": "Hi"}
    assert content.blocks["html/b"].fields == {"data": "Good night"}
    assert block_hashes(content)[content.root] == open_draft(session, course).outline["course/course"].node


def test_every_holder_of_a_shared_block_gets_its_new_hash(session, author, tmp_path):
    shared = files_of(
        '<chapter url_name="c"><sequential url_name="s"><vertical url_name="v"><html url_name="a">x</html></vertical>'
        '<vertical url_name="w"><html url_name="a"/></vertical></sequential></chapter>',
        html__a_xml='<html display_name="A">x</html>',
    )
    import_course(session, write_folder(shared, tmp_path / "two"), blobs=Blobs(str(tmp_path / "b")), types=TYPES, now=NOW)
    outline = open_draft(session, KEY).outline
    holders = [entry.id for entry in outline.entries.values() if "html/a" in entry.children]
    state = open_block(session, KEY, "html/a", types=TYPES)
    save_block(session, author, KEY, "html/a", base=state.base, changes={"display_name": "B"}, types=TYPES, now=NOW)

    new = open_draft(session, KEY)
    content = load_content(session, new.snapshot)
    assert {block: content.blocks[block].fields.get("display_name") for block in ["html/a"]} == {"html/a": "B"}
    assert all(block_hashes(content)[holder] == new.outline[holder].node for holder in holders)
    assert all(
        ["html/a", new.outline["html/a"].node] in read_node(session, new.outline[holder].node)["children"] for holder in holders
    )


def test_two_authors_who_change_two_fields_both_have_them(session, course, save):
    base = open_block(session, course, "html/a", types=TYPES).base
    save("html/a", {"display_name": "Hi"}, base=base)
    saved = save("html/a", {"data": "Good day"}, base=base)

    assert saved.merged
    assert fields(session, course) == {"data": "Good day", "display_name": "Hi"}


def test_two_authors_who_change_the_same_field_are_told_of_each_other(session, course, save):
    base = open_block(session, course, "html/a", types=TYPES).base
    save("html/a", {"display_name": "Hi"}, base=base)
    with pytest.raises(Conflict) as told:
        save("html/a", {"display_name": "Hey", "data": "Good day"}, base=base)

    assert told.value.facts["clashes"] == (Clash("display_name", "Hey", "Hi", (Leaf((), "Hello", "Hey", "Hi"),)),)
    assert fields(session, course) == {"data": "Good morning", "display_name": "Hi"}


def test_two_authors_who_want_the_same_do_not_clash(session, course, save):
    base = open_block(session, course, "html/a", types=TYPES).base
    first = save("html/a", {"display_name": "Hi"}, base=base)
    second = save("html/a", {"display_name": "Hi"}, base=base)

    assert (first.changed, second.revision) == (("display_name",), None)


def test_a_starting_point_of_another_block_is_refused(session, course, save):
    other = open_block(session, course, "html/b", types=TYPES).base
    save("html/a", {"data": "x"})
    for base in (other, "0" * 64):
        with pytest.raises(Conflict) as told:
            save("html/a", {"display_name": "Hi"}, base=base)
        assert told.value.code == "edit_too_old"


def test_none_takes_a_field_back(session, course, save):
    save("html/a", {"display_name": None})
    assert fields(session, course) == {"data": "Good morning"}


def test_values_are_kept_in_the_form_of_their_field(session, course, save):
    save("sequential/s", {"due": "2026-12-01T18:00", "graded": True, "max_attempts": "3"})
    assert fields(session, course, "sequential/s") == {
        "display_name": "Lesson",
        "due": "2026-12-01T18:00:00Z",
        "graded": True,
        "max_attempts": 3,
    }
    assert open_draft(session, course).outline["html/a"].settings["due"] == "2026-12-01T18:00:00Z"


def test_all_bad_values_are_told_at_once_by_field(session, course, save):
    with pytest.raises(Invalid) as told:
        save("sequential/s", {"due": "tomorrow", "max_attempts": "many", "price": 3})
    assert {(each.facts["field"], each.code) for each in told.value.facts["wrong"]} == {
        ("due", "field_not_date"),
        ("max_attempts", "field_not_whole"),
        ("price", "no_such_field"),
    }
    assert fields(session, course, "sequential/s") == {"display_name": "Lesson"}


def test_a_translation_is_laid_over_and_the_source_stays(session, course, save, tmp_path):
    saved = save("html/a", {"data": "Bonjour"}, base="", language="fr")
    draft = open_draft(session, course)
    reader = CourseReader(session, course, draft.snapshot, language="fr", blobs=Blobs(str(tmp_path / "blobs")))

    assert saved.changed == ("data",)
    assert draft.outline.languages == ("en", "fr")
    assert reader.block("html/a").fields == {"data": "Bonjour", "display_name": "Hello"}
    assert fields(session, course) == {"data": "Good morning", "display_name": "Hello"}


def test_a_translation_has_words_alone(session, course, save):
    with pytest.raises(Invalid) as told:
        save("sequential/s", {"due": "2026-12-01T18:00"}, base="", language="fr")
    assert [each.code for each in told.value.facts["wrong"]] == ["no_such_field"]


def test_two_translators_meet_field_by_field(session, course, save):
    save("html/a", {"data": "Bonjour"}, base="", language="fr")
    save("html/a", {"display_name": "Salut"}, base="", language="fr")
    with pytest.raises(Conflict) as told:
        save("html/a", {"data": "Bonsoir"}, base="", language="fr")

    assert told.value.facts["clashes"] == (Clash("data", "Bonsoir", "Bonjour", (Leaf((), None, "Bonsoir", "Bonjour"),)),)
    assert open_block(session, course, "html/a", types=TYPES).texts["fr"][1] == {"data": "Bonjour", "display_name": "Salut"}


def test_what_changed_names_blocks_and_languages(session, course, save):
    published = open_draft(session, course).snapshot
    save("html/a", {"display_name": "Hi"})
    save("html/b", {"data": "Bonne nuit"}, base="", language="fr")
    found = publishing.what_changed(session, open_draft(session, course).snapshot, published)

    assert [(one.block, one.title, one.languages) for one in found.changed] == [("html/a", "Hi", ()), ("html/b", "b", ("fr",))]
    assert (found.added, found.removed, found.files, found.pages, found.rules) == ((), (), False, False, False)


def test_looking_at_what_changed_costs_the_same_for_one_block_and_for_many(session, course, save, queries):
    published = open_draft(session, course).snapshot
    costs = []
    for changes in ({"html/a": "x"}, {"html/a": "y", "html/b": "z", "vertical/v": None, "sequential/s": None}):
        for block, text in changes.items():
            save(block, {"data": text} if text else {"display_name": "New"})
        snapshot = open_draft(session, course).snapshot
        with queries() as counted:
            publishing.what_changed(session, snapshot, published)
        costs.append(len(counted))
    assert costs[0] == costs[1]


def test_publishing_moves_the_pointer_and_is_audited(session, course, save, author):
    saved = save("course/course", {"display_name": "Better"})
    publishing.publish_draft(session, author, course, expected=saved.revision, now=NOW)

    row = row_of(session)
    assert (row.published_revision_id, row.title) == (saved.revision, "Better")
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "course_published").order_by(AuditEntry.id)).all()[-1]
    assert (entry.actor_id, entry.subject, entry.detail) == (author.person_id, f"course:{row.id}", {"revision": saved.revision})


def test_what_nobody_looked_at_is_not_published(session, course, save, author):
    seen = save("html/a", {"display_name": "Hi"}).revision
    save("html/a", {"display_name": "Hey"})
    with pytest.raises(Conflict) as told:
        publishing.publish_draft(session, author, course, expected=seen, now=NOW)
    assert told.value.code == "draft_moved_on"


def test_discarding_goes_back_to_what_is_published_and_forgets_nothing(session, course, save, author):
    published = open_draft(session, course).snapshot
    saved = save("html/a", {"display_name": "Hi"})
    publishing.discard_draft(session, author, course, message="back", now=NOW)
    assert open_draft(session, course).snapshot == published

    publishing.restore(session, author, course, saved.revision, message="again", now=NOW)
    assert fields(session, course)["display_name"] == "Hi"
    row = row_of(session)
    lines = history(session, row).lines
    assert [(line.message, line.author) for line in lines][:2] == [("again", "Aïcha"), ("back", "Aïcha")]
    assert [line.is_draft for line in lines] == [True, False, False, False]
    assert [line.is_published for line in lines] == [False, False, False, True]


def test_another_courses_state_is_not_restored(session, course, author):
    made = creating.create_course(session, author, org="Org", course="Other", run="1", title="Other", language="ar", now=NOW)
    other = open_draft(session, made).revision.id
    with pytest.raises(NotFound):
        publishing.restore(session, author, course, other, message="", now=NOW)


def test_a_new_course_is_empty_and_its_maker_trains_it(session, author):
    key = creating.create_course(session, author, org="Org", course="New", run="2026", title=" دورة ", language="ar", now=NOW)
    draft = open_draft(session, key)

    assert key == "course-v1:Org+New+2026"
    assert (draft.outline.language, draft.outline["course/course"].title, draft.course.published_revision_id) == (
        "ar",
        "دورة",
        None,
    )
    trainer = Actor(author.person_id, roles=frozenset({(Role.TRAINER, Place(PlaceKind.COURSE, draft.course.id))}))
    assert [one.key for one in editable_courses(session, trainer)] == [key]
    assert editable_courses(session, author) == ()


def test_a_new_course_with_faults_is_refused_all_at_once(session, course, author):
    with pytest.raises(Invalid) as told:
        creating.create_course(session, author, org="My org", course="", run="é+", title="", language="zz", now=NOW)
    assert [(each.facts["field"], each.code) for each in told.value.facts["wrong"]] == [
        ("org", "bad_key_part"),
        ("run", "bad_key_part"),
        ("title", "required"),
        ("language", "bad_language"),
    ]
    with pytest.raises(Invalid) as taken:
        creating.create_course(session, author, org="org", course="course", run="RUN", title="x", language="en", now=NOW)
    assert taken.value.code == "course_key_taken"


def settings(code="a1", hours=2.5, **offered):
    return CourseSettings("code", code, offered, hours)


def test_settings_are_checked_together(session, course, author):
    rows = (Asked("grade", 150), Asked("observation", 2.5, "", 0), Asked(), Asked("practical", 2, "Plan"), Asked("luck", 1))
    wanted = settings(" ", -2.0, completion=Offered(True, rows, valid_months=0), competence=Offered(True, (Asked(),)))
    with pytest.raises(Invalid) as told:
        change_settings(session, author, course, wanted, now=NOW)
    assert [(each.facts["field"], each.code) for each in told.value.facts["wrong"]] == [
        ("enrolment_code", "required"),
        ("hours", "bad_hours"),
        ("completion_months", "bad_months"),
        ("completion_0_amount", "bad_threshold"),
        ("completion_1_amount", "bad_level"),
        ("completion_4_what", "field_not_listed"),
        ("competence_0_what", "condition_needed"),
    ]
    assert row_of(session).awards == []


def test_what_earns_each_paper_is_kept_as_a_rule(session, course, author):
    row_of(session).awards = [{"kind": "competence", "rule": {"all": [{"kind": "practical"}]}, "title": {"fr": "Formatrice"}}]
    mixed = (Asked("grade", 60), Asked("attendance", 12.5), Asked("observation", 3, "", 2))
    offered = {
        "competence": Offered(True, (Asked("practical", 1, " Plan  d’affaires "),), 24, True),
        "completion": Offered(True, mixed),
    }
    change_settings(session, author, course, settings(" a١ ", **offered), now=NOW)

    row = row_of(session)
    assert (row.enrolment, row.enrolment_code, row.hours) == ("code", "a1", 2.5)
    assert row.awards == [
        {
            "kind": "completion",
            "rule": {
                "all": [
                    {"kind": "grade", "at_least": 0.6},
                    {"kind": "attendance", "hours": 12.5},
                    {"kind": "observation", "level": 3, "count": 2},
                ]
            },
        },
        {
            "kind": "competence",
            "rule": {"all": [{"kind": "practical", "name": "Plan d’affaires", "count": 1}]},
            "title": {"fr": "Formatrice"},
            "valid_months": 24,
            "shows_grade": True,
        },
    ]
    kept = offered_by(read_awards(row.awards))
    assert kept["completion"] == Offered(True, mixed)
    change_settings(session, author, course, settings(**kept), now=NOW)
    assert [each["kind"] for each in row_of(session).awards] == ["completion", "competence"]


def test_saves_at_the_same_moment_all_arrive(own_database, tmp_path):
    engine = open_engine(own_database)
    sessions = sessions_of(engine)
    several = "".join(f'<html url_name="t{n}" display_name="old">x</html>' for n in range(6))
    files = files_of(
        f'<chapter url_name="c"><sequential url_name="s"><vertical url_name="v">{several}</vertical></sequential></chapter>'
    )
    with transaction(sessions) as session:
        import_course(session, write_folder(files, tmp_path / "in"), blobs=Blobs(str(tmp_path / "b")), types=TYPES, now=NOW)
        bases = {f"html/t{n}": open_block(session, KEY, f"html/t{n}", types=TYPES).base for n in range(6)}

    def save_one(block: str) -> int | None:
        with transaction(sessions) as session:
            changes = {"display_name": f"new {block}"}
            return save_block(session, Actor(None), KEY, block, base=bases[block], changes=changes, types=TYPES, now=NOW).revision

    with ThreadPoolExecutor(6) as pool:
        revisions = list(pool.map(save_one, bases))

    assert len(set(revisions)) == 6
    with transaction(sessions, writes=False) as session:
        content = load_content(session, open_draft(session, KEY).snapshot)
        assert {block: content.blocks[block].fields["display_name"] for block in bases} == {
            block: f"new {block}" for block in bases
        }
    engine.dispose()
