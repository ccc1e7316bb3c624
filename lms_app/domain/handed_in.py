"""Files that people hand in with their work: what is kept of each, and how much one person may hand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lms_app.domain.keys import BlockId, PersonId

MOST_FILES: Final = 60
MOST_BYTES: Final = 20 * 1024 * 1024
"""What one person may have in one block, all files together."""
LARGEST_FILE: Final = 5 * 1024 * 1024
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
SOUNDS: Final = frozenset({"audio/webm", "audio/ogg", "audio/mp4", "audio/mpeg", "audio/wav"})
DOCUMENTS: Final = frozenset(
    {
        "application/pdf",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "text/plain",
    }
)
TAKEN: Final = PICTURES | SOUNDS | DOCUMENTS
"""Media types that are kept; pictures and sounds are shown in place, documents only saved."""


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """A file as it is kept."""

    token: str
    course_id: int
    block: BlockId
    person: PersonId
    sha256: str
    kind: str
    size: int
    name: str


def is_too_much(sizes: tuple[int, ...]) -> bool:
    """Tell whether files of these sizes are more than one person may have in one block."""
    return len(sizes) > MOST_FILES or sum(sizes) > MOST_BYTES
