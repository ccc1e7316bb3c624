"""Personal codes: what the card of a learner says, the same all through a course, guessed by nobody and easily typed."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import Final

from lms_app.domain.keys import CourseKey, PersonId
from lms_app.i18n import latin_digits

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: without I, L, O and U."""
_LENGTH: Final = 10
_BITS: Final = 5
_ALL: Final = (1 << _BITS * _LENGTH) - 1
_ALIKE: Final = str.maketrans("OIL", "011")


class PersonalCodes:
    """The codes of a course's learners, made of the site's secret: none is stored, and each is for one course alone."""

    def __init__(self, secret: str, course: CourseKey) -> None:
        self._key = hmac.digest(secret.encode(), f"personal codes of {course}".encode(), "sha256")

    def of(self, person: PersonId) -> str:
        """Return somebody's code as it is read and typed: two groups of five."""
        drawn = self._drawn(person)
        code = "".join(_LETTERS[drawn >> _BITS * place & 31] for place in reversed(range(_LENGTH)))
        return f"{code[: _LENGTH // 2]}-{code[_LENGTH // 2 :]}"

    def owner(self, typed: str, people: Iterable[PersonId]) -> PersonId | None:
        """Return who of these people has the code, however it was typed: with other figures, without the hyphen, O for 0."""
        kept = "".join(letter for letter in latin_digits(typed).upper() if letter.isascii() and letter.isalnum())
        letters = kept.translate(_ALIKE)
        if len(letters) != _LENGTH or not {*letters} <= {*_LETTERS}:
            return None
        asked = 0
        for letter in letters:
            asked = asked << _BITS | _LETTERS.index(letter)
        return next((person for person in people if self._drawn(person) == asked), None)

    def _drawn(self, person: PersonId) -> int:
        return int.from_bytes(hmac.digest(self._key, b"%d" % person, "sha256")[:8], "big") & _ALL
