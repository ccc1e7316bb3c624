"""What is made in the Studio goes out as OLX and comes back as it was: every node, every language, every file."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from lms_app.adapters.nodes import read_snapshot
from lms_app.adapters.picture_room import PictureRoom
from lms_app.domain.actors import SITE, Actor, Role
from lms_app.domain.content import Json
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.services.authoring import arranging, copying, creating, grading_policy, introducing, libraries, pictures, schedules
from lms_app.services.authoring.drafts import open_draft
from lms_app.services.authoring.editing import open_block, save_block
from lms_app.services.authoring.exporting import export_course
from lms_app.services.authoring.grading_policy import Kind, Policy
from lms_app.services.authoring.images import keep_file
from lms_app.services.authoring.importing import import_course
from lms_app.services.authoring.introducing import Introduction
from lms_app.services.authoring.schedules import LessonTimes, Timetable
from lms_app.services.authoring.translating.desk import open_desk
from lms_app.services.authoring.translating.writing import Told, add_language, keep_texts
from lms_app.storage.blobs import Blobs
from tests.course_files import TYPES

NOW = datetime(2026, 11, 1, tzinfo=UTC)
MARKUP = """>>Combien de voix ?<<

(x) Une {{Oui.}}
( ) Une par part

||Pensez aux principes.||

