"""Read the choices of an Open edX problem: of choice groups, of boxes, of drop-down lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from takwin_xblocks.contract.olx import shown
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.values import ID
from takwin_xblocks.quiz.capa_words import Tell, joined_lines, picture_in, words_of
from takwin_xblocks.quiz.content import SCHEMA

_HINTS = frozenset({"choicehint", "optionhint", "compoundhint"})
_RESERVED = frozenset(words.part.partition("/")[0] for words in SCHEMA.parts[0].words)
_OPTION = re.compile(r"'((?:[^'\\]|\\.|(?<=\w)'(?=\w))*)'|\"((?:[^\"\\]|\\.)*)\"")
_LONGEST_LIST = 10_000


@dataclass(kw_only=True)
class Choice:
    """A choice as a quiz keeps it."""

    id: str
    correct: bool
    text: str = ""
    feedback: str = ""
    picture: str = ""
    alt: str = ""
    fixed: bool = False

    def structure(self) -> dict[str, Any]:
        """Return what does not depend on the language."""
        marks: dict[str, Any] = {"id": self.id, "correct": self.correct}
        return marks | ({"picture": self.picture} if self.picture else {}) | ({"fixed": True} if self.fixed else {})

    def texts(self) -> dict[str, str]:
        """Return its texts by the end of their key."""
        return {self.id: self.text, f"{self.id}/alt": self.alt, f"{self.id}/feedback": self.feedback}


def tagged_choices(node: etree._Element, tell: Tell) -> list[Choice]:
    """Return the choices of a group, with the feedback of each; half-right choices, compound hints and pools are told as lost."""
    for group in node.iter("choicegroup", "checkboxgroup", "radiogroup"):
        if group.get("answer-pool"):
            tell(group, N_("the pool of {count} choices"), count=group.get("answer-pool"))
    for hint in node.iter("compoundhint"):
        tell(hint, N_("the feedback to the ticks {value} together"), value=hint.get("value", ""))
    found: list[Choice] = []
    for one in node.iter("choice"):
        correct = one.get("correct", "false").lower()
        if correct == "partial":
            tell(one, N_("the points for a half-right choice"))
        made = Choice(id=_identity(one.get("name", ""), found), correct=correct == "true", fixed=one.get("fixed") == "true")
        picture = picture_in(one)
        made.picture, made.alt = picture or ("", "")
        made.text = words_of(one, tell, without=_HINTS | ({"img"} if picture else set()))
        made.feedback = _feedback(one.findall("choicehint"), tell)
        found.append(made)
    return found


def option_choices(node: etree._Element, tell: Tell) -> list[Choice]:
    """Return the choices of a drop-down list, in either of the two ways to write one."""
    options = node.findall("option")
    found: list[Choice] = []
    for one in options:
        made = Choice(id=_identity("", found), correct=one.get("correct", "false").lower() == "true")
        made.text, made.feedback = words_of(one, tell, without=_HINTS), _feedback(one.findall("optionhint"), tell)
        found.append(made)
    if options:
        return found
    for single, double in _OPTION.findall(node.get("options", "")[:_LONGEST_LIST]):
        words = re.sub(r"\\(.)", r"\1", single or double)
        text = joined_lines(words.replace("&", "&amp;").replace("<", "&lt;"))
        found.append(Choice(id=_identity("", found), correct=words == node.get("correct"), text=text))
    return found


def _feedback(hints: Iterable[etree._Element], tell: Tell) -> str:
    said = []
    for hint in hints:
        if hint.get("selected", "true").lower() == "false":
            tell(hint, N_("the feedback to those who leave a box empty"))
            continue
        if hint.get("label"):
            tell(hint, N_("the heading {words} of {element}"), words=hint.get("label"), element=shown(hint))
        said.append(words_of(hint, tell))
    return "<br/>".join(one for one in said if one)


def _identity(name: str, others: list[Choice]) -> str:
    taken = {one.id for one in others}
    if ID.fullmatch(name) and name not in taken | _RESERVED:
        return name
    place = len(others) + 1
    while f"c{place}" in taken:
        place += 1
    return f"c{place}"
