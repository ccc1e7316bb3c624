"""The commands about the keys that sign certificates: which there are, a new one, a stolen one, the trust file for partners."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from lms_app.app import compose
from lms_app.cli.saying import as_json, say_json
from lms_app.config import Settings
from lms_app.services.credentials import changing_keys, publishing
from lms_app.storage.transaction import transaction
from takwin_certificates import trust_file
from takwin_certificates.keys.ring import Holding
from takwin_certificates.trust import Purpose

PURPOSES = click.Choice([str(purpose) for purpose in Purpose])
YES = click.option("--yes", is_flag=True, help="Do not ask.")
GUIDE = "docs/operate/keys.md"


@click.group("keys")
def keys_group() -> None:
    """List, replace and publish the keys that sign certificates (docs/operate/keys.md)."""


@keys_group.command("list")
@as_json
@click.pass_obj
def list_keys(settings: Settings, *, as_json: bool) -> None:
    """List every key that this site ever signed with, by purpose, the oldest first."""
    held = compose(settings).keys.holdings()
    if as_json:
        say_json([_facts(one) for one in held])
        return
    for one in held:
        click.echo(f"{_use(one):9} {one.trusted.key_id:50} {_state(one)}")
        if one.is_active and one.trusted.purpose is Purpose.RECORD:
            click.echo(f"{'':9} fingerprint {trust_file.fingerprint_of(one.trusted.key_id)}")
    if not held:
        click.echo("No key yet: each is made when it is first needed.")


@keys_group.command("rotate")
@click.argument("purpose", type=PURPOSES)
@click.pass_obj
def rotate(settings: Settings, purpose: str) -> None:
    """Sign with a new key for PURPOSE from now on. What older keys signed stays good."""
    parts = compose(settings)
    with transaction(parts.sessions) as session:
        new = changing_keys.rotate(session, parts.keys, Purpose(purpose), now=parts.clock())
    click.echo(f"{new} signs from now on. Make a backup that holds the keys, and give partners the new trust file.")


@keys_group.command("compromise")
@click.argument("key_id")
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]), help="First day of doubt (UTC).")
@click.option("--reason", required=True, help="What happened; kept with the key.")
@YES
@click.pass_obj
def compromise(settings: Settings, key_id: str, since: datetime, reason: str, *, yes: bool) -> None:
    """Tell everybody that others may have KEY_ID, and stop signing with it. This is never taken back."""
    parts = compose(settings)
    changing_keys.purpose_of(parts.keys, key_id)
    if not yes:
        click.confirm("Everything signed with this key must then be looked up with you. Go on?", abort=True)
    with transaction(parts.sessions) as session:
        count = changing_keys.compromise(
            session, parts.keys, key_id, since=since.replace(tzinfo=UTC), reason=reason, now=parts.clock()
        )
    click.echo(f"Done. Certificates signed with it: {count}. What to do next stands in {GUIDE}.")


@keys_group.command("destroy")
@click.argument("key_id")
@YES
@click.pass_obj
def destroy(settings: Settings, key_id: str, *, yes: bool) -> None:
    """Remove the private half of KEY_ID, so that nobody can ever sign with it. What it signed stays good."""
    parts = compose(settings)
    changing_keys.purpose_of(parts.keys, key_id)
    if not yes:
        click.confirm("It can't be made again. Go on?", abort=True)
    with transaction(parts.sessions) as session:
        changing_keys.destroy(session, parts.keys, key_id, now=parts.clock())
    click.echo("Destroyed here. Copies in backups are still copies.")


@keys_group.command("trust")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def trust(settings: Settings, file: Path) -> None:
    """Write the signed trust file for partners who check without a network."""
    parts = compose(settings)
    now = parts.clock()
    key = parts.keys.record()
    with transaction(parts.sessions) as session:
        known = publishing.trust_of(session, site=settings.site_url, issuer=settings.issuer, keys=parts.keys, now=now)
    file.write_bytes(trust_file.publish(known, key, now=now))
    click.echo(f"{file}: {len(known.keys)} keys, {len(known.statuses)} status lists.")
    click.echo(f"fingerprint {trust_file.fingerprint_of(key.key_id)}")


def _use(one: Holding) -> str:
    return "pdf root" if one.is_root else str(one.trusted.purpose)


def _state(one: Holding) -> str:
    key = one.trusted
    told = ["signs now"] if one.is_active else []
    told.append(f"since {_day(key.since)}" if key.since else "from before keys had dates")
    if key.retired_at:
        told.append(f"retired {_day(key.retired_at)}")
    if key.compromised_at:
        told.append(click.style(f"COMPROMISED {_day(key.compromised_at)} ({one.reason})", fg="red", bold=True))
    if one.is_active != one.has_private:
        told.append("private half elsewhere" if one.is_active else "private half still here")
    return ", ".join(told)


def _day(moment: datetime) -> str:
    return moment.date().isoformat()


def _facts(one: Holding) -> dict[str, object]:
    key = one.trusted
    moments = {"since": key.since, "retired_at": key.retired_at, "compromised_at": key.compromised_at}
    return {
        "id": key.key_id,
        "purpose": str(key.purpose),
        "root": one.is_root,
        "active": one.is_active,
        "private": one.has_private,
        "reason": one.reason,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
    }


def add_to(main: click.Group) -> None:
    """Add these commands."""
    main.add_command(keys_group)
