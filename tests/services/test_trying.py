"""What an author tries is kept beside what learners do, and a plan is carried out once by two sweepers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from lms_app.adapters.trial_state import TrialReader, clear_trial, write_trial
from lms_app.domain.actors import Actor
from lms_app.domain.edits import Edit
from lms_app.domain.errors import StateTooLarge
from lms_app.domain.keys import PersonId
from lms_app.domain.learning import StateChanges, StateRow
from lms_app.model import AuditEntry, TrialState
from lms_app.services.authoring import planning
from lms_app.services.authoring.drafts import commit, hold_draft, with_edit
from lms_app.services.authoring.importing import import_course
from lms_app.storage.blobs import Blobs
from lms_app.storage.session import open_engine, sessions_of
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, TYPES, files_of, write_folder
from tests.people import People

NOW = datetime(2026, 11, 1, 9, tzinfo=UTC)
COURSE = files_of(
    '<chapter url_name="c"><sequential url_name="s"><vertical url_name="v"><html url_name="a">One</html></vertical></sequential></chapter>'
)


def test_each_author_has_rows_of_their_own_and_a_lost_race_is_told(session, people):
    course, one, other = people.course(), people.person(), people.person()
    changes = StateChanges(
        blocks={"coop_quiz/q": StateRow(0, {"answers": 1})},
        shared={"poll/p": StateRow(0, {"tally": 1})},
        person={"": StateRow(0, {"seen": 1})},
    )

    assert write_trial(session, changes, person=PersonId(one), course_id=course, now=NOW)

    mine, theirs = (TrialReader(session, PersonId(person), course) for person in (one, other))
    assert mine.block_states(["coop_quiz/q"]) == {"coop_quiz/q": StateRow(1, {"answers": 1})}
    assert (mine.shared_states(["poll/p"])["poll/p"].values, mine.person_states([""])[""].values) == ({"tally": 1}, {"seen": 1})
    assert theirs.block_states(["coop_quiz/q"]) == {}
    again = StateChanges(blocks={"coop_quiz/q": StateRow(1, {"answers": 2})})
    assert write_trial(session, again, person=PersonId(one), course_id=course, now=NOW)
    assert not write_trial(session, again, person=PersonId(one), course_id=course, now=NOW)
    large = StateChanges(blocks={"coop_quiz/q": StateRow(2, {"answers": "x" * 300_000})})
    with pytest.raises(StateTooLarge):
        write_trial(session, large, person=PersonId(one), course_id=course, now=NOW)
    clear_trial(session, person=PersonId(one), course_id=course)
    assert session.scalars(select(TrialState)).all() == []


def test_two_sweepers_carry_out_a_plan_once(own_database, tmp_path, clock):
    engine = open_engine(own_database)
    sessions = sessions_of(engine)
    author = Actor(PersonId(People(sessions, clock).admin()))
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=Blobs(str(tmp_path / "blobs")), types=TYPES, now=NOW, actor=author, publish=True)
        draft = hold_draft(session, KEY)
        edited = with_edit(session, draft, Edit(fields={"html/a": {"data": "Planned"}}), now=NOW)
        made = commit(session, draft, edited, author=author.person_id, message="", now=NOW)
        planning.plan_publication(session, author, KEY, expected=made.id, at=NOW + timedelta(hours=1), now=NOW)

    with ThreadPoolExecutor(4) as sweepers:
        done = [sweepers.submit(planning.carry_out, sessions, now=lambda: NOW + timedelta(days=2)) for _ in range(4)]
        counts = sorted(one.result() for one in done)

    with transaction(sessions, writes=False) as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "course_published")).all()
        assert (counts, [one.detail.get("planned") for one in noted]) == ([0, 0, 0, 1], [None, True])
    engine.dispose()
