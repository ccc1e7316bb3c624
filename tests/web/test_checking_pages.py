"""The other pages for checking: lists, files, the check in other sites' pages, and the page that needs no network."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from lms_app.adapters.checking_room import CheckingRoom
from takwin_certificates import codes
from tests.certified import Issued, issue
from tests.people import Client, People

EN = {"Accept-Language": "en"}


@pytest.fixture
def parts(app: Flask) -> Any:
    return app.extensions["takwin"]


@pytest.fixture
def issued(parts: Any, people: People) -> Issued:
    return issue(parts, people.person())


def test_a_list_is_answered_as_a_table_that_no_spreadsheet_runs(client: Client, issued: Issued) -> None:
    lines = ["Code,Name", f"{issued.code},Amina Bent El Hassan Alaoui", f"{codes.generate()},=cmd|'/c calc'!A1", "@SUM(1+1),"]
    table = "\n".join(lines).encode()
    page = client.send("/verify/list", file=(io.BytesIO(table), "list.csv"), headers=EN)
    assert "1 of 3 are genuine and count today." in page.text
    assert "The name fits." in page.text

    sent = client.send("/verify/list", file=(io.BytesIO(table), "list.csv"), headers=EN, **{"as": "csv"})
    assert (sent.mimetype, sent.data[:3]) == ("text/csv", b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(sent.data.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:]] == ["valid", "unknown", "unknown"]
    assert [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell] == []


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (b"", "no code in this list"),
        ("é;à".encode("latin-1"), "not in UTF-8"),
        (b"X\n" * 1001, "more than 1000 lines"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(client: Client, table: bytes, says: str) -> None:
    refused = client.send("/verify/list", file=(io.BytesIO(table), "list.csv"), headers=EN)
    assert (refused.status_code, says in refused.text) == (422, True)


def test_a_list_is_no_larger_than_a_thousand_lines_are(client: Client) -> None:
    refused = client.send("/verify/list", list="X," + "x" * 1024 * 1024, headers=EN)
    assert (refused.status_code, "larger than 1 MB" in refused.text) == (422, True)


def test_a_file_above_five_megabytes_is_refused_at_the_door(client: Client) -> None:
    large = b"%PDF" + bytes(5 * 1024 * 1024 + 70_000)
    assert client.post("/verify/file", data=large, content_type="multipart/form-data; boundary=x").status_code == 413
    sent = client.post("/api/v1/check-file", data=large, content_type="application/octet-stream")
    assert (sent.status_code, sent.get_json()["code"]) == (413, "too_large")


def test_a_file_finds_the_places_taken_and_is_told_to_come_again(client: Client, parts: Any) -> None:
    def sent() -> list[tuple[int, str]]:
        plain = client.post("/api/v1/check-file", data=b"%PDF-1.7\n", content_type="application/octet-stream")
        page = client.send("/verify/file", file=(io.BytesIO(b"%PDF-1.7\n"), "a.pdf"), headers=EN)
        said = re.search(r"(Many files are|A file from here is) being checked", page.text)
        return [(plain.status_code, plain.get_json().get("code", "")), (page.status_code, said[0] if said else "")]

    with parts.room.place(), parts.room.place():
        assert sent() == [(503, "checking_busy"), (503, "Many files are being checked")]
    with parts.room.guest("127.0.0.1"):
        assert sent() == [(503, "checking_one_at_a_time"), (503, "A file from here is being checked")]


def test_no_connection_is_held_while_a_file_is_read(app: Flask, signed_in_client: Any, people: People, parts: Any) -> None:
    """A few files that take their time must not keep everybody else from the database."""
    visitor, open_now, seen = signed_in_client(people.person()), set[SessionTransaction](), list[int]()

    class Watched(CheckingRoom):
        def place(self) -> Any:
            seen.append(len(open_now))
            return super().place()

    app.extensions["takwin"] = replace(parts, room=Watched(places=0))
    created = lambda _session, each: open_now.add(each)  # noqa: E731
    ended = lambda _session, each: open_now.discard(each)  # noqa: E731
    event.listen(Session, "after_transaction_create", created)
    event.listen(Session, "after_transaction_end", ended)
    try:
        page = visitor.send("/verify/file", file=(io.BytesIO(b"%PDF-1.7\n"), "a.pdf"))
    finally:
        event.remove(Session, "after_transaction_create", created)
        event.remove(Session, "after_transaction_end", ended)
        app.extensions["takwin"] = parts
    assert (page.status_code, seen) == (503, [0])


def test_the_check_for_other_sites_may_be_framed_and_leaves_nothing(client: Client, issued: Issued) -> None:
    for path in ("/embed/check?lang=ar", f"/embed/check?lang=ar&code={issued.code}"):
        page = client.get(path, headers=EN)
        policy = dict(part.partition(" ")[::2] for part in page.headers["Content-Security-Policy"].split("; "))
        assert (policy["frame-ancestors"], policy["default-src"], "script-src" in policy) == ("*", "'none'", False)
        assert "X-Frame-Options" not in page.headers
        assert "Set-Cookie" not in page.headers
        assert '<html lang="ar" dir="rtl">' in page.text
        assert "<script" not in page.text
        assert 'method="post"' not in page.text
    assert client.get(f"/v/{issued.code}").headers["X-Frame-Options"] == "DENY"


def test_the_page_without_a_network_keeps_to_its_own_folder_and_runs_nothing_inline(client: Client, app: Flask) -> None:
    assert client.get("/offline-check/", headers={"Accept-Language": "ar"}).location == "/offline-check/ar"
    for language, direction in (("ar", "rtl"), ("fr", "ltr"), ("en", "ltr")):
        page = client.get(f"/offline-check/{language}")
        assert f'<html lang="{language}" dir="{direction}">' in page.text
        assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in page.headers
    assert client.get("/offline-check/xx").status_code == 404

    worker = client.get("/offline-check/worker.js")
    assert "Service-Worker-Allowed" not in worker.headers  # so that browsers hold it to /offline-check/
    kept = json.loads(worker.text.partition("self.KEPT = ")[2].partition(";\n")[0])
    assert [path for path in kept if client.get(path, buffered=True).status_code != 200] == []
    manifest: Any = json.loads(client.get("/offline-check/manifest.webmanifest").data)
    assert (manifest["scope"], manifest["start_url"], manifest["display"]) == ("/offline-check/", "/offline-check/", "standalone")
