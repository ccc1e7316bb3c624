"""Printing many certificates of one course: the design is drawn once, and each learner's texts are set into it.

Setting takes a hundredth of the time of drawing. Whatever can't be set in exactly the same way (a letter that the typeface
lacks, directions mixed in one line, a design that moves with its texts) is drawn the slow way, and the press says so.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from takwin_certificates import qr
from takwin_certificates.fast.plate import Plate, plate_of
from takwin_certificates.fast.printing import Rows, printed
from takwin_certificates.fast.proofs import NO_PICTURES, Pictures, Proof
from takwin_certificates.fast.shaping import Unfit
from takwin_certificates.fast.signature import DocumentSigner, Signature
from takwin_certificates.fast.stand_ins import Holder, facts_of_all, stand_ins
from takwin_certificates.record import Record

_MOST_PLATES: Final = 32


class Source(Protocol):
    """Who draws: the designs, and the slow way to a signed PDF."""

    def layout(self, record: Record) -> tuple[object, ...]:
        """Return what of a record decides the sizes and typefaces of its names."""
        ...

    def proof(self, holder: Holder, pictures: Pictures) -> Proof:
        """Draw an unsigned certificate, and tell where its lines stand."""
        ...

    def signed(self, holder: Holder, pictures: Pictures, signer: DocumentSigner) -> bytes:
        """Draw a certificate and sign it."""
        ...


@dataclass(frozen=True, slots=True)
class Pressed:
    """A signed certificate, and how it came about."""

    pdf: bytes = field(repr=False)
    path: Literal["fast", "slow"]
    reason: str = ""
    """Why the slow path was taken."""


class Press:
    """A press for the certificates of one issuer. It keeps the plates it used last, and nothing of any learner."""

    def __init__(self, source: Source, signer: DocumentSigner) -> None:
        self._source = source
        self._signer = signer
        self._signature = Signature(signer)
        self._plates: OrderedDict[tuple[object, ...], Plate | str] = OrderedDict()

    def press(self, record: Record, *, qr_url: str, attachment: bytes, pictures: Pictures = NO_PICTURES) -> Pressed:
        """Return the signed PDF of a record, the same bytes each time.

        Raises what drawing raises: `MissingGlyph` and the like.
        """
        holder = Holder(record, qr_url, attachment)
        rows = qr.modules(qr_url)
        try:
            plate = self._plate(holder, rows, pictures)
            return Pressed(printed(plate, holder, rows=rows, signature=self._signature), "fast")
        except Unfit as reason:
            return Pressed(self._source.signed(holder, pictures, self._signer), "slow", str(reason))

    def _plate(self, holder: Holder, rows: Rows, pictures: Pictures) -> Plate:
        start = holder.qr_url.partition(holder.record.code)[0].rpartition("/")[0]
        key = (facts_of_all(holder.record), self._source.layout(holder.record), len(rows), start)
        if key in self._plates:
            self._plates.move_to_end(key)
        else:
            self._plates[key] = self._made(holder, len(rows), pictures)
            if len(self._plates) > _MOST_PLATES:
                self._plates.popitem(last=False)
        plate = self._plates[key]
        if isinstance(plate, str):
            raise Unfit(plate)
        return plate

    def _made(self, holder: Holder, modules: int, pictures: Pictures) -> Plate | str:
        try:
            nobodies = stand_ins(holder, self._source.layout)
            first, second = (self._source.proof(each, pictures) for each in nobodies)
            return plate_of((first, second), nobodies, modules=modules, label="Signature")
        except Unfit as reason:
            return str(reason)
