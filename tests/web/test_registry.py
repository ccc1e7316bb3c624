"""The register's pages: each keeper reaches their own, and a change takes two of them."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.folding import folded
from lms_app.model import AuditEntry, Credential, StatusRequest
from lms_app.storage.transaction import transaction
from tests.certified import issue, part

FILES = (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK"), ("ods", b"PK"))


@pytest.fixture
def here(app):
    return app.extensions["takwin"]


@pytest.fixture
def give(here, people):
    def made(course: int, *, cohort: int | None = None, columns: Any = None, **facts: Any) -> str:
        names = {"name_arabic": "أمينة واعزيز", "name_latin": "Amina Ouaziz", **facts}
        holder = folded(f"{names['name_arabic']} {names['name_latin']}")
        row = {"course_id": course, "cohort_id": cohort, "holder": holder, **(columns or {})}
        return issue(here, people.person(), columns=row, **names).code

    return made


@pytest.fixture
def course(people):
    return people.course(title="Gouvernance")


@pytest.fixture
def karima(people, course, signed_in_client):
    return signed_in_client(people.coordinator(course, name_latin="Karima Ouhssaine"))


@pytest.fixture
def driss(people, course, signed_in_client):
    return signed_in_client(people.coordinator(course))


def the_request(here) -> StatusRequest:
    with transaction(here.sessions, writes=False) as session:
        return session.query(StatusRequest).order_by(StatusRequest.id.desc()).first()


def the_last(here) -> Credential:
    with transaction(here.sessions, writes=False) as session:
        return session.query(Credential).order_by(Credential.id.desc()).first()


def row(here, code: str) -> Credential:
    with transaction(here.sessions, writes=False) as session:
        return session.query(Credential).filter_by(code=code).one()


def audit_of(here, code: str) -> list[tuple[str, int, dict[str, Any]]]:
    with transaction(here.sessions, writes=False) as session:
        acts = session.query(AuditEntry).filter_by(subject=f"credential:{code}").order_by(AuditEntry.id).all()
    return [(act.action, act.actor_id, {name: each for name, each in act.detail.items() if name != "request"}) for act in acts]


def ask(client, code: str, kind: str = "revoke", **fields: str):
    return client.send(f"/registry/c/{code}/requests", kind=kind, **{"reason": "Délivré par erreur", **fields})


# Who reaches what


def test_only_keepers_open_the_register(people, course, client, signed_in_client):
    others = [people.learner(course), people.trainer(course), people.person()]

    assert client.get("/registry").status_code == 303
    for address in ("/registry", "/registry/export/csv", "/registry/requests"):
        assert [signed_in_client(person).get(address).status_code for person in others] == [403] * 3


def test_the_menu_leads_keepers_there(people, course, signed_in_client):
    cohort = people.cohort(course)
    keepers = [people.admin(), people.coordinator(course)]
    others = [people.learner(course, cohort), people.trainer(course)]
    pages = {person: signed_in_client(person).get("/").text for person in [*keepers, *others]}

    assert [person for person, page in pages.items() if 'href="/registry"' in page] == keepers


def test_a_coordinator_of_one_course_reaches_nothing_of_another(people, give, karima, driss, here):
    theirs = give(people.course(), name_latin="Zineb Alaoui", name_arabic="زينب العلوي")
    addresses = [f"/registry/c/{theirs}", f"/registry?q={theirs}", "/registry?q=zineb", "/registry", "/registry/export/csv"]

    assert karima.get(addresses[0]).status_code == 403
    pages = [karima.get(address).get_data(as_text=True) for address in addresses[1:]]
    assert [(f"/c/{theirs}" in page, "Zineb" in page, "زينب" in page) for page in pages] == [(False, False, False)] * 4
    assert ask(karima, theirs).status_code == 403
    assert the_request(here) is None


def test_a_request_of_another_course_is_not_decided_through_ones_own(people, course, give, karima, signed_in_client, here):
    other = people.course()
    mine, theirs = give(course), give(other)
    ask(signed_in_client(people.coordinator(other)), theirs)
    number = the_request(here).id

    assert karima.send(f"/registry/c/{theirs}/requests/{number}", decision="accept").status_code == 403
    assert karima.send(f"/registry/c/{mine}/requests/{number}", decision="accept").status_code == 404
    assert row(here, theirs).revoked_at is None


def test_a_cohorts_coordinator_asks_and_the_courses_decides(people, course, give, karima, signed_in_client, here):
    cohort, other = people.cohort(course), people.cohort(course)
    code, elsewhere = give(course, cohort=cohort), give(course, cohort=other)
    client = signed_in_client(people.person(Role.COORDINATOR, Place(PlaceKind.COHORT, cohort)))
    second = signed_in_client(people.person(Role.COORDINATOR, Place(PlaceKind.COHORT, cohort)))

    assert (client.get(f"/registry/c/{code}").status_code, client.get(f"/registry/c/{elsewhere}").status_code) == (200, 403)
    assert ask(client, code).status_code == 303
    address = f"/registry/c/{code}/requests/{the_request(here).id}"
    assert second.send(address, decision="accept").status_code == 403
    assert karima.send(address, decision="accept").status_code == 303
    assert row(here, code).revoked_reason == "Délivré par erreur"


# The list


def test_the_list_takes_as_many_queries_for_three_as_for_one(people, course, give, karima, queries):
    counts = []
    for number in (1, 2):
        for _ in range(number):
            give(course, cohort=people.cohort(course))
        with queries() as counted:
            page = karima.get("/registry").text
        counts.append((page.count("/registry/c/"), len(counted)))

    assert [lines for lines, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]


def test_names_stand_isolated_in_their_own_direction_and_are_escaped(course, give, karima):
    give(course, cohort=None, city="<script>alert(1)</script>")
    page = karima.get("/registry").text
    entry = karima.get(re.search(r'/registry/c/[^"]+', page)[0]).text

    assert '<bdi lang="ar">أمينة واعزيز</bdi>' in page
    assert "<script>alert" not in entry
    assert "&lt;script&gt;alert(1)" in entry


def test_filters_stay_while_pages_turn(course, give, karima):
    for _ in range(26):
        give(course, kind="participation")
    page = karima.get("/registry?kind=participation&q=amina&nonsense=1").text

    assert re.search(r'href="/registry\?page=2&amp;kind=participation&amp;q=amina" class="tk-button', page)
    assert karima.get("/registry?page=2&kind=participation&q=amina").text.count("/registry/c/") == 1


@pytest.mark.parametrize(
    "query",
    [
        "state=perhaps",
        "since=yesterday",
        "kind=x",
        "page=0",
        "q=%F0%9F%98%80",
        "q=%25_",
        "until=2026-13-40",
        "since=0001-01-01&until=9999-12-31",
    ],
)
def test_odd_questions_are_answered_all_the_same(course, give, karima, query):
    give(course)

    assert [karima.get(f"{page}?{query}").status_code for page in ("/registry", "/registry/export/csv")] == [200, 200]


@pytest.mark.parametrize(("form", "begins"), FILES)
def test_the_list_goes_out_as_it_is_narrowed(course, give, karima, form, begins):
    give(course, kind="participation")
    wanted = give(course, kind="competence")
    answer = karima.get(f"/registry/export/{form}?kind=competence")

    assert answer.status_code == 200
    assert answer.data.startswith(begins)
    assert answer.headers["Content-Disposition"] == f"attachment; filename=takwin-register-2026-10-12-part.{form}"
    assert "no-store" in answer.headers["Cache-Control"]
    if form == "csv":
        assert [line["Verification code"] for line in csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))] == [wanted]


def test_there_is_no_other_form(karima):
    assert karima.get("/registry/export/exe").status_code == 404


# One certificate


def test_the_page_tells_every_fact_and_whether_it_is_genuine(course, give, karima, here):
    code = give(course, number="MA-GOV-2026-000001-3", valid_until=here.clock().date() + timedelta(days=9))
    page = karima.get(f"/registry/c/{code}").text
    with transaction(here.sessions) as session:
        forged = session.query(Credential).filter_by(code=code).one()
        forged.record = forged.record.replace("Amina", "Anissa")

    for fact in (
        "Amina Ouaziz",
        "MA-GOV-2026-000001-3",
        code,
        "87%",
        "level 3 of 4",
        "Taroudant",
        "Youssef El Idrissi",
        "4 cooperatives",
    ):
        assert fact in page, fact
    assert "does not fit its signature" not in page
    assert "does not fit its signature" in karima.get(f"/registry/c/{code}").text


def test_a_record_that_cannot_be_read_has_its_page(people, course, karima):
    code = people.credential(people.person(), course)

    assert "The record can't be read" in karima.get(f"/registry/c/{code}").text


def test_what_one_asks_another_decides(course, give, karima, driss, here):
    code = give(course)
    assert ask(karima, code, "suspend").status_code == 303
    address = f"/registry/c/{code}/requests/{the_request(here).id}"
    assert ("Take it back" in (own := karima.get(f"/registry/c/{code}").text), "Accept, and do it" in own) == (True, False)
    assert karima.send(address, decision="accept").status_code == 403
    assert row(here, code).suspended_at is None
    assert "1 request waits" in driss.get("/registry").text
    assert "Karima Ouhssaine" in driss.get("/registry/requests").text
    assert driss.send(address, decision="accept").status_code == 303

    assert row(here, code).suspended_at == here.clock()
    assert driss.send(address, decision="accept").status_code == 409


def test_who_decides_about_a_part_is_told_what_rests_on_it(course, give, karima, driss, here):
    code = give(course)
    both = (part(code), part(give(course)))
    issue(here, row(here, code).person_id, kind="programme", parts=both)
    whole = the_last(here).code
    ask(karima, code, "revoke")

    page = driss.get(f"/registry/c/{code}", headers={"Accept-Language": "en"}).text
    assert ("rest on this one" in page, whole in page) == (True, True)
    driss.send(f"/registry/c/{code}/requests/{the_request(here).id}", decision="accept")
    assert (the_request(here).credential_id, the_request(here).kind) == (the_last(here).id, "revoke")


def test_an_expired_certificate_offers_no_correction(course, give, karima, here):
    today = here.clock().date()
    code = give(course, columns={"valid_until": today - timedelta(days=1)})

    page = karima.get(f"/registry/c/{code}").text
    assert ('value="correct"' in page, 'value="revoke"' in page) == (False, True)


def test_a_certificate_is_withdrawn_for_a_reason_once_and_the_audit_names_both(
    people, course, give, client, signed_in_client, here
):
    asker, decider, code = people.coordinator(course), people.coordinator(course), give(course)
    karima, driss = signed_in_client(asker), signed_in_client(decider)
    others = [signed_in_client(each) for each in (people.trainer(course), people.learner(course), row(here, code).person_id)]
    assert [ask(each, code).status_code for each in others] == [403] * 3
    assert [ask(karima, code, reason=reason).status_code for reason in ("", " ")] == [422] * 2
    assert the_request(here) is None

    assert ask(karima, code).status_code == 303
    address = f"/registry/c/{code}/requests/{the_request(here).id}"
    assert [each.send(address, decision="accept").status_code for each in (*others, karima)] == [403] * 4
    assert "Genuine and valid" in client.get(f"/v/{code}", headers={"Accept-Language": "en"}).text
    assert driss.send(address, decision="accept").status_code == 303

    page = client.get(f"/v/{code}", headers={"Accept-Language": "en"}).text
    assert ("Withdrawn" in page, "Délivré par erreur" in page, "Genuine and valid" in page) == (True, True, False)
    assert [driss.send(address, decision="accept").status_code, ask(karima, code).status_code] == [409, 409]
    assert audit_of(here, code) == [
        ("credential.asked", asker, {"kind": "revoke"}),
        ("credential.accepted", decider, {"kind": "revoke"}),
        ("credential.revoke", decider, {}),
    ]


@pytest.mark.parametrize("decision", ["refuse", "", "ACCEPT"])
def test_only_a_clear_yes_does_anything(course, give, karima, driss, here, decision):
    code = give(course)
    ask(karima, code)
    driss.send(f"/registry/c/{code}/requests/{the_request(here).id}", decision=decision)

    assert (row(here, code).revoked_at, the_request(here).decision) == (None, "refused")


def test_a_request_without_reason_is_told_beside_its_field(course, give, karima, here):
    code = give(course)
    answer = ask(karima, code, reason=" ")

    assert answer.status_code == 422
    assert 'aria-describedby="reason-revoke-hint reason-revoke-error"' in answer.text
    assert ask(karima, code, "explode").status_code == 422
    assert the_request(here) is None


def test_a_request_is_taken_back_by_its_asker_alone(course, give, karima, driss, here):
    code = give(course)
    ask(karima, code)
    address = f"/registry/c/{code}/requests/{the_request(here).id}/back"

    assert driss.send(address).status_code == 404
    assert karima.send(address).status_code == 303
    assert the_request(here).decision == "taken_back"


def test_a_change_takes_a_token(course, give, karima, here):
    code = give(course)

    assert karima.post(f"/registry/c/{code}/requests", data={"kind": "revoke", "reason": "x"}).status_code == 403
    assert the_request(here) is None


# Old registers


def send_table(client, text: str, **fields: str):
    table = (io.BytesIO(text.encode()), "old.csv")
    return client.post(
        "/registry/import", data={"csrf_token": client.token(), "file": table, **fields}, content_type="multipart/form-data"
    )


def test_an_old_register_is_looked_through_then_brought_in(people, signed_in_client, here):
    admin = signed_in_client(people.admin())
    good = "number,holder,title\nTK/2019-014,أمينة,Gouvernance\n"
    trial, real, again = send_table(admin, good, is_trial="1"), send_table(admin, good), send_table(admin, good)

    assert [answer.status_code for answer in (trial, real, again)] == [200, 200, 200]
    assert "The file is right: 1 new certificate." in trial.text
    assert "1 certificate was brought in." in real.text
    assert "1 was here already." in again.text


def test_faults_are_told_with_their_line_and_escaped(people, signed_in_client):
    admin = signed_in_client(people.admin())
    answer = send_table(admin, 'number,holder,title,issued_on\nN1,A,B,"<img src=x>"\n')

    assert answer.status_code == 422
    assert "&lt;img src=x&gt;" in answer.text
    assert "<img src=x>" not in answer.text
    assert send_table(admin, "").status_code == 422


def test_only_administrators_bring_an_old_register_in(karima):
    assert karima.get("/registry/import").status_code == 403
    assert send_table(karima, "number,holder,title\nN1,A,B\n").status_code == 403
