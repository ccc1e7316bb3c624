"""Measurements and reminders: kept with the answer that told of them, shown to whom they concern, sent when their day comes."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import lxml.html
import pytest
from sqlalchemy import select
from web_fragments.fragment import Fragment
from webob import Response
from xblock.core import XBlock
from xblock.fields import Dict, Integer, Scope

from lms_app.adapters.follow_up import take_unsent_reminders
from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import Measurement, Outbox, Reminder
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.services.learning import reminding
from lms_app.storage.transaction import transaction
from lms_app.web.letters import reminder_letter
from tests.course_files import KEY, files_of, write_folder
from tests.people import PASSWORD, Client, People

COURSE = files_of(
    '<chapter url_name="c"><sequential url_name="s"><vertical url_name="v" display_name="Unit">'
    '<coop_teller url_name="t" display_name="Diagnostic"/></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)
HANDLER = f"/handler/block-v1:{KEY.removeprefix('course-v1:')}+type@coop_teller+block@t/tell"
TOLD = {
    "moment": "before",
    "cooperative": "Taitmatine",
    "respondents": 7,
    "overall": 41,
    "pillars": [{"id": "governance", "score": 50, "answered": 6, "spread": 3}],
    "statements": [{"id": "g1", "mean": 2.5, "spread": 1, "answered": 7}],
    "language": "fr",
}
PLAN = {"plan_date": "2026-10-12", "reminders": [{"months": 1, "on": "2026-11-12"}, {"months": 3, "on": "2027-01-12"}]}


class Teller(XBlock):
    """Tells what it is told."""

    inline_safe = True
    texts = Dict(default={"governance/name": "Governance"}, scope=Scope.content)
    count = Integer(default=0, scope=Scope.user_state)

    def student_view(self, _context: Any = None) -> Fragment:
        return Fragment("told")

    @XBlock.handler
    def tell(self, request: Any, _suffix: str = "") -> Response:
        sent = json.loads(request.body)
        self.runtime.publish(self, sent["kind"], sent["data"])
        return Response(json_body={})

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> Any:
        block = runtime.construct_xblock_from_class(cls, keys)
        block.texts = {"governance/name": "Governance"}
        block.display_name = node.get("display_name", "")
        return block


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    parts.host.types._classes["coop_teller"] = Teller
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        return find_course_row(session, KEY).id


@pytest.fixture
def cohort(number, people) -> int:
    return people.cohort(number, name="Souss 3")


@pytest.fixture
def person(number, cohort, people) -> int:
    return people.learner(number, cohort, name_latin="Amina Ouaziz", email="amina@example.org", language="fr")


@pytest.fixture
def learner(person, signed_in_client) -> Client:
    return signed_in_client(person)


def tell(client: Client, kind: str, data: Any) -> int:
    headers = {"X-CSRF-Token": client.token(), "Accept": "application/json"}
    return client.post(HANDLER, json={"kind": kind, "data": data}, headers=headers).status_code


def rows(sessions, table: Any) -> list[Any]:
    with transaction(sessions, writes=False) as session:
        return list(session.scalars(select(table)))


def texts(page: str, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in lxml.html.fromstring(page).xpath(path)]


def test_a_finished_diagnostic_is_kept_for_the_learner_who_answered(learner, person, number, cohort, people, sessions):
    other = people.learner(number)
    assert tell(learner, "coop.diagnostic.completed", {**TOLD, "person_id": other, "user_id": other}) == 200

    (row,) = rows(sessions, Measurement)
    assert (row.person_id, row.course_id, row.block_id, row.number) == (person, number, "coop_teller/t", 1)
    assert (row.cohort_id, row.kind, row.moment, row.cooperative, row.overall) == (
        cohort,
        "diagnostic",
        "before",
        "Taitmatine",
        41.0,
    )


def test_the_same_again_is_one_row_and_another_figure_another(learner, sessions):
    for told in (TOLD, TOLD, {**TOLD, "overall": 60}):
        tell(learner, "coop.diagnostic.completed", told)

    assert [(row.number, row.overall) for row in rows(sessions, Measurement)] == [(1, 41.0), (2, 60.0)]


def test_what_cannot_be_kept_stops_no_answer(learner, sessions, caplog):
    assert tell(learner, "coop.diagnostic.completed", {**TOLD, "overall": 1000}) == 200
    assert tell(learner, "coop.plan.ready", {"reminders": [{"months": 3, "on": "1990-01-01"}]}) == 200

    assert (rows(sessions, Measurement), rows(sessions, Reminder)) == ([], [])
    assert ["can't be kept" in caplog.text, "1990-01-01" in caplog.text] == [True, True]


def test_what_a_trainer_tries_is_not_kept(number, people, signed_in_client, sessions):
    trainer = signed_in_client(people.trainer(number))
    assert tell(trainer, "coop.diagnostic.completed", TOLD) == 200
    assert tell(trainer, "coop.plan.ready", PLAN) == 200

    assert (rows(sessions, Measurement), rows(sessions, Reminder)) == ([], [])


def test_ones_own_measures_are_shown_with_their_difference(learner, person, clock, signed_in_client):
    tell(learner, "coop.diagnostic.completed", TOLD)
    clock.go_on(days=180)
    learner = signed_in_client(person)
    after = {**TOLD, "moment": "after", "overall": 63, "pillars": [{"id": "governance", "score": 45, "answered": 6, "spread": 1}]}
    tell(learner, "coop.diagnostic.completed", after)
    page = learner.get(f"/courses/{KEY}/measures").text

    assert texts(page, "//tbody/tr/td[2]") == ["63 +22", "41"]
    assert texts(page, "//tbody/tr/td[3]//li") == ["Governance 45 −5", "Governance 50"]
    assert f"/courses/{KEY}/measures" in learner.get(f"/courses/{KEY}/progress").text


def test_staff_see_all_and_trainers_of_a_cohort_theirs(learner, number, cohort, people, signed_in_client):
    tell(learner, "coop.diagnostic.completed", TOLD)
    other = people.cohort(number, name="Haouz 1")
    tell(signed_in_client(people.learner(number, other)), "coop.diagnostic.completed", {**TOLD, "cooperative": "Tighanimine"})
    trainer = signed_in_client(people.trainer(number))
    names = '//tbody/tr/td[@data-label="Cooperative"]//bdi[1]'
    page = f"/courses/{KEY}/measurements"

    assert set(texts(trainer.get(page).text, names)) >= {"Taitmatine", "Tighanimine"}
    assert "Tighanimine" not in trainer.get(f"{page}?cohort={cohort}").text
    from_cohort = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, cohort)))
    assert "Taitmatine" in from_cohort.get(page).text
    assert "Tighanimine" not in from_cohort.get(page).text
    assert from_cohort.get(f"{page}?cohort={other}").status_code == 404
    assert "Tighanimine" not in from_cohort.get(f"{page}.csv").text
    assert [learner.get(page).status_code, learner.get(f"{page}.csv").status_code] == [403, 403]
    assert "Taitmatine" not in signed_in_client(people.learner(number)).get(f"/courses/{KEY}/measures").text


def test_the_table_for_spreadsheets_runs_nothing(learner, number, people, signed_in_client):
    tell(learner, "coop.diagnostic.completed", {**TOLD, "cooperative": "=HYPERLINK(1)"})
    sent = signed_in_client(people.trainer(number)).get(f"/courses/{KEY}/measurements.csv")
    head, row = csv.reader(io.StringIO(sent.text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")))

    assert (sent.mimetype, head[-2:], row[3:]) == (
        "text/csv",
        ["Overall", "Governance"],
        ["'=HYPERLINK(1)", "Before the accompaniment", "2026-10-12", "7", "41", "50"],
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(count, number, people, signed_in_client, queries):
    for _ in range(count):
        tell(signed_in_client(people.learner(number)), "coop.diagnostic.completed", TOLD)
    trainer = signed_in_client(people.trainer(number))
    trainer.get(f"/courses/{KEY}/measurements")
    with queries() as counted:
        trainer.get(f"/courses/{KEY}/measurements")

    assert len(counted) == 6, counted.statements  # one of them for the work that waits, in the header


def test_days_of_a_plan_replace_those_not_come_yet(learner, person, sessions, clock, signed_in_client):
    tell(learner, "coop.plan.ready", PLAN)
    assert [(str(row.due_on), row.months) for row in rows(sessions, Reminder)] == [("2026-11-12", 1), ("2027-01-12", 3)]
    clock.go_on(days=32)
    reminding.send_due(sessions, writer, now=clock)
    tell(
        signed_in_client(person),
        "coop.plan.ready",
        {"reminders": [{"months": 1, "on": "2026-11-12"}, {"months": 6, "on": "2027-04-12"}]},
    )

    found = sorted((str(row.due_on), row.months, row.sent_at is not None) for row in rows(sessions, Reminder))
    assert found == [("2026-11-12", 1, True), ("2027-04-12", 6, False)]


def test_a_letter_goes_out_once_on_the_day_in_its_readers_language(
    learner, person, sessions, clock, number, people, signed_in_client
):
    tell(learner, "coop.plan.ready", PLAN)
    tell(signed_in_client(people.learner(number)), "coop.plan.ready", PLAN)  # has no e-mail
    assert reminding.send_due(sessions, writer, now=clock) == 0
    clock.go_on(days=31)
    assert [reminding.send_due(sessions, writer, now=clock) for _ in range(3)] == [1, 0, 0]

    (errand,) = rows(sessions, Outbox)
    assert (errand.kind, errand.payload["to"], errand.payload["person"]) == ("mail", "amina@example.org", person)
    assert errand.payload["language"] == "fr"
    assert f"https://takwin.example/courses/{KEY}/jump/coop_teller/t" in errand.payload["text"]


def test_a_due_plan_is_on_the_home_page_until_it_is_looked_at(learner, person, clock, signed_in_client):
    tell(learner, "coop.plan.ready", PLAN)
    assert "/jump/coop_teller/t" not in learner.get("/").text
    clock.go_on(days=31)
    learner = signed_in_client(person)
    assert "/jump/coop_teller/t" in learner.get("/").text
    assert "/jump/coop_teller/t" in learner.get(f"/courses/{KEY}/progress").text.partition("<section")[0]
    tell(learner, "coop.plan.followed_up", {})
    assert "/jump/coop_teller/t" not in learner.get("/").text
    clock.go_on(days=62)
    learner = signed_in_client(person)
    assert "/jump/coop_teller/t" in learner.get("/").text


def test_a_due_plan_can_be_waved_away(learner, person, clock, number, people, signed_in_client):
    tell(learner, "coop.plan.ready", PLAN)
    clock.go_on(days=31)
    learner = signed_in_client(person)
    other = signed_in_client(people.learner(number))
    other.send(f"/courses/{KEY}/reminders/dismiss", block="coop_teller/t")
    assert "/jump/coop_teller/t" in learner.get("/").text
    assert learner.send(f"/courses/{KEY}/reminders/dismiss", block="coop_teller/t").status_code == 303
    assert "/jump/coop_teller/t" not in learner.get("/").text


def test_both_are_in_the_take_out_and_an_erasure_leaves_figures_alone(learner, sessions, clock, people, number, signed_in_client):
    tell(learner, "coop.diagnostic.completed", TOLD)
    tell(learner, "coop.plan.ready", PLAN)
    archive = zipfile.ZipFile(io.BytesIO(learner.send("/profile/data/take-out").data))
    assert json.loads(archive.read("measurements.json"))[0]["cooperative"] == "Taitmatine"
    assert [one["due_on"] for one in json.loads(archive.read("reminders.json"))] == ["2026-11-12", "2027-01-12"]

    assert learner.send("/profile/erase", password=PASSWORD).status_code == 303
    (row,) = rows(sessions, Measurement)
    assert (row.cooperative, row.overall, rows(sessions, Reminder)) == ("", 41.0, [])
    page = signed_in_client(people.trainer(number)).get(f"/courses/{KEY}/measurements").text
    assert ("Without a name" in page, "Amina" in page, "erased-" in page) == (True, False, False)


def test_two_sweeps_take_different_reminders(own_app, own_database, clock):
    here = own_app.extensions["takwin"].sessions
    people = People(here, clock)
    course = people.course()
    person = people.learner(course, email="a@example.org")
    with transaction(here) as session:
        session.add(
            Reminder(
                person_id=person, course_id=course, block_id="coop_plan/p", due_on=clock().date(), months=3, created_at=clock()
            )
        )
    with transaction(here) as session:
        assert len(take_unsent_reminders(session, today=clock().date(), now=clock())) == 1
    with transaction(here) as session:
        assert take_unsent_reminders(session, today=clock().date(), now=clock()) == []


def writer(about: Any) -> Any:
    return reminder_letter(about, site="https://takwin.example")


TOUR = "course-v1:Takwin+TOUR+2026"
STEPS = ("begin", "answer", "finish")


def take_a_step(client: Client, page: str, chosen: str) -> str | None:
    """Send the next form of the diagnostic as a browser without script would; return the page that follows, None at the end."""
    there = {one.get("data-coop-form"): one for one in lxml.html.fromstring(page).xpath("//form[@data-coop-form]")}
    form = next((there[step] for step in STEPS if step in there), None)
    if form is None:
        return None
    fields = {name: value for name, value in form.form_values() if name != "csrf_token"}
    fields |= {one.get("name"): chosen for one in form.xpath('.//input[@type="radio"]') if one.get("value") == chosen}
    fields |= {one.get("name"): "Taitmatine" for one in form.xpath('.//input[@type="text" or not(@type)]')}
    fields |= {one.get("name"): one.get("value") for one in form.xpath(".//button[@name]") if one.get("value") == "next"}
    sent = client.send(form.get("action"), **fields)
    assert sent.status_code == 303
    return client.get(sent.location).text


def test_the_diagnostic_of_the_tour_is_measured_from_its_first_page_to_the_list(
    shipped_courses, sessions, people, signed_in_client
):
    with transaction(sessions, writes=False) as session:
        number = find_course_row(session, TOUR).id
    learner = signed_in_client(people.learner(number, language="fr"))
    page: str | None = learner.get(f"/courses/{TOUR}/unit/vertical/diagnostic-alone").text
    steps = 0
    while page is not None:
        page, steps = take_a_step(learner, page, "3"), steps + 1
        assert steps < 10

    (row,) = rows(sessions, Measurement)
    assert (row.moment, row.cooperative, row.overall, row.respondents) == ("before", "Taitmatine", 75.0, 1)
    shown = learner.get(f"/courses/{TOUR}/measures").text
    assert texts(shown, "//tbody/tr/td[3]//li//bdi") == ["Gouvernance", "Gestion financière", "Marketing", "Innovation"]
