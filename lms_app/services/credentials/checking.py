"""Checking a code that somebody typed, or the signed address of a QR code: three answers, every certified fact, or a clear no."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.credentials import credential_by_code
from lms_app.domain.errors import NotFound
from lms_app.services.credentials.revoking import AT_HOLDERS_REQUEST
from takwin_certificates import codes, token as tokens
from takwin_certificates.keys import TrustedKey
from takwin_certificates.record import InvalidRecord, Record
from takwin_certificates.signing import Signature, fits, is_unchanged, seal
from takwin_certificates.token import Token, TokenFault, TokenProblem
from takwin_certificates.verifying.finding import Genuine, Valid


class Verdict(StrEnum):
    """What a check finds: the one word in which the three answers are summed up."""

    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    """It was corrected: another certificate counts in its place."""
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    KEY_COMPROMISED = "key_compromised"
    """It was signed when others might have had the key."""
    GONE = "gone"
    """A genuine QR code of ours, but the register does not have the certificate: it was restored from an older backup, say."""
    FOREIGN = "foreign"
    """A QR code that was signed with a key this site never had."""
    FORGED = "forged"
    """A QR code that does not fit its signature, or another name than the register's."""
    UNREADABLE = "unreadable"
    """Not a whole QR code."""
    BROKEN = "broken"
    """There is a row, but its signature does not fit: somebody changed the database."""
    LEGACY = "legacy"
    """The register from before Takwin has this number. It bears no signature."""
    LEGACY_REVOKED = "legacy_revoked"
    """The register from before Takwin withdrew it."""
    UNKNOWN = "unknown"
    """No such certificate was ever issued here, or the code was mistyped."""
    TOO_MANY = "too_many"
    """A line of a list that was not looked up: too many numbers, or too many misses, from one address."""


