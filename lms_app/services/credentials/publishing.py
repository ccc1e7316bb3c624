"""What the issuer publishes for everybody who checks: the status lists, and the trust file for those without a network."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import rfc8785
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms_app.adapters.credentials import CREDENTIAL
from lms_app.domain.errors import NotFound
from lms_app.services.credentials import log
from lms_app.services.credentials.statuses import PURPOSES, STATUS_LIST
from takwin_certificates import status
from takwin_certificates.badge.did import did_of
from takwin_certificates.badge.proof import add_proof
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.signing import ALGORITHM, sign
from takwin_certificates.trust import Trust

HOLDS: Final = timedelta(days=7)
"""How long a signed list is good: a partner who was without a network for longer is told so."""
RENEWED_AFTER: Final = timedelta(hours=12)
"""A list in which nothing changed is dated anew when it is asked for after this time."""


def status_list(session: Session, purpose: str, number: int, *, site: str, keys: KeyRing, now: datetime) -> bytes:
    """Return the list as it is now, signed; signed anew when a bit changed or the day did. Raise `NotFound` for no such list.

    The session must be one that writes.
    """
    mine = (STATUS_LIST.c.number == number) & (STATUS_LIST.c.purpose == purpose)
    found = session.execute(select(STATUS_LIST).where(mine).with_for_update()).mappings().one_or_none()
    if found is None:
        raise NotFound("no_such_list")
    row = dict(found)
    if not needs_signing(row, now):
        return str(row["signed"]).encode()
    moment = now.replace(microsecond=0)
    signed_at = row["signed_at"]
    if signed_at is not None and moment <= signed_at:  # two lists of one second could not be told apart
        moment = signed_at + timedelta(seconds=1)
    unsigned = status.list_credential(
        status.address_of(site, number, purpose),
        issuer=did_of(site),
        purpose=purpose,
        indexes=_set_bits(session, purpose, number),
        valid_from=moment,
        valid_until=moment + HOLDS,
    )
    signed = json.dumps(add_proof(unsigned, keys.record(), created=moment), ensure_ascii=False)
    session.execute(update(STATUS_LIST).where(mine).values(signed=signed, signed_at=moment, is_stale=False))
    if row["is_stale"]:
        facts = {"purpose": purpose, "number": number, "list": unsigned["credentialSubject"]["encodedList"][-32:]}
        log.note(session, "list", "", facts, now=now)
    return signed.encode()


def ready_list(session: Session, purpose: str, number: int, *, now: datetime) -> bytes | None:
    """Return the list if it need not be signed anew, so that most readers write nothing; None otherwise."""
    mine = (STATUS_LIST.c.number == number) & (STATUS_LIST.c.purpose == purpose)
    found = session.execute(select(STATUS_LIST).where(mine)).mappings().one_or_none()
    if found is None:
        raise NotFound("no_such_list")
    row = dict(found)
    return None if needs_signing(row, now) else str(row["signed"]).encode()


def needs_signing(row: Mapping[str, Any], now: datetime) -> bool:
    """Tell whether a list must be signed anew before it is handed out."""
    return bool(row["is_stale"] or not row["signed"] or row["signed_at"] is None or now - row["signed_at"] > RENEWED_AFTER)


def all_lists(session: Session, *, site: str, keys: KeyRing, now: datetime) -> dict[str, bytes]:
    """Return every list of the site by its address, each as it is now."""
    numbers = session.scalars(select(STATUS_LIST.c.number).distinct().order_by(STATUS_LIST.c.number)).all()
    return {
        status.address_of(site, number, purpose): status_list(session, purpose, number, site=site, keys=keys, now=now)
        for number in numbers
        for purpose in PURPOSES
    }


def trust_of(session: Session, *, site: str, issuer: str, keys: KeyRing, now: datetime) -> Trust:
    """Return what this site vouches for today: every key it ever had, its root certificates, every status list.

    Keys that would be made at their first use are made now: a file that is signed tomorrow must not find its key missing in
    the list of a partner who has no network to ask again.
    """
    for in_use in (keys.record, keys.document, keys.jwt):
        in_use()
    lists = all_lists(session, site=site, keys=keys, now=now)
    return replace(keys.trust(site=site, issuer=issuer, now=now), statuses=lists)


def log_head(session: Session, *, site: str, keys: KeyRing, now: datetime) -> dict[str, Any]:
    """Return how long the issue log is and the digest of its last line, signed: who keeps it can show later that nothing was taken away."""
    count, digest = log.head(session)
    head: dict[str, Any] = {"site": site, "lines": count, "digest": digest, "as_of": now.strftime("%Y-%m-%dT%H:%M:%SZ")}
    signature = sign(rfc8785.dumps(head), keys.record())
    return {"head": head, "signature": {"algorithm": ALGORITHM, "key": signature.key_id, "value": signature.to_text()}}


def _set_bits(session: Session, purpose: str, number: int) -> list[int]:
    since = CREDENTIAL.c.revoked_at if purpose == "revocation" else CREDENTIAL.c.suspended_at
    wanted = (CREDENTIAL.c.status_list == number) & since.is_not(None)
    return list(session.scalars(select(CREDENTIAL.c.status_index).where(wanted)))
