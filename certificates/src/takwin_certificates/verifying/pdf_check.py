"""The whole check of a certificate as PDF: the page's signature, the attached facts by themselves, and that both are one."""

from __future__ import annotations

from dataclasses import replace

from takwin_certificates.trust import Purpose, Trust
from takwin_certificates.verifying.finding import Finding, Genuine, Kind, Reason, Valid
from takwin_certificates.verifying.judging import Asked, judge, refuse
from takwin_certificates.verifying.pdf_file import Contents, agrees, read_contents
from takwin_certificates.verifying.pdf_signature import Signed, read_signature
from takwin_certificates.verifying.reading import read_credential
from takwin_certificates.verifying.sniffing import kind_of
from takwin_certificates.verifying.standing import Standing, standing_of
from takwin_certificates.verifying.statement import Read, Statement
from takwin_certificates.verifying.steps import Steps


def check_pdf(data: bytes, trust: Trust, steps: Steps, asked: Asked) -> Finding:
    """Check a PDF: it must be signed as a whole, hold facts that are signed by themselves, and be about the same record.

    A PDF with neither signature nor attachment is no forgery by that: certificates of earlier times were such pictures.
    """
    contents = read_contents(data, steps)
    if contents is None:
        return refuse(Kind.PDF, steps, now=asked.now)
    signed = read_signature(data, trust, steps)
    if signed is None:
        if contents.attachment_problem == "attachment_missing" and steps.checks[-1].code == "pdf_not_signed":
            steps.failed("attachment", "pdf_bare")
        return refuse(Kind.PDF, steps, now=asked.now)
    page = Statement(key_id=signed.key_id, signature_fits=True, purpose=Purpose.PDF, signed_at=signed.signed_at)
    standing = standing_of(page, trust, steps, of="pdf_")
    _report_active(contents, steps)
    found = _read_attachment(contents, trust, steps)
    if found is None or not _is_one(contents, found, steps):
        return refuse(Kind.PDF, steps, now=asked.now, key_id=signed.key_id)
    inner = judge(found.statement, trust, steps, kind=Kind.PDF, asked=asked)
    return _joined(inner, standing, signed, trust, steps, asked)


def _report_active(contents: Contents, steps: Steps) -> None:
    if contents.active:
        steps.failed("pdf_active", "active_content", " ".join(contents.active))
    else:
        steps.passed("pdf_active")


def _read_attachment(contents: Contents, trust: Trust, steps: Steps) -> Read | None:
    if contents.attachment is None:
        steps.failed("attachment", contents.attachment_problem)
        return None
    steps.passed("attachment")
    return read_credential(kind_of(contents.attachment), contents.attachment, trust, steps)


def _is_one(contents: Contents, found: Read, steps: Steps) -> bool:
    if found.record is None:
        steps.failed("agreement", "attachment_of_others")
        return False
    if not agrees(contents, found.record.to_json(), found.record.code):
        steps.failed("agreement", "attachment_differs")
        return False
    steps.passed("agreement")
    return True


def _joined(inner: Finding, page: Standing, signed: Signed, trust: Trust, steps: Steps, asked: Asked) -> Finding:
    """Answer for page and attachment together: the worse of both counts."""
    if inner.genuine is not Genuine.YES:
        return inner
    if page.key is not None and page.key.issuer != inner.issuer:
        steps.failed("agreement", "signed_by_another")
        return refuse(Kind.PDF, steps, now=asked.now, key_id=signed.key_id)
    if page.key is None and any(key.purpose is Purpose.PDF for key in trust.keys.values()):
        steps.failed("agreement", "signed_by_another")
        return refuse(Kind.PDF, steps, now=asked.now, key_id=signed.key_id)
    if page.genuine is Genuine.YES:
        return inner
    reasons = (*([Reason.KEY_COMPROMISED] if page.compromised else []), *inner.reasons)
    valid = Valid.NO if reasons else Valid.UNKNOWN
    return replace(inner, genuine=page.genuine, valid=valid, reasons=reasons, issuer=None)
