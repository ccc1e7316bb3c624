"""Turning a page of HTML into PDF/A-3a with WeasyPrint, which is given shipped files and the issuer's pictures, nothing else."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from weasyprint import CSS, HTML, Attachment
from weasyprint.pdf.stream import Stream
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from takwin_certificates import glyph_texts, typefaces
from takwin_certificates.drawing import archival
from takwin_certificates.drawing.page import PICTURE
from takwin_certificates.record import Record

SCHEME: Final = "bundled:"
ATTACHMENT: Final = "credential.json"
_ART_TYPE: Final = "image/svg+xml"
_FONT_TYPE: Final = "font/ttf"
_MM_PER_PIXEL: Final = 25.4 / 96
_FAMILY: Final = b"Takwin-"
"""How every family of the style sheets is named."""


class RefusedAddress(Exception):
    """A page asked for something that is not shipped with the certificates; nothing was fetched."""


class ForeignTypeface(Exception):
    """A typeface of the machine got into the page: a letter would look otherwise on another machine."""


class ShippedFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no type hints
    """Answer `bundled:` and `picture:` addresses from a fixed list, and stop the drawing at any other address.

    No path is ever built from an address, so neither files of the machine nor the network can be reached.
    """

    def __init__(self, template: str, pictures: Mapping[str, bytes] | None = None) -> None:
        """Know the fonts and the art of one template, and the pictures of one certificate."""
        super().__init__(allowed_protocols=("bundled", "picture"), allow_redirects=False, fail_on_errors=True)
        art = (files(__package__) / "templates" / template).iterdir()
        self._known = {f"{SCHEME}{each.name}": (each, _ART_TYPE) for each in art if each.name.endswith(".svg")}
        fonts = files(__package__) / "fonts"
        self._known |= {f"{SCHEME}{face}": (fonts / face, _FONT_TYPE) for face in typefaces.ALL}
        self._pictures = {f"{PICTURE}{name}": content for name, content in (pictures or {}).items()}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002 -- its signature
        """Return a shipped file or a picture, or refuse."""
        if url in self._pictures:
            return URLFetcherResponse(url, self._pictures[url], {"Content-Type": "image/png"})
        if url not in self._known:
            message = f"refused to fetch {url[:80]!r}"
            raise FatalURLFetchingError(message)
        file, kind = self._known[url]
        return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})


def laid_out(page: str, *, template: str, pictures: Mapping[str, bytes] | None = None) -> Any:
    """Lay out the page as a WeasyPrint document; raises `RefusedAddress` if it refers to anything that is not shipped."""
    try:
        fonts, style, fetcher = _style(template)
        if pictures:
            fetcher = ShippedFiles(template, pictures)
        return HTML(string=page, url_fetcher=fetcher, base_url=None).render(stylesheets=[style], font_config=fonts, pdf_tags=True)
    except FatalURLFetchingError as error:  # derives from BaseException, which nobody above would catch
        raise RefusedAddress(str(error)) from error


def room(document: Any) -> tuple[float, int]:
    """Return the millimetres left between the end of the story and the foot, and between how many blocks to share them."""
    anchors = document.pages[0].anchors
    if "foot" not in anchors:
        return 0, 0
    if len(document.pages) > 1 or "story-end" not in anchors:  # the end of the story fell off the sheet
        return -math.inf, 0
    blocks = sum(name.startswith("block-") for name in anchors)
    left = (anchors["foot"][1] - anchors["story-end"][1]) * _MM_PER_PIXEL
    if "panel-foot" in anchors and anchors.get("panel-end", (0, math.inf))[1] > anchors["panel-foot"][1]:
        return -math.inf, blocks
    return left, blocks


def written(document: Any, record: Record, *, attachment: bytes | None = None, uncompressed: bool = False) -> bytes:
    """Write a laid out certificate as tagged PDF/A-3a and PDF/UA-1, with the credential attached if there is one.

    Raises `ForeignTypeface` rather than embed a typeface of the machine.
    """

    def finish(_document: Any, pdf: Any) -> None:
        glyph_texts.correct(_document, pdf)
        archival.announce(pdf, record, title=document.metadata.title)
        if not uncompressed:
            _end_streams_clearly(pdf)
        _refuse_foreign_typefaces(pdf)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # WeasyPrint 70 leaves its own colour profile to be closed
        content: bytes = document.write_pdf(
            finisher=finish,
            pdf_variant="pdf/a-3a",
            attachments=[] if attachment is None else [_attached(attachment, record)],
            uncompressed_pdf=uncompressed,
        )
    return content


def _end_streams_clearly(pdf: Any) -> None:
    """Let no compressed stream end like a line: careless readers take its last byte for part of `endstream`."""
    for each in pdf.objects:
        if not getattr(each, "compress", False):
            continue
        while each.data.removesuffix(b"\nendstream").endswith((b"\r", b"\n")):
            if not isinstance(each, Stream):
                each.compress = False  # a typeface or a profile: its bytes must stay as they are
                break
            each.stream.append(b"")


def _attached(content: bytes, record: Record) -> Attachment:
    moment = archival.moment_of(record)  # without it the writer takes the time of day
    return Attachment(
        string=content.decode(),
        name=ATTACHMENT,
        description="Open Badges 3.0 / W3C Verifiable Credential",
        created=moment,
        modified=moment,
        relationship="Data",
    )


def _refuse_foreign_typefaces(pdf: Any) -> None:
    names = {each["BaseFont"].rpartition(b"+")[2] for each in pdf.objects if isinstance(each, dict) and "BaseFont" in each}
    if foreign := sorted(name.decode() for name in names if not name.startswith(_FAMILY)):
        message = f"typefaces that are not shipped: {', '.join(foreign)}"
        raise ForeignTypeface(message)


@cache
def _style(template: str) -> tuple[FontConfiguration, CSS, ShippedFiles]:
    """Read fonts and style once for a process: they take most of the time."""
    fonts = FontConfiguration()
    fetcher = ShippedFiles(template)
    source = (files(__package__) / "templates" / template / "certificate.css").read_text(encoding="utf-8")
    return fonts, CSS(string=source, font_config=fonts, url_fetcher=fetcher, base_url=None), fetcher
