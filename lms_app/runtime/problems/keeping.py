"""What follows when a trainer changes a problem: its text makes its OLX, and OLX of its own drops the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lms_app.domain.content import Json
from lms_app.domain.errors import Invalid
from lms_app.runtime.problems.importing import markup_of, problem_of
from lms_app.runtime.problems.judging import wrong_in
from lms_app.runtime.problems.model import Problem, Wrong
from lms_app.runtime.problems.olx import write_olx
from lms_app.runtime.problems.reading import read_markup

TEXT: Final = "markdown"
OLX: Final = "data"


def shown_text(fields: Mapping[str, Json]) -> Json:
    """Return the text of a problem: the one that was kept while its OLX says the same, or one made from the OLX; None for neither.

    The OLX may have gone ahead: an import brought it, or it was translated piece by piece. Where no text says it all, the kept
    one is shown still.
    """
    kept, olx = fields.get(TEXT), fields.get(OLX)
    if not isinstance(olx, str) or not (kept is None or is_ahead(fields)):
        return kept
    return markup_of(olx) or kept


def is_ahead(fields: Mapping[str, Json]) -> bool:
    """Tell whether the OLX of a problem says something else than its text: then saving the text would replace it."""
    text, olx = fields.get(TEXT), fields.get(OLX)
    if not isinstance(text, str) or not isinstance(olx, str):
        return False
    problem, wrong = read_markup(text)
    return bool(wrong) or problem_of(olx) != problem


def problem_changes(
    changes: Mapping[str, Json],
    before: Mapping[str, Json],
    *,
    language: str,
    is_translation: bool,
    source: Mapping[str, Json] | None = None,
) -> dict[str, Json]:
    """Return the changes of a problem with what follows from them; `source` are the fields that a translation goes with.

    Refused (`Invalid`, each fault with its line): a text that can't be understood, OLX that capa would not play, two different
    new versions at once, and a translation in which other answers are right than in its source.
    """
    text, olx = changes.get(TEXT), changes.get(OLX)
    if isinstance(text, str):
        made = olx_of(text, language=language)
        if isinstance(olx, str) and problem_of(olx) != problem_of(made):
            raise Invalid("problem_twice", field=OLX)
        _check_key(made, source, TEXT)
        return {**changes, OLX: made}
    if TEXT in changes and OLX not in changes:
        if not is_translation:
            raise Invalid("problem_no_answers", field=TEXT, line=1)
        return {**changes, OLX: None}  # the translation is taken back
    if isinstance(olx, str):
        _refuse(wrong_in(olx), OLX)
        _check_key(olx, source, OLX)
    if OLX in changes and before.get(TEXT) is not None:
        return {**changes, TEXT: None}
    return dict(changes)


def olx_of(text: str, *, language: str) -> str:
    """Return the OLX that a problem's text stands for; refuse (`Invalid`) with every line that can't be understood."""
    problem, wrong = read_markup(text)
    _refuse(wrong, TEXT)
    return write_olx(problem, language=language)


def _check_key(olx: str, source: Mapping[str, Json] | None, field: str) -> None:
    """Refuse a translation that asks for other answers: scores are of all languages together."""
    theirs = problem_of(str(source.get(OLX) or "")) if source is not None else None
    mine = problem_of(olx)
    if theirs is not None and mine is not None and _key(mine) != _key(theirs):
        raise Invalid("problem_other_key", field=field)


def _key(problem: Problem) -> list[object]:
    """Return what is asked and what is right, without the words; typed texts differ from language to language."""
    found: list[object] = []
    for group in (question.answers for question in problem.questions):
        if group is not None:
            figures = tuple(answer.value for answer in group.right) if group.kind == "number" else ()
            found.append((group.kind, tuple(choice.is_right for choice in group.choices), figures, group.tolerance))
    return found


def _refuse(wrong: tuple[Wrong, ...], field: str) -> None:
    if wrong:
        told = tuple(Invalid(one.code, field=field, line=one.line, **one.facts) for one in wrong)
        raise Invalid("several_wrong", wrong=told)
