"""Puts a Takwin together from its settings. Nothing happens when this is imported."""

from __future__ import annotations

from functools import partial

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from lms_app import web
from lms_app.adapters.checking_room import CheckingRoom
from lms_app.adapters.jobs import Bell
from lms_app.adapters.mail import deliver
from lms_app.adapters.memory_cache import MemoryCache
from lms_app.adapters.outbox import BELL
from lms_app.adapters.picture_room import PictureRoom
from lms_app.config import Settings, secret_key
from lms_app.domain.clock import Clock, utc_now
from lms_app.domain.outbox import Errand
from lms_app.runtime.host import BlockHost
from lms_app.runtime.sandbox import Sandbox
from lms_app.services import errands
from lms_app.services.authoring import planning, settling
from lms_app.services.credentials import log, printing
from lms_app.services.credentials.files import FileKind, certificate_file
from lms_app.services.credentials.issuing import Issuer
from lms_app.services.learning import reminding
from lms_app.services.operations import letting_go
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import open_engine, sessions_of
from lms_app.web.context import ISSUER_KEYS, Takwin
from lms_app.web.letters import reminder_letter
from lms_app.web.odd_input import LARGEST_BODY
from lms_app.web.studio.keeping import change_message
from takwin_certificates.joining import join_in_another_process
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.renderer import Renderer


def create_app(settings: Settings, *, clock: Clock = utc_now, parts: Takwin | None = None) -> Flask:
    """Return the site of these settings. It opens no connection and writes nothing; `takwin migrate` prepares the database.

    `parts` replaces the composition, for tests that bring their own database.
    """
    parts = parts or compose(settings, clock=clock)
    app = Flask("lms_app.web", static_folder=None)
    app.secret_key = parts.secret_key
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SESSION_COOKIE_NAME="takwin_notes",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
    )
    app.extensions["takwin"] = parts
    web.install(app)
    # With https a proxy stands in front, since Takwin itself speaks plain HTTP: believe what it says of the visitor.
    if settings.is_https:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    return app


def compose(settings: Settings, *, clock: Clock = utc_now) -> Takwin:
    """Return the parts of a Takwin with these settings. Whatever costs time or memory is made at its first use."""
    engine = open_engine(settings.database_url)
    sessions = sessions_of(engine)
    blobs = Blobs(settings.blobs_url)
    renderer = Renderer()
    keys = KeyRing(settings.keys / ISSUER_KEYS, issuer=settings.issuer, clock=clock)

    def sweep() -> int:
        reminding.send_due(sessions, partial(reminder_letter, site=settings.site_url), now=clock)
        planning.carry_out(sessions, now=clock)
        settling.settle_due(sessions, types=parts.host.types, message=change_message, now=clock)
        done = errands.sweep(sessions, doings, now=clock)
        log.chain_new(sessions)
        return done

    parts = Takwin(
        settings=settings,
        engine=engine,
        sessions=sessions,
        blobs=blobs,
        secret_key=secret_key(settings),
        host=BlockHost(cache=MemoryCache(), sandbox=Sandbox(hidden=(settings.home,)), clock=clock),
        issuer=Issuer(settings.issuer, settings.site_url, key=keys.record, picture=blobs.get),
        bell=Bell(sweep, queue=settings.queue, url=settings.queue_url),
        renderer=renderer,
        room=CheckingRoom(hidden=(settings.home,)),
        pictures=PictureRoom(hidden=(settings.home,)),
        keys=keys,
        clock=clock,
    )
    doings: dict[Errand, errands.Doing] = {
        Errand.DRAW_CERTIFICATE: lambda payload: _draw(parts, payload["code"]),
        Errand.PRINT_BATCH: lambda payload: printing.go_on(
            sessions, payload["batch"], workshop=parts.workshop, join=join_in_another_process
        ),
        Errand.MAIL: lambda payload: deliver(payload, settings=settings),
        Errand.LET_GO: lambda payload: letting_go.let_go(sessions, payload["sha256"], blobs=blobs, now=clock()),
    }
    sessions.configure(info={BELL: parts.bell.ring})  # rung by whoever leaves an errand, once it is committed
    return parts


def _draw(parts: Takwin, code: str) -> None:
    certificate_file(parts.sessions, code, FileKind.PDF, workshop=parts.workshop)
