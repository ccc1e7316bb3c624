"""One person asks, another decides; nobody does both, whatever their role."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, update

from lms_app.adapters.credentials import credential_by_code
from lms_app.domain.actors import SITE, Actor, Place, PlaceKind, Role
from lms_app.domain.certificates import State
from lms_app.domain.errors import Conflict, Invalid, NotFound, Refused
from lms_app.domain.keys import PersonId
from lms_app.model import AuditEntry, CredentialEntry, Person, RoleGrant, StatusRequest
from lms_app.services.credentials import correcting, programmes, requests, revoking
from lms_app.services.credentials.registry import facts_in, state_in
from lms_app.services.credentials.requests import POSSIBLE, Kind
from lms_app.storage.transaction import transaction
from tests.services.credentials.academy import GRADE, Academy


@pytest.fixture
def code(academy: Academy) -> str:
    academy.pass_quiz(academy.learner())
    with transaction(academy.sessions) as session:
        return session.scalars(select(CredentialEntry.code)).one()


@pytest.fixture
def karima(academy: Academy) -> Actor:
    return keeper(academy, name_latin="Karima Ouhssaine")


@pytest.fixture
def driss(academy: Academy) -> Actor:
    return keeper(academy)


def keeper(academy: Academy, **columns: Any) -> Actor:
    place = Place(PlaceKind.COURSE, academy.course)
    return Actor(PersonId(academy.people.coordinator(academy.course, **columns)), roles=frozenset({(Role.COORDINATOR, place)}))


def ask(academy: Academy, actor: Actor, code: str, kind: Kind, reason: str = "why", **changes: str) -> int:
    with transaction(academy.sessions) as session:
        return requests.ask(session, actor, code, kind=kind, reason=reason, changes=changes, now=academy.clock())


def decide(academy: Academy, actor: Actor, code: str, number: int, *, accepted: bool = True) -> tuple[Kind, str]:
    with transaction(academy.sessions) as session:
        return requests.decide(session, actor, code, number, accepted=accepted, issuer=academy.issuer, now=academy.clock())


def state(academy: Academy, code: str) -> State:
    return state_in(row(academy, code), academy.clock().date())


def row(academy: Academy, code: str) -> Any:
    with transaction(academy.sessions, writes=False) as session:
        return credential_by_code(session, code)


def test_what_is_asked_happens_when_another_accepts(academy, code, karima, driss):
    seen = []
    for kind in (Kind.SUSPEND, Kind.REINSTATE, Kind.REVOKE):
        number = ask(academy, karima, code, kind, reason="Délivré à une homonyme.")
        before = state(academy, code)
        decide(academy, driss, code, number)
        seen.append((before, state(academy, code)))

    assert seen == [(State.VALID, State.SUSPENDED), (State.SUSPENDED, State.VALID), (State.VALID, State.REVOKED)]
    assert row(academy, code)["revoked_reason"] == "Délivré à une homonyme."


def test_a_correction_replaces_the_certificate(academy, code, karima, driss):
    number = ask(
        academy, karima, code, Kind.CORRECT, name_latin="Zineb El Alaoui", city="", place="Taroudant", name_arabic="زينب العلوي"
    )
    with transaction(academy.sessions, writes=False) as session:
        (waiting,) = requests.waiting_for(session, driss)
    kind, new = decide(academy, driss, code, number)

    assert waiting.changes == (("name_latin", "Zineb Alaoui", "Zineb El Alaoui"), ("city", "Agadir", ""))
    assert (kind, state(academy, code), state(academy, new)) == (Kind.CORRECT, State.REPLACED, State.VALID)
    assert facts_in(row(academy, new)["record"])["name_latin"] == "Zineb El Alaoui"
    assert row(academy, new)["holder"] != row(academy, code)["holder"], "found by the new name"


@pytest.mark.parametrize("accepted", [True, False])
def test_nobody_decides_what_they_asked_not_even_an_administrator(academy, code, accepted):
    admin = Actor(PersonId(academy.people.admin()), roles=frozenset({(Role.SITE_ADMIN, SITE)}))
    number = ask(academy, admin, code, Kind.REVOKE)

    with pytest.raises(Refused, match="own_request"):
        decide(academy, admin, code, number, accepted=accepted)
    assert state(academy, code) is State.VALID


def test_holders_do_not_decide_about_their_own(academy, code, karima):
    holder = Actor(PersonId(row(academy, code)["person_id"]), roles=frozenset({(Role.SITE_ADMIN, SITE)}))
    number = ask(academy, karima, code, Kind.SUSPEND)

    with pytest.raises(Refused, match="own_certificate"):
        decide(academy, holder, code, number, accepted=False)


def test_a_request_is_decided_once(academy, code, karima, driss):
    number = ask(academy, karima, code, Kind.REVOKE)
    decide(academy, driss, code, number, accepted=False)

    with pytest.raises(Conflict, match="decided_already"):
        decide(academy, driss, code, number)
    assert state(academy, code) is State.VALID


def test_one_request_waits_at_a_time_and_can_be_taken_back(academy, code, karima, driss):
    number = ask(academy, karima, code, Kind.REVOKE)
    with pytest.raises(Conflict, match="request_waits_already"):
        ask(academy, driss, code, Kind.SUSPEND)
    with transaction(academy.sessions) as session, pytest.raises(NotFound):
        requests.take_back(session, driss, code, number, now=academy.clock())
    with transaction(academy.sessions) as session:
        requests.take_back(session, karima, code, number, now=academy.clock())
    again = ask(academy, driss, code, Kind.SUSPEND)

    with transaction(academy.sessions, writes=False) as session:
        told = [(one.id, one.decision, one.is_own) for one in requests.requests_about(session, karima, code)]
    assert told == [(again, "", False), (number, "taken_back", True)]


def test_a_request_about_one_certificate_cannot_be_decided_on_another(academy, code, karima, driss):
    number = ask(academy, karima, code, Kind.REVOKE)
    other = academy.people.credential(academy.learner(), academy.course)

    with pytest.raises(NotFound, match="no_such_request"):
        decide(academy, driss, other, number)


@pytest.mark.parametrize(
    ("kind", "reason", "changes", "code_of_error"),
    [
        (Kind.REVOKE, "  ", {}, "reason_needed"),
        (Kind.REVOKE, "hidden\u202e", {}, "hidden_characters"),
        (Kind.CORRECT, "why", {"name_latin": "Zineb Alaoui"}, "nothing_to_correct"),
        (Kind.CORRECT, "why", {"grade_percent": "100", "hours": "900", "issuer": "X"}, "nothing_to_correct"),
        (Kind.CORRECT, "why", {"name_latin": "زينب"}, "name_not_latin"),
        (Kind.CORRECT, "why", {"starts_on": "yesterday"}, "field_not_right"),
    ],
)
def test_what_cannot_be_asked_is_refused(academy, code, karima, kind, reason, changes, code_of_error):
    with pytest.raises(Invalid, match=code_of_error):
        ask(academy, karima, code, kind, reason, **changes)


def test_nothing_brings_back_a_certificate_that_was_withdrawn(academy, code, karima, driss):
    decide(academy, driss, code, ask(academy, karima, code, Kind.REVOKE))

    assert (POSSIBLE[State.REVOKED], POSSIBLE[State.REPLACED]) == ((), ())
    for kind in Kind:
        with pytest.raises(Conflict, match="not_possible_in_this_state"):
            ask(academy, karima, code, kind)


def test_keepers_see_what_waits_in_their_own_courses(academy, code, karima, driss):
    ask(academy, karima, code, Kind.REVOKE)
    elsewhere = Actor(PersonId(1), roles=frozenset({(Role.COORDINATOR, Place(PlaceKind.COURSE, academy.people.course()))}))

    with transaction(academy.sessions, writes=False) as session:
        seen = [[one.code for one in requests.waiting_for(session, actor)] for actor in (driss, elsewhere)]
        (one,) = requests.waiting_for(session, driss)
    assert (seen, one.asked_by) == ([[code], []], "Karima Ouhssaine")


def test_the_audit_names_both_and_keeps_no_reason(academy, code, karima, driss):
    decide(academy, driss, code, ask(academy, karima, code, Kind.SUSPEND, reason="Amina Ouaziz a triché"))

    with transaction(academy.sessions, writes=False) as session:
        acts = [(act.action, act.actor_id) for act in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
        details = str([act.detail for act in session.scalars(select(AuditEntry))])
        log = [entry.kind for entry in session.scalars(select(CredentialEntry).order_by(CredentialEntry.id))]
        (kept,) = session.scalars(select(StatusRequest))
    assert [act for act in acts if act[0].startswith("credential.")] == [
        ("credential.asked", karima.person_id),
        ("credential.accepted", driss.person_id),
        ("credential.suspend", driss.person_id),
    ]
    assert "Amina" not in details
    assert log[-1] == "suspended"
    assert (kept.asked_by, kept.decided_by) == (karima.person_id, driss.person_id)


def test_what_its_state_forbids_meanwhile_is_not_done_and_can_still_be_refused(academy, code, karima, driss):
    number = ask(academy, karima, code, Kind.CORRECT, name_latin="Zineb El Alaoui")
    with transaction(academy.sessions) as session:
        revoking.suspend(session, karima, code, reason="under review", now=academy.clock())

    with pytest.raises(Conflict, match="not_possible_in_this_state"):
        decide(academy, driss, code, number)
    with transaction(academy.sessions) as session, pytest.raises(Conflict, match="suspended_till_decided"):
        correcting.correct(session, driss, code, changes={"place": "X"}, reason="y", issuer=academy.issuer, now=academy.clock())
    assert state(academy, code) is State.SUSPENDED
    decide(academy, driss, code, number, accepted=False)


@pytest.mark.parametrize("left", ["role", "account"])
def test_who_keeps_the_register_no_more_has_asked_for_nothing(academy, code, karima, driss, left):
    number = ask(academy, karima, code, Kind.REVOKE)
    with transaction(academy.sessions) as session:
        if left == "role":
            session.execute(delete(RoleGrant).where(RoleGrant.person_id == karima.person_id))
        else:
            session.execute(update(Person).where(Person.id == karima.person_id).values(active=False))

    with pytest.raises(Conflict, match="asker_keeps_no_more"):
        decide(academy, driss, code, number)
    assert state(academy, code) is State.VALID
    decide(academy, driss, code, number, accepted=False)


def test_what_has_expired_is_renewed_and_not_corrected(academy):
    academy.awards = [{**GRADE, "valid_months": 12}]
    karima, driss = keeper(academy), keeper(academy)
    academy.pass_quiz(person := academy.learner())
    code = academy.rows(person)[0].code
    number = ask(academy, karima, code, Kind.CORRECT, name_latin="Zineb El Alaoui")
    academy.clock.go_on(days=400)

    with pytest.raises(Conflict, match="expired_renew_instead"):
        decide(academy, driss, code, number)
    decide(academy, driss, code, number, accepted=False)
    with pytest.raises(Conflict, match="expired_renew_instead"):
        ask(academy, karima, code, Kind.CORRECT, name_latin="Zineb El Alaoui")
    with transaction(academy.sessions) as session, pytest.raises(Conflict, match="expired_renew_instead"):
        correcting.correct(session, driss, code, changes={"place": "X"}, reason="y", issuer=academy.issuer, now=academy.clock())
    assert Kind.CORRECT not in POSSIBLE[State.EXPIRED]


@pytest.mark.parametrize(("kind", "becomes"), [(Kind.SUSPEND, State.SUSPENDED), (Kind.REVOKE, State.REVOKED)])
def test_what_becomes_of_a_part_is_asked_of_the_whole_and_somebody_else_decides(academy, karima, driss, tmp_path, kind, becomes):
    other = Academy(academy.sessions, academy.clock, academy.people, tmp_path, awards=[GRADE])
    other.issuer = academy.issuer
    with transaction(academy.sessions) as session:
        both = [academy.key, other.key]
        programmes.create_unasked(session, key="TOT", titles={"fr": "TOT"}, courses=both, by=None, now=academy.clock())
    person = academy.learner()
    academy.people.enrol(person, other.course)
    academy.pass_quiz(person)
    other.pass_quiz(person)
    part, _, whole = (row.code for row in academy.rows(person))
    _, part = decide(academy, driss, part, ask(academy, karima, part, Kind.CORRECT, place="Tiznit"))

    decide(academy, driss, part, ask(academy, karima, part, kind, reason="Délivré par erreur."))

    admin = Actor(PersonId(academy.people.admin()), roles=frozenset({(Role.SITE_ADMIN, SITE)}))
    with transaction(academy.sessions, writes=False) as session:
        (asked,) = requests.waiting_for(session, admin)
        assert requests.resting_on(session, part) == (whole,)
    assert (asked.code, asked.kind, asked.reason, state(academy, whole)) == (whole, kind, "Délivré par erreur.", State.VALID)
    with pytest.raises(Refused, match="own_request"):
        decide(academy, driss, whole, asked.id)
    decide(academy, admin, whole, asked.id)
    assert state(academy, whole) is becomes
