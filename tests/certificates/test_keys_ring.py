"""Each purpose has its own key: made once, replaced without the others, and never forgotten."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import multiprocessing
import stat
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, strategies as st
from pyhanko_certvalidator import CertificateValidator, ValidationContext

from takwin_certificates import keys
from takwin_certificates.keys import KeyProblem, handover, multikey
from takwin_certificates.keys.p256 import jwk_of, thumbprint_of
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.trust import Handover, Purpose, TrustedKey

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LATER = [NOON + dt.timedelta(days=365 * year) for year in (1, 2, 3)]
MESSAGE = b"what was signed"


def ring_in(folder: Path) -> KeyRing:
    return KeyRing(folder, issuer="Fondation Takwin", clock=lambda: NOON)


@pytest.fixture
def ring(key_folder: Path) -> KeyRing:
    return ring_in(key_folder)


def use(ring: KeyRing, purpose: Purpose) -> tuple[str, bytes]:
    """Sign something with the key of today."""
    if purpose is Purpose.RECORD:
        return ring.record().key_id, ring.record().private.sign(MESSAGE)
    key = ring.document() if purpose is Purpose.PDF else ring.jwt()
    return key.key_id, key.private.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))


def fits(key: TrustedKey, signature: bytes) -> bool:
    public = keys.any_key_of(key.key_id)
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, MESSAGE, ec.ECDSA(hashes.SHA256()))
        else:
            public.verify(signature, MESSAGE)
    except InvalidSignature:
        return False
    return True


def test_a_key_is_made_when_it_is_first_needed_and_stays(ring: KeyRing, key_folder: Path) -> None:
    assert ring.states() == []

    first = {purpose: use(ring, purpose)[0] for purpose in Purpose}

    again = ring_in(key_folder)
    assert {purpose: use(again, purpose)[0] for purpose in Purpose} == first
    assert {each.purpose: each.key_id for each in ring.states()} == first
    assert {each.since for each in ring.states()} == {NOON - dt.timedelta(minutes=5)}
    assert {each.issuer for each in ring.states()} == {"Fondation Takwin"}


def test_keys_are_for_their_owner_alone(ring: KeyRing, key_folder: Path) -> None:
    for purpose in Purpose:
        use(ring, purpose)
    files = list(key_folder.rglob("*.pem"))

    assert len(files) == 4  # the root of PDFs has one too
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in key_folder.rglob("*") if path.is_dir()} == {0o700}
    for key in (ring.record(), ring.document(), ring.jwt()):
        assert "private" not in repr(key)


@pytest.mark.parametrize("purpose", Purpose)
def test_after_three_rotations_everything_ever_signed_is_still_known(ring: KeyRing, key_folder: Path, purpose: Purpose) -> None:
    others = {other: use(ring, other)[0] for other in Purpose if other is not purpose}
    signed = [use(ring, purpose)]
    for moment in LATER:
        ring.rotate(purpose, now=moment)
        signed.append(use(ring, purpose))
        ring.destroy(signed[-2][0])

    trust = ring_in(key_folder).trust(site="https://learn.example.org")

    assert len({key_id for key_id, _ in signed}) == 4
    assert all(fits(trust.keys[key_id], signature) for key_id, signature in signed)
    assert [trust.keys[key_id].retired_at for key_id, _ in signed] == [*LATER, None]
    assert {other: use(ring, other)[0] for other in others} == others
    assert sorted(path.stem for path in (key_folder).rglob(f"{signed[0][0]}.*")) == [signed[0][0]] * (
        3 if purpose is Purpose.PDF else 2
    )


def test_a_running_ring_takes_up_what_another_process_rotated(ring: KeyRing, key_folder: Path) -> None:
    before = ring.record()

    new = ring_in(key_folder).rotate(Purpose.RECORD)

    assert ring.record().key_id == new != before.key_id


def test_a_key_that_was_stolen_signs_no_more_and_everybody_is_told(ring: KeyRing) -> None:
    stolen = ring.record().key_id
    since = NOON - dt.timedelta(days=40)

    ring.compromise(Purpose.RECORD, stolen, at=since, reason="laptop lost")

    new = ring.record().key_id
    held = {each.trusted.key_id: each for each in ring.holdings()}
    assert new != stolen
    assert (held[stolen].trusted.compromised_at, held[stolen].reason) == (since, "laptop lost")
    assert (held[stolen].trusted.retired_at, held[new].trusted.retired_at) == (NOON, None)
    assert ring.handovers() == []  # a thief could vouch as well
    assert stolen not in keys.read_published(keys.publish({each.key_id: each for each in ring.states()}))


def test_a_compromise_is_never_taken_back_and_never_lies_ahead(ring: KeyRing) -> None:
    stolen = ring.jwt().key_id
    ring.compromise(Purpose.JWT, stolen, at=NOON - dt.timedelta(days=40), reason="first")
    ring.compromise(Purpose.JWT, stolen, at=NOON - dt.timedelta(days=1))
    state = {each.key_id: each for each in ring.states()}[stolen]

    assert state.compromised_at == NOON - dt.timedelta(days=40)
    with pytest.raises(KeyProblem, match="future"):
        ring.compromise(Purpose.JWT, ring.jwt().key_id, at=NOON + dt.timedelta(seconds=1))
    with pytest.raises(KeyProblem, match="there is no key"):
        ring.compromise(Purpose.PDF, stolen, at=NOON)


def test_the_key_that_signs_now_can_not_be_destroyed(ring: KeyRing) -> None:
    key_id = ring.record().key_id

    with pytest.raises(KeyProblem, match="rotate first"):
        ring.destroy(key_id)
    ring.rotate(Purpose.RECORD)
    ring.destroy(key_id)
    with pytest.raises(KeyProblem, match="not here"):
        ring.destroy(key_id)
    with pytest.raises(KeyProblem, match="there is no key"):
        ring.destroy("../../etc/passwd")
    assert ring.purpose_of(key_id) is Purpose.RECORD


def test_keys_of_before_keep_working_though_nothing_is_known_of_their_life(key_folder: Path) -> None:
    old = keys.load_or_create(key_folder)
    ring = ring_in(key_folder)

    assert ring.record().key_id == old.key_id
    assert ring.states() == [TrustedKey(old.key_id, "Fondation Takwin")]
    new = ring.rotate(Purpose.RECORD)
    assert keys.load_or_create(key_folder).key_id == new
    assert keys.public_keys(key_folder, issuer="Fondation Takwin") == {each.key_id: each for each in ring.states()}


@pytest.mark.parametrize(
    "text", ["", "[]", '{"since":1}', '{"since":"yesterday"}', '{"else":"x"}', '{"reason":"a","reason":"b"}', "\xff"]
)
def test_a_damaged_life_is_refused_so_that_no_stolen_key_passes_for_a_good_one(ring: KeyRing, key_folder: Path, text: str) -> None:
    (key_folder / f"{ring.record().key_id}.json").write_text(text, encoding="latin-1")

    with pytest.raises(KeyProblem, match="damaged"):
        ring.states()


@pytest.mark.parametrize("name", ["active", "{id}.pem", "{id}.crt"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"../../etc/passwd"])
def test_damaged_files_are_refused_by_name(ring: KeyRing, key_folder: Path, name: str, content: bytes) -> None:
    path = key_folder / "pdf" / name.format(id=ring.document().key_id)
    path.write_bytes(content)

    with pytest.raises(KeyProblem):
        ring_in(key_folder).document()


def test_a_root_that_is_no_certificate_is_refused(ring: KeyRing, key_folder: Path) -> None:
    ring.document()
    (path,) = (key_folder / "pdf" / "roots").glob("*.crt")
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(KeyProblem, match="no readable certificate"):
        ring.roots()


def test_a_file_that_is_no_key_is_not_published(ring: KeyRing, key_folder: Path) -> None:
    ring.record()
    (key_folder / "zebra.pub").write_bytes(b"")

    with pytest.raises(KeyProblem, match="not the id of a key"):
        ring.states()


def test_the_file_of_a_p256_key_that_holds_another_is_refused(ring: KeyRing, key_folder: Path) -> None:
    old = ring.jwt().key_id
    new = ring.rotate(Purpose.JWT)
    (key_folder / "jwt" / f"{old}.pem").replace(key_folder / "jwt" / f"{new}.pem")

    with pytest.raises(KeyProblem, match="holds another key"):
        ring_in(key_folder).jwt()


def test_the_certificate_of_another_key_is_refused(ring: KeyRing, key_folder: Path) -> None:
    old = ring.document().key_id
    new = ring.rotate(Purpose.PDF)
    (key_folder / "pdf" / f"{old}.crt").replace(key_folder / "pdf" / f"{new}.crt")

    with pytest.raises(KeyProblem, match="not its own"):
        ring_in(key_folder).document()


def _ids(folder: Path) -> tuple[str, str, str]:
    ring = ring_in(folder)
    return ring.record().key_id, ring.document().key_id, ring.jwt().key_id


def test_processes_that_start_together_agree_on_every_key(key_folder: Path) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        found = pool.map(_ids, [key_folder] * 16, chunksize=1)

    assert len(set(found)) == 1
    assert sorted(each.key_id for each in ring_in(key_folder).states()) == sorted(found[0])
    assert len(ring_in(key_folder).roots()) == 1


def _rotate(folder: Path) -> str:
    return ring_in(folder).rotate(Purpose.JWT)


def test_rotations_at_once_leave_one_key_that_is_not_retired(ring: KeyRing, key_folder: Path) -> None:
    ring.jwt()
    with multiprocessing.get_context("fork").Pool(4) as pool:
        made = pool.map(_rotate, [key_folder] * 8, chunksize=1)

    states = ring.states()
    assert len(states) == 9 == 1 + len(set(made))
    assert [each.key_id for each in states if each.retired_at is None] == [ring.jwt().key_id]


def test_a_signer_of_pdfs_is_trusted_through_the_root_for_signing_documents_only(ring: KeyRing) -> None:
    from asn1crypto import x509 as asn1  # noqa: PLC0415 -- named like the other

    signer = ring.document()
    context = ValidationContext(
        trust_roots=[asn1.Certificate.load(each) for each in ring.roots()], allow_fetching=False, moment=NOON
    )
    validator = CertificateValidator(asn1.Certificate.load(signer.certificate), validation_context=context)
    path = asyncio.run(validator.async_validate_usage({"digital_signature", "non_repudiation"}, {"1.3.6.1.5.5.7.3.36"}))

    certificate = x509.load_der_x509_certificate(signer.certificate)
    root = x509.load_der_x509_certificate(ring.roots()[0])
    assert len(path) == 2  # root and signer
    assert signer.chain == ring.roots()
    assert certificate.subject.rfc4514_string() == "CN=Fondation Takwin,O=Fondation Takwin"
    assert certificate.not_valid_after_utc.year == 2036
    assert signer.since == certificate.not_valid_before_utc == NOON - dt.timedelta(minutes=5)
    assert certificate.serial_number.bit_length() > 64
    assert root.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=0)


def test_a_long_name_of_an_issuer_is_cut_to_what_a_certificate_holds(key_folder: Path) -> None:
    signer = KeyRing(key_folder, issuer="مكتب تنمية التعاون " * 6).document()
    subject, root = (x509.load_der_x509_certificate(signer.certificate), x509.load_der_x509_certificate(signer.chain[0]))

    whole = "مكتب تنمية التعاون مكتب تنمية التعاون مكتب تنمية التعاون مكتب تنم"
    assert [each.value for each in subject.subject] == [whole[:64].rstrip(), "مكتب تنمية التعاون مكتب تنمية التع"]
    assert subject.issuer == root.subject != subject.subject


def test_the_root_outlives_rotations_and_may_be_kept_elsewhere(ring: KeyRing, key_folder: Path) -> None:
    ring.document()
    root = ring.roots()
    ring.rotate(Purpose.PDF)
    assert ring.document().chain == ring.roots() == root

    (secret,) = (key_folder / "pdf" / "roots").glob("*.pem")
    elsewhere = secret.rename(key_folder.parent / secret.name)
    assert ring_in(key_folder).document().chain == root
    with pytest.raises(KeyProblem, match="no readable signing key"):
        ring.rotate(Purpose.PDF)
    elsewhere.rename(secret)
    ring.rotate(Purpose.PDF)
    assert ring.roots() == root


def test_a_signer_is_given_up_even_while_the_root_is_in_a_safe(ring: KeyRing, key_folder: Path) -> None:
    stolen = ring.document().key_id
    (secret,) = (key_folder / "pdf" / "roots").glob("*.pem")
    safe = secret.rename(key_folder.parent / secret.name)

    ring.compromise(Purpose.PDF, stolen, at=NOON)

    (state,) = [each for each in ring.states() if each.key_id == stolen]
    assert (state.compromised_at, state.retired_at) == (NOON, NOON)
    with pytest.raises(KeyProblem, match="no readable signing key"):
        ring.document()
    safe.rename(secret)
    assert ring.document().key_id != stolen


def test_a_stolen_root_is_replaced_together_with_the_signer_under_it(ring: KeyRing) -> None:
    signer, old_roots = ring.document(), ring.roots()
    (root,) = (each.trusted.key_id for each in ring.holdings() if each.is_root)

    ring.compromise(Purpose.PDF, root, at=NOON, reason="backup stolen")

    assert len(ring.roots()) == 1
    assert ring.roots() != old_roots
    assert ring.document().chain == ring.roots()
    assert ring.document().key_id != signer.key_id
    assert ring.trust(site="https://x.org").roots == ring.roots()


def test_each_key_vouches_for_the_next_one(ring: KeyRing) -> None:
    chain = [ring.record().key_id] + [ring.rotate(Purpose.RECORD) for _ in range(3)]
    given = ring.handovers()

    assert sorted((each.old, each.new) for each in given) == sorted(pairwise(chain))
    assert handover.reaches(chain[3], known={chain[0]}, handovers=given)
    assert not handover.reaches(chain[0], known={chain[3]}, handovers=given)
    missing = [each for each in given if each.old != chain[1]]
    assert not handover.reaches(chain[3], known={chain[0]}, handovers=missing)
    forged = [Handover(each.old, chain[0] if each.old == chain[1] else each.new, each.signature) for each in given]
    assert not handover.reaches(chain[3], known={chain[0]}, handovers=forged)


def test_a_lost_key_is_replaced_without_its_word(ring: KeyRing, key_folder: Path) -> None:
    lost = ring.record().key_id
    (key_folder / f"{lost}.pem").unlink()

    assert ring.rotate(Purpose.RECORD) == ring.record().key_id != lost
    assert ring.handovers() == []


def test_the_id_of_a_p256_key_is_that_of_the_published_example() -> None:
    """The example of W3C's Controlled Identifiers 1.0 and of its ecdsa cryptosuites."""
    published = "zDnaerx9CtbPJ1q36T5Ln5wYt3MQYeGRG5ehnPAmxcf5mDZpv"
    public = keys.p256_key_of(published)

    assert keys.key_id_of(public) == published
    assert isinstance(keys.any_key_of(published), ec.EllipticCurvePublicKey)
    with pytest.raises(KeyProblem, match="not the id of an Ed25519 key"):
        keys.public_key_of(published)
    with pytest.raises(KeyProblem, match="not the id of a P-256 key"):
        keys.p256_key_of("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")


