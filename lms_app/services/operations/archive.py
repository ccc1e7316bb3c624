"""The backup file: a zip of tables as JSON lines, blobs, keys under a passphrase, and a manifest with the hash of each part."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlalchemy import Date, Table

from lms_app.domain.errors import Invalid
from lms_app.storage.base import UtcDateTime

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_SALT_BYTES = 16
_WORK = 2**15
"""Of scrypt: about a tenth of a second and 32 MB, for somebody who guesses as for us."""


def table_part(table: Table) -> str:
    """Return the name of a table's part."""
    return f"tables/{table.name}.jsonl"


def to_line(table: Table, row: Mapping[str, Any]) -> str:
    """Return a row as one line of JSON; times in ISO 8601."""
    return json.dumps({name: _plain(row[name]) for name in table.columns.keys()}, ensure_ascii=False)  # noqa: SIM118 -- a collection


def from_line(table: Table, line: str) -> dict[str, Any]:
    """Return a row of a line; columns that the line lacks (an older backup) take their defaults."""
    given = json.loads(line)
    return {column.name: _restored(column.type, given[column.name]) for column in table.columns if column.name in given}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _restored(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(kind, Date) else value


class KeyLock:
    """Encrypts the keys of a backup under its passphrase (scrypt, then Fernet).

    All of them bear one salt, so that scrypt is paid once and not for each key there ever was.
    """

    def __init__(self, passphrase: str) -> None:
        self._passphrase = passphrase
        self._salt = os.urandom(_SALT_BYTES)
        self._opened: dict[bytes, Fernet] = {}

    def lock(self, data: bytes) -> bytes:
        """Return the bytes encrypted."""
        return self._salt + self._with(self._salt).encrypt(data)

    def unlock(self, data: bytes) -> bytes:
        """Return the bytes again; refuse a wrong passphrase."""
        try:
            return self._with(data[:_SALT_BYTES]).decrypt(data[_SALT_BYTES:])
        except InvalidToken as error:
            raise Invalid("wrong_passphrase") from error

    def _with(self, salt: bytes) -> Fernet:
        if salt not in self._opened:
            key = Scrypt(salt=salt, length=32, n=_WORK, r=8, p=1).derive(self._passphrase.encode())
            self._opened[salt] = Fernet(base64.urlsafe_b64encode(key))
        return self._opened[salt]


def read_manifest(path: Path) -> dict[str, Any]:
    """Return the manifest once every part was read and its hash found right; refuse a file that is not whole."""
    try:
        with ZipFile(path) as backup:
            manifest: dict[str, Any] = json.loads(backup.read(MANIFEST))
            if manifest.get("format") != FORMAT:
                raise Invalid("backup_of_another_format", format=manifest.get("format"))
            for name, sha256 in manifest["parts"].items():
                if _digest(backup, name) != sha256:
                    raise Invalid("backup_part_damaged", part=name)
    except (BadZipFile, KeyError, OSError, ValueError) as error:
        raise Invalid("backup_unreadable", reason=str(error)) from error
    return manifest


def _digest(backup: ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with backup.open(name) as part:
        while chunk := part.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
