"""Read a block's settings from XML attributes or a form, and write them back without changing their kind."""

from __future__ import annotations

import json
import logging
import math
from typing import Any

from lxml import etree
from xblock.fields import Boolean, Float, Integer, Scope, String

from takwin_xblocks.contract.olx import attributes_of, line_of
from takwin_xblocks.contract.schema import N_, Fault

log = logging.getLogger(__name__)
CONTENT_FIELDS = frozenset({"structure", "texts"})
_LONGEST_NUMBER = 40
_NOT_SETTINGS = frozenset({"url_name", "xblock-family", "slug"})


def read_settings(block: Any, node: etree._Element, *, content: frozenset[str] = frozenset()) -> list[Fault]:
    """Set the fields that attributes name, and return the faults met; attributes named in `content` belong to the content.

    A bad value of the block's own field is a fault; of a field that the host mixed in, a warning. XBlock's own reading goes
    through YAML, which turns `yes` into true and `2026-01-01` into a date; here a text stays the text that the author typed.
    """
    faults = []
    own = getattr(block, "unmixed_class", type(block)).fields
    for name, typed in attributes_of(node).items():
        if name in _NOT_SETTINGS or name in content or name.startswith("{"):
            continue
        field = block.fields.get(name)
        if field is None or field.scope not in (Scope.settings, Scope.content) or name in CONTENT_FIELDS:
            log.warning("%s has no setting %r: left out", node.tag, name)
            continue
        try:
            setattr(block, name, setting_value(field, typed, is_own=name in own))
        except (TypeError, ValueError) as error:
            if name in own:
                given = {"name": name, "typed": typed[:40], "reason": str(error)}
                faults.append(Fault(N_('{name}="{typed}": {reason}'), given, name, line_of(node)))
            else:
                log.warning("%s cannot read %s=%r: %s", node.tag, name, typed[:200], error)
    return faults


def setting_value(field: Any, typed: str, *, is_own: bool = True) -> Any:
    """Return the value of a field as typed. Refuses (`ValueError`, with a message id) what a field of ours cannot take."""
    value = _value(field, typed)
    if is_own:
        _check(field, value)
    return value


def setting_words(field: Any, value: Any) -> str:
    """Return a value as it is typed, '' for none."""
    told = field.to_json(value)
    if told is None:
        return ""
    return told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)


def write_settings(block: Any, node: etree._Element) -> None:
    """Write every setting that is set on this very block; texts as they are, everything else as JSON."""
    for name, field in block.fields.items():
        if field.scope is not Scope.settings or not field.is_set_on(block):
            continue
        value = field.to_json(field.read_from(block))
        if isinstance(field, String) and value is None:
            continue  # an attribute cannot say "no text", and the default comes back by itself
        node.set(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _value(field: Any, typed: str) -> Any:
    if isinstance(field, String):
        return typed
    if isinstance(field, Integer | Float) and not typed.strip():
        return None
    if isinstance(field, Integer | Float) and len(typed) > _LONGEST_NUMBER:
        raise ValueError(N_("this is not a whole number") if isinstance(field, Integer) else N_("this is not a number"))
    try:
        decoded = json.loads(typed)
    except (ValueError, RecursionError):
        decoded = typed
    if isinstance(field, Boolean) and not isinstance(decoded, bool):
        raise ValueError(N_("this is neither true nor false"))  # noqa: TRY004 -- every bad value is one refusal
    if isinstance(field, Integer) and decoded is not None and (isinstance(decoded, bool) or not isinstance(decoded, int)):
        raise ValueError(N_("this is not a whole number"))
    if isinstance(field, Float) and decoded is not None and (isinstance(decoded, bool) or not isinstance(decoded, int | float)):
        raise ValueError(N_("this is not a number"))
    return field.from_json(decoded)


def _check(field: Any, value: Any) -> None:
    limits = field.values
    if isinstance(limits, dict):
        if value is not None and isinstance(value, int | float):
            if not math.isfinite(value):
                raise ValueError(N_("this is not a number"))
            _check_limits(limits, value)
    elif limits and value not in [each["value"] if isinstance(each, dict) else each for each in limits]:
        raise ValueError(N_("this is not one of the values offered"))


def _check_limits(limits: dict[str, Any], value: float) -> None:
    if "min" in limits and value < limits["min"]:
        raise ValueError(N_("this is too small"))
    if "max" in limits and value > limits["max"]:
        raise ValueError(N_("this is too large"))
