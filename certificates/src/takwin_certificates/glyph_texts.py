"""Telling PDF readers which letters the shapes of an Arabic line stand for, so that a name can be copied and searched.

WeasyPrint notes the text of a shape from the first place where it meets it. Where several shapes share several letters,
as in the لك of عبد الكريم or in a letter with vowel signs, it notes all letters on one shape and none on the others,
and the name is copied with letters doubled or lost. What a shape can stand for is known from the font: it follows from
the characters that the font's substitutions start from.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files
from itertools import product
from typing import Any, Final

from fontTools.ttLib import TTFont

from takwin_certificates import typefaces

_FACES: Final = {
    b"Takwin-Naskh": typefaces.NASKH,
    b"Takwin-Naskh-Bold": typefaces.NASKH_BOLD,
    b"Takwin-Sans-Arabic": typefaces.SANS_ARABIC,
    b"Takwin-Sans-Arabic-Bold": typefaces.SANS_ARABIC_BOLD,
}
_JOINING: Final = frozenset({typefaces.SANS_ARABIC, typefaces.SANS_ARABIC_BOLD})
"""Amiri draws its joined letters one by one."""
_JOINED: Final = (0xFDF2, *range(0xFEF5, 0xFEFD))  # الله, and لا with its four alefs
_LINE: Final = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]*)>")
_MOST_READINGS: Final = 6
_SINGLE, _MULTIPLE, _ALTERNATE, _LIGATURE = 1, 2, 3, 4

_Rule = tuple[tuple[str, ...], tuple[str, ...]]


def correct(_document: object, pdf: Any) -> None:
    """Mend the glyph-to-text tables of a PDF that WeasyPrint is about to write (a `finisher`)."""
    numbered = {each.number: each for each in pdf.objects}
    for each in pdf.objects:
        if not (isinstance(each, dict) and "ToUnicode" in each):
            continue
        if face := _FACES.get(each["BaseFont"].rpartition(b"+")[2]):
            table = numbered[int(each["ToUnicode"].split()[0])]
            table.stream = [_mended(line, _readings(face), _joined(face)) for line in table.stream]


def _mended(line: bytes, readings: Mapping[int, frozenset[str]], joined: Mapping[int, str]) -> bytes:
    parts = _LINE.fullmatch(line)
    if not parts:
        return line
    glyph = int(parts[1], 16)
    if glyph in joined:
        return b"<%s> <%s>" % (parts[1], joined[glyph].encode("utf-16-be").hex().encode())
    possible = readings.get(glyph)
    text = bytes.fromhex(parts[2].decode()).decode("utf-16-be")
    if not possible or text in possible:
        return line
    likeliest = min(possible, key=lambda reading: (len(reading), reading))  # the basic letters come first in Unicode
    return b"<%s> <%s>" % (parts[1], likeliest.encode("utf-16-be").hex().encode())


@cache
def _joined(face: str) -> dict[int, str]:
    """Return the shapes that are several letters at once, with the one character that Unicode has for them.

    Readers turn round the letters of an Arabic line, and would turn round those of such a shape too: لا would become ال.
    """
    with as_file(files(__package__) / "fonts" / face) as path, TTFont(path, lazy=True) as font:
        shapes = font.getBestCmap()
        return {font.getGlyphID(shapes[each]): chr(each) for each in _JOINED if each in shapes} if face in _JOINING else {}


@cache
def _readings(face: str) -> dict[int, frozenset[str]]:
    """Return the texts that each glyph can stand for: from the characters on, rule by rule, until nothing is new."""
    with as_file(files(__package__) / "fonts" / face) as path, TTFont(path, lazy=True) as font:
        texts: dict[str, set[str]] = {}
        for character, glyph in font.getBestCmap().items():
            texts.setdefault(glyph, set()).add(unicodedata.normalize("NFKC", chr(character)))
        rules = list(_rules(font))
        while any([_apply(rule, texts) for rule in rules]):  # noqa: C419 -- every rule must have its turn
            pass
        return {font.getGlyphID(glyph): frozenset(each) for glyph, each in texts.items()}


def _apply(rule: _Rule, texts: dict[str, set[str]]) -> bool:
    """Note what a rule's results can stand for; tell whether anything was new."""
    sources, results = rule
    is_new = False
    for reading in product(*(sorted(texts.get(source, ())) for source in sources)):
        text = "".join(reading)
        parts = [text] if len(results) == 1 else list(text)
        if len(parts) != len(results):
            continue
        for glyph, part in zip(results, parts, strict=True):
            known = texts.setdefault(glyph, set())
            if part not in known and len(known) < _MOST_READINGS:
                known.add(part)
                is_new = True
    return is_new


def _rules(font: TTFont) -> Iterator[_Rule]:
    """Yield every substitution of the font as glyphs before and glyphs after."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for subtable in lookup.SubTable:
            rules = getattr(subtable, "ExtSubTable", subtable)
            if rules.LookupType == _SINGLE:
                yield from (((before,), (after,)) for before, after in rules.mapping.items())
            elif rules.LookupType == _MULTIPLE:
                yield from (((before,), tuple(after)) for before, after in rules.mapping.items())
            elif rules.LookupType == _ALTERNATE:
                yield from (((one,), (other,)) for one, others in rules.alternates.items() for other in others)
            elif rules.LookupType == _LIGATURE:
                yield from (
                    ((first, *ligature.Component), (ligature.LigGlyph,))
                    for first, ligatures in rules.ligatures.items()
                    for ligature in ligatures
                )
