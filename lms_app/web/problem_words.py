"""What imports and exports find, in words: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext

from lms_app.domain.problems import Problem, Severity
from lms_app.web.i18n import N_

_PACK_AGAIN: Final = N_("Export the course again where it comes from, and bring in the file as you got it.")
_PACK_SMALLER: Final = N_("Leave out what the course does not use, above all videos: they belong on a video site.")
_NOT_SAFE: Final = N_("Such a file is never taken. If it comes from an export, tell whoever gave it to you.")
_MEND_FILE: Final = N_("Mend the file at this line, and bring the course in again.")
_LOOK_AT_BLOCK: Final = N_("Open the block and set it by hand.")
_NO_HARM: Final = N_("Nothing needs to be done.")
_MEND_TRANSLATION: Final = N_("Make the two courses alike, then bring this language in again; only words may differ.")

WORDS: Final[dict[str, tuple[str, str]]] = {
    # the archive
    "archive_bomb": (N_("The file unpacks to more than %(ratio)s times its size."), _NOT_SAFE),
    "archive_damaged": (N_("The file is damaged: %(reason)s."), N_("Download or copy it again; the copy was probably cut short.")),
    "archive_encrypted": (N_("The file is locked with a password."), N_("Pack it again without a password.")),
    "archive_header_too_big": (N_("The file has a header that is too large."), _NOT_SAFE),
    "archive_is_library": (N_("This is a content library, not a course."), N_("Export the course itself.")),
    "archive_is_moodle": (N_("This is a Moodle backup."), N_("Takwin takes courses in Open edX's form (OLX).")),
    "archive_is_scorm": (N_("This is a SCORM package."), N_("Takwin takes courses in Open edX's form (OLX).")),
    "archive_member_too_big": (N_("One file inside is larger than %(most)s bytes."), _PACK_SMALLER),
    "archive_name_outside": (N_("A file inside wants to be written outside of the course."), _NOT_SAFE),
    "archive_name_too_long": (N_("A file inside has a name longer than %(most)s characters."), N_("Give it a shorter name.")),
    "archive_name_unreadable": (N_("A file inside has a name that can't be read."), _PACK_AGAIN),
    "archive_not_a_file": (N_("There is something inside that is no file: %(kind)s."), _NOT_SAFE),
    "archive_not_found": (N_("There is no such file or folder. %(reason)s"), N_("Look at its name and place.")),
    "archive_not_known": (N_("This is neither a tar.gz nor a zip. %(reason)s"), _PACK_AGAIN),
    "archive_packing_not_known": (
        N_("A file inside is packed in a way that is not known here."),
        N_("Pack the course as an ordinary zip or tar.gz."),
    ),
    "archive_same_name": (N_("Two files inside have the same name; the other is %(other)s."), N_("Give one of them another name.")),
    "archive_several_courses": (N_("There are several courses inside: %(others)s."), N_("Pack each course by itself.")),
    "archive_too_big": (N_("The course is larger than %(most)s bytes when unpacked."), _PACK_SMALLER),
    "archive_too_deep": (N_("Folders inside are nested more than %(most)s deep."), _PACK_AGAIN),
    "archive_too_many": (N_("There are more than %(most)s files inside."), _PACK_SMALLER),
    "archive_without_course": (
        N_("There is no course.xml inside, so this is no course. Found: %(found)s."),
        N_("Pack the folder in which course.xml is."),
    ),
    # its files
    "not_a_course": (N_("course.xml begins with “%(tag)s” instead of “course”."), _PACK_AGAIN),
    "course_file_missing": (N_("course.xml names a file that is not there: %(missing)s."), _PACK_AGAIN),
    "file_missing": (
        N_("A file that is named here is not in the course: %(missing)s."),
        N_("Add the file, or take out the line that names it."),
    ),
    "json_broken": (N_("This is not JSON: %(reason)s."), _MEND_FILE),
    "json_not_an_object": (N_("This file should hold an object of JSON, between braces."), _MEND_FILE),
    "grading_without_graders": (
        N_("The grading policy names no kind of assessment, so that nothing counts."),
        N_("Say in the grading policy which kinds of assessment count, and how much."),
    ),
    "page_not_text": (N_("This page is no text, and was left out."), N_("Save it as a text in UTF-8.")),
    "drafts_not_imported": (
        N_("Drafts were left out: %(count)s. Only what was published in the other place comes in."),
        N_("Publish them there first, if you want them."),
    ),
    "files_not_used": (
        N_("Files that nothing in the course names: %(count)s."),
        N_("They were left out. Look whether one of them was forgotten."),
    ),
    "svg_with_script": (N_("A drawing holds a script."), N_("The script never runs here. Nothing needs to be done.")),
    "encoding_guessed": (
        N_("The file is not in UTF-8; it was read as %(encoding)s."),
        N_("Look whether its letters are right, and save it in UTF-8."),
    ),
    "html_entity_replaced": (N_("The file uses signs such as &nbsp; that XML does not know; they were read as in HTML."), _NO_HARM),
    "xml_bad_encoding": (N_("The file's letters can't be read: %(reason)s."), N_("Save it in UTF-8.")),
    "xliff_not_2": (
        N_("This is no file of XLIFF 2."),
        N_("Give back the file that was taken out here, as the translation programme saved it."),
    ),
    "xml_broken": (N_("This is not well-formed XML: %(reason)s."), _MEND_FILE),
    "xml_doctype": (N_("The file declares entities, which could be used for an attack."), N_("Take the DOCTYPE out.")),
    "xml_nul": (N_("There is a sign in the file that no text may hold."), N_("Save it again as a text in UTF-8.")),
    "xml_too_big": (N_("The file has more than %(most)s characters."), N_("Divide it into several blocks.")),
    "xml_too_deep": (N_("Elements are nested more than %(most)s deep."), _MEND_FILE),
    # the course
    "bad_course_key": (
        N_("The course's key has signs that no key may have."),
        N_("Use letters, digits, hyphens and full stops in course.xml."),
    ),
    "course_without_name": (N_("course.xml does not say: %(missing)s."), N_("Write it there; the course has a makeshift key now.")),
    "language_guessed": (
        N_("The course does not say in which language it is written; “%(language)s” was taken."),
        N_("If that is wrong, say so in the course's “language”, and bring it in again."),
    ),
    # blocks
    "attribute_not_read": (N_("The setting “%(attribute)s” can't be read: %(reason)s. It is kept as it came."), _LOOK_AT_BLOCK),
    "policy_not_read": (N_("The policy's setting “%(attribute)s” can't be read: %(reason)s."), _LOOK_AT_BLOCK),
    "block_not_read": (
        N_("This block could not be read and is kept as it came: %(reason)s."),
        N_("Learners see a polite line in its place. Mend it in the file, and bring the course in again."),
    ),
    "block_in_itself": (N_("The block %(block)s is inside itself; that place was left out."), _MEND_FILE),
    "child_twice": (N_("The block %(block)s stands twice in the same place; once was enough."), _NO_HARM),
    "two_parents": (N_("The block %(block)s stands in two places. Both show the same block, with the same answers."), _NO_HARM),
    "name_cleaned": (N_("The name “%(given)s” has signs that no name may have; the block is called %(block)s."), _NO_HARM),
    "name_taken": (
        N_("Another block is called “%(given)s” already; this one is called %(block)s."),
        N_("Links to it by its old name lead to the other."),
    ),
    "name_too_long": (N_("The name “%(given)s” is too long; the block is called %(block)s."), _NO_HARM),
    "nested_too_deep": (N_("Blocks are nested more than %(most)s deep."), _MEND_FILE),
    "type_not_installed": (
        N_(
            "There is nothing here that plays blocks of the type “%(type)s”: the block is kept, and a polite line stands in its place."
        ),
        N_("Ask whoever runs this site whether the type can be installed, or put another block there."),
    ),
    # another language
    "language_block_missing": (N_("The translation lacks the block %(block)s; there the source text is shown."), _MEND_TRANSLATION),
    "language_block_extra": (
        N_("The translation has a block that the course lacks: %(block)s. It was left out."),
        _MEND_TRANSLATION,
    ),
    "language_order_differs": (N_("Inside %(block)s the order is another one; the course's order stands."), _MEND_TRANSLATION),
    "language_blocks_moved": (
        N_("Blocks stand elsewhere in the translation: %(moved)s. The course's places stand."),
        _MEND_TRANSLATION,
    ),
    "language_policy_differs": (N_("The course's policy differs in “%(part)s”; the course's own stands."), _MEND_TRANSLATION),
    "language_setting_differs": (
        N_(
            "The setting “%(setting)s” of %(block)s differs: here %(ours)s, in the translation %(theirs)s. The course's own stands."
        ),
        _MEND_TRANSLATION,
    ),
    "language_text_missing": (
        N_("The text “%(setting)s” of %(block)s is not translated; there the source text is shown."),
        N_("Translate it on the block's page."),
    ),
    "language_answer_key_differs": (
        N_("The right answers in %(block)s are not those of the course; its translation was left out."),
        _MEND_TRANSLATION,
    ),
    # taking out
    "asset_lost": (N_("The bytes of this file are lost, so it is not in the archive."), N_("Bring the file in again.")),
    "block_not_exported": (
        N_("The block %(block)s can't write itself: %(reason)s. Its settings were written plainly."),
        _LOOK_AT_BLOCK,
    ),
    "export_not_readable": (N_("The archive could not be read back for a check."), N_("Tell whoever runs this site.")),
    "not_exported_exactly": (
        N_("In %(block)s something is lost on the way out: %(fields)s."),
        N_("Keep a backup of this Takwin besides the archive."),
    ),
}
"""What is wrong and the remedy, by a problem's code. A code used anywhere has its row, and a test says so."""

