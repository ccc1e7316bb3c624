"""The checklist before publishing: in plain words, with a way to each place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from lms_app.domain.content import Outline
from lms_app.domain.keys import CourseKey
from lms_app.services.authoring import checks, drafts
from lms_app.services.authoring.checks import SEVERITIES, Finding
from lms_app.web.access import asked_course
from lms_app.web.context import now, takwin
from lms_app.web.i18n import N_, language_in_words
from lms_app.web.studio.frame import frame

ON_A_PAGE: Final = 200
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    # what is broken for learners
    "file_missing": (N_("A file is missing: %(name)s"), N_("Add the file to the course, or take the picture or link out.")),
    "target_missing": (N_("A link leads to a part that is not in the course: %(name)s"), N_("Choose another target.")),
    "link_malformed": (N_("This address can't work: %(address)s"), N_("Write it whole, as in https://example.org.")),
    "link_private": (
        N_("This address leads to your own network: %(address)s"),
        N_("Learners can't reach it. Put the file into the course."),
    ),
    "link_nowhere": (N_("The link “%(words)s” leads nowhere"), N_("Give it an address, or take the link away.")),
    "course_empty": (N_("Nothing is in the course yet"), N_("Begin with a chapter.")),
    "problem_broken": (N_("The problem can't be read (line %(line)s)"), N_("Mend its markup at this line.")),
    "problem_empty": (N_("The problem is empty"), N_("Write the question, or take the block out.")),
    "problem_no_question": (N_("The problem asks nothing"), N_("Add a question to it.")),
    "no_right_answer": (N_("Question %(number)s has no right answer"), N_("Mark which answer is right.")),
    "quiz_empty": (N_("The quiz has no question"), N_("Write one, or take the block out.")),
    "scenario_empty": (N_("Nothing happens in the scenario yet"), N_("Write its first situation, or take the block out.")),
    "scenario_dead_end": (N_("“%(name)s” is a dead end"), N_("Give this situation a choice, or make it an ending.")),
    "scenario_no_target": (N_("A choice in “%(name)s” leads to “%(to)s”, which is not there"), N_("Choose where it leads.")),
    "scenario_unreachable": (N_("No choice leads to “%(name)s”"), N_("Let a choice lead there, or take this situation out.")),
    "scenario_no_ending": (N_("The scenario never ends"), N_("Make one of the situations that are reached an ending.")),
    "video_missing": (N_("The video block has no video"), N_("Give it a file or a link.")),
    # what is badly told
    "alt_missing": (N_("A picture has no description: %(name)s"), N_("Say what it shows, or mark it as decoration.")),
    "contrast_low": (
        N_("“%(words)s” is hard to read: its contrast is %(ratio)s, and %(least)s is needed"),
        N_("Choose a darker colour for the words, or take the colour out."),
    ),
    "heading_jumps": (
        N_("The heading “%(title)s” skips a level"),
        N_("Make it a heading of level %(next)s: those who listen find their way by levels."),
    ),
    "heading_empty": (N_("A heading is empty"), N_("Take it out.")),
    "table_no_header": (N_("A table has no header cells: “%(title)s”"), N_("Mark its first row or column as headers.")),
    "link_no_words": (N_("A link has no words: %(address)s"), N_("Write where it leads.")),
    "link_says_nothing": (N_("The link “%(words)s” does not say where it leads"), N_("Write the name of what it opens.")),
    "transcript_missing": (N_("The video has no transcript"), N_("Add one: not everybody can hear it, or has the network for it.")),
    "placeholder": (N_("Something is still to be written: “%(words)s”"), N_("Finish the text.")),
    "template_text": (
        N_("A text of the template is not replaced yet: “%(words)s”"),
        N_("Write your own in its place, or take it out."),
    ),
    "title_missing": (N_("There is no title"), N_("Give it one: learners see it in the outline.")),
    "text_empty": (N_("The text is empty"), N_("Write it, or take the block out.")),
    "not_played": (
        N_("This kind of block can't be shown here: %(type)s"),
        N_("Learners see a note instead. Put another block in its place."),
    ),
    "unit_heavy": (N_("This unit weighs %(kilobytes)s KB"), N_("Make its pictures smaller: on a slow network it takes too long.")),
    # the course
    "chapter_empty": (N_("The chapter is empty"), N_("Add a lesson, or take the chapter out.")),
    "lesson_empty": (N_("The lesson is empty"), N_("Add a unit, or take the lesson out.")),
    "unit_empty": (N_("The unit is empty"), N_("Add a block, or take the unit out.")),
    "due_before_start": (N_("It is due before it starts"), N_("Set one of the two dates anew.")),
    "due_past": (N_("It was due in the past"), N_("Give it a later day, or none.")),
    "weights_not_whole": (N_("The parts of the grade make %(total)s %% together"), N_("Set them so that they make 100 %.")),
    "kind_unknown": (N_("“%(kind)s” is not part of the grade"), N_("Choose a kind of work that the grade has.")),
    "kind_without_lesson": (N_("No lesson counts as “%(kind)s”"), N_("Mark a lesson so, or take this part out of the grade.")),
    "graded_without_points": (
        N_("The lesson counts for the grade, but nothing in it can be answered"),
        N_("Add a question, or let it not count."),
    ),
    "paper_unreachable": (
        N_("The certificate asks for %(asked)s %%, but at most %(reachable)s %% can be reached"),
        N_("Ask for less, or add graded lessons."),
    ),
    "paper_without_exercise": (
        N_("The certificate asks for “%(name)s”, and nothing that earns points has this title"),
        N_("Give the exercise its title again, or ask for another one in the course's settings."),
    ),
    "papers_broken": (N_("The rule of the certificate can't be read"), N_("Set it anew in the course's settings.")),
    # translations
    "translation_missing": (
        N_("Texts not translated into %(language)s: %(missing)s"),
        N_("They are shown in the source language."),
    ),
    "translation_stale": (
        N_("Texts in %(language)s that are older than their source: %(stale)s"),
        N_("Look at what changed, and mend or confirm them."),
    ),
}
"""What each kind of finding is called, and what to do."""
_SETTINGS: Final = frozenset({"grading", "awards"})
_ICONS: Final = {"must": "cross", "should": "warn", "could": "info"}


@dataclass(frozen=True)
class Shown:
    """A finding in words, with the way to its place."""

    finding: Finding
    words: str
    remedy: str
    place: str
    """The title of the block."""
    trail: tuple[str, ...]
    url: str
    icon: str


def severity_names() -> dict[str, str]:
    """Return what the severities are called."""
    return {
        "must": gettext("Broken for learners"),
        "should": gettext("Better mended"),
        "could": gettext("Worth a look"),
    }


def shown(outline: Outline, key: CourseKey, findings: Iterable[Finding]) -> list[Shown]:
    """Return findings in the reader's words: for the checklist, and for the page on which a course is published."""
    return [_shown(outline, key, one) for one in findings]


