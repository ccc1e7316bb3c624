"""The designs as the press knows them: how they set names, and how they are drawn the slow way."""

from __future__ import annotations

from typing import Any

from takwin_certificates import composing
from takwin_certificates.fast.proofs import Box, Pictures, Proof, boxes_of
from takwin_certificates.fast.signature import DocumentSigner
from takwin_certificates.fast.stand_ins import Holder
from takwin_certificates.record import Record


class Designs:
    """The shipped designs."""

    def layout(self, record: Record) -> tuple[object, ...]:
        """Return what of a record decides the sizes and typefaces of its names."""
        return tuple((line.script, line.size, line.face) for line in composing._names(record))  # noqa: SLF001

    def proof(self, holder: Holder, pictures: Pictures) -> Proof:  # noqa: ARG002 -- the first design has none
        """Draw an unsigned certificate, and tell where its lines stand."""
        from weasyprint import HTML, Attachment  # noqa: PLC0415 -- slow import

        from takwin_certificates import glyph_texts, typesetting  # noqa: PLC0415

        seen: list[tuple[Box, ...]] = []

        def finish(document: Any, pdf: Any) -> None:
            seen.append(boxes_of(document))
            glyph_texts.correct(document, pdf)

        page = composing.compose(holder.record, verify_url=holder.qr_url)
        fonts, style, fetcher = typesetting._style(holder.record.template)  # noqa: SLF001
        moment = holder.record.issued_at
        file = Attachment(string=holder.attachment, name="credential.json", relationship="Data", created=moment, modified=moment)
        document = HTML(string=page, url_fetcher=fetcher)
        pdf = document.write_pdf(
            stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-3a", attachments=[file], finisher=finish
        )
        return Proof(pdf, seen[0])

    def signed(self, holder: Holder, pictures: Pictures, signer: DocumentSigner) -> bytes:
        """Draw a certificate and sign it."""
        raise NotImplementedError
