"""What a tick on the publishing page comes to: the parts below the ticked one go with it, and all of it is counted in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext, ngettext

from lms_app.domain.keys import BlockId
from lms_app.services.authoring.comparing import Comparison

_KINDS: Final = {"course": "course", "chapter": "chapter", "sequential": "lesson", "vertical": "unit"}
_SAMPLES: Final = (1, 2, 3, 11, 100)
"""A number of each plural form of the languages of the interface: the page's script finds the form of any other by them."""


@dataclass(frozen=True)
class Place:
    """Where a part stands among the parts that can be ticked."""

    kind: str
    under: BlockId | None
    """The nearest part that takes this one along; None where nothing does."""
    depth: int
    blocks: int
    """How many blocks in it differ."""
    about: str
    """What goes with it, in words."""


def places_of(found: Comparison) -> dict[BlockId, Place]:
    """Return the place of every part that can be published by itself."""
    parts = found.parts()
    held = Counter(found.part_of(block) for block in found.blocks if found.part_of(block) != block)
    there = frozenset(parts)
    above = {part: _above(found, part, there) for part in parts}
    return {
        part: Place(
            kind=_KINDS.get(found.entry(part).type, "block"),
            under=above[part][-1] if above[part] else None,
            depth=len(above[part]),
            blocks=held[part],
            about=_about(found.entry(part).type),
        )
        for part in parts
    }


def with_those_below(found: Comparison, ticked: Iterable[BlockId]) -> frozenset[BlockId]:
    """Return the parts that are published with the ticked ones: themselves, and every part below them."""
    there, chosen = frozenset(found.parts()), frozenset(ticked)
    return frozenset(part for part in there if part in chosen or chosen.intersection(_above(found, part, there)))


def counted(found: Comparison, parts: Collection[BlockId]) -> str:
    """Return how much these parts are, in words: 1 lesson, 2 units, 3 blocks."""
    places = places_of(found)
    count: Counter[str] = Counter()
    for part in parts:
        if part in places:
            count[places[part].kind] += 1
            count["block"] += places[part].blocks
    return str(gettext(", ")).join(_number(kind, count[kind]) for kind in (*_KINDS.values(), "block") if count[kind])


def samples() -> dict[str, list[tuple[int, str]]]:
    """Return the words of each kind with a number of each plural form, for the page's script."""
    return {kind: [(number, _number(kind, number)) for number in _SAMPLES] for kind in (*_KINDS.values(), "block")}


def _number(kind: str, number: int) -> str:
    if kind == "course":
        return str(gettext("the course itself"))
    if kind == "chapter":
        return str(ngettext("%(num)s chapter", "%(num)s chapters", number))
    if kind == "lesson":
        return str(ngettext("%(num)s lesson", "%(num)s lessons", number))
    if kind == "unit":
        return str(ngettext("%(num)s unit", "%(num)s units", number))
    return str(ngettext("%(num)s block", "%(num)s blocks", number))


def _above(found: Comparison, part: BlockId, there: frozenset[BlockId]) -> list[BlockId]:
    """Return the parts that hold this one, the outermost first; the course's own line holds none."""
    path = found.outline_of(part).path(part)[1:-1]
    return [entry.id for entry in path if entry.id in there]


def _about(block_type: str) -> str:
    if block_type == "course":
        return str(gettext("The title, settings and pages of the course, and the order of its chapters; not what stands in them."))
    if block_type == "chapter":
        return str(gettext("The chapter, and everything in it that changed."))
    if block_type == "sequential":
        return str(gettext("The lesson, and every unit in it that changed."))
    return ""
