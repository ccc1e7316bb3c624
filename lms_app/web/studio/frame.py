"""What stands around every page about one course: its name, its state, and the ways to its other pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, url_for
from flask_babel import gettext

from lms_app.domain.actors import Place, PlaceKind
from lms_app.domain.permissions import allows
from lms_app.services.authoring import drafts
from lms_app.services.authoring.drafts import Draft
from lms_app.web.access import ROUTES, asked_course
from lms_app.web.context import actor, takwin
from lms_app.web.i18n import N_

LIBRARY: Final = "library"
TABS: Final = (
    ("outline", N_("Outline"), "studio.course", "book"),
    ("languages", N_("Languages"), "studio.languages", "globe"),
    ("images", N_("Images and files"), "studio.images", "file"),
    ("people", N_("People"), "studio.people", "people"),
    ("settings", N_("Settings"), "studio.settings", "gear"),
    ("checks", N_("Check"), "studio.checks", "check"),
    ("history", N_("History"), "studio.history", "clock"),
)
"""Where a trainer can be in a course: name, words, page, icon."""
NOT_IN_LIBRARIES: Final = frozenset({"people", "settings", "checks"})


@dataclass(frozen=True)
class Tab:
    """One way to another page of the course."""

    words: str
    href: str
    icon: str
    is_here: bool


def frame(here: str, draft: Draft | None = None) -> dict[str, Any]:
    """Return what `studio/_frame.html` needs; `here` names the tab that the page belongs to.

    Give the draft where the page has opened it anyway: else it is opened once more.
    """
    course = asked_course()
    if draft is None:
        with takwin().reading() as session:
            draft = drafts.open_draft(session, course.key)
    outline = draft.outline
    is_library = course.kind == LIBRARY
    return {
        "key": course.key,
        "course_title": outline[outline.root].title,
        "source_language": outline.language,
        "course_languages": outline.languages,
        "is_library": is_library,
        "is_published": course.snapshot is not None,
        "is_ahead": course.snapshot != draft.snapshot,
        "tabs": _tabs(here, is_library=is_library),
        "may_edit": _may_open("studio.course"),
        "try_href": None if is_library else _way("studio.try_course"),
        "publish_href": None if is_library else _way("studio.changes"),
    }


def _way(endpoint: str) -> str | None:
    return url_for(endpoint, course_key=asked_course().key) if _may_open(endpoint) else None


def _may_open(endpoint: str) -> bool:
    """Tell whether there is such a page and the visitor may open it: who runs the people of a course does not write it."""
    here = [Place(PlaceKind.COURSE, asked_course().id)]
    return endpoint in current_app.view_functions and allows(actor(), ROUTES[endpoint].action, here)


def _tabs(here: str, *, is_library: bool) -> tuple[Tab, ...]:
    return tuple(
        Tab(gettext(words), url_for(endpoint, course_key=asked_course().key), icon, name == here)
        for name, words, endpoint, icon in TABS
        if _may_open(endpoint) and not (is_library and name in NOT_IN_LIBRARIES)
    )
