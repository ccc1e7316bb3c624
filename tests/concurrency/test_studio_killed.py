"""The server is killed while a trainer types in a real browser: what they had typed is there afterwards, every word of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, expect
from sqlalchemy import select

from lms_app.migrations import migrate_engine
from lms_app.model import WorkingCopy
from lms_app.storage.session import open_engine
from lms_app.storage.transaction import transaction
from tests.concurrency.serving import COURSE, Served, served, start
from tests.live import PATIENCE

SENTENCE = "A cooperative belongs to those who use it, and every member has one vote."


def test_a_trainer_loses_no_word_when_the_server_is_killed(tmp_path: Path, chromium: Browser) -> None:
    url = f"sqlite:///{tmp_path / 'takwin.sqlite3'}"
    engine = open_engine(url)
    migrate_engine(engine)
    engine.dispose()
    with served(tmp_path, url) as site:
        context = chromium.new_context()
        context.set_default_timeout(PATIENCE)
        cookie = site.people.cookie(site.people.trainer(site.course))
        context.add_cookies([{"name": "takwin", "value": cookie, "url": site.site, "httpOnly": True}])
        page = context.new_page()
        page.goto(f"{site.site}/studio/{COURSE}/block/sequential/q0")
        title, said = page.locator("[name=f-display_name]"), page.locator("[data-keep-status]")
        title.fill("")
        title.press_sequentially(SENTENCE[:30])
        expect(said).to_have_attribute("data-state", "kept")
        title.press_sequentially(SENTENCE[30:50])
        site.kill()
        title.press_sequentially(SENTENCE[50:])
        expect(said).to_have_attribute("data-state", "device")

        # The page is closed too, and opened again once the server is back.
        page.close(run_before_unload=False)
        with started_again(site, url):
            page = context.new_page()
            page.goto(f"{site.site}/studio/{COURSE}/block/sequential/q0")
            expect(page.locator("[name=f-display_name]")).to_have_value(SENTENCE)
            expect(page.locator("form[data-keep]")).to_have_attribute("data-safe", "site")
            with transaction(site.parts.sessions, writes=False) as session:
                assert [row.changes for row in session.scalars(select(WorkingCopy))] == [{"display_name": SENTENCE}]
            context.close()


@contextmanager
def started_again(site: Served, url: str) -> Iterator[None]:
    """Start the server once more on the same folder, database and port."""
    home, port = site.parts.settings.home, int(site.site.rpartition(":")[2])
    process = start({"TAKWIN_HOME": str(home), "TAKWIN_DATABASE_URL": url, "TAKWIN_SITE_URL": site.site}, port)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)
