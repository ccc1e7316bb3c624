"""What a learner's page is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from takwin_xblocks.contract.files import Ask, Files
from takwin_xblocks.contract.records import Record
from takwin_xblocks.rubric.guide import Filled, Form, Guide
from takwin_xblocks.rubric.judging import Judgement
from takwin_xblocks.rubric.work import Standing, Work

LONGEST_TEXT = 20_000
LOST = "not_given"
"""Names, among what was typed and refused, a judgement of a work that had gone to somebody else meanwhile."""
ASKS: Mapping[str, Ask] = {
    "photo": Ask(name="photo", takes="image", most=3),
    "voice": Ask(name="voice", takes="audio", most=1, seconds=180),
    "file": Ask(name="file", takes="document", most=2),
}
"""Controls for files, by the way of handing in that allows them."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that a learner's page shows."""

    title: str
    guide: Guide
    form: Form
    files: Files | None
    status: str
    is_bad: bool
    closed: bool
    draft: Mapping[str, Any]
    """Text and files that are saved and not handed in yet."""
    practised: Mapping[str, Mapping[str, int]]
    work: Work | None
    standing: Standing | None
    peers: Sequence[Judgement]
    """What peers said of this learner's work."""
    until: datetime | None
    mine: Sequence[Record]
    """Reviews that were given to this learner."""
    peer: Work | None
    """The work that they have in hand."""
    filled: Mapping[str, Filled] = field(default_factory=dict)
    """What was typed and refused, by form."""

    @property
    def is_handed_in(self) -> bool:
        """Tell whether the work is with its judges."""
        return self.work is not None and self.work.record.state != "returned"

    @property
    def to_practise(self) -> Mapping[str, Any] | None:
        """Return the first example that was not judged yet."""
        examples = self.guide.structure.get("examples", ())
        return next((one for one in examples if one["id"] not in self.practised), None)