_GENUINE: Final = {
    Verdict.KEY_COMPROMISED: Genuine.CANNOT_TELL,
    Verdict.FOREIGN: Genuine.CANNOT_TELL,
    Verdict.UNKNOWN: Genuine.CANNOT_TELL,
    Verdict.FORGED: Genuine.NO,
    Verdict.UNREADABLE: Genuine.CANNOT_TELL,
    Verdict.BROKEN: Genuine.NO,
    Verdict.LEGACY: Genuine.CANNOT_TELL,
    Verdict.LEGACY_REVOKED: Genuine.CANNOT_TELL,
    Verdict.TOO_MANY: Genuine.CANNOT_TELL,
}
_COUNTS: Final = {Verdict.VALID: Valid.YES, Verdict.GONE: Valid.UNKNOWN, Verdict.FOREIGN: Valid.UNKNOWN} | {
    Verdict.UNKNOWN: Valid.UNKNOWN,
    Verdict.LEGACY: Valid.YES,
    Verdict.UNREADABLE: Valid.UNKNOWN,
    Verdict.TOO_MANY: Valid.UNKNOWN,
}
GIVEN_OUT: Final = frozenset({Verdict.VALID, Verdict.EXPIRED, Verdict.NOT_YET_VALID})
"""Of these the files can be had; of a certificate that was withdrawn nobody gets another copy here."""
NOT_THERE: Final = frozenset({Verdict.UNKNOWN, Verdict.UNREADABLE, Verdict.FOREIGN, Verdict.FORGED})
"""Nothing was found; many such answers are somebody's guesses."""
_LONGEST_TYPED: Final = 200
_SHORTEST_TOKEN: Final = 61
"""Signs; no code and no number is as long as that, and every token is longer."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """The answer to a code or to a QR code."""

    verdict: Verdict
    code: str
    """As it is printed; what was typed, put in that form, where there is no such certificate."""
    reasons: tuple[Verdict, ...] = ()
    """Everything that keeps it from counting, the gravest first."""
    issuer: str = ""
    """Who issued it, by a signature that fits; empty where nobody can say."""
    record: Record | None = None
    """Every certified fact; None where nobody certified any, and where the holder took the certificate back."""
    token: Token | None = None
    """What the QR code says, where nothing better is known."""
    since: datetime | None = None
    """When it was withdrawn or suspended."""
    revoked_reason: str = ""
    """Why, in the words of whoever did it."""
    replaced_by: str = ""
    fingerprint: str = ""
    """SHA-256 of the bytes that were signed."""
    has_slip: bool = False
    """What was typed is as long as a code, but its check sign says that a sign in it is wrong."""

    @property
    def genuine(self) -> Genuine:
        """Whether this issuer signed exactly these facts."""
        return _GENUINE.get(self.verdict, Genuine.YES)

    @property
    def valid(self) -> Valid:
        """Whether it counts today."""
        return _COUNTS.get(self.verdict, Valid.NO)

    @property
    def is_given_up(self) -> bool:
        """Whether its holder asked for it to be withdrawn."""
        return self.revoked_reason == AT_HOLDERS_REQUEST

    @property
    def revoked_at(self) -> datetime | None:
        """When it was withdrawn, for good."""
        return self.since if self.verdict in {Verdict.REVOKED, Verdict.REPLACED} else None


def check(session: Session, said: str, *, trusted: Mapping[str, TrustedKey], now: datetime) -> Check:
    """Answer what follows `/v/` in an address: a code, or the token of a QR code. It always answers."""
    if is_token(said):
        return check_token(session, said, trusted=trusted, now=now)
    return check_code(session, said, trusted=trusted, now=now)


def is_token(said: str) -> bool:
    """Tell whether this is too long for a code: a QR code, whole or in part."""
    return len(said.strip().rpartition("/")[2]) >= _SHORTEST_TOKEN


def check_code(session: Session, typed: str, *, trusted: Mapping[str, TrustedKey], now: datetime | None = None) -> Check:
    """Return what is known of a code as somebody typed it; spaces, case and look-alike letters are forgiven."""
    code = codes.normalise(typed[:_LONGEST_TYPED])
    row = credential_by_code(session, code) if codes.is_wellformed(code) else None
    if row is None:
        _take_as_long(trusted)
        return Check(verdict=Verdict.UNKNOWN, code=code, has_slip=_has_slip(code))
    return _judged(row, trusted, now)


def check_token(session: Session, said: str, *, trusted: Mapping[str, TrustedKey], now: datetime | None = None) -> Check:
    """Return what is known of a QR code: its own signature first, then the certificate in the register as it stands today.

    One whose signature does not fit is never looked up, so that made-up ones tell nothing of what there is.
    """
    try:
        token = tokens.read(said)
        key = tokens.verify(token, trusted)
    except TokenProblem as problem:
        return Check(verdict=_SAYS.get(problem.fault, Verdict.UNREADABLE), code="")
    row = credential_by_code(session, token.code)
    if row is None:
        verdict = Verdict.KEY_COMPROMISED if key.compromised_at else Verdict.GONE
        return Check(verdict=verdict, code=token.code, token=token, issuer="" if key.compromised_at else key.issuer)
    found = _judged(row, trusted, now)
    if found.record is not None and not _says_the_same(token, found.record):
        return Check(verdict=Verdict.FORGED, code="")
    return found


def sealed_record(session: Session, code: str) -> bytes:
    """Return the record and its signature in one JSON file, for a check without this site; raise `NotFound`."""
    row = credential_by_code(session, code)
    if row is None:
        raise NotFound("no_such_certificate", code=code)
    return seal(row["record"].encode(), Signature.from_text(row["key_id"], row["signature"]))


_SAYS: Final = {TokenFault.WRONG_SIGNATURE: Verdict.FORGED, TokenFault.UNKNOWN_KEY: Verdict.FOREIGN}


def _judged(row: Mapping[str, Any], trusted: Mapping[str, TrustedKey], now: datetime | None) -> Check:
    text = row["record"].encode()
    try:
        is_ours = fits(text, Signature.from_text(row["key_id"], row["signature"]), trusted=trusted)
        record = Record.from_json(text)
    except InvalidRecord:
        is_ours = False
    if not is_ours or record.code != row["code"]:
        return Check(verdict=Verdict.BROKEN, code=row["code"])
    found = Check(
        verdict=Verdict.VALID,
        code=row["code"],
        record=record,
        since=row["revoked_at"] or row["suspended_at"],
        revoked_reason=row["revoked_reason"] if row["revoked_at"] else row["suspended_reason"],
        replaced_by=row["replaced_by"] or "",
        fingerprint=hashlib.sha256(text).hexdigest(),
    )
    reasons = _reasons(row, record, trusted[row["key_id"]], now.date() if now else None)
    found = replace(found, issuer="" if Verdict.KEY_COMPROMISED in reasons else record.issuer)
    if found.is_given_up:  # the holder has the say over it: what it said of them is no longer told
        found = replace(found, record=None, fingerprint="")
    return replace(found, verdict=reasons[0], reasons=reasons) if reasons else found


def _reasons(row: Mapping[str, Any], record: Record, key: TrustedKey, today: date | None) -> tuple[Verdict, ...]:
    """Return all that keeps a certificate from counting, the gravest first."""
    stolen = key.compromised_at is not None and row["issued_at"] >= key.compromised_at
    tests = (
        (Verdict.KEY_COMPROMISED, stolen),
        (Verdict.REPLACED, row["replaced_by"]),
        (Verdict.REVOKED, row["revoked_at"] and not row["replaced_by"]),
        (Verdict.SUSPENDED, row["suspended_at"]),
        (Verdict.EXPIRED, today and record.valid_until and today > record.valid_until),
        (Verdict.NOT_YET_VALID, today and today < record.issued_on),
    )
    return tuple(verdict for verdict, applies in tests if applies)


def _says_the_same(token: Token, record: Record) -> bool:
    """Tell whether a QR code is of this very certificate: whoever stole a key could put another name on a code."""
    facts = (token.kind, token.language, token.issued_on, token.valid_until, token.title)
    names = {record.name_latin, record.name_arabic}
    return token.name in names and facts == (
        record.kind,
        record.language,
        record.issued_on,
        record.valid_until,
        tokens.shortened(record.title),
    )


def _has_slip(code: str) -> bool:
    signs = code.replace("-", "")
    return len(signs) == codes.LENGTH and not codes.is_wellformed(code)


def _take_as_long(trusted: Mapping[str, TrustedKey]) -> None:
    """Check a signature although there is none, so that the time tells nobody whether a code exists."""
    for key_id in list(trusted)[:1]:
        is_unchanged(b"{}", Signature(key_id, bytes(64)))
