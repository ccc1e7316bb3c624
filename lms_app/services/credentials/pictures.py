"""Logos and scanned signatures: taken in only as plain pictures, so that nothing else hides in a certificate."""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, UnidentifiedImageError

from lms_app.domain.errors import Invalid

LARGEST_FILE: Final = 2 * 1024 * 1024
_LARGEST_SIDE: Final = 4000
_KEPT_SIDE: Final = 900
"""Pixels; at the size of a logo more than any printer shows."""
_FORMATS: Final = ("PNG", "JPEG")


def clean_picture(data: bytes, *, field: str) -> bytes:
    """Return the picture as a PNG of its pixels alone: no metadata, no colour profile, nothing after its end.

    Refused (`Invalid` at the field): over 2 MiB, no PNG or JPEG, more than 4,000 pixels on a side, broken.
    """
    if len(data) > LARGEST_FILE:
        raise Invalid("picture_too_large", field=field, megabytes=LARGEST_FILE // 1024 // 1024)
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if max(picture.size) > _LARGEST_SIDE:  # looked at before a single pixel is read
                raise Invalid("picture_too_wide", field=field, pixels=_LARGEST_SIDE)
            pixels = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid("not_a_picture", field=field) from error
    pixels.thumbnail((_KEPT_SIDE, _KEPT_SIDE))
    flat = Image.new("RGB", pixels.size, "white")  # PDF/A-3 may have transparency; the archive's eyes need not
    flat.paste(pixels, mask=pixels.getchannel("A"))
    written = io.BytesIO()
    flat.save(written, "PNG", optimize=True)
    return written.getvalue()
