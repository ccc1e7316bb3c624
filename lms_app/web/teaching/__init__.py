"""The teaching desk: work that waits, learners who need a word, more time, points decided by hand."""

from __future__ import annotations

from flask import Blueprint

from lms_app.web.teaching import desk, extensions, handouts, judging, learners, messages, tables

teaching = Blueprint("teaching", __name__)
"""`teaching.*`: pages for those who run a course or train a cohort."""

for _pages in (desk, judging, learners, messages, extensions, tables, handouts):
    _pages.install(teaching)
