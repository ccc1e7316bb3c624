"""Write a block's content as XML, from which `read_content` makes the same two fields again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lxml import etree

from takwin_xblocks.contract.olx import write_text
from takwin_xblocks.contract.schema import Attribute, Part, Schema, text_key
from takwin_xblocks.contract.values import spell


def write_content(schema: Schema, node: etree._Element, structure: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Write a content under the block's element (texts of parts that are gone excepted)."""
    _attributes(schema.attributes, node, structure)
    _inside(schema, node, structure, texts, prefix="")


def _attributes(known: tuple[Attribute, ...], node: etree._Element, part: Mapping[str, Any]) -> None:
    for one in known:
        if one.name in part and (one.required or part[one.name] != one.default):
            node.set(one.name, spell(one, part[one.name]))


def _inside(kind: Schema | Part, node: etree._Element, part: Mapping[str, Any], texts: Mapping[str, str], *, prefix: str) -> None:
    for words in kind.words:
        text = texts.get(text_key(prefix, words.part))
        is_due = words.required and (words.when is None or words.when.holds(part))
        if not words.part or (text is None and not is_due):
            continue
        name, _, when = words.part.partition("/")
        element = etree.SubElement(node, name) if text is None else write_text(node, name, text)
        if when:
            element.set("when", when)
    for one_kind in kind.parts:
        for one in part.get(one_kind.key, ()):
            _part(one_kind, node, one, texts, prefix=text_key(prefix, one.get("id", "")))


def _part(kind: Part, node: etree._Element, part: Mapping[str, Any], texts: Mapping[str, str], *, prefix: str) -> None:
    has_text = any(not words.part for words in kind.words)
    text = texts.get(prefix) if has_text else None
    if text is None:
        element = etree.SubElement(node, kind.tag)
    else:
        inner = [*(words.part.partition("/")[0] for words in kind.words if words.part), *(one.tag for one in kind.parts)]
        element = write_text(node, kind.tag, text, inner=inner)
    if "id" in part:
        element.set("id", part["id"])
    _attributes(kind.attributes, element, part)
    _inside(kind, element, part, texts, prefix=prefix)
