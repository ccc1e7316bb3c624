"""Files under the SHA-256 of their bytes, in a folder or in S3, by fsspec."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import uuid4

import fsspec

from lms_app.domain.errors import NotFound

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A store of immutable files. The same bytes are kept once; nothing is ever changed in place, only removed."""

    def __init__(self, url: str) -> None:
        self._fs, self._root = fsspec.core.url_to_fs(url)

    def put(self, data: bytes) -> str:
        """Store the bytes and return their SHA-256; storing them again costs a look."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._path(sha256)
        if self._fs.exists(path):
            return sha256
        self._write(path, io.BytesIO(data))
        return sha256

    def put_anew(self, data: bytes) -> str:
        """Store the bytes whether they are there or not, and return their SHA-256: whoever deletes what is old sees them as new."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._write(self._path(sha256), io.BytesIO(data))
        return sha256

    def put_file(self, file: BinaryIO) -> str:
        """Store what the file holds from its beginning, piece by piece, and return its SHA-256."""
        file.seek(0)
        sha256 = hashlib.file_digest(cast("Any", file), "sha256").hexdigest()
        path = self._path(sha256)
        if not self._fs.exists(path):
            file.seek(0)
            self._write(path, file)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the bytes, or raise `NotFound`."""
        with self.open(sha256) as file:
            return file.read()

    def open(self, sha256: str) -> BinaryIO:
        """Return the file opened for reading, or raise `NotFound`."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound("no_such_file", sha256=sha256)
        try:
            return cast("BinaryIO", self._fs.open(self._path(sha256), "rb"))
        except FileNotFoundError as error:
            raise NotFound("no_such_file", sha256=sha256) from error

    def remove(self, sha256: str, *, unless_after: datetime) -> bool:
        """Delete a file for good and tell whether it is gone: one that was written after this moment stays.

        The caller knows that nothing names it any more.
        """
        path = self._path(sha256)
        try:
            if not _SHA256.fullmatch(sha256):
                return True
            if self._fs.modified(path) > unless_after:
                return False
            self._fs.rm_file(path)
        except FileNotFoundError:
            pass
        return True

    def _write(self, path: str, content: BinaryIO) -> None:
        self._fs.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH120 -- an fsspec path, not one of this machine
        partial = f"{path}.{uuid4().hex}.part"
        with self._fs.open(partial, "wb") as file:
            shutil.copyfileobj(content, file)
        self._fs.mv(partial, path)  # so that no reader ever sees half a file

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}"
