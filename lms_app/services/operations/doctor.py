"""How this Takwin is: what is installed, what can be reached, which blocks load and which do not, and why."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import Engine, text

from lms_app.config import Settings
from lms_app.runtime.host import BlockHost
from lms_app.runtime.sandbox import probe
from lms_app.services.credentials import log
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import Session

PACKAGES = ("takwin", "takwin-xblocks", "takwin-certificates", "XBlock", "xblocks-contrib", "Flask", "SQLAlchemy", "WeasyPrint")


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    area: str
    name: str
    ok: bool
    detail: str
    """What was found; when it is not well, what to do."""


def examine(settings: Settings, *, engine: Engine, blobs: Blobs, host: BlockHost, is_current: bool) -> Iterator[Finding]:
    """Yield everything that was looked at, well or not."""
    yield Finding("system", "Python", sys.version_info >= (3, 11), sys.version.split()[0])
    for package in PACKAGES:
        yield _package(package)
    yield Finding("system", "node", bool(shutil.which("node")), shutil.which("node") or "only needed to build assets")
    yield _tried("storage", "home", lambda: _writable(settings))
    yield _tried("storage", "database", lambda: _answers(engine))
    yield Finding("storage", "schema", is_current, "up to date" if is_current else "run `takwin migrate`")
    yield _tried("storage", "blobs", lambda: f"{settings.blobs_url} ({'ok' if blobs.put(b'') else ''})")
    if is_current:
        yield _issue_log(engine)
    sandbox = probe()
    yield Finding("sandbox", "bubblewrap", sandbox.available, sandbox.reason or "author's scripts run confined")
    origin = settings.blocks_origin
    yield Finding("blocks", "origin", bool(origin), origin or "none: set TAKWIN_BLOCKS_ORIGIN to another host of this server")
    for plugin in host.survey():
        yield Finding("block type", plugin.type, plugin.loads, plugin.why_not or plugin.package)


def _package(name: str) -> Finding:
    try:
        return Finding("package", name, ok=True, detail=version(name))
    except PackageNotFoundError:
        return Finding("package", name, ok=False, detail="not installed")


def _tried(area: str, name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(area, name, ok=True, detail=look())
    except Exception as error:  # noqa: BLE001 -- a doctor tells what is wrong, whatever it is
        return Finding(area, name, ok=False, detail=f"{type(error).__name__}: {error}")


def _answers(engine: Engine) -> str:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    return str(engine.url.render_as_string(hide_password=True))


def _issue_log(engine: Engine) -> Finding:
    with Session(engine) as session:
        faults = log.check(session)
        lines = log.count(session)
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    found = faults[0] + more if faults else f"{lines} lines, none changed, removed or moved"
    return Finding("records", "issue log", not faults, found)


def _writable(settings: Settings) -> str:
    settings.home.mkdir(parents=True, exist_ok=True)
    mark = settings.home / ".doctor"
    mark.write_bytes(b"")
    mark.unlink()
    return str(settings.home)
