"""Settings are refused at the start, with their remedy, where nothing could be issued by them later."""

from __future__ import annotations

import pytest

from lms_app.config import read_settings
from lms_app.domain.errors import BadSetting
from takwin_certificates import token


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("https://Learn.Example.org", "https://learn.example.org"),
        ("https://تكوين.المغرب:8443", "https://xn--pgb4cjhk.xn--mgbc0a9azcg:8443"),
    ],
)
def test_an_address_that_codes_carry_is_kept(given: str, kept: str) -> None:
    site = read_settings({"TAKWIN_SITE_URL": given}).site_url

    assert site == kept
    assert token.url(site, b"some token").startswith(f"{kept}/V/".upper())


@pytest.mark.parametrize(
    "given",
    [
        "http://my_host:8000",
        "http://[::1]:8000",
        "https://user:secret@learn.example.org",
        "https://learn.example.org:port",
        "https://-.example.org",
    ],
)
def test_an_address_that_no_code_carries_is_refused_with_its_remedy(given: str) -> None:
    with pytest.raises(BadSetting) as refused:
        read_settings({"TAKWIN_SITE_URL": given})

    assert refused.value.facts["name"] == "TAKWIN_SITE_URL"
    assert "hyphens" in refused.value.facts["remedy"]
    assert "secret" not in str(refused.value)
