"""A refusal as problem+json (RFC 9457): what a program branches on, and what a person reads, in their language."""

from __future__ import annotations

from flask import Response, json
from flask_babel import gettext

from lms_app.domain.errors import TakwinError, TooMany
from lms_app.web.errors import status_of
from lms_app.web.i18n import language
from lms_app.web.words import words_of


def problem_of(error: TakwinError, *, status: int = 0) -> Response:
    """Return a refusal with its status; one that is to be tried again says when."""
    status = status or status_of(error)
    plain = {
        "type": "about:blank",
        "title": gettext("The check was not made"),
        "status": status,
        "code": error.code,
        "detail": words_of(error),
    }
    response = Response(json.dumps(plain, ensure_ascii=False), status, mimetype="application/problem+json")
    response.headers["Content-Language"] = language()
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(60 * int(error.facts.get("minutes", 1)))
    return response
