"""What a course says of itself before anybody enters it: its title, a sentence or two, the text about it; in each language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from lms_app.adapters.content import load_pages
from lms_app.adapters.nodes import read_node
from lms_app.domain.actors import Actor
from lms_app.domain.content import hash_of
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Conflict, Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.keys import CourseKey
from lms_app.runtime.blocks.sanitising import sanitise
from lms_app.services.authoring.arranging import checked_title, settle
from lms_app.services.authoring.drafts import Draft, hold_draft, texts_of
from lms_app.services.learning.catalogue import OVERVIEW, SUMMARY, plain_text

LONGEST_SUMMARY: Final = 300
LONGEST_ABOUT: Final = 60_000


@dataclass(frozen=True)
class Introduction:
    """The course's words about itself in one language; empty ones leave it to those in the source language."""

    title: str = ""
    summary: str = ""
    """Plain text."""
    about: str = ""
    """HTML."""

    @property
    def base(self) -> str:
        """Return what a page of it was made from."""
        return hash_of([self.title, self.summary, self.about])


def introduction_of(session: Session, draft: Draft, language: str) -> Introduction:
    """Return what the draft says in a language of the course, in four reads; `Invalid` for another language."""
    outline = draft.outline
    if language not in outline.languages:
        raise Invalid("no_such_language", field="language")
    pages = load_pages(session, draft.snapshot)
    in_source = language == outline.language
    before = "" if in_source else f"{language}:"
    title = outline[outline.root].title
    if not in_source:
        title = str(texts_of(session, draft.snapshot, outline.root).get(language, ("", {}))[1].get("display_name", ""))
    return Introduction(title, plain_text(pages.get(f"{before}{SUMMARY}", "")), pages.get(f"{before}{OVERVIEW}", ""))


def change_introduction(
    session: Session, actor: Actor, key: CourseKey, wanted: Introduction, *, language: str, base: str, message: str, now: datetime
) -> bool:
    """Make it part of the draft; what is no safe HTML goes. Return whether anything changed.

    Refused: no title in the source language, texts that are too long, and (`Conflict`) what somebody else changed since `base`.
    """
    draft = hold_draft(session, key)
    before = introduction_of(session, draft, language)
    in_source = language == draft.outline.language
    find = Findings()
    title = find(lambda: checked_title(wanted.title)) if in_source or wanted.title.strip() else ""
    summary = plain_text(wanted.summary)
    if len(summary) > LONGEST_SUMMARY:
        find.wrong.append(Invalid("text_too_long", field="summary", longest=LONGEST_SUMMARY))
    if len(wanted.about) > LONGEST_ABOUT:
        find.wrong.append(Invalid("text_too_long", field="about", longest=LONGEST_ABOUT))
    find.raise_all()
    if base != before.base:
        raise Conflict("edit_too_old")
    about = before.about if _alike(wanted.about, before.about) else sanitise(wanted.about).html
    new = Introduction(title or "", summary, about)
    if new == before:
        return False
    edit = _edit(session, draft, before, new, language)
    settle(session, actor, draft, edit, message=message, now=now)
    if draft.course.published_revision_id is None and in_source:
        draft.course.title = new.title
    return True


def _edit(session: Session, draft: Draft, before: Introduction, new: Introduction, language: str) -> Edit:
    outline = draft.outline
    pages = dict(load_pages(session, draft.snapshot))
    prefix = "" if language == outline.language else f"{language}:"
    for path, text in ((SUMMARY, new.summary), (OVERVIEW, new.about)):
        if text and (path != SUMMARY or new.summary != before.summary):
            pages[f"{prefix}{path}"] = text
        elif not text:
            pages.pop(f"{prefix}{path}", None)
    if new.title == before.title:
        return Edit(pages=pages)
    if not prefix:
        fields = read_node(session, outline[outline.root].node)["fields"]
        return Edit(pages=pages, fields={outline.root: {**fields, "display_name": new.title}})
    texts = dict(texts_of(session, draft.snapshot, outline.root).get(language, ("", {}))[1])
    texts.pop("display_name", None)
    return Edit(pages=pages, texts={language: {outline.root: {**texts, **({"display_name": new.title} if new.title else {})}}})


def _alike(sent: str, kept: str) -> bool:
    """Tell whether a form brings back what it was given: browsers send line ends of their own."""
    return sent.replace("\r\n", "\n").strip() == kept.replace("\r\n", "\n").strip()
