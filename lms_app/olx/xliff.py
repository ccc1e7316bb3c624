"""XLIFF 2: the file in which translators get the texts of a course and give them back, whatever programme they work with."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from lms_app.olx.problems import refuse
from lms_app.olx.xml import decode, line_of, parse_text

NAMESPACE: Final = "urn:oasis:names:tc:xliff:document:2.0"
VERSION: Final = "2.0"
DIGEST: Final = "source-digest"
"""Category of the note that says which source text the unit was written from."""
STATES: Final = ("initial", "translated", "reviewed", "final")
MOST_UNITS: Final = 200_000
_XML: Final = "{http://www.w3.org/XML/1998/namespace}"
_TOKEN: Final = re.compile(r"<!--.*?-->|</?[A-Za-z][^>]*>|<![^>]*>|<\?[^>]*>", re.DOTALL)
_TAG: Final = re.compile(r"</?[A-Za-z][^>]*>|<![^>]*>|<\?[^>]*>", re.DOTALL)
_NAME: Final = re.compile(r"</?([A-Za-z][\w:-]*)")
_IMPOSSIBLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAKING: Final = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "caption",
            "col",
            "colgroup",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "figcaption",
        ),
        *("figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section"),
        *("summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
"""Elements that end a line: what stands between two of them is one segment."""
_CODES: Final = frozenset(("pc", "ph", "sc", "ec"))
_VOID: Final = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))


@dataclass(frozen=True)
class Text:
    """One text on its way out."""

    id: str
    """An NMTOKEN, unique in the file."""
    name: str
    source: str
    is_html: bool
    digest: str
    target: str = ""
    is_done: bool = False
    """The translation was made from this very source."""
    notes: tuple[tuple[str, str], ...] = ()
    """Category and words, for the translator."""


@dataclass(frozen=True)
class Part:
    """Texts that belong together: a `<file>` of the document."""

    id: str
    original: str
    texts: Sequence[Text]


@dataclass(frozen=True)
class Given:
    """One text as it came back."""

    id: str
    digest: str
    """What the note says the source was; empty when the note was lost."""
    source: str
    target: str | None
    """None: nothing was translated."""
    state: str
    """The least of its segments: `initial`, `translated`, `reviewed` or `final`."""
    has_its_tags: bool
    """Every tag of the source stands in the target, as often, and none besides."""
    is_whole: bool
    """No line of it is left untranslated."""


@dataclass(frozen=True)
class Document:
    """What a file holds."""

    source: str
    target: str
    nodes: tuple[etree._Element, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its units, in order."""
        return tuple(node.get("id") or "" for node in self.nodes)

    def units(self, *, is_html: Callable[[str], bool]) -> tuple[Given, ...]:
        """Return its texts; `is_html` says by id whose words are HTML, for a file is not to be believed in that."""
        return tuple(_read_unit(node, is_html=is_html(node.get("id") or "")) for node in self.nodes)


def write(parts: Iterable[Part], *, source: str, target: str, right_to_left: Collection[str] = ("ar",)) -> bytes:
    """Return the document; parts without texts are left out, for a file must hold something."""
    root = etree.Element(_q("xliff"), {"version": VERSION, "srcLang": source, "trgLang": target}, nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # lxml takes None for the default
    for part in parts:
        if part.texts:
            file = etree.SubElement(root, _q("file"), {"id": part.id, "original": part.original, "canResegment": "no"})
            file.set("srcDir", "rtl" if source in right_to_left else "ltr")
            file.set("trgDir", "rtl" if target in right_to_left else "ltr")
            for text in part.texts:
                _write_unit(file, text)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)


def read(content: bytes, name: str) -> Document:
    """Return what came back. Raises `FileRefused` for what is no XLIFF 2, and for all that `parse_text` refuses."""
    text, _ = decode(content, name)
    root, _ = parse_text(text, name)
    if root.tag != _q("xliff") or not (root.get("version") or "").startswith("2."):
        refuse("xliff_not_2", name, line_of(root))
    nodes = tuple(root.iter(_q("unit")))
    if len(nodes) > MOST_UNITS:
        refuse("xml_too_big", name, most=MOST_UNITS)
    return Document(root.get("srcLang") or "", root.get("trgLang") or "", nodes)


def unit_id(*names: str) -> str:
    """Return names as one NMTOKEN, from which `names_of` reads them again."""
    return ":".join(
        re.sub(r"[^A-Za-z0-9.-]", lambda found: "".join(f"_{byte:02x}" for byte in found[0].encode()), name) for name in names
    )


