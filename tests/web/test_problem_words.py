"""Whatever an import or an export may find has its words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lms_app.domain.problems import Problem, Severity
from lms_app.web.problem_words import WORDS, problem_in_english, told

ROOT = Path(__file__).parents[2] / "lms_app"
_SAID = re.compile(
    r"\b(?:refuse|error|warning|note|_note|warn|_report|_say|problem)\(\s*(?:Severity\.\w+,\s*)?\"([a-z_0-9]+)\"|code=\"([a-z_0-9]+)\""
)
_EITHER = re.compile(r"\"([a-z_0-9]+)\" if \w+ else \"([a-z_0-9]+)\", given")
_FACT = re.compile(r"%\((\w+)\)s")


def codes() -> set[str]:
    """Return every code that the reading and writing of courses uses."""
    found = set()
    for folder in ("olx", "runtime", "services/authoring"):
        for path in (ROOT / folder).rglob("*.py"):
            if "sandbox" in path.parts:
                continue
            prefix = "language_" if path.name == "import_language.py" else ""
            found |= {prefix + (one or other) for one, other in _SAID.findall(path.read_text())}
            found |= {code for both in _EITHER.findall(path.read_text()) for code in both}
    return found


def test_every_code_has_its_words():
    assert len(codes()) > 50
    assert codes() - WORDS.keys() == set()


def test_no_words_are_left_of_codes_that_are_gone():
    assert WORDS.keys() - codes() == set()


@pytest.mark.parametrize("code", sorted(WORDS))
def test_words_are_filled_with_what_was_found(code):
    message, remedy = WORDS[code]
    facts = {name: ["a", "b"] if name in {"others", "found"} else "value" for name in _FACT.findall(message)}
    said = problem_in_english(Problem(Severity.WARNING, code, "a.xml", 3, facts))
    assert "%(" not in said
    assert said.endswith(remedy)
    assert "…" not in problem_in_english(Problem(Severity.NOTE, code, "", 0, facts)).removesuffix(remedy)


def test_a_problem_is_told_in_the_readers_language(app):
    with app.test_request_context("/"):
        shown = told(Problem(Severity.ERROR, "archive_bomb", "x.zip", 0, {"ratio": 100}))
    assert (shown.kind, shown.message) == ("bad", "The file unpacks to more than 100 times its size.")


def test_a_code_without_words_says_so():
    assert problem_in_english(Problem(Severity.NOTE, "brand_new")).startswith("Something was met that has no name yet: brand_new.")
