"""The outline of a draft as rows on a page: what is shown of it, what is folded, and how each row stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final
from urllib.parse import quote

from flask import get_template_attribute, url_for
from flask_babel import format_decimal, gettext, ngettext
from markupsafe import Markup

from lms_app.domain.content import Outline, OutlineEntry
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.services.authoring.arranging import HOLDS, UNIT
from lms_app.services.authoring.copying import BANK
from lms_app.services.authoring.drafts import Draft
from lms_app.services.authoring.standing import Standing, Standings
from lms_app.web.i18n import N_, language_in_words
from lms_app.web.studio.shapes import type_name

AT_ONCE: Final = 40
"""Rows that a page unfolds by itself: a small course is seen whole, a large one by its chapters."""
DEEPEST: Final = 4
"""Chapters, lessons, units, blocks."""
ADDING: Final = {"chapter": N_("Add a chapter"), "sequential": N_("Add a lesson"), "vertical": N_("Add a unit")}
ROW: Final = "-row-"
"""Stands in an address where that of a block is to be."""
_PAGES: Final = {UNIT: "unit", BANK: "bank"}
_ABOUT_UNITS: Final = frozenset({"unit", "draw"})
TOPICS: Final = {"vertical": N_("Add a topic")}
"""What is added to a library."""
_ROWS: Final = "studio/_outline_rows.html"


@dataclass(frozen=True)
class Sign:
    """A small sign on a row: what it looks like, and what it says."""

    kind: str
    """`new`, `changed`, `hidden`, `missing`, `stale` or `note`."""
    short: str
    """What is seen: a word, or the code of a language."""
    words: str
    """What it means, for whoever does not see it and for whoever asks."""


@dataclass(frozen=True)
class Row:
    """One block in the outline."""

    block: BlockId
    parent: BlockId
    type: str
    type_name: str
    title: str
    level: int
    href: str
    """Where it is edited: the unit's page, or the block's."""
    signs: tuple[Sign, ...]
    count: int
    """How many it holds."""
    is_container: bool
    adds: str
    """What can be added in it, in words; '' for nothing."""
    below: tuple[Row, ...] | None
    """None while it is folded."""


@dataclass(frozen=True)
class View:
    """What somebody wants to see of an outline."""

    key: CourseKey
    draft: Draft
    standings: Standings
    opened: Collection[str] = ()
    shut: Collection[str] = ()
    only: str = ""
    """'' for all; `new`, `changed`, `hidden`, `missing-ar`, `stale-ar`."""
    start: BlockId | None = None
    """What the rows are below; the course itself without one. A library's are its topics: the units of its one lesson."""
    names: dict[str, str] = field(default_factory=dict)
    ways: dict[str, tuple[str, str, str]] = field(default_factory=dict)

    @cached_property
    def course_href(self) -> str:
        """Return the address of the outline."""
        return url_for("studio.course", course_key=self.key)

    @property
    def top(self) -> BlockId:
        """Return what the rows are below."""
        return self.start or self.draft.outline.root

    @property
    def language(self) -> str:
        """Return the language that the titles are in."""
        return self.draft.outline.language

    def row(self, block: BlockId) -> Row:
        """Return one row by itself, which says whether it is unfolded on the page."""
        entry = self.draft.outline[block]
        alone = self._row(entry, entry.parent or entry.id, frozenset())
        return replace(alone, below=()) if block in self.opened else alone

    def way(self, page: str, block: str) -> str:
        """Return the address of a page about a block; what is the same for all rows is put together once."""
        if page not in self.ways:
            about = "unit" if page in _ABOUT_UNITS else "block"
            self.ways[page] = url_for(f"studio.{page}", course_key=self.key, **{about: ROW}).partition(ROW)  # type: ignore[arg-type]
        before, _, after = self.ways[page]
        return before + quote(block, safe="/~:") + after

    def opened_row(self, block: BlockId) -> Row:
        """Return a row with what is below it: the course itself stands for all rows."""
        entry = self.draft.outline[block]
        return self._row(entry, entry.parent or entry.id, self._unfolded(block) | {block})

    def level(self, block: BlockId) -> int:
        """Return how deep a block stands: 0 for the course."""
        return len(self.draft.outline.path(block)) - (len(self.draft.outline.path(self.top)) if self.start else 1)

    def shows(self, block: BlockId) -> bool:
        """Tell whether the filter lets a block through."""
        standing = self.standings.of(block)
        kind, _, language = self.only.partition("-")
        if kind in {"missing", "stale"}:
            return language in dict(getattr(standing, kind))
        if kind == "hidden":
            return block in self._hidden
        return kind != "changed" or standing.is_changed

    @cached_property
    def _hidden(self) -> frozenset[BlockId]:
        """Return what is hidden, and all that holds it."""
        outline, found = self.draft.outline, set[BlockId]()
        for block in outline.entries:
            if outline[block].settings.get("visible_to_staff_only"):
                found.update(each.id for each in outline.path(block))
        return frozenset(found)

    def _unfolded(self, top: BlockId) -> frozenset[BlockId]:
        """Return the containers whose rows are shown: level by level as long as it stays a page, and what was opened by hand."""
        found = {top, *(BlockId(block) for block in self.opened)}
        row, count = [top], 0
        for _ in range(DEEPEST - self.level(top)):
            below = [child for block in row for child in self._children(block)]
            count += len(below)
            if count > AT_ONCE and row != [top]:
                break
            found.update(row)
            row = below
        return frozenset(found - {BlockId(block) for block in self.shut})

    def _children(self, block: BlockId) -> list[BlockId]:
        children = self.draft.outline[block].children
        return [child for child in children if self.shows(child)] if self.only else list(children)

    def _rows(self, parent: BlockId, unfolded: frozenset[BlockId]) -> tuple[Row, ...]:
        outline = self.draft.outline
        return tuple(self._row(outline[child], parent, unfolded) for child in self._children(parent))

    def _href(self, entry: OutlineEntry, parent: BlockId) -> str:
        """Return where a row leads: a block to its place in the unit, where it is changed."""
        if entry.type not in _PAGES and self.draft.outline[parent].type == UNIT:
            return f"{self.way('unit', parent)}#{quote(entry.id, safe='/~:')}"
        return self.way(_PAGES.get(entry.type, "block"), entry.id)

    def _row(self, entry: OutlineEntry, parent: BlockId, unfolded: frozenset[BlockId]) -> Row:
        level = self.level(parent) + 1 if entry.parent else 0
        holds = entry.type in HOLDS or entry.type == UNIT
        is_container = level < DEEPEST and (holds or bool(entry.children))
        adds = (ADDING if self.start is None else TOPICS).get(HOLDS.get(entry.type, ""), "")
        if entry.type not in self.names:
            is_topic = entry.type == UNIT and self.start is not None
            self.names[entry.type] = gettext("Topic") if is_topic else type_name(entry.type)
        return Row(
            block=entry.id,
            parent=parent,
            type=entry.type,
            type_name=self.names[entry.type],
            title=entry.title,
            level=level,
            href=self._href(entry, parent),
            signs=tuple(_signs(entry, self.standings.of(entry.id), is_container=is_container)),
            count=len(entry.children),
            is_container=is_container,
            adds=gettext(adds) if adds else "",
            below=self._rows(entry.id, unfolded) if is_container and entry.id in unfolded else None,
        )


