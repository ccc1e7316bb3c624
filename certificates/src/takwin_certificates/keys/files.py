"""Files of keys: for their owner alone, whole or not at all, and never read half written."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may open."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def write_once(path: Path, content: bytes) -> bool:
    """Write a file that only its owner may read, whole or not at all; False if it was there already."""
    draft = _drafted(path, content)
    try:
        os.link(draft, path)  # unlike a rename, a link never replaces what is there
    except FileExistsError:
        return False
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
    return True


def replace(path: Path, content: bytes) -> None:
    """Put a file in the place of another in one step: a reader finds the old one or the new one, whole."""
    _drafted(path, content).replace(path)


def _drafted(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name[:8]}-{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft
