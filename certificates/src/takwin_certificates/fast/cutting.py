"""Comparing two proofs of one design: what is the same in both is the plate, what differs must be a known slot."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Final

import pikepdf
from fontTools.ttLib import TTFont

from takwin_certificates import typefaces
from takwin_certificates.fast.lines import NEAR, Start, start_of
from takwin_certificates.fast.proofs import Box, Proof
from takwin_certificates.fast.shaping import UNITS, Glyph, Setting, Unfit, face, line
from takwin_certificates.fast.stand_ins import NAMES, SLOTS, Holder

_TEXT: Final = re.compile(rb"BT\n1 0 0 -1 (\S+) (\S+) Tm\n/(\w+) (\S+) Tf\n(.*?)\nET\n", re.DOTALL)
_QR: Final = re.compile(rb"(?:(?:\d+ \d+ [ml]|\d+ \d+ \d+ \d+ re|h)\n){100,}f\*?\n")
_ITEM: Final = re.compile(r"<([0-9a-f]*)>|(-?[\d.]+(?:e-?\d+)?)(?: (Ts))?|(TJ)")
_NEAR_ENOUGH: Final = 2.0
"""Thousandths of an em: a hundredth of a point in the largest name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """Where a text of the person goes, and how it is set there."""

    fact: str
    setting: Setting
    is_right_to_left: bool
    start: Start
    y: float
    """Of the baseline of the first stand-in."""
    sink: float
    """How far the baseline moves down for each pixel by which the text is larger."""
    widest: float
    """A wider text might break the line."""
    font: str
    """Name of the font in the proof."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text that is the same for everybody, but moves with a person's text on its line."""

    start: Start
    rest: bytes
    """Everything after its x."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """Where the modules of the QR code are filled, one unit each."""


Own = Slot | Label | QrCode
Piece = bytes | Own


def pieces_of(proofs: tuple[Proof, Proof], holders: tuple[Holder, Holder]) -> tuple[Piece, ...]:
    """Cut the page where the two proofs differ; raises `Unfit` if they differ in anything but what a person brings."""
    first, second = (list(_cut(proof, holder)) for proof, holder in zip(proofs, holders, strict=True))
    if [type(each) for each in first] != [type(each) for each in second]:
        raise Unfit("the stand-ins are laid out differently")
    if sum(isinstance(piece, QrCode) for piece in first) != 1:
        raise Unfit("there must be one QR code")
    pairs = list(zip(first, second, strict=True))
    texts = [(one, other) for one, other in pairs if isinstance(one, _Text) and isinstance(other, _Text)]
    for one, other in texts:
        _compare(one, holders[0])
        _compare(other, holders[1])
    return tuple(piece for pair in pairs for piece in _merged(*pair, texts))


@dataclass(frozen=True, slots=True)
class _Text:
    box: Box
    fact: str
    x: float
    y: float
    font: str
    setting: Setting
    operators: str


def _cut(proof: Proof, holder: Holder) -> Iterator[bytes | _Text | QrCode]:
    """Yield what stands still, and the texts of the person and the QR code between."""
    with pikepdf.open(BytesIO(proof.pdf)) as pdf:
        page = pdf.pages[0]
        content = page.Contents.read_bytes().rstrip(b"\n") + b"\n"
        faces = {name.lstrip("/"): _face_of(font) for name, font in page.Resources.Font.items()}
    texts = {str(getattr(holder.record, name)): name for name in SLOTS if getattr(holder.record, name)}
    boxes = [box for box in proof.boxes if box.text in texts]
    last = 0
    for block in _TEXT.finditer(content):
        x, y = float(block[1]), float(block[2])
        box = next((each for each in boxes if abs(each.x - x) < NEAR and abs(each.y - y) < NEAR), None)
        if box:
            yield from _around_qr(content[last : block.start()])
            font = block[3].decode()
            yield _Text(box, texts[box.text], x, y, font, _setting(box, faces[font], float(block[4])), block[5].decode())
            last = block.end()
    yield from _around_qr(content[last:])


def _around_qr(content: bytes) -> Iterator[bytes | QrCode]:
    last = 0
    for found in _QR.finditer(content):
        yield content[last : found.start()]
        yield QrCode()
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


def _setting(box: Box, name: str, size: float) -> Setting:
    return Setting(
        face=face(name),
        size=round(size * UNITS) / UNITS,
        language=box.language,
        features=box.features,
        letter_spacing=box.letter_spacing,
    )


def _merged(first: bytes | _Text | QrCode, second: bytes | _Text | QrCode, texts: Sequence[tuple[_Text, _Text]]) -> Iterator[Piece]:
    if isinstance(first, _Text) and isinstance(second, _Text):
        yield _slot(first, second, texts)
    elif first == second and not isinstance(first, _Text):
        yield first
    elif isinstance(first, bytes) and isinstance(second, bytes):
        yield from _labels(first, second, texts)


def _labels(first: bytes, second: bytes, texts: Sequence[tuple[_Text, _Text]]) -> Iterator[Piece]:
    """Cut out of two pieces of page the texts that stand at different places of a line; nothing else may differ."""
    last = [0, 0]
    for one, other in zip(_TEXT.finditer(first), _TEXT.finditer(second), strict=True):
        if one[1] == other[1]:
            continue
        rest = one[0].split(b" ", 5)[5], other[0].split(b" ", 5)[5]
        between = first[last[0] : one.start()], second[last[1] : other.start()]
        if between[0] != between[1] or rest[0] != rest[1]:
            raise Unfit("the page differs where no text of the person stands")
        yield between[0]
        yield Label(start_of((float(one[1]), float(other[1])), _widths_at(float(one[2]), texts)), rest[0])
        last = [one.end(), other.end()]
    if first[last[0] :] != second[last[1] :]:
        raise Unfit("the page differs where no text of the person stands")
    yield first[last[0] :]


def _widths_at(y: float, texts: Sequence[tuple[_Text, _Text]]) -> list[tuple[str, float, float]]:
    """Return the widths of the person's texts on the line with this baseline, in both proofs."""
    return [(one.fact, one.box.width, other.box.width) for one, other in texts if abs(one.y - y) < NEAR]


