"""Folders as blocks expect them while they read and write their XML, with no disk behind: the few calls of PyFilesystem that they make.

PyFilesystem itself would cost every process 7 MB and a third of a second, for three methods.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any


class ReadOnlyFolder:
    """The course's files as blocks look into them while they read their XML; remembers what was asked for in vain."""

    root_path = ""

    def __init__(self, exists: Callable[[str], bool], text: Callable[[str], str]) -> None:
        self._exists = exists
        self._text = text
        self._own_file = ""
        self.missed: list[str] = []
        self.opened: list[str] = []

    def begin(self, own_file: str) -> None:
        """Begin anew, for the next block; the file that it is being read from is not its body."""
        self.missed.clear()
        self.opened.clear()
        self._own_file = own_file

    def exists(self, path: Any) -> bool:
        """Tell whether the course has such a file."""
        found = str(path) != self._own_file and self._exists(str(path))
        if not found:
            self.missed.append(str(path))
        return found

    def open(self, path: Any, mode: str = "r", **_options: Any) -> io.BytesIO | io.StringIO:
        """Return the file's text (checked, in UTF-8) opened for reading, or raise `FileNotFoundError`."""
        name = str(path)
        if not self.exists(name):
            raise FileNotFoundError(name)
        self.opened.append(name)
        text = self._text(name)
        return io.BytesIO(text.encode()) if "b" in mode else io.StringIO(text)


class WritableFolder:
    """Where blocks put their files when they write their XML."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def makedirs(self, _path: Any, **_options: Any) -> WritableFolder:
        """Return the folder itself: names with slashes are enough."""
        return self

    makedir = makedirs

    def exists(self, path: Any) -> bool:
        """Tell whether such a file was written."""
        return _name(path) in self.files

    isfile = exists

    def open(self, path: Any, mode: str = "w", **_options: Any) -> io.BytesIO | io.StringIO:
        """Return a file to write to; it is kept once it is closed."""
        name = _name(path)
        if "r" in mode:
            if name not in self.files:
                raise FileNotFoundError(name)
            return io.BytesIO(self.files[name]) if "b" in mode else io.StringIO(self.files[name].decode())
        return _Bytes(self, name) if "b" in mode else _Text(self, name)

    def writebytes(self, path: Any, content: bytes) -> None:
        """Write a whole file."""
        self.files[_name(path)] = content

    def writetext(self, path: Any, content: str, **_options: Any) -> None:
        """Write a whole file."""
        self.files[_name(path)] = content.encode()


class _Bytes(io.BytesIO):
    def __init__(self, folder: WritableFolder, name: str) -> None:
        super().__init__()
        self._folder = folder
        self._name = name

    def close(self) -> None:
        if not self.closed:
            self._folder.files[self._name] = self.getvalue()
        super().close()


class _Text(io.StringIO):
    def __init__(self, folder: WritableFolder, name: str) -> None:
        super().__init__()
        self._folder = folder
        self._name = name

    def close(self) -> None:
        if not self.closed:
            self._folder.files[self._name] = self.getvalue().encode()
        super().close()


def _name(path: Any) -> str:
    return str(path).lstrip("/")