def test_other_curves_and_points_that_are_none_are_refused() -> None:
    with pytest.raises(KeyProblem, match="secp384r1"):
        keys.key_id_of(ec.generate_private_key(ec.SECP384R1()).public_key())
    with pytest.raises(KeyProblem):
        keys.any_key_of("z" + multikey.to_base58(b"\x80\x24\x02" + b"\xff" * 32))
    with pytest.raises(KeyProblem):
        keys.any_key_of("z" + multikey.to_base58(b"\x80\x24\x04" + b"\x01" * 32))


@given(st.integers(1, 2**128))
def test_p256_keys_come_back_from_their_ids(secret: int) -> None:
    public = ec.derive_private_key(secret, ec.SECP256R1()).public_key()

    assert keys.p256_key_of(keys.key_id_of(public)).public_numbers() == public.public_numbers()


@given(st.binary(max_size=40))
def test_base58_comes_back(raw: bytes) -> None:
    assert multikey.from_base58(multikey.to_base58(raw)) == raw


def test_a_jwt_key_is_named_by_its_thumbprint(ring: KeyRing) -> None:
    key = ring.jwt()

    assert key.kid == thumbprint_of(keys.p256_key_of(key.key_id))
    assert set(jwk_of(keys.p256_key_of(key.key_id))) == {"crv", "kty", "x", "y"}
    assert len(key.kid) == 43


def test_moments_are_kept_in_whole_seconds_of_utc(ring: KeyRing, key_folder: Path) -> None:
    key_id = ring.rotate(Purpose.RECORD, now=dt.datetime(2026, 3, 1, 13, 0, 0, 999_999, tzinfo=dt.timezone(dt.timedelta(hours=1))))

    assert json.loads((key_folder / f"{key_id}.json").read_text()) == {"since": "2026-03-01T11:55:00Z"}
