"""A certificate for somebody who does not exist, so that its look can be judged before anybody gets one."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from lms_app.domain.content import Outline
from lms_app.domain.keys import CourseKey, course_parts
from lms_app.domain.papers import Paper
from lms_app.i18n import CODES
from lms_app.services.credentials.papers import printed
from takwin_certificates.lettering import LONGEST_LABEL, LONGEST_TEXT, clean
from takwin_certificates.record import Partner, Record, StatusPlace

KINDS: Final = ("participation", "completion", "competence")
_NAME_LATIN: Final = "Specimen Marie-Antoinette El Idrissi"
_NAME_ARABIC: Final = "نموذج أمينة بنت الحسن الإدريسي"
_HOURS: Final = 20
_CODE: Final = "0000-0000-0000-0000-0000"
"""Well-formed, and given to nobody: who types it reads that there is no such certificate."""


def sample_record(
    outline: Outline,
    *,
    key: CourseKey,
    hours: float | None,
    paper: Paper,
    kind: str,
    language: str,
    issuer: str,
    site: str,
    now: datetime,
) -> Record:
    """Return a record with every fact that such a certificate may carry; it is never signed.

    Partners that have not consented yet are shown too: somebody must see the paper before they agree.
    """
    root = outline[outline.root]
    titles = {code: _line(text) for code, text in {outline.language: root.title, **root.titles}.items() if code in CODES}
    look = printed(paper, language, levels=dict.fromkeys(range(len(paper.competences)), 3))
    look["partners"] = tuple(Partner(name=clean(each.name)[:LONGEST_LABEL], logo=each.logo) for each in paper.partners)
    return Record(
        **look,
        name_latin=_NAME_LATIN,
        name_arabic=_NAME_ARABIC,
        code=_CODE,
        number="XX-SPECIMEN-0000",
        kind=kind,
        award=f"{key}#{kind}",
        subject=uuid.UUID(int=0).urn,
        titles={**titles, language: titles.get(language) or titles[outline.language]},
        course_key=key,
        run=course_parts(key)[2],
        issued_on=now.date(),
        issued_at=now.replace(microsecond=0),
        issuer=clean(issuer)[:LONGEST_LABEL],
        language=language,
        site=site,
        hours=max(hours or _HOURS, paper.hours_field or 0),
        grade_percent=87 if kind == "competence" else None,
        status=StatusPlace(list=0, index=0),
    )


def _line(text: str) -> str:
    return clean(text)[:LONGEST_TEXT]
