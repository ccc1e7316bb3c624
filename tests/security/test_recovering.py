"""A lost password: letters, codes from a trainer, and roles that nobody gives themselves."""

from __future__ import annotations

import re
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from lms_app.adapters.mail import deliver
from lms_app.adapters.outbox import mark_done
from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import AuditEntry, Outbox, RecoveryCode, RoleGrant
from tests.people import PASSWORD
from tests.security.accounts_acts import OTHER, is_signed_in

# Recovery by letter


def letters(session):
    session.expire_all()
    return [row.payload for row in session.scalars(select(Outbox).order_by(Outbox.id)) if row.payload["to"]]


def link_in(letter):
    return re.search(r"(http\S+)/recover/(\S+)", letter["text"]).groups()


def test_asking_for_a_letter_tells_nothing(client, people, session):
    people.person(email="zineb@example.org")

    known = client.send("/recover", email="zineb@example.org")
    unknown = client.send("/recover", email="nobody@example.org")

    def words(page):
        return re.sub(r'value="[^"]*"', "", page.text)

    assert words(known) == words(unknown)
    assert [letter["to"] for letter in letters(session)] == ["zineb@example.org"]
    assert len(session.scalars(select(Outbox)).all()) == 2, "the same work is done for nobody"


def test_the_link_leads_to_the_site_of_the_settings_whatever_host_was_asked(app, client, people, session):
    people.person(email="zineb@example.org")

    client.post(
        "/recover",
        data={"email": "zineb@example.org", "csrf_token": client.token()},
        headers={"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"},
    )
    evil = app.test_client()
    token = re.search(r'csrf_token" value="([^"]+)', evil.get("/x", base_url="http://evil.example").text)[1]
    evil.post("/recover", data={"email": "zineb@example.org", "csrf_token": token}, base_url="http://evil.example")

    assert [link_in(letter)[0] for letter in letters(session)] == ["http://localhost"] * 2


def test_a_letter_gives_a_new_password_once_and_ends_every_session(app, client, people, signed_in_client, session):
    person = people.person(user_name="zineb", email="zineb@example.org", language="fr")
    thief = signed_in_client(person)
    client.send("/recover", email="ZINEB@example.org")
    [letter] = letters(session)
    assert letter["language"] == "fr"
    path = f"/recover/{link_in(letter)[1]}"

    assert client.get(path).status_code == 200
    assert client.send(path, new_password=OTHER, again=OTHER).status_code == 303

    assert is_signed_in(client)
    assert not is_signed_in(thief)
    assert app.test_client().get(path).status_code == 422
    assert app.test_client().send("/sign-in", identifier="zineb", password=OTHER).status_code == 303


def test_links_end_after_two_hours_and_cannot_be_made_up(client, people, session, clock):
    people.person(email="zineb@example.org")
    client.send("/recover", email="zineb@example.org")
    token = link_in(letters(session)[0])[1]

    forged = token[:-5] + ("A" if token[-5] != "A" else "B") + token[-4:]
    assert client.get(f"/recover/{forged}").status_code == 422
    assert client.get("/recover/WzEsIngiLDFd.x").status_code == 422
    clock.go_on(hours=2, minutes=1)
    assert client.get(f"/recover/{token}").status_code == 422


def test_a_link_ends_when_the_email_changes(client, people, session, signed_in_client):
    person = people.person(email="zineb@example.org")
    client.send("/recover", email="zineb@example.org")
    token = link_in(letters(session)[0])[1]

    signed_in_client(person).send("/profile", email="new@example.org", language="en", password=PASSWORD)

    assert client.get(f"/recover/{token}").status_code == 422


def test_each_of_the_sisters_gets_a_letter(client, people, session):
    people.person(user_name="amina", email="sisters@example.org")
    people.person(user_name="samia", email="sisters@example.org")

    client.send("/recover", email="sisters@example.org")

    assert [re.search(r"account (\w+)", letter["text"])[1] for letter in letters(session)] == ["amina", "samia"]


