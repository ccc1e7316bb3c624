"""What a learner does in a browser, found by the names of fields and addresses of forms, so that it holds in every language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from playwright.sync_api import Locator, Page, expect

COURSE = "course-v1:Takwin+COOP101+2026"
REFERENCE: Mapping[str, Mapping[str, str | Sequence[str]]] = json.loads(
    (Path(__file__).parents[2] / "courses" / "what-is-a-cooperative" / "answers.json").read_text("utf-8")
)
"""Quiz → question → the right choice, the right choices, or the number."""
_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def sign_up(page: Page, *, user_name: str, password: str, phone: str, name_arabic: str, name_latin: str) -> None:
    """Fill in the page of new accounts, which must be open."""
    fields = {"user_name": user_name, "password": password, "phone": phone, "name_arabic": name_arabic, "name_latin": name_latin}
    for name, value in fields.items():
        page.fill(f"main input[name={name}]", value)
    page.click("main form[action$='/sign-up'] button")


def enrol(page: Page) -> None:
    """Take a place in the course whose page is open."""
    with page.expect_navigation():
        page.click("form[action$='/enrol'] .tk-button")


def begin(page: Page) -> None:
    """Open the first unit that the course's page names."""
    with page.expect_navigation():
        page.locator("main a[href*='/unit/']").first.click()


def read_in(page: Page, site: str, language: str) -> None:
    """Choose, on the course's page, the language in which the course is read."""
    page.goto(f"{site}/courses/{COURSE}")
    page.select_option("form[action$='/language'] select", language)
    with page.expect_navigation():
        page.click("main form[action$='/language'] .tk-button")
    expect(page.locator("main h1")).to_have_attribute("lang", language)


def unit_of(page: Page) -> str:
    """Return the name of the unit that is open."""
    return unquote(page.url).rpartition("/unit/")[2]


def go_on(page: Page) -> bool:
    """Follow "next"; return False where it leaves the course's units."""
    with page.expect_navigation():  # a click may come back before the address has changed
        page.click(".tk-unit-nav a[rel=next]")
    return "/unit/" in page.url


def quiz_in(page: Page) -> Locator:
    """Return the quiz of the unit that is open."""
    return page.locator("[data-coop=quiz] form")


def quiz_name(page: Page) -> str:
    """Return the block id of the quiz of the unit that is open, as the reference answers name it."""
    usage = unquote(quiz_in(page).get_attribute("action") or "").split("/handler/")[1].split("/")[0]
    return "/".join(part.partition("@")[2] for part in usage.split("+")[-2:])


def fill_quiz(form: Locator, answers: Mapping[str, str | Sequence[str]], *, eastern: bool) -> None:
    """Give these answers, numbers in the digits that the learner writes."""
    for question, answer in answers.items():
        if form.locator(f"input[type=text][name='answer-{question}']").count():
            form.locator(f"input[name='answer-{question}']").fill(str(answer).translate(_EASTERN) if eastern else str(answer))
            continue
        wanted = {answer} if isinstance(answer, str) else set(answer)
        for choice in form.locator(f"input[name='answer-{question}']").all():
            if choice.get_attribute("value") in wanted:
                choice.check()
            elif choice.get_attribute("type") == "checkbox":
                choice.uncheck()


def answers_in(form: Locator) -> dict[str, list[str]]:
    """Return the answers that a quiz shows as given, by question."""
    return form.evaluate(
        """(form) => { const given = {};
             for (const [name, value] of new FormData(form)) if (name.startsWith("answer-")) (given[name.slice(7)] ??= []).push(value);
             return given; }"""
    )


def states_in(form: Locator) -> dict[str, str]:
    """Return what each question of a quiz was marked, by question."""
    return form.evaluate(
        """(form) => Object.fromEntries([...form.querySelectorAll("[data-question]")]
             .map((one) => [one.dataset.question, one.dataset.state ?? ""]))"""
    )


def send(form: Locator, *, expected: Mapping[str, str]) -> None:
    """Send the answers, and wait until each question is marked as expected."""
    before = form.locator("[data-attempts]").text_content() or ""
    form.locator("[type=submit]").click()
    expect(form.locator("[data-attempts]")).not_to_have_text(before)
    form.page.wait_for_load_state()  # without script it is another page
    assert states_in(form) == dict(expected)
