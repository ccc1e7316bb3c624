"""Views and frames that are remembered for several readers never show one of them to another."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from lms_app.storage.session import Sessions
from lms_app.storage.transaction import transaction
from tests.people import Client, People
from tests.web.test_learning import ANSWERS, KEY, find_course_row, send_answers

QUIZ = "coop_quiz/quiz-meaning"
PATH = f"/courses/{KEY}/jump/{QUIZ}"


@pytest.fixture
def course(shipped_courses: None, sessions: Sessions) -> int:
    """The shipped course; its number."""
    with transaction(sessions, writes=False) as session:
        row = find_course_row(session, KEY)  # type: ignore[arg-type]
        assert row is not None
        return row.id


def unit(client: Client) -> str:
    return client.get(PATH, follow_redirects=True).text


def ticked(page: str) -> int:
    return len(re.findall(r"<input[^>]* checked", page))


def test_one_learners_answers_are_never_in_anothers_page(
    course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    first, second, third = (signed_in_client(people.learner(course)) for _ in range(3))
    assert [ticked(unit(one)) for one in (first, second, third)] == [0, 0, 0]

    send_answers(first, QUIZ, ANSWERS[QUIZ])
    send_answers(second, QUIZ, {**ANSWERS[QUIZ], "extra": "11"})

    pages = [unit(one) for one in (first, second, third)]
    assert 'value="96"' in pages[0]
    assert 'value="11"' not in pages[0]
    assert 'value="11"' in pages[1]
    assert 'value="96"' not in pages[1]
    assert ticked(pages[2]) == 0


def test_each_reader_gets_a_token_of_their_own(course: int, people: People, signed_in_client: Callable[..., Client]) -> None:
    first, second = (signed_in_client(people.learner(course)) for _ in range(2))
    tokens = [set(re.findall(r'name="csrf_token" value="([^"]+)"', unit(one))) for one in (first, second)]

    assert tokens[0].isdisjoint(tokens[1])
    answers = {f"answer-{question}": answer for question, answer in ANSWERS[QUIZ].items()}
    stolen = second.post(
        "/handler/block-v1:Takwin+COOP101+2026+type@coop_quiz+block@quiz-meaning/submit",
        data={**answers, "csrf_token": tokens[0].pop()},
    )
    assert stolen.status_code == 403


def test_the_same_quiz_is_shown_in_each_readers_language(
    course: int, people: People, signed_in_client: Callable[..., Client]
) -> None:
    words = {"ar": "السؤال 1 من 5", "fr": "Question 1 sur 5", "en": "Question 1 of 5"}
    readers = {language: signed_in_client(people.learner(course, language=language)) for language in words}

    for _ in range(2):  # the second time from memory
        shown = {language: [one for one in words if words[one] in unit(reader)] for language, reader in readers.items()}
        assert shown == {language: [language] for language in words}


def test_a_name_with_markup_stays_text_in_the_frame_of_the_page(people: People, signed_in_client: Callable[..., Client]) -> None:
    odd = signed_in_client(people.person(name_latin="<b onclick=x>Ali & Co</b>"))

    page = odd.get("/").text

    assert "<b onclick" not in page
    assert "&lt;b onclick=x&gt;Ali &amp; Co" in page


def test_the_menu_of_one_reader_is_not_shown_to_another(
    people: People, signed_in_client: Callable[..., Client], client: Client
) -> None:
    admin = signed_in_client(people.admin(name_latin="Head of it all"))
    assert "Head of it all" in admin.get("/").text

    visitor = client.get("/", headers={"Accept-Language": "en"}).text

    assert "Head of it all" not in visitor
    assert "/admin/people" not in visitor
