"""The official Open edX demo course, whole: nothing is lost on the way in, nothing changes on the way out, and learners see it.

These tests import Open edX's blocks, which takes many seconds: they stand together so that one process does it once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lms_app.adapters.nodes import block_hashes, load_content
from lms_app.domain.content import CONTAINERS, RAW_FIELD
from lms_app.model.content import Revision
from lms_app.olx.archive import open_course_files
from lms_app.runtime.exporter import export_tree
from lms_app.runtime.host import BlockHost
from lms_app.runtime.import_language import answer_key, diff_as_language
from lms_app.runtime.traits import translatable_fields
from lms_app.services.authoring.checking import check_course
from lms_app.services.authoring.exporting import export_course
from lms_app.services.authoring.importing import import_course
from lms_app.storage.blobs import Blobs
from tests.course_files import files_of, imported, write_folder
from tests.fakes import MemoryCache, SiteUrls

DEMO = Path(__file__).parents[1] / "fixtures" / "openedx-demo-course.tar.gz"
KEY = "course-v1:OpenedX+DemoX+DemoCourse"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
LEAVES = {
    "html": 266,
    "problem": 29,
    "video": 11,
    "openassessment": 2,
    "lti": 2,
    "annotatable": 1,
    "discussion": 1,
    "done": 1,
    "drag-and-drop-v2": 1,
    "edx_sga": 1,
    "library_content": 1,
    "poll": 1,
    "staffgradedxblock": 1,
    "survey": 1,
}
NOT_PLAYED = {"openassessment", "edx_sga", "staffgradedxblock"}


@pytest.fixture(scope="module")
def host():
    return BlockHost(cache=MemoryCache())


@pytest.fixture
def blobs(tmp_path):
    return Blobs(str(tmp_path / "blobs"))


@pytest.fixture
def demo(session, blobs, host):
    """The demo course, brought in and published."""
    return import_course(session, DEMO, blobs=blobs, types=host.types, now=NOW, publish=True)


@pytest.fixture
def content(session, demo):
    return load_content(session, session.get(Revision, demo.revision).snapshot)


def test_every_block_comes_in(demo, content):
    leaves = Counter(block.type for block in content.walk() if block.type not in CONTAINERS)
    assert leaves == LEAVES
    assert leaves.total() == 319
    assert {kind: demo.blocks[kind] for kind in CONTAINERS} == {"course": 1, "chapter": 6, "sequential": 17, "vertical": 58}
    assert (demo.course, demo.title, demo.language, demo.needs_heavy) == (KEY, "Open edX Demo Course", "en", True)


def test_what_is_not_played_is_kept_and_told_with_file_and_line(demo, content):
    told = [problem for problem in demo.problems if problem.code == "type_not_installed"]
    assert Counter(problem.facts["type"] for problem in told) == {"openassessment": 2, "edx_sga": 1, "staffgradedxblock": 1}
    assert all(problem.file.startswith("vertical/") and problem.line for problem in told)
    assert set(demo.raw) == {block.id for block in content.walk() if block.type in NOT_PLAYED}
    assert all(content.blocks[block].fields[RAW_FIELD].startswith(f"<{content.blocks[block].type} ") for block in demo.raw)
    assert {problem.code for problem in demo.problems} == {"type_not_installed"}


def test_no_file_is_left_unread(demo):
    assert "files_not_used" not in {problem.code for problem in demo.problems}


def test_it_comes_out_as_it_went_in(session, demo, blobs, host):
    archive, problems = export_course(session, KEY, blobs=blobs, types=host.types)
    assert problems == []
    again = import_course(session, archive, blobs=blobs, types=host.types, now=NOW)
    assert session.get(Revision, again.revision).snapshot == session.get(Revision, demo.revision).snapshot


def test_it_comes_out_in_the_layout_of_open_edx(session, demo, blobs, host, content):
    archive, _ = export_course(session, KEY, blobs=blobs, types=host.types)
    with open_course_files(archive) as ours, open_course_files(DEMO) as theirs:
        known = {name for name in theirs.names if name.endswith((".xml", ".html"))} - {"assets/assets.xml"}
        assert known - set(ours.names) == set()
        assert ours.xml("course.xml").attrib == theirs.xml("course.xml").attrib
        assert [child.get("url_name") for child in ours.xml("course/DemoCourse.xml").iter("chapter")] == [
            child.get("url_name") for child in theirs.xml("course/DemoCourse.xml").iter("chapter")
        ]


def test_learner_sees_all_but_what_needs_edx_platform(session, demo, blobs, host):
    report = check_course(session, KEY, host=host, blobs=blobs, urls=lambda _content: SiteUrls())
    assert (report.leaves, report.rendered) == (319, 315)
    assert Counter(one.type for one in report.failed) == {"openassessment": 2, "edx_sga": 1, "staffgradedxblock": 1}
    assert all(one.reason and one.usage.startswith("block-v1:OpenedX+DemoX+DemoCourse+type@") for one in report.failed)
    assert report.by_type["problem"] == {"leaves": 29, "rendered": 29}
    assert report.as_json()["failed"][0].keys() == {"usage", "type", "reason"}


def test_course_hashes_do_not_depend_on_the_run(content, host):
    files, _ = export_tree(content, course_key="course-v1:OpenedX+DemoX+Second", types=host.types)
    assert "course/Second.xml" in files
    assert block_hashes(imported(files).content)[content.root] == block_hashes(content)[content.root]


CHOICE = (
    '<problem display_name="{0}"><multiplechoiceresponse><label>{0}</label><choicegroup type="MultipleChoice">'
    '<choice correct="{1}">{0} 1</choice><choice correct="{2}">{0} 2</choice></choicegroup></multiplechoiceresponse></problem>'
)


def problems_of(tmp_path, data: str):
    return imported(files_of('<vertical url_name="v"><problem url_name="p"/></vertical>', problem__p_xml=data)).content


@pytest.mark.parametrize(("right", "taken"), [(("true", "false"), True), (("false", "true"), False)])
def test_translated_problem_is_taken_only_with_the_same_answer_key(tmp_path, right, taken):
    base = problems_of(tmp_path, CHOICE.format("Votes", "true", "false"))
    other = problems_of(tmp_path, CHOICE.format("Voix", *right))
    found = diff_as_language(base, other, "fr", translatable=translatable_fields)
    assert found.overlay.texts["problem/p"]["display_name"] == "Voix"
    assert ("data" in found.overlay.texts["problem/p"]) is taken
    assert [problem.code for problem in found.problems] == ([] if taken else ["language_answer_key_differs"])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('<numericalresponse answer="5"/>', '<numericalresponse answer="5"/>', True),
        ('<numericalresponse answer="5"/>', '<numericalresponse answer="6"/>', False),
        ('<stringresponse answer="yes"/>', '<stringresponse answer="oui"/>', True),
        (
            "<optioninput options=\"('yes','no')\" correct=\"yes\"/>",
            "<optioninput options=\"('oui','non')\" correct=\"oui\"/>",
            True,
        ),
        (
            "<optioninput options=\"('yes','no')\" correct=\"yes\"/>",
            "<optioninput options=\"('oui','non')\" correct=\"non\"/>",
            False,
        ),
        ("<script>x = 1</script>", "<script>x = 2</script>", False),
        ("<p>one</p>", "<p>un</p><p>deux</p>", True),
        ("<choice correct='true'/>", "<choice correct='true'/><choice correct='false'/>", False),
    ],
)
def test_answer_keys_are_told_from_texts(one, other, same):
    keys = [answer_key("problem", "data", f"<problem>{data}</problem>") for data in (one, other)]
    assert (keys[0] == keys[1]) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ([["R", {"label": "Red"}]], [["R", {"label": "Rouge"}]], True),
        ([["R", {"label": "Red"}]], [["V", {"label": "Vert"}]], False),
        ([{"id": "a", "text": "Yes"}], [{"id": "a", "text": "Oui"}], True),
        ({"items": [{"displayName": "x", "zones": ["z1"]}]}, {"items": [{"displayName": "y", "zones": ["z2"]}]}, False),
        ({"a/prompt": "One"}, {"a/prompt": "Un", "a/hint": "Deux"}, True),
    ],
)
def test_answer_keys_of_json_fields_are_their_identities(one, other, same):
    assert (answer_key("poll", "answers", one) == answer_key("poll", "answers", other)) is same


def test_old_problem_files_are_found(tmp_path):
    found = imported(
        files_of(
            '<vertical url_name="v"><problem filename="old" slug="first"/></vertical>',
            problem__old_xml='<problem name="Old one"><p>1</p></problem>',
        )
    )
    problem = next(block for block in found.content.walk() if block.type == "problem")
    assert "<p>1</p>" in problem.fields["data"]
    assert [one.code for one in found.problems] == []


def test_broken_problem_among_good_ones_is_shown_by_the_check(session, blobs, host, tmp_path):
    files = files_of(
        '<vertical url_name="v"><problem url_name="bad"/><html url_name="a">1</html></vertical>',
        problem__bad_xml="<problem><p></problem>",
    )
    report = import_course(session, write_folder(files, tmp_path / "in"), blobs=blobs, types=host.types, now=NOW, language="en")
    assert [problem.code for problem in report.problems] == ["xml_broken"]
    checked = check_course(session, report.course, host=host, blobs=blobs, urls=lambda _content: SiteUrls())
    assert (checked.leaves, checked.rendered, [one.type for one in checked.failed]) == (2, 1, ["problem"])


def test_translation_of_the_whole_course_onto_itself_is_empty(content):
    assert diff_as_language(content, replace(content), "fr", translatable=translatable_fields).problems == []
