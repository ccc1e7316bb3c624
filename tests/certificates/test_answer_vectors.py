"""The answers that must be given without a network: the same certificates, trust file and moments as the page in JavaScript has."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from takwin_certificates import trust_file
from takwin_certificates.verifying.files import check_file

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors" / "answers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=lambda vector: vector["what"])
def test_the_published_vectors_get_their_answers(vector: dict[str, Any]) -> None:
    trust = trust_file.read(VECTORS["trust"])

    found = check_file(vector["text"].encode(), trust, now=dt.datetime.fromisoformat(vector["now"]))

    assert (found.genuine, found.valid, list(found.reasons)) == (vector["genuine"], vector["valid"], vector["reasons"])


@pytest.mark.parametrize("vector", VECTORS["trust_files"], ids=lambda vector: vector["what"])
def test_a_trust_file_of_a_later_day_is_not_taken(vector: dict[str, Any]) -> None:
    """It would keep every genuine one out as older, for as long as it likes."""
    now = dt.datetime.fromisoformat(VECTORS["now"])
    try:
        fault = "" if trust_file.read(vector["text"], trust_file.read(VECTORS["trust"]), now=now) else "nothing"
    except trust_file.TrustProblem as problem:
        fault = str(problem.fault)
    assert fault == vector["fault"]
