"""Takes a shipped course as a learner does, block by block, with the right answers of its folder; it knows no language.

Blocks are found by their kind and place in the unit, parts by the names that the page gives them: a page tells no right answers.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Page, expect

from takwin_xblocks.contract.framing import bare
from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import Content
from takwin_xblocks.journal.content import SCHEMA as JOURNAL
from takwin_xblocks.match.content import SCHEMA as MATCH
from takwin_xblocks.order.content import SCHEMA as ORDER
from takwin_xblocks.quiz.content import SCHEMA as QUIZ
from takwin_xblocks.scenario.content import SCHEMA as SCENARIO
from takwin_xblocks.worksheet.calculation import rounded
from takwin_xblocks.worksheet.content import SCHEMA as WORKSHEET
from takwin_xblocks.worksheet.numbers import drawn_figures, read_code
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import Cell, Table, offered, table_of
from tests.journeys.course_scripts import ARRANGE, FILL, PLACE

Answers = Mapping[str, str | Sequence[str]]
WORDS = {
    "ar": "هذا رأيي بعد قراءة القصة: نسأل الأعضاء أولا.\nثم نكتب ما تقرر.",
    "fr": "Voici mon avis après avoir lu l’histoire : demander d’abord aux membres.\nPuis écrire ce qui est décidé.",
    "en": "My view after reading the story: ask the members first.\nThen write down what was decided.",
}
"""What the learner writes wherever words of one's own are asked for."""
VISIT = {
    "date": "2026-11-20",
    "place": "Zagora",
    "cooperative": "Tilila",
    "w-18-35": "3",
    "m-36-59": "4",
    "who": "Khadija",
    "to": "Nadia",
    "when": "2026-11-20",
}
"""What the learner tells of practice: the facts, and who agreed to the photo."""
PRODUCTS = {"ar": "argan", "fr": "shea", "en": "paste"}
"""Whose costs the learner works out, where a worksheet lets learners choose."""
_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True)
class Folder:
    """A shipped course in one language, with the answers beside it."""

    path: Path
    language: str

    @property
    def home(self) -> Path:
        """The course in this language."""
        return self.path / self.language

    @cached_property
    def units(self) -> list[str]:
        """The names of the units that learners see, in their order."""
        return [unit for chapter in self._below("course", "2026") for lesson in self._below("chapter", chapter)
                for unit in self._below("sequential", lesson)]  # fmt: skip

    def _below(self, kind: str, name: str) -> list[str]:
        node = etree.parse(str(self.home / kind / f"{name}.xml")).getroot()
        if node.get("visible_to_staff_only") == "true":
            return []
        return [str(one.get("url_name")) for one in node.iterchildren(etree.Element)]

    def blocks(self, unit: str) -> list[etree._Element]:
        """Return the blocks of ours in a unit, in order."""
        node = etree.parse(str(self.home / "vertical" / f"{unit}.xml")).getroot()
        return [one for one in node.iterchildren(etree.Element) if str(one.tag).startswith("coop_")]

    def named(self, tag: str) -> Iterator[tuple[str, etree._Element]]:
        """Yield every block of a type, with its unit."""
        for unit in self.units:
            yield from ((unit, one) for one in self.blocks(unit) if one.tag == tag)

    @cached_property
    def answers(self) -> Mapping[str, Any]:
        """The reference answers of quizzes and scenarios, by block."""
        found: dict[str, Any] = {}
        for file in sorted((self.path / "answers").glob("*.json")):
            found |= json.loads(file.read_text("utf-8"))
        return found

    def answers_of(self, block: etree._Element) -> Any:
        """Return the reference answers of a block."""
        return self.answers[f"{block.tag}/{block.get('url_name')}"]


