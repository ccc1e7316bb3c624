"""Programmes that come with Takwin: made once, when all their courses are there, and left alone ever after."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from lms_app.domain.errors import Invalid
from lms_app.model.credentials import Programme
from lms_app.services.credentials.shipped import FILE, load_shipped_programmes
from tests.services.credentials.academy import GRADE, Academy


@pytest.fixture
def courses(academy: Academy, tmp_path: Path) -> tuple[str, str]:
    other = Academy(academy.sessions, academy.clock, academy.people, tmp_path, awards=[GRADE])
    return academy.key, other.key


def written(folder: Path, *courses: str, key: str = "ADVISER") -> Path:
    """Write a folder with one programme."""
    listed = ", ".join(f'"{each}"' for each in courses)
    text = f'[[programme]]\nkey = "{key}"\ncourses = [{listed}]\n[programme.title]\nfr = "Conseil"\nar = "مواكبة"\n'
    (folder / FILE).write_text(text, "utf-8")
    return folder


def test_a_programme_is_made_once_and_an_archived_one_stays_so(session, courses, clock, tmp_path: Path) -> None:
    folder = written(tmp_path, *courses)

    assert load_shipped_programmes(session, folder=folder, now=clock()) == ("ADVISER",)
    row = session.scalars(select(Programme)).one()
    assert (row.titles, row.courses) == ({"fr": "Conseil", "ar": "مواكبة"}, list(courses))
    row.archived_at = clock()
    session.flush()
    assert load_shipped_programmes(session, folder=folder, now=clock()) == ()
    assert session.scalars(select(Programme)).one().archived_at is not None


def test_it_waits_for_all_its_courses(session, courses, clock, tmp_path: Path) -> None:
    folder = written(tmp_path, courses[0], "course-v1:Takwin+NOWHERE+2026")

    assert load_shipped_programmes(session, folder=folder, now=clock()) == ()
    assert session.scalars(select(Programme)).all() == []


def test_no_file_is_no_programme_and_a_faulty_one_stops_the_loading(session, courses, clock, tmp_path: Path) -> None:
    assert load_shipped_programmes(session, folder=tmp_path, now=clock()) == ()
    with pytest.raises(Invalid):
        load_shipped_programmes(session, folder=written(tmp_path, *courses, key="not a key"), now=clock())
