"""As whom, when and what an author tries a course, as one short word in an address: `draft.fr.g12.20260303T1200`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from lms_app.domain.errors import NotFound
from lms_app.services.authoring.trying import Trial

_HOW: Final = re.compile(r"(draft|published)\.([a-z]{2,3}|)\.(?:g(\d{1,9}))?\.(?:(\d{8}T\d{4}))?")
_MOMENT: Final = "%Y%m%dT%H%M"


def write_how(trial: Trial) -> str:
    """Return the word for a trial."""
    group = f"g{trial.cohort}" if trial.cohort is not None else ""
    on = trial.on.astimezone(UTC).strftime(_MOMENT) if trial.on else ""
    language = trial.language if re.fullmatch(r"[a-z]{2,3}", trial.language) else ""
    return f"{'draft' if trial.of_draft else 'published'}.{language}.{group}.{on}"


def read_how(word: str) -> Trial:
    """Return the trial that a word names; raise `NotFound` for one that names none."""
    found = _HOW.fullmatch(word)
    if found is None:
        raise NotFound
    try:
        on = datetime.strptime(found[4], _MOMENT).replace(tzinfo=UTC) if found[4] else None
    except ValueError as error:
        raise NotFound from error
    return Trial(of_draft=found[1] == "draft", language=found[2], cohort=int(found[3]) if found[3] else None, on=on)
