"""Old numbers answer however they are typed, and a table with one fault brings nothing in."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from lms_app.domain.actors import ANONYMOUS
from lms_app.model import CredentialEntry, LegacyCredential
from lms_app.services.credentials import legacy
from lms_app.services.credentials.legacy import Fault, Report
from lms_app.storage.transaction import transaction

GOOD = """number,holder,title,issued_on,issuer,status,note
TK/2019-014,أمينة واعزيز,Gestion d’une coopérative,2019-03-07,Association Tiwizi,valid,
tk 2019 015,Youssef El Idrissi,"Compter, vendre",07/03/2019,,révoquée,Double emploi
٢٠١٨/٣,Khadija Oubella,Gouvernance,,,,
"""


@pytest.fixture
def bring_in(sessions, clock):
    def brought(text: str | bytes, *, is_trial: bool = False) -> Report:
        content = text if isinstance(text, bytes) else text.encode()
        with transaction(sessions) as session:
            return legacy.bring_in(session, ANONYMOUS, content, issuer="Takwin", is_trial=is_trial, now=clock())

    return brought


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(LegacyCredential))


def faults(report: Report) -> list[tuple[int, str, str]]:
    return [(one.line, one.code, one.column) for one in report.faults]


def test_a_number_is_found_however_it_is_typed(session, bring_in):
    report = bring_in(GOOD)
    typed = ["TK/2019-014", "tk2019014", " Tk 2019–014 ", "TK/٢٠١٩/٠١٤", "ＴＫ2019014"]
    found = [legacy.find(session, one) for one in typed]

    assert (report.new, report.known, report.faults, report.is_written) == (3, 0, (), True)
    assert [one.printed for one in found] == ["TK/2019-014"] * len(typed)
    assert (found[0].holder, found[0].issuer, found[0].is_revoked) == ("أمينة واعزيز", "Association Tiwizi", False)
    second, third = legacy.find(session, "TK2019015"), legacy.find(session, "2018-3")
    assert (second.title, second.issuer, second.is_revoked, second.note) == ("Compter, vendre", "Takwin", True, "Double emploi")
    assert (str(second.issued_on), third.issued_on, third.printed) == ("2019-03-07", None, "٢٠١٨/٣")


@pytest.mark.parametrize("typed", ["", "—", "TK2019", "TK20190140", "x" * 5000])
def test_other_numbers_are_unknown(session, bring_in, typed):
    bring_in(GOOD)

    assert legacy.find(session, typed) is None


def test_a_trial_writes_nothing_and_shows_the_first(session, bring_in):
    report = bring_in(GOOD, is_trial=True)

    assert (report.new, report.is_written, count(session)) == (3, False, 0)
    assert [one.printed for one in report.sample] == ["TK/2019-014", "tk 2019 015", "٢٠١٨/٣"]


def test_every_fault_is_told_with_its_line_and_nothing_is_written(session, bring_in):
    bad = (
        "number,holder,title,issued_on,status\n"
        ",Amina,A,2019-01-01,valid\n"
        "N1,,A,2019-02-30,valid\n"
        "N2,Amina,A,2999-01-01,perhaps\n"
        'N3,"two\nlines",A,,\n'
        "n-3,Amina,A,,\n"
        "N4,Ami\u202ena,A,,\n"
        "N5,Amina,A,,,,more\n"
        "---,Amina,A,,\n"
        "N6,Amina,A,,\n"
    )
    report = bring_in(bad)

    assert (report.is_written, count(session)) == (False, 0)
    assert faults(report) == [
        (2, "empty", "number"),
        (3, "empty", "holder"),
        (3, "bad_date", "issued_on"),
        (4, "bad_date", "issued_on"),
        (4, "bad_status", "status"),
        (7, "twice_here", "number"),
        (8, "hidden_characters", "holder"),
        (8, "empty", "holder"),
        (9, "too_many_cells", ""),
        (10, "bad_number", "number"),
    ]
    assert next(one.value for one in report.faults if one.code == "twice_here") == "6"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"number,holder,title\nN1,Ami\xe9na,A\n", [(2, "not_utf8", "")]),
        (b"number,name\nN1,A\n", [(1, "column_missing", "holder"), (1, "column_missing", "title"), (1, "column_unknown", "")]),
        (b"number,number,holder,title\n", [(1, "column_twice", "number")]),
        (b"", [(1, "column_missing", "number"), (1, "column_missing", "holder"), (1, "column_missing", "title")]),
    ],
)
def test_what_is_no_such_table_is_refused(bring_in, content, expected):
    assert faults(bring_in(content)) == expected


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_of_all_spreadsheets_are_read(session, bring_in, separator):
    text = (
        separator.join(["\ufeffNumber", "Title", "HOLDER"]) + "\r\n" + separator.join(["N1", "Gouvernance", "Amina"]) + "\r\n\r\n"
    )

    assert bring_in(text).new == 1
    assert legacy.find(session, "n1").holder == "Amina"


def test_the_same_file_again_changes_nothing_and_another_word_is_a_fault(session, bring_in):
    bring_in(GOOD)
    again = bring_in(GOOD)
    other = bring_in(GOOD.replace("Youssef El Idrissi", "Yassine El Idrissi"))

    assert (again.new, again.known, again.is_written) == (0, 3, True)
    assert other.faults == (Fault(3, "differs", "number", "tk 2019 015"),)
    assert legacy.find(session, "TK2019015").holder == "Youssef El Idrissi"


def test_an_old_register_does_not_speak_for_our_own_numbers(bring_in, people):
    people.credential(people.person(), people.course(), number="MA-TOT-2026-000123-7", code="7K3M-9QXD-AAAA-BBBB-CCCC")
    report = bring_in("number,holder,title\nma tot 2026 000123 7,Amina,A\n7K3M9QXDAAAABBBBCCCC,Amina,A\n")

    assert faults(report) == [(2, "ours", "number"), (3, "ours", "number")]


def test_the_issue_log_has_a_line_for_each_and_names_nobody(session, bring_in):
    bring_in(GOOD)
    lines = session.scalars(select(CredentialEntry).order_by(CredentialEntry.id)).all()

    assert [(line.kind, line.code) for line in lines] == [
        ("imported", "TK2019014"),
        ("imported", "TK2019015"),
        ("imported", "20183"),
    ]
    assert all(set(line.facts) == {"sha256"} and len(line.facts["sha256"]) == 64 for line in lines)


def test_many_rows_take_few_statements(session, bring_in, queries):
    rows = "".join(f"N{number},Amina,A\n" for number in range(1200))
    with queries() as counted:
        report = bring_in("number,holder,title\n" + rows)

    assert (report.new, count(session)) == (1200, 1200)
    assert len([one for one in counted.statements if "INTO legacy_credential" in one]) == 3
