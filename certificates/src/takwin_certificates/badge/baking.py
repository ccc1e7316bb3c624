"""Pictures that carry their credential: put into a PNG or an SVG, and taken out again of a file nobody vouches for.

Open Badges 3.0 §5.3: in a PNG one uncompressed `iTXt` chunk named `openbadgecredential`; in an SVG one element
`openbadges:credential` right after `<svg>`, the JWT in its attribute `verify` or the JSON as its text. Never two of them.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from lxml import etree

from takwin_certificates.badge.guards import LARGEST_CREDENTIAL
from takwin_certificates.badge.refusals import CredentialRefused, Reason

LARGEST_PICTURE: Final = 5 * 1024 * 1024
NAMESPACE: Final = "https://purl.imsglobal.org/ob/v3p0"
KEYWORD: Final = b"openbadgecredential"

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_HEAD: Final = struct.Struct(">I4s")
_SUM: Final = struct.Struct(">I")
_IHDR_BYTES: Final = 13
_MOST_CHUNKS: Final = 10_000
_CHUNK_NAME: Final = re.compile(rb"[A-Za-z]{4}")
_SVG: Final = "{http://www.w3.org/2000/svg}svg"
_ELEMENT: Final = f"{{{NAMESPACE}}}credential"
_JWT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class _Chunk:
    name: bytes
    content: bytes

    def written(self) -> bytes:
        return _HEAD.pack(len(self.content), self.name) + self.content + _SUM.pack(zlib.crc32(self.name + self.content))


def bake_png(picture: bytes, credential: bytes | str) -> bytes:
    """Return the PNG with the credential in it; refuses a file that is no PNG, or has a credential already."""
    chunks = list(_chunks(picture))
    if any(map(_is_credential, chunks)):
        raise CredentialRefused(Reason.BAKED_TWICE, "the picture has a credential already")
    header, *rest = chunks
    text = _Chunk(b"iTXt", KEYWORD + b"\0\0\0\0\0" + _text_of(credential).encode())
    return _PNG + b"".join(each.written() for each in (header, text, *rest))


def unbake_png(picture: bytes) -> str:
    """Return the credential in a PNG; refuses damaged chunks, sums that do not fit, anything after the end, none or two of them."""
    found = [chunk.content for chunk in _chunks(picture) if _is_credential(chunk)]
    if not found:
        raise CredentialRefused(Reason.NOTHING_BAKED, "the picture has no credential")
    if len(found) > 1:
        raise CredentialRefused(Reason.BAKED_TWICE, "the picture has more than one credential")
    flags, tail = found[0][len(KEYWORD) + 1 :][:2], found[0][len(KEYWORD) + 3 :]
    if flags != b"\0\0" or tail.count(b"\0", 0, 200) < 2:  # noqa: PLR2004 -- language, translated keyword
        raise CredentialRefused(Reason.PICTURE, "the credential is compressed, or its chunk malformed")
    try:
        return _text_of(tail.split(b"\0", 2)[2])
    except UnicodeDecodeError as error:
        raise CredentialRefused(Reason.PICTURE, "the credential is not UTF-8") from error


def bake_svg(picture: bytes, credential: bytes | str) -> bytes:
    """Return the SVG with the credential in it; refuses a file that is no SVG, or has a credential already."""
    root = _svg(picture)
    if _elements(root):
        raise CredentialRefused(Reason.BAKED_TWICE, "the picture has a credential already")
    if root.nsmap.get("openbadges", NAMESPACE) != NAMESPACE:
        raise CredentialRefused(Reason.PICTURE, "the prefix openbadges means something else here")
    attributes = {str(name): str(value) for name, value in root.attrib.items()}
    prefixes = cast("dict[str, str]", {**root.nsmap, "openbadges": NAMESPACE})  # the stubs forget the prefix of none
    named = etree.Element(root.tag, attributes, nsmap=prefixes)
    text = _text_of(credential)
    element = etree.SubElement(named, _ELEMENT)
    if _JWT.fullmatch(text):
        element.set("verify", text)
    else:
        element.text = text if "]]>" in text else etree.CDATA(text)
    element.tail = root.text
    named.extend(list(root))
    return etree.tostring(named, encoding="utf-8") + b"\n"


def unbake_svg(picture: bytes) -> str:
    """Return the credential in an SVG; refuses what is no SVG, entities, a document type, none or two of them."""
    found = _elements(_svg(picture))
    if not found:
        raise CredentialRefused(Reason.NOTHING_BAKED, "the picture has no credential")
    if len(found) > 1:
        raise CredentialRefused(Reason.BAKED_TWICE, "the picture has more than one credential")
    verify, text = found[0].get("verify"), (found[0].text or "").strip()
    if len(found[0]) or (verify is None) == (not text):
        raise CredentialRefused(Reason.PICTURE, "a baked credential is either an attribute or a text")
    return _text_of(verify or text)


def unbake(picture: bytes) -> str:
    """Return the credential in a PNG or an SVG, whichever it is; refuses every other file."""
    return unbake_png(picture) if picture.startswith(_PNG) else unbake_svg(picture)


def _text_of(credential: bytes | str) -> str:
    text = credential.decode("utf-8") if isinstance(credential, bytes) else credential
    if not 0 < len(text) <= 2 * LARGEST_CREDENTIAL or "\0" in text:
        raise CredentialRefused(Reason.TOO_LARGE, "a credential to bake has 1 byte to half a megabyte")
    return text


def _chunks(picture: bytes) -> Iterator[_Chunk]:
    """Yield the chunks of a PNG, none longer than the file, each with its sum checked, the last at the very end."""
    if len(picture) > LARGEST_PICTURE or not picture.startswith(_PNG):
        raise CredentialRefused(Reason.PICTURE, "not a PNG of at most 5 MiB")
    place = len(_PNG)
    for number in range(_MOST_CHUNKS):
        chunk = _chunk_at(picture, place)
        if (chunk.name == b"IHDR") != (number == 0) or (number == 0 and len(chunk.content) != _IHDR_BYTES):
            raise CredentialRefused(Reason.PICTURE, "a PNG starts with one header")
        yield chunk
        place += _HEAD.size + len(chunk.content) + _SUM.size
        if chunk.name == b"IEND":
            if place != len(picture) or chunk.content:
                raise CredentialRefused(Reason.PICTURE, "something follows the end of the PNG")
            return
    raise CredentialRefused(Reason.PICTURE, "too many chunks")


def _chunk_at(picture: bytes, place: int) -> _Chunk:
    if place + _HEAD.size + _SUM.size > len(picture):
        raise CredentialRefused(Reason.PICTURE, "the PNG ends too early")
    length, name = _HEAD.unpack_from(picture, place)
    start, end = place + _HEAD.size, place + _HEAD.size + length
    if end + _SUM.size > len(picture) or not _CHUNK_NAME.fullmatch(name):
        raise CredentialRefused(Reason.PICTURE, "a chunk is longer than the PNG, or has no name")
    content = picture[start:end]
    if _SUM.unpack_from(picture, end)[0] != zlib.crc32(name + content):
        raise CredentialRefused(Reason.PICTURE, "the sum of a chunk does not fit")
    return _Chunk(name, content)


def _is_credential(chunk: _Chunk) -> bool:
    return chunk.name in (b"iTXt", b"tEXt", b"zTXt") and chunk.content.partition(b"\0")[0] == KEYWORD


def _svg(picture: bytes) -> etree._Element:
    """Parse an SVG: no document type, so no entities; no network; no more depth than libxml2 allows by itself."""
    if len(picture) > LARGEST_PICTURE:
        raise CredentialRefused(Reason.PICTURE, "not an SVG of at most 5 MiB")
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, dtd_validation=False, no_network=True, huge_tree=False, remove_pis=True
    )
    if b"<!DOCTYPE" in picture or b"\0" in picture:  # and nothing in UTF-16, where it could hide
        raise CredentialRefused(Reason.PICTURE, "a picture needs no document type")
    try:
        root = etree.fromstring(picture, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CredentialRefused(Reason.PICTURE, "not readable as SVG") from error
    if root.tag != _SVG or root.getroottree().docinfo.internalDTD is not None:
        raise CredentialRefused(Reason.PICTURE, "not an SVG")
    return root


def _elements(root: etree._Element) -> list[etree._Element]:
    return list(root.iter(_ELEMENT))
