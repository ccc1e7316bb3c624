"""Which fields of a block get an editor of their own, and which types of block a unit offers, in the groups of the choice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from flask_babel import gettext

from lms_app.domain.content import Json
from lms_app.runtime.problems.keeping import olx_of
from lms_app.web.i18n import N_

PLAIN: Final = ""
"""Kind of a field that the plain controls of the form serve."""
_EDITORS: Final[Mapping[tuple[str, str], str]] = {
    ("html", "data"): "rich",
    ("about", "data"): "rich",
    ("static_tab", "data"): "rich",
    ("course_info", "data"): "rich",
    ("problem", "markdown"): "problem",
    ("problem", "data"): "problem_olx",
    ("video", "youtube_id_1_0"): "video",
    ("video", "html5_sources"): "video_files",
    ("video", "transcripts"): "transcripts",
    ("poll_question", "answers"): "poll",
    ("poll", "answers"): "poll",
    ("survey", "questions"): "poll",
    ("survey", "answers"): "poll",
}
"""By type and field: the template `studio/editors/<kind>.html` has its macro `control(one, here)`."""
QUESTIONS: Final = N_("Questions and exercises")
"""The group of what can be answered and graded; a library offers it alone."""
ADDABLE: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (N_("Text and video"), ("html", "video")),
    (QUESTIONS, ("coop_quiz", "problem", "coop_*", "drag-and-drop-v2")),
    (N_("Opinions"), ("poll", "survey", "word_cloud")),
    (N_("Others"), ("discussion", "done")),
)
"""Types that a unit can be given, in groups; `coop_*` stands for all of the family that were not named before."""
_OURS: Final = frozenset({"html", "discussion"})
"""Types that are here whatever is installed."""


def editor_of(block_type: str, field_name: str) -> str:
    """Return the kind of editor of a field: the name of its template below `studio/editors/`; '' for a plain control."""
    return _EDITORS.get((block_type, field_name), PLAIN)


def addable(installed: Iterable[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the groups of types that a unit can be given here, without what is not installed; no group is empty."""
    there = _OURS | set(installed)
    named = {kind for _, kinds in ADDABLE for kind in kinds}
    family = tuple(sorted(kind for kind in there if kind.startswith("coop_") and kind not in named))
    groups = ((words, _spread(kinds, family)) for words, kinds in ADDABLE)
    return tuple((words, found) for words, kinds in groups if (found := tuple(kind for kind in kinds if kind in there)))


def starting_fields(block_type: str, language: str) -> dict[str, Json]:
    """Return what a new block begins with, in the words of the present locale: a problem or a poll with a question to write over."""
    if block_type not in {"problem", "poll"}:
        return {}
    other = gettext("Another answer")
    if block_type == "poll":
        labels = (gettext("The first answer"), other)
        answers = [[f"A{place}", {"label": label, "img": "", "img_alt": ""}] for place, label in enumerate(labels, start=1)]
        return {"question": gettext("Write the question here"), "answers": answers}
    text = f">>{gettext('Write the question here')}<<\n\n(x) {gettext('The right answer')}\n( ) {other}\n( ) {other}\n"
    return {"markdown": text, "data": olx_of(text, language=language)}


def _spread(kinds: tuple[str, ...], family: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for kind in kinds for each in (family if kind == "coop_*" else (kind,)))
