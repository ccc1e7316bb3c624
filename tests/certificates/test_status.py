"""A status list says of each certificate whether it was withdrawn; damaged, foreign and oversized ones are refused by name."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import random
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from takwin_certificates import status
from takwin_certificates.status import LENGTH, ListFull, StatusFault, StatusProblem

SPECIFIED = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"
"""The list in the examples of the standard: 131,072 entries, none of them set."""
URL = "https://learn.example.org/status/revocation/3"
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
ENTRY = status.entry_for(URL, purpose="revocation", index=94_567)

indexes = st.sets(st.integers(0, LENGTH - 1), max_size=40)


def list_of(*set_indexes: int, **changes: Any) -> dict[str, Any]:
    credential = status.list_credential(
        URL,
        issuer="did:web:learn.example.org",
        purpose="revocation",
        indexes=set_indexes,
        valid_from=NOON,
        valid_until=NOON + dt.timedelta(days=30),
    )
    return {**credential, **changes}


def packed(content: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def fault_of(credential: Any, entry: dict[str, Any] | None = None, now: dt.datetime | None = None) -> StatusFault:
    with pytest.raises(StatusProblem) as caught:
        status.status_in(credential, ENTRY if entry is None else entry, now=now)
    return caught.value.fault


def test_the_example_of_the_standard_is_a_list_of_zeros_and_what_we_write_for_one() -> None:
    assert status.decode(SPECIFIED) == bytes(LENGTH // 8) == status.bits_of([])
    assert status.encode(bytes(LENGTH // 8)) == SPECIFIED


@given(indexes)
@settings(max_examples=25)
def test_what_was_set_is_set_and_nothing_else(chosen: set[int]) -> None:
    bits = status.decode(status.encode(status.bits_of(chosen)))

    assert {index for index in range(LENGTH) if bits[index // 8] and status.is_set(bits, str(index))} == chosen


def test_the_first_entry_is_the_left_most_bit() -> None:
    assert status.bits_of([0])[0] == 0b1000_0000
    assert status.bits_of([LENGTH - 1])[-1] == 0b0000_0001


def test_a_list_is_the_same_bytes_whenever_it_is_made() -> None:
    assert list_of(5, 17) == list_of(17, 5)
    assert gzip.decompress(base64.urlsafe_b64decode(status.encode(status.bits_of([7]))[1:] + "==")) == status.bits_of([7])


def test_the_credential_has_what_the_standard_asks_for() -> None:
    credential = list_of(94_567)

    assert credential == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": URL,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": "did:web:learn.example.org",
        "validFrom": "2026-11-22T12:00:00Z",
        "validUntil": "2026-12-22T12:00:00Z",
        "credentialSubject": {
            "id": f"{URL}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "revocation",
            "encodedList": status.encode(status.bits_of([94_567])),
            "ttl": 3_600_000,
        },
    }
    assert ENTRY["statusListIndex"] == "94567"
    assert status.address_of("https://learn.example.org", 3, "revocation") == URL


def test_the_status_is_read_from_the_list() -> None:
    assert status.status_in(list_of(94_567), ENTRY, now=NOON)
    assert not status.status_in(list_of(94_566, 94_568), ENTRY, now=NOON)
    assert status.status_in(list_of(94_567), {**ENTRY, "statusListIndex": 94_567})


@pytest.mark.parametrize(
    ("index", "fault"),
    [
        (str(LENGTH), StatusFault.RANGE),
        (LENGTH, StatusFault.RANGE),
        (-1, StatusFault.RANGE),
        ("-1", StatusFault.RANGE),
        ("-" + "9" * 5000, StatusFault.RANGE),
        ("999999999", StatusFault.RANGE),
        ("9" * 5000, StatusFault.MALFORMED),
        ("007", StatusFault.MALFORMED),
        ("٧", StatusFault.MALFORMED),
        ("1e3", StatusFault.MALFORMED),
        ("", StatusFault.MALFORMED),
        (True, StatusFault.MALFORMED),
        (1.0, StatusFault.MALFORMED),
        (None, StatusFault.MALFORMED),
        (["1"], StatusFault.MALFORMED),
    ],
)
def test_an_index_outside_the_list_or_of_another_form_is_refused(index: object, fault: StatusFault) -> None:
    assert fault_of(list_of(), {**ENTRY, "statusListIndex": index}) is fault


@pytest.mark.parametrize(
    ("encoded", "fault"),
    [
        (None, StatusFault.MALFORMED),
        (17, StatusFault.MALFORMED),
        ("", StatusFault.MALFORMED),
        (SPECIFIED[1:], StatusFault.MALFORMED),
        ("z" + SPECIFIED[1:], StatusFault.MALFORMED),
        (SPECIFIED + "é", StatusFault.MALFORMED),
        (SPECIFIED.replace("-", "+"), StatusFault.MALFORMED),
        (SPECIFIED[:-8], StatusFault.MALFORMED),
        ("uAAAAA", StatusFault.MALFORMED),
        (packed(b"no gzip at all"), StatusFault.MALFORMED),
        (packed(gzip.compress(bytes(LENGTH // 8))[:-8] + bytes(8)), StatusFault.MALFORMED),
        (packed(gzip.compress(bytes(LENGTH // 8)) + b"more"), StatusFault.MALFORMED),
        (packed(gzip.compress(bytes(LENGTH // 8)) * 2), StatusFault.MALFORMED),
        (packed(gzip.compress(bytes(64 * 1024 * 1024))), StatusFault.MALFORMED),
        (packed(gzip.compress(bytes(LENGTH // 8 - 1))), StatusFault.LENGTH),
        (packed(gzip.compress(b"")), StatusFault.LENGTH),
        ("u" + "A" * 3_000_000, StatusFault.MALFORMED),
    ],
    ids=range(17),
)
def test_a_damaged_short_or_swollen_list_is_refused(encoded: object, fault: StatusFault) -> None:
    credential = list_of()
    credential["credentialSubject"]["encodedList"] = encoded

    assert fault_of(credential) is fault


@pytest.mark.parametrize(
    "credential",
    [
        None,
        [],
        list_of(type=["VerifiableCredential"]),
        list_of(type=None),
        list_of(id=URL + "/other"),
        list_of(id=None),
        list_of(credentialSubject=None),
        list_of(credentialSubject={**list_of()["credentialSubject"], "type": "StatusList2021"}),
        list_of(credentialSubject={**list_of()["credentialSubject"], "statusPurpose": "suspension"}),
        list_of(credentialSubject={**list_of()["credentialSubject"], "statusPurpose": None}),
    ],
    ids=range(10),
)
def test_another_list_or_another_purpose_is_refused(credential: object) -> None:
    assert fault_of(credential) is StatusFault.VERIFICATION


@pytest.mark.parametrize("change", [{"type": "StatusList2021Entry"}, {"statusSize": 2}, {"statusPurpose": "suspension"}])
def test_an_entry_of_another_kind_is_refused(change: dict[str, Any]) -> None:
    assert fault_of(list_of(), {**ENTRY, **change}) is StatusFault.VERIFICATION


def test_a_list_is_read_in_its_time_only() -> None:
    assert fault_of(list_of(), now=NOON - dt.timedelta(seconds=1)) is StatusFault.VERIFICATION
    assert fault_of(list_of(), now=NOON + dt.timedelta(days=31)) is StatusFault.VERIFICATION
    assert fault_of(list_of(validFrom="yesterday"), now=NOON) is StatusFault.MALFORMED
    assert fault_of(list_of(validFrom="2026-11-22T12:00:00"), now=NOON) is StatusFault.MALFORMED
    assert not status.status_in(list_of(validUntil=None), ENTRY, now=NOON + dt.timedelta(days=9999))


def test_an_older_list_does_not_take_the_place_of_a_newer_one() -> None:
    older = list_of(validFrom="2026-11-22T12:00:00Z")
    newer = list_of(validFrom="2026-11-22T13:00:01+01:00")

    assert (status.is_newer(newer, older), status.is_newer(older, newer), status.is_newer(older, older)) == (True, False, False)


@pytest.mark.parametrize("change", [{"purpose": "message"}, {"valid_until": NOON}, {"indexes": [LENGTH]}, {"indexes": [-1]}])
def test_no_list_is_made_that_could_not_be_read(change: dict[str, Any]) -> None:
    facts = {"purpose": "revocation", "indexes": [], "valid_from": NOON, "valid_until": NOON + dt.timedelta(days=1), **change}

    with pytest.raises(StatusProblem):
        status.list_credential(URL, issuer="did:web:x", **facts)
    with pytest.raises(StatusProblem):
        status.encode(bytes(LENGTH // 8 - 1))


def test_places_are_drawn_at_random_and_never_twice() -> None:
    taken: set[int] = set()
    for _ in range(2_000):
        index = status.draw_index(taken.__contains__)
        assert index not in taken
        taken.add(index)

    assert 60_000 < sum(taken) / len(taken) < 71_000
    assert status.draw_index(set().__contains__, rng=random.Random(1)) == status.draw_index(
        set().__contains__, rng=random.Random(1)
    )


def test_a_full_list_is_said_to_be_full() -> None:
    with pytest.raises(ListFull):
        status.draw_index(lambda _index: True)
