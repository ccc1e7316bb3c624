"""The trainers' pages: a course's draft, its blocks, bringing courses in and out."""

from __future__ import annotations

from flask import Blueprint

from lms_app.web.studio import (
    arranging,
    blocks,
    bringing,
    checks,
    copying,
    course,
    framed,
    grading,
    home,
    images,
    keeping,
    languages,
    libraries,
    new,
    own_forms,
    papers,
    people,
    publishing,
    schedule,
    settings,
    team,
    transcripts,
    translating,
    trying,
    unit,
    unit_changes,
    xliff,
)

studio = Blueprint("studio", __name__, url_prefix="/studio")
"""`studio.*`: every page on which a course is made."""

for _pages in (
    home,
    new,
    course,
    people,
    team,
    publishing,
    trying,
    settings,
    schedule,
    grading,
    papers,
    own_forms,
    framed,
    transcripts,
    arranging,
    copying,
    libraries,
    blocks,
    unit,
    unit_changes,
    bringing,
    languages,
    translating,
    xliff,
    checks,
    keeping,
    images,
):
    _pages.install(studio)
