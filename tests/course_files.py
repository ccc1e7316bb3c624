"""Small courses as files, and what an import makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lms_app.olx.files import CourseFiles
from lms_app.olx.tree import read_course_tree
from lms_app.runtime.import_terms import Imported
from lms_app.runtime.importer import import_tree
from lms_app.runtime.plugins import BlockTypes

KEY = "course-v1:Org+Course+run"
HEAD = '<course url_name="run" org="Org" course="Course"/>'
TYPES = BlockTypes()


def files_of(course: str, **files: str) -> dict[str, bytes]:
    """Return a course's files: `files_of('<chapter …/>', html__intro_xml='<html …/>')`; `__` is `/`, the last `_` a dot."""
    named = {_name(name): text.encode() for name, text in files.items()}
    return {"course.xml": HEAD.encode(), "course/run.xml": f"<course>{course}</course>".encode(), **named}


def _name(name: str) -> str:
    path, _, ending = name.replace("__", "/").rpartition("_")
    return f"{path}.{ending}"


def imported(files: Mapping[str, bytes]) -> Imported:
    """Return what the files are, without a database."""
    view = CourseFiles.of(files)
    tree = read_course_tree(view)
    return import_tree(
        view,
        course_key=KEY,
        types=TYPES,
        root=tree.root,
        root_file=tree.root_file,
        policies=tree.policies,
        run=tree.run,
    )


def codes(found: Imported) -> list[str]:
    """Return the codes of all problems, in order."""
    return [problem.code for problem in found.problems]


def write_folder(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write the files below a folder and return it."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