def test_letters_can_not_be_used_to_flood_somebody(client, people):
    people.person(email="zineb@example.org")

    tries = [client.send("/recover", email=email).status_code for email in ["zineb@example.org", "Zineb@Example.org"] * 3]

    assert tries == [200] * 5 + [429]


def test_letters_without_a_server_are_kept_as_files(app, client, people, session):
    people.person(email="zineb@example.org", name_arabic="زينب", language="ar")
    client.send("/recover", email="zineb@example.org")
    settings = app.extensions["takwin"].settings

    for row in session.scalars(select(Outbox)):
        deliver(row.payload, settings=settings)

    [path] = (settings.home / "mail").iterdir()
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert letter["To"] == "zineb@example.org"
    assert "زينب" in letter.get_content()
    assert "/recover/" in letter.get_content()


def test_a_letter_is_not_kept_once_it_is_sent(client, people, session, clock):
    people.person(email="zineb@example.org")
    client.send("/recover", email="zineb@example.org")
    [row] = session.scalars(select(Outbox)).all()

    mark_done(session, row.id, now=clock())

    session.expire_all()
    assert (row.payload, row.done_at) == ({}, clock())


def test_letters_that_wait_go_with_an_erased_account_alone(client, people, session, signed_in_client):
    person = people.person(user_name="amina", email="sisters@example.org")
    people.person(user_name="samia", email="sisters@example.org")
    client.send("/recover", email="sisters@example.org")

    signed_in_client(person).send("/profile/erase", password=PASSWORD)

    assert [re.search(r"account (\w+)", letter["text"])[1] for letter in letters(session)] == ["samia"]


# Recovery by a code on paper


def code_on(card):
    return re.search(r"\b([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})\b", card.text)[1]


@pytest.fixture
def cohort_staff(people):
    course = people.course()
    cohort = people.cohort(course)
    trainer = people.person(Role.TRAINER, Place(PlaceKind.COHORT, cohort))
    return course, cohort, trainer


def test_a_code_gives_a_new_password_once(app, client, people, signed_in_client, cohort_staff, session):
    course, cohort, trainer = cohort_staff
    learner = people.learner(course, cohort, user_name="zineb")
    code = code_on(signed_in_client(trainer).send(f"/people/{learner}/recovery-code"))

    written_by_hand = code.replace("-", " ").lower()
    sent = client.send("/recover/code", user_name="Zineb", code=written_by_hand, new_password=OTHER, again=OTHER)

    assert sent.status_code == 303
    assert is_signed_in(client)
    again = app.test_client().send("/recover/code", user_name="zineb", code=code, new_password=PASSWORD, again=PASSWORD)
    assert again.status_code == 422
    actions = session.scalars(select(AuditEntry.action).where(AuditEntry.subject == f"person:{learner}")).all()
    assert "recovery_code_issued" in actions


def test_a_code_ends_after_a_day_and_with_the_next_one(client, people, signed_in_client, cohort_staff, clock):
    course, cohort, trainer = cohort_staff
    learner = people.learner(course, cohort, user_name="zineb")
    desk = signed_in_client(trainer)
    first, second = (code_on(desk.send(f"/people/{learner}/recovery-code")) for _ in range(2))

    def use(code):
        return client.send("/recover/code", user_name="zineb", code=code, new_password=OTHER, again=OTHER).status_code

    assert use(first) == 422
    clock.go_on(hours=24, minutes=1)
    assert use(second) == 422


def test_a_code_belongs_to_one_person(client, people, signed_in_client, cohort_staff):
    course, cohort, trainer = cohort_staff
    learner, _victim = people.learner(course, cohort), people.learner(course, cohort, user_name="victim")
    code = code_on(signed_in_client(trainer).send(f"/people/{learner}/recovery-code"))

    assert client.send("/recover/code", user_name="victim", code=code, new_password=OTHER, again=OTHER).status_code == 422


