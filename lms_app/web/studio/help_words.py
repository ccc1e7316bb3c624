"""What each kind of block and each setting is for, in two sentences of the trainer's language."""

from __future__ import annotations

from flask_babel import gettext

TYPES: dict[str, str] = {}
SETTINGS: dict[str, str] = {}


def help_of_type(block_type: str) -> str:
    """Return what a kind of block is for; '' for one that we know nothing of."""
    said = TYPES.get(block_type)
    return gettext(said) if said else ""


def help_of(block_type: str, name: str) -> str:
    """Return what a setting does, on this kind of block if it is another thing there; '' when there is nothing to say."""
    said = SETTINGS.get(f"{block_type}.{name}") or SETTINGS.get(name)
    return gettext(said) if said else ""
