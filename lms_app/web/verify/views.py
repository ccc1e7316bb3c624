"""Checking a certificate without an account, and withdrawing one: type the code, or follow the QR code straight to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.permissions import Action, allows
from lms_app.services.accounts import places
from lms_app.services.credentials import revoking
from lms_app.services.credentials.checking import Check, Verdict, check_code, sealed_record
from lms_app.services.credentials.drawing import certificate_pdf
from lms_app.web.context import actor, now, takwin
from lms_app.web.words import words_of
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
    return _check_page(_check(code))


def _check_page(found: Check, wrong: Mapping[str, str] | None = None) -> tuple[str, int]:
    """Show the answer; to those who may withdraw the certificate, the way to do it."""
    may_revoke = is_holder = False
    if actor().is_signed_in and found.verdict is Verdict.VALID:
        with takwin().reading() as session:
            may_revoke = allows(actor(), Action.REVOKE_CREDENTIAL, places.of_credential(session, found.code))
            is_holder = revoking.is_holder(session, actor(), found.code)
    page = render_template(
        "verify/check.html",
        check=found,
        may_revoke=may_revoke,
        is_holder=is_holder,
        by_holder=found.revoked_reason == revoking.AT_HOLDERS_REQUEST,
        wrong=wrong or {},
        reason=request.form.get("reason", ""),
    )
    return page, 422 if wrong else _STATUS[found.verdict]


@bp.post("/v/<code>/revoke")
def revoke(code: str) -> AnyResponse | tuple[str, int]:
    """Withdraw a certificate of a course that the visitor coordinates."""
    if not request.form.get("sure"):
        return _check_page(_check(code), {"sure": gettext("Please confirm: this can't be undone.")})
    try:
        with takwin().transaction() as session:
            revoking.revoke(session, actor(), code, reason=request.form.get("reason", ""), now=now())
    except Invalid as error:
        return _check_page(_check(code), {"reason": words_of(error)})
    flash(gettext("The certificate is withdrawn."), "success")
    return redirect(url_for("verify.check", code=code), 303)


@bp.post("/v/<code>/give-up")
def give_up(code: str) -> AnyResponse | tuple[str, int]:
    """Withdraw the visitor's own certificate, since they ask for it."""
    if not request.form.get("sure"):
        return _check_page(_check(code), {"sure": gettext("Please confirm: this can't be undone.")})
    with takwin().transaction() as session:
        revoking.give_up(session, actor(), code, now=now())
    flash(gettext("The certificate is withdrawn."), "success")
    return redirect(url_for("verify.check", code=code), 303)


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
    """Give the signed record itself, for a check without this site; of a withdrawn one, only that it is withdrawn."""
    here = takwin()
    found = _check(code)
    if found.verdict is Verdict.REVOKED and found.revoked_at is not None:
        message = gettext("This certificate was withdrawn")
        gone = jsonify(
            error="revoked", message=message, revoked_at=found.revoked_at.isoformat(), reason=found.revoked_reason, code=found.code
        )
        gone.status_code = HTTPStatus.GONE
        return gone
    with here.reading() as session:
        sealed = sealed_record(session, codes.normalise(code[:200]))
    return Response(sealed, mimetype="application/json")


def _check(code: str) -> Check:
    here = takwin()
    with here.reading() as session:
        return check_code(session, code, trusted=here.trusted_keys())
