"""Turns the ways in which courses name a block (`type/name`, `block-v1:`, `i4x://`) into keys of one course and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey
from opaque_keys.edx.locator import CourseLocator
from xblock.fields import Field, Reference, ReferenceList, ReferenceValueDict

from lms_app.domain.keys import BlockId, CourseKey, block_id, course_parts

_OLD: Final = re.compile(r"i4x:(?://|;_;_)[^/;]+(?:/|;_)[^/;]+(?:/|;_)([^/;]+)(?:/|;_)([^/;@]+)(?:@\w+)?")
_PLAIN: Final = re.compile(r"([\w\-.]+)/([\w\-~.:%]+)")


def course_locator(course: CourseKey) -> CourseLocator:
    """Return the opaque key of a course, with which blocks work."""
    return CourseLocator(*course_parts(course))


def usage_of(course: CourseLocator, block: BlockId) -> Any:
    """Return the usage key of a block of the course."""
    block_type, _, name = block.partition("/")
    return course.make_usage_key(block_type, name)


def block_of(usage: Any) -> BlockId:
    """Return the block id of a usage key, whatever its course."""
    return block_id(usage.block_type, usage.block_id)


def block_named(text: str) -> BlockId | None:
    """Return the block that a text names in any of the forms that courses use; None when it names none.

    The course in the text is not looked at: a reference inside a course means that course, also after it was copied or renamed.
    """
    text = text.strip()
    old = _OLD.fullmatch(text)
    if old:
        return block_id(old[1], old[2])
    plain = _PLAIN.fullmatch(text)
    if plain:
        return block_id(plain[1], plain[2])
    try:
        return block_of(UsageKey.from_string(text))
    except (InvalidKeyError, AttributeError):
        return None


def restored(field: Field, value: Any, course: CourseLocator) -> Any:
    """Return a stored value with its references as usage keys; other fields' values come back as they are."""
    return _each_reference(field, value, lambda text: _usage_or_text(course, text))


def stored(field: Field, value: Any) -> Any:
    """Return a value with its references as block ids, which stay true in a copy of the course."""
    return _each_reference(field, value, lambda key: block_of(key) if isinstance(key, UsageKey) else key)


def _usage_or_text(course: CourseLocator, text: Any) -> Any:
    named = block_named(text) if isinstance(text, str) else None
    return usage_of(course, named) if named else text


def _each_reference(field: Field, value: Any, change: Callable[[Any], Any]) -> Any:
    if value is None:
        return None
    if isinstance(field, Reference):
        return change(value)
    if isinstance(field, ReferenceList):
        return [change(item) for item in value]
    if isinstance(field, ReferenceValueDict):
        return {name: change(item) for name, item in value.items()}
    return value