[explanation]
Une personne, une voix.
[explanation]
"""
TEXT = """<h3>La caisse</h3>
<p dir="rtl">نص &amp; "كلام" <strong>مهم</strong></p>
<div class="tk-callout tk-callout--note"><p>À retenir : 3 &lt; 4.</p></div>
<table><thead><tr><th scope="col">Mois</th></tr></thead><tbody><tr><td>Juin</td></tr></tbody></table>
<p><img src="/static/{path}" srcset="/static/{path} 480w" alt="Une caisse" width="480" height="300" loading="lazy"></p>"""


class Maker:
    """A trainer at work: each verb is one use case."""

    def __init__(self, session, people, blobs) -> None:
        self.session = session
        self.actor = Actor(PersonId(people.person(name_latin="Samira")), roles=frozenset({(Role.SITE_ADMIN, SITE)}))
        self.blobs = blobs
        self.key = CourseKey("")
        self.told = {"message": "", "now": NOW}

    def part(self, parent: str, title: str) -> BlockId:
        return arranging.add_part(self.session, self.actor, self.key, BlockId(parent), title=title, **self.told)

    def block(self, unit: str, kind: str, fields: dict[str, Json]) -> BlockId:
        made = arranging.add_block(self.session, self.actor, self.key, BlockId(unit), kind, title=f"Un {kind}", **self.told)
        self.save(made, fields)
        return made

    def save(self, block: BlockId, fields: dict[str, Json]) -> None:
        base = open_block(self.session, self.key, block, types=TYPES).base
        save_block(self.session, self.actor, self.key, block, base=base, changes=fields, types=TYPES, **self.told)

    def picture(self) -> str:
        drawn = io.BytesIO()
        Image.effect_noise((700, 440), 40).convert("RGB").save(drawn, "JPEG")
        room = PictureRoom()
        try:
            read = pictures.prepare(pictures.as_upload("Ma caisse.jpg", drawn.getvalue()), room=room, blobs=self.blobs)
        finally:
            room.close()
        return keep_file(self.session, self.actor, self.key, read, **self.told).path

    def translate_all(self, language: str) -> None:
        """Say every text again in a language, with a mark, on the desk."""
        add_language(self.session, self.actor, self.key, language, **self.told)
        seen = set()
        for page in range(1, 50):
            desk = open_desk(self.session, self.key, language, section="", show="left", search="", page=page)
            told = {
                sheet.block: {line.unit.path: Told(f"{language}: {line.unit.text}") for line in sheet.lines}
                for sheet in desk.sheets
            }
            told = {block: lines for block, lines in told.items() if block not in seen and lines}
            if not told:
                return
            seen |= told.keys()
            keep_texts(self.session, self.actor, self.key, language, told, **self.told)


@pytest.fixture
def maker(session, people, tmp_path) -> Maker:
    return Maker(session, people, Blobs(str(tmp_path / "blobs")))


def library(maker: Maker) -> tuple[CourseKey, list[str]]:
    """A library of two questions."""
    key = libraries.create_library(maker.session, maker.actor, title="Banque", language="fr", topic="Caisse", **maker.told)
    maker.key = key
    topic = next(iter(open_draft(maker.session, key).outline.of_type("vertical"))).id
    return key, [maker.block(topic, "problem", {"markdown": MARKUP}) for _ in range(2)]


def made(maker: Maker) -> None:
    """A course with a bit of all that the Studio makes."""
    bank, questions = library(maker)
    maker.key = creating.create_course(
        maker.session, maker.actor, title="Tenir la caisse", language="fr", with_lesson=True, now=NOW
    )
    outline = open_draft(maker.session, maker.key).outline
    chapter = outline.of_type("chapter")[0].id
    lesson = maker.part(chapter, 'Une "leçon" & <suite>')
    unit = maker.part(lesson, "Page")
    path = maker.picture()
    maker.block(unit, "html", {"data": TEXT.format(path=path)})
    maker.block(unit, "problem", {"markdown": MARKUP, "max_attempts": 2})
    maker.block(unit, "problem", {"data": '<problem><stringresponse answer="voix"><textline/></stringresponse></problem>'})
    maker.block(unit, "video", {"youtube_id_1_0": "dQw4w9WgXcQ", "html5_sources": ["https://example.org/a.mp4"]})
    maker.block(unit, "poll", {"question": "Pour ou contre ?", "answers": [["R", {"label": "Pour", "img": "", "img_alt": ""}]]})
    maker.block(unit, "word_cloud", {"instructions": "Trois mots"})
    libraries.draw(
        maker.session,
        maker.actor,
        maker.key,
        unit,
        library=bank,
        chosen=questions,
        count=1,
        title="Tirage",
        types=TYPES,
        **maker.told,
    )
    first = outline.of_type("sequential")[0].id
    copying.duplicate_block(maker.session, maker.actor, maker.key, chapter, first, title="Copie", **maker.told)
    arranging.move_block(maker.session, maker.actor, maker.key, chapter, lesson, step=-1, **maker.told)
    arranging.remove_block(maker.session, maker.actor, maker.key, chapter, first, **maker.told)
    settings(maker, lesson)
    for language in ("ar", "en"):
        maker.translate_all(language)


def settings(maker: Maker, lesson: BlockId) -> None:
    """Dates, the grading policy, the page about the course."""
    draft = open_draft(maker.session, maker.key)
    table = schedules.timetable_of(maker.session, draft)
    wanted = Timetable(opens=NOW, own_pace=True, lessons={lesson: LessonTimes(due=datetime(2027, 1, 1, tzinfo=UTC))})
    base = schedules.base_of(draft.outline, table)
    schedules.change_timetable(maker.session, maker.actor, maker.key, wanted, base=base, **maker.told)
    policy = Policy(
        kinds=(Kind("Exercices", 40, count=2, dropped=1), Kind("Épreuve", 60)), pass_mark=65, lessons={lesson: "Épreuve"}
    )
    base = grading_policy.base_of(open_draft(maker.session, maker.key).outline)
    grading_policy.change_policy(maker.session, maker.actor, maker.key, policy, base=base, **maker.told)
    said = introducing.introduction_of(maker.session, open_draft(maker.session, maker.key), "fr")
    new = Introduction("Bien tenir la caisse", "Un cours bref.", "<p>Pour les trésorières.</p>")
    introducing.change_introduction(maker.session, maker.actor, maker.key, new, language="fr", base=said.base, **maker.told)


def test_a_course_made_in_the_studio_comes_back_with_the_same_nodes_in_every_language(maker):
    made(maker)
    session, blobs = maker.session, maker.blobs
    before = read_snapshot(session, open_draft(session, maker.key).snapshot)
    assert set(before.overlays) == {"ar", "en"}
    other = CourseKey("course-v1:Back+Again+1")
    for language in ("fr", "ar", "en"):
        archive, problems = export_course(session, maker.key, blobs=blobs, types=TYPES, language=language)
        assert [(one.code, one.facts) for one in problems] == []
        wish = {"key": other} if language == "fr" else {"as_language": language, "of": other}
        report = import_course(session, archive, blobs=blobs, types=TYPES, now=NOW, actor=maker.actor, **wish)
        assert [(one.code, one.facts) for one in report.problems] == []

    after = read_snapshot(session, open_draft(session, other).snapshot)
    assert (after.root_hash, after.assets, after.policy) == (before.root_hash, before.assets, before.policy)
    assert dict(after.overlays) == dict(before.overlays)
    assert after == before
