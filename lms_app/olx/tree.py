"""Finds a course in its files: the root, its policies in every form since 2012, its pages and its assets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lxml import etree

from lms_app.domain.problems import Problem
from lms_app.olx.files import CourseFiles
from lms_app.olx.problems import FileRefused, error, note, refuse, warning
from lms_app.olx.xml import line_of

PAGE_FOLDERS: Final = ("about", "info", "tabs")
_PAGE_ENDINGS: Final = (".html", ".json", ".md", ".txt")
STATIC: Final = "static/"
_ASSET_FACTS: Final = ("contentType", "displayname", "locked")
"""What is kept of assets.json; the rest names the platform it came from, or people."""
_DEEPEST_JSON: Final = 100


@dataclass(frozen=True)
class CourseTree:
    """A course as its files say it, before any block is read."""

    files: CourseFiles
    org: str
    course: str
    run: str
    root: etree._Element
    """The course's own element, its pointer followed."""
    root_file: str
    policies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """`type/name` → settings that have precedence over the block's own XML."""
    grading: Mapping[str, Any] = field(default_factory=dict)
    asset_facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pages: Mapping[str, str] = field(default_factory=dict)
    assets: tuple[str, ...] = ()
    """Names below `static/`."""
    problems: tuple[Problem, ...] = ()

    def unused(self, used: set[str]) -> list[str]:
        """Return the XML files that no block was read from, sorted."""
        known = {"course.xml", self.root_file, "assets/assets.xml"}
        apart = ("static/", "policies/", "drafts/", *(f"{folder}/" for folder in PAGE_FOLDERS))
        return [
            name for name in self.files.names if name.endswith(".xml") and name not in used | known and not name.startswith(apart)
        ]


def read_course_tree(files: CourseFiles) -> CourseTree:
    """Return the course found in the files; raise `FileRefused` when its course.xml can't be read."""
    pointer = files.xml("course.xml")
    if pointer.tag != "course":
        refuse("not_a_course", "course.xml", line_of(pointer), tag=str(pointer.tag))
    return _Reader(files, pointer).read()


class _Reader:
    """Reads what stands beside the blocks, and collects problems on the way."""

    def __init__(self, files: CourseFiles, pointer: etree._Element) -> None:
        self._files = files
        self._pointer = pointer
        self._problems: list[Problem] = []

    def read(self) -> CourseTree:
        url_name = self._pointer.get("url_name", "")
        root, root_file = self._root(url_name)
        run = url_name or root.get("url_name") or root.get("semester") or self._only_policy() or "course"
        policies, grading = self._policies(run, root)
        return CourseTree(
            files=self._files,
            org=self._pointer.get("org") or root.get("org") or "",
            course=self._pointer.get("course") or root.get("course") or "",
            run=run,
            root=root,
            root_file=root_file,
            policies=policies,
            grading=grading,
            asset_facts=self._asset_facts(),
            pages=self._pages(),
            assets=tuple(name.removeprefix(STATIC) for name in self._files.below("static")),
            problems=(*self._problems, *self._drafts()),
        )

    def _root(self, url_name: str) -> tuple[etree._Element, str]:
        file = f"course/{url_name.replace(':', '/')}.xml"
        if len(self._pointer) or not url_name:
            return self._pointer, "course.xml"
        if not self._files.exists(file):
            refuse("course_file_missing", "course.xml", line_of(self._pointer), missing=file)
        return self._files.xml(file), file

    def _only_policy(self) -> str:
        runs = {name.split("/")[1].removesuffix(".json") for name in self._files.below("policies")} - {"assets"}
        return runs.pop() if len(runs) == 1 else ""

    def _policies(self, run: str, root: etree._Element) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
        """Read `policies/RUN/policy.json`, else the form of 2012, `policies/RUN.json` or the file that the course names."""
        named = root.get("policy") or root.get("policy_url") or ""
        read: dict[str, dict[str, Any]] = {}
        for file in (f"policies/{run}/policy.json", f"policies/{run}.json", named):
            if file and self._files.exists(file):
                read = {str(key): value for key, value in self._json(file).items() if isinstance(value, dict)}
                break
        for file in (f"policies/{run}/grading_policy.json", "grading_policy.json"):
            if self._files.exists(file):
                return read, self._grading(file)
        return read, {}

    def _grading(self, file: str) -> dict[str, Any]:
        """Return the grading policy in today's words (2012 wrote the graders alone, or nested them)."""
        found = self._json(file)
        if "GRADER" not in found:
            self._problems.append(warning("grading_without_graders", file))
        return found

    def _asset_facts(self) -> dict[str, dict[str, Any]]:
        file = "policies/assets.json"
        if not self._files.exists(file):
            return {}
        facts: dict[str, dict[str, Any]] = {}
        for name, found in self._json(file).items():
            if not isinstance(found, dict):
                continue
            # Studio writes "a b.png" as "a_b.png" here, and leaves the file as it was.
            paths = (found.get("import_path"), name, found.get("displayname"))
            path = next((path for path in paths if path and self._files.exists(f"{STATIC}{path}")), None)
            if path:
                facts[path] = {key: found[key] for key in _ASSET_FACTS if key in found}
        return facts

    def _pages(self) -> dict[str, str]:
        pages: dict[str, str] = {}
        for folder in PAGE_FOLDERS:
            for name in self._files.below(folder):
                if not name.endswith(_PAGE_ENDINGS):
                    self._problems.append(warning("page_not_text", name))
                    continue
                try:
                    pages[name] = self._files.text(name)
                except FileRefused as refused:
                    self._problems.append(refused.problem)
        return pages

    def _drafts(self) -> list[Problem]:
        drafts = [name for name in self._files.below("drafts") if name.endswith(".xml")]
        return [note("drafts_not_imported", "drafts", 0, count=len(drafts), files=drafts[:20])] if drafts else []

    def _json(self, file: str) -> dict[str, Any]:
        try:
            found = read_json(self._files.text(file), file)
        except FileRefused as refused:
            self._problems.append(refused.problem)
            return {}
        if not isinstance(found, dict):
            self._problems.append(error("json_not_an_object", file, 1))
            return {}
        return found


def read_json(text: str, file: str) -> Any:
    """Return the value of a JSON file; raise `FileRefused` with its line for what is broken, too deep, or no JSON number."""
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as problem:
        refuse("json_broken", file, problem.lineno, reason=problem.msg)
    except (ValueError, RecursionError) as problem:
        refuse("json_broken", file, reason=str(problem)[:200])
    if _depth(found) > _DEEPEST_JSON:
        refuse("json_broken", file, reason="too deep")
    return found


def _no_constant(name: str) -> float:
    message = f"{name} is no JSON number"
    raise ValueError(message)


def _depth(value: Any) -> int:
    deepest, waiting = 0, [(value, 1)]
    while waiting:
        here, depth = waiting.pop()
        deepest = max(deepest, depth)
        inner = here.values() if isinstance(here, dict) else here if isinstance(here, list) else ()
        waiting.extend((one, depth + 1) for one in inner)
    return deepest
