"""Texts in files for spreadsheets: nothing that somebody typed is run as a formula when a file is opened."""

from __future__ import annotations

import re
from typing import Final

_START: Final = re.compile(r"[ \u00a0]*[=+\-@\t\r\n＝＋－＠]")
_BETWEEN: Final = re.compile(r"(?<![\s\"';])[\s\"';]+(?=[=+\-@＝＋－＠])")
_ENDS_A_CELL: Final = re.compile(r"[;\t\r\n]")
"""French spreadsheets take semicolons between the cells of a CSV, and no commas: quotes keep nothing together then."""


def never_formula(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula when it opens a CSV, whatever it takes for the end of a cell."""
    kept = _BETWEEN.sub(lambda found: f"{found[0]}'" if _ENDS_A_CELL.search(found[0]) else found[0], text)
    return f"'{kept}" if _START.match(text) else kept
