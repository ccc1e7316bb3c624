"""The kinds of things that are done after a commit."""

from __future__ import annotations

from enum import StrEnum


class Errand(StrEnum):
    """What an outbox row asks for."""

    DRAW_CERTIFICATE = "draw_certificate"
    """Payload: `code`."""
    PRINT_BATCH = "print_batch"
    """Payload: `batch`, the number of the batch to go on with."""
    MAIL = "mail"
    """Payload: what `adapters.mail` delivers."""
    LET_GO = "let_go"
    """Payload: `sha256`, the hashes of files that were taken back."""
