"""The identifiers: a course key names a course, a block id a block inside it, a usage key both."""

from __future__ import annotations

import re
from typing import NewType

from lms_app.domain.errors import Invalid

CourseKey = NewType("CourseKey", str)
"""`course-v1:Org+Course+Run`."""
BlockId = NewType("BlockId", str)
"""`type/name`, as the path of the block's file in OLX."""
UsageKey = NewType("UsageKey", str)
"""`block-v1:Org+Course+Run+type@TYPE+block@NAME`."""
PersonId = NewType("PersonId", int)

_PART = r"[\w\-~.:%]+"
_COURSE = re.compile(rf"course-v1:({_PART})\+({_PART})\+({_PART})")
_USAGE = re.compile(rf"block-v1:({_PART}\+{_PART}\+{_PART})\+type@({_PART})\+block@({_PART})")
MAX_KEY_LENGTH = 255


def course_key(org: str, course: str, run: str) -> CourseKey:
    """Return the key of a course; refuse parts with characters that a key can't hold."""
    return parse_course_key(f"course-v1:{org}+{course}+{run}")


def parse_course_key(text: str) -> CourseKey:
    """Return `text` as a course key, or raise `Invalid`."""
    if len(text) > MAX_KEY_LENGTH or not _COURSE.fullmatch(text):
        raise Invalid("bad_course_key", key=text)
    return CourseKey(text)


def course_parts(key: CourseKey) -> tuple[str, str, str]:
    """Return organisation, course and run."""
    org, course, run = key.removeprefix("course-v1:").split("+")
    return org, course, run


def block_id(block_type: str, name: str) -> BlockId:
    """Return the id of a block inside its course."""
    return BlockId(f"{block_type}/{name}")


def block_parts(block: BlockId) -> tuple[str, str]:
    """Return type and name."""
    block_type, _, name = block.partition("/")
    return block_type, name


def usage_key(course: CourseKey, block: BlockId) -> UsageKey:
    """Return the key that names the block among all courses."""
    block_type, name = block_parts(block)
    return UsageKey(f"block-v1:{course.removeprefix('course-v1:')}+type@{block_type}+block@{name}")


def parse_usage_key(text: str) -> tuple[CourseKey, BlockId]:
    """Return the course and the block that a usage key names, or raise `Invalid`."""
    match = _USAGE.fullmatch(text) if len(text) <= 2 * MAX_KEY_LENGTH else None
    if not match:
        raise Invalid("bad_usage_key", key=text)
    course, block_type, name = match.groups()
    return CourseKey(f"course-v1:{course}"), block_id(block_type, name)
