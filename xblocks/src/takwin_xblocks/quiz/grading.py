"""Mark a quiz: plain rules, no host, no storage.

A question is worth its points (1 unless its author says otherwise).

* `single`, `truth`: all or nothing.
* `multiple`: each right tick earns its share, each wrong tick takes the same share back, never below nothing:
  points x (right ticks - wrong ticks) / number of right choices. Ticking everything thus earns nothing by itself.
  With `partial="false"`: all or nothing.
* `number`: all or nothing; right when within the tolerance, which is absolute (`0.5`) or a share of the value (`5%`).
  The unit may be typed before or after the number, in any of the spellings that the author lists; another unit is refused.
* `text`: the share of the best accepted wording that it equals once both are folded (`quiz.folding`), nothing for any other text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from takwin_xblocks.contract.digits import NumberRefused, read_number
from takwin_xblocks.contract.marks import Mark
from takwin_xblocks.contract.markup import plain
from takwin_xblocks.quiz.folding import TextTooLong, folded

KINDS = ("single", "multiple", "truth", "number", "text")
TRUTHS = ("true", "false")
"""The two choices of a `truth` question, by id; the interface says them."""
WHOLE_SHARE = 100
_PLACES = 4
_OF_WORDS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Sc", "So"})
_BETWEEN_SPELLINGS = re.compile("[,;\n\N{ARABIC COMMA}\N{ARABIC SEMICOLON}]")
_NO_TEXTS: Mapping[str, str] = {}


class AnswerRefused(ValueError):
    """An answer cannot be marked.

    `code` is `empty`, `one_only`, `unknown_choice`, `not_a_number`, `other_unit`, `too_long` (a number) or `text_too_long`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def points(question: Mapping[str, Any]) -> float:
    """Return what a question is worth."""
    return float(question.get("points", 1))


def choice_ids(question: Mapping[str, Any]) -> list[str]:
    """Return the ids of what may be chosen."""
    return list(TRUTHS) if question["kind"] == "truth" else [choice["id"] for choice in question.get("choices", ())]


def right_choices(question: Mapping[str, Any]) -> list[str]:
    """Return the ids of the right choices."""
    if question["kind"] == "truth":
        return [question["answer"]]
    return [choice["id"] for choice in question.get("choices", ()) if choice.get("correct")]


def mark(question: Mapping[str, Any], answer: Sequence[str], *, texts: Mapping[str, str] = _NO_TEXTS) -> Mark:
    """Mark the answer to one question; `texts` hold accepted wordings and units, in the language of the answer.

    Refuses (`AnswerRefused`) what is empty, too long, no longer offered or no number.
    """
    possible = points(question)
    if question["kind"] == "number":
        share = float(_is_near(question, answer, texts))
    elif question["kind"] == "text":
        wording = accepted(question, answer, texts=texts)
        share = wording.get("share", WHOLE_SHARE) / WHOLE_SHARE if wording else 0.0
    else:
        share = _chosen_share(question, answer)
    return Mark(earned=round(possible * share, _PLACES), possible=possible)


def _chosen_share(question: Mapping[str, Any], answer: Sequence[str]) -> float:
    ticked = {choice for choice in answer if choice}
    if not ticked:
        raise AnswerRefused("empty")
    if ticked.difference(choice_ids(question)):
        raise AnswerRefused("unknown_choice")
    right = set(right_choices(question))
    if question["kind"] != "multiple":
        if len(ticked) > 1:
            raise AnswerRefused("one_only")
        return 1.0 if ticked <= right else 0.0
    if question.get("partial") == "false":
        return float(ticked == right)
    return max(len(ticked & right) - len(ticked - right), 0) / len(right) if right else 0.0


def _is_near(question: Mapping[str, Any], answer: Sequence[str], texts: Mapping[str, str]) -> bool:
    if len(answer) > 1:
        raise AnswerRefused("one_only")
    readings = _amounts(answer[0] if answer else "", question, texts)
    value = Decimal(question["value"])
    allowed = allowance(value, question.get("tolerance", "0"))
    return any(abs(reading - value) <= allowed for reading in readings)


def _amounts(typed: str, question: Mapping[str, Any], texts: Mapping[str, str]) -> tuple[Decimal, ...]:
    """Return what a number may mean, typed alone or with the unit of the question before or after it."""
    try:
        return read_number(typed)
    except NumberRefused as error:
        if error.code != "not_a_number":
            raise AnswerRefused(error.code) from error
    number, unit = _without_words(typed)
    try:
        readings = read_number(number)
    except NumberRefused as error:
        raise AnswerRefused("not_a_number") from error
    if folded(unit) not in units(question, texts):
        # Digits among the words make it no unit, but something like 1e309.
        raise AnswerRefused("not_a_number" if any(map(str.isdecimal, unit)) else "other_unit")
    return readings


def _without_words(typed: str) -> tuple[str, str]:
    """Cut a text into its number and the words after it, or before it where it begins with words."""
    words = [place for place, character in enumerate(typed) if _is_of_a_word(character)]
    if not words:
        return typed, ""
    first, after_last = words[0], words[-1] + 1
    if any(character.isdecimal() for character in typed[:first]):
        return typed[:first], typed[first:]
    return typed[after_last:], typed[:after_last]


def _is_of_a_word(character: str) -> bool:
    return unicodedata.category(character) in _OF_WORDS


def units(question: Mapping[str, Any], texts: Mapping[str, str]) -> set[str]:
    """Return the spellings of a number's unit, folded."""
    usual, others = (plain(texts.get(f"{question['id']}/{part}", "")) for part in ("unit", "unit/accepted"))
    return {_comparable(spelling) for spelling in (usual, *_BETWEEN_SPELLINGS.split(others))} - {""}


def accepted(question: Mapping[str, Any], answer: Sequence[str], *, texts: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Return the wording of a `text` question that an answer equals, the one that earns most if there are several.

    Refuses (`AnswerRefused`) no answer, several, and one of more than 200 characters.
    """
    if len(answer) > 1:
        raise AnswerRefused("one_only")
    try:
        given = folded(answer[0] if answer else "")
    except TextTooLong as error:
        raise AnswerRefused("text_too_long") from error
    if not given:
        raise AnswerRefused("empty")
    equal = [one for one in question.get("accepts", ()) if _comparable(texts.get(f"{question['id']}/{one['id']}", "")) == given]
    return max(equal, key=lambda one: one.get("share", WHOLE_SHARE)) if equal else None


def _comparable(text: str) -> str:
    """Return an author's wording folded; one that is too long equals nothing that anybody can type."""
    try:
        return folded(plain(text))
    except TextTooLong:
        return ""


def allowance(value: Decimal, tolerance: str) -> Decimal:
    """Return how far from `value` an answer may be: `0.5` means half a unit, `5%` a twentieth of the value."""
    if tolerance.endswith("%"):
        return abs(value) * Decimal(tolerance[:-1]) / 100
    return Decimal(tolerance)
