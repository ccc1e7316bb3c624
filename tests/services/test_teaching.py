"""What the teaching desk writes: points and certificate in one commit, a second judge's work, a claim that was forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms_app.adapters import teaching
from lms_app.adapters.courses import find_course
from lms_app.adapters.people import person_of
from lms_app.adapters.teaching import ANYTHING
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.model import AuditEntry, Course, CourseGrade, Credential, Score
from lms_app.services.accounts import leaving
from lms_app.services.credentials.awarding import every_award
from lms_app.services.teaching import deciding, waiting
from lms_app.services.teaching.reach import outline_of
from lms_app.storage.transaction import transaction
from tests.services.taught import QUIZ, School, school

PASSED = {"kind": "completion", "rule": {"all": [{"kind": "grade", "at_least": 0.6}]}}


@pytest.fixture
def here(app, people, sessions, clock, tmp_path) -> School:
    made = school(app, people, sessions, tmp_path / "in", clock())
    with transaction(sessions) as session:
        session.execute(update(Course).where(Course.id == made.course).values(awards=[PASSED]))
    return made


@pytest.fixture
def trainer(here) -> Actor:
    person = here.people.trainer(here.course)
    return Actor(PersonId(person), roles=frozenset({(Role.TRAINER, Place(PlaceKind.COURSE, here.course))}))


def test_points_decided_by_hand_bring_the_certificate_in_the_same_commit_and_leave_who_was_active_alone(
    here, trainer, app, sessions
):
    person = here.learner(name_latin="Amina Ouaziz", name_arabic="أمينة واعزيز")
    here.was_active(person, days_ago=30)
    with transaction(sessions) as session:
        course = find_course(session, CourseKey(here.key), person=trainer.person_id)
        outline = outline_of(session, course.snapshot)
        issuer = app.extensions["takwin"].issuer
        told = {"points": "0.9", "reason": "Said it aloud", "award": every_award(issuer), "now": here.now}
        standing = deciding.decide_points(session, trainer, course, outline, PersonId(person), QUIZ, **told)
        assert standing.grade.share == 0.9
    with transaction(sessions, writes=False) as session:
        grade = session.get(CourseGrade, (person, here.course))
        assert (grade.grade, grade.passed_at is not None) == (0.9, True)
        assert grade.active_at == here.now - timedelta(days=30)
        assert session.scalars(select(Credential.kind).where(Credential.person_id == person)).all() == ["completion"]


def test_the_reason_of_a_decision_is_forgotten_with_the_account(here, trainer, app, sessions):
    person = here.learner()
    with transaction(sessions) as session:
        course = find_course(session, CourseKey(here.key), person=trainer.person_id)
        told = {"points": "1", "reason": "Was ill", "award": every_award(app.extensions["takwin"].issuer), "now": here.now}
        deciding.decide_points(session, trainer, course, outline_of(session, course.snapshot), PersonId(person), QUIZ, **told)
        leaving.erase(session, Actor(PersonId(person)), now=here.now)
    with transaction(sessions, writes=False) as session:
        acts = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"person:{person}")).all()
        assert [act.action for act in acts] == ["points_decided", "erased"]
        assert "ill" not in str([act.detail for act in acts])
        with pytest.raises(Exception, match="no_such_person"):
            person_of(session, PersonId(person))


def test_points_decided_twice_and_taken_back_leave_nothing_of_an_exercise_that_was_never_answered(here, trainer, app, sessions):
    person = PersonId(here.learner())
    award = every_award(app.extensions["takwin"].issuer)
    with transaction(sessions) as session:
        course = find_course(session, CourseKey(here.key), person=trainer.person_id)
        outline = outline_of(session, course.snapshot)
        for hours, points in enumerate(("0.5", "0.9")):
            at = here.now + timedelta(hours=hours)
            told = {"points": points, "reason": "Said it aloud", "award": award, "now": at}
            deciding.decide_points(session, trainer, course, outline, person, QUIZ, **told)
        deciding.withdraw_points(session, trainer, course, outline, person, QUIZ, award=award, now=at)
        page = deciding.learner_page(session, trainer, course, outline, person, language="en")
    assert [(one.earned, one.decided) for one in page.exercises if one.block == QUIZ] == [(None, None)]


def test_points_are_shown_and_decided_out_of_what_the_exercise_scored_itself(here, trainer, app, sessions):
    """A session gives hours, of as many as it has, whatever the course expects of a block of its kind."""
    person = PersonId(here.learner())
    with transaction(sessions) as session:
        session.add(Score(person_id=person, course_id=here.course, block_id=QUIZ, earned=3.5, possible=14.0, scored_at=here.now))
        session.flush()
        course = find_course(session, CourseKey(here.key), person=trainer.person_id)
        outline = outline_of(session, course.snapshot)
        page = deciding.learner_page(session, trainer, course, outline, person, language="en")
        assert [(one.earned, one.possible) for one in page.exercises if one.block == QUIZ] == [(3.5, 14.0)]
        told = {
            "points": "7",
            "reason": "The sheet was lost",
            "award": every_award(app.extensions["takwin"].issuer),
            "now": here.now,
        }
        standing = deciding.decide_points(session, trainer, course, outline, person, QUIZ, **told)
    assert standing.grade.share == 0.5


def test_what_i_judged_waits_for_another_and_a_forgotten_claim_comes_back(here, trainer, sessions):
    twice, taken, forgotten, evidence = (here.learner() for _ in range(4))
    other = here.people.trainer(here.course)
    here.hands_in(twice, judge_id=trainer.person_id)
    here.hands_in(taken, state="claimed", judge_id=other)
    here.hands_in(forgotten, days_ago=1, state="claimed", judge_id=other)
    here.hands_in(evidence, kind="evidence", judge_id=trainer.person_id, data={"rounds": [{}, {}]})
    with transaction(sessions, writes=False) as session:
        found = waiting.desk(session, trainer, ANYTHING, page=1, now=here.now)
        assert [(piece.learner_id, piece.round) for piece in found.pieces] == [(forgotten, 1), (evidence, 2)]
        assert waiting.how_many_wait(session, trainer, now=here.now) == found.count == 2


def test_a_review_that_a_peer_took_and_forgot_waits_for_no_trainer(here, trainer, sessions):
    author, peer = here.learner(), here.learner()
    here.hands_in(author, days_ago=1, state="claimed", kind="review", key=f"review/{author}/1/1", judge_id=peer)
    with transaction(sessions, writes=False) as session:
        assert waiting.desk(session, trainer, ANYTHING, page=1, now=here.now).pieces == ()
        assert waiting.how_many_wait(session, trainer, now=here.now) == 0
        assert teaching.work_in_hand(session, here.course, [author]) == {}
        asked = {"but": PersonId(0), "limit": 9, "offset": 0}
        assert teaching.learners_with_work(session, here.course, None, **asked) == []


@pytest.mark.parametrize("block", ["coop_attendance/a", "coop_evidence/e"])
def test_who_is_half_way_through_half_days_or_visits_is_not_stuck(here, sessions, block):
    """Their points grow with each half-day, and each piece that is accepted: so far they are right."""
    here.scored(here.learner(), 0.25, block=BlockId(block))
    with transaction(sessions, writes=False) as session:
        assert teaching.low_scores(session, here.course, None) == []
