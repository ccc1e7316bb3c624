"""One file from a plate: the learner's texts, QR code, attachment and metadata, signed, all in one revision."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from takwin_certificates.fast.cutting import Label, QrCode, Slot
from takwin_certificates.fast.fonts import Embedded, embed, stream
from takwin_certificates.fast.plate import PIXELS_PER_POINT, FontKey, Plate, font_key
from takwin_certificates.fast.shaping import UNITS, Line, Unfit, line
from takwin_certificates.fast.signature import Signature, pdf_date
from takwin_certificates.fast.stand_ins import Holder, moment_of
from takwin_certificates.fast.symbol import rectangles

_LEVEL: Final = 6
_ID: Final = 32
_NO_RANGE: Final = b"[0 %010d %010d %010d]"

Rows = Sequence[Sequence[bool]]


def printed(plate: Plate, holder: Holder, *, sizes: Mapping[str, float], rows: Rows, signature: Signature) -> bytes:
    """Return the signed PDF of a holder whose names are set in these sizes (points); raises `Unfit` if one can't be."""
    own = _objects(plate, holder, sizes, rows)
    moment = max(moment_of(holder.record), signature.since)
    end = len(plate.shared)
    places, parts = {}, []
    for number, content in sorted(own.items()):
        places[number] = end
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, content))
        end += len(parts[-1])
    number, room = plate.numbers.signature, 2 * signature.longest
    head = b"%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(%s)/ByteRange" % (number, pdf_date(moment))
    places[number] = end
    before = end + len(head) + len(_NO_RANGE % (0, 0, 0)) + len(b"/Contents")
    after = before + room + 2
    body = b"".join(parts)
    tail = b">>\nendobj\n" + _table(plate, places, start=after + len(b">>\nendobj\n"), name=_name_of(body))
    head += _NO_RANGE % (before, after, len(tail)) + b"/Contents"
    digest = plate.hashed.copy()
    for part in (body, head, tail):
        digest.update(part)
    signed = signature.over(digest.digest()).hex().encode().ljust(room, b"0")
    return b"".join((plate.shared, body, head, b"<", signed, b">", tail))


def _objects(plate: Plate, holder: Holder, sizes: Mapping[str, float], rows: Rows) -> dict[int, bytes]:
    lines = {slot.fact: _line(slot, holder, sizes, plate.scale) for slot in plate.pieces if isinstance(slot, Slot)}
    fonts = _fonts(plate, lines)
    numbers = plate.numbers
    own = {
        numbers.metadata: plate.metadata.packet(holder),
        numbers.info: plate.metadata.information(holder),
        numbers.attachment: _attachment(plate, holder),
    }
    widths = {fact: text.width for fact, text in lines.items()}
    for number, piece in zip(numbers.pieces, plate.pieces, strict=True):
        match piece:
            case Slot():
                key = font_key(piece)
                own[number] = _plain(_text(piece, lines[piece.fact], widths, plate.fonts[key][0], fonts[key]))
            case Label():
                own[number] = _plain(b"BT\n1 0 0 -1 %s %s" % (_decimal(piece.start.at(widths)), piece.rest))
            case QrCode():
                own[number] = stream(rectangles(rows), level=_LEVEL)
    for key, font in fonts.items():
        own |= dict(enumerate(font.objects, numbers.fonts[key]))
    return own


def _line(slot: Slot, holder: Holder, sizes: Mapping[str, float], scale: float) -> Line:
    setting = slot.setting
    if slot.fact in sizes:
        size = int(sizes[slot.fact] * scale * PIXELS_PER_POINT * UNITS) / UNITS  # as Pango is asked for it
        if size != setting.size and not slot.sink:
            raise Unfit(f"nobody knows where {slot.fact} stands in another size")
        setting = replace(setting, size=size)
    text = line(str(getattr(holder.record, slot.fact)), setting, is_right_to_left=slot.is_right_to_left)
    if text.width > slot.widest:
        raise Unfit(f"{slot.fact} is wider than the line was seen to hold")
    return text


def _fonts(plate: Plate, lines: Mapping[str, Line]) -> dict[FontKey, Embedded]:
    fonts = {}
    slots = [slot for slot in plate.pieces if isinstance(slot, Slot)]
    for key, (_, measures) in plate.fonts.items():
        mine = [slot for slot in slots if font_key(slot) == key]
        glyphs = [glyph for slot in mine for glyph in lines[slot.fact].glyphs]
        fonts[key] = embed(mine[0].setting.face, measures, glyphs, first=plate.numbers.fonts[key], level=_LEVEL)
    return fonts


def _text(slot: Slot, text: Line, widths: Mapping[str, float], font: str, embedded: Embedded) -> bytes:
    place = slot.start.at(widths), slot.y + slot.sink * (text.size - slot.setting.size)
    shown = text.operators(embedded.number_of).encode()
    head = b"BT\n1 0 0 -1 %s %s Tm\n/%s %s Tf\n" % (*map(_decimal, place), font.encode(), _decimal(text.size))
    return b"%s%s\nET\n" % (head, shown)


def _decimal(number: float) -> bytes:
    return f"{number:.6f}".encode()


def _plain(operators: bytes) -> bytes:
    content = operators.rstrip(b"\n")
    return b"<</Length %d>>stream\n%s\nendstream" % (len(content), content)


def _attachment(plate: Plate, holder: Holder) -> bytes:
    content = holder.attachment
    date = pdf_date(moment_of(holder.record))
    checksum = hashlib.md5(content, usedforsecurity=False).hexdigest().encode()
    kept = b"/CheckSum<%s>/Size %d/CreationDate(%s)/ModDate(%s)" % (checksum, len(content), date, date)
    return stream(content, b"/Type/EmbeddedFile/Subtype%s/Params<<%s>>" % (plate.file_type, kept), level=_LEVEL, is_exact=True)


def _name_of(body: bytes) -> bytes:
    """Name the file by what is in it, so that the same certificate has the same name each time."""
    return hashlib.sha256(body).hexdigest()[:_ID].encode()


def _table(plate: Plate, own: Mapping[int, int], *, start: int, name: bytes) -> bytes:
    """Write where every object stands, and how to begin reading (ISO 32000-1, 7.5.4 and 7.5.5)."""
    places = {**plate.places, **own}
    sections: list[list[bytes]] = []
    first, last = [0], -1
    for number in sorted(places):
        if number != last + 1 or not sections:
            if not sections:
                sections.append([b"0000000000 65535 f \n"])
                last = 0
            if number != last + 1:
                sections.append([])
                first.append(number)
        sections[-1].append(b"%010d 00000 n \n" % places[number])
        last = number
    listed = b"".join(b"%d %d\n%s" % (at, len(lines), b"".join(lines)) for at, lines in zip(first, sections, strict=True))
    root, info = plate.root, plate.numbers.info
    end = b"trailer\n<</Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n"
    return b"xref\n" + listed + end % (last + 1, root, info, name, name, start)
