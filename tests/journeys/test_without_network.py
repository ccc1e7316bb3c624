"""A trainer's phone in a village hall: no network, the browser killed, the network back; then somebody else borrows the phone."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from lms_app.app import create_app
from lms_app.domain.keys import CourseKey
from lms_app.model import BlockRecord, Course, Enrolment, Person
from lms_app.storage.transaction import transaction
from tests.journeys.blocks.writing import write_course
from tests.live import CHROMIUM, FLAGS, PATIENCE, Live, Visitor
from tests.people import PASSWORD

TRAINEES = 20
ATTENDANCE = """<coop_attendance url_name="hall" display_name="Two days in Zagora">
<halfday id="am" date="2027-03-15" starts="09:00" hours="3.5"/><halfday id="pm" date="2027-03-15" starts="14:00" hours="3"/>
</coop_attendance>"""

OBSERVATION = """<coop_observation url_name="teach" display_name="Lead a session" minutes="30" trainers="1"
 pass_mark="3" level_two="2" level_four="5">
<prompt>Lead a session of 30 minutes.</prompt><item id="i1" key="true">Says the outcome in one plain sentence</item>
<item id="i2">Asks open questions</item><item id="i3">Closes: what, who, when</item>
</coop_observation>"""


class Network:
    """The way to the site, which can be cut: for pages and for their workers, whatever the browser believes."""

    def __init__(self, live: Live) -> None:
        self._app = create_app(live.parts.settings, parts=live.parts)
        self._port = 0
        self.up()
        self.site = f"http://localhost:{self._port}"

    def up(self) -> None:
        """Let requests through."""
        self._server = make_server("127.0.0.1", self._port, self._app, threaded=True)
        self._port = self._server.port
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def down(self) -> None:
        """Cut it: connections are refused."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Phone:
    """A browser with a profile that outlives it."""

    def __init__(self, chromium: Browser, profile: Path) -> None:
        self._chromium = chromium
        self._profile = profile

    @contextmanager
    def on(self) -> Iterator[Page]:
        """Switch it on, and off again as one does."""
        context = self._start()
        yield context.pages[0]
        context.close()

    @contextmanager
    def killed(self) -> Iterator[Page]:
        """Switch it on; at the end the system kills the browser."""
        context = self._start()
        yield context.pages[0]
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        with suppress(Error):
            context.close()

    def _start(self) -> BrowserContext:
        context = self._chromium.browser_type.launch_persistent_context(
            self._profile,
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport={"width": 360, "height": 740},
            reduced_motion="reduce",
            timeout=2 * PATIENCE,
        )
        context.set_default_timeout(PATIENCE)
        return context

    def _processes(self) -> list[int]:
        """Return the browser's own processes: those that were started with this profile."""
        sign = str(self._profile).encode()
        running = (one for one in Path("/proc").iterdir() if one.name.isdecimal())
        found = []
        for one in running:
            with suppress(OSError):
                if sign in (one / "cmdline").read_bytes():
                    found.append(int(one.name))
        return found


@pytest.fixture
def phone(chromium: Browser, tmp_path: Path) -> Phone:
    return Phone(chromium, tmp_path / "profile")


@pytest.fixture
def network(live: Live) -> Iterator[Network]:
    network = Network(live)
    yield network
    network.down()


def sign_in(page: Page, site: str, user_name: str) -> None:
    page.context.clear_cookies(name="takwin")
    page.goto(f"{site}/sign-in")
    page.fill("main input[name=identifier]", user_name)
    page.fill("main input[name=password]", PASSWORD)
    page.click("main form[action*='/sign-in'] .tk-button")
    page.wait_for_url(lambda url: "/sign-in" not in url)


def kept(page: Page) -> None:
    """Wait until the phone keeps the page."""
    page.locator("[data-kept-state][data-state=kept]").wait_for()


def is_forgotten(page: Page) -> None:
    """Wait until the phone keeps no page of whatever reader."""
    page.wait_for_function("async () => !(await caches.keys()).some((one) => one.startsWith('takwin-work-'))")


def is_back(page: Page) -> None:
    """Tell the page, as browsers do, that the network is back; it may have found out by itself."""
    page.evaluate("dispatchEvent(new Event('online'))")


def waiting(page: Page, count: int) -> None:
    """Wait until the page says so; forty entries take their time on a slow machine."""
    expect(page.locator("[data-queue-status]")).to_have_attribute("data-count", str(count), timeout=2 * PATIENCE)


def tick(page: Page, half_day: str, count: int) -> None:
    """Tick the first trainees of the list as present."""
    page.check(f"input[name=slot][value={half_day}]")
    rows = page.locator("[data-attendance-names] [data-learner]")
    for place in range(count):
        rows.nth(place).locator("button[name=learner]").click()
        expect(rows.nth(place)).to_have_attribute("data-here", "yes")


