"""Learners in the middle of a unit when something else is published: their answer counts under the new words, or they are told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from lms_app.adapters.nodes import load_content
from lms_app.domain.actors import Actor
from lms_app.domain.edits import Edit
from lms_app.domain.keys import PersonId
from lms_app.model import BlockState, CourseGrade, Score
from lms_app.services.authoring import publishing
from lms_app.services.authoring.drafts import commit, hold_draft, open_draft, with_edit
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

QUIZ = """<coop_quiz url_name="quiz" display_name="Votes" max_attempts="5">
  <question kind="single" id="votes"><prompt>How many votes?</prompt>
    <choice id="one" correct="true">One</choice><choice id="ten">Ten</choice></question>
  <question kind="single" id="share"><prompt>Who owns it?</prompt>
    <choice id="all" correct="true">All</choice><choice id="bank">The bank</choice></question>
</coop_quiz>"""
PROBLEM = """<problem url_name="p" display_name="Problem" max_attempts="5"><multiplechoiceresponse><p>Which?</p>
  <choicegroup type="MultipleChoice">
  <choice correct="true">First</choice><choice correct="false">Second</choice></choicegroup></multiplechoiceresponse></problem>"""
COURSE = files_of(
    '<chapter url_name="c"><sequential url_name="s" display_name="Lesson" graded="true" format="Test">'
    f'<vertical url_name="v" display_name="Unit">{QUIZ}{PROBLEM}</vertical>'
    '<vertical url_name="w" display_name="Other"><html url_name="h">x</html>'
    "</vertical></sequential></chapter>",
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
    policies__run__grading_policy_json='{"GRADER": [{"type": "Test", "min_count": 1, "weight": 1.0}], "GRADE_CUTOFFS": {"Pass": 0.5}}',
)
RIGHT = {"votes": "one", "share": "all"}


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        return find_course_row(session, KEY).id


@pytest.fixture
def learner(number, people, signed_in_client) -> Client:
    """Somebody who has the unit open."""
    client = signed_in_client(people.learner(number))
    assert client.get(f"/courses/{KEY}/unit/vertical/v").status_code == 200
    return client


@pytest.fixture
def publish(sessions, people, clock):
    """Publish a change: `publish(fields={…}, children={…})`."""
    author = Actor(PersonId(people.person()))

    def publish_it(**edit: Any) -> None:
        with transaction(sessions) as session:
            draft = hold_draft(session, KEY)
            made = commit(
                session, draft, with_edit(session, draft, Edit(**edit), now=clock()), author=None, message="", now=clock()
            )
            publishing.publish_draft(session, author, KEY, expected=made.id, now=clock())

    return publish_it


@pytest.fixture
def fields(sessions):
    def fields_of(block: str) -> dict[str, Any]:
        with transaction(sessions, writes=False) as session:
            return json.loads(json.dumps(dict(load_content(session, open_draft(session, KEY).snapshot).blocks[block].fields)))

    return fields_of


def answer(client: Client, answers: Mapping[str, str]) -> Any:
    usage = f"{KEY.replace('course-v1', 'block-v1')}+type@coop_quiz+block@quiz"
    return client.post(f"/handler/{usage}/submit", json={"answers": answers}, headers={"X-CSRF-Token": client.token()})


def solve(client: Client, choice: str) -> Any:
    usage = f"{KEY.replace('course-v1', 'block-v1')}+type@problem+block@p"
    sent = {"input_p_2_1": choice}
    return client.post(
        f"/handler/{usage}/xmodule_handler/problem_check",
        data=sent,
        headers={"X-CSRF-Token": client.token(), "Accept": "application/json"},
    )


def scores(sessions) -> dict[str, tuple[float, float]]:
    with transaction(sessions, writes=False) as session:
        return {row.block_id: (row.earned, row.possible) for row in session.scalars(select(Score))}


def grade(sessions) -> float | None:
    with transaction(sessions, writes=False) as session:
        return session.scalar(select(CourseGrade.grade))


def kept(sessions, block: str) -> dict[str, Any]:
    with transaction(sessions, writes=False) as session:
        return session.scalars(select(BlockState).where(BlockState.block_id == block)).one().state


def test_other_words_and_another_language_change_nothing_for_who_is_answering(learner, publish, fields, sessions):
    quiz = fields("coop_quiz/quiz")
    publish(
        fields={"coop_quiz/quiz": {**quiz, "texts": {**quiz["texts"], "votes/prompt": "How many votes has each?"}}},
        texts={"fr": {"coop_quiz/quiz": {"texts": {"votes/prompt": "Combien de voix ?"}}}},
    )

    given = answer(learner, RIGHT)

    assert (given.status_code, given.json["earned"], scores(sessions)) == (200, 2.0, {"coop_quiz/quiz": (2.0, 2.0)})


def test_a_question_that_went_is_left_aside_and_the_rest_is_marked(learner, publish, fields, sessions):
    assert answer(learner, {**RIGHT, "votes": "ten"}).json["earned"] == 1.0
    quiz = fields("coop_quiz/quiz")
    first = [quiz["structure"]["questions"][0]]
    publish(fields={"coop_quiz/quiz": {**quiz, "structure": {**quiz["structure"], "questions": first}}})
    assert scores(sessions) == {"coop_quiz/quiz": (1.0, 2.0)}  # what was earned stays until the next answer

    given = answer(learner, RIGHT)

    assert (given.status_code, given.json["attempts_used"], scores(sessions)) == (200, 2, {"coop_quiz/quiz": (1.0, 1.0)})


def test_a_choice_that_went_asks_to_choose_again_and_costs_no_attempt(learner, publish, fields, sessions):
    assert answer(learner, RIGHT).status_code == 200
    quiz = fields("coop_quiz/quiz")
    question, other = quiz["structure"]["questions"]
    choices = [*(one for one in question["choices"] if one["id"] != "ten"), {"id": "five", "correct": False}]
    publish(
        fields={
            "coop_quiz/quiz": {
                **quiz,
                "structure": {**quiz["structure"], "questions": [{**question, "choices": choices}, other]},
                "texts": {**quiz["texts"], "votes/five": "Five"},
            }
        }
    )

    given = answer(learner, {**RIGHT, "votes": "ten"})

    assert (given.status_code, list(given.json["errors"]), given.json["attempts_used"]) == (422, ["votes"], 1)
    assert scores(sessions) == {"coop_quiz/quiz": (2.0, 2.0)}


def test_another_right_answer_marks_what_comes_and_leaves_what_was(learner, publish, fields, sessions):
    assert '"success": "correct"' in solve(learner, "choice_0").text
    problem = fields("problem/p")
    swapped = problem["data"].replace("true", "TRUE").replace("false", "true").replace("TRUE", "false")
    publish(fields={"problem/p": {**problem, "data": swapped}})
    assert scores(sessions) == {"problem/p": (1.0, 1.0)}
    assert learner.get(f"/courses/{KEY}/unit/vertical/v").status_code == 200

    assert '"success": "incorrect"' in solve(learner, "choice_0").text
    assert scores(sessions) == {"problem/p": (0.0, 1.0)}
    assert (kept(sessions, "problem/p")["attempts"], grade(sessions)) == (2, 0.0)


def test_another_kind_of_problem_refuses_the_old_answer_in_words(learner, publish, fields, sessions):
    problem = fields("problem/p")
    other = "<problem><numericalresponse answer='3'><p>How many?</p><formulaequationinput/></numericalresponse></problem>"
    publish(fields={"problem/p": {**problem, "data": other}})

    given = solve(learner, "choice_0")

    assert (given.status_code, "not permitted" in given.json["success"], scores(sessions)) == (200, True, {})


def test_a_block_that_went_says_so_and_what_was_earned_elsewhere_counts(learner, publish, sessions):
    assert answer(learner, RIGHT).status_code == 200
    assert '"success": "incorrect"' in solve(learner, "choice_1").text
    before = grade(sessions)
    publish(children={"vertical/v": ["coop_quiz/quiz"]})

    told = solve(learner, "choice_0")

    assert (told.status_code, told.json["code"]) == (404, "block_gone")
    assert "your answer was not recorded" in told.json["message"]
    assert (kept(sessions, "problem/p")["attempts"], before) == (1, pytest.approx(2 / 3, abs=0.01))
    assert answer(learner, RIGHT).status_code == 200
    assert grade(sessions) == 1.0


def test_a_unit_that_went_takes_no_answer_and_the_course_goes_on(learner, publish, sessions):
    assert answer(learner, RIGHT).status_code == 200
    publish(children={"sequential/s": ["vertical/w"]})

    assert answer(learner, RIGHT).json["code"] == "block_gone"
    assert scores(sessions) == {"coop_quiz/quiz": (2.0, 2.0)}
    assert [learner.get(f"/courses/{KEY}{page}").status_code for page in ("/unit/vertical/v", "/unit/vertical/w", "", "/progress")] == [
        404, 200, 200, 200,
    ]  # fmt: skip
