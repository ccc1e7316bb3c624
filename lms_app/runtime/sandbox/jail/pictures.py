"""Makes of a picture that somebody sent the few plain ones that phones need: pixels alone, nothing else of the file."""

from __future__ import annotations

import base64
import io
from typing import Any, Final

from PIL import Image, ImageCms, UnidentifiedImageError

MOST_PIXELS: Final = 60_000_000
"""What phones take at most by default is 50 million."""
LONGEST_SIDE: Final = 16_000
MOST_FRAMES: Final = 200
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "AVIF")
_QUALITY: Final = 74
_FEW_COLOURS: Final = ("PNG", "GIF")
"""Drawings and pictures of screens come in these: without loss they are often smaller, and their letters stay sharp."""

_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How a phone was held when it took the picture, as EXIF numbers it."""
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class PictureRefusedError(Exception):
    """The picture can't be taken; the first argument is the code of the reason, the second what fills its words."""


def draw(data: bytes, widths: list[int], kind: str = "WEBP") -> dict[str, Any]:
    """Return the picture upright, in its own width or the largest of these, and in each smaller one; never enlarged.

    The largest is written as `kind`, the others as WebP. Refused (`PictureRefusedError`): no picture, broken, too many pixels or frames.
    """
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            moves = _check(picture)
            whole = _upright(picture, max(widths))
            is_drawing = picture.format in _FEW_COLOURS
    except Image.DecompressionBombError as error:
        raise PictureRefusedError("picture_too_many_pixels", {"most": MOST_PIXELS // 1_000_000}) from error
    except UnidentifiedImageError as error:
        raise PictureRefusedError("picture_unknown", {}) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError, KeyError, OverflowError) as error:
        raise PictureRefusedError("picture_broken", {}) from error
    largest = min(max(widths), whole.width)
    made = []
    for width in sorted({largest, *(each for each in widths if each < largest)}, reverse=True):
        height = max(1, round(whole.height * width / whole.width))
        sized = whole if width == whole.width else whole.resize((width, height), Image.Resampling.LANCZOS)
        file = _written(sized, kind if width == largest else "WEBP", is_drawing=is_drawing)
        made.append({"width": width, "height": height, "data": base64.b64encode(file).decode()})
    return {"moves": moves, "made": made}


def _check(picture: Image.Image) -> bool:
    """Look at what the file says of itself before a single pixel is read; return whether it moves."""
    if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
        raise PictureRefusedError("picture_too_many_pixels", {"most": MOST_PIXELS // 1_000_000})
    if picture.format in {"JPEG", "MPO"}:  # some phones put a depth map behind the picture
        return False
    frames = getattr(picture, "n_frames", 1)
    if frames > MOST_FRAMES:
        raise PictureRefusedError("picture_moves_too_long", {"most": MOST_FRAMES})
    picture.seek(0)
    return bool(frames > 1)


def _upright(picture: Image.Image, largest: int) -> Image.Image:
    """Return the first frame turned as it was taken, in the colours that every screen knows."""
    profile = picture.info.get("icc_profile")
    turn = _TURNS.get(picture.getexif().get(_ORIENTATION, 1))
    picture.draft(None, (largest, largest))  # a JPEG is read at a half, a quarter or an eighth of its size
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    plain: Image.Image = picture
    if picture.mode not in {"RGB", "RGBA", "L", "CMYK"}:
        plain = picture.convert("RGBA" if has_alpha else "RGB")
    factor = min(plain.size) // largest
    if factor > 1:  # before anything is copied: a large picture is held in memory once
        plain = plain.reduce(factor)
    plain = plain.convert("RGBA") if has_alpha else _in_plain_colours(plain, profile)
    plain = plain if turn is None else plain.transpose(turn)
    plain.info = {}
    return plain


def _in_plain_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile and picture.mode in {"RGB", "CMYK"}:
        try:
            space = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            found = ImageCms.profileToProfile(picture, space, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            found = None
        if found is not None:
            return found
    return picture.convert("RGB")


def _written(picture: Image.Image, kind: str, *, is_drawing: bool) -> bytes:
    if kind == "JPEG":
        return _saved(picture.convert("RGB"), "JPEG", quality=80, progressive=True)
    if kind == "PNG":
        return _saved(picture, "PNG", optimize=True)
    lossy = _saved(picture, "WEBP", quality=_QUALITY, method=4)
    if not is_drawing:
        return lossy
    exact = _saved(picture, "WEBP", lossless=True, quality=60, method=4)
    return min(exact, lossy, key=len)


def _saved(picture: Image.Image, kind: str, **how: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **how)
    return written.getvalue()
