"""Bringing a course in: from an archive or a folder to nodes, files and a revision, with a report of everything that was met."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_app.adapters.nodes import load_content, store_content
from lms_app.adapters.outlines import title_of
from lms_app.adapters.people import write_audit
from lms_app.adapters.revisions import commit_revision, hold_plan, publish as publish_revision
from lms_app.domain.actors import Actor
from lms_app.domain.content import LANGUAGES, RAW_FIELD, CourseContent
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.domain.problems import Problem, Severity
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.runtime.import_language import Translation, diff_as_language
from lms_app.runtime.plugins import BlockTypes, needs_heavy_import
from lms_app.runtime.traits import translatable_fields
from lms_app.services.authoring.preparing import Prepared, prepare_import
from lms_app.storage.blobs import Blobs


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import met. With an error among the problems nothing was written."""

    course: CourseKey | None
    """None when the files did not even say which course they are."""
    title: str = ""
    language: str = ""
    blocks: Mapping[str, int] = field(default_factory=dict)
    """How many of each type."""
    raw: tuple[BlockId, ...] = ()
    """Blocks that are kept but can't be played."""
    problems: tuple[Problem, ...] = ()
    dry_run: bool = False
    revision: int | None = None
    """None when nothing was written."""
    is_new: bool = False
    needs_heavy: bool = False
    """A block type of xblocks-contrib came in: a server that has not imported it yet reloads."""

    @property
    def is_refused(self) -> bool:
        """Tell whether nothing could be written because of what was found."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    def as_json(self) -> dict[str, Any]:
        """Return the report for `--json`."""
        return {
            "course": self.course,
            "title": self.title,
            "language": self.language,
            "blocks": dict(self.blocks),
            "raw": list(self.raw),
            "problems": [problem.as_json() for problem in self.problems],
            "refused": self.is_refused,
            "dry_run": self.dry_run,
            "revision": self.revision,
        }


def import_course(
    session: Session,
    source: Path | bytes | Prepared,
    *,
    blobs: Blobs,
    types: BlockTypes,
    now: datetime,
    actor: Actor | None = None,
    key: CourseKey | None = None,
    language: str | None = None,
    as_language: str | None = None,
    of: CourseKey | None = None,
    dry_run: bool = False,
    publish: bool = False,
) -> ImportReport:
    """Bring a course in, or (`as_language`, `of`) another language of one that is here; return the report.

    Reading takes seconds: who must not hold the database meanwhile calls `prepare_import` first and gives its result as `source`
    (then `key` and `language` are those given there). Nothing is written when an error is among the problems, or with `dry_run`;
    nothing is committed. Refuses (`Invalid`, `NotFound`) wishes that make no sense; faults of the files are in the report.
    """
    base = _base(session, as_language, of)
    if as_language and as_language not in LANGUAGES:
        raise Invalid("no_such_language", language=as_language)
    if not isinstance(source, Prepared):
        chosen = CourseKey(base.key) if base else key
        source = prepare_import(source, blobs=None if dry_run else blobs, types=types, key=chosen, language=as_language or language)
    desk = _Desk(types, actor, now, dry_run, publish)
    if source.key is None or source.content is None:
        return ImportReport(course=source.key, problems=source.problems, dry_run=dry_run)
    if base and as_language:
        return _lay_over(session, base, source, source.content, as_language, desk)
    return _take_in(session, source.key, source, source.content, desk)


@dataclass(frozen=True)
class _Desk:
    """What writing needs."""

    types: BlockTypes
    actor: Actor | None
    now: datetime
    dry_run: bool
    publish: bool


def _base(session: Session, as_language: str | None, of: CourseKey | None) -> Course | None:
    if bool(as_language) != bool(of):
        raise Invalid("language_without_course" if as_language else "course_without_language")
    if not of:
        return None
    found = find_course_row(session, of)
    if found is None or found.draft_revision_id is None:
        raise NotFound("no_such_course", key=of)
    if as_language == found.source_language:
        raise Conflict("already_source_language", key=of, language=as_language)
    return found


def find_course_row(session: Session, key: CourseKey, *, locked: bool = False) -> Course | None:
    """Return the course's row, whatever the case of its key, or None; `locked` keeps other writers waiting."""
    query = select(Course).where(func.lower(Course.key) == key.lower())
    return session.scalar(query.with_for_update().execution_options(populate_existing=True) if locked else query)


