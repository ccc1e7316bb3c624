"""Read the value of an attribute as authors type it, in a file or in a form, and spell it back."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from takwin_xblocks.contract.digits import NumberRefused, read_number
from takwin_xblocks.contract.markup import FILE
from takwin_xblocks.contract.schema import N_, Attribute

ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")
_LONGEST = {"line": 1_000, "source": 10_000, "path": 500}


class ValueRefused(ValueError):
    """A value that an attribute cannot take: words with placeholders, and what fills them."""

    def __init__(self, words: str, **given: object) -> None:
        super().__init__(words)
        self.words = words
        self.given = given


def parse(attribute: Attribute, typed: str) -> Any:
    """Return what stands in `structure` for a typed text. Refuses (`ValueRefused`) what the attribute cannot take."""
    reader = _READERS.get(attribute.kind, _line)
    value = reader(attribute, typed)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        _within(attribute, typed, float(value))
    return plain_decimal(value) if isinstance(value, Decimal) else value


def spell(attribute: Attribute, value: Any) -> str:
    """Return a value as it is typed."""
    if attribute.kind == "truth":
        return "true" if value else "false"
    return " ".join(value) if isinstance(value, list) else str(value)


def plain_decimal(number: Decimal) -> str:
    """Return a number as `1250` or `12.5`."""
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("", "-0") else text


def decimal_of(typed: str) -> Decimal | None:
    """Return the one number that an author means, None if it is none. The point is the decimal sign: what is right has one meaning."""
    try:
        readings = read_number(typed)
    except NumberRefused:
        return None
    # The point is the decimal sign here, so the smaller reading of 1.250 is meant.
    return None if "," in typed else min(readings, key=abs)


def _line(attribute: Attribute, typed: str) -> str:
    text = typed if attribute.kind == "source" else " ".join(typed.split())
    if len(text) > _LONGEST[attribute.kind]:
        raise ValueRefused(N_("{name} is longer than {most} characters"), name=attribute.name, most=_LONGEST[attribute.kind])
    if attribute.check is None:
        return text
    try:
        return attribute.check(text)
    except ValueRefused:
        raise
    except ValueError as error:
        raise ValueRefused(N_('{name}="{typed}": {reason}'), name=attribute.name, typed=typed[:40], reason=str(error)) from error


def _whole(attribute: Attribute, typed: str) -> int:
    number = decimal_of(typed)
    if number is None or number != int(number):
        if attribute.least is not None and attribute.most is not None:
            raise _not_within(attribute, typed)
        raise ValueRefused(N_('{name}="{typed}" is not a whole number'), name=attribute.name, typed=typed[:40])
    return int(number)


def _decimal(attribute: Attribute, typed: str) -> Decimal:
    number = decimal_of(typed)
    if number is None:
        raise ValueRefused(N_('{name}="{typed}" is not a number such as 1250 or 12.5'), name=attribute.name, typed=typed[:40])
    return number


def _truth(attribute: Attribute, typed: str) -> bool:
    word = typed.strip().lower()
    if word not in _YES + _NO:
        raise ValueRefused(N_('{name}="{typed}" is neither true nor false'), name=attribute.name, typed=typed[:40])
    return word in _YES


def _choice(attribute: Attribute, typed: str) -> str:
    values = [value for value, _label in attribute.choices]
    if typed.strip() not in values:
        raise ValueRefused(N_('{name} is {values}, not "{typed}"'), name=attribute.name, values=", ".join(values), typed=typed[:40])
    return typed.strip()


def _reference(attribute: Attribute, typed: str) -> str:
    if not ID.fullmatch(typed.strip()):
        raise ValueRefused(N_('{name}="{typed}" names nothing'), name=attribute.name, typed=typed[:40])
    return typed.strip()


def _references(attribute: Attribute, typed: str) -> list[str]:
    return [_reference(attribute, name) for name in typed.split()]


def _path(attribute: Attribute, typed: str) -> str:
    path = typed.strip()
    if len(path) > _LONGEST["path"] or not FILE.fullmatch(path):
        raise ValueRefused(
            N_('{name}="{typed}" is not a file of the course, such as /static/picture.svg'), name=attribute.name, typed=typed[:40]
        )
    return path


def _within(attribute: Attribute, typed: str, number: float) -> None:
    below = attribute.least is not None and number < attribute.least
    if below or (attribute.most is not None and number > attribute.most):
        raise _not_within(attribute, typed)


def _not_within(attribute: Attribute, typed: str) -> ValueRefused:
    given = {"name": attribute.name, "typed": typed[:40], "least": _limit(attribute.least), "most": _limit(attribute.most)}
    if attribute.most is None:
        return ValueRefused(N_('{name}="{typed}" is less than {least}'), **given)
    if attribute.least is None:
        return ValueRefused(N_('{name}="{typed}" is more than {most}'), **given)
    if attribute.kind == "whole":
        return ValueRefused(N_('{name}="{typed}" is not a whole number from {least} to {most}'), **given)
    return ValueRefused(N_('{name}="{typed}" is not a number from {least} to {most}'), **given)


def _limit(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


_READERS: dict[str, Any] = {
    "whole": _whole,
    "decimal": _decimal,
    "truth": _truth,
    "choice": _choice,
    "reference": _reference,
    "references": _references,
    "path": _path,
}
