"""Arabic counts in six forms: each catalogue must give the one for 11 to 99 to eleven, and the one for hundreds to a hundred."""

from __future__ import annotations

from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(
    path for folder in ("lms_app", "xblocks/src") for path in (ROOT / folder).glob("**/translations/ar/LC_MESSAGES/*.po")
)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_arabic_forms_stand_in_the_order_of_the_translations(path: Path) -> None:
    with path.open("rb") as file:
        plural = c2py(read_po(file, locale="ar").plural_expr)
    assert [plural(number) for number in (0, 1, 2, 3, 10, 11, 99, 100, 102, 103, 111)] == [0, 1, 2, 3, 3, 4, 4, 5, 5, 3, 4]
