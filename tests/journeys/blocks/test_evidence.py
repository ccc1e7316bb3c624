"""A visit told from a village without network, asked again by a trainer who reads French, corrected, accepted: points and a certificate."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from lms_app.model import BlockFile, BlockRecord, Course, Credential, Score
from lms_app.storage.transaction import transaction
from tests.journeys.axe import bring, faults
from tests.journeys.blocks.writing import write_course
from tests.live import Live, Visitor

sys.path.append(str(Path(__file__).parents[2] / "xblocks"))
from pictures import exif, segment

PHONE = {"viewport": {"width": 360, "height": 740}, "locale": "ar"}
EVIDENCE = """<coop_evidence url_name="visit" display_name="زيارة مواكبة" pieces="1" photos="1">
<prompt>قم بزيارة مواكبة، ثم احك عنها.</prompt><question id="next">ماذا قرر الأعضاء؟</question>
<reason id="twice">سبق إرسال هذه الزيارة.</reason></coop_evidence>"""
ACCEPTED = {"kind": "competence", "rule": {"all": [{"kind": "practical"}]}}
LATITUDE = 30.3309
TOLD = {
    "date": "2026-11-20",
    "place": "دوار تاكموت",
    "cooperative": "تماينوت",
    "w-18-35": "٧",
    "m-36-59": "3",
    "q-next": "دفتر الصندوق كل مساء.",
}
AGREED = {"who": "الأعضاء العشرة", "to": "لي", "when": "2026-11-20"}


def photo(colour: str) -> dict[str, object]:
    """Return a photo as a phone takes it, with its place."""
    made = io.BytesIO()
    picture = Image.new("RGB", (1600, 1200), colour)
    ImageDraw.Draw(picture).rectangle((200, 700, 1400, 1100), fill="#543")
    picture.save(made, "JPEG")
    data = made.getvalue()
    return {
        "name": "IMG_1.jpg",
        "mimeType": "image/jpeg",
        "buffer": data[:2] + segment(0xE1, exif(latitude=LATITUDE, turned=1)) + data[2:],
    }


def fits(page: Page) -> None:
    """Check that a page is whole on its screen and that axe finds nothing."""
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def choose(page: Page, colour: str) -> None:
    """Choose a photo, and wait until it is small."""
    page.set_input_files("[name=photo-1]", photo(colour))
    page.locator("[data-preview][data-state=ready]").wait_for()


def waiting(page: Page, count: int) -> None:
    """Wait until so many entries wait on the phone; after a failure it tries again by itself only some seconds later."""
    expect(page.locator("[data-queue-status]")).to_have_attribute("data-count", str(count))


def course_of(live: Live, folder: Path) -> tuple[str, int]:
    """Bring in a course in Arabic whose certificate asks for a practical task that a trainer accepted."""
    write_course(folder, {"field": EVIDENCE}, name="Field")
    outline = folder / "course" / "2026.xml"
    outline.write_text(outline.read_text("utf-8").replace('language="en"', 'language="ar"'), "utf-8")
    key = live.course(folder)
    with transaction(live.parts.sessions) as session:
        session.execute(update(Course).where(Course.key == key).values(awards=[ACCEPTED]))
        number = session.scalar(select(Course.id).where(Course.key == key))
    assert number
    return str(key), number


def test_a_visit_told_without_network_leads_to_a_certificate(live: Live, visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    key, number = course_of(live, tmp_path / "course")
    unit, field = live.unit_of(key, "coop_evidence/visit"), f"{live.site}/courses/{key}/views/field_view/coop_evidence/visit"
    aicha = live.people.learner(number, language="ar", name_arabic="عائشة بنت علي", name_latin="Aicha Bent Ali")
    windows = [visitor(live, aicha, **PHONE)]
    windows.append(visitor(live, live.people.trainer(number, language="fr", name_latin="Brahim Ouali"), locale="fr"))
    for window in windows:
        bring(window.context)
    page, desk = (window.page for window in windows)

    tell_without_network(page, unit, field)
    ask_again(desk, unit)
    correct(page, unit)
    desk.reload()
    listens(desk)
    desk.keyboard.press("a")
    expect(desk.locator("[data-coop=evidence] .coop__status")).to_have_text("Acceptée")
    desk.goto(unit)
    count_again_and_see_whom_it_reached(desk)
    page.goto(unit)
    expect(page.locator("[data-piece=done]")).to_be_visible()
    fits(page)

    with transaction(live.parts.sessions, writes=False) as session:
        score = session.execute(select(Score.earned, Score.possible).where(Score.person_id == aicha)).one()
        kinds = session.scalars(select(Credential.kind).where(Credential.person_id == aicha)).all()
        [record] = session.scalars(select(BlockRecord).where(BlockRecord.learner_id == aicha)).all()
        files = session.scalars(select(BlockFile.kind).where(BlockFile.person_id == aicha)).all()
    assert (tuple(score), list(kinds), len(files)) == ((1, 1), ["competence"], 2)
    first, second = ([one.get("position") for one in each["facts"]["photos"]] for each in record.data["rounds"])
    assert (first, second) == ([None], [[round(LATITUDE, 2), -7.59]])  # with consent alone, and never finer
    complaints = [one for window in windows for one in window.complaints if "ERR_INTERNET_DISCONNECTED" not in one]
    assert complaints == []


def listens(desk: Page) -> None:
    """Wait until the page listens to keys, which it says by naming them."""
    expect(desk.locator("[data-key-hint]").first).to_be_visible()


def count_again_and_see_whom_it_reached(desk: Page) -> None:
    """Count all accepted evidence again, then follow the way from the unit to its sums."""
    desk.click("text=Recompter les preuves acceptées")
    desk.click("form[action*=recount] button")
    expect(desk.locator("[data-coop=evidence] .coop__status")).to_have_text("Les preuves de tous ont été recomptées.")
    fits(desk)
    with desk.expect_navigation():
        desk.click("a[href*=print_view]")
    expect(desk.locator(".evidence__reached")).to_contain_text("10")


def tell_without_network(page: Page, unit: str, field: str) -> None:
    """Open the form once with a network, fill it in without, and see it sent when the network is back."""
    page.goto(unit)
    page.click(".evidence__button")
    page.wait_for_url(field)
    page.locator("[data-kept-state][data-state=kept]").wait_for()
    page.context.set_offline(offline=True)
    page.reload()
    page.click(".evidence__send button")
    expect(page.locator("[data-result-for] .coop__error")).to_have_count(6)
    fits(page)
    for name, text in TOLD.items():
        page.fill(f"[name='answer-{name}']", text)
    choose(page, "#b96")
    page.check("[name=answer-how][value=spoken]")
    for name, text in AGREED.items():
        page.fill(f"[name=answer-{name}]", text)
    expect(page.locator("[data-total]")).to_have_text("10")
    expect(page.locator("[data-result-for] .coop__error")).to_have_count(0)  # each is taken back as its field is put right
    page.click(".evidence__send button")
    waiting(page, 1)
    fits(page)
    page.context.set_offline(offline=False)
    waiting(page, 0)


def ask_again(desk: Page, unit: str) -> None:
    """Judge with keys alone: ask for a photo by daylight."""
    desk.goto(unit)
    desk.click(".evidence__link")
    image = desk.locator(".evidence__photos img")
    expect(image).to_be_visible()
    assert image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") == 1280
    fits(desk)
    listens(desk)
    desk.keyboard.press("r")
    desk.keyboard.type("La photo est trop sombre.")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("[data-said=asked_again]")).to_contain_text("trop sombre")


def correct(page: Page, unit: str) -> None:
    """Read what is missing, and send the same piece with another photo, whose place may be known."""
    page.goto(unit)
    expect(page.locator("[data-piece=returned]")).to_contain_text("trop sombre")
    with page.expect_navigation():
        page.click("[data-piece=returned] .evidence__button")
    expect(page.locator("[name=answer-place]")).to_have_value(TOLD["place"])
    page.check("[name=answer-leave]")
    page.check("[name=photo-position]")
    choose(page, "#7a9")
    fits(page)
    page.click(".evidence__send button")
    expect(page.locator(".evidence__form")).to_be_hidden()  # kept on the phone: it is sent once
    waiting(page, 0)
