"""Printing many certificates of one course: the design is drawn once, and each learner's texts are set into it.

Setting takes a hundredth of the time of drawing. Whatever can't be set in exactly the same way (a letter that the typeface
lacks, directions mixed in one line, a design that moves with its texts) is drawn the slow way, and the press says so.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

from takwin_certificates import qr
from takwin_certificates.fast.plate import Plate, plate_of
from takwin_certificates.fast.printing import Rows, printed
from takwin_certificates.fast.proofs import NO_PICTURES, Pictures, Proof
from takwin_certificates.fast.shaping import Unfit
from takwin_certificates.fast.signature import Signature
from takwin_certificates.fast.stand_ins import Holder, facts_of_all, stand_ins
from takwin_certificates.keys.ring import DocumentSigner
from takwin_certificates.record import Record

_MOST_PLATES: Final = 32


Names = Mapping[str, tuple[str, float]]


class Source(Protocol):
    """Who draws: the designs, and the slow way to a signed PDF."""

    def names(self, record: Record) -> Names:
        """Return typeface and size in points of each name, by fact; raises `Unfit` for what is always drawn slowly."""
        ...

    def scales(self, record: Record) -> tuple[float, ...]:
        """Return by what names may be set smaller on a dense page."""
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

    def press(
        self,
        record: Record,
        *,
        qr_url: str,
        attachment: bytes,
        pictures: Pictures = NO_PICTURES,
        verify_url: str = "",
    ) -> Pressed:
        """Return the signed PDF of a record, the same bytes each time.

        It is signed as of the moment of issue, or of the day since which the signer may sign if that is later. Without
        `verify_url` the address in words is the site's page `/verify`. Raises what `pdf.render_pdf` raises.
        """
        address = verify_url or f"{record.site.rstrip('/')}/verify/{record.code}"
        holder = Holder(record, address, qr_url, attachment)
        try:
            rows, names = qr.modules(qr_url), self._source.names(record)
            plate = self._plate(holder, names, rows, pictures)
            sizes = {name: size for name, (_, size) in names.items()}
            return Pressed(printed(plate, holder, sizes=sizes, rows=rows, signature=self._signature), "fast")
        except Unfit as reason:
            return Pressed(self._source.signed(holder, pictures, self._signer), "slow", str(reason))

    def _plate(self, holder: Holder, names: Names, rows: Rows, pictures: Pictures) -> Plate:
        """Return the plate for these facts, made now if need be."""
        faces = tuple((name, face) for name, (face, _) in names.items())
        key = (facts_of_all(holder), faces, len(rows))
        if key in self._plates:
            self._plates.move_to_end(key)
        else:
            self._plates[key] = self._made(holder, pictures)
            if len(self._plates) > _MOST_PLATES:
                self._plates.popitem(last=False)
        plate = self._plates[key]
        if isinstance(plate, str):
            raise Unfit(plate)
        return plate

    def _made(self, holder: Holder, pictures: Pictures) -> Plate | str:
        source = self._source
        try:
            nobodies = stand_ins(holder, source.names)
            first, second = (source.proof(each, pictures) for each in nobodies)
            sizes = {name: size for name, (_, size) in source.names(nobodies[0].record).items()}
            return plate_of((first, second), nobodies, sizes=sizes, scales=source.scales(holder.record))
        except Unfit as reason:
            return str(reason)
