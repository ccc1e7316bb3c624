"""Puts a Takwin together from its settings. Nothing happens when this is imported."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lms_app import web
from lms_app.config import Settings, secret_key
from lms_app.domain.clock import Clock, utc_now
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import open_engine, sessions_of
from lms_app.web.context import Takwin

LARGEST_UPLOAD = 200 * 1024 * 1024
LARGEST_FORM = 2 * 1024 * 1024


def create_app(settings: Settings, *, clock: Clock = utc_now, parts: Takwin | None = None) -> Flask:
    """Return the site of these settings. It opens no connection and writes nothing; `takwin migrate` prepares the database.

    `parts` replaces the composition, for tests that bring their own database.
    """
    parts = parts or compose(settings, clock=clock)
    app = Flask("lms_app.web", static_folder=None)
    app.secret_key = parts.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_UPLOAD,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        SESSION_COOKIE_NAME="takwin_notes",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
    )
    app.extensions["takwin"] = parts
    web.install(app)
    if settings.is_https:  # then a proxy stands in front, since Takwin itself speaks plain HTTP: believe what it says of the visitor
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def compose(settings: Settings, *, clock: Clock = utc_now) -> Takwin:
    """Return the parts of a Takwin with these settings."""
    engine = open_engine(settings.database_url)
    return Takwin(
        settings=settings,
        engine=engine,
        sessions=sessions_of(engine),
        blobs=Blobs(settings.blobs_url),
        secret_key=secret_key(settings),
        clock=clock,
    )
