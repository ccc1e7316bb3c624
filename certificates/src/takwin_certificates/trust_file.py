"""The trust file: all that a partner without a network goes by, signed, and never older than what the partner had before.

It is a JSON object of two parts. `trust` holds the keys with their life, the root certificates, the status lists and the
moment at which all this was so; `signature` is made by the key for records that is active then, over `takwin-trust-1`, a
zero byte, and the canonical bytes (RFC 8785) of `trust`.

The first file is trusted because of where it came from, and somebody should compare its fingerprint by telephone. Each
later one is trusted because of the one before: its signer is known, or a known key vouched for it.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import rfc8785
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from takwin_certificates.badge.did import did_of
from takwin_certificates.keys import IssuerKey, KeyProblem, p256_key_of, public_key_of
from takwin_certificates.keys.handover import reaches
from takwin_certificates.keys.life import from_moment, to_moment
from takwin_certificates.strict_json import InvalidRecord, parse_strictly
from takwin_certificates.trust import Handover, Purpose, Trust, TrustedKey

FORMAT: Final = "takwin-trust-1"
LARGEST: Final = 4 * 1024 * 1024

_DOMAIN: Final = FORMAT.encode() + b"\0"
_ALGORITHM: Final = "Ed25519"
_SLOW_CLOCK: Final = dt.timedelta(days=1)
_MOMENTS: Final = ("since", "retired_at", "compromised_at")


class TrustFault(StrEnum):
    """Why a trust file is not taken."""

    MALFORMED = "malformed"
    WRONG_SIGNATURE = "wrong_signature"
    SIGNER_NOT_GOOD = "signer_not_good"
    """By its own account, the key that signed it is none of the issuer's, or was retired or stolen."""
    NOT_VOUCHED = "not_vouched"
    """No key that was good in the file before vouches for the one that signed this."""
    ROLLED_BACK = "rolled_back"
    """It is older than the file before, or takes back that a key was stolen."""
    OTHER_SITE = "other_site"
    FROM_THE_FUTURE = "from_the_future"


