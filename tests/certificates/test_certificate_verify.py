"""Whoever holds a file is told three things apart: is it genuine, is it valid today, who issued it."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from takwin_certificates import keys, token
from takwin_certificates.__main__ import main
from takwin_certificates.badge.achievement import to_bytes
from takwin_certificates.record import LANGUAGES, Record
from takwin_certificates.signing import Signature, seal, sign
from takwin_certificates.trust import Trust, TrustedKey
from takwin_certificates.trust_file import publish
from takwin_certificates.verify import Finding, Genuine, Kind, Outcome, Reason, Valid, check_file, describe, words_in
from tests.certificates.forging import entities_svg, unfolding_pdf, unfolding_png
from tests.certificates.issuing_world import PLACE, SITE, World, make_world, stranger_ring

MakeRecord = Callable[..., Record]
NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture
def trust(issuer_key: keys.IssuerKey) -> Trust:
    return Trust(keys={issuer_key.key_id: TrustedKey(issuer_key.key_id, "Fondation Takwin (clés)")})


@pytest.fixture
def sealed(make_record: MakeRecord, issuer_key: keys.IssuerKey) -> bytes:
    record = make_record().to_json()
    return seal(record, sign(record, issuer_key))


def steps_of(finding: Finding) -> list[tuple[str, str]]:
    return [(each.name, each.code) for each in finding.checks]


def test_genuine_record_of_a_known_issuer(sealed: bytes, trust: Trust) -> None:
    found = check_file(sealed, trust, now=NOW)

    assert (found.kind, found.genuine, found.issuer, found.valid) == (
        Kind.SEALED,
        Genuine.YES,
        "Fondation Takwin (clés)",
        Valid.UNKNOWN,
    )
    assert steps_of(found) == [
        ("structure", "ok"),
        ("signature", "ok"),
        ("facts", "ok"),
        ("issuer_key", "key_known"),
        ("key_life", "ok"),
        ("status", "status_retrieval_error"),
        ("status", "status_retrieval_error"),
        ("dates", "ok"),
    ]


def test_unknown_key_cannot_be_told_and_the_claimed_issuer_is_no_issuer(sealed: bytes) -> None:
    found = check_file(sealed, Trust(), now=NOW)

    assert (found.genuine, found.issuer, found.claimed_issuer) == (Genuine.CANNOT_TELL, None, "Fondation Takwin")


@pytest.mark.parametrize(
    ("fact", "value"),
    [("name_latin", "Another Person"), ("grade_percent", 97), ("titles", {"fr": "Autre"}), ("hours", 200)],
)
def test_one_changed_fact_is_not_genuine_and_nothing_of_it_is_shown(sealed: bytes, trust: Trust, fact: str, value: object) -> None:
    document = json.loads(sealed)
    document["record"][fact] = value

    found = check_file(json.dumps(document).encode(), trust, now=NOW)

    assert (found.genuine, found.valid, found.issuer, found.facts) == (Genuine.NO, Valid.UNKNOWN, None, ())
    assert [each.code for each in found.problems] == ["signature_wrong"]


def test_record_of_a_later_schema_is_genuine_though_it_cannot_be_read(issuer_key: keys.IssuerKey, trust: Trust) -> None:
    later = b'{"schema":3}'

    found = check_file(seal(later, sign(later, issuer_key)), trust, now=NOW)

    assert (found.genuine, found.issuer, found.facts) == (Genuine.YES, "Fondation Takwin (clés)", ())
    assert [each.code for each in found.problems] == ["facts_unreadable"]


def test_record_of_the_first_schema_is_read_for_ever(
    make_first_record: MakeRecord, issuer_key: keys.IssuerKey, trust: Trust
) -> None:
    record = make_first_record().to_json()

    found = check_file(seal(record, sign(record, issuer_key)), trust, now=NOW)

    assert (found.genuine, found.valid, found.check("status").code) == (Genuine.YES, Valid.UNKNOWN, "no_status_place")


@pytest.mark.parametrize(
    ("changes", "now", "genuine", "valid", "reasons"),
    [
        ({"valid_until": dt.date(2026, 11, 21)}, NOW, Genuine.YES, Valid.NO, (Reason.EXPIRED,)),
        ({"valid_until": dt.date(2026, 11, 22)}, NOW, Genuine.YES, Valid.UNKNOWN, ()),
        ({}, dt.datetime(2026, 7, 30, tzinfo=dt.UTC), Genuine.YES, Valid.NO, (Reason.NOT_YET_VALID,)),
        ({}, dt.datetime(2026, 7, 31, 10, tzinfo=dt.UTC), Genuine.YES, Valid.UNKNOWN, ()),  # a clock a day behind
    ],
)
def test_dates_and_clocks(
    make_record: MakeRecord,
    issuer_key: keys.IssuerKey,
    trust: Trust,
    changes: dict[str, object],
    now: dt.datetime,
    genuine: Genuine,
    valid: Valid,
    reasons: tuple[Reason, ...],
) -> None:
    record = make_record(**changes).to_json()

    found = check_file(seal(record, sign(record, issuer_key)), trust, now=now)

    assert (found.genuine, found.valid, found.reasons) == (genuine, valid, reasons)


def test_clock_before_the_trust_list_is_wrong_and_the_list_is_believed(
    make_record: MakeRecord, issuer_key: keys.IssuerKey, trust: Trust
) -> None:
    record = make_record(valid_until=dt.date(2026, 9, 1)).to_json()
    known = Trust(keys=trust.keys, as_of=dt.datetime(2026, 10, 1, tzinfo=dt.UTC))

    found = check_file(seal(record, sign(record, issuer_key)), known, now=dt.datetime(2026, 8, 2, tzinfo=dt.UTC))

    assert (found.valid, found.reasons, found.check("clock").outcome) == (Valid.NO, (Reason.EXPIRED,), Outcome.FAILED)


@pytest.mark.parametrize(
    ("life", "genuine", "valid", "code"),
    [
        ({"retired_at": dt.datetime(2026, 8, 2, tzinfo=dt.UTC)}, Genuine.YES, Valid.UNKNOWN, "ok"),
        ({"retired_at": dt.datetime(2026, 7, 1, tzinfo=dt.UTC)}, Genuine.CANNOT_TELL, Valid.UNKNOWN, "signed_after_retirement"),
        ({"since": dt.datetime(2026, 9, 1, tzinfo=dt.UTC)}, Genuine.YES, Valid.UNKNOWN, "signed_before_key"),
        ({"compromised_at": dt.datetime(2026, 9, 1, tzinfo=dt.UTC)}, Genuine.CANNOT_TELL, Valid.NO, "key_compromised"),
    ],
)
def test_life_of_the_key(
    sealed: bytes, issuer_key: keys.IssuerKey, life: dict[str, dt.datetime], genuine: Genuine, valid: Valid, code: str
) -> None:
    known = Trust(keys={issuer_key.key_id: TrustedKey(issuer_key.key_id, "Fondation Takwin", **life)})

    found = check_file(sealed, known, now=NOW)

    assert (found.genuine, found.valid, found.check("key_life").code) == (genuine, valid, code)


@given(st.binary(max_size=200))
def test_any_file_gets_an_answer(content: bytes) -> None:
    assert check_file(content, Trust(), now=NOW).genuine is Genuine.NO


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda each: st.dictionaries(st.text(max_size=9), each)))
def test_any_json_gets_an_answer(content: object) -> None:
    signature = {"algorithm": "Ed25519", "key": "z6Mk", "value": "A" * 86}
    document = json.dumps({"record": content, "signature": signature}).encode()

    assert check_file(document, Trust(), now=NOW).genuine is Genuine.NO


@pytest.mark.parametrize("language", LANGUAGES)
def test_three_answers_come_first_and_every_fact_after(sealed: bytes, trust: Trust, make_record: MakeRecord, language: str) -> None:
    words, record = words_in(language), make_record()

    lines = describe(check_file(sealed, trust, now=NOW), language=language)

    assert lines[:3] == [
        f"{words['genuine']} {words['genuine_yes']}",
        f"{words['still_valid']} {words['valid_unknown']} {words['ask_site']} https://learn.example.org",
        f"{words['who']} {words['who_known']} Fondation Takwin (clés){words['who_named']} Fondation Takwin",
    ]
    facts = json.loads(record.to_json())
    said = "\n".join(lines)
    hidden = {"schema", "kind", "language", "titles", "status"}
    assert [name for name, value in facts.items() if name not in hidden and str(value) not in said] == []
    assert [title for title in record.titles.values() if title not in said] == []


def test_finding_survives_its_way_between_processes(sealed: bytes, trust: Trust) -> None:
    found = check_file(sealed, trust, now=NOW)

    assert Finding.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize("change", [{"genuine": "certainly"}, {"facts": [{"label": "name"}]}, {"issuer": 5}, {"checks": None}])
def test_answer_that_is_no_finding_is_refused(sealed: bytes, trust: Trust, change: dict[str, object]) -> None:
    plain = check_file(sealed, trust, now=NOW).to_json()

    with pytest.raises(ValueError):  # noqa: PT011 -- any
        Finding.from_json({**plain, **change})


def test_words_are_complete_in_every_language() -> None:
    english = words_in("en")

    for language in LANGUAGES:
        assert sorted(words_in(language)) == sorted(english)
        assert [name for name, word in words_in(language).items() if not word.strip()] == []
    said = {f"genuine_{each}" for each in Genuine} | {f"valid_{each}" for each in Valid} | {f"reason_{each}" for each in Reason}
    assert said | {f"file_{each}" for each in Kind} | {f"outcome_{each}" for each in Outcome} <= set(english)


def test_hostile_file_cannot_steer_the_terminal(make_record: MakeRecord, issuer_key: keys.IssuerKey) -> None:
    record = make_record().to_json()
    forged = Signature("z\x1b[2J\u202e", sign(record, issuer_key).value)

    lines = describe(check_file(seal(record, forged), Trust(), now=NOW), language="en")

    assert "\x1b" not in "".join(lines)
    assert "\u202e" not in "".join(lines)


@pytest.fixture
def files(tmp_path: Path, sealed: bytes, trust: Trust, make_record: MakeRecord, issuer_key: keys.IssuerKey) -> Path:
    expired = make_record(valid_until=dt.date(2026, 8, 30)).to_json()
    (tmp_path / "certificate.json").write_bytes(sealed)
    (tmp_path / "changed.json").write_bytes(sealed.replace(b"Amina", b"Emina"))
    (tmp_path / "expired.json").write_bytes(seal(expired, sign(expired, issuer_key)))
    (tmp_path / "keys.json").write_bytes(keys.publish(trust.keys))
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "status", "answer"),
    [
        (["certificate.json", "--keys", "keys.json"], 0, "genuine_yes"),
        (["changed.json", "--keys", "keys.json"], 1, "genuine_no"),
        (["certificate.json"], 3, "genuine_cannot_tell"),
        (["keys.json"], 1, "genuine_no"),
        (["expired.json", "--keys", "keys.json", "--now", "2026-08-29"], 0, "genuine_yes"),
        (["expired.json", "--keys", "keys.json", "--now", "2026-08-31"], 4, "genuine_yes"),
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
    assert capsys.readouterr().out.startswith(f"{words['genuine']} {words[answer]}")


def test_command_answers_programs_in_json(files: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(files)

    assert main(["verify", "certificate.json", "--keys", "keys.json", "--json"]) == 0
    assert Finding.from_json(json.loads(capsys.readouterr().out)).genuine is Genuine.YES


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


@pytest.fixture(scope="module")
def world() -> World:
    return make_world()


@pytest.fixture
def partner(world: World, tmp_path: Path) -> Path:
    """Lay out what a partner without a network has: certificates, and trust files of two days."""
    later, earlier = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC), dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)
    files = {
        "good.pdf": world.pdf,
        "good.jwt": world.jwt().encode(),
        "code.txt": token.url(SITE, world.token()).encode() + b"\n",
        "forged.json": to_bytes(world.linked()).replace(b"Amina", b"Emina"),
        "trust.json": publish(world.trust(), world.key, now=later),
        "revoked.json": publish(world.trust(lists=world.lists(revoked=[PLACE.index])), world.key, now=later),
        "older.json": publish(world.trust(lists=world.lists(at=earlier)), world.key, now=earlier),
        "strange.json": publish(*stranger_trust(), now=later),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def stranger_trust() -> tuple[Trust, keys.IssuerKey]:
    ring = stranger_ring()
    key = ring.record()
    return ring.trust(site=SITE, now=dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)), key


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["good.pdf", "--trust", "trust.json"], 0),
        (["good.jwt", "--trust", "trust.json"], 0),
        (["code.txt", "--trust", "trust.json"], 0),
        (["good.pdf", "--trust", "revoked.json"], 4),
        (["good.pdf", "--trust", "older.json", "--now", "2026-11-22"], 0),
        (["good.pdf", "--trust", "older.json", "--now", "2026-12-22"], 3),  # what is known is too old
        (["good.pdf", "--trust", "strange.json"], 3),
        (["forged.json", "--trust", "trust.json"], 1),
        (["good.pdf", "--trust", "trust.json", "--before", "older.json"], 0),
        (["good.pdf", "--trust", "older.json", "--before", "trust.json"], 2),  # rolled back
        (["good.pdf", "--trust", "strange.json", "--before", "trust.json"], 2),  # nobody vouched for it
        (["good.pdf", "--trust", "good.pdf"], 2),
    ],
)
def test_command_checks_with_a_trust_file(
    partner: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], status: int
) -> None:
    monkeypatch.chdir(partner)

    assert main(["verify", "--now", "2026-11-22T13:00", *arguments]) == status


@pytest.mark.parametrize(
    "bomb", [unfolding_pdf(2000), unfolding_png(), entities_svg(), b"[" * 2_000_000], ids=["PDF", "PNG", "SVG", "JSON"]
)
def test_command_ends_at_a_file_that_unfolds_without_end(tmp_path: Path, bomb: bytes) -> None:
    (tmp_path / "bomb").write_bytes(bomb)

    found = subprocess.run(
        [sys.executable, "-m", "takwin_certificates", "verify", "bomb"], cwd=tmp_path, capture_output=True, check=False, timeout=60
    )

    assert found.returncode in (1, 3)
    assert (b"Traceback" in found.stderr, found.stdout != b"") == (False, True)


@pytest.mark.parametrize("start", [b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"<svg ", b'{"@context":[', b"eyJ0eXAiOiJKV1QifQ."])
@given(rest=st.binary(max_size=300))
def test_any_file_that_begins_like_a_certificate_gets_an_answer(start: bytes, rest: bytes) -> None:
    found = check_file(start + rest, Trust(), now=NOW)

    assert (found.genuine is Genuine.YES, found.facts, found.problems != ()) == (False, (), True)
