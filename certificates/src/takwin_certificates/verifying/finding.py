"""What a check found: three answers kept apart, every certified fact, and each step that led there."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any, Final, Self

_LONGEST_TEXT: Final = 300_000
_MOST_LINES: Final = 4_000


class Kind(StrEnum):
    """What sort of file it is, told from its content."""

    SEALED = "sealed"
    """Our own signed record, JSON."""
    LINKED_DATA = "linked_data"
    """An Open Badge 3.0 with a Data Integrity proof."""
    JWT = "jwt"
    PDF = "pdf"
    PNG = "png"
    SVG = "svg"
    TOKEN = "token"  # noqa: S105 -- a kind of file
    UNKNOWN = "unknown"


class Genuine(StrEnum):
    """Whether an issuer that the reader trusts signed exactly these facts."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "cannot_tell"
    """Nothing was changed, but nobody vouches for the key; or the file carries no signature to go by."""


class Valid(StrEnum):
    """Whether it counts today."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Reason(StrEnum):
    """Why it does not count, or may not."""

    REVOKED = "revoked"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REPLACED = "replaced"
    KEY_COMPROMISED = "key_compromised"


class Outcome(StrEnum):
    """How one step of the check went."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_MADE = "not_made"


@dataclass(frozen=True, slots=True)
class Check:
    """One step: what was looked at, how it went, and a code that says exactly why."""

    name: str
    outcome: Outcome
    code: str
    detail: str = ""
    """For who wants to know more; it may quote the file, so it is never to be shown as if we said it."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One certified fact: the key of its label, its value, and the language of the value where it is told in several."""

    label: str
    value: str
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """All that is known of one file."""

    kind: Kind
    genuine: Genuine
    valid: Valid = Valid.UNKNOWN
    reasons: tuple[Reason, ...] = ()
    issuer: str | None = None
    """Who signed, by the reader's own trust list; never what the file says of itself."""
    claimed_issuer: str | None = None
    """Whom the file names. It proves nothing."""
    key_id: str | None = None
    code: str | None = None
    """The verification code, where the facts have one."""
    site: str | None = None
    """Where the file says that it can be asked after. Nobody vouches for the address unless `genuine` is yes."""
    facts: tuple[Fact, ...] = ()
    """In full and in order; empty where the file is not genuine, since nobody certified them."""
    checks: tuple[Check, ...] = ()
    credential: str = ""
    """The signed text itself, as it was found in the file; empty where the file is not genuine."""
    status_as_of: dt.datetime | None = None
    """The day up to which revocations are known; None where nothing is known of them."""
    checked_at: dt.datetime | None = None

    def check(self, name: str) -> Check | None:
        """Return one step by its name, or None if it was no part of this check."""
        return next((each for each in self.checks if each.name == name), None)

    @property
    def problems(self) -> tuple[Check, ...]:
        """The steps that failed."""
        return tuple(each for each in self.checks if each.outcome is Outcome.FAILED)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values, for another process or a page."""
        plain = asdict(self)
        for name in ("status_as_of", "checked_at"):
            moment: dt.datetime | None = plain[name]
            plain[name] = None if moment is None else moment.isoformat()
        for name in ("reasons", "facts", "checks"):
            plain[name] = list(plain[name])
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Self:
        """Read it again; raises `ValueError` for anything that `to_json` does not write.

        What a process that read a hostile file answers is itself read with care: lists and texts are bounded.
        """
        try:
            return cls(
                kind=Kind(plain["kind"]),
                genuine=Genuine(plain["genuine"]),
                valid=Valid(plain["valid"]),
                reasons=tuple(Reason(each) for each in plain["reasons"]),
                facts=tuple(Fact(*_texts(each, "label", "value", "language")) for each in _bounded(plain["facts"])),
                checks=tuple(_check(each) for each in _bounded(plain["checks"])),
                credential=_text_or_none(plain["credential"]) or "",
                status_as_of=_moment(plain["status_as_of"]),
                checked_at=_moment(plain["checked_at"]),
                **{name: _text_or_none(plain[name]) for name in ("issuer", "claimed_issuer", "key_id", "code", "site")},
            )
        except (KeyError, TypeError, AttributeError) as error:
            message = "this is no finding"
            raise ValueError(message) from error

    def with_check(self, check: Check) -> Finding:
        """Return it with one more step at the end."""
        return replace(self, checks=(*self.checks, check))


def _check(plain: dict[str, Any]) -> Check:
    name, code, detail = _texts(plain, "name", "code", "detail")
    return Check(name, Outcome(plain["outcome"]), code, detail)


def _texts(plain: dict[str, Any], *names: str) -> list[str]:
    return [_text_or_none(plain[name]) or "" for name in names]


def _text_or_none(value: object) -> str | None:
    if value is not None and (not isinstance(value, str) or len(value) > _LONGEST_TEXT):
        raise TypeError
    return value


def _bounded(lines: Any) -> list[dict[str, Any]]:
    if not isinstance(lines, list) or len(lines) > _MOST_LINES:
        raise TypeError
    return lines


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else dt.datetime.fromisoformat(text)
