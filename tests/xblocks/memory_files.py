"""A host's `coop_files` in memory."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from takwin_xblocks.contract.files import MOST_BYTES_OF_FILES, MOST_FILES, File


class RefusedInMemory(Exception):
    """A file that is not kept."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MemoryFiles:
    """Files of one block for one person who acts; `store` is shared by all of them."""

    refusal = RefusedInMemory

    def __init__(self, store: dict[str, tuple[str, File, bytes]], *, me: str = "aicha") -> None:
        self.store = store
        self.me = me

    def put(self, data: bytes, *, name: str, kind: str) -> File:
        """Keep bytes."""
        mine = {key: file for key, (person, file, _data) in self.store.items() if person == self.me}
        file = File(id=hashlib.sha256(self.me.encode() + data).hexdigest()[:12], name=name, kind=kind, size=len(data))
        if file.id in mine:
            return replace(mine[file.id], is_new=False)
        if len(mine) >= MOST_FILES or sum(each.size for each in mine.values()) + len(data) > MOST_BYTES_OF_FILES:
            raise RefusedInMemory("full")
        self.store[file.id] = (self.me, file, data)
        return file

    def get(self, file_id: str) -> tuple[File, bytes] | None:
        """Return a file."""
        found = self.store.get(file_id)
        return found[1:] if found else None

    def url(self, file_id: str) -> str:
        """Return an address."""
        return f"/files/{file_id}" if file_id in self.store else ""

    def drop(self, file_id: str) -> None:
        """Give up one's own file."""
        if self.store.get(file_id, ("",))[0] == self.me:
            del self.store[file_id]
