"""Judging: what somebody's act says of other learners counts for them, in the same commit, if whoever acts may judge them."""

from __future__ import annotations

import logging
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from lms_app.adapters.courses import CourseFacts, lock_enrolment
from lms_app.adapters.credentials import delete_told, write_told
from lms_app.adapters.work import SqlWork, given_to_judge, learners_judged
from lms_app.domain.actors import Actor
from lms_app.domain.content import Outline
from lms_app.domain.eligibility import ATTAINED, LEVELS, LONGEST_NAME, MOST_HOURS_A_SESSION
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.learning import Published
from lms_app.services.learning.scoring import Award, read_results, record

log = logging.getLogger(__name__)

ATTAINED_EVENT: Final = "coop.attained"
KINDS: Final = frozenset({"grade", "completion", ATTAINED_EVENT})
"""Events that may be about somebody else than the one who acts."""
_MOST: Final[Mapping[str, float]] = {"attendance": MOST_HOURS_A_SESSION, "practical": 1}


@dataclass(frozen=True)
class Told:
    """What a block tells that a learner attained; without a value it takes back what it told before."""

    block: BlockId
    kind: str
    name: str
    value: float | None


def verdicts_in(events: Iterable[Published], actor: PersonId) -> dict[PersonId, tuple[Published, ...]]:
    """Return the events about other people than the one who acts, by person; refuse points that can't be (`bad_score`)."""
    found: dict[PersonId, list[Published]] = defaultdict(list)
    for event in events:
        if event.kind in KINDS and event.person_id not in {None, actor}:
            found[PersonId(event.person_id or 0)].append(event)
    for about in found.values():
        read_results(about)
    return {person: tuple(about) for person, about in found.items()}


def attained_in(events: Iterable[Published]) -> tuple[Told, ...]:
    """Return what blocks tell that a learner attained. What can't be is left out, with a line in the log."""
    found = []
    for event in events:
        if event.kind == ATTAINED_EVENT:
            told = _told(event)
            if told is None:
                log.warning("%s told that somebody attained what can't be: %r", event.block, dict(event.data))
            else:
                found.append(told)
    return tuple(found)


def lock_learners(session: Session, people: Collection[PersonId], course_id: int) -> None:
    """Hold these learners' places in the course until the end, in one order, so that no two judges wait for each other."""
    for person in sorted(people):
        lock_enrolment(session, person, course_id)


def keep_attained(
    session: Session,
    person: PersonId,
    told: Iterable[Told],
    *,
    course: CourseFacts,
    outline: Outline,
    actor: PersonId,
    now: datetime,
) -> None:
    """Write what blocks told of a learner: one value for each block and kind, under the block's title where it gives no name."""
    for each in told:
        mine = {"person_id": person, "course_id": course.id, "kind": each.kind, "block_id": each.block}
        delete_told(session, mine)
        if each.value is not None:
            title = outline[each.block].title if each.block in outline else ""
            name = (each.name or title or each.block.partition("/")[2])[:LONGEST_NAME]
            write_told(session, {**mine, "name": name, "value": each.value, "decided_by": actor, "decided_at": now})


def keep_verdicts(
    session: Session,
    actor: Actor,
    verdicts: Mapping[PersonId, tuple[Published, ...]],
    *,
    course: CourseFacts,
    outline: Outline,
    award: Award,
    now: datetime,
) -> None:
    """Write what an act says of others: points, completion, attainments, then their grade and, when earned, their certificate.

    The caller holds their places (`lock_learners`) and has written the act's records. Left out, with a line in the log: people
    who are not in the course, and those whom the actor may not judge: neither by a role nor by a record of the very block that
    names the actor as judge and them as learner.
    """
    if not verdicts or actor.person_id is None:
        return
    learners = learners_judged(session, course.id, verdicts)
    allowed = _Allowed(session, actor, course, verdicts, learners)
    for person in sorted(verdicts):
        events = [event for event in verdicts[person] if person in learners and allowed(event.block, person)]
        if len(events) < len(verdicts[person]):
            log.warning("person %s told of learner %s of course %s, whom they may not judge", actor.person_id, person, course.id)
        if not events:
            continue
        theirs = replace(course, membership=learners[person].membership)
        keep_attained(session, person, attained_in(events), course=course, outline=outline, actor=actor.person_id, now=now)
        wanted = learners[person].membership.language or learners[person].language
        record(
            session,
            person,
            course=theirs,
            outline=outline,
            results=read_results(event for event in events if event.block in outline),
            language=wanted if wanted in outline.languages else outline.language,
            award=award,
            now=now,
            is_own_act=False,
        )


class _Allowed:
    """Whom the actor may judge in which block, in at most two queries for all of an act."""

    def __init__(
        self,
        session: Session,
        actor: Actor,
        course: CourseFacts,
        verdicts: Mapping[PersonId, tuple[Published, ...]],
        learners: Collection[PersonId],
    ) -> None:
        roles = SqlWork(session, actor, course, secret="")
        self._by_role = {person for person in learners if roles.may_judge(person)} if roles.is_judge else set()
        rest = [person for person in learners if person not in self._by_role and person != actor.person_id]
        blocks = {event.block for person in rest for event in verdicts[person]}
        self._by_record = given_to_judge(session, course.id, actor.person_id or PersonId(0), blocks, rest) if rest else set()

    def __call__(self, block: BlockId, person: PersonId) -> bool:
        return person in self._by_role or (block, person) in self._by_record


def _told(event: Published) -> Told | None:
    kind, value, name = event.data.get("kind"), event.data.get("value"), event.data.get("name") or ""
    if kind not in ATTAINED or not isinstance(name, str):
        return None
    if value is None:
        return Told(event.block, kind, name, None)
    number = _number(value)
    if number is None or not 0 <= number <= _MOST.get(kind, LEVELS[-1]):
        return None
    return Told(event.block, kind, " ".join(name.split()), number)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
