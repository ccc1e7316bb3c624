"""Checking a certificate without an account, and giving up one's own: type the code, or follow the QR code straight to the answer."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.errors import NotFound
from lms_app.services.credentials import revoking
from lms_app.services.credentials.checking import GIVEN_OUT, NOT_THERE, Check, Verdict, is_token, sealed_record
from lms_app.services.credentials.files import MEDIA_TYPES, FileKind, certificate_file
from lms_app.web.context import actor, now, takwin
from lms_app.web.verify import embed, lists, offline, ways
from lms_app.web.verify.asking import LONGEST_SAID, checked
from lms_app.web.verify.words import kind_in_words, said_of
from takwin_certificates import codes

bp = Blueprint("verify", __name__)


@bp.after_request
def keep_quiet(response: Response) -> Response:
    """Tell nobody which certificate was looked at, not even our own logs; keep answers out of search engines and shared browsers.

    Of the address only the site goes along as referrer. Without any, browsers send forms as from nowhere, which is refused.
    """
    if request.endpoint != "verify.form":
        response.headers["Referrer-Policy"] = "strict-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        response.headers.setdefault("Cache-Control", "no-store")
    return response


@bp.get("/verify")
def form() -> AnyResponse:
    """Ask for a code, a QR code or a file; a code in the query leads to its page."""
    typed = request.args.get("code", "").strip()[:LONGEST_SAID]
    if typed:
        return _answer_to(typed)
    response = make_response(render_template("verify/form.html", wrong={}))
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
    return response


def _answer_to(typed: str) -> AnyResponse:
    """Lead to the page of a code or of a QR code; what is neither may be a number."""
    if is_token(typed):
        return redirect(url_for("verify.check", code=typed.rstrip("/").rpartition("/")[2]))
    code = codes.normalise(typed)
    if not codes.is_wellformed(code) and (page := ways.number_page(typed)):
        return make_response(page)
    return redirect(url_for("verify.check", code=code or "-"))


@bp.get("/V/<code>")  # as QR codes have it
@bp.get("/v/<code>")
def check(code: str) -> tuple[str, int]:
    """Show the three answers and every certified fact, or say clearly that there is no such certificate."""
    return _check_page(checked(code))


def _check_page(found: Check, wrong: Mapping[str, str] | None = None) -> tuple[str, int]:
    """Show the answer; to its holder, the way to give it up."""
    is_holder = False
    if actor().is_signed_in and found.record is not None and found.verdict is Verdict.VALID:
        with takwin().reading() as session:
            is_holder = revoking.is_holder(session, actor(), found.code)
    page = render_template(
        "verify/check.html",
        check=found,
        said=said_of(found),
        kind_in_words=kind_in_words,
        files=_files(found),
        is_holder=is_holder,
        checked_at=now(),
        wrong=wrong or {},
    )
    status = HTTPStatus.NOT_FOUND if found.verdict in NOT_THERE else HTTPStatus.OK
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if wrong else status


def _files(found: Check) -> tuple[tuple[str, str], ...]:
    """Return what of this certificate can be had: kind and address."""
    if found.verdict not in GIVEN_OUT:
        return ()
    is_first_schema = found.record is None or found.record.schema == 1
    kinds = (FileKind.PDF,) if is_first_schema else tuple(FileKind)
    addresses = [(str(kind), url_for("verify.file", code=found.code, kind=str(kind))) for kind in kinds]
    return (*addresses, ("record", url_for("verify.record", code=found.code)))


@bp.post("/v/<code>/give-up")
def give_up(code: str) -> AnyResponse | tuple[str, int]:
    """Withdraw the visitor's own certificate, since they ask for it."""
    if not request.form.get("sure"):
        return _check_page(checked(code), {"sure": gettext("Please confirm: this can't be undone.")})
    with takwin().transaction() as session:
        revoking.give_up(session, actor(), code, now=now())
    flash(gettext("The certificate is withdrawn."), "success")
    return redirect(url_for("verify.check", code=code), 303)


@bp.get("/v/<code>/certificate.<kind>")
def file(code: str, kind: str) -> Response:
    """Give a file of the certificate to whoever has its code; of one that was withdrawn no more copies are given out."""
    here = takwin()
    found = checked(code)
    if kind not in list(FileKind) or found.verdict not in GIVEN_OUT:
        raise NotFound("no_such_certificate")
    wanted = FileKind(kind)
    data = certificate_file(here.sessions, found.code, wanted, workshop=here.workshop)
    response = Response(data, mimetype=MEDIA_TYPES[wanted])
    shown = "inline" if wanted is FileKind.PDF else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="takwin-{found.code}.{kind}"'
    return response


bp.add_url_rule("/v/<code>/certificate.pdf", "pdf", file, defaults={"kind": "pdf"})


@bp.get("/v/<code>/record.json")
def record(code: str) -> Response:
    """Give the signed record itself, for a check without this site; of a withdrawn one, only that it is withdrawn."""
    found = checked(code)
    if found.revoked_at is not None:
        message = gettext("This certificate was withdrawn")
        gone = jsonify(
            error="revoked", message=message, revoked_at=found.revoked_at.isoformat(), reason=found.revoked_reason, code=found.code
        )
        gone.status_code = HTTPStatus.GONE
        return gone
    if found.verdict not in GIVEN_OUT:
        raise NotFound("no_such_certificate")
    with takwin().reading() as session:
        return Response(sealed_record(session, found.code), mimetype="application/json")


for each in (ways, lists, embed, offline):
    each.install(bp)
