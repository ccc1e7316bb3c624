"""Issuing freezes every fact with the answer that earns it; each kind of paper is an award of its own."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from typing import NoReturn

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import OperationalError

from lms_app.adapters.grades import scores_of
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import CourseKey, PersonId, course_parts
from lms_app.model import Course, CredentialEntry, CredentialSeries, Outbox, Person, StatusList
from lms_app.services.credentials import attaining, claiming, numbers, statuses
from lms_app.services.credentials.issuing import Issuer
from lms_app.storage.transaction import transaction
from takwin_certificates import token
from takwin_certificates.facts import Competence, Partner, Signatory
from takwin_certificates.keys import KeyProblem, TrustedKey
from takwin_certificates.signing import Signature, fits
from tests.services.credentials.academy import ATTENDED, GRADE, QUIZ, Academy


def note(academy: Academy, person: int, kind: str, name: str, value: str) -> None:
    with transaction(academy.sessions) as session:
        attaining.record(
            session, academy.trainer, academy.facts(session), academy.cohort, [PersonId(person)], kind=kind, name=name, value=value,
            award=academy.award, language="en", now=academy.clock(),
        )  # fmt: skip


def test_a_record_has_every_fact_of_the_award(academy: Academy) -> None:
    person = academy.learner()
    academy.trainer  # noqa: B018 -- made before anything is issued

    academy.pass_quiz(person)

    record = academy.records(person)["completion"]
    with transaction(academy.sessions, writes=False) as session:
        snapshot = academy.facts(session).snapshot
    assert record.titles == {"en": "Governance?", "ar": "الحكامة", "fr": "Gouvernance"}
    assert (record.name_arabic, record.name_latin, record.language) == ("زينب العلوي", "Zineb Alaoui", "fr")
    assert (record.award, record.run, record.version) == (f"{academy.key}#completion", "2026", snapshot)
    assert record.criteria["fr"] == "Conditions d’obtention : une note d’au moins 60 % au cours."
    assert set(record.criteria) == {"ar", "fr", "en"}
    assert (record.issued_on, record.issued_at) == (date(2026, 10, 12), datetime(2026, 10, 12, 9, tzinfo=UTC))
    assert (record.cohort, record.place, record.city) == ("Souss 3", "Taroudant", "Agadir")
    assert (record.starts_on, record.ends_on) == (date(2026, 9, 7), date(2026, 10, 9))
    assert (record.hours, record.hours_field, record.field_visits, record.grade_percent) == (30, 6, 2, None)
    assert record.trainers == ("Samira Bennani",)
    assert record.signatories == (Signatory(title="Le directeur", name="H. Amrani"),)
    assert record.partners == (Partner(name="ODCO"),)
    assert numbers.is_wellformed(record.number)
    assert record.number.startswith(f"MA-{course_parts(academy.key)[1]}-2026-000001-")
    assert record.subject.startswith("urn:uuid:")


def test_one_signature_stands_for_the_record_and_one_for_the_code_that_is_printed(academy: Academy) -> None:
    person = academy.learner()
    academy.pass_quiz(person)

    (row,) = academy.rows(person)
    key = academy.issuer.key()
    trusted = {key.key_id: TrustedKey(key.key_id, academy.issuer.name)}
    assert fits(row.record.encode(), Signature.from_text(row.key_id, row.signature), trusted=trusted)
    printed = token.read(row.token)
    token.verify(printed, trusted)
    assert (printed.code, printed.kind) == (row.code, "completion")
    assert (row.status_list, row.holder) == (1, "zineb alaoui زينب العلوي")


def test_the_log_and_the_drawing_are_left_in_the_same_transaction(academy: Academy) -> None:
    person = academy.learner()
    academy.pass_quiz(person)

    (row,) = academy.rows(person)
    with transaction(academy.sessions, writes=False) as session:
        (entry,) = session.scalars(select(CredentialEntry))
        errands = [errand.payload for errand in session.scalars(select(Outbox))]
    assert (entry.kind, entry.code) == ("issued", row.code)
    assert entry.facts == {"record": hashlib.sha256(row.record.encode()).hexdigest(), "key": row.key_id}
    assert errands == [{"code": row.code}]


def test_each_kind_is_an_award_of_its_own_and_comes_when_its_conditions_are_met(academy: Academy) -> None:
    person = academy.learner()
    note(academy, person, "attendance", "Day 1", "6")
    assert academy.rows(person) == []
    note(academy, person, "attendance", "Day 2", "٦٫٥")
    academy.pass_quiz(person)
    note(academy, person, "practical", "Plan", "1")
    note(academy, person, "observation", "Conduit une réunion", "4")
    assert set(academy.records(person)) == {"participation", "completion"}
    note(academy, person, "observation", "Leads a meeting", "3")

    records = academy.records(person)

    assert set(records) == {"participation", "completion", "competence"}
    assert records["participation"].hours == 12.5
    assert records["competence"].hours == 30
    assert records["competence"].hours_face_to_face == 12.5
    assert records["competence"].competences == (Competence(texts={"en": "Leads a meeting", "fr": "Conduit une réunion"}, level=4),)
    assert records["competence"].assessors == ("Samira Bennani",)
    assert records["competence"].valid_until == date(2028, 10, 12)
    assert records["competence"].grade_percent == 80
    assert len({record.number for record in records.values()}) == 3


def test_nothing_is_issued_twice_and_nothing_withdrawn_comes_back_by_itself(academy: Academy) -> None:
    person = academy.learner()
    academy.pass_quiz(person)
    academy.pass_quiz(person, earned=10)
    (first,) = academy.rows(person)

    with transaction(academy.sessions) as session:
        again = claiming.claim(
            session, person, course=academy.facts(session), issuer=academy.issuer, language="ar", now=academy.clock()
        )
    assert again == first.code
    assert [row.code for row in academy.rows(person)] == [first.code]


def test_without_a_name_nothing_is_lost_and_the_claim_says_what_is_missing(academy: Academy) -> None:
    person = academy.learner(name_latin="", name_arabic="")
    academy.pass_quiz(person)
    assert academy.rows(person) == []

    def claim(kind: str = "") -> str:
        with transaction(academy.sessions) as session:
            facts = academy.facts(session)
            return claiming.claim(
                session, person, course=facts, issuer=academy.issuer, language="ar", now=academy.clock(), kind=kind
            )

    with pytest.raises(Invalid) as refused:
        claim()
    assert refused.value.facts["problems"] == ("the holder has no name, in neither script",)
    with transaction(academy.sessions) as session:
        session.execute(update(Person).where(Person.id == person).values(name_arabic="زينب العلوي"))
    with pytest.raises(Conflict):
        claim("competence")
    with pytest.raises(NotFound):
        claim("degree")
    assert claim() == academy.rows(person)[0].code
    assert academy.records(person)["completion"].title == "الحكامة"


def test_numbers_count_up_for_each_course_and_year(academy: Academy) -> None:
    with transaction(academy.sessions) as session:
        made = [numbers.next_number(session, country="MA", course=course, year=year) for course, year in _SERIES]

    assert made == ["MA-TOT-2026-000001-8", "MA-TOT-2026-000002-6", "MA-TOT-2027-000001-0", "MA-GOV-2026-000001-6"]
    assert all(map(numbers.is_wellformed, made))
    assert not any(numbers.is_wellformed(f"{number[:-1]}{(int(number[-1]) + 1) % 10}") for number in made)


_SERIES = (("TOT", 2026), ("to-t", 2026), ("TOT", 2027), ("gov", 2026))


def test_a_list_that_is_half_full_is_followed_by_the_next(academy: Academy) -> None:
    with transaction(academy.sessions) as session:
        first = statuses.take_place(session)
        session.execute(update(StatusList).values(taken=statuses.HALF_FULL))
        second = statuses.take_place(session)
        lists = [
            (row.number, row.purpose, row.taken)
            for row in session.scalars(select(StatusList).order_by(StatusList.number, StatusList.purpose))
        ]

    assert (first.list, second.list) == (1, 2)
    assert 0 <= first.index < statuses.BITS
    assert lists == [
        (1, "revocation", statuses.HALF_FULL),
        (1, "suspension", statuses.HALF_FULL),
        (2, "revocation", 1),
        (2, "suspension", 1),
    ]


def test_a_design_and_a_title_of_the_award_stand_on_its_paper(academy: Academy) -> None:
    academy.awards = [{**GRADE, "template": "modern-1", "title": {"fr": "Bonne gouvernance"}}]
    person = academy.learner()
    academy.pass_quiz(person)

    record = academy.records(person)["completion"]
    assert (record.template, record.title, record.titles["ar"]) == ("modern-1", "Bonne gouvernance", "الحكامة")


def test_a_course_without_papers_issues_none(academy: Academy) -> None:
    person = academy.learner()
    with transaction(academy.sessions) as session:
        session.execute(update(Course).where(Course.id == academy.course).values(awards=[]))
    academy.pass_quiz(person)

    assert academy.rows(person) == []


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"awards": [{**GRADE, "title": {"fr": "Formation {titre}"}}]}, ("placeholder", "titles", "{titre}")),
        (
            {"certificate": {"signatories": [{"titles": {"fr": "La présidente"}, "picture": "0" * 64}]}},
            ("picture", "signatories", "0" * 64),
        ),
    ],
)
def test_what_could_not_be_drawn_is_not_issued_and_said(
    academy: Academy, changes: dict[str, object], what: tuple[str, str, str]
) -> None:
    def picture(sha256: str) -> bytes:
        raise NotFound("no_such_file", sha256=sha256)

    academy.issuer = Issuer(academy.issuer.name, academy.issuer.site, key=academy.issuer.key, picture=picture)
    person = academy.learner()
    with transaction(academy.sessions) as session:
        session.execute(update(Course).where(Course.id == academy.course).values(**changes))
    academy.pass_quiz(person)
    assert academy.rows(person) == []

    with transaction(academy.sessions) as session:
        about = {"course": academy.facts(session), "issuer": academy.issuer, "language": "fr", "now": academy.clock()}
        found = claiming.hindrances_of(session, person, **about)
        with pytest.raises(Invalid) as refused:
            claiming.claim(session, person, **about)
    assert [(each.what, each.fact, each.detail) for each in found["completion"]] == [what]
    assert refused.value.code == "certificate_not_ready"


def test_the_parts_of_the_hours_are_never_more_than_the_whole(academy: Academy) -> None:
    academy.awards = [ATTENDED, {**GRADE, "rule": {"all": [{"kind": "attendance", "hours": 12}]}}]
    person = academy.learner()
    note(academy, person, "attendance", "Month", "100")

    records = academy.records(person)
    told = {kind: (record.hours, record.hours_face_to_face, record.hours_field) for kind, record in records.items()}
    assert told == {"participation": (100, 100, None), "completion": (30, 24, 6)}


@pytest.mark.parametrize(
    "fault", [KeyProblem("no readable signing key"), PermissionError("keys/active"), OSError(5, "disk"), "an address", "a renewal"]
)
def test_an_answer_is_kept_when_its_certificate_cannot_be_made(
    academy: Academy, fault: Exception | str, caplog: pytest.LogCaptureFixture
) -> None:
    academy.awards = [{**GRADE, "valid_months": 1}]
    person = academy.learner()
    if isinstance(fault, Exception):
        academy.issuer = replace(academy.issuer, key=partial(_raise, fault))
    elif fault == "an address":
        academy.issuer = replace(academy.issuer, site="https://learn_here.example.org/below")
    else:
        academy.pass_quiz(person)
        academy.clock.go_on(days=60)
        academy.renewing = lambda *_: _raise(Invalid("certificate_needs_name"))
    before = len(academy.rows(person))

    academy.pass_quiz(person, earned=9)

    assert len(academy.rows(person)) == before
    with transaction(academy.sessions, writes=False) as session:
        assert scores_of(session, person, academy.course)[QUIZ].earned == 9
        assert (session.scalar(select(func.sum(StatusList.taken))) or 0) == 2 * before
        assert session.scalar(select(func.count()).select_from(Outbox)) == before
    logged = [record.exc_info[0] for record in caplog.records if record.exc_info]
    assert logged == ([type(fault)] if isinstance(fault, Exception) else [Invalid] if fault == "a renewal" else [])


def test_a_paper_that_cannot_be_made_holds_up_no_other(academy: Academy) -> None:
    academy.awards = [{**GRADE, "kind": "participation", "title": {"fr": "TODO {titre}"}}, GRADE]
    person = academy.learner()
    academy.pass_quiz(person)

    assert [row.kind for row in academy.rows(person)] == ["completion"]


def test_who_lost_in_a_wait_for_each_other_tries_once_more(academy: Academy) -> None:
    class Lost(Exception):
        """What the driver raises, of which only the code counts."""

        sqlstate = "40P01"

    key, person, turns = academy.issuer.key, academy.learner(), iter([OperationalError("", {}, Lost())])
    academy.issuer = replace(academy.issuer, key=lambda: _raise(fault) if (fault := next(turns, None)) else key())
    academy.pass_quiz(person)

    assert [row.kind for row in academy.rows(person)] == ["completion"]


def _raise(fault: Exception) -> NoReturn:
    raise fault


def test_a_course_whose_code_has_no_latin_letter_is_numbered_by_its_own_number(academy: Academy) -> None:
    person = academy.learner()
    with transaction(academy.sessions) as session:
        key = "course-v1:Takwin+حوكمة+2026"
        session.execute(update(Course).where(Course.id == academy.course).values(key=key))
    academy.key = CourseKey(key)
    academy.pass_quiz(person)

    (row,) = academy.rows(person)
    assert row.number is not None
    assert row.number.startswith(f"MA-C{academy.course}-2026-000001-")
    assert numbers.is_wellformed(row.number)


def test_a_paper_that_is_not_ready_takes_no_number_and_no_bit_however_often_it_is_claimed(academy: Academy) -> None:
    academy.awards = [{**GRADE, "title": {"fr": "Formation {titre}"}}]
    person = academy.learner()
    academy.pass_quiz(person)
    with transaction(academy.sessions) as session:
        for _ in range(2):
            with pytest.raises(Invalid, match="certificate_not_ready"):
                claiming.claim(
                    session, person, course=academy.facts(session), issuer=academy.issuer, language="fr", now=academy.clock()
                )

        assert session.scalar(select(func.count()).select_from(StatusList)) == 0
        assert session.scalar(select(func.count()).select_from(CredentialSeries)) == 0
