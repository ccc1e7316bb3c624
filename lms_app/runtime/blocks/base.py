"""What our structural blocks share: they read and write their XML as Open edX does, and lose no attribute on the way."""

from __future__ import annotations

import json
import logging
from typing import Any, ClassVar, Final

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Dict, Field, List, Scope, String

log = logging.getLogger(__name__)

NO_FIELDS: Final = frozenset({"url_name", "slug", "filename", "org", "course", "xblock-family", "x-is-pointer-node", "data_dir"})
"""Attributes that say where a block is, not what it is."""
NO_ATTRIBUTES: Final = frozenset({"children", "parent", "xml_attributes", "kept_elements"})


def read_attribute(field: Field, text: str) -> Any:
    """Return an attribute's value by Open edX's rule: its JSON if the field takes it, else the text; `ValueError` if neither."""
    for candidate in _candidates(field, text):
        try:
            return field.from_json(candidate)
        except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
            continue
    raise ValueError(f"{field.name} can't be {text!r}")


def _candidates(field: Field, text: str) -> list[Any]:
    try:
        parsed = json.loads(text)
    except ValueError:
        return [text]
    if isinstance(field, String):
        # A title "null" or "12" is a title; only a text that stands in quotes was written as JSON.
        return [parsed, text] if isinstance(parsed, str) else [text]
    return [parsed, text]


def write_attribute(value: Any) -> str:
    """Return a JSON value as the text of an attribute, such that `read_attribute` gives the value back."""
    if isinstance(value, str):
        try:
            quoted = isinstance(json.loads(value), str)
        except ValueError:
            quoted = False
        return json.dumps(value, ensure_ascii=False) if quoted else value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


class OlxBlock(XBlock):
    """A block whose settings are attributes and whose children are elements."""

    display_name = String(default=None, scope=Scope.settings)
    xml_attributes = Dict(default={}, scope=Scope.settings)
    """Attributes that the class has no field for, kept for the way out."""
    kept_elements = List(default=[], scope=Scope.settings)
    """Elements that are no blocks (`<wiki slug=…>`, `<textbook>`), verbatim."""

    no_blocks: ClassVar[frozenset[str]] = frozenset()
    """Names of child elements that are not blocks."""
    renamed: ClassVar[dict[str, str]] = {}
    """Attributes whose field has another name."""

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> Any:
        """Return a block made from its XML; what it can't read is kept as it is and reported, never refused."""
        block = runtime.construct_xblock_from_class(cls, keys)
        cls.take_attributes(block, node, runtime)
        block.take_content(node, runtime)
        return block

    @classmethod
    def take_attributes(cls, block: Any, node: Any, runtime: Any) -> None:
        """Read each attribute into its field, one by one, so that a bad date costs that date alone."""
        kept: dict[str, str] = {}
        for attribute, text in node.items():
            if attribute in NO_FIELDS:
                continue
            field = block.fields.get(cls.renamed.get(attribute, attribute))
            if field is None or field.name in NO_ATTRIBUTES or field.scope not in {Scope.settings, Scope.content}:
                kept[attribute] = text
                continue
            try:
                setattr(block, field.name, read_attribute(field, text))
            except ValueError as error:
                kept[attribute] = text
                _report(runtime, block, attribute, str(error))
        if kept:
            block.xml_attributes = kept

    def take_content(self, node: Any, runtime: Any) -> None:
        """Read the elements inside: children are blocks, but for those that the class knows better."""
        kept: list[str] = []
        for child in node:
            if not isinstance(child.tag, str):
                continue
            if child.tag in self.no_blocks:
                kept.append(etree.tostring(child, encoding="unicode", with_tail=False))
            elif self.has_children:
                runtime.add_node_as_child(self, child)
        if kept:
            self.kept_elements = kept

    def add_xml_to_node(self, node: Any) -> None:
        """Write the block into `node`: settings as attributes, kept elements, then children by the runtime."""
        node.tag = self.scope_ids.block_type
        self.write_attributes(node)
        for text in self.kept_elements:
            node.append(etree.fromstring(text))
        self.add_children_to_node(node)

    def write_attributes(self, node: Any) -> None:
        """Write each explicit setting, and each attribute that was kept."""
        names = {field: attribute for attribute, field in self.renamed.items()}
        for name, field in sorted(self.fields.items()):
            if name in NO_ATTRIBUTES or field.scope not in {Scope.settings, Scope.content} or not field.is_set_on(self):
                continue
            value = self.olx_value(name, field.to_json(getattr(self, name)))
            if value is not None:
                node.set(names.get(name, name), write_attribute(value))
        for name, text in self.xml_attributes.items():
            if name not in NO_FIELDS and isinstance(text, str):
                node.set(name, text)

    def olx_value(self, name: str, value: Any) -> Any:  # noqa: ARG002 -- for subclasses that keep a field elsewhere
        """Return what stands in the attribute of a field; None leaves it out."""
        return value


def _report(runtime: Any, block: Any, attribute: str, reason: str) -> None:
    # An importer's runtime keeps a list of problems; others have nobody to tell but the log.
    note = getattr(runtime, "note_attribute", None)
    if note is not None:
        note(block, attribute, reason)
    else:
        log.warning("%s: %s kept as it is: %s", block.scope_ids.usage_id, attribute, reason)


class Container(OlxBlock):
    """A block that shows its children one after the other."""

    has_children = True
    completion_mode = "aggregator"

    def open_children(self) -> list[Any]:
        """Return the keys of the children that are neither hidden from this learner nor still to open."""
        return [key for key in self.children if self.runtime.is_open(key)]

    def shown_children(self) -> list[Any]:
        """Return the children that this learner sees."""
        return [self.get_child(key) for key in self.open_children()]

    def student_view(self, context: Any = None) -> Fragment:
        """Return the children's views in order."""
        page = Fragment()
        for child in self.shown_children():
            shown = self.runtime.render_child(child, "student_view", context)
            page.add_content(shown.content)
            page.add_fragment_resources(shown)
        return page
