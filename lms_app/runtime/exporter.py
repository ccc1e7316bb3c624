"""Writes a course as the files that Open edX reads: pointers, definitions, policies and pages, in a language that it has."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from lxml import etree
from xblock.fields import ScopeIds

from lms_app.domain.content import RAW_FIELD, Block, CourseContent, Json, laid_over
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import BlockId, CourseKey, block_parts, course_parts
from lms_app.domain.problems import Problem, Severity
from lms_app.runtime.blocks import RawBlock
from lms_app.runtime.blocks.base import OlxBlock, write_attribute
from lms_app.runtime.import_folders import WritableFolder
from lms_app.runtime.import_nodes import drop, id_of_key, is_legacy
from lms_app.runtime.import_runtime import OlxRuntime
from lms_app.runtime.import_terms import BROKEN, COURSE_POLICY, IN_FILE
from lms_app.runtime.plugins import BlockTypes

log = logging.getLogger(__name__)

GRADING: Final = "grading"
ASSET_FACTS: Final = "assets"
_NO_POLICY: Final = frozenset({"xml_attributes", "kept_elements"})


def export_tree(
    content: CourseContent, *, course_key: CourseKey, types: BlockTypes, language: str | None = None
) -> tuple[dict[str, bytes], list[Problem]]:
    """Return the files of the course, without its assets, and what could not be written; refuse a language that it lacks."""
    if language and language != content.language:
        content = in_language(content, language)
    return _Exporter(content, course_key, types).write()


def in_language(content: CourseContent, language: str) -> CourseContent:
    """Return the course as one in that language alone: texts and files replaced where there is a translation."""
    overlay = content.overlays.get(language)
    if overlay is None:
        raise Invalid("no_such_language", language=language)
    blocks = dict(content.blocks)
    for block_id, texts in overlay.texts.items():
        if block_id in blocks:
            block = blocks[block_id]
            blocks[block_id] = Block(block.id, block.type, laid_over(block.fields, texts), block.children)
    root = blocks[content.root]
    blocks[content.root] = Block(root.id, root.type, {**root.fields, "language": language}, root.children)
    prefix = f"{language}:"
    pages = {path: text for path, text in content.pages.items() if ":" not in path}
    pages.update({path.removeprefix(prefix): text for path, text in content.pages.items() if path.startswith(prefix)})
    return CourseContent(
        root=content.root,
        blocks=blocks,
        language=language,
        assets={**content.assets, **overlay.assets},
        policy=content.policy,
        pages=pages,
    )


class ExportRuntime(OlxRuntime):
    """Lends a block that writes its XML a folder in memory, and places its children."""

    def __init__(self, exporter: _Exporter, course: CourseKey, types: BlockTypes) -> None:
        super().__init__(course=course, types=types)
        self._exporter = exporter
        self.export_fs = WritableFolder()

    def get_block(self, usage_id: Any, for_parent: Any = None) -> Any:  # noqa: ARG002 -- XBlock's signature
        """Return the block with its stored fields."""
        return self._exporter.block_for(id_of_key(usage_id))

    def add_block_as_child_node(self, block: Any, node: etree._Element) -> None:
        """Place a child in its parent's XML: a pointer to its file, or the whole of it."""
        node.append(self._exporter.element(id_of_key(block.scope_ids.usage_id)))


