"""Views that come out alike: most learners who open a page have answered nothing on it yet, and one rendering serves them all."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from xblock.fields import Scope

from lms_app.domain.clock import Clock
from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Resource
from lms_app.domain.schedule import is_closed
from lms_app.runtime.fields import scopes_of
from lms_app.runtime.plugins import BlockTypes
from lms_app.runtime.ports import Content
from lms_app.runtime.state import Row, StateBuffer
from lms_app.storage.remembering import Memory

log = logging.getLogger(__name__)

BUDGET: Final = 2_000_000
"""Characters of HTML that a process keeps."""
_ANYBODY: Final = frozenset({Scope.user_state, Scope.content, Scope.settings, Scope.parent, Scope.children})
"""Where a view's fields may stand; what else it reads is not part of the key."""
_PERSONAL: Final = "%%USER"
"""How authors ask for the reader's own number or address in a text."""


@dataclass(frozen=True)
class View:
    """A block's view, before the page adds what belongs to this reader alone (the token of its forms)."""

    html: str
    resources: tuple[Resource, ...]
    handlers: frozenset[str]
    """Addresses of handlers that were given out."""
    inits: tuple[str, ...]
    framed: bool
    needs_jquery: bool
    failed: str


class Repeats:
    """Views of this process under all that they are made of, for blocks whose class promises it by `same_for_same_state`.

    The promise: the view depends on the block's own fields, the language, the addresses and whether the block is closed, and
    on nothing else: not on who looks, not on chance, not on the hour. A class whose blocks keep it only when their author did not
    ask for something else gives a function instead (`staticmethod`): told the explicit content fields by name, it says
    whether this block keeps it.
    """

    def __init__(self, types: BlockTypes, clock: Clock) -> None:
        self._types = types
        self._clock = clock
        self._views: Memory[View] = Memory(BUDGET)

    def key(
        self,
        block: BlockId,
        *,
        content: Content,
        state: StateBuffer,
        language: str,
        addresses: str,
        has_longer: Callable[[BlockId], bool],
    ) -> str:
        """Return the key of the view for this reader now; '' when it is theirs alone."""
        entry = content.entry(block)
        if not addresses or self._types.asides or not self._promises(block, entry.type, content):
            return ""
        values = state.values(Row("block", block)) if Scope.user_state in scopes_of(self._types.load(entry.type)) else None
        closed = is_closed(entry.settings, self._clock()) and not has_longer(block)
        own = hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest() if values else ""
        return "|".join((content.snapshot, block, content.language, language, "closed" if closed else "", addresses, own))

    def get(self, key: str) -> View | None:
        """Return the view that is kept under the key."""
        return self._views.get(key) if key else None

    def keep(self, key: str, view: View, fields: Mapping[str, Any]) -> None:
        """Keep the view of a block with these fields, unless it failed or speaks to its reader."""
        if key and not view.failed and _PERSONAL not in json.dumps(fields, default=str):
            self._views.keep(key, view, len(view.html))

    def _promises(self, block: BlockId, block_type: str, content: Content) -> bool:
        found = self._types.load(block_type)
        promise = getattr(found, "same_for_same_state", False)
        if not (promise is True or callable(promise)) or not scopes_of(found) <= _ANYBODY:
            return False
        if promise is True:
            return True
        try:
            return promise(dict(content.block(block).fields)) is True
        except Exception as error:  # noqa: BLE001 -- whatever a class makes of odd fields, its page must stand
            log.warning("%s can't say whether its views repeat: %r", block, error)
            return False
