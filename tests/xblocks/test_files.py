"""Files that are handed in: told apart by their bytes, photos without what cameras write into them, refused in words."""

from __future__ import annotations

import gettext
import io
import zipfile
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings, strategies as st
from memory_files import MemoryFiles
from pictures import JPEG, chunk, exif, jpeg, jpeg_with_place, png, segment, webp
from webob import Request

from takwin_xblocks.contract.files import MOST_FILES, Ask, Upload, keep, uploads_of, without_removed
from takwin_xblocks.contract.forms import Refusal, Submission, read_upload
from takwin_xblocks.contract.media import kind_of, safe_name, takes_of
from takwin_xblocks.contract.stripping import PictureRefused, position_of, stripped
from takwin_xblocks.contract.upload_form import attached_html, upload_html
from takwin_xblocks.contract.voice import Voice

VOICE = Voice(words=gettext.NullTranslations(), language="en")
PHOTO = Ask(name="photo", takes="image", most=3, position=True)
SOUND = Ask(name="voice", takes="audio")
PAPER = Ask(name="paper", takes="document")
CASABLANCA = (33.57, -7.59)


def box(names: Sequence[str], *, first: tuple[str, str] | None = None) -> bytes:
    """Return an archive with these members; one may stand first, unpacked."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if first:
            archive.writestr(zipfile.ZipInfo(first[0]), first[1])
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


DOCX = box(["[Content_Types].xml", "word/document.xml"])
ODT = box(["content.xml"], first=("mimetype", "application/vnd.oasis.opendocument.text"))
OPUS = b"\x1a\x45\xdf\xa3" + b"\0" * 40 + b"webm" + b"\0" * 60 + b"A_OPUS" + b"\0" * 100

KINDS = [
    (JPEG, "image/jpeg"),
    (png(), "image/png"),
    (webp(), "image/webp"),
    (OPUS, "audio/webm"),
    (OPUS + b"V_VP8", "video"),
    (b"OggS" + b"\0" * 24 + b"OpusHead", "audio/ogg"),
    (b"\0\0\0\x18ftypM4A " + b"\0" * 40, "audio/mp4"),
    (b"\0\0\0\x18ftypmp42" + b"\0" * 20 + b"hdlr" + b"\0" * 8 + b"vide", "video"),
    (b"ID3\x03" + b"\0" * 20, "audio/mpeg"),
    (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
    (b"%PDF-1.7\n", "application/pdf"),
    (b"%PDF-1.7\n<html><script>", "page"),
    (DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (box(["[Content_Types].xml", "xl/workbook.xml"]), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (box(["[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"]), "program"),
    (ODT, "application/vnd.oasis.opendocument.text"),
    (box(["a.pdf"]), "archive"),
    ("محضر الجمعية\n".encode(), "text/plain"),
    ("محضر".encode("utf-16"), "text/plain"),
    (b"<svg xmlns='x' onload='alert(1)'/>", "page"),
    (b"<?xml version='1.0'?><a/>", "page"),
    (b"\0\0\0\x18ftypheic" + b"\0" * 20, "heic"),
    (b"GIF89a/*", "picture"),
    (b"MZ\x90\0", "program"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_document"),
    (b"\0\1\2\3", "unknown"),
    (b"   ", "unknown"),
]


@pytest.mark.parametrize(("data", "kind"), KINDS, ids=[f"{place}-{kind}" for place, (_data, kind) in enumerate(KINDS)])
def test_the_bytes_say_what_a_file_is(data: bytes, kind: str) -> None:
    assert kind_of(data) == kind
    assert (takes_of(kind) is not None) == ("/" in kind)


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("C:\\photos\\IMG 1.PNG", "IMG 1.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("a\0b\x07.jpg", "ab.jpg"),
        ("الصورة الأولى.jpeg", "الصورة الأولى.jpg"),
        ('x" onerror="1.jpg', "x onerror= 1.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("...", "file.jpg"),
        ("é" * 300, "é" * 80 + ".jpg"),
    ],
)
def test_names_harm_nobody(raw: str, safe: str) -> None:
    assert safe_name(raw, "image/jpeg") == safe


def test_a_photo_loses_its_place_and_keeps_which_way_is_up() -> None:
    sent = jpeg_with_place(turned=6)
    made = stripped(sent, "image/jpeg")
    assert position_of(sent) == CASABLANCA
    assert position_of(made) is None
    assert made.endswith(JPEG[2:])
    assert made[:2] + made[2 + 36 :] == JPEG  # one segment of 36 bytes, which says nothing but how to turn it
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in made


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("latitude", "longitude"), [(33.5731, -7.5898), (-13.9626, 33.7741), (14.7167, -17.4677)])
def test_where_a_photo_was_taken_is_read_to_a_kilometre(order: str, latitude: float, longitude: float) -> None:
    sent = jpeg(segment(0xE1, exif(latitude=latitude, longitude=longitude, order=order)))
    assert position_of(sent) == (round(latitude, 2), round(longitude, 2))


notes = st.tuples(st.sampled_from([0xE1, 0xE2, 0xED, 0xEF, 0xFE]), st.binary(max_size=80)).map(lambda one: segment(*one))


@given(st.lists(st.one_of(notes, st.just(segment(0xE1, exif(turned=1)))), max_size=4), st.binary(max_size=80))
def test_whatever_a_camera_adds_to_a_jpeg_is_gone(segments: list[bytes], tail: bytes) -> None:
    made = stripped(jpeg(*segments, tail=tail), "image/jpeg")
    assert made == JPEG


names = st.sampled_from([b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"acTL", b"prVt"])


@given(st.lists(st.tuples(names, st.binary(max_size=60)), max_size=4), st.binary(max_size=60))
def test_whatever_is_written_beside_a_png_or_a_webp_is_gone(parts: list[tuple[bytes, bytes]], tail: bytes) -> None:
    assert stripped(png(*(chunk(*one) for one in parts), tail=tail), "image/png") == png()
    fours = [(name if name != b"eXIf" else b"EXIF", data) for name, data in parts]
    assert stripped(webp(*fours, tail=tail), "image/webp") == webp(flags=0)


@settings(max_examples=200)
@given(
    st.sampled_from([("image/jpeg", jpeg_with_place()), ("image/png", png()), ("image/webp", webp())]),
    st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=6),
    st.integers(0, 700),
)
def test_rubbish_is_refused_and_never_breaks(picture: tuple[str, bytes], changes: list[tuple[int, int]], length: int) -> None:
    kind, data = picture
    spoilt = bytearray(data)
    for place, value in changes:
        spoilt[place % len(spoilt)] = value
    for sent in (bytes(spoilt), bytes(spoilt[:length])):
        position_of(sent)
        try:
            made = stripped(sent, kind)
        except PictureRefused as refused:
            assert refused.code in {"broken", "moving", "too_many_points"}  # noqa: PT017 -- both ways are right
        else:
            assert position_of(made) is None
            assert stripped(made, kind) == made


def test_pictures_that_would_break_a_browser_are_refused() -> None:
    with pytest.raises(PictureRefused, match="too_many_points"):
        stripped(png(width=30_000, height=30_000), "image/png")
    with pytest.raises(PictureRefused, match="moving"):
        stripped(webp((b"ANIM", b"\0" * 6)), "image/webp")


# --- what a form sends ---


def sent(*files: tuple[str, str, bytes], **fields: str) -> Submission:
    """Return what a page sends with these files."""
    parts = [*((name, (file_name, data)) for name, file_name, data in files), *fields.items()]
    request = Request.blank("/", POST=parts, method="POST", content_type="multipart/form-data")
    return read_upload(request)


def fields(**given_fields: str) -> Mapping[str, str]:
    return {name.replace("_", "-"): value for name, value in given_fields.items()}


def test_a_place_is_kept_with_consent_alone() -> None:
    photo = ("photo-1", "a.jpg", jpeg_with_place())
    alone = uploads_of(sent(photo), PHOTO, voice=VOICE)[0]
    allowed = uploads_of(sent(photo, **fields(photo_position="1")), PHOTO, voice=VOICE)[0]
    by_script = uploads_of(sent(photo, **fields(photo_position="1", photo_1_position="14.7167,-17.4677")), PHOTO, voice=VOICE)[0]
    forged = uploads_of(sent(photo, **fields(photo_1_position="14.71,-17.46")), PHOTO, voice=VOICE)[0]
    odd = [
        uploads_of(sent(("photo-1", "a.jpg", JPEG), **fields(photo_position="1", photo_1_position=typed)), PHOTO, voice=VOICE)[0]
        for typed in ("nan,1", "1e999,1", "91,0", "1", "1,2,3", "x,y")
    ]
    assert [one.position for one in (alone, forged, *odd)] == [None] * 8
    assert (allowed.position, by_script.position) == (CASABLANCA, (14.72, -17.47))
    assert position_of(allowed.data) is None


def test_files_come_with_their_words_in_the_order_of_the_fields() -> None:
    found = uploads_of(
        sent(
            ("voice-1", "v.webm", OPUS),
            ("photo-2", "b.jpg", JPEG),
            ("photo-1", "a/\u202eb.exe", JPEG),
            ("photo-1", "again.jpg", JPEG),
            ("other", "x.jpg", JPEG),
            ("photo-3", "", b""),
            **fields(photo_1_words=" Women \u202e sorting\n", photo_2_words="x" * 400),
        ),
        PHOTO,
        SOUND,
        voice=VOICE,
    )
    assert [(one.field, one.name, one.kind) for one in found] == [
        ("photo-1", "b.jpg", "image/jpeg"),
        ("photo-2", "b.jpg", "image/jpeg"),
        ("voice-1", "v.webm", "audio/webm"),
    ]
    assert (found[0].words, len(found[1].words)) == ("Women sorting", 300)


@pytest.mark.parametrize(
    ("field", "data", "words"),
    [
        ("photo-1", b"", "This file is empty"),
        ("photo-1", b"\0\0\0\x18ftypheic", "many phones cannot show"),
        ("photo-1", JPEG[:40], "damaged"),
        ("photo-1", OPUS, "Send a JPEG, PNG or WebP"),
        ("photo-1", JPEG + b"\0" * (5 * 1024 * 1024), "larger than 5 MB"),
        ("photo-1", b"<svg onload='x'/>", "code in them"),
        ("voice-1", OPUS + b"\0" * (3 * 1024 * 1024), "larger than 3 MB"),
        ("voice-1", OPUS + b"V_VP9", "Videos cannot be kept"),
        ("paper-1", DOCX[:60], "Packed files"),
        ("paper-1", JPEG, "Send a PDF"),
        ("paper-1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old format"),
    ],
    ids=range(11),  # a packed file says when it was packed: as a name it would differ between those who collect the tests
)
def test_what_cannot_be_kept_is_refused_with_what_to_do(field: str, data: bytes, words: str) -> None:
    with pytest.raises(Refusal) as told:
        uploads_of(sent((field, "good.jpg", data)), PHOTO, SOUND, PAPER, voice=VOICE)
    assert told.value.status == 422
    assert words in told.value.words
    assert set(told.value.details["errors"]) == {field}  # type: ignore[call-overload]


def test_bodies_that_are_no_forms_are_refused() -> None:
    def refused(request: Request) -> int:
        with pytest.raises(Refusal) as told:
            read_upload(request)
        return int(told.value.status)

    kind = "multipart/form-data; boundary=x"
    assert refused(Request.blank("/")) == 405
    assert refused(Request.blank("/", method="POST", body=b"{", content_type="application/json")) == 400
    long = Request.blank("/", method="POST", body=b"", content_type=kind)
    long.content_length = 17 * 1024 * 1024
    assert refused(long) == 413
    wordy = Request.blank("/", POST=[("a", "x" * 300_000), ("f", ("a.jpg", JPEG))], method="POST")
    assert refused(wordy) == 413


# --- what is kept ---


def upload(place: int) -> Upload:
    return Upload(ask="photo", field=f"photo-{place}", name="a.jpg", kind="image/jpeg", data=bytes([place]), words=f"{place}")


def test_what_is_kept_is_kept_whole_or_not_at_all() -> None:
    files = MemoryFiles({})
    kept = keep([upload(place) for place in range(MOST_FILES - 1)], files, VOICE)
    assert keep([upload(0)], files, VOICE)[0]["file"] == kept[0]["file"]  # the same bytes are the same file
    with pytest.raises(Refusal) as told:
        keep([upload(100), upload(101)], files, VOICE)
    assert (told.value.status, "Remove one first" in told.value.words) == (409, True)
    assert len(files.store) == MOST_FILES - 1
    with pytest.raises(Refusal):
        keep([upload(0), upload(100), upload(101)], files, VOICE)
    assert kept[0]["file"] in files.store  # it was there before, in work that is handed in perhaps
    stays = without_removed(kept, Submission(answers={}, by_script=True, fields={"remove": [kept[0]["file"], "nobody's"]}), files)
    assert len(stays) == len(files.store) == MOST_FILES - 2
    others = MemoryFiles(files.store, me="brahim")
    without_removed(stays, Submission(answers={}, by_script=True, fields={"remove": [stays[0]["file"]]}), others)
    assert stays[0]["file"] in files.store


def test_the_control_asks_for_what_there_is_still_room_for() -> None:
    def asked(attached: Sequence[Mapping[str, object]] = ()) -> int:
        return upload_html(PHOTO, VOICE, label="Photos", dom_id="x", attached=attached).count('type="file"')

    assert [asked([{"file": str(one), "ask": "photo"} for one in range(there)]) for there in (0, 1, 3)] == [3, 2, 0]
    assert asked([{"file": "1", "ask": "voice"}]) == 3


def test_what_people_wrote_is_no_markup_and_what_is_gone_is_said() -> None:
    file = {
        "file": "a",
        "name": "<b>.jpg",
        "kind": "image/jpeg",
        "size": 180_000,
        "words": '"><script>',
        "position": [33.57, -7.59],
    }
    files = MemoryFiles({})
    assert "no longer there" in attached_html([file], files, VOICE, dom_id="x")
    files.store["a"] = ("aicha", None, b"")  # type: ignore[assignment]
    shown = attached_html([file], files, VOICE, dom_id="x", removable=True)
    assert "<script>" not in shown
    assert "<b>.jpg" not in shown
    assert 'alt="&quot;&gt;&lt;script&gt;"' in shown
    assert "176 KB" in shown
    assert "33.57, -7.59" in shown
    assert 'name="remove" value="a"' in shown
    assert attached_html([], files, VOICE, dom_id="x") == ""
