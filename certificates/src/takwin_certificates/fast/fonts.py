"""The typefaces of one file: only the shapes that its lines use, renumbered, with the letters they stand for."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import uharfbuzz as hb

from takwin_certificates.fast.shaping import Face, Glyph

_KEPT_TABLES: Final = frozenset({"glyf", "head", "hhea", "hmtx", "loca", "maxp"})
"""What a PDF reader needs of an embedded TrueType font (ISO 32000-1, 9.9)."""
_FLAGS: Final = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_BIDI_CLOSURE
_LETTERS: Final = 26
_LINE_ENDS: Final = (b"\r", b"\n")
_TAG: Final = 6
_MOST_IN_A_BLOCK: Final = 100


@dataclass(frozen=True, slots=True)
class Measures:
    """What the font dictionary says of a typeface as a whole, as WeasyPrint wrote it."""

    family: bytes
    """Name without the tag of a subset."""
    descriptor: bytes
    """Entries of the FontDescriptor but its name and file."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A typeface ready for one file."""

    objects: tuple[bytes, ...]
    """Type 0 font, CIDFont, descriptor, file, glyph map, Unicode map; the first is what a page refers to."""
    numbers: Mapping[tuple[int, str], int]
    """Glyph of the typeface and the text it stands for, to its number in this file."""

    def number_of(self, glyph: Glyph) -> int:
        """Return the number of a glyph in this file."""
        return self.numbers[glyph.number, glyph.text]


OBJECTS: Final = 6
"""How many objects a typeface takes."""


def embed(face: Face, measures: Measures, glyphs: Iterable[Glyph], *, first: int, level: int) -> Embedded:
    """Make the objects of a typeface for these glyphs, numbered from `first`; `level` is that of the compression.

    A shape that stands for different letters in different places gets a number for each, so that both are copied rightly.
    """
    used = {(each.number, each.text): each for each in glyphs}
    ordered = sorted(used)
    numbers = {key: place for place, key in enumerate(ordered, 1)}
    program, renumbered = _subset(face, {number for number, _ in ordered})
    tag = _tag(f"{face.name}{ordered}".encode())
    name = b"/" + tag + b"+" + measures.family
    refs = [b"%d 0 R" % (first + place) for place in range(OBJECTS)]
    widths = b" ".join(b"%d" % used[key].width for key in ordered)
    glyph_map = b"\0\0" + b"".join(renumbered[number].to_bytes(2, "big") for number, _ in ordered)
    objects = (
        b"<</Type/Font/Subtype/Type0/BaseFont%s/Encoding/Identity-H/DescendantFonts[%s]/ToUnicode %s>>" % (name, refs[1], refs[5]),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        b"/CIDToGIDMap %s/FontDescriptor %s/W[1[%s]]>>" % (name, refs[4], refs[2], widths),
        b"<</Type/FontDescriptor/FontName%s/FontFile2 %s%s>>" % (name, refs[3], measures.descriptor),
        stream(program, b"/Length1 %d" % len(program), level=level),
        stream(glyph_map, level=level),
        stream(_unicode_map(numbers), level=level),
    )
    return Embedded(objects, numbers)


def stream(content: bytes, entries: bytes = b"", *, level: int, is_exact: bool = False) -> bytes:
    """Return a stream object, compressed if that serves; `is_exact` where not even a blank may be added at the end."""
    filters, data = encoded(content, level=level, is_exact=is_exact)
    return b"<<%s%s/Length %d>>stream\n%s\nendstream" % (entries, filters, len(data), data)


def encoded(content: bytes, *, level: int, is_exact: bool = False) -> tuple[bytes, bytes]:
    """Return a stream's filter and its bytes, which never end like a line.

    ISO 19005-3, 6.1.7.1 wants the length to be that of what stands before the last end of line, and a carriage return before
    that is read as part of it.
    """
    packed = zlib.compress(content, level)
    if not packed.endswith(_LINE_ENDS) or (is_exact and content.endswith(_LINE_ENDS)):
        return b"/Filter/FlateDecode", packed
    if not content.endswith(_LINE_ENDS):
        return b"", content
    return encoded(content + b" ", level=level)


def _subset(face: Face, glyphs: set[int]) -> tuple[bytes, Mapping[int, int]]:
    asked = hb.SubsetInput()
    asked.glyph_set.update(glyphs)
    asked.flags = _FLAGS
    asked.drop_table_tag_set.update(_droppable(face))
    plan = hb.SubsetPlan(face.font, asked)
    program = plan.execute()
    return bytes(program.blob.data), dict(plan.old_to_new_glyph_mapping)


def _droppable(face: Face) -> set[int]:
    tags = {tag if isinstance(tag, str) else tag.decode() for tag in face.font.table_tags}
    return {int.from_bytes(tag.encode(), "big") for tag in tags - _KEPT_TABLES}


def _tag(content: bytes) -> bytes:
    digest = hashlib.sha256(content).digest()
    return bytes(65 + each % _LETTERS for each in digest[:_TAG])


def _unicode_map(numbers: Mapping[tuple[int, str], int]) -> bytes:
    lines = [b"<%04x> <%s>" % (place, text.encode("utf-16-be").hex().encode()) for (_, text), place in numbers.items() if text]
    blocks = [lines[start : start + _MOST_IN_A_BLOCK] for start in range(0, len(lines), _MOST_IN_A_BLOCK)]
    listed = b"\n".join(b"%d beginbfchar\n%s\nendbfchar" % (len(block), b"\n".join(block)) for block in blocks)
    return (
        b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
        b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n" + listed + b"\nendcmap\n"
        b"CMapName currentdict /CMap defineresource pop\nend\nend"
    )
