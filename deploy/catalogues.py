"""Keep the catalogues of words complete: `update` collects new words, `compile` makes them usable, `check` refuses a gap.

The interface has one catalogue a language (`lms_app/web/translations`), each block one of its own, which travels with it, and
what the blocks share is translated once (`contract`) and compiled into each. Names of catalogues after the command choose among them.
English is the language of the message ids: its catalogues are made, not written.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("ar", "fr")
KEYWORDS = {
    name: spec
    for names, spec in {
        ("_", "gettext", "lazy_gettext", "gettext_noop", "N_"): None,
        ("ngettext", "lazy_ngettext"): (1, 2),
        ("pgettext", "lazy_pgettext"): ((1, "c"), 2),
        ("npgettext",): ((1, "c"), 2, 3),
    }.items()
    for name in names
}
BLOCK_DOMAIN = "text"
TEMPLATES = ("**.html", "**.txt", "**.svg")
OPTIONS = {pattern: {"silent": "false", "encoding": "utf-8", "trimmed": "true"} for pattern in TEMPLATES}
PLURALS = {"ar": "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5)"}
"""Rules as translators know them, in the order of CLDR: Babel numbers Arabic's last two the other way round (11 as 100)."""
HEADER = "# {language} words of Takwin: {name}."
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def words_in_python(
    file: IO[bytes], keywords: Collection[str], _tags: Collection[str], options: Mapping[str, Any]
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Yield what a Python file says. It is parsed, not scanned, so that words inside f-strings are found."""
    del options  # Babel gives it by name
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in keywords:
                said = tuple(word.value if isinstance(word, ast.Constant) else None for word in node.args)
                yield node.lineno, name, said[0] if len(said) == 1 else said, []


METHODS: list[tuple[str, Any]] = [("**.py", words_in_python), *((pattern, "jinja2") for pattern in TEMPLATES)]


@dataclass(frozen=True)
class Words:
    """A set of words that is translated together: where it is used, and where its catalogues are.

    Words of other people's blocks are used in code that is not here: they have no sources, and are only checked and compiled.
    """

    name: str
    sources: tuple[Path, ...]
    folder: Path
    domain: str
    shared: Path | None = None
    """A folder of catalogues whose words are compiled into these."""

    def file(self, language: str) -> Path:
        """Return the catalogue of a language."""
        return self.folder / language / "LC_MESSAGES" / f"{self.domain}.po"

    def languages(self) -> list[str]:
        """Return the languages that must be complete: ours, and any other that has a catalogue."""
        present = {path.parts[-3] for path in self.folder.glob(f"*/LC_MESSAGES/{self.domain}.po")}
        if self.domain == BLOCK_DOMAIN:
            present.add("en")  # so that an English reader is not answered in the language of the host's own catalogue
        return [*LANGUAGES, *sorted(present - set(LANGUAGES))]


def all_words() -> Iterator[Words]:
    """Yield the interface's words, those of other people's blocks, then those of each block of ours."""
    interface = ROOT / "lms_app"
    yield Words("interface", (interface,), interface / "web" / "translations", "messages")
    yield Words("Open edX's blocks", (), ROOT / "lms_app" / "runtime" / "translations", "django")
    blocks = ROOT / "xblocks" / "src" / "takwin_xblocks"
    shared = blocks / "contract" / "translations"
    yield Words("contract", (blocks / "contract",), shared, BLOCK_DOMAIN)
    for block in sorted(path.parent for path in blocks.glob("*/block.py") if path.parent.name != "contract"):
        yield Words(block.name, (block,), block / "translations", BLOCK_DOMAIN, shared)


def carried() -> Iterator[Words]:
    """Yield the words of Open edX's blocks: ours to translate, but in no source of ours. They are compiled, and left alone."""
    yield Words("openedx", (), ROOT / "lms_app" / "runtime" / "translations", "django")


def used(words: Words) -> Catalog:
    """Return the words as the code and the templates use them; a template that does not parse is refused by its parser."""
    catalogue = Catalog(project="Takwin", charset="utf-8")
    for source in words.sources:
        found = extract_from_dir(
            source, METHODS, options_map=OPTIONS, keywords=KEYWORDS, comment_tags=("Translators:",), directory_filter=_is_source
        )
        for name, _line, message, comments, context in found:
            place = (source / name).relative_to(ROOT).as_posix()
            catalogue.add(message, None, [(place, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return catalogue


def update(words: Words) -> list[str]:
    """Bring each catalogue up to the words in use: new ones empty, changed ones never guessed, unused ones gone."""
    template = used(words)
    for language in words.languages() if words.sources else ():
        path = words.file(language)
        catalogue = _read(path, language)
        made = catalogue.creation_date
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        if language == "en":
            for message in catalogue:
                message.string = message.id  # the ids are English
        catalogue.creation_date = made  # so that a run that finds nothing new changes nothing
        catalogue.header_comment = HEADER.format(language=language, name=words.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=120, sort_by_file=True, include_lineno=False, ignore_obsolete=True)
    return []


def compile_words(words: Words) -> list[str]:
    """Write the compiled form beside each catalogue."""
    for language in words.languages():
        path = words.file(language)
        if path.exists():
            catalogue = _read(path, language)
            shared = words.shared / path.relative_to(words.folder) if words.shared else None
            for message in _read(shared, language) if shared else ():
                if message.id and message.id not in catalogue:
                    catalogue[message.id] = message
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, catalogue)
    return []


def check(words: Words) -> list[str]:
    """Return what is wrong: a word missing, unused, untranslated or doubtful, or a placeholder lost."""
    template = used(words)
    problems = []
    for language in words.languages():
        catalogue = _read(words.file(language), language)
        where = words.file(language).relative_to(ROOT)
        if words.file(language).exists() and catalogue.plural_expr != PLURALS.get(language, catalogue.plural_expr):
            problems.append(f"{where}: another order of plural forms than {PLURALS[language]}")
        present = {_key(message): message for message in catalogue if message.id}
        wanted = {_key(message) for message in template if message.id} if words.sources else set(present)
        problems += [f"{where}: not in the catalogue: {key[0]!r}" for key in sorted(wanted - present.keys(), key=str)]
        problems += [f"{where}: no longer used: {key[0]!r}" for key in sorted(present.keys() - wanted, key=str)]
        faults = {key: _fault(message) for key, message in present.items() if key in wanted}
        problems += [f"{where}: {fault}: {key[0]!r}" for key, fault in faults.items() if fault]
    return problems


def _is_source(folder: str) -> bool:
    return Path(folder).name not in {"__pycache__", "build", "translations", "node_modules"}


def _key(message: Message) -> tuple[str, str | None]:
    return (message.id if isinstance(message.id, str) else message.id[0], message.context)


def _fault(message: Message) -> str | None:
    """Return what is wrong with a translation. A plural form may leave out the number, as Arabic does for one and two."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    if not all(forms):
        return "not translated"
    if message.fuzzy:
        return "doubtful (fuzzy)"
    ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
    known = {placeholder for text in ids for placeholder in PLACEHOLDER.findall(text)}
    for form in forms:
        said = set(PLACEHOLDER.findall(form or ""))
        if said - known or (len(forms) == 1 and said != known):
            return f"placeholders differ in {form!r}"
    return None


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        new = Catalog(
            locale=language, project="Takwin", version="1", charset="utf-8", fuzzy=False,
            msgid_bugs_address="see README.md", last_translator="Takwin", language_team=language,
        )  # fmt: skip
        rule = PLURALS.get(language, new.plural_expr)
        new.mime_headers = [("Plural-Forms", f"nplurals={new.num_plurals}; plural={rule};")]
        return new
    with path.open("rb") as file:
        return read_po(file, locale=language)


COMMANDS: dict[str, Callable[[Words], list[str]]] = {"update": update, "compile": compile_words, "check": check}


def main(arguments: list[str]) -> int:
    """Run one command over all words; return 1 when something is wrong."""
    if not arguments or arguments[0] not in COMMANDS:
        sys.stderr.write(f"usage: python deploy/catalogues.py {'|'.join(COMMANDS)} [NAME …]\n")
        return 2
    known = [*all_words(), *(carried() if arguments[0] == "compile" else ())]
    chosen = [words for words in known if words.name in arguments[1:] or not arguments[1:]]
    problems = [problem for words in chosen for problem in COMMANDS[arguments[0]](words)]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        sys.stderr.write(f"{len(problems)} problems. `make i18n` collects the words; then translate what is empty.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
