"""Bounds and plainness of a credential from outside: what is read must be exactly what was signed.

The signature covers statements, the reader sees JSON. Whatever of the JSON makes no statement (a word no context knows, null, an
address that is not absolute) could be added by anybody after signing, and is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from takwin_certificates.badge.contexts import NONE_MORE, refuse_other_contexts
from takwin_certificates.badge.refusals import CredentialRefused, Reason
from takwin_certificates.strict_json import InvalidRecord, parse_strictly

LARGEST_CREDENTIAL: Final = 256 * 1024
_DEEPEST: Final = 16
_MOST_VALUES: Final = 3_000
_LONGEST_LIST: Final = 500
"""Values of one word are compared each with each while they are gathered."""
_MOST_BLANK: Final = 400
_MOST_BLANK_IN_BLANK: Final = 3
"""Ordering nameless things takes the factorial of how many alike hang on one that is nameless too (RDFC-1.0 §4.8)."""
_DEEPEST_BLANK: Final = 3
_LARGEST_EXACT: Final = 2**53
UNDEFINED: Final = "urn:takwin:undefined:"
RELATIVE: Final = "takwin-relative:"
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")


_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Written differently by the drafts and the final text of RDFC-1.0, so that two programs would not agree on a signature."""


def read(text: bytes | str) -> dict[str, Any]:
    """Parse a credential; refuses repeated keys, NaN, bytes that are not UTF-8, and more than 256 KiB."""
    if len(text) > LARGEST_CREDENTIAL:
        raise CredentialRefused(Reason.TOO_LARGE, f"more than {LARGEST_CREDENTIAL} bytes")
    try:
        document = parse_strictly(text, largest=LARGEST_CREDENTIAL)
    except InvalidRecord as error:
        raise CredentialRefused(Reason.NOT_JSON, str(error)) from error
    if not isinstance(document, dict):
        raise CredentialRefused(Reason.NOT_JSON, "a credential is a JSON object")
    return document


def refuse_unusual(document: Mapping[str, Any], more: Mapping[str, Any] = NONE_MORE) -> None:
    """Refuse a document without its proof that is too large to order, or has parts that no signature could cover."""
    refuse_other_contexts(document.get("@context"), more)
    plain = {name: value for name, value in document.items() if name != "@context"}
    blank = 0
    for count, (value, depth) in enumerate(_walk(plain, 1)):
        blank += isinstance(value, dict) and "id" not in value
        if depth > _DEEPEST:
            raise CredentialRefused(Reason.TOO_DEEP, f"more than {_DEEPEST} levels")
        if count > _MOST_VALUES:
            raise CredentialRefused(Reason.TOO_LARGE, f"more than {_MOST_VALUES} values")
        _refuse_value(value)
    if blank > _MOST_BLANK:
        raise CredentialRefused(Reason.BLANK_NODES, f"more than {_MOST_BLANK} things without a name")
    _refuse_blank_knots(plain, 0)


def refuse_what_vanishes(expanded: object) -> None:
    """Refuse an expanded document that has words no context knows, or addresses that are not absolute.

    It must have been expanded with `UNDEFINED` as the vocabulary of unknown words, and a base in `RELATIVE`.
    """
    for value, _ in _walk(expanded, 1):
        if isinstance(value, dict):
            for name in value:
                if name.startswith(UNDEFINED):
                    raise CredentialRefused(Reason.UNDEFINED_TERM, name.removeprefix(UNDEFINED)[:100])
            types = value.get("@type", [])
            for each in [value.get("@id"), *(types if isinstance(types, list) else [types])]:
                _refuse_address(each)


def is_absolute(text: object) -> bool:
    """Tell whether this is an absolute IRI without signs that would have to be escaped."""
    return isinstance(text, str) and _ABSOLUTE.fullmatch(text) is not None


def _refuse_address(each: object) -> None:
    if each is None or each == "@json":
        return
    if isinstance(each, str) and each.startswith(UNDEFINED):
        raise CredentialRefused(Reason.UNDEFINED_TERM, each.removeprefix(UNDEFINED)[:100])
    if isinstance(each, str) and each.startswith("_:"):
        raise CredentialRefused(Reason.BLANK_NODES, "a label that would join nameless things")
    if not is_absolute(each) or str(each).startswith(RELATIVE):
        raise CredentialRefused(Reason.RELATIVE_IRI, str(each)[:100])


def _walk(value: object, depth: int) -> Iterator[tuple[Any, int]]:
    """Yield every value with its depth, the outer first, so that a bound stops the walk early."""
    waiting = [(value, depth)]
    while waiting:
        each, level = waiting.pop()
        yield each, level
        inner = each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()
        waiting.extend((part, level + 1) for part in inner)


def _refuse_value(value: object) -> None:
    if isinstance(value, dict):
        for name in value:
            if name.startswith("@") or ":" in name:
                raise CredentialRefused(Reason.KEYWORD, name[:100])
    elif isinstance(value, list):
        if not value or any(isinstance(each, list) for each in value):
            raise CredentialRefused(Reason.UNSIGNED, "an empty list, or a list in a list")
        if len(value) > _LONGEST_LIST:
            raise CredentialRefused(Reason.TOO_LARGE, f"a list of more than {_LONGEST_LIST} values")
    elif value is None:
        raise CredentialRefused(Reason.UNSIGNED, "null")
    elif isinstance(value, str):
        _refuse_text(value)
    elif isinstance(value, int | float) and abs(value) > _LARGEST_EXACT:
        raise CredentialRefused(Reason.NOT_CANONICAL, "a number too large to be exact")


def _refuse_text(text: str) -> None:
    if _UNWRITABLE.search(text):
        raise CredentialRefused(Reason.NOT_CANONICAL, "a control character, or half of a character")


def _refuse_blank_knots(value: object, above: int) -> None:
    """Refuse many nameless things on one that is nameless; a tree of named ones is ordered at once."""
    if isinstance(value, list):
        for each in value:
            _refuse_blank_knots(each, above)
    elif isinstance(value, dict):
        level = 0 if "id" in value else above + 1
        nameless = [each for part in value.values() for each in (part if isinstance(part, list) else [part]) if _is_blank(each)]
        if level > _DEEPEST_BLANK or (level and len(nameless) > _MOST_BLANK_IN_BLANK):
            raise CredentialRefused(Reason.BLANK_NODES, "nameless things in nameless things")
        for part in value.values():
            _refuse_blank_knots(part, level)


def _is_blank(value: object) -> bool:
    return isinstance(value, dict) and "id" not in value
