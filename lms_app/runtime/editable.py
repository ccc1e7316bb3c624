"""What a trainer can change of a block on a plain form: its fields, what kind of value each takes, and whether a value is right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from lxml.etree import XMLSyntaxError
from xblock.core import XBlock
from xblock.fields import (
    Boolean,
    Date,
    DateTime,
    Dict,
    Field,
    Float,
    Integer,
    List,
    RelativeTime,
    Scope,
    String,
    Timedelta,
    XMLString,
)

from lms_app.domain.content import Json
from lms_app.domain.errors import Invalid
from lms_app.runtime.blocks import RawBlock
from lms_app.runtime.import_runtime import plain_json
from lms_app.runtime.mixins import InheritedSettings, Place
from lms_app.runtime.plugins import BlockTypes
from lms_app.runtime.problems.keeping import OLX, TEXT, problem_changes, shown_text
from lms_app.runtime.traits import traits_of, translatable_fields
from lms_app.runtime.videos import FILES_FIELD, YOUTUBE_FIELD, video_address, youtube_id

_AUTHORED: Final = frozenset({Scope.content, Scope.settings})
_INNER: Final = frozenset(
    {
        "xml_attributes",
        "kept_elements",
        "name",
        "tags",
        "parent",
        "children",
        "source_code",
        "matlab_api_key",
        "markdown_edited",
        "use_latex_compiler",
        "editor",
        "giturl",
        "xqa_key",
        "course_edit_method",
        "advanced_modules",
        "tabs",
        "discussion_topics",
        "language",
        "is_entrance_exam",
        "xml",
        "in_file",
        "broken_text",
        "group_access",
        "user_partitions",
        "only_on_web",
        "public_access",
        "license",
    }
)
"""Fields that belong to files, to other editors or to parts of Open edX that are not here."""
_BY_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "course": ("start", "showanswer", "max_attempts", "graceperiod"),
    "chapter": ("start", "visible_to_staff_only", "hide_from_toc"),
    "sequential": ("start", "due", "graded", "format", "visible_to_staff_only", "showanswer", "max_attempts", "graceperiod"),
    "vertical": ("visible_to_staff_only",),
}
"""Settings that descend, where an author sets them."""
_ELSEWHERE: Final = ("visible_to_staff_only",)
_FIRST: Final = (
    "display_name",
    "markdown",
    "data",
    "question",
    "instructions",
    "question_text",
    "description",
    "texts",
    "answers",
    "feedback",
    "youtube_id_1_0",
    "html5_sources",
    "start",
    "due",
    "end",
    "graded",
    "format",
    "weight",
    "max_attempts",
    "showanswer",
    "show_answers",
    "visible_to_staff_only",
    "hide_from_toc",
)
"""What trainers change most, in the order of the form; all else folds away below."""
_KINDS: Final[tuple[tuple[type[Field], str], ...]] = (
    (Boolean, "boolean"),
    (Integer, "integer"),
    (Float, "number"),
    (Date, "date"),
    (DateTime, "date"),
    (Timedelta, "duration"),
    (RelativeTime, "duration"),
    (XMLString, "source"),
    (Dict, "json"),
    (List, "json"),
    (String, "text"),
)
_WRONG: Final = {
    "integer": "field_not_whole",
    "number": "field_not_number",
    "date": "field_not_date",
    "duration": "field_not_duration",
    "source": "field_not_xml",
}
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "showanswer": ("always", "answered", "attempted", "closed", "finished", "correct_or_past_due", "past_due", "never"),
    "show_correctness": ("always", "never", "past_due"),
}
"""Settings of the host whose field does not say what it takes (Open edX's values)."""
_CONTENT_FIELDS: Final = frozenset({"display_name", "structure", "texts"})
_LARGEST: Final = 1_000_000
"""Characters in one field."""


@dataclass(frozen=True)
class EditableField:
    """One field of a block's form."""

    name: str
    kind: str
    """`boolean`, `integer`, `number`, `date`, `duration`, `choice`, `text`, `source` (long text) or `json`."""
    label: str
    """The class's own words, in English."""
    help: str
    default: Json
    choices: tuple[tuple[Json, str], ...] = ()
    is_translatable: bool = False
    is_main: bool = True
    least: float | None = None
    most: float | None = None
    field: Any = field(default=None, compare=False, repr=False)

    def value_in(self, fields: Mapping[str, Json]) -> Json:
        """Return the value that the form shows: the field's own, or for a problem's text one made from its OLX."""
        return shown_text(fields) if self.name == TEXT else fields.get(self.name)


def editable_fields(types: BlockTypes, block_type: str) -> tuple[EditableField, ...]:
    """Return the fields of the form of a block type, those changed most first; none for a type that is only kept."""
    block_class = types.load(block_type)
    if block_class is RawBlock:
        return ()
    words = translatable_fields(block_type, block_class)
    order = {name: place for place, name in enumerate(_FIRST)}
    shown = [_editable(name, one, words) for name, one in _fields_of(block_type, block_class)]
    return tuple(sorted(shown, key=lambda one: (order.get(one.name, len(order)), one.name)))


def in_own_form(types: BlockTypes, block_type: str) -> frozenset[str]:
    """Return the fields that a block's own form in the page asks for; none for a type without such a form.

    The class says `studio_in_page = True`, and in `settings_in_form` which settings its form has besides title and content.
    """
    block_class = types.load(block_type)
    if getattr(block_class, "studio_in_page", False) is not True or not traits_of(block_type).inline_safe:
        return frozenset()
    return _CONTENT_FIELDS | frozenset(getattr(block_class, "settings_in_form", ()))


def has_framed_form(types: BlockTypes, block_type: str) -> bool:
    """Tell whether blocks of this type bring a form of their own that must stand in a frame: those of packages by others.

    Not those of xblocks-contrib, whose forms are parts of another platform's studio.
    """
    traits = traits_of(block_type)
    if traits.heavy or not traits.needs_django:
        return False
    block_class = types.load(block_type)
    return block_class is not RawBlock and callable(getattr(block_class, "studio_view", None))


def with_choices(form: tuple[EditableField, ...], name: str, choices: Iterable[str]) -> tuple[EditableField, ...]:
    """Return the form in which a field takes only these values; as it was when there are none."""
    offered = tuple((choice, choice) for choice in choices)
    return tuple(replace(one, kind="choice", choices=offered) if one.name == name and offered else one for one in form)


def checked_value(known: EditableField, value: Json) -> Json:
    """Return the value in the JSON form of its field; refuse (`Invalid`, naming the field) what the field can't take."""
    if len(value if isinstance(value, str) else str(value)) > _LARGEST:
        raise Invalid("field_too_long", field=known.name)
    value = _tidied(known.name, value)
    try:
        made = known.field.enforce_type(known.field.from_json(value))
        told = plain_json(known.field.to_json(made))
    except XMLSyntaxError as error:
        raise Invalid("field_not_xml", field=known.name, line=error.lineno or 0) from error
    except Exception as error:
        # A field of somebody else's class refuses in its own way.
        raise Invalid(_WRONG.get(known.kind, "field_not_right"), field=known.name) from error
    if known.choices and told not in [choice for choice, _ in known.choices]:
        raise Invalid("field_not_listed", field=known.name)
    if isinstance(told, int | float) and known.least is not None and told < known.least:
        raise Invalid("field_too_small", field=known.name, least=known.least)
    if isinstance(told, int | float) and known.most is not None and told > known.most:
        raise Invalid("field_too_big", field=known.name, most=known.most)
    return told


def implied_changes(
    changes: Mapping[str, Json],
    before: Mapping[str, Json],
    *,
    language: str = "",
    is_translation: bool = False,
    source: Mapping[str, Json] | None = None,
) -> dict[str, Json]:
    """Return the changes with those that follow from them: a problem's text makes its OLX, and OLX of its own drops the text.

    `language` is that of the texts, `source` the fields that a translation goes with. Refuses (`Invalid`,
    each fault with its line) a problem that can't be understood, and a translation with other right answers.
    """
    if not is_translation and changes.get(YOUTUBE_FIELD, "") is None:
        changes = {**changes, YOUTUBE_FIELD: ""}  # its default is a film of somebody else's
    if TEXT in changes or (OLX in changes and _is_problem({**before, **changes})):
        return problem_changes(changes, before, language=language, is_translation=is_translation, source=source)
    return dict(changes)


def _tidied(name: str, value: Json) -> Json:
    """Return where a video is as its player takes it, in whatever form it was written."""
    if name == YOUTUBE_FIELD and isinstance(value, str):
        return youtube_id(value)
    if name == FILES_FIELD and isinstance(value, list):
        return [video_address(str(each)) for each in value]
    return value


def _is_problem(fields: Mapping[str, Json]) -> bool:
    return fields.get(TEXT) is not None or str(fields.get(OLX) or "").lstrip().startswith("<problem")


def _fields_of(block_type: str, block_class: type[XBlock]) -> Iterator[tuple[str, Field]]:
    own: Mapping[str, Field] = block_class.fields
    extra = {**InheritedSettings.fields, **Place.fields}
    for name, one in own.items():
        if name == TEXT and block_type != "problem":
            continue
        if one.scope in _AUTHORED and name not in _INNER:
            yield name, one
    for name in ("display_name", *_BY_TYPE.get(block_type, _ELSEWHERE)):
        if name not in own:
            yield name, extra[name]


def _editable(name: str, one: Field, words: Sequence[str]) -> EditableField:
    kind = next((kind for known, kind in _KINDS if isinstance(one, known)), "json")
    values = one.values
    choices: tuple[tuple[Json, str], ...] = ()
    limits: Mapping[str, Any] = {}
    if isinstance(values, Mapping):
        limits = values
    elif values and kind != "boolean":
        choices, kind = tuple(_choice(value) for value in values), "choice"
    elif name in _CHOICES:
        choices, kind = tuple((value, value) for value in _CHOICES[name]), "choice"
    if kind == "text" and (
        name in {"data", TEXT, "description", "question_text", "instructions"} or one.runtime_options.get("multiline_editor")
    ):
        kind = "source"
    return EditableField(
        name=name,
        kind=kind,
        label=str(one.display_name),
        help=str(one.help or ""),
        default=plain_json(one.to_json(one.default)),
        choices=choices,
        is_translatable=name in words,
        is_main=name in _FIRST or name in words,
        least=limits.get("min"),
        most=limits.get("max"),
        field=one,
    )


def _choice(value: Any) -> tuple[Json, str]:
    if isinstance(value, Mapping):
        return plain_json(value.get("value")), str(value.get("display_name", value.get("value")))
    return plain_json(value), str(value)
