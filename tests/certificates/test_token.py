"""The token in the QR code is its own proof: read back whole, signed over every byte, in one spelling alone."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, strategies as st

from takwin_certificates import codes, keys, token as tokens
from takwin_certificates.facts import StatusPlace
from takwin_certificates.keys import IssuerKey
from takwin_certificates.record import Record
from takwin_certificates.token import DAY_ZERO, DOMAIN, KINDS, LANGUAGES, Token, TokenFault, TokenProblem, hint_of
from takwin_certificates.trust import Purpose, TrustedKey

MakeRecord = Callable[..., Record]

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "token.json").read_text(encoding="utf-8"))
SIGNS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
"""What the alphanumeric mode of a QR code can say (ISO/IEC 18004, table 5)."""


def key_of(seed: bytes) -> IssuerKey:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return IssuerKey(keys.key_id_of(private.public_key()), private)


KEY = key_of(bytes(range(32)))
OTHER = key_of(bytes(range(1, 33)))
TRUSTED = {KEY.key_id: TrustedKey(KEY.key_id, "Fondation Takwin")}


def signed(facts: Token, key: IssuerKey = KEY) -> Token:
    named = replace(facts, key_hint=hint_of(key.private.public_key()))
    return replace(named, signature=key.private.sign(DOMAIN + named.signed_bytes()))


def token_of(vector: dict[str, Any]) -> Token:
    facts = dict(vector["facts"])
    place = facts.pop("status")
    until = facts.pop("valid_until")
    return Token(
        **{**facts, "issued_on": dt.date.fromisoformat(facts["issued_on"]), "key_hint": bytes.fromhex(facts["key_hint"])},
        valid_until=dt.date.fromisoformat(until) if until else None,
        status=StatusPlace(list=place["list"], index=place["index"]) if place else None,
        signature=bytes.fromhex(vector["signature"]),
    )


def text_of(content: bytes) -> str:
    return base64.b32encode(content).decode().rstrip("=")


def fault_of(text: str) -> TokenFault:
    with pytest.raises(TokenProblem) as caught:
        tokens.read(text)
    return caught.value.fault


days = st.integers(1, 0xFFFF).map(lambda count: DAY_ZERO + dt.timedelta(days=count))
facts = st.builds(
    Token,
    key_hint=st.just(b""),
    code=st.builds(codes.generate),
    kind=st.sampled_from(sorted(KINDS)),
    language=st.sampled_from(sorted(LANGUAGES)),
    issued_on=days,
    valid_until=st.none() | days,
    status=st.none() | st.builds(StatusPlace, list=st.integers(0, 0xFFFE), index=st.integers(0, 0xFFFFFF)),
    title=st.text(st.characters(codec="utf-8"), min_size=1, max_size=15),
    name=st.text(st.characters(codec="utf-8"), min_size=1, max_size=50),
)


@pytest.mark.parametrize("vector", VECTORS["genuine"], ids=lambda vector: vector["what"])
def test_the_published_vectors_are_what_is_written_and_read(vector: dict[str, Any]) -> None:
    expected = token_of(vector)

    assert expected.to_bytes().hex() == vector["bytes"]
    assert signed(replace(expected, signature=b"")) == expected
    assert tokens.url(vector["site"], expected.to_bytes()) == vector["url"]
    assert tokens.read(vector["url"]) == expected
    assert tokens.verify(expected, TRUSTED).key_id == VECTORS["key"]["id"] == KEY.key_id


@pytest.mark.parametrize("vector", VECTORS["refused"], ids=lambda vector: vector["what"])
def test_the_published_bad_vectors_are_refused_for_the_reason_given(vector: dict[str, str]) -> None:
    with pytest.raises(TokenProblem) as caught:
        tokens.verify(tokens.read(vector["text"]), TRUSTED)

    assert caught.value.fault == vector["fault"]


@given(facts)
def test_a_token_is_read_back_as_it_was_written(unsigned: Token) -> None:
    token = signed(unsigned)
    address = tokens.url("https://learn.example.org:8443", token.to_bytes())

    assert set(address) <= SIGNS
    assert tokens.read(address) == tokens.read(address.lower()) == tokens.read(address.rpartition("/")[2]) == token
    assert tokens.verify(token, TRUSTED).key_id == KEY.key_id


def test_one_changed_byte_anywhere_is_caught() -> None:
    content = bytes.fromhex(VECTORS["genuine"][0]["bytes"])
    for place in range(len(content)):
        for change in (0x01, 0x80, 0xFF):
            forged = bytearray(content)
            forged[place] ^= change
            with pytest.raises(TokenProblem):
                tokens.verify(tokens.read(text_of(bytes(forged))), TRUSTED)


@given(st.binary(max_size=300) | st.binary(max_size=300).map(lambda rest: b"\x01" + rest))
def test_whatever_bytes_come_there_is_a_token_in_its_one_form_or_a_named_fault(content: bytes) -> None:
    try:
        token = tokens.from_bytes(content)
    except TokenProblem:
        return
    assert token.to_bytes() == content


def test_no_shorter_and_no_longer_token_is_one() -> None:
    content = bytes.fromhex(VECTORS["genuine"][0]["bytes"])

    assert {fault_of(text_of(content[:end])) for end in range(1, len(content))} <= {TokenFault.TOO_SHORT, TokenFault.NOT_UTF8}
    assert fault_of(text_of(content + b"\0")) is TokenFault.TRAILING_BYTES


@pytest.mark.parametrize(
    "text",
    ["", "8", "A", "AB=", "AB AB", "١٢", "ſ", "ſſ", "HTTPS://X/W/AEAA", "JAVASCRIPT://X/V/AEAA", "A" * 1001, "HTTPS://X/V/AEAA?A"],
)
def test_what_is_no_base32_is_refused(text: str) -> None:
    assert fault_of(text) is TokenFault.NOT_BASE32


def test_a_record_becomes_a_token_in_the_script_of_its_document(make_record: MakeRecord) -> None:
    record = make_record(language="ar")

    token = tokens.from_bytes(tokens.make(record, KEY))

    assert (token.code, token.kind, token.language) == (record.code, record.kind, "ar")
    assert (token.name, token.title) == (record.name_arabic, record.titles["ar"])
    assert (token.issued_on, token.valid_until, token.status) == (record.issued_on, record.valid_until, record.status)
    assert tokens.from_bytes(tokens.make(make_record(language="fr"), KEY)).name == record.name_latin
    assert tokens.from_bytes(tokens.make(make_record(language="fr", name_latin=""), KEY)).name == record.name_arabic
    assert tokens.make(record, KEY) == tokens.make(record, KEY)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"issued_on": dt.date(2019, 12, 31)}, "issued_on"),
        ({"valid_until": dt.date(2199, 6, 7)}, "valid_until"),
        ({"status": StatusPlace(list=0xFFFF, index=1)}, "status"),
        ({"name_latin": "Ḥ" * 67}, "name"),
    ],
)
def test_what_has_no_place_in_a_token_is_refused(make_record: MakeRecord, change: dict[str, Any], word: str) -> None:
    with pytest.raises(TokenProblem, match=word) as caught:
        tokens.make(make_record(**change), KEY)

    assert caught.value.fault is TokenFault.UNFIT


@pytest.mark.parametrize(
    "site", ["https://learn_here.example", "https://x.org/sub", "https://[::1]", "ftp://x.org", "https://a@x.org", "x"]
)
def test_a_site_that_does_not_fit_the_compact_mode_is_refused(site: str) -> None:
    with pytest.raises(TokenProblem):
        tokens.url(site, b"\x01")


def test_records_of_the_first_schema_have_no_token(make_first_record: MakeRecord) -> None:
    with pytest.raises(TokenProblem) as caught:
        tokens.make(make_first_record(), KEY)

    assert caught.value.fault is TokenFault.OLD_RECORD


def test_a_title_is_cut_before_a_whole_letter() -> None:
    assert tokens.shortened("Gouvernance") == "Gouvernance"
    long = tokens.shortened("حكامة التعاونيات الفلاحية وتدبيرها المالي والإداري")
    assert long == "حكامة التعاونيات الفلاحية وتدب…"
    assert tokens.shortened("a" * 56 + "e\u0301f") == "a" * 56 + "e\u0301f"
    assert tokens.shortened("a" * 56 + "e\u0301f f") == "a" * 56 + "…"


@given(st.text(st.characters(codec="utf-8", categories=["L", "M", "Zs", "N"]), min_size=1))
def test_a_shortened_title_fits_and_begins_as_the_whole_one(title: str) -> None:
    short = tokens.shortened(title)

    assert len(short.encode()) <= 60
    assert short == title or title.startswith(short.removesuffix("…"))


def test_a_key_that_nobody_vouches_for_does_not_count() -> None:
    token = signed(tokens.from_bytes(bytes.fromhex(VECTORS["genuine"][0]["bytes"])), OTHER)

    with pytest.raises(TokenProblem) as unknown:
        tokens.verify(token, TRUSTED)
    with pytest.raises(TokenProblem) as forged:
        tokens.verify(replace(token, key_hint=hint_of(KEY.private.public_key())), TRUSTED)
    assert (unknown.value.fault, forged.value.fault) == (TokenFault.UNKNOWN_KEY, TokenFault.WRONG_SIGNATURE)


def test_a_key_for_another_purpose_does_not_count() -> None:
    token = tokens.from_bytes(bytes.fromhex(VECTORS["genuine"][0]["bytes"]))

    with pytest.raises(TokenProblem, match="unknown_key"):
        tokens.verify(token, {KEY.key_id: TrustedKey(KEY.key_id, "Fondation Takwin", Purpose.JWT)})


def test_a_signature_of_other_bytes_by_the_same_key_is_none_of_a_token() -> None:
    unsigned = replace(signed(tokens.from_bytes(bytes.fromhex(VECTORS["genuine"][0]["bytes"]))), signature=b"")
    without_domain = replace(unsigned, signature=KEY.private.sign(unsigned.signed_bytes()))

    with pytest.raises(TokenProblem, match="wrong_signature"):
        tokens.verify(without_domain, TRUSTED)
