"""Taking a course out: an archive that Open edX and Takwin read, and a list of what could not be put into it."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import block_hashes, load_content
from lms_app.domain.content import CourseContent
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.domain.problems import Problem
from lms_app.model.content import Revision
from lms_app.olx.files import CourseFiles
from lms_app.olx.problems import FileRefused, warning
from lms_app.olx.tree import STATIC, read_course_tree
from lms_app.olx.writer import write_archive
from lms_app.runtime.exporter import export_tree, in_language
from lms_app.runtime.importer import import_tree
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.importing import find_course_row
from lms_app.storage.blobs import Blobs


def export_course(
    session: Session,
    key: CourseKey,
    *,
    blobs: Blobs,
    types: BlockTypes,
    language: str | None = None,
    published: bool = False,
) -> tuple[bytes, list[Problem]]:
    """Return the course's draft (or what is published) as a tar.gz in one of its languages, and what it could not hold.

    Refuses (`NotFound`, `Invalid`) a course that is not here and a language that it lacks.
    """
    course = find_course_row(session, key)
    chosen = (course.published_revision_id if published else course.draft_revision_id) if course else None
    revision = session.get(Revision, chosen) if chosen else None
    if revision is None:
        raise NotFound("no_such_course", key=key)
    content = load_content(session, revision.snapshot)
    if language and language != content.language:
        content = in_language(content, language)
    files, problems = export_tree(content, course_key=key, types=types)
    problems.extend(_losses(content, files, key, types))
    for path, asset in content.assets.items():
        try:
            files[f"{STATIC}{path}"] = blobs.get(asset.sha256)
        except NotFound:
            problems.append(warning("asset_lost", f"{STATIC}{path}"))
    return write_archive(files), problems


def _losses(content: CourseContent, files: dict[str, bytes], key: CourseKey, types: BlockTypes) -> list[Problem]:
    """Read the files back and name every block that does not come out as it went in."""
    try:
        tree = read_course_tree(CourseFiles.of(files))
        back = import_tree(
            tree.files,
            course_key=key,
            types=types,
            root=tree.root,
            root_file=tree.root_file,
            policies=tree.policies,
            run=tree.run,
            language=content.language,
        ).content
    except FileRefused as refused:
        return [replace(refused.problem, code="export_not_readable")]
    before, after = block_hashes(content), block_hashes(back)
    if before[content.root] == after.get(back.root):
        return []
    return [
        warning("not_exported_exactly", "", 0, block=block_id, fields=_differing(content, back, block_id))
        for block_id in before
        if block_id not in back.blocks or _differing(content, back, block_id)
    ]


def _differing(content: CourseContent, back: CourseContent, block_id: BlockId) -> list[str]:
    ours = content.blocks[block_id]
    theirs = back.blocks.get(block_id)
    if theirs is None:
        return ["*"]
    names = {*ours.fields, *theirs.fields}
    differing = [name for name in sorted(names) if ours.fields.get(name) != theirs.fields.get(name)]
    return differing + (["children"] if ours.children != theirs.children else [])
