"""The pass of a frame: it lets scripts call the handlers of one unit for one learner, for a few hours, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

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
