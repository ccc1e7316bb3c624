"""What browsers are told not to do: run scripts from elsewhere, show this site in a frame, guess types, tell others where one was."""

from __future__ import annotations

from functools import cache

from flask import Response, request

from lms_app.web.context import actor, takwin

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_FIELD_WORK = "camera=(self), geolocation=(), microphone=(self), payment=(), usb=()"
_WITH_BLOCKS = frozenset({"learn.unit"})
"""Pages in which blocks may ask for the camera (a code that is scanned) and the microphone (a voice that is handed in)."""
_PERSONAL = frozenset(
    {
        "learn.measures",
        "learn.measurements",
        "learn.download_measurements",
        "learn.progress",
        "learn.gradebook",
        "learn.cohort_gradebook",
        "learn.cohorts",
        "learn.cohort",
        "learn.edit_cohort",
        "learn.certificates",
        "learn.card",
        "learn.share",
    }
)
"""Pages, besides those of the account, that tell of people; a browser that many share must not bring them back."""
_HSTS = "max-age=31536000"


def protect(response: Response) -> Response:
    """Add the headers that the page has not set itself: a frame page, or a file of a course, brings its own policy."""
    settings = takwin().settings
    headers = response.headers
    own_policy = "Content-Security-Policy" in headers
    if request.endpoint in _WITH_BLOCKS:
        headers.setdefault("Permissions-Policy", _FIELD_WORK)
    for name, value in _ALWAYS.items():
        if not (own_policy and name == "X-Frame-Options"):  # a page with a policy of its own says there who may frame it
            headers.setdefault(name, value)
    if not own_policy:
        headers["Content-Security-Policy"] = page_policy(settings.blocks_origin)
    if settings.is_https:
        headers.setdefault("Strict-Transport-Security", _HSTS)
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", _caching())
        response.vary.update(("Cookie", "Accept-Language"))
    return response


def _caching() -> str:
    if not actor().is_signed_in:
        return "no-cache"
    is_personal = request.blueprint in {"account", "registry", "teaching"} or request.endpoint in _PERSONAL
    return "private, no-store" if is_personal else "private, no-cache"


@cache
def page_policy(blocks_origin: str | None) -> str:
    """Return the policy of our own pages: no inline script and no inline style; frames and pictures also from the block origin."""
    blocks = f" {blocks_origin}" if blocks_origin else ""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",  # authors' texts keep the few properties that the sanitiser lets through
            f"img-src 'self' data:{blocks}",
            f"media-src 'self'{blocks}",
            "font-src 'self'",
            "connect-src 'self'",
            "frame-src " + (blocks_origin or "'self'"),
            "manifest-src 'self'",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
