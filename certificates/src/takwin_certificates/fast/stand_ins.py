"""Nobody in particular: the holders that a plate is drawn with, so that it never knows a learner.

Two of them with names, codes and numbers of different widths show where each text goes; both must fall into the same
sizes and typefaces as the certificate in hand.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from takwin_certificates import typefaces
from takwin_certificates.facts import StatusPlace
from takwin_certificates.fast.shaping import Unfit
from takwin_certificates.record import Record

SLOTS: Final = ("name_latin", "name_arabic", "name_tifinagh", "number", "code")
"""The texts of the page that are a person's own."""
_NAMES: Final = SLOTS[:3]
_PATTERNS: Final = {"name_latin": "Wqxz kjw ", "name_arabic": "ضظغ ثضن ", "name_tifinagh": "ⵣⵥⵇ ⵟⵣⵏ "}
_SHORTEST: Final = 5
_LONGEST: Final = 100
_CODES: Final = ("1111-1111-1111-1111-111S", "WMWM-WMWM-WMWM-WMWM-WMWP")
_MOMENTS: Final = (dt.time(1, 2, 3), dt.time(22, 41, 59))
_OTHER: Final = frozenset({"code", "number", *_NAMES, "subject", "status", "issued_at"})

Layout = Callable[[Record], tuple[object, ...]]
"""What of a record decides sizes and typefaces of its names."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A record with the address of its QR code and the file attached to it."""

    record: Record
    qr_url: str
    attachment: bytes


def facts_of_all(record: Record) -> tuple[object, ...]:
    """Return what a plate is made for: every fact but those of the person, and which of those there are."""
    shared = [each.name for each in dataclasses.fields(record) if each.name not in _OTHER]
    values = [_frozen(getattr(record, name)) for name in shared]
    return (*values, *(bool(getattr(record, name)) for name in (*SLOTS, "subject", "status", "issued_at")))


def moment_of(record: Record) -> dt.datetime:
    """Return the moment of issue; the first hour of the day for records that knew only the day."""
    return record.issued_at or dt.datetime.combine(record.issued_on, dt.time(), dt.UTC)


def _text(name: str, holder: Holder) -> str:
    return str(getattr(holder.record, name))


TEXTS: Final[Mapping[str, Callable[[Holder], str]]] = {
    **{name: partial(_text, name) for name in (*SLOTS, "subject")},
    "record": lambda holder: hashlib.sha256(holder.record.to_json()).hexdigest(),
    "moment": lambda holder: moment_of(holder.record).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "pdf_moment": lambda holder: moment_of(holder.record).strftime("%Y%m%d%H%M%SZ"),
}
"""Every text in which the metadata of two holders of one plate may differ, by name."""


def stand_ins(holder: Holder, layout: Layout) -> tuple[Holder, Holder]:
    """Return two holders who are nobody; raises `Unfit` where their names can't be set as this holder's are."""
    record = holder.record
    changes: list[dict[str, Any]] = [{}, {}]
    for name in _NAMES:
        if getattr(record, name):
            short, long = _names(record, name, layout)
            changes[0][name], changes[1][name] = short, long
    first, second = (_stand_in(holder, which, changes[which]) for which in (0, 1))
    if not layout(record) == layout(first.record) == layout(second.record):
        raise Unfit("no stand-in is set like this name")
    return first, second


def _stand_in(holder: Holder, which: int, names: dict[str, Any]) -> Holder:
    record, code = holder.record, _CODES[which]
    moment = dt.datetime.combine(record.issued_on, _MOMENTS[which], dt.UTC) if record.issued_at else None
    number = re.sub(r"[A-Z]", "IW"[which], re.sub(r"[0-9]", "18"[which], record.number))
    subject = f"urn:uuid:{'1a'[which] * 8}-0000-4000-8000-000000000000" if record.subject else ""
    status = StatusPlace(list=which, index=which) if record.status else None
    attachment = b"{}" + b" " * (7 + which)
    changed = dataclasses.replace(record, code=code, number=number, subject=subject, status=status, issued_at=moment, **names)
    return Holder(changed, _address(holder, code, "A7"[which]), attachment)


def _address(holder: Holder, code: str, filler: str) -> str:
    """Return an address as long as the holder's, so that its QR code has as many modules."""
    if holder.record.code in holder.qr_url:
        return holder.qr_url.replace(holder.record.code, code)
    start, slash, token = holder.qr_url.rpartition("/")
    return start + slash + filler * len(token)


def _names(record: Record, name: str, layout: Layout) -> tuple[str, str]:
    """Return two names, narrow and wide, that are set in the size and typeface of the one in the record."""
    wanted = layout(record)
    found: list[str] = []
    for start in _starts(record, name, layout):
        for length in range(_SHORTEST, _LONGEST):
            text = (start + _PATTERNS[name] * _LONGEST)[:length].strip()
            if len(text) == length and layout(_renamed(record, name, text)) == wanted:
                found.append(text)
            elif found and len(text) == length:
                break
        if len(found) > 1:
            return found[0], found[-1]
    raise Unfit("no stand-in is set like this name")


def _renamed(record: Record, name: str, text: str) -> Record:
    changes: dict[str, Any] = {name: text}
    return dataclasses.replace(record, **changes)


def _starts(record: Record, name: str, layout: Layout) -> Iterator[str]:
    """Yield nothing, then a letter that only the typeface of this name has."""
    yield ""
    usual = set(_strings(layout(_renamed(record, name, _PATTERNS[name].strip())))) & {*typefaces.ALL}
    known = frozenset().union(*map(typefaces.characters, usual))
    script = name.removeprefix("name_").upper()
    for face in set(_strings(layout(record))) & {*typefaces.ALL} - usual:
        letters = map(chr, sorted(typefaces.characters(face) - known))
        yield from [each for each in letters if _is_capital(each, script)][:1]


def _is_capital(letter: str, script: str) -> bool:
    is_composed = unicodedata.is_normalized("NFC", letter)
    return is_composed and unicodedata.name(letter, "").startswith((f"{script} CAPITAL LETTER", f"{script} LETTER"))


def _strings(values: object) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, tuple):
        for each in values:
            yield from _strings(each)


def _frozen(value: object) -> object:
    if isinstance(value, Mapping):
        return tuple(sorted(value.items()))
    if isinstance(value, tuple):
        return tuple(map(_frozen, value))
    if dataclasses.is_dataclass(value):
        return tuple(_frozen(getattr(value, each.name)) for each in dataclasses.fields(value))
    return value
