"""The commands that run and keep a Takwin."""

from __future__ import annotations

import os
from pathlib import Path

import click

from lms_app import migrations
from lms_app.app import compose
from lms_app.cli import courses, keys, people, registry
from lms_app.cli.saying import Group, as_json, say_json
from lms_app.cli.serving import serve_site, work
from lms_app.config import Settings, read_settings
from lms_app.services.operations import backing_up, doctor, restoring
from lms_app.storage.base import Base
from lms_app.storage.transaction import transaction


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="takwin")
@click.pass_context
def main(context: click.Context) -> None:
    """Takwin, the learning platform of those who train cooperatives. Settings: TAKWIN_* (docs/operate/settings.md)."""
    context.obj = read_settings(os.environ)


@main.command()
@click.option("--host", default="localhost", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--threads", default=8, show_default=True)
@click.pass_obj
def serve(settings: Settings, host: str, port: int, threads: int) -> None:
    """Serve the site from this one process, jobs included. Without TAKWIN_SITE_URL it is known by the address given here."""
    if not os.environ.get("TAKWIN_SITE_URL"):
        settings = read_settings({**os.environ, "TAKWIN_SITE_URL": f"http://localhost:{port}"})
    serve_site(settings, host=host, port=port, threads=threads)


@main.command()
@click.pass_obj
def worker(settings: Settings) -> None:
    """Do the jobs of a site that is served by several processes (needs TAKWIN_QUEUE_URL)."""
    work(settings)


@main.command()
@click.pass_obj
def migrate(settings: Settings) -> None:
    """Bring the database up to date."""
    migrations.migrate(settings)


@main.command("doctor")
@as_json
@click.pass_obj
def examine(settings: Settings, *, as_json: bool) -> None:
    """Tell what is installed, what can be reached, and which blocks load."""
    parts = compose(settings)
    found = doctor.examine(
        settings, engine=parts.engine, blobs=parts.blobs, host=parts.host, is_current=migrations.is_current(parts.engine)
    )
    if as_json:
        say_json([{"area": one.area, "name": one.name, "ok": one.ok, "detail": one.detail} for one in found])
        return
    for one in found:
        sign = click.style("ok  ", fg="green") if one.ok else click.style("NO  ", fg="red", bold=True)
        click.echo(f"{sign}{one.area:11} {one.name:32} {one.detail}")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--passphrase", envvar="TAKWIN_PASSPHRASE", help="Encrypts the keys; without it they are left out.")
@click.pass_obj
def backup(settings: Settings, file: Path, passphrase: str | None) -> None:
    """Write everything into one FILE, and check it."""
    parts = compose(settings)
    with transaction(parts.sessions, writes=False) as session:
        report = backing_up.back_up(
            session,
            Base.metadata,
            file,
            blobs=parts.blobs,
            keys=settings.keys,
            revision=migrations.current_revision(parts.engine),
            passphrase=passphrase,
            now=parts.clock(),
        )
    click.echo(f"{file}: {report.rows} rows, {report.blobs} files, checked.")
    if not report.keys:
        click.echo("The keys are NOT in it: give --passphrase (or TAKWIN_PASSPHRASE), or keep the folder of keys yourself.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--passphrase", envvar="TAKWIN_PASSPHRASE")
@click.pass_obj
def restore(settings: Settings, file: Path, passphrase: str | None) -> None:
    """Restore a backup FILE into an empty Takwin; a site in use is refused."""
    migrations.migrate(settings)
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        rows = restoring.restore(session, Base.metadata, file, blobs=parts.blobs, keys=settings.keys, passphrase=passphrase)
    click.echo(f"{rows} rows restored.")


courses.add_to(main)
people.add_to(main)
keys.add_to(main)
registry.add_to(main)
