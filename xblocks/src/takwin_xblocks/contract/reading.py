"""Read a block's content from its XML, by its schema, telling every fault with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

from takwin_xblocks.contract.olx import attributes_of, has_bare_text, is_element, is_entity, line_of, read_text, shown
from takwin_xblocks.contract.schema import N_, Attribute, Content, ContentError, Fault, Part, Schema, Words, text_key
from takwin_xblocks.contract.values import ID, ValueRefused, parse

_TEXT_MARKS = frozenset({"markup"})


def read_content(schema: Schema, node: etree._Element) -> Content:
    """Read the content of a block. Refuses (`ContentError`) faults of form; what only the block knows to be wrong it checks itself.

    The attributes of the block's own element that are no part of its schema are settings, and not looked at here.
    """
    reader = _Reader()
    content = reader.content
    content.lines[""] = line_of(node)
    content.structure.update(reader.attributes(schema.attributes, node, {}, ""))
    reader.inside(schema, node, content.structure, path="", prefix="")
    if reader.faults:
        raise ContentError(reader.faults)
    return content


class _Reader:
    """Collects a content and the faults met on the way."""

    def __init__(self) -> None:
        self.content = Content()
        self.faults: list[Fault] = []

    def attributes(self, known: tuple[Attribute, ...], node: etree._Element, part: Mapping[str, Any], path: str) -> dict[str, Any]:
        """Return the attributes of an element, and what stands for those that it leaves out."""
        found = dict(part)
        for one in known:
            typed = node.get(one.name)
            if one.when is not None and not one.when.holds(found):
                if typed is not None:
                    self._fault(node, N_('{element} takes no attribute "{name}" here'), path, element=shown(node), name=one.name)
            elif typed is not None:
                self._attribute(one, typed, node, found, path)
            elif one.default is not None:
                found[one.name] = one.at_first()
            elif one.required:
                self._fault(node, N_('{element} needs the attribute "{name}"'), path, element=shown(node), name=one.name)
        return found

    def _attribute(self, one: Attribute, typed: str, node: etree._Element, found: dict[str, Any], path: str) -> None:
        try:
            found[one.name] = parse(one, typed)
        except ValueRefused as refused:
            self._fault(node, refused.words, f"{path}.{one.name}".lstrip("."), **refused.given)
            if one.default is not None:
                found[one.name] = one.at_first()

    def inside(self, kind: Schema | Part, node: etree._Element, part: dict[str, Any], *, path: str, prefix: str) -> None:
        """Read the texts and the parts inside an element."""
        words = [one for one in kind.words if one.when is None or one.when.holds(part)]
        parts = [one for one in kind.parts if one.when is None or one.when.holds(part)]
        for one in parts:
            part[one.key] = []
        own = next((one for one in words if not one.part), None)
        tags = list(dict.fromkeys([*(_tag(one) for one in words if one.part), *(one.tag for one in parts)]))
        children = list(self._children(node, tags, is_text=own is not None, path=path))
        if own is not None:
            self._text(prefix, node, without=children)
        elif has_bare_text(node):
            expected = ", ".join(f"<{name}>" for name in tags)
            self._fault(node, N_("text outside {expected} would be lost"), path, expected=expected)
        self._words(words, children, node, path=path, prefix=prefix)
        self._parts(kind, parts, children, part, path=path, prefix=prefix)

    def _words(self, words: list[Words], children: list[etree._Element], node: etree._Element, *, path: str, prefix: str) -> None:
        known = {one.part: one for one in words if one.part}
        tags = {_tag(one) for one in known.values()}
        seen: set[str] = set()
        for child in children:
            if child.tag not in tags:
                continue
            self._no_other(child, {*_TEXT_MARKS, "when"}, path)
            part = str(child.tag) + (f"/{child.get('when')}" if "when" in child.attrib else "")
            if part not in known:
                allowed = ", ".join(f'when="{name.partition("/")[2]}"' for name in known if name.startswith(f"{child.tag}/"))
                self._fault(child, N_("{tag} is for {allowed}"), path, tag=child.tag, allowed=allowed or shown(child))
            if part in seen:
                self._fault(child, N_("a second {element} in the same place"), path, element=shown(child))
            seen.add(part)
            self._text(text_key(prefix, part), child)
        for one in known.values():
            if one.required and one.part not in seen:
                self._fault(node, N_("{where} has no <{name}>"), path, where=_named(node), name=_tag(one))

    def _parts(
        self,
        parent: Schema | Part,
        kinds: list[Part],
        children: list[etree._Element],
        part: dict[str, Any],
        *,
        path: str,
        prefix: str,
    ) -> None:
        reserved = {_tag(one) for one in parent.words if one.part}
        by_tag = {one.tag: one for one in kinds}
        seen: set[str] = set()
        for child in children:
            kind = by_tag.get(str(child.tag))
            if kind is None:
                continue
            where = f"{path}.{kind.key}.{len(part[kind.key])}".lstrip(".")
            self.content.lines[where] = line_of(child)
            one: dict[str, Any] = {}
            if kind.ids != "none":
                one["id"] = self._identity(child, seen, reserved, where)
            text_marks = _TEXT_MARKS if any(not words.part for words in kind.words) else frozenset()
            self._no_other(child, {"id", *text_marks, *(attribute.name for attribute in kind.attributes)}, where)
            one = self.attributes(kind.attributes, child, one, where)
            part[kind.key].append(one)
            self.inside(kind, child, one, path=where, prefix=text_key(prefix, one.get("id", "")))
        for kind in kinds:
            self._count(kind, len(part[kind.key]), path)

    def _count(self, kind: Part, count: int, path: str) -> None:
        where = path or kind.key
        if count > kind.most:
            self._tell(
                Fault(N_("{count} times <{tag}>: at most {most}"), {"count": count, "tag": kind.tag, "most": kind.most}, where)
            )
        if count < kind.least and (path or count):
            # A block without anything in it yet is a beginning, not a fault.
            self._tell(
                Fault(N_("{count} times <{tag}>: at least {least}"), {"count": count, "tag": kind.tag, "least": kind.least}, where)
            )

    def _identity(self, node: etree._Element, seen: set[str], reserved: set[str], path: str) -> str:
        identity, tag = node.get("id", ""), str(node.tag)
        if not ID.fullmatch(identity):
            words = N_('this <{tag}> needs an id of 1 to 64 letters a-z, digits, "-" or "_"; it has "{typed}"')
            self._fault(node, words, path, tag=tag, typed=identity[:40])
        elif identity in seen:
            self._fault(node, N_('the id "{id}" is used twice'), path, id=identity)
        elif identity in reserved:
            self._fault(node, N_('"{id}" is the name of a part and cannot be the id of a <{tag}>'), path, id=identity, tag=tag)
        seen.add(identity)
        return identity

    def _text(self, key: str, node: etree._Element, *, without: list[etree._Element] | None = None) -> None:
        try:
            text = read_text(node, without=without or ())
        except ValueError as error:
            self._fault(node, N_("{reason}"), key, reason=str(error))
            return
        if text is not None:
            self.content.texts[key] = text

    def _children(self, node: etree._Element, tags: list[str], *, is_text: bool, path: str) -> Iterator[etree._Element]:
        """Yield the elements that the schema knows; in a text all others are markup."""
        for child in node:
            if not is_element(child) and not is_entity(child):
                continue
            if child.tag in tags:
                yield child
            elif not is_text:
                expected = ", ".join(f"<{name}>" for name in tags)
                self._fault(
                    child, N_("{element} is not known here; expected {expected}"), path, element=shown(child), expected=expected
                )

    def _no_other(self, node: etree._Element, allowed: set[str], path: str) -> None:
        for name in attributes_of(node):
            if name not in allowed and not name.startswith("{"):
                self._fault(node, N_('{element} takes no attribute "{name}"'), path, element=shown(node), name=name)

    def _fault(self, node: etree._Element, words: str, path: str, /, **given: object) -> None:
        self.faults.append(Fault(words, given, path, line_of(node)))

    def _tell(self, fault: Fault) -> None:
        self.faults.append(Fault(fault.words, fault.given, fault.path, self.content.lines.get(fault.path, self.content.lines[""])))


def _tag(words: Words) -> str:
    return words.part.partition("/")[0]


def _named(node: etree._Element) -> str:
    return f'{node.tag} "{node.get("id")}"' if node.get("id") else shown(node)
