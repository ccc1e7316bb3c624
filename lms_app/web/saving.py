"""The names under which browsers save what we send."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from flask import Response


def named(response: Response, name: str, *, shown: bool = False) -> Response:
    """Give what is sent a name, to be saved or, where it is `shown`, for when it is saved; return it.

    Headers hold no Arabic: names in other letters travel in a form of their own, beside what old programs can read.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    names = {"filename": f"file{plain}" if plain[:1] in {"", "."} else plain}
    if plain != name:
        names["filename*"] = f"UTF-8''{quote(name, safe='')}"
    response.headers.set("Content-Disposition", "inline" if shown else "attachment", **names)
    return response
