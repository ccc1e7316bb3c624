"""What differs between two states of a course, in a trainer's words: old and new beside each other, the differing words marked."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from babel import Locale
from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from lms_app.domain.contact import DEFAULT_COUNTRY
from lms_app.domain.content import Asset, Json
from lms_app.domain.differing import runs_of
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.domain.schedule import moment
from lms_app.runtime.editable import EditableField, editable_fields
from lms_app.runtime.plugins import BlockTypes
from lms_app.services.authoring.comparing import Comparison, Consequence, Details, FieldChange, Kind
from lms_app.web.context import actor
from lms_app.web.i18n import LOCALES, language, language_name, theirs, written_date
from lms_app.web.studio.field_words import choice_of, label_of
from lms_app.web.studio.shapes import type_name
from lms_app.web.studio.structures import label_of_text, pieces, told_changes

_BREAKS: Final = re.compile(r"<(?:br|/p|/li|/h\d|/tr|/div|/td|/th|/blockquote|/figcaption)\b[^<>]*>", re.IGNORECASE)
_TAG: Final = re.compile(r"<(script|style)\b(?:(?!<\1\b).)*?</\1>|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_PICTURE: Final = re.compile(r"<img\b[^<>]*?\bsrc\s*=\s*[\"']?(?:/?static/|/?asset[^\"']*?@)?([^\"'\s>]+)", re.IGNORECASE)
_TOKEN: Final = re.compile(r"\s+|\w+|[^\w\s]")
_AROUND: Final = 14
"""Words that stand around a changed one."""
_MOST_TOKENS: Final = 3000
_LANGUAGE_KINDS: Final = frozenset({"text", "source"})
_INVISIBLE: Final = frozenset({"xml_attributes", "kept_elements", "markdown", "tabs"})


@dataclass(frozen=True)
class Words:
    """A run of words: the same in both, only before, or only now."""

    op: str
    """`same`, `gone`, `new` or `skipped`."""
    text: str


@dataclass(frozen=True)
class Said:
    """One field of a block that differs."""

    label: str
    language: str = ""
    """Of its words; '' for a setting."""
    words: tuple[Words, ...] = ()
    before: Markup | str = ""
    after: Markup | str = ""
    note: str = ""
    pictures: tuple[tuple[str, str], ...] = ()
    """`gone` or `new`, and the file's address."""


@dataclass(frozen=True)
class ShownBlock:
    """A block that differs."""

    block: BlockId
    title: str
    type_name: str
    state: str
    """`new`, `gone`, `moved` or `changed`."""
    note: Markup | str = ""
    said: tuple[Said, ...] = ()
    see: str = ""
    """Where it can be seen before and after."""


@dataclass(frozen=True)
class ShownPart:
    """A part that can be published by itself, with all of its blocks that differ."""

    part: BlockId
    title: str
    type_name: str
    above: tuple[str, ...]
    """Titles of the chapter and lesson that hold it."""
    state: str
    blocks: tuple[ShownBlock, ...] = ()
    said: tuple[Said, ...] = ()
    """Of the part itself."""
    note: Markup | str = ""


