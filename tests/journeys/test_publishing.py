"""A trainer changes a text and a right answer, looks at what differs, tries it in a phone, publishes one lesson, and goes back."""

from __future__ import annotations

import re

from sqlalchemy import select

from lms_app.adapters.nodes import load_content
from lms_app.domain.edits import Edit
from lms_app.model import Course, Score, TrialState
from lms_app.services.authoring.drafts import commit, hold_draft, with_edit
from lms_app.services.authoring.importing import import_course
from lms_app.storage.transaction import transaction
from tests.course_files import write_folder
from tests.live import Live

KEY = "course-v1:Takwin+PUBLIER+2026"
QUIZ = """<coop_quiz url_name="quiz" display_name="Les voix" max_attempts="3">
  <question kind="single" id="voix"><prompt>Combien de voix a un membre qui détient dix parts ?</prompt>
  <choice id="une">Une seule</choice><choice id="dix" correct="true">Dix</choice></question></coop_quiz>"""
FILES = {
    "course.xml": '<course url_name="2026" org="Takwin" course="PUBLIER"/>',
    "course/2026.xml": '<course display_name="Publier" language="fr" start="2026-01-01T00:00:00Z">'
    '<chapter display_name="Chapitre" url_name="c"><sequential url_name="un" display_name="Première leçon">'
    f'<vertical url_name="v1" display_name="Les voix">{QUIZ}</vertical></sequential>'
    '<sequential url_name="deux" display_name="Seconde leçon"><vertical url_name="v2" display_name="Le lait">'
    '<html url_name="lait" display_name="Le lait"><![CDATA[<p>Trente litres de lait par jour.</p>]]></html>'
    "</vertical></sequential></chapter></course>",
}  # fmt: skip


def test_one_lesson_is_published_after_a_look_and_a_trial(live: Live, visitor, tmp_path):
    course, trainer = _course(live, tmp_path)
    window = visitor(live, trainer, viewport={"width": 1280, "height": 800}, locale="fr-FR")
    page, home = window.page, f"{live.site}/studio/{KEY}"

    page.goto(f"{home}/changes")
    parts = page.locator("[data-part]")
    assert parts.count() == 2
    assert parts.nth(0).locator("del, ins").all_inner_texts() == ["Dix", "Une seule"]
    assert [one.strip() for one in parts.nth(1).locator("del, ins").all_inner_texts()] == ["Trente", "Quarante"]

    page.goto(f"{home}/try?unit=vertical/v1")
    phone = page.frame_locator("iframe")
    phone.get_by_label("Une seule").check()
    phone.locator("form[data-coop-form] [type=submit]").first.click()
    phone.locator("[data-state=correct], .coop-quiz__mark").first.wait_for()
    assert page.locator("iframe").bounding_box()["width"] == 380  # 360 and the phone's own edge
    assert _rows(live, course) == (1, 0)

    page.goto(f"{home}/changes")
    page.locator("input[name=part]").first.check()
    page.locator("[data-ticked]").filter(has_text=re.compile(r"\S")).wait_for()
    with page.expect_navigation():
        page.locator("button[value=parts]").click()

    learner = visitor(live, live.people.learner(course, language="fr"))
    learner.page.goto(f"{live.site}/courses/{KEY}/unit/vertical/v2")
    assert learner.page.locator("main").inner_text().count("Trente litres") == 1
    learner.page.goto(f"{live.site}/courses/{KEY}/unit/vertical/v1")
    learner.page.get_by_label("Une seule").check()
    learner.page.locator("form[data-coop-form] [type=submit]").first.click()
    learner.page.locator(".coop-quiz__mark").first.wait_for()
    assert _rows(live, course) == (1, 1)

    page.goto(f"{home}/history")
    assert page.locator(".st-lines li").count() == 3
    with page.expect_navigation():
        page.locator("form[action$='/undo'] button").click()
    page.goto(f"{home}/changes")
    assert [one.strip() for one in page.locator("del, ins").all_inner_texts()] == ["Une seule", "Dix"]
    assert window.complaints + learner.complaints == []


def _course(live: Live, tmp_path) -> tuple[int, int]:
    """Publish the course, change a right answer in one lesson and a word in the other; return it and its trainer."""
    here = live.parts
    folder = write_folder({name: text.encode() for name, text in FILES.items()}, tmp_path / "in")
    with transaction(here.sessions) as session:
        report = import_course(session, folder, blobs=here.blobs, types=here.host.types, now=here.clock(), publish=True)
        assert not report.is_refused, report
        draft = hold_draft(session, KEY)
        blocks = load_content(session, draft.snapshot).blocks
        quiz, milk = blocks["coop_quiz/quiz"].fields, blocks["html/lait"].fields
        question = quiz["structure"]["questions"][0]
        choices = [{**one, "correct": one["id"] == "une"} for one in question["choices"]]
        edit = Edit(
            fields={
                "coop_quiz/quiz": {**quiz, "structure": {**quiz["structure"], "questions": [{**question, "choices": choices}]}},
                "html/lait": {**milk, "data": milk["data"].replace("Trente", "Quarante")},
            }
        )
        commit(session, draft, with_edit(session, draft, edit, now=here.clock()), author=None, message="Corrigé", now=here.clock())
        course = session.scalar(select(Course.id).where(Course.key == KEY))
    assert course
    return course, live.people.trainer(course, language="fr")


def _rows(live: Live, course: int) -> tuple[int, int]:
    """Return how much is kept of trials, and how much of learners."""
    with transaction(live.parts.sessions, writes=False) as session:
        trials = session.scalars(select(TrialState).where(TrialState.course_id == course)).all()
        return len(trials), len(session.scalars(select(Score).where(Score.course_id == course)).all())
