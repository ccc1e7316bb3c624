"""Reading a course from an archive or a folder, before any transaction: what takes long must not hold the database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from lms_app.domain.content import LANGUAGES, Asset, CourseContent
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import BlockId, CourseKey, course_key, parse_course_key
from lms_app.domain.problems import Problem, Severity
from lms_app.olx.archive import open_course_files
from lms_app.olx.assets import content_type_of, is_active_drawing
from lms_app.olx.files import CourseFiles
from lms_app.olx.problems import FileRefused, error, note, warning
from lms_app.olx.tree import STATIC, CourseTree, read_course_tree
from lms_app.runtime.exporter import ASSET_FACTS, GRADING
from lms_app.runtime.importer import import_tree
from lms_app.runtime.plugins import BlockTypes
from lms_app.storage.blobs import Blobs

_LANGUAGE_GUESSED: Final = "en"
_KEY_PART: Final = "unnamed"


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A course read from its files, ready to be written."""

    key: CourseKey | None
    """None when the files did not even say which course they are."""
    content: CourseContent | None
    """None when the files are no course that could be read."""
    problems: tuple[Problem, ...] = ()
    places: Mapping[BlockId, tuple[str, int]] = field(default_factory=dict)
    """File and line of each block."""

    @property
    def is_refused(self) -> bool:
        """Tell whether nothing may be written because of what was found."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


def prepare_import(
    source: Path | bytes,
    *,
    blobs: Blobs | None,
    types: BlockTypes,
    key: CourseKey | None = None,
    language: str | None = None,
) -> Prepared:
    """Read a course and store its assets (none, without `blobs` or with an error); faults of the files are among the problems.

    Refuses (`Invalid`) a language that Takwin does not speak. Assets are kept under their hashes: stored in vain, they do no harm.
    """
    if language and language not in LANGUAGES:
        raise Invalid("no_such_language", language=language)
    try:
        with open_course_files(source) as files:
            prepared = _read(files, types, key=key, language=language)
            if blobs and prepared.content and not prepared.is_refused:
                for path in prepared.content.assets:
                    blobs.put(files.read(f"{STATIC}{path}"))
            return prepared
    except FileRefused as refused:
        return Prepared(key=key, content=None, problems=(refused.problem,))


def _read(files: CourseFiles, types: BlockTypes, *, key: CourseKey | None, language: str | None) -> Prepared:
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
    return Prepared(
        key=found_key,
        content=content,
        problems=(*problems, *files.problems, *imported.problems),
        places=imported.places,
    )


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
