"""A trainer judges one piece after the other with keys alone, in French at a desk, then writes to a learner, in Arabic on a phone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import BlockRecord, Course, Score
from lms_app.storage.transaction import transaction
from tests.journeys.axe import bring, faults
from tests.journeys.blocks.writing import write_course
from tests.live import Live, Visitor

BLOCK = "coop_evidence/visit"
EVIDENCE = """<coop_evidence url_name="visit" display_name="Visite" pieces="1" photos="0">
<prompt>Racontez une visite.</prompt><question id="next">Qu'ont décidé les membres ?</question></coop_evidence>"""
NAMES = ("Amina", "Brahim", "Zineb")


def test_one_piece_after_the_other_and_a_word_to_who_is_silent(live: Live, visitor: Callable[..., Visitor], tmp_path: Path) -> None:
    key = live.course(write_course(tmp_path / "course", {"field": EVIDENCE}, name="Desk"))
    with transaction(live.parts.sessions, writes=False) as session:
        number = session.scalar(select(Course.id).where(Course.key == key))
    assert number
    cohort = live.people.cohort(number, name="Souss")
    learners = [
        live.people.learner(number, cohort, name_latin=name, name_arabic="أمينة", language="ar", phone="+212612345678")
        for name in NAMES
    ]
    _hand_in(live, number, learners)
    desk = visitor(live, live.people.trainer(number, language="fr"), viewport={"width": 1280, "height": 800}, locale="fr")
    place = Place(PlaceKind.COHORT, cohort)
    phone = visitor(
        live, live.people.person(Role.TRAINER, place, language="ar"), viewport={"width": 360, "height": 740}, locale="ar"
    )
    for window in (desk, phone):
        bring(window.context)

    _judge_all_with_keys(desk.page, live)
    _write_to_a_learner(phone.page, live, key)
    with transaction(live.parts.sessions, writes=False) as session:
        states = session.scalars(select(BlockRecord.state).where(BlockRecord.course_id == number)).all()
        earned = session.scalars(select(Score.earned).where(Score.course_id == number)).all()
    assert (list(states), list(earned)) == (["done"] * 3, [1.0] * 3)
    assert desk.complaints + phone.complaints == []


def _judge_all_with_keys(page: Page, live: Live) -> None:
    """Accept three pieces of evidence; the next one comes by itself, without the page being loaded again."""
    page.goto(f"{live.site}/teaching")
    expect(page.locator(".tk-nav-count")).to_contain_text("3")
    page.locator(".td-head a").focus()
    page.keyboard.press("Enter")
    heading = page.locator(".td-whose h1")
    expect(heading).to_have_text("Amina")
    page.wait_for_load_state()  # the keys are listened to from then on
    assert faults(page) == []
    page.keyboard.press("Alt+n")
    expect(heading).to_have_text("Brahim")
    page.wait_for_load_state()
    page.keyboard.press("Alt+p")
    expect(heading).to_have_text("Amina")
    page.wait_for_load_state()
    page.evaluate("window.isTheSamePage = true")
    for following in ("Brahim", "Zineb"):
        page.keyboard.press("Alt+j")
        page.wait_for_function("document.activeElement.closest('.td-work form') !== null")
        page.locator("[data-decision=accepted] [type=submit]").press("Enter")
        expect(heading).to_have_text(following)
        expect(heading).to_be_focused()
        expect(page.locator(".td-work [data-decision=accepted]")).to_be_visible()
    assert page.evaluate("window.isTheSamePage") is True
    expect(page.locator(".td-left")).to_contain_text("1")
    page.locator("[data-decision=accepted] [type=submit]").press("Enter")
    expect(page.locator("p[data-said]")).to_contain_text("Plus rien")
    page.keyboard.press("Alt+l")
    expect(page.locator(".tk-empty")).to_be_visible()
    expect(page.locator(".tk-nav-count")).to_have_count(0)
    assert faults(page) == []


def _write_to_a_learner(page: Page, live: Live, key: str) -> None:
    """Open a ready message with one tap, change it, and see the links carry what was typed."""
    page.goto(f"{live.site}/teaching/{key}/learners")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    with page.expect_navigation():
        page.locator(".td-acts button").first.click()
    text = page.locator("textarea[name=text]")
    assert text.get_attribute("dir") == "rtl"
    text.fill("موعدنا يوم الثلاثاء & شكرا")
    link = page.locator("a[href^='https://wa.me/']")
    expect(link).to_have_attribute("href", "https://wa.me/212612345678?text=" + _quoted("موعدنا يوم الثلاثاء & شكرا"))
    assert unquote(page.locator("a[href^='sms:']").get_attribute("href") or "").endswith("شكرا")
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def _quoted(text: str) -> str:
    return "".join(
        letter if letter.isascii() and letter.isalnum() else "".join(f"%{byte:02X}" for byte in letter.encode()) for letter in text
    )


def _hand_in(live: Live, course: int, learners: list[int]) -> None:
    now = live.parts.clock()
    with transaction(live.parts.sessions) as session:
        for days, person in zip((3, 2, 1), learners, strict=True):
            at = now - timedelta(days=days)
            told = {"facts": {"answers": {"next": "Un cahier de caisse."}}, "at": at.isoformat(), "said": []}
            session.add(
                BlockRecord(
                    course_id=course,
                    block_id=BLOCK,
                    key=f"piece/{person}/1",
                    kind="evidence",
                    state="waiting",
                    learner_id=person,
                    author_id=person,
                    version=1,
                    data={"rounds": [told]},
                    created_at=at,
                    updated_at=at,
                )
            )
