"""The pages about a course's people: lists come in, learners are moved and taken out, the team is named."""

from __future__ import annotations

import csv
import io

import lxml.html
import pytest
from sqlalchemy import func, select

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.model import Enrolment, Invitation, RoleGrant
from lms_app.services.authoring.importing import find_course_row
from lms_app.storage.transaction import transaction
from tests.people import Client

SHIPPED = "course-v1:Takwin+COOP101+2026"
TOP = f"/studio/{SHIPPED}"


@pytest.fixture
def course(shipped_courses, sessions) -> int:
    with transaction(sessions, writes=False) as session:
        return find_course_row(session, SHIPPED).id


@pytest.fixture
def trainer(course, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(course))


def hidden(page: str, name: str) -> str:
    return lxml.html.fromstring(page).xpath(f'//input[@type="hidden"][@name="{name}"]/@value')[0]


def enrolled(sessions, course: int) -> dict[int, int | None]:
    with transaction(sessions, writes=False) as session:
        rows = session.scalars(select(Enrolment).where(Enrolment.course_id == course, Enrolment.left_at.is_(None)))
        return {row.person_id: row.cohort_id for row in rows}


def test_a_list_is_looked_at_then_carried_out_and_its_report_downloaded(trainer, course, people, sessions):
    amina = people.person(user_name="amina")
    cohort = people.cohort(course)
    text = "Nom;Identifiant;Téléphone\nAmina;amina;\nHind;;0612345678\n=cmd|' /C calc'!A0;;\nFatima Zahra;;\n"
    looked = trainer.send(f"{TOP}/people/list", text=text, cohort_id=str(cohort), makes_accounts="1")
    assert enrolled(sessions, course) == {}
    done = trainer.send(f"{TOP}/people/list", go="1", rows=hidden(looked.text, "rows"), cohort_id=str(cohort), makes_accounts="1")

    seats = enrolled(sessions, course)
    assert (len(seats), seats[amina]) == (3, cohort)
    slips = lxml.html.fromstring(done.text).xpath('//ul[@class="st-slips"]/li')
    assert (len(slips), done.headers["Cache-Control"]) == (2, "no-store")
    file = trainer.send(f"{TOP}/people/report", report=hidden(done.text, "report"))
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Line", "2", "3", "4", "5"]
    assert rows[3][1] == "'=cmd|' /C calc'!A0"
    assert file.headers["Content-Disposition"] == "attachment; filename=report.csv"


def test_a_file_is_taken_as_well(trainer):
    looked = trainer.send(
        f"{TOP}/people/list", list=(io.BytesIO("الاسم;البريد\nفاطمة;f@coop.ma".encode("cp1256")), "x.csv"), text=""
    )

    assert "Gets a place, to be taken on signing up" in looked.text


def test_the_list_comes_back_to_be_changed_as_it_was_pasted(trainer):
    looked = trainer.send(f"{TOP}/people/list", text="Hind 0612345678\nnobody@", makes_accounts="1").text
    form = lxml.html.fromstring(looked).xpath('//form[input[@name="change"]]')[0]
    back = lxml.html.fromstring(trainer.send(f"{TOP}/people/list", **dict(form.form_values())).text)

    assert "Keep the address only" in looked
    assert back.xpath('//textarea[@name="text"]')[0].text.split("\n")[-2:] == ["Hind 0612345678", "nobody@"]
    assert back.xpath('//input[@name="makes_accounts"]/@checked') == ["checked"]
    assert "Your list was a file" in trainer.send(f"{TOP}/people/list", change="1", words="!").text


def test_one_person_is_enrolled_or_gets_a_place_and_signs_up_into_it(trainer, course, people, client, sessions):
    people.person(user_name="amina")
    assert trainer.send(f"{TOP}/people/one", person=" Amina ").status_code == 303
    assert trainer.send(f"{TOP}/people/one", person="hind@coop.ma").status_code == 303
    assert trainer.send(f"{TOP}/people/one", person="Fatima Zahra").status_code == 422
    assert "hind@coop.ma" in trainer.get(f"{TOP}/people").text
    client.send(
        "/sign-up", user_name="hind", password="olive vent lampe", email="Hind@coop.ma", name_latin="Hind", name_arabic="",
        phone="", country="MA", language="fr", next="",
    )  # fmt: skip

    assert len(enrolled(sessions, course)) == 2
    assert "hind@coop.ma" not in trainer.get(f"{TOP}/people").text