class TrustProblem(Exception):
    """A trust file that is not to be relied on; `fault` says why."""

    def __init__(self, fault: TrustFault, detail: str = "") -> None:
        super().__init__(f"{fault}: {detail}" if detail else str(fault))
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class TrustFile:
    """A trust file that was opened: what it says, and how far that can be relied on."""

    trust: Trust
    issuer: str
    did: str
    signed_by: str
    is_first: bool
    """No earlier file speaks for this one: compare the fingerprint with what the issuer says by telephone."""

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the key that signed it."""
        return fingerprint_of(self.signed_by)


def fingerprint_of(key_id: str) -> str:
    """Return six groups of four signs by which people compare a key, reading aloud."""
    digest = hashlib.sha256(key_id.encode()).hexdigest().upper()
    return " ".join(digest[start : start + 4] for start in range(0, 24, 4))


def publish(trust: Trust, key: IssuerKey, *, now: dt.datetime) -> bytes:
    """Return the file, dated now. Refused: a key that is not among those it lists for records, or no longer good."""
    signer = trust.keys.get(key.key_id)
    if signer is None or not _is_good(signer):
        raise TrustProblem(TrustFault.SIGNER_NOT_GOOD, key.key_id)
    facts: dict[str, Any] = {
        "format": FORMAT,
        "site": trust.site,
        "did": did_of(trust.site),
        "issuer": signer.issuer,
        "as_of": from_moment(now),
        "keys": [_written_key(each) for _, each in sorted(trust.keys.items())],
        "roots": [base64.b64encode(root).decode("ascii") for root in sorted(trust.roots)],
        "handovers": [
            {"old": each.old, "new": each.new, "signature": each.signature}
            for each in sorted(trust.handovers, key=lambda each: (each.old, each.new))
        ],
        "statuses": {address: text.decode() for address, text in sorted(trust.statuses.items())},
    }
    value = key.private.sign(_DOMAIN + rfc8785.dumps(facts))
    signature = {"algorithm": _ALGORITHM, "key": key.key_id, "value": _base64url(value)}
    return rfc8785.dumps({"trust": facts, "signature": signature})


def read(text: bytes | str, known: Trust | None = None, *, now: dt.datetime | None = None) -> Trust:
    """Return what a trust file says; see `open_file` for what is refused."""
    return open_file(text, known, now=now).trust


def open_file(text: bytes | str, known: Trust | None = None, *, now: dt.datetime | None = None) -> TrustFile:
    """Check a trust file against what was known before, and return it.

    Refused with a `TrustProblem`: other JSON, a signature that does not fit, a signer that the file itself does not call
    good; and where something was known before, another site, a signer for whom no key speaks that was good then, an older
    moment, a key called stolen before and not now. With `now`, a file of a later day too.
    """
    facts, key_id = _signed_facts(text)
    try:
        trust = _read_trust(facts)
    except (KeyProblem, ValueError, TypeError, KeyError, AttributeError) as error:
        raise TrustProblem(TrustFault.MALFORMED, str(error)) from error
    signer = trust.keys.get(key_id)
    if signer is None or not _is_good(signer):
        raise TrustProblem(TrustFault.SIGNER_NOT_GOOD, key_id)
    if now is not None and trust.as_of is not None and trust.as_of > now + _SLOW_CLOCK:
        raise TrustProblem(TrustFault.FROM_THE_FUTURE, from_moment(trust.as_of))
    is_first = known is None or not known.keys
    if known is not None and not is_first:
        _compare(trust, key_id, known)
    return TrustFile(trust, signer.issuer, str(facts.get("did", "")), key_id, is_first)


def _signed_facts(text: bytes | str) -> tuple[dict[str, Any], str]:
    """Return the signed part and the id of the key that really signed it."""
    try:
        document = parse_strictly(text, largest=LARGEST)
    except InvalidRecord as error:
        raise TrustProblem(TrustFault.MALFORMED, str(error)) from error
    facts = document.get("trust") if isinstance(document, dict) else None
    signature = document.get("signature") if isinstance(document, dict) else None
    if not isinstance(facts, dict) or not isinstance(signature, dict) or facts.get("format") != FORMAT:
        raise TrustProblem(TrustFault.MALFORMED, f"it is no object of the format {FORMAT}")
    if signature.get("algorithm") != _ALGORITHM:
        raise TrustProblem(TrustFault.MALFORMED, f"the signature is not {_ALGORITHM}")
    try:
        key_id, value = str(signature.get("key")), str(signature.get("value"))
        content = base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
        public_key_of(key_id).verify(content, _DOMAIN + rfc8785.dumps(facts))
    except (InvalidSignature, KeyProblem, binascii.Error, ValueError) as error:
        raise TrustProblem(TrustFault.WRONG_SIGNATURE) from error
    return facts, key_id


def _compare(trust: Trust, key_id: str, known: Trust) -> None:
    if known.site and known.site != trust.site:
        raise TrustProblem(TrustFault.OTHER_SITE, trust.site)
    if known.as_of is not None and (trust.as_of is None or trust.as_of < known.as_of):
        raise TrustProblem(TrustFault.ROLLED_BACK, from_moment(known.as_of))
    stolen = {each.key_id for each in known.keys.values() if each.compromised_at is not None}
    now_stolen = {each.key_id for each in trust.keys.values() if each.compromised_at is not None}
    if stolen - now_stolen:
        raise TrustProblem(TrustFault.ROLLED_BACK, ", ".join(sorted(stolen - now_stolen)))
    starts = {each.key_id for each in known.keys.values() if _is_good(each)} - now_stolen
    words = [each for each in trust.handovers if each.old not in now_stolen]
    if not reaches(key_id, known=starts, handovers=words):
        raise TrustProblem(TrustFault.NOT_VOUCHED, key_id)


def _is_good(key: TrustedKey) -> bool:
    return key.purpose is Purpose.RECORD and key.retired_at is None and key.compromised_at is None


def _written_key(key: TrustedKey) -> dict[str, str]:
    moments = {name: getattr(key, name) for name in _MOMENTS}
    told = {name: from_moment(moment) for name, moment in moments.items() if moment is not None}
    return {"id": key.key_id, "issuer": key.issuer, "purpose": str(key.purpose), **told}


def _read_trust(facts: Mapping[str, Any]) -> Trust:
    keys = [_read_key(each) for each in facts["keys"]]
    roots = tuple(base64.b64decode(each, validate=True) for each in facts["roots"])
    for root in roots:
        x509.load_der_x509_certificate(root)
    words = tuple(Handover(_text(each["old"]), _text(each["new"]), _text(each["signature"])) for each in facts["handovers"])
    texts = {_text(address): _text(signed).encode() for address, signed in facts["statuses"].items()}
    if len({each.key_id for each in keys}) < len(keys):
        message = "a key is listed twice"
        raise ValueError(message)
    return Trust({each.key_id: each for each in keys}, roots, _text(facts["site"]), to_moment(facts["as_of"]), texts, words)


def _read_key(entry: Mapping[str, Any]) -> TrustedKey:
    purpose = Purpose(entry["purpose"])
    key_id = _text(entry["id"])
    (public_key_of if purpose is Purpose.RECORD else p256_key_of)(key_id)
    moments = {name: to_moment(entry[name]) for name in _MOMENTS if name in entry}
    return TrustedKey(key_id, _text(entry["issuer"]), purpose, **moments)


def _text(value: object) -> str:
    if not isinstance(value, str):
        message = "a text is missing"
        raise TypeError(message)
    return value


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
