"""What holds for every block that is installed: complete words, light files, no secret ways out, an example that can be shown."""

from __future__ import annotations

import ast
import gettext
import gzip
import importlib
import json
import re
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from memory_host import Host, export
from xblock.fields import Boolean

from takwin_xblocks.contract.block import CoopBlock
from takwin_xblocks.contract.schema import Attribute, Part, Schema, text_key
from takwin_xblocks.contract.studio.sent import read_sent
from takwin_xblocks.contract.values import spell

BLOCKS: dict[str, type[CoopBlock]] = {
    entry.name: entry.load()
    for entry in sorted(entry_points(group="xblock.v1"), key=lambda entry: entry.name)
    if entry.name.startswith("coop_")
}
LANGUAGES = ("ar", "en", "fr")
LARGEST_SCRIPT = 20 * 1024
SAYING = {"_", "N_", "gettext", "ngettext"}
ALLOWED = {"lxml", "segno", "takwin_xblocks", "web_fragments", "webob", "xblock"}
every_block = pytest.mark.parametrize("name", BLOCKS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def folder_of(name: str) -> Path:
    """Return where a block's code stands."""
    return Path(str(importlib.import_module(BLOCKS[name].__module__).__file__)).parent


def contract_folder() -> Path:
    """Return where what all blocks share stands."""
    return Path(str(importlib.import_module("takwin_xblocks.contract").__file__)).parent


def said_in(folder: Path) -> set[str]:
    """Return every sentence that the code of a folder hands to gettext (of a plural, the singular)."""
    found = set()
    for file in folder.rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = getattr(call.func, "id", getattr(call.func, "attr", "")) if isinstance(call, ast.Call) else ""
            if called in SAYING:
                found |= {argument.value for argument in call.args[:1] if isinstance(argument, ast.Constant) and argument.value}
    return found


def written(folder: Path, language: str) -> dict[str, list[str]]:
    """Return what a catalogue says: sentence to its translations, one for each plural form."""
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
            entries[parts["msgid"]] = [said for key, said in parts.items() if key.startswith("msgstr")]
    return entries


def test_the_blocks_are_those_that_were_promised() -> None:
    assert list(BLOCKS) == [
        "coop_attendance",
        "coop_diagnostic",
        "coop_evidence",
        "coop_journal",
        "coop_match",
        "coop_observation",
        "coop_order",
        "coop_plan",
        "coop_quiz",
        "coop_rubric",
        "coop_scenario",
        "coop_worksheet",
    ]


# --- words ---


@every_language
@pytest.mark.parametrize("folder", [*BLOCKS, "contract"])
def test_every_sentence_is_translated_and_none_is_left_over(folder: str, language: str) -> None:
    place = contract_folder() if folder == "contract" else folder_of(folder)
    entries = written(place, language)
    assert set(entries) == said_in(place)
    assert [sentence for sentence, said in entries.items() if not all(said)] == []


@every_language
@every_block
def test_the_compiled_words_are_those_of_the_sources(name: str, language: str) -> None:
    compiled = gettext.translation("text", folder_of(name) / "translations", [language])
    for place in (folder_of(name), contract_folder()):
        for sentence, said in written(place, language).items():
            if len(said) == 1 and sentence not in written(folder_of(name), language):
                assert compiled.gettext(sentence) == said[0]


def labels(kind: Schema | Part) -> set[str]:
    """Return every word that the author's form takes from a schema."""
    found = {word for one in kind.attributes for word in (one.label, one.help, *(label for _value, label in one.choices))}
    found |= {word for one in kind.words for word in (one.label, one.help)}
    for part in kind.parts:
        found |= {part.label, part.add} | labels(part)
    return found - {""}


@every_block
def test_every_label_of_the_form_has_its_translation(name: str) -> None:
    block_class = BLOCKS[name]
    settings = {
        str(word)
        for setting in block_class.settings_in_form
        for field in [block_class.fields[setting]]
        # A box to tick says neither True nor False, though XBlock gives it both words.
        for word in (field.display_name, field.help, *(() if isinstance(field, Boolean) else _choices(field.values)))
        if word
    }
    known = set(written(folder_of(name), "ar")) | set(written(contract_folder(), "ar"))
    assert (labels(block_class.schema) | settings) - known == set()


def _choices(values: object) -> list[str]:
    return [one["display_name"] for one in values if isinstance(one, dict)] if isinstance(values, list | tuple) else []


# --- files ---


@every_block
def test_files_are_light_and_served(name: str) -> None:
    block_class = BLOCKS[name]
    for script in (f"{folder_of(name).name}.js", "studio.js"):
        with block_class.open_local_resource(f"public/{script}") as file:
            assert 0 < len(gzip.compress(file.read(), 9)) <= LARGEST_SCRIPT
    for style in (f"{folder_of(name).name}.css", "studio.css"):
        with block_class.open_local_resource(f"public/{style}") as file:
            assert re.findall(rb"(?:margin|padding|border)-(?:left|right)|[^-]text-align:(?:left|right)", file.read()) == []


@every_block
def test_scripts_need_no_library_and_evaluate_nothing(name: str) -> None:
    # As written: what makes them small may well call a name of ours `$`.
    sources = [file for folder in (folder_of(name), contract_folder()) for file in folder.joinpath("scripts").rglob("*.js")]
    for script in sources:
        found = re.findall(r"\beval\(|new Function\(|\$\.|jQuery\(", script.read_text(encoding="utf-8"))
        assert (script.name, found) == (script.name, [])


def imported(file: Path) -> set[str]:
    """Return the packages that a module imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_blocks_import_nothing_of_a_host() -> None:
    everything = set().union(*(imported(file) for file in contract_folder().parent.rglob("*.py")))
    assert everything - set(sys.stdlib_module_names) == ALLOWED


# --- views ---


@every_language
@every_block
def test_every_example_is_shown_and_comes_back_from_its_xml(name: str, language: str) -> None:
    scenarios = BLOCKS[name].workbench_scenarios()
    assert scenarios != []
    for _title, xml in scenarios:
        host = Host(xml)
        block = host.block(language=language)
        for view in ("student_view", "author_view", "studio_view"):
            page = block.runtime.render(block, view, {"language": language, "plain_forms": True}).content
            assert "style=" not in page
            assert "<script" not in page.replace('<script type="json/xblock-args"', "")
            tree = etree.HTML(f"<div>{page}</div>")
            ids = tree.xpath("//@id")
            assert sorted(ids) == sorted(set(ids))
            assert set(tree.xpath("//label/@for")) <= set(ids)
        again = Host(export(block)).block()
        assert (again.structure, again.texts, again.display_name) == (block.structure, block.texts, block.display_name)


# --- the author's form ---


def form_of(kind: Schema | Part, part: Mapping[str, Any], texts: Mapping[str, str], prefix: str = "") -> dict[str, Any]:
    """Return what the form of a part sends as it is: every field that applies, whether anything is in it or not."""
    fields = [(one, part.get(one.name, one.default)) for one in kind.attributes if one.when is None or one.when.holds(part)]
    words = [one.part for one in kind.words if one.when is None or one.when.holds(part)]
    return {
        "fields": {one.name: value_in_form(one, value) for one, value in fields},
        "texts": {one: texts.get(text_key(prefix, one), "") for one in words},
        "lists": {
            inner.key: [
                ({"id": one["id"]} if "id" in one else {}) | form_of(inner, one, texts, text_key(prefix, one.get("id", "")))
                for one in part.get(inner.key, ())
            ]
            for inner in kind.parts
            if inner.when is None or inner.when.holds(part)
        },
    }


def value_in_form(attribute: Attribute, value: Any) -> Any:
    """Return what a control sends."""
    if attribute.kind == "truth":
        return bool(value)
    if attribute.kind == "references":
        return list(value or ())
    return "" if value is None else spell(attribute, value)


SHIPPED = [
    pytest.param(node.tag, etree.tostring(node, encoding="unicode"), id=f"{file.parts[-3]}-{file.stem}")
    for file in sorted((Path(__file__).parents[2] / "courses/tour-of-the-blocks").glob("*/vertical/*.xml"))
    for node in etree.parse(str(file)).iter(*BLOCKS)
]
EXAMPLES = [
    pytest.param(name, xml, id=title) for name, block_class in BLOCKS.items() for title, xml in block_class.workbench_scenarios()
]


@pytest.mark.parametrize(("name", "xml"), [*EXAMPLES, *SHIPPED])
def test_a_form_that_nobody_touched_changes_nothing(name: str, xml: str) -> None:
    for block in _blocks_in(xml, name):
        content = form_of(block.schema, block.structure, block.texts)
        sent = read_sent(block, json.loads(json.dumps({"settings": {}, "content": content})))
        assert sent.faults == []
        assert (sent.content.structure, sent.content.texts) == (block.structure, block.texts)


@pytest.mark.parametrize(
    ("xml", "field", "kept"),
    [
        ('<coop_plan months="3"/>', "months", ""),  # nothing says something: no reminder
        ('<coop_plan priorities="2"/>', "priorities", 3),  # nothing says nothing: the usual number
        ("<coop_plan/>", "months", ""),
    ],
)
def test_a_field_that_its_author_empties_says_nothing_where_it_may(xml: str, field: str, kept: object) -> None:
    block = Host(xml).block()
    content = form_of(block.schema, block.structure, block.texts)
    content["fields"][field] = " "
    assert read_sent(block, {"settings": {}, "content": content}).content.structure[field] == kept
    del content["fields"][field]
    assert (
        read_sent(block, {"settings": {}, "content": content}).content.structure[field]
        == Host("<coop_plan/>").block().structure[field]
    )


def test_a_default_in_a_schema_is_given_to_no_block() -> None:
    structure = Host("<coop_diagnostic/>").block().structure
    structure["hidden_pillars"].append("x")
    block = Host("<coop_diagnostic/>").block()
    assert block.structure["hidden_pillars"] == []
    sent = {"settings": {}, "content": {"fields": {}, "texts": {}, "lists": {}}}
    read_sent(block, sent).content.structure["hidden_pillars"].append("x")
    assert read_sent(block, sent).content.structure["hidden_pillars"] == []


def _blocks_in(xml: str, name: str) -> list[CoopBlock]:
    return [Host(etree.tostring(node, encoding="unicode")).block() for node in etree.fromstring(xml).iter(name)]


@every_block
def test_a_block_that_nobody_has_written_yet_is_shown(name: str) -> None:
    host = Host(f"<{name}/>")
    block = host.block(language="fr")
    for view in ("student_view", "author_view", "studio_view"):
        assert block.runtime.render(block, view, {}).content != ""
    assert block.student_view_data()["display_name"] == block.display_name
