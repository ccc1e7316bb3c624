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
    takwin().tries.take(limit, address(), now=now())


@contextmanager
def only_misses() -> Iterator[list[bool]]:
    """Count a check, and count it as a miss unless something is put into the list that this gives."""
    take(CHECKS)
    take(MISSES)
    found: list[bool] = []
    yield found
    if found:
        takwin().tries.give_back(MISSES, address())


class Guesses:
    """What may be guessed in lists, counted with what is tried one by one."""

    def take(self, *, is_number: bool) -> None:
        """Count a line as a miss, and one with a number as a try too; raise `TooMany` when none was left."""
        if is_number:
            take(NUMBERS)
        take(MISSES)

    def give_back(self, *, is_number: bool) -> None:
        """Take back the miss, and with `is_number` the try too."""
        for limit in (MISSES, NUMBERS) if is_number else (MISSES,):
            takwin().tries.give_back(limit, address())


def address() -> str:
    """Return where the request comes from."""
    return request.remote_addr or ""
