"""The checklist in words, with a way to each place."""

from __future__ import annotations

import re
from pathlib import Path

import lxml.html
import pytest

from lms_app.services.authoring.checks import Finding
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from lms_app.web.studio.checks import _WORDS
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s" display_name="Lesson">'
    '<vertical url_name="v" display_name="Unit"><html url_name="a" display_name="Hello"/></vertical>'
    '<vertical url_name="w" display_name="Nothing"/></sequential></chapter>',
    html__a_html='<p><img src="/static/&lt;b&gt;gone.png" alt="x"/> <a href="https://example.org">here</a></p>',
    html__a_xml='<html filename="a" display_name="Hello"/>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)


@pytest.fixture
def trainer(app, sessions, clock, people, signed_in_client, tmp_path) -> Client:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        number = find_course_row(session, KEY).id
    return signed_in_client(people.trainer(number))


def test_every_line_says_what_is_wrong_and_leads_to_where_it_is_mended(trainer):
    page = lxml.html.fromstring(trainer.get(f"/studio/{KEY}/checks").text)
    lines = [(re.sub("[\u2068\u2069]", "", one.text_content()), one.get("href")) for one in page.xpath('//a[@class="ck-words"]')]
    assert lines == [
        ("A file is missing: <b>gone.png", f"/studio/{KEY}/block/html/a#f-data"),
        ("The unit is empty", f"/studio/{KEY}/unit/vertical/w"),
        ("The link “here” does not say where it leads", f"/studio/{KEY}/block/html/a#f-data"),
    ]
    assert all(trainer.get(href).status_code == 200 for _, href in lines)
    worst = lxml.html.fromstring(trainer.get(f"/studio/{KEY}/checks?severity=must").text)
    assert len(worst.xpath('//a[@class="ck-words"]')) == 1


def test_every_kind_of_finding_has_words():
    folder = Path(__file__).parents[2] / "lms_app/services/authoring/checks"
    source = "".join(path.read_text() for path in folder.glob("*.py"))
    kinds = set(re.findall(r'(?:Finding\(|yield |append\(\(|yield from \(\()"([a-z_]+)"', source)) | set(
        re.findall(r'"(\w+_empty)"', source)
    )
    assert kinds - _WORDS.keys() - {"structure", "texts"} == set()
    assert Finding("x", "must", "html/a").facts == {}


def test_only_the_courses_trainers_see_it(trainer, people, signed_in_client):
    assert signed_in_client(people.trainer(people.course())).get(f"/studio/{KEY}/checks").status_code == 403
    assert signed_in_client(people.person()).get("/studio/course-v1:No+Such+course/checks").status_code == 404
