"""Question libraries: questions kept once, from which the units of many courses draw, each learner some of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.courses import COURSE
from lms_app.adapters.nodes import read_node, read_nodes, read_snapshot
from lms_app.adapters.people import write_audit
from lms_app.domain.actors import Actor, PlaceKind, Role
from lms_app.domain.content import Block, Hash, Json, Outline, OutlineEntry
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.given import ALL
from lms_app.domain.keys import BlockId, CourseKey, block_id
from lms_app.domain.permissions import Action, allows
from lms_app.model.courses import Course
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.arranging import UNIT, checked_title, fresh_name, fresh_names, known, settle
from lms_app.services.authoring.copying import BANK, may_edit, pasted_under, words_of_types
from lms_app.services.authoring.creating import create_course
from lms_app.services.authoring.drafts import Draft, hold_draft, open_draft
from lms_app.services.authoring.lifting import for_another_course, lift

LIBRARY: Final = "library"
EVERYBODY: Final = "open"
"""As a library's `enrolment`: everybody who makes courses may draw from it."""
EDITORS: Final = "list"
"""Only those who may change it."""
_PARTS: Final = ("chapter", "sequential", UNIT)
State = Literal["same", "changed", "new", "gone"]


@dataclass(frozen=True)
class Library:
    """A library in the list of those from which somebody may draw."""

    key: CourseKey
    title: str
    language: str
    may_edit: bool
    is_for_everybody: bool


@dataclass(frozen=True)
class Question:
    """A question of a library, as the one who draws sees it."""

    block: BlockId
    """In the library; of one that is gone, the copy."""
    type: str
    title: str
    topic: str
    state: State
    """Beside the copy: `new` where there is none, `gone` where only the copy is left."""
    is_drawn: bool


@dataclass(frozen=True)
class Bank:
    """A block of a course that draws from a library."""

    block: BlockId
    title: str
    language: str
    library: CourseKey | None
    """None when the library is gone, or is no longer open to the author."""
    library_title: str
    library_language: str
    count: int
    """How many each learner is given; `ALL` for all."""
    questions: tuple[Question, ...]
    version: str

    @property
    def waiting(self) -> int:
        """Return how many of the drawn questions are other ones in the library now."""
        return sum(one.is_drawn and one.state in {"changed", "gone"} for one in self.questions)


def list_libraries(session: Session, actor: Actor) -> tuple[Library, ...]:
    """Return the libraries from which the actor may draw, by title, in one read."""
    mine = {place.id for role, place in actor.roles if role is Role.TRAINER and place.kind is PlaceKind.COURSE}
    columns = (COURSE.c.id, COURSE.c.key, COURSE.c.title, COURSE.c.source_language, COURSE.c.enrolment)
    query = select(*columns).where(COURSE.c.kind == LIBRARY, COURSE.c.archived_at.is_(None)).order_by(COURSE.c.title, COURSE.c.id)
    found = [
        Library(
            CourseKey(row.key), row.title, row.source_language, actor.is_site_admin or row.id in mine, row.enrolment == EVERYBODY
        )
        for row in session.execute(query)
    ]
    makes = _makes_courses(actor)
    return tuple(one for one in found if one.may_edit or (makes and one.is_for_everybody))


def create_library(
    session: Session, actor: Actor, *, title: str, language: str, topic: str, message: str, now: datetime
) -> CourseKey:
    """Make a library with one topic in which questions can be written at once; return its key. Refused as a course is."""
    key = create_course(session, actor, title=title, language=language, now=now)
    draft = hold_draft(session, key)
    draft.course.kind = LIBRARY
    draft.course.enrolment = EDITORS
    told = checked_title(topic)
    names = fresh_names(draft, _PARTS)
    held = zip(_PARTS, names, [*((name,) for name in names[1:]), ()], strict=True)
    new = {name: Block(name, kind, {"display_name": told}, tuple(children)) for kind, name, children in held}
    settle(session, actor, draft, Edit(children={draft.outline.root: [names[0]]}, new=new), message=message, now=now)
    return key


def share_library(session: Session, actor: Actor, key: CourseKey, *, with_everybody: bool, now: datetime) -> None:
    """Let everybody who makes courses draw from the library, or only those who may change it; audited. Refused: a course."""
    course = hold_draft(session, key).course
    if course.kind != LIBRARY:
        raise NotFound("no_such_course", key=key)
    wanted = EVERYBODY if with_everybody else EDITORS
    if course.enrolment != wanted:
        course.enrolment = wanted
        write_audit(session, "library_shared", f"course:{course.id}", actor=actor.person_id, at=now, everybody=with_everybody)


