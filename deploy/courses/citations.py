"""Finds the citations of laws in a text: “(law 112.12, art. 40)”, « (loi 112-12, art. 40) », «(القانون 112.12، المادة 40)»."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

LAWS = {
    "ma": {"en": r"law 112\.12", "fr": r"loi 112-12", "ar": r"القانون 112\.12"},
    "ohada": {"en": r"OHADA Uniform Act", "fr": r"Acte uniforme OHADA", "ar": r"قانون أوهادا الموحد"},
    "mw": {
        "en": r"Malawi, Cooperative Societies Act",
        "fr": r"Malawi, Cooperative Societies Act",
        "ar": r"ملاوي، قانون الجمعيات التعاونية",
    },
}
"""Each law by the name of its file of facts, as texts of each language cite it."""
COUNTRIES = {
    "ma": {"en": r"Morocc", "fr": r"Maroc|marocain", "ar": r"المغرب|مغربي"},
    "ohada": {
        "en": r"OHADA|Senegal|Ivoire|Cameroon|SCOOPS|COOP-CA",
        "fr": r"OHADA|Sénégal|Ivoire|Cameroun|SCOOPS|COOP-CA",
        "ar": r"أوهادا|السنغال|كوت ديفوار|الكاميرون|SCOOPS|COOP-CA",
    },
    "mw": {"en": r"Malawi", "fr": r"Malawi", "ar": r"ملاوي"},
}
"""How a text says where each law holds."""
ARTICLE = r"\d+(?:-[IVX]+)?(?!\d)"
BETWEEN = {"en": r"[–-]|, | and | to ", "fr": r"[–-]|, | et | à ", "ar": r"[–-]|، | ?و ?| إلى "}
MARKERS = {"en": r"art\.|arts\.|s\.|ss\.", "fr": r"art\.", "ar": r"المادة|المادتان|المواد"}
COMMA = {"en": ", ", "fr": ", ", "ar": "، "}
AND = {"en": " and ", "fr": " et ", "ar": " و"}
RANGE = re.compile(r"[–-]| to | à | إلى ")
LOOSE = {
    "en": re.compile(r"\b(?:articles?|arts?\.|sections?|ss?\.)\s?\d", re.IGNORECASE),
    "fr": re.compile(r"\b(?:articles?|arts?\.|sections?)\s?\d", re.IGNORECASE),
    "ar": re.compile(r"(?:المادة|المادتان|المادتين|المواد|الفصل|البند)\s?\d"),
}
"""An article that is named in any way."""
END = re.compile(r"(?<=[.!?؟…])(?<!\bart\.)(?<!\barts\.)(?<!\bs\.)(?<!\bp\.)[»”\"’)\u202f\u00a0]*\s+")


@dataclass(frozen=True, slots=True)
class Citation:
    """A law and its articles, as one sentence cites them."""

    law: str
    articles: tuple[str, ...]
    words: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """Return what is cited, the same in every language."""
        return f"{self.law} {', '.join(self.articles)}"


def citations_in(words: str, language: str) -> Iterator[Citation]:
    """Yield the citations of a text in order."""
    if not re.search(r"\d", words):
        return
    articles = rf"{ARTICLE}(?:(?:{BETWEEN[language]}){ARTICLE})*"
    found = []
    for law, names in LAWS.items():
        pattern = rf"{names[language]}[,،]\s(?:{MARKERS[language]})\s?({articles})"
        found += [
            Citation(law, expanded(match[1]), match[0], match.start(), match.end())
            for match in re.finditer(pattern, plain_spaces(words))
        ]
    yield from sorted(found, key=lambda one: one.start)


def plain_spaces(words: str) -> str:
    """Return words with ordinary spaces, as long as before."""
    return words.replace("\u202f", " ").replace("\u00a0", " ")


def without_citations(words: str, language: str) -> str:
    """Return a text without its citations."""
    for one in reversed(list(citations_in(words, language))):
        words = words[: one.start] + words[one.end :]
    return words


@cache
def expanded(articles: str) -> tuple[str, ...]:
    """Return the articles of a list one by one: `49–51, 57` is 49, 50, 51, 57; `43-III, IV` is 43-III, 43-IV."""
    found: list[str] = []
    ranged = False
    for part in re.findall(r"\d+(?:-[IVX]+)?(?!\d)|[IVX]+|[–-]| to | à | إلى ", articles):
        if RANGE.fullmatch(part):
            ranged = True
        elif ranged:
            found += [str(number) for number in range(int(found[-1]) + 1, int(part) + 1)]
            ranged = False
        elif part.isalpha():
            found.append(f"{found[-1].partition('-')[0]}-{part}")
        else:
            found.append(part)
    return tuple(found)


def sentences(words: str) -> list[str]:
    """Return the sentences of a text; a point inside “art. 40” ends none."""
    return [sentence for sentence in END.split(words) if sentence.strip()]
