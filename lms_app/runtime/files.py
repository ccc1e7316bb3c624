"""A course's files as blocks expect to open them: `/static/picture.png` below one folder."""

from __future__ import annotations

import io
from typing import IO, Any

from lms_app.runtime.links import asset_names
from lms_app.runtime.ports import Content


class CourseFiles:
    """The few methods of a PyFilesystem that blocks use while somebody learns; read-only."""

    root_path = ""

    def __init__(self, content: Content) -> None:
        self._content = content

    def exists(self, path: str) -> bool:
        """Tell whether there is such a file."""
        return any(self._content.has_asset(name) for name in _names(path))

    def open(self, path: str, mode: str = "r", **_options: Any) -> IO[Any]:
        """Return a file opened for reading; raise `FileNotFoundError`."""
        for name in _names(path):
            content = self._content.asset(name)
            if content is not None:
                return io.BytesIO(content) if "b" in mode else io.StringIO(content.decode("utf-8-sig", errors="replace"))
        raise FileNotFoundError(path)


def _names(path: str) -> tuple[str, ...]:
    return asset_names(path.lstrip("/").removeprefix("static/"))
