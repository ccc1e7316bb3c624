"""Holds what a course says of laws to the facts that were read: known articles, no figure of its own, the same in each language."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from deploy.courses.citations import COUNTRIES, LOOSE, Citation, citations_in, plain_spaces, sentences, without_citations
from deploy.courses.facts import Law
from deploy.courses.faults import Fault
from deploy.courses.numerals import counted_in, fractions_in, numbers_in
from deploy.courses.reading import Course, Edition, Unit
from deploy.courses.texts import Text
from deploy.courses.wording import ANNEX, unit_texts

CASE_FIGURES = "case-figures.toml"
UNREAD = {
    "en": re.compile(r"\bGambian?\b|\bMadagascar|\bMalagasy"),
    "fr": re.compile(r"\bGambie|\bMadagascar|\bmalgache"),
    "ar": re.compile(r"غامبيا|مدغشقر"),
}
"""Countries whose law nobody read."""
RULES = {
    "en": re.compile(r"\b(?:law|act|quorum|minimum|reserves?|statutory|legal)\b", re.IGNORECASE),
    "fr": re.compile(r"\b(?:loi|quorum|minimum|réserves?|légale?s?)\b", re.IGNORECASE),
    "ar": re.compile(r"القانون|قانون|النصاب|الحد الأدنى|الاحتياطي"),
}
SENT_ON = {
    "en": re.compile(r"\bregistrar|\bregistry|\bregister of|not (?:been )?read|\bpartner", re.IGNORECASE),
    "fr": re.compile(r"\bregistre|pas (?:été )?lu|\bpartenaire", re.IGNORECASE),
    "ar": re.compile(r"السجل|سجل|لم (?:ن|ت|ي)?قرأ|لم تُقرأ"),
}
"""What such a text must say: whom to ask, or that it was not read."""
EXPLAINING = frozenset({"feedback", "model", "consequence", "expected"})
NAMING = "-name"
TOLD = frozenset({"p", "li", "td", "dd"})
"""The units that say rules, not stories, and the elements in which they do."""
FEW = 4
"""So many words only name a country."""
HARD_TO_READ = "1/10"
"""The quorum of the third call in Morocco: the sentence of the law is hard to read in the copy."""
CONFIRM = {"en": re.compile(r"\bconfirm"), "fr": re.compile(r"\bconfirm"), "ar": re.compile(r"تأكي?د|تأكّ")}


def check_law(course: Course, laws: Mapping[str, Law]) -> Iterator[Fault]:
    """Yield citations of no fact, figures beside them that no cited fact has, and citations that only some languages have."""
    own = case_figures(course.folder)
    for edition in course.editions.values():
        for unit in edition.units.values():
            if unit.name.startswith(ANNEX):
                continue
            for text in unit_texts(unit):
                for sentence in sentences(text.words):
                    yield from _cited(edition, unit, text, sentence, laws, own if course.map else None)
                yield from _unread(edition, text)
                if course.map:
                    yield from _loose(edition, text)
                    yield from _uncited(edition, unit, text)
            if course.map:
                yield from _placed(edition, unit)
    if course.map:
        yield from _same(course)
        yield from _same_shares(course)


def case_figures(folder: Path) -> dict[str, frozenset[str]]:
    """Return the figures that a unit tells of its own case beside a citation; `case-figures.toml` says why."""
    path = folder / CASE_FIGURES
    told = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return {one["name"]: frozenset(one["figures"]) for one in told.get("unit", ())}


def _cited(
    edition: Edition, unit: Unit, text: Text, sentence: str, laws: Mapping[str, Law], own: Mapping[str, frozenset[str]] | None
) -> Iterator[Fault]:
    found = list(citations_in(sentence, edition.language))
    known: set[str] = set()
    for one in found:
        yield from _known(edition, text, one, laws)
        if one.law in laws:
            known |= {
                figure for article in one.articles for fact in laws[one.law].named(article) for figure in fact.figures_of(article)
            }
    if found and own is not None:
        yield from _figures(edition, unit, text, sentence, known | own.get(unit.name, frozenset()))
        yield from _abroad(edition, text, sentence, {one.law for one in found})
        if HARD_TO_READ in _shares(sentence, edition.language) and not CONFIRM[edition.language].search(text.words):
            what = f"the third call, without its warning: “{sentence[:90]}”"
            yield edition.fault(text.place.file, text.place.line, what, "say that the passage is to be confirmed")


def _known(edition: Edition, text: Text, one: Citation, laws: Mapping[str, Law]) -> Iterator[Fault]:
    for article in one.articles:
        if one.law not in laws or not laws[one.law].named(article):
            what = f"“{one.words}”: article {article} is in no fact of courses/facts/{one.law}.toml"
            yield edition.fault(text.place.file, text.place.line, what, "cite an article that was read, or say nothing of it")
            continue
        facts = laws[one.law].named(article)
        if all(fact.is_whole and not set(fact.articles) <= set(one.articles) for fact in facts):
            what = f"“{one.words}”: which of the articles {facts[0].article} says what is not known"
            yield edition.fault(text.place.file, text.place.line, what, "cite them all")


def _figures(edition: Edition, unit: Unit, text: Text, sentence: str, shares: set[str]) -> Iterator[Fault]:
    said = plain_spaces(without_citations(sentence, edition.language))
    known = shares | {number for figure in shares if "/" not in figure for number in numbers_in(figure)}
    for number in dict.fromkeys([*numbers_in(said), *counted_in(said, edition.language)]):
        if number not in known:
            what = f"{number} stands beside a citation whose facts do not have it: “{sentence[:90]}”"
            remedy = f"say it in a sentence of its own; if it is the case's, add it to {CASE_FIGURES} ({unit.name}) with the reason"
            yield edition.fault(text.place.file, text.place.line, what, remedy)
    for share in dict.fromkeys(fractions_in(said, edition.language)):
        if share not in shares:
            what = f"{share}, in words, beside a citation whose facts do not have it: “{sentence[:90]}”"
            yield edition.fault(text.place.file, text.place.line, what, f"as the fact says, or {CASE_FIGURES} ({unit.name})")


def _abroad(edition: Edition, text: Text, sentence: str, cited_laws: set[str]) -> Iterator[Fault]:
    """Yield a sentence that names a country beside the law of another."""
    said = without_citations(sentence, edition.language)
    named = {law for law, country in COUNTRIES.items() if re.search(country[edition.language], said)}
    if UNREAD[edition.language].search(said):
        named.add("unread")
    if named and not cited_laws <= named:
        what = f"the law of {', '.join(sorted(cited_laws - named))} beside the name of another country: “{sentence[:90]}”"
        yield edition.fault(text.place.file, text.place.line, what, "name the country whose law is cited")


def _placed(edition: Edition, unit: Unit) -> Iterator[Fault]:
    """Yield laws that a unit cites without naming, anywhere in it, a country where they hold."""
    texts = list(unit_texts(unit))
    said = " ".join(without_citations(text.words, edition.language) for text in texts)
    cited_laws = {one.law: one.words for text in texts for one in citations_in(text.words, edition.language)}
    for law, words in cited_laws.items():
        if not re.search(COUNTRIES[law][edition.language], said):
            yield edition.fault(
                unit.file, 0, f"“{words}”, and the unit never says in which country", "name the country: rules differ"
            )


def _uncited(edition: Edition, unit: Unit, text: Text) -> Iterator[Fault]:
    """Yield texts that explain what holds in a country, without its law and without sending the reader to the registrar."""
    language = edition.language
    if text.tag not in EXPLAINING and not (unit.name.endswith(NAMING) and text.tag in TOLD):
        return
    if any(citations_in(text.words, language)) or SENT_ON[language].search(text.words) or len(text.words.split()) <= FEW:
        return
    if any(re.search(country[language], text.words) for country in COUNTRIES.values()):
        what = f"what holds in a country, without an article: “{text.words[:90]}”"
        yield edition.fault(text.place.file, text.place.line, what, "cite the law, or send the reader to the registrar")


def _loose(edition: Edition, text: Text) -> Iterator[Fault]:
    rest = plain_spaces(without_citations(plain_spaces(text.words), edition.language))
    if found := LOOSE[edition.language].search(rest):
        what = f"“{rest[max(0, found.start() - 20) : found.end() + 10]}” names an article in a form of its own"
        yield edition.fault(text.place.file, text.place.line, what, "cite as docs/courses/README.md says: (law 112.12, art. 40)")


def _unread(edition: Edition, text: Text) -> Iterator[Fault]:
    language = edition.language
    for sentence in sentences(text.words):
        names, tells = UNREAD[language].search(sentence), RULES[language].search(sentence)
        if names and tells and not SENT_ON[language].search(text.words):
            what = f"a rule of {names[0]}, whose law was not read: “{sentence[:90]}”"
            yield edition.fault(text.place.file, text.place.line, what, "send the reader to the registrar of that country")


def _same(course: Course) -> Iterator[Fault]:
    """Yield units whose languages cite different articles."""
    if len(course.editions) < 2:  # noqa: PLR2004 -- nothing to compare
        return
    first, *others = course.editions.values()
    for name, unit in first.units.items():
        for other in others:
            if name not in other.units or name.startswith(ANNEX):
                continue
            here, there = cited(unit, first.language), cited(other.units[name], other.language)
            if here != there:
                more, less = _listed(here - there), _listed(there - here)
                what = f"{first.language} cites more: {more or 'nothing'}; {other.language} cites more: {less or 'nothing'}"
                yield other.fault(other.units[name].file, 0, what, "cite the same articles, as often, in every language")


def _same_shares(course: Course) -> Iterator[Fault]:
    """Yield texts with citations that say another fraction than the same text of the first language."""
    first, *others = course.editions.values()
    for name, unit in first.units.items():
        if name.startswith(ANNEX):
            continue
        shares = {
            text.key: _shares(text.words, first.language)
            for text in unit_texts(unit)
            if any(citations_in(text.words, first.language))
        }
        for other in others:
            for text in unit_texts(other.units[name]) if name in other.units else ():
                said = _shares(text.words, other.language)
                if shares.get(text.key, said) != said:
                    what = f"{sorted(said)} at {text.key}, where {first.language} says {sorted(shares[text.key])}"
                    yield other.fault(text.place.file, text.place.line, what, "say the same fraction in every language")


def _shares(words: str, language: str) -> frozenset[str]:
    return frozenset(fractions_in(plain_spaces(without_citations(words, language)), language))


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{key} (×{count})" if count > 1 else key for key, count in sorted(counts.items()))


def cited(unit: Unit, language: str) -> Counter[str]:
    """Return how often a unit cites what."""
    return Counter(
        f"{one.law} {article}"
        for text in unit_texts(unit)
        for one in citations_in(text.words, language)
        for article in one.articles
    )
