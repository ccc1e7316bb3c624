"""What nobody may do at the teaching desk: another's learner, another course's record, oneself, fields that were not asked for."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from sqlalchemy import select

from lms_app.model import Extension, Invitation, Score
from lms_app.model.work import BlockRecord
from lms_app.storage.transaction import transaction
from tests.services.taught import LESSON, QUIZ, WORK, School, school

FORMULA = '=HYPERLINK("http://evil.example";"x")'


@pytest.fixture
def here(app, people, sessions, clock, tmp_path) -> School:
    return school(app, people, sessions, tmp_path / "in", clock())


@pytest.fixture
def of_first(here, signed_in_client):
    """Somebody who trains the first cohort, and nothing else."""
    return signed_in_client(here.trainer_of(here.first))


def judge(key: str, record: str, block: str = WORK) -> str:
    return f"/teaching/{key}/judge/{block}?record={record}"


def test_a_trainer_of_one_cohort_reaches_nobody_of_another(here, of_first, sessions):
    theirs, other = here.learner(), here.learner(here.second, user_name="other")
    mine, strange = here.hands_in(theirs), here.hands_in(other)
    assert of_first.get(judge(here.key, mine)).status_code == 200
    page = of_first.get("/teaching").text
    assert (f"record=work/{theirs}" in page, f"record=work/{other}" in page) == (True, False)

    home = f"/teaching/{here.key}/learners/{other}"
    for path in (judge(here.key, strange), f"/teaching/{here.key}/state/{WORK}?record={strange}", home, f"{home}/message",
                 f"/teaching?where=cohort-{here.second}",
                 f"/teaching/{here.key}/learners?cohort={here.second}", f"/teaching/{here.key}/more-time?cohort={here.second}",
                 f"/teaching/{here.key}/more-time?person={other}", f"/teaching/{here.key}/gradebook.csv?cohort={here.second}",
                 f"/teaching/{here.key}/gradebook.xlsx?cohort={here.second}"):  # fmt: skip
        assert of_first.get(path).status_code == 404, path
    assert of_first.get(f"/courses/{here.key}/gradebook").status_code == 403
    assert str(other) not in of_first.get(f"/teaching/{here.key}/gradebook.csv").text

    more = {"block": LESSON, "until": "2026-11-01", "reason": "x"}
    told = [
        of_first.send(f"{home}/points", block=QUIZ, points="1", reason="x").status_code,
        of_first.send(f"{home}/message", about="silent").status_code,
        of_first.send(f"{home}/contact", way="met").status_code,
        of_first.send(f"/teaching/{here.key}/more-time", whom=f"cohort-{here.second}", **more).status_code,
        of_first.send(f"/teaching/{here.key}/more-time", whom="one", user_name="other", **more).status_code,
    ]
    assert told == [404, 404, 404, 404, 422]
    assert of_first.send(f"/teaching/{here.key}/more-time", whom="everybody", **more).status_code == 303  # of theirs
    with transaction(sessions, writes=False) as session:
        assert session.scalars(select(Extension.person_id)).all() == [theirs]
        assert session.scalars(select(Score)).all() == []


def test_time_that_another_gave_to_another_cohort_is_not_taken_back(here, of_first, signed_in_client, sessions, people):
    here.learner(here.second)
    runner = signed_in_client(people.trainer(here.course))
    runner.send(f"/teaching/{here.key}/more-time", whom=f"cohort-{here.second}", block=LESSON, until="2026-11-01", reason="x")
    sent = {"block": LESSON, "granted_at": here.now.isoformat()}
    assert of_first.send(f"/teaching/{here.key}/more-time/withdraw", **sent).status_code == 409
    with transaction(sessions, writes=False) as session:
        assert len(session.scalars(select(Extension)).all()) == 1


def test_a_record_opens_only_in_its_own_course_and_block(here, people, signed_in_client):
    other_course = people.course()
    trainer = people.trainer(other_course)
    key = here.hands_in(here.learner())
    stranger = signed_in_client(trainer)
    assert stranger.get(judge(people.course_key(other_course), key)).status_code == 404
    assert stranger.get(judge(here.key, key)).status_code == 403
    assert f"record={key}" not in stranger.get("/teaching").text
    runner = signed_in_client(people.trainer(here.course))
    assert [runner.get(judge(here.key, key, QUIZ)).status_code, runner.get(judge(here.key, "work/0")).status_code] == [404, 404]


def test_nobody_judges_or_decides_for_themselves(here, people, signed_in_client, sessions):
    mine = {"user_name": "runner"}, {"user_name": "trainer"}, {"user_name": "admin"}
    everybody = people.trainer(here.course, **mine[0]), here.trainer_of(here.first, **mine[1]), people.admin(**mine[2])
    for person, named in zip(everybody, mine, strict=True):
        people.enrol(person, here.course, here.first)
        key = here.hands_in(person)
        me = signed_in_client(person)
        home = f"/teaching/{here.key}/learners/{person}"
        assert me.get(judge(here.key, key)).status_code == 404
        assert f"record={key}" not in me.get("/teaching").text
        assert me.send(f"{home}/points", block=QUIZ, points="1", reason="I know it").status_code == 404
        more = {"block": LESSON, "until": "2026-11-01", "reason": "x"}
        assert me.send(f"/teaching/{here.key}/more-time", whom="one", **named, **more).status_code == 422
    with transaction(sessions, writes=False) as session:
        assert [session.scalars(select(Score)).all(), session.scalars(select(Extension)).all()] == [[], []]


def test_learners_and_strangers_stay_outside(here, people, signed_in_client, client):
    person = here.learner()
    here.hands_in(here.learner())
    learner = signed_in_client(person)
    paths = [f"/teaching/{here.key}/learners", f"/teaching/{here.key}/learners/{person}", f"/teaching/{here.key}/gradebook.csv"]
    assert [learner.get(path).status_code for path in ("/teaching", *paths)] == [403] * 4
    assert {client.get(path).status_code for path in ("/teaching", *paths)} == {303}
    assert people


def test_only_named_fields_are_read(here, people, signed_in_client, sessions):
    person, other = here.learner(), here.learner()
    runner = signed_in_client(people.trainer(here.course))
    runner.send(
        f"/teaching/{here.key}/learners/{person}/points", block=QUIZ, points="0.5", reason="x", person_id=other, possible="100",
        earned="100", override_earned="100", override_by=other, scored_at="2020-01-01",
    )  # fmt: skip
    with transaction(sessions, writes=False) as session:
        (row,) = session.scalars(select(Score))
        assert (row.person_id, row.earned, row.override_earned, row.override_possible) == (person, 0, 0.5, 1)
        assert row.override_by != other
        assert session.scalars(select(BlockRecord)).all() == []


def test_files_hold_no_formula(here, people, signed_in_client):
    here.learner(name_latin=FORMULA, user_name="=1+1")
    here.learner(name_latin=" @SUM(A1)")
    here.learner(name_latin="Awa;=2+2", name_arabic="")
    runner = signed_in_client(people.trainer(here.course))
    sent = runner.get(f"/teaching/{here.key}/gradebook.csv").text
    assert "Awa;'=2+2" in sent  # a spreadsheet in French ends a cell at the semicolon
    rows = csv.reader(io.StringIO(sent))
    assert not [cell for row in rows for cell in row if cell.lstrip().startswith(("=", "+", "-", "@"))]
    book = zipfile.ZipFile(io.BytesIO(runner.get(f"/teaching/{here.key}/gradebook.xlsx").data))
    sheets = "".join(book.read(name).decode() for name in book.namelist() if "worksheets" in name)
    assert ["<f>" in sheets, "<hyperlink" in sheets, "evil.example" in book.read("xl/sharedStrings.xml").decode()] == [
        False,
        False,
        True,
    ]


def test_a_list_finds_out_no_phone(here, people, signed_in_client, sessions):
    """Whoever puts an account on a list learns its phone only once its owner has opened the course."""
    person = people.person(phone="+212600000001", created_at=here.now.replace(year=2025))
    people.enrol(person, here.course, here.first)
    with transaction(sessions) as session:
        session.add(
            Invitation(
                course_id=here.course, cohort_id=here.first, taken_by=person, identifier="x", invited_at=here.now, taken_at=here.now
            )
        )
    runner = signed_in_client(people.trainer(here.course))
    assert "212600000001" not in runner.get(f"/teaching/{here.key}/learners/{person}/message").text