FILL = """async (place) => {
  const form = document.querySelector(".obs-form");
  form.querySelectorAll("[name=answer-trainee]")[place].click();
  for (const item of form.querySelectorAll("[data-item]")) item.querySelector("input[type=radio]").click();
  const isKept = new Promise((done) => form.addEventListener("coop:queued", done, { once: true }));
  form.requestSubmit();
  await isKept;
}"""


IN_ENTRIES = """(mode, act) => new Promise((done, failed) => {
  const asked = indexedDB.open("takwin-queue", 1);
  asked.onerror = failed;
  asked.onsuccess = () => {
    const work = asked.result.transaction("entries", mode);
    const told = act(work.objectStore("entries"));
    work.oncomplete = () => (asked.result.close(), done(told.result));
  };
})"""
KEEP = f"entry => ({IN_ENTRIES})('readwrite', entries => entries.put(entry))"
KEPT = f"async () => (await ({IN_ENTRIES})('readonly', entries => entries.getAll())).map(one => one.person)"


def observe(page: Page, count: int) -> None:
    """Mark the sheets of the first trainees of the list: one as people do, the others as fast as the page takes them."""
    page.locator(".obs-person").first.click()
    page.click("[data-next]")
    for item in range(3):
        page.locator("[data-item]").nth(item).locator(".obs-level").last.click()
        page.click("[data-next]")
    page.click("[data-send]")
    page.locator(".obs-form[data-step=who]").wait_for()
    for place in range(1, count):
        page.evaluate(FILL, place)


def stored(live: Live, course: CourseKey) -> Counter[str]:
    """Return how many rows there are of each kind."""
    with transaction(live.parts.sessions, writes=False) as session:
        kinds = session.scalars(
            select(BlockRecord.kind).join(Course, Course.id == BlockRecord.course_id).where(Course.key == course)
        )
        return Counter(kinds)


def test_what_is_noted_without_a_network_arrives_once_and_belongs_to_its_author(
    live: Live, network: Network, phone: Phone, tmp_path: Path
) -> None:
    course, who = village(live, tmp_path, name="Phone")
    field = f"{network.site}/courses/{course}/views/field_view"
    hall, teach = f"{field}/coop_attendance/hall", f"{field}/coop_observation/teach"
    once = {"checkin/am": TRAINEES, "observation": TRAINEES}

    with phone.on() as page:
        sign_in(page, network.site, "phone-amina")
        for address in (teach, hall):
            page.goto(address)
            kept(page)

    network.down()
    with phone.killed() as page:
        page.goto(hall)
        page.locator("[data-kept-state][data-state=shown]").wait_for()
        tick(page, "am", TRAINEES)
        waiting(page, TRAINEES)
        page.goto(teach)
        page.locator("[data-kept-state][data-state=shown]").wait_for()
        observe(page, TRAINEES)
        waiting(page, 2 * TRAINEES)

    with phone.on() as page:
        page.goto(hall)
        waiting(page, 2 * TRAINEES)
        assert not stored(live, course)
        network.up()
        is_back(page)
        waiting(page, 0)
        assert stored(live, course) == once

        page.goto(hall)
        kept(page)
        network.down()
        tick(page, "pm", 2)
        waiting(page, 2)
        lend(page, network, hall, live.people.cookie(who["brahim"]))
        assert stored(live, course) == once

        sign_in(page, network.site, "phone-amina")
        page.goto(hall)
        waiting(page, 0)
        expect(page.locator("[data-queue-last]")).not_to_be_empty()
        assert stored(live, course) == {**once, "checkin/pm": 2}


def village(live: Live, folder: Path, *, name: str) -> tuple[CourseKey, dict[str, int]]:
    """Make a course with a session and an observation, its trainees, and two trainers who share a phone."""
    course = live.course(write_course(folder / "course", {"hall": ATTENDANCE, "teach": OBSERVATION}, name=name))
    with transaction(live.parts.sessions, writes=False) as session:
        number = session.scalars(select(Course.id).where(Course.key == course)).one()
    for place in range(TRAINEES):
        live.people.learner(number, name_latin=f"Trainee {place:02}", user_name=f"{name.lower()}{place:02}")
    return course, {who: live.people.trainer(number, user_name=f"{name.lower()}-{who}") for who in ("amina", "brahim")}


