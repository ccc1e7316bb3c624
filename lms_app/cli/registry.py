"""The commands about the register of certificates: bringing in the numbers of an older one, writing the register as a table."""

from __future__ import annotations

from pathlib import Path

import click

from lms_app.app import compose
from lms_app.cli.saying import as_json, say_json
from lms_app.config import Settings
from lms_app.domain.actors import ANONYMOUS, SITE, Actor, Role
from lms_app.services.credentials import exporting, legacy, registry
from lms_app.services.credentials.exporting import COLUMNS, Form
from lms_app.services.credentials.legacy import Report
from lms_app.services.credentials.registry import Asked
from lms_app.storage.transaction import transaction
from lms_app.web.registry.words import FAULTS

_OPERATOR = Actor(person_id=None, roles=frozenset({(Role.SITE_ADMIN, SITE)}))
"""Whoever runs commands here reads the database anyway."""


@click.group("credentials")
def credentials_group() -> None:
    """Bring in old certificate numbers; write the register as a table."""


@credentials_group.command("import-legacy")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Look the file through, and write nothing.")
@as_json
@click.pass_obj
def import_legacy(settings: Settings, file: Path, *, dry_run: bool, as_json: bool) -> None:
    """Bring in the numbers of certificates issued before Takwin, from the CSV FILE (docs/coordinators/registry.md).

    All of it is written, or, where one line has a fault, nothing: then every fault is told, and the exit code is 1.
    """
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        report = legacy.bring_in(
            session, ANONYMOUS, file.read_bytes(), issuer=parts.issuer.name, is_trial=dry_run, now=parts.clock()
        )
    if as_json:
        faults = [{"line": one.line, "code": one.code, "column": one.column, "value": one.value} for one in report.faults]
        say_json({"new": report.new, "known": report.known, "written": report.is_written, "faults": faults})
    else:
        _say(file, report)
    if report.faults:
        raise SystemExit(1)


@credentials_group.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(settings: Settings, file: Path) -> None:
    """Write every certificate with every certified fact into FILE: .csv, .xlsx or .ods."""
    form = file.suffix.lower().removeprefix(".")
    if form not in set(Form):
        raise click.BadParameter("the name must end with .csv, .xlsx or .ods")
    parts = compose(settings)
    with transaction(parts.sessions, writes=False) as session:
        rows = list(registry.every_row(session, _OPERATOR, Asked(), now=parts.clock()))
    heads = {name: name for name in COLUMNS}
    table = exporting.table(Form(form), rows, heads=heads, words=lambda _name, value: value, title="Certificates", is_rtl=False)
    file.write_bytes(table)
    click.echo(f"{file}: {len(rows)} certificates.")


def _say(file: Path, report: Report) -> None:
    for one in report.faults:
        place = f"{file}:{one.line}" if one.line else str(file)
        column = f" {one.column}:" if one.column else ""
        click.echo(f"{place}:{column} {FAULTS[one.code] % {'value': one.value}}")
    written = "written" if report.is_written else "nothing written"
    click.echo(f"{report.new} new, {report.known} here already, {len(report.faults)} faults: {written}.")


def add_to(main: click.Group) -> None:
    """Add these commands."""
    main.add_command(credentials_group)
