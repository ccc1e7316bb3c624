"""Looking up what a visitor or a program asks, at most so often from one address."""

from __future__ import annotations

from typing import Final

from lms_app.services.credentials.checking import NOT_THERE, Check, check
from lms_app.services.credentials.checking_file import FileCheck, ask_register
from lms_app.services.credentials.checking_number import NumberCheck, check_number
from lms_app.web.context import end_reading, now, takwin
from lms_app.web.verify import limits

LONGEST_SAID: Final = 1100
"""The longest token has 565 signs, and an address before it."""


def checked(said: str) -> Check:
    """Look up what follows `/v/`: a code, or the token of a QR code."""
    here = takwin()
    with limits.only_misses() as found, here.reading() as session:
        answer = check(session, said[:LONGEST_SAID], trusted=here.trusted_keys(), now=now())
        if answer.verdict not in NOT_THERE:
            found.append(True)
    return answer


def checked_file(data: bytes) -> FileCheck:
    """Check a file by its signature and by the register; one at a time from one address, and with no connection held meanwhile."""
    here = takwin()
    trust = here.keys.trust(site=here.settings.site_url, issuer=here.issuer.name, now=now())
    end_reading()
    with here.room.guest(limits.address()):
        finding = here.room.check(data, trust, now=now())
    with here.reading() as session:
        return ask_register(session, finding, trust=trust, now=now())


def checked_number(typed: str, *, name: str = "") -> NumberCheck | None:
    """Look a number up, at most so often from one address."""
    limits.take(limits.NUMBERS)
    here = takwin()
    with here.reading() as session:
        return check_number(session, typed, name=name, trusted=here.trusted_keys(), now=now())
