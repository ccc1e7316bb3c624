"""What an asset is, by its name: the types that browsers may be told, and those that bring script."""

from __future__ import annotations

import re
from typing import Final

UNKNOWN: Final = "application/octet-stream"
"""Offered as a download, never shown."""
_TYPES: Final = {
    "image/png": "png",
    "image/jpeg": "jpg jpeg jpe jfif",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/avif": "avif",
    "image/svg+xml": "svg",
    "image/bmp": "bmp",
    "image/x-icon": "ico",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg oga opus",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "video/mp4": "mp4 m4v",
    "video/webm": "webm",
    "video/ogg": "ogv",
    "text/vtt": "vtt",
    "text/plain": "txt srt log md",
    "text/csv": "csv",
    "text/css": "css",
    "text/html": "html htm xhtml",
    "text/javascript": "js mjs",
    "application/json": "json sjson",
    "application/xml": "xml",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/epub+zip": "epub",
    "font/woff": "woff",
    "font/woff2": "woff2",
    "font/ttf": "ttf",
    "font/otf": "otf",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
_BY_ENDING: Final = {ending: kind for kind, endings in _TYPES.items() for ending in endings.split()}
_ACTIVE: Final = re.compile(rb"<\s*script|<\s*foreignObject|javascript\s*:|\son\w+\s*=|<!ENTITY|<\?xml-stylesheet", re.IGNORECASE)
_MARKUP: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<!doctype\s+html|<html|<script|<svg|<\?xml|<body|<head|<iframe)", re.IGNORECASE
)
_TEXTS: Final = ("text/", "application/json", "application/xml", "image/svg+xml")


def content_type_of(name: str, content: bytes) -> str:
    """Return the type under which a file may be served: by its ending, unless the bytes say it is a page in disguise."""
    found = _BY_ENDING.get(name.rpartition(".")[2].lower(), UNKNOWN)
    if not found.startswith(_TEXTS) and _MARKUP.match(content[:512]):
        return UNKNOWN
    return found


def is_active_drawing(name: str, content: bytes) -> bool:
    """Tell whether an SVG brings script or anything else that acts."""
    return name.lower().endswith(".svg") and bool(_ACTIVE.search(content))
