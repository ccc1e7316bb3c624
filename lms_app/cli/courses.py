"""The commands about courses: bring in, take out, list, check."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from lms_app import migrations
from lms_app.adapters.courses import find_course
from lms_app.app import compose
from lms_app.cli.saying import as_json, say_json, say_problems
from lms_app.config import Settings
from lms_app.domain.actors import Role
from lms_app.domain.keys import BlockId, parse_course_key
from lms_app.i18n import CODES
from lms_app.services.accounts.demo import GRADUATE, create_demo_accounts
from lms_app.services.authoring import checking, exporting, importing, listing, preparing, shipped, sweeping
from lms_app.services.credentials import demonstrating
from lms_app.services.credentials.shipped import load_shipped_programmes
from lms_app.services.teaching.handouts import printable_kit
from lms_app.storage.transaction import transaction


@click.command("import")
@click.argument("source", type=click.Path(path_type=Path, exists=True))
@click.option("--as-language", type=click.Choice(CODES), help="Bring it in as another language of the course --of.")
@click.option("--of", "of_course", metavar="COURSE", help="The course whose other language this is.")
@click.option("--language", type=click.Choice(CODES), help="The language of the course, where its files do not say it.")
@click.option("--key", metavar="COURSE", help="Another key than the one in the files.")
@click.option("--dry-run", is_flag=True, help="Report only; write nothing.")
@click.option("--draft", is_flag=True, help="Do not publish it yet.")
@as_json
@click.pass_obj
def import_file(
    settings: Settings,
    source: Path,
    *,
    as_language: str | None,
    of_course: str | None,
    language: str | None,
    key: str | None,
    dry_run: bool,
    draft: bool,
    as_json: bool,
) -> None:
    """Bring in a course: SOURCE is a tar.gz, a zip or a folder of OLX."""
    parts = compose(settings)
    wanted = parse_course_key(key) if key else None
    prepared = preparing.prepare_import(
        source,
        blobs=None if dry_run else parts.blobs,
        types=parts.host.types,
        key=parse_course_key(of_course) if of_course else wanted,
        language=as_language or language,
    )
    with transaction(parts.sessions) as session:
        report = importing.import_course(
            session,
            prepared,
            blobs=parts.blobs,
            types=parts.host.types,
            now=parts.clock(),
            key=wanted,
            language=language,
            as_language=as_language,
            of=parse_course_key(of_course) if of_course else None,
            dry_run=dry_run,
            publish=not draft,
        )
    if as_json:
        say_json(report.as_json())
    else:
        say_problems(report.problems)
        done = "would be brought in" if dry_run else "was NOT brought in" if report.is_refused else "was brought in"
        click.echo(f"{report.course} “{report.title}” {done}: {sum(report.blocks.values())} blocks.")
    if report.is_refused:
        raise SystemExit(1)


@click.command("export")
@click.argument("course")
@click.option("--language", type=click.Choice(CODES), help="Which of its languages; the source by default.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Where to write it.")
@click.option("--published", is_flag=True, help="What learners see, instead of the draft.")
@as_json
@click.pass_obj
def export_file(
    settings: Settings, course: str, *, language: str | None, output: Path | None, published: bool, as_json: bool
) -> None:
    """Take a COURSE out as an OLX archive that Open edX reads too."""
    parts = compose(settings)
    key = parse_course_key(course)
    with transaction(parts.sessions, writes=False) as session:
        archive, problems = exporting.export_course(
            session, key, blobs=parts.blobs, types=parts.host.types, language=language, published=published
        )
    target = output or Path(f"{key.removeprefix('course-v1:').replace('+', '-')}{'-' + language if language else ''}.tar.gz")
    target.write_bytes(archive)
    if as_json:
        say_json({"course": key, "file": str(target), "bytes": len(archive), "problems": [one.as_json() for one in problems]})
        return
    say_problems(problems)
    click.echo(f"{target}: {len(archive)} bytes.")


@click.command()
@click.argument("course")
@click.option("--language", type=click.Choice(CODES), required=True, help="Which of its languages.")
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Where to write it.")
@click.pass_obj
def handouts(settings: Settings, course: str, *, language: str, output: Path) -> None:
    """Print what a COURSE keeps for its trainers (guides, worksheets, checklists) as one PDF."""
    parts = compose(settings)
    key = parse_course_key(course)
    with transaction(parts.sessions, writes=False) as session:
        facts = find_course(session, key, person=None)
        asked = printable_kit(session, facts, [], language=language, blobs=parts.blobs)
    pdf = parts.press.set(asked)
    output.write_bytes(pdf)
    click.echo(f"{output}: {len(pdf)} bytes.")


@click.group("course")
def course_group() -> None:
    """List and check courses."""


@course_group.command("list")
@as_json
@click.pass_obj
def list_them(settings: Settings, *, as_json: bool) -> None:
    """List every course."""
    parts = compose(settings)
    with transaction(parts.sessions, writes=False) as session:
        courses = listing.list_all(session)
    if as_json:
        say_json(
            [
                {
                    "course": one.key,
                    "title": one.title,
                    "language": one.language,
                    "published": one.is_published,
                    "learners": one.learners,
                }
                for one in courses
            ]
        )
        return
    for one in courses:
        click.echo(f"{one.key}  {'published' if one.is_published else 'draft':9}  {one.learners:5} learners  {one.title}")


@course_group.command("check")
@click.argument("course")
@as_json
@click.pass_obj
def check(settings: Settings, course: str, *, as_json: bool) -> None:
    """Show every block of COURSE as a learner would see it, and report what can't be shown."""
    parts = compose(settings)
    with transaction(parts.sessions, writes=False) as session:
        report = checking.check_course(
            session,
            parse_course_key(course),
            host=parts.host,
            blobs=parts.blobs,
            urls=lambda _content: _Addresses(),
        )
    if as_json:
        say_json(report.as_json())
        return
    for kind, count in sorted(report.by_type.items()):
        click.echo(f"{kind:24} {count['rendered']:4} of {count['leaves']:4} shown")
    for one in report.failed:
        click.echo(f"NOT SHOWN  {one.usage}  {one.reason}")
    click.echo(f"{report.rendered} of {report.leaves} leaves shown.")


