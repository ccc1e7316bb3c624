"""Comparing two proofs of one design: what is the same in both is the plate, what differs must be a known slot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import pikepdf
from fontTools.ttLib import TTFont

from takwin_certificates import typefaces
from takwin_certificates.fast.proofs import Box, Proof
from takwin_certificates.fast.shaping import UNITS, Glyph, Setting, Unfit, face, line
from takwin_certificates.fast.stand_ins import SLOTS, Holder

_TEXT: Final = re.compile(rb"BT\n1 0 0 -1 (\S+) (\S+) Tm\n/(\w+) (\S+) Tf\n(.*?)\nET\n", re.DOTALL)
_QR: Final = re.compile(rb"(?:(?:\d+ \d+ [ml]|\d+ \d+ \d+ \d+ re|h)\n){100,}f\*?\n")
_ITEM: Final = re.compile(r"<([0-9a-f]*)>|(-?[\d.]+(?:e-?\d+)?)(?: (Ts))?|(TJ)")
_NEAR: Final = 0.002
_NEAR_ENOUGH: Final = 2.0
"""Thousandths of an em: a hundredth of a point in the largest name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """Where a text of the person goes, and how it is set there."""

    fact: str
    setting: Setting
    is_right_to_left: bool
    x: float
    """Of the narrow stand-in."""
    y: bytes
    width: float
    """Of the narrow stand-in."""
    pull: float
    """How far the start moves to the left for each pixel of width: 0, 1/2 or 1 for texts that start, are centred, or end there."""
    size: bytes
    font: str
    """Name of the font in the proof."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """Where the modules of the QR code are filled, one unit each."""

    modules: int


Piece = bytes | Slot | QrCode


def pieces_of(proofs: tuple[Proof, Proof], holders: tuple[Holder, Holder], *, modules: int) -> tuple[Piece, ...]:
    """Cut the page where the two proofs differ; raises `Unfit` if they differ anywhere else."""
    first, second = (list(_cut(proof, holder)) for proof, holder in zip(proofs, holders, strict=True))
    if len(first) != len(second):
        raise Unfit("the stand-ins are laid out differently")
    found = tuple(_merged(*pair, holders) for pair in zip(first, second, strict=True))
    if sum(isinstance(piece, _Qr) for piece in first) != 1:
        raise Unfit("there must be one QR code")
    return tuple(QrCode(modules) if isinstance(piece, _Qr) else piece for piece in found)


def facts_shown(holder: Holder) -> list[str]:
    """Return the names of the texts that a person has."""
    return [name for name in SLOTS if getattr(holder.record, name)]


@dataclass(frozen=True, slots=True)
class _Text:
    box: Box
    fact: str
    y: bytes
    font: str
    face: str
    size: bytes
    operators: str


@dataclass(frozen=True, slots=True)
class _Qr:
    pass


def _cut(proof: Proof, holder: Holder) -> Iterator[bytes | _Text | _Qr]:
    """Yield what stands still, and the texts of the person and the QR code between."""
    with pikepdf.open(BytesIO(proof.pdf)) as pdf:
        page = pdf.pages[0]
        content = page.Contents.read_bytes()
        faces = {name.lstrip("/"): _face_of(font) for name, font in page.Resources.Font.items()}
    texts = {str(getattr(holder.record, name)): name for name in facts_shown(holder)}
    boxes = [box for box in proof.boxes if box.text in texts]
    last = 0
    for block in _TEXT.finditer(content):
        x, y = float(block[1]), float(block[2])
        box = next((each for each in boxes if abs(each.x - x) < _NEAR and abs(each.y - y) < _NEAR), None)
        if box:
            yield from _around_qr(content[last : block.start()])
            font = block[3].decode()
            yield _Text(box, texts[box.text], block[2], font, faces[font], block[4], block[5].decode())
            last = block.end()
    yield from _around_qr(content[last:])


def _around_qr(content: bytes) -> Iterator[bytes | _Qr]:
    last = 0
    for found in _QR.finditer(content):
        yield content[last : found.start()]
        yield _Qr()
        last = found.end()
    yield content[last:]


def _face_of(font: pikepdf.Object) -> str:
    """Find the shipped typeface that a font of the proof is a subset of, by its PostScript name."""
    program = bytes(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes())
    with TTFont(BytesIO(program), lazy=True) as opened:
        name = str(opened["name"].getDebugName(6))
    return _shipped()[name]


def _shipped() -> Mapping[str, str]:
    if not _NAMES:
        for each in typefaces.ALL:
            with TTFont(BytesIO(typefaces.read(each)), lazy=True) as opened:
                _NAMES[str(opened["name"].getDebugName(6))] = each
    return _NAMES


_NAMES: Final[dict[str, str]] = {}


def _merged(first: bytes | _Text | _Qr, second: bytes | _Text | _Qr, holders: tuple[Holder, Holder]) -> bytes | Slot | _Qr:
    if isinstance(first, _Text) and isinstance(second, _Text):
        return _slot(first, second, holders)
    if first != second or isinstance(first, _Text) or isinstance(second, _Text):
        raise Unfit("the page differs where no text of the person stands")
    return first


def _slot(first: _Text, second: _Text, holders: tuple[Holder, Holder]) -> Slot:
    same = (first.fact, first.y, first.font, first.face, first.size) == (
        second.fact,
        second.y,
        second.font,
        second.face,
        second.size,
    )
    if not same:
        raise Unfit(f"{first.fact} is set differently")
    box = first.box
    setting = Setting(
        face=face(first.face),
        size=round(float(first.size) * UNITS) / UNITS,
        language=box.language,
        features=box.features,
        letter_spacing=box.letter_spacing,
    )
    for text, holder in ((first, holders[0]), (second, holders[1])):
        _compare(text, setting, str(getattr(holder.record, text.fact)))
    wider = second.box.width - first.box.width
    pull = round(2 * (first.box.x - second.box.x) / wider) / 2 if wider else 0.0
    if pull not in {0.0, 0.5, 1.0} or abs(first.box.x - pull * wider - second.box.x) > _NEAR:
        raise Unfit(f"{first.fact} neither starts, ends nor is centred")
    return Slot(
        fact=first.fact,
        setting=setting,
        is_right_to_left=box.is_right_to_left,
        x=box.x,
        y=first.y,
        width=box.width,
        pull=pull,
        size=first.size,
        font=first.font,
    )


def _compare(drawn: _Text, setting: Setting, text: str) -> None:
    """Refuse a slot whose stand-in comes out otherwise than WeasyPrint drew it."""
    ours = line(text, setting, is_right_to_left=drawn.box.is_right_to_left)
    widths = {glyph.number: glyph.width for glyph in ours.glyphs}

    def number_of(glyph: Glyph) -> int:
        return glyph.number

    mine, theirs = (list(_places(operators, widths)) for operators in (ours.operators(number_of), drawn.operators))
    is_same = len(mine) == len(theirs) and all(
        one[0] == other[0] and abs(one[1] - other[1]) < _NEAR_ENOUGH and abs(one[2] - other[2]) < _NEAR
        for one, other in zip(mine, theirs, strict=True)
    )
    if not is_same or abs(ours.width - drawn.box.width) > _NEAR:
        raise Unfit(f"{drawn.fact} is shaped differently")


def _places(operators: str, widths: Mapping[int, int]) -> Iterator[tuple[int, float, float]]:
    """Yield each glyph with its place along the line, in thousandths of an em, and its rise."""
    along = rise = 0.0
    for glyphs, number, is_rise, _ in _ITEM.findall(operators):
        if is_rise:
            rise = float(number)
        elif number:
            along -= float(number)
        for start in range(0, len(glyphs), 4):
            glyph = int(glyphs[start : start + 4], 16)
            yield glyph, along, rise
            along += widths.get(glyph, 0)
