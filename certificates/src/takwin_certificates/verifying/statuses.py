"""Whether a certificate was withdrawn or suspended, by the signed status lists that the reader has; nothing is ever fetched."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from takwin_certificates.badge.guards import read
from takwin_certificates.badge.proof import Doubt, issuer_of, verify_proof
from takwin_certificates.badge.refusals import CredentialRefused
from takwin_certificates.facts import StatusPlace
from takwin_certificates.status import PURPOSES, StatusProblem, address_of, ends_at, entry_for, is_newer, starts_at, status_in
from takwin_certificates.trust import Trust
from takwin_certificates.verifying.finding import Reason
from takwin_certificates.verifying.standing import Standing
from takwin_certificates.verifying.statement import Statement
from takwin_certificates.verifying.steps import Steps

_MEANS: Final = {"revocation": Reason.REVOKED, "suspension": Reason.SUSPENDED}
_STOLEN: Final = frozenset({Doubt.AFTER_COMPROMISE, Doubt.COMPROMISED_SINCE})
_CLOCKS_DIFFER: Final = dt.timedelta(days=1)


class ListRefused(Exception):
    """A status list is not to be gone by; the code says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class StatusKnown:
    """What the lists say, and up to which moment."""

    is_known: bool
    reasons: tuple[Reason, ...] = ()
    as_of: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class _Bit:
    is_set: bool
    since: dt.datetime
    until: dt.datetime


def entries_of(site: str, place: StatusPlace | None) -> tuple[Mapping[str, Any], ...]:
    """Return where a site publishes the status of a certificate of ours: at the same place of one list for each purpose."""
    if place is None:
        return ()
    return tuple(entry_for(address_of(site, place.list, each), purpose=each, index=place.index) for each in PURPOSES)


def status_of(statement: Statement, standing: Standing, trust: Trust, steps: Steps, *, now: dt.datetime) -> StatusKnown:
    """Read the status of a statement from the lists that the reader has (W3C Bitstring Status List 1.0 §3.2).

    A list that is missing, not signed by the same issuer, or past its time leaves the answer open: what is not known is
    never taken for good. A bit that is set counts even in an old list.
    """
    if not statement.statuses:
        steps.not_made("status", "no_status_place" if statement.may_be_withdrawn else "cannot_be_withdrawn")
        return StatusKnown(is_known=not statement.may_be_withdrawn)
    if standing.key is None:
        steps.not_made("status", "issuer_unknown")
        return StatusKnown(is_known=False)
    found = [_looked_up(entry, statement, standing, trust, steps, now=now) for entry in statement.statuses if _matters(entry)]
    dates = [each.as_of for each in found if each.as_of is not None]
    return StatusKnown(
        is_known=all(each.is_known for each in found),
        reasons=tuple(reason for each in found for reason in each.reasons),
        as_of=min(dates, default=None),
    )


def newest(known: Mapping[str, bytes], offered: Mapping[str, bytes], trust: Trust) -> dict[str, bytes]:
    """Return both collections of lists as one, of two of the same address the later one, so that no roll-back is possible.

    A list that no trusted key signed never takes the place of another, whatever date it bears.
    """
    later = {address: content for address, content in offered.items() if _replaces(content, known.get(address), trust)}
    return {**known, **later}


def rolled_back(known: Mapping[str, bytes], offered: Mapping[str, bytes]) -> list[str]:
    """Return the addresses of which an older list is offered than the one that is known."""
    return sorted(address for address in known.keys() & offered.keys() if _is_newer(known[address], offered[address]))


def _matters(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry decides anything: messages and refresh hints do not (§2.1)."""
    return entry.get("statusPurpose") not in ("message", "refresh")


def _looked_up(
    entry: Mapping[str, Any], statement: Statement, standing: Standing, trust: Trust, steps: Steps, *, now: dt.datetime
) -> StatusKnown:
    purpose = str(entry.get("statusPurpose", ""))[:40]
    content = trust.statuses.get(str(entry.get("statusListCredential")))
    if content is None or purpose not in _MEANS:
        steps.not_made("status", "status_retrieval_error" if content is None else "status_purpose_unknown", purpose)
        return StatusKnown(is_known=False)
    try:
        bit = _bit(content, entry, statement, standing, trust, now=now)
    except ListRefused as refused:
        steps.failed("status", refused.code, f"{purpose} {refused.detail}".strip())
        return StatusKnown(is_known=False)
    if bit.is_set:
        steps.failed("status", str(_MEANS[purpose]), purpose)
        return StatusKnown(is_known=True, reasons=(_MEANS[purpose],), as_of=bit.since)
    if bit.until < now:
        steps.failed("status", "status_list_expired", purpose)
        return StatusKnown(is_known=False, as_of=bit.since)
    steps.passed("status", f"not_{_MEANS[purpose]}", purpose)
    return StatusKnown(is_known=True, as_of=bit.since)


def _bit(
    content: bytes, entry: Mapping[str, Any], statement: Statement, standing: Standing, trust: Trust, *, now: dt.datetime
) -> _Bit:
    """Read one bit of a list that the same issuer signed with a key that is theirs alone."""
    try:
        listed = read(content)
        proven = verify_proof(listed, trust.keys)
        by = issuer_of(listed)
    except CredentialRefused as refused:
        raise ListRefused("status_list_not_genuine", str(refused)) from refused
    is_theirs = standing.key is not None and proven.key.issuer == standing.key.issuer
    if not is_theirs or statement.issuer_id not in ("", by):
        raise ListRefused("status_list_of_another", by)
    if _STOLEN & {*proven.doubts}:
        raise ListRefused("key_compromised", proven.key.key_id)
    try:
        since, until = starts_at(listed), ends_at(listed)
        is_set = status_in(listed, entry)
    except StatusProblem as problem:
        raise ListRefused(_code(problem), problem.detail) from problem
    if since > now + _CLOCKS_DIFFER:
        raise ListRefused("status_verification_error", "from the future")
    return _Bit(is_set, since, until)


def _code(problem: StatusProblem) -> str:
    """Return our code of an error of the standard: its own name, in small letters."""
    return f"status_{problem.fault.lower().removeprefix('status_')}"


def _replaces(offered: bytes, known: bytes | None, trust: Trust) -> bool:
    if known is None:
        return True
    try:
        verify_proof(read(offered), trust.keys)
    except CredentialRefused:
        return False
    return _is_newer(offered, known)


def _is_newer(one: bytes, other: bytes) -> bool:
    first, second = _dated(one), _dated(other)
    if first is None or second is None:
        return first is not None
    return is_newer(first, second)


def _dated(content: bytes) -> Mapping[str, Any] | None:
    try:
        listed = read(content)
        starts_at(listed)
    except (CredentialRefused, StatusProblem):
        return None
    return listed
