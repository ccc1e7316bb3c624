"""Makes blocks of a course's XML: each class reads its own, the host follows pointers, and no bad block loses its neighbours."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from lxml import etree
from xblock.fields import ScopeIds

from lms_app.domain.content import RAW_FIELD, Block, CourseContent, Json
from lms_app.domain.errors import Invalid
from lms_app.domain.keys import BlockId, CourseKey, block_id
from lms_app.domain.problems import Problem, Severity
from lms_app.runtime.blocks import RawBlock
from lms_app.runtime.blocks.base import NO_FIELDS as PLACE_ATTRIBUTES, OlxBlock, read_attribute, write_attribute
from lms_app.runtime.blocks.html import HtmlBlock
from lms_app.runtime.import_folders import ReadOnlyFolder
from lms_app.runtime.import_names import Names, clean_name, local_name
from lms_app.runtime.import_nodes import (
    TYPE,
    attributes_of,
    drop,
    id_of_key,
    is_empty,
    is_legacy,
    is_pointer,
    line_of,
    part_course_policy,
    path_of,
    reads_itself,
    under_pointer,
)
from lms_app.runtime.import_runtime import AUTHORED, OlxRuntime
from lms_app.runtime.import_terms import BROKEN, COURSE_POLICY, IN_FILE, ROOT, Files, Found, Imported
from lms_app.runtime.plugins import BlockTypes
from lms_app.runtime.references import usage_of

log = logging.getLogger(__name__)

MOST_NESTED: Final = 60
_MENDABLE: Final = frozenset({"xml_broken", "xml_bad_encoding", "file_missing"})
"""Faults that cost one block. Any other is a trick, and costs the import."""


def import_tree(
    files: Files,
    *,
    course_key: CourseKey,
    types: BlockTypes,
    root: etree._Element,
    root_file: str,
    policies: Mapping[str, Mapping[str, Json]] | None = None,
    run: str = "",
    language: str = "en",
) -> Imported:
    """Return the course's blocks, read from its root element down, and everything that had to be guessed, renamed or kept raw.

    Problems of severity `error` mean that the files play tricks: then nothing may be written.
    """
    importer = _Importer(files, course_key, types, policies or {}, run or str(course_key).rpartition("+")[2])
    return importer.read(root, root_file, language)


class ImportRuntime(OlxRuntime):
    """Lends a block that reads its XML the course's files and policies, and takes its children."""

    def __init__(self, importer: _Importer, course: CourseKey, types: BlockTypes) -> None:
        super().__init__(course=course, types=types)
        self._importer = importer
        self.resources_fs = importer.folder

    def add_node_as_child(self, block: Any, node: etree._Element) -> None:
        """Read a child element as a block of its own."""
        self._importer.add_child(block, node)

    def get_policy(self, usage_id: Any) -> dict[str, Json]:
        """Return the settings that have precedence over the block's XML."""
        return dict(self._importer.policy_of(block_id(usage_id.block_type, usage_id.block_id)))

    def note_attribute(self, block: Any, attribute: str, reason: str) -> None:
        """Take a block's word that it kept an attribute which it can't read."""
        self._importer.warn("attribute_not_read", attribute=attribute, reason=reason, block=id_of_key(block.scope_ids.usage_id))


