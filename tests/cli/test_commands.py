"""The commands, as an operator types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lms_app.cli import main
from lms_app.services.authoring.shipped import FOLDER

KEY = "course-v1:Takwin+COOP101+2026"
TOUR = "course-v1:Takwin+TOUR+2026"
GOVERNANCE = "course-v1:Takwin+GOV+2026"
MARKETING = "course-v1:Takwin+MKT+2026"
TRAINERS = "course-v1:Takwin+TOT+2026"
COURSE = FOLDER / "what-is-a-cooperative"
Takwin = Callable[..., Result]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("TAKWIN_DATABASE_URL", "TAKWIN_BLOBS_URL", "TAKWIN_SITE_URL", "TAKWIN_BLOCKS_ORIGIN", "TAKWIN_QUEUE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TAKWIN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def takwin(home: Path) -> Takwin:
    def run(*arguments: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
        assert result.exit_code == exit_code, result.output
        return result

    run("migrate")
    return run


def told(result: Result) -> Any:
    return json.loads(result.stdout)


def test_a_course_comes_in_is_checked_and_goes_out_unchanged(takwin: Takwin, tmp_path: Path) -> None:
    report = told(takwin("import", str(COURSE / "en"), "--json"))
    assert (report["course"], report["problems"], report["blocks"]["coop_quiz"]) == (KEY, [], 4)

    assert takwin("tidy").output == "0 pieces of content that nothing names were deleted.\n"
    check = told(takwin("course", "check", KEY, "--json"))
    assert (check["leaves"], check["rendered"], check["failed"]) == (10, 10, [])

    archive = tmp_path / "out.tar.gz"
    takwin("export", KEY, "-o", str(archive))
    again = told(takwin("import", str(archive), "--json", "--dry-run"))
    assert again["problems"] == []
    assert again["blocks"] == report["blocks"]


def test_a_language_comes_in_beside_the_source(takwin: Takwin, tmp_path: Path) -> None:
    takwin("import", str(COURSE / "en"))

    report = told(takwin("import", str(COURSE / "ar"), "--as-language", "ar", "--of", KEY, "--json"))

    assert report["problems"] == []
    archive = tmp_path / "ar.tar.gz"
    takwin("export", KEY, "--language", "ar", "-o", str(archive))
    assert told(takwin("import", str(archive), "--dry-run", "--json"))["title"] == "ما التعاونية؟"


def test_a_dry_run_writes_nothing(takwin: Takwin) -> None:
    takwin("import", str(COURSE / "en"), "--dry-run")

    assert told(takwin("course", "list", "--json")) == []


def test_a_file_that_is_no_course_is_refused_with_a_reason(takwin: Takwin, tmp_path: Path) -> None:
    odd = tmp_path / "odd.tar.gz"
    odd.write_bytes(b"hello")

    report = told(takwin("import", str(odd), "--json", exit_code=1))

    assert report["refused"]
    assert report["problems"][0]["severity"] == "error"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("course", "check", "course-v1:No+Such+Course"), "There is no such course"),
        (("export", "nonsense"), "There is no such course"),
        (("user", "grant", "nobody", "trainer"), "There is no such person"),
        (("restore", __file__), "not a whole backup"),
        (("worker",), "TAKWIN_QUEUE_URL"),
        (("issue", KEY, "nobody"), "There is no such person"),
        (("programme", "add", "TOT", "--title", "fr=Formation", "--course", KEY), "A programme has 2 to 12 courses"),
        (("revoke", "ABCD", "--reason", "x"), "There is no such certificate"),
    ],
)
def test_what_can_not_be_done_is_said_in_one_sentence(takwin: Takwin, arguments: tuple[str, ...], words: str) -> None:
    result = takwin(*arguments, exit_code=1)

    assert words in result.output
    assert "Traceback" not in result.output


def test_demo_accounts_close_the_site_to_other_machines(takwin: Takwin) -> None:
    made = takwin("demo").output
    assert all(name in made for name in ("admin", "samira", "aicha"))

    refused = takwin("serve", "--host", "0.0.0.0", exit_code=1)

    assert "demo accounts" in refused.output
    assert [one["course"] for one in told(takwin("course", "list", "--json"))] == [KEY, GOVERNANCE, MARKETING, TRAINERS, TOUR]
    issued = {
        kind: takwin("issue", KEY, "khadija", "--kind", kind).output for kind in ("participation", "completion", "competence")
    }
    assert len({*issued.values()}) == 3  # she has them already, each at an address of its own
    assert takwin("issue", KEY, "khadija").output == issued["competence"]
    assert takwin("programme", "issue", "ADVISER", "khadija").output.startswith("http://localhost:8000/v/")
    code = issued["competence"].strip().rsplit("/", 1)[1]
    assert takwin("revoke", code, "--reason", "by mistake").output == "withdrawn\n"
    assert "withdrawn before" in takwin("renew", code, exit_code=1).output


def test_demo_accounts_close_a_site_that_a_proxy_shows_to_others(takwin: Takwin, monkeypatch: pytest.MonkeyPatch) -> None:
    takwin("demo")
    monkeypatch.setenv("TAKWIN_SITE_URL", "https://learn.example.org")

    refused = takwin("serve", "--host", "localhost", exit_code=1)

    assert "demo accounts" in refused.output


def test_a_site_that_was_not_migrated_is_not_served(home: Path) -> None:
    result = CliRunner().invoke(main, ["serve"])

    assert result.exit_code == 1
    assert "takwin migrate" in result.output


def test_accounts_and_roles_from_the_terminal(takwin: Takwin) -> None:
    takwin("import", str(COURSE / "en"))
    made = takwin("user", "add", "fatou", "--role", "trainer", "--course", KEY).output

    assert made.startswith("fatou  ")
    assert takwin("user", "grant", "fatou", "trainer").output == "fatou is trainer of the site now.\n"


def test_a_backup_goes_into_an_empty_home_and_not_into_this_one(
    takwin: Takwin, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    takwin("demo")
    file = str(tmp_path / "backup.zip")
    assert "NOT in it" in takwin("backup", file).output
    assert "accounts here already" in takwin("restore", file, exit_code=1).output

    monkeypatch.setenv("TAKWIN_HOME", str(tmp_path / "second"))
    takwin("restore", file)

    assert [one["title"] for one in told(takwin("course", "list", "--json"))] == [
        "What is a cooperative?",
        "Cooperative governance",
        "Marketing and market access",
        "Train-the-trainer for cooperative advisers",
        "Tour of the blocks",
    ]


def test_the_doctor_tells_what_is_well_and_what_is_not(takwin: Takwin) -> None:
    found = {(one["area"], one["name"]): one for one in told(takwin("doctor", "--json"))}

    assert found["storage", "schema"]["ok"]
    assert found["block type", "coop_quiz"]["ok"]
    assert not found["block type", "openassessment"]["ok"]
    assert "takwin" in takwin("doctor").output


def test_an_unknown_code_is_not_valid(takwin: Takwin) -> None:
    assert told(takwin("verify", "ABCD-EFGH", "--json", exit_code=1))["verdict"] == "unknown"
