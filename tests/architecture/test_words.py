"""Every refusal has its words, in every language."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from lms_app.domain import errors
from lms_app.domain.errors import TakwinError
from lms_app.web.errors import STATUS, status_of
from lms_app.web.i18n import words_in
from lms_app.web.words import REFUSALS

ROOT = Path(__file__).parents[2]
ERRORS = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, TakwinError)}


def raised_codes():
    """Yield `(code, place)` of every error that our code raises by name."""
    for path in sorted((ROOT / "lms_app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS and node.args):
                continue
            for part in ast.walk(node.args[0]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.replace("_", "").isalpha():
                    yield part.value, f"{path.relative_to(ROOT)}:{node.lineno}"


def test_every_code_raised_has_words():
    missing = [f"{place}: {code}" for code, place in raised_codes() if code not in REFUSALS]

    assert missing == []


def test_every_kind_of_error_has_words_and_a_status():
    assert {getattr(errors, name).code for name in ERRORS} <= REFUSALS.keys()
    assert {status_of(getattr(errors, name)()) for name in ERRORS} <= set(STATUS.values())


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_every_refusal_is_said_in_every_language(language):
    words = words_in(language)

    assert [code for code, text in REFUSALS.items() if words.gettext(text) == text] == []
