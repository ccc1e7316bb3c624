"""People come into a course as it asks: freely, by code, by list, with a cohort; one by one, and from a list of any program."""

from __future__ import annotations

import io
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest
import xlsxwriter
from sqlalchemy import select

from lms_app.adapters.courses import find_course
from lms_app.adapters.enrolments import cohort_by_code
from lms_app.domain.actors import Actor
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import PersonId
from lms_app.model import AuditEntry, Course, Enrolment, Invitation, Person, RecoveryCode
from lms_app.services.accounts import recovery
from lms_app.services.authoring import creating, publishing
from lms_app.services.authoring.importing import find_course_row
from lms_app.services.learning import bulk_enrolling, enrolling, inviting
from lms_app.services.learning.reading_tables import LARGEST, MOST_ROWS, decoded, read_table
from lms_app.services.learning.rosters import read_roster
from lms_app.storage.transaction import transaction
from tests.people import People

SHIPPED = "course-v1:Takwin+COOP101+2026"


@pytest.fixture
def course(shipped_courses, sessions) -> int:
    with transaction(sessions, writes=False) as session:
        return find_course_row(session, SHIPPED).id


@pytest.fixture
def coming(course, people, sessions, clock):
    """Somebody tries to come in: `coming("list", code="", **their account)` returns the cohort, or the code of the refusal."""

    def come(way: str, *, code: str = "", place: str = "", archived: bool = False, **account) -> object:
        person = people.person(**account)
        cohort = people.cohort(course, enrolment_code=f"group{person}")
        with transaction(sessions) as session:
            row = session.get_one(Course, course)
            row.enrolment, row.enrolment_code, row.archived_at = way, "key", clock() if archived else None
            if place:
                session.add(Invitation(course_id=course, cohort_id=cohort, identifier=place, invited_at=clock()))
        try:
            with transaction(sessions) as session:
                given = code.format(cohort=f"GROUP{person}")
                enrolling.enrol(session, Actor(PersonId(person)), SHIPPED, code=given, now=clock())
        except Invalid as refused:
            return refused.code
        with transaction(sessions, writes=False) as session:
            found = session.get_one(Enrolment, (person, course)).cohort_id
            return "in its cohort" if found == cohort_by_code(session, course, f"group{person}") else "in"

    return come


@pytest.mark.parametrize(
    ("way", "code", "place", "outcome"),
    [
        ("open", "", "", "in"),
        ("open", "wrong", "", "bad_enrolment_code"),
        ("open", "{cohort}", "", "in its cohort"),
        ("open", "", "aicha", "in its cohort"),
        ("code", "", "", "enrolment_code_needed"),
        ("code", "KEY", "", "in"),
        ("code", "{cohort}", "", "in its cohort"),
        ("code", "", "aicha@coop.ma", "in its cohort"),
        ("list", "", "", "not_on_the_list"),
        ("list", "key", "", "not_on_the_list"),
        ("list", "{cohort}", "", "not_on_the_list"),
        ("list", "", "+212612345678", "in its cohort"),
        ("list", "", "somebody.else", "not_on_the_list"),
        ("cohort", "", "", "enrolment_code_needed"),
        ("cohort", "key", "", "bad_enrolment_code"),
        ("cohort", "{cohort}", "", "in its cohort"),
    ],
)
def test_a_course_is_entered_in_the_way_that_it_asks(coming, way, code, place, outcome):
    account = {"user_name": "aicha", "email": "Aicha@coop.ma", "phone": "+212612345678"}

    assert coming(way, code=code, place=place, **account) == outcome


def test_an_archived_course_takes_nobody_and_keeps_those_who_are_in(coming, course, people, sessions, clock):
    learner = people.learner(course)

    assert coming("open", archived=True) == "course_archived"
    with transaction(sessions) as session:
        assert enrolling.enrol(session, Actor(PersonId(learner)), SHIPPED, now=clock()).is_enrolled


def test_a_place_is_taken_by_one_and_not_by_who_was_taken_out(course, people, sessions, clock):
    first, second = people.person(phone="+212600000001"), people.person(phone="+212600000001")
    with transaction(sessions) as session:
        session.get_one(Course, course).enrolment = "list"
        session.add(Invitation(course_id=course, identifier="+212600000001", name="Sœurs", invited_at=clock()))
    with transaction(sessions) as session:
        assert inviting.take_places(session, PersonId(first), now=clock()) == 1
        assert inviting.take_places(session, PersonId(second), now=clock()) == 0
        assert [(row.taken_by, row.name) for row in session.scalars(select(Invitation))] == [(first, "")]
        inviting.forget_places(session, course, [PersonId(first)])
        assert inviting.place_for(session, PersonId(first), course) is None


def test_a_place_of_another_course_is_not_withdrawn(course, people, sessions, clock):
    other = people.course()
    with transaction(sessions) as session:
        session.add(Invitation(id=71, course_id=other, identifier="x@y.ma", invited_at=clock()))
    with pytest.raises(NotFound), transaction(sessions) as session:
        inviting.withdraw(session, Actor(PersonId(1)), course, 71, now=clock())


