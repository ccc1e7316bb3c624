"""The trainers' pages: a course's draft, its blocks, bringing courses in and out."""

from __future__ import annotations

from flask import Blueprint

from lms_app.web.studio import arranging, blocks, bringing, course, own_forms, papers, publishing, settings

studio = Blueprint("studio", __name__, url_prefix="/studio")
"""`studio.*`: every page on which a course is made."""

for _pages in (course, publishing, settings, papers, own_forms, arranging, blocks, bringing):
    _pages.install(studio)
