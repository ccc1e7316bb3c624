"""What is to be changed in a draft, all at once: fields, places, new blocks, words in other languages, files, rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lms_app.domain.content import Asset, Block, Json
from lms_app.domain.keys import BlockId


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One change of a draft; what it does not name stays as it is, and what nothing holds any more goes, its words with it."""

    fields: Mapping[BlockId, Mapping[str, Json]] = field(default_factory=dict)
    """Known block → all its explicit fields from now on."""
    children: Mapping[BlockId, Sequence[BlockId]] = field(default_factory=dict)
    """Known block → its children from now on, in order; each known or new."""
    new: Mapping[BlockId, Block] = field(default_factory=dict)
    """Blocks that the draft does not have yet. Their children may be new or known."""
    texts: Mapping[str, Mapping[BlockId, Mapping[str, Json]]] = field(default_factory=dict)
    """Language beside the source → block → all its texts from now on; `{}` takes them back. A language it lacks is added."""
    assets: Mapping[str, Asset | None] = field(default_factory=dict)
    """Path below `static/` → the file from now on; None takes it out."""
    language_assets: Mapping[str, Mapping[str, Asset | None]] = field(default_factory=dict)
    """The same for files that replace others in one language."""
    policy: Mapping[str, Json] | None = None
    """All of it from now on."""
    pages: Mapping[str, str] | None = None
    """All of them from now on."""
    more_languages: Sequence[str] = ()
    fewer_languages: Sequence[str] = ()

    @property
    def moves_something(self) -> bool:
        """Tell whether the structure may differ afterwards."""
        return bool(self.children or self.new)
