"""The register from the command line: old numbers in, the whole list out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms_app.cli import main


@pytest.fixture
def takwin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("TAKWIN_DATABASE_URL", "TAKWIN_BLOBS_URL", "TAKWIN_SITE_URL", "TAKWIN_BLOCKS_ORIGIN", "TAKWIN_QUEUE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TAKWIN_HOME", str(tmp_path / "home"))

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, list(arguments), catch_exceptions=False)

    run("migrate")
    return run


def test_an_old_register_is_looked_through_then_brought_in_whole_or_not_at_all(takwin, tmp_path):
    table = tmp_path / "old.csv"
    table.write_text("number,holder,title\nTK-1,أمينة,Gestion\nTK 1,x,y\n", "utf-8")
    bad = takwin("credentials", "import-legacy", str(table))
    table.write_text("number,holder,title\nTK-1,أمينة,Gestion\n", "utf-8")
    trial, real = (takwin("credentials", "import-legacy", str(table), "--json", *more) for more in (["--dry-run"], []))

    assert (bad.exit_code, f"{table}:3: number: The same number stands in line 2 already." in bad.output) == (1, True)
    assert [(json.loads(each.stdout)["new"], json.loads(each.stdout)["written"]) for each in (trial, real)] == [
        (1, False),
        (1, True),
    ]
    assert json.loads(takwin("credentials", "import-legacy", str(table), "--json").stdout)["known"] == 1


def test_the_register_goes_out_as_a_table(takwin, tmp_path):
    for name in ("all.csv", "all.xlsx", "all.ods"):
        assert takwin("credentials", "export", str(tmp_path / name)).exit_code == 0
    with (tmp_path / "all.csv").open(encoding="utf-8-sig") as file:
        assert next(csv.reader(file))[:4] == ["number", "code", "address", "state"]
    assert takwin("credentials", "export", str(tmp_path / "all.exe")).exit_code == 2
