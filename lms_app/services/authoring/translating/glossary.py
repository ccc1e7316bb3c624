"""The house's words for the trade's terms: found in a text whatever article, plural or clitic they stand in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from lms_app.domain.folding import folded
from lms_app.services.authoring.translating.units import plain_text

_FILE: Final = Path(__file__).with_name("glossary.json")
_BEFORE: Final = ("", "و", "ف", "ب", "ل", "ك", "وب", "ول", "فب", "فل")
_ARTICLES: Final = ("", "ال")
_MASHED: Final = ("لل", "ولل", "فلل")
"""`li-` and the article, written together."""
_BEHIND: Final = ("", "ات", "ين", "ون", "ان", "ه", "ها", "هم", "نا", "كم")
_SHORTEST_STEM: Final = 3
_ELIDED: Final = ("l", "d", "qu", "s", "n", "j", "c", "m", "t")
_MOST: Final = 6
"""Hints beside one text."""
_LOOKED_AT: Final = 6000
"""Characters of a text in which terms are looked for."""


@dataclass(frozen=True)
class Hint:
    """A term of the source text with what the house says for it."""

    said: str
    """As the glossary writes it."""
    house: tuple[str, ...]
    """In the language of the translation; the first is meant unless the sense asks for another."""


@dataclass(frozen=True)
class _Term:
    said: Mapping[str, tuple[str, ...]]


def hints(text: str, source: str, target: str) -> tuple[Hint, ...]:
    """Return the terms that stand in a text, in the order in which they stand there, each once; longer terms hide their parts."""
    words = list(_words(plain_text(text[:_LOOKED_AT]), source))
    known = _forms(source)
    longest = max((len(form) for form in known), default=0)
    found: dict[int, Hint] = {}
    place = 0
    while place < len(words) and len(found) < _MOST:
        for length in range(min(longest, len(words) - place), 0, -1):
            match = _match(known, words[place : place + length])
            if match is not None:
                number, said = match
                found.setdefault(number, Hint(said, _house(_terms()[number], said, source, target)))
                place += length - 1
                break
        place += 1
    return tuple(hint for hint in found.values() if hint.house)


def _house(term: _Term, said: str, source: str, target: str) -> tuple[str, ...]:
    """Return what the house says, first what stands in the same place as what was said: `membre` is `عضو`."""
    theirs, ours = term.said.get(source, ()), term.said.get(target, ())
    place = theirs.index(said)
    return (ours[place],) if len(theirs) == len(ours) else ours


def _match(known: Mapping[tuple[str, ...], tuple[int, str]], words: list[frozenset[str]]) -> tuple[int, str] | None:
    """Return the term that these words are, each in one of its spellings."""
    ways: list[tuple[str, ...]] = [()]
    for spellings in words:
        ways = [(*way, spelling) for way in ways for spelling in sorted(spellings)]
        if len(ways) > 200:  # noqa: PLR2004 -- a term has few words, and a word few stems
            ways = ways[:200]
    return next((known[way] for way in ways if way in known), None)


def _words(text: str, language: str) -> Iterator[frozenset[str]]:
    """Yield each word of a text as the stems that it may have."""
    for written in text.replace("'", " ' ").replace("’", " ’ ").split():
        for word in folded(written).split():
            if language == "fr" and word in _ELIDED:
                continue
            yield _stems(word, language)


def _stems(word: str, language: str) -> frozenset[str]:
    if language == "ar":
        return frozenset(_arabic(word))
    found = {word}
    if language == "fr" and word.endswith("aux"):
        found.add(f"{word[:-3]}al")
    if word.endswith("ies") and language == "en":
        found.add(f"{word[:-3]}y")
    if word.endswith(("s", "x")) and len(word) > _SHORTEST_STEM:
        found.add(word[:-1])
    return frozenset(found)


def _arabic(word: str) -> Iterator[str]:
    """Yield the word without what is written together with it: and, with, to, the; his, her, our; the plural."""
    heads = [
        word.removeprefix(before + article)
        for before in _BEFORE
        for article in _ARTICLES
        if word.startswith(before + article) and len(word) - len(before + article) >= _SHORTEST_STEM
    ]
    heads += [word.removeprefix(before) for before in _MASHED if word.startswith(before)]
    for head in dict.fromkeys(heads):
        for behind in _BEHIND:
            if not behind or (head.endswith(behind) and len(head) - len(behind) >= _SHORTEST_STEM):
                stem = head.removesuffix(behind) if behind else head
                yield stem
                yield stem.removesuffix("ه") if len(stem) > _SHORTEST_STEM else stem
                if stem.endswith("ي") and len(stem) > _SHORTEST_STEM:  # a weak noun with its article
                    yield stem.removesuffix("ي")
                if stem.endswith("ت") and len(stem) > _SHORTEST_STEM:  # the plural's, and ta marbuta's before a pronoun
                    yield stem.removesuffix("ت")


@cache
def _file() -> Mapping[str, Any]:
    told: Mapping[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return told


@cache
def _terms() -> tuple[_Term, ...]:
    return tuple(_Term({language: tuple(said) for language, said in term.items()}) for term in _file()["terms"])


@cache
def _forms(language: str) -> Mapping[tuple[str, ...], tuple[int, str]]:
    """Return every way in which a term may be written, folded: the first term that claims one has it."""
    found: dict[tuple[str, ...], tuple[int, str]] = {}
    for number, term in enumerate(_terms()):
        for said in term.said.get(language, ()):
            for way in _ways(said, language):
                found.setdefault(way, (number, said))
    for written, said in _file()["also"].get(language, {}).items():  # plurals that no ending tells
        number = next(place for place, term in enumerate(_terms()) if said in term.said[language])
        for way in _ways(written, language):
            found.setdefault(way, (number, said))
    return found


def _ways(said: str, language: str) -> Iterator[tuple[str, ...]]:
    ways: list[tuple[str, ...]] = [()]
    for spellings in _words(said, language):
        ways = [(*way, spelling) for way in ways for spelling in spellings]
    yield from ways
