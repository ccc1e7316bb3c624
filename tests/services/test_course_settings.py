"""What a course says of itself, when it opens, and who may come in: kept in the draft, in each language, without undoing others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms_app.adapters.content import load_pages
from lms_app.adapters.nodes import load_content
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.keys import PersonId
from lms_app.services.authoring import introducing, schedules, settings
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.introducing import Introduction
from lms_app.services.authoring.schedules import LessonTimes, Timetable

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SHIPPED = "course-v1:Takwin+COOP101+2026"


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.person()))


@pytest.fixture
def introduce(session, author, shipped_courses):
    """Change what the course says of itself: `introduce("fr", title="…")`."""

    def say(language: str, base: str = "", **words: str) -> bool:
        kept = introducing.introduction_of(session, open_draft(session, SHIPPED), language)
        wanted = Introduction(**{**vars(kept), **words})
        return introducing.change_introduction(
            session, author, SHIPPED, wanted, language=language, base=base or kept.base, message="", now=NOW
        )

    return say


def content_of(session):
    return load_content(session, open_draft(session, SHIPPED).snapshot)


def test_words_of_each_language_are_kept_apart_and_nothing_else_moves(session, introduce):
    before = content_of(session)
    assert introduce("en", title=" Cooperatives ", summary="One\n line")
    assert introduce("fr", title="Coopératives", about="<p>Bonjour</p><script>alert(1)</script>")
    after = content_of(session)

    assert (after.blocks[after.root].fields["display_name"], after.overlays["fr"].texts[after.root]["display_name"]) == (
        "Cooperatives",
        "Coopératives",
    )
    assert after.pages["about/short_description.html"] == "One line"
    assert after.pages["fr:about/overview.html"] == "<p>Bonjour</p>"
    assert after.pages["about/overview.html"] == before.pages["about/overview.html"]
    assert {**after.blocks, after.root: None} == {**before.blocks, before.root: None}
    assert after.overlays["ar"] == before.overlays["ar"]
    assert not introduce("fr")


def test_a_language_without_words_falls_back_and_the_source_needs_a_title(session, introduce):
    introduce("ar", title="", summary="", about="")
    pages = load_pages(session, open_draft(session, SHIPPED).snapshot)

    assert "ar:about/overview.html" not in pages
    assert "display_name" not in content_of(session).overlays["ar"].texts.get("course/course", {})
    with pytest.raises(Invalid) as refused:
        introduce("en", title=" ", summary="x" * 301, about="y" * 60_001)
    assert [each.facts["field"] for each in refused.value.facts["wrong"]] == ["title", "summary", "about"]
    with pytest.raises(Conflict):
        introduce("en", base="old", title="Other")


@pytest.fixture
def plan(session, author, shipped_courses):
    def set_it(wanted: Timetable, base: str = "") -> bool:
        draft = open_draft(session, SHIPPED)
        started = base or schedules.base_of(draft.outline, schedules.timetable_of(session, draft))
        return schedules.change_timetable(session, author, SHIPPED, wanted, base=started, message="", now=NOW)

    return set_it


def test_times_are_kept_where_they_were_set_and_nowhere_else(session, plan):
    draft = open_draft(session, SHIPPED)
    kept = schedules.timetable_of(session, draft)
    first, second = list(kept.lessons)[:2]
    due = datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
    wanted = Timetable(kept.opens, due, own_pace=False, lessons={first: LessonTimes(NOW, due)})
    before = content_of(session)
    assert plan(wanted)
    after = content_of(session)

    assert after.blocks[first].fields == {
        **before.blocks[first].fields,
        "start": "2026-11-01T00:00:00Z",
        "due": "2026-12-01T22:59:00Z",
    }
    assert after.blocks[after.root].fields == {**before.blocks[before.root].fields, "end": "2026-12-01T22:59:00Z"}
    assert after.blocks[second] == before.blocks[second]
    assert not plan(wanted)
    plan(kept)
    assert content_of(session).blocks == before.blocks
    with pytest.raises(Conflict):
        plan(wanted, base="old")


def test_no_lesson_is_due_before_it_opens(session, plan):
    lessons = list(schedules.timetable_of(session, open_draft(session, SHIPPED)).lessons)
    early = datetime(2026, 10, 1, tzinfo=UTC)
    with pytest.raises(Invalid) as refused:
        plan(Timetable(NOW, early, lessons={lessons[1]: LessonTimes(None, early), "sequential/none": LessonTimes(NOW, NOW)}))

    assert [(each.facts["field"], each.code) for each in refused.value.facts["wrong"]] == [
        ("ends", "ends_before_it_starts"),
        ("due-1", "ends_before_it_starts"),
    ]


@pytest.mark.parametrize(
    ("way", "code", "field"), [("code", " ", "enrolment_code"), ("all", "", "enrolment"), ("list", "x" * 61, "enrolment_code")]
)
def test_a_way_in_that_cannot_be_is_refused(session, author, shipped_courses, way, code, field):
    with pytest.raises(Invalid) as refused:
        settings.change_enrolment(session, author, SHIPPED, way=way, code=code, now=NOW)
    assert refused.value.facts["wrong"][0].facts["field"] == field


def test_a_paper_asks_for_no_exercise_that_the_draft_does_not_have(session, author, shipped_courses):
    def ask_for(*names: str) -> None:
        rows = tuple(settings.Asked("exercise", 100, name) for name in names)
        offered = {"completion": settings.Offered(is_given=True, rows=rows)}
        settings.change_papers(session, author, SHIPPED, offered, hours=1, now=NOW)

    with pytest.raises(Invalid) as refused:
        ask_for("Quiz: what a co-operative was", "Try it: what a cooperative is", "")
    assert [(each.facts["field"], each.code) for each in refused.value.facts["wrong"]] == [
        ("completion_0_name", "no_such_exercise"),
        ("completion_1_name", "no_such_exercise"),
        ("completion_2_name", "required"),
    ]
    ask_for("quiz: what a  cooperative is", "اختبار: ما التعاونية")
