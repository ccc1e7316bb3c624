"""Taking one's data out, and being forgotten."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import inspect, select

from lms_app.model import BlockState, Credential, Enrolment, Person, RoleGrant, SignIn
from lms_app.services.accounts.leaving import FILES
from lms_app.storage.base import Base
from lms_app.storage.transaction import transaction
from tests.people import PASSWORD


@pytest.fixture
def zineb(people, clock):
    """Somebody with everything that a person can have here."""
    course = people.course()
    person = people.learner(
        course, people.cohort(course), user_name="zineb", email="zineb@example.org", phone="+212612345678",
        name_arabic="زينب العلوي", name_latin="Zineb Alaoui", country="MA", region="Souss-Massa",
    )  # fmt: skip
    people.credential(person, course, record='{"name": "Zineb Alaoui"}', code="ZINEB1")
    with transaction(people.sessions) as session:
        session.add(
            BlockState(
                person_id=person, course_id=course, block_id="coop_quiz/one", version=1, state={"answer": 42}, updated_at=clock()
            )
        )
    return person


def test_the_take_out_holds_everything_but_keys(zineb, people, signed_in_client):
    people.learner(people.course(), user_name="somebodyelse", name_latin="Somebody Else")

    sent = signed_in_client(zineb).send("/profile/data/take-out")

    archive = zipfile.ZipFile(io.BytesIO(sent.data))
    files = {name: archive.read(name).decode() for name in archive.namelist()}
    assert json.loads(files["account.json"])["name_arabic"] == "زينب العلوي"
    assert json.loads(files["answers.json"])[0]["state"] == {"answer": 42}
    assert json.loads(files["enrolments.json"])[0]["course"].startswith("course-v1:Test+")
    assert json.loads(files["certificates/ZINEB1.json"]) == {"name": "Zineb Alaoui"}
    everything = "\n".join(files.values())
    assert "argon2" not in everything
    assert "Somebody Else" not in everything
    assert sent.headers["Cache-Control"] == "no-store"


def test_every_table_about_people_is_in_the_take_out():
    about_people = {table.name for table in Base.metadata.sorted_tables if "person_id" in table.columns}

    assert {table.__tablename__ for table in FILES.values()} == about_people - {"recovery_code"}


def test_an_erasure_empties_the_person_and_keeps_what_is_printed(zineb, people, signed_in_client, session):
    client, other_device = signed_in_client(zineb), signed_in_client(zineb)

    sent = client.send("/profile/erase", password=PASSWORD)

    assert sent.status_code == 303
    assert client.get_cookie("takwin") is None
    assert other_device.get("/profile").status_code == 303
    person = session.get_one(Person, zineb)
    kept = {column.key: getattr(person, column.key) for column in inspect(Person).column_attrs}
    assert "zineb" not in str(kept).lower()
    assert "212612345678" not in str(kept)
    assert (person.country, person.region, person.name_arabic) == ("", "", "")
    assert session.scalars(select(SignIn).where(SignIn.person_id == zineb)).all() == []
    assert session.scalars(select(BlockState.state).where(BlockState.person_id == zineb)).all() == [{"answer": 42}]
    assert session.scalars(select(Credential.record).where(Credential.person_id == zineb)).all() == ['{"name": "Zineb Alaoui"}']
    enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == zineb)).one()
    assert (enrolment.left_at is not None, enrolment.cohort_id) == (True, None)


def test_an_erased_account_opens_no_more_and_its_name_is_free(zineb, app, signed_in_client):
    signed_in_client(zineb).send("/profile/erase", password=PASSWORD)

    assert app.test_client().send("/sign-in", identifier="zineb", password=PASSWORD).status_code == 422
    assert app.test_client().send("/sign-up", user_name="zineb", password=PASSWORD, language="ar").status_code == 303


def test_an_erasure_takes_the_password(zineb, signed_in_client, session):
    sent = signed_in_client(zineb).send("/profile/erase", password="not mine at all")

    assert sent.status_code == 422
    assert session.get_one(Person, zineb).erased_at is None


def test_an_administrator_gives_the_role_back_first(people, signed_in_client, session):
    admin = people.admin()

    assert signed_in_client(admin).send("/profile/erase", password=PASSWORD).status_code == 409
    assert session.scalars(select(RoleGrant).where(RoleGrant.person_id == admin)).all() != []
