"""Files that trainers send: nothing that acts, lies about what it is, or is made to exhaust the machine gets into a course."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from lms_app.adapters.picture_room import PictureRoom
from lms_app.domain.errors import Invalid
from lms_app.olx.assets import content_type_of
from lms_app.services.authoring.pictures import as_upload, prepare, safe_name
from lms_app.storage.blobs import Blobs

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">%s</svg>'


@pytest.fixture(scope="module")
def room():
    made = PictureRoom()
    yield made
    made.close()


@pytest.fixture
def take(room, tmp_path):
    """Prepare a file: `take("a.png", data)`; what is kept is in `take.blobs`."""

    def prepared(name: str, data: bytes, **more):
        return prepare(as_upload(name, data), room=room, blobs=prepared.blobs, **more)

    prepared.blobs = Blobs(str(tmp_path))
    return prepared


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **how: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **how)
    return file.getvalue()


def png_of(width: int, height: int, *, rows: int = 0) -> bytes:
    """Return a PNG that says how large it is, and holds almost nothing."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))

    head = struct.pack("!IIBBBBB", width, height, 1, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * ((width // 8 + 2) * rows), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def moving(frames: int) -> bytes:
    file = io.BytesIO()
    several = [Image.new("RGB", (8, 8), (place % 256, place // 256, 90)) for place in range(frames)]
    several[0].save(file, "GIF", save_all=True, append_images=several[1:])
    return file.getvalue()


def boxed(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as box:
        for name, data in members.items():
            box.writestr(name.replace("__", "/"), data)
    return file.getvalue()


REFUSED = {
    "empty": ("a.png", b"", "file_empty"),
    "html as png": ("a.png", b"<html><script>alert(1)</script></html>", "picture_unknown"),
    "html behind gif's sign": ("a.gif", b"GIF89a/*<script>alert(1)</script>*/", "picture_unknown"),
    "truncated": ("a.jpg", picture("JPEG", (400, 300))[:600], "picture_broken"),
    "100 megapixels": ("a.png", png_of(12_000, 9_000), "picture_too_many_pixels"),
    "2 billion pixels": ("a.png", png_of(60_000, 40_000), "picture_too_many_pixels"),
    "one very long line": ("a.png", png_of(20_000, 1), "picture_too_many_pixels"),
    "moves for ever": ("a.gif", moving(260), "picture_moves_too_long"),
    "heic": ("IMG_1.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 50, "picture_heic"),
    "program": ("a.exe", b"MZ" + b"\0" * 90, "file_kind_not_taken"),
    "page": ("a.html", b"<p>a</p>", "file_kind_not_taken"),
    "no ending": ("passwd", b"root:x:0", "file_kind_not_taken"),
    "pdf that is a page": ("a.pdf", b"<html>%PDF-1.7<script>1</script>", "file_not_what_it_says"),
    "pdf and page": ("a.pdf", b"%PDF-1.7\n<script>alert(1)</script>", "file_not_what_it_says"),
    "mp3 that is a page": ("a.mp3", b"<!doctype html><script>1</script>", "file_not_what_it_says"),
    "subtitles that are a page": ("a.vtt", b"WEBVTT\n\n<script>1</script>", "file_not_what_it_says"),
    "text that is no text": ("a.txt", b"\xff\xfe\x00\x00", "file_not_what_it_says"),
    "document with a macro": (
        "a.docx",
        boxed(**{"[Content_Types].xml": b"x", "word__vbaProject.bin": b"x"}),
        "file_not_what_it_says",
    ),
    "programs behind thousands of parts": (
        "a.docx",
        boxed(**{"[Content_Types].xml": b"x", **{f"part{number}": b"" for number in range(6_000)}, "word__vbaProject.bin": b"x"}),
        "file_not_what_it_says",
    ),
    "archive as document": ("a.docx", boxed(readme=b"x"), "file_not_what_it_says"),
    "svg with script": ("a.svg", (SVG % "<script>1</script>").encode(), "file_not_what_it_says"),
    "svg with handler": ("a.svg", (SVG % '<rect onclick="x()"/>').encode(), "file_not_what_it_says"),
    "svg with page inside": ("a.svg", (SVG % "<foreignObject><p/></foreignObject>").encode(), "file_not_what_it_says"),
    "svg with link": ("a.svg", (SVG % '<a xlink:href="java&#115;cript:x()"><text>a</text></a>').encode(), "file_not_what_it_says"),
    "svg from outside": ("a.svg", (SVG % '<image href="https://evil.example/x.png"/>').encode(), "file_not_what_it_says"),
    "svg with style from outside": ("a.svg", (SVG % "<style>@import '//evil'</style>").encode(), "file_not_what_it_says"),
    "svg with entities": ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + (SVG % "&a;").encode(), "file_not_what_it_says"),
    "svg in utf-16": ("a.svg", (SVG % "<script>1</script>").encode("utf-16"), "file_not_what_it_says"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_acts_or_lies_or_explodes_is_refused_in_words(take, case):
    name, data, code = REFUSED[case]
    with pytest.raises(Invalid) as refused:
        take(name, data)
    assert refused.value.code == code


def test_of_a_picture_nothing_stays_but_its_pixels(take):
    facts = Image.Exif()
    facts[0x0112], facts[0x010F] = 6, "A phone"  # held upright; its maker
    facts.get_ifd(0x8825)[1] = "N"  # where it was taken
    sent = picture("JPEG", (400, 300), exif=facts, comment=b"<script>alert(1)</script>") + b"<script>alert(2)</script>"
    made = take("a.jpg", sent).files
    kept = take.blobs.get(made[0].sha256)
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.format, shown.size, dict(shown.getexif())) == ("WEBP", (300, 400), {})
    assert b"script" not in kept
    assert b"A phone" not in kept


def test_a_picture_gets_the_widths_of_phones_and_is_never_enlarged(take):
    widths = {
        size: [(one.path, one.width, one.height) for one in take("a.png", picture(size=size)).files]
        for size in ((2000, 1000), (700, 70), (40, 30))
    }
    assert widths == {
        (2000, 1000): [("a.webp", 1600, 800), ("a-960w.webp", 960, 480), ("a-480w.webp", 480, 240)],
        (700, 70): [("a.webp", 700, 70), ("a-480w.webp", 480, 48)],
        (40, 30): [("a.webp", 40, 30)],
    }


def test_of_a_moving_picture_the_beginning_stays(take):
    assert [take("a.gif", moving(3)).moved, take("a.gif", moving(1)).moved] == [True, False]


def test_pictures_are_told_by_their_bytes_not_by_their_name(take):
    assert take("a.bin", picture("JPEG")).files[0].path == "a.webp"
    assert take("a.gif", picture("PNG")).files[0].content_type == "image/webp"


def test_plain_files_stay_byte_for_byte(take):
    plain = {
        "a.pdf": b"%PDF-1.7\n%...",
        "a.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nA",
        "a.srt": b"1\n00:00:00,000 --> 00:00:01,000\nA",
        "a.mp3": b"ID3\x04" + b"\0" * 20,
        "a.mp4": b"\0\0\0\x18ftypmp42" + b"\0" * 20,
        "a.svg": (SVG % '<circle r="3" fill="url(#a)"/>').encode(),
        "a.docx": boxed(**{"[Content_Types].xml": b"x"}),
        "a.csv": "أ,ب".encode(),
    }
    made = {name: take(name, data).files[0] for name, data in plain.items()}
    assert {name: take.blobs.get(one.sha256) for name, one in made.items()} == plain
    assert {name: one.content_type for name, one in made.items()} == {
        name: content_type_of(name, data) for name, data in plain.items()
    }


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("عنزة الوادي.JPG", ("عنزة-الوادي", "jpg")),
        ("../../etc/passwd", ("passwd", "")),
        ("C:\\Users\\a\\b.png", ("b", "png")),
        ("a\u202egnp.exe", ("agnp", "exe")),
        ("a\u200b\u2066b\x00.png", ("ab", "png")),
        ("é.pdf", ("é", "pdf")),
        ("a b,c 480w (1)'\".webp", ("a-b-c-480w-1", "webp")),
        ("....png", ("file", "png")),
        ("ع" * 300 + ".png", ("ع" * 60, "png")),
        ("a.png\n<script>", ("a", "pngscrip")),
        ("", ("file", "")),
    ],
)
def test_names_stay_readable_and_harmless(sent, kept):
    assert safe_name(sent) == kept
