"""Issuing: one frozen record, one signature and one row, in the transaction that earns it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.credentials import held_award, held_of, insert_credential, lock_credentials
from lms_app.adapters.outbox import ask_for
from lms_app.domain.awards import COUNT_FOR_PROGRAMMES, Judged, award_name
from lms_app.domain.content import Outline
from lms_app.domain.errors import Conflict
from lms_app.domain.folding import folded
from lms_app.domain.keys import PersonId, course_parts
from lms_app.domain.outbox import Errand
from lms_app.i18n import CODES
from lms_app.services.credentials import log, numbers, statuses
from lms_app.services.credentials.apart import try_apart
from lms_app.services.credentials.freezing import Paperwork, freeze, holder_of
from lms_app.services.credentials.readiness import Hindrance, Picture, check_ready, hindrances_in
from lms_app.services.learning.scoring import Award, Standing
from takwin_certificates import token
from takwin_certificates.facts import StatusPlace
from takwin_certificates.keys import IssuerKey
from takwin_certificates.record import InvalidRecord, Record
from takwin_certificates.signing import sign


@dataclass(frozen=True)
class Issuer:
    """Who certifies: the name on the paper, the site that checks it, and the key that signs."""

    name: str
    site: str
    key: Callable[[], IssuerKey]
    """Read at the first use, so that a process that never issues never touches the key."""
    picture: Picture | None = None
    """Finds logos and signatures, which must be there before anything is issued."""


Following = Callable[[Session, PersonId, str, Issuer, str, datetime], object]
"""What is looked at once a course's certificate is issued: session, person, course key, issuer, language, now."""


Renewing = Callable[[Session, str, Issuer, datetime], object]
"""What is tried for a certificate that has expired and is still earned: session, its code, issuer, now."""


Doing = Callable[[Session, Callable[[], object]], object]
"""Does an act of issuing in this session; returns what came of it, None for nothing."""


def _do(_session: Session, act: Callable[[], object]) -> object:
    return act()


def awarding(issuer: Issuer, following: Iterable[Following] = (), renewing: Renewing | None = None) -> Award:
    """Return what issues the certificates when an answer, or a trainer's note, earns them.

    It stays quiet where one can't be made out (no name to print yet, a key that can't be read): the answer that earned it
    must not be lost for that. The progress page says what is missing, and `claiming` does the rest.
    """
    after = tuple(following)

    def award(
        session: Session,
        person: PersonId,
        *,
        course: CourseFacts,
        outline: Outline,
        standing: Standing,
        language: str,
        now: datetime,
    ) -> None:
        issue_earned(
            session,
            person,
            course=course,
            outline=outline,
            standing=standing,
            issuer=issuer,
            language=language,
            now=now,
            following=after,
            renewing=renewing,
            doing=try_apart,
        )

    return award


def issue_earned(
    session: Session,
    person: PersonId,
    *,
    course: CourseFacts,
    outline: Outline,
    standing: Standing,
    issuer: Issuer,
    language: str,
    now: datetime,
    following: Iterable[Following] = (),
    renewing: Renewing | None = None,
    doing: Doing = _do,
) -> tuple[str, ...]:
    """Issue every award that is earned and not held yet, try to renew what has expired; return the codes of what is quite new.

    Refused: facts that can't be printed (`InvalidRecord`, every one named). A certificate that was withdrawn is not issued
    again by itself. `doing` does each of these acts, and may keep one that fails from the others.
    """
    held = held_of(session, person, course.id)
    new = [each for each in standing.earned if award_name(course.key, each.award.kind) not in held]
    mine = [held[name] for each in standing.earned if (name := award_name(course.key, each.award.kind)) in held]
    if renewing:
        expired = [each.code for each in mine if each.has_expired(now.date())]
        lock_credentials(session, expired)
        for code in expired:
            doing(session, partial(renewing, session, code, issuer, now))
    about: dict[str, Any] = {"course": course, "outline": outline, "standing": standing, "issuer": issuer, "language": language}
    issued = [(each, doing(session, partial(issue, session, person, each, **about, now=now))) for each in new]
    if any(code and judged.award.kind in COUNT_FOR_PROGRAMMES for judged, code in issued):
        for follow in following:
            doing(session, partial(follow, session, person, course.key, issuer, language, now))
    return tuple(str(code) for _, code in issued if code)