def _take_in(session: Session, key: CourseKey, read: Prepared, content: CourseContent, desk: _Desk) -> ImportReport:
    course = find_course_row(session, key, locked=not desk.dry_run)  # what is saved meanwhile must not go unseen
    report = _report(key, content, read.problems, desk)
    if desk.dry_run or report.is_refused:
        return report
    is_new = course is None
    if course is None:
        course = Course(key=key, title=report.title, source_language=content.language, created_at=desk.now)
        session.add(course)
        session.flush()
    content = _with_languages(session, course, content)
    revision = _commit(session, course, content, desk, message=f"import {report.title}")
    return replace(report, revision=revision.id, is_new=is_new)


def _with_languages(session: Session, course: Course, content: CourseContent) -> CourseContent:
    """Return the new content with the translations that the course has already: a new source text does not lose them."""
    if course.draft_revision_id is None:
        return content
    before = load_content(session, _snapshot_of(session, course))
    overlays = {
        language: replace(overlay, texts={block: texts for block, texts in overlay.texts.items() if block in content.blocks})
        for language, overlay in before.overlays.items()
        if language != content.language
    }
    pages = {path: text for path, text in before.pages.items() if path.partition(":")[0] in overlays}
    return replace(content, overlays=overlays, pages={**content.pages, **pages})


def _lay_over(session: Session, base: Course, read: Prepared, other: CourseContent, language: str, desk: _Desk) -> ImportReport:
    if not desk.dry_run:  # what is saved meanwhile must not go unseen: it would be gone from the draft
        base = find_course_row(session, CourseKey(base.key), locked=True) or base
    before = load_content(session, _snapshot_of(session, base))
    translation = diff_as_language(
        before,
        other,
        language,
        translatable=lambda block_type: translatable_fields(block_type, desk.types.load(block_type)),
        places=read.places,
    )
    report = _report(CourseKey(base.key), other, (*read.problems, *translation.problems), desk)
    if desk.dry_run or report.is_refused:
        return report
    content = _translated(before, translation, language)
    revision = _commit(session, base, content, desk, message=f"import language {language}")
    return replace(report, revision=revision.id)


def _translated(before: CourseContent, translation: Translation, language: str) -> CourseContent:
    kept = {path: text for path, text in before.pages.items() if not path.startswith(f"{language}:")}
    return replace(
        before,
        overlays={**before.overlays, language: translation.overlay},
        pages={**kept, **translation.pages},
    )


def _snapshot_of(session: Session, course: Course) -> str:
    revision = session.get(Revision, course.draft_revision_id)
    if revision is None:
        raise NotFound("no_such_course", key=course.key)
    return revision.snapshot


def _commit(session: Session, course: Course, content: CourseContent, desk: _Desk, *, message: str) -> Revision:
    snapshot = store_content(session, content, desk.now)
    author = desk.actor.person_id if desk.actor else None
    parents = [course.draft_revision_id] if course.draft_revision_id else []
    revision = commit_revision(session, course, snapshot, author=author, message=message, now=desk.now, parents=parents)
    if desk.publish:
        publish_revision(session, course, revision)
        hold_plan(session, course.id)
        write_audit(session, "course_published", f"course:{course.id}", actor=author, at=desk.now, revision=revision.id)
    return revision


def _report(key: CourseKey, content: CourseContent, problems: tuple[Problem, ...], desk: _Desk) -> ImportReport:
    blocks = Counter(block.type for block in content.walk())
    return ImportReport(
        course=key,
        title=title_of(content.blocks[content.root]),
        language=content.language,
        blocks=dict(sorted(blocks.items())),
        raw=tuple(block.id for block in content.walk() if RAW_FIELD in block.fields),
        problems=problems,
        dry_run=desk.dry_run,
        needs_heavy=needs_heavy_import(blocks),
    )
