"""Read a block's settings from XML attributes and write them back without changing their kind."""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree
from xblock.fields import Float, Integer, Scope, String

from takwin_xblocks.quiz.parsing import Problem, attributes_of, line_of

log = logging.getLogger(__name__)
_NOT_SETTINGS = frozenset({"url_name", "xblock-family", "slug"})


def read_attributes(block: Any, node: etree._Element, *, choices: Mapping[str, Sequence[str]]) -> list[Problem]:
    """Set the fields that attributes name, and return the problems met.

    A bad value of the block's own field is a problem; of a field that the host mixed in, a warning. XBlock's own reading goes
    through YAML, which turns `yes` into true and `2026-01-01` into a date; here a text stays the text that the author typed.
    """
    problems = []
    own = getattr(block, "unmixed_class", type(block)).fields
    for name, typed in attributes_of(node).items():
        if name in _NOT_SETTINGS or name.startswith("{"):
            continue
        field = block.fields.get(name)
        if field is None or field.scope not in (Scope.settings, Scope.content) or name in ("structure", "texts"):
            log.warning("coop_quiz has no setting %r: left out", name)
            continue
        try:
            value = _value(field, typed)
            if name in own:
                _check(name, value, choices=choices)
            setattr(block, name, value)
        except (TypeError, ValueError) as error:
            if name in own:
                problems.append(Problem(line_of(node), f'{name}="{typed[:40]}": {error}'))
            else:
                log.warning("coop_quiz cannot read %s=%r: %s", name, typed[:200], error)
    return problems


def _value(field: Any, typed: str) -> Any:
    if isinstance(field, String):
        return typed
    if isinstance(field, Integer | Float) and not typed.strip():
        return None
    try:
        decoded = json.loads(typed)
    except ValueError:
        decoded = typed
    if isinstance(field, Integer) and decoded is not None and (isinstance(decoded, bool) or not isinstance(decoded, int)):
        raise ValueError("this is not a whole number")
    if isinstance(field, Float) and decoded is not None and (isinstance(decoded, bool) or not isinstance(decoded, int | float)):
        raise ValueError("this is not a number")
    return field.from_json(decoded)


def _check(name: str, value: Any, *, choices: Mapping[str, Sequence[str]]) -> None:
    if name in choices and value not in choices[name]:
        raise ValueError(f"one of {', '.join(choices[name])} is expected")
    if name == "max_attempts" and value is not None and value < 1:
        raise ValueError("at least 1 is expected; leave it out for as many as wanted")
    if name == "weight" and value is not None and (value < 0 or not math.isfinite(value)):
        raise ValueError("a weight is 0 or more")


def write_attributes(block: Any, node: etree._Element) -> None:
    """Write every setting that is set on this very block; texts as they are, everything else as JSON."""
    for name, field in block.fields.items():
        if field.scope is not Scope.settings or not field.is_set_on(block):
            continue
        value = field.to_json(field.read_from(block))
        if isinstance(field, String) and value is None:
            continue  # an attribute cannot say "no text", and the default comes back by itself
        node.set(name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
