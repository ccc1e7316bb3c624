"""A session in a hall: a trainee shows her card, the trainer scans, types and ticks without a network, hours earn a certificate."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from lms_app.domain.keys import CourseKey
from lms_app.model import BlockRecord, Course, Credential, Score
from lms_app.storage.transaction import transaction
from tests.journeys.axe import bring, faults
from tests.journeys.blocks.writing import write_course
from tests.live import Live, Visitor

PHONE = {"viewport": {"width": 360, "height": 740}}
SESSION = """<coop_attendance url_name="hall" display_name="Deux jours à Thiès">
<place>Foyer des femmes</place><organiser>Union des coopératives</organiser>
<halfday id="am" date="2027-03-15" starts="09:00" hours="3.5"/><halfday id="pm" date="2027-03-15" starts="14:00" hours="3"/>
</coop_attendance>"""
SIX_HOURS = {"kind": "competence", "rule": {"all": [{"kind": "attendance", "hours": 6}]}}
CAMERA = """(path) => {
  const [, , side] = path.box.split(" ").slice(1);
  const canvas = Object.assign(document.createElement("canvas"), {width: 480, height: 480});
  const context = canvas.getContext("2d");
  const draw = () => {
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = "#ddd";
    context.fillRect(0, 0, 480, 480);
    context.setTransform(9, 0, 0, 9, 60, 60);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, side, side);
    context.fillStyle = "#000";
    context.fill(new Path2D(path.dark));
  };
  setInterval(draw, 50);
  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(20);
}"""
"""A camera before which somebody holds a drawn code."""


@dataclass
class Hall:
    """A course with a session, its trainees by name, and the trainer."""

    live: Live
    course: CourseKey
    trainees: dict[str, int]
    trainer: int

    def page(self, view: str, query: str = "") -> str:
        """Return the address of a page of the session."""
        return f"{self.live.site}/courses/{self.course}/views/{view}/coop_attendance/hall{query}"

    @property
    def unit(self) -> str:
        """The address of the unit."""
        return f"{self.live.site}/courses/{self.course}/unit/vertical/hall"

    def rows(self) -> dict[str, tuple[str, int]]:
        """Return the state of each row, and how many check-ins it holds."""
        with transaction(self.live.parts.sessions, writes=False) as session:
            course = select(Course.id).where(Course.key == self.course).scalar_subquery()
            found = session.scalars(select(BlockRecord).where(BlockRecord.course_id == course))
            names = {str(number): name for name, number in self.trainees.items()}
            return {
                "/".join(names.get(part, part) for part in one.key.split("/")[:2]): (one.state, len(one.data["entries"]))
                for one in found
            }


@pytest.fixture
def hall(live: Live, tmp_path: Path) -> Hall:
    course = live.course(write_course(tmp_path / "course", {"hall": SESSION}, name="Session"))
    with transaction(live.parts.sessions) as session:
        session.execute(update(Course).where(Course.key == course).values(awards=[SIX_HOURS]))
        number = session.scalars(select(Course.id).where(Course.key == course)).one()
    names = {"awa": ("Awa Diop", "عوا ديوب"), "fatou": ("Fatou Sow", "فاطو صو"), "khady": ("Khady Fall", "خادي فال")}
    trainees = {
        name: live.people.learner(number, name_latin=latin, name_arabic=arabic, language="ar")
        for name, (latin, arabic) in names.items()
    }
    return Hall(live, course, trainees, live.people.trainer(number, name_latin="Sara Alami", language="fr"))


def fits(page: Page) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]


def card_of(window: Visitor, hall: Hall) -> tuple[str, dict[str, str]]:
    """Return the code on a trainee's card, and how it is drawn."""
    page = window.page
    page.goto(hall.unit)
    fits(page)
    face = page.locator(".attendance__face")
    code = face.locator(".attendance__code").inner_text()
    picture = face.locator("svg").bounding_box()
    assert picture
    assert picture["width"] >= 220
    shot = zxingcpp.read_barcodes(Image.open(io.BytesIO(face.locator("svg").screenshot())).convert("L"))
    assert [one.text for one in shot] == [code]
    drawn = {"box": face.locator("svg").get_attribute("viewBox"), "dark": face.locator("path").get_attribute("d")}
    return code, {name: str(value) for name, value in drawn.items()}


def says(page: Page, kind: str, words: str) -> None:
    expect(page.locator("[data-attendance-says]")).to_have_attribute("data-kind", kind)
    expect(page.locator("[data-attendance-says]")).to_contain_text(words)


def type_code(page: Page, code: str) -> None:
    page.fill("input[name=code]", code)
    page.press("input[name=code]", "Enter")


