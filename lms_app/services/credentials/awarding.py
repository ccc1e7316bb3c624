"""What an answer, or a trainer's note, can earn: the papers of its course, then those of programmes, and what is to be renewed."""

from __future__ import annotations

from lms_app.services.credentials import correcting, programmes
from lms_app.services.credentials.issuing import Issuer, awarding
from lms_app.services.learning.scoring import Award


def every_award(issuer: Issuer) -> Award:
    """Return what issues all of it, wherever the answer comes from: a page, a frame, a trainer's list."""
    return awarding(issuer, following=[programmes.issue_complete], renewing=correcting.renew_if_new)
