"""Changing a block: a save names where it started from, and meets what others saved meanwhile field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import read_node
from lms_app.domain.actors import Actor
from lms_app.domain.content import LANGUAGES, Block, Hash, Json, OutlineEntry
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.findings import Findings
from lms_app.domain.grading import read_policy
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.domain.merging import ABSENT, Leaf, merge, same
from lms_app.runtime.editable import EditableField, checked_value, editable_fields, implied_changes, in_own_form, with_choices
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.canonical import as_it_comes_back, texts_as_they_come_back
from lms_app.services.authoring.drafts import Draft, commit, hold_draft, open_draft, texts_of, with_fields, with_texts
from lms_app.services.authoring.translating import states

NO_TEXTS: Final = ""
"""The starting point of a first translation."""


@dataclass(frozen=True)
class BlockState:
    """One block of the draft as an author finds it."""

    key: CourseKey
    block: BlockId
    type: str
    title: str
    language: str
    """The source language."""
    base: Hash
    """Of its node: the starting point that a save names."""
    fields: Mapping[str, Json]
    """Explicit values."""
    inherited: Mapping[str, Json]
    """What holds where it has none of its own."""
    texts: Mapping[str, tuple[Hash, Mapping[str, Json]]]
    """By language beside the source: hash of the texts' node, and the texts."""
    form: tuple[EditableField, ...]
    """Empty for a block that can't be changed here, since its type is not installed."""
    in_own_form: frozenset[str] = frozenset()
    """The fields that the block's own form asks for; none when it has no such form."""


@dataclass(frozen=True)
class Saved:
    """What a save did."""

    revision: int | None
    """None when nothing was to be changed."""
    changed: tuple[str, ...]
    merged: bool = False
    """Somebody else had saved meanwhile, and both changes are in."""


@dataclass(frozen=True)
class Clash:
    """A field in which two people changed the same thing at once."""

    name: str
    mine: Json
    """The whole value that the author wants."""
    theirs: Json
    """None: they took the value back."""
    leaves: tuple[Leaf, ...] = ()
    """The very places in it: one with an empty path when the field is one text."""


@dataclass(frozen=True)
class Together:
    """What an author changed, put together with what others made of the block meanwhile."""

    fields: Mapping[str, Json]
    """With the author's own value wherever the two clash."""
    changed: tuple[str, ...]
    clashes: tuple[Clash, ...]


def open_block(session: Session, key: CourseKey, block: BlockId, *, types: BlockTypes) -> BlockState:
    """Return a block of the draft with its form, in a number of reads that does not grow; raise `NotFound`."""
    draft = open_draft(session, key)
    entry = _entry(draft, block)
    body = read_node(session, entry.node)
    return BlockState(
        key=CourseKey(draft.course.key),
        block=block,
        type=entry.type,
        title=entry.title,
        language=draft.outline.language,
        base=entry.node,
        fields=body["fields"],
        inherited=entry.settings,
        texts=texts_of(session, draft.snapshot, block),
        form=_form(types, draft, entry.type),
        in_own_form=in_own_form(types, entry.type),
    )


def started_from(session: Session, state: BlockState, *, base: str, language: str = "") -> Mapping[str, Json]:
    """Return the fields (or the texts in a language) that an author's page was made from; `Conflict` when nobody remembers."""
    if language in {"", state.language}:
        return state.fields if base == state.base else _fields_at(session, base, state.block)
    told, texts = state.texts.get(language, (Hash(NO_TEXTS), {}))
    return texts if base == told else _texts_at(session, base)


def save_block(
    session: Session,
    actor: Actor,
    key: CourseKey,
    block: BlockId,
    *,
    base: str,
    changes: Mapping[str, Json],
    types: BlockTypes,
    now: datetime,
    message: str = "",
    language: str = "",
) -> Saved:
    """Lay the changes over the block's newest state and make a draft of it; a value of None takes a field back to its default.

    `base` is the hash that the author's page was made from: of the block's node, or of its texts in `language` ('' before the first
    ones). What somebody else changed since then is merged: other fields, other texts and other parts of one field all survive.
    Refused: a field that the form does not have or a value that it can't take (`Invalid`, all at once), and a single text or
    setting that somebody else changed to another value (`Conflict`, with every such field as `Clash` among its facts).
    """
    draft = hold_draft(session, key)
    entry = _entry(draft, block)
    in_source = language in {"", draft.outline.language}
    if language and language not in LANGUAGES:
        raise Invalid("bad_language", field="language")
    wanted = _checked(_form(types, draft, entry.type), changes, only_texts=not in_source)
    if in_source:
        current: Mapping[str, Json] = read_node(session, entry.node)["fields"]
        wanted = implied_changes(wanted, current, language=draft.outline.language)
        started = current if base == entry.node else _fields_at(session, base, block)
    else:
        told, current = texts_of(session, draft.snapshot, block).get(language, (Hash(NO_TEXTS), {}))
        started = current if base == told else _texts_at(session, base)
        fields = read_node(session, entry.node)["fields"]
        wanted = implied_changes(wanted, current, language=language, is_translation=True, source=fields)
    both = put_together(started, current, wanted)
    if both.clashes:
        raise Conflict("edit_conflict", clashes=both.clashes)
    if not both.changed:
        return Saved(None, ())
    if in_source:
        after = as_it_comes_back(Block(block, entry.type, both.fields, entry.children), types=types)
        states.note_source_change(session, draft, block, before=current, after=after, now=now)
        snapshot = with_fields(session, draft, block, after, now=now)
    else:
        after = texts_as_they_come_back(Block(block, entry.type, fields, entry.children), both.fields, types=types)
        states.note_translation(session, draft, block, language, before=current, after=after, person=actor.person_id, now=now)
        snapshot = with_texts(session, draft, block, after, language=language, now=now)
    revision = commit(session, draft, snapshot, author=actor.person_id, message=message, now=now)
    return Saved(revision.id, both.changed, merged=started is not current)


