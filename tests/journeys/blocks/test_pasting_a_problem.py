"""A trainer pastes a problem of Open edX into the form of a quiz, sees what is lost, and saves."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from lms_app.domain.actors import Role
from tests.journeys.blocks.writing import write_course
from tests.live import Live

QUIZ = """<coop_quiz url_name="pasted" display_name="Vote"><question id="votes"><prompt>Combien de voix ?</prompt>
<choice id="one" correct="true" picture="/static/one.svg">Une<alt>Une main</alt></choice>
<choice id="ten">Dix</choice></question></coop_quiz>"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><path d="M0 0h9"/></svg>'
PROBLEM = """<problem><choiceresponse><label>Quels organes ?</label><checkboxgroup>
<choice correct="true">Assemblée</choice><choice correct="false">Client<choicehint selected="false">Bien vu</choicehint></choice>
</checkboxgroup></choiceresponse></problem>"""


@pytest.fixture(scope="module")
def address(live: Live, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page where the quiz is written."""
    folder = tmp_path_factory.mktemp("pasting") / "course"
    course = live.course(write_course(folder, {"unit": QUIZ}, name="Pasting", files={"one.svg": PICTURE}))
    return f"{live.site}/studio/{course}/block/coop_quiz/pasted"


@pytest.mark.parametrize(("language", "opened"), [("fr", "Coller un problème d’Open edX"), ("ar", "إلصاق تمرين من Open edX")])
def test_its_questions_come_into_the_form(live, visitor, address: str, language: str, opened: str) -> None:
    window = visitor(live, live.people.person(Role.SITE_ADMIN, language=language), locale=language)
    page = window.page
    page.goto(address)
    page.get_by_text(opened).click()
    page.locator("textarea[name=problem]").fill("<problem>")
    page.locator("form[data-coop-pasting] button").click()
    expect(page.locator("[data-said]")).to_have_attribute("data-state", "error")
    before = page.locator("[data-list=questions] > ol > li").count()
    page.locator("textarea[name=problem]").fill(PROBLEM)
    page.locator("form[data-coop-pasting] button").click()
    expect(page.locator("[data-list=questions] > ol > li")).to_have_count(before + 1)
    expect(page.locator("[data-lost] li")).to_have_count(1)
    with page.expect_event("load"):  # the studio shows the page again once all is saved
        page.locator("form[data-coop-studio] [type=submit]").click()
    expect(page.locator("form[data-coop-studio] [data-field=picture]").first).to_have_value("/static/one.svg")
    expect(page.locator("[data-list=questions] > ol > li")).to_have_count(before + 1)
    assert page.locator(".coop-studio").count() == 1
    assert [one for one in window.complaints if "422" not in one] == []  # the first thing pasted was no problem
