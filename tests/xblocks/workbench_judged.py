"""Blocks whose work people judge, in the workbench, which lends them neither records nor files: from a learner's work to a judgement."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Page = Any
"""Playwright's page."""
NOT_KEPT = "This platform keeps no records of its own"


class Hall:
    """The page of one block as a learner (`reader`) and a trainer (`trainer`) open it in turn."""

    def __init__(self, page: Page, base: str, block: str) -> None:
        self.page = page
        self._address = f"{base}/scenario/{block}.0/?student="

    def enter(self, who: str) -> None:
        """Open the page, with everything that is folded."""
        self.page.goto(self._address + who)
        self.unfold()

    def unfold(self) -> None:
        """Open what is folded."""
        self.page.evaluate("document.querySelectorAll('[data-coop] details').forEach(one => { one.open = true; })")

    def words(self) -> str:
        """Return what the block says."""
        return str(self.page.locator("[data-coop]").first.inner_text())

    def choose(self, name: str, value: str, *, form: str = "form") -> None:
        """Choose one of several by its label, as a finger does."""
        self.page.locator(f'{form} label:has([name="{name}"][value="{value}"])').first.click()

    def answer_of(self, handler: str) -> Any:
        """Wait for the answer of a handler; the device's queue may ask another one meanwhile."""
        return self.page.expect_response(lambda response: f"/{handler}" in response.url.split("?")[0])

    def send(self, form: str, button: str) -> None:
        """Press a form's button, and wait until the block has taken it."""
        handler = re.search(r"data-coop-form=(\w+)", form)
        with self.answer_of(handler[1] if handler else "") as answered:
            self.page.locator(form).get_by_role("button", name=button, exact=True).first.click()
        answered.value.finished()
        self.page.wait_for_function("!document.querySelector('[data-coop][aria-busy], [data-coop] [aria-busy=true]')")
        self.unfold()


def rubric(hall: Hall) -> str:
    """A plan is handed in and judged at level 3 everywhere; returns what its learner then reads."""
    hall.enter("reader")
    hall.page.fill("[name=answer-text]", "Outcome: ten members count the till together.")
    hall.send("form[data-coop-form=hand_in]", "Hand in")
    hall.enter("trainer")
    hall.page.locator("form[data-coop-form=open_work] button").first.click()
    hall.page.wait_for_selector("form[data-coop-form=judge]")
    for name in ("outcomes", "beats", "time"):
        hall.choose(f"answer-level-{name}", "3", form="form[data-coop-form=judge]")
    hall.page.fill("form[data-coop-form=judge] [name=answer-overall]", "Ready for the village.")
    hall.send("form[data-coop-form=judge]", "Save")
    hall.enter("reader")
    return hall.words()


def observation(hall: Hall) -> str:
    """A session is observed by a trainer, two points for each item; returns what its trainee then reads."""
    hall.enter("reader")
    hall.page.locator("form[data-coop-form=take_part] button").click()
    hall.page.wait_for_function("/[0-9A-Z]{5}-[0-9A-Z]{5}/.test(document.querySelector('[data-coop]').innerText)")
    hall.enter("trainer")
    hall.page.locator("label:has([name=answer-trainee])").first.click()
    hall.page.get_by_role("button", name="Next", exact=True).click()
    hall.page.get_by_role("button", name="All in a list").click()
    for number in range(1, 13):
        hall.choose(f"answer-level-i{number}", "2")
    with hall.answer_of("replay"):
        hall.page.get_by_role("button", name="Keep this observation").click()
    hall.enter("trainer")
    hall.send("form[data-coop-form=publish_result]", "Publish the result")
    hall.enter("reader")
    return hall.words()


def evidence(hall: Hall) -> str:
    """A visit is told without photos and accepted; returns what its trainee then reads."""
    hall.enter("reader")
    told = {"date": "2026-11-20", "place": "Tinghir", "cooperative": "Tamaynut", "w-18-35": "4"}
    for name, value in told.items():
        hall.page.fill(f"[name=answer-{name}]", value)
    for box in hall.page.locator("form[data-coop-form=send] textarea").all():
        box.fill("The members counted the stock together, and decided who does it in May.")
    hall.send("form[data-coop-form=send]", "Send")
    hall.enter("trainer")
    accepting = "form[data-coop-form=decide]:has([name=answer-decision][value=accepted])"
    hall.send(accepting, "Accept A")
    hall.enter("reader")
    return hall.words()


def attendance(hall: Hall) -> str:
    """A trainee takes a card, and the trainer types its code; returns what the trainee then reads."""
    hall.enter("reader")
    hall.send("form[data-coop-form=card]", "Get my card")
    found = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", hall.words())
    hall.enter("trainer")
    form = "form[data-coop-form=check_in]:has([name=code])"
    hall.choose("slot", "mon-am", form=form)
    hall.page.fill(f"{form} [name=code]", found[0] if found else "")
    with hall.answer_of("replay"):
        hall.page.locator(form).get_by_role("button", name="Note", exact=True).click()
    hall.enter("reader")
    return hall.words()


JUDGED: Mapping[str, tuple[Callable[[Hall], str], str]] = {
    "coop_rubric": (rubric, "Ready for the village."),
    "coop_observation": (observation, "24 of 24, the mean of all observers"),
    "coop_evidence": (evidence, "1 of 3 accepted"),
    "coop_attendance": (attendance, "3.5 of 14 hours"),
}
"""By type: what is done, and what the learner reads after it."""


def check_judged(base: str, browser: Any, report: Any, block: str) -> None:
    """Let a learner and a trainer meet in a block that keeps its records itself, and staff read that it does."""
    act, expected = JUDGED[block]
    page = browser.new_page(viewport={"width": 360, "height": 740})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    hall = Hall(page, base, block)
    report.check(f"{block}: its learner reads the judgement", expected in act(hall), True)
    hall.enter("trainer")
    report.check(f"{block}: staff read where records are", NOT_KEPT in hall.words(), True)
    report.check(f"{block}: no fault in the page's script", faults, [])
    page.close()
