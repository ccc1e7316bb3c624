"""The source of what runs, packed for whoever uses the site: AGPL-3.0, section 13."""

from __future__ import annotations

import gzip
import io
import tarfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[3]
PARTS = ("lms_app", "certificates", "xblocks", "courses", "deploy", "docs", "requirements", "tests")
FILES = (
    "CHANGELOG.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "babel.cfg",
    "package-lock.json",
    "package.json",
    "pyproject.toml",
)
_LEFT_OUT = frozenset({"__pycache__", "build", "node_modules", ".venv"})


@cache
def packed_source(root: Path = ROOT) -> bytes:
    """Return a tar.gz of this program as it runs, with the same bytes for the same files."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as zipped, tarfile.open(fileobj=zipped, mode="w") as archive:
        for path in _files(root):
            member = tarfile.TarInfo(f"takwin/{path.relative_to(root).as_posix()}")
            member.size = path.stat().st_size
            with path.open("rb") as file:
                archive.addfile(member, file)
    return packed.getvalue()


def _files(root: Path) -> list[Path]:
    below = [path for part in PARTS for path in sorted((root / part).rglob("*")) if path.is_file()]
    named = [root / name for name in FILES if (root / name).is_file()]
    return named + [path for path in below if not _LEFT_OUT & set(path.relative_to(root).parts) and path.suffix != ".pyc"]
