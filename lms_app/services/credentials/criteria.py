"""What was asked for a certificate, as a sentence of each language, so that its reader knows what it stands for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from lms_app.domain.content import Outline
from lms_app.domain.eligibility import SHARES, Condition
from lms_app.services.learning.exercises import named_in
from takwin_certificates.lettering import clean

LONGEST: Final = 500
"""Characters that a record takes."""


def criteria_of(conditions: Sequence[Condition], outline: Outline) -> dict[str, str]:
    """Return the sentence in every language, with the titles that exercises of this course have there."""
    return {
        language: _sentence(words, [_told(words, named_in(outline, each, language)) for each in conditions])
        for language, words in _words().items()
    }


def criteria_of_programme() -> dict[str, str]:
    """Return the sentence of a certificate over several courses."""
    return {language: _sentence(words, [words["programme"]]) for language, words in _words().items()}


def _sentence(words: Mapping[str, str], parts: Sequence[str]) -> str:
    text = words["whole"].format(parts=words["and"].join(parts))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def _told(words: Mapping[str, str], each: Condition) -> str:
    if each.kind in SHARES:
        return words[each.kind].format(percent=f"{100 * each.asked:.4g}", name=clean(each.name))
    key = f"{each.kind}_named" if each.name else each.kind
    return words[key].format(number=f"{each.asked:g}", level=each.level, name=clean(each.name))


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = json.loads(Path(__file__).with_name("criteria.json").read_text(encoding="utf-8"))
    return found
