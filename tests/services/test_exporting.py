"""What an export does when something can't be written: it names it, and writes the rest."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from lms_app.adapters.nodes import store_content
from lms_app.adapters.revisions import commit_revision, publish
from lms_app.domain.content import Block, CourseContent, Overlay
from lms_app.domain.errors import Invalid
from lms_app.model.courses import Course
from lms_app.runtime.blocks.base import OlxBlock
from lms_app.runtime.exporter import export_tree, in_language
from lms_app.runtime.import_folders import ReadOnlyFolder, WritableFolder
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.exporting import export_course
from lms_app.storage.blobs import Blobs
from tests.course_files import KEY, TYPES

NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Stubborn(OlxBlock):
    """A block that reads well and never writes."""

    def add_xml_to_node(self, _node):
        raise RuntimeError("not today")


class Forgetful(OlxBlock):
    """A block that leaves its title behind when it is written."""

    def write_attributes(self, node):
        pass


@pytest.fixture
def types():
    found = BlockTypes()
    found._classes.update(stubborn=Stubborn, forgetful=Forgetful)
    return found


def course_of(*blocks: Block, **more) -> CourseContent:
    root = Block("course/course", "course", {"display_name": "T", "language": "en"}, tuple(block.id for block in blocks))
    return CourseContent(root=root.id, blocks={block.id: block for block in (root, *blocks)}, **more)


def test_block_that_cannot_be_written_is_named_and_goes_out_as_plain_attributes(types):
    content = course_of(Block("stubborn/s", "stubborn", {"display_name": "One"}), Block("chapter/c", "chapter", {"graded": True}))
    files, problems = export_tree(content, course_key=KEY, types=types)
    assert [(problem.code, problem.file, problem.facts["block"]) for problem in problems] == [
        ("block_not_exported", "stubborn/s.xml", "stubborn/s")
    ]
    assert etree.fromstring(files["stubborn/s.xml"]).get("display_name") == "One"
    assert etree.fromstring(files["chapter/c.xml"]).get("graded") == "true"


def test_block_that_comes_out_otherwise_is_named_with_its_fields(session, types, tmp_path):
    content = course_of(Block("forgetful/f", "forgetful", {"display_name": "One"}))
    course = Course(key=KEY, created_at=NOW)
    session.add(course)
    session.flush()
    publish(
        session, course, commit_revision(session, course, store_content(session, content, NOW), author=None, message="", now=NOW)
    )
    _, problems = export_course(session, KEY, blobs=Blobs(str(tmp_path)), types=types)
    assert [(problem.code, problem.facts) for problem in problems] == [
        ("not_exported_exactly", {"block": "forgetful/f", "fields": ["display_name"]})
    ]


def test_revision_of_another_course_is_not_published(session):
    courses = [Course(key=f"course-v1:O+C+{run}", created_at=NOW) for run in "ab"]
    session.add_all(courses)
    session.flush()
    revision = commit_revision(session, courses[0], store_content(session, course_of(), NOW), author=None, message="", now=NOW)
    with pytest.raises(Invalid, match="revision_of_another_course"):
        publish(session, courses[1], revision)


def test_block_of_a_type_that_was_uninstalled_goes_out_as_plain_attributes():
    content = course_of(Block("vanished/v", "vanished", {"display_name": "One", "size": 3}))
    files, problems = export_tree(content, course_key=KEY, types=TYPES)
    assert [problem.code for problem in problems] == ["type_not_installed"]
    placed = etree.fromstring(files["course/run.xml"])[0]
    assert dict(placed.attrib) == {"url_name": "v", "display_name": "One", "size": "3"}


def test_inline_block_with_two_parents_gets_a_file():
    shared = Block("coop_quiz/q", "coop_quiz", {"structure": {"questions": []}, "texts": {}})
    content = course_of(Block("chapter/a", "chapter", {}, (shared.id,)), Block("chapter/b", "chapter", {}, (shared.id,)))
    content = CourseContent(root=content.root, blocks={**content.blocks, shared.id: shared})
    files, _ = export_tree(content, course_key=KEY, types=TYPES)
    assert "coop_quiz/q.xml" in files
    assert all(b'<coop_quiz url_name="q"/>' in files[f"chapter/{name}.xml"] for name in "ab")


def test_course_in_one_language_is_its_texts_files_and_pages():
    content = course_of(
        Block("html/a", "html", {"data": "Hello", "editor": "raw"}),
        overlays={"fr": Overlay("fr", {"html/a": {"data": "Salut"}, "html/gone": {"data": "x"}})},
        pages={
            "about/overview.html": "About",
            "fr:about/overview.html": "À propos",
            "ar:about/overview.html": "عن",
            "tabs/a.html": "A",
        },
    )
    french = in_language(content, "fr")
    assert french.blocks["html/a"].fields == {"data": "Salut", "editor": "raw"}
    assert french.blocks[french.root].fields["language"] == "fr"
    assert dict(french.pages) == {"about/overview.html": "À propos", "tabs/a.html": "A"}
    assert dict(french.overlays) == {}


def test_a_course_in_one_language_says_in_the_source_s_words_what_is_not_translated_yet():
    content = course_of(
        Block("coop_quiz/q", "coop_quiz", {"texts": {"a/prompt": "One?", "b/prompt": "Two?"}, "structure": {"questions": [1, 2]}}),
        overlays={"fr": Overlay("fr", {"coop_quiz/q": {"texts": {"a/prompt": "Une ?"}}})},
    )
    assert in_language(content, "fr").blocks["coop_quiz/q"].fields == {
        "texts": {"a/prompt": "Une ?", "b/prompt": "Two?"},
        "structure": {"questions": [1, 2]},
    }
    assert content.blocks["coop_quiz/q"].fields["texts"] == {"a/prompt": "One?", "b/prompt": "Two?"}


def test_folders_in_memory_behave_like_folders():
    out = WritableFolder()
    with out.makedirs("html", recreate=True).open("/html/a.html", "wb") as file:
        file.write(b"a")
    with out.open("html/b.html", "w") as file:
        file.write("é")
    out.writetext("c", "c")
    out.writebytes("d", b"d")
    assert out.files == {"html/a.html": b"a", "html/b.html": "é".encode(), "c": b"c", "d": b"d"}
    assert (out.open("html/a.html", "rb").read(), out.open("c", "r").read(), out.exists("html/none")) == (b"a", "c", False)
    inside = ReadOnlyFolder(out.files.__contains__, lambda name: out.files[name].decode())
    inside.begin("c")
    assert (inside.open("html/b.html").read(), inside.open("d", "rb").read(), inside.exists("c")) == ("é", b"d", False)
    for folder, mode in ((out, "rb"), (inside, "r")):
        with pytest.raises(FileNotFoundError):
            folder.open("none", mode)