def names_of(identity: str) -> tuple[str, ...]:
    """Return the names in an id; ones that nobody wrote here come out as something that is nowhere."""

    def told(name: str) -> str:
        raw = re.sub(rb"_([0-9a-f]{2})", lambda found: bytes([int(found[1], 16)]), name.encode())
        return raw.decode("utf-8", "replace")

    return tuple(told(name) for name in identity.split(":"))


# Out


@dataclass
class _Codes:
    """The tags of one unit, each kept once as original data."""

    data: dict[str, str] = field(default_factory=dict)
    """Tag → id."""

    def of(self, tag: str) -> str:
        """Return the id under which the tag is kept."""
        return self.data.setdefault(tag, f"d{len(self.data) + 1}")


@dataclass
class _Run:
    """What goes into one segment, or what stands between two."""

    tokens: list[str]
    has_words: bool


def _write_unit(file: etree._Element, text: Text) -> None:
    unit = etree.SubElement(file, _q("unit"), {"id": text.id, "name": text.name})
    unit.set(f"{_XML}space", "preserve")
    notes = etree.SubElement(unit, _q("notes"))
    for category, words in (*text.notes, (DIGEST, text.digest)):
        etree.SubElement(notes, _q("note"), {"category": category}).text = _possible(words)
    codes = _Codes()
    source = _runs(text.source, is_html=text.is_html)
    target = _runs(text.target, is_html=text.is_html) if text.target else []
    is_alike = [one.has_words for one in source] == [one.has_words for one in target]
    holder = etree.Element("holder")
    for number, run in enumerate(source):
        node = etree.SubElement(holder, _q("segment" if run.has_words else "ignorable"), {"id": f"s{number + 1}"})
        used: dict[str, list[str]] = {}
        _write_run(etree.SubElement(node, _q("source")), run, codes, used, is_source=True, start=number * 1000)
        if target and is_alike and run.has_words:
            node.set("state", "translated" if text.is_done else "initial")
            _write_run(etree.SubElement(node, _q("target")), target[number], codes, used, is_source=False, start=number * 1000)
    if codes.data:
        original = etree.SubElement(unit, _q("originalData"))
        for tag, identity in codes.data.items():
            etree.SubElement(original, _q("data"), {"id": identity}).text = _possible(tag)
    unit.extend(list(holder))


def _runs(text: str, *, is_html: bool) -> list[_Run]:
    """Return a text in lines: what has words, and the tags between."""
    if not is_html:
        return [_Run([text], has_words=True)]
    found: list[_Run] = []
    for token in _tokens(text):
        is_between = bool(_TOKEN.fullmatch(token)) and _tag_name(token) in _BREAKING
        if found and found[-1].has_words is not is_between:
            found[-1].tokens.append(token)
        else:
            found.append(_Run([token], has_words=not is_between))
    return _merged([_Run(run.tokens, run.has_words and _has_words(run.tokens)) for run in found])


def _merged(runs: Iterable[_Run]) -> list[_Run]:
    """Return the runs with neighbours that both have no words as one."""
    found: list[_Run] = []
    for run in runs:
        if found and not found[-1].has_words and not run.has_words:
            found[-1].tokens += run.tokens
        else:
            found.append(run)
    return found


def _has_words(tokens: Iterable[str]) -> bool:
    return any(not _TOKEN.fullmatch(token) and html.unescape(token).strip() for token in tokens)


def _tokens(text: str) -> Iterator[str]:
    place = 0
    for tag in _marks(text):
        if tag.start() > place:
            yield text[place : tag.start()]
        yield tag[0]
        place = tag.end()
    if place < len(text):
        yield text[place:]


def _marks(text: str) -> Iterator[re.Match[str]]:
    """Yield the tags and comments, looking for ends only where there are some: else each `<` would look through all the rest."""
    place, ends = 0, text.rfind("-->") + len("-->")
    for tag in _TOKEN.finditer(text, 0, ends) if ends >= len("-->") else ():
        place = tag.end()
        yield tag
    yield from _TAG.finditer(text, place, text.rfind(">") + 1)


def _write_run(node: etree._Element, run: _Run, codes: _Codes, used: dict[str, list[str]], *, is_source: bool, start: int) -> None:
    """Write words and tags: a pair of tags around words as `<pc>`, any other as `<ph>`; the target's have the source's ids."""
    ends = _pairs(run.tokens)
    open_nodes = [node]
    for place, token in enumerate(run.tokens):
        here = open_nodes[-1]
        if not _TOKEN.fullmatch(token):
            _append(here, _possible(html.unescape(token) if _is_marked(run) else token))
        elif place in ends:
            end = run.tokens[ends[place]]
            identity = _identity(f"{token}{end}", used, is_source=is_source, start=start)
            facts = {"id": identity, "dataRefStart": codes.of(token), "dataRefEnd": codes.of(end)}
            open_nodes.append(etree.SubElement(here, _q("pc"), facts))
        elif place in ends.values():
            open_nodes.pop()
        else:
            identity = _identity(token, used, is_source=is_source, start=start)
            etree.SubElement(here, _q("ph"), {"id": identity, "dataRef": codes.of(token)})


