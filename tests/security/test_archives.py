"""Nine ways to attack through an archive, each refused before anything is written."""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from lms_app.olx.archive import open_course_files
from lms_app.olx.files import CourseFiles
from lms_app.olx.names import Limits
from lms_app.olx.problems import FileRefused
from lms_app.olx.tree import read_course_tree, read_json
from lms_app.runtime.importer import import_tree
from lms_app.runtime.plugins import BlockTypes

COURSE_XML = b'<course url_name="r" org="O" course="C"><chapter url_name="c"/></course>'


def tar_of(*members: tuple[str, bytes] | tarfile.TarInfo, packed: bool = True) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz" if packed else "w") as tar:
        for member in (("course/course.xml", COURSE_XML), *members):
            if isinstance(member, tarfile.TarInfo):
                tar.addfile(member)
                continue
            info = tarfile.TarInfo(member[0])
            info.size = len(member[1])
            tar.addfile(info, io.BytesIO(member[1]))
    return out.getvalue()


def zip_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("course/course.xml", COURSE_XML), *members):
            archive.writestr(name, content)
    return out.getvalue()


def refusal(source: bytes | Path, **limits: int) -> str:
    """Return the code with which an archive is refused; every file is read, as an import would."""
    try:
        with open_course_files(source, limits=Limits(**limits)) as files:
            for name in files.names:
                files.read(name)
    except FileRefused as refused:
        return refused.code
    return "taken"


