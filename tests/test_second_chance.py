"""The second chance of browser tests: it forgives lateness, hides nothing that a fixture finds in the end, and never ends the run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
CONFTEST = """
import pytest
from tests.second_chance import pytest_runtest_protocol, pytest_terminal_summary

@pytest.fixture(scope="session")
def chromium():
    yield
"""
LATE = """
tries = []
def test_late(chromium):
    tries.append(1)
    assert len(tries) > 1
def test_late_without_a_browser():
    tries.append(1)
    assert len(tries) > 3
def test_wrong(chromium):
    assert False
"""
LOOKS_AT_THE_END = """
import pytest
@pytest.fixture(scope="module")
def complaints(chromium):
    found = []
    yield found
    assert not found
def test_meets_a_fault(complaints):
    complaints.append("a page broke")
def test_the_last(complaints):
    pass
"""
BREAKS_IN_CLEARING = """
import pytest
@pytest.fixture(scope="session")
def site(chromium):
    yield
    raise RuntimeError("the site does not stop")
def test_fails(site):
    assert False
def test_goes_on(chromium):
    pass
"""


def run(folder: Path, tests: str) -> str:
    """Run tests apart from ours, and return what is said of them."""
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_there.py").write_text(tests)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
        "--rootdir",
        str(folder),
        str(folder),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT)}).stdout


def test_only_lateness_in_a_browser_is_forgiven_and_told(tmp_path: Path) -> None:
    said = run(tmp_path, LATE)

    assert "test_there.py::test_late: passed at the second try" in said
    assert "test_there.py::test_wrong: failed again" in said
    assert "2 failed, 1 passed" in said


def test_what_a_fixture_finds_at_the_end_is_not_tried_away(tmp_path: Path) -> None:
    said = run(tmp_path, LOOKS_AT_THE_END)

    assert "2 passed, 1 error" in said
    assert "a page broke" in said


def test_ground_that_cannot_be_cleared_fails_its_test_and_not_the_run(tmp_path: Path) -> None:
    said = run(tmp_path, BREAKS_IN_CLEARING)

    assert "1 failed, 1 passed" in said
    assert "the site does not stop" in said
