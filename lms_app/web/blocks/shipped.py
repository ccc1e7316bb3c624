"""Files that blocks' packages ship, as we serve them: without fonts fetched from strangers, and with two pictures that capa lacks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Final

from lms_app.web.assets import STATIC

_WEB_FONTS: Final = re.compile(r"""@import\s+(?:url\()?\s*["']?(?:https?:)?//fonts\.googleapis\.com/[^;]*;""")
_ICONS_ELSEWHERE: Final = re.compile(r"(?:https?:)?//.*font-awesome.*\.css")


def is_ours_already(style: str) -> bool:
    """Tell whether the address is that of Font Awesome on a stranger's host: every frame has its own."""
    return bool(_ICONS_ELSEWHERE.match(style))


@cache
def own_fonts(style: str) -> str:
    """Return the style sheet without its fonts from Google: they would tell it who learns, and keep the sheet waiting offline."""
    return _WEB_FONTS.sub("", style)


def _picture(name: str) -> tuple[bytes, str]:
    return (STATIC / "img" / "capa" / name).read_bytes(), "image/svg+xml"


OURS_FOR_CAPA: Final[Mapping[str, Callable[[], tuple[bytes, str]]]] = {
    "images/spinner.gif": partial(_picture, "waiting.svg"),
    "images/green-pointer.png": partial(_picture, "pointer.svg"),
}
"""capa's templates name these, and no package has them; browsers go by the media type, not by the name."""
