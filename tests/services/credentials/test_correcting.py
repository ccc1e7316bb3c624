"""A correction is another certificate with its history; what was signed stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from lms_app.adapters.credentials import credential_by_code
from lms_app.domain.actors import ANONYMOUS
from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.keys import course_parts
from lms_app.model import CredentialEntry, Person, StatusList
from lms_app.services.credentials import correcting, revoking
from lms_app.storage.transaction import transaction
from takwin_certificates.keys import TrustedKey
from takwin_certificates.record import Record
from takwin_certificates.signing import Signature, fits
from tests.services.credentials.academy import ATTENDED, GRADE, Academy
from tests.services.credentials.test_issuing import note


def correct(academy: Academy, code: str, reason: str = "misspelt", **changes: Any) -> str:
    actor = academy.trainer
    with transaction(academy.sessions) as session:
        return correcting.correct(session, actor, code, changes=changes, reason=reason, issuer=academy.issuer, now=academy.clock())


@pytest.fixture
def code(academy: Academy) -> str:
    """The code of a certificate of completion."""
    academy.pass_quiz(academy.learner())
    with transaction(academy.sessions) as session:
        session.execute(update(StatusList).values(is_stale=False))
        return session.scalars(select(CredentialEntry.code)).one()


def rows_by_code(academy: Academy, *codes: str) -> list[Any]:
    with transaction(academy.sessions, writes=False) as session:
        return [credential_by_code(session, code) for code in codes]


def test_a_correction_is_the_next_issue_and_the_old_one_names_it(academy: Academy, code: str) -> None:
    (before,) = rows_by_code(academy, code)
    academy.clock.go_on(days=3)

    new = correct(academy, code, name_latin="Zineb El Alaoui", hours="28", trainers="Samira Bennani\nOmar Idrissi")

    old, row = rows_by_code(academy, code, new)
    was, now = Record.from_json(old["record"]), Record.from_json(row["record"])
    assert (old["record"], old["signature"]) == (before["record"], before["signature"])
    assert (old["replaced_by"], old["revoked_reason"], old["revoked_at"]) == (new, correcting.REPLACED, academy.clock())
    assert (row["issue"], row["award"], row["person_id"], row["cohort_id"]) == (2, old["award"], old["person_id"], old["cohort_id"])
    assert (now.name_latin, now.hours, now.trainers, now.replaces) == (
        "Zineb El Alaoui",
        28,
        ("Samira Bennani", "Omar Idrissi"),
        code,
    )
    assert (now.name_arabic, now.titles, now.version, now.criteria) == (was.name_arabic, was.titles, was.version, was.criteria)
    assert now.number.startswith(f"MA-{course_parts(academy.key)[1]}-2026-000002-")
    assert now.subject != was.subject
    assert now.status != was.status
    assert now.issued_at == academy.clock()
    assert row["holder"].startswith("zineb el alaoui")
    trusted = {row["key_id"]: TrustedKey(row["key_id"], "")}
    assert fits(row["record"].encode(), Signature.from_text(row["key_id"], row["signature"]), trusted=trusted)
    with transaction(academy.sessions, writes=False) as session:
        assert {row.is_stale for row in session.scalars(select(StatusList))} == {True}
        entries = [
            (row.kind, row.code, row.facts.get("by"))
            for row in session.scalars(select(CredentialEntry).order_by(CredentialEntry.id))
        ]
    assert entries == [("issued", code, None), ("issued", new, None), ("replaced", code, new)]


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"grade_percent": "100"}, "not_correctable", "grade_percent"),
        ({"kind": "competence"}, "not_correctable", "kind"),
        ({"hours": "many"}, "field_not_right", "hours"),
        ({"starts_on": "yesterday"}, "field_not_right", "starts_on"),
        ({"name_latin": "زينب"}, "correction_not_printable", "name_latin"),
        ({"template": "none"}, "correction_not_printable", "template"),
        ({"name_latin": "Zineb Alaoui"}, "nothing_to_correct", "name_latin"),
        ({}, "nothing_to_correct", "reason"),
    ],
)
def test_what_may_not_be_corrected_is_refused_and_nothing_changes(
    academy: Academy, code: str, changes: dict[str, str], refusal: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        correct(academy, code, **changes)

    assert (refused.value.code, refused.value.facts["field"]) == (refusal, field)
    (row,) = rows_by_code(academy, code)
    assert (row["revoked_at"], row["replaced_by"]) == (None, None)


def test_only_the_last_issue_that_counts_is_corrected_and_for_a_reason(academy: Academy, code: str) -> None:
    with pytest.raises(Invalid, match="reason_needed"):
        correct(academy, code, reason=" ", place="Tiznit")
    new = correct(academy, code, place="Tiznit")
    with pytest.raises(Conflict, match="revoked_already"):
        correct(academy, code, place="Agadir")
    with transaction(academy.sessions) as session:
        revoking.revoke(session, ANONYMOUS, new, reason="by mistake", now=academy.clock())
    with pytest.raises(Conflict, match="revoked_already"):
        correct(academy, new, place="Agadir")


def test_what_expires_is_renewed_from_what_is_true_then(academy: Academy) -> None:
    person = academy.learner()
    academy.pass_quiz(person)
    note(academy, person, "practical", "Plan", "1")
    note(academy, person, "observation", "Leads a meeting", "3")
    completion, competence = academy.rows(person)
    academy.clock.go_on(days=800)

    def renew(code: str) -> str:
        with transaction(academy.sessions) as session:
            return correcting.renew(session, academy.trainer, code, issuer=academy.issuer, now=academy.clock())

    with pytest.raises(Conflict, match="not_renewable"):
        renew(completion.code)
    with pytest.raises(Conflict, match="nothing_new_attained"):
        renew(competence.code)
    with transaction(academy.sessions) as session:
        session.execute(update(Person).where(Person.id == person).values(name_latin="Zineb El Alaoui"))
    for kind, name, value in [
        ("attendance", "Day 9", "0"),
        ("practical", "Plan", "0"),
        ("observation", "Something else", "4"),
        ("observation", "Leads a meeting", "4"),
    ]:
        note(academy, person, kind, name, value)
        assert len(academy.rows(person)) == 2
        with pytest.raises(Conflict):
            renew(competence.code)
    note(academy, person, "practical", "Plan", "1")  # now the notes since the last issue earn it by themselves
    new = academy.rows(person)[-1].code
    assert len(academy.rows(person)) == 3
    academy.pass_quiz(person, earned=9)
    assert len(academy.rows(person)) == 3

    record = academy.records(person)["competence"]
    assert (record.code, record.replaces, record.competences[0].level) == (new, competence.code, 4)
    assert (record.name_latin, str(record.valid_until)) == ("Zineb El Alaoui", "2030-12-20")
    (old,) = rows_by_code(academy, competence.code)
    assert (old["replaced_by"], old["revoked_reason"]) == (new, correcting.REPLACED)


def test_an_absence_renews_nothing(academy: Academy) -> None:
    academy.awards = [{**ATTENDED, "valid_months": 12}, {**GRADE, "valid_months": 12}]
    person = academy.learner()
    note(academy, person, "attendance", "Day 1", "12")
    academy.pass_quiz(person)
    academy.clock.go_on(days=400)

    note(academy, person, "attendance", "Day 2", "0")
    note(academy, person, "attendance", "Day 3", "11")
    assert [row.kind for row in academy.rows(person)] == ["participation", "completion"]
    note(academy, person, "attendance", "Day 4", "1")
    assert [row.kind for row in academy.rows(person)] == ["participation", "completion", "participation"]


def test_suspending_and_reinstating_leave_the_record_and_have_the_lists_signed_anew(academy: Academy, code: str) -> None:
    def act(deed: Any) -> None:
        with transaction(academy.sessions) as session:
            session.execute(update(StatusList).values(is_stale=False))
            deed(session, academy.trainer, code, reason="under review", now=academy.clock())
            assert {row.is_stale for row in session.scalars(select(StatusList).execution_options(populate_existing=True))} == {True}

    (before,) = rows_by_code(academy, code)
    act(revoking.suspend)
    (row,) = rows_by_code(academy, code)
    assert (row["suspended_at"], row["suspended_reason"]) == (academy.clock(), "under review")
    with pytest.raises(Conflict, match="suspended_already"):
        act(revoking.suspend)
    act(revoking.reinstate)
    (row,) = rows_by_code(academy, code)
    assert row == before
    with pytest.raises(Conflict, match="not_suspended"):
        act(revoking.reinstate)


def test_a_correction_that_could_not_be_drawn_is_refused_by_its_field(academy: Academy, code: str) -> None:
    with pytest.raises(Invalid, match="correction_not_printable"):
        correct(academy, code, place="TODO {place}")
