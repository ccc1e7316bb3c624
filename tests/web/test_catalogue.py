"""The catalogue: what a course is before it is opened, the shortest first, and the certificates over several."""

from __future__ import annotations

import re
from collections.abc import Callable

from lms_app.model import Course
from lms_app.services.credentials import programmes
from lms_app.storage.session import Session
from tests.conftest import SetClock
from tests.people import Client, People

SHORT, GOVERNANCE, TOUR = (f"course-v1:Takwin+{code}+2026" for code in ("COOP101", "GOV", "TOUR"))


def order(html: str) -> list[str]:
    """Return the keys of the cards, first to last."""
    return re.findall(r'tk-card-link" href="/courses/([^"]+)"', html)


def test_a_card_says_how_long_in_which_languages_and_what_paper(client: Client, shipped_courses: None) -> None:
    page = client.get("/", headers={"Accept-Language": "en"}).text

    card = page.partition(f"/courses/{GOVERNANCE}")[0].rpartition("<article")[2] + page.partition(f"/courses/{GOVERNANCE}")[2]
    told = card.partition("</article>")[0]
    assert all(words in told for words in ("20 hours", "Certificate of completion", "العربية", "Français", "English"))


def test_the_shortest_comes_first_and_ones_own_before_all(
    shipped_courses: None, session: Session, client: Client, people: People, signed_in_client: Callable[..., Client]
) -> None:
    found = order(client.get("/").text)
    assert found.index(SHORT) < found.index(GOVERNANCE) < found.index(TOUR)
    course = session.query(Course).filter_by(key=GOVERNANCE).one()

    assert order(signed_in_client(people.learner(course.id)).get("/").text)[0] == GOVERNANCE


def test_a_programme_is_shown_once_all_its_courses_are_in_the_catalogue(
    shipped_courses: None, session: Session, client: Client, clock: SetClock
) -> None:
    titles = {"fr": "Conseil", "en": "Advising <b>cooperatives</b>"}
    programmes.create_unasked(session, key="ADV", titles=titles, courses=[SHORT, GOVERNANCE], by=None, now=clock())
    session.commit()
    page = client.get("/", headers={"Accept-Language": "en"}).text
    assert "Advising &lt;b&gt;cooperatives" in page
    assert "2 courses, and one certificate over them." in page

    session.query(Course).filter_by(key=SHORT).one().archived_at = clock()
    session.commit()
    assert "one certificate over them" not in client.get("/", headers={"Accept-Language": "en"}).text


def test_a_short_course_lasts_an_hour_and_a_faulty_rule_hides_no_other_course(
    shipped_courses: None, session: Session, client: Client
) -> None:
    course = session.query(Course).filter_by(key=TOUR).one()
    course.hours, course.awards = 0.4, [{"kind": "participation", "rule": {"all": [{"kind": "luck"}]}}]
    session.commit()

    page = client.get("/", headers={"Accept-Language": "en"})

    assert (page.status_code, order(page.text)[0]) == (200, TOUR)
    assert "1 hour<" in page.text
    assert ">0 hours" not in page.text
