"""The pages of one's own account, each opened by somebody signed in, and by nobody."""

from __future__ import annotations

import re

import pytest

from lms_app.domain.actors import Place, PlaceKind, Role
from tests.people import PASSWORD

OWN_PAGES = ("/profile", "/profile/password", "/profile/devices", "/profile/data", "/profile/erase")
OPEN_PAGES = ("/sign-in", "/sign-up", "/recover", "/recover/code")


@pytest.mark.parametrize("page", OWN_PAGES)
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_own_pages_open_in_every_language(people, signed_in_client, page, language):
    client = signed_in_client(people.person(language=language))

    opened = client.get(page)

    assert opened.status_code == 200
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in opened.text


@pytest.mark.parametrize("page", OWN_PAGES)
def test_own_pages_ask_strangers_to_sign_in_and_lead_back(client, page):
    opened = client.get(page)

    assert (opened.status_code, opened.location) == (303, f"/sign-in?next={page}")


@pytest.mark.parametrize("page", OPEN_PAGES)
def test_open_pages_open(client, page):
    assert client.get(page, headers={"Accept-Language": "fr"}).status_code == 200


def test_the_list_of_people_opens_for_administrators(people, signed_in_client):
    course = people.course(title="Coopératives")
    people.trainer(course, name_latin="Samira")

    opened = signed_in_client(people.admin()).get("/admin/people?q=samira")

    assert opened.status_code == 200
    assert "Samira" in opened.text
    assert "Trainer · Course: Coopératives" in opened.text


def test_a_trainer_makes_a_code_for_a_learner_of_the_cohort(people, signed_in_client):
    course = people.course()
    cohort = people.cohort(course)
    learner = people.learner(course, cohort, user_name="zineb")
    client = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, cohort)))

    assert client.get(f"/people/{learner}/recovery-code").status_code == 200
    card = client.send(f"/people/{learner}/recovery-code")

    assert card.status_code == 200
    assert "zineb" in card.text


def test_a_code_may_be_typed_in_arabic_digits(app, people, signed_in_client):
    person = people.person(user_name="fatima")
    card = signed_in_client(people.admin()).send(f"/people/{person}/recovery-code")
    code = re.search(r"\b(?:[2-9A-Z]{4}-){2}[2-9A-Z]{4}\b", card.text)[0]
    typed = code.translate(str.maketrans("23456789", "٢٣٤٥٦٧٨٩"))

    sent = app.test_client().send(
        "/recover/code", user_name="fatima", code=typed, new_password="sable lune panier", again="sable lune panier"
    )

    assert sent.status_code == 303


@pytest.mark.parametrize("page", [*OWN_PAGES, "/admin/people"])
def test_a_browser_that_many_share_keeps_no_page_of_an_account(people, signed_in_client, page):
    assert signed_in_client(people.admin()).get(page).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("page", ["progress", "gradebook", "cohorts", "cohorts/{cohort}", "cohorts/{cohort}/gradebook"])
def test_a_browser_that_many_share_keeps_nobodys_grades(people, signed_in_client, page):
    course = people.course()
    path = f"/courses/{people.course_key(course)}/{page.format(cohort=people.cohort(course))}"

    assert signed_in_client(people.admin()).get(path).headers["Cache-Control"] == "private, no-store"


def test_other_pages_may_be_gone_back_to(client, people, signed_in_client):
    assert signed_in_client(people.person()).get("/").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/sign-in").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(("page", "fields"), [("/sign-out", {}), ("/profile/erase", {"password": PASSWORD})])
def test_leaving_empties_what_the_browser_kept(people, signed_in_client, page, fields):
    left = signed_in_client(people.person()).send(page, **fields)

    assert (left.status_code, left.headers["Clear-Site-Data"]) == (303, '"cache"')
