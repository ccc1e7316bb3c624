"""Makes the small host of this folder importable under any import mode, and sets up the usual quiz."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from memory_host import QUIZ, TYPES, Host
from toy_block import ToyBlock

TYPES["toy"] = ToyBlock


@pytest.fixture
def quiz() -> Host:
    """Return a host with one question of each kind and two attempts."""
    return Host(QUIZ)
