"""The look of a course's certificates: changed by its trainers, read by whoever freezes or previews one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import CourseKey
from lms_app.domain.papers import Paper, PartnerPlace, Texts, read_paper, text_in
from lms_app.i18n import CODES
from lms_app.services.authoring.drafts import hold_draft
from takwin_certificates.facts import Competence, Partner, Signatory
from takwin_certificates.lettering import LONGEST_LABEL, LONGEST_TEXT, clean


def change_paper(session: Session, actor: Actor, key: CourseKey, wanted: Paper, *, now: datetime) -> None:
    """Set the look of the course's certificates, audited; those issued already keep theirs.

    Refused (`Invalid`): what `read_paper` refuses, and a partner's consent noted by anybody but a site administrator, who
    has seen it in writing.
    """
    course = hold_draft(session, key).course
    before = read_paper(course.certificate)
    wanted = read_paper(wanted.to_json())
    if not actor.is_site_admin and _consents(wanted) - _consents(before):
        raise Invalid("consent_needs_admin", field="partners")
    course.certificate = wanted.to_json()
    write_audit(session, "course_certificate", f"course:{course.id}", actor=actor.person_id, at=now)


def printed(paper: Paper, language: str, *, levels: Mapping[int, int] | None = None) -> dict[str, Any]:
    """Return the facts that a paper gives to a `Record` in this language; `levels`: index of a competence to the level seen.

    A partner that has not consented is not named at all: neither its name nor its logo.
    """
    levels = levels or {}
    return {
        "template": paper.template,
        "city": _line(text_in(paper.city, language)),
        "signatories": tuple(
            Signatory(title=_line(text_in(each.titles, language)), name=_line(each.name), picture=each.picture)
            for each in paper.signatories
        ),
        "partners": tuple(Partner(name=_line(each.name), logo=each.logo) for each in paper.partners if each.has_consented),
        "competences": tuple(
            Competence(texts=_competence(each), level=levels.get(number)) for number, each in enumerate(paper.competences)
        ),
        "assessors": tuple(_line(each) for each in paper.assessors),
        "hours_field": paper.hours_field,
        "field_visits": paper.field_visits,
    }


def _consents(paper: Paper) -> set[PartnerPlace]:
    return {each for each in paper.partners if each.has_consented}


def _competence(texts: Texts) -> dict[str, str]:
    return {language: _line(text, longest=LONGEST_TEXT) for language, text in texts.items() if language in (*CODES, "zgh")}


def _line(text: str, *, longest: int = LONGEST_LABEL) -> str:
    line = clean(text)
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
