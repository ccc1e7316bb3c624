"""The pages of one's own account, each opened by somebody signed in, and by nobody."""

from __future__ import annotations

import pytest

from lms_app.domain.actors import Place, PlaceKind, Role

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
