"""Takes the pictures of our blocks that docs/blocks shows: from the tour, as learners meet it on a phone, in Arabic and in French.

Each picture is two pieces of a page side by side, in the direction of the language.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from lxml import etree
from PIL import Image
from playwright.sync_api import Browser, Locator, Page
from sqlalchemy import select

from lms_app.domain.actors import Role
from lms_app.domain.keys import CourseKey
from lms_app.model import Course
from lms_app.services.authoring.importing import import_course
from lms_app.storage.transaction import transaction
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.values import plain_decimal
from takwin_xblocks.worksheet.content import SCHEMA
from takwin_xblocks.worksheet.numbers import usual_figures
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import table_of
from tests.live import Live

TOUR = "course-v1:Takwin+TOUR+2026"
FOLDER = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
TALL = 760
PHONE = {"width": 360, "height": TALL}
LARGEST = 60 * 1024
_GAP = 14
_EDGE = "#8fa39d"
_WRONG_CELL, _ONE_ERROR = 2, 100
"""One cell of the worksheet is wrong; those that follow from it are not."""
_LEVELS = ((1, 0, 2, 1), (3, 2, 2, 2))
"""What the cooperative answers pillar by pillar, before and after."""
_UNSTICK = """() => document.querySelectorAll("body *").forEach((one) => {
  if (["sticky", "fixed"].includes(getComputedStyle(one).position) && !one.closest("[data-coop]")) one.style.position = "static";
})"""
WORDS: Mapping[str, Mapping[str, str]] = {
    "ar": {
        "reserve": "٤٨٠٠",
        "quorum": "24",
        "present": "٦٨٫٦",
        "cooperative": "تامينوت",
    },
    "fr": {
        "reserve": "4 800 MAD",
        "quorum": "24",
        "present": "68,6",
        "cooperative": "Tamaynut",
    },
}

STEPS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "ar": (
        (
            "كتابة القاعدة في صفحة واحدة وقراءتها في الجمع العام",
            "أمينة المال، مع عضو من لجنة المراقبة",
            "مبالغ أُقرضت بلا قاعدة مكتوبة",
            "٣٠٠٠ درهم",
            "0",
        ),
        ("ملء مخطط الخزينة في أول كل شهر", "الرئيسة وأمينة المال", "أشهر يغطيها المخطط", "0", "6"),
        ("الاتصال بالمتجر وطلب الأداء في 30 يوما", "المكلفة بالبيع", "أيام الانتظار قبل الأداء", "60", "30"),
    ),
    "fr": (
        (
            "Écrire la règle en une page, et la lire à l’assemblée",
            "La trésorière, avec un membre de la surveillance",
            "Sommes prêtées sans règle écrite",
            "3 000 MAD",
            "0",
        ),
        (
            "Remplir le plan de trésorerie au début de chaque mois",
            "La présidente et la trésorière",
            "Mois couverts par le plan",
            "0",
            "6",
        ),
        (
            "Appeler la boutique et demander d’être payées à 30 jours",
            "La responsable des ventes",
            "Jours d’attente avant le paiement",
            "60",
            "30",
        ),
    ),
}
"""What is planned for each priority: what, who, indicator, today, target."""
ADVICE: Mapping[str, tuple[str, ...]] = {
    "ar": ("تتكلم مع عثمان أولا، وتحمل كيسها معها.", "يزن اثنان معا،\nويُكتب الوزن في الدفتر أمام العضو."),
    "fr": ("Elle va voir Ousmane avec son sac.", "Peser à deux,\net écrire le poids devant le membre."),
}
"""What somebody writes about the case."""


@dataclass
class Sitting:
    """A learner of the tour, or a trainer, in front of a phone."""

    live: Live
    page: Page
    language: str

    @property
    def words(self) -> Mapping[str, str]:
        """What is typed here."""
        return WORDS[self.language]

    @property
    def root(self) -> Locator:
        """The first block of ours on the page."""
        return self.page.locator("[data-coop]").first

    def open(self, unit: str) -> None:
        """Open a unit of the tour."""
        self.page.goto(f"{self.live.site}/courses/{TOUR}/unit/vertical/{unit}")
        self.page.wait_for_load_state("networkidle")

    def send(self, button: Locator) -> None:
        """Press what sends a form, and wait for its answer."""
        with self.page.expect_response(lambda answer: answer.request.method == "POST" and "/handler/" in answer.url):
            button.click()
        self.page.wait_for_selector("[data-coop][aria-busy]", state="detached")

    def pane(self, start: Locator, height: int, *, above: int = 10) -> Image.Image:
        """Return a piece of the page as wide as the phone, from the upper edge of something."""
        self.page.evaluate("document.activeElement.blur()")
        box = start.bounding_box()
        assert box
        top = box["y"] + self.page.evaluate("scrollY") - above
        # What sticks to the edge of the screen would stand in the middle of the picture.
        self.page.evaluate(_UNSTICK)
        whole = Image.open(io.BytesIO(self.page.screenshot(full_page=True)))
        return whole.crop((0, int(top), PHONE["width"], int(min(top + height, whole.height))))


def _written(unit: str, language: str) -> etree._Element:
    """Return the block of a unit as the tour writes it."""
    (block,) = etree.parse(str(FOLDER / language / "vertical" / f"{unit}.xml")).getroot()
    return block


def _quiz(at: Sitting) -> list[Image.Image]:
    at.open("quiz-picture")
    at.root.locator("input[type=radio][value=shares]").check()
    at.send(at.root.locator("button[type=submit]"))
    first = at.pane(at.root, TALL)
    at.open("quiz-number")
    for name in ("reserve", "quorum", "present"):
        at.root.locator(f"[name=answer-{name}]").fill(at.words[name])
    at.send(at.root.locator("button[type=submit]"))
    return [first, at.pane(at.root, TALL)]


def _order(at: Sitting) -> list[Image.Image]:
    at.open("order-assembly")
    at.root.locator("[data-move=up]").nth(3).click()
    first = at.pane(at.root, TALL)
    at.send(at.root.locator("[type=submit]"))
    return [first, at.pane(at.root.locator("[data-item]").first, TALL)]


def _match(at: Sitting) -> list[Image.Image]:
    at.open("match-expenses")
    items = list(_written("match-expenses", at.language).iter("item"))
    for item in items[:3]:
        _put(at, item, item.get("to") or "none")
    _card(at, items[4]).click()
    first = at.pane(at.root.locator("[data-place]").first, TALL)
    _card(at, items[4]).click()
    for item in items[3:]:
        _put(at, item, item.get("to") or "variable")  # what goes nowhere is the mistake that people make
    at.send(at.root.locator("[type=submit]"))
    return [first, at.pane(at.root.locator("[data-place]").nth(1), TALL)]


def _card(at: Sitting, item: etree._Element) -> Locator:
    words = (item.text or "").strip()
    return at.root.locator("[data-item]").filter(has=at.page.locator("[data-text]", has_text=words)).locator("[data-pick]")


def _put(at: Sitting, item: etree._Element, target: str) -> None:
    targets = {one.get("id"): (one.text or "").strip() for one in item.getparent().iter("target")}
    _card(at, item).click()
    place = (
        at.root.locator("li[data-place=none]") if target == "none" else at.root.locator("li[data-place]", has_text=targets[target])
    )
    place.first.locator(".coop-match__put").click()


def _scenario(at: Sitting) -> list[Image.Image]:
    at.open("scenario-s1-empty-till")
    for step, choice in enumerate("bbac"):
        at.root.locator(f"input[type=radio][value={choice}]").check()
        at.send(at.root.locator("form[data-coop-form=choose] button[type=submit]").first)
        if step == 0:
            first = at.pane(at.root, TALL)
    return [first, at.pane(at.root.locator(".coop-scenario__profile"), TALL, above=60)]


def _worksheet(at: Sitting) -> list[Image.Image]:
    at.open("worksheet-surplus-morocco")
    first = at.pane(at.root, TALL)
    table = table_of(read_content(SCHEMA, _written("worksheet-surplus-morocco", at.language)).structure, "")
    right = Sheet(table, usual_figures(table)).solved()
    for number, (name, cell) in enumerate(table.inputs.items()):
        box = at.root.locator(f"[name='answer-{name}']")
        if box.evaluate("(box) => box.tagName") == "INPUT":
            wrong = _ONE_ERROR if number == _WRONG_CELL else 0
            box.fill(plain_decimal(right[cell.key] + wrong))
        else:
            box.select_option(index=1)
    at.send(at.root.locator("form[data-coop-form=submit] button[type=submit]").first)
    return [first, at.pane(at.root.locator("table").first, TALL)]


def _diagnostic(at: Sitting) -> list[Image.Image]:
    at.open("diagnostic-alone")
    pictures = []
    for base in (0, 1):
        begin = at.root.locator("form[data-coop-form=begin]")
        begin.locator("input:not([type])[name], input[type=text]").first.fill(at.words["cooperative"])
        at.send(begin.locator("[type=submit]").first)
        for pillar in range(4):
            form = at.root.locator("form[data-coop-form=answer]").first
            names = dict.fromkeys(form.locator("input[type=radio]").evaluate_all("all => all.map(one => one.name)"))
            for number, name in enumerate(names):
                value = _LEVELS[base][pillar] + number % 2
                form.locator(f"input[name='{name}'][value='{value}']").check()
            if not (base or pillar):
                pictures.append(at.pane(at.root, TALL))
            at.send(form.locator("[type=submit]").first)
        at.send(at.root.locator("form[data-coop-form=finish] [type=submit]"))
        if not base:
            at.send(at.root.locator("form[data-coop-form=again] [type=submit]"))
    return [*pictures, at.pane(at.root, TALL)]


def _plan(at: Sitting) -> list[Image.Image]:
    at.open("plan-tamaynut")
    _write(at, "about", {"cooperative": at.words["cooperative"], "date": "2026-10-05"})
    suggestions = [one.get_attribute("value") or "" for one in at.root.locator("datalist").first.locator("option").all()]
    for number, (step, change) in enumerate(zip(STEPS[at.language], suggestions, strict=False), start=1):
        told = dict(zip(("what", "who", "indicator", "today", "target"), step, strict=True))
        fields = {f"p{number}-s1-{name}": text for name, text in told.items()}
        _write(at, f"p{number}", {f"p{number}-change": change, **fields, f"p{number}-s1-due": f"2026-10-{19 + number}"})
    section = at.root.locator("details", has=at.page.locator("form[id$='-p1']"))
    if section.get_attribute("open") is None:
        section.locator("summary").first.click()
    return [at.pane(section, TALL), _on_paper(at.page)]


def _on_paper(page: Page) -> Image.Image:
    """Return the first sheet that the page prints, as high as the other pieces."""
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    try:
        return printed[0].render(scale=TALL / printed[0].get_height()).to_pil().convert("RGB")
    finally:
        printed.close()


def _write(at: Sitting, name: str, fields: Mapping[str, str]) -> None:
    form = at.root.locator(f"form[id$='-{name}']")
    section = at.root.locator("details", has=at.page.locator(f"form[id$='-{name}']"))
    if section.get_attribute("open") is None:
        section.locator("summary").first.click()
    for field, value in fields.items():
        form.locator(f"[name='answer-{field}']").fill(value)
    at.send(form.locator("[type=submit]").first)


def _journal(at: Sitting) -> list[Image.Image]:
    at.open("journal-case")
    first = at.pane(at.root, TALL)
    for area, text in zip(at.root.locator("textarea").all(), ADVICE[at.language], strict=False):
        area.fill(text)
    at.send(at.root.locator("form[data-coop-form=keep] [type=submit]").last)
    at.root.locator("input[type=checkbox]").first.check()
    at.send(at.root.locator("form[data-coop-form=compare] [type=submit]"))
    return [first, at.pane(at.root.locator(".journal__answer").nth(1), TALL)]


def _studio(at: Sitting) -> list[Image.Image]:
    page = at.page
    page.goto(f"{at.live.site}/studio/{_own_course(at)}/block/coop_order/order-assembly")
    page.wait_for_load_state("networkidle")
    first = at.pane(page.locator("form[data-coop-studio]"), TALL)
    steps = at.pane(page.locator(".coop-studio__list").first, TALL)
    return [first, steps, at.pane(page.locator(".coop-studio__seen").first, TALL)]


def _own_course(at: Sitting) -> str:
    """Bring the tour in once more, written in this language."""
    here, key = at.live.parts, f"course-v1:Takwin+ESSAI{at.language.upper()}+2026"
    with transaction(here.sessions) as session:
        import_course(
            session,
            FOLDER / at.language,
            blobs=here.blobs,
            types=here.host.types,
            now=here.clock(),
            key=CourseKey(key),
            language=at.language,
        )
    return key


PICTURES: Mapping[str, Callable[[Sitting], list[Image.Image]]] = {
    "quiz": _quiz,
    "order": _order,
    "match": _match,
    "scenario": _scenario,
    "worksheet": _worksheet,
    "diagnostic": _diagnostic,
    "plan": _plan,
    "journal": _journal,
    "studio": _studio,
}


def take(chromium: Browser, live: Live, folder: Path, wanted: frozenset[str] = frozenset(PICTURES)) -> None:
    """Write a picture of each block, and of the form for authors, in both languages."""
    with transaction(live.parts.sessions, writes=False) as session:
        course = session.scalars(select(Course.id).where(Course.key == TOUR)).one()
    for language in WORDS:
        for name in sorted(wanted):
            if name == "studio":
                person = live.people.person(Role.SITE_ADMIN, language=language)
            else:
                person = live.people.learner(course, language=language)
            context = chromium.new_context(viewport=PHONE, reduced_motion="reduce", locale=language)
            context.add_cookies([{"name": "takwin", "value": live.people.cookie(person), "url": live.site, "httpOnly": True}])
            page = context.new_page()
            page.set_default_timeout(10_000)
            panes = PICTURES[name](Sitting(live, page, language))
            keep(side_by_side(panes, from_right=language == "ar"), folder / f"{name}-{language}.png", largest=LARGEST)
            context.close()


def side_by_side(panes: list[Image.Image], *, from_right: bool) -> Image.Image:
    """Return pieces beside each other, the first where reading begins."""
    ordered = panes[::-1] if from_right else panes
    size = (sum(pane.width for pane in ordered) + _GAP * (len(ordered) - 1), max(pane.height for pane in ordered))
    whole = Image.new("RGB", size, "white")
    at = 0
    for pane in ordered:
        whole.paste(pane, (at, 0))
        at += pane.width
        if at < whole.width:
            whole.paste(_EDGE, (at + _GAP // 2, 0, at + _GAP // 2 + 1, whole.height))
        at += _GAP
    return whole


def keep(picture: Image.Image, path: Path, *, largest: int) -> None:
    """Write a picture with as many colours as its size allows."""
    for colours in (256, 128, 64, 32, 16):
        picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= largest:
            return
    message = f"{path} is larger than {largest} bytes"
    raise ValueError(message)