def topics_of(outline: Outline) -> BlockId | None:
    """Return the one lesson whose units are a library's topics; None where it has more parts, as one brought in may."""
    here = outline.root
    for _ in range(2):
        children = outline[here].children
        if len(children) != 1 or outline[children[0]].type == UNIT:
            return None
        here = children[0]
    return here


def filters(view: View) -> list[tuple[str, str, int]]:
    """Return the ways to see a part of the outline only: name, words, how many blocks."""
    root = view.draft.outline.root
    standing = view.standings.of(root)
    found = [("", gettext("Everything"), 0)]
    if view.standings.is_published:
        count = len((view.standings.new | view.standings.changed) - {root})
        found += [("changed", gettext("What changed"), count)] if count else []
    found += [
        (f"missing-{code}", gettext("Missing in %(language)s", language=language_in_words(code)), count)
        for code, count in standing.missing
    ]
    found += [
        (f"stale-{code}", gettext("Out of date in %(language)s", language=language_in_words(code)), count)
        for code, count in standing.stale
    ]
    return found if len(found) > 1 or view.only else []


def drawn(what: str, *given: object) -> Markup:
    """Return a piece of the outline as the page has it: `row`, `item`, `below`, `filters` or `state`."""
    macro = get_template_attribute(_ROWS, what)
    made: Markup = macro(*given)
    return made


def _signs(entry: OutlineEntry, standing: Standing, *, is_container: bool) -> Iterable[Sign]:
    if standing.change == "new":
        yield Sign("new", gettext("New"), gettext("New: learners don't see it yet"))
    elif standing.change == "changed":
        told = (
            gettext("Something in it changed since it was published") if is_container else gettext("Changed since it was published")
        )
        yield Sign("changed", gettext("Changed"), told)
    if standing.is_hidden:
        yield Sign("hidden", gettext("Hidden"), gettext("Hidden from learners"))
    if entry.type == "sequential" and entry.settings.get("graded"):
        kind = str(entry.settings.get("format") or gettext("graded"))
        yield Sign("note", kind, gettext("It counts for the grade: %(kind)s", kind=kind))
    missing = dict(standing.missing)
    stale = [pair for pair in standing.stale if pair[0] not in missing]  # one sign a language: what is not there says enough
    for kind, counts in (("missing", standing.missing), ("stale", stale)):
        for code, count in counts:
            yield Sign(kind, code.upper(), _language_words(kind, code, count, is_container=is_container))


def _language_words(kind: str, code: str, count: int, *, is_container: bool) -> str:
    language = language_in_words(code)
    if kind == "missing" and is_container:
        return str(ngettext(
            "%(language)s is missing in %(number)s block", "%(language)s is missing in %(number)s blocks", count,
            language=language, number=format_decimal(count),
        ))  # fmt: skip
    if kind == "missing":
        return str(gettext("%(language)s is missing", language=language))
    if is_container:
        return str(ngettext(
            "%(language)s is out of date in %(number)s block", "%(language)s is out of date in %(number)s blocks", count,
            language=language, number=format_decimal(count),
        ))  # fmt: skip
    return str(gettext("%(language)s is out of date: the text changed since", language=language))
