"""Which answers to a symbolic question are mathematics: sympy evaluates text as Python, so the text is checked first."""

from __future__ import annotations

import inspect
import keyword
import re
from typing import Any

_ALLOWED_CHARACTERS = re.compile(r"[\w\s+\-*/^()\[\],.=<>!|&~]*")
_ATTRIBUTE = re.compile(r"[^\W\d]\w*\s*\.|[)\]]\s*\.|\.\s*[^\W\d_]")
_DECIMAL_EXPONENT = re.compile(r"\d\.[eEjJ](?![^\W\d])")
_NAME = re.compile(r"[^\W\d]\w*")

# Functions of sympy that are no class of it, and names that the checker takes for symbols.
_FUNCTIONS = frozenset(
    {
        "sqrt", "cbrt", "root", "integrate", "diff", "limit", "summation", "product", "simplify", "expand", "factor", "together",
        "apart", "cancel", "collect", "trigsimp", "powsimp", "solve", "series", "binomial", "gcd", "lcm", "arg", "hat", "bit",
        "qubit", "Ket", "dot", "abs", "max", "min", "pow", "round", "sum", "N", "Q", "ZZ", "XI",
    }
)  # fmt: skip
_KEYWORDS = frozenset(keyword.kwlist)


class NotMathematicsError(ValueError):
    """The answer holds something that no formula needs."""


def check_mathematics(text: str, namespace: dict[str, Any], builtins: dict[str, Any]) -> None:
    """Refuse text, strings, attributes, and names that are neither symbols nor mathematical functions.

    `namespace` is what sympy would look names up in; a learner who could reach the rest of it would not only run
    code (harmless in here) but could write the verdict on their own answer.
    """
    if not _ALLOWED_CHARACTERS.fullmatch(text) or "__" in text:
        raise NotMathematicsError(text)
    if _ATTRIBUTE.search(_DECIMAL_EXPONENT.sub("1", text)):
        raise NotMathematicsError(text)
    for name in _NAME.findall(text):
        if not _is_mathematical(name, namespace, builtins):
            raise NotMathematicsError(name)


def _is_mathematical(name: str, namespace: dict[str, Any], builtins: dict[str, Any]) -> bool:
    if name in _KEYWORDS:
        return False
    if name in _FUNCTIONS:
        return True
    if name in builtins:
        return False
    if name not in namespace:
        return True  # an ordinary symbol: x, v_0, alpha
    found = namespace[name]
    basic, matrix = namespace["Basic"], namespace["MatrixBase"]
    if inspect.isclass(found):
        return issubclass(found, (basic, matrix))
    return isinstance(found, (basic, matrix))
