"""Reading JSON that must mean one thing only: no repeated keys, no NaN, nothing that is not UTF-8."""

from __future__ import annotations

import json
from typing import Any, Final

LARGEST_JSON: Final = 64 * 1024


class InvalidRecord(ValueError):
    """These facts cannot be certified, or are none; `problems` lists every reason, in English."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = tuple(problems)


def parse_strictly(text: bytes | str, *, largest: int = LARGEST_JSON) -> object:
    """Parse JSON and refuse what two readers could read differently: repeated keys, NaN, bytes not in UTF-8."""
    if len(text) > largest:
        raise InvalidRecord([f"larger than {largest} bytes"])
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
        return json.loads(decoded, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidRecord([f"not readable as JSON: {error}"]) from error


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        message = "a key occurs twice in one object"
        raise ValueError(message)
    return dict(pairs)


def _refuse_constant(name: str) -> float:
    message = f"{name} is not a number of JSON"
    raise ValueError(message)
