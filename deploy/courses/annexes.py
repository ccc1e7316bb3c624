"""Makes the annexes of courses from the facts: a table of rules with their articles, and how sure each is, in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from deploy.courses.citations import AND, expanded
from deploy.courses.facts import Fact, Law, read_laws
from deploy.courses.reading import COURSES, LANGUAGES, course_folders

HEADS = {
    "ar": ("الموضوع", "القاعدة", "المادة ودرجة اليقين"),
    "fr": ("Sujet", "Règle", "Article et certitude"),
    "en": ("Subject", "Rule", "Article, and how sure"),
}
TOLD_HEADS = {
    "ar": ("الموضوع", "ما قيل", "من قاله"),
    "fr": ("Sujet", "Ce qui est dit", "Par qui"),
    "en": ("Subject", "What is said", "Who says it"),
}
"""Of what is no law."""
CAPTION = {"ar": "{name}: القواعد ودرجة اليقين", "fr": "{name} : règles et certitude", "en": "{name}: rules, and how sure we are"}
TOLD_CAPTION = {
    "ar": "{name}: ما قيل ومن قاله",
    "fr": "{name} : ce qui est dit, et par qui",
    "en": "{name}: what is said, and by whom",
}
READ = {"ar": "قرأناها في نص القانون", "fr": "lu dans le texte de la loi", "en": "read in the text of the law"}
SAID = {"ar": "حسب <bdi>{source}</bdi>", "fr": "selon {source}", "en": "said by {source}"}
UNKNOWN = {"ar": "غير معروف", "fr": "non connu", "en": "not known"}
ASK = {"ar": "اسألوا مصلحة السجل في بلدكم", "fr": "demandez au registre de votre pays", "en": "ask your registrar"}
COLON = {"ar": ": ", "fr": " : ", "en": ": "}
SOURCE = {
    "ar": "<strong>المصدر:</strong> {text}. {where}",
    "fr": "<strong>Source :</strong> {text}. {where}",
    "en": "<strong>Source:</strong> {text}. {where}",
}
WHERE = {"ar": "المرجع: <bdi>{source}</bdi>", "fr": "Où : <bdi>{source}</bdi>", "en": "Where: <bdi>{source}</bdi>"}
MARKERS = {"ar": "المادة {}", "fr": "art. {}", "en": "art. {}"}
SECTIONS = {"ar": "المادة {}", "fr": "art. {}", "en": "s. {}"}
"""How the article of an act in sections is named."""
DIVIDED_INTO_SECTIONS = frozenset({"mw"})
ARABIC_COUNTS = {1: "المادة", 2: "المادتان"}
ARABIC_MANY = "المواد"


def annexes(courses: Path = COURSES) -> Iterator[tuple[Path, str]]:
    """Yield the path of each annex that a course points to, and what it has to say."""
    laws = read_laws()
    for folder in course_folders(courses):
        for language in LANGUAGES:
            wanted = units_in(folder / language)
            for law in laws.values():
                for group in law.groups:
                    if law.annex(group) in wanted:
                        yield folder / language / "html" / f"{law.annex(group)}.html", page(law, group, language)


def units_in(edition: Path) -> frozenset[str]:
    """Return the units that the lessons of an edition point to."""
    lessons = (etree.parse(path).getroot() for path in sorted((edition / "sequential").glob("*.xml")))
    return frozenset(str(unit.get("url_name")) for lesson in lessons for unit in lesson.iter("vertical"))


def page(law: Law, group: str, language: str) -> str:
    """Return the page of one annex."""
    foot = law.foot.get(group)
    heads = "".join(f'<th scope="col">{head}</th>' for head in (TOLD_HEADS if foot else HEADS)[language])
    rows = [_row(law, fact, language) for fact in law.facts if fact.group == group]
    where = WHERE[language].format(source=law.source) if law.source and not foot else ""
    text = (foot or law.text)[language]
    caption = (TOLD_CAPTION if foot else CAPTION)[language].format(name=law.name[language])
    lines = [
        f"<p>{law.intro[group][language]}</p>",
        "<table>",
        f"<caption>{caption}</caption>",
        f"<thead><tr>{heads}</tr></thead>",
        "<tbody>",
        *rows,
        "</tbody>",
        "</table>",
        f"<p>{SOURCE[language].format(text=text[:1].upper() + text[1:], where=where).strip()}</p>",
    ]
    made = "\n".join(lines) + "\n"
    return in_french_spaces(made) if language == "fr" else made


def _row(law: Law, fact: Fact, language: str) -> str:
    known = [words for words in (cited(law, fact, language), sureness(law, fact, language)) if words]
    cells = (fact.rule[language], "<br/>".join(known))  # three columns, not four: they fit a phone
    return f'<tr><th scope="row">{fact.subject[language]}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def sureness(law: Law, fact: Fact, language: str) -> str:
    """Say in plain words how far a fact can be trusted."""
    if fact.mark == "V1":
        return READ[language]
    if fact.mark == "V2":
        return SAID[language].format(source=fact.source or law.source)
    ask = law.ask.get(fact.group, ASK)[language]
    return UNKNOWN[language] if ask in fact.rule[language] else f"{UNKNOWN[language]}{COLON[language]}{ask}"


def cited(law: Law, fact: Fact, language: str) -> str:
    """Return the articles of a fact as people write them in this language."""
    if not fact.article:
        return ""
    if language == "ar":
        return _in_arabic(fact.article)
    markers = SECTIONS if law.id in DIVIDED_INTO_SECTIONS else MARKERS
    return markers[language].format(fact.article)


def _in_arabic(article: str) -> str:
    """Say ranges with a word, since a dash between two numbers turns round; set Roman numerals apart."""
    said = [re.sub(r"\s?[–-]\s?(?=\d)", " إلى ", part) for part in article.split(", ")]
    parts = [re.sub(r"\d+-[IVX]+|[IVX]+", r"<bdi>\g<0></bdi>", part) for part in said]
    return f"{ARABIC_COUNTS.get(len(expanded(article)), ARABIC_MANY)} {AND['ar'].join(parts)}"


def in_french_spaces(words: str) -> str:
    """Put a narrow no-break space where French wants one; numbers keep theirs together too."""
    words = re.sub(r"[ \u00a0](?=[;:!?»%])", "\u202f", words)
    words = re.sub(r"(?<=«)[ \u00a0]", "\u202f", words)
    return re.sub(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))", "\u202f", words)
