"""Makes the small host of this folder importable under any import mode, and sets up the usual quiz."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))

from memory_host import QUIZ, TYPES, Host
from toy_block import ToyBlock

TYPES["toy"] = ToyBlock
# A busy machine is slow at making examples, and that is no fault of theirs.
settings.register_profile("takwin", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("takwin")


@pytest.fixture
def quiz() -> Host:
    """Return a host with one question of each kind and two attempts."""
    return Host(QUIZ)
