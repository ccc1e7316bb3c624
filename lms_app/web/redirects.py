"""The way back after a form: to a page of this site, never anywhere else."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import redirect, request
from werkzeug.wrappers import Response

_LONGEST = 2_000
_NEVER = frozenset("\\\x7f")


def safe_path(target: str | None, *, otherwise: str = "/") -> str:
    """Return the address if it is a path of this site, else another one.

    Browsers read two slashes, a backslash, and addresses with tabs or line ends in them as other sites, so none of these passes.
    """
    if not target or len(target) > _LONGEST or any(sign <= " " or sign in _NEVER for sign in target):
        return otherwise
    if not target.startswith("/") or target.startswith("//"):
        return otherwise
    try:
        parts = urlsplit(target)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else target


def way_back(otherwise: str = "/") -> Response:
    """Return a redirect to the form's `next`, if that is a page of this site."""
    return redirect(safe_path(request.values.get("next"), otherwise=otherwise), code=303)