def test_the_chosen_are_moved_and_taken_out_and_nobody_elses(trainer, course, people, sessions):
    north, far = people.cohort(course), people.cohort(people.course())
    one, two = people.learner(course), people.learner(course)
    stranger = people.learner(people.course())
    change = f"{TOP}/people/change"

    assert trainer.send(change, person=[str(one), str(two)], deed="move", to=str(north)).status_code == 303
    assert enrolled(sessions, course) == {one: north, two: north}
    assert trainer.send(change, person=[str(one), str(stranger)], deed="out").status_code == 404
    assert trainer.send(change, person=str(one), deed="move", to=str(far)).status_code == 404
    assert trainer.send(change, deed="out").status_code == 422
    assert trainer.send(change, person=str(one), deed="move", to="").status_code == 422
    assert trainer.send(change, person=str(two), deed="out").status_code == 303
    assert enrolled(sessions, course) == {one: north}


def test_the_list_costs_the_same_for_one_and_for_three_learners(trainer, course, people, queries):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            people.learner(course, people.cohort(course))
        trainer.get(f"{TOP}/people")
        with queries() as counted:
            trainer.get(f"{TOP}/people")
        counts.append(len(counted))
    assert counts[0] == counts[1]


def test_the_list_is_searched_and_turned_over(trainer, course, people):
    for number in range(51):
        people.learner(course, user_name=f"learner{number:02}", name_latin=f"Name {number:02}")
    first, second = trainer.get(f"{TOP}/people").text, trainer.get(f"{TOP}/people?page=2").text

    assert ("learner49" in first, "learner50" in first, "learner50" in second) == (True, False, True)
    found = trainer.get(f"{TOP}/people?q=NAME+07").text
    assert ("learner07" in found, "learner08" in found) == (True, False)
    assert trainer.get(f"{TOP}/people?page=99999999999999999999&cohort=%27&q=%25").status_code == 200


def test_the_team_is_named_by_user_name_and_a_mail_is_asked_about_first(trainer, course, people, sessions):
    people.person(user_name="aicha", email="aicha@coop.ma", name_latin="Aicha Benali")
    asked = trainer.send(f"{TOP}/team", person="AICHA@coop.ma", role="trainer")
    assert ("Is it this person?" in asked.text, "Aicha Benali" in asked.text) == (True, True)
    with transaction(sessions, writes=False) as session:
        assert session.scalar(select(func.count()).select_from(RoleGrant)) == 1
    assert trainer.send(f"{TOP}/team", person=hidden(asked.text, "person"), role="trainer").status_code == 303
    assert "aicha" in trainer.get(f"{TOP}/team").text
    assert trainer.send(f"{TOP}/team", person="aicha", role="coordinator").status_code == 403
    assert trainer.send(f"{TOP}/team", person="aicha", role="site_admin").status_code == 422


def test_a_coordinator_runs_people_and_sees_no_way_to_write(course, people, signed_in_client):
    karim = signed_in_client(people.coordinator(course))
    page = karim.get(f"{TOP}/people").text

    assert f'href="{TOP}/people"' in page
    assert f'href="{TOP}/settings"' not in page
    assert f'href="{TOP}/people"' in karim.get("/studio").text
    assert karim.get(f"{TOP}/settings/grading").status_code == 403
    for path in ("people", "people/list", "team"):
        assert karim.get(f"{TOP}/{path}").status_code == 200


def test_things_of_another_course_are_not_reached(course, people, signed_in_client, sessions, clock):
    """Attack 22: staff of course A through the number of a thing of course B."""
    other = people.course()
    with transaction(sessions) as session:
        session.add(Invitation(id=91, course_id=other, identifier="x@y.ma", invited_at=clock()))
    mine = signed_in_client(people.trainer(course))
    cohort_there = people.cohort(other)
    trainer_there = people.trainer(other)

    assert mine.send(f"{TOP}/people/places/91/withdraw").status_code == 404
    assert mine.send(f"{TOP}/people/one", person="a@b.ma", cohort_id=str(cohort_there)).status_code == 404
    assert mine.send(f"{TOP}/people/list", text="a@b.ma", cohort_id=str(cohort_there)).status_code == 404
    assert mine.send(f"{TOP}/team/{trainer_there}/out", role="trainer").status_code == 404
    cohort_trainer = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, people.cohort(course))))
    for path in ("people", "people/list", "team"):
        assert cohort_trainer.get(f"{TOP}/{path}").status_code == 403


def test_grading_is_shown_anew_by_its_buttons_and_kept_by_saving_alone(trainer):
    address = f"{TOP}/settings/grading"
    form = lxml.html.fromstring(trainer.get(address).text).xpath("//form[@data-grading]")[0]
    fields = {name: value or "" for name, value in form.form_values() if name != "csrf_token"}
    assert (fields["weight-0"], fields["weight-1"], fields["pass_mark"]) == ("60", "40", "70")

    shown = trainer.send(address, **{**fields, "share-0": "70", "share-1": "50", "deed": "look"})
    assert lxml.html.fromstring(shown.text).xpath("//*[@data-grade]/text()") == ["62%"]
    grown = trainer.send(address, **{**fields, "deed": "more"})
    assert 'name="name-2"' in grown.text
    assert 'name="name-1"' not in trainer.send(address, **{**fields, "deed": "less-0"}).text
    wrong = trainer.send(address, **{**fields, "weight-0": "NaN", "deed": "save"})
    assert wrong.status_code == 422
    assert trainer.send(address, **{**fields, "weight-0": "٥٠", "weight-1": "50,0", "deed": "save"}).status_code == 303
    kept = lxml.html.fromstring(trainer.get(address).text)
    assert [kept.xpath(f'//input[@name="weight-{n}"]/@value')[0] for n in range(2)] == ["50", "50"]


