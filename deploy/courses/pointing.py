"""Follows what texts point to: links, pictures, sounds; and weighs them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from deploy.courses.faults import Fault
from deploy.courses.reading import Course, Edition, Unit
from deploy.courses.texts import Node, Reference

MOST_OF_A_UNIT = 300_000
MOST_OF_A_DRAWING = 15 * 1024
SHORTEST_ALT = 20
SHORTEST_SIGN = 8
"""A picture in place of a word is described by a word or two."""
DRAWN = frozenset(
    {"svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title", "desc", "defs"}
    | {"clipPath", "linearGradient", "radialGradient", "stop", "marker", "pattern", "mask"}
)
SOUNDS = (".mp3", ".m4a", ".ogg", ".opus")
"""Sound is optional and fetched apart: it is not weighed with its unit."""


def check_pointing(course: Course) -> Iterator[Fault]:
    """Yield dead links, pictures that are missing, unused, undescribed, unsafe or heavy, and units that weigh too much."""
    for edition in course.editions.values():
        for unit in edition.units.values():
            for one in unit.references:
                yield from _resolves(edition, one)
                yield from _described(edition, one)
            yield from _weight(edition, unit)
        yield from _unused(edition)
        yield from _drawings(edition)
    yield from _same_words(course)


def _resolves(edition: Edition, one: Reference) -> Iterator[Fault]:
    place = (one.place.file, one.place.line)
    if one.target.startswith("/static/"):
        if one.target.removeprefix("/") not in edition.files:
            yield edition.fault(*place, f"{one.target} is not there", "draw it, or name a file of static/")
    elif one.target.startswith("/jump_to_id/"):
        if one.target.removeprefix("/jump_to_id/") not in edition.units:
            yield edition.fault(*place, f"{one.target} leads nowhere", "name the url_name of a unit of this course")
    elif one.kind != "link" or not one.target.startswith("https://"):
        yield edition.fault(*place, f"{one.target or 'nothing'} cannot be reached", "write /static/NAME or /jump_to_id/UNIT")


def _described(edition: Edition, one: Reference) -> Iterator[Fault]:
    if one.kind != "picture":
        return
    shortest = SHORTEST_ALT if one.key.endswith("/img") else SHORTEST_SIGN
    said = len((one.alt or "").strip())
    if said < shortest:
        what = f"{one.target} is described by {said} characters"
        yield edition.fault(one.place.file, one.place.line, what, f"say what it shows, in {shortest} or more")


def _weight(edition: Edition, unit: Unit) -> Iterator[Fault]:
    pictures = {one.target.removeprefix("/") for one in unit.references if not one.target.endswith(SOUNDS)}
    files = [edition.folder / name for name in pictures if name in edition.files]
    weight = sum(block.weight for block in unit.blocks) + sum(path.stat().st_size for path in files)
    if weight > MOST_OF_A_UNIT:
        yield edition.fault(unit.file, 0, f"the unit weighs {weight // 1000} KB", "lighten or divide it: 300 KB at most")


def used_files(edition: Edition) -> set[str]:
    """Return the files of `static/` that something points to."""
    used = {one.target.removeprefix("/") for unit in edition.units.values() for one in unit.references}
    used.add(f"static/{edition.policy.get('course_image', '')}")
    for path in (edition.folder / "about").glob("*.html"):
        used |= {f"static/{name}" for name in re.findall(r'/static/([^"\s]+)', path.read_text(encoding="utf-8"))}
    return used


def _unused(edition: Edition) -> Iterator[Fault]:
    for file in sorted(edition.files - used_files(edition)):
        if file.startswith("static/"):
            yield edition.fault(file, 0, "nothing shows this file", "show it in a unit, or delete it in every language")


def _drawings(edition: Edition) -> Iterator[Fault]:
    for file in sorted(edition.files):
        if not file.startswith("static/") or not file.endswith(".svg"):
            continue
        source = (edition.folder / file).read_bytes()
        if len(source) > MOST_OF_A_DRAWING:
            yield edition.fault(file, 0, f"the drawing has {len(source)} bytes", "simplify it: 15 KB at most")
        yield from (edition.fault(file, line, what, "draw with plain shapes and words") for what, line in _unsafe(source))


def _unsafe(source: bytes) -> Iterator[tuple[str, int]]:
    """Yield what a drawing holds beside shapes and words: programs, links, other files, styles that fetch."""
    try:
        root: Node = etree.fromstring(source, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        yield f"not well-formed: {error.msg}", error.lineno or 0
        return
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None:
        yield "a document type, which can hold entities", 1
    for one in tree.xpath("//processing-instruction() | /processing-instruction()"):
        yield f"<?{one.target}>", one.sourceline or 1
    for one in root.iter(etree.Element):
        name = etree.QName(one).localname
        if name not in DRAWN:
            yield f"<{name}>", one.sourceline or 0
        for attribute, value in one.attrib.items():
            plain = etree.QName(attribute).localname
            if plain.startswith("on") or plain == "href" or re.search(r"javascript:|url\((?!['\"]?#)|@import", str(value)):
                yield f'{plain}="{str(value)[:30]}"', one.sourceline or 0


def _same_words(course: Course) -> Iterator[Fault]:
    """Yield pictures that two languages describe by the same words."""
    told: dict[tuple[str, str, str], str] = {}
    for edition in course.editions.values():
        for unit in edition.units.values():
            for one in unit.references:
                if one.kind != "picture" or not one.alt:
                    continue
                key = (unit.name, one.target, one.alt)
                if told.setdefault(key, edition.language) != edition.language:
                    what = f"{one.target} is described as in {told[key]}"
                    yield edition.fault(one.place.file, one.place.line, what, "describe it in this language")