class _Importer:
    """One import: the blocks so far, the names taken, the place in the files."""

    def __init__(
        self,
        files: Files,
        course_key: CourseKey,
        types: BlockTypes,
        policies: Mapping[str, Mapping[str, Json]],
        run: str,
    ) -> None:
        self.files = files
        self.folder = ReadOnlyFolder(files.exists, files.text)
        self.types = types
        self.runtime = ImportRuntime(self, course_key, types)
        self.policies = policies
        self.run = run
        self.blocks: dict[BlockId, Block] = {}
        self.sources: dict[BlockId, str] = {}
        self.places: dict[BlockId, tuple[str, int]] = {}
        self.names = Names()
        self.problems: list[Problem] = []
        self.used: set[str] = set()
        self._open: list[BlockId] = []
        self._file = ""
        self._line = 0

    def read(self, root: etree._Element, file: str, language: str) -> Imported:
        """Read the whole course."""
        self.used.add(file)
        self.names.take(ROOT)
        self._read_block(Found(ROOT, root, file, pointer=True))
        course = self.blocks[ROOT]
        kept, self.blocks[ROOT] = part_course_policy(course, self.policy_of(ROOT))
        content = CourseContent(root=ROOT, blocks=self.blocks, language=language, policy={COURSE_POLICY: kept} if kept else {})
        return Imported(content, self.problems, self.used, self.places)

    # Where we are, and what we say about it.

    @contextmanager
    def _at(self, file: str, node: etree._Element) -> Iterator[None]:
        before = self._file, self._line
        self._file, self._line = file, line_of(node)
        try:
            yield
        finally:
            self._file, self._line = before

    def warn(self, code: str, /, **facts: Any) -> None:
        """Report a loss or a guess at the present place."""
        self._say(Severity.WARNING, code, facts)

    def _note(self, code: str, /, **facts: Any) -> None:
        self._say(Severity.NOTE, code, facts)

    def _say(self, severity: Severity, code: str, facts: dict[str, Any]) -> None:
        problem = Problem(severity, code, str(facts.pop("file", self._file)), int(facts.pop("line", self._line)), facts)
        if problem not in self.problems:
            self.problems.append(problem)

    def policy_of(self, block: BlockId) -> Mapping[str, Json]:
        """Return what the policy file says of a block; the course's stands under its run."""
        return self.policies.get(f"course/{self.run}" if block == ROOT else block, {})

    # Children.

    def add_child(self, parent: Any, node: etree._Element) -> None:
        """Read a child element and hang it under its parent, unless it would hold itself or stand there twice."""
        child = self._child(node)
        if child is None:
            return
        usage = usage_of(self.runtime.course_id, child)
        if usage in parent.children:
            self.warn("child_twice", block=child, line=line_of(node))
            return
        parent.children.append(usage)

    def _child(self, node: etree._Element) -> BlockId | None:
        with self._at(self._file, node):
            if len(self._open) >= MOST_NESTED:
                self._say(Severity.ERROR, "nested_too_deep", {"most": MOST_NESTED})
                return None
            if is_pointer(node):
                known = block_id(local_name(node), clean_name(node.get("url_name", "")))
                if known in self._open:
                    self.warn("block_in_itself", block=known)
                    return None
                same_file = self.sources.get(known) == path_of(node) or not self.files.exists(path_of(node))
                if known in self.blocks and same_file:
                    self._note("two_parents", block=known)
                    return known
            found = self._find(node)
            self._read_block(found)
            return found.id

    def _find(self, node: etree._Element) -> Found:
        """Follow a pointer to its file, and find a name that is free."""
        path = path_of(node)
        if not (path and self._points(node) and self.files.exists(path)):
            found = self._named(node, node, in_file=False)
            lost = self._is_lost(node)
            if lost:
                self.warn("file_missing", missing=path, block=found)
            self.names.take(found)
            return Found(found, node, self._file, lost=lost)
        self.used.add(path)
        definition, broken = node, None
        try:
            definition = under_pointer(self.files.xml(path), node)
        except Invalid as refused:
            broken = self._refused(refused, path)
        found = self._named(node, definition, in_file=True)
        self.names.take(found)
        self.sources[found] = path
        return Found(found, definition, path, pointer=True, broken=broken)

    def _points(self, node: etree._Element) -> bool:
        """Tell whether the element may stand for a file: it holds nothing, and says nothing more or is of a type that has files."""
        return is_empty(node) and (is_pointer(node) or (self._wants_file(node) and not self._has_body(node)))

    def _is_lost(self, node: etree._Element) -> bool:
        """Tell whether the element stands for a file that is not there."""
        return is_pointer(node) and self._wants_file(node) and not self._has_body(node)

    def _wants_file(self, node: etree._Element) -> bool:
        """Tell whether blocks of this type stand in files of their own (others may, and mostly stand in their parent's)."""
        block_class = self.types.load(local_name(node))
        return issubclass(block_class, OlxBlock) or is_legacy(block_class)

    def _has_body(self, node: etree._Element) -> bool:
        """Tell whether the element's text stands alone in a file (the oldest form of html)."""
        if not issubclass(self.types.load(local_name(node)), HtmlBlock):
            return False
        name = (node.get("url_name") or "").replace(":", "/")
        return "filename" in node.attrib or any(self.files.exists(f"{folder}/{name}.html") for folder in (node.tag, "html"))

    def _refused(self, refused: Invalid, path: str) -> str:
        """Report a file that can't be read as XML; a trick is an error, a slip costs the block alone."""
        mendable = refused.code in _MENDABLE
        facts = {key: value for key, value in refused.facts.items() if key not in {"file", "line"}}
        line = refused.facts.get("line", 0)
        self._say(Severity.WARNING if mendable else Severity.ERROR, refused.code, {**facts, "file": path, "line": line})
        return self.files.text(path) if refused.code == "xml_broken" else ""

    def _named(self, node: etree._Element, definition: etree._Element, *, in_file: bool) -> BlockId:
        block_type = local_name(definition)
        given = node.get("url_name") or definition.get("url_name") or ""
        if not given and in_file:
            given = node.get("filename") or ""
        if not TYPE.fullmatch(block_type):
            block_type = "unknown"
        if not given:
            return self.names.for_unnamed(block_type, definition)
        name = clean_name(given)
        wanted = block_id(block_type, name)
        if name and self.names.is_free(wanted):
            if name != given:
                self.warn("name_cleaned", given=given[:200], block=wanted)
            return wanted
        other = self.names.from_xml(block_type, definition)
        self.warn("name_taken" if name else "name_too_long", given=given[:200], block=other)
        return other

    # One block.

    def _read_block(self, found: Found) -> None:
        with self._at(found.file, found.node):
            self._open.append(found.id)
            self.places[found.id] = self._file, self._line
            try:
                self.blocks[found.id] = self._parsed(found) or self._raw(found)
            finally:
                self._open.pop()

    def _parsed(self, found: Found) -> Block | None:
        """Let the class read the XML; None when there is no class, no XML, or the class raises."""
        block_type = local_name(found.node)
        block_class = self.types.load(block_type)
        lost = found.lost and not getattr(block_class, "has_children", False)  # an empty container harms nobody
        if found.broken is not None or block_class is RawBlock or lost:
            return None
        before = set(self.blocks)
        try:
            return self._by_class(found, block_class)
        except Exception as error:
            log.info("%s can't be read", found.id, exc_info=True)
            self.warn("block_not_read", block=found.id, reason=f"{type(error).__name__}: {error}"[:500])
            for child in set(self.blocks) - before:
                self.names.release(child)
                del self.blocks[child]
            return None

    def _by_class(self, found: Found, block_class: Any) -> Block:
        self.folder.begin(found.file)
        mixed = self.runtime.mixologist.mix(block_class)
        node = copy.deepcopy(found.node)
        node.tail = None  # what follows the element in its parent is none of its content
        usage = usage_of(self.runtime.course_id, found.id)
        legacy = is_legacy(block_class)
        if legacy:
            # Without its name the element is no pointer to the class, and the name does not slip into the content.
            drop(node, "url_name")
        drop(node, "xblock-family")
        kept, late = ({}, {}) if legacy or reads_itself(block_class) else self._plain_attributes(node, mixed)
        self.runtime.ids.current = found.id
        block = mixed.parse_xml(node, self.runtime, ScopeIds(None, local_name(node), usage, usage))
        for name, value in late.items():
            setattr(block, name, value)
        if not legacy:
            self._apply_policy(block, found.id, kept)
        block.save()
        self.used.update(self.folder.opened)
        if found.node.get("filename") and self.folder.missed and not self.folder.opened:
            self.warn("file_missing", missing=self.folder.missed[0], block=found.id)
        return self._kept(found, block, kept)

    def _kept(self, found: Found, block: Any, kept: Mapping[str, str]) -> Block:
        fields = self.runtime.authored_fields(block)
        attributes = {**fields.pop("xml_attributes", {}), **kept}
        attributes = {name: text for name, text in attributes.items() if name not in PLACE_ATTRIBUTES}
        if attributes:
            fields["xml_attributes"] = attributes
        if "display_name" not in fields and found.node.get("name") and "display_name" in block.fields:
            fields["display_name"] = found.node.get("name")  # what 2012 called it
        children = tuple(id_of_key(key) for key in getattr(block, "children", None) or ())
        return Block(found.id, local_name(found.node), fields, tuple(child for child in children if child in self.blocks))

    def _plain_attributes(self, node: etree._Element, mixed: Any) -> tuple[dict[str, str], dict[str, Any]]:
        """Take away the attributes that XBlock's own reader would drop or stumble over: unknown ones, and bad values."""
        kept: dict[str, str] = {}
        late: dict[str, Any] = {}
        for name, text in attributes_of(node).items():
            known = mixed.fields.get(name)
            if known is None:
                drop(node, name)
                if name not in PLACE_ATTRIBUTES:
                    kept[name] = text
                continue
            try:
                known.enforce_type(known.from_string(text))
            except Exception:  # noqa: BLE001 -- fields refuse in many ways; YAML has its own
                drop(node, name)
                try:
                    late[name] = read_attribute(known, text)
                except ValueError as error:
                    kept[name] = text
                    self.warn("attribute_not_read", attribute=name, reason=str(error))
        return kept, late

    def _apply_policy(self, block: Any, name: BlockId, kept: dict[str, str]) -> None:
        for attribute, value in self.policy_of(name).items():
            known = block.fields.get(attribute)
            if attribute in PLACE_ATTRIBUTES or attribute == "xml_attributes":
                continue
            if known is None or known.scope not in AUTHORED:
                if name != ROOT:
                    kept[attribute] = write_attribute(value)
                continue
            try:
                setattr(block, attribute, known.from_json(value))
            except Exception as error:  # noqa: BLE001 -- fields refuse in many ways
                self.warn("policy_not_read", attribute=attribute, reason=str(error), block=name)

    def _raw(self, found: Found) -> Block:
        """Keep the XML of a block that nobody here can play; children that stand in files of their own are read all the same."""
        why = self.types.why(local_name(found.node))
        if why:
            self._note("type_not_installed", type=local_name(found.node), block=found.id, reason=why)
        node = copy.deepcopy(found.node)
        node.tail = None
        drop(node, "url_name")
        if found.broken is not None:
            drop(node, "filename")  # its file is written under its name
        fields: dict[str, Json] = {RAW_FIELD: etree.tostring(node, encoding="unicode", with_tail=False)}
        if found.pointer:
            fields[IN_FILE] = True
        if found.broken is not None:
            fields[BROKEN] = found.broken
        if found.node.get("display_name"):
            fields["display_name"] = found.node.get("display_name")
        children = [self._child(child) for child in found.node.iterchildren("*") if self._is_file_of_its_own(child)]
        return Block(found.id, local_name(found.node), fields, tuple(dict.fromkeys(child for child in children if child)))

    def _is_file_of_its_own(self, node: etree._Element) -> bool:
        return is_pointer(node) and self.files.exists(path_of(node))
