"""Bringing a course in: from an archive or a folder to nodes, files and a revision, with a report of everything that was met."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms_app.adapters.nodes import block_hashes, load_content, store_content
from lms_app.adapters.outlines import title_of
from lms_app.adapters.revisions import commit_revision, publish as publish_revision
from lms_app.domain.actors import Actor
from lms_app.domain.content import LANGUAGES, RAW_FIELD, Asset, CourseContent
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey, course_key, parse_course_key
from lms_app.domain.problems import Problem, Severity
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.olx.archive import open_course_files
from lms_app.olx.assets import content_type_of, is_active_drawing
from lms_app.olx.files import CourseFiles
from lms_app.olx.problems import FileRefused, error, note, warning
from lms_app.olx.tree import STATIC, CourseTree, read_course_tree
from lms_app.runtime.exporter import ASSET_FACTS, GRADING
from lms_app.runtime.import_language import Translation, diff_as_language
from lms_app.runtime.import_terms import Imported
from lms_app.runtime.importer import import_tree
from lms_app.runtime.plugins import BlockTypes, needs_heavy_import
from lms_app.runtime.traits import translatable_fields
from lms_app.storage.blobs import Blobs

_LANGUAGE_GUESSED: Final = "en"
_KEY_PART: Final = "unnamed"


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


@dataclass
class _Read:
    """A course read from its files, not yet written."""

    key: CourseKey
    content: CourseContent
    imported: Imported
    problems: list[Problem]


def import_course(
    session: Session,
    source: Path | bytes,
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

    Nothing is written when an error is among the problems, or with `dry_run`. The caller's transaction is not committed.
    Refuses (`Invalid`, `NotFound`) wishes that make no sense; faults of the files are in the report.
    """
    base = _base(session, as_language, of)
    for wish in (language, as_language):
        if wish and wish not in LANGUAGES:
            raise Invalid("no_such_language", language=wish)
    try:
        with open_course_files(source) as files:
            read = _read(files, types, key=CourseKey(base.key) if base else key, language=as_language or language)
            if base and as_language:
                return _lay_over(session, base, read, files, as_language, _Desk(blobs, types, actor, now, dry_run, publish))
            return _take_in(session, read, files, _Desk(blobs, types, actor, now, dry_run, publish))
    except FileRefused as refused:
        return ImportReport(course=key, problems=(refused.problem,), dry_run=dry_run)


@dataclass(frozen=True)
class _Desk:
    """What writing needs."""

    blobs: Blobs
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


def find_course_row(session: Session, key: CourseKey) -> Course | None:
    """Return the course's row, whatever the case of its key, or None."""
    return session.scalar(select(Course).where(func.lower(Course.key) == key.lower()))


def _read(files: CourseFiles, types: BlockTypes, *, key: CourseKey | None, language: str | None) -> _Read:
    tree = read_course_tree(files)
    problems = list(tree.problems)
    found_key = key or _key_of(tree, problems)
    said = str(tree.policies.get(f"course/{tree.run}", {}).get("language") or tree.root.get("language") or "")
    imported = import_tree(
        files,
        course_key=found_key,
        types=types,
        root=tree.root,
        root_file=tree.root_file,
        policies=tree.policies,
        run=tree.run,
        language=language or _language(said, problems),
    )
    unused = tree.unused(imported.files)
    if unused:
        problems.append(note("files_not_used", unused[0], 0, count=len(unused), files=unused[:20]))
    content = replace(
        imported.content,
        pages=tree.pages,
        policy={
            **imported.content.policy,
            **({GRADING: tree.grading} if tree.grading else {}),
            **({ASSET_FACTS: tree.asset_facts} if tree.asset_facts else {}),
        },
        assets=dict(_assets(files, tree, problems)),
    )
    return _Read(found_key, content, imported, [*problems, *files.problems, *imported.problems])


def _key_of(tree: CourseTree, problems: list[Problem]) -> CourseKey:
    missing = [name for name, value in (("org", tree.org), ("course", tree.course)) if not value]
    if missing:
        problems.append(warning("course_without_name", "course.xml", 1, missing=missing))
    try:
        return course_key(tree.org or _KEY_PART, tree.course or _KEY_PART, tree.run)
    except Invalid as refused:
        problems.append(error("bad_course_key", "course.xml", 1, **refused.facts))
        return parse_course_key(f"course-v1:{_KEY_PART}+{_KEY_PART}+{_KEY_PART}")


def _language(said: str, problems: list[Problem]) -> str:
    short = said.replace("_", "-").partition("-")[0].lower()
    if short in LANGUAGES:
        return short
    problems.append(warning("language_guessed", "course.xml", 1, said=said, language=_LANGUAGE_GUESSED))
    return _LANGUAGE_GUESSED


def _assets(files: CourseFiles, tree: CourseTree, problems: list[Problem]) -> Iterator[tuple[str, Asset]]:
    for path in tree.assets:
        name = f"{STATIC}{path}"
        content = files.read(name)
        if is_active_drawing(path, content):
            problems.append(note("svg_with_script", name))
        yield path, Asset(path, hashlib.sha256(content).hexdigest(), content_type_of(path, content), len(content))


def _store_assets(blobs: Blobs, files: CourseFiles, assets: Mapping[str, Asset]) -> None:
    for path in assets:
        blobs.put(files.read(f"{STATIC}{path}"))


def _take_in(session: Session, read: _Read, files: CourseFiles, desk: _Desk) -> ImportReport:
    course = find_course_row(session, read.key)
    report = _report(read, read.content, read.problems, desk)
    if desk.dry_run or report.is_refused:
        return report
    _store_assets(desk.blobs, files, read.content.assets)
    is_new = course is None
    if course is None:
        course = Course(key=read.key, title=report.title, source_language=read.content.language, created_at=desk.now)
        session.add(course)
        session.flush()
    content = _with_languages(session, course, read.content)
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


def _lay_over(session: Session, base: Course, read: _Read, files: CourseFiles, language: str, desk: _Desk) -> ImportReport:
    before = load_content(session, _snapshot_of(session, base))
    translation = diff_as_language(
        before,
        read.content,
        language,
        translatable=lambda block_type: translatable_fields(block_type, desk.types.load(block_type)),
        places=read.imported.places,
    )
    content = _translated(before, translation, language)
    report = _report(read, content, [*read.problems, *translation.problems], desk)
    if desk.dry_run or report.is_refused:
        return report
    _store_assets(desk.blobs, files, translation.overlay.assets)
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
    return revision


def _report(read: _Read, content: CourseContent, problems: list[Problem], desk: _Desk) -> ImportReport:
    blocks = Counter(block.type for block in read.content.walk())
    if not any(problem.severity is Severity.ERROR for problem in problems):
        block_hashes(content)  # a block inside itself is refused before anything is written
    return ImportReport(
        course=read.key,
        title=title_of(read.content.blocks[read.content.root]),
        language=read.content.language,
        blocks=dict(sorted(blocks.items())),
        raw=tuple(block.id for block in read.content.walk() if RAW_FIELD in block.fields),
        problems=tuple(problems),
        dry_run=desk.dry_run,
        needs_heavy=needs_heavy_import(blocks),
    )
