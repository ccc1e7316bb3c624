"""How often one may try to get in: by account and by address, so that guessing is slow and a whole classroom still gets in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import request

from lms_app.domain.limits import Limit
from lms_app.web.context import now, takwin

SIGN_IN_HERE = Limit("sign-in of an account from one address", 10, timedelta(minutes=15))
SIGN_IN_ACCOUNT = Limit("sign-in of an account from anywhere", 50, timedelta(hours=1))
"""Higher, so that a stranger who knows a user name cannot so easily keep its owner out."""
SIGN_IN_ADDRESS = Limit("sign-in from one address", 100, timedelta(minutes=15))
"""A training room shares one address: only failures count."""
SIGN_UP_ADDRESS = Limit("sign-up from one address", 60, timedelta(hours=1))
RECOVERY_ACCOUNT = Limit("recovery of an account", 5, timedelta(hours=1))
RECOVERY_ADDRESS = Limit("recovery from one address", 30, timedelta(hours=1))

ENROLMENT_CODE = Limit("codes of a course tried by one person", 10, timedelta(hours=1))

PEOPLE_LOOKED_UP = Limit("people whom somebody looked up for a team", 60, timedelta(hours=1))
"""So that nobody learns by trying whose an e-mail or a phone is."""
LISTS_LOOKED_AT = Limit("lists of people that somebody looked at", 120, timedelta(hours=1))
"""A look tells which addresses have an account, and is written down nowhere."""

TRUST_FILE = Limit("trust files for one address", 120, timedelta(hours=1))
"""Each is signed for its reader; a phone asks for one a day."""


@contextmanager
def only_failures(about: str, here: Limit, account: Limit, address: Limit) -> Iterator[None]:
    """Count a try to get in as long as it fails; a success gives the try back. Raise `TooMany` when there were too many."""
    taken = ((here, f"{_address()} {about}"), (account, about), (address, _address()))
    for limit, key in taken:
        takwin().tries.take(limit, key, now=now())
    yield
    for limit, key in taken:
        takwin().tries.give_back(limit, key)


def take(limit: Limit, key: str = "") -> None:
    """Count one try of the thing named, or of this address; raise `TooMany` when none was left."""
    takwin().tries.take(limit, key or _address(), now=now())


def _address() -> str:
    return request.remote_addr or ""
