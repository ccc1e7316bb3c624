"""Many certificates at the same moment: no number, bit or place in the log is given twice, and nobody waits for ever."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import select, text, update

from lms_app.domain.errors import Conflict
from lms_app.domain.keys import PersonId
from lms_app.model import Credential, CredentialEntry, CredentialSeries, StatusList
from lms_app.services.credentials import correcting, log, programmes, publishing, revoking
from lms_app.storage.session import open_engine, sessions_of
from lms_app.storage.transaction import transaction
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.record import Record
from tests.conftest import SetClock
from tests.people import People
from tests.services.credentials.academy import GRADE, Academy

LEARNERS, THREADS = 12, 6


def test_certificates_of_two_courses_and_their_programme_at_once(own_database: str, tmp_path: Path) -> None:
    engine = open_engine(own_database)
    sessions, clock = sessions_of(engine), SetClock(datetime(2026, 10, 12, 9, tzinfo=UTC))
    people = People(sessions, clock)
    one, two = (Academy(sessions, clock, people, tmp_path, awards=[GRADE]) for _ in range(2))
    titles, keys = {"fr": "Formation"}, [one.key, two.key]
    with transaction(sessions) as session:
        programmes.create_unasked(session, key="TOT", titles=titles, courses=keys, by=None, now=clock())
    learners = [one.learner() for _ in range(LEARNERS)]
    for person in learners:
        people.enrol(person, two.course)
    two.issuer = one.issuer

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda turn: (one, two)[turn % 2].pass_quiz(learners[turn // 2]), range(2 * LEARNERS)))
        list(pool.map(lambda _: log.chain_new(sessions), range(THREADS)))

    with transaction(sessions, writes=False) as session:
        rows = session.scalars(select(Credential)).all()
        entries = session.scalars(select(CredentialEntry)).all()
        series = {row.name: row.taken for row in session.scalars(select(CredentialSeries))}
        faults = log.check(session)
        (taken,) = session.scalars(select(StatusList.taken).where(StatusList.purpose == "revocation"))
    assert Counter(row.kind for row in rows) == {"completion": 2 * LEARNERS, "programme": LEARNERS}
    assert len({row.number for row in rows}) == len({(row.status_list, row.status_index) for row in rows}) == len(rows)
    assert {Record.from_json(row.record).number for row in rows} == {row.number for row in rows}
    assert sum(series.values()) >= len(rows)
    assert taken >= len(rows)
    assert sorted(entry.place for entry in entries) == list(range(1, len(rows) + 1))
    assert faults == []
    engine.dispose()


def test_a_certificate_corrected_twice_at_once_has_one_successor(own_database: str, tmp_path: Path) -> None:
    engine = open_engine(own_database)
    sessions, clock = sessions_of(engine), SetClock(datetime(2026, 10, 12, 9, tzinfo=UTC))
    academy = Academy(sessions, clock, People(sessions, clock), tmp_path, awards=[GRADE])
    person, actor = academy.learner(), academy.trainer
    academy.pass_quiz(person)
    (first,) = academy.rows(person)

    def correct(place: str) -> str:
        try:
            with transaction(sessions) as session:
                return correcting.correct(
                    session, actor, first.code, changes={"place": place}, reason="wrong", issuer=academy.issuer, now=clock()
                )
        except Conflict as error:
            return error.code

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(correct, [f"Place {number}" for number in range(THREADS)]))

    old, new = academy.rows(PersonId(person))
    assert sorted(answers, key=len) == ["revoked_already"] * (THREADS - 1) + [new.code]
    assert (old.replaced_by, new.issue) == (new.code, 2)
    engine.dispose()


def test_withdrawing_and_publishing_at_once_wait_for_each_other_in_one_order(own_database: str, tmp_path: Path) -> None:
    engine = open_engine(own_database)
    sessions, clock = sessions_of(engine), SetClock(datetime(2026, 10, 12, 9, tzinfo=UTC))
    academy = Academy(sessions, clock, People(sessions, clock), tmp_path, awards=[GRADE])
    person, actor, ring = academy.learner(), academy.trainer, KeyRing(tmp_path / "ring")
    academy.pass_quiz(person)
    (row,) = academy.rows(person)
    with transaction(sessions) as session:  # on PostgreSQL, from now on the row on suspension is found before the other
        session.execute(update(StatusList).where(StatusList.purpose == "revocation").values(is_stale=True))
        session.execute(text("ANALYZE status_list"))

    def suspend() -> None:
        with transaction(sessions) as session:
            revoking.suspend(session, actor, row.code, reason="under review", now=clock())

    with ThreadPoolExecutor(1) as pool:
        with transaction(sessions) as session:
            publish = partial(publishing.status_list, session, number=1, site=academy.issuer.site, keys=ring, now=clock())
            publish("revocation")
            suspending = pool.submit(suspend)
            wait([suspending], timeout=0.3)
            publish("suspension")
        suspending.result()

    assert academy.rows(person)[0].suspended_at == clock()
    engine.dispose()