def note(page: Page, code: str, drawn: dict[str, str]) -> None:
    """Scan, type and tick: seven entries, one of them a code of nobody, one that takes back another."""
    page.check("input[name=slot][value=am]")
    page.evaluate(CAMERA, drawn)
    page.click("[data-attendance-scan]")
    says(page, "here", "Awa Diop est là.")
    page.click("[data-attendance-stop]")
    type_code(page, code.lower().replace("-", " "))
    says(page, "again", "Awa Diop est déjà là")
    page.locator("[data-learner]", has_text="Fatou Sow").locator("button").click()
    says(page, "here", "Fatou Sow est là.")
    page.locator("[data-learner]", has_text="Khady Fall").locator("button").click()
    says(page, "here", "Khady Fall est là.")
    page.locator("[data-attendance-last] li").first.get_by_role("button").click()
    page.locator("[data-attendance-last] fieldset button").first.click()
    says(page, "again", "Annulé : Khady Fall.")
    type_code(page, "ABCDE-99999")
    says(page, "stranger", "Pas sur cette liste")
    expect(page.locator(".attendance-counts__row[data-slot=am] [data-attendance-here]")).to_have_text("2")
    page.check("input[name=slot][value=pm]")
    page.locator("[data-learner]", has_text="Awa Diop").locator("button").click()
    expect(page.locator("[data-queue-status]")).to_have_attribute("data-count", "7")


def test_a_hall_without_a_network_is_noted_once_and_its_hours_count(
    visitor: Callable[..., Visitor], hall: Hall, tmp_path: Path
) -> None:
    trainee = visitor(hall.live, hall.trainees["awa"], **PHONE, locale="ar")
    bring(trainee.context)
    code, drawn = card_of(trainee, hall)

    window = visitor(hall.live, hall.trainer, **PHONE, locale="fr", permissions=["camera"], reduced_motion="reduce")
    bring(window.context)
    page = window.page
    page.goto(hall.page("field_view"))
    page.locator("[data-kept-state][data-state=kept]").wait_for()
    fits(page)
    type_code(page, code)
    says(page, "refused", "Choisissez d’abord la demi-journée")

    window.context.set_offline(True)
    note(page, code, drawn)
    fits(page)
    assert hall.rows() == {}

    window.context.set_offline(False)
    page.click("[data-queue-send]")
    expect(page.locator("[data-queue-status]")).to_have_attribute("data-count", "0")
    assert hall.rows() == {
        "am/awa": ("done", 2),
        "am/fatou": ("done", 1),
        "am/khady": ("refused", 1),
        "pm/awa": ("done", 1),
        "stranger/am": ("waiting", 1),
    }
    with transaction(hall.live.parts.sessions, writes=False) as session:
        earned = dict(
            session.execute(select(Score.person_id, Score.earned).where(Score.person_id.in_(hall.trainees.values()))).all()
        )
        papers = session.scalars(select(Credential.person_id).where(Credential.person_id.in_(hall.trainees.values()))).all()
    assert earned == {hall.trainees["awa"]: 6.5, hall.trainees["fatou"]: 3.5, hall.trainees["khady"]: 0.0}
    assert papers == [hall.trainees["awa"]]

    settle(page, hall)
    trainee.page.reload()
    expect(trainee.page.locator(".attendance__sum")).to_have_text("6,5 من 6,5 ساعة")
    check_paper(page, hall, code, tmp_path)
    assert [one for one in window.complaints if "ERR_INTERNET_DISCONNECTED" not in one] == []
    assert trainee.complaints == []


def settle(page: Page, hall: Hall) -> None:
    """Look at the register, and say whose the unknown code was."""
    page.goto(hall.page("judge_view"))
    fits(page)
    awa = page.locator(".attendance-book__learner", has_text="Awa Diop")
    awa.locator("summary").click()
    expect(awa).to_contain_text("Noté 2 fois, compté une fois.")
    page.select_option(".attendance-strangers select", label="Khady Fall")
    page.click(".attendance-strangers__one > form button")
    expect(page.locator(".attendance-strangers")).to_have_count(0)
    assert hall.rows()["am/khady"] == ("done", 2)


def check_paper(page: Page, hall: Hall, code: str, folder: Path) -> None:
    """Check that the sheet and the cards come out whole, with codes that a scanner reads."""
    for query, marks in (("", 20), ("?record=cards", 3)):
        page.goto(hall.page("print_view", query))
        assert faults(page) == []
        made = folder / f"{marks}.pdf"
        page.pdf(path=made, prefer_css_page_size=True)
        document = pypdfium2.PdfDocument(made)
        assert len(document) == 1
        read = {
            one.text for one in zxingcpp.read_barcodes(document[0].render(scale=3).to_pil(), formats=zxingcpp.BarcodeFormat.QRCode)
        }
        assert code in read
        assert len(read) == len(hall.trainees)
        text = document[0].get_textpage().get_text_range()
        assert "Awa Diop" in text
        assert ("Feuille 1 sur 1" in text) == (marks == 20)
        document.close()
