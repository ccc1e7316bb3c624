"""The words of a video, language by language: taken from a file or from pasted text, and kept among the course's files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.nodes import read_node
from lms_app.domain.actors import Actor
from lms_app.domain.content import LANGUAGES, Asset, Json
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Invalid, NotFound
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.runtime.transcripts import as_srt
from lms_app.services.authoring.drafts import Draft, commit, hold_draft, open_draft, with_edit
from lms_app.storage.blobs import Blobs

MOST: Final = 500_000
"""Bytes of one transcript: a film of many hours."""
VIDEO: Final = "video"


@dataclass(frozen=True)
class Transcripts:
    """The transcripts of a video."""

    title: str
    language: str
    """Of the course."""
    files: Mapping[str, str]
    """By language: the name of its file."""


def transcripts_of(session: Session, key: CourseKey, block: BlockId) -> Transcripts:
    """Return the transcripts of a video of the draft; raise `NotFound` for a block that is none."""
    draft = open_draft(session, key)
    fields = _video(session, draft, block)
    return Transcripts(draft.outline[block].title, draft.outline.language, dict(fields.get("transcripts") or {}))


def keep_transcript(
    session: Session,
    actor: Actor,
    key: CourseKey,
    block: BlockId,
    *,
    language: str,
    data: bytes,
    blobs: Blobs,
    message: str,
    now: datetime,
) -> bool:
    """Keep what is said in a film in one language, and tell whether the text came with its times.

    Takes SRT and WebVTT; the lines of any other text are spread over the film at the pace of speech. Refused (`Invalid`): no
    words, more than fit, what is no text, and a language that courses can't have.
    """
    if language not in LANGUAGES:
        raise Invalid("bad_language", field="language")
    if len(data) > MOST:
        raise Invalid("transcript_too_big", field="file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid("transcript_not_text", field="file") from error
    told, is_timed = as_srt(text)
    if not told:
        raise Invalid("transcript_empty", field="text")
    draft = hold_draft(session, key)
    fields = _video(session, draft, block)
    name = f"transcript-{block.partition('/')[2]}-{language}.srt"
    body = told.encode()
    asset = Asset(name, blobs.put(body), "application/x-subrip", len(body))
    files = {**(fields.get("transcripts") or {}), language: name}
    edit = Edit(fields={block: {**fields, "transcripts": files}}, assets={name: asset})
    commit(session, draft, with_edit(session, draft, edit, now=now), author=actor.person_id, message=message, now=now)
    return is_timed


def drop_transcript(
    session: Session, actor: Actor, key: CourseKey, block: BlockId, *, language: str, message: str, now: datetime
) -> None:
    """Take a transcript from a video; its file stays with the course, since another video may use it. Raise `NotFound`."""
    draft = hold_draft(session, key)
    fields = _video(session, draft, block)
    files = dict(fields.get("transcripts") or {})
    if files.pop(language, None) is None:
        raise NotFound("no_such_file", path=language)
    edit = Edit(fields={block: {**fields, "transcripts": files}})
    commit(session, draft, with_edit(session, draft, edit, now=now), author=actor.person_id, message=message, now=now)


def _video(session: Session, draft: Draft, block: BlockId) -> Mapping[str, Json]:
    if block not in draft.outline or draft.outline[block].type != VIDEO:
        raise NotFound("no_such_block", block=block)
    fields: Mapping[str, Json] = read_node(session, draft.outline[block].node)["fields"]
    return fields
