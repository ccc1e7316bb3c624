"""Another site, a sibling host or a stolen token must not change anything."""

from __future__ import annotations

import pytest
from flask import g

from lms_app.web.access import ROUTES
from lms_app.web.csrf import STATELESS, TOKEN_IN_PATH
from tests.people import PASSWORD

STRANGE_ORIGINS = [
    {"Origin": "https://evil.example"},
    {"Origin": "http://blocks.localhost"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:8001"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "http://blocks.localhost"},
]


@pytest.mark.parametrize("headers", STRANGE_ORIGINS)
def test_a_change_from_elsewhere_is_refused_even_with_a_token(people, signed_in_client, headers):
    client = signed_in_client(people.person(language="en"))

    sent = client.send("/language", language="ar", headers=headers)

    assert sent.status_code == 403
    assert 'lang="en"' in client.get("/profile").text


@pytest.mark.parametrize(
    "headers", [{}, {"Origin": "http://localhost"}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}]
)
def test_a_change_from_our_own_page_is_carried_out(people, signed_in_client, headers):
    client = signed_in_client(people.person(language="en"))

    assert client.send("/language", language="ar", headers=headers).status_code == 303
    assert '<html lang="ar"' in client.get("/profile").text


@pytest.mark.parametrize("token", ["", "x", "abc.def", None])
def test_a_change_without_a_right_token_is_refused(people, signed_in_client, token):
    client = signed_in_client(people.person())

    assert client.post("/language", data={"language": "ar", "csrf_token": token} if token is not None else {}).status_code == 403


def test_a_token_is_worth_nothing_to_another_person(people, signed_in_client):
    mine = signed_in_client(people.person()).token()
    theirs = signed_in_client(people.person())

    assert theirs.post("/language", data={"language": "ar", "csrf_token": mine}).status_code == 403


def test_a_strangers_token_cannot_sign_a_victim_in(client, app, people):
    """Login CSRF: the attacker signs the victim's browser in to an account of the attacker's."""
    people.person(user_name="mallory")
    attackers_token = app.test_client().token()

    sent = client.post("/sign-in", data={"identifier": "mallory", "password": PASSWORD, "csrf_token": attackers_token})

    assert sent.status_code == 403


def test_signing_in_ends_the_tokens_made_before(client, people):
    people.person(user_name="zineb")
    before = client.token()
    client.send("/sign-in", identifier="zineb", password=PASSWORD)

    assert client.post("/sign-out", data={"csrf_token": before}).status_code == 403


@pytest.mark.parametrize("content_type", ["text/plain", "application/json"])
def test_a_body_that_is_no_form_needs_the_header(people, signed_in_client, content_type):
    client = signed_in_client(people.person())
    body = f'{{"language": "ar", "csrf_token": "{client.token()}"}}'

    assert client.post("/language", data=body, content_type=content_type).status_code == 403
    assert (
        client.post("/language", data=body, content_type=content_type, headers={"X-CSRF-Token": client.token()}).status_code == 422
    )


def test_the_method_can_not_be_overridden(people, signed_in_client):
    client = signed_in_client(people.person())

    assert client.get("/sign-out?_method=POST", headers={"X-HTTP-Method-Override": "POST"}).status_code == 405
    assert client.get("/profile").status_code == 200


def test_only_the_block_origin_and_what_knows_nobody_are_exempt():
    assert {"blocks"} == TOKEN_IN_PATH
    assert {"api"} == STATELESS


def test_what_needs_no_token_does_not_know_who_is_signed_in(people, signed_in_client):
    client = signed_in_client(people.admin())

    with client:
        client.get("/api/v1/openapi.json")
        assert "visit" not in g
    with client:
        client.get("/profile")
        assert g.visit is not None


def test_every_change_on_the_site_needs_a_token(app, people, signed_in_client):
    """Each address that takes anything but reading is refused, before its page is reached, to a visitor without a token."""
    client = signed_in_client(people.admin())
    tried = 0
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in TOKEN_IN_PATH | STATELESS or ROUTES[rule.endpoint].finder.__name__ != "nowhere":
            continue  # about a place: test_access walks those
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}):
            path = rule.rule.replace("<int:person_id>", "1").replace("<token>", "x")
            assert client.open(path, method=method).status_code == 403, f"{method} {path}"
            tried += 1
    assert tried > 8


def test_pages_say_that_they_may_not_be_framed_nor_run_foreign_scripts(client):
    headers = client.get("/sign-in").headers

    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["style-src"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_our_pages_are_not_served_on_the_block_origin(client):
    assert client.get("/sign-in", base_url="http://blocks.localhost").status_code == 404


def test_a_picture_on_a_page_cannot_call_a_block_as_its_reader(people, signed_in_client):
    """Browsers send the cookie with `<img src>`, and blocks answer GET as they answer POST: so no handler is there for GET."""
    client = signed_in_client(people.person())
    address = "/handler/block-v1:A+B+C+type@problem+block@one/xmodule_handler/problem_check"

    assert [client.open(address, method=method).status_code for method in ("GET", "HEAD")] == [405, 405]
