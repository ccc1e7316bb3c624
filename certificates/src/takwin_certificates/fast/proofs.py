"""A certificate drawn the slow way, kept with the places of its lines: what a plate is cut from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

Pictures = Mapping[str, bytes]
NO_PICTURES: Final[Pictures] = {}


@dataclass(frozen=True, slots=True)
class Box:
    """A line of text in the layout: where its baseline starts, in pixels, and how it is set."""

    text: str
    x: float
    y: float
    width: float
    language: str
    features: Mapping[str, int]
    letter_spacing: float
    is_right_to_left: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """An unsigned PDF as the slow path makes it, and the lines that stand in it."""

    pdf: bytes
    boxes: tuple[Box, ...]


def boxes_of(document: Any) -> tuple[Box, ...]:
    """Read the lines out of WeasyPrint's layout, which is no public interface: `tests/certificates/test_fast_*.py` watch it."""
    page = document.pages[0]._page_box  # noqa: SLF001 -- nothing public tells where a line stands
    everything = page.descendants(placeholders=True)  # else what is placed absolutely is left out
    return tuple(_box(each) for each in everything if getattr(each, "text", "") and each.pango_layout)


def _box(box: Any) -> Box:
    from weasyprint.text.fonts import font_features  # noqa: PLC0415 -- slow import

    style = box.style
    features = font_features(
        style["font_kerning"],
        style["font_variant_ligatures"],
        style["font_variant_position"],
        style["font_variant_caps"],
        style["font_variant_numeric"],
        style["font_variant_alternates"],
        style["font_variant_east_asian"],
        style["font_feature_settings"],
    )
    spacing = style["letter_spacing"]
    return Box(
        text=box.text,
        x=box.position_x,
        y=box.position_y + box.baseline,
        width=box.width,
        language=style["lang"] or "",
        features={name: int(value) for name, value in features.items()},
        letter_spacing=0 if spacing == "normal" else spacing,
        is_right_to_left=style["direction"] == "rtl",
    )
