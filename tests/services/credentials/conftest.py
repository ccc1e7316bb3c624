"""What tests of certificates share."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms_app.storage.session import Sessions
from tests.conftest import SetClock
from tests.people import People
from tests.services.credentials.academy import Academy


@pytest.fixture
def academy(sessions: Sessions, clock: SetClock, people: People, tmp_path: Path) -> Academy:
    """A course that gives all three papers."""
    return Academy(sessions, clock, people, tmp_path)
