"""No other site may act in a visitor's name: a token in every form, and a look at where the request comes from."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, Signer

from lms_app.domain.errors import Refused
from lms_app.web.context import takwin, visit

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
VISITOR_COOKIE = "takwin_visitor"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_IN_PATH = frozenset({"blocks"})
"""Blueprints of the block origin, whose addresses carry a token of their own; they never see the session cookie.

Every exemption is in this line and the next, and nowhere else.
"""
STATELESS = frozenset({"api"})
"""Blueprints that read no cookie and change nothing, for programs that have no page of ours to take a token from."""
_EXEMPT = TOKEN_IN_PATH | STATELESS
BODY_IS_READ_AGAIN = frozenset(
    {"learn.handler", "blocks.handler", "blocks.draft_handler", "blocks.trial_handler", "studio.handler", "studio.try_handler"}
)
"""A block reads its call's body itself, which looking into a plain form would use up."""
_VISITOR_AGE = 30 * 24 * 3600


def csrf_token() -> str:
    """Return the token for this page's forms: another for each page, but all good as long as the visitor stays signed in (or out)."""
    if "csrf_token" not in g:
        g.csrf_token = _signer().sign(secrets.token_urlsafe(9)).decode()
    return str(g.csrf_token)


def check_origin() -> None:
    """Refuse a change asked for by another site, or by a sibling host of this one (`blocks.localhost` is "same-site").

    `Sec-Fetch-Site` and `Origin` are set by browsers and out of a script's reach; old browsers send neither, and the token decides.
    """
    if request.method in SAFE_METHODS or request.blueprint in _EXEMPT:
        return
    if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
        raise Refused("other_origin")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() not in {request.host.lower(), _site_host()}:
        raise Refused("other_origin")


def check_token() -> None:
    """Refuse a change whose form, or whose `X-CSRF-Token` header, has no token of this visitor."""
    if request.method in SAFE_METHODS or request.blueprint in _EXEMPT:
        return
    given = request.headers.get(HEADER) or request.form.get(FIELD) or ""
    try:
        _signer().unsign(given)
    except BadSignature as error:
        raise Refused("bad_csrf_token") from error


def keep_visitor(response: Response) -> Response:
    """Give a visitor without an account the cookie that their tokens are bound to, when one of their pages has a form."""
    if (new := g.pop("new_visitor", None)) is not None:
        secure = takwin().settings.is_https
        response.set_cookie(VISITOR_COOKIE, new, max_age=_VISITOR_AGE, httponly=True, samesite="Lax", secure=secure, path="/")
    return response


def _signer() -> Signer:
    here = visit()
    bound_to = here.token_hash if here else _visitor()
    return Signer(str(current_app.secret_key), salt=f"csrf:{bound_to}")


def _visitor() -> str:
    if "visitor" not in g:
        g.visitor = request.cookies.get(VISITOR_COOKIE) or ""
        if not g.visitor:
            g.visitor = g.new_visitor = secrets.token_urlsafe(16)
    return str(g.visitor)


def _site_host() -> str:
    return urlsplit(takwin().settings.site_url).netloc.lower()
