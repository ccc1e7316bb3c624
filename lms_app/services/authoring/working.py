"""Working copies: what an author typed and what is not in the draft yet, kept until it settles, whatever becomes of their page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from lms_app.adapters.content import load_outline
from lms_app.domain.actors import Actor
from lms_app.domain.content import LANGUAGES, Hash, Json
from lms_app.domain.errors import Conflict, Invalid, NeedsSignIn
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.merging import ABSENT, same
from lms_app.model.authoring import WorkingCopy
from lms_app.model.content import Revision
from lms_app.services.authoring.drafts import open_draft, texts_of
from lms_app.services.authoring.editing import NO_TEXTS, BlockState, Clash, put_together, started_from, wrong_values
from lms_app.storage.upsert import insert_new

HALF_WRITTEN: Final = "half_written"
"""The problem of a copy that holds only what a block's own form would send: its author saves it, nobody else can."""
_STEPS_BACK: Final = 5
_TRIES: Final = 3
_COPY: Final = cast("Table", WorkingCopy.__table__)


@dataclass(frozen=True)
class Kept:
    """What a keeping did."""

    number: int
    """Of what is kept now."""
    kept_at: datetime
    is_older: bool
    """Something newer of the same author's was there, and stayed."""
    problem: str
    """Code of what keeps it from settling, or empty."""


@dataclass(frozen=True)
class Copy:
    """One author's working copy of a block in a language."""

    block: BlockId
    language: str
    base: str
    changes: Mapping[str, Json]
    form_base: str
    own_form: Json
    """What the block's own form would send, or None."""
    number: int
    problem: str
    touched_at: datetime


@dataclass(frozen=True)
class Laid:
    """A block's fields (or its texts in a language) as their author sees them: the draft with their working copy over it."""

    values: Mapping[str, Json]
    """Fields to show; in a value that clashes stands the author's own."""
    base: str
    """The starting point that the form names: as long as something clashes, that of the copy, so that a save finds it again."""
    newest: str
    """Hash of the draft's own state: the starting point once all clashes are decided."""
    copy: Copy | None = None
    clashes: tuple[Clash, ...] = ()


def newest_of(state: BlockState, language: str) -> tuple[str, Mapping[str, Json]]:
    """Return the hash and the fields (or texts) of a block in the draft."""
    if language in {"", state.language}:
        return state.base, state.fields
    return state.texts.get(language, (Hash(NO_TEXTS), {}))


def keep(
    session: Session,
    actor: Actor,
    course: int,
    state: BlockState,
    *,
    number: int,
    base: str,
    language: str = "",
    changes: Mapping[str, Json] | None = None,
    touched: Collection[str] = (),
    own_form: Mapping[str, Json] | None = None,
    now: datetime,
) -> Kept:
    """Keep what an author typed into a block: `changes` of its fields, or what the block's own form would send.

    `touched` names fields that stand again as they were. What was kept of other fields, from another page of the author's, stays.
    An older number than what is kept changes nothing. A value that can't be taken is kept all the same; the answer says why it
    won't settle. Refused: a field that the form does not have (`Invalid`), a language that no course has.
    """
    spoken = source_free(state, language)
    known = {one.name for one in state.form if one.is_translatable or not spoken}
    if unknown := [name for name in changes or () if name not in known]:
        raise Invalid("no_such_field", field=unknown[0])
    row = _hold(session, actor, course, state.block, spoken, now=now)
    if number < row.number:
        return Kept(row.number, row.touched_at, is_older=True, problem=row.problem)
    if changes is not None:
        others = {name: value for name, value in row.changes.items() if name not in changes and name not in touched}
        row.base, others = _one_base(session, state, row.base, others, base=base, language=language)
        row.changes = {**others, **changes}
    if own_form is not None:
        row.own_form = {"base": base, "body": dict(own_form)}
    row.number, row.touched_at, row.problem = number, now, _problem_of(state, row, spoken)
    session.flush()
    return Kept(number, now, is_older=False, problem=row.problem)


def find(
    session: Session, actor: Actor, course: int, block: BlockId, *, language: str = "", locked: bool = False
) -> WorkingCopy | None:
    """Return the row of an author's copy, for the services that settle it."""
    key = (course, block, language, _person(actor))
    return session.get(WorkingCopy, key, with_for_update=True if locked else None, populate_existing=True)


def copies(session: Session, actor: Actor, course: int, blocks: Iterable[BlockId] | None = None) -> dict[tuple[BlockId, str], Copy]:
    """Return an author's copies in a course (of some blocks, or of all), by block and language ('' is the source): one read."""
    query = select(WorkingCopy).where(WorkingCopy.course_id == course, WorkingCopy.person_id == _person(actor))
    if blocks is not None:
        query = query.where(WorkingCopy.block_id.in_(list(blocks)))
    return {(BlockId(row.block_id), row.language): _copy(row) for row in session.scalars(query)}


def laid_over(
    session: Session, actor: Actor, course: int, state: BlockState, *, language: str = "", copy: Copy | None = None
) -> Laid:
    """Return a block as its author's form shows it; give `copy` where `copies` has read those of a whole unit."""
    newest, current = newest_of(state, language)
    if copy is None and (row := find(session, actor, course, state.block, language=source_free(state, language))):
        copy = _copy(row)
    if copy is None or not copy.changes:
        return Laid(current, newest, newest, copy)
    try:
        started = started_from(session, state, base=copy.base, language=language)
    except Conflict:  # nobody remembers it: whatever differs is for the author to decide
        started = {}
    both = put_together(started, current, copy.changes)
    return Laid(both.fields, copy.base if both.clashes else newest, newest, copy, both.clashes)


