"""Two people for every change of what a certificate is worth: one asks and says why, another decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from lms_app.adapters.credentials import credential_by_code
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.certificates import State
from lms_app.domain.errors import Conflict, Invalid, NeedsSignIn, NotFound, Refused
from lms_app.domain.keys import PersonId
from lms_app.domain.names import arabic_name, latin_name, plain_text
from lms_app.model import Credential, Person, StatusRequest
from lms_app.services.accounts.signing_in import display_name
from lms_app.services.credentials import correcting, revoking
from lms_app.services.credentials.issuing import Issuer
from lms_app.services.credentials.registry import facts_in, names_in, reach_of, state_in, title_in

LONGEST_REASON: Final = 255


class Kind(StrEnum):
    """What can be asked."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    REVOKE = "revoke"
    CORRECT = "correct"


POSSIBLE: Final[Mapping[State, tuple[Kind, ...]]] = {
    State.VALID: (Kind.CORRECT, Kind.SUSPEND, Kind.REVOKE),
    State.EXPIRED: (Kind.CORRECT, Kind.SUSPEND, Kind.REVOKE),
    State.SUSPENDED: (Kind.REINSTATE, Kind.REVOKE),
    State.REVOKED: (),
    State.REPLACED: (),
}
"""What can be asked of a certificate in each state; nothing brings back one that was revoked or replaced."""
CORRECTABLE: Final = ("name_latin", "name_arabic", "name_tifinagh", "cohort", "place", "city", "starts_on", "ends_on")
"""Facts that are misspelt now and then. What was earned is never typed here."""
_READERS: Final[Mapping[str, Callable[..., str]]] = {"name_latin": latin_name, "name_arabic": arabic_name}


@dataclass(frozen=True, kw_only=True)
class Request:
    """Something asked about a certificate, and what became of it."""

    id: int
    code: str
    number: str
    names: tuple[tuple[str, str], ...]
    title: str
    kind: Kind
    reason: str
    changes: tuple[tuple[str, str, str], ...]
    """Facts to be corrected: name, as it is, as it should be."""
    asked_by: str
    asked_at: datetime
    is_own: bool
    """Asked by the very person who looks: somebody else decides."""
    decision: str
    """'' while it waits, then `accepted`, `refused` or `taken_back`."""
    decided_by: str
    decided_at: datetime | None


def ask(
    session: Session, actor: Actor, code: str, *, kind: Kind, reason: str, changes: Mapping[str, str] | None = None, now: datetime
) -> int:
    """Ask that a certificate be suspended, reinstated, revoked or corrected; return the number of the request.

    Refused: no reason, a correction that changes nothing, something that its state forbids, a second request while one waits.
    """
    asker = _person(actor)
    row = credential_by_code(session, code, locked=True)
    if row is None:
        raise NotFound("no_such_certificate", code=code)
    if kind not in POSSIBLE[state_in(row, now.date())]:
        raise Conflict("not_possible_in_this_state", kind=str(kind))
    reason = plain_text(reason, field="reason", longest=LONGEST_REASON)
    if not reason:
        raise Invalid("reason_needed", field="reason")
    told = _real_changes(row["record"], changes or {}) if kind is Kind.CORRECT else {}
    waiting = select(StatusRequest.id).where(StatusRequest.credential_id == row["id"], StatusRequest.decision == "")
    if session.scalar(waiting) is not None:
        raise Conflict("request_waits_already", code=code)
    request = StatusRequest(
        credential_id=row["id"], kind=str(kind), reason=reason, changes=told, asked_by=asker, asked_at=now, decision=""
    )
    session.add(request)
    session.flush()
    write_audit(session, "credential.asked", f"credential:{code}", actor=asker, at=now, kind=str(kind), request=request.id)
    return request.id


def decide(
    session: Session, actor: Actor, code: str, request_id: int, *, accepted: bool, issuer: Issuer, now: datetime
) -> tuple[Kind, str]:
    """Accept or refuse what somebody else asked, and do it; return what it was, and the code to look at then (a correction has another).

    Refused: whoever asked, administrators too; the holder; a request decided meanwhile; one about another certificate (`NotFound`).
    """
    decider = _person(actor)
    found = session.execute(
        select(StatusRequest, Credential.person_id)
        .join(Credential, Credential.id == StatusRequest.credential_id)
        .where(StatusRequest.id == request_id, Credential.code == code)
    ).one_or_none()
    if found is None:
        raise NotFound("no_such_request")
    request, holder = found
    if decider == request.asked_by:
        raise Refused("own_request")
    if decider == holder:
        raise Refused("own_certificate")
    _close(session, request_id, "accepted" if accepted else "refused", by=decider, now=now)
    kind = Kind(request.kind)
    decision = "accepted" if accepted else "refused"
    write_audit(session, f"credential.{decision}", f"credential:{code}", actor=decider, at=now, kind=str(kind), request=request_id)
    return kind, _do(session, actor, code, request, issuer=issuer, now=now) if accepted else code


