"""The keys by which XBlock finds a block: a usage key is its own definition key, and an aside's key holds its block's."""

from __future__ import annotations

from typing import Any

from opaque_keys.edx.asides import AsideDefinitionKeyV2, AsideUsageKeyV2
from opaque_keys.edx.locator import CourseLocator
from xblock.runtime import IdGenerator, IdReader


class Keys(IdReader, IdGenerator):
    """Reads and makes keys of one course; the same names give the same keys, which video counts on."""

    def __init__(self, course: CourseLocator) -> None:
        self.target_course_id = course

    def get_usage_id_from_aside(self, aside_id: Any) -> Any:
        """Return the usage key of the block that an aside decorates."""
        return aside_id.usage_key

    def get_definition_id_from_aside(self, aside_id: Any) -> Any:
        """Return the definition key of the block that an aside decorates."""
        return aside_id.definition_key

    def get_definition_id(self, usage_id: Any) -> Any:
        """Return the usage key itself."""
        return usage_id

    def get_block_type(self, def_id: Any) -> str:
        """Return the type that the key names."""
        return str(def_id.aside_type if hasattr(def_id, "aside_type") else def_id.block_type)

    def get_aside_type_from_usage(self, aside_id: Any) -> str:
        """Return an aside's type."""
        return str(aside_id.aside_type)

    def get_aside_type_from_definition(self, aside_id: Any) -> str:
        """Return an aside's type."""
        return str(aside_id.aside_type)

    def create_aside(self, definition_id: Any, usage_id: Any, aside_type: str) -> tuple[Any, Any]:
        """Return definition and usage keys of an aside."""
        # opaque_keys gives these classes their properties when they are first used, which no checker sees.
        definition_class: Any = AsideDefinitionKeyV2
        usage_class: Any = AsideUsageKeyV2
        return definition_class(definition_id, aside_type), usage_class(usage_id, aside_type)

    def create_definition(self, block_type: str, slug: str | None = None) -> Any:
        """Return the definition key of a block."""
        return self.target_course_id.make_usage_key(block_type, slug or block_type)

    def create_usage(self, def_id: Any) -> Any:
        """Return the usage key of a definition."""
        return def_id
