"""The API for partners' own software: check one certificate, a file, or a list. It reads no cookie and changes nothing."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lms_app.domain.errors import Invalid, TakwinError
from lms_app.services.credentials.checking import Verdict, is_token
from lms_app.services.credentials.checking_list import (
    Asked,
    as_csv,
    check_list,
    checked_list,
    read_list,
    refuse_large,
    row_of,
    row_of_number,
)
from lms_app.web.api.answers import answer_of, answer_of_file, answer_of_row
from lms_app.web.api.openapi import describe
from lms_app.web.api.problems import problem_of
from lms_app.web.context import now, takwin
from lms_app.web.verify import limits
from lms_app.web.verify.asking import checked, checked_file, checked_number
from takwin_certificates import codes

bp = Blueprint("api", __name__, url_prefix="/api/v1")
_CSV: Final = "text/csv"
_LONGEST: Final = 1100


@bp.get("/check")
def check() -> Response:
    """Check one certificate by its code, its number, or what its QR code says."""
    said, name = _asked("certificate"), request.args.get("name", "").strip()[:300]
    if not said:
        raise Invalid("no_certificate_asked", field="certificate")
    if not is_token(said) and not codes.is_wellformed(codes.normalise(said)):
        numbered = checked_number(said, name=name)
        if numbered is not None:
            return jsonify(answer_of_row(row_of_number(Asked(said, name), numbered)))
    found = checked(said)
    return jsonify(answer_of(row_of(Asked(said, name), found), found))


@bp.post("/check-file")
def check_file() -> Response:
    """Check a file: as the whole body, or as the part `file` of a form."""
    limits.take(limits.FILES)
    sent = request.files.get("file")
    data = sent.read() if sent else request.get_data()
    if not data:
        raise Invalid("no_certificate_asked", field="file")
    return jsonify(answer_of_file(checked_file(data)))


@bp.post("/check-list")
def check_many() -> Response:
    """Check up to a thousand certificates: JSON gives JSON, CSV gives CSV, unless `Accept` says otherwise."""
    limits.take(limits.LISTS)
    is_csv = request.mimetype == _CSV
    asked = read_list(request.get_data()) if is_csv else _asked_in_json()
    here = takwin()
    with here.reading() as session:
        rows = check_list(session, asked, trusted=here.trusted_keys(), now=now(), ration=limits.Guesses())
    accepts = request.accept_mimetypes
    if accepts[_CSV] > accepts["application/json"] or (is_csv and accepts[_CSV] >= accepts["application/json"]):
        return Response(as_csv(rows), mimetype=_CSV)
    return jsonify(results=[answer_of_row(row) for row in rows])


@bp.get("/openapi.json")
def document() -> Response:
    """Describe this API, so that programs can be written and tested against it."""
    here = takwin()
    response = jsonify(describe(site=here.settings.site_url, verdicts=list(Verdict)))
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@bp.after_request
def open_to_all(response: Response) -> Response:
    """Let pages of any site read the answers: nothing here depends on who asks, so nothing of a visitor's can leak."""
    headers = response.headers
    headers["Access-Control-Allow-Origin"] = "*"
    headers["Access-Control-Expose-Headers"] = "Retry-After"
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Robots-Tag"] = "noindex"
    headers.setdefault("Cache-Control", "no-store")
    headers.setdefault("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    return response


@bp.errorhandler(TakwinError)
def refused(error: TakwinError) -> ResponseReturnValue:
    """Say a refusal as problem+json (RFC 9457), in the reader's language."""
    return problem_of(error)


@bp.errorhandler(HTTPException)
def not_taken(error: HTTPException) -> ResponseReturnValue:
    """Say the same of what Flask refuses."""
    return problem_of(
        TakwinError("too_large" if isinstance(error, RequestEntityTooLarge) else "bad_request"), status=error.code or 500
    )


def _asked(name: str) -> str:
    said = request.args.get(name, "").strip()[:_LONGEST]
    return said.rstrip("/").rpartition("/")[2] if is_token(said) else said


def _asked_in_json() -> list[Asked]:
    refuse_large(request.get_data(cache=True))
    sent: Any = request.get_json(silent=True)
    items = sent.get("certificates") if isinstance(sent, dict) else None
    if not isinstance(items, list):
        raise Invalid("list_empty", field="certificates")
    return checked_list([_line(item) for item in items])


def _line(item: object) -> Asked:
    """Read one line: a text, or an object with `certificate` and perhaps `name`."""
    if isinstance(item, dict):
        said, name = item.get("certificate"), item.get("name", "")
        if isinstance(said, str) and isinstance(name, str):
            return Asked(said.strip()[:_LONGEST], name.strip()[:300])
    if isinstance(item, str):
        return Asked(item.strip()[:_LONGEST])
    raise Invalid("no_certificate_asked", field="certificates")