def take_back(session: Session, actor: Actor, code: str, request_id: int, *, now: datetime) -> None:
    """Withdraw what one asked oneself, while nobody decided. Refused (`NotFound`): somebody else's request."""
    asker = _person(actor)
    mine = (
        select(StatusRequest.id)
        .join(Credential, Credential.id == StatusRequest.credential_id)
        .where(StatusRequest.id == request_id, Credential.code == code, StatusRequest.asked_by == asker)
    )
    if session.scalar(mine) is None:
        raise NotFound("no_such_request")
    _close(session, request_id, "taken_back", by=asker, now=now)
    write_audit(session, "credential.taken_back", f"credential:{code}", actor=asker, at=now, request=request_id)


def waiting_for(session: Session, actor: Actor) -> tuple[Request, ...]:
    """Return what waits for a decision in the actor's part of the register, the oldest first, in one read."""
    covers = reach_of(actor).covers()
    query = _requests().where(StatusRequest.decision == "").order_by(StatusRequest.id)
    return _read(session, actor, query if covers is None else query.where(covers))


def requests_about(session: Session, actor: Actor, code: str) -> tuple[Request, ...]:
    """Return all that was ever asked about a certificate, the latest first."""
    return _read(session, actor, _requests().where(Credential.code == code).order_by(StatusRequest.id.desc()))


def _do(session: Session, actor: Actor, code: str, request: StatusRequest, *, issuer: Issuer, now: datetime) -> str:
    reason = request.reason
    match Kind(request.kind):
        case Kind.SUSPEND:
            revoking.suspend(session, actor, code, reason=reason, now=now)
        case Kind.REINSTATE:
            revoking.reinstate(session, actor, code, reason=reason, now=now)
        case Kind.REVOKE:
            revoking.revoke(session, actor, code, reason=reason, now=now)
        case Kind.CORRECT:
            return correcting.correct(session, actor, code, changes=request.changes, reason=reason, issuer=issuer, now=now)
    return code


def _close(session: Session, request_id: int, decision: str, *, by: PersonId, now: datetime) -> None:
    """Note the decision, once: of two at the same moment the second is refused."""
    open_one = (StatusRequest.id == request_id) & (StatusRequest.decision == "")
    values = {"decision": decision, "decided_by": by, "decided_at": now}
    if session.connection().execute(update(StatusRequest).where(open_one).values(values)).rowcount != 1:
        raise Conflict("decided_already")


def _real_changes(record: str, changes: Mapping[str, str]) -> dict[str, str]:
    """Return only what differs from the record. Refused: facts that are not corrected, nothing to correct."""
    facts = facts_in(record)
    told = {name: _READERS.get(name, plain_text)(text, field=name) for name, text in changes.items() if name in CORRECTABLE}
    _refuse_odd_days(told)
    told = {name: text for name, text in told.items() if text != facts.get(name, "")}
    if not told:
        raise Invalid("nothing_to_correct", field=CORRECTABLE[0])
    return told


def _refuse_odd_days(told: Mapping[str, str]) -> None:
    for name in ("starts_on", "ends_on"):
        try:
            date.fromisoformat(told.get(name) or "2000-01-01")
        except ValueError as error:
            raise Invalid("field_not_right", field=name) from error


def _requests() -> Any:
    asker, decider = aliased(Person), aliased(Person)
    return (
        select(StatusRequest, Credential.code, Credential.number, Credential.record, asker, decider)
        .join(Credential, Credential.id == StatusRequest.credential_id)
        .join(asker, asker.id == StatusRequest.asked_by)
        .outerjoin(decider, decider.id == StatusRequest.decided_by)
    )


def _read(session: Session, actor: Actor, query: Any) -> tuple[Request, ...]:
    rows: Sequence[Any] = session.execute(query).all()
    return tuple(_told(actor, *row) for row in rows)


def _told(
    actor: Actor, request: StatusRequest, code: str, number: str | None, record: str, asker: Person, decider: Person | None
) -> Request:
    facts = facts_in(record)
    return Request(
        id=request.id,
        code=code,
        number=number or "",
        names=names_in(facts),
        title=title_in(facts),
        kind=Kind(request.kind),
        reason=request.reason,
        changes=tuple((name, str(facts.get(name, "")), str(text)) for name, text in request.changes.items()),
        asked_by=_name(actor, asker),
        asked_at=request.asked_at,
        is_own=request.asked_by == actor.person_id,
        decision=request.decision,
        decided_by=_name(actor, decider) if decider else "",
        decided_at=request.decided_at,
    )


def _name(actor: Actor, person: Person) -> str:
    """Return the name of somebody who keeps the register; '' of one whose account was erased."""
    return "" if person.erased_at else display_name(actor.language, person.name_arabic, person.name_latin) or person.user_name


def _person(actor: Actor) -> PersonId:
    if actor.person_id is None:
        raise NeedsSignIn
    return actor.person_id
