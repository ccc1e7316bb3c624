"""Answer each of our blocks in a browser: by pointer, by keyboard alone, or without script. It knows no host.

`EXAMPLES` holds a small block of each type in Arabic and French; `answer(hand, name)` answers it right, and `done(page, name)` tells
what the page then shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Page = Any
"""Playwright's page, and its locators: the package is not there where the blocks' own tests run."""
MOST_STEPS = 150

WORDS: dict[str, dict[str, str]] = {
    "ar": {
        "title": "تمرين صغير",
        "prompt": "كم صوتا لكل عضو؟",
        "right": "صوت واحد",
        "wrong": "صوت عن كل حصة",
        "yes": "نعم.",
        "price": "اكتب ثمن ثلاث قنينات، ثمن الواحدة 400 درهم.",
        "unit": "درهم",
        "first": "إرسال الدعوة",
        "second": "عقد الجمع",
        "third": "كتابة المحضر",
        "fixed": "تكلفة ثابتة",
        "variable": "تكلفة متغيرة",
        "rent": "كراء المحل",
        "fruit": "ثمار الأركان",
        "place": "أنتم في زيارة لتعاونية.",
        "trust": "الثقة",
        "ask": "تسألكم الرئيسة: ماذا نفعل؟",
        "open": "نفتح الدفتر معا",
        "close": "نتصل بالبنك",
        "end": "نهاية حسنة",
        "after": "تعلم الأعضاء.",
        "bad": "نهاية صعبة",
        "debrief": "ماذا تعلمتم؟",
        "sales": "المداخيل",
        "costs": "النفقات",
        "result": "النتيجة",
        "month": "يوليوز",
        "pillar": "المحور",
        "say": "عبارة",
        "advice": "ابدؤوا بخطوة صغيرة.",
        "change": "تنظيم الصندوق",
        "what": "ملء دفتر الصندوق كل يوم",
        "who": "أمينة المال",
        "shows": "أيام مدونة",
        "model": "عدّ الصندوق معا كل مساء.",
        "point": "ذكرتُ شخصين.",
    },
    "fr": {
        "title": "Petit exercice",
        "prompt": "Combien de voix a chaque membre ?",
        "right": "Une voix",
        "wrong": "Une voix par part",
        "yes": "Oui.",
        "price": "Écrivez le prix de trois bouteilles à 400 dirhams l'une.",
        "unit": "MAD",
        "first": "Envoyer la convocation",
        "second": "Tenir l'assemblée",
        "third": "Écrire le procès-verbal",
        "fixed": "Coût fixe",
        "variable": "Coût variable",
        "rent": "Le loyer du local",
        "fruit": "Les fruits d'argan",
        "place": "Vous visitez une coopérative.",
        "trust": "Confiance",
        "ask": "La présidente demande : que faire ?",
        "open": "Ouvrir le cahier ensemble",
        "close": "Appeler la banque",
        "end": "Bonne fin",
        "after": "Les membres ont appris.",
        "bad": "Fin difficile",
        "debrief": "Qu'avez-vous appris ?",
        "sales": "Recettes",
        "costs": "Dépenses",
        "result": "Résultat",
        "month": "Juillet",
        "pillar": "Pilier",
        "say": "Phrase",
        "advice": "Commencez par un petit pas.",
        "change": "Tenir la caisse",
        "what": "Écrire le livre de caisse chaque jour",
        "who": "La trésorière",
        "shows": "Jours écrits",
        "model": "Compter la caisse à deux chaque soir.",
        "point": "J’ai parlé de deux personnes.",
    },
}
_PILLARS = "".join(
    f'<pillar id="p{pillar}"><name>{{pillar}} {pillar}</name>'
    + "".join(f'<statement id="s{pillar}{number}">{{say}} {pillar}.{number}</statement>' for number in range(1, 5))
    + "</pillar>"
    for pillar in range(1, 4)
)
XML = {
    "coop_quiz": """<coop_quiz max_attempts="2"><question kind="single" id="q1"><prompt>{prompt}</prompt>
        <choice id="c1" correct="true">{right}<feedback>{yes}</feedback></choice><choice id="c2">{wrong}</choice></question>
        <question kind="number" id="q2" value="1200"><prompt>{price}</prompt><unit>{unit}</unit></question></coop_quiz>""",
    "coop_order": """<coop_order><prompt>{prompt}</prompt>
        <item id="i1">{first}</item><item id="i2">{second}</item><item id="i3">{third}</item></coop_order>""",
    "coop_match": """<coop_match mode="categories"><prompt>{prompt}</prompt>
        <target id="t1">{fixed}</target><target id="t2">{variable}</target>
        <item id="i1" to="t1">{rent}</item><item id="i2" to="t2">{fruit}</item></coop_match>""",
    "coop_scenario": """<coop_scenario><intro>{place}</intro><indicator id="trust"><name>{trust}</name></indicator>
        <node id="n1"><situation>{ask}</situation>
        <choice id="a" to="n2">{open}<consequence>{yes}</consequence><effect on="trust" by="2"/></choice>
        <choice id="b" to="n3">{close}<effect on="trust" by="-1"/></choice></node>
        <node id="n2" ending="best"><title>{end}</title><situation>{after}</situation></node>
        <node id="n3" ending="bad"><title>{bad}</title><situation>{after}</situation></node><debrief>{debrief}</debrief></coop_scenario>""",
    "coop_worksheet": """<coop_worksheet draws="none"><intro>{place}</intro><column id="jul"><name>{month}</name></column>
        <row id="sales" kind="given"><name>{sales}</name><cell column="jul" value="8000"/></row>
        <row id="costs" kind="given"><name>{costs}</name><cell column="jul" value="6500"/></row>
        <row id="result" kind="input" formula="sales - costs" points="2"><name>{result}</name></row></coop_worksheet>""",
    "coop_diagnostic": f"<coop_diagnostic>{_PILLARS}</coop_diagnostic>",
    "coop_journal": """<coop_journal><prompt>{place}</prompt><question id="q1">{ask}<model>{model}</model></question>
        <question id="q2" may_be_empty="true">{debrief}</question><point id="p1">{point}</point></coop_journal>""",
    "coop_plan": """<coop_plan priorities="1" steps="1" months="3 6"><intro>{place}</intro></coop_plan>""",
}
EXAMPLES = {language: {name: xml.format(**words) for name, xml in XML.items()} for language, words in WORDS.items()}


@dataclass
class Hand:
    """Somebody at a page: with a pointer, or with the keyboard alone."""

    page: Page
    language: str
    by_keyboard: bool = False
    has_script: bool = True

    @property
    def words(self) -> dict[str, str]:
        """The words of the example on the page."""
        return WORDS[self.language]

    def root(self, name: str) -> Page:
        """Return the block's element."""
        return self.page.locator(f"[data-coop={name.removeprefix('coop_')}]").first

    def reach(self, target: Page) -> None:
        """Go to a control with the tabulator; where the focus cannot get, nobody without a pointer can."""
        for _step in range(MOST_STEPS):
            if target.evaluate("(one) => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {target}")

    def press(self, target: Page) -> None:
        """Press a button."""
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def fill(self, target: Page, text: str) -> None:
        """Type a text, or a date into a field of dates."""
        if self.by_keyboard and target.get_attribute("type") != "date":
            self.reach(target)
            self.page.keyboard.press("Control+A")
            self.page.keyboard.type(text)
        else:
            # What the keys of a field of dates are depends on the browser's own language.
            target.fill(text)

    def choose(self, target: Page) -> None:
        """Choose a radio button."""
        if not self.by_keyboard:
            target.check()
            return
        name = target.get_attribute("name")
        group = self.page.locator(f"input[type=radio][name='{name}']")
        self.reach_group(group)
        for _step in range(group.count()):
            if target.is_checked():
                return
            self.page.keyboard.press("Space" if not group.evaluate_all("all => all.some(one => one.checked)") else "ArrowDown")
        assert target.is_checked()

    def tick(self, target: Page) -> None:
        """Tick a box."""
        if self.by_keyboard:
            self.reach(target)
            self.page.keyboard.press("Space")
        else:
            target.check()

    def reach_group(self, group: Page) -> None:
        """Go to a group of radio buttons: the tabulator stops at the one that is chosen, else at the first."""
        for _step in range(MOST_STEPS):
            if group.evaluate_all("all => all.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the keyboard does not reach {group}")

    def sent(self, act: Callable[[], None]) -> None:
        """Do what sends a form, and wait until its answer is shown."""
        if not self.has_script:
            with self.page.expect_navigation():
                act()
            return
        with self.page.expect_response(lambda answer: answer.request.method == "POST" and "/handler/" in answer.url):
            act()
        self.page.wait_for_selector("[data-coop][aria-busy]", state="detached")

    def send(self, within: Page) -> None:
        """Press the first button that sends the form."""
        self.sent(lambda: self.press(within.locator("button[type=submit]").first))


