"""Putting away what no state of any course names any more: nodes that were stored and then never used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms_app.adapters.nodes import Snapshot, batches, read_nodes
from lms_app.domain.content import Json
from lms_app.model.authoring import TranslationSource
from lms_app.model.content import Node, Revision

OLD: Final = timedelta(days=30)
"""What is younger may belong to a save that is about to end, or to a page that an author has open."""


def sweep_nodes(session: Session, *, now: datetime) -> int:
    """Delete the nodes that are older than thirty days and in no revision; return how many.

    Everything in the history stays: each revision keeps what it names. A save that meets one of them again writes it anew.
    """
    old = set(session.scalars(select(Node.hash).where(Node.created_at < now - OLD)))
    if not old:
        return 0
    unused = sorted(old - _in_use(session))
    for batch in batches(unused):
        session.execute(delete(Node).where(Node.hash.in_(batch), Node.created_at < now - OLD))
    return len(unused)


def _in_use(session: Session) -> set[str]:
    """Return the hashes of all that any revision names, level by level, each node read once."""
    seen: set[str] = set()
    snapshots = set(session.scalars(select(Revision.snapshot).distinct()))
    seen |= snapshots
    blocks: set[str] = set()
    overlays: set[str] = set()
    for body in read_nodes(session, snapshots).values():
        found = Snapshot.of(body)
        seen |= {found.assets, found.policy, found.pages}
        blocks.add(found.root_hash)
        overlays |= set(found.overlays.values())
    seen |= overlays
    seen |= set(session.scalars(select(TranslationSource.digest).distinct()))  # source texts as translators had them
    for body in read_nodes(session, overlays).values():
        seen |= set(body["texts"].values())
    while blocks:
        seen |= blocks
        blocks = {child for body in read_nodes(session, blocks).values() for child in _children(body)} - seen
    return seen


def _children(body: Json) -> Iterator[str]:
    return (key for _, key in body["children"])
