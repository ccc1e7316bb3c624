"""What no page of ours sends is refused at the door: the sign NUL, numbers longer than any row's, bodies too large to be answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from flask import request
from werkzeug.exceptions import BadRequest
from werkzeug.routing import IntegerConverter, Map

from lms_app.domain.errors import NotFound
from lms_app.web.csrf import BODY_IS_READ_AGAIN, SAFE_METHODS

LARGEST_BODY: Final = 2 * 1024 * 1024
LARGEST_UPLOAD: Final = 200 * 1024 * 1024
UPLOADS: Final = frozenset({"studio.bring_in", "studio.bring_into"})
"""Pages that take a whole course."""
LARGEST_PICTURES: Final = 8 * 1024 * 1024
PICTURES: Final = frozenset({"studio.paper"})
"""Pages that take logos and scanned signatures."""
LARGEST_FILES: Final = 120 * 1024 * 1024
FILES: Final = frozenset({"studio.images", "studio.image"})
"""Pages that take images and other files of a course, several at once."""
LARGEST_CERTIFICATE: Final = 5 * 1024 * 1024
CERTIFICATES: Final = frozenset({"verify.check_file", "api.check_file"})
"""Pages that take a file of a certificate: anybody may send one, so it is no larger than one can be."""
_FORM_AROUND: Final = 64 * 1024
LARGEST_WORK: Final = 16 * 1024 * 1024
WORK: Final = frozenset({"learn.handler"})
"""Pages that take work handed in to a block: photos, a recording, a document, in a form that carries files."""
LARGEST_NUMBER: Final = 2**31 - 1
"""More than any table here will have rows, and no more than any database can compare."""
_NUMBER: Final = re.compile(r"\d{1,10}")


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: the number of a row. A longer one is no such page, and never reaches the database."""

    regex = r"\d{1,10}"

    def __init__(self, rules: Map, **bounds: Any) -> None:
        super().__init__(rules, **{"max": LARGEST_NUMBER, **bounds})


def asked_number(name: str) -> int | None:
    """Return the row's number in the address's query, or None without one; raise `NotFound` for what can be no row's."""
    text = request.args.get(name, "")
    if not text:
        return None
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST_NUMBER:
        raise NotFound
    return int(text)


def check_address() -> None:
    """Refuse NUL in the path or the query: no name here holds it, PostgreSQL can't compare it, and files can't be named so."""
    if "\0" in request.path or b"%00" in request.query_string or b"\0" in request.query_string:
        raise BadRequest


def make_room() -> None:
    """Let a whole course in where one is brought; call it once the visitor is known to be one who may."""
    if request.endpoint in UPLOADS:
        request.max_content_length = LARGEST_UPLOAD
    elif request.endpoint in PICTURES:
        request.max_content_length = LARGEST_PICTURES
    elif request.endpoint in FILES:
        request.max_content_length = LARGEST_FILES
    elif request.endpoint in CERTIFICATES:
        request.max_content_length = LARGEST_CERTIFICATE + _FORM_AROUND
    elif request.endpoint in WORK and request.mimetype == "multipart/form-data":
        request.max_content_length = LARGEST_WORK + _FORM_AROUND


def check_form() -> None:
    """Refuse a form with NUL in a name or a value, and any body larger than its page takes. Files may hold what they like."""
    if request.method in SAFE_METHODS:
        return
    if request.endpoint in BODY_IS_READ_AGAIN:
        request.get_data(cache=True)
    if any("\0" in text for text in _texts()):
        raise BadRequest


def _texts() -> Iterator[str]:
    for name, values in request.form.lists():
        yield name
        yield from values
    for name, file in request.files.items(multi=True):
        yield name
        yield file.filename or ""