def open_library(session: Session, actor: Actor, key: CourseKey) -> Draft:
    """Return the library's questions; raise `NotFound` for one from which the actor may not draw, as if there were none."""
    draft = open_draft(session, key)
    if draft.course.kind != LIBRARY or not _may_draw(actor, draft.course):
        raise NotFound("no_such_course", key=key)
    return draft


def questions_of(outline: Outline) -> tuple[OutlineEntry, ...]:
    """Return the questions of a library, in order: what its units hold."""
    units = [entry for entry in outline.entries.values() if entry.type == UNIT]
    return tuple(child for unit in units for child in outline.children(unit.id))


def offered(outline: Outline) -> tuple[Question, ...]:
    """Return the questions of a library for one who draws from it for the first time: all are ticked."""
    return tuple(_question(outline, one, "new", is_drawn=True) for one in questions_of(outline))


def draw(
    session: Session,
    actor: Actor,
    key: CourseKey,
    unit: BlockId,
    *,
    library: CourseKey,
    chosen: Collection[str],
    count: int,
    title: str,
    types: BlockTypes,
    message: str,
    now: datetime,
) -> BlockId:
    """Add a block to a unit that gives each learner `count` of the chosen questions (`ALL`: all of them); return it.

    The questions are copied, under names that follow from the library and the question: an update keeps answers.
    Refused: a library from which the actor may not draw (`NotFound`), no question, a place that is no unit (`Invalid`).
    """
    draft = hold_draft(session, key)
    if known(draft, unit).type != UNIT:
        raise Invalid("bad_part", block=unit)
    source = open_library(session, actor, library)
    bank = fresh_name(draft, BANK)
    fields = {"display_name": checked_title(title)}
    base = Edit(children={unit: [*draft.outline[unit].children, bank]})
    edit = _filled(session, draft, source, bank, fields=fields, chosen=chosen, count=count, types=types, base=base)
    settle(session, actor, draft, edit, message=message, now=now)
    return bank


def redraw(
    session: Session,
    actor: Actor,
    key: CourseKey,
    bank: BlockId,
    *,
    library: CourseKey,
    chosen: Collection[str],
    count: int,
    types: BlockTypes,
    message: str,
    now: datetime,
) -> None:
    """Bring a block that draws up to date: the chosen questions as the library has them now, all else out of it.

    Refused as `draw` refuses; a block that draws from no library (`NotFound`).
    """
    draft = hold_draft(session, key)
    if known(draft, bank).type != BANK:
        raise NotFound("no_such_block", block=bank)
    source = open_library(session, actor, library)
    fields = read_node(session, draft.outline[bank].node)["fields"]
    edit = _filled(session, draft, source, bank, fields=fields, chosen=chosen, count=count, types=types, base=Edit())
    settle(session, actor, draft, edit, message=message, now=now)


def open_bank(session: Session, actor: Actor, draft: Draft, block: BlockId) -> Bank:
    """Return a block that draws, with every question of its library and how each stands beside its copy; raise `NotFound`."""
    entry = known(draft, block)
    if entry.type != BANK:
        raise NotFound("no_such_block", block=block)
    fields = read_node(session, entry.node)["fields"]
    library = CourseKey(str(fields.get("source_library_id") or ""))
    source = _find_library(session, actor, library)
    questions = _compared(session, draft.outline, entry, source, str(fields.get("source_library_version") or ""))
    return Bank(
        block=block,
        title=entry.title,
        language=draft.outline.language,
        library=library if source else None,
        library_title=source.outline[source.outline.root].title if source else "",
        library_language=source.outline.language if source else "",
        count=int(fields.get("max_count") or 1),
        questions=questions,
        version=source.snapshot if source else "",
    )


def drawn_name(library: str, question: BlockId, bank: BlockId) -> BlockId:
    """Return what the copy of a question is called in a block that draws it: always the same."""
    kind = question.partition("/")[0]
    mark = hashlib.sha256(f"{library.lower()}:{question}".encode()).hexdigest()[:12]
    return block_id(kind, f"{bank.partition('/')[2]}-{mark}")


