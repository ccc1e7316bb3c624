"""The part of a certificate that everybody of a course shares, written once; the rest is added for each learner.

A file is: the shared objects, always at the same places; then the objects of this learner, among them the signature; then
the table of where everything stands.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from takwin_certificates.fast.cutting import Own, Piece, Slot, pieces_of
from takwin_certificates.fast.fonts import OBJECTS, Measures, encoded
from takwin_certificates.fast.metadata import Metadata, metadata_of
from takwin_certificates.fast.proofs import Proof
from takwin_certificates.fast.shaping import Unfit
from takwin_certificates.fast.stand_ins import NAMES, Holder

HEADER: Final = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
FIELD: Final = "IssuerSignature"
PIXELS_PER_POINT: Final = 96 / 72
_NEARLY: Final = 0.001
_BEST: Final = 9
_FONT_USED: Final = re.compile(rb"/([A-Za-z0-9]+) [0-9.]+ Tf\b")
_NOT_MEASURES: Final = frozenset({"/Type", "/FontName", "/FontFile2", "/FontFamily", "/CIDSet"})
_PRINTED_AND_LOCKED: Final = 132
_SIGNED_APPEND_ONLY: Final = 3

FontKey = tuple[str, float | str]
"""A typeface, and its size or the name that decides it: widths are rounded for each size."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """Which objects are a learner's own."""

    metadata: int
    info: int
    attachment: int
    signature: int
    pieces: tuple[int, ...]
    fonts: Mapping[FontKey, int]
    """The first object of each typeface."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plate:
    """Everything shared, and where the rest goes."""

    shared: bytes = field(repr=False)
    """The start of every file."""
    hashed: Any = field(repr=False)
    """SHA-256 of that start, ready to go on."""
    places: Mapping[int, int] = field(repr=False)
    """Number of each shared object, and where it stands."""
    pieces: tuple[Own, ...]
    fonts: Mapping[FontKey, tuple[str, Measures]]
    """Name in the page and measures of the typefaces of the slots."""
    numbers: Numbers
    metadata: Metadata
    scale: float
    """By how much names are smaller than they would be on a page that is less full."""
    file_type: bytes
    root: int


def plate_of(
    proofs: tuple[Proof, Proof], holders: tuple[Holder, Holder], *, sizes: Mapping[str, float], scales: Sequence[float]
) -> Plate:
    """Cut a plate; raises `Unfit` if the proofs differ anywhere but in the slots, the metadata and the attachment.

    `sizes` are those of the names of the first stand-in in points, `scales` those at which the page may be set.
    """
    pieces = pieces_of(proofs, holders)
    scale = _scale_of(pieces, sizes, scales)
    with pikepdf.open(BytesIO(proofs[0].pdf)) as first, pikepdf.open(BytesIO(proofs[1].pdf)) as second:
        _compare_structure(first, second)
        return _Making(first, pieces, metadata_of((first, second), holders), scale).plate(
            _words()[holders[0].record.language]["signature"]
        )


def font_key(slot: Slot) -> FontKey:
    """Return which of the fonts of a file a slot is set in."""
    return slot.setting.face.name, slot.fact if slot.fact in NAMES else slot.setting.size


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    words: dict[str, dict[str, str]] = json.loads((files(__package__) / "words.json").read_text(encoding="utf-8"))
    return words


def _scale_of(pieces: tuple[Piece, ...], sizes: Mapping[str, float], scales: Sequence[float]) -> float:
    slots = [piece for piece in pieces if isinstance(piece, Slot) and piece.fact in sizes]
    measured = [slot.setting.size / (sizes[slot.fact] * PIXELS_PER_POINT) for slot in slots]
    scale = min(scales, key=lambda each: abs(each - measured[0]) if measured else 0)
    if any(abs(each - scale) > _NEARLY for each in measured):
        raise Unfit("names are set in unknown sizes")
    return scale


def _compare_structure(first: pikepdf.Pdf, second: pikepdf.Pdf) -> None:
    """Refuse proofs whose tags say different things: a text of the person in them would be that of a stand-in."""
    if len(first.objects) != len(second.objects):
        raise Unfit("the proofs have different objects")
    for one, other in zip(first.objects, second.objects, strict=True):
        is_tag = isinstance(one, Dictionary) and one.get("/Type") == Name.StructElem
        if is_tag and one.unparse(resolved=True) != other.unparse(resolved=True):
            raise Unfit("the tags differ")


class _Making:
    """A plate while it is made of the first proof."""

    def __init__(self, pdf: pikepdf.Pdf, pieces: tuple[Piece, ...], metadata: Metadata, scale: float) -> None:
        self._scale = scale
        self._pdf = pdf
        self._page = pdf.pages[0].obj
        self._pieces = pieces
        self._metadata = metadata
        self._own: set[int] = set()
        self._unused: set[int] = {self._page.Contents.objgen[0]}

    def plate(self, label: str) -> Plate:
        """Write the shared objects."""
        catalog, file = self._pdf.Root, self._attached_file()
        metadata, info, attachment = (self._owned(each) for each in (catalog.Metadata, self._pdf.trailer.Info, file))
        pieces = self._split_contents()
        measures = self._measures()
        fonts = self._add_fonts(measures)
        signature = self._place()
        self._add_field(signature, label)
        self._drop_unused_fonts(measures)
        shared, places = self._written()
        return Plate(
            shared=shared,
            hashed=hashlib.sha256(shared),
            places=places,
            pieces=tuple(piece for piece in self._pieces if not isinstance(piece, bytes)),
            fonts=measures,
            numbers=Numbers(
                metadata=metadata,
                info=info,
                attachment=attachment,
                signature=self._owned(signature),
                pieces=pieces,
                fonts=fonts,
            ),
            metadata=self._metadata,
            scale=self._scale,
            file_type=file.Subtype.unparse(),
            root=catalog.objgen[0],
        )

    def _place(self) -> Any:
        """Make room for an object of a learner's own."""
        made = self._pdf.make_indirect(Dictionary())
        self._owned(made)
        return made

    def _owned(self, item: Any) -> int:
        number: int = item.objgen[0]
        self._own.add(number)
        return number

    def _attached_file(self) -> Any:
        files = self._pdf.Root.Names.EmbeddedFiles.Names
        if len(files) != 2:  # noqa: PLR2004 -- a name and its file
            raise Unfit("there must be one attached file")
        return files[1].EF.F

    def _split_contents(self) -> tuple[int, ...]:
        """Replace the content of the page by its pieces, and return the numbers of those that are a learner's."""
        contents, own = [], []
        for piece in self._pieces:
            made = self._pdf.make_stream(piece) if isinstance(piece, bytes) else self._place()
            contents.append(made)
            if not isinstance(piece, bytes):
                own.append(made.objgen[0])
        self._page.Contents = Array(contents)
        return tuple(own)

    def _measures(self) -> dict[FontKey, tuple[str, Measures]]:
        slots = [piece for piece in self._pieces if isinstance(piece, Slot)]
        return {font_key(slot): (f"S{place}", self._measures_of(slot)) for place, slot in enumerate(slots)}

    def _measures_of(self, slot: Slot) -> Measures:
        font = self._page.Resources.Font[f"/{slot.font}"]
        descriptor = font.DescendantFonts[0].FontDescriptor
        entries = Dictionary({name: value for name, value in descriptor.items() if name not in _NOT_MEASURES})
        return Measures(str(font.BaseFont).rpartition("+")[2].encode(), entries.unparse()[2:-2])

    def _add_fonts(self, measures: Mapping[FontKey, tuple[str, Measures]]) -> dict[FontKey, int]:
        fonts, firsts = self._page.Resources.Font, {}
        for key, (name, _) in measures.items():
            places = [self._place() for _ in range(OBJECTS)]
            firsts[key] = places[0].objgen[0]
            fonts[f"/{name}"] = places[0]
        return firsts

    def _add_field(self, signature: Any, label: str) -> None:
        """Add an invisible signature field, as a form of its own among the tags (ISO 14289-1, 7.18)."""
        catalog, pdf = self._pdf.Root, self._pdf
        tree = catalog.StructTreeRoot
        numbers = tree.ParentTree.Nums
        key = max(int(each) for each in list(numbers)[::2]) + 1
        widget = pdf.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T=String(FIELD),
                TU=String(label),
                F=_PRINTED_AND_LOCKED,
                Rect=Array([0, 0, 0, 0]),
                P=self._page,
                V=signature,
                StructParent=key,
            )
        )
        document = tree.K[0]
        mark = Dictionary(Type=Name.OBJR, Obj=widget, Pg=self._page)
        form = pdf.make_indirect(
            Dictionary(Type=Name.StructElem, S=Name.Form, P=document, K=Array([mark]), Pg=self._page, Alt=String(label))
        )
        document.K.append(form)
        numbers.append(key)
        numbers.append(form)
        tree.ParentTreeNextKey = key + 1
        self._page.Annots = Array([widget])
        catalog.AcroForm = Dictionary(Fields=Array([widget]), SigFlags=_SIGNED_APPEND_ONLY)

    def _drop_unused_fonts(self, measures: Mapping[FontKey, tuple[str, Measures]]) -> None:
        """Leave out the typefaces that only the stand-ins were set in."""
        fonts = self._page.Resources.Font
        used = {name for name, _ in measures.values()}
        for item in self._pdf.objects:
            if isinstance(item, pikepdf.Stream) and item.objgen[0] not in self._unused and self._draws(item):
                used |= {name.decode() for name in _FONT_USED.findall(item.read_bytes())}
        for name in list(fonts.keys()):
            if name.lstrip("/") not in used:
                font = fonts[name]
                descendant = font.DescendantFonts[0]
                parts = (font, descendant, descendant.FontDescriptor, descendant.FontDescriptor.FontFile2, font.ToUnicode)
                self._unused.update(part.objgen[0] for part in parts)
                del fonts[name]

    def _draws(self, item: Any) -> bool:
        """Tell whether a stream may hold drawing operators: pieces of the page, forms, patterns."""
        return item.get("/Subtype") == Name.Form or item.get("/Type") in (None, Name.XObject, Name.Pattern)

    def _written(self) -> tuple[bytes, dict[int, int]]:
        parts, places, at = [HEADER], {}, len(HEADER)
        for item in self._pdf.objects:
            number = item.objgen[0]
            if number in self._unused or number in self._own:
                continue
            written = b"%d 0 obj\n%s\nendobj\n" % (number, _written(item))
            places[number] = at
            parts.append(written)
            at += len(written)
        return b"".join(parts), places


def _written(item: Any) -> bytes:
    if not isinstance(item, pikepdf.Stream):
        return bytes(item.unparse(resolved=True))
    entries = Dictionary({name: value for name, value in item.stream_dict.items() if name not in {"/Length", "/Filter"}})
    if item.get("/Filter") not in (None, Name.FlateDecode) or "/DecodeParms" in item:
        filters, data = b"/Filter " + item.Filter.unparse(), item.read_raw_bytes()
    else:
        filters, data = encoded(item.read_bytes(), level=_BEST)
    return b"%s%s/Length %d>>stream\n%s\nendstream" % (entries.unparse()[:-2], filters, len(data), data)