def _quiz(hand: Hand) -> None:
    root = hand.root("coop_quiz")
    hand.choose(root.get_by_label(hand.words["right"], exact=True))
    hand.fill(root.locator("input[type=text]"), "١٢٠٠" if hand.language == "ar" else "1 200")
    hand.send(root.locator("form"))


def _order(hand: Hand) -> None:
    root = hand.root("coop_order")
    wanted = [hand.words[name] for name in ("first", "second", "third")]
    for place, text in enumerate(wanted):
        item = root.locator("[data-item]").filter(has_text=text)
        if not hand.has_script:
            item.locator("select").select_option(str(place + 1))
            continue
        while root.locator("[data-in] [data-text]").all_inner_texts().index(text) > place:
            hand.press(item.locator("[data-move=up]"))
    if hand.has_script and root.locator("select").first.input_value() == "":
        # They stood right by chance: one step there and back says so.
        hand.press(root.locator("[data-move=down]").first)
        hand.press(root.locator("[data-item]").nth(1).locator("[data-move=up]"))
    hand.send(root.locator("form"))


def _match(hand: Hand) -> None:
    root = hand.root("coop_match")
    for text, target in ((hand.words["rent"], hand.words["fixed"]), (hand.words["fruit"], hand.words["variable"])):
        item = root.locator("[data-item]").filter(has=root.page.locator("[data-text]", has_text=text))
        if not hand.has_script:
            item.locator("select").select_option(label=target)
            continue
        hand.press(item.locator("[data-pick]"))
        hand.press(root.locator("li[data-place] button", has_text=target).first)
    hand.send(root.locator("form"))


