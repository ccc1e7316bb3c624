"""Which files the database speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.credentials import CREDENTIAL
from lms_app.adapters.nodes import assets_of, read_node, read_snapshot
from lms_app.model.content import Revision


def blob_names(session: Session) -> set[str]:
    """Return the SHA-256 of every file that a revision of a course or a certificate names."""
    drawn = session.execute(select(CREDENTIAL.c.pdf_sha256).where(CREDENTIAL.c.pdf_sha256.is_not(None)))
    return {sha256 for (sha256,) in drawn} | set(_asset_names(session))


def _asset_names(session: Session) -> Iterator[str]:
    listed: set[str] = set()
    for (snapshot,) in session.execute(select(Revision.snapshot).distinct()):
        found = read_snapshot(session, snapshot)
        overlays = [read_node(session, overlay)["assets"] for overlay in found.overlays.values()]
        if found.assets not in listed:
            listed.add(found.assets)
            overlays.append(read_node(session, found.assets))
        for body in overlays:
            yield from (asset.sha256 for asset in assets_of(body).values())
