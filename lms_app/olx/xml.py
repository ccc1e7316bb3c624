"""Reads XML that a stranger wrote: no entities, no DTD, no network, no bottomless trees; every refusal names file and line."""

from __future__ import annotations

import codecs
import re
from html.entities import html5
from typing import Final, cast

from lxml import etree

from lms_app.domain.problems import Problem
from lms_app.olx.problems import refuse, warning

MAX_CHARACTERS: Final = 20_000_000
MAX_DEPTH: Final = 200
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECLARED: Final = re.compile(r"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DECLARATION: Final = re.compile(r"<\?xml(?=[\s?]).*?\?>", re.DOTALL)
_PLAIN_DOCTYPE: Final = re.compile(
    r"<!DOCTYPE\s+[\w:.-]+(\s+PUBLIC\s+\"-//W3C//DTD X?HTML [^\"]{1,60}\"(\s+\"https?://www\.w3\.org/[^\"]{1,100}\")?)?\s*>",
    re.IGNORECASE,
)
"""Says nothing, or that the file is HTML; it is blanked, never followed."""
_ENTITY: Final = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_ENTITIES: Final = frozenset({"amp", "lt", "gt", "quot", "apos"})
_KNOWN_ENCODINGS: Final = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "iso8859-6", "cp1252", "cp1256", "utf-16"})


def decode(content: bytes, file: str) -> tuple[str, list[Problem]]:
    """Return the text of a file and what had to be guessed; raise `FileRefused` for NUL bytes and files that are too long."""
    if len(content) > 2 * MAX_CHARACTERS:
        refuse("xml_too_big", file, most=MAX_CHARACTERS)
    problems: list[Problem] = []
    if content.startswith(_UTF16):
        text = _strictly(content, "utf-16", file)
    else:
        declared = _declared_encoding(content)
        try:
            text = content.decode(declared).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            if b"\x00" in content:
                refuse("xml_nul", file)
            text = content.decode("cp1252", "replace")
            problems.append(warning("encoding_guessed", file, content.count(b"\n", 0, error.start) + 1, encoding="windows-1252"))
    if "\x00" in text:
        refuse("xml_nul", file, text.count("\n", 0, text.index("\x00")) + 1)
    if len(text) > MAX_CHARACTERS:
        refuse("xml_too_big", file, most=MAX_CHARACTERS)
    return text, problems


def parse_text(text: str, file: str) -> tuple[etree._Element, list[Problem]]:
    """Return the root element and what was mended; raise `FileRefused` with file and line for what can't be read."""
    problems: list[Problem] = []
    text = without_doctype(_without_declaration(text), file)
    try:
        root = _parsed(text)
    except etree.XMLSyntaxError as error:
        if not _names_html_entity(error, text):
            _refuse_syntax(error, file)
        try:
            root = _parsed(_ENTITY.sub(_character, text))
        except etree.XMLSyntaxError as second:
            _refuse_syntax(second, file)
        problems.append(warning("html_entity_replaced", file, error.lineno or 0))
    _refuse_deep(root, file)
    return root, problems


def line_of(node: etree._Element) -> int:
    """Return the line of the file where the element begins; 0 when it did not come from a file."""
    return cast("int | None", node.sourceline) or 0


def _parsed(text: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_pis=True
    )
    return etree.fromstring(text.encode(), parser)


def _declared_encoding(content: bytes) -> str:
    declared = _DECLARED.match(content[:400].decode("ascii", "replace").lstrip("\ufffd"))
    if not declared:
        return "utf-8"
    try:
        name = codecs.lookup(declared.group(1)).name
    except LookupError:
        return "utf-8"
    # A file that can be read as far as its declaration is not in UTF-16, whatever it declares.
    return name if name in _KNOWN_ENCODINGS - {"utf-16"} else "utf-8"


def _strictly(content: bytes, encoding: str, file: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        refuse("xml_bad_encoding", file, reason=error.reason)


def _without_declaration(text: str) -> str:
    found = _DECLARATION.match(text)
    return _blank(text, 0, found.end()) if found else text


def without_doctype(text: str, file: str) -> str:
    """Return the text without its document type; raise `FileRefused` for one that declares entities or points elsewhere."""
    place = _after_prolog(text)
    if text[place : place + 9].upper() != "<!DOCTYPE":
        return text
    plain = _PLAIN_DOCTYPE.match(text, place)
    if not plain:  # it declares entities, or points outside
        refuse("xml_doctype", file, text.count("\n", 0, place) + 1)
    return _blank(text, place, plain.end())


def _after_prolog(text: str) -> int:
    """Return where the document type would stand: after blanks, comments and processing instructions."""
    place = 0
    while True:
        while place < len(text) and text[place].isspace():
            place += 1
        if text.startswith("<!--", place):
            end = text.find("-->", place)
            place = end + 3 if end >= 0 else len(text)
        elif text.startswith("<?", place):
            end = text.find("?>", place)
            place = end + 2 if end >= 0 else len(text)
        else:
            return place


def _blank(text: str, start: int, end: int) -> str:
    # Line breaks stay, so that line numbers are the author's.
    return text[:start] + re.sub(r"[^\n]", " ", text[start:end]) + text[end:]


def _names_html_entity(error: etree.XMLSyntaxError, text: str) -> bool:
    return "Entity" in (error.msg or "") and any(f"{name};" in html5 for name in _ENTITY.findall(text))


def _character(found: re.Match[str]) -> str:
    name = found.group(1)
    return found.group(0) if name in _XML_ENTITIES else html5.get(f"{name};", found.group(0))


def _refuse_syntax(error: etree.XMLSyntaxError, file: str) -> None:
    refuse("xml_broken", file, error.lineno or 0, reason=(error.msg or "").strip()[:300])


def _refuse_deep(root: etree._Element, file: str) -> None:
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            refuse("xml_too_deep", file, line_of(node), most=MAX_DEPTH)