def _scenario(hand: Hand) -> None:
    root = hand.root("coop_scenario")
    hand.choose(root.get_by_label(hand.words["open"]))
    hand.send(root.locator("form[data-coop-form=choose]"))


def _worksheet(hand: Hand) -> None:
    root = hand.root("coop_worksheet")
    hand.fill(root.locator("input[type=text]"), "١٥٠٠" if hand.language == "ar" else "1 500")
    hand.send(root.locator("form[data-coop-form=submit]"))


def _diagnostic(hand: Hand) -> None:
    root = hand.root("coop_diagnostic")
    hand.send(root.locator("form[data-coop-form=begin]"))
    for _pillar in range(3):
        form = root.locator("form[data-coop-form=answer]").first
        for name in dict.fromkeys(form.locator("input[type=radio]").evaluate_all("all => all.map(one => one.name)")):
            hand.choose(form.locator(f"input[name='{name}'][value='3']"))
        hand.send(form)
    hand.send(root.locator("form[data-coop-form=finish]"))


def _plan(hand: Hand) -> None:
    root = hand.root("coop_plan")
    _plan_section(hand, root, "about", {"date": "2027-03-31"})
    texts = {"p1-change": "change", "p1-s1-what": "what", "p1-s1-who": "who", "p1-s1-indicator": "shows"}
    fields = {field: hand.words[word] for field, word in texts.items()}
    _plan_section(hand, root, "p1", {**fields, "p1-s1-due": "2027-06-30", "p1-s1-today": "0", "p1-s1-target": "30"})
    hand.send(root.locator("form[data-coop-form=ready]"))


def _plan_section(hand: Hand, root: Page, name: str, fields: dict[str, str]) -> None:
    form = root.locator(f"form[id$='-{name}']")
    section = root.locator("details", has=root.page.locator(f"form[id$='-{name}']"))
    if section.get_attribute("open") is None:
        hand.press(section.locator("summary"))
    for field, value in fields.items():
        hand.fill(form.locator(f"[name='answer-{field}']"), value)
    hand.send(form)


def _journal(hand: Hand) -> None:
    root = hand.root("coop_journal")
    assert hand.words["model"] not in root.inner_html()
    hand.fill(root.locator("textarea").first, hand.words["open"])
    hand.send(root.locator("form[data-coop-form=keep]"))
    assert hand.words["model"] in root.inner_text()
    hand.tick(root.get_by_label(hand.words["point"]))
    hand.send(root.locator("form[data-coop-form=compare]"))


_ANSWERS: dict[str, Callable[[Hand], None]] = {
    "coop_diagnostic": _diagnostic,
    "coop_journal": _journal,
    "coop_match": _match,
    "coop_order": _order,
    "coop_plan": _plan,
    "coop_quiz": _quiz,
    "coop_scenario": _scenario,
    "coop_worksheet": _worksheet,
}
GRADED = frozenset({"coop_match", "coop_order", "coop_quiz", "coop_scenario", "coop_worksheet"})
"""The others give no grade."""


def answer(hand: Hand, name: str) -> None:
    """Answer the example of a block right."""
    _ANSWERS[name](hand)


def shown(hand: Hand, name: str) -> str:
    """Return all that the block says to its learner, and what stands in its fields."""
    root = hand.root(name)
    fields = root.locator("input:not([type=hidden]), textarea, select").evaluate_all(
        "all => all.map(one => one.type === 'radio' || one.type === 'checkbox' ? one.checked : one.value)"
    )
    return f"{root.inner_text()}\n{fields}"