@dataclass
class Teller:
    """Puts a comparison into words."""

    key: CourseKey
    found: Comparison
    details: Mapping[BlockId, Details]
    types: BlockTypes
    see: bool = True
    _forms: dict[str, Mapping[str, EditableField]] = field(default_factory=dict)

    def parts(self, parts: Iterable[BlockId]) -> list[ShownPart]:
        """Return these parts in words."""
        wanted = list(parts)
        held: dict[BlockId, list[BlockId]] = {part: [] for part in wanted}
        for block in self.found.in_order(self.found.blocks):
            part = self.found.part_of(block)
            if part in held and block != part:
                held[part].append(block)
        return [self._part(part, held[part]) for part in wanted]

    def _part(self, part: BlockId, blocks: list[BlockId]) -> ShownPart:
        outline = self.found.outline_of(part)
        own = self._block(part)
        return ShownPart(
            part=part,
            title=own.title,
            type_name=own.type_name,
            above=tuple(entry.title for entry in outline.path(part)[1:-1]),
            state=own.state,
            blocks=tuple(self._block(block) for block in blocks),
            said=(*own.said, *(self._of_course() if part == self.found.new.root else ())),
            note=own.note,
        )

    def _block(self, block: BlockId) -> ShownBlock:
        found, entry = self.found, self.found.entry(block)
        state = next(
            (name for name, blocks in (("new", found.added), ("gone", found.removed), ("moved", found.moved)) if block in blocks),
            "changed",
        )
        is_leaf = not entry.children and entry.type not in {"course", "chapter", "sequential", "vertical"}
        see = url_for("studio.see_change", course_key=self.key, block=block) if self.see and is_leaf else ""
        told = self.details.get(block)
        said = tuple(self._fields(entry.type, told, whole=state in {"changed", "moved"})) if told else ()
        return ShownBlock(block, entry.title, type_name(entry.type), state, self._note(block), said, see)

    def _note(self, block: BlockId) -> Markup | str:
        found = self.found
        if block in found.moved:
            was, now = found.moved[block]
            return Markup(  # noqa: S704 -- our sentence; the titles in it are escaped
                gettext("Moved from %(old)s to %(new)s", old=theirs(found.old[was].title), new=theirs(found.new[now].title))
            )
        if block in found.reordered:
            titles = Markup(", ").join(theirs(found.new[one].title) for one in found.reordered[block])
            return Markup(gettext("Another order: %(moved)s stands elsewhere now", moved=titles))  # noqa: S704 -- titles are escaped
        return ""

    def _fields(self, block_type: str, told: Details, *, whole: bool) -> Iterator[Said]:
        for change in told.changes:
            if change.name in _INVISIBLE or (not whole and change.name not in {"data", "texts", "question"}):
                continue
            yield from self._said(block_type, told, change)

    def _said(self, block_type: str, told: Details, change: FieldChange) -> Iterator[Said]:
        known = self._form(block_type).get(change.name)
        if change.name == "structure":
            old, new = (side.get("texts") or {} for side in (told.before, told.after))
            for one in told_changes(change.before, change.after, old_texts=old, new_texts=new):
                yield Said(one.label, before=one.before, after=one.after)
        elif _is_words(change.before) or _is_words(change.after):
            yield from _collection(change, told)
        elif isinstance(change.before, str | None) and isinstance(change.after, str | None) and _is_text(change, known):
            yield self._text(change, label_of(known) if known else change.name.replace("_", " "))
        else:
            label = label_of(known) if known else change.name.replace("_", " ")
            yield Said(label, before=_setting(known, change.before), after=_setting(known, change.after))

    def _text(self, change: FieldChange, label: str) -> Said:
        before, after = change.before or "", change.after or ""
        was, now = plain(before), plain(after)
        pictures = tuple(self._pictures(before, after))
        if was == now:
            return Said(
                label,
                change.language,
                note="" if pictures else gettext("The words are the same; their form differs."),
                pictures=pictures,
            )
        return Said(label, change.language, words=marked(was, now), pictures=pictures)

    def _pictures(self, before: str, after: str) -> Iterator[tuple[str, str]]:
        was, now = (dict.fromkeys(_PICTURE.findall(text)) for text in (before, after))
        for op, one, other in (("gone", was, now), ("new", now, was)):
            yield from ((op, path) for path in one if path not in other)

    def _of_course(self) -> Iterator[Said]:
        course = self.found.course
        for languages, label in (
            (course.languages_added, gettext("New language")),
            (course.languages_removed, gettext("Language left out")),
        ):
            if languages:
                yield Said(label, after=", ".join(language_name(one) for one in languages))
        for path, (was, now) in course.files.items():
            yield Said(_file_words(was, now), note=path.partition(":")[2] or path, pictures=tuple(_file(was, now)))
        for path, (before, after) in course.pages.items():
            language = path.partition(":")[0] if ":" in path else self.found.new.language
            yield Said(gettext("The page about the course"), language, words=marked(plain(before), plain(after)))
        for name, (was, now) in course.rules.items():
            label = gettext("How the course is graded") if name == "grading" else name.replace("_", " ")
            yield Said(label, before=_rules(was), after=_rules(now))

    def _form(self, block_type: str) -> Mapping[str, EditableField]:
        if block_type not in self._forms:
            self._forms[block_type] = {one.name: one for one in editable_fields(self.types, block_type)}
        return self._forms[block_type]


