"""What a page can reach: the parts of this Takwin, put together once, and who is asking."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import current_app, g

from lms_app.adapters.checking_room import CheckingRoom
from lms_app.adapters.jobs import Bell
from lms_app.adapters.picture_room import PictureRoom
from lms_app.config import Settings
from lms_app.domain.actors import ANONYMOUS, Actor
from lms_app.domain.clock import Clock, utc_now
from lms_app.domain.errors import NeedsSignIn
from lms_app.domain.keys import PersonId
from lms_app.domain.limits import Tries
from lms_app.runtime.host import BlockHost
from lms_app.runtime.printing.press import Press
from lms_app.services.accounts.signing_in import Visit
from lms_app.services.credentials.files import Workshop
from lms_app.services.credentials.issuing import Issuer
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import Engine, Session, Sessions
from lms_app.storage.transaction import begin_reading, transaction
from takwin_certificates.keys import TrustedKey
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.record import Record
from takwin_certificates.renderer import Renderer

ISSUER_KEYS = "issuer"
"""The folder, among the keys, of those that sign certificates."""


@dataclass(frozen=True, kw_only=True)
class Takwin:
    """The composition: every part that a page may need, made in `app.py` and nowhere else."""

    settings: Settings
    engine: Engine
    sessions: Sessions
    blobs: Blobs
    secret_key: str
    host: BlockHost
    issuer: Issuer
    bell: Bell
    renderer: Renderer
    keys: KeyRing
    """The keys that sign certificates."""
    room: CheckingRoom = field(default_factory=CheckingRoom)
    """Where files that strangers drop are read."""
    pictures: PictureRoom = field(default_factory=PictureRoom)
    """Where pictures that trainers send are drawn anew."""
    press: Press = field(default_factory=Press)
    """Where handouts are set as PDF."""
    clock: Clock = utc_now
    tries: Tries = field(default_factory=Tries)

    def close(self) -> None:
        """End every process and thread that was started for this Takwin, and let go of the database."""
        self.bell.stop()
        for part in (self.renderer, self.room, self.pictures, self.host):
            part.close()
        self.engine.dispose()

    @property
    def workshop(self) -> Workshop:
        """Return what the files of certificates are made with."""
        return Workshop(keys=self.keys, draw=self.draw, produce=self.renderer.produce, blobs=self.blobs, clock=self.clock)

    def draw(self, record: Record) -> bytes:
        """Return the picture of a record of the first schema, drawn in the renderer's own process."""
        return self.renderer.render(record, verify_url=f"{record.site}/v/{record.code}")

    def draw_sample(self, record: Record, *, pictures: Iterable[str]) -> bytes:
        """Return a certificate that was never issued, as it would look; it is not signed."""
        shown = {sha256: self.blobs.get(sha256) for sha256 in pictures}
        return self.renderer.render(record, verify_url=f"{record.site}/v/{record.code}", pictures=shown)

    def trusted_keys(self) -> Mapping[str, TrustedKey]:
        """Return every key with which this site ever signed."""
        return self.keys.trust(site=self.settings.site_url, issuer=self.issuer.name, now=self.clock()).keys

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open the transaction of one use case: committed whole at the end, or not at all.

        What the request was reading ends first, so that no request ever holds two connections.
        """
        end_reading()
        with transaction(self.sessions) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give the request's reading session: one for all its reads, opened by the first, closed by a write or by the end."""
        if "reading" not in g:
            g.reading = begin_reading(self.sessions)
        yield g.reading

    @contextmanager
    def last_reading(self) -> Iterator[Session]:
        """Give the request's reading session for the last time: it is closed at the end, before anything is written."""
        try:
            with self.reading() as session:
                yield session
        finally:
            end_reading()


def end_reading(_error: BaseException | None = None) -> None:
    """Close the request's reading session, if it has one."""
    session = g.pop("reading", None)
    if session is not None:
        session.close()


def takwin() -> Takwin:
    """Return the parts of the Takwin that answers this request."""
    return cast("Takwin", current_app.extensions["takwin"])


def visit() -> Visit | None:
    """Return who is signed in on which device, or None."""
    return cast("Visit | None", g.get("visit"))


def actor() -> Actor:
    """Return who is asking; `ANONYMOUS` when nobody is signed in."""
    return cast("Actor", g.get("actor", ANONYMOUS))


def own_number() -> PersonId:
    """Return the visitor's own number; raise `NeedsSignIn` when nobody is signed in."""
    person = actor().person_id
    if person is None:
        raise NeedsSignIn
    return person


def now() -> datetime:
    """Return the present time by this Takwin's clock."""
    return takwin().clock()