def test_the_first_kind_takes_all_that_counted_alike_and_rows_are_told_by_their_place(trainer):
    address = f"{TOP}/settings/grading"

    def sent(page: str, **changed: str) -> dict[str, str]:
        form = lxml.html.fromstring(page).xpath("//form[@data-grading]")[0]
        return {**{name: value or "" for name, value in form.form_values() if name != "csrf_token"}, **changed}

    none = trainer.get(address).text
    for _row in range(2):
        none = trainer.send(address, **sent(none, deed="less-0")).text
    assert "Counts (like all)" in none
    assert lxml.html.fromstring(none).xpath("//select[@data-counts-as]") == []
    assert lxml.html.fromstring(none).xpath('//div[@data-share="all"]/@hidden') == []
    first = sent(trainer.send(address, **sent(none, deed="more", **{"share-all": "70"})).text)
    assert (first["lesson-0"], first["lesson-1"], first["weight-0"]) == ("#0", "#0", "100")
    assert trainer.send(address, **{**first, "name-0": "Test", "lesson-1": "", "deed": "save"}).status_code == 303

    two = sent(trainer.send(address, **sent(trainer.get(address).text, deed="more", **{"weight-0": "60"})).text)
    renamed = {"name-0": "Case", "name-1": "Test", "lesson-1": "#1", "deed": "save"}
    assert trainer.send(address, **{**two, **renamed}).status_code == 303
    kept = lxml.html.fromstring(trainer.get(address).text)
    assert [kept.xpath(f'//select[@name="lesson-{n}"]/option[@selected]/text()') for n in range(2)] == [["Case"], ["Test"]]


def test_the_timetable_is_kept_in_the_clocks_of_whoever_sets_it(course, people, signed_in_client):
    samira = signed_in_client(people.trainer(course, country="SN"))
    address = f"{TOP}/settings/schedule"
    form = lxml.html.fromstring(samira.get(address).text).xpath('//form[.//input[@name="own_pace"]]')[0]
    fields = {name: value or "" for name, value in form.form_values() if name != "csrf_token"}

    assert samira.send(address, **{**fields, "due-1": "2026-12-01T18:30"}).status_code == 303
    here = signed_in_client(people.trainer(course, country="MG")).get(address).text
    assert lxml.html.fromstring(here).xpath('//input[@name="due-1"]/@value') == ["2026-12-01T21:30"]
    words = lxml.html.fromstring(samira.get(address).text).xpath('//p[@data-in-words="due-1"]/text()')[0]
    assert words.replace("\u202f", " ") == "Tuesday, December 1, 2026 · 6:30 PM · Senegal Time"
    assert samira.send(address, **{**fields, "due-1": "2026-12-02T18:30"}).status_code == 422  # somebody saved meanwhile
    assert samira.send(address, **{**fields, "opens": "soon"}).status_code == 422


def test_what_a_course_says_of_itself_is_kept_by_language(trainer):
    address = f"{TOP}/settings?language=fr"
    base = hidden(trainer.get(address).text, "base")
    sent = trainer.send(address, base=base, title="Coop", summary="Deux mots", about="<p>Oui</p><img src=x onerror=alert(1)>")

    assert sent.status_code == 303
    page = lxml.html.fromstring(trainer.get(address).text)
    assert page.xpath('//textarea[@name="about"]')[0].text.strip() == '<p>Oui</p><img src="x">'
    assert trainer.get(f"{TOP}/settings?language=wo").status_code == 404
    late = trainer.send(address, base=base, title="Autre", summary="", about="")
    assert (late.status_code, "Autre" in late.text) == (422, True)


def test_who_may_enrol_is_set_and_holds(trainer, course, people, signed_in_client):
    assert trainer.send(f"{TOP}/settings/enrolment", enrolment="code", enrolment_code="").status_code == 422
    assert trainer.send(f"{TOP}/settings/enrolment", enrolment="list", enrolment_code="").status_code == 303
    newcomer = signed_in_client(people.person(user_name="nadia"))

    refused = newcomer.send(f"/courses/{SHIPPED}/enrol")
    assert (refused.status_code, "you are not on it" in refused.text) == (422, True)
    trainer.send(f"{TOP}/people/list", go="1", rows=hidden(trainer.send(f"{TOP}/people/list", text="nadia").text, "rows"))
    assert newcomer.send(f"/courses/{SHIPPED}/enrol").status_code == 303
