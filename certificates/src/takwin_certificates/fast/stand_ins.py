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
NAMES: Final = SLOTS[:3]
_PATTERNS: Final = {"name_latin": "Wqxz kjw ", "name_arabic": "ضظغ ثضن ", "name_tifinagh": "ⵣⵥⵇ ⵟⵣⵏ "}
_LONGEST: Final = 100
_CODES: Final = ("1111-1111-1111-1111-111S", "WMN8-WM88-WM88-WM88-WM86")
"""A narrow one, and one about as wide as they ever get."""
_MOMENTS: Final = (dt.time(1, 2, 3), dt.time(22, 41, 59))
_NUMBER_SIGNS: Final = (str.maketrans("A0", "I1"), str.maketrans("A", "M"))
_OTHER: Final = frozenset({"code", "number", *NAMES, "subject", "status", "issued_at"})

Names = Callable[[Record], Mapping[str, tuple[str, float]]]
"""Typeface and size in points of each name of a record, by fact."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A record with its addresses, in words and as QR code, and the file attached to it."""

    record: Record
    verify_url: str
    qr_url: str
    attachment: bytes


def facts_of_all(holder: Holder) -> tuple[object, ...]:
    """Return what a plate is made for: every fact but those of the person, and which of those there are."""
    record = holder.record
    shared = [each.name for each in dataclasses.fields(record) if each.name not in _OTHER]
    values = [_frozen(getattr(record, name)) for name in shared]
    present = [bool(getattr(record, name)) for name in (*SLOTS, "subject", "status", "issued_at")]
    return (
        *values,
        *present,
        holder.verify_url.replace(record.code, ""),
        _shape(record.number),
        _fixed_part(holder),
    )


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


def stand_ins(holder: Holder, names: Names) -> tuple[Holder, Holder]:
    """Return two holders who are nobody; raises `Unfit` where their names can't be set as this holder's are."""
    found = {name: _pair(holder.record, name, names) for name in names(holder.record)}
    first, second = (_stand_in(holder, which, {name: pair[which] for name, pair in found.items()}) for which in (0, 1))
    return first, second


def _stand_in(holder: Holder, which: int, names: dict[str, Any]) -> Holder:
    record, code = holder.record, _CODES[which]
    moment = dt.datetime.combine(record.issued_on, _MOMENTS[which], dt.UTC) if record.issued_at else None
    number = _ends(_shape(record.number).translate(_NUMBER_SIGNS[which]), "IW"[which])
    subject = f"urn:uuid:{'1a'[which] * 8}-0000-4000-8000-000000000000" if record.subject else ""
    status = StatusPlace(list=which, index=which) if record.status else None
    attachment = b"{}" + b" " * (7 + which)
    changed = dataclasses.replace(record, code=code, number=number, subject=subject, status=status, issued_at=moment, **names)
    verify_url = holder.verify_url.replace(record.code, code)
    fixed = _fixed_part(holder)
    filler = "AQ"[which] * (len(holder.qr_url) - len(fixed))
    has_code = record.code in holder.qr_url
    qr_url = holder.qr_url.replace(record.code, code) if has_code else fixed + filler
    return Holder(changed, verify_url, qr_url, attachment)


def _shape(number: str) -> str:
    """Return a number with an A for each letter and a 0 for each digit."""
    return re.sub(r"[A-Z]", "A", re.sub(r"[0-9]", "0", number))


def _ends(number: str, letter: str) -> str:
    """Begin and end a number with a narrow or wide letter."""
    return letter + number[1:-1] + letter if len(number) > 1 else letter * len(number)


def _fixed_part(holder: Holder) -> str:
    """Return what the QR codes of all holders begin with: their addresses are as long, and have as many modules."""
    start = holder.qr_url.partition(holder.record.code)[0]
    return start[: start.rfind("/") + 1]


def _pair(record: Record, name: str, names: Names) -> tuple[str, str]:
    """Return two names that are set in the typeface of the one in the record: a short one, and one in a smaller size."""
    wanted = names(record)[name][0]
    for start in _starts(record, name, names):
        short = start + _PATTERNS[name].strip()
        face, largest = names(_renamed(record, name, short))[name]
        if face == wanted:
            return short, next(_smaller(start, name, record, names, largest), short + _PATTERNS[name].strip())
    raise Unfit("no stand-in is set like this name")


def _smaller(start: str, name: str, record: Record, names: Names, largest: float) -> Iterator[str]:
    """Yield longer and longer names from the first on that is set smaller."""
    for words in range(2, _LONGEST // len(_PATTERNS[name])):
        text = start + (_PATTERNS[name] * words).strip()
        if names(_renamed(record, name, text))[name][1] < largest:
            yield text


def _renamed(record: Record, name: str, text: str) -> Record:
    changes: dict[str, Any] = {name: text}
    return dataclasses.replace(record, **changes)


def _starts(record: Record, name: str, names: Names) -> Iterator[str]:
    """Yield nothing, then a letter that the typeface of this name has and that of usual names lacks."""
    yield ""
    usual = names(_renamed(record, name, _PATTERNS[name].strip()))[name][0]
    rare = typefaces.characters(names(record)[name][0]) - typefaces.characters(usual)
    script = name.removeprefix("name_").upper()
    yield from [each for each in map(chr, sorted(rare)) if _is_capital(each, script)][:1]


def _is_capital(letter: str, script: str) -> bool:
    is_composed = unicodedata.is_normalized("NFC", letter)
    return is_composed and unicodedata.name(letter, "").startswith((f"{script} CAPITAL LETTER", f"{script} LETTER"))


def _frozen(value: object) -> object:
    if isinstance(value, Mapping):
        return tuple(sorted(value.items()))
    if isinstance(value, tuple):
        return tuple(map(_frozen, value))
    if dataclasses.is_dataclass(value):
        return tuple(_frozen(getattr(value, each.name)) for each in dataclasses.fields(value))
    return value
