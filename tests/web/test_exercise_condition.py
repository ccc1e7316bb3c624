"""A paper that asks for one exercise: named once, shown under its title in every language, met by its points alone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from lms_app.model import Course, Credential
from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction
from tests.people import Client, People
from tests.web.test_learning import ANSWERS, KEY, send_answers

QUIZ = "coop_quiz/quiz-meaning"
TITLES = {"ar": "اختبار: ما التعاونية", "fr": "Test : ce qu’est une coopérative", "en": "Quiz: what a cooperative is"}


@pytest.fixture
def course(shipped_courses: None, sessions: Sessions) -> int:
    """The shipped course, which now asks for all points of one quiz, named in Arabic."""
    with transaction(sessions) as session:
        row = session.scalars(select(Course).where(Course.key == KEY)).one()
        rule = {"all": [{"kind": "exercise", "name": TITLES["ar"], "at_least": 1}]}
        row.awards = [{"kind": "completion", "rule": rule}]
        return row.id


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_what_is_still_missing_names_the_exercise_in_the_readers_language(
    course: int, people: People, signed_in_client: Callable[..., Client], language: str
) -> None:
    learner = signed_in_client(people.learner(course, language=language))
    some_right = {**ANSWERS[QUIZ], "extra": "1"}
    send_answers(learner, QUIZ, some_right)

    page = words(learner.get(f"/courses/{KEY}/progress").text)

    line = re.search(rf"{re.escape(TITLES[language])}[^.]*100[^.]*\.[^.]*80", page)
    assert line, page


def test_all_its_points_earn_the_paper_which_names_it_in_each_language(
    course: int, people: People, sessions: Sessions, signed_in_client: Callable[..., Client]
) -> None:
    person = people.learner(course, name_latin="Aïcha Aït Ali", name_arabic="عائشة أيت علي")
    send_answers(signed_in_client(person), QUIZ, ANSWERS[QUIZ])

    with transaction(sessions, writes=False) as session:
        held = session.scalars(select(Credential).where(Credential.person_id == person)).one()
        criteria = json.loads(held.record)["criteria"]
    assert {language: title in criteria[language] for language, title in TITLES.items()} == dict.fromkeys(TITLES, True)
