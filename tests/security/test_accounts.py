"""Ways into somebody else's account."""

from __future__ import annotations

import re
import statistics
import time
from email import message_from_bytes, policy

import pytest
from sqlalchemy import select

from lms_app.adapters.mail import deliver
from lms_app.adapters.outbox import mark_done
from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import AuditEntry, Outbox, Person, RecoveryCode, RoleGrant, SignIn
from lms_app.services.accounts import passwords
from lms_app.storage.transaction import transaction
from tests.people import PASSWORD

OTHER = "sable lune panier"


def cookie_of(client):
    cookie = client.get_cookie("takwin")
    return cookie.value if cookie else None


def is_signed_in(client):
    return client.get("/profile").status_code == 200


# Signing in


def test_wrong_name_and_wrong_password_are_answered_alike(client, people):
    people.person(user_name="zineb")

    known = client.send("/sign-in", identifier="zineb", password="wrong wrong wrong")
    unknown = client.send("/sign-in", identifier="nobody", password="wrong wrong wrong")

    def without_token(page):
        return re.sub(r'value="[^"]*"', "", page.text)

    assert (known.status_code, unknown.status_code) == (422, 422)
    assert without_token(known) == without_token(unknown)


def test_an_unknown_account_takes_as_long_as_a_wrong_password():
    kept = passwords.new_hash(PASSWORD)

    def seconds(stored):
        before = time.perf_counter()
        passwords.matches("wrong wrong wrong", stored)
        return time.perf_counter() - before

    seconds("")
    known = statistics.median(seconds(kept) for _ in range(5))
    unknown = statistics.median(seconds("") for _ in range(5))
    assert 0.3 < unknown / known < 3


def test_guessing_an_account_ends_after_ten_tries_and_goes_on_later(client, people, clock):
    people.person(user_name="zineb")
    tries = [client.send("/sign-in", identifier="zineb", password=f"guess number {n}").status_code for n in range(11)]

    assert tries == [422] * 10 + [429]
    refused = client.send("/sign-in", identifier="ZINEB", password=PASSWORD)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "900"
    clock.go_on(minutes=16)
    assert client.send("/sign-in", identifier="zineb", password=PASSWORD).status_code == 303


def test_another_address_may_still_sign_in(client, people):
    people.person(user_name="zineb")
    for n in range(12):
        client.send("/sign-in", identifier="zineb", password=f"guess number {n}")

    elsewhere = client.post(
        "/sign-in",
        data={"identifier": "zineb", "password": PASSWORD, "csrf_token": client.token()},
        environ_overrides={"REMOTE_ADDR": "192.0.2.7"},
    )

    assert elsewhere.status_code == 303


def test_trying_one_password_on_many_accounts_ends_too(client):
    tries = [client.send("/sign-in", identifier=f"person{n}", password=OTHER).status_code for n in range(101)]

    assert tries == [422] * 100 + [429]


def test_a_whole_classroom_behind_one_address_gets_in(app, people):
    for n in range(40):
        people.person(user_name=f"learner{n}")

    assert {app.test_client().send("/sign-in", identifier=f"learner{n}", password=PASSWORD).status_code for n in range(40)} == {303}


def test_an_address_that_two_sisters_share_signs_nobody_in(client, people):
    people.person(user_name="amina", phone="+212612345678", email="sisters@example.org")
    assert client.send("/sign-in", identifier="06 12 34 56 78", password=PASSWORD).status_code == 303
    client.send("/sign-out")

    people.person(user_name="samia", phone="+212612345678", email="Sisters@example.org")

    for shared in ("06 12 34 56 78", "٠٦١٢٣٤٥٦٧٨", "sisters@example.org"):
        assert client.send("/sign-in", identifier=shared, password=PASSWORD).status_code == 422
    assert client.send("/sign-in", identifier="samia", password=PASSWORD).status_code == 303


def test_a_closed_account_is_closed(client, people):
    people.person(user_name="zineb", active=False)

    assert client.send("/sign-in", identifier="zineb", password=PASSWORD).status_code == 422


# Sessions


def test_a_cookie_planted_beforehand_is_worth_nothing_after_signing_in(app, people):
    people.person(user_name="zineb")
    mallory = people.person()
    planted = people.cookie(mallory)
    client = app.test_client()
    client.set_cookie("takwin", planted)

    client.send("/sign-in", identifier="zineb", password=PASSWORD)

    assert cookie_of(client) not in (None, planted)
    replay = app.test_client()
    replay.set_cookie("takwin", planted)
    assert not is_signed_in(replay)


def test_signing_out_ends_the_session_itself_not_only_the_cookie(app, people, signed_in_client):
    client = signed_in_client(people.person())
    stolen = cookie_of(client)
    client.send("/sign-out")

    thief = app.test_client()
    thief.set_cookie("takwin", stolen)

    assert not is_signed_in(thief)


@pytest.mark.parametrize("cookie", ["", "x", "1.", ".x", "1.x", "9" * 40 + ".x", "-1.x", "１.x", "1.x.y", "0.'", "%00.x"])
def test_made_up_cookies_sign_nobody_in(app, people, cookie):
    people.person()
    client = app.test_client()
    client.set_cookie("takwin", cookie)

    assert not is_signed_in(client)