def _is_marked(run: _Run) -> bool:
    """Tell whether the words are HTML, in which `&amp;` is one letter."""
    return len(run.tokens) > 1 or "&" in run.tokens[0]


def _identity(tag: str, used: dict[str, list[str]], *, is_source: bool, start: int) -> str:
    if not is_source and used.get(tag):
        return used[tag].pop(0)
    used.setdefault("", []).append("")
    identity = str(start + len(used[""]))
    if is_source:
        used.setdefault(tag, []).append(identity)
    return identity


def _pairs(tokens: Sequence[str]) -> dict[int, int]:
    """Return where each opening tag is closed, for those that are, in order."""
    found: dict[int, int] = {}
    waiting: list[tuple[int, str]] = []
    opened_now = Counter[str]()
    for place, token in enumerate(tokens):
        name = _tag_name(token) if _TOKEN.fullmatch(token) else ""
        if not name or token.endswith("/>") or name in _VOID:
            continue
        if not token.startswith("</"):
            waiting.append((place, name))
            opened_now[name] += 1
        elif opened_now[name]:
            while waiting:
                opened, other = waiting.pop()
                opened_now[other] -= 1
                if other == name:
                    found[opened] = place
                    break
    return found


def _tag_name(token: str) -> str:
    found = _NAME.match(token)
    return found[1].lower() if found else ""


def _append(node: etree._Element, text: str) -> None:
    if len(node):
        node[-1].tail = (node[-1].tail or "") + text
    else:
        node.text = (node.text or "") + text


def _possible(text: str) -> str:
    return _IMPOSSIBLE.sub("", text)


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


# In


class _BrokenError(Exception):
    """A tag that refers to nothing, or an element that stands for no text."""


def _read_unit(unit: etree._Element, *, is_html: bool) -> Given:
    data = {one.get("id") or "": one.text or "" for one in unit.iterfind(f"{_q('originalData')}/{_q('data')}")}
    notes = unit.iterfind(f"{_q('notes')}/{_q('note')}")
    digest = next((one.text or "" for one in notes if one.get("category") == DIGEST), "")
    source, target, states = "", "", list[str]()
    has_its_tags, told = True, list[bool]()
    for node in unit.iterfind("*"):
        if node.tag not in {_q("segment"), _q("ignorable")}:
            continue
        try:
            before, after = (_text(node.find(_q(side)), data, is_html=is_html) for side in ("source", "target"))
        except _BrokenError:
            return Given(unit.get("id") or "", digest.strip(), "", "", "initial", has_its_tags=False, is_whole=True)
        source += before
        if node.tag == _q("ignorable"):
            target += before
            continue
        target += after
        told.append(bool(after.strip()))
        states.append(node.get("state") or STATES[0])
        if after.strip():
            moved = node.find(_q("target"))
            has_its_tags &= (moved is None or moved.get("order") is None) and (not is_html or _tags(before) == _tags(after))
    least = min(states, key=lambda one: STATES.index(one) if one in STATES else 0, default=STATES[0])
    return Given(unit.get("id") or "", digest.strip(), source, target if any(told) else None, least, has_its_tags, all(told))


def _tags(text: str) -> Counter[str]:
    return Counter(token for token in _tokens(text) if _TOKEN.fullmatch(token))


def _text(node: etree._Element | None, data: Mapping[str, str], *, is_html: bool) -> str:
    def words(text: str | None) -> str:
        return html.escape(text or "", quote=False) if is_html else text or ""

    if node is None:
        return ""
    found = words(node.text)
    for child in node:
        name = etree.QName(child).localname
        if name in _CODES and not is_html:
            raise _BrokenError
        if name == "pc":
            inner = _text(child, data, is_html=is_html)
            found += _datum(data, child.get("dataRefStart")) + inner + _datum(data, child.get("dataRefEnd"))
        elif name in {"ph", "sc", "ec"}:
            found += _datum(data, child.get("dataRef"))
        elif name == "mrk":
            found += _text(child, data, is_html=is_html)
        elif name not in {"sm", "em"}:
            raise _BrokenError
        found += words(child.tail)
    return found


def _datum(data: Mapping[str, str], name: str | None) -> str:
    if name is None or name not in data:
        raise _BrokenError
    return data[name]
