"""The files of one course, read on demand: names to bytes, text and XML."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from lxml import etree

from lms_app.domain.problems import Problem
from lms_app.olx import xml
from lms_app.olx.problems import refuse

Source = Callable[[], bytes]
_DEEPEST_ROOT: Final = 3


class CourseFiles:
    """A read-only view of a course's files. Text and XML are checked the first time, and what was guessed is kept in `problems`."""

    def __init__(self, files: Mapping[str, tuple[int, Source]]) -> None:
        self._files = files
        self._texts: dict[str, str] = {}
        self.problems: list[Problem] = []

    @classmethod
    def of(cls, contents: Mapping[str, bytes]) -> CourseFiles:
        """Return a view of files that are in memory."""
        return cls({name: (len(content), _same(content)) for name, content in contents.items()})

    @property
    def names(self) -> Collection[str]:
        """All names, sorted."""
        return sorted(self._files)

    def below(self, folder: str) -> list[str]:
        """Return the names of the files in a folder and deeper, sorted."""
        return [name for name in self.names if name.startswith(f"{folder}/")]

    def exists(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return name in self._files

    def size(self, name: str) -> int:
        """Return how many bytes the file has."""
        return self._entry(name)[0]

    def read(self, name: str) -> bytes:
        """Return the bytes, or raise `FileRefused` when there is no such file."""
        return self._entry(name)[1]()

    def text(self, name: str) -> str:
        """Return the file as text; UTF-8 and UTF-16 are known, anything else is read as Western and reported."""
        found = self._texts.get(name)
        if found is None:
            found, problems = xml.decode(self.read(name), name)
            if name.endswith(".xml"):
                # Some blocks open XML files themselves, with a reader that follows what a document type says.
                found = xml.without_doctype(found, name)
            self.problems.extend(problems)
            self._texts[name] = found
        return found

    def xml(self, name: str) -> etree._Element:
        """Return the root of an XML file, parsed afresh; raise `FileRefused` for one that is broken or plays tricks."""
        root, problems = xml.parse_text(self.text(name), name)
        self.problems.extend(problem for problem in problems if problem not in self.problems)
        return root

    def below_course_root(self) -> CourseFiles:
        """Return the files seen from the folder that holds course.xml; refuse other archives, saying what they are."""
        roots = [name for name in self._files if name.rpartition("/")[2] == "course.xml" and name.count("/") <= _DEEPEST_ROOT]
        if not roots:
            self._refuse_foreign()
        depth = min(name.count("/") for name in roots)
        roots = sorted(name for name in roots if name.count("/") == depth)
        if len(roots) > 1:
            refuse("archive_several_courses", roots[1], others=roots)
        prefix = roots[0].removesuffix("course.xml")
        if self._last_parts() & {"moodle_backup.xml"} or self._is_moodle(roots[0]):
            refuse("archive_is_moodle", roots[0])
        return CourseFiles({name.removeprefix(prefix): file for name, file in self._files.items() if name.startswith(prefix)})

    def _refuse_foreign(self) -> None:
        last_parts = self._last_parts()
        if "moodle_backup.xml" in last_parts:
            refuse("archive_is_moodle")
        if "imsmanifest.xml" in last_parts:
            refuse("archive_is_scorm")
        if "library.xml" in last_parts:
            refuse("archive_is_library")
        refuse("archive_without_course", found=sorted(self._files)[:5])

    def _last_parts(self) -> set[str]:
        return {name.rpartition("/")[2] for name in self._files}

    def _is_moodle(self, name: str) -> bool:
        root = self.xml(name)
        return root.tag == "course" and "contextid" in root.attrib

    def _entry(self, name: str) -> tuple[int, Source]:
        found = self._files.get(name)
        if found is None:
            refuse("file_missing", name)
        return found


def _same(content: bytes) -> Source:
    return lambda: content
