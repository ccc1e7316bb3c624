"""Lists that people bring in: formulas, markup and hidden signs in them reach no page, no table and no name."""

from __future__ import annotations

import base64
import csv
import io
import json
import zlib

import lxml.html
import pytest
from sqlalchemy import select

from lms_app.domain.actors import Actor
from lms_app.domain.keys import PersonId
from lms_app.model import Enrolment, Person
from lms_app.services.authoring.creating import create_course
from lms_app.storage.transaction import transaction
from tests.people import Client

HOSTILE = (
    '=HYPERLINK("http://evil","x")',
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "<img src=x onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "Amina\u202egnp.exe",
    "Am\u200bina",
    "\u2066Amina",
    "А\u0301дмин",
)
"""Attacks 12, 14 and 17: formulas, markup, signs that turn or hide, letters of another script."""


@pytest.fixture
def top(people, signed_in_client, sessions, clock) -> tuple[Client, str]:
    trainer = people.person()
    with transaction(sessions) as session:
        key = create_course(session, Actor(PersonId(trainer)), title="X", language="fr", now=clock())
    return signed_in_client(trainer), f"/studio/{key}/people"


def packed(value: object) -> str:
    return base64.b64encode(zlib.compress(json.dumps(value).encode())).decode()


def test_no_hostile_name_becomes_a_person_or_part_of_a_page(top, sessions):
    trainer, people = top
    table = io.StringIO()
    csv.writer(table).writerows([["name", "phone", "cohort"], *([each, "", each] for each in HOSTILE)])
    looked = trainer.send(f"{people}/list", text=table.getvalue(), makes_accounts="1")
    page = lxml.html.fromstring(looked.text)

    assert page.xpath('//*[contains(@class, "tk-badge--ok")]') == []
    assert page.xpath("//img[@onerror] | //main//script") == []
    assert not set("\u202e\u200b\u2066") & set(looked.text)
    report = page.xpath('//input[@name="report"]/@value')[0]
    cells = [cell for row in csv.reader(io.StringIO(trainer.send(f"{people}/report", report=report).text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))] == []
    with transaction(sessions, writes=False) as session:
        assert session.scalars(select(Enrolment)).all() == []


def test_a_name_with_what_keyboards_leave_behind_is_one_name(top, sessions):
    """Zero-width marks inside an Arabic name go; the two rows are told apart by their phones alone."""
    trainer, people = top
    looked = trainer.send(f"{people}/list", text="name\nفاطمة\u200f الزهراء\n", makes_accounts="1")
    rows = lxml.html.fromstring(looked.text).xpath('//input[@name="rows"]/@value')[0]
    trainer.send(f"{people}/list", go="1", rows=rows, makes_accounts="1")

    with transaction(sessions, writes=False) as session:
        assert session.scalars(select(Person.name_arabic).where(Person.name_arabic != "")).all() == ["فاطمة الزهراء"]


def test_a_users_name_in_two_spellings_is_one_person(top):
    trainer, people = top
    text = "e-mail\nAicha@coop.ma\nAICHA@COOP.MA\nfe\u0301e@coop.ma\nf\u00e9e@coop.ma\n"
    looked = trainer.send(f"{people}/list", text=text)

    assert looked.text.count("The same person stands in line") == 2


@pytest.mark.parametrize(
    "rows",
    [
        "",
        "no base64",
        base64.b64encode(b"no zlib").decode(),
        packed({"a": 1}),
        packed([["1", {"role": "site_admin"}]]),
        packed([[1, "a@b.ma"]]),
        packed([["1", "a@b.ma"]] * 5_002),
        base64.b64encode(zlib.compress(b"[" * 30_000_000)).decode(),
        base64.b64encode(zlib.compress(b"[" * 100_000)).decode(),
    ],
    ids=["none", "no base64", "no zlib", "object", "nested", "number", "long", "bomb", "deep"],
)
def test_rows_that_no_page_of_ours_made_are_refused(top, rows):
    trainer, people = top

    assert trainer.send(f"{people}/list", go="1", rows=rows).status_code == 422


def test_a_report_that_is_sent_back_changed_is_still_a_table_without_formulas(top):
    trainer, people = top
    file = trainer.send(f"{people}/report", report=packed([["=1+1", "<b>x</b>"]]))

    assert file.text == "\ufeff'=1+1,<b>x</b>\r\n"
    assert (file.mimetype, file.headers["X-Content-Type-Options"]) == ("text/csv", "nosniff")
    assert trainer.send(f"{people}/report", report="x").status_code == 422
