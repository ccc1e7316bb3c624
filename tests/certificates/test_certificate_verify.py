"""Whoever holds a file is told three things apart: is it genuine, is it still valid, who issued it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from takwin_certificates import keys
from takwin_certificates.__main__ import main
from takwin_certificates.record import LANGUAGES, Record
from takwin_certificates.signing import Signature, seal, sign
from takwin_certificates.verify import Genuine, check, describe, words_in

MakeRecord = Callable[..., Record]


@pytest.fixture
def trusted(issuer_key: keys.IssuerKey) -> dict[str, keys.TrustedKey]:
    return {issuer_key.key_id: keys.TrustedKey(issuer_key.key_id, "Fondation Takwin (clés)")}


@pytest.fixture
def sealed(make_record: MakeRecord, issuer_key: keys.IssuerKey) -> bytes:
    record = make_record().to_json()
    return seal(record, sign(record, issuer_key))


def test_genuine_record_of_a_known_issuer(sealed: bytes, trusted: dict[str, keys.TrustedKey], make_record: MakeRecord) -> None:
    verdict = check(sealed, trusted=trusted)

    assert (verdict.genuine, verdict.issuer, verdict.problems) == (Genuine.YES, "Fondation Takwin (clés)", ())
    assert verdict.record == make_record()


def test_unknown_key_cannot_be_told_and_the_claimed_issuer_is_no_issuer(sealed: bytes) -> None:
    verdict = check(sealed, trusted={})

    assert (verdict.genuine, verdict.issuer) == (Genuine.CANNOT_TELL, None)


@pytest.mark.parametrize(
    ("fact", "value"),
    [("name_latin", "Another Person"), ("grade_percent", 97), ("titles", {"fr": "Autre"}), ("hours", 200)],
)
def test_one_changed_fact_is_not_genuine(sealed: bytes, trusted: dict[str, keys.TrustedKey], fact: str, value: object) -> None:
    document = json.loads(sealed)
    document["record"][fact] = value

    verdict = check(json.dumps(document), trusted=trusted)

    assert (verdict.genuine, verdict.issuer, verdict.record) == (Genuine.NO, None, None)


def test_record_of_a_later_schema_is_genuine_though_it_cannot_be_read(
    issuer_key: keys.IssuerKey, trusted: dict[str, keys.TrustedKey]
) -> None:
    later = b'{"schema":2}'

    verdict = check(seal(later, sign(later, issuer_key)), trusted=trusted)

    assert (verdict.genuine, verdict.issuer, verdict.record) == (Genuine.YES, "Fondation Takwin (clés)", None)
    assert verdict.problems == ("schema 2 is unknown; this program reads schema 1",)


@given(st.binary(max_size=200))
def test_any_file_gets_an_answer(content: bytes) -> None:
    assert check(content, trusted={}).genuine == Genuine.NO


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda each: st.dictionaries(st.text(max_size=9), each)))
def test_any_json_gets_an_answer(content: object) -> None:
    signature = {"algorithm": "Ed25519", "key": "z6Mk", "value": "A" * 86}
    document = json.dumps({"record": content, "signature": signature})

    assert check(document, trusted={}).genuine == Genuine.NO


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_answers_come_first_and_every_fact_after(
    sealed: bytes, trusted: dict[str, keys.TrustedKey], make_record: MakeRecord, language: str
) -> None:
    words, record = words_in(language), make_record()

    lines = describe(check(sealed, trusted=trusted), language=language)

    assert lines[:3] == [
        f"{words['genuine']} {words['genuine_yes']}",
        f"{words['still_valid']} {words['still_valid_unknown']} https://learn.example.org",
        f"{words['who']} {words['who_known']} Fondation Takwin (clés)",
    ]
    facts = json.loads(record.to_json())
    said = "\n".join(lines)
    hidden = {"schema", "kind", "language", "template", "titles"}
    assert [name for name, value in facts.items() if name not in hidden and str(value) not in said] == []
    assert [title for title in record.titles.values() if title not in said] == []


def test_words_are_complete_in_every_language() -> None:
    english = words_in("en")

    for language in LANGUAGES:
        assert sorted(words_in(language)) == sorted(english)
        assert [name for name, word in words_in(language).items() if not word.strip()] == []
    assert {f"genuine_{each}" for each in Genuine} <= set(english)


def test_hostile_file_cannot_steer_the_terminal(make_record: MakeRecord, issuer_key: keys.IssuerKey) -> None:
    record = make_record().to_json()
    forged = Signature("z\x1b[2J\u202e", sign(record, issuer_key).value)

    lines = describe(check(seal(record, forged), trusted={}), language="en")

    assert "\x1b" not in "".join(lines)
    assert "\u202e" not in "".join(lines)


@pytest.fixture
def files(tmp_path: Path, sealed: bytes, trusted: dict[str, keys.TrustedKey]) -> Path:
    (tmp_path / "certificate.json").write_bytes(sealed)
    (tmp_path / "changed.json").write_bytes(sealed.replace(b"Amina", b"Emina"))
    (tmp_path / "keys.json").write_bytes(keys.publish(trusted))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status", "answer"),
    [
        (["certificate.json", "--keys", "keys.json"], 0, "genuine_yes"),
        (["changed.json", "--keys", "keys.json"], 1, "genuine_no"),
        (["certificate.json"], 3, "genuine_cannot_tell"),
        (["keys.json"], 1, "genuine_no"),
    ],
)
def test_command_answers_in_words_and_by_its_status(
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    status: int,
    answer: str,
) -> None:
    monkeypatch.chdir(files)

    found = main(["verify", *arguments, "--language", "fr"])

    words = words_in("fr")
    assert found == status
    assert capsys.readouterr().out.splitlines()[0] == f"{words['genuine']} {words[answer]}"


@pytest.mark.parametrize("arguments", [["missing.json"], ["certificate.json", "--keys", "certificate.json"]])
def test_command_says_what_file_it_could_not_use(
    files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    monkeypatch.chdir(files)

    assert main(["verify", *arguments]) == 2
    assert capsys.readouterr().err.strip() != ""


def test_command_runs_as_a_module_in_arabic(files: Path) -> None:
    command = [sys.executable, "-m", "takwin_certificates", "verify", "certificate.json", "--language", "ar"]

    found = subprocess.run(command, cwd=files, capture_output=True, check=False, env={"PYTHONIOENCODING": "utf-8"})

    assert found.returncode == 3
    assert words_in("ar")["genuine_cannot_tell"] in found.stdout.decode()
