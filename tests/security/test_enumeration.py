"""Nobody learns from the pages for checking which certificates there are, nor whose, unless the paper is in their hands."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from lms_app.model import Credential, LegacyCredential
from lms_app.storage.transaction import transaction
from lms_app.web.verify import limits
from takwin_certificates import codes
from tests.certified import issue
from tests.people import Client, People

NUMBER = "MA-GOV-2026-000123-7"


@pytest.fixture
def parts(app: Flask) -> Any:
    return app.extensions["takwin"]


@pytest.fixture
def holder(people: People) -> int:
    return people.person(name_latin="Amina Alaoui")


def shape(text: str) -> str:
    """Return a page without what differs at each visit: tokens, moments, and the code that was asked for."""
    text = re.sub(r'name="(csrf_token|next)" value="[^"]*"', "", text)
    return re.sub(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}|<time.*?</time>", "…", text)


def test_unknown_and_erased_codes_answer_alike_everywhere(client: Client, parts: Any, holder: int) -> None:
    erased = issue(parts, holder)
    with transaction(parts.sessions) as session:
        session.execute(delete(Credential).where(Credential.code == erased.code))
    for path in (
        "/v/{}",
        "/v/{}/certificate.pdf",
        "/v/{}/certificate.json",
        "/v/{}/certificate.exe",
        "/v/{}/record.json",
        "/embed/check?code={}",
    ):
        answers = [client.get(path.format(code)) for code in (codes.generate(), erased.code)]
        assert [answers[0].status_code, shape(answers[0].text)] == [answers[1].status_code, shape(answers[1].text)], path


def test_files_of_what_its_holder_gave_up_are_as_if_they_had_never_been(client: Client, parts: Any, holder: int) -> None:
    given_up = issue(parts, holder, columns={"revoked_at": parts.clock(), "revoked_reason": "at the holder's request"})
    for name in ("certificate.pdf", "certificate.json", "certificate.png"):
        there, never = (client.get(f"/v/{code}/{name}") for code in (given_up.code, codes.generate()))
        assert (there.status_code, shape(there.text)) == (404, shape(never.text))


@contextmanager
def signature_checks() -> Iterator[list[str]]:
    """List the checks of signatures that are really made, seen where the interpreter calls the cryptography library."""
    made: list[str] = []

    def note(_frame: object, happening: str, called: object) -> None:
        if happening == "c_call" and getattr(called, "__name__", "") == "verify":
            made.append(getattr(called, "__qualname__", ""))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        yield made
    finally:
        sys.setprofile(before)


@pytest.mark.parametrize("address", ["/api/v1/check?certificate={}", "/v/{}", "/embed/check?code={}"])
def test_an_unknown_code_takes_the_same_steps_as_a_known_one(
    client: Client, parts: Any, holder: int, queries: Any, address: str
) -> None:
    """Not a clock but what costs the time is counted: reads of the database, and checks of a signature."""
    found = []
    for code in (issue(parts, holder).code, codes.generate()):
        with queries() as statements, signature_checks() as checks:
            client.get(address.format(code))
        found.append((len(statements), checks))
    assert found == [(1, ["Ed25519PublicKey.verify"])] * 2


def test_a_made_up_qr_code_is_never_looked_up(client: Client, parts: Any, holder: int, queries: Any) -> None:
    token = issue(parts, holder).token
    changed = token[:60] + ("A" if token[60] != "A" else "B") + token[61:]
    with queries() as statements:
        client.get(f"/api/v1/check?certificate={changed}")
    assert len(statements) == 0


def test_a_number_alone_names_nobody(client: Client, parts: Any, holder: int) -> None:
    issue(parts, holder, number=NUMBER)
    with transaction(parts.sessions) as session:
        session.add(
            LegacyCredential(
                number="2019123", printed="2019/123", holder="Malika Naji", title="Gérer une coopérative", issuer="ADS", issued_on=None,
                imported_at=parts.clock(),
            )
        )  # fmt: skip
    for number, theirs, initials in ((NUMBER, "Amina", "A. B. E. H. A."), ("2019/123", "Malika", "M. N.")):
        page = client.get("/verify", query_string={"code": number})
        assert (page.status_code, theirs in page.text, initials in page.text) == (200, False, True)
        wrong = client.send("/verify/number", number=number, name="Fatima Zahra")
        assert (wrong.status_code, theirs in wrong.text) == (200, False)
    right = client.send("/verify/number", number="2019 123", name="naji MALIKA")
    assert "Malika Naji" in right.text
    assert codes.normalise(NUMBER) not in right.text


def test_guessing_ends_after_some_misses_but_a_whole_class_can_be_checked(client: Client, parts: Any, holder: int) -> None:
    good = issue(parts, holder).code
    assert {client.get(f"/v/{good}").status_code for _ in range(limits.MISSES.tries + 5)} == {200}
    answers = [client.get(f"/v/{codes.generate()}").status_code for _ in range(limits.MISSES.tries + 1)]
    assert (set(answers[:-1]), answers[-1]) == ({404}, 429)


def test_numbers_can_be_tried_a_few_times_only(client: Client) -> None:
    tried = [client.get(f"/verify?code=MA-GOV-2026-{number:06}-1").status_code for number in range(limits.NUMBERS.tries + 1)]
    assert (set(tried[:-1]), tried[-1]) == ({302}, 429)


def test_lists_are_no_way_around_how_many_numbers_can_be_tried(client: Client, parts: Any, holder: int) -> None:
    code, other = issue(parts, holder, number=NUMBER).code, issue(parts, holder).code
    guesses = [{"certificate": f"MA-GOV-2026-{number:06}-1", "name": "Amina Alaoui"} for number in range(limits.NUMBERS.tries + 5)]
    known = {"certificate": NUMBER, "name": "Alaoui Amina Bent El Hassan"}
    sent = client.post("/api/v1/check-list", json={"certificates": [*[known] * 50, *guesses, known, other]})
    found = sent.get_json()["results"]
    told = [each["verdict"] for each in found]
    # Who has number and name costs nothing; guesses end, and the line of a code after them is answered.
    assert told == [*["valid"] * 50, *["unknown"] * limits.NUMBERS.tries, *["too_many"] * 6, "valid"]
    assert [each["code"] for each in found[:50]] == [None] * 50
    assert code not in sent.text
    assert client.get(f"/verify?code={NUMBER}").status_code == 429
    page = client.send("/verify/list", list=f"{NUMBER}\n{other}", headers={"Accept-Language": "en"})
    assert ("Not looked up" in page.text, "1 of 2 are genuine" in page.text) == (True, True)


def test_misses_in_lists_count_as_those_on_pages(client: Client, parts: Any, holder: int) -> None:
    made_up = [codes.generate() for _ in range(limits.MISSES.tries + 1)]
    found = client.post("/api/v1/check-list", json={"certificates": made_up}).get_json()["results"]
    assert [each["verdict"] for each in found] == [*["unknown"] * limits.MISSES.tries, "too_many"]
    assert client.get(f"/v/{issue(parts, holder).code}").status_code == 429


def test_no_address_of_a_check_reaches_a_log(client: Client, parts: Any, caplog: pytest.LogCaptureFixture, holder: int) -> None:
    issued = issue(parts, holder)
    for life in (parts.settings.keys / "issuer").glob("*.json"):
        life.write_text("{")  # a damaged key: every check breaks
    for said in (issued.token, issued.code):
        assert client.get(f"/v/{said}").status_code == 500
    assert "GET /v/<code>" in caplog.text.replace("/V/", "/v/")
    assert [said for said in (issued.token, issued.code) if said in caplog.text] == []
