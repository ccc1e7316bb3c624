"""The trainers' pages: a course's draft, its blocks, bringing courses in and out."""

from __future__ import annotations

from flask import Blueprint

from lms_app.web.studio import (
    arranging,
    blocks,
    bringing,
    copying,
    course,
    framed,
    images,
    keeping,
    languages,
    own_forms,
    papers,
    publishing,
    settings,
    translating,
    trying,
    unit,
    unit_changes,
    xliff,
)

studio = Blueprint("studio", __name__, url_prefix="/studio")
"""`studio.*`: every page on which a course is made."""

for _pages in (
    course,
    publishing,
    trying,
    settings,
    papers,
    own_forms,
    framed,
    arranging,
    copying,
    blocks,
    unit,
    unit_changes,
    bringing,
    languages,
    translating,
    xliff,
    keeping,
    images,
):
    _pages.install(studio)