def issue(
    session: Session,
    person: PersonId,
    judged: Judged,
    *,
    course: CourseFacts,
    outline: Outline,
    standing: Standing,
    issuer: Issuer,
    language: str,
    now: datetime,
    issue_number: int = 1,
    replaces: str = "",
) -> str:
    """Freeze the record of an award, sign it, store it, note it in the log, ask for its picture; return its code.

    Refused: a rule not met (`Conflict`), facts that can't be printed (`InvalidRecord`, every one named). A person who
    has this issue of the award already keeps the one they have: two passes at the same moment give one certificate.
    """
    if not judged.eligibility.is_met:
        raise Conflict("certificate_not_earned")
    language = language if language in CODES else "en"
    holder = holder_of(session, person, course.id)
    draft = freeze(
        session,
        person,
        judged.award,
        course=course,
        outline=outline,
        standing=standing,
        holder=holder,
        paperwork=unnumbered(now),
        issuer_name=issuer.name,
        site=issuer.site,
        language=language,
    )
    if replaces:
        draft = replaced(draft, replaces=replaces)
    return store(
        session,
        person,
        draft,
        series=Series(country=holder.country, course=course_parts(course.key)[1], number=course.id),
        where=Whereabouts(course_id=course.id, cohort_id=holder.cohort_id),
        issuer=issuer,
        now=now,
        issue_number=issue_number,
    )


def hindrances(
    session: Session, person: PersonId, judged: Judged, *, course: CourseFacts, outline: Outline, standing: Standing, issuer: Issuer,
    language: str, now: datetime,
) -> tuple[Hindrance, ...]:  # fmt: skip
    """Return what keeps an award that is earned from being issued; nothing is written for it."""
    try:
        record = freeze(
            session,
            person,
            judged.award,
            course=course,
            outline=outline,
            standing=standing,
            holder=holder_of(session, person, course.id),
            paperwork=unnumbered(now),
            issuer_name=issuer.name,
            site=issuer.site,
            language=language if language in CODES else "en",
        )
        check_ready(record, issuer.picture)
    except InvalidRecord as error:
        return hindrances_in(error)
    return ()


@dataclass(frozen=True)
class Whereabouts:
    """To which rows a certificate belongs."""

    course_id: int | None = None
    cohort_id: int | None = None
    programme_id: int | None = None


@dataclass(frozen=True)
class Series:
    """In which series a certificate gets its number."""

    course: str
    """The course's or the programme's own code."""
    country: str = ""
    number: int | None = None
    """Of the course, which stands for a code without a Latin letter or digit."""


def unnumbered(now: datetime) -> Paperwork:
    """Return what stands in a draft in the place of a number and a status bit."""
    return Paperwork(number="", status=StatusPlace(list=0, index=0), now=now)


def store(
    session: Session,
    person: PersonId,
    draft: Record,
    *,
    series: Series,
    where: Whereabouts,
    issuer: Issuer,
    now: datetime,
    issue_number: int = 1,
) -> str:
    """Give a draft its number and its status bit, sign it and its token, keep both, note it in the log.

    Return the code, or that of the certificate that was first. Refused (`NotReady`): what could not be drawn as it should
    be; it takes neither number nor bit, however often it is tried.
    """
    check_ready(draft, issuer.picture)
    key = issuer.key()
    record = _numbered(session, draft, series, now=now)
    text = record.to_json()
    signature = sign(text, key)
    values: dict[str, Any] = {
        "person_id": person,
        "award": record.award,
        "issue": issue_number,
        "kind": record.kind,
        "course_id": where.course_id,
        "programme_id": where.programme_id,
        "cohort_id": where.cohort_id,
        "code": record.code,
        "number": record.number or None,
        "holder": folded(f"{record.name_latin} {record.name_arabic} {record.name_tifinagh}"),
        "record": text.decode(),
        "signature": signature.to_text(),
        "key_id": signature.key_id,
        "token": _token(record, key),
        "status_list": record.status.list if record.status else None,
        "status_index": record.status.index if record.status else None,
        "issued_at": now,
        "valid_until": record.valid_until,
        "suspended_reason": "",
        "revoked_reason": "",
    }
    if not insert_credential(session, values):
        if (held := held_award(session, person, record.award)) is None:
            raise Conflict("certificate_not_stored")
        return held.code
    log.note(session, "issued", record.code, {"record": hashlib.sha256(text).hexdigest(), "key": signature.key_id}, now=now)
    ask_for(session, Errand.DRAW_CERTIFICATE, {"code": record.code}, now=now)
    return record.code


def replaced(record: Record, **changes: Any) -> Record:
    """Return a copy of a record with these facts changed, checked like any other."""
    return Record(**{**{name: getattr(record, name) for name in Record.__slots__}, **changes})


def _numbered(session: Session, draft: Record, series: Series, *, now: datetime) -> Record:
    """Take a free status bit and the next number. The bit comes first, always: two transactions never wait for each other in turn."""
    status = statuses.take_place(session)
    code = numbers.series_code(series.course) or f"C{series.number or 0}"
    number = numbers.next_number(session, country=series.country, course=code, year=now.year)
    return replaced(draft, number=number, status=status)


def _token(record: Record, key: IssuerKey) -> str:
    """Return what the QR code carries. Refused (`InvalidRecord`): a fact, or an address of the site, that no code can hold."""
    try:
        return token.url(record.site, token.make(record, key)).rpartition("/")[2]
    except token.TokenProblem as problem:
        raise InvalidRecord([f"the QR code can't hold it: {problem}"]) from problem