def consequence_words(told: Consequence, title: str) -> Markup:
    """Return what publishing does to learners, as a sentence."""
    count, about = told.learners, {"title": theirs(title)}
    said: str
    match told.kind:
        case Kind.KEY:
            said = ngettext(
                "%(title)s has another right answer. %(num)s learner has answered; the score stays as it is.",
                "%(title)s has another right answer. %(num)s learners have answered; their scores stay as they are.",
                count,
                **about,
            )
        case Kind.PIECES_GO:
            said = ngettext(
                "In %(title)s something that %(num)s learner may have answered is left out or has another id.",
                "In %(title)s something that %(num)s learners may have answered is left out or has another id.",
                count,
                **about,
            )
        case Kind.ANSWERED_GOES:
            said = ngettext(
                "%(title)s is left out. %(num)s learner has worked on it; the answers are kept, but not shown.",
                "%(title)s is left out. %(num)s learners have worked on it; the answers are kept, but not shown.",
                count,
                **about,
            )
        case Kind.RENAMED:
            said = gettext("%(title)s has come back under another name. Answers given so far stay with the old one.", **about)
        case Kind.SCORED_COMES:
            said = gettext("%(title)s is new and counts for the grade: whoever has finished has something to do again.", **about)
        case Kind.SCORED_GOES:
            said = gettext("%(title)s counted for the grade and is left out: grades shift.", **about)
        case Kind.RULES:
            said = gettext("The course is graded by other rules: a grade is worked out anew at the learner's next answer.")
    return Markup(said)  # noqa: S704 -- our sentence; the title in it is escaped


def place_of_clock() -> str:
    """Return by which country's clocks the reader's moments are told."""
    return str(Locale.parse(LOCALES[language()]).territories[actor().country or DEFAULT_COUNTRY])


def plain(text: str) -> str:
    """Return the words of a text, a line for each paragraph."""
    bare = html.unescape(_TAG.sub(" ", _BREAKS.sub("\n", text))) if "<" in text else text
    return "\n".join(line for line in (" ".join(each.split()) for each in bare.splitlines()) if line)


def marked(before: str, after: str) -> tuple[Words, ...]:
    """Return both texts as one, word by word: what went and what came, with a few words around."""
    was, now = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(was) > _MOST_TOKENS or len(now) > _MOST_TOKENS:
        was, now = before.splitlines(keepends=True), after.splitlines(keepends=True)
    runs: list[Words] = []
    for op, a, b, c, d in runs_of(was, now):
        if op == "equal":
            runs.append(Words("same", "".join(was[a:b])))
            continue
        runs += [Words(kind, text) for kind, text in (("gone", "".join(was[a:b])), ("new", "".join(now[c:d]))) if text]
    return tuple(_shortened(_merged(runs)))


