"""Drawing the picture of a record: one PDF page, the same bytes each time.

The record and its signature are the truth; the PDF is only their picture. Drawing takes seconds to start and much
memory, so a server asks `takwin_certificates.renderer` to do it in another process.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from takwin_certificates.composing import compose
from takwin_certificates.drawing.designs import DESIGNS, PLAIN, Design, Setting
from takwin_certificates.drawing.page import pictures_of
from takwin_certificates.record import Record

_NONE: Final[Mapping[str, bytes]] = MappingProxyType({})
_OWN: Final = ("name_latin", "name_arabic", "name_tifinagh", "number", "code", "subject", "status", "issued_at", "replaces")
_MOST_SETTINGS: Final = 256
_SETTINGS: Final[dict[tuple[object, ...], Setting]] = {}
"""Found once for a cohort: to look for it takes longer than to draw."""


class DoesNotFit(Exception):
    """The facts take more room than the design has, even at its smallest."""


class WrongPicture(Exception):
    """A logo or a scanned signature is not there, or is not the one that the record names."""


def render_pdf(
    record: Record,
    *,
    verify_url: str,
    qr_url: str | None = None,
    attachment: bytes | None = None,
    pictures: Mapping[str, bytes] = _NONE,
) -> bytes:
    """Draw a certificate in its own language and template, as PDF/A-3a and PDF/UA-1, not yet signed.

    `attachment` becomes credential.json. For the rest, and for what is refused, see `lay_out`.
    """
    document = lay_out(record, verify_url=verify_url, qr_url=qr_url, pictures=pictures)
    from takwin_certificates.typesetting import written  # noqa: PLC0415 -- slow import

    return written(document, record, attachment=attachment)


def lay_out(record: Record, *, verify_url: str, qr_url: str | None = None, pictures: Mapping[str, bytes] = _NONE) -> Any:
    """Lay out a certificate as a WeasyPrint document, as large and airy as the sheet allows.

    `qr_url` is what the square code says (the token), `pictures` maps SHA-256 to PNG. Raises `MissingGlyph` if a
    character has no glyph in the shipped typefaces, `UnsafeAddress` if the verification address is not that of this
    record, `WrongPicture`, `DoesNotFit`, and `RefusedAddress` if the page asks for any file that is not shipped.
    """
    shown = _pictures(record, pictures)
    from takwin_certificates.typesetting import laid_out, room  # noqa: PLC0415 -- slow import

    def tried(setting: Setting) -> Any:
        page = compose(record, verify_url=verify_url, qr_url=qr_url, setting=setting)
        return laid_out(page, template=record.template, pictures=shown)

    if record.template not in DESIGNS:
        return tried(PLAIN)
    key = (*_shared_facts(record), verify_url.replace(record.code, ""))
    if key not in _SETTINGS:
        if len(_SETTINGS) >= _MOST_SETTINGS:
            _SETTINGS.clear()
        _SETTINGS[key] = _setting(DESIGNS[record.template], lambda setting: room(tried(setting)))
    return tried(_SETTINGS[key])


def _shared_facts(record: Record) -> tuple[object, ...]:
    """Return what decides the setting of a page: not who holds it, since names and codes keep to one line of fixed height."""
    facts = json.loads(record.to_json())
    presence = tuple(name in facts for name in _OWN)
    return json.dumps({name: value for name, value in facts.items() if name not in _OWN}), presence


def _setting(design: Design, room_at: Callable[[Setting], tuple[float, int]]) -> Setting:
    """Find the largest scale at which the sheet holds everything, and share out what is left; raises `DoesNotFit`."""
    found: Setting | None = None
    low, high = 0, len(design.scales)  # what fits large fits small, so that the first scale that fits lies between
    while low < high:
        middle = (low + high) // 2
        left, blocks = room_at(Setting(scale=design.scales[middle], gap=design.gaps[0]))
        if left >= 0:
            high, found = middle, _airy(design, design.scales[middle], left, blocks)
        else:
            low = middle + 1
    if found is None:
        message = "the facts take more room than the design has"
        raise DoesNotFit(message)
    return found


def _airy(design: Design, scale: float, left: float, blocks: int) -> Setting:
    """Share the room that is left between the blocks, and what would be too much between top and foot."""
    least, most = design.gaps
    gap = min(most, least + left / blocks)
    return Setting(scale=scale, gap=gap, lead=(left - (gap - least) * blocks) * design.lead)


def _pictures(record: Record, pictures: Mapping[str, bytes]) -> dict[str, bytes]:
    if record.template not in DESIGNS:
        return {}
    needed = pictures_of(record)
    if wrong := [name for name in needed if hashlib.sha256(pictures.get(name, b"")).hexdigest() != name]:
        message = f"no such picture: {', '.join(wrong)}"
        raise WrongPicture(message)
    return {name: pictures[name] for name in needed}
