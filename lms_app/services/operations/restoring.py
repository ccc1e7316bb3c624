"""Restoring: a backup into an empty Takwin, whole or not at all; a site in use is never written over."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from sqlalchemy import MetaData, Table, func, insert, select, text, update
from sqlalchemy.orm import Session

from lms_app.domain.errors import Conflict, Invalid
from lms_app.services.operations import archive
from lms_app.storage.blobs import Blobs

_AT_ONCE = 500


def restore(session: Session, metadata: MetaData, file: Path, *, blobs: Blobs, keys: Path, passphrase: str | None) -> int:
    """Write all rows, files and keys of the backup, and return the number of rows.

    Refused before anything is written: a damaged file, a Takwin in which somebody has an account (`Conflict`), keys in
    the backup without their passphrase.
    """
    manifest = archive.read_manifest(file)
    if session.execute(select(func.count()).select_from(metadata.tables["person"])).scalar():
        raise Conflict("restore_into_live_site")
    if manifest["keys"] and not passphrase:
        raise Invalid("passphrase_needed")
    with ZipFile(file) as backup:
        secrets = _keys(backup, passphrase or "") if manifest["keys"] else {}
        for name in backup.namelist():
            if name.startswith("blobs/"):
                blobs.put(backup.read(name))
        rows = sum(_restore_table(session, backup, table) for table in metadata.sorted_tables)
        _point_again(session, backup, metadata)
    _count_on(session, metadata)
    for path, data in secrets.items():
        _write_key(keys / path, data)
    return rows


def _keys(backup: ZipFile, passphrase: str) -> dict[str, bytes]:
    names = [name for name in backup.namelist() if name.startswith("keys/")]
    lock = archive.KeyLock(passphrase)
    found = {name.removeprefix("keys/"): lock.unlock(backup.read(name)) for name in names}
    if any(Path(name).is_absolute() or ".." in Path(name).parts for name in found):
        raise Invalid("backup_unreadable", reason="a key outside the folder of keys")
    return found


def _restore_table(session: Session, backup: ZipFile, table: Table) -> int:
    """Insert a table's rows; pointers in a circle (course and revision) are left empty for now."""
    later = _pointers(table)
    count = 0
    lines = _lines(backup, table)
    while batch := list(islice(lines, _AT_ONCE)):
        session.execute(insert(table), [{**row, **dict.fromkeys(later)} for row in batch])
        count += len(batch)
    return count


def _point_again(session: Session, backup: ZipFile, metadata: MetaData) -> None:
    for table in metadata.sorted_tables:
        later = _pointers(table)
        for row in _lines(backup, table) if later else ():
            same = [column == row[column.name] for column in table.primary_key.columns]
            session.execute(update(table).where(*same).values({name: row[name] for name in later}))


def _pointers(table: Table) -> list[str]:
    return [key.parent.name for key in table.foreign_keys if key.constraint is not None and key.constraint.use_alter]


def _lines(backup: ZipFile, table: Table) -> Iterator[dict[str, Any]]:
    name = archive.table_part(table)
    if name not in backup.namelist():
        return  # a table newer than the backup, or one that is not kept
    with backup.open(name) as part:
        for line in io.TextIOWrapper(part, encoding="utf-8"):
            yield archive.from_line(table, line)


def _count_on(session: Session, metadata: MetaData) -> None:
    """Let PostgreSQL number new rows after the restored ones (SQLite does so by itself)."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if list(table.primary_key.columns.keys()) == ["id"]:
            latest = f"(SELECT COALESCE(MAX(id), 0) + 1 FROM {table.name})"  # noqa: S608 -- our own table names
            session.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {latest}, false)"))


def _write_key(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.touch(mode=0o600)
    path.write_bytes(data)
