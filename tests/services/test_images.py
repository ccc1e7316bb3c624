"""A course's files: kept in its draft with their sizes, replaced, taken out, found where they are used, and carried by OLX."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from lms_app.adapters.content import CourseReader
from lms_app.adapters.nodes import block_hashes, load_content
from lms_app.adapters.picture_room import PictureRoom
from lms_app.domain.actors import SITE, Actor, Role
from lms_app.domain.errors import Conflict, NotFound, Refused
from lms_app.domain.keys import PersonId
from lms_app.services.authoring import exporting, images
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.editing import open_block, save_block
from lms_app.services.authoring.importing import import_course
from lms_app.services.authoring.pictures import as_upload, prepare
from lms_app.storage.blobs import Blobs
from tests.course_files import KEY, TYPES, files_of, write_folder

NOW = datetime(2026, 11, 1, tzinfo=UTC)
COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s"><vertical url_name="v">'
    '<html url_name="a" display_name="Hello">Good</html><html url_name="b">Bye</html></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
    static__old_txt="old",
)
TEXT = (
    '<p><img src="/static/عنزة.webp" alt="Goat" srcset="/static/عنزة-480w.webp 480w, /static/عنزة.webp 600w" sizes="42rem" '
    'width="600" height="300" loading="lazy"></p>\n<p><a href="/static/old.txt">Old</a></p>'
)


@pytest.fixture(scope="module")
def room():
    made = PictureRoom()
    yield made
    made.close()


@pytest.fixture
def blobs(tmp_path) -> Blobs:
    return Blobs(str(tmp_path / "blobs"))


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.person(name_latin="Aïcha")), roles=frozenset({(Role.SITE_ADMIN, SITE)}))


@pytest.fixture
def course(session, author, tmp_path, blobs) -> str:
    import_course(session, write_folder(COURSE, tmp_path / "in"), blobs=blobs, types=TYPES, now=NOW, actor=author, publish=True)
    return KEY


@pytest.fixture
def read(room, blobs):
    """Prepare a picture of one colour: `read("goat.png", "red")`."""

    def prepared(name: str, colour: str = "teal", *, size: tuple[int, int] = (600, 300), replacing: str = ""):
        file = io.BytesIO()
        Image.new("RGB", size, colour).save(file, "PNG")
        return prepare(as_upload(name, file.getvalue()), room=room, blobs=blobs, replacing=replacing)

    return prepared


@pytest.fixture
def keep(session, author, course, read):
    def kept(name: str, colour: str = "teal", **more):
        return images.keep_file(session, author, course, read(name, colour, **more), message="", now=NOW)

    return kept


def paths(session) -> dict[str, list[int]]:
    return {one.path: [width for width, _ in one.sizes] for one in images.files_of(session, open_draft(session, KEY))}


def write(session, author, block: str, html: str, language: str = "") -> None:
    base = open_block(session, KEY, block, types=TYPES).base
    save_block(session, author, KEY, block, base=base, changes={"data": html}, types=TYPES, now=NOW, language=language)


def test_a_picture_is_one_file_with_its_sizes_and_a_name_of_its_own(session, keep):
    first, second, again = keep("عنزة.png"), keep("عنزة.png", "red"), keep("عنزة.png")
    assert [one.path for one in (first, second, again)] == ["عنزة.webp", "عنزة-2.webp", "عنزة.webp"]
    assert again.revision is None
    assert paths(session) == {"old.txt": [], "عنزة.webp": [480], "عنزة-2.webp": [480]}


def test_where_files_are_used_is_told_in_every_language(session, author, course, keep):
    keep("عنزة.png")
    write(session, author, "html/a", TEXT)
    save_block(session, author, KEY, "html/b", base="", changes={"data": TEXT}, types=TYPES, now=NOW, language="ar")
    found = {one.path: [use.block for use in one.uses] for one in images.files_of(session, open_draft(session, KEY))}
    assert found == {"old.txt": ["html/a", "html/b"], "عنزة.webp": ["html/a", "html/b"]}


def test_what_is_used_goes_only_when_that_is_meant(session, author, course, keep):
    keep("عنزة.png")
    write(session, author, "html/a", TEXT)
    with pytest.raises(Conflict):
        images.remove_file(session, author, KEY, "عنزة.webp", even_if_used=False, message="", now=NOW)
    images.remove_file(session, author, KEY, "عنزة.webp", even_if_used=True, message="", now=NOW)
    assert paths(session) == {"old.txt": []}


def test_a_replaced_picture_keeps_its_names_also_in_one_language_alone(session, author, course, keep, read, blobs):
    keep("goat.png", size=(1000, 500))
    write(session, author, "html/a", "<p>س</p>", language="ar")
    before = images.find_file(session, open_draft(session, KEY), "goat.webp")
    images.replace_file(
        session, author, KEY, "goat.webp", read("x.png", "red", size=(300, 300), replacing="goat.webp"), message="", now=NOW
    )
    after = images.find_file(session, open_draft(session, KEY), "goat.webp")
    assert [width for width, _ in after.sizes] == [480, 960]  # texts name them: a smaller picture stands for each
    assert before.sha256 != after.sha256

    own = read("x.png", "blue", replacing="goat.webp")
    images.replace_file(session, author, KEY, "goat.webp", own, message="", now=NOW, language="ar")
    draft = open_draft(session, KEY)
    assert images.find_file(session, draft, "goat.webp").languages == ("ar",)
    shown = {
        language: CourseReader(session, KEY, draft.snapshot, blobs=blobs, language=language).find_asset("goat.webp").sha256
        for language in ("en", "ar")
    }
    assert shown == {"en": after.sha256, "ar": own.files[0].sha256}
    with pytest.raises(NotFound):
        images.replace_file(session, author, KEY, "goat.webp", own, message="", now=NOW, language="fr")


def test_only_who_may_change_the_course_may_change_its_files(session, people, course, read):
    stranger = Actor(PersonId(people.person()))
    with pytest.raises(Refused):
        images.keep_file(session, stranger, KEY, read("a.png"), message="", now=NOW)
    with pytest.raises(Refused):
        images.remove_file(session, stranger, KEY, "old.txt", even_if_used=True, message="", now=NOW)


def test_texts_and_pictures_go_out_as_olx_and_come_back_the_same(session, author, course, keep, blobs, tmp_path):
    keep("عنزة.png")
    write(session, author, "html/a", TEXT)
    before = load_content(session, open_draft(session, KEY).snapshot)
    archive, problems = exporting.export_course(session, KEY, blobs=blobs, types=TYPES)
    packed = tmp_path / "course.tar.gz"
    packed.write_bytes(archive)
    import_course(session, packed, blobs=blobs, types=TYPES, now=NOW, actor=author)
    after = load_content(session, open_draft(session, KEY).snapshot)
    assert (problems, block_hashes(after), after.assets) == ([], block_hashes(before), before.assets)
    assert after.blocks["html/a"].fields["data"] == TEXT


def test_pages_of_files_cost_the_same_for_one_and_for_three(session, keep, queries):
    def cost() -> int:
        images.files_of(session, open_draft(session, KEY))  # what is new is looked through once
        with queries() as counted:
            images.files_of(session, open_draft(session, KEY))
        return len(counted)

    keep("a.png")
    one = cost()
    keep("b.png", "red")
    keep("c.png", "blue")
    assert cost() == one
