"""A grading policy is made of plain figures, kept in the draft as OLX has it, and goes out and comes in as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings, strategies as some
from sqlalchemy import select

from lms_app.adapters.nodes import block_hashes
from lms_app.adapters.outlines import make_outline, open_outline
from lms_app.domain.actors import Actor
from lms_app.domain.content import Block, CourseContent, Hash, Outline
from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.grading import Points, grade_course, read_policy
from lms_app.domain.keys import PersonId
from lms_app.model import Course
from lms_app.services.authoring import creating
from lms_app.services.authoring.arranging import add_part
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.exporting import export_course
from lms_app.services.authoring.grading_policy import (
    Kind,
    Letter,
    Policy,
    base_of,
    change_policy,
    evened,
    lessons_of,
    policy_of,
    worked_out,
)
from lms_app.services.authoring.preparing import prepare_import
from lms_app.storage.blobs import Blobs
from tests.course_files import TYPES

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SHIPPED = "course-v1:Takwin+COOP101+2026"


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.person()))


@pytest.fixture
def course(session, author) -> str:
    """A course with two lessons, none of which counts."""
    key = creating.create_course(session, author, title="X", language="fr", with_lesson=True, now=NOW)
    add_part(session, author, key, "chapter/chapter-1", title="Deux", message="", now=NOW)
    return key


@pytest.fixture
def change(session, author):
    """Set the policy of a course: `change(key, policy)`."""

    def set_it(key: str, policy: Policy, base: str = "") -> bool:
        started = base or base_of(open_draft(session, key).outline)
        return change_policy(session, author, key, policy, base=started, message="", now=NOW)

    return set_it


ONE = "sequential/sequential-1"
THIRDS = Policy(
    (Kind("Quiz", 66.67, 2, 1), Kind("Étude", 33.33)), 60.0, (Letter("Très bien", 90.0), Letter("Bien", 75.5)), {ONE: "Quiz"}
)


def test_a_policy_is_kept_as_olx_has_it_and_read_as_it_was_written(session, course, change):
    assert change(course, THIRDS)
    outline = open_draft(session, course).outline

    assert outline.policy["grading"] == {
        "GRADER": [
            {"short_label": "Quiz", "type": "Quiz", "min_count": 2, "drop_count": 1, "weight": 0.6667},
            {"short_label": "Étude", "type": "Étude", "min_count": 0, "drop_count": 0, "weight": 0.3333},
        ],
        "GRADE_CUTOFFS": {"Très bien": 0.9, "Bien": 0.755, "Pass": 0.6},
    }
    kinds = tuple(replace(kind, was=kind.name) for kind in THIRDS.kinds)
    second = outline.of_type("sequential")[1].id
    assert policy_of(outline) == replace(THIRDS, kinds=kinds, lessons={ONE: "Quiz", second: ""})
    assert not change(course, policy_of(outline))
    assert read_policy(outline.policy["grading"]).pass_mark == 0.6


def test_it_goes_out_in_olx_and_comes_in_again(session, course, change, tmp_path):
    change(course, THIRDS)
    outline = open_draft(session, course).outline
    archive, problems = export_course(session, course, blobs=Blobs(str(tmp_path)), types=TYPES)
    (tmp_path / "out.tar.gz").write_bytes(archive)
    again = prepare_import(tmp_path / "out.tar.gz", blobs=None, types=TYPES).content

    assert problems == []
    assert again.policy == outline.policy
    assert again.blocks[ONE].fields["format"] == "Quiz"


def test_a_kind_that_is_renamed_takes_its_lessons_along(session, course, change):
    change(course, THIRDS)
    kinds = (Kind("Test", 50, was="Quiz"), Kind("Étude", 50, was="Étude"))
    change(course, Policy(kinds, 50.0, (), None))

    assert [(one.title, one.kind) for one in lessons_of(open_draft(session, course).outline)][1:] == [("Deux", "")]
    assert [one.kind for one in lessons_of(open_draft(session, course).outline) if one.block == ONE] == ["Test"]


def test_what_was_not_asked_stays_as_it_came(session, shipped_courses, change):
    before = open_draft(session, SHIPPED).outline
    kept = policy_of(before)
    change(SHIPPED, replace(kept, pass_mark=65.0))
    after = open_draft(session, SHIPPED).outline

    assert after.policy["grading"] == {**before.policy["grading"], "GRADE_CUTOFFS": {"Pass": 0.65}}
    assert {**after.policy, "grading": None} == {**before.policy, "grading": None}
    assert session.scalars(select(Course.published_revision_id).where(Course.key == SHIPPED)).one() is not None


def test_faults_stand_at_their_fields_all_at_once(course, change):
    kinds = (Kind("", 50), Kind("A", -1), Kind("A", 70, 2, 2), Kind("B" * 61, 10, 500))
    with pytest.raises(Invalid) as refused:
        change(course, Policy(kinds, 0.0, (Letter("", 90), Letter("B", 101)), {ONE: "strange"}))

    assert [(each.facts["field"], each.code) for each in refused.value.facts["wrong"]] == [
        ("name-0", "required"),
        ("weight-1", "bad_percent"),
        ("name-2", "kind_twice"),
        ("dropped-2", "drops_all"),
        ("name-3", "text_too_long"),
        ("count-3", "bad_count"),
        ("weight-0", "weights_not_whole"),
        ("pass_mark", "bad_threshold"),
        ("letter-0", "required"),
        ("from-1", "letter_not_above"),
        ("lessons", "field_not_listed"),
    ]


def test_two_who_change_it_at_once_do_not_undo_each_other(session, course, change):
    base = base_of(open_draft(session, course).outline)
    change(course, THIRDS)
    with pytest.raises(Conflict):
        change(course, Policy((Kind("Mine", 100),), 50.0), base)


FIGURES = some.lists(some.tuples(some.integers(1, 100), some.integers(0, 100)), min_size=1, max_size=6)


@settings(max_examples=25)
@given(FIGURES)
def test_the_example_says_what_the_gradebook_will_say(figures):
    """One lesson of each kind, with so many points of a hundred: the page reckons as the course does."""
    whole = sum(weight for weight, _share in figures)
    kinds = tuple(Kind(str(number), 100 * weight / whole) for number, (weight, _share) in enumerate(figures))
    shares = {str(number): float(share) for number, (_weight, share) in enumerate(figures)}
    outline = _outline(kinds)
    scores = {f"problem/{name}": Points(share, 100.0) for name, share in shares.items()}

    assert worked_out(kinds, shares, 50.0)[0] == pytest.approx(100 * grade_course(outline, scores).share, abs=0.06)


@given(some.integers(1, 12))
def test_weights_made_even_make_a_hundred(number):
    weights = evened([Kind(str(each), 0) for each in range(number)])

    assert (sum(weights), max(weights) - min(weights) <= 1) == (100, True)


def _outline(kinds: tuple[Kind, ...]) -> Outline:
    blocks = {}
    for kind in kinds:
        fields = {"graded": True, "format": kind.name}
        blocks[f"sequential/{kind.name}"] = Block(f"sequential/{kind.name}", "sequential", fields, (f"problem/{kind.name}",))
        blocks[f"problem/{kind.name}"] = Block(f"problem/{kind.name}", "problem", {"data": "<problem/>", "weight": 100})
    blocks["course/c"] = Block("course/c", "course", {}, tuple(f"sequential/{kind.name}" for kind in kinds))
    grader = [{"type": kind.name, "weight": kind.weight / 100} for kind in kinds]
    content = CourseContent("course/c", blocks, policy={"grading": {"GRADER": grader, "GRADE_CUTOFFS": {"Pass": 0.5}}})
    return open_outline(Hash("x"), make_outline(content, block_hashes(content)))
