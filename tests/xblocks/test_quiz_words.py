"""Every sentence of the quiz exists in Arabic, French and English, and the compiled catalogues are those of the sources."""

from __future__ import annotations

import ast
import gettext
import re
from pathlib import Path

import pytest

import takwin_xblocks.quiz

FOLDER = Path(takwin_xblocks.quiz.__file__).parent
LANGUAGES = ("ar", "en", "fr")


def said_in_code() -> set[str]:
    """Return every sentence that the quiz's code hands to gettext (of a plural, the singular)."""
    found = set()
    for file in FOLDER.glob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = getattr(call.func, "id", getattr(call.func, "attr", "")) if isinstance(call, ast.Call) else ""
            if called in {"_", "N_", "gettext", "ngettext"}:
                found |= {argument.value for argument in call.args[:1] if isinstance(argument, ast.Constant)}
    return found


def written(language: str, folder: Path = FOLDER) -> dict[str, list[str]]:
    """Return what the source catalogue says: sentence to its translations, one for each plural form."""
    text = (folder / "translations" / language / "LC_MESSAGES" / "text.po").read_text(encoding="utf-8")
    entries = {}
    for block in text.split("\n\n"):
        parts: dict[str, str] = {}
        keyword = ""
        for line in block.splitlines():
            match = re.match(r'(msgid|msgid_plural|msgstr(?:\[\d\])?) (".*")$', line)
            if match:
                keyword = match[1]
                parts[keyword] = ast.literal_eval(match[2])
            elif line.startswith('"'):
                parts[keyword] += ast.literal_eval(line)
        if parts.get("msgid"):
            entries[parts["msgid"]] = [text for key, text in parts.items() if key.startswith("msgstr")]
    return entries


def compiled(language: str) -> gettext.NullTranslations:
    return gettext.translation("text", FOLDER / "translations", [language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated_and_none_is_left_over(language: str) -> None:
    entries = written(language)
    assert set(entries) == said_in_code()
    assert [sentence for sentence, said in entries.items() if not all(said)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str) -> None:
    for sentence, said in written(language).items():
        wanted = set(re.findall(r"{\w+}", sentence))
        # Arabic says "two attempts" in one word, so a plural form may leave out its number, never the total.
        optional = {"{count}", "{points}"} if len(said) > 1 else set()
        for text in said:
            assert wanted - optional <= set(re.findall(r"{\w+}", text)) <= wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_source(language: str) -> None:
    catalogue = compiled(language)._catalog  # type: ignore[attr-defined]
    sources = written(language, FOLDER.parent / "contract") | written(language)
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
