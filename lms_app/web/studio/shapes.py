"""Facts about a draft in the shapes that the studio's templates take."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from lms_app.domain.content import Outline, OutlineEntry
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.domain.learning import Rendered
from lms_app.runtime.page import SCRIPT
from lms_app.web.blocks.pages import STYLE
from lms_app.web.context import takwin
from lms_app.web.i18n import N_
from lms_app.web.studio.editors import QUESTIONS, addable
from lms_app.web.studio.help_words import help_of_type

TYPE_NAMES: dict[str, str] = {
    "course": N_("Course"),
    "chapter": N_("Chapter"),
    "sequential": N_("Lesson"),
    "vertical": N_("Unit"),
    "html": N_("Text"),
    "coop_quiz": N_("Quiz"),
    "coop_scenario": N_("Scenario with choices"),
    "coop_worksheet": N_("Worksheet"),
    "coop_order": N_("Put in order"),
    "coop_match": N_("Matching"),
    "coop_diagnostic": N_("Diagnostic of a cooperative"),
    "coop_plan": N_("Plan of a cooperative"),
    "coop_journal": N_("Journal or case"),
    "coop_observation": N_("Live observation"),
    "coop_rubric": N_("Work judged with a rubric"),
    "coop_evidence": N_("Evidence of practice"),
    "coop_attendance": N_("Face-to-face session with attendance"),
    "problem": N_("Problem"),
    "video": N_("Video"),
    "discussion": N_("Discussion"),
    "poll": N_("Poll"),
    "poll_question": N_("Poll"),
    "survey": N_("Survey"),
    "word_cloud": N_("Word cloud"),
    "library_content": N_("Blocks drawn from a library"),
    "itembank": N_("Blocks drawn from a bank"),
    "conditional": N_("Shown on a condition"),
    "split_test": N_("One of several variants"),
    "randomize": N_("One drawn at random"),
    "annotatable": N_("Text with notes"),
    "drag-and-drop-v2": N_("Drag and drop"),
    "done": N_("Done and finished"),
    "pdf": N_("PDF document"),
    "lti": N_("Tool from elsewhere (LTI)"),
}
ICONS: dict[str, str] = {
    "html": "text",
    "video": "play",
    "coop_quiz": "quiz",
    "problem": "question",
    "coop_scenario": "people",
    "coop_worksheet": "chart",
    "coop_order": "down",
    "coop_match": "check",
    "coop_diagnostic": "search",
    "coop_plan": "calendar",
    "coop_journal": "text",
    "coop_observation": "eye",
    "coop_rubric": "award",
    "coop_evidence": "pin",
    "coop_attendance": "people",
    "poll": "award",
    "survey": "file",
    "word_cloud": "globe",
    "discussion": "people",
    "drag-and-drop-v2": "pin",
    "library_content": "book",
    "itembank": "book",
    "done": "check",
    "vertical": "file",
    "sequential": "book",
    "chapter": "book",
}
"""The sign of each type, by which it is known in the choice and on a unit's page."""
Trail = list[tuple[str, str | None]]


@dataclass(frozen=True)
class Preview:
    """A block as staff sees it, with the way to change it."""

    block: BlockId
    title: str
    type_name: str
    language: str
    html: Markup
    is_framed: bool
    failed: str
    has_children: bool
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    icon: str = "text"


@dataclass(frozen=True)
class Offer:
    """A type of block in the choice of what to add."""

    type: str
    name: str
    icon: str
    about: str


@dataclass(frozen=True)
class Line:
    """A block in the outline of the studio."""

    block: BlockId
    title: str
    type_name: str
    notes: tuple[str, ...]
    below: tuple[Line, ...] = ()
    is_unit: bool = False


def type_name(block_type: str) -> str:
    """Return what a block type is called; its own name where we have no words."""
    said = TYPE_NAMES.get(block_type)
    return gettext(said) if said else block_type


def icon_of(block_type: str) -> str:
    """Return the sign of a block type."""
    return ICONS.get(block_type, "circle")


def addable_types() -> list[tuple[str, str]]:
    """Return the types of block that a unit can be given here, and what they are called."""
    return [(offer.type, offer.name) for _group, offers in offers_by_group() for offer in offers]


def offers_by_group(*, only_questions: bool = False) -> list[tuple[str, list[Offer]]]:
    """Return what a unit can be given here, in the groups of the choice; in a library of questions, questions alone."""
    return [
        (gettext(group), [Offer(kind, type_name(kind), icon_of(kind), help_of_type(kind)) for kind in kinds])
        for group, kinds in addable(takwin().host.types.installed())
        if not only_questions or group == QUESTIONS
    ]


def preview_of(rendered: Rendered, entry: OutlineEntry) -> Preview:
    """Return the block for the page; one that needs a frame is named, and the page puts its frame there."""
    is_shown = rendered.inline_safe and not rendered.failed
    resources = [one for one in rendered.resources if one.kind == "url"] if is_shown else []
    return Preview(
        block=rendered.block,
        title=entry.title,
        type_name=type_name(rendered.block_type),
        language=rendered.language,
        html=Markup(rendered.html) if is_shown else Markup(),  # noqa: S704 -- an inline-safe block's
        is_framed=not rendered.inline_safe,
        failed=rendered.failed,
        has_children=bool(entry.children),
        styles=tuple(one.data for one in resources if one.mimetype == STYLE),
        scripts=tuple(one.data for one in resources if one.mimetype == SCRIPT),
        icon=icon_of(rendered.block_type),
    )


def outline_lines(outline: Outline, *, deepest: int = 3) -> tuple[Line, ...]:
    """Return chapters, lessons and units of a draft."""
    return _below(outline, outline.root, deepest)


def _below(outline: Outline, block: BlockId, levels: int) -> tuple[Line, ...]:
    if not levels:
        return ()
    return tuple(
        Line(child.id, child.title, type_name(child.type), _notes(child), _below(outline, child.id, levels - 1), levels == 1)
        for child in outline.children(block)
    )


def _notes(entry: OutlineEntry) -> tuple[str, ...]:
    notes = []
    if entry.settings.get("visible_to_staff_only"):
        notes.append(gettext("hidden from learners"))
    if entry.type == "sequential" and entry.settings.get("graded"):
        notes.append(str(entry.settings.get("format") or gettext("graded")))
    return tuple(notes)


def trail(outline: Outline, block: BlockId, key: CourseKey) -> Trail:
    """Return the way down to a block for the breadcrumb: the course, chapter, lesson and unit that hold it, itself."""
    steps: Trail = []
    for entry in outline.path(block):
        if entry.id == block:
            steps.append((entry.title, None))
        elif entry.type == "course":
            steps.append((entry.title, url_for("studio.course", course_key=key)))
        elif entry.type in {"chapter", "sequential"}:
            steps.append((entry.title, url_for("studio.course", course_key=key, _anchor=f"b-{entry.id}")))
        else:
            steps.append((entry.title, url_for("studio.unit", course_key=key, unit=entry.id)))
    return steps
