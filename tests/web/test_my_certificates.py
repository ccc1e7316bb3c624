"""My certificates: one's own alone, with what each is good for; and links that show what was chosen."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import zxingcpp
from PIL import Image

from lms_app.model import Course, Credential, Revision
from lms_app.storage.transaction import transaction
from tests.certified import issue

TOKEN = re.compile(r"http://localhost/s/([\w-]{32})")
OWN_PAGES = ("card", "card.svg", "card.png", "share")


@pytest.fixture
def here(app):
    return app.extensions["takwin"]


@pytest.fixture
def amina(people):
    return people.person()


@pytest.fixture
def browser(amina, signed_in_client):
    return signed_in_client(amina)


@pytest.fixture
def mine(here, amina, people):
    return issue(here, amina, columns={"course_id": people.course()}, number="MA-GOV-2026-000001-3")


def share(browser, code: str, *shows: str, last_day: str = "") -> str:
    answer = browser.send(f"/certificates/{code}/share", shows=list(shows), last_day=last_day)
    assert answer.status_code == 303
    return TOKEN.search(browser.get(f"/certificates/{code}/share").text)[1]


def change(here, code: str, **columns: Any) -> None:
    with transaction(here.sessions) as session:
        row = session.query(Credential).filter_by(code=code).one()
        for name, value in columns.items():
            setattr(row, name, value)


def main_part(text: str) -> str:
    return re.sub(r"\s+", " ", re.search(r"<main.*</main>", text, re.DOTALL)[0])


# The list


def test_somebody_without_certificates_is_told_how_they_come(browser, client):
    assert "No certificate yet" in browser.get("/certificates").text
    assert client.get("/certificates").status_code == 303


def test_the_account_menu_leads_there(browser, client):
    assert 'href="/certificates"' in browser.get("/").text
    assert 'href="/certificates"' not in client.get("/").text


def test_each_certificate_says_what_it_is_worth(here, amina, browser, mine):
    now = here.clock()
    for columns in (
        {"suspended_at": now, "suspended_reason": "Présence à revoir"},
        {"revoked_at": now, "revoked_reason": "Erreur"},
    ):
        issue(here, amina, columns=columns)
    issue(here, amina, valid_until=now.date() + timedelta(days=10))
    page = browser.get("/certificates").text

    assert [page.count(f"</svg>{word}</span>") for word in ("Valid", "Suspended", "Withdrawn")] == [2, 1, 1]
    assert ("Présence à revoir" in page, "It soon ends." in page) == (True, True)
    assert page.count("certificate.pdf") == 2, "copies are given out of those that count"


def test_the_list_takes_as_many_queries_for_three_as_for_one(here, amina, browser, queries):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            issue(here, amina)
        with queries() as counted:
            page = browser.get("/certificates").text
        counts.append((page.count("tk-paper-head"), len(counted)))

    assert [papers for papers, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]


def test_linkedin_is_given_the_facts_of_the_paper(browser, here, amina):
    until = here.clock().date() + timedelta(days=400)
    one = issue(here, amina, number="MA-GOV-2026-000001-3", valid_until=until)
    address = re.search(r'href="(https://www\.linkedin\.com[^"]+)"', browser.get("/certificates").text)[1].replace("&amp;", "&")

    assert {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()} == {
        "startTask": "CERTIFICATION_NAME",
        "name": "Gouvernance et accompagnement des coopératives",
        "organizationName": "Fondation Takwin",
        "issueYear": "2026",
        "issueMonth": "10",
        "expirationYear": str(until.year),
        "expirationMonth": str(until.month),
        "certUrl": f"http://localhost/v/{one.code}",
        "certId": "MA-GOV-2026-000001-3",
    }


def test_what_is_still_ahead_leads_to_its_progress(people, amina, browser, sessions):
    giving, other = (people.course(title="Commercialisation", awards=awards) for awards in ([{"kind": "completion"}], []))
    for course in (giving, other):
        people.enrol(amina, course)
        _publish(sessions, course, people.clock())
    page = browser.get("/certificates").text

    assert f'/courses/{people.course_key(giving)}/progress"' in page
    assert f"/courses/{people.course_key(other)}/progress" not in page


def _publish(sessions, course, now):
    with transaction(sessions) as session:
        revision = Revision(course_id=course, snapshot="0" * 64, created_at=now)
        session.add(revision)
        session.flush()
        session.get_one(Course, course).published_revision_id = revision.id


# Somebody else's


@pytest.mark.parametrize("page", OWN_PAGES)
def test_a_changed_id_opens_nobody_elses(people, signed_in_client, mine, client, page):
    stranger = signed_in_client(people.person())
    admin = signed_in_client(people.admin())

    assert client.get(f"/certificates/{mine.code}/{page}").status_code == 303
    assert [one.get(f"/certificates/{mine.code}/{page}").status_code for one in (stranger, admin)] == [404, 404]


def test_a_stranger_neither_makes_nor_ends_links(people, signed_in_client, browser, mine, client):
    token = share(browser, mine.code, "grade")
    stranger = signed_in_client(people.person())

    assert stranger.send(f"/certificates/{mine.code}/share").status_code == 404
    assert stranger.send(f"/certificates/{mine.code}/share/end", link=token).status_code == 404
    assert client.get(f"/s/{token}").status_code == 200


# The card


def test_the_card_carries_the_signed_token(browser, mine):
    page = browser.get(f"/certificates/{mine.code}/card").text
    picture = browser.get(f"/certificates/{mine.code}/card.png")
    drawing = browser.get(f"/certificates/{mine.code}/card.svg")
    read = zxingcpp.read_barcode(Image.open(io.BytesIO(picture.data)))

    assert read.text == f"HTTP://LOCALHOST/V/{mine.token}"
    assert ("Amina Bent El Hassan Alaoui" in page, "<svg" in main_part(page)) == (True, True)
    assert "أمينة بنت الحسن العلوي" in drawing.text
    assert (picture.mimetype, drawing.mimetype) == ("image/png", "image/svg+xml")
    assert browser.get(f"/certificates/{mine.code}/card.exe").status_code == 404


# Links


def test_a_link_shows_what_was_chosen_and_nothing_that_leads_on(browser, mine, client):
    token = share(browser, mine.code, "hours", "competences")
    answer = client.get(f"/s/{token}")
    page = main_part(answer.text)

    shown = ("Amina Bent El Hassan Alaoui", "Gouvernance et accompagnement", "Fondation Takwin", "42 hours", "level 4 of 4")
    assert [fact for fact in (*shown, "Genuine and valid") if fact not in page] == []
    for hidden in (mine.code, mine.token, "MA-GOV-2026-000001-3", "87%", "Souss 3", "Taroudant", "Bennani", "Cherkaoui", "June"):
        assert hidden not in answer.text, hidden
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.text


def test_a_link_tells_what_became_of_it_without_the_reason(browser, mine, client, here):
    token = share(browser, mine.code)
    change(here, mine.code, revoked_at=here.clock(), revoked_reason="Délivré à une homonyme")
    page = main_part(client.get(f"/s/{token}").text)

    assert ("Withdrawn" in page, "homonyme" in page, "Amina" in page) == (True, False, True)


def test_a_forged_record_shows_nothing(browser, mine, client, here):
    token = share(browser, mine.code, "grade")
    change(here, mine.code, record=mine.record.to_json().decode().replace("87", "97"))
    page = main_part(client.get(f"/s/{token}").text)

    assert ("Do not trust this certificate" in page, "Amina" in page, "97" in page) == (True, False, False)


def test_links_that_ended_are_as_unknown_as_those_that_never_were(browser, mine, client, clock):
    ended, over = share(browser, mine.code), share(browser, mine.code, last_day=str(clock().date()))
    assert browser.send(f"/certificates/{mine.code}/share/end", link=ended).status_code == 303
    clock.go_on(days=2)
    answers = [client.get(f"/s/{token}") for token in (ended, over, "a" * 32, "%F0%9F%98%80")]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert len({main_part(answer.text) for answer in answers}) == 1


@pytest.mark.parametrize("last_day", ["2020-01-01", "tomorrow"])
def test_a_last_day_that_cannot_be_is_told_beside_its_field(browser, mine, last_day):
    answer = browser.send(f"/certificates/{mine.code}/share", shows=["hours"], last_day=last_day)

    assert answer.status_code == 422
    assert 'id="last_day-error"' in answer.text
    assert re.findall(r'value="(\w+)" checked', answer.text) == ["hours"]


def test_grade_cohort_and_place_are_hidden_unless_chosen(browser, mine):
    ticked = re.findall(r'name="shows" value="(\w+)" checked', browser.get(f"/certificates/{mine.code}/share").text)

    assert {"grade", "cohort", "place", "deciders"} & set(ticked) == set()
    assert {"hours", "competences"} <= set(ticked)
