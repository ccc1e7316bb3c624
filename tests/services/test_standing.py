"""How blocks stand beside what is published, and what their translations lack, in a number of reads that does not grow."""

from __future__ import annotations

from uuid import uuid4

import pytest

from lms_app.services.authoring import arranging
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.searching import search
from lms_app.services.authoring.standing import standings
from tests.services.authored import ROOT, author, begun, content

KEY = "course-v1:T+A+1"


def test_signs_follow_what_changed(session, clock):
    begun(session, KEY, content(), clock(), published=True)
    published = open_draft(session, KEY).snapshot
    by = {"session": session, "actor": author(session, KEY), "key": KEY, "message": "", "now": clock()}
    assert {standings(session, open_draft(session, KEY), published).of(block).change for block in content().blocks} == {"published"}

    arranging.rename_block(**by, block="html/h00", title="Other")
    made = arranging.add_part(**by, parent="chapter/c1", title="New")
    now = standings(session, open_draft(session, KEY), published)
    assert now.of(made).change == "new"
    assert now.changed == {"html/h00", "vertical/u00", "sequential/s0", "chapter/c0", "chapter/c1", ROOT}
    assert now.of("html/h01").change == "published"
    assert dict(now.of("html/h00").stale) == {"ar": 1, "fr": 1}
    assert dict(now.of("chapter/c0").stale) == {"ar": 1, "fr": 1}
    assert dict(now.of("html/h01").missing)["ar"] == 1
    assert "ar" not in dict(now.of("vertical/u00").missing) or dict(now.of("vertical/u00").missing)["ar"] == 1
    assert standings(session, open_draft(session, KEY), None).of(made).change is None


@pytest.mark.parametrize("chapters", [1, 3])
def test_reads_do_not_grow(session, clock, queries, chapters):
    begun(session, KEY, content(chapters, about=str(uuid4())), clock(), published=True)  # nothing of it is remembered
    published = open_draft(session, KEY).snapshot
    arranging.rename_block(session, author(session, KEY), KEY, "html/h00", title="Other", message="", now=clock())
    with queries() as counted:
        standings(session, open_draft(session, KEY), published)
    first = len(counted)
    with queries() as counted:
        standings(session, open_draft(session, KEY), published)
    assert (first, len(counted)) == (13, 2)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ARGAN OIL 00", [("html/h00", "en", "Argan oil 00")]),
        ("نص", [("html/h00", "ar", "نَصّ")]),
        ("زيت الاركان", [("html/h00", "ar", "زيت الأركان")]),
        ("lesson 1 (fr)", [("sequential/s1", "fr", "Lesson 1 (fr)")]),
        ("nowhere", []),
        ("  ", []),
    ],
)
def test_words_are_found_in_every_language(session, clock, asked, found):
    begun(session, KEY, content(), clock())
    hits = search(session, open_draft(session, KEY), asked)
    assert [(one.block, one.language, one.hit) for one in hits.found] == found
    assert hits.is_all
