"""What keeps a certificate from being made out, told so that whoever can mend it does: the holder, or the course's trainer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lms_app.domain.errors import NotFound
from takwin_certificates.drawing.page import pictures_of
from takwin_certificates.readiness import Obstacle, problems_before_issuing
from takwin_certificates.record import InvalidRecord, Record

Picture = Callable[[str], bytes]
"""Returns the PNG with this SHA-256, or raises `NotFound`."""
_NAMES: Final = ("name_arabic", "name_latin", "name_tifinagh")
_NO_NAME: Final = "the holder has no name"


@dataclass(frozen=True)
class Hindrance:
    """One thing to mend."""

    what: str
    """`no_name`, `name_letters`, `name_too_long`; `letters`, `placeholder`, `picture`, `design`, or `facts` for anything else."""
    fact: str = ""
    detail: str = ""

    @property
    def is_of_name(self) -> bool:
        """Tell whether the holder mends it, in the profile."""
        return self.what in {"no_name", "name_letters", "name_too_long"}


class NotReady(InvalidRecord):
    """The record is right, and its paper would not look as it should."""

    def __init__(self, hindrances: Sequence[Hindrance]) -> None:
        self.hindrances = tuple(hindrances)
        super().__init__([f"{each.fact}: {each.what} {each.detail}".strip() for each in hindrances])


def check_ready(record: Record, picture: Picture | None) -> None:
    """Return silently when the certificate can be drawn as it should be; else raise `NotReady`, with everything that is wrong.

    Without `picture` nobody looks at logos and signatures.
    """
    shown = {sha256: _read(picture, sha256) for sha256 in pictures_of(record)} if picture else {}
    found = [
        Hindrance(_what(each.obstacle, each.fact), each.fact, each.detail)
        for each in problems_before_issuing(record, shown)
        if picture or each.obstacle not in {Obstacle.MISSING_PICTURE, Obstacle.UNUSABLE_PICTURE}
    ]
    if found:
        raise NotReady(found)


def hindrances_in(error: InvalidRecord) -> tuple[Hindrance, ...]:
    """Return what is to be mended of a record that could not be made."""
    if isinstance(error, NotReady):
        return error.hindrances
    return tuple(_told(problem) for problem in error.problems)


def _told(problem: str) -> Hindrance:
    if problem.startswith(_NO_NAME):
        return Hindrance("no_name")
    fact = problem.partition(" ")[0]
    if fact in _NAMES:
        return Hindrance("name_too_long" if "longer than" in problem else "name_letters", fact)
    return Hindrance("facts", fact, problem)


def _what(obstacle: Obstacle, fact: str) -> str:
    if obstacle is Obstacle.MISSING_GLYPH:
        return "name_letters" if fact in _NAMES else "letters"
    return {
        Obstacle.PLACEHOLDER: "placeholder",
        Obstacle.NAME_TOO_LONG: "name_too_long",
        Obstacle.MISSING_PICTURE: "picture",
        Obstacle.UNUSABLE_PICTURE: "picture",
        Obstacle.WRONG_DESIGN: "design",
    }[obstacle]


def _read(picture: Picture, sha256: str) -> bytes:
    try:
        return picture(sha256)
    except NotFound:
        return b""
