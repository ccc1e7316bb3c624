"""A trainer who types little: a course from the template, the grading watched while it moves, three people from a list."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from lms_app.domain.actors import SITE, Role

LIST = "Nom;Téléphone;Courriel\nFatima Zahra Alaoui;06 12 34 56 01;\nموسى ديوب;;moussa@coop.sn\nAmina Ouaziz;06 12 34 56 02;\n"


def test_a_course_is_begun_graded_and_filled_from_a_list(live, visitor, tmp_path: Path) -> None:
    samira = live.people.person(Role.TRAINER, SITE, language="fr", name_latin="Samira Bennani")
    trainer = visitor(live, samira, viewport={"width": 360, "height": 740})
    page = trainer.page
    page.goto(f"{live.site}/studio/new")
    page.fill("#title", "Vendre le miel")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/studio/course-v1:Takwin+Vendre-Miel+2026")
    top = page.url

    watch_the_grading(page, top)
    enrol_from_a_file(page, top, tmp_path / "liste.csv")
    assert trainer.complaints == []


def watch_the_grading(page: Page, top: str) -> None:
    page.goto(f"{top}/settings/grading")
    for name, weight in (("Quiz", "60"), ("Étude de cas", "30")):
        with page.expect_navigation():
            page.click("button[value=more]")
        number = page.locator("[data-kind]").count() - 1
        page.fill(f"#name-{number}", name)
        page.fill(f"#weight-{number}", weight)
    expect(page.locator("[data-total]")).to_have_attribute("data-wrong", "")
    page.fill("#weight-1", "٤٠")
    expect(page.locator("[data-total]")).not_to_have_attribute("data-wrong", "")
    page.fill("#pass_mark", "70")
    page.select_option("#lesson-0", index=1)
    with page.expect_navigation():
        page.click(".tk-actions button[value=save]")
    page.locator("#share-0").fill("90")
    page.locator("#share-1").fill("50")
    expect(page.locator("[data-grade]")).to_contain_text("74")
    expect(page.locator("[data-verdict]")).to_have_attribute("data-passed", "yes")
    page.locator("#share-1").fill("30")
    expect(page.locator("[data-verdict]")).to_have_attribute("data-passed", "no")
    expect(page.locator("#lesson-0 option:checked")).to_have_text("Quiz")


def enrol_from_a_file(page: Page, top: str, file: Path) -> None:
    file.write_bytes(LIST.encode("utf-16"))
    page.goto(f"{top}/people/list")
    page.set_input_files("#list", file)
    page.check("#makes_accounts")
    page.click(".tk-actions button[type=submit]")
    expect(page.locator(".st-counts li")).to_have_count(2)  # two get accounts, one a place
    page.click("form:has(input[name=go]) button[type=submit]")
    expect(page.locator(".st-slips li")).to_have_count(2)
    page.goto(f"{top}/people")
    expect(page.locator("input[name=person][type=checkbox]")).to_have_count(2)
    expect(page.locator("#places")).to_contain_text("moussa@coop.sn")
    expect(page.locator("button[value=out]")).to_be_disabled()
    page.check("input[name=person][type=checkbox] >> nth=0")
    page.click("button[value=out]")
    page.click("#tk-confirm button[value=yes]")
    expect(page.locator("input[name=person][type=checkbox]")).to_have_count(1)
