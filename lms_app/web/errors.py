"""What goes wrong, as pages: one table of statuses, words in the reader's language, as HTML or as JSON."""

from __future__ import annotations

import logging
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from lms_app.domain import errors
from lms_app.domain.errors import NeedsSignIn, TakwinError, TooMany
from lms_app.web.i18n import N_
from lms_app.web.redirects import safe_path
from lms_app.web.words import REFUSALS, words_of

log = logging.getLogger(__name__)

STATUS: dict[type[TakwinError], int] = {
    errors.NotFound: 404,
    errors.NeedsSignIn: 401,
    errors.Refused: 403,
    errors.Conflict: 409,
    errors.Invalid: 422,
    errors.TooMany: 429,
    errors.Unavailable: 503,
    errors.TakwinError: 500,
}
"""The nearest ancestor counts."""

_HTTP_CODES = {400: "bad_request", 404: "not_found", 405: "wrong_method", 413: "too_large", 429: "too_many", 503: "unavailable"}
_TITLES = {
    400: N_("That could not be read"),
    401: N_("Please sign in"),
    403: N_("This is closed to you"),
    404: N_("Nothing here"),
    405: N_("That could not be read"),
    409: N_("Somebody was faster"),
    413: N_("Too large"),
    422: N_("That can't be taken"),
    429: N_("A little patience"),
    500: N_("Something broke"),
    503: N_("Not available just now"),
}
_SECRET_PATHS = frozenset({"verify", "blocks"})
"""Blueprints in whose addresses stand codes and signed tokens: whoever reads the log must not get them."""
_BARE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Takwin</title><h1>Something broke</h1><p>Please try again.</p></html>'


def status_of(error: TakwinError) -> int:
    """Return the HTTP status of an error."""
    return next(STATUS[each] for each in type(error).__mro__ if each in STATUS)


def wants_json() -> bool:
    """Tell whether a script asks, rather than a page."""
    accepts = request.accept_mimetypes
    return request.is_json or (accepts["application/json"] > accepts["text/html"])


def install(app: Flask) -> None:
    """Answer every error of this app with the table above."""
    app.register_error_handler(TakwinError, _refusal)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _refusal(error: TakwinError) -> ResponseReturnValue:
    status = status_of(error)
    if isinstance(error, NeedsSignIn) and not wants_json():
        return redirect(url_for("account.sign_in", next=_here()), code=303)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.warning("%s %s: %s", request.method, _named_path(), error)
    response = _answer(status, error.code, words_of(error))
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(60 * int(error.facts.get("minutes", 1)))
    return response


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < HTTPStatus.BAD_REQUEST:
        return error
    code = "too_large" if isinstance(error, RequestEntityTooLarge) else _HTTP_CODES.get(status, "error")
    response = _answer(status, code, words_of(TakwinError(code)))
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _broken(error: Exception) -> ResponseReturnValue:
    log.error("%s %s", request.method, _named_path(), exc_info=error)
    try:
        return _answer(500, "error", words_of(TakwinError()))
    except Exception:
        log.exception("the error page broke too")
        return make_response(_BARE, 500)


def _answer(status: int, code: str, text: str) -> Response:
    if wants_json():
        return make_response(jsonify(error=code, code=code, message=text), status)
    title = gettext(_TITLES.get(status, _TITLES[500]))
    known = code in REFUSALS and code != "too_many"
    return make_response(render_template("errors/error.html", status=status, title=title, text=text, known=known), status)


def _named_path() -> str:
    """Return the path for the log: of addresses that are secret, or that name a certificate, only their pattern."""
    return request.url_rule.rule if request.url_rule and request.blueprint in _SECRET_PATHS else request.path


def _here() -> str:
    """Return the address to come back to after signing in: this page, or the one whose form was sent."""
    if request.method in {"GET", "HEAD"}:
        return safe_path(request.full_path.rstrip("?"))
    parts = urlsplit(request.referrer or "")
    return safe_path(parts.path) if parts.netloc == request.host else "/"
