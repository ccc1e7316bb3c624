"""What keeps the house habitable and no tool checks."""

from __future__ import annotations

import ast
from dataclasses import fields
from pathlib import Path

import pytest

from lms_app.config import Settings

ROOT = Path(__file__).parents[2]
SOURCES = ("lms_app", "certificates/src", "xblocks/src")
MODULES = sorted(path for source in SOURCES for path in (ROOT / source).rglob("*.py") if "versions" not in path.parts)
LONGEST = 400
REASONS = ("slow import", "optional package")
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def test_there_are_modules_to_look_at():
    assert len(MODULES) > 50


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_well_named(path):
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= LONGEST
    assert path.stem not in EMPTY_WORDS
    assert ast.get_docstring(ast.parse(text)), "a module says in one sentence what it is for"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_late_import_says_which_of_two_reasons_it_has(path):
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if "noqa" in line and "PLC0415" in line:
            assert any(reason in line for reason in REASONS), f"line {number}: {line.strip()}"


@pytest.mark.parametrize("setting", [field.name for field in fields(Settings)])
def test_every_setting_is_documented(setting):
    assert f"`TAKWIN_{setting.upper()}`" in (ROOT / "docs" / "operate" / "settings.md").read_text(encoding="utf-8")
