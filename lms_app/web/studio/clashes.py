"""Two authors wrote two things in one place: both are shown side by side, and one of them chooses, or writes what holds of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from lms_app.domain.content import Json
from lms_app.domain.differing import runs_of
from lms_app.domain.errors import Invalid
from lms_app.domain.merging import ABSENT, ORDER, Leaf, with_leaf
from lms_app.i18n import direction_of
from lms_app.runtime.editable import EditableField
from lms_app.services.authoring.editing import BlockState, Clash
from lms_app.services.authoring.working import Laid
from lms_app.web.studio.field_words import label_of
from lms_app.web.studio.fields import shown

_WORDS: Final = re.compile(r"(?:<[^<>]*>|[^\s<>]+|[<>])\s*|\s+")
"""A word, or a tag, with the space after it."""
_TAGS: Final = re.compile(r"<[^<>]*>")
_AROUND: Final = 12
"""Words that are shown on either side of what differs; between them, what both texts say alike is left out."""
MINE, THEIRS, BOTH = "mine", "theirs", "both"

Pieces = tuple[tuple[str, bool], ...]
"""A text in pieces, each with whether it differs from the other text."""


@dataclass(frozen=True)
class Choice:
    """One place in which two authors wrote two things."""

    name: str
    """Of its controls in the form."""
    label: str
    detail: str
    """Where in the field, as ids tell it; empty for the whole of it."""
    mine: Pieces
    """Empty: taken away."""
    theirs: Pieces
    text: str | None
    """To begin a text of both with; None for what is no text."""
    lang: str
    dir: str


def choices(state: BlockState, laid: Laid, language: str) -> tuple[Choice, ...]:
    """Return what is to be decided, place by place."""
    known = {one.name: one for one in state.form}
    return tuple(
        _choice(f"{number}", known[clash.name], leaf, language)
        for number, (clash, leaf) in enumerate(_leaves(laid))
        if clash.name in known
    )


def decided(laid: Laid, form: Mapping[str, str]) -> dict[str, Json]:
    """Return the fields as they were decided, with all else that the author had changed; refuse (`Invalid`) a place left open."""
    values = {name: laid.values.get(name) for name in (laid.copy.changes if laid.copy else ())}
    for number, (clash, leaf) in enumerate(_leaves(laid)):
        chosen = form.get(f"leaf-{number}", "")
        if chosen not in {MINE, THEIRS, BOTH} or (chosen == BOTH and not _is_text(leaf)):
            raise Invalid("clash_not_decided", field=f"leaf-{number}")
        if chosen != MINE:
            told = leaf.theirs if chosen == THEIRS else form.get(f"text-{number}", "").replace("\r\n", "\n") or None
            values[clash.name] = with_leaf(values[clash.name], leaf.path, told)
    return values


def marked(mine: str, theirs: str) -> tuple[Pieces, Pieces]:
    """Return two texts in pieces, those marked that only one of them has. Tags are left out unless nothing else differs.

    Of long stretches that both say alike, only the ends are shown.
    """
    seen = _TAGS.sub(" ", mine).split(), _TAGS.sub(" ", theirs).split()
    if seen[0] != seen[1]:
        mine, theirs = _TAGS.sub("", mine), _TAGS.sub("", theirs)
    one, other = _WORDS.findall(mine), _WORDS.findall(theirs)
    bare = [word.strip() for word in one], [word.strip() for word in other]
    found = list(runs_of(*bare))
    return (
        _joined(
            (_ends(one, left, right) if kind == "equal" else one[left:right], kind != "equal") for kind, left, right, _, _ in found
        ),
        _joined(
            (_ends(other, left, right) if kind == "equal" else other[left:right], kind != "equal")
            for kind, _, _, left, right in found
        ),
    )


def _ends(words: list[str], left: int, right: int) -> list[str]:
    """Return a stretch without its middle; at an end of the text only the side towards what differs counts."""
    if right - left <= 3 * _AROUND:
        return words[left:right]
    begin = words[left : left + _AROUND] if left else []
    end = words[right - _AROUND : right] if right < len(words) else []
    return [*begin, "… ", *end] if begin or end else words[left:right]


def _joined(runs: Iterator[tuple[list[str], bool]]) -> Pieces:
    words = [(word, differs) for run, differs in runs for word in run]
    return tuple(("".join(word for word, _ in same), differs) for differs, same in groupby(words, key=lambda one: one[1]))


def _leaves(laid: Laid) -> list[tuple[Clash, Leaf]]:
    return [(clash, leaf) for clash in laid.clashes for leaf in clash.leaves]


def _choice(name: str, field: EditableField, leaf: Leaf, language: str) -> Choice:
    mine, theirs = marked(_text(field, leaf.mine), _text(field, leaf.theirs))
    spoken = language if field.is_translatable else ""
    return Choice(
        name=name,
        label=label_of(field),
        detail=" · ".join(step for step in leaf.path if step != ORDER),
        mine=mine,
        theirs=theirs,
        text=leaf.mine or leaf.theirs if _is_text(leaf) else None,
        lang=spoken,
        dir=direction_of(spoken) if spoken else "ltr",
    )


def _text(field: EditableField, value: Json) -> str:
    return "" if value is None or value is ABSENT else shown(field, value)


def _is_text(leaf: Leaf) -> bool:
    return all(side is None or isinstance(side, str) for side in (leaf.mine, leaf.theirs))
