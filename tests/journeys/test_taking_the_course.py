"""The whole way of a learner on a small phone: from no account to a certificate that anybody can check, with script and without."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Browser, Page, expect

from lms_app.services.authoring.shipped import load_shipped
from lms_app.storage.transaction import transaction
from takwin_certificates import token
from tests.journeys import learner
from tests.journeys.learner import COURSE, REFERENCE
from tests.live import PATIENCE

PHONE = {"viewport": {"width": 360, "height": 740}}
OTHER = {"ar": "fr", "fr": "ar"}
TITLES = {"ar": "ما التعاونية؟", "fr": "Qu’est-ce qu’une coopérative ?"}
HOURS = {"ar": "ساعتان", "fr": "2 heures"}
UNITS = 10
TATWEEL = "\u0640"


@dataclass(frozen=True)
class Newcomer:
    """Who joins: told as she types it."""

    user_name: str
    password: str = "panier argan moulin"
    phone: str = "06 12 34 56 78"
    name_arabic: str = "أمينة واعزيز"
    name_latin: str = "Amina Ouaziz"


@dataclass
class Phone:
    """Her browser, and what its console complained about."""

    page: Page
    complaints: list[str] = field(default_factory=list)


@contextmanager
def phone(chromium: Browser, language: str, *, script: bool) -> Iterator[Phone]:
    context = chromium.new_context(**PHONE, locale=language, java_script_enabled=script)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    hers = Phone(page)
    page.on("pageerror", lambda error: hers.complaints.append(str(error)))
    page.on("console", lambda said: hers.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    yield hers
    context.close()


@pytest.fixture(scope="session")
def site(live) -> str:
    """The site, with the shipped course in it."""
    here = live.parts
    with transaction(here.sessions) as session:
        for report in load_shipped(session, blobs=here.blobs, types=here.host.types, now=here.clock()):
            assert not report.problems
    return live.site


@pytest.mark.parametrize(("language", "script"), [("ar", False), ("fr", True)], ids=["ar-no-script", "fr-script"])
def test_from_no_account_to_a_checked_certificate(site: str, chromium: Browser, language: str, *, script: bool) -> None:
    amina = Newcomer(user_name=f"amina-{language}-{'js' if script else 'plain'}")
    if language == "ar":
        amina = replace(amina, phone="٠٦١٢٣٤٥٦٧٨")
    with phone(chromium, language, script=script) as hers:
        page = hers.page
        join(page, site, language, amina)
        take_the_course(page, site, language)
        read_the_certificate(page, site, language, amina)
        assert hers.complaints == []


def join(page: Page, site: str, language: str, amina: Newcomer) -> None:
    page.goto(site)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    page.click(f"main a[href$='{COURSE}']")
    expect(page.locator("main h1")).to_have_text(TITLES[language])
    learner.enrol(page)
    page.click("main a[href*='/sign-up']")  # nobody knows her yet
    learner.sign_up(page, **vars(amina))
    page.wait_for_url(f"**/courses/{COURSE}")
    learner.enrol(page)
    page.wait_for_selector("form[action$='/leave']", state="attached")


def take_the_course(page: Page, site: str, language: str) -> None:
    learner.begin(page)
    units, kept = [], {}
    while True:
        units.append(learner.unit_of(page))
        expect(page.locator("main h1")).to_have_attribute("lang", language)
        if learner.quiz_in(page).count():
            quiz = learner.quiz_name(page)
            if quiz == "coop_quiz/quiz-meaning":
                answer_wrongly_first(page, quiz, eastern=language == "ar")
            answer(page, quiz, REFERENCE[quiz], eastern=language == "ar")
            kept[units[-1]] = (learner.answers_in(learner.quiz_in(page)), learner.states_in(learner.quiz_in(page)))
        if len(kept) == 2 and units[-1] == list(kept)[-1]:
            in_the_other_language(page, site, language, kept)
        if not learner.go_on(page):
            break
    assert len(units) == len(set(units)) == UNITS
    assert len(kept) == len(REFERENCE)


def answer_wrongly_first(page: Page, quiz: str, *, eastern: bool) -> None:
    """One answer wrong, one half right: marked so, said so, and there is another try."""
    given = {**REFERENCE[quiz], "need": "donor", "definition": ["freely"]}
    form = learner.quiz_in(page)
    learner.fill_quiz(form, given, eastern=eastern)
    learner.send(form, expected=dict.fromkeys(given, "correct") | {"need": "incorrect", "definition": "partly"})
    expect(form.locator("[data-question=need] [data-result]")).not_to_be_empty()


def answer(page: Page, quiz: str, given, *, eastern: bool) -> None:
    form = learner.quiz_in(page)
    learner.fill_quiz(form, given, eastern=eastern)
    learner.send(form, expected=dict.fromkeys(REFERENCE[quiz], "correct"))


def in_the_other_language(page: Page, site: str, language: str, kept) -> None:
    """Read on in another language: the same answers stand there, marked the same, for the same grade."""
    here = page.url
    before = figures(page, site)
    learner.read_in(page, site, OTHER[language])
    for unit, (answers, states) in kept.items():
        page.goto(f"{site}/courses/{COURSE}/unit/{unit}")
        expect(page.locator("main h1")).to_have_attribute("lang", OTHER[language])
        expect(page.locator(".tk-block")).to_have_attribute("lang", OTHER[language])
        assert learner.answers_in(learner.quiz_in(page)) == answers
        assert learner.states_in(learner.quiz_in(page)) == states
    assert figures(page, site) == before
    learner.read_in(page, site, language)
    page.goto(here)


def figures(page: Page, site: str) -> list[str]:
    """Return grade, completion and pass mark as the page of progress gives them."""
    page.goto(f"{site}/courses/{COURSE}/progress")
    return page.locator(".tk-figures dd").all_text_contents()


def read_the_certificate(page: Page, site: str, language: str, amina: Newcomer) -> None:
    page.goto(f"{site}/courses/{COURSE}/progress")
    papers = page.locator("main a[href$='/certificate.pdf']")
    expect(papers).to_have_count(2)  # she took part, and she passed
    address = papers.last.get_attribute("href")
    code = address.split("/")[2]
    answer = page.context.request.get(f"{site}{address}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    document = pypdfium2.PdfDocument(answer.body())
    assert len(document) == 1
    text = letters(document[0].get_textpage().get_text_bounded())
    for printed in (amina.name_arabic, amina.name_latin, TITLES[language], code):
        assert letters(printed) in text
    scanned = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
    assert [token.read(one.text).code for one in scanned] == [code]

    page.context.clear_cookies()  # whoever checks it has no account
    page.goto(scanned[0].text)
    expect(page.locator(".vf-answer[data-tone=ok]")).to_have_count(1)
    shown = " ".join(page.locator(".vf-paper p, .tk-facts dd").all_text_contents())
    for fact in (amina.name_arabic, amina.name_latin, TITLES[language], COURSE, code):
        assert fact in shown
    record = page.context.request.get(f"{site}/v/{code}/record.json").json()["record"]
    year, _, day = record["issued_on"].split("-")
    for fact in (year, str(int(day)), record["issuer"]):
        assert fact in shown
    assert record["hours"] == 2
    assert HOURS[language] in shown


def letters(text: str) -> str:
    """Return text as one can compare it: PDF readers give ligatures, drawn-out joins and lines as they please."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum() and letter != TATWEEL)
