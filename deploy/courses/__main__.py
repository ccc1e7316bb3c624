"""`python -m deploy.courses`: check courses, and make what is generated in them.

check [COURSE …]      tell what is wrong with courses
annexes               make the country annexes from courses/facts
coverage              make the tables of each course's README
report                make the reports on language in docs/courses
generate              the three above
annexes|coverage|report|generate --check   write nothing; tell what is stale
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from deploy.courses.annexes import annexes
from deploy.courses.coverage import readmes
from deploy.courses.facts import read_laws
from deploy.courses.faults import Fault
from deploy.courses.law import check_law
from deploy.courses.pointing import check_pointing
from deploy.courses.reading import ROOT, Course, course_folders, read_course
from deploy.courses.report import reports
from deploy.courses.structure import check_answers, check_structure
from deploy.courses.style import check_style
from deploy.courses.teaching import check_teaching
from deploy.courses.wording import check_wording

Made = Iterator[tuple[Path, str]]
GENERATORS: dict[str, Callable[[], Made]] = {
    "annexes": annexes,
    "coverage": lambda: readmes(all_courses()),
    "report": lambda: reports(all_courses()),
}


def all_courses() -> list[Course]:
    """Return every course of the folder."""
    return [read_course(folder) for folder in course_folders()]


def faults_of(course: Course) -> Iterator[Fault]:
    """Yield everything that is wrong with a course and can be told without its blocks."""
    yield from check_structure(course)
    yield from check_answers(course)
    yield from check_wording(course)
    yield from check_style(course)
    yield from check_pointing(course)
    yield from check_law(course, read_laws())
    yield from check_teaching(course)


def check(names: Iterable[str]) -> list[str]:
    """Return the faults of the named courses, or of all."""
    chosen = set(names)
    return [str(fault) for course in all_courses() if not chosen or course.name in chosen for fault in faults_of(course)]


def generate(names: Iterable[str], *, only_check: bool) -> list[str]:
    """Write what is generated, or return what is stale."""
    stale = []
    for name in names:
        for path, words in GENERATORS[name]():
            if path.exists() and path.read_text(encoding="utf-8") == words:
                continue
            if only_check:
                stale.append(f"{path.relative_to(ROOT)} is stale: run `python -m deploy.courses {name}`")
            else:
                path.write_text(words, encoding="utf-8")
    return stale


def main(arguments: list[str]) -> int:
    """Run one command; return 1 when something is wrong."""
    only_check = "--check" in arguments
    command, *names = [one for one in arguments if one != "--check"] or [""]
    if command == "check":
        problems = check(names)
    elif command in {*GENERATORS, "generate"} and not names:
        problems = generate(GENERATORS if command == "generate" else [command], only_check=only_check)
    else:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
