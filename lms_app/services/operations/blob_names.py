"""Which files the database speaks of."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.credentials import CREDENTIAL
from lms_app.model.content import Node


def blob_names(session: Session) -> set[str]:
    """Return the SHA-256 of every file named by a course's node or a certificate."""
    drawn = session.execute(select(CREDENTIAL.c.pdf_sha256).where(CREDENTIAL.c.pdf_sha256.is_not(None)))
    return {sha256 for (sha256,) in drawn} | set(_asset_names(session))


def _asset_names(session: Session) -> Iterator[str]:
    """Yield the files that asset and overlay nodes name; only those nodes have a `sha256` in them."""
    bodies = session.execute(select(Node.body).where(Node.body.contains('"sha256":"')))
    for (body,) in bodies:
        yield from _hashes_in(json.loads(body))


def _hashes_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        found = value.get("sha256")
        if isinstance(found, str) and len(found) == 64:  # noqa: PLR2004 -- hex digits of a SHA-256
            yield found
        for each in value.values():
            yield from _hashes_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _hashes_in(each)
