"""Every course of ours, held to what a course must keep. A fault says where it is and what helps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from deploy.courses.facts import Law
from deploy.courses.faults import Fault
from deploy.courses.law import CASE_FIGURES, case_figures, check_law
from deploy.courses.pointing import check_pointing
from deploy.courses.reading import LANGUAGES, Course
from deploy.courses.structure import check_answers, check_structure
from deploy.courses.style import check_style
from deploy.courses.teaching import check_teaching
from deploy.courses.wording import check_wording


def none_of(faults: Iterable[Fault]) -> None:
    """Fail with the faults one a line, so that whoever wrote the course can read them."""
    lines = [str(fault) for fault in faults]
    if lines:
        pytest.fail("\n".join([f"{len(lines)} faults:", *lines]), pytrace=False)


def test_there_is_something_in_it(course: Course) -> None:
    assert tuple(course.editions) == LANGUAGES
    assert all(edition.units and all(unit.blocks for unit in edition.units.values()) for edition in course.editions.values())


def test_the_languages_have_the_same_files_ids_order_settings_and_texts(course: Course) -> None:
    none_of(check_structure(course))


def test_reference_answers_are_for_blocks_that_exist(course: Course) -> None:
    none_of(check_answers(course))


def test_every_text_is_written_in_its_language_and_once(course: Course) -> None:
    none_of(check_wording(course))


def test_pages_are_plain_and_words_are_those_of_the_house(course: Course) -> None:
    none_of(check_style(course))


def test_links_lead_somewhere_and_pictures_are_described_light_and_inert(course: Course) -> None:
    none_of(check_pointing(course))


def test_what_is_said_of_laws_was_read(course: Course, laws: Mapping[str, Law]) -> None:
    none_of(check_law(course, laws))


def test_the_map_is_kept_and_lessons_have_their_beats(course: Course) -> None:
    none_of(check_teaching(course))


def test_figures_of_cases_are_of_units_that_exist(course: Course) -> None:
    assert case_figures(course.folder).keys() <= course.editions["en"].units.keys(), CASE_FIGURES
