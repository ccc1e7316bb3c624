"""Keep the rounds of a piece of evidence: what was sent, what a trainer said, what was sent again; nothing that was said is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from takwin_xblocks.evidence.facts import Facts, facts_of

KIND = "evidence"
ACCEPTED, ASKED_AGAIN, REFUSED, TAKEN_BACK = "accepted", "asked_again", "refused", "taken_back"
STATE_AFTER: Mapping[str, str] = {ACCEPTED: "done", ASKED_AGAIN: "returned", REFUSED: "refused", TAKEN_BACK: "waiting"}
"""What state a decision leaves the piece in, in the words that all blocks share."""


DECIDABLE: Mapping[str, frozenset[str]] = {
    **dict.fromkeys((ACCEPTED, ASKED_AGAIN, REFUSED), frozenset({"waiting", "claimed"})),
    TAKEN_BACK: frozenset({"done", "refused"}),
}
"""In which states a decision can be made."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a trainer said: which way, in which words, for which reason of the author's list, and who and when."""

    what: str
    words: str = ""
    reason: str = ""
    by: Any = ""
    at: str = ""

    def is_as(self, other: Decision | None) -> bool:
        """Tell whether another decision is the same, but for its moment: a phone that lost the answer sends it again."""
        return other is not None and replace(other, at=self.at) == self

    def fault(self, state: str) -> str:
        """Return why it cannot be made of a piece in this state: `changed`, or the words that a trainee needs are missing; '' if it can."""
        if state not in DECIDABLE[self.what]:
            return "changed"
        if self.what in (ASKED_AGAIN, TAKEN_BACK) and not self.words:
            return "words_needed"
        return "reason_needed" if self.what == REFUSED and not (self.words or self.reason) else ""


@dataclass(frozen=True, kw_only=True)
class Round:
    """One sending of a piece, and what trainers said to it."""

    facts: Facts
    at: str
    """When the server took it, as ISO."""
    stamp: Any = None
    """What a device's queue signed it with, if it came from one."""
    digest: str = ""
    """Names what was sent by a plain form, so that the same form sent twice is known."""
    decisions: tuple[Decision, ...] = ()

    @property
    def last(self) -> Decision | None:
        """Return what holds now."""
        return self.decisions[-1] if self.decisions else None


def rounds_of(data: Mapping[str, Any]) -> tuple[Round, ...]:
    """Return the rounds that a record keeps, oldest first."""
    return tuple(
        Round(
            facts=facts_of(one.get("facts") or {}),
            at=str(one.get("at", "")),
            stamp=one.get("stamp"),
            digest=str(one.get("digest", "")),
            decisions=tuple(Decision(**dict(said)) for said in one.get("said", ())),
        )
        for one in data.get("rounds", ())
    )


def data_of(rounds: tuple[Round, ...]) -> dict[str, Any]:
    """Return what a record keeps of rounds."""
    return {
        "rounds": [
            {
                "facts": one.facts.kept(),
                "at": one.at,
                "stamp": one.stamp,
                "digest": one.digest,
                "said": [dict(vars(said)) for said in one.decisions],
            }
            for one in rounds
        ]
    }


def with_decision(rounds: tuple[Round, ...], decision: Decision) -> tuple[Round, ...]:
    """Return the rounds with a decision on the last one."""
    *before, last = rounds
    return (*before, Round(**{**vars(last), "decisions": (*last.decisions, decision)}))


def without_photo(rounds: tuple[Round, ...], file: str) -> tuple[Round, ...]:
    """Return the rounds without a photo, wherever it stood; what was decided stays."""
    return tuple(Round(**{**vars(one), "facts": one.facts.without(file)}) for one in rounds)


def files_in(rounds: tuple[Round, ...]) -> Iterator[str]:
    """Yield every file that a piece still holds."""
    for one in rounds:
        yield from (photo.file for photo in one.facts.photos if photo.file)


def moment() -> str:
    """Return now by the server's clock, as rounds and decisions keep it; it is shown, and decides nothing."""
    return datetime.now(UTC).isoformat(timespec="seconds")
