"""What a course asks of those who take it: how to enrol, what earns the certificate, how many hours it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.keys import CourseKey
from lms_app.i18n import latin_digits
from lms_app.services.authoring.drafts import hold_draft

ENROLMENTS: Final = ("open", "code")
CERTIFICATES: Final = ("", "grade", "completion")
_LONGEST_CODE: Final = 60
_MOST_HOURS: Final = 10_000


@dataclass(frozen=True)
class CourseSettings:
    """The settings of a course's row."""

    enrolment: str
    enrolment_code: str
    certificate: str
    """'' for none, `grade` or `completion`."""
    at_least: float
    """A part of one."""
    hours: float | None


def change_settings(session: Session, actor: Actor, key: CourseKey, wanted: CourseSettings, *, now: datetime) -> None:
    """Set them, audited; they hold at once. Refused by field: an unknown kind, no code where one is asked for, a part above one."""
    find = Findings()
    find(lambda: _check_enrolment(wanted))
    find(lambda: _check_certificate(wanted))
    find(lambda: _check_hours(wanted))
    find.raise_all()
    course = hold_draft(session, key).course
    course.enrolment = wanted.enrolment
    course.enrolment_code = latin_digits(wanted.enrolment_code).strip()
    course.certificate_rule = {"kind": wanted.certificate, "at_least": wanted.at_least} if wanted.certificate else {}
    course.hours = wanted.hours
    rule = dict(course.certificate_rule)
    write_audit(session, "course_settings", f"course:{course.id}", actor=actor.person_id, at=now, certificate=rule)


def _check_enrolment(wanted: CourseSettings) -> None:
    if wanted.enrolment not in ENROLMENTS:
        raise Invalid("field_not_listed", field="enrolment")
    if wanted.enrolment == "code" and not wanted.enrolment_code.strip():
        raise Invalid("required", field="enrolment_code")
    if len(wanted.enrolment_code) > _LONGEST_CODE:
        raise Invalid("text_too_long", field="enrolment_code", longest=_LONGEST_CODE)


def _check_certificate(wanted: CourseSettings) -> None:
    if wanted.certificate not in CERTIFICATES:
        raise Invalid("field_not_listed", field="certificate")
    if wanted.certificate and not 0 < wanted.at_least <= 1:
        raise Invalid("bad_threshold", field="at_least")


def _check_hours(wanted: CourseSettings) -> None:
    if wanted.hours is not None and not 0 < wanted.hours <= _MOST_HOURS:
        raise Invalid("bad_hours", field="hours")
