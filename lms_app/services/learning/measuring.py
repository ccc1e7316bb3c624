"""What diagnostics found: one's own, or those of a course or of the cohorts that one trains, each beside the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms_app.adapters.content import CourseReader
from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.follow_up import has_measurements, measurements
from lms_app.domain.actors import Actor
from lms_app.domain.content import Outline
from lms_app.domain.errors import NotFound
from lms_app.domain.follow_up import pillars_in
from lms_app.domain.keys import BlockId, PersonId
from lms_app.services.accounts.signing_in import display_name
from lms_app.services.learning.cohorts import cohorts_for
from lms_app.services.learning.seating import is_course_staff
from lms_app.storage.blobs import Blobs

Names = Mapping[tuple[BlockId, str], str]


@dataclass(frozen=True)
class PillarLine:
    """One respect in which a cooperative was measured, 0 to 100; `change` is since the measurement before."""

    id: str
    name: str
    score: float | None
    change: float | None


@dataclass(frozen=True)
class MeasureLine:
    """One measurement; `change` is since the last one of the same cooperative at another moment."""

    person: str
    """'' when the account was erased."""
    user_name: str
    cohort: str
    block: BlockId
    title: str
    cooperative: str
    moment: str
    respondents: int
    measured_at: datetime
    overall: float | None
    change: float | None
    pillars: tuple[PillarLine, ...]


@dataclass(frozen=True)
class MeasureList:
    """Measurements, newest first, and the cohorts by which they can be narrowed."""

    title: str
    language: str
    lines: tuple[MeasureLine, ...]
    cohorts: tuple[tuple[int, str], ...] = ()


def has_own(session: Session, course: CourseFacts, *, person: PersonId) -> bool:
    """Tell whether the person measured anything in the course."""
    return has_measurements(session, person, course.id)


def own_measures(
    session: Session, course: CourseFacts, outline: Outline, *, person: PersonId, language: str, blobs: Blobs
) -> MeasureList:
    """Return what the person's own diagnostics found in the course."""
    rows = measurements(session, course.id, person=person)
    return MeasureList(outline.title(outline.root, language), language, _lines(session, course, outline, rows, language, blobs))


def measures_for(
    session: Session, actor: Actor, course: CourseFacts, outline: Outline, *, cohort: int | None, language: str, blobs: Blobs
) -> MeasureList:
    """Return what was measured in the course, or in the cohorts that the actor trains; `cohort` narrows to one of them.

    Refused (`NotFound`): a cohort that is not theirs to see.
    """
    known = tuple((card.id, card.name) for card in cohorts_for(session, actor, course))
    ids = [number for number, _name in known]
    if cohort is not None and cohort not in ids:
        raise NotFound("no_such_cohort")
    chosen = [cohort] if cohort is not None else None if is_course_staff(actor, course.id) else ids
    rows = measurements(session, course.id, cohorts=chosen)
    lines = _lines(session, course, outline, rows, language, blobs)
    return MeasureList(outline.title(outline.root, language), language, lines, known)


def _lines(
    session: Session, course: CourseFacts, outline: Outline, rows: Sequence[Any], language: str, blobs: Blobs
) -> tuple[MeasureLine, ...]:
    names = _names(session, course, outline, {BlockId(row.block_id) for row in rows}, language, blobs)
    before: dict[tuple[Any, ...], dict[str, Any]] = {}
    """By person, block and cooperative: the last row of each moment, the newest last."""
    lines = []
    for row in rows:
        kept = before.setdefault((row.person_id, row.block_id, row.cooperative.casefold()), {})
        other = next((one for moment, one in reversed(kept.items()) if moment != row.moment), None)
        lines.append(_line(row, other, outline, names, language))
        kept.pop(row.moment, None)
        kept[row.moment] = row
    return tuple(reversed(lines))


def _line(row: Any, other: Any, outline: Outline, names: Names, language: str) -> MeasureLine:
    block = BlockId(row.block_id)
    then = {one.id: one.score for one in pillars_in(other.data)} if other is not None else {}
    return MeasureLine(
        person="" if row.erased_at else display_name(language, row.name_arabic, row.name_latin) or row.user_name,
        user_name="" if row.erased_at else row.user_name,
        cohort=row.cohort or "",
        block=block,
        title=outline.title(block, language) if block in outline else "",
        cooperative=row.cooperative,
        moment=row.moment,
        respondents=row.respondents,
        measured_at=row.measured_at,
        overall=row.overall,
        change=_change(other.overall if other is not None else None, row.overall),
        pillars=tuple(
            PillarLine(one.id, names.get((block, one.id), one.id), one.score, _change(then.get(one.id), one.score))
            for one in pillars_in(row.data)
        ),
    )


def _change(then: float | None, now: float | None) -> float | None:
    return None if then is None or now is None else now - then


def _names(
    session: Session, course: CourseFacts, outline: Outline, blocks: set[BlockId], language: str, blobs: Blobs
) -> dict[tuple[BlockId, str], str]:
    """Return what pillars are called in the published course, in the reader's language: two reads however many there are."""
    there = sorted(block for block in blocks if block in outline)
    reader = CourseReader(session, course.key, outline.snapshot, language=language, blobs=blobs)
    reader.prefetch(there)
    return {(block, pillar): name for block in there for pillar, name in _named(reader.block(block).fields.get("texts"))}


def _named(texts: Any) -> Iterator[tuple[str, str]]:
    """Yield ids and names of a block's parts: `texts` holds a part's name under `ID/name`."""
    for key, text in texts.items() if isinstance(texts, Mapping) else ():
        if key.endswith("/name") and key.count("/") == 1:
            yield key.removesuffix("/name"), str(text)