@dataclass
class Taking:
    """A learner on the way through a course."""

    page: Page
    folder: Folder

    @property
    def words(self) -> str:
        """What this learner writes."""
        return WORDS[self.folder.language]

    def number(self, text: str) -> str:
        """Return a number as this learner types it."""
        return text.translate(_EASTERN) if self.folder.language == "ar" else text

    def root(self, unit: str, block: etree._Element) -> Locator:
        """Return the element of a block on the unit's page."""
        before = [one.get("url_name") for one in self.folder.blocks(unit) if one.tag == block.tag]
        return self.page.locator(f"[data-coop={block.tag.removeprefix('coop_')}]").nth(before.index(block.get("url_name")))

    def answer(self, unit: str) -> None:
        """Answer every block of the unit that is open, right."""
        for block in self.folder.blocks(unit):
            if block.tag not in READ_OR_NOTED:
                ANSWERS[str(block.tag)](self, self.root(unit, block), block)

    def fill(self, form: Locator, given: Answers) -> None:
        """Put answers into the fields of a form as somebody types and ticks them."""
        form.evaluate(FILL, dict(given))

    def sent(self, press: Callable[[], object], *, handler: str = "") -> dict[str, Any]:
        """Send a form; return what the block answered, once the page shows it."""
        page = self.page
        with page.expect_response(lambda one: one.request.method == "POST" and f"/{handler or 'handler/'}" in one.url) as answered:
            press()
        told = dict(answered.value.json())
        page.wait_for_selector("[data-coop][aria-busy]", state="detached")
        return told

    def submit(self, form: Locator) -> dict[str, Any]:
        """Press the button that marks a form, and return what the block answered."""
        return self.sent(form.locator("[type=submit]:not([name])").last.click)


def content_of(block: etree._Element) -> Content:
    """Return the content of a block whose words the page shows."""
    schema = {one.tag: one for one in (JOURNAL, MATCH, ORDER, QUIZ, SCENARIO, WORKSHEET)}[str(block.tag)]
    return read_content(schema, block)


def squeezed(text: str) -> str:
    """Return words on one line."""
    return " ".join(plain(text).split())


def whole(told: Mapping[str, Any], block: etree._Element) -> None:
    """Check that an attempt earned everything."""
    assert told["code"] == "marked", (block.get("url_name"), told)
    assert told["earned"] == told["possible"], (block.get("url_name"), told["message"])


def typed(taking: Taking, block: etree._Element, answers: Answers) -> dict[str, str | Sequence[str]]:
    """Return the answers of a quiz with its numbers in the learner's digits."""
    kinds = {one["id"]: one["kind"] for one in content_of(block).structure["questions"]}
    assert set(kinds) == set(answers), block.get("url_name")
    return {name: taking.number(str(given)) if kinds[name] == "number" else given for name, given in answers.items()}


def _quiz(taking: Taking, root: Locator, block: etree._Element) -> None:
    taking.fill(root.locator("form"), typed(taking, block, taking.folder.answers_of(block)))
    whole(taking.submit(root.locator("form")), block)


def homes(block: etree._Element) -> tuple[dict[str, str], list[str]]:
    """Return where each item of a matching goes ('' for nowhere) and all places, by the names that the page gives them."""
    content = content_of(block)
    texts = content.texts

    def name(part: str) -> str:
        return bare(texts.get(part, "")) or bare(texts.get(f"{part}/alt", ""))

    places = {one["id"]: squeezed(texts.get(one["id"], "")) or name(one["id"]) for one in content.structure["targets"]}
    return {name(one["id"]): places.get(one.get("to", ""), "") for one in content.structure["items"]}, list(places.values())


def place(root: Locator, goes: Mapping[str, str]) -> None:
    """Put every item of a matching in a place."""
    root.evaluate(PLACE, dict(goes))


def _match(taking: Taking, root: Locator, block: etree._Element) -> None:
    place(root, homes(block)[0])
    whole(taking.submit(root.locator("form")), block)


def steps_of(block: etree._Element) -> tuple[list[str], list[str]]:
    """Return the steps of an ordering in their order, and what does not belong."""
    content = content_of(block)
    items = [(squeezed(content.texts[one["id"]]), one.get("belongs", True)) for one in content.structure["items"]]
    return [text for text, belongs in items if belongs], [text for text, belongs in items if not belongs]


def arrange(root: Locator, steps: Sequence[str], left_out: Sequence[str] = ()) -> None:
    """Move the steps of an ordering until they stand in this order, and leave some out."""
    root.evaluate(ARRANGE, [list(steps), list(left_out)])


def _order(taking: Taking, root: Locator, block: etree._Element) -> None:
    arrange(root, *steps_of(block))
    whole(taking.submit(root.locator("form")), block)


def choose(taking: Taking, root: Locator, choice: str) -> dict[str, Any]:
    """Make a choice in a scenario, and return what the block answered."""
    root.locator(f"input[type=radio][value='{choice}']").check()
    return taking.submit(root.locator("form[data-coop-form=choose]"))


