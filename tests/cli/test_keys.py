"""The keys of a site, as its operator lists, replaces, gives up and publishes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms_app.cli import main
from lms_app.services.operations.archive import KeyLock
from takwin_certificates import trust_file
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.trust_file import TrustFault, TrustProblem

Takwin = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TAKWIN_DATABASE_URL", "TAKWIN_BLOBS_URL", "TAKWIN_BLOCKS_ORIGIN", "TAKWIN_QUEUE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TAKWIN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TAKWIN_SITE_URL", "https://learn.example.org")
    monkeypatch.setenv("TAKWIN_ISSUER", "Fondation Takwin")
    return tmp_path / "home"


@pytest.fixture
def takwin(home: Path) -> Takwin:
    def run(*arguments: str, exit_code: int = 0, typed: str = "") -> Result:
        result = CliRunner().invoke(main, list(arguments), catch_exceptions=False, input=typed)
        assert result.exit_code == exit_code, result.output
        return result

    run("migrate")
    return run


def keys_of(takwin: Takwin) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(takwin("keys", "list", "--json").stdout)
    return told


def the_active(takwin: Takwin, purpose: str) -> str:
    (found,) = [key["id"] for key in keys_of(takwin) if key["purpose"] == purpose and key["active"] and not key["root"]]
    return str(found)


def test_no_key_is_made_by_looking(takwin: Takwin) -> None:
    assert "No key yet" in takwin("keys", "list").output
    assert keys_of(takwin) == []


def test_each_purpose_is_rotated_alone(takwin: Takwin) -> None:
    for purpose in ("record", "pdf", "jwt"):
        takwin("keys", "rotate", purpose)
    first = {purpose: the_active(takwin, purpose) for purpose in ("record", "pdf", "jwt")}

    said = takwin("keys", "rotate", "jwt").output

    assert the_active(takwin, "jwt") in said
    assert {key["id"]: bool(key["retired_at"]) for key in keys_of(takwin) if key["purpose"] == "jwt"} == {
        first["jwt"]: True,
        the_active(takwin, "jwt"): False,
    }
    assert {purpose: the_active(takwin, purpose) for purpose in ("record", "pdf")} == {key: first[key] for key in ("record", "pdf")}
    listed = takwin("keys", "list").output
    assert re.search(rf"record +{first['record']} +signs now, since \d{{4}}-\d\d-\d\d\n +fingerprint [0-9A-F ]{{29}}\n", listed)
    assert "pdf root" in listed
    assert "PRIVATE" not in listed


def test_a_stolen_key_is_given_up_once_that_is_confirmed(takwin: Takwin) -> None:
    takwin("keys", "rotate", "record")
    stolen = the_active(takwin, "record")
    asked = ("keys", "compromise", stolen, "--since", "2026-01-31", "--reason", "laptop lost")

    takwin(*asked, typed="n\n", exit_code=1)
    assert the_active(takwin, "record") == stolen
    said = takwin(*asked, typed="y\n").output

    assert "signed with it: 0" in said
    assert the_active(takwin, "record") != stolen
    (state,) = [key for key in keys_of(takwin) if key["id"] == stolen]
    assert (state["compromised_at"], state["reason"]) == ("2026-01-31T00:00:00+00:00", "laptop lost")
    assert "COMPROMISED 2026-01-31 (laptop lost)" in takwin("keys", "list").output


def test_a_retired_key_can_be_destroyed_and_an_active_one_can_not(takwin: Takwin, home: Path) -> None:
    takwin("keys", "rotate", "record")
    old = the_active(takwin, "record")

    assert "rotate first" in takwin("keys", "destroy", old, "--yes", exit_code=1).output
    takwin("keys", "rotate", "record")
    takwin("keys", "destroy", old, typed="n\n", exit_code=1)
    assert takwin("keys", "list").output.count("private half still here") == 1
    takwin("keys", "destroy", old, typed="y\n")
    assert "private half" not in takwin("keys", "list").output

    (state,) = [key for key in keys_of(takwin) if key["id"] == old]
    assert state["private"] is False
    assert [path.suffix for path in sorted((home / "keys" / "issuer").glob(f"{old}.*"))] == [".json", ".pub"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("destroy", "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", "--yes"), "no such key"),
        (("compromise", "../../etc", "--since", "2026-01-01", "--reason", "x", "--yes"), "no such key"),
    ],
)
def test_keys_of_others_are_refused_in_one_sentence(takwin: Takwin, arguments: tuple[str, ...], words: str) -> None:
    assert words in takwin("keys", *arguments, exit_code=1).output


def test_a_theft_does_not_lie_ahead(takwin: Takwin) -> None:
    takwin("keys", "rotate", "pdf")
    key_id = the_active(takwin, "pdf")

    refused = takwin("keys", "compromise", key_id, "--since", "2999-01-01", "--reason", "x", "--yes", exit_code=1)

    assert "future" in refused.output
    assert the_active(takwin, "pdf") == key_id


def test_the_trust_file_follows_three_rotations_and_stops_at_a_theft(takwin: Takwin, tmp_path: Path, home: Path) -> None:
    file = tmp_path / "trust.json"
    said = takwin("keys", "trust", str(file)).output
    first = trust_file.open_file(file.read_bytes())
    assert f"fingerprint {first.fingerprint}" in said
    for _ in range(3):
        takwin("keys", "rotate", "record")
    takwin("keys", "trust", str(file))

    newest = trust_file.open_file(file.read_bytes(), first.trust)

    assert (newest.is_first, newest.issuer, newest.trust.site) == (False, "Fondation Takwin", "https://learn.example.org")
    assert newest.signed_by == KeyRing(home / "keys" / "issuer").record().key_id
    takwin("keys", "compromise", newest.signed_by, "--since", "2026-01-31", "--reason", "x", "--yes")
    takwin("keys", "trust", str(file))
    with pytest.raises(TrustProblem) as caught:
        trust_file.open_file(file.read_bytes(), newest.trust)
    assert caught.value.fault is TrustFault.NOT_VOUCHED


def test_keys_of_all_times_come_back_with_a_backup(takwin: Takwin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for purpose in ("record", "pdf", "record"):
        takwin("keys", "rotate", purpose)
    takwin("keys", "compromise", the_active(takwin, "record"), "--since", "2026-01-31", "--reason", "x", "--yes")
    before, file = keys_of(takwin), tmp_path / "backup.zip"
    takwin("backup", str(file), "--passphrase", "open sesame")

    monkeypatch.setenv("TAKWIN_HOME", str(tmp_path / "elsewhere"))
    takwin("restore", str(file), "--passphrase", "open sesame")

    assert keys_of(takwin) == before
    assert [key["purpose"] for key in before] == ["record"] * 3 + ["pdf"] * 2  # one more for the stolen one, and the root
    assert KeyRing(tmp_path / "elsewhere" / "keys" / "issuer").document().key_id == the_active(takwin, "pdf")


def test_keys_that_were_locked_one_by_one_open_too() -> None:
    """Older backups gave each key a salt of its own; now they share one."""
    lock = KeyLock("open sesame")
    shared = [lock.lock(b"one"), lock.lock(b"two")]
    apart = [KeyLock("open sesame").lock(b"one"), KeyLock("open sesame").lock(b"two")]

    assert [KeyLock("open sesame").unlock(each) for each in (*shared, *apart)] == [b"one", b"two"] * 2
    assert (len({each[:16] for each in shared}), len({each[:16] for each in apart})) == (1, 2)