_UNKNOWN: Final = (N_("Something was met that has no name yet: %(code)s."), N_("Tell whoever runs this site."))
_SEVERITIES: Final = {
    Severity.ERROR: ("bad", N_("Stops the import")),
    Severity.WARNING: ("warn", N_("Loss or guess")),
    Severity.NOTE: ("info", N_("Good to know")),
}


@dataclass(frozen=True)
class Told:
    """A problem in words."""

    kind: str
    """Of the notice: `bad`, `warn` or `info`."""
    severity: str
    file: str
    line: int
    message: str
    remedy: str


def told(problem: Problem) -> Told:
    """Return a problem in the reader's language."""
    message, remedy = WORDS.get(problem.code, _UNKNOWN)
    kind, severity = _SEVERITIES[problem.severity]
    return Told(kind, gettext(severity), problem.file, problem.line, _filled(gettext, message, problem), str(gettext(remedy)))


def severity_words(severity: Severity) -> str:
    """Return how bad something is, in the reader's language."""
    return str(gettext(_SEVERITIES[severity][1]))


def problem_in_english(problem: Problem) -> str:
    """Return a problem and its remedy in plain English, for a terminal."""
    message, remedy = WORDS.get(problem.code, _UNKNOWN)
    return f"{_filled(str, message, problem)} {remedy}"


def _filled(say: Callable[[str], str], message: str, problem: Problem) -> str:
    facts = {name: _plain(value) for name, value in problem.facts.items()}
    return str(say(message) % _Facts(code=problem.code, **facts))


class _Facts(dict[str, str]):
    """Facts of a problem; one that the finder did not give is an ellipsis, since half a sentence helps more than none."""

    def __missing__(self, name: str) -> str:
        return "…"


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(str(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {each}" for name, each in value.items())
    return str(value).strip().rstrip(".")
