"""Where this Takwin lives and what it is joined to, read once from the environment."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from lms_app.domain.errors import BadSetting

DEFAULT_HOME = "var"
DEFAULT_SITE_URL = "http://localhost:8000"
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_PLAIN_HOST = "give a host name of letters, digits, hyphens and full stops alone, without a user: QR codes carry no other"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between two Takwins. One folder holds all state; each other field replaces a part of it."""

    home: Path
    """`TAKWIN_HOME`: database, blobs, keys and queue of the embedded system."""
    database_url: str
    """`TAKWIN_DATABASE_URL`: a SQLAlchemy address; SQLite in the home folder by default."""
    blobs_url: str
    """`TAKWIN_BLOBS_URL`: an fsspec address of the folder of files."""
    site_url: str
    """`TAKWIN_SITE_URL`: what learners type, without a final slash; certificates print it."""
    blocks_origin: str | None
    """`TAKWIN_BLOCKS_ORIGIN`: another host that reaches the same server, for other people's JavaScript. None when `none` is given."""
    queue_url: str | None
    """`TAKWIN_QUEUE_URL`: `redis://host:port/0` when several processes serve; without it, the queue is a file of the home folder."""
    mail_url: str | None
    """`TAKWIN_MAIL_URL`: `smtp://user:password@host:port`; without it, letters are kept in `home/mail`."""
    issuer: str
    """`TAKWIN_ISSUER`: the organisation that certificates name."""
    source_url: str
    """`TAKWIN_SOURCE_URL`: where the running source can be had (AGPL section 13)."""

    @property
    def keys(self) -> Path:
        """Return the folder of secret keys."""
        return self.home / "keys"

    @property
    def queue(self) -> Path:
        """Return the folder of the embedded job queue."""
        return self.home / "queue"

    @property
    def is_sqlite(self) -> bool:
        """Tell whether the database is a file of this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        """Tell whether cookies may ask for a secure connection."""
        return self.site_url.startswith("https:")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Return the settings of this environment; refuse an address that is not one, naming the variable."""
    home = Path(environ.get("TAKWIN_HOME") or DEFAULT_HOME).resolve()
    site_url = _site(environ.get("TAKWIN_SITE_URL") or DEFAULT_SITE_URL)
    return Settings(
        home=home,
        database_url=_psycopg(environ.get("TAKWIN_DATABASE_URL") or f"sqlite:///{home / 'takwin.sqlite3'}"),
        blobs_url=environ.get("TAKWIN_BLOBS_URL") or str(home / "blobs"),
        site_url=site_url,
        blocks_origin=_blocks_origin(environ.get("TAKWIN_BLOCKS_ORIGIN"), site_url),
        queue_url=environ.get("TAKWIN_QUEUE_URL") or None,
        mail_url=environ.get("TAKWIN_MAIL_URL") or None,
        issuer=environ.get("TAKWIN_ISSUER") or "Takwin",
        source_url=environ.get("TAKWIN_SOURCE_URL") or "/source",
    )


def secret_key(settings: Settings) -> str:
    """Return the key that signs sessions and tokens, made at the first call and kept in the home folder."""
    path = settings.keys / "secret"
    if not path.exists():
        settings.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with path.open("x", encoding="ascii") as file:
                path.chmod(0o600)
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process was first: its key is the key
    return path.read_text(encoding="ascii").strip()


def _site(url: str) -> str:
    """Return the address that certificates print. Refused: one that their QR codes can't carry, since none could be issued.

    A host name of other letters becomes what the network calls it (RFC 3490), which is the same place.
    """
    name = "TAKWIN_SITE_URL"
    parts = urlsplit(_origin(name, url))
    try:
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise BadSetting(name=name, value=url, remedy=_PLAIN_HOST) from error
    if "@" in parts.netloc:
        raise BadSetting(name=name, value="…@" + parts.netloc.rpartition("@")[2], remedy=_PLAIN_HOST)
    if not _HOST.fullmatch(host):
        raise BadSetting(name=name, value=url, remedy=_PLAIN_HOST)
    return f"{parts.scheme}://{host}{port}"


def _origin(name: str, url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise BadSetting(name=name, value=url, remedy="give scheme and host, as https://learn.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _blocks_origin(given: str | None, site_url: str) -> str | None:
    if given == "none":
        return None
    if given:
        return _origin("TAKWIN_BLOCKS_ORIGIN", given)
    parts = urlsplit(site_url)
    if parts.hostname not in {"localhost", "127.0.0.1"}:
        return None
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://blocks.localhost{port}"


def _psycopg(url: str) -> str:
    """Return the address with the driver that Takwin ships, so that the common short forms work."""
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            return "postgresql+psycopg://" + url.removeprefix(short)
    return url