def lend(page: Page, network: Network, hall: str, cookie: str) -> None:
    """Lend the phone, on which two entries wait, to somebody else: they see none of them, and none is sent."""
    page.goto("about:blank")
    network.up()
    # They are signed in, and the network goes before a page of theirs could tidy up.
    page.context.clear_cookies(name="takwin")
    page.context.add_cookies([{"name": "takwin", "value": cookie, "url": network.site}])
    page.context.request.get(f"{network.site}/help")
    network.down()
    page.goto(hall)
    expect(page.locator("main")).to_have_text("This page was kept for another person. Sign in when there is a network.")
    is_forgotten(page)

    network.up()
    sign_in(page, network.site, "phone-brahim")
    page.goto(hall)
    kept(page)
    waiting(page, 0)
    expect(page.locator("[data-queue-list] li")).to_have_count(0)


def test_what_the_phone_does_not_keep_or_the_site_refuses_is_said_and_a_file_takes_it_elsewhere(
    live: Live, network: Network, visitor: Callable[..., Visitor], tmp_path: Path
) -> None:
    course, who = village(live, tmp_path, name="File")
    hall = f"{network.site}/courses/{course}/views/field_view/coop_attendance/hall"

    def phone() -> Page:
        page: Page = visitor(live, who["amina"]).page
        return page

    first, second, private = phone(), phone(), phone()
    private.add_init_script("Object.defineProperty(self, 'indexedDB', { get() { throw new Error('private'); } })")
    for page in (first, second, private):
        page.goto(hall)
        kept(page)
    network.down()
    twin = first.context.new_page()
    twin.goto(hall)
    sent: list[str] = []
    first.context.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)

    tick(private, "pm", 1)
    expect(private.locator("[data-queue-status]")).to_contain_text("1 entry is NOT kept")
    expect(private.locator("[data-queue-note][data-state=error]")).to_contain_text("This is NOT kept")
    tick(first, "am", 3)
    waiting(first, 3)
    first.click(".coop-queue details:last-of-type summary")
    with first.expect_download() as saving:
        first.click("[data-queue-save]")
    file = tmp_path / "waiting.json"
    saving.value.save_as(file)

    leave(live, "file02", course)
    first.context.clear_cookies(name="takwin")  # its session ended while it was away
    network.up()
    is_back(private)
    waiting(private, 0)
    second.set_input_files("[data-queue-load]", file)
    expect(second.locator("[data-queue-status]")).to_have_text("1 entry needs you.")
    expect(second.locator("[data-queue-needs] [data-message]")).not_to_be_empty()
    assert stored(live, course) == {"checkin/am": 2, "checkin/pm": 1}

    for tab in (first, twin):
        tab.click("[data-queue-send]")
        expect(tab.locator("[data-queue-out] a")).to_be_visible()
        waiting(tab, 3)
    assert sent == []
    cookie = live.people.cookie(who["amina"])
    first.context.add_cookies([{"name": "takwin", "value": cookie, "url": network.site, "httpOnly": True}])
    for tab in (first, twin):
        tab.click("[data-queue-send]")
    for tab in (first, twin):
        expect(tab.locator("[data-queue-status]")).to_have_text("1 entry needs you.")
    assert len(sent) == 3
    assert stored(live, course) == {"checkin/am": 2, "checkin/pm": 1}

    stranger: Page = visitor(live, who["brahim"]).page
    stranger.goto(hall)
    stranger.set_input_files("[data-queue-load]", file)
    expect(stranger.locator("[data-queue-note][data-state=error]")).to_contain_text("no waiting entries")
    waiting(stranger, 0)
    bring_in_what_was_edited(stranger, json.loads(file.read_text()), tmp_path / "edited.json")


def bring_in_what_was_edited(page: Page, saved: dict[str, Any], file: Path) -> None:
    """Bring in a file that takes the name of what another person keeps on this phone, and holds entries of another block."""
    page.evaluate(KEEP, saved["entries"][0])
    person = page.get_attribute("[data-queue-panel]", "data-queue-person")
    taken, elsewhere = ({**one, "person": person} for one in saved["entries"][:2])
    elsewhere |= {"block": "another", "place": "Lead a session"}
    file.write_text(json.dumps({**saved, "person": person, "entries": [taken, elsewhere]}))

    page.set_input_files("[data-queue-load]", file)

    note = page.locator("[data-queue-note]")
    expect(note).to_contain_text("0 entries were brought in")
    expect(note).to_contain_text("1 entry of the file belongs elsewhere")
    expect(note).to_contain_text("Lead a session")
    waiting(page, 0)
    assert page.evaluate(KEPT) == [saved["person"]]


def leave(live: Live, user_name: str, course: CourseKey) -> None:
    """Let a trainee leave the course."""
    with transaction(live.parts.sessions) as session:
        row = session.scalars(
            select(Enrolment)
            .join(Person, Person.id == Enrolment.person_id)
            .join(Course, Course.id == Enrolment.course_id)
            .where(Person.user_name == user_name, Course.key == course)
        ).one()
        row.left_at = live.parts.clock()
