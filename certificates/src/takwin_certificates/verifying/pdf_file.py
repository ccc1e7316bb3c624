"""A certificate as PDF: its signature, the signed facts attached to it, and whether the two are about the same certificate.

What people see on the page is a picture. The facts shown are those of the attachment, which the issuer signed by itself;
the signature of the PDF says that page and attachment belong together.
"""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pikepdf
from lxml import etree

from takwin_certificates.drawing.archival import FACTS_NAMESPACE
from takwin_certificates.verifying.sniffing import LARGEST_CREDENTIAL
from takwin_certificates.verifying.steps import Steps

_PLACE_IN_MEMORY: Final = re.compile(r"stream <[^>]*>:? ?")
_MOST_OBJECTS: Final = 20_000
_MOST_FILES: Final = 8
_LARGEST_METADATA: Final = 512 * 1024
_DEEPEST: Final = 12
_ACTIONS: Final = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/Rendition", "/Movie", "/RichMediaExecute"}
)
_ACTIVE_NAMES: Final = frozenset({"/JS", "/JavaScript", "/XFA", "/AA"})


class Unreadable(Exception):
    """A PDF, or a part of it, that is not read; the code says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Contents:
    """What a PDF holds beside its page."""

    attachment: bytes | None
    """The signed facts, if there is exactly one file attached."""
    attachment_problem: str
    named: dict[str, str]
    """Facts in its metadata: code, kind, date, SHA-256 of the record."""
    active: tuple[str, ...]
    """Scripts and actions that would start something."""


def read_contents(data: bytes, steps: Steps) -> Contents | None:
    """Open a PDF and return what it holds; None, with the failed step written down, if it cannot be read in bounds."""
    try:
        with pikepdf.open(io.BytesIO(data), attempt_recovery=False) as pdf:
            contents = _contents(pdf)
    except Unreadable as problem:
        steps.failed("pdf_structure", problem.code, problem.detail)
        return None
    except pikepdf.PasswordError:
        steps.failed("pdf_structure", "pdf_encrypted")
        return None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError) as error:
        steps.failed("pdf_structure", "pdf_unreadable", _PLACE_IN_MEMORY.sub("", f"{type(error).__name__}: {error}"))
        return None
    steps.passed("pdf_structure")
    return contents


def agrees(contents: Contents, record: bytes, code: str) -> bool:
    """Tell whether the metadata of the page name the very record that the attachment certifies."""
    named = contents.named
    return named.get("code") == code and named.get("record", "") == hashlib.sha256(record).hexdigest()


def _contents(pdf: pikepdf.Pdf) -> Contents:
    if pdf.is_encrypted:
        raise Unreadable("pdf_encrypted")
    if len(pdf.objects) > _MOST_OBJECTS:
        raise Unreadable("too_costly")
    attachment, problem = _attachment(pdf)
    return Contents(attachment, problem, _named(pdf), tuple(sorted(set(_active(pdf)))))


def _attachment(pdf: pikepdf.Pdf) -> tuple[bytes | None, str]:
    names = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/EmbeddedFiles")
    specs = list(pikepdf.NameTree(names).values()) if names is not None else []
    if len(specs) != 1:
        return None, "attachment_missing" if not specs else "attachment_many"
    embedded = specs[0]["/EF"]
    streams = [embedded[name] for name in ("/F", "/UF") if name in embedded]
    if not streams or any(each.objgen != streams[0].objgen for each in streams):
        return None, "attachment_many"
    return _plain(streams[0], LARGEST_CREDENTIAL), ""


def _plain(stream: Any, largest: int) -> bytes:
    """Return the bytes of a stream, compressed in the one usual way or not at all; refuses what unfolds too far."""
    filters = stream.get("/Filter")
    named = [str(each) for each in filters] if isinstance(filters, pikepdf.Array) else [] if filters is None else [str(filters)]
    raw = stream.read_raw_bytes()
    if named and (named != ["/FlateDecode"] or "/DecodeParms" in stream):
        raise Unreadable("too_costly", " ".join(named))
    try:
        content = zlib.decompressobj().decompress(raw, largest + 1) if named else raw
    except zlib.error as error:
        raise Unreadable("pdf_unreadable", str(error)) from error
    if len(content) > largest:
        raise Unreadable("too_costly")
    return bytes(content)


def _named(pdf: pikepdf.Pdf) -> dict[str, str]:
    metadata = pdf.Root.get("/Metadata")
    if metadata is None:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_plain(metadata, _LARGEST_METADATA), parser)
    except etree.XMLSyntaxError as error:
        raise Unreadable("pdf_unreadable", str(error)) from error
    found: dict[str, str] = {}
    for each in root.iter(f"{{{FACTS_NAMESPACE}}}*"):
        name = etree.QName(each).localname
        found[name] = "" if name in found else each.text or ""  # told twice is told nothing
    return found


def _active(pdf: pikepdf.Pdf) -> Iterator[str]:
    for each in pdf.objects:
        yield from _active_in(each, 0)


def _active_in(value: Any, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise Unreadable("too_costly", "deep")
    if isinstance(value, pikepdf.Array):
        parts = [part for part in value if not _is_elsewhere(part)]
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        entries = dict(value.items()) if isinstance(value, pikepdf.Dictionary) else dict(value.stream_dict.items())
        yield from sorted(_ACTIVE_NAMES & entries.keys())
        if str(entries.get("/S", "")) in _ACTIONS:
            yield str(entries["/S"])
        parts = [part for part in entries.values() if not _is_elsewhere(part)]
    else:
        return
    for part in parts:
        yield from _active_in(part, depth + 1)


def _is_elsewhere(part: Any) -> bool:
    """Tell whether this is an object of its own, which is looked at by itself."""
    return isinstance(part, pikepdf.Object) and part.is_indirect
