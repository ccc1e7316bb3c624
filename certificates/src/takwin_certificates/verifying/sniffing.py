"""What sort of file it is, told from its first bytes and its shape; a name or a declared type is never believed."""

from __future__ import annotations

import re
from typing import Final

from takwin_certificates.strict_json import InvalidRecord, parse_strictly
from takwin_certificates.verifying.finding import Kind

LARGEST_FILE: Final = 5 * 1024 * 1024
LARGEST_CREDENTIAL: Final = 256 * 1024
"""A credential that is JSON or a JWT; a picture or a PDF around it may be larger."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PDF: Final = b"%PDF-"
_PDF_WITHIN: Final = 1024  # readers accept a header within the first kilobyte: so must we, or it would be read as nothing
_JWT: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_TOKEN: Final = re.compile(rb"(?:HTTPS?://[A-Z0-9.:\[\]-]+/V/)?[A-Z2-7=]{40,1000}", re.IGNORECASE)
_SVG: Final = re.compile(rb"<(?:[A-Za-z][\w.-]{0,30}:)?svg[\s/>]")


def kind_of(data: bytes) -> Kind:
    """Tell what sort of file these bytes are. Everything that is JSON, but no sealed record, is taken for a credential."""
    if data.startswith(_PNG):
        return Kind.PNG
    text = data.strip()
    if text.startswith(b"{"):
        return _kind_of_json(text)
    if text.startswith(b"<") and _SVG.search(text[: 64 * 1024]):
        return Kind.SVG
    if _PDF in data[:_PDF_WITHIN]:
        return Kind.PDF
    if _JWT.fullmatch(text):
        return Kind.JWT
    return Kind.TOKEN if _TOKEN.fullmatch(text) else Kind.UNKNOWN


def _kind_of_json(text: bytes) -> Kind:
    try:
        document = parse_strictly(text, largest=LARGEST_CREDENTIAL)
    except InvalidRecord:
        return Kind.LINKED_DATA if b'"@context"' in text else Kind.SEALED
    is_linked = isinstance(document, dict) and ("@context" in document or "credentialSubject" in document)
    return Kind.LINKED_DATA if is_linked else Kind.SEALED
