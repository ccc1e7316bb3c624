"""The badges of the four kinds of certificate, and a badge with its credential baked in."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Final

from takwin_certificates.badge.baking import bake_png, bake_svg
from takwin_certificates.record import KINDS

SIZE: Final = 512
"""Width and height of the PNG, in pixels."""


@functools.cache
def svg(kind: str) -> bytes:
    """Return the badge of a kind of certificate as SVG; raises `KeyError` for a kind that there is not."""
    return _picture(kind, "svg")


@functools.cache
def png(kind: str) -> bytes:
    """Return the badge of a kind of certificate as PNG; raises `KeyError` for a kind that there is not."""
    return _picture(kind, "png")


def baked_svg(kind: str, credential: bytes | str) -> bytes:
    """Return the badge with a credential in it, as JSON with its proof or as JWT (Open Badges 3.0 §5.3)."""
    return bake_svg(svg(kind), credential)


def baked_png(kind: str, credential: bytes | str) -> bytes:
    """Return the badge with a credential in it, as JSON with its proof or as JWT (Open Badges 3.0 §5.3)."""
    return bake_png(png(kind), credential)


def _picture(kind: str, form: str) -> bytes:
    if kind not in KINDS:
        raise KeyError(kind)
    return resources.files(__package__).joinpath("art", f"{kind}.{form}").read_bytes()
