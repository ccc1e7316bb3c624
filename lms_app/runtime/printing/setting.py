"""The process that sets one handout: reads a page and its pictures as JSON, writes the PDF, and ends."""

from __future__ import annotations

import base64
import json
import resource
import sys
from importlib.resources import files
from typing import Any, Final

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from takwin_certificates import glyph_texts

_SECONDS: Final = 30
"""A kit takes one or two, a whole course five; on a slow server several times as much."""
_MEMORY: Final = 1 << 30
"""A kit of twenty pages takes a third of it; a small server has not much more."""
_KINDS: Final = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
}


class GivenFiles(URLFetcher):
    """Answers `picture:` and `typeface:` addresses from what was given, and no other: neither files nor the network are reached."""

    def __init__(self, pictures: dict[str, bytes]) -> None:
        """Know the pictures of this handout, and our typefaces."""
        super().__init__(allowed_protocols=("picture", "typeface"), allow_redirects=False)
        self._known = {
            f"picture:{name}": (data, _KINDS.get(name.rpartition(".")[2].lower(), "")) for name, data in pictures.items()
        }
        fonts = files("takwin_certificates") / "fonts"
        self._known |= {
            f"typeface:{each.name}": (each.read_bytes(), "font/ttf") for each in fonts.iterdir() if each.name.endswith(".ttf")
        }

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:  # noqa: ARG002 -- its signature
        """Return what was given under this address; raise `ValueError` for any other, and its words stand in its place."""
        if url not in self._known:
            message = f"refused to fetch {url[:80]!r}"
            raise ValueError(message)
        data, kind = self._known[url]
        return URLFetcherResponse(url, data, {"Content-Type": kind})


def set_page(page: str, pictures: dict[str, bytes]) -> bytes:
    """Return the page as a tagged PDF on A4, in which searching and copying give the letters that were written."""
    fetcher, fonts = GivenFiles(pictures), FontConfiguration()
    style = CSS(string=(files(__package__) / "handout.css").read_text(encoding="utf-8"), url_fetcher=fetcher, font_config=fonts)
    document = HTML(string=page, url_fetcher=fetcher, base_url=None)
    content: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_tags=True, finisher=glyph_texts.correct)
    return content


def main() -> None:
    """Read, set, write."""
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked = json.load(sys.stdin.buffer)
    pictures = {name: base64.b64decode(data) for name, data in asked["pictures"].items()}
    sys.stdout.buffer.write(set_page(asked["page"], pictures))


if __name__ == "__main__":
    main()
