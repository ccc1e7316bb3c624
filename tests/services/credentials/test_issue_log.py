"""The issue log: chained after the commit, and whoever changes, removes or moves a line is found out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select, update

from lms_app.domain.actors import ANONYMOUS
from lms_app.model import Credential, CredentialEntry
from lms_app.services.credentials import correcting, log, revoking
from lms_app.storage.transaction import transaction
from tests.services.credentials.academy import Academy

LINES = 4


@pytest.fixture
def codes(academy: Academy) -> list[str]:
    """Three certificates, the first withdrawn; all in the chain."""
    for _ in range(3):
        academy.pass_quiz(academy.learner())
    with transaction(academy.sessions) as session:
        found = list(session.scalars(select(Credential.code).order_by(Credential.id)))
        revoking.revoke(session, ANONYMOUS, found[0], reason="Zineb asked for it", now=academy.clock())
    assert log.chain_new(academy.sessions) == LINES
    return found


def faults(academy: Academy) -> list[str]:
    with transaction(academy.sessions, writes=False) as session:
        return log.check(session)


def entries(academy: Academy) -> list[CredentialEntry]:
    with transaction(academy.sessions, writes=False) as session:
        return list(session.scalars(select(CredentialEntry).order_by(CredentialEntry.place)))


def change(academy: Academy, at: int, **values: object) -> None:
    with transaction(academy.sessions) as session:
        session.execute(update(CredentialEntry).where(CredentialEntry.place == at).values(values))


def test_lines_follow_each_other_and_the_chain_goes_on_where_it_was(academy: Academy, codes: list[str]) -> None:
    assert [(row.place, row.kind) for row in entries(academy)] == [(1, "issued"), (2, "issued"), (3, "issued"), (4, "revoked")]
    assert log.chain_new(academy.sessions) == 0
    academy.pass_quiz(academy.learner())
    assert log.chain_new(academy.sessions) == 1
    rows = entries(academy)
    assert [row.previous for row in rows] == ["", *(row.digest for row in rows[:-1])]
    assert faults(academy) == []


def test_no_line_names_anybody(academy: Academy, codes: list[str]) -> None:
    written = str([(row.kind, row.code, row.facts) for row in entries(academy)])

    assert "Zineb" not in written
    assert "زينب" not in written


def test_a_line_that_was_changed_is_found(academy: Academy, codes: list[str]) -> None:
    change(academy, 4, kind="reinstated")
    assert faults(academy) == [
        "line 4 of the issue log was changed",
        f"what certificate {codes[0]} is worth differs from the issue log",
    ]


def test_a_line_that_was_changed_and_hashed_anew_no_longer_holds_the_next(academy: Academy, codes: list[str]) -> None:
    row = entries(academy)[2]
    forged = {"kind": "issued", "code": row.code, "facts": {**row.facts, "key": "mine"}, "at": row.at}
    change(academy, 3, facts=forged["facts"], digest=log.digest_of(forged, place=3, previous=row.previous))

    assert faults(academy) == ["line 4 of the issue log does not follow the one before it"]


def test_a_line_that_was_taken_out_is_found(academy: Academy, codes: list[str]) -> None:
    with transaction(academy.sessions) as session:
        session.execute(delete(CredentialEntry).where(CredentialEntry.place == 2))

    assert faults(academy) == ["line 2 of the issue log is missing", f"certificate {codes[1]} is in no line of the issue log"]


def test_lines_that_changed_places_are_found(academy: Academy, codes: list[str]) -> None:
    change(academy, 2, place=99)
    change(academy, 3, place=2)
    change(academy, 99, place=3)

    assert faults(academy) == [
        "line 2 of the issue log does not follow the one before it",
        "line 2 of the issue log was changed",
        "line 3 of the issue log does not follow the one before it",
        "line 3 of the issue log was changed",
        "line 4 of the issue log does not follow the one before it",
    ]


def test_a_record_that_differs_from_its_line_is_found(academy: Academy, codes: list[str]) -> None:
    with transaction(academy.sessions) as session:
        row = session.scalars(select(Credential).where(Credential.code == codes[1])).one()
        row.record = row.record.replace("Zineb", "Zahra")

    assert faults(academy) == [f"the record of certificate {codes[1]} differs from the issue log"]


@pytest.mark.parametrize(
    ("number", "by_hand"),
    [
        (0, {"revoked_at": None, "revoked_reason": ""}),
        (1, {"suspended_at": datetime(2026, 10, 13, tzinfo=UTC)}),
        (1, {"replaced_by": "OTHER"}),
        (2, {"revoked_at": datetime(2026, 10, 13, tzinfo=UTC)}),
    ],
)
def test_a_status_that_was_changed_by_hand_is_found(
    academy: Academy, codes: list[str], number: int, by_hand: dict[str, object]
) -> None:
    with transaction(academy.sessions) as session:
        session.execute(update(Credential).where(Credential.code == codes[number]).values(by_hand))

    assert faults(academy) == [f"what certificate {codes[number]} is worth differs from the issue log"]


def test_a_last_day_that_was_put_off_by_hand_is_found(academy: Academy, codes: list[str]) -> None:
    with transaction(academy.sessions) as session:
        session.execute(update(Credential).where(Credential.code == codes[1]).values(valid_until=date(2050, 1, 1)))

    assert faults(academy) == [f"the last day of certificate {codes[1]} differs from its record"]


def test_every_change_that_was_noted_is_as_it_should_be(academy: Academy, codes: list[str]) -> None:
    with transaction(academy.sessions) as session:
        about = {"reason": "why", "now": academy.clock()}
        revoking.suspend(session, ANONYMOUS, codes[1], **about)
        revoking.reinstate(session, ANONYMOUS, codes[1], **about)
        revoking.suspend(session, ANONYMOUS, codes[2], **about)
        revoking.revoke(session, ANONYMOUS, codes[2], **about)
        correcting.correct(session, academy.trainer, codes[1], changes={"place": "X"}, issuer=academy.issuer, **about)

    assert faults(academy) == []


def test_lines_taken_off_the_end_are_found_by_a_head_that_was_published(academy: Academy, codes: list[str]) -> None:
    with transaction(academy.sessions) as session:
        revoking.suspend(session, ANONYMOUS, codes[1], reason="why", now=academy.clock())
    log.chain_new(academy.sessions)
    with transaction(academy.sessions) as session:
        known = log.head(session)
        assert known == (LINES + 1, entries(academy)[-1].digest)
        assert log.check(session, known=known) == []
        session.execute(delete(CredentialEntry).where(CredentialEntry.place == LINES + 1))
        session.execute(update(Credential).where(Credential.code == codes[1]).values(suspended_at=None))
        assert (log.check(session), len(log.check(session, known=known))) == ([], 1)
