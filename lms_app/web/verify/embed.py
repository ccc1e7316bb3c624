"""A small check for other people's pages: it may stand in a frame anywhere, sets no cookie and changes nothing."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, g, make_response, render_template, request

from lms_app.i18n import CODES
from lms_app.services.credentials.checking import is_token
from lms_app.web.verify.asking import LONGEST_SAID, checked
from lms_app.web.verify.words import kind_in_words, said_of

_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors *"
)


def embed() -> Response:
    """Ask for a code and answer it, within somebody else's page. Who is signed in here does not matter, and is not shown."""
    if (wanted := request.args.get("lang", "")) in CODES:
        g.language = wanted
    typed = request.args.get("code", "").strip()[:LONGEST_SAID]
    said = typed.rstrip("/").rpartition("/")[2] if is_token(typed) else typed
    found = checked(said) if said else None
    page = render_template(
        "verify/embed.html",
        typed=typed,
        wanted=wanted if wanted in CODES else "",
        check=found,
        said=said_of(found) if found else None,
        kind_in_words=kind_in_words,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def install(pages: Blueprint) -> None:
    """Add this address to the blueprint."""
    pages.add_url_rule("/embed/check", view_func=embed)
