"""The quiz's translations keep their placeholders, are what is compiled, and count as Arabic does."""

from __future__ import annotations

import gettext
import re

import pytest
from test_every_block import LANGUAGES, contract_folder, folder_of, written

FOLDER = folder_of("coop_quiz")


def compiled(language: str) -> gettext.NullTranslations:
    return gettext.translation("text", FOLDER / "translations", [language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    for sentence, said in written(FOLDER, language).items():
        wanted = set(re.findall(r"{\w+}", sentence))
        # Arabic says "two attempts" in one word, so a plural form may leave out its number, never the total.
        optional = {"{count}", "{points}"} if len(said) > 1 else set()
        for text in said:
            assert wanted - optional <= set(re.findall(r"{\w+}", text)) <= wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_source(language: str) -> None:
    catalogue = compiled(language)._catalog  # type: ignore[attr-defined]
    sources = written(contract_folder(), language) | written(FOLDER, language)
    assert {text for key, text in catalogue.items() if key} == {text for said in sources.values() for text in said}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "{points} نقطة"),
        (1, "نقطة واحدة"),
        (2, "نقطتان"),
        (3, "{points} نقط"),
        (11, "{points} نقطة"),
        (100, "{points} نقطة"),
    ],
)
def test_arabic_counts_in_six_ways(number: int, said: str) -> None:
    assert compiled("ar").ngettext("{points} point", "{points} points", number) == said