def _scenario(taking: Taking, root: Locator, block: etree._Element) -> None:
    for choice in taking.folder.answers_of(block):
        told = choose(taking, root, choice)
    assert told["code"] == "ended", (block.get("url_name"), told)
    expect(root.locator("[data-ending=best]").first).to_be_visible()


def _worksheet(taking: Taking, root: Locator, block: etree._Element) -> None:
    structure = content_of(block).structure
    table = table_of(structure, _product(taking, root, block, structure.get("sets", ())))
    code = read_code(root.locator("bdi[dir=ltr]").last.inner_text()) if block.get("draws") in ("learner", "code") else ""
    values = Sheet(table, drawn_figures(table, code)).solved()
    given = {name: _worked(table, cell, values[cell.key]) for name, cell in table.inputs.items()}
    form = root.locator("form[data-coop-form=submit]")
    taking.fill(form, given)
    whole(taking.submit(form), block)


def _product(taking: Taking, root: Locator, block: etree._Element, sets: Sequence[Mapping[str, Any]]) -> str:
    """Return the example set of a worksheet, once the learner has chosen what is made nearby where that is asked."""
    if block.get("learners_choose") != "true":
        return block.get("example_set", "")
    form = root.locator("form[data-coop-form=choose]")
    expect(form.locator("input[name=answer-set]")).to_have_count(len(sets))
    expect(root.locator("form[data-coop-form=submit]")).to_have_count(0)  # no table before there is a product
    product = PRODUCTS[taking.folder.language]
    form.locator(f"input[name=answer-set][value={product}]").check()
    told = taking.submit(form)
    assert told["code"] == "chosen", (block.get("url_name"), told)
    return product


def _worked(table: Table, cell: Cell, value: Decimal) -> str:
    if cell.answer == "number":
        return str(rounded(value, cell.places))
    return next(choice for choice, number in offered(table, cell) if number == value)


def _journal(taking: Taking, root: Locator, block: etree._Element) -> None:
    content = content_of(block)
    models = [squeezed(text) for name, text in content.texts.items() if name.endswith("/model")]
    points = [squeezed(content.texts[one["id"]]) for one in content.structure["points"]]
    assert [text for text in (*models, *points) if text in squeezed(root.inner_text())] == []
    form = root.locator("form[data-coop-form=keep]")
    taking.fill(form, {one["id"]: taking.words for one in content.structure["questions"]})
    told = taking.submit(form)
    assert told["code"] == "kept", (block.get("url_name"), told)
    assert [text for text in (*models, *points) if text not in squeezed(root.inner_text())] == []
    if content.structure["points"]:
        compare = root.locator("form[data-coop-form=compare]")
        taking.fill(compare, {"points": [one["id"] for one in content.structure["points"]]})
        assert taking.submit(compare)["code"] == "compared"


def _rubric(taking: Taking, root: Locator, block: etree._Element) -> None:
    form = root.locator("form[data-coop-form=hand_in]")
    form.locator("textarea[name=answer-text]").fill(taking.words)
    told = taking.sent(form.locator("button[value=hand_in]").click, handler="hand_in")
    assert told["code"] == "handed_in", (block.get("url_name"), told)
    if block.get("reflect") == "true":
        own = root.locator("form[data-coop-form=judge_self]")
        judge(own, level=3, words=taking.words)
        taking.sent(own.locator("[type=submit]").first.click, handler="judge_self")


def judge(form: Locator, *, level: int, words: str) -> None:
    """Give the same level for every criterion, and a few words."""
    form.locator(f"input[type=radio][name^='answer-level-'][value='{level}']").evaluate_all(
        "all => all.forEach(one => one.click())"
    )
    form.locator("textarea[name=answer-overall]").fill(words)


def _evidence(taking: Taking, root: Locator, block: etree._Element) -> None:
    for number in range(1, int(block.get("pieces", "1")) + 1):
        _piece(taking, root, block, number)


