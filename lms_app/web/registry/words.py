"""The register in words: what became of certificates, what is asked about them, what the log says, what columns are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask_babel import gettext

from lms_app.domain.certificates import State
from lms_app.services.credentials.exporting import Cell
from lms_app.services.credentials.legacy import Fault
from lms_app.services.credentials.requests import Kind
from lms_app.web.i18n import N_
from lms_app.web.verify.words import kind_in_words

STATES: Final[Mapping[State, tuple[str, str, str]]] = {
    State.VALID: (N_("Valid"), "ok", "check"),
    State.EXPIRED: (N_("Expired"), "warn", "clock"),
    State.SUSPENDED: (N_("Suspended"), "warn", "lock"),
    State.REVOKED: (N_("Withdrawn"), "bad", "cross"),
    State.REPLACED: (N_("Replaced"), "", "undo"),
}
"""The word, the tone of its badge, and the sign beside it."""
REQUESTS: Final[Mapping[Kind, tuple[str, str]]] = {
    Kind.CORRECT: (N_("Correct it"), N_("A new certificate with the right facts replaces it; this one says so.")),
    Kind.SUSPEND: (N_("Suspend it"), N_("It does not count until it is reinstated.")),
    Kind.REINSTATE: (N_("Reinstate it"), N_("It counts again.")),
    Kind.REVOKE: (N_("Withdraw it"), N_("It never counts again. This can't be undone.")),
}
"""What can be asked, and what it does."""
ASKED: Final[Mapping[Kind, str]] = {
    Kind.CORRECT: N_("Correction"),
    Kind.SUSPEND: N_("Suspension"),
    Kind.REINSTATE: N_("Reinstatement"),
    Kind.REVOKE: N_("Withdrawal"),
}
DECISIONS: Final[Mapping[str, tuple[str, str]]] = {
    "": (N_("Waits for a decision"), "info"),
    "accepted": (N_("Accepted"), "ok"),
    "refused": (N_("Refused"), "bad"),
    "taken_back": (N_("Taken back"), ""),
}
LOG: Final[Mapping[str, str]] = {
    "issued": N_("Issued"),
    "file": N_("File made"),
    "suspended": N_("Suspended"),
    "reinstated": N_("Reinstated"),
    "revoked": N_("Withdrawn"),
    "replaced": N_("Replaced by a corrected one"),
    "imported": N_("Brought in from an old register"),
}
FILES: Final[Mapping[str, str]] = {
    "pdf": N_("Certificate (PDF)"),
    "json": N_("Credential (Open Badges 3.0)"),
    "jwt": N_("Credential (JWT)"),
    "png": N_("Badge (PNG)"),
    "svg": N_("Badge (SVG)"),
}
COLUMNS: Final[Mapping[str, str]] = {
    "number": N_("Certificate number"),
    "code": N_("Verification code"),
    "address": N_("Address of the check"),
    "state": N_("State"),
    "name_latin": N_("Name in Latin letters"),
    "name_arabic": N_("Name in Arabic letters"),
    "name_tifinagh": N_("Name in Tifinagh"),
    "kind": N_("Kind of certificate"),
    "title": N_("Training"),
    "title_ar": N_("Training (Arabic)"),
    "title_fr": N_("Training (French)"),
    "title_en": N_("Training (English)"),
    "course": N_("Course"),
    "run": N_("Edition"),
    "cohort": N_("Cohort"),
    "place": N_("Place"),
    "city": N_("Made out in"),
    "issued_on": N_("Issued on"),
    "valid_until": N_("Valid until"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "hours": N_("Hours"),
    "hours_face_to_face": N_("Hours face to face"),
    "hours_field": N_("Hours in the field"),
    "field_visits": N_("Cooperatives visited"),
    "grade_percent": N_("Grade in percent"),
    "competences": N_("What the holder can do"),
    "criteria": N_("What was asked for it"),
    "trainers": N_("Trainers"),
    "assessors": N_("Assessors"),
    "signatories": N_("Signed by"),
    "partners": N_("Partners"),
    "parts": N_("Courses of the programme"),
    "issuer": N_("Issued by"),
    "language": N_("Language of the paper"),
    "suspended_on": N_("Suspended on"),
    "suspended_reason": N_("Reason of the suspension"),
    "revoked_on": N_("Withdrawn on"),
    "revoked_reason": N_("Reason of the withdrawal"),
    "replaces": N_("Corrects"),
    "replaced_by": N_("Replaced by"),
    "award": N_("Award"),
    "version": N_("State of the course (hash)"),
    "template": N_("Design"),
    "status_list": N_("Status list"),
    "status_index": N_("Place in the status list"),
    "key": N_("Key that signed"),
    "record_sha256": N_("SHA-256 of the record"),
}
FAULTS: Final[Mapping[str, str]] = {
    "not_utf8": N_("This is not a text in UTF-8. Save the table as “CSV UTF-8”."),
    "not_csv": N_("This is not a table of commas or semicolons."),
    "column_missing": N_("The column is missing in the head."),
    "column_unknown": N_("There is no such column: %(value)s."),
    "column_twice": N_("The column is there twice."),
    "too_many_cells": N_("The line has more cells than the head."),
    "too_many": N_("There is more than one file can bring: divide it."),
    "empty": N_("This must not be empty."),
    "bad_number": N_("A number has letters or digits, at most 64: %(value)s."),
    "bad_date": N_("This is no day that has been: %(value)s. Write it as 2019-03-07 or 07/03/2019."),
    "bad_status": N_("The status is “valid” or “revoked”, not: %(value)s."),
    "twice_here": N_("The same number stands in line %(value)s already."),
    "differs": N_("This number is in the register already, with other facts."),
    "ours": N_("Takwin itself gave this number out."),
    "hidden_characters": N_("There are invisible characters in this text. Please type it again by hand."),
    "text_too_long": N_("This is too long."),
}
LEGACY_COLUMNS: Final[Mapping[str, str]] = {
    "number": N_("The number on the paper"),
    "holder": N_("The name on the paper"),
    "title": N_("What it was given for"),
    "issued_on": N_("Day of issue, as 2019-03-07 or 07/03/2019; may be empty"),
    "issuer": N_("Who issued it; this site's own issuer where it is empty"),
    "status": N_("“valid” or “revoked”; valid where it is empty"),
    "note": N_("A note for whoever checks it; may be empty"),
}


@dataclass(frozen=True)
class StateShown:
    """What a certificate is worth, as a badge shows it."""

    word: str
    tone: str
    icon: str


def state_shown(state: State) -> StateShown:
    """Return the badge of a state."""
    word, tone, icon = STATES[state]
    return StateShown(gettext(word), tone, icon)


def column_heads() -> dict[str, str]:
    """Return what the columns of the table are called."""
    return {name: gettext(words) for name, words in COLUMNS.items()}


def cell_in_words(column: str, value: Cell) -> Cell:
    """Say a cell whose value is a word of ours; return all others as they are."""
    if column == "state" and isinstance(value, str):
        return str(gettext(STATES[State(value)][0]))
    if column == "kind" and isinstance(value, str):
        return kind_in_words(value)
    return value


def fault_in_words(fault: Fault) -> str:
    """Say what is wrong with a line of an old register."""
    return str(gettext(FAULTS[fault.code], value=fault.value))


def day_of(text: str) -> date | None:
    """Return the day that a date field sent; None for nothing and for what no browser sends."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