LIST = """Nom;Identifiant;Courriel;Téléphone;Groupe;Langue
Amina Alaoui;amina;;;Nord;français
Moussa Diop;;MOUSSA@coop.sn;;;
Hind Berrada;;hind@coop.ma;;;
=HYPERLINK("http://evil");;x@coop.ma;;;
"Fatima
Zahra";;;06 12 34 56 78;Sud;
فاطمة الزهراء;;;;Nord;العربية
Une autre;;hind@COOP.ma;;;
Déjà Là;deja;;;Nord;
Perdue;;;;Ouest;
"""


@pytest.fixture
def town(course, people) -> dict[str, int]:
    cohorts = {name: people.cohort(course, name=name) for name in ("Nord", "Sud")}
    return {
        **cohorts,
        "amina": people.person(user_name="amina"),
        "moussa": people.person(user_name="mdiop", email="moussa@coop.sn", name_latin="Somebody Else"),
        "deja": people.learner(course, cohorts["Sud"], user_name="deja"),
        "trainer": people.trainer(course),
    }


def looked(sessions, text: str, **wishes):
    with transaction(sessions, writes=False) as session:
        facts = find_course(session, SHIPPED, person=None)
        return bulk_enrolling.look(session, facts, read_roster(read_table(text.encode())), **wishes)


def done(sessions, people, clock, text: str, by: int, **wishes):
    with transaction(sessions) as session:
        facts = find_course(session, SHIPPED, person=None)
        rows = read_roster(read_table(text.encode()))
        return bulk_enrolling.carry_out(session, Actor(PersonId(by)), facts, rows, now=clock(), **wishes)


def test_each_row_is_told_what_would_become_of_it(town, sessions):
    lines = looked(sessions, LIST)

    assert [(line.row.line, line.fate, line.wrong.code if line.wrong else "") for line in lines] == [
        (2, "enrol", ""),
        (3, "enrol", ""),
        (4, "invite", ""),
        (5, "refused", "roster_formula"),
        (7, "invite", ""),
        (8, "refused", "roster_name_alone"),
        (9, "refused", "roster_twice"),
        (10, "already", ""),
        (11, "refused", "roster_no_such_cohort"),
    ]
    assert [line.bears_another_name for line in lines[:3]] == [False, True, False]
    assert (lines[7].moves, lines[7].cohort_id) == (True, town["Nord"])
    with transaction(sessions, writes=False) as session:
        assert session.scalars(select(Invitation)).all() == []


def test_the_list_is_carried_out_and_a_second_time_changes_nothing(town, course, sessions, people, clock):
    done(sessions, people, clock, LIST, town["trainer"])
    again = done(sessions, people, clock, LIST, town["trainer"])

    with transaction(sessions, writes=False) as session:
        seats = {row.person_id: row.cohort_id for row in session.scalars(select(Enrolment).where(Enrolment.course_id == course))}
        places = {row.identifier: (row.name, row.taken_by) for row in session.scalars(select(Invitation))}
        audits = [row.detail for row in session.scalars(select(AuditEntry).where(AuditEntry.action == "people_enrolled"))]
    assert seats == {town["amina"]: town["Nord"], town["moussa"]: None, town["deja"]: town["Nord"]}
    assert places == {
        "amina": ("", town["amina"]),
        "moussa@coop.sn": ("", town["moussa"]),
        "hind@coop.ma": ("Hind Berrada", None),
        "+212612345678": ("Fatima Zahra", None),
    }
    assert [line.fate for line in again] == [
        "already", "already", "waiting", "refused", "waiting", "refused", "refused", "already", "refused"
    ]  # fmt: skip
    assert audits[0] == {"enrol": 2, "invite": 2, "already": 1, "refused": 4}


def test_accounts_are_made_for_who_has_no_mail_and_open_with_the_printed_code(town, sessions, people, clock):
    text = "name,phone\nFatima Zahra,0612345678\nFatima Zahra,0612345678\nفاطمة الزهراء,\n"
    lines = done(sessions, people, clock, text, town["trainer"], makes_accounts=True)
    cards = [line.card for line in lines]

    assert [card.user_name for card in cards] == ["fatima.zahra", "fatima.zahra2", "فاطمة.الزهراء"]
    clock.go_on(days=13)
    with transaction(sessions, writes=False) as session:
        found = recovery.by_code(session, "Fatima.Zahra2", cards[1].code.lower(), now=clock())
        person = session.get_one(Person, found.person)
        assert (person.phone, person.password_hash, person.name_latin) == ("+212612345678", "!", "Fatima Zahra")
        assert cards[1].code not in [row.code_hash for row in session.scalars(select(RecoveryCode))]


def test_an_address_that_several_share_leads_to_nobody(town, sessions, people):
    people.person(email="two@coop.ma")
    people.person(email="TWO@coop.ma")
    lines = looked(sessions, "email,phone\ntwo@coop.ma,\n,call me\nno-mail@,\n")

    assert [line.wrong.code for line in lines] == ["roster_shared", "bad_phone", "bad_email"]


