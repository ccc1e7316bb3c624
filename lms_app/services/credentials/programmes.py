"""Certificates over several courses: issued by themselves once each course's own certificate is there and counts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import find_course
from lms_app.adapters.credentials import credentials_of, held_award, programmes_here, programmes_with
from lms_app.adapters.enrolments import PERSON
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.awards import PROGRAMME, programme_award
from lms_app.domain.certificates import State, state_of
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.findings import Findings
from lms_app.domain.keys import PersonId, parse_course_key
from lms_app.domain.papers import read_paper
from lms_app.domain.permissions import Action, require
from lms_app.i18n import CODES
from lms_app.model.credentials import Programme
from lms_app.services.credentials.criteria import criteria_of_programme
from lms_app.services.credentials.freezing import line
from lms_app.services.credentials.issuing import Issuer, Series, Whereabouts, store, unnumbered
from lms_app.services.credentials.papers import printed
from takwin_certificates.facts import Part
from takwin_certificates.lettering import LONGEST_TEXT
from takwin_certificates.record import InvalidRecord, Record

DESIGN: Final = "programme-1"
_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{1,39}")
_FEWEST, _MOST = 2, 12


def create_programme(
    session: Session,
    actor: Actor,
    *,
    key: str,
    titles: Mapping[str, str],
    courses: Sequence[str],
    certificate: Mapping[str, Any] | None = None,
    now: datetime,
) -> int:
    """Make a programme and return its number.

    Refused to all but site administrators and coordinators of the site; and by field, all at once: a key that is taken or
    has other signs than letters, digits, full stops and hyphens, no title, fewer than two or more than twelve courses, one
    that does not exist or stands there twice.
    """
    require(actor, Action.RUN_PROGRAMMES)
    return create_unasked(session, key=key, titles=titles, courses=courses, certificate=certificate, by=actor.person_id, now=now)


def create_unasked(
    session: Session,
    *,
    key: str,
    titles: Mapping[str, str],
    courses: Sequence[str],
    certificate: Mapping[str, Any] | None = None,
    by: PersonId | None,
    now: datetime,
) -> int:
    """Make a programme for whoever has this machine; refused by field as `create_programme` does."""
    find = Findings()
    find(lambda: _check_key(session, key))
    kept = {language: text.strip() for language, text in titles.items() if language in (*CODES, "zgh") and text.strip()}
    find(lambda: _check_titles(kept))
    keys = find(lambda: _check_courses(session, courses))
    paper = find(lambda: read_paper({"template": DESIGN, **(certificate or {})}))
    find.raise_all()
    assert paper is not None  # noqa: S101 -- for the type checker: nothing was refused
    programme = Programme(key=key, titles=kept, courses=keys, certificate=paper.to_json(), created_at=now, archived_at=None)
    session.add(programme)
    session.flush()
    write_audit(session, "programme.create", f"programme:{programme.id}", actor=by, at=now)
    return int(programme.id)


def issue_complete(
    session: Session, person: PersonId, course: str, issuer: Issuer, language: str, now: datetime
) -> tuple[str, ...]:
    """Issue every programme certificate that the course's new certificate completes; return the new codes.

    One that can't be made out (its title has no text that may be printed, say) holds up nothing else: it is left for `claim`.
    """
    codes = []
    for programme in programmes_with(session, course):
        try:
            codes.append(claim(session, person, programme, issuer=issuer, language=language, now=now))
        except (Conflict, InvalidRecord):
            continue
    return tuple(codes)


def claim_programme(session: Session, person: PersonId, key: str, *, issuer: Issuer, language: str, now: datetime) -> str:
    """Issue the certificate of a programme and return its code; the one they have already, if so.

    Refused: no such programme, a part that is missing or does not count any more, facts that can't be printed.
    """
    found = session.execute(select(Programme.__table__).where(Programme.key == key, Programme.archived_at.is_(None)))
    programme = found.mappings().one_or_none()
    if programme is None:
        raise NotFound("no_such_programme", key=key)
    if held := held_award(session, person, programme_award(key)):
        return held.code
    try:
        return claim(session, person, dict(programme), issuer=issuer, language=language, now=now)
    except InvalidRecord as error:
        raise Invalid("certificate_needs_name", problems=error.problems) from error


def claim(session: Session, person: PersonId, programme: Mapping[str, Any], *, issuer: Issuer, language: str, now: datetime) -> str:
    """Issue it. Refused: held already, or a part that is missing, withdrawn, suspended or expired (`Conflict`)."""
    if held_award(session, person, programme_award(programme["key"])):
        raise Conflict("certificate_held")
    parts = _parts(session, person, programme["courses"], today=now.astimezone(UTC).date())
    if len(parts) < len(programme["courses"]):
        raise Conflict("certificate_not_earned")
    record = _record(session, person, programme, parts, issuer, language if language in CODES else "en", now)
    where = Whereabouts(programme_id=programme["id"])
    return store(session, person, record, series=Series(programme["key"]), where=where, issuer=issuer, now=now)


@dataclass(frozen=True)
class ListedProgramme:
    """A programme as a catalogue shows it."""

    key: str
    titles: Mapping[str, str]
    courses: tuple[str, ...]
    """Their keys, in order."""


def listed(session: Session) -> tuple[ListedProgramme, ...]:
    """Return the programmes that are not archived, the oldest first."""
    return tuple(ListedProgramme(each["key"], each["titles"], tuple(each["courses"])) for each in programmes_here(session))


@dataclass(frozen=True)
class ProgrammeStanding:
    """Where a learner stands in a programme."""

    key: str
    titles: Mapping[str, str]
    parts: tuple[tuple[str, bool], ...]
    """Key of each course, and whether a certificate of it is there and counts."""
    code: str = ""
    """Of the certificate, where there is one."""


def standings(session: Session, person: PersonId, course: str, *, today: date) -> tuple[ProgrammeStanding, ...]:
    """Return where the learner stands in each programme that the course is part of."""
    return tuple(_standing(session, person, each, today) for each in programmes_with(session, course))


def _standing(session: Session, person: PersonId, programme: Mapping[str, Any], today: date) -> ProgrammeStanding:
    there = {part.course_key for part in _parts(session, person, programme["courses"], today=today)}
    held = held_award(session, person, programme_award(programme["key"]))
    return ProgrammeStanding(
        key=programme["key"],
        titles=programme["titles"],
        parts=tuple((course, course in there) for course in programme["courses"]),
        code=held.code if held else "",
    )


def _parts(session: Session, person: PersonId, courses: Sequence[str], *, today: date) -> tuple[Record, ...]:
    """Return for each course the record of a certificate that counts, competence before completion; a course without one is left out."""
    rows = credentials_of(session, person, courses)
    good = [row for row in rows if _state(row, today) is State.VALID]
    good.sort(key=lambda row: row["kind"] == "competence", reverse=True)
    first: dict[str, Mapping[str, Any]] = {}
    for row in good:
        first.setdefault(row["award"].partition("#")[0], row)
    return tuple(Record.from_json(first[course]["record"]) for course in courses if course in first)


def _record(
    session: Session,
    person: PersonId,
    programme: Mapping[str, Any],
    parts: Sequence[Record],
    issuer: Issuer,
    language: str,
    now: datetime,
) -> Record:
    names = session.execute(select(PERSON.c.name_arabic, PERSON.c.name_latin).where(PERSON.c.id == person)).one()
    titles = {code: line(text, longest=LONGEST_TEXT) for code, text in programme["titles"].items()}
    hours = [part.hours for part in parts if part.hours]
    days = [day for part in parts for day in (part.starts_on, part.ends_on) if day]
    return Record(
        **printed(read_paper(programme["certificate"]), language),
        **unnumbered(now).facts(),
        kind=PROGRAMME,
        award=programme_award(programme["key"]),
        titles={**titles, language: titles.get(language) or next(iter(titles.values()))},
        criteria=criteria_of_programme(),
        course_key=programme_award(programme["key"]),
        issuer=line(issuer.name),
        language=language,
        site=issuer.site,
        name_arabic=names.name_arabic,
        name_latin=names.name_latin,
        hours=sum(hours) if hours else None,
        starts_on=min(days) if days else None,
        ends_on=max(days) if days else None,
        valid_until=min((part.valid_until for part in parts if part.valid_until), default=None),
        parts=tuple(Part(titles=part.titles, course_key=part.course_key, code=part.code, hours=part.hours) for part in parts),
    )


def _state(row: Mapping[str, Any], today: date) -> State:
    columns = ("replaced_by", "revoked_at", "suspended_at", "valid_until")
    return state_of(**{name: row[name] for name in columns}, today=today)


def _check_key(session: Session, key: str) -> None:
    if not _KEY.fullmatch(key):
        raise Invalid("bad_key_part", field="key")
    if session.scalar(select(Programme.id).where(Programme.key == key)) is not None:
        raise Invalid("programme_key_taken", field="key")


def _check_titles(titles: Mapping[str, str]) -> None:
    if not titles:
        raise Invalid("required", field="titles")
    if any(len(text) > LONGEST_TEXT for text in titles.values()):
        raise Invalid("text_too_long", field="titles", longest=LONGEST_TEXT)


def _check_courses(session: Session, courses: Sequence[str]) -> list[str]:
    if not _FEWEST <= len(courses) <= _MOST:
        raise Invalid("bad_programme_courses", field="courses", fewest=_FEWEST, most=_MOST)
    try:
        keys = [find_course(session, parse_course_key(key), person=None).key for key in courses]
    except (Invalid, NotFound) as error:
        raise Invalid("no_such_course", field="courses") from error
    if len({*keys}) != len(keys):
        raise Invalid("bad_programme_courses", field="courses", fewest=_FEWEST, most=_MOST)
    return [str(key) for key in keys]
