"""What a file that a trainer sends becomes: a picture in the sizes that phones need, or a file of a kind that courses may hold."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import BinaryIO, Final

from lxml import etree

from lms_app.adapters.picture_room import PictureRoom
from lms_app.domain.errors import Invalid
from lms_app.olx.assets import content_type_of, is_active_drawing
from lms_app.storage.blobs import Blobs

LARGEST_PICTURE: Final = 20 * 1024 * 1024
LARGEST_FILE: Final = 50 * 1024 * 1024
_LARGEST_DRAWING: Final = 1024 * 1024
_LONGEST_STEM: Final = 60
_LONGEST_STEM_BYTES: Final = 150
PICTURES: Final = frozenset({"png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "avif", "heic", "heif", "bmp", "tif", "tiff"})
"""Endings of what is meant to be a picture; what it is, its bytes say."""
_WRITTEN: Final = {"jpg": "JPEG", "jpeg": "JPEG", "jpe": "JPEG", "jfif": "JPEG", "png": "PNG"}
"""A picture that replaces one of these keeps its kind with its name."""
_HEIC: Final = re.compile(rb"^....ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)", re.DOTALL)
_PICTURE_SIGNS: Final = re.compile(rb"^(\x89PNG|\xff\xd8\xff|GIF8|RIFF....WEBP|....ftypavi[fs])", re.DOTALL)
_OFFICE: Final = frozenset({"docx", "xlsx", "pptx"})
_OPEN: Final = frozenset({"odt", "ods", "odp"})
_TEXTS: Final = frozenset({"txt", "csv", "vtt", "srt"})
_SIGNS: Final = {
    "pdf": re.compile(rb"^%PDF-"),
    "mp3": re.compile(rb"^(ID3|\xff[\xe2-\xfb])"),
    "ogg": re.compile(rb"^OggS"),
    "oga": re.compile(rb"^OggS"),
    "opus": re.compile(rb"^OggS"),
    "m4a": re.compile(rb"^....ftyp", re.DOTALL),
    "mp4": re.compile(rb"^....ftyp", re.DOTALL),
    "m4v": re.compile(rb"^....ftyp", re.DOTALL),
    "webm": re.compile(rb"^\x1a\x45\xdf\xa3"),
}
TAKEN: Final = tuple(sorted({*_SIGNS, *_OFFICE, *_OPEN, *_TEXTS, "svg"}))
"""Endings of the files that a course may hold beside pictures."""
_PAGE: Final = re.compile(rb"<\s*(?:!doctype\s+html|html|script|iframe|body|svg)\b", re.IGNORECASE)
_VIDEO_BRANDS: Final = re.compile(rb"^....ftyp(?!hei|hev|mif1|msf1|avi[fs])", re.DOTALL)
_MOST_MEMBERS: Final = 5000
_SVG: Final = "{http://www.w3.org/2000/svg}"
_HREF: Final = ("href", "{http://www.w3.org/1999/xlink}href")
_SAFE_HREF: Final = re.compile(r"^(#|data:image/(png|jpeg|gif|webp);base64,)")
_OUTSIDE: Final = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(", re.IGNORECASE)


@dataclass(frozen=True)
class Upload:
    """A file as it was sent: the name that its computer gave it, and its bytes."""

    name: str
    file: BinaryIO
    size: int


@dataclass(frozen=True)
class Made:
    """One file as the course will hold it."""

    path: str
    sha256: str
    content_type: str
    size: int
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Prepared:
    """What an upload became; nothing of the course is changed yet."""

    stem: str
    ending: str
    files: tuple[Made, ...]
    """The file itself first, then its smaller sizes."""
    moved: bool = False


def prepare(upload: Upload, *, room: PictureRoom, blobs: Blobs, replacing: str = "") -> Prepared:
    """Read a file, which may take seconds: call it before any transaction.

    Refused (`Invalid`): empty, too large, of a kind that courses don't hold, one that is not what its name says, drawings that
    act, pictures that are broken or bombs. `replacing` is the name of the file whose place it takes: the kind must be the same.
    """
    stem, ending = safe_name(upload.name)
    if not upload.size:
        raise Invalid("file_empty", field="file")
    head = upload.file.read(64)
    upload.file.seek(0)
    old = replacing.rpartition(".")[2].lower()
    if ending in PICTURES or (_PICTURE_SIGNS.match(head) and ending not in TAKEN):
        if replacing and old not in PICTURES:
            raise Invalid("file_of_another_kind", field="file", ending=old)
        return _picture(upload, stem, room=room, blobs=blobs, old=old)
    if replacing and old != ending:
        raise Invalid("file_of_another_kind", field="file", ending=old)
    _check(upload, ending, head)
    upload.file.seek(0)
    sha256 = blobs.put_file(upload.file)
    return Prepared(stem, ending, (Made(f"{stem}.{ending}", sha256, content_type_of(f"x.{ending}", head), upload.size),))


def safe_name(raw: str) -> tuple[str, str]:
    """Return a name's stem and ending without paths, spaces, signs that links can't hold, and what no reader sees.

    Letters of every script stay: a trainer finds her file by the name that she gave it.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", raw)[-1][-400:])
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, ending) if dot else (ending, "")
    kept = "".join(sign if _is_plain(sign) else "" if unicodedata.category(sign)[0] == "C" else "-" for sign in stem)
    kept = re.sub(r"[-.]{2,}", "-", kept).strip("-._")[:_LONGEST_STEM]
    while len(kept.encode()) > _LONGEST_STEM_BYTES:
        kept = kept[:-1]
    return kept.strip("-._") or "file", re.sub(r"[^a-z0-9]", "", ending.lower())[:8]


