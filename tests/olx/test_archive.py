"""Opening a course: in which forms it comes, where its root is, and what is said of other archives."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from lms_app.olx.archive import open_course_files
from lms_app.olx.problems import FileRefused
from lms_app.olx.writer import write_archive
from tests.course_files import write_folder

COURSE = {"course.xml": b"<course/>", "html/a.html": b"a", "static/caf\u00e9 1.png".encode().decode(): b"png"}


def names_of(source: Path | bytes) -> list[str]:
    with open_course_files(source) as files:
        return list(files.names)


def packed(files: dict[str, bytes], kind: str) -> bytes:
    out = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return out.getvalue()
    with tarfile.open(fileobj=out, mode="w:gz" if kind == "tar.gz" else "w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.mark.parametrize("top", ["", "course/", "my course/", "repository-main/course/"])
@pytest.mark.parametrize("kind", ["tar.gz", "tar", "zip"])
def test_archives_are_opened_at_the_folder_of_course_xml(kind, top):
    assert names_of(packed({top + name: content for name, content in COURSE.items()}, kind)) == sorted(COURSE)


def test_folder_is_opened_and_version_control_left_alone(tmp_path):
    write_folder(COURSE | {".git/config": b"x", "._course.xml": b"x"}, tmp_path / "top")
    assert names_of(tmp_path) == sorted(COURSE)


def test_file_on_disk_is_opened(tmp_path):
    path = tmp_path / "course.tar.gz"
    path.write_bytes(packed(COURSE, "tar.gz"))
    assert names_of(path) == sorted(COURSE)


def test_leftovers_of_a_mac_are_ignored():
    files = COURSE | {"__MACOSX/._course.xml": b"x", "html/._a.html": b"x", ".DS_Store": b"x"}
    assert names_of(packed(files, "zip")) == sorted(COURSE)


def test_course_named_course_is_not_taken_for_two():
    assert names_of(packed({"course/course.xml": b"<course/>", "course/course/course.xml": b"<course/>"}, "tar")) == [
        "course.xml",
        "course/course.xml",
    ]


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"a/course.xml": b"<course/>", "b/course.xml": b"<course/>"}, "archive_several_courses"),
        ({"readme.txt": b""}, "archive_without_course"),
        ({"library/library.xml": b"<library/>"}, "archive_is_library"),
        ({"moodle_backup.xml": b"<x/>", "course/course.xml": b"<course/>"}, "archive_is_moodle"),
        ({"course/course.xml": b'<course id="2" contextid="15"><shortname/></course>'}, "archive_is_moodle"),
        ({"imsmanifest.xml": b"<manifest/>"}, "archive_is_scorm"),
    ],
)
def test_other_archives_are_named_politely(files, code):
    with pytest.raises(FileRefused, match=code):
        names_of(packed(files, "zip"))


def test_several_courses_are_named():
    with pytest.raises(FileRefused) as caught:
        names_of(packed({"a/course.xml": b"<course/>", "b/course.xml": b"<course/>"}, "zip"))
    assert caught.value.problem.facts["others"] == ["a/course.xml", "b/course.xml"]


def test_missing_file_is_refused(tmp_path):
    with pytest.raises(FileRefused, match="archive_not_found"):
        names_of(tmp_path / "nothing.tar.gz")


@settings(deadline=None, max_examples=50)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[a-zé ]{1,8}){0,2}\.html", fullmatch=True), st.binary(max_size=100), max_size=5))
def test_what_was_written_is_read(files):
    folded = {name.casefold(): content for name, content in files.items()} | {"course.xml": b"<course/>"}
    with open_course_files(write_archive(folded)) as found:
        assert {name: found.read(name) for name in found.names} == folded


def test_archive_is_the_same_each_time_it_is_written():
    assert write_archive(COURSE) == write_archive(dict(reversed(COURSE.items())))
