"""Two people for every change of what a certificate is worth: one asks and says why, another decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from lms_app.adapters.credentials import credential_by_code
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.awards import PROGRAMME
from lms_app.domain.certificates import State
from lms_app.domain.errors import Conflict, Invalid, NeedsSignIn, NotFound, Refused
from lms_app.domain.keys import PersonId
from lms_app.domain.names import arabic_name, latin_name, plain_text
from lms_app.domain.permissions import Action, allows
from lms_app.model import Course, Credential, Person, Programme, RoleGrant, StatusRequest
from lms_app.services.accounts import places
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
    State.EXPIRED: (Kind.SUSPEND, Kind.REVOKE),
    State.SUSPENDED: (Kind.REINSTATE, Kind.REVOKE),
    State.REVOKED: (),
    State.REPLACED: (),
}
"""What can be asked of a certificate in each state; nothing brings back one that was revoked or replaced.

One that has expired is renewed, not corrected: the corrected one would count for no day.
"""
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
    _check_possible(row, kind, now)
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

    Refused: whoever asked, administrators too; the holder; a request decided meanwhile; one about another certificate
    (`NotFound`). And of what would be accepted: what the certificate's state does not allow any more, and what was asked
    by somebody who may not ask it any more (`Conflict`). Such a request still waits then, until somebody refuses it: that
    is always possible. Where a part is suspended or revoked, the same is asked of each programme's certificate that rests
    on it, in the name of whoever decided, so that somebody else decides about that.
    """
    decider = _person(actor)
    row = credential_by_code(session, code, locked=True)
    mine = (StatusRequest.id == request_id) & (StatusRequest.credential_id == (row["id"] if row else None))
    request = session.scalar(select(StatusRequest).where(mine).execution_options(populate_existing=True))
    if row is None or request is None:
        raise NotFound("no_such_request")
    if decider == request.asked_by:
        raise Refused("own_request")
    if decider == row["person_id"]:
        raise Refused("own_certificate")
    if request.decision:
        raise Conflict("decided_already")
    kind = Kind(request.kind)
    if accepted:
        _check_possible(row, kind, now)
        _check_asker(session, row, PersonId(request.asked_by))
    _close(session, request_id, "accepted" if accepted else "refused", by=decider, now=now)
    decision = "accepted" if accepted else "refused"
    write_audit(session, f"credential.{decision}", f"credential:{code}", actor=decider, at=now, kind=str(kind), request=request_id)
    return kind, _do(session, actor, row, request, issuer=issuer, now=now) if accepted else code


def resting_on(session: Session, code: str) -> tuple[str, ...]:
    """Return the codes of the certificates over several courses, not withdrawn, of which this one is a part."""
    part, issue = aliased(Credential), aliased(Credential)
    issues = (
        select(issue.code, issue.person_id)
        .join(part, (part.person_id == issue.person_id) & (part.award == issue.award))
        .where(part.code == code)
    )
    mine = {row.code: row.person_id for row in session.execute(issues)}  # a corrected part stands there by its first code
    whole = (Credential.person_id.in_(mine.values()), Credential.kind == PROGRAMME, Credential.revoked_at.is_(None))
    rows = session.execute(select(Credential.code, Credential.record).where(*whole).order_by(Credential.id)).all()
    return tuple(row.code for row in rows if any(each["code"] in mine for each in facts_in(row.record).get("parts", ())))


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


def _do(session: Session, actor: Actor, row: Mapping[str, Any], request: StatusRequest, *, issuer: Issuer, now: datetime) -> str:
    code, reason, kind = str(row["code"]), request.reason, Kind(request.kind)
    if kind in {Kind.SUSPEND, Kind.REVOKE}:  # before the act, so that rows are locked before the status lists
        _ask_of_wholes(session, actor, code, kind, reason, now=now)
    match kind:
        case Kind.SUSPEND:
            revoking.suspend(session, actor, code, reason=reason, now=now)
        case Kind.REINSTATE:
            revoking.reinstate(session, actor, code, reason=reason, now=now)
        case Kind.REVOKE:
            revoking.revoke(session, actor, code, reason=reason, now=now)
        case Kind.CORRECT:
            return correcting.correct(session, actor, code, changes=request.changes, reason=reason, issuer=issuer, now=now)
    return code


def _ask_of_wholes(session: Session, actor: Actor, code: str, kind: Kind, reason: str, *, now: datetime) -> None:
    """Ask the same of what rests on a part; nothing where its state forbids it, or something waits already."""
    for whole in resting_on(session, code):
        with suppress(Conflict):
            ask(session, actor, whole, kind=kind, reason=reason, now=now)


def _check_possible(row: Mapping[str, Any], kind: Kind, now: datetime) -> None:
    state = state_in(row, now.date())
    if kind in POSSIBLE[state]:
        return
    expired = kind is Kind.CORRECT and state is State.EXPIRED
    raise Conflict("expired_renew_instead" if expired else "not_possible_in_this_state", kind=str(kind))


def _check_asker(session: Session, row: Mapping[str, Any], asker: PersonId) -> None:
    """Refuse what was asked by somebody who has left, or keeps this certificate no more; a part's keeper may ask about the whole."""
    there = (Person.id == asker, Person.active, Person.erased_at.is_(None))
    held = select(RoleGrant.role, RoleGrant.place_kind, RoleGrant.place_id).join(Person, Person.id == RoleGrant.person_id)
    roles = frozenset((Role(role), Place(PlaceKind(kind), number)) for role, kind, number in session.execute(held.where(*there)))
    where = places.of_credential(session, row["code"])
    if row["programme_id"] is not None:
        parts = select(Course.id).where(Course.key.in_(session.get_one(Programme, row["programme_id"]).courses))
        where += tuple(Place(PlaceKind.COURSE, number) for number in session.scalars(parts))
    if not allows(Actor(asker, roles=roles), Action.KEEP_REGISTRY, where):
        raise Conflict("asker_keeps_no_more")


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