def is_own_step(session: Session, actor: Actor, state: BlockState, base: str, *, language: str = "") -> bool:
    """Tell whether all that became of a block since `base` was settled for the same author, nobody else having saved since.

    What settles may come out written otherwise (a problem's OLX is set anew): for its author it is no change of somebody else's.
    """
    revision = open_draft(session, state.key).revision
    for _ in range(_STEPS_BACK):
        if revision.author_id != actor.person_id or not revision.parents:
            return False
        revision = session.get_one(Revision, revision.parents[0])
        if _hash_at(session, revision.snapshot, state, language) == base:
            return True
    return False


def _hash_at(session: Session, snapshot: str, state: BlockState, language: str) -> str | None:
    if language not in {"", state.language}:
        return texts_of(session, snapshot, state.block).get(language, (Hash(NO_TEXTS), {}))[0]
    outline = load_outline(session, snapshot)
    return outline[state.block].node if state.block in outline else None


def drop(session: Session, actor: Actor, course: int, block: BlockId, *, language: str = "") -> None:
    """Throw an author's copy away; the draft and its history stay as they are."""
    mine = (_COPY.c.course_id == course, _COPY.c.block_id == block, _COPY.c.language == language)
    session.execute(delete(_COPY).where(*mine, _COPY.c.person_id == _person(actor)))


def end(
    session: Session,
    actor: Actor,
    course: int,
    block: BlockId,
    *,
    fields: Collection[str],
    language: str = "",
    own_form: bool = False,
) -> None:
    """Forget what was saved just now: these fields, and with `own_form` what the block's own form had half written. All else stays."""
    row = find(session, actor, course, block, language=language, locked=True)
    if row is None:
        return
    row.own_form = None if own_form else row.own_form
    row.changes = {name: value for name, value in row.changes.items() if name not in fields}
    if not row.changes:
        row.problem = HALF_WRITTEN if row.own_form is not None else ""
    if not row.changes and row.own_form is None:
        session.delete(row)
    session.flush()


def end_saved(
    session: Session,
    actor: Actor,
    course: int,
    block: BlockId,
    *,
    saved: Mapping[str, Json],
    fields: Collection[str],
    typed: Collection[str],
    number: int,
    language: str = "",
) -> None:
    """Forget what a page has just saved, and nothing that its author typed on another page meanwhile.

    `fields` are all of the form, `saved` those that it changed, `typed` those in which somebody wrote on that very page, `number` the
    newest that was kept when the page was made.
    """
    row = find(session, actor, course, block, language=language, locked=True)
    if row is None:
        return
    if row.number <= number:
        known = set(fields)
    else:
        known = {name for name in fields if name in typed or (name in saved and same(saved[name], row.changes.get(name, ABSENT)))}
    end(session, actor, course, block, fields=known, language=language)


def source_free(state: BlockState, language: str) -> str:
    """Return the language as copies name it: '' for the source; refuse one that no course has."""
    if language and language not in LANGUAGES:
        raise Invalid("bad_language", field="language")
    return "" if language == state.language else language


def _hold(session: Session, actor: Actor, course: int, block: BlockId, language: str, *, now: datetime) -> WorkingCopy:
    """Return the row, made if there is none, and keep other pages of the same author waiting until the transaction ends."""
    key = {"course_id": course, "block_id": block, "language": language, "person_id": _person(actor)}
    empty: Mapping[str, Json] = {"base": "", "changes": {}, "own_form": None, "number": 0, "problem": "", "touched_at": now}
    for _ in range(_TRIES):
        insert_new(session, _COPY, {**key, **empty})
        row = find(session, actor, course, block, language=language, locked=True)
        if row is not None:
            return row  # else it was settled by another page of the author's at this very moment: it begins anew
    raise Conflict("edit_conflict", clashes=())


def _one_base(
    session: Session, state: BlockState, before: str, others: dict[str, Json], *, base: str, language: str
) -> tuple[str, dict[str, Json]]:
    """Return one starting point for what was kept before and what comes now, and what was kept as seen from there.

    Where there is none that both can be seen from, the older one is taken: then a clash may show that is none, and nothing is lost.
    """
    newest, current = newest_of(state, language)
    if not others or before == base:
        return base, others
    if base != newest:
        return before, others
    try:
        both = put_together(started_from(session, state, base=before, language=language), current, others)
    except Conflict:
        return before, others
    return (before, others) if both.clashes else (base, {name: both.fields.get(name) for name in others})


def _problem_of(state: BlockState, row: WorkingCopy, language: str) -> str:
    if not row.changes:
        return HALF_WRITTEN if row.own_form is not None else ""
    wrong = wrong_values(state, row.changes, only_texts=bool(language))
    return wrong[0].code if wrong else ""


def _copy(row: WorkingCopy) -> Copy:
    own = row.own_form or {}
    return Copy(
        block=BlockId(row.block_id),
        language=row.language,
        base=row.base,
        changes=row.changes,
        form_base=own.get("base", ""),
        own_form=own.get("body"),
        number=row.number,
        problem=row.problem,
        touched_at=row.touched_at,
    )


def _person(actor: Actor) -> PersonId:
    if actor.person_id is None:
        raise NeedsSignIn
    return actor.person_id
