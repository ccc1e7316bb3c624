"""The way back after a form leads to a page of this site, never elsewhere."""

from __future__ import annotations

import pytest

from lms_app.web.redirects import safe_path
from tests.people import PASSWORD

ELSEWHERE = [
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example",
    "HTTPS:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    " //evil.example",
    "///evil.example",
    "/\x7f/evil",
    "evil.example",
    "//[::1",
    "/" + "a" * 3000,
    "",
    None,
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_other_sites_are_never_the_way_back(target):
    assert safe_path(target, otherwise="/home") == "/home"


@pytest.mark.parametrize("target", ["/", "/courses/course-v1:A+B+C?x=1#here", "/sign-in?next=//evil", "/a//b", "/é"])
def test_paths_of_this_site_are(target):
    assert safe_path(target) == target


@pytest.mark.parametrize("target", [target for target in ELSEWHERE if target])
def test_signing_in_leads_nowhere_else(client, people, target):
    people.person(user_name="zineb")

    sent = client.send("/sign-in", identifier="zineb", password=PASSWORD, next=target)

    assert (sent.status_code, sent.location) == (303, "/")


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_choosing_a_language_leads_nowhere_else(client, target):
    sent = client.send("/language", language="ar", next=target)

    assert (sent.status_code, sent.location) == (303, "/")


def test_being_asked_to_sign_in_after_a_form_of_another_site_leads_home(client):
    sent = client.post("/sign-out", headers={"Referer": "https://evil.example/trap"})

    assert (sent.status_code, sent.location) == (303, "/sign-in?next=/")