def checklist(course_key: str) -> str:
    """Show what is to be looked at before the course is published."""
    key, moment = asked_course().key, now()
    with takwin().reading() as session:
        draft = drafts.open_draft(session, key)
        found = checks.run(session, key, now=moment)
        context = frame("checks", draft)
    wanted = request.args.get("severity", "")
    chosen = [one for one in found if wanted in {"", one.severity}]
    by_severity = {one: sum(each.severity == one for each in found) for one in SEVERITIES}
    lines = shown(draft.outline, key, chosen[:ON_A_PAGE])
    return render_template(
        "studio/checks.html",
        groups=[(one, [line for line in lines if line.finding.severity == one]) for one in SEVERITIES],
        counts=by_severity,
        total=len(found),
        more=len(chosen) - len(lines),
        wanted=wanted,
        severity_names=severity_names(),
        **context,
    )


def _shown(outline: Outline, key: CourseKey, one: Finding) -> Shown:
    words, remedy = _WORDS[one.kind]
    facts: dict[str, Any] = {"name": "—", "words": "—", "title": "—", "address": "—", **one.facts}
    facts |= {name: isolated(value or "—") for name, value in facts.items() if isinstance(value, str)}
    if one.language:
        facts["language"] = language_in_words(one.language)
    if "before" in facts:
        facts["next"] = facts["before"] + 1
    entry = outline[one.block]
    return Shown(
        finding=one,
        words=gettext(words) % facts,
        remedy=(gettext(remedy) % facts) if "%(" in remedy else gettext(remedy),
        place=entry.title,
        trail=tuple(step.title for step in outline.path(one.block)[1:-1]),
        url=_url(outline, key, one),
        icon=_ICONS[one.severity],
    )


def isolated(text: str) -> str:
    """Return a text of whatever direction so that it does not disturb the words around it."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"


def _url(outline: Outline, key: CourseKey, one: Finding) -> str:
    """Return the page on which the finding can be mended, at the field."""
    if one.kind.startswith("translation_"):
        show = "stale" if one.kind == "translation_stale" else "missing"
        return url_for("studio.translate", course_key=key, language=one.language, lesson=one.block, show=show)
    if one.field in _SETTINGS:
        return url_for("studio.settings", course_key=key)
    if one.kind in {"chapter_empty", "lesson_empty", "course_empty"}:
        return url_for("studio.course", course_key=key)
    if outline[one.block].type == "vertical" and one.kind in {"unit_empty", "unit_heavy"}:
        return url_for("studio.unit", course_key=key, unit=one.block)
    anchor = f"f-{one.field}" if one.field and one.field not in {"structure", "texts"} else None
    return url_for("studio.block", course_key=key, block=one.block, language=one.language or None, _anchor=anchor)


def install(pages: Blueprint) -> None:
    """Add this page to the blueprint."""
    pages.add_url_rule("/<course_key>/checks", endpoint="checks", view_func=checklist)
