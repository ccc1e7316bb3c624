"""Every unit of the tour, in Arabic and French, on a small phone: shown whole, no wider than the screen, nothing that axe finds wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import find_course
from lms_app.services.authoring.importing import import_course
from lms_app.storage.transaction import transaction
from tests.journeys.axe import bring, faults
from tests.journeys.test_page_kinds import TOO_WIDE
from tests.live import Live

FOLDER = Path(__file__).parents[3] / "courses" / "tour-of-the-blocks"
PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture(scope="module")
def tour(live: Live) -> tuple[str, list[str]]:
    """Bring the tour in, in three languages; return its key and the addresses of its units."""
    key = live.course(FOLDER / "en")
    here = live.parts
    for language in ("fr", "ar"):
        with transaction(here.sessions) as session:
            wishes = {"as_language": language, "of": key, "publish": True}
            import_course(session, FOLDER / language, blobs=here.blobs, types=here.host.types, now=here.clock(), **wishes)
    with transaction(here.sessions, writes=False) as session:
        outline = load_outline(session, find_course(session, key, person=None).snapshot)
    units = [entry.id for entry in outline.entries.values() if entry.type == "vertical"]
    return key, [f"{live.site}/courses/{key}/unit/{unit}" for unit in units]


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_unit_is_shown_and_fits_a_small_phone(live, visitor, tour, language: str) -> None:
    key, units = tour
    window = visitor(live, live.learner(key, language=language), **PHONE, locale=language)
    bring(window.context)
    page = window.page
    page.goto(f"{live.site}/courses/{key}")
    page.select_option("form[action$='/language'] select", language)
    with page.expect_navigation():
        page.click("main form[action$='/language'] .tk-button")
    found = {}
    for unit in units:
        page.goto(unit)
        wide = page.evaluate("document.documentElement.scrollWidth") > PHONE["viewport"]["width"]
        blocks = page.locator("[data-coop]").count()
        found[unit] = (faults(page), page.evaluate(TOO_WIDE) if wide else [], blocks)
    assert {unit: seen for unit, seen in found.items() if seen[:2] != ([], []) or not seen[2]} == {}
    assert window.complaints == []