@click.command()
@click.pass_obj
def demo(settings: Settings) -> None:
    """Load the shipped courses, and make demo accounts with random passwords, which are printed once."""
    migrations.migrate(settings)
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        reports = list(shipped.load_shipped(session, blobs=parts.blobs, types=parts.host.types, now=parts.clock()))
        load_shipped_programmes(session, folder=shipped.FOLDER, now=parts.clock())
        accounts = create_demo_accounts(session, now=parts.clock())
        trainer = next(account.user_name for account in accounts if account.role is Role.TRAINER)
        demonstrating.show_certificates(session, trainer, GRADUATE, issuer=parts.issuer, now=parts.clock())
    for report in reports:
        say_problems(report.problems)
    click.echo("\nDemo accounts of this Takwin (written down nowhere: copy them now):\n")
    for account in accounts:
        click.echo(f"  {account.role:14} {account.user_name:14} {account.password}")
    click.echo("\nWhile they exist, Takwin listens to this machine only.\n")


@click.command()
@click.pass_obj
def tidy(settings: Settings) -> None:
    """Delete what was stored for courses and is in no state of any; history stays whole. Run it once a month."""
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        swept = sweeping.sweep_nodes(session, now=parts.clock())
    click.echo(f"{swept} pieces of content that nothing names were deleted.")


class _Addresses:
    """Addresses for blocks that are shown to nobody: right in form, and never followed."""

    def handler(self, usage: str, name: str, suffix: str = "", query: str = "") -> str:
        """Address of a handler."""
        return "/".join(part for part in ("/handler", usage, name, suffix) if part) + (f"?{query}" if query else "")

    def local_resource(self, block_type: str, uri: str) -> str:
        """Address of a file of the block's class."""
        return f"/resource/{block_type}/{uri}"

    def asset(self, path: str) -> str:
        """Address of a course file."""
        return f"/asset/{path}"

    def jump_to(self, block: BlockId) -> str:
        """Address of a block's unit."""
        return f"/jump/{block}"

    def work(self, block: BlockId, view: str, query: Mapping[str, str]) -> str | None:  # noqa: ARG002 -- part of the port
        """No address."""
        return None

    def course(self) -> str:
        """Address of the course."""
        return "/"

    def platform_static(self, path: str) -> str:
        """Address of a file that capa expects."""
        return f"/capa/{path}"


def add_to(main: click.Group) -> None:
    """Add these commands."""
    for command in (import_file, export_file, handouts, course_group, demo, tidy):
        main.add_command(command)
