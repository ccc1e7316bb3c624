"""Each of our blocks, from an empty form to an answer that is there tomorrow: in Arabic and French, on a small phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

import pytest
from lxml import etree
from sqlalchemy import select

from lms_app.domain.actors import Actor, Role
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.model import Score
from lms_app.services.authoring.arranging import add_part
from lms_app.services.authoring.creating import create_course
from lms_app.services.authoring.editing import open_block
from lms_app.storage.transaction import transaction
from takwin_xblocks.contract.judged import JudgedBlock
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import Content
from tests.journeys import trainer
from tests.journeys.axe import bring, faults
from tests.live import Live, Visitor
from tests.xblocks.answering import EXAMPLES, GRADED, Hand, answer, shown

PHONE = {"viewport": {"width": 360, "height": 740}}
BLOCKS = {
    entry.name: entry
    for entry in entry_points(group="xblock.v1")
    if entry.name.startswith("coop_") and not issubclass(entry.load(), JudgedBlock)
}
"""Those that a learner answers alone; those that people judge have journeys of their own."""
LANGUAGES = ("ar", "fr")


@dataclass
class Written:
    """A block that a trainer wrote and published."""

    course: CourseKey
    block: BlockId
    unit: str
    """The address of the unit that holds it."""
    content: Content
    """What was written, with the ids that the form gave."""


@pytest.fixture(scope="module")
def written() -> dict[tuple[str, str], Written]:
    """What was written so far: the learners of the next tests find it."""
    return {}


every_block = pytest.mark.parametrize("name", sorted(BLOCKS))
every_language = pytest.mark.parametrize("language", LANGUAGES)


def content_of(name: str, language: str) -> Content:
    """Return the example of a block."""
    return read_content(BLOCKS[name].load().schema, etree.fromstring(EXAMPLES[language][name]))


def new_unit(live: Live, author: int, name: str, language: str) -> tuple[CourseKey, BlockId]:
    """Make a course with one empty unit in it; return both."""
    actor, told = Actor(PersonId(author)), {"message": "", "now": live.parts.clock()}
    with transaction(live.parts.sessions) as session:
        course = create_course(session, actor, title=f"{name} {language}", language=language, now=live.parts.clock())
        held = BlockId("course/course")
        for _level in ("chapter", "lesson", "unit"):
            held = add_part(session, actor, course, held, title="Essai", **told)
    return course, held


def settings_of(name: str, language: str) -> dict[str, str]:
    """Return the settings that the form of an example takes."""
    attributes = etree.fromstring(EXAMPLES[language][name]).attrib
    return {key: str(attributes[key]) for key in BLOCKS[name].load().settings_in_form if key in attributes} | {
        "display_name": {"ar": "تمرين صغير", "fr": "Petit exercice"}[language]
    }


def write_block(live: Live, window: Visitor, name: str, language: str) -> Written:
    """Write a block through its form, as a trainer, and publish it."""
    page, schema = window.page, BLOCKS[name].load().schema
    course, unit = new_unit(live, window.person, name, language)
    trainer.open_unit(page, live.site, course, unit)
    block, content = trainer.write_block(page, name, schema, content_of(name, language), settings_of(name, language))
    trainer.publish(page, live.site, course)
    return Written(course, BlockId(block), f"{live.site}/courses/{course}/unit/{unit}", content)


def written_for(
    live: Live, visitor: Callable[..., Visitor], written: dict[tuple[str, str], Written], name: str, language: str
) -> Written:
    """Return a block as the test before left it; where that was on other ground, it is written again."""
    if (name, language) not in written:
        author = visitor(live, live.people.person(Role.SITE_ADMIN, language=language), **PHONE, locale=language)
        written[name, language] = write_block(live, author, name, language)
    return written[name, language]


@every_language
@every_block
def test_a_trainer_writes_it_without_touching_xml(live, visitor, written, name: str, language: str) -> None:
    window = visitor(live, live.people.person(Role.SITE_ADMIN, language=language), **PHONE, locale=language)
    made = written[name, language] = write_block(live, window, name, language)
    with transaction(live.parts.sessions, writes=False) as session:
        fields = open_block(session, made.course, made.block, types=live.parts.host.types).fields
    assert (fields["structure"], fields["texts"]) == (made.content.structure, made.content.texts)
    bring(window.context)
    window.page.goto(f"{live.site}/studio/{made.course}/block/{made.block}")
    assert faults(window.page) == []
    # A slow hand lets the preview ask about what is half written: that it is refused in words is right.
    assert [each for each in window.complaints if not (each.startswith("422 ") and "/handler/studio_preview" in each)] == []


def learner_in(live: Live, visitor: Callable[..., Visitor], made: Written, language: str, **options: Any) -> Visitor:
    """Open the unit as a new learner of the course."""
    window = visitor(live, live.learner(made.course, language=language), **PHONE, locale=language, **options)
    bring(window.context)
    window.page.goto(made.unit)
    return window


def without_what_changes(text: str) -> str:
    """Return a page's text without white space, which a new rendering may put elsewhere."""
    return re.sub(r"\s+", " ", text).strip()


def check_kept(live: Live, window: Visitor, made: Written, hand: Hand, name: str) -> None:
    """Check that the answer was graded, and that it is there when the page is opened again."""
    after = without_what_changes(shown(hand, name))
    window.page.reload()
    assert without_what_changes(shown(hand, name)) == after
    with transaction(live.parts.sessions, writes=False) as session:
        found = session.execute(select(Score.earned, Score.possible).where(Score.person_id == window.person)).all()
    assert [earned == possible > 0 for earned, possible in found] == [True] * (name in GRADED)


@every_language
@every_block
def test_a_learner_answers_by_keyboard_alone(live, visitor, written, name: str, language: str) -> None:
    made = written_for(live, visitor, written, name, language)
    window = learner_in(live, visitor, made, language)
    assert faults(window.page) == []
    hand = Hand(window.page, language, by_keyboard=True)
    answer(hand, name)
    assert faults(window.page) == []
    assert window.page.evaluate("document.documentElement.scrollWidth") <= PHONE["viewport"]["width"]
    check_kept(live, window, made, hand, name)
    assert window.complaints == []


@every_block
def test_a_learner_answers_without_script(live, visitor, written, name: str) -> None:
    language = "ar"  # other digits, and the other direction
    made = written_for(live, visitor, written, name, language)
    window = learner_in(live, visitor, made, language, java_script_enabled=False)
    hand = Hand(window.page, language, has_script=False)
    answer(hand, name)
    check_kept(live, window, made, hand, name)