class _Exporter:
    """One export: the files so far, and the blocks that stand in files of their own."""

    def __init__(self, content: CourseContent, course_key: CourseKey, types: BlockTypes) -> None:
        self.content = content
        self.types = types
        self.runtime = ExportRuntime(self, course_key, types)
        self.org, self.course, self.run = course_parts(course_key)
        self.files: dict[str, bytes] = {}
        self.problems: list[Problem] = []
        self._written: set[BlockId] = set()
        self._parents = Counter(child for block in content.walk() for child in block.children)

    def write(self) -> tuple[dict[str, bytes], list[Problem]]:
        """Write everything and return it."""
        root = self._whole(self.content.blocks[self.content.root])
        self._put(f"course/{self.run}.xml", root)
        self._put("course.xml", etree.Element("course", url_name=self.run, org=self.org, course=self.course))
        self.files.update(self.runtime.export_fs.files)
        self._policies()
        self.files.update({path: text.encode() for path, text in self.content.pages.items() if ":" not in path})
        return self.files, self.problems

    def block_for(self, block_id: BlockId) -> Any:
        """Return the block as its class makes it."""
        block = self.content.blocks[block_id]
        block_class = RawBlock if RAW_FIELD in block.fields else self.types.load(block.type)
        mixed = self.runtime.mixologist.mix(block_class)
        usage = self.runtime.put_fields(block, mixed)
        return self.runtime.construct_xblock_from_class(block_class, ScopeIds(None, block.type, usage, usage))

    def element(self, block_id: BlockId) -> etree._Element:
        """Return what stands for the block in its parent's XML; its own file is written on the way, once."""
        block = self.content.blocks[block_id]
        if block_id in self._written:
            return self._pointer(block)
        self._written.add(block_id)
        if RAW_FIELD in block.fields:
            return self._raw(block)
        block_class = self.types.load(block.type)
        node = self._whole(block)
        if is_legacy(block_class) and set(node.attrib) == {"url_name"} and self.runtime.export_fs.exists(_path(block)):
            return node  # the class wrote its file, and left a pointer
        if issubclass(block_class, OlxBlock) or self._parents[block_id] > 1:
            self._put(_path(block), node)
            return self._pointer(block)
        return _named(node, block)

    def _whole(self, block: Block) -> etree._Element:
        """Return the block's XML as its class writes it; plain attributes, reported, when the class can't."""
        node = etree.Element(block.type)
        try:
            made = self.block_for(block.id)
            if isinstance(made, RawBlock):
                self._report("type_not_installed", block, type=block.type)
                return self._plain(block)
            made.add_xml_to_node(node)
        except Exception as error:
            log.info("%s can't be written", block.id, exc_info=True)
            self._report("block_not_exported", block, reason=f"{type(error).__name__}: {error}"[:500])
            return self._plain(block)
        if not isinstance(made, OlxBlock) and not is_legacy(type(made)):
            for name, text in block.fields.get("xml_attributes", {}).items():
                if name not in node.attrib and isinstance(text, str):
                    node.set(name, text)
        if isinstance(made, OlxBlock):
            _indent(node)
        return node

    def _plain(self, block: Block) -> etree._Element:
        node = etree.Element(block.type)
        for name, value in sorted(block.fields.items()):
            if value is not None and name not in _NO_POLICY:
                node.set(name, write_attribute(value))
        node.extend(self.element(child) for child in block.children)
        return node

    def _raw(self, block: Block) -> etree._Element:
        """Return a block that was kept as it came, in the form in which it came."""
        for child in block.children:  # named by pointers inside the kept XML
            self._in_file(child)
        if BROKEN in block.fields:
            self.files[_path(block)] = block.fields[BROKEN].encode()
            return self._pointer(block)
        node = etree.fromstring(block.fields[RAW_FIELD])
        if block.fields.get(IN_FILE):
            self._put(_path(block), node)
            return self._pointer(block)
        return _named(node, block)

    def _in_file(self, block_id: BlockId) -> None:
        block = self.content.blocks[block_id]
        node = self.element(block_id)
        if _path(block) not in self.files and not self.runtime.export_fs.exists(_path(block)):
            drop(node, "url_name")
            self._put(_path(block), node)

    def _pointer(self, block: Block) -> etree._Element:
        return etree.Element(block.type, url_name=block_parts(block.id)[1])

    def _put(self, path: str, node: etree._Element) -> None:
        self.files[path] = etree.tostring(node, encoding="utf-8", with_tail=False) + b"\n"

    def _policies(self) -> None:
        root = self.content.blocks[self.content.root]
        told: dict[str, Json] = {name: value for name, value in root.fields.items() if name not in _NO_POLICY}
        told.update(self.content.policy.get(COURSE_POLICY, {}))
        self._put_json(f"policies/{self.run}/policy.json", {f"course/{self.run}": told})
        if self.content.policy.get(GRADING):
            self._put_json(f"policies/{self.run}/grading_policy.json", self.content.policy[GRADING])
        if self.content.policy.get(ASSET_FACTS):
            self._put_json("policies/assets.json", self.content.policy[ASSET_FACTS])

    def _put_json(self, path: str, value: Mapping[str, Json]) -> None:
        self.files[path] = (json.dumps(value, ensure_ascii=False, indent=4, sort_keys=True) + "\n").encode()

    def _report(self, code: str, block: Block, **facts: Any) -> None:
        self.problems.append(Problem(Severity.WARNING, code, _path(block), 0, {"block": block.id, **facts}))


def _path(block: Block) -> str:
    name = block_parts(block.id)[1]
    return f"{block.type}/{name.replace(':', '/')}.xml"


def _named(node: etree._Element, block: Block) -> etree._Element:
    """Return the element with the block's name as its first attribute."""
    attributes = [(name, text) for name, text in node.attrib.items() if name != "url_name"]
    node.attrib.clear()
    node.set("url_name", block_parts(block.id)[1])
    for name, text in attributes:
        node.set(name, text)
    return node


def _indent(node: etree._Element) -> None:
    """Put each child on a line of its own; what stands inside a child is not touched, for blanks may mean something there."""
    if not len(node):
        return
    node.text = "\n  "
    for child in node:
        child.tail = "\n  "
    node[-1].tail = "\n"