def _piece(taking: Taking, root: Locator, block: etree._Element, number: int) -> None:
    """Tell of one visit, with as many photos as are asked for, on the page that works without network."""
    page, unit = taking.page, taking.page.url
    root.locator("a.evidence__button").first.click()
    page.wait_for_url("**/views/field_view/**")
    form = page.locator("form.evidence__form")
    form.wait_for()
    if form.locator("[name=photo-1]").count():
        for photo in range(1, max(1, int(block.get("photos", "1"))) + 1):
            name = f"[name=photo-{photo}]"
            page.set_input_files(name, {"name": "assembly.jpg", "mimeType": "image/jpeg", "buffer": _photo()})
            page.locator("[data-photo]").filter(has=page.locator(name)).locator("[data-preview][data-state=ready]").wait_for()
    asked = {f"q-{one.get('id')}": taking.words for one in block.iter("question")}
    there = set(form.locator("[name^='answer-']").evaluate_all("all => all.map((one) => one.name.slice(7))"))
    taking.fill(form, {name: text for name, text in {**VISIT, **asked}.items() if name in there})
    if "how" in there:
        form.locator("[name=answer-how][value=spoken]").check()
    taking.sent(page.locator(".evidence__send button").click, handler="replay")
    expect(page.locator("[data-queue-status]")).to_have_attribute("data-count", "0")
    page.goto(unit)
    expect(page.locator("[data-piece=waiting]")).to_have_count(number)


def _diagnostic(taking: Taking, root: Locator, block: etree._Element) -> None:
    begin = root.locator("form[data-coop-form=begin]")
    taking.fill(begin, {"form.cooperative": VISIT["cooperative"]})
    taking.sent(begin.locator("[type=submit]").first.click)
    for pillar in block.iter("pillar"):
        form = root.locator("form[data-coop-form=answer]")
        expect(form.locator("[name='answer-form.pillar']")).to_have_value(str(pillar.get("id")))
        asked = [str(one.get("id")) for one in pillar.iter("statement")]
        taking.fill(form, {name: text for one in asked for name, text in _measured(taking, block, one).items()})
        taking.sent(form.locator("[type=submit]").first.click)
    told = taking.sent(root.locator("form[data-coop-form=finish] [type=submit]").click)
    assert told["code"] == "done", (block.get("url_name"), told)
    expect(root.locator("form[data-coop-form=again]")).to_be_visible()


def _measured(taking: Taking, block: etree._Element, statement: str) -> dict[str, str]:
    """Return what is noted of a statement: five members' stones, or one answer."""
    if block.get("group") != "stones":
        return {statement: "2"}
    return {f"{statement}.{value}": taking.number(stones) for value, stones in {"1": "1", "2": "2", "3": "2"}.items()}


def _plan(taking: Taking, root: Locator, block: etree._Element) -> None:
    _write(taking, root, "about", {"cooperative": VISIT["cooperative"], "date": "2026-11-23"})
    words = taking.words.splitlines()
    for number in range(1, int(block.get("priorities", "3")) + 1):
        step = {"what": words[0], "who": VISIT["who"], "indicator": words[-1], "today": "2", "target": "9", "due": "2027-02-15"}
        steps = {f"p{number}-s1-{name}": text for name, text in step.items()}
        _write(taking, root, f"p{number}", {f"p{number}-change": words[0], f"p{number}-why": words[-1], **steps})
    told = taking.sent(root.locator("form[data-coop-form=ready] [type=submit]").click)
    assert told["code"] == "ready", (block.get("url_name"), told)


def _write(taking: Taking, root: Locator, part: str, given: Answers) -> None:
    """Save one part of a plan."""
    form = root.locator(f"form[id$='-{part}']")
    form.evaluate("form => { form.closest('details').open = true; }")
    taking.fill(form, given)
    told = taking.sent(form.locator("[type=submit]").first.click)
    assert told["code"] == "saved", (part, told)


def _observation(_taking: Taking, root: Locator, block: etree._Element) -> None:
    """Read what others will look at, and find the code to show them."""
    expect(root.locator(".obs-checklist > li")).to_have_count(len(block.findall("item")))
    expect(root.locator(".obs-owncode code")).to_be_visible()


def _photo() -> bytes:
    made = io.BytesIO()
    picture = Image.new("RGB", (320, 240), "#b96")
    ImageDraw.Draw(picture).rectangle((40, 120, 280, 220), fill="#543")
    picture.save(made, "JPEG")
    return made.getvalue()


ANSWERS: Mapping[str, Callable[[Taking, Locator, etree._Element], None]] = {
    "coop_diagnostic": _diagnostic,
    "coop_evidence": _evidence,
    "coop_journal": _journal,
    "coop_match": _match,
    "coop_observation": _observation,
    "coop_order": _order,
    "coop_plan": _plan,
    "coop_quiz": _quiz,
    "coop_rubric": _rubric,
    "coop_scenario": _scenario,
    "coop_worksheet": _worksheet,
}
"""What learners answer."""
READ_OR_NOTED = frozenset({"html", "coop_attendance"})
"""What is read, and what its trainer notes."""
