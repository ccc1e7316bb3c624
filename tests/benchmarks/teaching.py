"""What the teaching desk costs with cohorts of 3, 60 and 2,000: all of whom have points, and a plan that waits for its rubric."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, update

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.keys import BlockId, PersonId
from lms_app.model import Cohort, CourseGrade, Enrolment, Score
from lms_app.model.work import BlockRecord
from lms_app.services.accounts.roles import grant_unasked
from lms_app.storage.transaction import transaction
from tests.benchmarks.load import Target, load
from tests.benchmarks.world import KEY, QUIZ, World, add_learners, make_world, write_course

COHORTS: Final = (3, 60, 2_000)
RUBRIC: Final = BlockId("coop_rubric/plan")
_TRAINER: Final = 1
"""The first person of the world teaches; all others learn."""
PATHS: Final = {
    "desk": "/teaching",
    "judge": f"/teaching/{KEY}/judge/{RUBRIC}?record=work/3",
    "learners": f"/teaching/{KEY}/learners",
    "stuck": f"/teaching/{KEY}/learners?show=stuck",
    "gradebook": f"/courses/{KEY}/gradebook",
}
Serve = Callable[[World, Path], AbstractContextManager[Any]]


def teaching_costs(folder: Path, serve: Serve, *, port: int, seconds: float, rounds: int) -> dict[str, float]:
    """Return, by page, the 95th percentile in milliseconds with each cohort, and the ratio of 2,000 to 60.

    Three learners fill no page, hence no ratio to them.

    Of several rounds the quietest counts: what else a machine does only ever adds to a percentile.
    """
    found: dict[int, dict[str, float]] = {}
    for size in COHORTS:
        home = folder / str(size)
        world = _class(home, port, size)
        cookies = world.cookies[:1]
        with serve(world, home) as process:
            found[size] = {
                name: min(
                    load(Target(port, path, cookies), process, home, seconds=seconds, concurrency=1).p95_ms for _ in range(rounds)
                )
                for name, path in PATHS.items()
                if not load(Target(port, path, cookies), process, home, seconds=1, concurrency=1).errors
            }
    few, small, large = (found[size] for size in COHORTS)
    facts: dict[str, float] = {}
    for name in PATHS:
        facts |= {f"teaching_{name}_few_p95_ms": few[name]}
        facts |= {f"teaching_{name}_p95_ms": small[name], f"teaching_{name}_large_p95_ms": large[name]}
        facts[f"teaching_{name}_ratio"] = large[name] / small[name]
    return facts


def _with_rubric(folder: Path, more_blocks: int) -> Path:
    """Write the usual course, with the ready rubric of a session plan in a unit of its own."""
    write_course(folder, more_blocks)
    rubric = files("takwin_xblocks.rubric").joinpath("presets/en/r1.xml").read_text(encoding="utf-8")
    chapter = folder / "chapter" / "first.xml"
    unit = f'<vertical url_name="judged">{rubric.replace("<coop_rubric", """<coop_rubric url_name="plan" """, 1)}</vertical></sequential>'
    chapter.write_text(chapter.read_text(encoding="utf-8").replace("</sequential>", unit, 1), encoding="utf-8")
    return folder


def _class(home: Path, port: int, size: int) -> World:
    world = make_world(home, port=port, learners=1, course=_with_rubric)
    add_learners(world.parts, world.course_id, size, first=2, signed_in=False)
    now, course = world.parts.clock(), world.course_id
    people = range(2, size + 2)
    with transaction(world.parts.sessions) as session:
        grant_unasked(session, PersonId(_TRAINER), Role.TRAINER, Place(PlaceKind.COURSE, course), by=PersonId(1), now=now)
        session.execute(insert(Cohort), [{"id": 1, "course_id": course, "name": "All of them", "created_at": now}])
        session.execute(update(Enrolment).where(Enrolment.person_id != _TRAINER).values(cohort_id=1))
        mine = {"course_id": course}
        session.execute(
            insert(CourseGrade),
            [
                {**mine, "person_id": person, "grade": 0.4, "completion": 0.5, "breakdown": [], "updated_at": now, "active_at": at}
                for person in people
                for at in [now - timedelta(hours=person)]
            ],
        )
        session.execute(
            insert(Score),
            [
                {
                    **mine,
                    "person_id": person,
                    "block_id": QUIZ,
                    "earned": 1.0,
                    "possible": 4.0,
                    "scored_at": now - timedelta(minutes=person),
                }
                for person in people
            ],
        )
        session.execute(
            insert(BlockRecord),
            [
                {
                    **mine,
                    "block_id": RUBRIC,
                    "key": f"work/{person}",
                    "kind": "work",
                    "state": "waiting",
                    "learner_id": person,
                    "author_id": person,
                    "version": 1,
                    "data": {"round": 1, "text": "What we wrote down at the meeting. " * 20},
                    "created_at": now - timedelta(minutes=person),
                    "updated_at": now,
                }
                for person in people
            ],
        )
    return world
