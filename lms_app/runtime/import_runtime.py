"""A runtime in which blocks read and write their XML: keys of one course, fields in memory, files to look into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from opaque_keys.edx.asides import AsideDefinitionKeyV2, AsideUsageKeyV2
from opaque_keys.edx.keys import UsageKey
from xblock.exceptions import NoSuchServiceError
from xblock.field_data import FieldData
from xblock.fields import Field, Scope
from xblock.runtime import NullI18nService, Runtime

from lms_app.domain.content import Block, Json
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.runtime.mixins import MIXINS
from lms_app.runtime.plugins import BlockTypes
from lms_app.runtime.references import course_locator, restored, stored, usage_of

AUTHORED: Final = frozenset({Scope.content, Scope.settings})
NO_FIELDS: Final = frozenset({"parent", "children"})


class CourseIds:
    """Keys of one course: a definition and its usage are one, and a block that does not say its name has the one in `current`.

    There is no `target_course_id`: with it, a video would write the key of this course into its handout, and a copy would differ.
    """

    def __init__(self, course: CourseKey) -> None:
        self.course = course_locator(course)
        self.current: BlockId | None = None

    def create_definition(self, block_type: str, slug: str | None = None) -> Any:
        """Return the key of the block of this type and name."""
        if slug is None and self.current is not None:
            return usage_of(self.course, self.current)
        return self.course.make_usage_key(block_type, slug or "unnamed")

    def create_usage(self, def_id: Any) -> Any:
        """Return the definition's key itself, as Open edX's own import does."""
        return def_id

    def create_aside(self, definition_id: Any, usage_id: Any, aside_type: str) -> tuple[Any, Any]:
        """Return the keys of an aside of a block."""
        keys: Any = AsideDefinitionKeyV2, AsideUsageKeyV2
        return keys[0](definition_id, aside_type), keys[1](usage_id, aside_type)

    def get_usage_id_from_aside(self, aside_id: Any) -> Any:
        """Return the key of the block that an aside decorates."""
        return aside_id.usage_key

    def get_definition_id_from_aside(self, aside_id: Any) -> Any:
        """Return the definition of the block that an aside decorates."""
        return aside_id.definition_key

    def get_definition_id(self, usage_id: Any) -> Any:
        """Return the key itself."""
        return usage_id

    def get_block_type(self, def_id: Any) -> str:
        """Return the type in the key."""
        return str(def_id.block_type)

    def get_aside_type_from_definition(self, aside_id: Any) -> str:
        """Return the aside's type."""
        return str(aside_id.aside_type)

    get_aside_type_from_usage = get_aside_type_from_definition


class FieldsInMemory(FieldData):
    """The explicit fields of the blocks at hand, in JSON form, by usage key."""

    def __init__(self) -> None:
        self.values: dict[Any, dict[str, Any]] = {}

    def get(self, block: Any, name: str) -> Any:
        """Return the value, or raise `KeyError`: then XBlock asks for the default."""
        return self.values[block.scope_ids.usage_id][name]

    def set(self, block: Any, name: str, value: Any) -> None:
        """Keep the value."""
        self.values.setdefault(block.scope_ids.usage_id, {})[name] = value

    def delete(self, block: Any, name: str) -> None:
        """Forget the value."""
        self.values.get(block.scope_ids.usage_id, {}).pop(name, None)

    def has(self, block: Any, name: str) -> bool:
        """Tell whether the field was set."""
        return name in self.values.get(block.scope_ids.usage_id, {})


class OlxRuntime(Runtime):
    """What reading and writing a course have in common: nobody learns here, and nothing is shown."""

    def __init__(self, *, course: CourseKey, types: BlockTypes) -> None:
        self.ids = CourseIds(course)
        self.fields_in_memory = FieldsInMemory()
        super().__init__(id_reader=self.ids, id_generator=self.ids, mixins=MIXINS, services={"i18n": NullI18nService()})
        self.types = types
        self.course_id = self.ids.course

    def load_block_type(self, block_type: str) -> Any:
        """Return the class that plays the type."""
        return self.types.load(block_type)

    def service(self, block: Any, service_name: str) -> Any:
        """Lend fields and words; there is no learner, so nothing else."""
        if service_name == "field-data":
            return self.fields_in_memory
        try:
            return super().service(block, service_name)
        except NoSuchServiceError:
            return None

    def applicable_aside_types(self, block: Any) -> list[str]:  # noqa: ARG002 -- XBlock's signature
        """Return none: asides are no content."""
        return []

    def parse_asides(self, *_arguments: Any) -> list[Any]:
        """Return none, under the name that contributed blocks call."""
        return []

    def publish(self, *_arguments: Any) -> None:
        """Let nothing out."""

    def error_tracker(self, *_arguments: Any) -> None:
        """Take the warnings of old blocks; the importer has its own."""

    def handler_url(self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 -- XBlock's signature
        """Return nothing: nobody calls a block that is only read or written."""
        return ""

    local_resource_url = resource_url = handler_url

    def put_fields(self, block: Block, block_class: Any) -> Any:
        """Lay a stored block's fields in memory for its class, references as keys, and return its usage key."""
        usage = usage_of(self.course_id, block.id)
        known: Mapping[str, Field] = block_class.fields
        values = {name: restored(known[name], value, self.course_id) for name, value in block.fields.items() if name in known}
        if block.children:
            values["children"] = [usage_of(self.course_id, child) for child in block.children]
        self.fields_in_memory.values[usage] = values
        return usage

    def authored_fields(self, block: Any) -> dict[str, Json]:
        """Return a saved block's explicit content and settings as plain JSON, references as block ids."""
        values = self.fields_in_memory.values.get(block.scope_ids.usage_id, {})
        found: dict[str, Json] = {}
        for name, value in sorted(values.items()):
            field = block.fields.get(name)
            if field is not None and name not in NO_FIELDS and field.scope in AUTHORED:
                found[name] = plain_json(stored(field, value))
        return found


def plain_json(value: Any) -> Json:
    """Return the value as `json.loads` would give it back: text for keys of objects and for anything that JSON lacks."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, UsageKey):
        return str(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = _as_mapping(value)
    if isinstance(value, Mapping):
        return {_name(name): plain_json(item) for name, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((plain_json(item) for item in value), key=repr)
    if isinstance(value, Iterable):
        return [plain_json(item) for item in value]
    return str(value)


def _as_mapping(value: NamedTuple | Any) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = value._asdict()
    return fields


def _name(name: Any) -> str:
    if name is None or isinstance(name, bool):
        return {None: "null", True: "true", False: "false"}[name]
    return str(name)
