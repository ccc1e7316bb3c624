"""Imports from archives held in memory: the course's `python_lib.zip`, since nothing can be written to a disk in here."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import io
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType


class ArchiveFinder(importlib.abc.MetaPathFinder, importlib.abc.InspectLoader):
    """Find and load the modules of one zip archive."""

    def __init__(self, name: str, content: bytes) -> None:
        """Open the archive; refuse bytes that are no zip archive."""
        self.name = name
        self.archive = zipfile.ZipFile(io.BytesIO(content))
        self.members = set(self.archive.namelist())

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return how to load a module of the archive, or None."""
        del path, target
        member = self._member(fullname)
        if member is None:
            return None
        spec = importlib.machinery.ModuleSpec(fullname, self, origin=f"{self.name}/{member}", is_package=self.is_package(fullname))
        spec.has_location = True
        return spec

    def _member(self, fullname: str) -> str | None:
        base = fullname.replace(".", "/")
        for candidate in (f"{base}/__init__.py", f"{base}.py"):
            if candidate in self.members:
                return candidate
        return f"{base}/" if any(member.startswith(f"{base}/") for member in self.members) else None

    def is_package(self, fullname: str) -> bool:
        """Say whether this name is a package."""
        return not (self._member(fullname) or "").endswith(f"{fullname.rpartition('.')[2]}.py")

    def get_source(self, fullname: str) -> str:
        """Return the text of a module."""
        member = self._member(fullname)
        if member is None:
            raise ImportError(fullname)
        return importlib.util.decode_source(self.archive.read(member)) if member.endswith(".py") else ""

    def get_code(self, fullname: str) -> CodeType:
        """Return the compiled module."""
        return compile(self.get_source(fullname), f"{self.name}/{self._member(fullname)}", "exec", dont_inherit=True)

    def get_data(self, path: str) -> bytes:
        """Return a data file of the archive (`pkgutil.get_data`)."""
        try:
            return self.archive.read(path.removeprefix(f"{self.name}/"))
        except KeyError as missing:
            raise FileNotFoundError(path) from missing
