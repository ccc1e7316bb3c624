"""Copies: of a block beside itself, of one course's blocks in another; and what was taken out, brought back as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.adapters.nodes import assets_of, read_nodes, read_snapshot
from lms_app.domain.actors import Actor, Place, PlaceKind
from lms_app.domain.content import Asset, Outline
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey, block_id
from lms_app.domain.permissions import Action, allows
from lms_app.model.authoring import TranslationSource
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.runtime.plugins import BlockTypes
from lms_app.runtime.traits import translatable_fields
from lms_app.services.authoring.arranging import LONGEST_TITLE, fresh_names, known, settle, takes
from lms_app.services.authoring.drafts import Draft, hold_draft, open_draft
from lms_app.services.authoring.importing import find_course_row
from lms_app.services.authoring.lifting import Lifted, for_another_course, lift, renamed

BANK: Final = "library_content"
"""The type of the blocks that draw from a library."""
MOST: Final = 2_000
"""Blocks in one copy: more is a course, which is copied as one."""


@dataclass(frozen=True)
class Copied:
    """What a copy made."""

    block: BlockId
    """The copy."""
    blocks: int
    """How many there are with all below."""
    files: int
    """How many files came along."""
    more_languages: tuple[str, ...]
    """Languages that the course did not have before."""


@dataclass(frozen=True)
class Step:
    """A change that somebody just made."""

    revision: int
    message: str


def duplicate_block(
    session: Session, actor: Actor, key: CourseKey, parent: BlockId, block: BlockId, *, title: str, message: str, now: datetime
) -> BlockId:
    """Put a copy of a block, with all below it and in every language, right after it; return the copy. Its names are new."""
    draft = hold_draft(session, key)
    children = list(known(draft, parent).children)
    if block not in children:
        raise NotFound("no_such_block", block=block)
    lifted, names = _under_fresh_names(draft, lift(session, draft.outline, [block]))
    made = names[block]
    blocks = {**lifted.blocks}
    blocks[made] = replace(blocks[made], fields={**blocks[made].fields, "display_name": title[:LONGEST_TITLE]})
    children.insert(children.index(block) + 1, made)
    edit = Edit(children={parent: children}, new=blocks, texts=lifted.new_texts())
    settle(session, actor, draft, edit, message=message, now=now)
    _keep_sources(session, draft.course.id, draft.course.id, names, now=now)
    return made


def copy_block(
    session: Session,
    actor: Actor,
    key: CourseKey,
    block: BlockId,
    *,
    to: CourseKey,
    parent: BlockId,
    types: BlockTypes,
    message: str,
    now: datetime,
) -> Copied:
    """Put a copy of a block of one course, with all below it, its words in every language and its files, at the end of a part of another.

    Dates and groups stay behind. Refused: a course that the actor may not change, as if there were none (`NotFound`); a part
    that holds no such blocks, more than `MOST` blocks at once (`Invalid`).
    """
    require_editable(session, actor, (key, to))
    target = hold_draft(session, to)
    source = open_draft(session, key)
    if not takes(known(target, parent).type, known(source, block).type):
        raise Invalid("bad_part", block=parent)
    lifted = lift(session, source.outline, [block])
    if len(lifted.blocks) > MOST:
        raise Invalid("copy_too_large", most=MOST)
    lifted = for_another_course(lifted, target.outline.language, words_of_types(types))
    edit, names = _pasted(session, target, lifted, parent)
    settle(session, actor, target, edit, message=message, now=now)
    if source.outline.language == target.outline.language:
        _keep_sources(session, source.course.id, target.course.id, names, now=now)
    more = tuple(one for one, held in edit.texts.items() if held and one not in target.outline.languages)
    return Copied(names[block], len(names), len(edit.assets), more)


def undo(session: Session, actor: Actor, key: CourseKey, revision: int, *, message: str, now: datetime) -> BlockId | None:
    """Take one change of the outline back; return what came back by it, or None when something went or moved.

    Where nothing was saved since, the state before it holds again. Else what it took out comes back to its place, with its words
    in every language. Refused: another course's change (`NotFound`), a change that others were built on (`Conflict`).
    """
    draft = hold_draft(session, key)
    undone = session.get(Revision, revision)
    before = session.get(Revision, undone.parents[0]) if undone is not None and undone.parents else None
    if undone is None or before is None or draft.course.id not in {undone.course_id} & {before.course_id}:
        raise NotFound("no_such_revision", revision=revision)
    old, new = load_outline(session, before.snapshot), load_outline(session, undone.snapshot)
    gone = [block for block in old.entries if block not in new]
    back = next((block for block in gone if old[block].parent in new), None)
    if undone.id == draft.revision.id:
        _go_back_to(session, actor, draft, before, message=message, now=now)
        return back
    if back is None:
        raise Conflict("draft_moved_on", key=key)
    settle(session, actor, draft, _bringing(session, draft, old, gone), message=message, now=now)
    return back


def find_step(session: Session, course_id: int, revision: int) -> Step | None:
    """Return a change of a course that can be taken back; None for another course's, and for what began it."""
    found = session.get(Revision, revision) if revision else None
    if found is None or found.course_id != course_id or not found.parents:
        return None
    return Step(found.id, found.message)


def editable_outlines(session: Session, actor: Actor, keys: Iterable[CourseKey]) -> Mapping[CourseKey, Outline]:
    """Return the outlines of courses that the actor may change; raise `NotFound` for another."""
    wanted = tuple(keys)
    require_editable(session, actor, wanted)
    return {key: open_draft(session, key).outline for key in wanted}


