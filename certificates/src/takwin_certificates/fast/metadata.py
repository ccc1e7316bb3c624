"""What a file tells of itself, with gaps for the person: found by comparing the metadata of two stand-ins."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

import pikepdf

from takwin_certificates.fast.shaping import Unfit
from takwin_certificates.fast.stand_ins import TEXTS, Holder


@dataclass(frozen=True, slots=True)
class Gapped:
    """A text with gaps: what stands still at even places, names of a person's texts at odd ones."""

    parts: tuple[str, ...]

    def filled(self, holder: Holder, *, write: Callable[[str], str] = str) -> str:
        """Return the text of a holder."""
        return "".join(write(TEXTS[part](holder)) if place % 2 else part for place, part in enumerate(self.parts))


@dataclass(frozen=True, slots=True)
class Metadata:
    """The XMP packet and the entries of the information dictionary."""

    xmp: Gapped
    info: Mapping[str, Gapped]

    def packet(self, holder: Holder) -> bytes:
        """Return the metadata stream, uncompressed so that programs that know no PDF find it."""
        content = self.xmp.filled(holder, write=escape).encode()
        return b"<</Type/Metadata/Subtype/XML/Length %d>>stream\n%s\nendstream" % (len(content), content)

    def information(self, holder: Holder) -> bytes:
        """Return the information dictionary."""
        entries = [name.encode() + written(text.filled(holder)) for name, text in self.info.items()]
        return b"<<%s>>" % b"".join(entries)


def metadata_of(pdfs: tuple[pikepdf.Pdf, pikepdf.Pdf], holders: tuple[Holder, Holder]) -> Metadata:
    """Find the gaps; raises `Unfit` if the metadata differ in anything else."""
    packets = [pdf.Root.Metadata.read_bytes().decode() for pdf in pdfs]
    first, second = ({name: str(value) for name, value in pdf.docinfo.items()} for pdf in pdfs)
    if list(first) != list(second):
        raise Unfit("the information dictionaries differ")
    info = {name: _gapped((text, second[name]), holders) for name, text in first.items()}
    return Metadata(_gapped((packets[0], packets[1]), holders, write=escape), info)


def written(text: str) -> bytes:
    """Write a text string (ISO 32000-1, 7.9.2)."""
    if text.isascii() and not set("()\\\r\n") & set(text):
        return b"(%s)" % text.encode()
    return b"<feff%s>" % text.encode("utf-16-be").hex().encode()


def _gapped(texts: tuple[str, str], holders: tuple[Holder, Holder], *, write: Callable[[str], str] = str) -> Gapped:
    values = {write(text): name for name, told in TEXTS.items() if (text := told(holders[0]))}
    pattern = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
    parts = re.split(f"({pattern})", texts[0])
    gapped = Gapped(tuple(values[part] if place % 2 else part for place, part in enumerate(parts)))
    if gapped.filled(holders[1], write=write) != texts[1]:
        raise Unfit("the metadata differ in more than the texts of the person")
    return gapped
