"""The designs as the press knows them: how they set names, and how they are drawn the slow way."""

from __future__ import annotations

from collections.abc import Mapping

from takwin_certificates.drawing.designs import DESIGNS
from takwin_certificates.drawing.page import names_of
from takwin_certificates.fast.proofs import Pictures, Proof, boxes_of
from takwin_certificates.fast.shaping import Unfit
from takwin_certificates.fast.stand_ins import Holder, moment_of
from takwin_certificates.keys.ring import DocumentSigner
from takwin_certificates.pdf import lay_out, render_pdf
from takwin_certificates.record import Record


class Designs:
    """The shipped designs."""

    def names(self, record: Record) -> Mapping[str, tuple[str, float]]:
        """Return typeface and size in points of each name, by fact; raises `Unfit` for designs that move with their names."""
        if record.template not in DESIGNS:
            raise Unfit(f"{record.template} moves with its names")
        return {f"name_{line.script}": (line.face, line.size) for line in names_of(record)}

    def scales(self, record: Record) -> tuple[float, ...]:
        """Return by what names may be set smaller on a dense page."""
        return tuple(min(scale, 1.0) for scale in DESIGNS[record.template].scales)

    def proof(self, holder: Holder, pictures: Pictures) -> Proof:
        """Draw an unsigned certificate, and tell where its lines stand."""
        from takwin_certificates.typesetting import written  # noqa: PLC0415 -- slow import

        record = holder.record
        document = lay_out(record, verify_url=holder.verify_url, qr_url=holder.qr_url, pictures=pictures)
        return Proof(written(document, record, attachment=holder.attachment), boxes_of(document))

    def signed(self, holder: Holder, pictures: Pictures, signer: DocumentSigner) -> bytes:
        """Draw a certificate and sign it, as `renderer.Renderer.produce` does."""
        from takwin_certificates.pades import sign_pdf  # noqa: PLC0415 -- slow import

        record = holder.record
        pdf = render_pdf(
            record,
            verify_url=holder.verify_url,
            qr_url=holder.qr_url,
            attachment=holder.attachment,
            pictures=pictures,
        )
        return sign_pdf(pdf, signer, max(moment_of(record), signer.since))
