"""Read and write texts inside XML: what stands inside an element, as text with markup, comes back as it was.

`xml:space="preserve"` marks a text whose outer spaces count, `markup="source"` one that is kept as typed because it is not
well-formed XML, and `markup="empty"` tells an empty text from none.
"""

from __future__ import annotations

from collections.abc import Collection
from html import escape
from typing import Any

from lxml import etree

from takwin_xblocks.contract.markup import possible

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DEEPEST = 30


def line_of(node: Any) -> int | None:
    """Return the line of an element in its file, if its reader kept it."""
    return node.sourceline if isinstance(node.sourceline, int) else None


def attributes_of(node: Any) -> dict[str, str]:
    """Return the attributes of an element as texts."""
    return {str(name): str(value) for name, value in node.attrib.items()}


def is_element(node: Any) -> bool:
    """Tell an element from a comment, a processing instruction and an entity, whose tags are functions."""
    return isinstance(node.tag, str)


def is_entity(node: Any) -> bool:
    """Tell a reference to an entity that nobody declared."""
    return bool(node.tag is etree.Entity)


def shown(node: etree._Element) -> str:
    """Return how a message names an element."""
    return f"<{node.tag}>" if is_element(node) else "this"


def has_bare_text(node: etree._Element) -> bool:
    """Tell whether words stand between the elements inside."""
    return _is_said(node.text) or any(_is_said(child.tail) for child in node)


def read_text(node: etree._Element, *, without: Collection[etree._Element] = ()) -> str | None:
    """Return the text of an element, None if there is none. Refuses (`ValueError`) unknown entities and markup nested too deep."""
    if node.get("markup") == "empty":
        return ""
    text = (node.text or "") if node.get("markup") == "source" else inner_xml(node, without=without)
    text = text if node.get(SPACE) == "preserve" else text.strip()
    return text or None


def inner_xml(node: etree._Element, *, without: Collection[etree._Element] = (), depth: int = 0) -> str:
    """Return what stands inside an element as text with markup, without namespaces, comments and the elements `without`."""
    if depth > _DEEPEST:
        raise ValueError(f"markup is nested more than {_DEEPEST} deep")
    parts = [escape(node.text or "", quote=False)]
    for child in node:
        if is_entity(child):
            raise ValueError(f"the entity {child.text} is not known")
        if is_element(child) and child not in without:
            name = etree.QName(child).localname
            typed = "".join(f' {etree.QName(key).localname}="{escape(value)}"' for key, value in attributes_of(child).items())
            inside = inner_xml(child, depth=depth + 1)
            parts.append(f"<{name}{typed}>{inside}</{name}>" if inside else f"<{name}{typed}/>")
        parts.append(escape(child.tail or "", quote=False))
    return "".join(parts)


def write_text(parent: etree._Element, name: str, text: str, *, inner: Collection[str] = ()) -> etree._Element:
    """Write a text as a new element, so that `read_text` gives it back; `inner` names elements that will stand beside it inside."""
    text = possible(text)
    element = _markup_element(name, text, inner) if text else etree.Element(name, markup="empty")
    if text != text.strip():
        element.set(SPACE, "preserve")
    parent.append(element)
    return element


def _markup_element(name: str, text: str, inner: Collection[str]) -> etree._Element:
    """Return an element with `text` as its markup if that reads back as the same text, else as plain characters."""
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        element = etree.fromstring(f"<{name}>{text}</{name}>", parser)
        clashes = any(element.find(other) is not None for other in inner)
        if not clashes and not _changes_when_indented(element) and inner_xml(element) == text:
            return element
    except (etree.XMLSyntaxError, ValueError):
        pass
    element = etree.Element(name, markup="source")
    element.text = text
    return element


def _changes_when_indented(element: etree._Element) -> bool:
    """Tell whether a host that indents its XML would add spaces inside: where elements stand with no text beside them."""
    if not len(element) or element.text or any(child.tail for child in element):
        return False
    return len(element) > 1 or not element[0].text


def _is_said(text: str | None) -> bool:
    return bool(text and text.strip())