def member(name: str, kind: bytes, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = link
    return info


# 1. Names that lead outside.


@pytest.mark.parametrize(
    "name", ["../../etc/x", "course/../../x", "/etc/x", "C:\\x", "c:x", "course\\..\\x", "course/static/..", "\\\\host\\x"]
)
def test_name_that_leads_outside_is_refused(name):
    assert refusal(tar_of((name, b"x"))) == "archive_name_outside"
    assert refusal(zip_of((name, b"x"))) == "archive_name_outside"


def test_folder_whose_name_leads_outside_is_refused():
    assert refusal(tar_of(member("course/../..", tarfile.DIRTYPE))) == "archive_name_outside"


def test_two_names_for_one_file_are_refused():
    assert refusal(tar_of(("course/static/a.txt", b"one"), ("course/./static//a.txt", b"two"))) == "archive_same_name"


# 2. Members that are no files.


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_link_device_or_pipe_is_refused(kind):
    assert refusal(tar_of(member("course/static", kind, "/etc"), ("course/static/x", b"x"))) == "archive_not_a_file"


def test_link_in_a_zip_is_refused():
    link = zipfile.ZipInfo("course/static/x")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert refusal(zip_of((link, b"/etc/passwd"))) == "archive_not_a_file"


def test_link_in_a_folder_is_refused(tmp_path):
    (tmp_path / "course.xml").write_bytes(COURSE_XML)
    (tmp_path / "static").symlink_to("/etc")
    assert refusal(tmp_path) == "archive_not_a_file"


def test_pipe_in_a_folder_is_refused_and_not_waited_for(tmp_path):
    (tmp_path / "course.xml").write_bytes(COURSE_XML)
    os.mkfifo(tmp_path / "pipe.xml")
    assert refusal(tmp_path) == "archive_not_a_file"


# 3. Long paths.


def test_part_longer_than_file_systems_take_is_refused():
    assert refusal(tar_of((f"course/{'d' * 256}", b"x"))) == "archive_name_too_long"


def test_long_path_of_short_parts_is_refused():
    assert refusal(tar_of(("course/" + "d/" * 600 + "x", b"x"))) == "archive_name_too_long"


def test_deep_path_is_refused():
    assert refusal(tar_of(("course/" + "d/" * 20 + "x", b"x"))) == "archive_too_deep"


# 4. Bombs.


def test_zip_bomb_is_refused_by_its_ratio():
    assert refusal(zip_of(("course/static/zeros", bytes(30_000_000)))) == "archive_bomb"


def test_gzip_bomb_is_refused_by_its_ratio():
    assert refusal(tar_of(("course/static/zeros", bytes(30_000_000)))) == "archive_bomb"


def test_archive_inside_an_archive_is_only_a_file():
    inner = zip_of(("bomb", bytes(30_000_000)))
    with open_course_files(tar_of(("course/static/inner.zip", inner))) as files:
        assert files.read("static/inner.zip") == inner


def test_too_many_members_are_refused():
    empty = [(f"course/static/{number}", b"") for number in range(30)]
    assert refusal(tar_of(*empty), members=20) == "archive_too_many"
    assert refusal(zip_of(*empty), members=20) == "archive_too_many"


def test_member_and_total_sizes_are_refused():
    assert refusal(tar_of(("course/static/a", bytes(2000))), member_bytes=1000) == "archive_member_too_big"
    assert refusal(zip_of(("course/static/a", bytes(2000))), member_bytes=1000) == "archive_member_too_big"
    several = [(f"course/static/{number}", bytes(900)) for number in range(5)]
    assert refusal(tar_of(*several), total_bytes=3000) == "archive_too_big"
    assert refusal(zip_of(*several), total_bytes=3000) == "archive_too_big"


def test_sparse_member_of_a_huge_declared_size_is_refused():
    # The old GNU form: one stored block, a terabyte declared.
    header = bytearray(tarfile.TarInfo("course/static/sparse").tobuf(tarfile.GNU_FORMAT))
    header[156:157] = tarfile.GNUTYPE_SPARSE
    header[124:136] = b"00000001000\0"
    header[386:410] = b"00000000000\0" + b"00000001000\0"
    header[483:495] = b"\x80" + (1 << 40).to_bytes(11, "big")
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    assert refusal(tar_of(packed=False)[:1024] + bytes(header) + bytes(512) + bytes(1024)) == "archive_not_a_file"


def test_declared_size_beyond_the_end_is_refused():
    info = tarfile.TarInfo("course/static/x")
    info.size = 100_000_000
    assert refusal(tar_of(packed=False)[:1024] + info.tobuf() + bytes(1024)) == "archive_damaged"


def test_size_below_zero_does_not_loop():
    header = bytearray(tarfile.TarInfo("course/static/x").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = b"\xff" + (-1024).to_bytes(11, "big", signed=True)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    assert refusal(tar_of(packed=False)[:1024] + bytes(header) + bytes(1024)) == "archive_damaged"


def test_long_name_header_of_many_megabytes_is_not_read():
    info = tarfile.TarInfo("././@LongLink")
    info.type = tarfile.GNUTYPE_LONGNAME
    info.size = 50_000_000
    assert refusal(tar_of(packed=False)[:1024] + info.tobuf(tarfile.GNU_FORMAT) + bytes(2048)) == "archive_header_too_big"


def test_zip_that_lies_about_sizes_is_refused():
    data = bytearray(zip_of(("course/static/a", b"x" * 5000)))
    directory = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)
    assert refusal(bytes(data)) == "archive_damaged"


def test_encrypted_zip_is_refused():
    data = bytearray(zip_of(("course/static/a", b"x")))
    directory = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    data[directory + 8] |= 1
    assert refusal(bytes(data)) == "archive_encrypted"


# 5. One name, two contents.


def test_second_member_of_one_name_is_refused():
    assert refusal(tar_of(("course/html/a.html", b"clean"), ("course/html/a.html", b"hostile"))) == "archive_same_name"


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")  # the writer of the archive says so
def test_second_zip_entry_of_one_name_is_refused():
    assert refusal(zip_of(("course/html/a.html", b"clean"), ("course/html/a.html", b"hostile"))) == "archive_same_name"


@pytest.mark.parametrize(
    ("one", "other"), [("A.html", "a.html"), ("\u00e9.html", "e\u0301.html"), ("\ufb01.html", "fi.html"), ("ß.html", "SS.html")]
)
def test_names_that_are_one_on_some_machine_are_refused(one, other):
    assert refusal(tar_of((f"course/html/{one}", b"clean"), (f"course/html/{other}", b"hostile"))) == "archive_same_name"


def test_same_name_with_the_same_content_does_no_harm():
    with open_course_files(tar_of(("course/html/a.html", b"same"), ("course/html/a.html", b"same"))) as files:
        assert files.read("html/a.html") == b"same"


# 6 and 7. XML that expands, or looks outside.

LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]><{tag} url_name="p">&c;</{tag}>'
OUTSIDE = (
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><{tag}>&a;</{tag}>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><{tag}/>',
    '<!DOCTYPE x PUBLIC "-//X//Y" "http://127.0.0.1:9/x.dtd"><{tag}/>',
    '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://127.0.0.1:9/x">%a;]><{tag}/>',
    '<?xml version="1.0"?><!-- before --><?pi?>\n<!DOCTYPE x [<!ATTLIST x a CDATA "b">]><{tag}/>',
)


