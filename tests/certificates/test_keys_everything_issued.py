"""Three rotations later, with the old private halves destroyed, everything ever issued is still genuine and valid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from takwin_certificates import codes, status, token, trust_file
from takwin_certificates.badge.achievement import credential_of, to_bytes
from takwin_certificates.badge.did import did_of
from takwin_certificates.badge.jose import to_jwt
from takwin_certificates.badge.proof import add_proof
from takwin_certificates.facts import StatusPlace
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.pades import sign_pdf
from takwin_certificates.pdf import render_pdf
from takwin_certificates.record import Record
from takwin_certificates.signing import seal, sign
from takwin_certificates.trust import Purpose, Trust
from takwin_certificates.verifying.files import check_file
from takwin_certificates.verifying.finding import Finding, Genuine, Valid

SITE = "https://learn.example.org"
BEGIN = dt.datetime(2026, 1, 15, 9, tzinfo=dt.UTC)
KINDS = ("record", "badge", "jwt", "qr", "pdf")


class Years:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> dt.datetime:
        return self.now


def issued(ring: KeyRing, now: dt.datetime, *, index: int) -> dict[str, bytes]:
    """Issue one certificate in every form in which it may be checked."""
    record = Record(
        code=codes.generate(),
        titles={"fr": "Gouvernance des coopératives"},
        course_key="course-v1:Takwin+GOV+2026",
        issued_on=now.date(),
        issued_at=now,
        issuer="Fondation Takwin",
        language="fr",
        site=SITE,
        name_latin="Amina Alaoui",
        award="course-v1:Takwin+GOV+2026#completion",
        subject="urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b",
        status=StatusPlace(list=1, index=index),
        template="zellige-1",
    )
    badge = to_bytes(add_proof(credential_of(record), ring.record(), created=now))
    signer = ring.document()
    drawn = render_pdf(record, verify_url=f"{SITE}/verify/{record.code}", attachment=badge)
    return {
        "record": seal(record.to_json(), sign(record.to_json(), ring.record())),
        "badge": badge,
        "jwt": to_jwt(credential_of(record), ring.jwt()).encode(),
        "qr": token.url(SITE, token.make(record, ring.record())).encode(),
        "pdf": sign_pdf(drawn, signer, max(now, signer.since)),
    }


def published(ring: KeyRing, now: dt.datetime) -> bytes:
    """Publish the trust file, with lists of which no bit is set."""
    lists = {}
    for purpose in status.PURPOSES:
        url = status.address_of(SITE, 1, purpose)
        unsigned = status.list_credential(
            url, issuer=did_of(SITE), purpose=purpose, indexes=[], valid_from=now, valid_until=now + dt.timedelta(days=7)
        )
        lists[url] = to_bytes(add_proof(unsigned, ring.record(), created=now))
    return trust_file.publish(replace(ring.trust(site=SITE, now=now), statuses=lists), ring.record(), now=now)


@dataclass(frozen=True)
class Foundation:
    """Four years of a small foundation."""

    ring: KeyRing
    clock: Years
    certificates: list[dict[str, bytes]]
    first_keys: dict[Purpose, str]
    first_file: Trust

    def found(self, trust: Trust) -> list[dict[str, Finding]]:
        return [{kind: check_file(data, trust, now=self.clock.now) for kind, data in each.items()} for each in self.certificates]


@pytest.fixture(scope="module")
def foundation(tmp_path_factory: pytest.TempPathFactory) -> Foundation:
    clock = Years()
    ring = KeyRing(tmp_path_factory.mktemp("keys"), issuer="Fondation Takwin", clock=clock)
    certificates = [issued(ring, clock.now, index=0)]
    first_keys = {Purpose.RECORD: ring.record().key_id, Purpose.PDF: ring.document().key_id, Purpose.JWT: ring.jwt().key_id}
    first_file = trust_file.open_file(published(ring, clock.now)).trust
    for year in (1, 2, 3):
        clock.now = BEGIN + dt.timedelta(days=365 * year)
        for purpose in Purpose:
            ring.rotate(purpose)
        for held in ring.holdings():
            if held.has_private and not held.is_active:
                ring.destroy(held.trusted.key_id)
        clock.now += dt.timedelta(days=40)
        certificates.append(issued(ring, clock.now, index=year))
    return Foundation(ring, clock, certificates, first_keys, first_file)


def test_everything_ever_issued_is_genuine_and_valid_by_the_newest_trust_file(foundation: Foundation) -> None:
    newest = trust_file.open_file(published(foundation.ring, foundation.clock.now), foundation.first_file)

    found = foundation.found(newest.trust)

    assert not newest.is_first
    assert [{kind: one.genuine for kind, one in each.items()} for each in found] == [dict.fromkeys(KINDS, Genuine.YES)] * 4
    assert [{kind: one.valid for kind, one in each.items()} for each in found] == [dict.fromkeys(KINDS, Valid.YES)] * 4
    assert {one.issuer for each in found for one in each.values()} == {"Fondation Takwin"}


def test_everything_is_as_good_after_the_keys_were_restored_from_a_copy(foundation: Foundation, tmp_path: Path) -> None:
    folder = tmp_path / "restored"
    for path in foundation.ring.folder.rglob("*"):
        if path.is_file():
            copy = folder / path.relative_to(foundation.ring.folder)
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            copy.write_bytes(path.read_bytes())
    restored = KeyRing(folder, issuer="Fondation Takwin", clock=foundation.clock)
    opened = trust_file.open_file(published(restored, foundation.clock.now), foundation.first_file)

    assert {one.genuine for each in foundation.found(opened.trust) for one in each.values()} == {Genuine.YES}
    assert issued(restored, foundation.clock.now, index=9)["record"]


def test_only_what_a_stolen_key_signed_can_no_longer_be_told(foundation: Foundation) -> None:
    trust = foundation.ring.trust(site=SITE)
    stolen = foundation.first_keys[Purpose.PDF]
    listed = {**trust.keys, stolen: replace(trust.keys[stolen], compromised_at=foundation.clock.now)}

    found = foundation.found(replace(trust, keys=listed))

    assert [each["pdf"].genuine for each in found] == [Genuine.CANNOT_TELL, *[Genuine.YES] * 3]
    assert {one.genuine for each in found for kind, one in each.items() if kind != "pdf"} == {Genuine.YES}
