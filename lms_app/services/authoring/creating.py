"""Beginning a course: from a title alone, from a lesson template, or from a copy; whoever begins it becomes its trainer."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import count
from typing import Final

from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from lms_app.adapters.courses import COURSE
from lms_app.adapters.nodes import read_node, store_content
from lms_app.adapters.people import write_audit
from lms_app.adapters.revisions import commit_revision
from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.content import LANGUAGES, Block, CourseContent, Hash
from lms_app.domain.edits import Edit
from lms_app.domain.errors import Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.keys import BlockId, CourseKey, block_id, course_key, course_parts
from lms_app.domain.permissions import Action, require
from lms_app.model.authoring import TranslationSource
from lms_app.model.courses import Course
from lms_app.services.accounts.roles import grant_unasked
from lms_app.services.authoring.arranging import checked_title, fresh_names, known, names_beside, settle
from lms_app.services.authoring.drafts import hold_draft, open_draft
from lms_app.services.authoring.importing import find_course_row
from lms_app.services.authoring.lesson_templates import lesson_template

ROOT: Final = block_id("course", "course")
USUAL_ORG: Final = "Takwin"
_PART: Final = re.compile(r"[\w\-~.]{1,60}")
_WORD: Final = re.compile(r"[A-Za-z0-9]+")
_LITTLE: Final = frozenset(
    {
        "a",
        "an",
        "and",
        "the",
        "of",
        "to",
        "in",
        "for",
        "on",
        "de",
        "des",
        "du",
        "la",
        "le",
        "les",
        "un",
        "une",
        "et",
        "en",
        "au",
        "pour",
        "l",
        "d",
    }
)
_MOST_WORDS: Final = 3
_LONGEST_PART: Final = 24


def create_course(
    session: Session,
    actor: Actor,
    *,
    title: str,
    language: str,
    org: str = "",
    course: str = "",
    run: str = "",
    with_lesson: bool = False,
    now: datetime,
) -> CourseKey:
    """Make a course and its first draft, and its maker a trainer of it; return its key, whose empty parts are proposed.

    It is empty, or with `with_lesson` holds one lesson of the template. Refused, all at once and by field: parts of the key with
    other signs than letters, digits, `-`, `_`, `.` and `~`, a key that another course has, no title, a language that Takwin does
    not speak.
    """
    find = Findings()
    for name, part in (("org", org), ("course", course), ("run", run)):
        find(partial(_check_part, name, part))
    told = find(lambda: checked_title(title)) or ""
    if language not in LANGUAGES:
        find.wrong.append(Invalid("bad_language", field="language"))
    find.raise_all()
    key = _free_key(session, actor, told, org=org, course=course, run=run, now=now)
    row = _row(session, key, told, language, now=now)
    content = _with_lesson(told, language) if with_lesson else _empty(told, language)
    commit_revision(session, row, store_content(session, content, now), author=actor.person_id, message="", now=now)
    become_trainer(session, actor, row.id, now=now)
    return key


def copy_course(session: Session, actor: Actor, source: CourseKey, *, title: str, message: str, now: datetime) -> CourseKey:
    """Make a course with all that another's draft holds, in every language, under a key of its own; return the key.

    Papers, hours and looks come along; learners, cohorts, codes and history do not. Refused: no title; a course that the actor may
    not change.
    """
    told = checked_title(title)
    draft = open_draft(session, source)
    require(actor, Action.EDIT_COURSE, [Place(PlaceKind.COURSE, draft.course.id)])
    org, course, _run = course_parts(CourseKey(draft.course.key))
    key = _free_key(session, actor, told, org=org, course="", run="", now=now, like=course)
    row = _row(session, key, told, draft.outline.language, now=now)
    for kept in ("awards", "certificate", "hours", "kind"):
        setattr(row, kept, getattr(draft.course, kept))
    if row.kind == "library":
        row.enrolment = "list"  # a copy is for those who may change it, until they share it
    commit_revision(session, row, Hash(draft.snapshot), author=actor.person_id, message=message, now=now)
    _copy_sources(session, draft.course.id, row.id)
    begun = hold_draft(session, key)
    root = begun.outline[begun.outline.root]
    if root.title != told:
        fields = read_node(session, root.node)["fields"]
        settle(session, actor, begun, Edit(fields={root.id: {**fields, "display_name": told}}), message=message, now=now)
    become_trainer(session, actor, row.id, now=now)
    return key


def add_lesson(
    session: Session, actor: Actor, key: CourseKey, chapter: BlockId, *, title: str = "", message: str, now: datetime
) -> BlockId:
    """Add a lesson of the template to a chapter, as its last one, in the course's own language; return the lesson.

    Refused: a place that is no chapter, a title that is too long.
    """
    draft = hold_draft(session, key)
    if known(draft, chapter).type != "chapter":
        raise Invalid("bad_part", block=chapter)
    template = lesson_template(draft.outline.language)
    blocks = template.blocks(fresh_names(draft, template.types()), title=checked_title(title) if title.strip() else "")
    children = [*draft.outline[chapter].children, blocks[0].id]
    edit = Edit(children={chapter: children}, new={each.id: each for each in blocks})
    settle(session, actor, draft, edit, message=message, now=now)
    return blocks[0].id


def archive(session: Session, actor: Actor, key: CourseKey, *, now: datetime) -> None:
    """Put the course away, audited: it leaves the catalogue and takes no new learners; those in it go on, nothing is deleted."""
    row = hold_draft(session, key).course
    if row.archived_at is None:
        row.archived_at = now
        write_audit(session, "course_archived", f"course:{row.id}", actor=actor.person_id, at=now)


def bring_back(session: Session, actor: Actor, key: CourseKey, *, now: datetime) -> None:
    """Take the course out of the archive, audited: all is as it was."""
    row = hold_draft(session, key).course
    if row.archived_at is not None:
        row.archived_at = None
        write_audit(session, "course_brought_back", f"course:{row.id}", actor=actor.person_id, at=now)


def become_trainer(session: Session, actor: Actor, course_id: int, *, now: datetime) -> None:
    """Make whoever brought a course in its trainer."""
    if actor.person_id is not None:
        place = Place(PlaceKind.COURSE, course_id)
        grant_unasked(session, actor.person_id, Role.TRAINER, place, by=actor.person_id, now=now)


def short_name(title: str) -> str:
    """Return what a course could be called in its key: the first words of its title in Latin letters; '' when it has none."""
    plain = unicodedata.normalize("NFKD", title)
    words = _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))
    telling = [word for word in words if word.lower() not in _LITTLE] or words
    return "-".join(word.capitalize() for word in telling[:_MOST_WORDS])[:_LONGEST_PART].strip("-")


def _row(session: Session, key: CourseKey, title: str, language: str, *, now: datetime) -> Course:
    row = Course(key=key, title=title, source_language=language, created_at=now)
    session.add(row)
    session.flush()
    return row


def _free_key(
    session: Session, actor: Actor, title: str, *, org: str, course: str, run: str, now: datetime, like: str = ""
) -> CourseKey:
    """Return the key that was asked for; parts left empty are proposed, so that no other course has it."""
    org, run = org or _org_of(session, actor), run or str(now.year)
    if course:
        key = course_key(org, course, run)
        if find_course_row(session, key) is not None:
            raise Invalid("course_key_taken", field="run")
        return key
    stem = short_name(title) or like or "Course"
    begun = func.lower(COURSE.c.key).startswith(f"course-v1:{org}+{stem}".lower(), autoescape=True)
    taken = set(session.scalars(select(func.lower(COURSE.c.key)).where(begun)))
    return next(key for key in _keys(org, stem, run) if key.lower() not in taken)


def _keys(org: str, stem: str, run: str) -> Iterable[CourseKey]:
    return (course_key(org, stem if number == 1 else f"{stem}-{number}", run) for number in count(1))


def _org_of(session: Session, actor: Actor) -> str:
    """Return the organisation of the newest course of which the actor is a trainer."""
    mine = [place.id for role, place in actor.roles if role is Role.TRAINER and place.kind is PlaceKind.COURSE]
    found = session.scalar(select(COURSE.c.key).where(COURSE.c.id.in_(mine)).order_by(COURSE.c.id.desc()).limit(1))
    return course_parts(CourseKey(found))[0] if found else USUAL_ORG


def _check_part(name: str, text: str) -> None:
    if text and not _PART.fullmatch(text):
        raise Invalid("bad_key_part", field=name)


def _empty(title: str, language: str) -> CourseContent:
    fields = {"display_name": title, "language": language}  # the second is how files tell it
    return CourseContent(root=ROOT, blocks={ROOT: Block(ROOT, "course", fields)}, language=language)


def _with_lesson(title: str, language: str) -> CourseContent:
    template = lesson_template(language)
    names = names_beside((), ["chapter", *template.types()])
    blocks = template.blocks(names[1:])
    chapter = Block(names[0], "chapter", {"display_name": template.chapter}, (blocks[0].id,))
    content = _empty(title, language)
    root = replace(content.blocks[ROOT], children=(chapter.id,))
    return replace(content, blocks={ROOT: root, chapter.id: chapter, **{each.id: each for each in blocks}})


def _copy_sources(session: Session, source: int, to: int) -> None:
    """Take along what translations were made from, so that none of them looks stale or done that is not."""
    table = TranslationSource.__table__
    names = [column.name for column in table.columns if column.name != "course_id"]
    rows = select(literal(to), *(table.c[name] for name in names)).where(table.c.course_id == source)
    session.execute(insert(TranslationSource).from_select(["course_id", *names], rows))
