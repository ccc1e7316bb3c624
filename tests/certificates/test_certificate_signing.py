"""A signature fits exactly the bytes that were signed, by a key that somebody vouches for, and nothing else."""

from __future__ import annotations

import json
import multiprocessing
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from takwin_certificates import keys, signing
from takwin_certificates.record import InvalidRecord, Record

MakeRecord = Callable[..., Record]

KEY = keys.generate()
OTHER = keys.generate()


def test_signature_fits_what_was_signed(make_record: MakeRecord) -> None:
    record = make_record().to_json()
    signature = signing.sign(record, KEY)

    assert signature.key_id == KEY.key_id
    assert signing.fits(record, signature, trusted={KEY.key_id})
    assert signing.Signature.from_text(signature.key_id, signature.to_text()) == signature


@given(st.data())
def test_one_changed_bit_breaks_the_signature(make_record: MakeRecord, data: st.DataObject) -> None:
    record = make_record().to_json()
    signature = signing.sign(record, KEY)
    place = data.draw(st.integers(0, 8 * len(record) - 1))
    changed = bytearray(record)
    changed[place // 8] ^= 1 << place % 8

    assert not signing.fits(bytes(changed), signature, trusted={KEY.key_id})


def test_key_that_nobody_vouches_for_does_not_count(make_record: MakeRecord) -> None:
    record = make_record().to_json()
    signature = signing.sign(record, OTHER)

    assert signing.is_unchanged(record, signature)
    assert not signing.fits(record, signature, trusted={KEY.key_id})


def test_signature_of_one_key_under_the_name_of_another_does_not_fit(make_record: MakeRecord) -> None:
    record = make_record().to_json()
    forged = signing.Signature(KEY.key_id, signing.sign(record, OTHER).value)

    assert not signing.fits(record, forged, trusted={KEY.key_id})


def test_malformed_key_id_does_not_fit_even_if_trusted(make_record: MakeRecord) -> None:
    record = make_record().to_json()
    forged = signing.Signature("z6Mk/../../etc", signing.sign(record, KEY).value)

    assert not signing.fits(record, forged, trusted={"z6Mk/../../etc"})


def test_sealed_record_opens_to_the_same_bytes(make_record: MakeRecord) -> None:
    record = make_record().to_json()
    signature = signing.sign(record, KEY)

    assert signing.unseal(signing.seal(record, signature)) == signing.Sealed(record, signature)


def test_sealed_record_may_be_laid_out_anew(make_record: MakeRecord) -> None:
    record = make_record().to_json()
    sealed = json.loads(signing.seal(record, signing.sign(record, KEY)))

    opened = signing.unseal(json.dumps(sealed, indent=4, ensure_ascii=True))

    assert signing.fits(opened.record, opened.signature, trusted={KEY.key_id})


@pytest.mark.parametrize(
    "change",
    [
        {"algorithm": "none"},
        {"algorithm": "HS256"},
        {"value": ""},
        {"value": "AAAA"},
        {"value": "!" * 86},
        {"value": 1},
        {"jwk": {}},
    ],
)
def test_file_does_not_choose_how_it_is_checked(make_record: MakeRecord, change: dict[str, Any]) -> None:
    record = make_record().to_json()
    sealed = json.loads(signing.seal(record, signing.sign(record, KEY)))
    sealed["signature"] |= change

    with pytest.raises(InvalidRecord):
        signing.unseal(json.dumps(sealed))


def test_a_second_spelling_of_the_same_signature_is_refused(make_record: MakeRecord) -> None:
    text = signing.sign(make_record().to_json(), KEY).to_text()
    last = "AQgw".index(text[-1])  # 64 bytes leave four idle bits in the last sign

    with pytest.raises(InvalidRecord, match="not 64 bytes"):
        signing.Signature.from_text(KEY.key_id, text[:-1] + "BRhx"[last])


@given(st.binary(min_size=32, max_size=32))
def test_public_key_comes_back_from_its_id(raw: bytes) -> None:
    public = keys.Ed25519PublicKey.from_public_bytes(raw)

    assert keys.public_key_of(keys.key_id_of(public)).public_bytes_raw() == raw


def test_key_id_is_the_multikey_of_the_published_test_vector() -> None:
    """The public key of W3C's eddsa-rdfc-2022 test vectors (Data Integrity EdDSA Cryptosuites)."""
    published = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"

    assert keys.key_id_of(keys.public_key_of(published)) == published


@pytest.mark.parametrize("key_id", ["", "z", "x6Mk", "z6Mk", "z0OIl", "z" + "1" * 60, "z" + "9" * 10_000, "../active"])
def test_what_is_no_key_id_is_refused(key_id: str) -> None:
    with pytest.raises(keys.KeyProblem):
        keys.public_key_of(key_id)


def test_private_key_is_for_its_owner_alone(key_folder: Path) -> None:
    key = keys.load_or_create(key_folder)

    assert stat.S_IMODE((key_folder / f"{key.key_id}.pem").stat().st_mode) == 0o600
    assert stat.S_IMODE(key_folder.stat().st_mode) == 0o700
    assert repr(key) == f"IssuerKey({key.key_id})"
    assert keys.load_or_create(key_folder).key_id == key.key_id
    assert sorted(each.name for each in key_folder.iterdir()) == [
        "active",
        f"{key.key_id}.pem",
        f"{key.key_id}.pub",
    ]


def test_rotation_signs_with_the_new_key_and_still_knows_the_old_one(key_folder: Path, make_record: MakeRecord) -> None:
    record = make_record().to_json()
    old = keys.load_or_create(key_folder)
    signature = signing.sign(record, old)

    new = keys.rotate(key_folder)
    (key_folder / f"{old.key_id}.pem").unlink()

    assert keys.load_or_create(key_folder).key_id == new.key_id != old.key_id
    known = keys.public_keys(key_folder, issuer="Fondation Takwin")
    assert set(known) == {old.key_id, new.key_id}
    assert signing.fits(record, signature, trusted=known)
    assert keys.read_published(keys.publish(known)) == known


def _first_key(folder: Path) -> str:
    return keys.load_or_create(folder).key_id


def test_processes_that_start_together_agree_on_one_key(key_folder: Path) -> None:
    with multiprocessing.get_context("fork").Pool(4) as pool:
        found = pool.map(_first_key, [key_folder] * 16, chunksize=1)

    assert len(set(found)) == 1
    assert len(list(key_folder.iterdir())) == 3


def test_file_with_another_key_than_its_name_says_is_refused(key_folder: Path) -> None:
    keys.save(KEY, key_folder)
    keys.save(OTHER, key_folder)
    (key_folder / f"{OTHER.key_id}.pem").replace(key_folder / f"{KEY.key_id}.pem")

    with pytest.raises(keys.KeyProblem, match="holds another key"):
        keys.load(key_folder, KEY.key_id)


@pytest.mark.parametrize("text", ["../../etc/passwd", "", "z6Mk"])
def test_active_file_cannot_name_another_path(key_folder: Path, text: str) -> None:
    keys.save(KEY, key_folder)
    (key_folder / "active").write_text(text)

    with pytest.raises(keys.KeyProblem):
        keys.load(key_folder)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"keys":[1]}', '{"keys":[{"id":"z6Mk"}]}', '{"keys":[{"id":"z6Mk","issuer":"X"}]}']
)
def test_key_list_with_anything_else_in_it_is_refused(text: str) -> None:
    with pytest.raises(keys.KeyProblem):
        keys.read_published(text)
