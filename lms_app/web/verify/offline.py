"""The verifier that needs no network: a page that keeps itself and the signed trust file, and checks QR codes where there is no signal."""

from __future__ import annotations

import hashlib
from typing import Any, Final

from flask import Blueprint, Response, g, jsonify, make_response, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from lms_app.domain.errors import NotFound
from lms_app.i18n import CODES, LANGUAGES
from lms_app.web.assets import STATIC, static_url
from lms_app.web.context import takwin
from lms_app.web.i18n import choose_language
from lms_app.web.verify.offline_words import words

SCOPE: Final = "/offline-check/"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_FILES: Final = ("app.css", "verify.css", "offline.js", "qr-decoder.js", "img/favicon.svg")


def offline(code: str = "") -> AnyResponse:
    """Show the verifier in a language; without one in the address, lead to the visitor's."""
    if not code:
        return redirect(url_for("verify.offline", code=choose_language()))
    if code not in CODES:
        raise NotFound
    g.language = code
    here = takwin()
    page = render_template(
        "verify/offline.html",
        words=words(),
        all_languages=LANGUAGES,
        site=here.settings.site_url,
        trust_url=url_for("verify.trust"),
        worker_url=url_for("verify.offline_worker"),
        scope=SCOPE,
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Permissions-Policy"] = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
    response.headers["Cache-Control"] = "no-cache"
    return response


def offline_worker() -> Response:
    """Give the worker that keeps the page: its own source, after the list of what to keep.

    It is served from within its own folder, so that it can never answer for another page of the site.
    """
    kept = [*(url_for("verify.offline", code=each) for each in CODES), *map(static_url, _FILES), url_for("verify.offline_manifest")]
    source = _source("offline-worker.js")
    version = hashlib.sha256("\n".join([*kept, source, _page_source()]).encode()).hexdigest()[:12]
    head = f"self.KEPT = {_json(kept)};\nself.VERSION = {_json(version)};\n"
    response = Response(head + source, mimetype="text/javascript")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    return response


def offline_manifest() -> Response:
    """Describe the page as something that a telephone can install."""
    icon = {"src": static_url("img/favicon.svg"), "type": "image/svg+xml", "sizes": "any", "purpose": "any"}
    response = jsonify(
        name=gettext("Takwin: check without a network"),
        short_name=gettext("Check"),
        start_url=SCOPE,
        scope=SCOPE,
        id=SCOPE,
        display="standalone",
        background_color="#fbf8f1",
        theme_color="#085a4f",
        icons=[icon],
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _source(name: str) -> str:
    address = static_url(name).partition("/static/")[2]
    return (STATIC / address).read_text(encoding="utf-8")


def _page_source() -> str:
    folder = STATIC.parent / "templates" / "verify"
    return (folder / "offline.html").read_text(encoding="utf-8") + (folder / "bare.html").read_text(encoding="utf-8")


def _json(value: Any) -> str:
    text: str = jsonify(value).get_data(as_text=True)
    return text.strip()


def install(pages: Blueprint) -> None:
    """Add these addresses to the blueprint."""
    pages.add_url_rule(SCOPE, view_func=offline)
    pages.add_url_rule(f"{SCOPE}<code>", view_func=offline)
    pages.add_url_rule(f"{SCOPE}worker.js", view_func=offline_worker)
    pages.add_url_rule(f"{SCOPE}manifest.webmanifest", view_func=offline_manifest)