def require_editable(session: Session, actor: Actor, keys: Iterable[CourseKey]) -> None:
    """Refuse (`NotFound`) a course that the actor may not change: that there is one is none of their business."""
    for key in keys:
        row = find_course_row(session, key)
        if row is None or not may_edit(actor, row):
            raise NotFound("no_such_course", key=key)


def may_edit(actor: Actor, course: Course) -> bool:
    """Tell whether the actor may change the course."""
    return allows(actor, Action.EDIT_COURSE, [Place(PlaceKind.COURSE, course.id)])


def _go_back_to(session: Session, actor: Actor, draft: Draft, before: Revision, *, message: str, now: datetime) -> None:
    made = Revision(
        course_id=draft.course.id,
        snapshot=before.snapshot,
        parents=[draft.revision.id, before.id],
        author_id=actor.person_id,
        message=message,
        created_at=now,
    )
    session.add(made)
    session.flush()
    draft.course.draft_revision_id = made.id
    session.flush()


def _bringing(session: Session, draft: Draft, old: Outline, gone: list[BlockId]) -> Edit:
    """Return what brings blocks of an older state back to where they were: after the neighbour that they followed there."""
    roots = [(block, holder) for block in gone if (holder := old[block].parent) is not None and holder in draft.outline]
    if not roots or any(block in draft.outline for block in gone):
        raise Conflict("draft_moved_on")
    lifted = lift(session, old, [block for block, _ in roots])
    children: dict[BlockId, list[BlockId]] = {}
    for block, holder in roots:
        there = children.setdefault(holder, list(draft.outline[holder].children))
        there.insert(_place(old[holder].children, there, block), block)
    texts = {one: held for one, held in lifted.new_texts().items() if one in draft.outline.languages}
    return Edit(children=children, new={block: lifted.blocks[block] for block in gone}, texts=texts)


def _place(before: tuple[BlockId, ...], there: list[BlockId], block: BlockId) -> int:
    """Return where the block belongs among these children: after the last of those that it followed."""
    earlier = before[: before.index(block)]
    return max((there.index(one) + 1 for one in earlier if one in there), default=0)


def words_of_types(types: BlockTypes) -> Callable[[str], tuple[str, ...]]:
    """Return what tells which fields of a type hold words."""
    return lambda kind: translatable_fields(kind, types.load(kind))


def pasted_under(
    session: Session, target: Draft, lifted: Lifted, names: Mapping[BlockId, BlockId]
) -> tuple[Lifted, dict[str, Asset | None]]:
    """Return the blocks under these names, and the files that the course does not have yet.

    A file whose name stands for something else there comes under another, in whatever refers to it too.
    """
    there = assets_of(read_nodes(session, [key := read_snapshot(session, target.snapshot).assets])[key])
    placed = renamed(lifted, names, _other_names(lifted.assets, there), course=CourseKey(target.course.key))
    return placed, {path: one for path, one in placed.assets.items() if path not in there}


def _under_fresh_names(draft: Draft, lifted: Lifted) -> tuple[Lifted, dict[BlockId, BlockId]]:
    names = _names_for(draft, lifted)
    return renamed(lifted, names, {}, course=CourseKey(draft.course.key)), names


def _names_for(draft: Draft, lifted: Lifted) -> dict[BlockId, BlockId]:
    """Return new names for all blocks. Questions drawn from a library keep the part of theirs that says which question they are."""
    fresh = fresh_names(draft, [one.type for one in lifted.blocks.values()])
    names = dict(zip(lifted.blocks, fresh, strict=True))
    for bank in lifted.blocks.values():
        stem = bank.id.partition("/")[2] + "-"
        for child in bank.children if bank.type == BANK else ():
            kind, _, name = child.partition("/")
            if name.startswith(stem):
                made = names[bank.id].partition("/")[2]
                names[child] = block_id(kind, f"{made}-{name.removeprefix(stem)}")
    return names


def _pasted(session: Session, target: Draft, lifted: Lifted, parent: BlockId) -> tuple[Edit, dict[BlockId, BlockId]]:
    """Return the edit that puts the blocks at the end of a part, and what each is called there."""
    names = _names_for(target, lifted)
    placed, assets = pasted_under(session, target, lifted, names)
    edit = Edit(
        children={parent: [*target.outline[parent].children, *placed.roots]},
        new=placed.blocks,
        texts=placed.new_texts(),
        assets=assets,
        language_assets={
            language: dict(held) for language, held in placed.language_assets.items() if held and placed.texts.get(language)
        },
    )
    return edit, names


def _other_names(coming: Mapping[str, Asset], there: Mapping[str, Asset]) -> dict[str, str]:
    """Return other names for the files whose name stands for something else in the course that they come to."""
    found: dict[str, str] = {}
    for path, one in coming.items():
        if path not in there or there[path].sha256 == one.sha256:
            continue
        name = PurePosixPath(path)
        taken = {*there, *coming, *found.values()}
        number = next(n for n in range(2, len(taken) + 3) if str(name.with_name(f"{name.stem}-{n}{name.suffix}")) not in taken)
        found[path] = str(name.with_name(f"{name.stem}-{number}{name.suffix}"))
    return found


def _keep_sources(session: Session, source: int, target: int, names: Mapping[BlockId, BlockId], *, now: datetime) -> None:
    """Note for the copies which source texts their translations were made from: a stale one is as stale in its copy."""
    rows = session.scalars(
        select(TranslationSource).where(TranslationSource.course_id == source, TranslationSource.block_id.in_(names))
    )
    for row in rows.all():
        session.add(
            TranslationSource(
                course_id=target,
                language=row.language,
                block_id=names[BlockId(row.block_id)],
                path=row.path,
                digest=row.digest,
                person_id=row.person_id,
                noted_at=now,
            )
        )
    session.flush()