def _merged(runs: list[Words]) -> list[Words]:
    """Return the runs without islands of spaces and points between two changes: whole phrases read better."""
    made: list[Words] = []
    gone, new = "", ""
    for place, run in enumerate(runs):
        is_island = (
            run.op == "same" and not any(letter.isalnum() for letter in run.text) and bool(gone or new) and place + 1 < len(runs)
        )
        if run.op == "same" and not is_island:
            made += [Words(op, text) for op, text in (("gone", gone), ("new", new)) if text]
            gone, new = "", ""
            made.append(run)
        else:
            gone += run.text if run.op in {"gone", "same"} else ""
            new += run.text if run.op in {"new", "same"} else ""
    made += [Words(op, text) for op, text in (("gone", gone), ("new", new)) if text]
    return [one for run in made for one in _without_edge(run)]


def _without_edge(run: Words) -> Iterator[Words]:
    """Yield the run without the break of line before it, which nobody would call new."""
    bare = run.text.lstrip("\n")
    if run.op != "new" or bare == run.text or not bare:
        yield run
    else:
        yield from (Words("same", run.text[: -len(bare)]), Words("new", bare))


def _shortened(runs: list[Words]) -> Iterator[Words]:
    for place, run in enumerate(runs):
        words = run.text.split(" ")
        if run.op != "same" or len(words) <= 2 * _AROUND + 4:
            yield run
            continue
        if place:
            yield Words("same", " ".join(words[:_AROUND]) + " ")
        yield Words("skipped", "…")
        if place + 1 < len(runs):
            yield Words("same", " " + " ".join(words[-_AROUND:]))


def _collection(change: FieldChange, told: Details) -> Iterator[Said]:
    """Yield the texts of a collection that differ, each by what it is about."""
    before, after = change.before or {}, change.after or {}
    known = pieces(told.before.get("structure")) | pieces(told.after.get("structure"))
    for key in dict.fromkeys([*before, *after]):
        was, now = (plain(str(side.get(key) or "")) for side in (before, after))
        if before.get(key) != after.get(key):
            words = marked(was, now) if was != now else ()
            note = "" if words else gettext("The words are the same; their form differs.")
            yield Said(label_of_text(key, known), change.language, words=words, note=note)


def _is_words(value: Json) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(isinstance(text, str) for text in value.values())


def _is_text(change: FieldChange, known: EditableField | None) -> bool:
    return known is None or known.kind in _LANGUAGE_KINDS


def _setting(known: EditableField | None, value: Json) -> Markup | str:
    """Return a setting in words."""
    if value is None:
        return str(gettext("as usual"))
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if known is not None and known.kind == "date":
        when = moment(value)
        return written_date(when, "time") if when else str(value)
    if known is not None and known.kind == "choice":
        return choice_of(value, dict(known.choices).get(value, str(value)))
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(value)


def _rules(value: Json) -> str:
    if not isinstance(value, Mapping):
        return str(gettext("as usual") if value is None else value)
    kinds = [
        f"{one.get('type')}: {round(float(one.get('weight') or 0) * 100)} %"
        for one in value.get("GRADER") or ()
        if isinstance(one, Mapping)
    ]
    marks = sorted((float(mark), str(name)) for name, mark in (value.get("GRADE_CUTOFFS") or {}).items() if mark)
    told = [(gettext("pass mark") if number == 0 else name, mark) for number, (mark, name) in enumerate(marks)]
    marks_told = [f"{name} ≥ {mark * 100:.4g} %" for mark, name in told]
    return "; ".join([*kinds, *marks_told]) or str(gettext("as usual"))


def _file_words(was: Asset | None, now: Asset | None) -> str:
    if was is None:
        return str(gettext("New file"))
    return str(gettext("File left out") if now is None else gettext("Another file under the same name"))


def _file(was: Asset | None, now: Asset | None) -> Iterator[tuple[str, str]]:
    for op, one in (("gone", was), ("new", now)):
        if one is not None and one.content_type.startswith("image/"):
            yield op, address_of(one)


def address_of(asset: Asset) -> str:
    """Return where a file of the course can be seen."""
    return url_for("blocks.asset", sha256=asset.sha256, name=asset.path.rsplit("/", 1)[-1])
