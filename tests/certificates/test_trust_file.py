"""A partner's trust file is replaced by a newer one of the same issuer, and by nothing else."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from takwin_certificates import keys, trust_file
from takwin_certificates.keys import IssuerKey, handover
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.trust import Purpose, Trust, TrustedKey
from takwin_certificates.trust_file import TrustFault, TrustProblem, fingerprint_of, open_file, publish

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors" / "trust_file.json").read_text(encoding="utf-8"))[
    "cases"
]
SITE = "https://learn.example.org"
NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LIST = f"{SITE}/status/revocation/1"


def day(count: int) -> dt.datetime:
    return NOON + dt.timedelta(days=count)


@pytest.fixture
def ring(key_folder: Path) -> KeyRing:
    made = KeyRing(key_folder, issuer="Fondation Takwin", clock=lambda: NOON)
    made.record(), made.document(), made.jwt()
    return made


def published(ring: KeyRing, moment: dt.datetime = NOON, **changes: Any) -> bytes:
    trust = replace(ring.trust(site=SITE, now=moment), statuses={LIST: '{"proof": "signé"}'.encode()})
    return publish(replace(trust, **changes), ring.record(), now=moment)


def fault_of(text: bytes | str, known: Trust | None = None, now: dt.datetime | None = None) -> TrustFault:
    with pytest.raises(TrustProblem) as caught:
        open_file(text, known, now=now)
    return caught.value.fault


def resigned(text: bytes, key: IssuerKey, change: Callable[[dict[str, Any]], object]) -> bytes:
    """Change what a file says and sign it again."""
    document = json.loads(text)
    change(document["trust"])
    value = key.private.sign(b"takwin-trust-1\0" + rfc8785.dumps(document["trust"]))
    document["signature"] = {"algorithm": "Ed25519", "key": key.key_id, "value": trust_file._base64url(value)}
    return json.dumps(document, indent=2).encode()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["what"])
def test_the_published_vectors_are_taken_or_refused_for_the_reason_given(vector: dict[str, Any]) -> None:
    known = open_file(vector["before"]).trust if vector["before"] else None
    if vector["fault"]:
        assert fault_of(vector["text"], known) == vector["fault"]
        return
    opened = open_file(vector["text"], known)

    assert (opened.signed_by, opened.fingerprint, opened.is_first) == (
        vector["signed_by"],
        vector["fingerprint"],
        vector["is_first"],
    )


def test_the_first_file_says_everything_and_that_nothing_speaks_for_it_yet(ring: KeyRing) -> None:
    opened = open_file(published(ring), now=NOON)

    expected = replace(ring.trust(site=SITE, now=NOON), statuses={LIST: '{"proof": "signé"}'.encode()})
    assert opened.trust == expected
    assert {each.purpose for each in opened.trust.keys.values()} == set(Purpose)
    assert (opened.issuer, opened.did, opened.signed_by) == ("Fondation Takwin", "did:web:learn.example.org", ring.record().key_id)
    assert opened.is_first
    assert not open_file(published(ring), opened.trust).is_first


def test_the_same_facts_are_the_same_file(ring: KeyRing) -> None:
    assert published(ring) == published(ring)


def test_people_compare_a_fingerprint_of_six_groups() -> None:
    assert fingerprint_of("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2") == "A8A4 DF90 DA36 1D46 BE25 B1AD"


def test_one_changed_byte_anywhere_is_caught(ring: KeyRing) -> None:
    text = published(ring)
    genuine = open_file(text).trust
    for place in range(0, len(text), 7):
        changed = bytearray(text)
        changed[place] ^= 1
        try:
            assert open_file(bytes(changed)).trust == genuine  # none: kept, so that a failure shows what came through
            pytest.fail(f"byte {place} may be changed")
        except TrustProblem:
            continue


def test_three_rotations_later_the_first_file_still_leads_to_the_newest(ring: KeyRing) -> None:
    first = open_file(published(ring)).trust
    for count in (1, 2, 3):
        old = ring.record().key_id
        ring.rotate(Purpose.RECORD, now=day(count))
        ring.destroy(old)

    newest = open_file(published(ring, day(4)), first)

    assert not newest.is_first
    assert len([each for each in newest.trust.keys.values() if each.purpose is Purpose.RECORD]) == 4
    assert fault_of(published(ring, day(4), handovers=()), first) is TrustFault.NOT_VOUCHED
    assert fault_of(published(ring, day(4), handovers=newest.trust.handovers[1:]), first) is TrustFault.NOT_VOUCHED


def test_an_older_file_does_not_come_back(ring: KeyRing) -> None:
    old, new = published(ring), published(ring, day(1))
    known = open_file(new, open_file(old).trust).trust

    assert fault_of(old, known) is TrustFault.ROLLED_BACK
    assert open_file(new, known).trust == known


def test_after_a_theft_nobody_s_word_counts_and_the_partner_must_ask_again(ring: KeyRing) -> None:
    before = open_file(published(ring)).trust
    stolen = ring.record()
    ring.compromise(Purpose.RECORD, stolen.key_id, at=NOON)
    after = published(ring, day(1))

    assert fault_of(after, before) is TrustFault.NOT_VOUCHED
    known = open_file(after).trust  # compared by telephone
    thief = keys.generate()
    words = (handover.hand_over(stolen, thief.key_id),)
    listed = {**before.keys, thief.key_id: TrustedKey(thief.key_id, "Fondation Takwin")}
    forged = publish(replace(before, keys=listed, handovers=words), thief, now=day(2))
    assert fault_of(forged, known) is TrustFault.ROLLED_BACK
    listed[stolen.key_id] = known.keys[stolen.key_id]
    forged = publish(replace(before, keys=listed, handovers=words), thief, now=day(2))
    assert fault_of(forged, known) is TrustFault.NOT_VOUCHED


def test_a_retired_key_signs_no_file_and_speaks_for_nobody(ring: KeyRing) -> None:
    retired = ring.record()
    ring.rotate(Purpose.RECORD, now=day(1))
    known = open_file(published(ring, day(1))).trust
    thief = keys.generate()
    listed = {**known.keys, thief.key_id: TrustedKey(thief.key_id, "Fondation Takwin")}
    words = (*known.handovers, handover.hand_over(retired, thief.key_id))

    assert fault_of(publish(replace(known, keys=listed, handovers=words), thief, now=day(2)), known) is TrustFault.NOT_VOUCHED
    revived = {**known.keys, retired.key_id: TrustedKey(retired.key_id, "Fondation Takwin")}
    assert fault_of(publish(replace(known, keys=revived), retired, now=day(2)), known) is TrustFault.NOT_VOUCHED
    with pytest.raises(TrustProblem, match="signer_not_good"):
        publish(known, retired, now=day(2))


def test_a_signer_that_the_file_does_not_call_good_is_refused(ring: KeyRing) -> None:
    text, other = published(ring), keys.generate()

    def retire(facts: dict[str, Any]) -> None:
        for key in facts["keys"]:
            key["retired_at"] = "2026-03-01T12:00:00Z"

    assert fault_of(resigned(text, other, lambda _: None)) is TrustFault.SIGNER_NOT_GOOD
    assert fault_of(resigned(text, ring.record(), retire)) is TrustFault.SIGNER_NOT_GOOD


def test_another_site_or_another_day_is_refused(ring: KeyRing) -> None:
    known = open_file(published(ring)).trust

    assert fault_of(published(ring, site="https://other.example.org"), known) is TrustFault.OTHER_SITE
    assert fault_of(published(ring, day(3)), now=day(1)) is TrustFault.FROM_THE_FUTURE


@pytest.mark.parametrize("change", [{"algorithm": "none"}, {"algorithm": "HS256"}, {"key": "z6Mk"}, {"key": 1}, {"value": "é"}])
def test_the_file_does_not_choose_how_it_is_checked(ring: KeyRing, change: dict[str, Any]) -> None:
    document = json.loads(published(ring))
    document["signature"] |= change

    assert fault_of(json.dumps(document)) in {TrustFault.MALFORMED, TrustFault.WRONG_SIGNATURE}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "takwin-trust-2"),
        ("site", 1),
        ("as_of", None),
        ("as_of", "2026-03-01"),
        ("as_of", "2026-3-01T12:00:00Z"),
        ("keys", None),
        ("keys", [1]),
        ("keys", [{"id": "z6Mk", "issuer": "X", "purpose": "record"}]),
        ("keys", [{"id": "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv", "issuer": "X", "purpose": "record"}]),
        ("keys", [{"id": "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv", "issuer": "X", "purpose": "else"}]),
        ("keys", [{"id": "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv", "issuer": 1, "purpose": "pdf"}]),
        ("keys", [{"id": "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv", "issuer": "X", "purpose": "pdf"}] * 2),
        ("roots", ["AAAA"]),
        ("roots", ["é"]),
        ("roots", 1),
        ("handovers", [{"old": "a", "new": "b"}]),
        ("handovers", [{"old": "a", "new": "b", "signature": 1}]),
        ("statuses", []),
        ("statuses", {"https://x": {}}),
    ],
)
def test_a_file_of_another_shape_is_refused_though_it_is_signed(ring: KeyRing, name: str, value: object) -> None:
    assert fault_of(resigned(published(ring), ring.record(), lambda facts: facts.update({name: value}))) is TrustFault.MALFORMED


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"trust":{},"signature":[]}', '{"trust":1,"trust":2}', b"\xff", "9" * 5_000_000])
def test_what_is_no_trust_file_is_refused(text: bytes | str) -> None:
    assert fault_of(text) is TrustFault.MALFORMED
