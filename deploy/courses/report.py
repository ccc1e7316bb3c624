"""Reports on the language of a course: how long its sentences are, and which words of the house it uses, or should not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.courses.citations import sentences, without_citations
from deploy.courses.reading import LANGUAGES, ROOT, Course, Edition, Unit
from deploy.courses.style import avoided, folded
from deploy.courses.terms import TERMS
from deploy.courses.texts import Text
from deploy.courses.wording import ANNEX

AIM = {"ar": 20, "fr": 18, "en": 18}
"""Words that a sentence has on average, at most."""
LONG = {"ar": 32, "fr": 30, "en": 30}
"""Words beyond which a sentence is listed."""
LISTED = 40
IN_TABLES = frozenset({"td", "th", "caption"})
WORD = re.compile(r"\w")
ENDS = re.compile(r"[.!?؟…][»”\"’)\s\u202f\u00a0]*$")
NOTE = """Made by `python -m deploy.courses report`. A sentence is what ends with a point or a question mark; names, short choices, cells
of tables, citations of laws and the annexes (made from the facts) are not counted."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and where it stands."""

    language: str
    unit: str
    file: str
    line: int
    words: int
    said: str


def report(course: Course) -> str:
    """Return the report of a course."""
    editions = [course.editions[language] for language in LANGUAGES if language in course.editions]
    spoken = {edition.language: list(_spoken(edition)) for edition in editions}
    parts = [
        f"# The language of “{course.editions['en'].title}”",
        NOTE,
        _summary(spoken),
        _longest(spoken),
        _terms(editions),
        _avoided(editions),
        _units(editions, spoken),
    ]
    return "\n\n".join(parts) + "\n"


def reports(courses: list[Course], folder: Path = ROOT / "docs" / "courses") -> Iterator[tuple[Path, str]]:
    """Yield the report of each course that has a map."""
    for course in courses:
        if course.map:
            yield folder / f"{course.name}-language.md", report(course)


def _spoken(edition: Edition) -> Iterator[Sentence]:
    for unit in edition.units.values():
        if unit.name.startswith(ANNEX):
            continue
        for text in unit.texts:
            if text.tag not in IN_TABLES:
                yield from _sentences(edition.language, unit, text)


def _sentences(language: str, unit: Unit, text: Text) -> Iterator[Sentence]:
    for sentence in sentences(without_citations(text.words, language)):
        count = sum(bool(WORD.search(word)) for word in sentence.split())
        if count and ENDS.search(sentence):
            yield Sentence(language, unit.name, text.place.file, text.place.line, count, sentence)


def _summary(spoken: dict[str, list[Sentence]]) -> str:
    rows = ["## Sentences", "| | Sentences | Words each | Longest | Above the aim | To look at |\n|---|---|---|---|---|---|"]
    table = []
    for language, said in spoken.items():
        lengths = [one.words for one in said] or [0]
        above = sum(length > AIM[language] for length in lengths)
        long = sum(length > LONG[language] for length in lengths)
        mean = sum(lengths) / len(lengths)
        share = f"{above} ({above / len(lengths):.0%}) of more than {AIM[language]}"
        table.append(f"| {language} | {len(said)} | {mean:.1f} | {max(lengths)} | {share} | {long} of more than {LONG[language]} |")
    return "\n\n".join([rows[0], "\n".join([rows[1], *table])])


def _longest(spoken: dict[str, list[Sentence]]) -> str:
    found = [one for said in spoken.values() for one in said if one.words > LONG[one.language]]
    found.sort(key=lambda one: (-one.words, one.language, one.file, one.line, one.said))
    if not found:
        return "### The longest\n\nNone to look at."
    lines = [f"* {one.words} · {one.language} · `{one.file}:{one.line}` {one.said[:160]}…" for one in found[:LISTED]]
    return "\n".join(["### The longest", "", *lines])


def _terms(editions: list[Edition]) -> str:
    """Count in how many units each word of the house's glossary stands."""
    counts = {
        edition.language: _found(edition, {key: said[edition.language] for key, said in TERMS.items()}) for edition in editions
    }
    rows = [
        f"| {key} | " + " | ".join(_counted(said[edition.language], counts[edition.language][key]) for edition in editions) + " |"
        for key, said in TERMS.items()
    ]
    head = "| Term | " + " | ".join(edition.language for edition in editions) + " |"
    note = "In how many units each word of the glossary stands. A term that one language uses and another does not is worth a look."
    return "\n".join(["## Glossary", "", note, "", head, "|---" * (len(editions) + 1) + "|", *rows])


def _counted(terms: str, units: int) -> str:
    return f"{terms.replace('|', ' / ')}: {units}"


def _found(edition: Edition, terms: dict[str, str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for unit in edition.units.values():
        words = folded(" ".join(text.words for text in unit.texts))
        counts.update(key for key, said in terms.items() if re.search(rf"(?<!\w)[وبلفك]?(?:ال|لل?)?(?:{folded(said)})", words))
    return counts


def _avoided(editions: list[Edition]) -> str:
    lines = [
        f"* {edition.language} · `{text.place.file}:{text.place.line}` “{found}”: {remedy}"
        for edition in editions
        for unit in edition.units.values()
        if not unit.name.startswith(ANNEX)
        for text, found, remedy in avoided(edition.language, unit)
    ]
    return "\n".join(["## Words that the house does not use", "", *(lines or ["None."])])


def _units(editions: list[Edition], spoken: dict[str, list[Sentence]]) -> str:
    by_unit: dict[tuple[str, str], list[int]] = {}
    for said in spoken.values():
        for one in said:
            by_unit.setdefault((one.unit, one.language), []).append(one.words)
    names = [name for name in editions[-1].units if not name.startswith(ANNEX)]
    rows = [
        f"| `{name}` | " + " | ".join(_lengths(by_unit.get((name, edition.language), [])) for edition in editions) + " |"
        for name in names
    ]
    head = "| Unit | " + " | ".join(edition.language for edition in editions) + " |"
    note = "Words a sentence, on average and at most."
    return "\n".join(["## Unit by unit", "", note, "", head, "|---" * (len(editions) + 1) + "|", *rows])


def _lengths(lengths: list[int]) -> str:
    return f"{sum(lengths) / len(lengths):.1f}, {max(lengths)}" if lengths else "–"
