"""Certificates in every state, signed with the site's own key: for tests and pictures of the pages on which they are checked."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from lms_app.model import Credential
from lms_app.services.credentials import statuses
from lms_app.storage.transaction import transaction
from lms_app.web.context import Takwin
from takwin_certificates import codes, token as tokens
from takwin_certificates.record import Competence, Part, Partner, Record, Signatory
from takwin_certificates.signing import sign


@dataclass(frozen=True)
class Issued:
    """One certificate, as whoever holds the paper has it."""

    code: str
    token: str
    """What follows `/V/` in its QR code."""
    record: Record


FULL: dict[str, Any] = {
    "kind": "competence",
    "titles": {
        "ar": "حكامة التعاونيات ومواكبتها",
        "fr": "Gouvernance et accompagnement des coopératives",
        "en": "Governing and accompanying cooperatives",
    },
    "criteria": {
        "ar": "اجتياز التقييم بنسبة 70 في المئة، والحضور 20 ساعة، وقبول المهمة التطبيقية.",
        "fr": "Évaluation réussie à 70 %, vingt heures de présence et travail pratique accepté.",
        "en": "Assessment passed with 70 %, twenty hours attended and the practical task accepted.",
    },
    "course_key": "course-v1:Takwin+GOV+2026",
    "run": "2026",
    "issuer": "Fondation Takwin",
    "language": "fr",
    "name_arabic": "أمينة بنت الحسن العلوي",
    "name_latin": "Amina Bent El Hassan Alaoui",
    "starts_on": dt.date(2026, 6, 1),
    "ends_on": dt.date(2026, 7, 24),
    "cohort": "Souss 3 – الفوج الثالث",
    "place": "Taroudant",
    "city": "Rabat",
    "hours": 42,
    "hours_face_to_face": 20,
    "hours_field": 6.5,
    "field_visits": 4,
    "grade_percent": 87,
    "competences": (
        Competence(
            texts={
                "ar": "إعداد ملف جمع عام صحيح واحتساب النصاب",
                "fr": "Préparer un dossier d’assemblée régulier et calculer le quorum",
                "en": "Prepare a valid assembly file and compute the quorum",
            },
            level=3,
        ),
        Competence(
            texts={"fr": "Traiter un conflit d’intérêts", "ar": "معالجة تضارب المصالح", "en": "Handle a conflict of interest"},
            level=4,
        ),
    ),
    "trainers": ("Samira Bennani", "خالد أوبلا"),
    "assessors": ("Youssef El Idrissi",),
    "signatories": (
        Signatory(title="Directrice du programme", name="Naïma Cherkaoui"),
        Signatory(title="Responsable pédagogique"),
    ),
    "partners": (Partner(name="Réseau des coopératives du Souss"),),
}


def record_of(site: str, *, now: dt.datetime, **facts: Any) -> Record:
    """Make a full record of today."""
    values: dict[str, Any] = {
        **FULL, "code": codes.generate(), "site": site, "issued_on": now.date(), "issued_at": now.replace(microsecond=0),
        "award": "course-v1:Takwin+GOV+2026#competence", "subject": "urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b",
        **facts,
    }  # fmt: skip
    return Record(**values)


def issue(here: Takwin, person: int, *, columns: dict[str, Any] | None = None, is_kept: bool = True, **facts: Any) -> Issued:
    """Issue a certificate to somebody; `facts` change the record, `columns` its row. With `is_kept` false the register loses it."""
    now = facts.pop("now", None) or here.clock()
    with transaction(here.sessions) as session:
        facts["status"] = statuses.take_place(session)
    key = facts.pop("key", None) or here.keys.record()
    record = record_of(here.settings.site_url, now=now, **facts)
    signature = sign(record.to_json(), key)
    token = tokens.url(record.site, tokens.make(record, key)).rpartition("/")[2]
    row = {
        "person_id": person, "award": f"test-{record.code}", "kind": record.kind, "code": record.code, "number": record.number or None,
        "record": record.to_json().decode(), "signature": signature.to_text(), "key_id": signature.key_id, "token": token,
        "issued_at": now, "valid_until": record.valid_until, **(columns or {}),
    }  # fmt: skip
    if record.status is not None:
        row |= {"status_list": record.status.list, "status_index": record.status.index}
    if is_kept:
        with transaction(here.sessions) as session:
            session.add(Credential(**row))
    return Issued(record.code, token, record)


def part(code: str) -> Part:
    """Make a course of a programme."""
    return Part(
        titles={"ar": "حكامة التعاونيات", "fr": "Gouvernance des coopératives"},
        course_key="course-v1:Takwin+GOV+2026",
        code=code,
        hours=20,
    )
