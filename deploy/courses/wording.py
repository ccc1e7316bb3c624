"""Looks at the words themselves: each text in its own script and language, none left for later, no paragraph twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from deploy.courses.faults import Fault
from deploy.courses.reading import LANGUAGES, Course, Edition, Unit
from deploy.courses.texts import Place, Text, squeezed

LETTERS = re.compile(r"[^\W\d_]+")
ARABIC = re.compile(r"[\u0621-\u064a\u0671-\u06d3]")
LATIN_WORD = re.compile(r"\d+-[IVX]+|[A-Za-zÀ-ÿ]{2,}")
BRACES = re.compile(r"\{[^{}]*\}")
FOR_LATER = re.compile(r"\b(?:lorem|ipsum|TODO|FIXME|TBD|XXX+|à compléter|to be written)\b")
NOTHING = re.compile(r"^(?:…|\.{3}|-{2,}|\?+)$")
ENGLISH = frozenset({"the", "and", "of", "with", "that", "this", "from", "they", "is", "are", "who", "what", "have", "their"})
FRENCH = frozenset({"le", "la", "les", "des", "et", "une", "que", "qui", "dans", "pour", "est", "sont", "avec", "leur", "ce"})
FEW = 4
"""So many words may be the same in two languages."""
ANNEX = "annex-"
"""Annexes are made from the facts; those of one country name the same source."""
LONG = 8
"""Paragraphs of so many words may stand in one unit alone."""
GRIDS = ("coop_observation/", "coop_rubric/")
"""Blocks by which works are judged: one grid judges a first version and the last, in the same words."""
GRID = frozenset({"level", "item", "scale"})
"""What is such a grid in them; items to order or to match are none."""
TYPED = frozenset({"accept", "unit", "word"})
"""What learners type or figures carry: letters of any script."""


def check_wording(course: Course) -> Iterator[Fault]:
    """Yield texts that are not written, not in their language, or written twice."""
    for edition in course.editions.values():
        for text in _everything(edition):
            yield from _written(edition, text)
            yield from _script(edition, text)
            if course.map and edition.language == "ar":
                yield from _set_apart(edition, text)
        yield from _language(edition, course)
        if course.map:
            yield from _twice(edition)


def _everything(edition: Edition) -> Iterator[Text]:
    """Yield all texts, names and descriptions of pictures too."""
    yield from edition.about
    for chapter in edition.chapters:
        yield _name(chapter.title, chapter.file, 1)
        for lesson in chapter.lessons:
            yield _name(lesson.title, lesson.file, 1)
            for unit in lesson.units:
                yield from unit_texts(unit)


def unit_texts(unit: Unit) -> Iterator[Text]:
    """Yield the texts of a unit with the names and descriptions in it."""
    yield _name(unit.title, unit.file, 1)
    for block in unit.blocks:
        yield _name(block.title, block.file, block.line)
        yield from block.texts
        for one in block.references:
            if one.kind == "picture" and one.alt and one.key.endswith("/img"):
                yield Text(f"{one.key}/alt", squeezed(one.alt), squeezed(one.alt), one.place, "alt")


def _name(title: str, file: str, line: int) -> Text:
    return Text("display_name", title, title, Place(file, line), "display_name")


def _written(edition: Edition, text: Text) -> Iterator[Fault]:
    if found := FOR_LATER.search(text.words):
        yield edition.fault(text.place.file, text.place.line, f"“{found[0]}” at {text.key}", "write the text")
    elif NOTHING.match(text.words):
        yield edition.fault(text.place.file, text.place.line, f"nothing but “{text.words}” at {text.key}", "write the text")


def _script(edition: Edition, text: Text) -> Iterator[Fault]:
    outside = BRACES.sub("", text.outside)
    shown = text.words[:60]
    if edition.language != "ar":
        if ARABIC.search(outside):
            remedy = 'put it into <bdi lang="ar">, or write it in this language'
            yield edition.fault(text.place.file, text.place.line, f"Arabic letters at {text.key}: “{shown}”", remedy)
        return
    if re.search(r"[^\W\d_]{3}", outside) and not ARABIC.search(outside):
        yield edition.fault(text.place.file, text.place.line, f"no Arabic at {text.key}: “{shown}”", "write it in Arabic")


def _set_apart(edition: Edition, text: Text) -> Iterator[Fault]:
    """Yield Latin words that would turn round a line of Arabic. Names and descriptions hold no markup."""
    found = LATIN_WORD.search(BRACES.sub("", text.outside))
    if found and text.tag not in TYPED | {"alt", "display_name"}:
        yield edition.fault(text.place.file, text.place.line, f"“{found[0]}” inside Arabic at {text.key}", "put it into <bdi>")


def _language(edition: Edition, course: Course) -> Iterator[Fault]:
    """Yield texts of one language that stand in another."""
    others = {
        text.key: text.words
        for other in course.editions.values()
        if LANGUAGES.index(other.language) > LANGUAGES.index(edition.language)
        for unit in other.units.values()
        for text in unit.texts
    }
    for unit in edition.units.values():
        for text in unit.texts:
            words = [word.lower() for word in LETTERS.findall(text.outside)]
            if text.tag not in TYPED and len(words) > FEW and others.get(text.key) == text.words:
                yield edition.fault(text.place.file, text.place.line, f"not translated at {text.key}", "write it in this language")
            elif edition.language == "fr" and _is_english(words):
                what = f"this looks like English at {text.key}: “{text.words[:60]}”"
                yield edition.fault(text.place.file, text.place.line, what, "write it in French")
            elif edition.language == "en" and _is_french(words):
                what = f"this looks like French at {text.key}: “{text.words[:60]}”"
                yield edition.fault(text.place.file, text.place.line, what, "write it in English")


def _is_english(words: list[str]) -> bool:
    return len(ENGLISH & set(words)) > 1 and not FRENCH & set(words)


def _is_french(words: list[str]) -> bool:
    return len(FRENCH & set(words)) > 1 and not ENGLISH & set(words)


def normalised(words: str) -> str:
    """Return words without what differs between two writings of the same: capitals, marks, digits' spaces, punctuation."""
    return " ".join(re.findall(r"\w+", words.casefold().replace("\u0640", "")))


def _is_paragraph(text: Text) -> bool:
    """Tell whether a text is told, so that once in a unit is enough; cells, feedback and lines to write on may come again."""
    return text.tag in {"p", "li"} and text.key.startswith("html/") and len(LETTERS.findall(text.words)) >= LONG


def _is_grid(text: Text) -> bool:
    return text.tag in GRID and text.key.startswith(GRIDS)


def _twice(edition: Edition) -> Iterator[Fault]:
    first: dict[str, tuple[str, Text]] = {}
    for unit in edition.units.values():
        for text in unit.texts:
            if len(text.words.split()) < LONG or _is_grid(text):
                continue
            known = first.setdefault(normalised(text.words), (unit.name, text))
            is_again = known[1] is not text if _is_paragraph(text) else known[0] != unit.name
            if is_again and not (unit.name.startswith(ANNEX) and known[0].startswith(ANNEX)):
                what = f"the same text as {known[1].place.file}:{known[1].place.line}: “{text.words[:60]}”"
                yield edition.fault(text.place.file, text.place.line, what, "say it once, or in other words")
