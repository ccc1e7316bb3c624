"""The kinds of things that are done after a commit."""

from __future__ import annotations

from enum import StrEnum


class Errand(StrEnum):
    """What an outbox row asks for."""

    DRAW_CERTIFICATE = "draw_certificate"
    """Payload: `code`."""
    MAIL = "mail"
    """Payload: what `adapters.mail` delivers."""
