"""Which questions a learner got wrong, asked of the exercises themselves: `missed_parts`, where a block has it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import CourseReader
from lms_app.adapters.courses import CourseFacts
from lms_app.adapters.teaching import states_of
from lms_app.domain.content import Outline
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import Learner, StateRow
from lms_app.services.learning.catalogue import plain_text
from lms_app.services.learning.seating import Room

MOST_PARTS: Final = 3
LONGEST_PART: Final = 140


@dataclass(frozen=True)
class Low:
    """A score below half."""

    person: int
    block: BlockId
    earned: float
    possible: float
    at: datetime


class _Known:
    """State that was read for many learners at once (port `StateReader`): of one learner, and only what they answered."""

    def __init__(self, states: Mapping[BlockId, StateRow]) -> None:
        self._states = states

    def block_states(self, blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return what was read of these blocks."""
        return {block: self._states[block] for block in blocks if block in self._states}

    def shared_states(self, _blocks: Collection[BlockId]) -> Mapping[BlockId, StateRow]:
        """Return nothing: what everybody shares says nothing of one learner."""
        return {}

    def person_states(self, _block_types: Collection[str]) -> Mapping[str, StateRow]:
        """Return nothing: preferences say nothing of what went wrong."""
        return {}


def what_was_missed(
    session: Session, course: CourseFacts, outline: Outline, low: Mapping[int, Sequence[Low]], *, language: str, room: Room
) -> dict[tuple[int, BlockId], tuple[str, ...]]:
    """Return the questions that went wrong, by learner and exercise; of the learner's latest low score only.

    Two queries however many learners: one for what they answered, one for the exercises.
    """
    wanted = [(person, scores[0].block) for person, scores in low.items() if scores and scores[0].block in outline]
    states = states_of(session, course.id, wanted)
    content = room.reader(session, course.key, outline.snapshot, language=language, blobs=room.blobs)
    content.prefetch({block for _person, block in wanted})
    return {
        (person, block): _parts(content, {block: states[person, block]}, block, room, language)
        for person, block in wanted
        if (person, block) in states
    }


def _parts(content: CourseReader, states: Mapping[BlockId, StateRow], block: BlockId, room: Room, language: str) -> tuple[str, ...]:
    somebody = Learner(person_id=PersonId(0), user_name="", full_name="", anonymous_id="", language=language, is_staff=True)
    visit = room.host.visit(content=content, learner=somebody, state=_Known(states), urls=room.urls(content))
    return tuple(_short(part) for part in visit.missed(block)[:MOST_PARTS])


def _short(text: str) -> str:
    words = plain_text(text)
    return words if len(words) <= LONGEST_PART else f"{words[: LONGEST_PART - 1].rstrip()}…"
