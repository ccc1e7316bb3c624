"""The register finds what is looked for, shows each keeper their own part, and gives it out whole."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
import zxingcpp
from odfdo import Document
from PIL import Image

from lms_app.domain.actors import SITE, Actor, Place, PlaceKind, Role
from lms_app.domain.certificates import State, state_of
from lms_app.domain.errors import NeedsSignIn, NotFound, Refused
from lms_app.domain.folding import folded
from lms_app.services.credentials import exporting, qr_cards, registry
from lms_app.services.credentials.exporting import COLUMNS, Form
from lms_app.services.credentials.registry import PER_PAGE, Asked
from tests.certified import issue

ADMIN = Actor(person_id=None, roles=frozenset({(Role.SITE_ADMIN, SITE)}))


def coordinator(kind: PlaceKind, number: int) -> Actor:
    return Actor(person_id=1, roles=frozenset({(Role.COORDINATOR, Place(kind, number))}))


@pytest.fixture
def here(app):
    return app.extensions["takwin"]


@pytest.fixture
def give(here, people):
    """Issue a certificate as issuing does: with the folded names in its row."""

    def made(
        course: int, name_arabic: str, name_latin: str, *, cohort: int | None = None, columns: Any = None, **facts: Any
    ) -> str:
        row = {"course_id": course, "cohort_id": cohort, "holder": folded(f"{name_arabic} {name_latin}"), **(columns or {})}
        return issue(here, people.person(), columns=row, name_arabic=name_arabic, name_latin=name_latin, **facts).code

    return made


def found(session, actor=ADMIN, *, now, **asked) -> list[str]:
    return [line.code for line in registry.list_page(session, actor, Asked(**asked), page=1, now=now).lines]


@pytest.mark.parametrize(
    "typed",
    [
        "امينه",
        "أَمِينَة واعزيز",
        "ouaziz",
        "AMINA  OUÂZIZ",
        "Ouaziz amina",
        "\u200fأمينة\u200f",
        "000123",
        "MA-TOT-2026-000123",
        "ma-tot-2026-٠٠٠١٢٣",
    ],
)
def test_a_certificate_is_found_however_its_holder_is_spelt(session, people, give, clock, typed):
    course = people.course()
    code = give(course, "أمينة واعزيز", "Amina Ouaziz", number="MA-TOT-2026-000123-7")
    give(course, "يوسف الإدريسي", "Youssef El Idrissi", number="MA-TOT-2026-000456-1")

    assert found(session, now=clock(), words=typed) == [code]


def test_a_certificate_is_found_by_the_beginning_of_its_code(session, people, give, clock):
    code = give(people.course(), "أمينة", "Amina")

    assert found(session, now=clock(), words=code.lower().replace("-", " ")[:12]) == [code]
    assert found(session, now=clock(), words="%") == []


def test_each_filter_leaves_what_it_says(session, people, give, clock):
    course, other = people.course(), people.course()
    cohort = people.cohort(course)
    old = give(course, "ا", "A", cohort=cohort, now=clock() - timedelta(days=30), kind="participation")
    new = give(other, "ب", "B")
    asked = {
        "course": {"course": course},
        "cohort": {"cohort": cohort},
        "kind": {"kind": "participation"},
        "until": {"until": clock().date() - timedelta(days=30)},
    }

    assert {name: found(session, now=clock(), **each) for name, each in asked.items()} == {key: [old] for key in asked}
    assert found(session, now=clock(), since=clock().date()) == [new]


def test_a_state_means_the_same_to_the_database_as_to_us(session, people, give, clock):
    course, now = people.course(), clock()
    gone, on_hold = {"revoked_at": now}, {"suspended_at": now}
    rows = [
        {}, gone, on_hold, {**gone, **on_hold}, {**gone, "replaced_by": "X"}, {**on_hold, "valid_until": now.date() - timedelta(days=1)},
        {"valid_until": now.date()}, {"valid_until": now.date() - timedelta(days=1)},
    ]  # fmt: skip
    issued_at = {"now": now - timedelta(days=5)}
    codes = {give(course, "ا", "A", columns=row, **issued_at): row for row in rows}
    empty = dict.fromkeys(("revoked_at", "suspended_at", "valid_until", "replaced_by"))
    expected = {code: state_of(**{**empty, **row}, today=now.date()) for code, row in codes.items()}

    assert {code: state for state in State for code in found(session, now=now, state=state)} == expected
    assert set(expected.values()) == set(State)


def test_keepers_see_their_own_courses_and_cohorts_alone(session, people, give, clock):
    mine, theirs = people.course(), people.course()
    cohort = people.cohort(mine)
    in_cohort, in_course, elsewhere = give(mine, "ا", "A", cohort=cohort), give(mine, "ب", "B"), give(theirs, "ت", "C")

    assert set(found(session, now=clock())) == {in_cohort, in_course, elsewhere}
    assert set(found(session, coordinator(PlaceKind.COURSE, mine), now=clock())) == {in_cohort, in_course}
    assert found(session, coordinator(PlaceKind.COHORT, cohort), now=clock()) == [in_cohort]
    assert found(session, coordinator(PlaceKind.COURSE, mine), now=clock(), course=theirs) == []
    offered = registry.choices_for(session, coordinator(PlaceKind.COHORT, cohort))
    assert ([number for number, _ in offered.courses], [number for number, _ in offered.cohorts]) == ([mine], [cohort])


def test_others_keep_no_register(session, clock):
    trainer = Actor(person_id=1, roles=frozenset({(Role.TRAINER, Place(PlaceKind.COURSE, 1))}))
    with pytest.raises(Refused):
        found(session, trainer, now=clock())
    with pytest.raises(NeedsSignIn):
        found(session, Actor(person_id=None), now=clock())


def test_the_list_takes_as_many_queries_for_three_as_for_one(session, people, give, clock, queries):
    course = people.course()
    counts = []
    for number in (1, 2):
        for _ in range(number):
            give(course, "ا", "A", cohort=people.cohort(course))
        session.expire_all()
        with queries() as counted:
            page = registry.list_page(session, ADMIN, Asked(), page=1, now=clock())
        counts.append((page.total, len(counted)))

    assert counts == [(1, 2), (3, 2)]


def test_pages_follow_each_other_and_end(session, people, give, clock):
    course = people.course()
    for _ in range(PER_PAGE + 1):
        give(course, "ا", "A")
    pages = [registry.list_page(session, ADMIN, Asked(), page=page, now=clock()) for page in (1, 2, 99)]

    assert [(len(page.lines), page.page, page.pages) for page in pages] == [(PER_PAGE, 1, 2), (1, 2, 2), (1, 2, 2)]
    assert not {line.code for line in pages[0].lines} & {line.code for line in pages[1].lines}


def test_a_certificate_shows_the_chain_of_its_issues(session, people, here, give, clock):
    course, person = people.course(), people.person()
    common = {"course_id": course, "award": "course-v1:X+Y+Z#completion"}
    new = issue(here, person, columns={**common, "issue": 2}, name_latin="Amina")
    old = issue(here, person, columns={**common, "revoked_at": clock(), "replaced_by": new.code}, name_latin="Amena")
    stranger = issue(here, people.person(), columns=common)

    entry = registry.open_entry(session, new.code, now=clock())
    assert [(one.code, one.state) for one in entry.siblings] == [(old.code, State.REPLACED), (new.code, State.VALID)]
    assert registry.open_entry(session, stranger.code, now=clock()).siblings[0].code == stranger.code
    with pytest.raises(NotFound):
        registry.open_entry(session, "nothing", now=clock())


# The register as a table


@pytest.fixture
def rows(session, people, give, clock):
    give(people.course(), "أمينة بنت الحسن العلوي", "Amina El Alaoui", number="MA-TOT-2026-000001-1")
    give(people.course(), "ا", "A", issuer='=HYPERLINK("http://evil";"x")', city="+212 6", now=clock() - timedelta(days=1))
    return list(registry.every_row(session, ADMIN, Asked(), now=clock()))


def written(form: Form, rows: Any) -> bytes:
    heads = {name: name for name in COLUMNS}
    return exporting.table(form, rows, heads=heads, words=lambda _name, value: value, title="Certificats", is_rtl=True)


def test_csv_keeps_names_and_defuses_formulas(rows, clock):
    text = written(Form.CSV, rows)
    first, second = csv.DictReader(io.StringIO(text.decode("utf-8-sig")))

    assert text.startswith(b"\xef\xbb\xbf")
    assert (first["name_arabic"], first["name_latin"]) == ("أمينة بنت الحسن العلوي", "Amina El Alaoui")
    assert (first["code"], first["state"], first["hours_field"]) == (rows[0]["code"], "valid", "6.5")
    assert first["address"] == f"http://localhost/v/{rows[0]['code']}"
    assert first["competences"].startswith("Préparer un dossier d’assemblée régulier et calculer le quorum (3/4); ")
    assert (second["issuer"], second["city"]) == ('\'=HYPERLINK("http://evil";"x")', "'+212 6")
    assert list(first) == list(COLUMNS)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1", "\n=1"])
def test_no_cell_of_a_csv_begins_as_a_formula(text):
    safe = exporting.safe_cell(text)
    assert (safe[0], safe.replace("'", "")) == ("'", text)


@pytest.mark.parametrize("text", ["Amina", "المكان = هنا", "1-2", ""])
def test_other_texts_stay_as_they_are(text):
    assert exporting.safe_cell(text) == text


def test_xlsx_holds_days_as_days_and_no_formula(rows):
    made = written(Form.XLSX, rows)
    with ZipFile(io.BytesIO(made)) as book:
        sheet, strings = book.read("xl/worksheets/sheet1.xml").decode(), book.read("xl/sharedStrings.xml").decode()

    assert "<f>" not in sheet
    assert "rightToLeft" in sheet
    assert "أمينة بنت الحسن العلوي" in strings
    assert "=HYPERLINK" in strings
    assert made == written(Form.XLSX, rows), "the same rows give the same bytes"


def test_ods_reads_back_as_it_was_written(rows):
    table = Document(io.BytesIO(written(Form.ODS, rows))).body.get_table(0)
    head, first, second = (dict(zip(COLUMNS, line, strict=False)) for line in table.get_values())

    assert list(head.values()) == list(COLUMNS)
    assert (first["name_arabic"], first["hours"]) == ("أمينة بنت الحسن العلوي", 42)
    assert first["issued_on"] == rows[0]["issued_at"].date()
    assert second["issuer"] == '=HYPERLINK("http://evil";"x")'
    assert "table:formula" not in Document(io.BytesIO(written(Form.ODS, rows))).body.serialize()


def test_a_record_that_cannot_be_read_still_has_its_line(session, people, clock):
    code = people.credential(people.person(), people.course(), record="{broken")
    (row,) = csv.DictReader(
        io.StringIO(written(Form.CSV, registry.every_row(session, ADMIN, Asked(), now=clock())).decode("utf-8-sig"))
    )

    assert (row["code"], row["name_latin"], row["address"]) == (code, "", "")


# The card with the QR code


def test_the_picture_of_the_qr_code_says_the_token():
    address = qr_cards.address_of("https://learn.example.org", token="ABCDEFGH234567", code="X")
    read = zxingcpp.read_barcode(Image.open(io.BytesIO(qr_cards.png(address))))

    assert (address, read.text) == ("HTTPS://LEARN.EXAMPLE.ORG/V/ABCDEFGH234567", address)
    assert qr_cards.address_of("https://learn.example.org", token="", code="X-Y") == "https://learn.example.org/v/X-Y"


def test_the_card_escapes_what_it_says():
    drawn = qr_cards.card("HTTPS://X/V/A", title='"<b>&', lines=[("<script>", "ltr"), ("أمينة", "rtl")])

    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "أمينة" in drawn