def test_reading_costs_the_same_for_one_and_for_three(town, sessions, queries):
    counts = []
    for text in ("email\na@b.ma\n", "email\na@b.ma\nb@b.ma\nc@b.ma\n"):
        with queries() as counted:
            looked(sessions, text)
        counts.append(len(counted))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_arabic_is_read_in_every_encoding_that_a_spreadsheet_writes(encoding):
    text = "الاسم\tالهاتف\nفاطمة الزهراء\t0612345678\n"

    assert decoded(text.encode(encoding)) == text


def test_french_of_old_windows_is_read():
    assert decoded("Nom;Prénom\nÉlodie;Noël\n".encode("cp1252")) == "Nom;Prénom\nÉlodie;Noël\n"


def book(*rows: tuple[object, ...]) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as workbook:
        sheet = workbook.add_worksheet("قائمة")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return written.getvalue()


def test_a_sheet_is_read_and_its_formulas_are_refused(town, sessions):
    rows = read_table(book(("الاسم", "الهاتف"), ("فاطمة", 212612345678), ("=1+1", ""), ("", ""), ("علي", "0612345679")))

    assert rows == (
        (1, ("الاسم", "الهاتف")),
        (2, ("فاطمة", "212612345678")),
        (3, ("=1+1",)),
        (5, ("علي", "0612345679")),
    )
    assert read_roster(rows)[1].wrong.code == "roster_formula"


@pytest.mark.parametrize(
    ("written", "name", "identifier"),
    [
        ("Fatima Alaoui fatima@coop.ma", "Fatima Alaoui", "fatima@coop.ma"),
        ("Fatima, fatima@coop.ma", "Fatima", "fatima@coop.ma"),
        ("Alaoui, Fatima <fatima@coop.ma>", "Alaoui Fatima", "fatima@coop.ma"),
        ("Fatima Alaoui +212 612-345-678", "Fatima Alaoui", "+212612345678"),
        ("موسى ديوب ٠٦١٢٣٤٥٦٧٨", "موسى ديوب", "+212612345678"),
        ("fatima; fatima@coop.ma", "", "fatima"),
    ],
)
def test_a_name_and_what_tells_who_it_is_may_stand_on_one_line(written, name, identifier):
    row = read_roster(read_table(written.encode()), country="MA")[0]

    assert (row.name, row.identifier, row.wrong) == (name, identifier, None)


def hostile(sheet: str) -> bytes:
    packed = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets><sheet r:id="a"/></sheets></workbook>'
        )
        archive.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="a" Target="s.xml"/></Relationships>')
        archive.writestr("xl/s.xml", sheet.replace("MAIN", f'xmlns="{main}"'))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "roster_empty"),
        (b"\n \n", "roster_empty"),
        (b"PK\x03\x04 no archive", "roster_not_read"),
        (b"a\0b", "roster_not_read"),
        (b'a,"' + b"x" * 200_000, "roster_not_read"),
        (b"x" * (LARGEST + 1), "list_too_large"),
        (b"a@b.ma\n" * (MOST_ROWS + 2), "too_many_rows"),
        (hostile('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><worksheet MAIN><row><c t="str"><v>&x;</v></c></row></worksheet>'),
         "roster_not_read"),
        (hostile("<worksheet MAIN>" + f"<x>{'y' * 900}</x>" * 30_000 + "</worksheet>"), "list_too_large"),
        (hostile("<worksheet MAIN>" + "<row/>" * 100_000 + "</worksheet>"), "too_many_rows"),
        (hostile('<worksheet MAIN><row><c r="ZZZ1"><v>1</v></c></row></worksheet>'), "roster_not_read"),
        (hostile('<worksheet MAIN><row><c t="s"><v>99</v></c></row></worksheet>'), "roster_not_read"),
    ],
    ids=["nothing", "blank", "broken", "nul", "endless", "large", "long", "entity", "bomb", "rows", "far", "lost"],
)  # fmt: skip
def test_what_is_no_list_is_refused(content, code):
    with pytest.raises(Invalid) as refused:
        read_table(content)

    assert refused.value.code == code


def test_two_who_claim_one_place_at_once_do_not_both_take_it(own_app, clock):
    here = own_app.extensions["takwin"]
    people = People(here.sessions, clock)
    maker, *both = [PersonId(people.person(phone=phone)) for phone in ("", "+212600000001", "+212600000001")]
    with transaction(here.sessions) as session:
        key = creating.create_course(session, Actor(maker), title="T", language="en", now=clock())
        publishing.publish_draft(session, Actor(maker), key, now=clock())
        course = find_course_row(session, key)
        course.enrolment = "list"
        session.add(Invitation(course_id=course.id, identifier="+212600000001", invited_at=clock()))

    def come(person: PersonId) -> str:
        try:
            with transaction(here.sessions) as session:
                enrolling.enrol(session, Actor(person), key, now=clock())
                time.sleep(0.3)  # as long as the other one needs to look for the place
        except Invalid as refused:
            return refused.code
        return "in"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(come, both)) == ["in", "not_on_the_list"]
