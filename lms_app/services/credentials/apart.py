"""Issuing apart from what earns it: whatever goes wrong with a certificate, the answer and the trainer's note are kept."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final, TypeVar

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from takwin_certificates.record import InvalidRecord

trouble = logging.getLogger(__name__)
Made = TypeVar("Made")
_TRIES: Final = 2
_DEADLOCK: Final = "40P01"
"""PostgreSQL's code; it ends the wait of one of those who wait for each other, who then may try again."""


def try_apart(session: Session, act: Callable[[], Made]) -> Made | None:
    """Do it in a savepoint; return None when it fails, with nothing of it written and all that came before still there.

    What can't be printed yet is no news: the progress page says it. Anything else is logged with its trace, once, for
    whoever runs this site; the learner gets the certificate with the next answer, or by asking for it. Of two that wait
    for each other the one that lost tries again.
    """
    for turn in range(_TRIES):
        try:
            with session.begin_nested():
                return act()
        except InvalidRecord:
            return None
        except Exception as error:  # noqa: BLE001 -- an answer must not be lost for its certificate, whatever is wrong with it
            if turn + 1 < _TRIES and is_deadlock(error):
                continue
            trouble.exception("a certificate can't be made now: the answer is kept, and the certificate can be asked for later")
            return None
    return None


def is_deadlock(error: Exception) -> bool:
    """Tell whether the database ended a wait that would never have ended."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") == _DEADLOCK
