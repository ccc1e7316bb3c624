"""Joining, signing in and out."""

from __future__ import annotations

from tests.people import PASSWORD


def test_a_new_account_is_signed_in(client):
    sent = client.send("/sign-up", user_name="Aïcha", password=PASSWORD, language="fr")

    assert sent.status_code == 303
    assert client.get("/sign-in").status_code == 303


def test_everything_wrong_is_told_at_once(client):
    sent = client.send("/sign-up", user_name="a", password="short", language="fr", name_latin="فاطمة", phone="12")

    assert sent.status_code == 422
    assert sent.text.count('class="tk-wrong"') == 4
