"""Takes the pictures of what people judge: the four blocks as a trainee and a trainer meet them on a phone, and the teaching desk.

The trainees learn in a cohort of the tour; its trainer judges them. Each picture of a block is two pieces of pages side by side.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import Course
from lms_app.storage.transaction import transaction
from tests.journeys.block_pictures import PHONE, TALL, TOUR, Sitting, keep, side_by_side
from tests.live import Live

LARGEST = 120 * 1024
DESK = {"width": 1000, "height": 700}
NAMES = (
    ("أمينة واعزيز", "Amina Ouaziz"),
    ("إبراهيم أيت علي", "Brahim Aït Ali"),
    ("خديجة المنصوري", "Khadija Mansouri"),
    ("عوا ديوب", "Awa Diop"),
    ("زينب العلوي", "Zineb Alaoui"),
)
WORDS: Mapping[str, Mapping[str, str]] = {
    "ar": {
        "cohort": "سوس 2026",
        "plan": "الهدف: في نهاية الحصة تعد كل عضوة مال الصندوق وتقارنه بالدفتر.\n\n"
        "1. حكاية الصندوق الفارغ (5 دقائق)\n2. تمرين بالحصى والأوراق (12 دقيقة)\n"
        "3. القاعدة في جملة (5 دقائق)\n4. ماذا سنفعل يوم السوق؟ (8 دقائق)",
        "heard": "«في النهاية ستعرفون كيف تعدون الصندوق»",
        "place": "دوار تاكموت",
        "cooperative": "تعاونية تماينوت",
        "told": "دفتر للصندوق يُملأ كل مساء: خديجة تكتب، وعائشة تعد معها، ابتداء من الاثنين.",
    },
    "fr": {
        "cohort": "Souss 2026",
        "plan": "À la fin, chaque membre compte la caisse et compare avec le livre.\n\n"
        "1. L’histoire de la caisse vide (5 min)\n2. Exercice avec des cailloux (12 min)\n"
        "3. La règle en une phrase (5 min)\n4. Que ferons-nous le jour du marché ? (8 min)",
        "heard": "« À la fin, vous saurez compter la caisse »",
        "place": "Douar Takmout",
        "cooperative": "Coopérative Tamaynut",
        "told": "Un cahier de caisse rempli chaque soir : Khadija écrit, Aïcha compte avec elle, dès lundi.",
    },
}


@dataclass
class Cast:
    """A cohort, its trainer, and somebody's phone for each of them."""

    live: Live
    browser: Browser
    language: str
    trainees: list[int]
    trainer: int

    @property
    def words(self) -> Mapping[str, str]:
        """What is typed here."""
        return WORDS[self.language]

    def sit(self, person: int, *, screen: Mapping[str, int] = PHONE) -> Sitting:
        """Put somebody in front of a screen."""
        context = self.browser.new_context(viewport=dict(screen), reduced_motion="reduce", locale=self.language)
        context.add_cookies([{"name": "takwin", "value": self.live.people.cookie(person), "url": self.live.site, "httpOnly": True}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        return Sitting(self.live, page, self.language)

    def work(self, at: Sitting, view: str, block: str) -> Page:
        """Open a page that a block has beside its unit."""
        at.page.goto(f"{self.live.site}/courses/{TOUR}/views/{view}/{block}")
        at.page.wait_for_load_state("networkidle")
        return at.page


def _rubric(cast: Cast) -> list[Image.Image]:
    for person in cast.trainees[:3]:
        trainee = cast.sit(person)
        trainee.open("rubric-session-plan")
        trainee.page.fill("[name=answer-text]", cast.words["plan"])
        if person == cast.trainees[0]:
            first = trainee.pane(trainee.root, TALL)
        trainee.send(trainee.root.locator("button[value=hand_in]"))
        trainee.page.context.close()
    trainer = cast.sit(cast.trainer)
    trainer.open("rubric-session-plan")
    trainer.root.locator(".rubric__queue a").first.click()
    trainer.page.wait_for_load_state("networkidle")
    for criterion, level in zip(trainer.root.locator("[data-criterion]").all(), (3, 4, 2, 3, 3, 2), strict=False):
        criterion.locator("input[type=radio]").nth(level - 1).check(force=True)
    return [first, trainer.pane(trainer.root.locator(".rubric__judge"), TALL)]


def _observation(cast: Cast) -> list[Image.Image]:
    trainer = cast.sit(cast.trainer)
    page = cast.work(trainer, "field_view", "coop_observation/observation-teach-back")
    page.locator(f".obs-person:has(input[value='{cast.trainees[0]}'])").click()
    page.click("[data-next]")
    page.click("[data-start]")
    page.locator("[data-item]:visible .obs-level").nth(2).click()
    page.locator("[data-item]:visible [data-note]").fill(cast.words["heard"])
    page.evaluate("scrollTo(0, 0)")  # the bar stands where it begins, not over the item
    first = trainer.pane(page.locator(".obs-bar"), TALL)
    page.click("[data-mode]")
    for number, level in enumerate("212212221222"):
        page.locator("[data-item]").nth(number).locator(".obs-level").nth(int(level)).click()
    with page.expect_response(lambda answer: "/replay" in answer.url):
        page.click("[data-send]")
    trainer.open("observation-teach-back")
    page.locator(".obs-overview a").first.click()
    page.wait_for_load_state("networkidle")
    trainer.send(page.locator("form[data-coop-form=publish_result] button"))
    trainee = cast.sit(cast.trainees[0])
    trainee.open("observation-teach-back")
    return [first, trainee.pane(trainee.root, TALL)]


def _evidence(cast: Cast) -> list[Image.Image]:
    trainee = cast.sit(cast.trainees[1])
    page = cast.work(trainee, "field_view", "coop_evidence/evidence-portfolio")
    told = {
        "date": "2026-10-10",
        "place": cast.words["place"],
        "cooperative": cast.words["cooperative"],
        "w-18-35": "7",
        "m-36-59": "3",
    }
    for name, text in told.items():
        page.fill(f"[name='answer-{name}']", text)
    for area in page.locator("textarea[name^='answer-q-']").all():
        area.fill(cast.words["told"])
    first = trainee.pane(page.locator(".evidence__form"), TALL)
    page.set_input_files("[name=photo-1]", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": _ledger()})
    page.locator("[data-preview][data-state=ready]").wait_for()
    page.check("[name=answer-how][value=nobody]")
    with page.expect_response(lambda answer: "/replay" in answer.url):
        page.click(".evidence__send button")
    trainer = cast.sit(cast.trainer)
    trainer.open("evidence-portfolio")
    trainer.page.locator(".evidence__link").first.click()
    trainer.page.wait_for_load_state("networkidle")
    return [first, trainer.pane(trainer.page.locator("[data-coop=evidence]"), TALL)]


def _ledger() -> bytes:
    """Return a picture of a cash book on a table."""
    picture = Image.new("RGB", (1200, 900), "#8a6a48")
    draw = ImageDraw.Draw(picture)
    draw.polygon([(170, 130), (1010, 90), (1080, 780), (120, 800)], fill="#f4efe2")
    draw.line([(590, 110), (600, 790)], fill="#c9bfa6", width=6)
    for row in range(11):
        y = 190 + row * 52
        draw.line([(190, y), (1030, y - 22)], fill="#9fb4c7", width=3)
        if row % 3:
            draw.line([(240, y - 16), (300 + row * 17, y - 20)], fill="#2a3a5c", width=7)
            draw.line([(660, y - 28), (720 + row * 9, y - 31)], fill="#2a3a5c", width=7)
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=88)
    return made.getvalue()


def _attendance(cast: Cast) -> list[Image.Image]:
    trainee = cast.sit(cast.trainees[0])
    trainee.open("attendance-two-days")
    first = trainee.pane(trainee.page.locator(".attendance__card"), TALL)
    trainer = cast.sit(cast.trainer)
    page = cast.work(trainer, "field_view", "coop_attendance/attendance-two-days")
    page.locator("input[name=slot]").first.check(force=True)
    for row in page.locator("[data-learner]").all()[:3]:
        row.locator("button").first.click()
    page.wait_for_timeout(300)
    return [first, trainer.pane(page.locator(".attendance-counts"), TALL)]


def _desk(cast: Cast) -> list[Image.Image]:
    at = cast.sit(cast.trainer, screen=DESK)
    at.page.goto(f"{cast.live.site}/teaching")
    at.page.wait_for_load_state("networkidle")
    return [Image.open(io.BytesIO(at.page.screenshot()))]


PICTURES: Mapping[str, Callable[[Cast], list[Image.Image]]] = {
    "rubric": _rubric,
    "observation": _observation,
    "evidence": _evidence,
    "attendance": _attendance,
    "desk": _desk,
}
"""In this order: what the first leave waiting is what the desk shows."""


def take(chromium: Browser, live: Live, folder: Path) -> None:
    """Write a picture of each, in both languages."""
    with transaction(live.parts.sessions, writes=False) as session:
        course = session.scalars(select(Course.id).where(Course.key == TOUR)).one()
    for language, words in WORDS.items():
        cohort = live.people.cohort(course, name=words["cohort"])
        trainees = [
            live.people.learner(course, cohort, name_arabic=arabic, name_latin=latin, language=language) for arabic, latin in NAMES
        ]
        place = Place(PlaceKind.COHORT, cohort)
        trainer = live.people.person(Role.TRAINER, place, name_arabic="سميرة العلمي", name_latin="Samira Alami", language=language)
        cast = Cast(live, chromium, language, trainees, trainer)
        for name, taken in PICTURES.items():
            keep(side_by_side(taken(cast), from_right=language == "ar"), folder / f"{name}-{language}.png", largest=LARGEST)
