"""Where a block's fields are read and written: content from the course, settings inherited, the rest from the learner's state."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

from opaque_keys.edx.locator import CourseLocator
from xblock.field_data import FieldData
from xblock.fields import Scope

from lms_app.domain.content import INHERITED, Json
from lms_app.domain.keys import BlockId
from lms_app.runtime.ports import Content
from lms_app.runtime.references import block_of, restored, stored, usage_of
from lms_app.runtime.state import Kind, Row, StateBuffer, authored, copied, plain

log = logging.getLogger(__name__)

NOTHING: Final[Mapping[str, Any]] = {}
KINDS: Final[Mapping[Any, Kind]] = {
    Scope.user_state: "block",
    Scope.user_state_summary: "shared",
    Scope.preferences: "person",
    Scope.user_info: "person",
}
"""Scopes of learners' state, and the kind of row that keeps each."""
AUTHORED: Final = frozenset({Scope.content, Scope.settings})


def state_id(usage: Any) -> BlockId:
    """Return the block id under which a block's state is kept.

    An aside's state stands beside its block's, as that of a block of the aside's type: `acid_aside/html:intro` for the
    aside of `html/intro`. No type has a colon in it, so that no two of them meet.
    """
    aside_type = getattr(usage, "aside_type", None)
    if aside_type is None:
        return block_of(usage)
    return BlockId(f"{aside_type}/{block_of(usage.usage_key).replace('/', ':', 1)}")


def scopes_of(block_class: Any) -> frozenset[Any]:
    """Return the scopes of the fields that a class has, found out once a class."""
    found = _SCOPES.get(block_class)
    if found is None:
        found = _SCOPES[block_class] = frozenset(field.scope for field in block_class.fields.values())
    return found


_SCOPES: Final[dict[Any, frozenset[Any]]] = {}


class VisitFields(FieldData):
    """The field data of all blocks of one visit. A visit changes learners' state and never the course.

    In an author's visit `drafted` takes what blocks write to the course, by block; None is a field taken back to its default.
    """

    def __init__(
        self, content: Content, state: StateBuffer, course: CourseLocator, drafted: dict[BlockId, dict[str, Json]] | None = None
    ) -> None:
        self._content = content
        self._state = state
        self._course = course
        self._drafted = drafted

    def get(self, block: Any, name: str) -> Any:
        """Return a field's explicit value in JSON form, or raise `KeyError`."""
        field = block.fields[name]
        kind = KINDS.get(field.scope)
        if kind is not None:
            return restored(field, self._state.get(_row(kind, block, field), name), self._course)
        if field.scope in AUTHORED:
            return restored(field, authored(self._authored(block)[name]), self._course)
        return self._place(block, field)

    def has(self, block: Any, name: str) -> bool:
        """Tell whether a field has an explicit value."""
        field = block.fields[name]
        kind = KINDS.get(field.scope)
        if kind is not None:
            return self._state.has(_row(kind, block, field), name)
        if field.scope in AUTHORED:
            return name in self._authored(block)
        return not hasattr(block.scope_ids.usage_id, "aside_type")

    def set(self, block: Any, name: str, value: Any) -> None:
        """Change one field."""
        self.set_many(block, {name: value})

    def set_many(self, block: Any, update_dict: Mapping[str, Any]) -> None:
        """Change fields of learners' state. A block that writes to its course while somebody learns is not obeyed."""
        rows: dict[Row, dict[str, Any]] = {}
        for name, value in update_dict.items():
            field = block.fields[name]
            kind = KINDS.get(field.scope)
            if kind is None:
                self._draft(block, field, plain(stored(field, value)))
                continue
            rows.setdefault(_row(kind, block, field), {})[name] = stored(field, value)
        for row, values in rows.items():
            self._state.set(row, values)

    def delete(self, block: Any, name: str) -> None:
        """Take a field of learners' state back to its default, or raise `KeyError`."""
        field = block.fields[name]
        kind = KINDS.get(field.scope)
        if kind is None:
            self._draft(block, field, None)
        else:
            self._state.delete(_row(kind, block, field), name)

    def default(self, block: Any, name: str) -> Any:
        """Return what the block inherits, in JSON form; raise `KeyError` where the field's own default holds."""
        if name not in INHERITED or block.fields[name].scope != Scope.settings:
            raise KeyError(name)
        usage = block.scope_ids.usage_id
        return copied(self._content.entry(block_of(getattr(usage, "usage_key", usage))).settings[name])

    def _draft(self, block: Any, field: Any, value: Json) -> None:
        usage = block.scope_ids.usage_id
        if self._drafted is None or field.scope not in AUTHORED or hasattr(usage, "aside_type"):
            log.debug("%s wrote to %s, which belongs to the course", usage, field.name)
            return
        self._drafted.setdefault(block_of(usage), {})[field.name] = value

    def _authored(self, block: Any) -> Mapping[str, Any]:
        usage = block.scope_ids.usage_id
        if hasattr(usage, "aside_type"):
            return NOTHING
        fields = self._content.block(block_of(usage)).fields
        written = (self._drafted or NOTHING).get(block_of(usage))
        if not written:
            return fields
        return {name: value for name, value in {**fields, **written}.items() if value is not None}

    def _place(self, block: Any, field: Any) -> Any:
        entry = self._content.entry(block_of(block.scope_ids.usage_id))
        if field.scope == Scope.parent:
            return usage_of(self._course, entry.parent) if entry.parent else None
        if field.scope == Scope.children:
            return [usage_of(self._course, child) for child in entry.children]
        raise KeyError(field.name)


def _row(kind: Kind, block: Any, field: Any) -> Row:
    ids = block.scope_ids
    if field.scope == Scope.preferences:
        return Row(kind, ids.block_type)
    if field.scope == Scope.user_info:
        return Row(kind, "")
    return Row(kind, state_id(ids.usage_id))
