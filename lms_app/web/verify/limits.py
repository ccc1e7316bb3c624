"""How often one address may ask: enough for an office that checks a whole class, too little for guessing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from flask import request

from lms_app.domain.limits import Limit
from lms_app.web.context import now, takwin

CHECKS: Final = Limit("checks of certificates from one address", 600, timedelta(minutes=15))
MISSES: Final = Limit("checks from one address that found nothing", 60, timedelta(minutes=15))
NUMBERS: Final = Limit("numbers of certificates tried from one address", 40, timedelta(minutes=15))
"""Numbers follow each other, so that they can be guessed; codes cannot."""
FILES: Final = Limit("files checked from one address", 60, timedelta(minutes=15))
LISTS: Final = Limit("lists checked from one address", 10, timedelta(minutes=15))


def take(limit: Limit) -> None:
    """Count one try from this address; raise `TooMany` when none was left."""
    takwin().tries.take(limit, _address(), now=now())


@contextmanager
def only_misses() -> Iterator[list[bool]]:
    """Count a check, and count it as a miss unless something is put into the list that this gives."""
    take(CHECKS)
    take(MISSES)
    found: list[bool] = []
    yield found
    if found:
        takwin().tries.give_back(MISSES, _address())


def _address() -> str:
    return request.remote_addr or ""
