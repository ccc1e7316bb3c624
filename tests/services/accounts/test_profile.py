"""The profile, and what it takes."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from lms_app.domain.keys import PersonId
from lms_app.model import Outbox
from lms_app.services.accounts import profile
from lms_app.services.accounts.profile import Profile
from tests.people import PASSWORD


def test_everything_is_kept_as_it_will_be_printed(people, signed_in_client, session):
    person = people.person()

    sent = signed_in_client(person).send(
        "/profile", name_arabic="زينب  العلوي", name_latin="Zineb  Alaoui", country="MA", region="سوس - ماسة",
        language="ar", email="zineb@EXAMPLE.org", phone="٠٦ ١٢ ٣٤ ٥٦ ٧٨", password=PASSWORD,
    )  # fmt: skip

    assert sent.status_code == 303
    kept = profile.read(session, PersonId(person))
    assert kept == Profile(
        user_name=kept.user_name, name_arabic="زينب العلوي", name_latin="Zineb Alaoui", country="MA", region="Souss-Massa",
        language="ar", email="zineb@example.org", phone="+212612345678",
    )  # fmt: skip


def test_a_region_of_the_list_is_shown_in_the_readers_language(people, signed_in_client):
    person = people.person(country="MA", region="Souss-Massa", language="ar")

    assert 'value="سوس - ماسة"' in signed_in_client(person).get("/profile").text


def test_everything_wrong_is_told_at_once_and_nothing_is_stored(people, signed_in_client, session):
    person = people.person(name_latin="Zineb")

    sent = signed_in_client(person).send(
        "/profile", name_arabic="Zineb", name_latin="زينب", country="ZZ", region="a\u202eb", language="xx", email="x", phone="x"
    )

    assert sent.status_code == 422
    assert len(re.findall('class="tk-wrong"', sent.text)) >= 2
    assert profile.read(session, PersonId(person)).name_latin == "Zineb"


@pytest.mark.parametrize(
    ("country", "typed", "kept"), [("SN", "77 123 45 67", "+221771234567"), ("", "+33 6 12 34 56 78", "+33612345678")]
)
def test_phones_belong_to_the_country_unless_they_say_otherwise(people, signed_in_client, session, country, typed, kept):
    person = people.person()

    signed_in_client(person).send("/profile", country=country, phone=typed, language="fr")

    assert profile.read(session, PersonId(person)).phone == kept


@pytest.mark.parametrize("password", ["", "not mine at all"])
def test_a_new_email_takes_the_password(people, signed_in_client, session, password):
    person = people.person(email="zineb@example.org")

    sent = signed_in_client(person).send(
        "/profile", name_latin="Zineb", email="thief@example.org", language="en", password=password
    )

    assert sent.status_code == 422
    kept = profile.read(session, PersonId(person))
    assert (kept.email, kept.name_latin) == ("zineb@example.org", "")
    assert session.scalars(select(Outbox)).all() == []


def test_who_has_the_old_email_is_told_of_the_new_one(people, signed_in_client, session):
    person = people.person(user_name="zineb", email="zineb@example.org")
    client = signed_in_client(person)

    client.send("/profile", name_latin="Zineb", email="zineb@example.org", language="en")
    client.send("/profile", email="new@example.org", language="en", password=PASSWORD)

    assert profile.read(session, PersonId(person)).email == "new@example.org"
    [letter] = [row.payload for row in session.scalars(select(Outbox))]
    assert (letter["to"], letter["person"], "account zineb" in letter["text"]) == ("zineb@example.org", person, True)
    assert "new@example.org" not in letter["text"]


def test_a_profile_is_ones_own(people, signed_in_client, session):
    mine, other = people.person(), people.person(name_latin="Other")

    signed_in_client(mine).send(
        "/profile", name_latin="Mine", language="en", id=str(other), person_id=str(other), user_name="other"
    )

    assert profile.read(session, PersonId(other)).name_latin == "Other"
    assert profile.read(session, PersonId(mine)).user_name != "other"
