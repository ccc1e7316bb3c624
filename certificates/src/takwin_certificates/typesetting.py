"""Turning a page of HTML into PDF with WeasyPrint, which is given shipped files and nothing else."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, Final

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from takwin_certificates import glyph_texts, typefaces

SCHEME: Final = "bundled:"
_ART_TYPE: Final = "image/svg+xml"
_FONT_TYPE: Final = "font/ttf"


class RefusedAddress(Exception):
    """A page asked for something that is not shipped with the certificates; nothing was fetched."""


class ShippedFiles(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no type hints
    """Answer `bundled:` addresses from a fixed list, and stop the drawing at any other address.

    No path is ever built from an address, so neither files of the machine nor the network can be reached.
    """

    def __init__(self, template: str) -> None:
        """Know the fonts and the art of one template."""
        super().__init__(allowed_protocols=("bundled",), allow_redirects=False, fail_on_errors=True)
        art = (files(__package__) / "templates" / template).iterdir()
        self._known = {f"{SCHEME}{each.name}": (each, _ART_TYPE) for each in art if each.name.endswith(".svg")}
        fonts = files(__package__) / "fonts"
        self._known |= {f"{SCHEME}{face}": (fonts / face, _FONT_TYPE) for face in typefaces.ALL}

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002 -- its signature
        """Return a shipped file, or refuse."""
        if url not in self._known:
            message = f"refused to fetch {url[:80]!r}"
            raise FatalURLFetchingError(message)
        file, kind = self._known[url]
        return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})


def typeset(page: str, *, template: str) -> bytes:
    """Write the page as a tagged PDF; raises `RefusedAddress` if it refers to anything that is not shipped."""
    try:
        fonts, style, fetcher = _style(template)
        document = HTML(string=page, url_fetcher=fetcher, base_url=None)
        written: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_tags=True, finisher=glyph_texts.correct)
    except FatalURLFetchingError as error:  # derives from BaseException, which nobody above would catch
        raise RefusedAddress(str(error)) from error
    return written


@cache
def _style(template: str) -> tuple[FontConfiguration, CSS, ShippedFiles]:
    """Read fonts and style once for a process: they take most of the time."""
    fonts = FontConfiguration()
    fetcher = ShippedFiles(template)
    source = (files(__package__) / "templates" / template / "certificate.css").read_text(encoding="utf-8")
    return fonts, CSS(string=source, font_config=fonts, url_fetcher=fetcher, base_url=None), fetcher
