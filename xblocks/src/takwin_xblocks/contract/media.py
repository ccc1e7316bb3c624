"""What a file is, told from its bytes: a photo, a recording, a document; and a name that harms nobody.

What a file is called, and what the browser says of it, is never believed.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from typing import Final, Literal

from takwin_xblocks.contract.markup import possible, unturned

Takes = Literal["image", "audio", "document"]
MIB: Final = 1024 * 1024
LARGEST: Final[dict[Takes, int]] = {"image": 5 * MIB, "audio": 3 * MIB, "document": 5 * MIB}
"""Bytes of one file as it is sent."""
KINDS: Final[dict[Takes, frozenset[str]]] = {
    "image": frozenset({"image/jpeg", "image/png", "image/webp"}),
    "audio": frozenset({"audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav"}),
    "document": frozenset(
        {
            "application/pdf",
            "application/vnd.oasis.opendocument.text",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "text/plain",
        }
    ),
}
ENDINGS: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "audio/webm": "webm",
    "audio/ogg": "ogg",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "application/pdf": "pdf",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/plain": "txt",
}
"""How the name of a file of each kind ends, whatever its sender called it."""
_ODT, _DOCX, _XLSX = (kind for kind, ending in ENDINGS.items() if ending in {"odt", "docx", "xlsx"})
_LONGEST_NAME: Final = 80
_MOST_MEMBERS: Final = 5000
_HEAD: Final = 4096
_PICTURES: Final = (
    ("image/jpeg", re.compile(rb"\xff\xd8\xff")),
    ("image/png", re.compile(rb"\x89PNG\r\n\x1a\n")),
    ("image/webp", re.compile(rb"RIFF....WEBP", re.DOTALL)),
)
_SOUNDS: Final = (
    ("audio/wav", re.compile(rb"RIFF....WAVE", re.DOTALL)),
    ("audio/mpeg", re.compile(rb"ID3[\x02-\x04]|\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]")),
    ("audio/ogg", re.compile(rb"OggS.{24,60}(OpusHead|\x01vorbis|Speex   |\x7fFLAC)", re.DOTALL)),
    ("audio/webm", re.compile(rb"\x1a\x45\xdf\xa3")),
    ("audio/mp4", re.compile(rb"....ftyp(M4A |M4B |mp4[12]|iso[m2-9]|dash)", re.DOTALL)),
)
_OTHERS: Final = (
    ("heic", re.compile(rb"....ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1|avi[fs])", re.DOTALL)),
    ("picture", re.compile(rb"GIF8|BM.{4}\0\0|II\*\0|MM\0\*", re.DOTALL)),
    ("video", re.compile(rb"....ftyp|RIFF....AVI |\x30\x26\xb2\x75", re.DOTALL)),
    ("sound", re.compile(rb"#!AMR|caff|FORM....AIF|fLaC", re.DOTALL)),
    ("old_document", re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1|\{\\rtf")),
    ("archive", re.compile(rb"PK\x03\x04|Rar!|7z\xbc\xaf|\x1f\x8b")),
    ("program", re.compile(rb"MZ|\x7fELF|#!")),
)
"""What is often sent and not taken: words tell what to do instead."""
_PAGE: Final = re.compile(rb"<\s*(?:!doctype\s+html|html|script|iframe|body|svg)\b", re.IGNORECASE)
_VIDEO_TRACK: Final = re.compile(rb"V_(VP8|VP9|AV1|MPEG|MS|UNCOMP)")
_SOUND_TRACK: Final = re.compile(rb"A_(OPUS|VORBIS|AAC|PCM|FLAC)")
_FILM: Final = re.compile(rb"hdlr.{8}vide", re.DOTALL)


def kind_of(data: bytes) -> str:
    """Return the media type that the bytes show, or one word for what is not taken, as `heic`, `video`, `page`, `unknown`."""
    for kind, sign in _PICTURES:
        if sign.match(data):
            return kind
    for kind, sign in _SOUNDS:
        if sign.match(data):
            return kind if _is_sound(kind, data) else "video"
    if data.startswith(b"%PDF-"):
        return "page" if _PAGE.search(data[:_HEAD]) else "application/pdf"
    if data.startswith(b"PK\x03\x04"):
        return _document_kind(data)
    for word, sign in _OTHERS:
        if sign.match(data):
            return word
    return _text_kind(data)


def takes_of(kind: str) -> Takes | None:
    """Return what a media type is to people, None for one that is not taken."""
    return next((takes for takes, kinds in KINDS.items() if kind in kinds), None)


def safe_name(raw: str, kind: str) -> str:
    """Return the name of a file without folders, signs that nobody sees or that turn the text, and with the ending of its kind.

    Letters of every script stay, so that people find their file by the name that they gave it.
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", unturned(possible(raw)))[-1][-400:])
    stem = name.rpartition(".")[0] or name
    kept = "".join(
        " " if sign in '\t\n\r<>:"|?*;%' else sign for sign in stem if unicodedata.category(sign)[0] != "C" or sign in "\t\n\r"
    )
    kept = " ".join(kept.split()).strip(". ")[:_LONGEST_NAME].strip(". ")
    return f"{kept or 'file'}.{ENDINGS.get(kind, 'bin')}"


def _is_sound(kind: str, data: bytes) -> bool:
    if kind == "audio/webm":
        head = data[: 16 * _HEAD]
        return bool(_SOUND_TRACK.search(head)) and not _VIDEO_TRACK.search(head)
    return not (kind == "audio/mp4" and _FILM.search(data))


def _document_kind(data: bytes) -> str:
    """Return the kind of a document that is an archive; none of its parts is unpacked, and one with programs in it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            names = {one.filename for one in box.infolist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "archive"
    bad = (".bin", ".exe", ".js", ".vbs", ".htm", ".html", ".class", ".jar")
    if len(names) > _MOST_MEMBERS:
        return "archive"
    if any(name.lower().endswith(bad) and "printersettings" not in name.lower() for name in names):
        return "program"
    if "[Content_Types].xml" in names:
        return _DOCX if "word/document.xml" in names else _XLSX if "xl/workbook.xml" in names else "archive"
    # An OpenDocument file says first, unpacked, what it is.
    said = data[30:].startswith(b"mimetype" + _ODT.encode())
    return _ODT if said and "content.xml" in names else "archive"


def _text_kind(data: bytes) -> str:
    is_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))  # Notepad's "Unicode"
    try:
        text = data.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        return "unknown"
    if not text.strip() or any(sign < " " and sign not in "\t\n\r\f\v\x1a" for sign in text):
        return "unknown"
    is_page = text.lstrip().startswith("<?xml") or _PAGE.search(text[:_HEAD].encode())
    return "page" if is_page else "text/plain"
