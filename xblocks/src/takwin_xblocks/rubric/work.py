"""A piece of work with all that was said of it, and where it stands: who must still judge it, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Literal

from takwin_xblocks.contract.records import PersonId, Record
from takwin_xblocks.rubric.content import judges_own, rubric_of, shares_of
from takwin_xblocks.rubric.grading import (
    Apart,
    Levels,
    Part,
    apart,
    is_whole,
    joined_levels,
    mean_level,
    peers_levels,
    share,
    too_low,
    trainers_levels,
)
from takwin_xblocks.rubric.judging import Judgement, judgement_of

WORK, REVIEW = "work", "review"
FREE, TAKEN, DONE, WITHDRAWN = "draft", "claimed", "done", "refused"
"""What becomes of a peer's review: nobody has it yet, somebody judges, it is there, nobody needs it any more."""
ROUNDS = 2
COUNTED_UNTIL = "counted_until"
"""Where a record that was counted again keeps when it was judged: what peers say later is read and not counted."""
Wants = Literal["peers", "trainer", "second", "third", "nobody"]


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What one trainer said."""

    by: PersonId
    judgement: Judgement

    def to_json(self) -> dict[str, Any]:
        """Return it as records keep it."""
        return {"by": self.by, **self.judgement.to_json()}


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a learner handed in, and what the learner and trainers said of it."""

    record: Record
    round: int
    text: str
    files: tuple[Mapping[str, Any], ...]
    own: Judgement | None
    marks: tuple[Mark, ...]
    decision: Mark | None
    """A third decision, or one that was changed, with its reason."""
    result: Mapping[str, Any]
    """Points of 100 and the mean level, once it is judged; and the level of each criterion."""
    earlier: Mapping[str, Any] | None
    """The same of the first time, where it was handed in twice."""

    @property
    def seen(self) -> str:
        """Name the state that a trainer's page shows, so that two who judge at once do not undo each other."""
        decided = "" if self.decision is None else str(self.record.version)
        return f"{self.round}.{len(self.marks)}.{decided}"


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a work stands."""

    parts: Mapping[Part, Levels]
    peers: int
    """How many peers have judged."""
    levels: Mapping[str, Fraction] | None
    """The level of each criterion, once all who must have judged."""
    apart: Apart | None
    wants: Wants
    """Who must judge now."""


def work_key(learner: PersonId) -> str:
    """Return where the work of a learner is kept."""
    return f"{WORK}/{learner}"


def review_key(learner: PersonId, turn: int, place: int) -> str:
    """Return where one of the reviews of a work is kept."""
    return f"{REVIEW}/{learner}/{turn}/{place}"


def work_of(record: Record | None) -> Work | None:
    """Return a work as its record keeps it; None for none."""
    if record is None or record.kind != WORK:
        return None
    return _work(record, record.data)


def earlier_of(work: Work) -> Work | None:
    """Return what was handed in the first time, None where it was once."""
    return _work(work.record, work.earlier) if work.earlier else None


def _work(record: Record, data: Mapping[str, Any]) -> Work:
    return Work(
        record=record,
        round=int(data.get("round", 1)),
        text=str(data.get("text", "")),
        files=tuple(data.get("files", ())),
        own=judgement_of(data.get("own")),
        marks=tuple(mark for mark in map(_mark, data.get("marks", ())) if mark),
        decision=_mark(data.get("decision")),
        result=data.get("result") or {},
        earlier=data.get("earlier"),
    )


def _mark(kept: Mapping[str, Any] | None) -> Mark | None:
    judgement = judgement_of(kept)
    return None if judgement is None or kept is None else Mark(by=kept["by"], judgement=judgement)


def done_reviews(reviews: Iterable[Record], turn: int) -> list[Judgement]:
    """Return what peers said of a work as it was handed in that time, in the order in which the places were made."""
    there = sorted((one for one in reviews if one.state == DONE and one.data.get("round") == turn), key=lambda one: one.key)
    return [found for one in there if (found := judgement_of(one.data.get("judgement")))]


def marks_that_count(work: Work, structure: Mapping[str, Any]) -> tuple[Mark, ...]:
    """Return what trainers said by the rubric as it is now: its author may have changed it since."""
    rubric = rubric_of(structure)
    return tuple(one for one in work.marks if is_whole(rubric, one.judgement.levels))


def standing_of(work: Work, reviews: Iterable[Record], structure: Mapping[str, Any]) -> Standing:
    """Return where a work stands by what was said of it.

    Trainers end it: alone, as two who agree, or by a third decision. Where they have no share, enough peers do; a trainer who
    judges before that stands in for the peers, whose levels are read then and not counted.
    """
    rubric, shares = rubric_of(structure), shares_of(structure)
    peers = [one.levels for one in done_reviews(reviews, work.round) if is_whole(rubric, one.levels)]
    marks = [one.judgement.levels for one in marks_that_count(work, structure)]
    trainers, distance, wants = _trainers(work, marks, structure)
    parts: dict[Part, Levels] = {}
    if trainers is not None:
        parts["trainer"] = trainers
    if (median := peers_levels(peers)) is not None:
        parts["peer"] = median
    if work.own is not None and judges_own(structure) and is_whole(rubric, work.own.levels):
        parts["self"] = work.own.levels
    is_peers_affair = shares["trainer"] == 0 and not marks and work.decision is None
    has_enough = "peer" in parts and len(peers) >= int(structure.get("peers", 0))
    is_over = has_enough if is_peers_affair else trainers is not None
    counted = {part: said for part, said in parts.items() if part != "peer" or shares["trainer"] or is_peers_affair}
    asked: Mapping[Part, int] = {"self": shares["self"], "peer": shares["peer"], "trainer": shares["trainer"]}
    return Standing(
        parts=parts,
        peers=len(peers),
        levels=joined_levels(asked, counted) if is_over else None,
        apart=distance,
        wants="nobody" if is_over else "peers" if is_peers_affair else wants,
    )


def _trainers(work: Work, marks: Sequence[Levels], structure: Mapping[str, Any]) -> tuple[Levels | None, Apart | None, Wants]:
    """Return what the trainers say together, how far two of them are apart, and which of them must still judge."""
    rubric = rubric_of(structure)
    wanted = int(structure.get("trainers", 1))
    distance = apart(rubric, marks[0], marks[1]) if len(marks) > 1 else None
    if work.decision is not None and is_whole(rubric, work.decision.judgement.levels):
        return work.decision.judgement.levels, distance, "nobody"
    if len(marks) < wanted:
        return None, None, "second" if marks else "trainer"
    if distance is not None:
        return None, distance, "third"
    return trainers_levels(marks), None, "nobody"


def result_of(levels: Levels, structure: Mapping[str, Any]) -> dict[str, Any]:
    """Return a result as records keep it: points of 100, the mean level, and the level of each criterion."""
    rubric = rubric_of(structure)
    return {
        "points": round(float(share(rubric, levels) * 100), 2),
        "level": round(float(mean_level(rubric, levels)), 2),
        "levels": {one: round(float(level), 2) for one, level in levels.items()},
    }


def must_come_again(work: Work, levels: Levels, structure: Mapping[str, Any]) -> bool:
    """Tell whether the learner hands it in once more: too low where it weighs, for the first time, and its author wants it so."""
    return work.round < ROUNDS and bool(structure.get("again", True)) and bool(too_low(rubric_of(structure), levels))


def peers_until(reviews: Iterable[Record], turn: int, structure: Mapping[str, Any]) -> datetime | None:
    """Return until when peers have time for a work; None where none is asked."""
    made = [one.created_at for one in reviews if one.data.get("round") == turn]
    return min(made) + timedelta(days=int(structure.get("days", 7))) if made else None
