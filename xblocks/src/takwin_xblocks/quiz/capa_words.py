"""Turn the words of an Open edX problem, which may be whole pages, into texts with a little markup inside."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from html import escape

from lxml import etree

from takwin_xblocks.contract.markup import ALLOWED
from takwin_xblocks.contract.olx import attributes_of, is_element, is_entity
from takwin_xblocks.contract.schema import N_, Attribute
from takwin_xblocks.contract.values import ValueRefused, parse

BREAK = "<br/>"
_LINE_END = "\0"
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "figure", "hr", "blockquote", "pre", "table", "tbody", "thead", "tr"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd"}
)
_LAID_OUT = frozenset({"table", "pre"})
_PLAIN = frozenset({"label", "description", "text", "legend", "td", "th", "figcaption", "font", "small"})
_MOST_DEEP = 30
_PICTURE = Attribute(name="src", label="", kind="path")

Tell = Callable[..., None]
"""Is told what could not be carried: `tell(node, words, **given)`."""


def words_of(node: etree._Element, tell: Tell, *, without: Collection[str] = ()) -> str:
    """Return what stands inside an element, its paragraphs with line breaks between; what markup is lost is told."""
    return joined_lines(_inside(node, tell, frozenset(without), depth=0))


def words_around(node: etree._Element, tell: Tell) -> str:
    """Return an element itself as text with a little markup."""
    return joined_lines(_element(node, tell, frozenset(), depth=0))


def joined_lines(*pieces: str) -> str:
    """Return pieces of text on lines of their own, without spaces that a page would not show."""
    lines = [re.sub(r"\s+", " ", line).strip() for line in _LINE_END.join(pieces).split(_LINE_END)]
    return BREAK.join(line for line in lines if line)


def picture_in(node: etree._Element) -> tuple[str, str] | None:
    """Return the address and the description of the picture in an element, if there is one alone and it is described."""
    pictures = list(node.iter("img"))
    if len(pictures) != 1:
        return None
    source, alt = pictures[0].get("src", ""), pictures[0].get("alt", "").strip()
    return (source, alt) if alt and is_file(source) else None


def is_file(address: str) -> bool:
    """Tell whether an address is one of the course or the site."""
    try:
        parse(_PICTURE, address)
    except ValueRefused:
        return False
    return True


def _inside(node: etree._Element, tell: Tell, without: frozenset[str], *, depth: int) -> str:
    if depth > _MOST_DEEP:
        tell(node, N_("markup nested more than {most} deep"), most=_MOST_DEEP)
        return ""
    parts = [escape(node.text or "", quote=False)]
    for child in node:
        if is_entity(child):
            tell(child, N_("the entity {name}"), name=str(child.text))
        elif is_element(child) and child.tag not in without:
            parts.append(_element(child, tell, without, depth=depth + 1))
        parts.append(escape(child.tail or "", quote=False))
    return "".join(parts)


def _element(node: etree._Element, tell: Tell, without: frozenset[str], *, depth: int) -> str:
    name = etree.QName(node).localname
    if name == "img":
        return _picture(node, tell)
    if name == "br":
        return _LINE_END
    inside = _inside(node, tell, without, depth=depth)
    if name in ALLOWED:
        kept = "".join(f' {key}="{escape(value)}"' for key, value in attributes_of(node).items() if key in ALLOWED[name])
        # Lines are parted everywhere, so no element may reach from one to the next.
        return inside if _LINE_END in inside else f"<{name}{kept}>{inside}</{name}>" if inside.strip() else ""
    if name == "a":
        tell(node, N_("the address of the link {address}"), address=node.get("href", "")[:80])
    elif name in _LAID_OUT:
        tell(node, N_("the layout of {element}"), element=f"<{name}>")
    elif name not in _BLOCKS | _PLAIN:
        tell(node, N_("what {element} does, though not its words"), element=f"<{name}>")
    return f"{_LINE_END}{inside}{_LINE_END}" if name in _BLOCKS else inside


def _picture(node: etree._Element, tell: Tell) -> str:
    source, alt = node.get("src", ""), node.get("alt", "")
    if not is_file(source):
        tell(node, N_("the picture {address}, which is no file of the course"), address=source[:80])
        return escape(alt)
    return f'<img src="{escape(source)}" alt="{escape(alt)}"/>'
