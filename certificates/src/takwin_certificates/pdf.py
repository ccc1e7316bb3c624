"""Drawing the picture of a record: one PDF page, the same bytes each time.

The record and its signature are the truth; the PDF is only their picture. Drawing takes seconds to start and much
memory, so a server asks `takwin_certificates.renderer` to do it in another process.
"""

from __future__ import annotations

from takwin_certificates.composing import compose
from takwin_certificates.record import Record


def render_pdf(record: Record, *, verify_url: str) -> bytes:
    """Draw a certificate in its own language and template.

    Raises `MissingGlyph` if a character has no glyph in the shipped typefaces, `UnsafeAddress` if the verification
    address is not that of this record, and `RefusedAddress` if the page asks for any file that is not shipped.
    """
    page = compose(record, verify_url=verify_url)
    from takwin_certificates.typesetting import typeset  # noqa: PLC0415 -- slow import

    return typeset(page, template=record.template)
