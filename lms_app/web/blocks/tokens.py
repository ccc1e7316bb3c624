"""The passes of frames: for one learner and one unit, or for one author and one block of a draft, for a few hours, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from lms_app.domain.errors import Refused
from lms_app.domain.keys import BlockId, CourseKey, PersonId, parse_course_key

LASTS_SECONDS = 4 * 3600
"""The page around the frame renews it long before."""


@dataclass(frozen=True)
class Pass:
    """What a token allows."""

    person: PersonId
    course: CourseKey
    unit: BlockId
    language: str
    """Of the interface, since the block origin sees no cookie."""
    device: str
    """Where the learner is signed in: the pass ends when they sign out there."""


class Passes:
    """Makes and reads tokens with the site's secret."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="block-frame")

    def write(self, granted: Pass) -> str:
        """Return the token: characters that are safe as one segment of a path."""
        return str(self._signer.dumps([granted.person, granted.course, granted.unit, granted.language, granted.device]))

    def read(self, token: str) -> Pass:
        """Return what the token allows; refuse one that is not ours (`bad_pass`) or too old (`pass_expired`)."""
        try:
            person, course, unit, language, device = self._signer.loads(token, max_age=LASTS_SECONDS)
        except SignatureExpired as error:
            raise Refused("pass_expired") from error
        except (BadSignature, ValueError) as error:  # or written by an earlier version
            raise Refused("bad_pass") from error
        return Pass(PersonId(person), parse_course_key(course), BlockId(unit), language, device)


Purpose = Literal["shown", "form"]
"""What a frame of a draft is for: to see a block as learners will, or to fill in the form that it brings itself."""
_PURPOSES: tuple[Purpose, ...] = ("shown", "form")


@dataclass(frozen=True)
class DraftPass:
    """What a token of the studio allows: one block of one draft, for one author, for one purpose."""

    person: PersonId
    course: CourseKey
    block: BlockId
    purpose: Purpose
    base: str
    """Hash of the node that the author's page was made from."""
    reads: str
    """Language of the course's texts."""
    language: str
    """Of the interface."""
    device: str


class DraftPasses:
    """Makes and reads the tokens of the studio. Their salt is their own: a learner's pass opens no draft, nor the other way."""

    def __init__(self, secret: str) -> None:
        self._signer = URLSafeTimedSerializer(secret, salt="draft-frame")

    def write(self, granted: DraftPass) -> str:
        """Return the token: characters that are safe as one segment of a path."""
        whose = [granted.person, granted.device, granted.language]
        return str(self._signer.dumps([*whose, granted.course, granted.block, granted.purpose, granted.base, granted.reads]))

    def read(self, token: str) -> DraftPass:
        """Return what the token allows; refuse one that is not ours (`bad_pass`) or too old (`pass_expired`)."""
        try:
            person, device, language, course, block, purpose, base, reads = self._signer.loads(token, max_age=LASTS_SECONDS)
        except SignatureExpired as error:
            raise Refused("pass_expired") from error
        except (BadSignature, ValueError) as error:
            raise Refused("bad_pass") from error
        if purpose not in _PURPOSES:
            raise Refused("bad_pass")
        return DraftPass(
            PersonId(person),
            parse_course_key(course),
            BlockId(block),
            purpose,
            base=base,
            reads=reads,
            language=language,
            device=device,
        )