def test_codes_are_not_kept_in_clear(people, signed_in_client, cohort_staff, session):
    course, cohort, trainer = cohort_staff
    learner = people.learner(course, cohort)
    code = code_on(signed_in_client(trainer).send(f"/people/{learner}/recovery-code"))

    kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(kept) == 1
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_a_trainer_makes_no_code_for_learners_of_others_nor_for_anybody_with_a_role(people, signed_in_client, cohort_staff):
    course, cohort, trainer = cohort_staff
    other = people.learner(course, people.cohort(course))
    alone = people.learner(course)
    boss = people.admin()
    people.enrol(boss, course, cohort)
    desk = signed_in_client(trainer)

    assert desk.send(f"/people/{other}/recovery-code").status_code == 403
    assert desk.send(f"/people/{alone}/recovery-code").status_code == 403
    assert desk.send(f"/people/{boss}/recovery-code").status_code == 403
    assert signed_in_client(people.admin()).send(f"/people/{boss}/recovery-code").status_code == 200


def test_a_trainer_makes_no_code_for_somebody_whom_a_letter_reaches(people, signed_in_client, cohort_staff, session):
    course, cohort, trainer = cohort_staff
    learner = people.learner(course, cohort, email="zineb@example.org")

    sent = signed_in_client(trainer).send(f"/people/{learner}/recovery-code")

    assert (sent.status_code, "This person has an e-mail." in sent.text) == (403, True)
    assert session.scalars(select(RecoveryCode)).all() == []
    assert signed_in_client(people.admin()).send(f"/people/{learner}/recovery-code").status_code == 200  # a mailbox can be lost


def test_guessing_codes_ends_after_a_few_tries(client, people):
    people.person(user_name="zineb")

    tries = [
        client.send("/recover/code", user_name="zineb", code=f"{n:012}", new_password=OTHER, again=OTHER).status_code
        for n in range(6)
    ]

    assert tries == [422] * 5 + [429]


# Roles


def test_only_administrators_give_roles(people, signed_in_client, session):
    course = people.course()
    mallory = people.coordinator(course)

    for path in (f"/admin/people/{mallory}/grant", f"/admin/people/{mallory}/revoke"):
        assert signed_in_client(mallory).send(path, what="site_admin@site:0").status_code == 403
    assert session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == mallory)).all() == ["coordinator"]


@pytest.mark.parametrize(
    "what",
    ["", "site_admin@course:1", "learner@course:1", "trainer@course:999999", "trainer@site:1", "boss@site:0", "trainer@moon:1"],
)
def test_roles_that_there_are_not_are_not_given(people, signed_in_client, what):
    person = people.person()

    sent = signed_in_client(people.admin()).send(f"/admin/people/{person}/grant", what=what)

    assert sent.status_code in {404, 422}


def test_the_last_administrator_stays(people, signed_in_client, session):
    admin = people.admin()
    client = signed_in_client(admin)

    assert client.send(f"/admin/people/{admin}/revoke", what="site_admin@site:0").status_code == 409
    second = people.person()
    client.send(f"/admin/people/{second}/grant", what="site_admin@site:0")
    assert client.send(f"/admin/people/{second}/revoke", what="site_admin@site:0").status_code == 303
    actions = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject == f"person:{second}").order_by(AuditEntry.id)
    ).all()
    assert actions == ["role_granted", "role_revoked"]


# Hostile words on our own pages


def test_names_are_shown_as_text(people, signed_in_client):
    evil = "<script>alert(1)</script>"
    people.person(user_name="mallory", name_latin=evil, name_arabic=evil, email=evil, phone=evil)

    page = signed_in_client(people.admin()).get(f"/admin/people?q={evil}").text

    assert evil not in page
    assert "&lt;script&gt;" in page
