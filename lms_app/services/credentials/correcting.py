"""Correcting a certificate: another is issued in its place, with its history; nothing that was signed is edited."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import CourseFacts, find_course
from lms_app.adapters.credentials import attainments_of, change_credential, credential_by_code, held_award
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import ANONYMOUS, Actor
from lms_app.domain.awards import PROGRAMME, Judged, award_name
from lms_app.domain.content import Outline
from lms_app.domain.eligibility import ATTAINED, Attained, Reached, judge
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import CourseKey, PersonId, course_parts
from lms_app.domain.papers import DESIGNS
from lms_app.i18n import latin_digits
from lms_app.model.credentials import Programme
from lms_app.services.credentials import log, statuses
from lms_app.services.credentials.issuing import Issuer, Series, Whereabouts, issue, replaced, store, unnumbered
from lms_app.services.learning.scoring import Standing, standing_of
from takwin_certificates.lettering import LONGEST_NAME, clean
from takwin_certificates.record import InvalidRecord, Record
from takwin_certificates.shapes import DATE

TEXTS: Final = ("name_arabic", "name_latin", "name_tifinagh", "cohort", "place", "city", "language", "template")
NUMBERS: Final = ("hours", "hours_face_to_face", "hours_field", "field_visits")
DATES: Final = ("starts_on", "ends_on")
CHANGEABLE: Final = frozenset({*TEXTS, *NUMBERS, *DATES, "trainers"})
"""What a correction may change: what was written wrongly. What was achieved is judged anew, never typed."""
REPLACED: Final = "replaced"
"""The reason of those that another certificate stands for; the check says it in the reader's language."""


def correct(
    session: Session, actor: Actor, code: str, *, changes: Mapping[str, Any], reason: str, issuer: Issuer, now: datetime
) -> str:
    """Issue the certificate again with these facts changed, the next issue of the same award; return its code.

    The old one is withdrawn as replaced, and names the new one, which counts no longer than the old one did. Refused: no
    such code, one that is withdrawn, suspended or replaced, one that has expired (it is renewed instead), no reason, facts
    outside `CHANGEABLE` or none at all, values that can't be read or printed (`Invalid`, by field).
    """
    row = _replaceable(session, code)
    if row["valid_until"] is not None and row["valid_until"] < now.date():
        raise Conflict("expired_renew_instead", code=code)
    if not reason.strip():
        raise Invalid("reason_needed", field="reason")
    before = Record.from_json(row["record"])
    told = {name: _read(name, value) for name, value in changes.items()}
    if all(getattr(before, name) == value for name, value in told.items()):
        raise Invalid("nothing_to_correct", field=next(iter(told), "reason"))
    statuses.mark_stale(session, row["status_list"])  # before the new bit is taken: older lists are locked first
    new = _store_again(session, before, row, told, issuer=issuer, now=now)
    _replace(session, row, new, now=now)
    facts = sorted(told)
    write_audit(session, "credential.correct", f"credential:{code}", actor=actor.person_id, at=now, new=new, facts=facts)
    return new


def renew(session: Session, actor: Actor, code: str, *, issuer: Issuer, now: datetime) -> str:
    """Issue a certificate that expires once more, from what is true today; return the new code.

    Refused: withdrawn or replaced, one that counts for ever, one over several courses (it is earned by renewing its parts),
    an award that the course gives no more or that is not earned by today's rule, and, where the rule asks for what trainers
    note, one whose notes since the last issue would not earn it (`Conflict`); facts that can't be printed (`Invalid`).
    """
    row = _replaceable(session, code)
    earned = _earned_again(session, row)
    if earned.asks_for_notes and not earned.is_noted_anew:
        raise Conflict("nothing_new_attained", code=code)
    try:
        return _renew(session, actor, row, earned, issuer=issuer, now=now)
    except InvalidRecord as error:
        raise Invalid("certificate_needs_name", problems=error.problems) from error


def renew_if_new(session: Session, code: str, issuer: Issuer, now: datetime) -> str | None:
    """Renew a certificate that trainers noted enough for since its last issue; return the new code, None where they did not.

    The notes since then must by themselves meet every condition of that very award that asks for notes: an absence, a
    task not accepted, or a note about something else renews nothing. What asks for a grade or the course's work alone is
    never renewed by itself: it would come back with the next answer. Raised: facts that can't be printed (`InvalidRecord`).
    """
    try:
        row = _replaceable(session, code)
        earned = _earned_again(session, row)
        if not earned.is_noted_anew:
            return None
        return _renew(session, ANONYMOUS, row, earned, issuer=issuer, now=now)
    except (Conflict, NotFound):
        return None


@dataclass(frozen=True)
class _Earned:
    """An award that is earned by what is true today, and what its certificate is made of."""

    course: CourseFacts
    outline: Outline
    standing: Standing
    judged: Judged
    asks_for_notes: bool
    is_noted_anew: bool
    """Whether the notes since the last issue alone meet what the award asks of notes; never where it asks for none."""