@pytest.mark.parametrize("text", [LAUGHS, *OUTSIDE])
def test_document_type_in_course_xml_is_refused(text):
    files = CourseFiles.of({"course.xml": text.format(tag="course").encode()})
    with pytest.raises(FileRefused) as caught:
        read_course_tree(files)
    assert (caught.value.code, caught.value.problem.file) == ("xml_doctype", "course.xml")
    assert caught.value.problem.line >= 1


def course_of(*inside: str) -> dict[str, str]:
    return {"course.xml": f'<course url_name="r" org="O" course="C">{"".join(inside)}</course>'}


def problems_of(contents: dict[str, str]) -> list[tuple[str, str, str]]:
    files = CourseFiles.of({name: text.encode() for name, text in contents.items()})
    tree = read_course_tree(files)
    found = import_tree(
        files, course_key="course-v1:O+C+r", types=BlockTypes(), root=tree.root, root_file=tree.root_file, policies=tree.policies
    )
    return [(problem.severity.value, problem.code, problem.file) for problem in (*tree.problems, *found.problems)]


def course_with(**files: str) -> dict[str, str]:
    named = {name.replace("__", "/") + ".xml": text for name, text in files.items()}
    pointers = "".join(f'<{name.split("/")[0]} url_name="{name.split("/")[1][:-4]}"/>' for name in named)
    return {"course.xml": f'<course url_name="r" org="O" course="C"><chapter url_name="c">{pointers}</chapter></course>', **named}


@pytest.mark.parametrize("text", [LAUGHS, *OUTSIDE])
def test_document_type_in_a_block_costs_the_whole_import(text):
    found = problems_of(course_with(vertical__v=text.format(tag="vertical")))
    assert ("error", "xml_doctype", "vertical/v.xml") in found


def test_document_type_in_a_file_that_a_block_opens_itself_is_refused():
    files = CourseFiles.of({"html/x.xml": LAUGHS.format(tag="html").encode()})
    with pytest.raises(FileRefused, match="xml_doctype"):
        files.text("html/x.xml")


def test_document_type_of_a_plain_page_is_no_attack():
    files = CourseFiles.of(
        {"a.xml": b'<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/x.dtd">\n<a>b</a>'}
    )
    assert files.xml("a.xml").text == "b"


def test_inclusion_and_stylesheet_instructions_are_not_followed():
    inclusion = '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></a>'
    text = f'<?xml-stylesheet href="file:///etc/passwd"?>{inclusion}'
    root = CourseFiles.of({"a.xml": text.encode()}).xml("a.xml")
    assert len(root) == 1
    assert root[0].get("href") == "/etc/passwd"
    assert root[0].text is None


# 8. XML that exhausts the reader, and bytes that are no text.


def code_of_xml(content: bytes) -> tuple[str, str]:
    with pytest.raises(FileRefused) as caught:
        CourseFiles.of({"problem/p.xml": content}).xml("problem/p.xml")
    return caught.value.code, caught.value.problem.file


def test_hundred_thousand_levels_are_refused():
    assert code_of_xml(b"<a>" * 100_000 + b"</a>" * 100_000)[0] in {"xml_too_deep", "xml_broken"}


def test_two_hundred_and_fifty_levels_are_refused():
    assert code_of_xml(b"<a>" * 250 + b"</a>" * 250) == ("xml_too_deep", "problem/p.xml")


def test_attribute_of_fifty_megabytes_is_refused():
    assert code_of_xml(b'<a b="' + b"x" * 50_000_000 + b'"/>') == ("xml_too_big", "problem/p.xml")


