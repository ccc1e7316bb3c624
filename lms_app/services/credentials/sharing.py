"""Links by which a holder shows a certificate: only what they chose of it, until the day they chose, and always its state today."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.model import Credential, CredentialShare
from lms_app.services.credentials.checking import Verdict, check_code
from takwin_certificates.keys import TrustedKey
from takwin_certificates.record import Record

ALWAYS: Final = ("name_arabic", "name_latin", "name_tifinagh", "titles", "kind", "issuer")
"""A link without these would show nothing that anybody could use."""
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "issued_on": ("issued_on",),
    "valid_until": ("valid_until",),
    "period": ("starts_on", "ends_on"),
    "hours": ("hours", "hours_face_to_face", "hours_field", "field_visits"),
    "grade": ("grade_percent",),
    "competences": ("competences",),
    "criteria": ("criteria",),
    "cohort": ("cohort",),
    "place": ("place", "city"),
    "deciders": ("trainers", "assessors"),
    "partners": ("partners",),
    "parts": ("parts",),
}
"""What the holder may show or hide, and the facts of the record behind each. Code, number and status place are never offered:
each of them leads to the whole certificate."""
MOST_LINKS: Final = 20
_TOKEN_BYTES: Final = 24
_LONGEST_TOKEN: Final = 64
_LAST_DAY: Final = date(9998, 12, 31)


@dataclass(frozen=True)
class Link:
    """A link that is good now."""

    token: str
    shows: tuple[str, ...]
    created_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Shown:
    """What a link shows."""

    facts: Mapping[str, Any]
    """The chosen facts of the record, by name; none where the signature does not fit, or the holder gave it up."""
    verdict: Verdict
    """What its own page says of it."""
    since: datetime | None
    """Since when it has been suspended, revoked or replaced; of an expired one, its last day is enough."""
    language: str


def choices_in(record: Record) -> tuple[str, ...]:
    """Return what can be chosen of this record: what it says nothing about is not offered."""
    return tuple(name for name, facts in CHOICES.items() if any(_says(record, fact) for fact in facts))


def share(session: Session, person: PersonId, code: str, *, shows: Collection[str], last_day: date | None, now: datetime) -> str:
    """Make a link to one's own certificate and return its token; it ends with the given day (UTC), or never.

    Refused: somebody else's certificate (`NotFound`), a day that is past or far beyond, more links than anybody can keep an eye on.
    """
    row = _own(session, person, code)
    if last_day is not None and last_day > _LAST_DAY:
        raise Invalid("day_too_late", field="last_day")
    if last_day is not None and last_day < now.date():
        raise Invalid("day_is_past", field="last_day")
    live = select(func.count()).select_from(CredentialShare).where(CredentialShare.credential_id == row.id, *_good(now))
    if (session.scalar(live) or 0) >= MOST_LINKS:
        raise Conflict("too_many_links", most=MOST_LINKS)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session.add(
        CredentialShare(
            token=token,
            credential_id=row.id,
            shows=[name for name in CHOICES if name in shows],
            created_at=now,
            ends_at=datetime.combine(last_day + timedelta(days=1), time(), UTC) if last_day else None,
            ended_at=None,
        )
    )
    session.flush()
    return token


def links_of(session: Session, person: PersonId, code: str, *, now: datetime) -> tuple[Link, ...]:
    """Return the links to one's own certificate that are good now, the newest first; raise `NotFound` for somebody else's."""
    row = _own(session, person, code)
    query = select(CredentialShare).where(CredentialShare.credential_id == row.id, *_good(now))
    found = session.scalars(query.order_by(CredentialShare.created_at.desc(), CredentialShare.token))
    return tuple(Link(one.token, tuple(one.shows), one.created_at, one.ends_at) for one in found)


def end(session: Session, person: PersonId, code: str, token: str, *, now: datetime) -> None:
    """End a link to one's own certificate. Refused (`NotFound`): somebody else's, and one that is over."""
    row = _own(session, person, code)
    one = (CredentialShare.token == token[:_LONGEST_TOKEN]) & (CredentialShare.credential_id == row.id)
    ended = update(CredentialShare).where(one, CredentialShare.ended_at.is_(None)).values(ended_at=now)
    if session.connection().execute(ended).rowcount != 1:
        raise NotFound("no_such_link")


def shown_by(session: Session, token: str, *, trusted: Mapping[str, TrustedKey], now: datetime) -> Shown:
    """Return what a link shows; raise the same `NotFound` for one that never was and one that is over.

    It goes by the very check of the certificate's own page, so that the two never say different things.
    """
    row = session.execute(
        select(CredentialShare.shows, Credential.code)
        .join(Credential, Credential.id == CredentialShare.credential_id)
        .where(CredentialShare.token == token[:_LONGEST_TOKEN], *_good(now))
    ).one_or_none()
    if row is None:
        raise NotFound("no_such_link")
    shows, code = row
    found = check_code(session, code, trusted=trusted, now=now)
    if found.record is None:
        return Shown({}, found.verdict, found.since, "")
    facts = _chosen(found.record, shows)
    if not found.issuer:  # who has the key could have written any name
        facts.pop("issuer", None)
    return Shown(facts, found.verdict, found.since, found.record.language)


def _chosen(record: Record, shows: Collection[str]) -> dict[str, Any]:
    names = [*ALWAYS, *(fact for name, facts in CHOICES.items() if name in shows for fact in facts)]
    return {name: getattr(record, name) for name in names if _says(record, name)}


def _says(record: Record, fact: str) -> bool:
    value = getattr(record, fact)
    return value is not None and value not in ("", ()) and value != {}


def _own(session: Session, person: PersonId, code: str) -> Credential:
    found = session.scalars(select(Credential).where(Credential.code == code, Credential.person_id == person)).one_or_none()
    if found is None:
        raise NotFound("no_such_certificate", code=code)
    return found


def _good(now: datetime) -> tuple[Any, ...]:
    """Return the conditions under which a link is good."""
    return CredentialShare.ended_at.is_(None), (CredentialShare.ends_at.is_(None)) | (CredentialShare.ends_at > now)
