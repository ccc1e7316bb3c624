"""Blocks out of XML: every age of the format, and nothing lost when something is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st
from lxml import etree

from lms_app.domain.content import RAW_FIELD
from lms_app.olx.files import CourseFiles
from lms_app.olx.tree import read_course_tree
from lms_app.runtime.exporter import export_tree
from lms_app.runtime.import_terms import ROOT, Imported
from lms_app.runtime.importer import import_tree
from tests.course_files import KEY, TYPES, codes, files_of, imported


def again(found: Imported) -> Imported:
    """Return what comes of exporting and importing once more."""
    files, problems = export_tree(found.content, course_key=KEY, types=TYPES)
    assert problems == []
    return imported(files)


def assert_round_trip(found: Imported) -> None:
    assert again(found).content.blocks == found.content.blocks


def test_pointers_are_followed_and_ids_are_type_and_name():
    found = imported(
        files_of(
            '<chapter url_name="one"/>',
            chapter__one_xml='<chapter display_name="First"><sequential url_name="s"><vertical url_name="v">'
            '<html url_name="intro"/></vertical></sequential></chapter>',
            html__intro_xml='<html filename="intro" display_name="Hello"/>',
            html__intro_html="<p>Salam</p>",
        )
    )
    blocks = found.content.blocks
    assert list(blocks[ROOT].children) == ["chapter/one"]
    assert blocks["html/intro"].fields == {"data": "<p>Salam</p>", "display_name": "Hello"}
    assert blocks["vertical/v"].children == ("html/intro",)
    assert codes(found) == []
    assert_round_trip(found)


def test_colon_in_a_name_is_a_folder():
    found = imported(files_of('<chapter url_name="week1:one"/>', chapter__week1__one_xml='<chapter display_name="First"/>'))
    assert found.content.blocks["chapter/week1:one"].fields == {"display_name": "First"}
    assert_round_trip(found)


def test_course_of_2012_in_one_file():
    found = imported(
        {
            "course.xml": b"""<course org="MITx" course="6.002x" semester="2012_Spring">
              <chapter name="Week 1"><videosequence name="Lecture" format="Lecture Sequence">
                <html>Read <em>this</em></html>
                <video youtube="1.0:abc"/>
              </videosequence>
              <sequential filename="hw1" due="2012-03-11"/></chapter></course>""",
            "sequential/hw1.xml": b'<sequential name="Homework"><html slug="intro">Do it</html></sequential>',
            "policies/2012_Spring.json": b'{"chapter/Week_1": {"start": "2012-03-05"}}',
        }
    )
    blocks = found.content.blocks
    assert blocks["chapter/Week_1"].fields["start"] == "2012-03-05T00:00:00Z"
    assert blocks["chapter/Week_1"].children == ("videosequence/Lecture", "sequential/hw1")
    assert blocks["videosequence/Lecture"].fields["format"] == "Lecture Sequence"
    assert blocks["sequential/hw1"].fields["due"] == "2012-03-11T00:00:00Z"
    assert blocks["sequential/hw1"].children == ("html/intro",)
    assert_round_trip(found)


def test_blocks_without_names_get_the_same_names_each_time():
    files = files_of("<chapter><vertical><html>one</html><html>two</html><html>one</html></vertical></chapter>")
    first, second = imported(files), imported(files)
    assert first.content.blocks == second.content.blocks
    assert len([block for block in first.content.walk() if block.type == "html"]) == 3
    assert_round_trip(first)


def test_policy_has_precedence_over_attributes_and_the_rest_is_kept():
    found = imported(
        files_of(
            '<chapter url_name="c" display_name="Old" unknown="kept"/>',
            policies__run__policy_json='{"course/run": {"display_name": "T", "wiki_slug": "w"}, '
            '"chapter/c": {"display_name": "New", "odd": [1]}}',
        )
    )
    assert found.content.blocks["chapter/c"].fields == {
        "display_name": "New",
        "xml_attributes": {"odd": "[1]", "unknown": "kept"},
    }
    assert found.content.blocks[ROOT].fields["display_name"] == "T"
    assert found.content.policy == {"course": {"wiki_slug": "w"}}
    assert_round_trip(found)


def test_wiki_textbook_and_comments_are_no_blocks():
    found = imported(
        files_of(
            '<!-- note --><wiki slug="w"/><textbook title="B" book_url="u"/><chapter url_name="c" graded="true"><?php x?></chapter>'
        )
    )
    assert found.content.blocks[ROOT].children == ("chapter/c",)
    assert found.content.blocks[ROOT].fields["kept_elements"] == ['<wiki slug="w"/>', '<textbook title="B" book_url="u"/>']
    assert codes(found) == []
    assert_round_trip(found)


def test_unknown_type_is_kept_verbatim_among_its_neighbours():
    xml = '<azure_media_services deep="1"><a>text <b/> tail</a><!-- c --></azure_media_services>'
    found = imported(
        files_of(
            '<chapter url_name="c"><vertical url_name="v"><html url_name="a">1</html>'
            + xml.replace("<azure_media_services", '<azure_media_services url_name="ams"')
            + '<html url_name="b">2</html></vertical></chapter>'
        )
    )
    assert found.content.blocks["vertical/v"].children == ("html/a", "azure_media_services/ams", "html/b")
    assert found.content.blocks["azure_media_services/ams"].fields == {RAW_FIELD: xml}
    assert [(problem.code, problem.file, problem.line) for problem in found.problems] == [
        ("type_not_installed", "course/run.xml", 1)
    ]
    assert_round_trip(found)


def test_unknown_container_keeps_the_files_of_its_children():
    found = imported(
        files_of(
            '<chapter url_name="c"/>',
            chapter__c_xml='<chapter><strange url_name="s"/></chapter>',
            strange__s_xml='<strange><html url_name="inside"/></strange>',
            html__inside_xml='<html filename="inside"/>',
            html__inside_html="text",
        )
    )
    assert found.content.blocks["strange/s"].children == ("html/inside",)
    assert found.content.blocks["html/inside"].fields["data"] == "text"
    files, _ = export_tree(found.content, course_key=KEY, types=TYPES)
    assert files["html/inside.html"] == b"text"
    assert_round_trip(found)


def test_broken_file_costs_one_block_and_goes_out_as_it_came():
    broken = "<vertical>\n<oops></vertical>"
    found = imported(
        files_of(
            '<chapter url_name="c"><vertical url_name="v"/><vertical url_name="w"/></chapter>',
            vertical__v_xml=broken,
            vertical__w_xml="<vertical/>",
        )
    )
    assert found.content.blocks["chapter/c"].children == ("vertical/v", "vertical/w")
    assert [(problem.severity, problem.code, problem.file, problem.line) for problem in found.problems] == [
        ("warning", "xml_broken", "vertical/v.xml", 2)
    ]
    files, _ = export_tree(found.content, course_key=KEY, types=TYPES)
    assert files["vertical/v.xml"].decode() == broken
    assert_round_trip(found)


def test_empty_file_is_kept_empty():
    found = imported(files_of('<vertical url_name="v"/>', vertical__v_xml=""))
    assert codes(found) == ["xml_broken"]
    assert_round_trip(found)


def test_broken_file_of_2012_keeps_its_name():
    found = imported(files_of('<vertical filename="v"/>', vertical__v_xml="<vertical>"))
    assert found.content.blocks[ROOT].children == ("vertical/v",)
    assert_round_trip(found)


def test_missing_file_costs_one_block():
    found = imported(
        files_of(
            '<chapter url_name="c"><vertical url_name="v"><html url_name="gone"/><html url_name="a">1</html></vertical></chapter>'
        )
    )
    assert found.content.blocks["vertical/v"].children == ("html/gone", "html/a")
    assert [(problem.code, problem.facts["missing"]) for problem in found.problems] == [("file_missing", "html/gone.xml")]
    assert_round_trip(found)


def test_missing_body_is_told():
    found = imported(files_of('<html url_name="x"/>', html__x_xml='<html filename="x"/>'))
    assert [(problem.code, problem.facts["missing"]) for problem in found.problems] == [("file_missing", "html/x.html")]


def test_body_that_stands_alone_is_found():
    found = imported(files_of('<html url_name="old"/>', html__old_html="<p>2012</p>"))
    assert found.content.blocks["html/old"].fields == {"data": "<p>2012</p>"}
    assert codes(found) == []


def test_block_with_two_parents_is_one_block():
    found = imported(
        files_of(
            '<chapter url_name="c"><vertical url_name="v"/></chapter><chapter url_name="d"><vertical url_name="v"/></chapter>',
            vertical__v_xml="<vertical/>",
        )
    )
    assert found.content.blocks["chapter/c"].children == found.content.blocks["chapter/d"].children == ("vertical/v",)
    assert codes(found) == ["two_parents"]
    assert_round_trip(found)


def test_second_block_of_one_name_gets_another():
    found = imported(
        files_of(
            '<chapter url_name="c"><html url_name="x">1</html></chapter><chapter url_name="d"><html url_name="x">2</html></chapter>'
        )
    )
    texts = [block.fields["data"] for block in found.content.walk() if block.type == "html"]
    assert texts == ["1", "2"]
    assert codes(found) == ["name_taken"]


def test_bad_date_costs_that_date_alone():
    found = imported(files_of('<chapter url_name="c" start="soon, I hope" display_name="One"/>'))
    assert found.content.blocks["chapter/c"].fields == {"display_name": "One", "xml_attributes": {"start": "soon, I hope"}}
    assert codes(found) == ["attribute_not_read"]
    assert_round_trip(found)


def test_split_test_and_conditional_keep_their_references_as_block_ids():
    found = imported(
        files_of(
            '<chapter url_name="c"><split_test url_name="s" user_partition_id="5" '
            'group_id_to_child="{&quot;0&quot;: &quot;i4x://Org/Course/vertical/a&quot;, '
            '&quot;1&quot;: &quot;block-v1:Org+Course+run+type@vertical+block@b&quot;}">'
            '<vertical url_name="a"/><vertical url_name="b"/></split_test>'
            '<conditional url_name="k" sources="i4x://Org/Course/html/x;i4x://Org/Course/html/y" attempted="True" '
            'message="First {link}">'
            '<html url_name="x">1</html></conditional></chapter>'
        )
    )
    split, conditional = found.content.blocks["split_test/s"], found.content.blocks["conditional/k"]
    assert split.fields["group_id_to_child"] == {"0": "vertical/a", "1": "vertical/b"}
    assert split.children == ("vertical/a", "vertical/b")
    assert conditional.fields["sources_list"] == ["html/x", "html/y"]
    assert conditional.fields["conditional_attr"] == "attempted"
    assert conditional.children == ("html/x",)


def test_library_content_counts_its_copies():
    found = imported(
        files_of(
            '<library_content url_name="l" max_count="2" source_library_id="library-v1:O+L">'
            '<html url_name="a">1</html><html url_name="b">2</html></library_content>'
        )
    )
    assert found.content.blocks["library_content/l"].fields == {"max_count": 2, "source_library_id": "library-v1:O+L"}
    assert found.content.blocks["library_content/l"].children == ("html/a", "html/b")
    assert_round_trip(found)


def test_block_that_raises_while_it_is_read_is_kept_raw():
    # A quiz that nobody could answer is refused by its own class.
    found = imported(
        files_of(
            '<chapter url_name="c"><coop_quiz url_name="q"><question id="a" kind="single"/></coop_quiz>'
            '<html url_name="x">1</html></chapter>'
        )
    )
    assert RAW_FIELD in found.content.blocks["coop_quiz/q"].fields
    assert found.content.blocks["chapter/c"].children == ("coop_quiz/q", "html/x")
    assert codes(found) == ["block_not_read"]
    assert_round_trip(found)


def test_what_was_read_is_json_and_the_same_each_time():
    files = files_of(
        '<chapter url_name="c" group_access="{&quot;5&quot;: [1, 2]}" graceperiod="1 day" graded="true" '
        'due="2026-01-01T00:00:00Z"/>'
    )
    fields = imported(files).content.blocks["chapter/c"].fields
    assert fields["group_access"] == {"5": [1, 2]}
    assert fields["graded"] is True
    assert_round_trip(imported(files))


NAMES = st.from_regex(r"[a-zA-Z_][\w.-]{0,10}", fullmatch=True).filter(
    lambda name: name.isascii() and not name.lower().startswith("xml")
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Co")), max_size=30)


@settings(deadline=None, max_examples=50)
@given(title=TEXTS, unknown=st.dictionaries(NAMES, TEXTS, max_size=4), body=TEXTS)
def test_any_titles_attributes_and_bodies_survive_the_round_trip(title, unknown, body):
    node = etree.Element("chapter", {**unknown, "url_name": "c"}, display_name=title)
    etree.SubElement(node, "html", url_name="h", display_name=title).text = body
    files = files_of(etree.tostring(node, encoding="unicode"))
    found = imported(files)
    assert found.content.blocks["chapter/c"].fields.get("display_name", title) == title
    assert_round_trip(found)


@settings(deadline=None, max_examples=50)
@given(
    st.recursive(
        st.just("<vertical/>"),
        lambda inner: st.lists(inner, max_size=3).map(lambda many: f"<vertical>{''.join(many)}</vertical>"),
        max_leaves=12,
    )
)
def test_any_nesting_survives_the_round_trip(xml):
    found = imported(files_of(f"<chapter>{xml}</chapter>"))
    assert len(list(found.content.walk())) == xml.count("<vertical") + 2
    assert_round_trip(found)


@pytest.mark.parametrize("run", ["2026", "A.b-c~d"])
def test_second_run_shares_every_node_with_the_first(run):
    files = files_of('<chapter url_name="c"><html url_name="x">1</html></chapter>')
    other = {name.replace("run", run): content.replace(b'"run"', f'"{run}"'.encode()) for name, content in files.items()}
    view = CourseFiles.of(other)
    tree = read_course_tree(view)
    second = import_tree(view, course_key=f"course-v1:Org+Course+{run}", types=TYPES, root=tree.root, root_file=tree.root_file)
    assert second.content.blocks == imported(files).content.blocks
