"""The answer page: three answers for every state, every certified fact, and nothing of what must stay unsaid."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from takwin_certificates import codes
from takwin_certificates.trust import Purpose
from tests.certified import Issued, issue
from tests.people import Client, People

EN = {"Accept-Language": "en"}
YES, NO, NOBODY = "Yes", "No", "Nobody can say"


@pytest.fixture
def parts(app: Flask) -> Any:
    return app.extensions["takwin"]


@pytest.fixture
def holder(people: People) -> int:
    return people.person(name_latin="Amina Alaoui")


def answers(client: Client, said: str) -> tuple[int, str, str, list[str]]:
    """Return status, tone and headline of an answer page, and the three answers."""
    page = client.get(said if said.startswith("/") else f"/v/{said}", headers=EN)
    tone = re.search(r'class="vf-answer" data-tone="(\w+)"', page.text)
    headline = re.search(r"<h1>([^<]+)</h1>", page.text)
    assert tone
    assert headline
    words = [re.sub(r"<[^>]+>", "", each) for each in re.findall(r"<dd><b>(.*?)</b>", page.text)]
    return page.status_code, tone[1], headline[1], words


def test_a_code_and_a_qr_code_lead_to_the_same_answer_with_every_fact(client: Client, parts: Any, holder: int) -> None:
    issued = issue(parts, holder, number="MA-GOV-2026-000123-7", valid_until=date(2029, 10, 12))
    expected = (200, "ok", "Genuine and valid", [YES, YES, "Fondation Takwin"])

    small = issued.code.lower().replace("-", " ").replace("0", "o")
    ways = [issued.code, small, issued.token, issued.token.lower()]
    assert [answers(client, each) for each in ways] == [expected] * 4
    assert answers(client, f"/V/{issued.token}") == expected

    page = client.get(f"/v/{issued.code}", headers=EN).text
    record = issued.record
    said = [
        record.name_latin, record.name_arabic, record.titles["fr"], record.titles["en"], record.titles["ar"], "Certificate of competence",
        "42 hours", "20 hours", "6.5 hours", ">4<", "87%", "Taroudant", "Rabat", record.cohort, record.competences[0].texts["en"],
        "level 3 of 4", "level 4 of 4", record.criteria["en"], *record.trainers, *record.assessors, "Naïma Cherkaoui",
        "Directrice du programme", "Responsable pédagogique", "Réseau des coopératives du Souss", "Fondation Takwin", record.code,
        record.number, record.course_key, "October 12, 2026", "October 12, 2029", "June 1, 2026", "July 24, 2026",
    ]  # fmt: skip
    assert [fact for fact in said if fact not in page] == []
    assert record.subject not in page


@pytest.mark.parametrize(
    ("columns", "facts", "expected"),
    [
        ({"revoked_at": "now", "revoked_reason": "two people, one name"}, {}, ("bad", "Withdrawn", [YES, NO])),
        ({"suspended_at": "now", "suspended_reason": "being looked into"}, {}, ("warn", "Suspended", [YES, NO])),
        ({"revoked_at": "now", "replaced_by": "7K3M-9QXD-4TZ2-WHB8-RNVG"}, {}, ("warn", "Replaced", [YES, NO])),
        ({}, {"valid_until": date(2026, 10, 11)}, ("warn", "Expired", [YES, NO])),
        ({}, {"valid_until": date(2026, 10, 12)}, ("ok", "Genuine and valid", [YES, YES])),
        ({}, {"issued_on": date(2026, 10, 13)}, ("warn", "Not valid yet", [YES, NO])),
        ({"suspended_at": "now"}, {"valid_until": date(2026, 10, 11)}, ("warn", "Suspended", [YES, NO])),
    ],
)
def test_each_state_has_its_answers(
    client: Client, parts: Any, holder: int, columns: dict[str, Any], facts: dict[str, Any], expected: tuple[str, str, list[str]]
) -> None:
    set_ = {name: parts.clock() if value == "now" else value for name, value in columns.items()}
    earlier = parts.clock() - timedelta(days=30)
    issued = issue(parts, holder, columns=set_, now=earlier, **{"issued_on": earlier.date(), **facts})

    found = answers(client, issued.token)

    assert found == (200, *expected[:2], [*expected[2], "Fondation Takwin"])
    assert issued.record.name_latin in client.get(f"/v/{issued.code}").text
    reasons = [text for name, text in columns.items() if name.endswith("reason")]
    assert all(reason in client.get(f"/v/{issued.code}").text for reason in reasons)


def test_qr_codes_are_believed_by_their_signature(client: Client, parts: Any, holder: int) -> None:
    kept, lost = issue(parts, holder), issue(parts, holder, is_kept=False, name_latin="Malika Naji", language="fr")
    assert answers(client, lost.token) == (200, "ask", "Genuine, but not in the register", [YES, "Not known", parts.issuer.name])
    assert "Malika Naji" in client.get(f"/v/{lost.token}").text

    changed = kept.token[:60] + ("A" if kept.token[60] != "A" else "B") + kept.token[61:]
    assert answers(client, changed) == (404, "bad", "Not genuine", [NO, NO, NOBODY])
    assert answers(client, kept.token[:-1]) == (404, "ask", "Not a whole QR code", [NOBODY, "Not known", NOBODY])
    assert kept.record.name_latin not in client.get(f"/v/{changed}").text


def test_a_qr_code_with_another_name_than_the_registers_is_not_genuine(client: Client, parts: Any, holder: int) -> None:
    """Whoever had the key could sign another name over a code that exists."""
    kept = issue(parts, holder)
    other = issue(parts, holder, is_kept=False, code=kept.code, name_latin="Malika Naji")
    assert answers(client, other.token)[:3] == (404, "bad", "Not genuine")


def test_a_row_that_does_not_fit_its_signature_is_not_believed(client: Client, parts: Any, holder: int) -> None:
    changed = issue(parts, holder, columns={"signature": "A" * 86})
    assert answers(client, changed.code) == (200, "bad", "Do not trust this certificate", [NO, NO, NOBODY])
    assert changed.record.name_latin not in client.get(f"/v/{changed.code}").text


def test_a_slip_of_the_pen_is_told_without_telling_which_codes_exist(client: Client, parts: Any, holder: int) -> None:
    code = issue(parts, holder).code
    slipped = code[:-1] + ("0" if code[-1] != "0" else "1")
    page = client.get(f"/v/{slipped}", headers=EN)
    assert (page.status_code, "one of its signs is wrong" in page.text, code in page.text) == (404, True, False)
    assert "one of its signs is wrong" not in client.get(f"/v/{codes.generate()}", headers=EN).text


def test_what_its_holder_gave_up_tells_nothing_of_them(client: Client, parts: Any, holder: int) -> None:
    given_up = issue(parts, holder, columns={"revoked_at": parts.clock(), "revoked_reason": "at the holder's request"})
    page = client.get(f"/v/{given_up.code}", headers=EN).text
    assert "holder&#39;s request" in page
    assert [name for name in ("Amina", "أمينة", "Taroudant", "Gouvernance") if name in page] == []


def test_no_other_site_and_no_search_engine_learns_of_a_check(client: Client, parts: Any, holder: int) -> None:
    issued = issue(parts, holder)
    for said in (issued.code, issued.token, codes.generate()):
        headers = client.get(f"/v/{said}").headers
        assert (headers["Referrer-Policy"], headers["X-Robots-Tag"], headers["Cache-Control"]) == (
            "strict-origin",
            "noindex",
            "no-store",
        )
    assert "X-Robots-Tag" not in client.get("/verify").headers


def test_a_typed_address_or_code_leads_to_its_answer(client: Client, parts: Any, holder: int) -> None:
    issued: Issued = issue(parts, holder)
    ways = (issued.code.lower(), f"http://localhost/v/{issued.code}", f"HTTP://LOCALHOST/V/{issued.token}", issued.token)
    led = [client.get("/verify", query_string={"code": way}).location for way in ways]
    assert led == [f"/v/{issued.code}", f"/v/{issued.code}", f"/v/{issued.token}", f"/v/{issued.token}"]


def test_every_file_of_a_certificate_is_given_to_whoever_has_its_code(client: Client, parts: Any, holder: int) -> None:
    issued, expired = (
        issue(parts, holder),
        issue(parts, holder, now=parts.clock() - timedelta(days=9), valid_until=date(2026, 10, 5)),
    )
    page = client.get(f"/v/{issued.code}").text
    kinds = {"json": "application/vc+ld+json", "jwt": "text/plain", "png": "image/png", "svg": "image/svg+xml"}
    for kind, media_type in kinds.items():
        address = f"/v/{issued.code}/certificate.{kind}"
        assert f'href="{address}"' in page
        given = client.get(address)
        assert (given.status_code, given.mimetype) == (200, media_type)
        assert given.headers["Content-Disposition"] == f'attachment; filename="takwin-{issued.code}.{kind}"'
        assert given.data == client.get(address).data
    assert client.get(f"/v/{expired.code}/certificate.json").status_code == 200


def test_keys_that_were_retired_go_on_verifying_and_stolen_ones_do_not(client: Client, parts: Any, holder: int, clock: Any) -> None:
    before = issue(parts, holder)
    clock.go_on(days=2)
    for _ in range(3):
        parts.keys.rotate(Purpose.RECORD, now=clock.go_on(days=1))
    assert [answers(client, said)[1] for said in (before.code, before.token)] == ["ok", "ok"]

    stolen = parts.keys.record()
    kept = issue(parts, holder, key=stolen)
    at = clock.go_on(hours=1)
    parts.keys.compromise(Purpose.RECORD, stolen.key_id, at=at)
    clock.go_on(hours=1)
    forged = issue(parts, holder, key=stolen, is_kept=False)
    found = [answers(client, said)[2:] for said in (kept.code, forged.token, before.token)]
    yes = ("Genuine and valid", [YES, YES, "Fondation Takwin"])
    assert found == [yes, ("Do not rely on it", [NOBODY, NO, NOBODY]), yes]
