"""What a check says, in words: one headline to be read at a glance, and the three answers under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext
from markupsafe import Markup, escape

from lms_app.services.credentials.checking import Check, Verdict
from lms_app.services.credentials.checking_number import NumberCheck
from lms_app.web.i18n import N_, theirs, written_date
from takwin_certificates.verifying.finding import Finding, Genuine, Reason, Valid

OK, WARN, BAD, ASK = "ok", "warn", "bad", "ask"
ICONS: Final = {OK: "check", WARN: "clock", BAD: "cross", ASK: "ask"}

HEADLINES: Final[Mapping[Verdict, tuple[str, str, str]]] = {
    Verdict.VALID: (OK, N_("Genuine and valid"), N_("It was issued here, nothing in it was changed, and it counts today.")),
    Verdict.SUSPENDED: (WARN, N_("Suspended"), N_("It is genuine, but it does not count for now.")),
    Verdict.REVOKED: (BAD, N_("Withdrawn"), N_("It was issued here, but it no longer counts.")),
    Verdict.REPLACED: (WARN, N_("Replaced"), N_("It is genuine, but a corrected certificate counts in its place.")),
    Verdict.EXPIRED: (WARN, N_("Expired"), N_("It is genuine, but its time has run out.")),
    Verdict.NOT_YET_VALID: (WARN, N_("Not valid yet"), N_("It is genuine, but it counts only from a later day.")),
    Verdict.KEY_COMPROMISED: (
        BAD,
        N_("Do not rely on it"),
        N_("It was signed when others may have had the key. Please ask the organisation that issued it."),
    ),
    Verdict.GONE: (
        ASK,
        N_("Genuine, but not in the register"),
        N_("The QR code was signed here, yet the register lacks this certificate. Please ask the organisation that issued it."),
    ),
    Verdict.FOREIGN: (
        ASK,
        N_("Not issued here"),
        N_("This QR code was signed with a key that this site never had. Please check it on the site that is printed beside it."),
    ),
    Verdict.FORGED: (BAD, N_("Not genuine"), N_("This QR code does not fit its signature. Do not trust the paper.")),
    Verdict.UNREADABLE: (
        ASK,
        N_("Not a whole QR code"),
        N_("A part of its address is missing. Please scan it again, or type the code that is printed beside it."),
    ),
    Verdict.BROKEN: (
        BAD,
        N_("Do not trust this certificate"),
        N_("Its record does not fit its signature. Please tell the organisation that issued it."),
    ),
    Verdict.LEGACY: (
        OK,
        N_("In the old register"),
        N_("It was issued before certificates were signed, and the register of then has it."),
    ),
    Verdict.LEGACY_REVOKED: (BAD, N_("Withdrawn"), N_("The old register has it, and says that it no longer counts.")),
    Verdict.UNKNOWN: (ASK, N_("No certificate has this code"), N_("Either it was mistyped, or it was not issued here.")),
    Verdict.TOO_MANY: (
        ASK,
        N_("Not looked up"),
        N_("Too many were tried from here. Please send this line again in a quarter of an hour."),
    ),
}
REASONS: Final[Mapping[str, tuple[str, str]]] = {
    Reason.REVOKED: (BAD, N_("Withdrawn")),
    Reason.SUSPENDED: (WARN, N_("Suspended")),
    Reason.REPLACED: (WARN, N_("Replaced by a corrected one")),
    Reason.EXPIRED: (WARN, N_("Expired")),
    Reason.NOT_YET_VALID: (WARN, N_("Not valid yet")),
    Reason.KEY_COMPROMISED: (BAD, N_("Signed with a key that others may have had")),
}
"""Reasons of files, and the verdicts of the same names."""
KINDS: Final[Mapping[str, str]] = {
    "participation": N_("Statement of participation"),
    "completion": N_("Certificate of completion"),
    "competence": N_("Certificate of competence"),
    "programme": N_("Programme certificate"),
}


@dataclass(frozen=True)
class Answer:
    """One question and its answer; tone, sign and word say the same."""

    question: str
    tone: str
    word: str | Markup
    detail: str | Markup = ""

    @property
    def icon(self) -> str:
        """The sign beside it."""
        return ICONS[self.tone]


@dataclass(frozen=True)
class Said:
    """What the head of an answer page says."""

    tone: str
    title: str
    text: str
    answers: tuple[Answer, ...]

    @property
    def icon(self) -> str:
        """The large sign."""
        return ICONS[self.tone]


def said_of(check: Check) -> Said:
    """Say the answer to a code or a QR code."""
    tone, title, text = HEADLINES[check.verdict]
    return Said(tone, gettext(title), gettext(text), (_genuine(check.genuine), _counts(check), _issuer(check.issuer)))


def said_of_file(found: Finding) -> Said:
    """Say the answer to a file, which may have been signed anywhere and knows nothing of today."""
    tone, title, text = _headline_of_file(found)
    when = Markup("{} {}").format(gettext("Known as of"), written_date(found.status_as_of, "time")) if found.status_as_of else ""
    counts = {
        Valid.YES: (OK, gettext("Yes"), when),
        Valid.NO: (_worst(found.reasons), gettext("No"), _joined(found.reasons)),
        Valid.UNKNOWN: (ASK, gettext("Not known"), gettext("A file alone cannot tell what became of it since.")),
    }[found.valid]
    who = _issuer(found.issuer or "", claimed=found.claimed_issuer or "")
    return Said(tone, title, text, (_genuine(found.genuine), Answer(_question_valid(), *counts), who))


def said_of_number(verdict: Verdict, found: NumberCheck) -> Said:
    """Say the answer to a number; of an old register, that nobody signed it."""
    if found.check is not None:
        return said_of(found.check)
    tone, title, text = HEADLINES[verdict]
    genuine = Answer(_question_genuine(), ASK, gettext("Not signed"), gettext("It was issued before certificates were signed."))
    counts = (
        (BAD, gettext("No"), gettext("Withdrawn"))
        if verdict is Verdict.LEGACY_REVOKED
        else (OK, gettext("Yes"), gettext("By the old register."))
    )
    issuer = found.legacy.issuer if found.legacy else ""
    return Said(tone, gettext(title), gettext(text), (genuine, Answer(_question_valid(), *counts), _issuer(issuer)))


def kind_in_words(kind: str) -> str:
    """Name a kind of certificate honestly."""
    return gettext(KINDS[kind]) if kind in KINDS else kind


def _headline_of_file(found: Finding) -> tuple[str, str, str]:
    if found.genuine is Genuine.NO:
        return BAD, gettext("Not genuine"), gettext("This file does not fit its signature, or bears none. Do not trust it.")
    if found.genuine is Genuine.CANNOT_TELL:
        return ASK, gettext("Nobody can say"), gettext("It could not be found out whether this file is genuine.")
    if found.reasons:
        tone, words = REASONS[found.reasons[0]]
        return tone, gettext(words), gettext("The file is genuine, but it does not count today.")
    if found.valid is Valid.YES:
        return (
            OK,
            gettext("Genuine and valid"),
            gettext("It was signed by its issuer, nothing in it was changed, and it counts today."),
        )
    return (
        WARN,
        gettext("Genuine"),
        gettext("Nothing in the file was changed. Whether it still counts is not known: check its code."),
    )


def _genuine(genuine: Genuine) -> Answer:
    tone, word, detail = {
        Genuine.YES: (OK, gettext("Yes"), ""),
        Genuine.NO: (BAD, gettext("No"), gettext("The signature does not fit.")),
        Genuine.CANNOT_TELL: (ASK, gettext("Nobody can say"), ""),
    }[genuine]
    return Answer(_question_genuine(), tone, word, detail)


def _question_genuine() -> str:
    return str(gettext("Is it genuine?"))


def _question_valid() -> str:
    return str(gettext("Does it count today?"))


def _counts(check: Check) -> Answer:
    question = _question_valid()
    if check.valid is Valid.UNKNOWN:
        return Answer(question, ASK, gettext("Not known"))
    if check.valid is Valid.YES:
        until = check.record.valid_until if check.record else None
        detail = Markup("{} {}").format(gettext("Until"), written_date(until)) if until else gettext("It has no end date.")
        return Answer(question, OK, gettext("Yes"), detail)
    if not check.reasons:
        return Answer(question, BAD, gettext("No"))
    return Answer(question, _worst(check.reasons), gettext("No"), _why(check))


def _why(check: Check) -> Markup:
    record = check.record
    days = {
        Verdict.REVOKED: check.since,
        Verdict.SUSPENDED: check.since,
        Verdict.REPLACED: check.since,
        Verdict.EXPIRED: record.valid_until if record else None,
        Verdict.NOT_YET_VALID: record.issued_on if record else None,
    }
    parts = [_dated(gettext(REASONS[each][1]), days.get(each)) for each in check.reasons]
    if check.is_given_up:
        parts.append(escape(gettext("at the holder's request")))
    elif check.revoked_reason and check.since:
        parts.append(Markup("{}: {}").format(gettext("Reason"), theirs(check.revoked_reason)))
    return Markup("<br>").join(parts)


def _dated(words: str, day: date | None) -> Markup:
    return Markup("{} – {}").format(words, written_date(day)) if day else escape(words)


def _issuer(name: str, *, claimed: str = "") -> Answer:
    question = gettext("Who issued it?")
    if name:
        return Answer(question, OK, theirs(name))
    if claimed:
        return Answer(question, ASK, gettext("Nobody can say"), Markup("{}: {}").format(gettext("It names"), theirs(claimed)))
    return Answer(question, ASK, gettext("Nobody can say"))


def _worst(reasons: Iterable[str]) -> str:
    return BAD if any(REASONS[each][0] == BAD for each in reasons) else WARN


def _joined(reasons: Iterable[str]) -> str:
    return " · ".join(gettext(REASONS[each][1]) for each in reasons)


def tone_of(verdict: Verdict) -> str:
    """Return the tone in which a verdict is said: ok, warn, bad or ask."""
    return HEADLINES[verdict][0]