def test_attribute_of_fifteen_megabytes_is_refused():
    assert code_of_xml(b'<a b="' + b"x" * 15_000_000 + b'"/>')[0] == "xml_broken"


def test_nul_is_refused_with_its_line():
    with pytest.raises(FileRefused) as caught:
        CourseFiles.of({"a.xml": b"<a>\n\x00</a>"}).xml("a.xml")
    assert (caught.value.code, caught.value.problem.line) == ("xml_nul", 2)


def test_bytes_that_are_not_utf8_are_read_as_western_and_reported():
    files = CourseFiles.of({"a.xml": b"<a>\ncaf\xe9</a>"})
    assert files.xml("a.xml").text == "\ncafé"
    assert [(problem.code, problem.line) for problem in files.problems] == [("encoding_guessed", 2)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_byte_order_marks_are_understood(encoding):
    content = "\ufeff<?xml version='1.0' encoding='UTF-16'?><a>تعاونية</a>".encode(encoding)
    assert CourseFiles.of({"a.xml": content}).xml("a.xml").text == "تعاونية"


def test_half_a_utf16_character_is_refused():
    assert code_of_xml(b"\xff\xfe<\x00a")[0] in {"xml_bad_encoding", "xml_broken"}
    assert code_of_xml(b"\xff\xfe<\x00a\x00\x00\xd8")[0] == "xml_bad_encoding"


@pytest.mark.parametrize("text", ['{"a": NaN}', "[" * 100_000, '{"a": }', "{" * 3, '{"a": ' + "[" * 200 + "]" * 200 + "}"])
def test_json_that_plays_tricks_is_refused(text):
    with pytest.raises(FileRefused, match="json_broken"):
        read_json(text, "policies/r/policy.json")


# 9. Names of blocks.


def test_block_that_holds_itself_is_told_and_cut():
    found = problems_of(
        course_with(vertical__v='<vertical><vertical url_name="w"/></vertical>')
        | {"vertical/w.xml": '<vertical><vertical url_name="v"/></vertical>'}
    )
    assert ("warning", "block_in_itself", "vertical/w.xml") in found


def test_chain_of_a_thousand_files_is_refused():
    chain = {f"vertical/v{n}.xml": f'<vertical><vertical url_name="v{n + 1}"/></vertical>' for n in range(1000)}
    start = {"course.xml": '<course url_name="r" org="O" course="C"><vertical url_name="v0"/></course>'}
    assert ("error", "nested_too_deep") in [found[:2] for found in problems_of(start | chain)]


def test_missing_child_file_is_told_with_its_place():
    found = problems_of({"course.xml": '<course url_name="r" org="O" course="C"><chapter url_name="gone"/></course>'})
    assert found == [("warning", "file_missing", "course.xml")]


def test_name_of_three_hundred_characters_is_replaced():
    found = problems_of(
        {"course.xml": f'<course url_name="r" org="O" course="C"><chapter url_name="{"n" * 300}"><vertical/></chapter></course>'}
    )
    assert found == [("warning", "name_too_long", "course.xml")]


@pytest.mark.parametrize("name", ["con", "__proto__", "constructor", "..", "NUL", "a b/c?d#e", "&lt;x>", "\u202eevil"])
def test_reserved_and_strange_names_do_no_harm(name):
    contents = {"course.xml": f'<course url_name="r" org="O" course="C"><chapter url_name="{name}"><vertical/></chapter></course>'}
    assert [code for severity, code, _ in problems_of(contents) if severity == "error"] == []


def test_blocks_whose_names_differ_by_case_alone_are_told_apart():
    course = course_of('<chapter url_name="A"><html url_name="x">1</html><html url_name="X">2</html></chapter>')
    assert problems_of(course) == [("warning", "name_taken", "course.xml")]


def test_gzip_without_a_tar_inside_is_not_an_archive():
    assert refusal(gzip.compress(b"hello")) == "archive_not_known"
    assert refusal(b"hello") == "archive_not_known"
    assert refusal(b"") == "archive_not_known"
    assert refusal(gzip.compress(b"x" * 100)[:20]) == "archive_damaged"
    assert refusal(b"PK\x03\x04 not really") == "archive_damaged"
