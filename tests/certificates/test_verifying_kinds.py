"""Every kind of file gets the answers it deserves, and the step that decides is written down by its code."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable

import pytest

from takwin_certificates.badge.achievement import to_bytes
from takwin_certificates.verifying.files import check_file
from takwin_certificates.verifying.finding import Genuine, Valid
from takwin_certificates.verifying.wording import words_in
from tests.certificates.fixtures_of_kinds import KINDS
from tests.certificates.issuing_world import NOW, World, make_world
from tests.certificates.kind_of_file import KindOfFile


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_kind_of_file(world: World, kind: KindOfFile, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a file names, it never makes the verifier fetch: not even an inner socket is opened."""
    data, trust = kind.build(world), kind.trust(world)
    monkeypatch.setattr(socket, "socket", None)

    found = check_file(data, trust, now=NOW)

    steps = [(each.name, each.code) for each in found.checks]
    assert (found.genuine, found.valid, found.reasons, [each for each in steps if each == kind.step][:1]) == (
        kind.genuine,
        kind.valid,
        kind.reasons,
        [kind.step],
    ), steps
    assert found.genuine is not Genuine.YES or (found.facts != () and found.issuer is not None)
    assert found.genuine is not Genuine.NO or (found.facts, found.issuer) == ((), None)
    words = words_in("ar")
    assert [code for name, code in steps if f"code_{code}" not in words or f"step_{name}" not in words] == []


def test_all_kinds_of_the_public_validator_are_here() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 45


def test_steps_stand_in_the_order_of_the_standard(world: World) -> None:
    """Open Badges 3.0: shape and subject, proof, refresh, status, dates, recipient, endorsements."""
    kind = next(each for each in KINDS if each.name == "with a refresh service")

    found = check_file(kind.build(world), kind.trust(world), now=NOW)

    order = ["structure", "subject", "signature", "facts", "issuer_key", "key_life", "refresh", "status", "dates"]
    assert [each.name for each in found.checks] == order


@pytest.mark.parametrize(
    ("person", "code"),
    [
        ("Youssef Naciri", "recipient_fits"),
        (" youssef  NACIRI", "recipient_fits"),
        ("youssef@example.net", "recipient_fits"),
        ("did:example:ebfeb1f712ebc6f1c276e12ec21", "recipient_fits"),
        ("Amina Alaoui", "recipient_differs"),
        ("amina@example.net", "recipient_differs"),
    ],
)
def test_recipient_is_matched_where_somebody_asks(world: World, person: str, code: str) -> None:
    """By name, by id, or by an address that is kept as a salted hash; it changes none of the three answers."""
    digest = hashlib.sha256(b"youssef@example.net" + b"Kosher").hexdigest()
    hashed = {
        "type": "IdentityObject",
        "hashed": True,
        "salt": "Kosher",
        "identityHash": f"sha256${digest}",
        "identityType": "emailAddress",
    }
    data = to_bytes(world.others(lambda made: made["credentialSubject"]["identifier"].append(hashed)))

    found = check_file(data, world.trust(), now=NOW, person=person)

    assert (found.genuine, found.valid, found.check("recipient").code) == (Genuine.YES, Valid.YES, code)
    assert [each.name for each in found.checks][-2:] == ["dates", "recipient"]


@pytest.mark.parametrize("form", [World.sealed, lambda w: w.pdf, lambda w: w.jwt().encode()], ids=["sealed record", "PDF", "JWT"])
def test_recipient_of_our_own_is_matched_by_name(world: World, form: Callable[[World], bytes]) -> None:
    found = check_file(form(world), world.trust(), now=NOW, person="amina alaoui")

    assert found.check("recipient").code == "recipient_fits"


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("wrong type of subject", "structure"),
        ("without subject identifier", "subject"),
        ("bad proof value", "signature"),
        ("context redefined", "signature"),
    ],
)
def test_nothing_is_looked_at_after_a_step_that_decides(world: World, name: str, last: str) -> None:
    """No refresh, no status, before the proof passed."""
    kind = next(each for each in KINDS if each.name == name)

    found = check_file(kind.build(world), kind.trust(world), now=NOW)

    assert found.checks[-1].name == last