def _is_plain(sign: str) -> bool:
    return sign in "-_." or unicodedata.category(sign)[0] in "LN" or unicodedata.category(sign) == "Mn"


def _picture(upload: Upload, stem: str, *, room: PictureRoom, blobs: Blobs, old: str) -> Prepared:
    if upload.size > LARGEST_PICTURE:
        raise Invalid("file_too_large", field="file", megabytes=LARGEST_PICTURE // 1024 // 1024)
    data = upload.file.read()
    if _HEIC.match(data[:16]):
        raise Invalid("picture_heic", field="file")
    if not _PICTURE_SIGNS.match(data[:16]):
        raise Invalid("picture_unknown", field="file")
    drawn = room.draw(data, kind=_WRITTEN.get(old, "WEBP"))
    ending = old if old in _WRITTEN else "webp"
    files = []
    for place, size in enumerate(drawn.sizes):
        path = f"{stem}.{ending}" if place == 0 else sized_name(f"{stem}.{ending}", size.width)
        kind = content_type_of(path, size.data)
        files.append(Made(path, blobs.put(size.data), kind, len(size.data), size.width, size.height))
    return Prepared(stem, ending, tuple(files), moved=drawn.moved)


def sized_name(path: str, width: int) -> str:
    """Return the name of a picture's smaller size."""
    return f"{path.rpartition('.')[0]}-{width}w.webp"


def _check(upload: Upload, ending: str, head: bytes) -> None:
    if ending not in TAKEN:
        raise Invalid("file_kind_not_taken", field="file", ending=ending or "–")
    if upload.size > LARGEST_FILE:
        raise Invalid("file_too_large", field="file", megabytes=LARGEST_FILE // 1024 // 1024)
    if not _is_what_it_says(upload, ending, head):
        raise Invalid("file_not_what_it_says", field="file", ending=ending)


def _is_what_it_says(upload: Upload, ending: str, head: bytes) -> bool:
    if ending == "svg":
        return upload.size <= _LARGEST_DRAWING and _is_still_drawing(upload.file.read())
    if ending in _TEXTS:
        return _is_text(upload.file.read(), ending)
    if ending in _OFFICE or ending in _OPEN:
        return head.startswith(b"PK\x03\x04") and _is_document(upload.file, ending)
    if ending in {"mp4", "m4a", "m4v"}:
        return bool(_VIDEO_BRANDS.match(head))
    return bool(_SIGNS[ending].match(head)) and not _PAGE.search(upload.file.read(4096))


def _is_text(data: bytes, ending: str) -> bool:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if "\0" in text or _PAGE.search(data[:4096]):
        return False
    if ending == "vtt":
        return text.startswith("WEBVTT")
    return ending != "srt" or "-->" in text


def _is_document(file: BinaryIO, ending: str) -> bool:
    """Tell whether the archive is a document of its kind, without programs in it; none of its parts is unpacked."""
    try:
        with zipfile.ZipFile(file) as box:
            names = {one.filename for one in box.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    if len(names) > _MOST_MEMBERS or any(
        name.lower().endswith(("vbaproject.bin", ".exe", ".js", ".vbs", ".htm", ".html")) for name in names
    ):
        return False
    return ("[Content_Types].xml" in names) if ending in _OFFICE else {"mimetype", "content.xml"} <= names


def _is_still_drawing(data: bytes) -> bool:
    """Tell whether an SVG only draws: nothing that runs, links, loads, or hides another namespace."""
    if is_active_drawing("x.svg", data) or re.search(rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet", data, re.IGNORECASE):
        return False
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return root.tag == f"{_SVG}svg" and all(_only_draws(element) for element in root.iter())


def _only_draws(element: etree._Element) -> bool:
    if isinstance(element, etree._Comment):  # noqa: SLF001 -- lxml's own class of comments has no other name
        return True
    if isinstance(element, etree.PIBase | etree._Entity):  # noqa: SLF001 -- as above
        return False
    local = element.tag.rpartition("}")[2].lower()
    if local in {"script", "foreignobject", "iframe", "object", "embed", "handler", "listener", "audio", "video", "a", "set"}:
        return False
    if local == "style" and _OUTSIDE.search(element.text or ""):
        return False
    if local.startswith("animate") and "href" in (element.get("attributeName") or "").lower():
        return False
    for name, value in element.attrib.items():
        text = str(value)
        if str(name).rpartition("}")[2].lower().startswith("on") or _OUTSIDE.search(text):
            return False
        if name in _HREF and not _SAFE_HREF.match(text.strip()):
            return False
    return True


def as_upload(name: str, data: bytes) -> Upload:
    """Return bytes as if they had been sent under this name."""
    return Upload(name, io.BytesIO(data), len(data))
