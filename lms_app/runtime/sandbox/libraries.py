"""The Python modules that a course brings along, as archives: `python_lib.zip`, and folders named by a script."""

from __future__ import annotations

import functools
import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import SandboxRefused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LARGEST = 16 << 20


def archives_for(python_path: Sequence[str], extra_files: Mapping[str, bytes]) -> list[tuple[str, bytes]]:
    """Return what a script may import from, in the order of its path; refuse more than 16 MB of it."""
    found: list[tuple[str, bytes]] = []
    for place in python_path:
        name = Path(place).name
        if name in extra_files:
            found.append((name, extra_files[name]))
        elif Path(place).is_dir():
            found.append((name, _packed(Path(place))))
    if sum(len(content) for _, content in found) > _LARGEST:
        raise SandboxRefused("input", "the course's Python modules are larger than 16 MB")
    return found


def _packed(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for file in sorted(folder.rglob("*.py")):
            if file.is_file() and not file.is_symlink():
                archive.write(file, file.relative_to(folder).as_posix())
    return buffer.getvalue()


@functools.lru_cache(maxsize=32)
def library_text(content: bytes) -> str:
    """Return all the Python of an archive as one text; refuse what is no archive, or unpacks to far more than it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            modules = [entry for entry in archive.infolist() if entry.filename.endswith(".py")]
            if sum(entry.file_size for entry in modules) > _LARGEST:
                raise SandboxRefused("input", "the course's Python modules unpack to more than 16 MB")
            return "\n".join(archive.read(entry).decode(errors="replace") for entry in modules)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as problem:
        raise SandboxRefused("archive", str(problem)) from problem
