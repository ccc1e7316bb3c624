"""Checking a certificate without an account: type the code, or follow the QR code straight to the answer."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.errors import NotFound
from lms_app.services.credentials.checking import Check, Verdict, check_code, sealed_record
from lms_app.services.credentials.drawing import certificate_pdf
from lms_app.web.context import takwin
from takwin_certificates import codes

bp = Blueprint("verify", __name__)
_STATUS = {Verdict.VALID: 200, Verdict.REVOKED: 200, Verdict.UNKNOWN: 404, Verdict.BROKEN: 200}


@bp.get("/verify")
def form() -> str | AnyResponse:
    """Ask for a code; a code in the query leads to its page."""
    typed = request.args.get("code", "").strip()
    if typed:
        return redirect(url_for("verify.check", code=codes.normalise(typed[:200]) or "-"))
    return render_template("verify/form.html")


@bp.get("/v/<code>")
def check(code: str) -> tuple[str, int]:
    """Show every certified fact, or say clearly that the code is unknown or the certificate withdrawn."""
    found = _check(code)
    return render_template("verify/check.html", check=found), _STATUS[found.verdict]


@bp.get("/v/<code>/certificate.pdf")
def pdf(code: str) -> Response:
    """Give the certificate as PDF to whoever has its code; a withdrawn one is no longer given out."""
    here = takwin()
    found = _check(code)
    if found.verdict is not Verdict.VALID:
        raise NotFound("no_such_certificate", code=code)
    data = certificate_pdf(here.sessions, found.code, blobs=here.blobs, draw=here.draw)
    response = Response(data, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="takwin-{found.code}.pdf"'
    return response


@bp.get("/v/<code>/record.json")
def record(code: str) -> Response:
    """Give the signed record itself, for a check without this site."""
    here = takwin()
    with here.reading() as session:
        sealed = sealed_record(session, codes.normalise(code[:200]))
    return Response(sealed, mimetype="application/json")


def _check(code: str) -> Check:
    here = takwin()
    with here.reading() as session:
        return check_code(session, code, trusted=here.trusted_keys())
