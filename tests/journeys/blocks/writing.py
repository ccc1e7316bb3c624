"""Writes small courses for the browser: one lesson, a unit for each set of blocks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write_course(folder: Path, units: Mapping[str, str], *, name: str, files: Mapping[str, str] | None = None) -> Path:
    """Write a course of these units (OLX of their blocks, by the unit's name) and files below `static/`; return its folder."""
    folder.mkdir(parents=True)
    (folder / "course.xml").write_text(f'<course org="Test" course="{name}" url_name="2026"/>', "utf-8")
    (folder / "course").mkdir()
    verticals = "".join(f'<vertical url_name="{unit}" display_name="{unit}">{blocks}</vertical>' for unit, blocks in units.items())
    (folder / "course" / "2026.xml").write_text(
        f'<course display_name="{name}" language="en" start="2020-01-01T00:00:00Z"><chapter url_name="c" display_name="c">'
        f'<sequential url_name="s" display_name="s">{verticals}</sequential></chapter></course>',
        "utf-8",
    )
    for path, text in (files or {}).items():
        file = folder / "static" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder
