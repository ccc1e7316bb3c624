"""From nothing to a course that is taken, corrected and taken on: a trainer makes it, translates it, publishes; a learner keeps all."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points

import pytest
from lxml import etree
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms_app.domain.actors import Role
from lms_app.domain.keys import CourseKey
from lms_app.model import BlockState, Score
from lms_app.storage.transaction import transaction
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import Content
from tests.journeys import trainer
from tests.live import Live, Visitor
from tests.xblocks.answering import EXAMPLES, WORDS, Hand, answer, shown

PHONE = {"viewport": {"width": 360, "height": 740}}
LAPTOP = {"viewport": {"width": 1280, "height": 800}}
BLOCKS = {entry.name: entry.load() for entry in entry_points(group="xblock.v1") if entry.name.startswith("coop_")}
OTHER = {"ar": "fr", "fr": "ar"}
TITLES = {
    "fr": {
        "course": "Bien tenir la caisse",
        "chapter": "La caisse",
        "first": "Compter ensemble",
        "second": "Le mois",
        "unit": "Page",
    },
    "ar": {"course": "مسك الصندوق جيدا", "chapter": "الصندوق", "first": "نعد معا", "second": "الشهر", "unit": "صفحة"},
}
TYPO = {"fr": "Combien de voix a chaque membbre ?", "ar": "كم صوتتا لكل عضو؟"}


@dataclass
class Made:
    """The course that the trainer made."""

    key: CourseKey
    lesson: str
    """The first."""
    units: tuple[str, str]
    blocks: dict[str, str]
    """Kind → block id."""
    prompt: str
    """Key of the quiz's first question among its texts."""


def example(kind: str, language: str) -> Content:
    return read_content(BLOCKS[kind].schema, etree.fromstring(EXAMPLES[language][kind]))


def build(page: Page, site: str, language: str) -> Made:
    """Two lessons: a quiz (with a mistake in it) and a scenario in the first, a worksheet in the second."""
    titles = TITLES[language]
    course = trainer.new_course(page, site, titles["course"], language)
    chapter = trainer.add_part(page, titles["chapter"])
    lessons = [trainer.add_part(page, titles[lesson], below=chapter) for lesson in ("first", "second")]
    units = [trainer.add_part(page, f"{titles['unit']} {number}", below=lesson) for number, lesson in enumerate(lessons, 1)]
    blocks: dict[str, str] = {}
    prompt = ""
    for unit, kinds in zip(units, (("coop_quiz", "coop_scenario"), ("coop_worksheet",)), strict=True):
        trainer.open_unit(page, site, course, unit)
        for kind in kinds:
            content = example(kind, language)
            if kind == "coop_quiz":
                wrong = {key: TYPO[language] if text == WORDS[language]["prompt"] else text for key, text in content.texts.items()}
                content = Content(structure=content.structure, texts=wrong)
            attributes = etree.fromstring(EXAMPLES[language][kind]).attrib
            settings = {name: str(attributes[name]) for name in BLOCKS[kind].settings_in_form if name in attributes}
            blocks[kind], made = trainer.write_block(page, kind, BLOCKS[kind].schema, content, settings)
            if kind == "coop_quiz":
                prompt = next(key for key, text in made.texts.items() if text == TYPO[language])
    return Made(CourseKey(course), lessons[0], (units[0], units[1]), blocks, prompt)


def correct(page: Page, site: str, made: Made, language: str) -> None:
    """Mend the mistake where it stands, in the open unit."""
    trainer.open_unit(page, site, made.key, made.units[0])
    quiz = made.blocks["coop_quiz"]
    page.locator(f"[data-piece='{quiz}'] [data-edit]").click()
    form = page.locator(f"[data-editor='{quiz}'] form[data-coop-studio][data-started]")
    prompt = form.locator("[data-text=prompt]").first
    expect(prompt).to_have_value(TYPO[language])
    if not prompt.is_visible():
        form.locator("li[data-part] > details > summary").first.click()
    prompt.fill(WORDS[language]["prompt"])
    with page.expect_response(lambda told: "studio_submit" in told.url):
        form.locator("[type=submit]").click()
    expect(page.locator(f"[data-piece='{quiz}']")).to_contain_text(WORDS[language]["prompt"])


def take(hand: Hand, site: str, made: Made) -> dict[str, str]:
    """Answer everything; return what each block then shows."""
    seen = {}
    for unit, kinds in zip(made.units, (("coop_quiz", "coop_scenario"), ("coop_worksheet",)), strict=True):
        hand.page.goto(f"{site}/courses/{made.key}/unit/{unit}")
        for kind in kinds:
            answer(hand, kind)
            seen[kind] = " ".join(shown(hand, kind).split())
    return seen


def kept(live: Live, person: int) -> tuple[list[tuple[str, float, float]], list[tuple[str, int, dict]]]:
    """What is stored of a learner: points by block, and each block's state with its version."""
    with transaction(live.parts.sessions, writes=False) as session:
        scores = session.execute(select(Score.block_id, Score.earned, Score.possible).where(Score.person_id == person)).all()
        states = session.execute(
            select(BlockState.block_id, BlockState.version, BlockState.state).where(BlockState.person_id == person)
        ).all()
    return sorted(tuple(row) for row in scores), sorted((tuple(row) for row in states), key=lambda row: row[0])


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_a_course_is_made_translated_published_taken_corrected_and_nothing_is_lost(live: Live, visitor, language: str) -> None:
    author: Visitor = visitor(live, live.people.person(Role.SITE_ADMIN, language=language), **LAPTOP, locale=language)
    made = build(author.page, live.site, language)
    other = OTHER[language]
    trainer.add_language(author.page, live.site, made.key, other)
    trainer.translate(
        author.page, live.site, made.key, other, ("course/course", "course/course"), {"display_name": TITLES[other]["course"]}
    )
    words = {f"texts:{made.prompt}": WORDS[other]["prompt"]}
    trainer.translate(author.page, live.site, made.key, other, (made.lesson, made.blocks["coop_quiz"]), words)
    trainer.publish(author.page, live.site, made.key)

    learner: Visitor = visitor(live, live.learner(made.key, language=language), **PHONE, locale=language)
    hand = Hand(learner.page, language)
    seen = take(hand, live.site, made)
    before = kept(live, learner.person)
    assert [earned == possible > 0 for _, earned, possible in before[0]] == [True, True, True]
    assert {block for block, _, _ in before[1]} == set(made.blocks.values())
    reading = live.learner(made.key, language=other)
    neighbour: Visitor = visitor(live, reading, **PHONE, locale=other)
    neighbour.page.goto(f"{live.site}/courses/{made.key}/unit/{made.units[0]}")
    expect(neighbour.page.locator("[data-coop=quiz]")).to_contain_text(WORDS[other]["prompt"])

    correct(author.page, live.site, made, language)
    learner.page.goto(f"{live.site}/courses/{made.key}/unit/{made.units[0]}")
    expect(learner.page.locator("[data-coop=quiz]")).to_contain_text(TYPO[language])
    trainer.publish(author.page, live.site, made.key)

    learner.page.reload()
    expect(learner.page.locator("[data-coop=quiz]")).to_contain_text(WORDS[language]["prompt"])
    for unit, kinds in zip(made.units, (("coop_quiz", "coop_scenario"), ("coop_worksheet",)), strict=True):
        learner.page.goto(f"{live.site}/courses/{made.key}/unit/{unit}")
        for kind in kinds:
            now = " ".join(shown(hand, kind).split())
            assert now.replace(WORDS[language]["prompt"], TYPO[language]) == seen[kind]
    assert kept(live, learner.person) == before
    assert learner.complaints == []
    assert [one for one in author.complaints if not (one.startswith("422 ") and "/handler/studio_preview" in one)] == []
