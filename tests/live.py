"""A Takwin that really serves, and a real browser: made once for all journeys, since courses and Chromium cost seconds.

`live` is the running site, `chromium` the browser, `visitor` opens a window as somebody. Each test makes people of its
own; courses are brought in once and shared.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Page, Response, expect, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import find_course
from lms_app.adapters.memory_cache import MemoryCache
from lms_app.app import compose, create_app
from lms_app.config import read_settings
from lms_app.domain.clock import utc_now
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.migrations import migrate_engine
from lms_app.model import Course
from lms_app.runtime.host import BlockHost
from lms_app.runtime.sandbox import Sandbox
from lms_app.services.authoring.importing import import_course
from lms_app.services.learning.outlines import unit_of
from lms_app.storage.transaction import transaction
from lms_app.web.context import Takwin
from tests.people import People

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
)  # fmt: skip
"""No host is known but this machine: told so, the browser need not ask for each request, and keeps its cache as any browser."""
STARTED = "html.tk-started"
PATIENCE = 60_000
"""Milliseconds that a browser may take for one step: no test tells slowness, and a machine that does nine things at once is slow."""
expect.set_options(timeout=PATIENCE)


@dataclass
class Live:
    """A site in service: its addresses, its parts, and the people and courses in it."""

    home: Path
    parts: Takwin
    people: People
    _courses: dict[Path, CourseKey] = field(default_factory=dict)

    @property
    def site(self) -> str:
        """The address that learners type."""
        return self.parts.settings.site_url

    @property
    def blocks_origin(self) -> str | None:
        """The host of other people's JavaScript."""
        return self.parts.settings.blocks_origin

    def course(self, source: Path) -> CourseKey:
        """Bring a course in, once a session, and publish it; return its key."""
        if source not in self._courses:
            here = self.parts
            with transaction(here.sessions) as session:
                report = import_course(session, source, blobs=here.blobs, types=here.host.types, now=here.clock(), publish=True)
            assert not report.is_refused, report
            self._courses[source] = CourseKey(str(report.course))
        return self._courses[source]

    def learner(self, course: CourseKey, **columns: object) -> int:
        """Make a learner of the course; return their number."""
        with transaction(self.parts.sessions, writes=False) as session:
            number = session.scalar(select(Course.id).where(Course.key == course))
        assert number is not None
        return self.people.learner(number, **columns)

    def unit_of(self, course: CourseKey, block: str) -> str:
        """Return the address of the unit that holds a block (`problem/name`)."""
        with transaction(self.parts.sessions, writes=False) as session:
            snapshot = find_course(session, course, person=None).snapshot
            assert snapshot
            unit = unit_of(load_outline(session, snapshot), BlockId(block))
        assert unit
        return f"{self.site}/courses/{course}/unit/{unit}"


@dataclass
class Visitor:
    """Somebody's browser window."""

    context: BrowserContext
    page: Page
    person: int
    complaints: list[str] = field(default_factory=list)
    """Scripts that broke, errors on the console, and what our own hosts refused."""

    def frame(self, number: int = 0) -> Frame:
        """Return the frame of blocks with this number, when all in it have started."""
        frame = self.page.locator("iframe.tk-frame").nth(number).element_handle().content_frame()
        assert frame
        frame.wait_for_selector(STARTED, state="attached")
        return frame


@contextmanager
def serving(home: Path, environ: Mapping[str, str] | None = None, *, asides: Collection[str] = ()) -> Iterator[Live]:
    """Serve a Takwin that lives in a folder, on a free port of this machine; two may share a folder."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    settings = read_settings({"TAKWIN_HOME": str(home), "TAKWIN_SITE_URL": f"http://localhost:{server.port}", **(environ or {})})
    parts = compose(settings)
    if asides:
        parts = replace(parts, host=BlockHost(cache=MemoryCache(), sandbox=Sandbox(), asides=asides))
    migrate_engine(parts.engine)
    server.app = create_app(settings, parts=parts)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Live(home, parts, People(parts.sessions, utc_now))
    finally:
        server.shutdown()
        thread.join()
        parts.close()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site with a block origin."""
    with serving(tmp_path_factory.mktemp("live")) as site:
        yield site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, which sees nothing but this machine."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=2 * PATIENCE)
        yield browser
        browser.close()


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Open a window in which somebody is signed in: `visitor(live, person)`, with Playwright's own options for windows."""
    contexts: list[BrowserContext] = []

    def open_window(site: Live, person: int, **options: object) -> Visitor:
        context = chromium.new_context(**options)
        contexts.append(context)
        context.add_cookies([{"name": "takwin", "value": site.people.cookie(person), "url": site.site, "httpOnly": True}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        window = Visitor(context, page, person)
        page.on("pageerror", lambda error: window.complaints.append(str(error)))
        page.on("console", lambda said: _note(window, said))
        page.on("response", lambda answer: _note_refusal(window, answer))
        return window

    yield open_window
    for context in contexts:
        context.close()


NOT_OURS = (
    "Failed to load", "Refused to apply style", "Refused to execute", "Applying inline style", "Blocked autofocusing",
)  # fmt: skip
"""What browsers say of files that a course lacks, and of styles in an author's text."""
NOT_THERE = ("/asset/none/", "/transcript/", "yt_video_metadata")


def _note(window: Visitor, said: ConsoleMessage) -> None:
    if said.type == "error" and not said.text.startswith(NOT_OURS):
        window.complaints.append(f"{said.text} {said.location.get('url', '')}")


def _note_refusal(window: Visitor, answer: Response) -> None:
    if answer.status >= 400 and "localhost" in answer.url and not any(part in answer.url for part in NOT_THERE):
        window.complaints.append(f"{answer.status} {answer.url}")
