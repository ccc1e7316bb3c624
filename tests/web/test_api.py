"""The API for partners' software: its answers are those of the pages, and exactly what its own description says."""

from __future__ import annotations

import csv
import io
from typing import Any

import jsonschema
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from lms_app.services.credentials.checking import sealed_record
from lms_app.storage.transaction import transaction
from takwin_certificates import codes
from tests.certified import Issued, issue
from tests.people import Client, People

NUMBER = "MA-GOV-2026-000123-7"


@pytest.fixture
def parts(app: Flask) -> Any:
    return app.extensions["takwin"]


@pytest.fixture
def issued(parts: Any, people: People) -> Issued:
    return issue(parts, people.person(), number=NUMBER)


@pytest.fixture
def described(client: Client) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/api/v1/openapi.json").get_json()
    return document


def fits(described: dict[str, Any], response: TestResponse, path: str, method: str = "get") -> Any:
    """Hold an answer against the description of its status and media type; return it."""
    operation = described["paths"][path][method]
    answer = operation["responses"][str(response.status_code)]
    if "$ref" in answer:
        answer = described["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    schema = answer["content"][response.mimetype]["schema"]
    plain = response.get_json() if response.mimetype.endswith("json") else response.text
    jsonschema.Draft202012Validator({**schema, "components": described["components"]}).validate(plain)
    return plain


def ask(client: Client, certificate: str, **more: str) -> TestResponse:
    return client.get("/api/v1/check", query_string={"certificate": certificate, **more})


def test_a_code_a_qr_code_and_its_address_give_the_same_answer(client: Client, issued: Issued, described: dict[str, Any]) -> None:
    ways = (issued.code.lower(), issued.token, f"HTTP://LOCALHOST/V/{issued.token}")
    answers = [fits(described, ask(client, way, name="alaoui amina bent el hassan"), "/check") for way in ways]
    told = [{name: value for name, value in answer.items() if name != "asked"} for answer in answers]
    assert told[1:] == told[:1] * 2
    first = told[0]
    assert (first["verdict"], first["genuine"], first["valid"], first["issuer"]) == ("valid", "yes", "yes", "Fondation Takwin")
    assert (first["name"], first["name_fits"], first["code"]) == ("Amina Bent El Hassan Alaoui", True, issued.code)
    assert first["record"]["hours_field"] == 6.5
    assert "subject" not in first["record"]


def test_a_number_gives_no_name_and_no_code_to_who_does_not_know_the_name(
    client: Client, issued: Issued, described: dict[str, Any]
) -> None:
    stranger, wrong, partner = (
        fits(described, ask(client, NUMBER.lower().replace("-", " "), name=name), "/check")
        for name in ("", "Malika Naji", "أمينة بنت الحسن العلوي")
    )
    for told, name_fits in ((stranger, None), (wrong, False)):
        assert (told["verdict"], told["name"], told["code"], told["name_fits"]) == ("valid", None, None, name_fits)
    assert (partner["code"], partner["name_fits"]) == (issued.code, True)
    assert "Amina" not in str(stranger) + str(wrong)


def test_files_are_checked_as_a_body_or_as_a_form(client: Client, parts: Any, issued: Issued, described: dict[str, Any]) -> None:
    with transaction(parts.sessions, writes=False) as session:
        sealed = sealed_record(session, issued.code)
    body = client.post("/api/v1/check-file", data=sealed, content_type="application/octet-stream")
    form = client.post("/api/v1/check-file", data={"file": (io.BytesIO(sealed), "record.json")})
    found = [fits(described, each, "/check-file", "post") for each in (body, form)]
    assert found[0] == found[1]
    assert (found[0]["kind"], found[0]["genuine"], found[0]["valid"], found[0]["code"]) == ("sealed", "yes", "yes", issued.code)
    assert {"label": "hours", "value": "42", "language": None} in found[0]["facts"]

    changed = client.post("/api/v1/check-file", data=sealed.replace(b"42", b"43"), content_type="application/octet-stream")
    told = fits(described, changed, "/check-file", "post")
    assert (told["genuine"], told["facts"], told["code"]) == ("no", [], None)


def test_a_list_is_answered_line_by_line_as_json_and_as_csv(
    client: Client, parts: Any, people: People, issued: Issued, described: dict[str, Any]
) -> None:
    withdrawn = issue(parts, people.person(), columns={"revoked_at": parts.clock(), "revoked_reason": "an error"})
    unknown = codes.generate()
    asked = [issued.token, {"certificate": withdrawn.code, "name": "Malika Naji"}, unknown, "=1+1", NUMBER]
    sent = client.post("/api/v1/check-list", json={"certificates": asked})
    results = fits(described, sent, "/check-list", "post")["results"]
    assert [each["verdict"] for each in results] == ["valid", "revoked", "unknown", "unknown", "valid"]
    assert [each["name_fits"] for each in results] == [None, False, None, None, None]

    table = f"Nom;Code\r\nAmina Alaoui;{withdrawn.code}\r\n;=1+1\r\n;{issued.code}\r\n"
    sent = client.post("/api/v1/check-list", data=table.encode("utf-8-sig"), content_type="text/csv")
    assert sent.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(sent.data.decode("utf-8-sig"))))
    assert [row["verdict"] for row in rows] == ["revoked", "unknown", "valid"]
    assert [row["asked"] for row in rows] == [withdrawn.code, "'=1+1", issued.code]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"certificates": []}, "list_empty"),
        ({"certificates": ["x"] * 1001}, "too_many_rows"),
        ({"certificates": ["x" * 1024 * 1024]}, "list_too_large"),
        ({"certificates": [{"code": 1}]}, "no_certificate_asked"),
        ([], "list_empty"),
    ],
)
def test_a_list_that_is_none_is_refused_in_the_readers_language(
    client: Client, described: dict[str, Any], body: Any, code: str
) -> None:
    sent = client.post("/api/v1/check-list", json=body, headers={"Accept-Language": "fr"})
    problem = fits(described, sent, "/check-list", "post")
    assert (sent.status_code, sent.mimetype, problem["code"]) == (422, "application/problem+json", code)
    assert sent.headers["Content-Language"] == "fr"


def test_any_page_may_read_answers_and_none_depends_on_who_asks(client: Client, issued: Issued) -> None:
    answer = ask(client, issued.code)
    headers = answer.headers
    assert (headers["Access-Control-Allow-Origin"], headers["Cache-Control"], headers["Referrer-Policy"]) == (
        "*",
        "no-store",
        "no-referrer",
    )
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Set-Cookie" not in headers
    foreign = client.post("/api/v1/check-list", json={"certificates": [issued.code]}, headers={"Origin": "https://partner.example"})
    assert foreign.status_code == 200


def test_who_asks_too_often_is_told_when_to_come_back(client: Client, described: dict[str, Any]) -> None:
    for _ in range(60):
        assert ask(client, codes.generate()).status_code == 200
    refused = ask(client, codes.generate())
    assert fits(described, refused, "/check")["code"] == "too_many"
    assert int(refused.headers["Retry-After"]) == 15 * 60


def test_the_description_names_every_way_there_is(app: Flask, described: dict[str, Any]) -> None:
    ways = {
        (rule.rule.removeprefix("/api/v1"), method.lower())
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/")
    }
    told = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert ways - told == {("/openapi.json", "get")}
    assert told <= ways
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
