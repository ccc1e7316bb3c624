"""Finding a course in its files: policies of every age, pages, drafts."""

from __future__ import annotations

import json

from lms_app.olx.assets import UNKNOWN, content_type_of, is_active_drawing
from lms_app.olx.files import CourseFiles
from lms_app.olx.tree import CourseTree, read_course_tree

POINTER = b'<course url_name="2012_Fall" org="MITx" course="6.002x"/>'


def tree_of(**files: bytes | object) -> CourseTree:
    named = {name: content if isinstance(content, bytes) else json.dumps(content).encode() for name, content in files.items()}
    return read_course_tree(CourseFiles.of({"course.xml": POINTER, "course/2012_Fall.xml": b"<course/>"} | named))


def test_names_come_from_the_pointer():
    tree = tree_of()
    assert (tree.org, tree.course, tree.run, tree.root_file) == ("MITx", "6.002x", "2012_Fall", "course/2012_Fall.xml")


def test_todays_policy_and_grading():
    tree = tree_of(
        **{
            "policies/2012_Fall/policy.json": {"course/2012_Fall": {"display_name": "Circuits"}},
            "policies/2012_Fall/grading_policy.json": {"GRADER": [], "GRADE_CUTOFFS": {"Pass": 0.5}},
        }
    )
    assert tree.policies["course/2012_Fall"] == {"display_name": "Circuits"}
    assert tree.grading["GRADE_CUTOFFS"] == {"Pass": 0.5}


def test_policy_of_2012_stands_beside_its_folder():
    tree = tree_of(
        **{"policies/2012_Fall.json": {"chapter/Week_1": {"start": "2012-09-05"}}, "grading_policy.json": {"GRADER": []}}
    )
    assert tree.policies["chapter/Week_1"] == {"start": "2012-09-05"}
    assert tree.grading == {"GRADER": []}


def test_course_written_whole_in_course_xml():
    files = CourseFiles.of({"course.xml": b'<course org="O" course="C" semester="2012_Spring"><chapter name="One"/></course>'})
    tree = read_course_tree(files)
    assert (tree.run, tree.root_file, len(tree.root)) == ("2012_Spring", "course.xml", 1)


def test_broken_policy_is_an_error_with_its_line():
    tree = tree_of(**{"policies/2012_Fall/policy.json": b'{\n"course/2012_Fall": }'})
    assert [(problem.severity, problem.code, problem.line) for problem in tree.problems] == [("error", "json_broken", 2)]


def test_pages_are_text_by_path_and_drafts_are_told():
    tree = tree_of(
        **{"about/overview.html": b"<p>Hi</p>", "tabs/faq.html": b"?", "about/x.exe": b"", "drafts/problem/p.xml": b"<problem/>"}
    )
    assert dict(tree.pages) == {"about/overview.html": "<p>Hi</p>", "tabs/faq.html": "?"}
    assert [problem.code for problem in tree.problems] == ["page_not_text", "drafts_not_imported"]


def test_asset_facts_find_their_file_by_any_of_its_names_and_name_nobody():
    tree = tree_of(
        **{
            "static/a b.png": b"",
            "policies/assets.json": {
                "a_b.png": {"displayname": "a b.png", "locked": True, "edited_by": 7, "import_path": None},
                "gone.png": {"displayname": "gone.png"},
            },
        }
    )
    assert tree.asset_facts == {"a b.png": {"displayname": "a b.png", "locked": True}}
    assert tree.assets == ("a b.png",)


def test_types_of_assets_are_believed_by_name_unless_the_bytes_are_a_page():
    assert content_type_of("a.PNG", b"\x89PNG") == "image/png"
    assert content_type_of("a.png", b" <!DOCTYPE html><script>") == UNKNOWN
    assert content_type_of("a.pdf", b"<html>") == UNKNOWN
    assert content_type_of("a.html", b"<html>") == "text/html"
    assert content_type_of("a.exe", b"MZ") == UNKNOWN


def test_drawings_that_act_are_known():
    assert is_active_drawing("a.svg", b"<svg><script>x</script></svg>")
    assert is_active_drawing("a.svg", b'<svg onload="x"/>')
    assert is_active_drawing("a.svg", b'<svg><a href="javascript:x"/></svg>')
    assert not is_active_drawing("a.svg", b'<svg><path d="M0 0"/></svg>')