def _earned_again(session: Session, row: Mapping[str, Any]) -> _Earned:
    before = Record.from_json(row["record"])
    if row["valid_until"] is None or row["kind"] == PROGRAMME:
        raise Conflict("not_renewable", code=row["code"])
    person = PersonId(row["person_id"])
    course = find_course(session, CourseKey(before.course_key), person=person)
    if course.snapshot is None:
        raise NotFound("no_such_course", key=course.key)
    outline = load_outline(session, course.snapshot)
    standing = standing_of(session, person, course=course, outline=outline)
    judged = next((each for each in standing.earned if award_name(course.key, each.award.kind) == row["award"]), None)
    if judged is None:
        raise Conflict("certificate_not_earned")
    asked = [each for each in judged.award.conditions if each.kind in ATTAINED]
    notes = attainments_of(session, person, course.id) if asked else ()
    new = [Attained(each["kind"], each["name"], each["value"]) for each in notes if _counts_since(each, row["issued_at"])]
    is_new = judge(asked, Reached(attained=new)).is_met
    return _Earned(course, outline, standing, judged, asks_for_notes=bool(asked), is_noted_anew=is_new)


def _counts_since(note: Mapping[str, Any], issued_at: datetime) -> bool:
    return bool(note["value"] > 0 and note["decided_at"] > issued_at)


def _renew(session: Session, actor: Actor, row: Mapping[str, Any], earned: _Earned, *, issuer: Issuer, now: datetime) -> str:
    code = row["code"]
    statuses.mark_stale(session, row["status_list"])  # before the new bit is taken: older lists are locked first
    new = issue(
        session,
        PersonId(row["person_id"]),
        earned.judged,
        course=earned.course,
        outline=earned.outline,
        standing=earned.standing,
        issuer=issuer,
        language=Record.from_json(row["record"]).language,
        now=now,
        issue_number=row["issue"] + 1,
        replaces=code,
    )
    _replace(session, row, new, now=now)
    write_audit(session, "credential.renew", f"credential:{code}", actor=actor.person_id, at=now, new=new)
    return new


def _replaceable(session: Session, code: str) -> Mapping[str, Any]:
    row = credential_by_code(session, code, locked=True)
    if row is None:
        raise NotFound("no_such_certificate", code=code)
    if row["revoked_at"]:
        raise Conflict("revoked_already", code=code)
    if row["suspended_at"]:
        raise Conflict("suspended_till_decided", code=code)
    last = held_award(session, PersonId(row["person_id"]), row["award"])
    if last is None or last.code != code:
        raise Conflict("not_the_last_issue", code=code)
    return row


def _store_again(
    session: Session, before: Record, row: Mapping[str, Any], told: Mapping[str, Any], *, issuer: Issuer, now: datetime
) -> str:
    """Store the next issue. One of the first schema gets the facts that every record has today."""
    today = {"schema": 2, "kind": row["kind"], "award": row["award"], "issuer": issuer.name, "site": issuer.site}
    design = {"template": before.template if before.template in DESIGNS else DESIGNS[0]}
    try:
        return store(
            session,
            PersonId(row["person_id"]),
            replaced(before, **{**today, **design, **unnumbered(now).facts(), **told, "replaces": row["code"]}),
            series=_series(session, before, row),
            where=Whereabouts(row["course_id"], row["cohort_id"], row["programme_id"]),
            issuer=issuer,
            now=now,
            issue_number=row["issue"] + 1,
        )
    except InvalidRecord as error:
        field = next((name for name in told if any(problem.startswith(name) for problem in error.problems)), "reason")
        raise Invalid("correction_not_printable", field=field, problems=error.problems) from error


def _replace(session: Session, row: Mapping[str, Any], new: str, *, now: datetime) -> None:
    if new == row["code"]:
        raise Conflict("certificate_not_stored")
    change_credential(session, row["code"], revoked_at=now, revoked_reason=REPLACED, replaced_by=new)
    log.note(session, "replaced", row["code"], {"by": new}, now=now)


def _series(session: Session, before: Record, row: Mapping[str, Any]) -> Series:
    """Return the series of the certificate that is replaced; its country stands in its number."""
    if row["programme_id"] is not None:
        return Series(session.get_one(Programme, row["programme_id"]).key)
    first = before.number.split("-", maxsplit=1)[0]
    country = first if before.number.count("-") > 3 and len(first) == 2 else ""  # noqa: PLR2004 -- shape of a number, ISO 3166
    return Series(course_parts(CourseKey(before.course_key))[1], country, row["course_id"])


def _read(name: str, value: Any) -> Any:
    if name not in CHANGEABLE:
        raise Invalid("not_correctable", field=name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return () if name == "trainers" else "" if name in TEXTS else None
    try:
        return _READERS[name](value)
    except (ValueError, TypeError) as error:
        raise Invalid("field_not_right", field=name) from error


def _lines(value: Any) -> tuple[str, ...]:
    lines = value.splitlines() if isinstance(value, str) else [str(each) for each in value]
    return tuple(line[:LONGEST_NAME] for each in lines if (line := clean(each)))


def _number(value: Any) -> float:
    return float(latin_digits(str(value)).replace(",", "."))


_READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    **dict.fromkeys(TEXTS, lambda value: clean(str(value))),
    **dict.fromkeys(NUMBERS, _number),
    "field_visits": lambda value: int(_number(value)),
    **dict.fromkeys(DATES, lambda value: DATE.read(latin_digits(str(value)))),
    "trainers": _lines,
}