def _filled(
    session: Session,
    draft: Draft,
    source: Draft,
    bank: BlockId,
    *,
    fields: Mapping[str, Json],
    chosen: Collection[str],
    count: int,
    types: BlockTypes,
    base: Edit,
) -> Edit:
    """Return the edit that gives a block that draws the chosen questions as they are in the library."""
    wanted = [one.id for one in questions_of(source.outline) if one.id in chosen]
    if not wanted:
        raise Invalid("no_question_chosen", field="question")
    if count != ALL and not 1 <= count <= len(wanted):
        raise Invalid("bad_draw", field="count", most=len(wanted))
    lifted = for_another_course(lift(session, source.outline, wanted), draft.outline.language, words_of_types(types))
    names = {block: drawn_name(source.course.key, block, bank) for block in lifted.blocks}
    placed, assets = pasted_under(session, draft, lifted, names)
    told = {
        **fields,
        "source_library_id": source.course.key,
        "source_library_version": source.snapshot,
        "max_count": count,
    }
    children = [names[block] for block in wanted]
    is_new = bank not in draft.outline
    new = {name: one for name, one in placed.blocks.items() if name not in draft.outline}
    old = {name: one for name, one in placed.blocks.items() if name in draft.outline}
    texts = {language: held for language, held in placed.new_texts().items() if language in draft.outline.languages}
    for language in draft.outline.languages:
        if language != draft.outline.language:
            held = texts.setdefault(language, {})
            held |= {name: {} for name in old if name not in held}
    return replace(
        base,
        children={**base.children, **({} if is_new else {bank: children}), **{name: one.children for name, one in old.items()}},
        new={**new, **({bank: Block(bank, BANK, told, tuple(children))} if is_new else {})},
        fields={**({} if is_new else {bank: told}), **{name: one.fields for name, one in old.items()}},
        texts={language: held for language, held in texts.items() if held},
        assets=assets,
        language_assets={language: dict(held) for language, held in placed.language_assets.items() if held and texts.get(language)},
    )


def _compared(session: Session, outline: Outline, bank: OutlineEntry, source: Draft | None, version: str) -> tuple[Question, ...]:
    copies = set(bank.children)
    if source is None:
        return tuple(_question(outline, outline[copy], "gone", is_drawn=True) for copy in bank.children)
    changed = _changed_since(session, source, version)
    found: list[Question] = []
    for one in questions_of(source.outline):
        copy = drawn_name(source.course.key, one.id, bank.id)
        state: State = "new" if copy not in copies else "changed" if one.id in changed else "same"
        found.append(_question(source.outline, one, state, is_drawn=copy in copies))
        copies.discard(copy)
    left = [copy for copy in bank.children if copy in copies]
    return (*found, *(_question(outline, outline[copy], "gone", is_drawn=True) for copy in left))


def _changed_since(session: Session, source: Draft, version: str) -> frozenset[BlockId]:
    """Return the questions that are others than in an older state of the library; all of them where nobody remembers it."""
    now = source.outline
    everything = frozenset(one.id for one in questions_of(now))
    if version == source.snapshot:
        return frozenset()
    try:
        then = load_outline(session, version) if version else None
    except NotFound:
        then = None
    if then is None:
        return everything
    texts, before = _texts(session, source.snapshot), _texts(session, Hash(version))
    return frozenset(
        block
        for block in everything
        if block not in then
        or then[block].node != now[block].node
        or any(texts.get(one, {}).get(block) != before.get(one, {}).get(block) for one in {*texts, *before})
    )


def _texts(session: Session, snapshot: Hash) -> Mapping[str, Mapping[BlockId, str]]:
    overlays = read_snapshot(session, snapshot).overlays
    bodies = read_nodes(session, overlays.values())
    return {language: bodies[key]["texts"] for language, key in overlays.items()}


def _question(outline: Outline, entry: OutlineEntry, state: State, *, is_drawn: bool) -> Question:
    topic = outline[entry.parent].title if entry.parent else ""
    return Question(entry.id, entry.type, entry.title, topic, state, is_drawn)


def _find_library(session: Session, actor: Actor, key: CourseKey) -> Draft | None:
    try:
        return open_library(session, actor, key)
    except NotFound:
        return None


def _may_draw(actor: Actor, course: Course) -> bool:
    if may_edit(actor, course):
        return True
    return course.enrolment == EVERYBODY and _makes_courses(actor)


def _makes_courses(actor: Actor) -> bool:
    trains = any(role is Role.TRAINER and place.kind is PlaceKind.COURSE for role, place in actor.roles)
    return trains or allows(actor, Action.CREATE_COURSE)
