"""Which files the database speaks of."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms_app.adapters.nodes import assets_of, read_node, read_snapshot
from lms_app.domain.papers import read_paper
from lms_app.model.content import Revision
from lms_app.model.courses import Course
from lms_app.model.credentials import Credential, CredentialFile, PrintBatch, Programme
from lms_app.model.work import BlockFile
from takwin_certificates.record import InvalidRecord, Record


def blob_names(session: Session) -> set[str]:
    """Return the SHA-256 of every file that a revision of a course or a certificate names, or that somebody handed in."""
    kept = {*session.scalars(select(CredentialFile.sha256)), *session.scalars(select(PrintBatch.sha256))}
    kept |= set(session.scalars(select(BlockFile.sha256)))
    return {*filter(None, kept), *_picture_names(session), *_asset_names(session)}


def is_handed_in_alone(session: Session, sha256: str) -> bool:
    """Tell whether somebody handed this file in, and no course has it: then its address by hash is nobody's to open."""
    is_handed_in = session.scalar(select(BlockFile.id).where(BlockFile.sha256 == sha256).limit(1)) is not None
    return is_handed_in and sha256 not in set(_asset_names(session))


def _picture_names(session: Session) -> Iterator[str]:
    """Yield the pictures of papers as they are set now, and as they stand in what was issued."""
    for table in (Course, Programme):
        for paper in session.scalars(select(table.certificate)):
            yield from read_paper(paper or {}).pictures()
    for text in session.scalars(
        select(Credential.record).where(Credential.status_list.is_not(None)).execution_options(yield_per=500)
    ):
        try:
            record = Record.from_json(text)
        except InvalidRecord:
            continue  # a row that somebody spoilt must not cost everybody their backup; `takwin doctor` names it
        yield from filter(None, (*(each.picture for each in record.signatories), *(each.logo for each in record.partners)))


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
