"""Doing what the outbox asks for: each errand once, failures kept and tried again later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from lms_app.adapters.outbox import mark_done, mark_failed, waiting
from lms_app.domain.outbox import Errand
from lms_app.storage.transaction import transaction

log = logging.getLogger(__name__)
Doing = Callable[[Mapping[str, Any]], None]
"""Does one errand, given its payload. Doing it twice must do no harm."""


def sweep(sessions: sessionmaker[Session], doings: Mapping[Errand, Doing], *, now: Callable[[], datetime]) -> int:
    """Do everything that waits, and return how much was done. A failure is noted and does not stop the rest."""
    with transaction(sessions, writes=False) as session:
        errands = [dict(row) for row in waiting(session, now=now())]
    done = 0
    for errand in errands:
        try:
            doings[Errand(errand["kind"])](errand["payload"])
        except Exception as error:  # noqa: BLE001 -- whatever it was, the next errand must not wait for it
            log.warning("errand %s (%s) failed: %s", errand["id"], errand["kind"], error)
            with transaction(sessions) as session:
                mark_failed(session, errand["id"], f"{type(error).__name__}: {error}")
            continue
        with transaction(sessions) as session:
            mark_done(session, errand["id"], now=now())
        done += 1
    return done
