"""What an element of a course's XML says of itself: whether it stands for a file, and which; what its policy adds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from lxml import etree
from xblock.core import XBlock

from lms_app.domain.content import Block, Json
from lms_app.domain.keys import BlockId, block_id
from lms_app.runtime.blocks.base import NO_FIELDS as PLACE_ATTRIBUTES
from lms_app.runtime.import_names import local_name
from lms_app.runtime.import_runtime import plain_json

TYPE: Final = re.compile(r"[\w\-.~]{1,100}")


def is_pointer(node: etree._Element) -> bool:
    """Tell whether the element says nothing but a name (Open edX's rule)."""
    return set(node.attrib) == {"url_name"} and is_empty(node)


def is_empty(node: etree._Element) -> bool:
    """Tell whether nothing stands inside the element."""
    return not len(node) and not (node.text or "").strip()


def path_of(node: etree._Element) -> str:
    """Return where the file of an element would be: under its `url_name`, or the `filename` of 2012; '' without either."""
    name = node.get("url_name") or node.get("filename") or ""
    return f"{local_name(node)}/{name.replace(':', '/')}.xml" if name else ""


def under_pointer(definition: etree._Element, pointer: etree._Element) -> etree._Element:
    """Return the definition with what the pointer says besides its name."""
    for name, text in pointer.items():
        if name not in {"url_name", "filename"}:
            definition.set(name, text)
    return definition


def drop(node: etree._Element, name: str) -> None:
    """Take an attribute away, if it is there."""
    if name in node.attrib:
        del node.attrib[name]


def attributes_of(node: etree._Element) -> dict[str, str]:
    """Return the element's attributes."""
    return {str(name): str(text) for name, text in node.attrib.items()}


def line_of(node: etree._Element) -> int:
    """Return the line of the file where the element begins; 0 when it did not come from a file."""
    return cast("int | None", node.sourceline) or 0


def is_legacy(block_class: Any) -> bool:
    """Tell whether the class reads XML as Open edX did before XBlock: pointers and `filename` are its own affair."""
    return hasattr(block_class, "load_definition_xml")


def reads_itself(block_class: Any) -> bool:
    """Tell whether the class has its own way to read XML."""
    return block_class.parse_xml.__func__ is not XBlock.parse_xml.__func__


def id_of_key(key: Any) -> BlockId:
    """Return the block id in a usage key."""
    return block_id(key.block_type, key.block_id)


def part_course_policy(course: Block, policy: Mapping[str, Json]) -> tuple[dict[str, Json], Block]:
    """Part what a course says of itself: what its block has no field for is kept apart, and the block holds the rest."""
    fields = dict(course.fields)
    kept = {name: _value_of(text) for name, text in fields.pop("xml_attributes", {}).items()}
    for name, value in policy.items():
        if name not in fields and name not in PLACE_ATTRIBUTES and name != "xml_attributes":
            kept[name] = plain_json(value)
    return kept, Block(course.id, course.type, fields, course.children)


def _value_of(text: Any) -> Json:
    if not isinstance(text, str):
        return plain_json(text)
    try:
        return plain_json(json.loads(text))
    except ValueError:
        return text
