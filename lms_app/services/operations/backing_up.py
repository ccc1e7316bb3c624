"""Backing up: everything that a Takwin remembers in one file, read at one moment and checked before it is called done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from sqlalchemy import MetaData, Table, select
from sqlalchemy.orm import Session

from lms_app.domain.errors import Conflict
from lms_app.services.operations import archive
from lms_app.services.operations.blob_names import blob_names
from lms_app.storage.blobs import Blobs

_AT_ONCE = 1_000
NOT_KEPT = frozenset({"sign_in"})
"""Signed-in devices: a restored site asks everybody for the password again."""


@dataclass(frozen=True)
class BackupReport:
    """What a backup holds."""

    file: Path
    rows: int
    blobs: int
    keys: bool
    """Whether the keys are in it (under the passphrase)."""


def back_up(
    session: Session,
    metadata: MetaData,
    file: Path,
    *,
    blobs: Blobs,
    keys: Path,
    revision: str,
    passphrase: str | None,
    now: datetime,
) -> BackupReport:
    """Write the backup beside its final place, check every part of it, then give it its name.

    Keys are encrypted with the passphrase; without one they are left out, and the report says so. Refused: a file that
    is there already.
    """
    if file.exists():
        raise Conflict("backup_exists", file=str(file))
    partial = file.with_name(f".{file.name}.part")
    parts: dict[str, str] = {}
    rows = 0
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)  # it holds what people trusted us with
    with ZipFile(partial, "w", compression=ZIP_DEFLATED) as backup:
        for table in metadata.sorted_tables:
            if table.name not in NOT_KEPT:
                rows += _write_table(session, backup, table, parts)
        names = sorted(blob_names(session))
        for sha256 in names:
            _write(backup, f"blobs/{sha256}", blobs.get(sha256), parts, stored=True)
        if passphrase:
            lock = archive.KeyLock(passphrase)
            for key in sorted(path for path in keys.rglob("*") if path.is_file()):
                name = f"keys/{key.relative_to(keys).as_posix()}"
                _write(backup, name, lock.lock(key.read_bytes()), parts)
        manifest = {
            "format": archive.FORMAT,
            "made_at": now.isoformat(),
            "schema": revision,
            "keys": bool(passphrase),
            "parts": parts,
        }
        backup.writestr(archive.MANIFEST, json.dumps(manifest, indent=1))
    archive.read_manifest(partial)
    partial.rename(file)
    return BackupReport(file, rows, len(names), bool(passphrase))


def _write_table(session: Session, backup: ZipFile, table: Table, parts: dict[str, str]) -> int:
    count, digest = 0, hashlib.sha256()
    name = archive.table_part(table)
    with backup.open(name, "w", force_zip64=True) as part:
        for row in _rows(session, table):
            line = (archive.to_line(table, row) + "\n").encode()
            part.write(line)
            digest.update(line)
            count += 1
    parts[name] = digest.hexdigest()
    return count


def _rows(session: Session, table: Table) -> Iterator[Any]:
    order = list(table.primary_key.columns)
    yield from session.execute(select(table).order_by(*order), execution_options={"yield_per": _AT_ONCE}).mappings()


def _write(backup: ZipFile, name: str, data: bytes, parts: dict[str, str], *, stored: bool = False) -> None:
    backup.writestr(name, data, compress_type=ZIP_STORED if stored else ZIP_DEFLATED)
    parts[name] = hashlib.sha256(data).hexdigest()