def put_together(started: Mapping[str, Json], current: Mapping[str, Json], wanted: Mapping[str, Json]) -> Together:
    """Lay the wanted values, which were made from `started`, over the current fields; None takes a field back."""
    fields = dict(current)
    clashes: dict[str, Clash] = {}
    for name, value in wanted.items():
        merged = merge(*(ABSENT if side is None else side for side in (started.get(name), value, current.get(name))))
        if merged.clashes:
            clashes[name] = Clash(name, value, current.get(name), merged.clashes)
        fields[name] = None if merged.value is ABSENT else merged.value
    for leaf in _orphans(started, current, fields) if wanted and started is not current else ():
        before = clashes.get("texts") or Clash("texts", wanted.get("texts", fields.get("texts")), current.get("texts"))
        clashes["texts"] = replace(before, leaves=(*before.leaves, leaf))
    changed = tuple(name for name in wanted if not same(fields[name], current.get(name)))
    kept = {name: value for name, value in fields.items() if name not in wanted or value is not None}
    return Together(kept, changed, tuple(clashes.values()))


def really_changed(state: BlockState, started: Mapping[str, Json], written: Mapping[str, Json]) -> dict[str, Json]:
    """Return what differs, of all that a block's own form wrote, from what its page was made from.

    A form sends every field; one that its author left alone must not meet what somebody else made of it meanwhile.
    """
    usual = {one.name: one.default for one in state.form}

    def is_as_before(name: str, value: Json) -> bool:
        if name in started:
            return bool(value == started[name])
        return value is None or value == usual.get(name)

    return {name: value for name, value in written.items() if not is_as_before(name, value)}


def wrong_values(state: BlockState, changes: Mapping[str, Json], *, only_texts: bool = False) -> tuple[Invalid, ...]:
    """Return what is wrong with values that an author is still writing; nothing is refused."""
    try:
        _checked(state.form, changes, only_texts=only_texts)
    except Invalid as error:
        return tuple(error.facts.get("wrong", (error,)))
    return ()


def _entry(draft: Draft, block: BlockId) -> OutlineEntry:
    if block not in draft.outline:
        raise NotFound("no_such_block", block=block)
    return draft.outline[block]


def _form(types: BlockTypes, draft: Draft, block_type: str) -> tuple[EditableField, ...]:
    """Return the form of a block type; the kinds of assessment are those of the course's grading policy."""
    kinds = [kind.name for kind in read_policy(draft.outline.policy.get("grading") or {}).types]
    return with_choices(editable_fields(types, block_type), "format", kinds)


def _checked(form: tuple[EditableField, ...], changes: Mapping[str, Json], *, only_texts: bool) -> dict[str, Json]:
    known = {one.name: one for one in form if one.is_translatable or not only_texts}
    find = Findings()
    values = {name: find(partial(_value, known.get(name), name, value)) for name, value in changes.items()}
    find.raise_all()
    return values


def _value(known: EditableField | None, name: str, value: Json) -> Json:
    if known is None:
        raise Invalid("no_such_field", field=name)
    return None if value is None else checked_value(known, value)


def _fields_at(session: Session, base: str, block: BlockId) -> Mapping[str, Json]:
    """Return the block's fields as they were at the author's starting point; `Conflict` when nobody remembers it."""
    try:
        body = read_node(session, base)
    except NotFound as error:
        raise Conflict("edit_too_old", block=block) from error
    if not isinstance(body, dict) or body.get("id") != block:
        raise Conflict("edit_too_old", block=block)
    fields: Mapping[str, Json] = body["fields"]
    return fields


def _texts_at(session: Session, base: str) -> Mapping[str, Json]:
    try:
        texts: Mapping[str, Json] = read_node(session, base) if base else {}
    except NotFound as error:
        raise Conflict("edit_too_old") from error
    return texts


def _orphans(started: Mapping[str, Json], current: Mapping[str, Json], fields: Mapping[str, Json]) -> list[Leaf]:
    """Find texts that one side wrote for a part (a question, say) that the other side took away: nobody would see them again."""
    gone = _ids_in(started.get("structure")) - _ids_in(fields.get("structure"))
    before, theirs, both = (side.get("texts") or {} for side in (started, current, fields))
    if not gone or not all(isinstance(side, Mapping) for side in (before, theirs, both)):
        return []
    lost = [key for key, text in both.items() if gone.intersection(key.split("/")) and text != before.get(key)]
    return [
        Leaf((key,), before.get(key), both[key], None) if key not in theirs else Leaf((key,), before.get(key), None, both[key])
        for key in lost
    ]


def _ids_in(value: Json) -> set[str]:
    """Return the ids of all parts in a block's structure."""
    if isinstance(value, Mapping):
        own = {value["id"]} if isinstance(value.get("id"), str) else set()
        return own.union(*(_ids_in(each) for each in value.values()))
    return set().union(*(_ids_in(each) for each in value)) if isinstance(value, list) else set()
