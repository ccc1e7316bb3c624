"""The courses that come with Takwin, read once; and the small host in which the blocks' own tests run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "xblocks"))
sys.path.insert(0, str(Path(__file__).parent))

from deploy.courses.facts import Law, read_laws
from deploy.courses.reading import COURSES, Course, course_folders, read_course

NAMES = [folder.name for folder in course_folders()]


@cache
def course_named(name: str) -> Course:
    """Return a course; what reads it must leave it as it is."""
    return read_course(COURSES / name)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "course" in metafunc.fixturenames:
        metafunc.parametrize("course", NAMES, indirect=True)


@pytest.fixture
def course(request: pytest.FixtureRequest) -> Course:
    return course_named(request.param)


@pytest.fixture(scope="session")
def laws() -> Mapping[str, Law]:
    return read_laws()