def _slot(first: _Text, second: _Text, texts: Sequence[tuple[_Text, _Text]]) -> Slot:
    one, other = first.setting, second.setting
    if (first.fact, first.font, replace(one, size=other.size)) != (second.fact, second.font, other):
        raise Unfit(f"{first.fact} is set differently")
    larger = other.size - one.size
    if not larger and abs(second.y - first.y) > NEAR:
        raise Unfit(f"{first.fact} stands at two heights")
    return Slot(
        fact=first.fact,
        setting=one,
        is_right_to_left=first.box.is_right_to_left,
        start=start_of((first.box.x, second.box.x), _widths_at(first.y, texts)),
        y=first.box.y,
        sink=(second.box.y - first.box.y) / larger if larger else 0.0,
        widest=math.inf if first.fact in NAMES else max(first.box.width, second.box.width),
        font=first.font,
    )


def _compare(drawn: _Text, holder: Holder) -> None:
    """Refuse a slot whose stand-in comes out otherwise than WeasyPrint drew it."""
    ours = line(str(getattr(holder.record, drawn.fact)), drawn.setting, is_right_to_left=drawn.box.is_right_to_left)
    widths = {glyph.number: glyph.width for glyph in ours.glyphs}

    def number_of(glyph: Glyph) -> int:
        return glyph.number

    mine, theirs = (list(_places(operators, widths)) for operators in (ours.operators(number_of), drawn.operators))
    is_same = len(mine) == len(theirs) and all(
        one[0] == other[0] and abs(one[1] - other[1]) < _NEAR_ENOUGH and abs(one[2] - other[2]) < NEAR
        for one, other in zip(mine, theirs, strict=True)
    )
    if not is_same or abs(ours.width - drawn.box.width) > NEAR:
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