def test_a_cookie_of_one_person_does_not_become_anothers_by_its_number(app, people):
    first, second = people.person(), people.person()
    token = people.cookie(first).partition(".")[2]
    client = app.test_client()
    client.set_cookie("takwin", f"{second}.{token}")

    assert not is_signed_in(client)


def test_the_database_does_not_hold_what_signs_in(people, session):
    token = people.cookie(people.person()).partition(".")[2]

    assert token not in session.scalars(select(SignIn.token_hash)).all()


def test_unused_devices_and_old_devices_are_signed_out(people, signed_in_client, clock):
    person = people.person()
    idle = signed_in_client(person)
    clock.go_on(days=29)
    assert is_signed_in(idle)
    clock.go_on(days=29)
    assert is_signed_in(idle)
    clock.go_on(days=31)
    assert not is_signed_in(idle)

    used = signed_in_client(person)
    for _ in range(9):
        clock.go_on(days=20)
        is_signed_in(used)
    assert not is_signed_in(used)


def test_the_cookie_is_for_this_host_and_out_of_reach_of_scripts(client, people):
    people.person(user_name="zineb")

    sent = client.send("/sign-in", identifier="zineb", password=PASSWORD)

    cookie = next(value for value in sent.headers.getlist("Set-Cookie") if value.startswith("takwin="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Domain" not in cookie


def test_last_used_is_written_at_most_every_ten_minutes(people, signed_in_client, clock, queries):
    client = signed_in_client(people.person())

    def writes():
        with queries() as counted:
            client.get("/profile/data")
        return sum(statement.startswith("UPDATE") for statement in counted.statements)

    assert writes() == 0
    clock.go_on(minutes=11)
    assert (writes(), writes()) == (1, 0)


def test_knowing_who_asks_costs_one_read_however_many_roles(people, signed_in_client, queries):
    person = people.admin()
    with transaction(people.sessions) as session:
        for number in range(5):
            session.add(
                RoleGrant(person_id=person, role="trainer", place_kind="course", place_id=number, granted_at=people.clock())
            )
    client = signed_in_client(person)
    client.get("/profile/data")

    with queries() as counted:
        client.get("/profile/data")

    assert len(counted) == 2  # the other counts the work that waits, since they teach


def test_a_person_sees_and_ends_own_devices_only(people, signed_in_client, sessions):
    mine, other = people.person(), people.person()
    client, second, stranger = signed_in_client(mine), signed_in_client(mine), signed_in_client(other)
    device = re.findall(r'name="device" value="(\w+)"', client.get("/profile/devices").text)
    assert len(device) == 1

    assert stranger.send("/profile/devices/end", device=device[0]).status_code == 404
    assert is_signed_in(second)
    assert client.send("/profile/devices/end", device=device[0]).status_code == 303
    assert not is_signed_in(second)
    assert is_signed_in(client)


# Passwords


def test_a_new_password_signs_the_other_devices_out(people, signed_in_client):
    person = people.person()
    client, other = signed_in_client(person), signed_in_client(person)

    sent = client.send("/profile/password", password=PASSWORD, new_password=OTHER, again=OTHER)

    assert sent.status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_changing_the_password_takes_the_present_one_and_tries_are_counted(people, signed_in_client):
    client = signed_in_client(people.person())

    tries = [client.send("/profile/password", password="guess", new_password=OTHER, again=OTHER).status_code for _ in range(11)]

    assert tries == [422] * 10 + [429]


@pytest.mark.parametrize(
    "weak",
    [
        "short", "password123", "Motdepasse2026!", "1234567890", "0000000000", "aaaaaaaaaaaa", "abababababab", "azertyuiop",
        "qwertyuiop1", "٠١٢٣٤٥٦٧٨٩", "cooperative1", "zinebzineb2026", "+212612345678", "x" * 300,
    ],
)  # fmt: skip
def test_passwords_that_anybody_guesses_are_refused(client, weak):
    sent = client.send("/sign-up", user_name="zinebzineb", password=weak, phone="+212612345678", language="en")

    assert sent.status_code == 422
    assert sent.text.count('class="tk-wrong"') == 1


@pytest.mark.parametrize("good", ["olive vent lampe", "زيتون ريح مصباح", "correct-horse-battery", "vent olive"])
def test_words_that_do_not_belong_together_are_a_password(good):
    passwords.check_password(good, about=("zineb",))


def test_the_same_password_from_another_keyboard_matches():
    assert passwords.matches("caf\u00e9 olive vent", passwords.new_hash("cafe\u0301 olive vent"))


def test_a_form_can_not_slip_in_what_it_does_not_ask_for(client, session):
    client.send(
        "/sign-up", user_name="mallory", password=PASSWORD, language="en",
        role="site_admin", is_demo="1", active="", id="1", created_at="2000-01-01", uniquifier="x",
    )  # fmt: skip

    person = session.scalars(select(Person).where(Person.user_name == "mallory")).one()
    assert (person.is_demo, person.active, person.uniquifier == "x") == (False, True, False)
    assert session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).all() == []


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
