"""Reduces an author's HTML to what may stand in a page of ours, and tells whether anything that matters was lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from typing import Final

import nh3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TAGS: Final = _words(
    """
    a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt
    em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p picture pre q rp rt ruby s
    samp section small source span strike strong sub summary sup table tbody td tfoot th thead time tr track u ul var video
    wbr center font tt big acronym
    """
)
EVERYWHERE: Final = frozenset({"class", "dir", "id", "lang", "title", "style", "role", "align", "valign"})
ATTRIBUTES: Final = {
    "*": set(EVERYWHERE),
    "a": {"href", "target", "hreflang", "download"},
    "img": {"src", "alt", "width", "height", "loading", "srcset", "sizes", "border"},
    "audio": {"src", "controls", "loop", "preload", "muted"},
    "video": {"src", "controls", "loop", "preload", "muted", "poster", "width", "height", "playsinline"},
    "source": {"src", "type", "srcset", "sizes", "media"},
    "track": {"src", "kind", "srclang", "label", "default"},
    "table": {"border", "cellpadding", "cellspacing", "width", "summary"},
    "td": {"colspan", "rowspan", "headers", "width", "height", "bgcolor"},
    "th": {"colspan", "rowspan", "headers", "scope", "width", "height", "bgcolor"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type", "reversed"},
    "li": {"value"},
    "time": {"datetime"},
    "details": {"open"},
    "font": {"color", "size", "face"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
}
STYLES: Final = _words(
    """
    background-color border border-bottom border-collapse border-color border-left border-radius border-right border-spacing
    border-style border-top border-width caption-side clear color direction display float font font-family font-size
    font-style font-variant font-weight height letter-spacing line-height list-style list-style-type margin margin-bottom
    margin-left margin-right margin-top margin-inline margin-block max-height max-width min-height min-width padding
    padding-bottom padding-left padding-right padding-top padding-inline padding-block text-align text-decoration
    text-indent text-transform unicode-bidi vertical-align white-space width word-break word-spacing overflow-wrap
    """
)
"""Neither position nor background images nor anything by which a text could cover or leave its place."""
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "data"})
ACTIVE: Final = _words(
    """
    script style link iframe frame frameset object embed applet form input button select textarea fieldset meter progress
    canvas svg math template slot portal base meta dialog map area
    """
)
"""Elements whose loss changes what the author meant: with one of them, the block is framed as it is."""
SCROLLED: Final = ("table", "pre")
"""What our pages let scroll sideways inside itself on a small screen: the keyboard must reach it."""
_FORMULA: Final = re.compile(r"\\\(|\\\[|\[/?mathjax|\$\$", re.IGNORECASE)
_SCRIPT_ADDRESS: Final = re.compile(r"^[\s\x00-\x20]*(javascript|vbscript)\s*:", re.IGNORECASE)
_LOADING: Final = re.compile(r"url\s*\(|image\s*\(|image-set|expression|\\", re.IGNORECASE)
"""In a style: what fetches something, and what hides it."""
_LOOKED_THROUGH: Final = 3_000_000
"""Characters that are searched in vain for the ends of tags."""
_LINE_ENDS: Final = {0x2028: "\n", 0x2029: "\n"}
"""Unicode's own line and paragraph separators end a line in old scripts, and show nothing in a page."""
_IMAGE_DATA: Final = re.compile(r"data:image/(png|jpeg|gif|webp);base64,", re.IGNORECASE)


@dataclass(frozen=True)
class SafeText:
    """HTML reduced to the allow-list."""

    html: str
    is_whole: bool
    """Whether nothing that does something (a script, a form, a frame, a handler, a formula) was lost."""


@lru_cache(maxsize=1024)
def sanitise(text: str) -> SafeText:
    """Return the text reduced to what our pages allow, and whether it is still what the author meant."""
    scan = _ActiveParts()
    try:
        scan.feed(text)
        scan.close()
    except _HopelessError:
        scan.found.add("broken")
    return SafeText(html=_clean(text), is_whole=not scan.found and not _FORMULA.search(text))


def authored(text: str) -> str:
    """Return what an author's text editor sent, reduced to the allow-list: what it makes itself comes back byte for byte.

    The editor's own list is in the browser, where anybody can change it; this one holds.
    """
    return nh3.clean(
        text.translate(_LINE_ENDS),
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_keep_attribute,
        generic_attribute_prefixes={"aria-"},
        url_schemes=set(SCHEMES),
        filter_style_properties=set(STYLES),
        link_rel=None,
        strip_comments=True,
    )


def _clean(text: str) -> str:
    return nh3.clean(
        text,
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=_keep_attribute,
        generic_attribute_prefixes={"aria-"},
        url_schemes=set(SCHEMES),
        set_tag_attribute_values={tag: {"tabindex": "0"} for tag in SCROLLED},
        filter_style_properties=set(STYLES),
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def _keep_attribute(tag: str, name: str, value: str) -> str | None:
    """Allow `data:` for pictures alone, and only those kinds that can't hold a script."""
    if value.lstrip().lower().startswith("data:"):
        return value if tag == "img" and name == "src" and _IMAGE_DATA.match(value) else None
    if name == "style" and _LOADING.search(value):
        return None  # escapes too: nobody writes a colour with them
    if name == "class":
        # The page's own script starts blocks by these names.
        return " ".join(part for part in value.split() if not part.startswith("xblock"))
    return value


class _HopelessError(Exception):
    """So many tags never end that looking for their ends would take minutes."""


class _ActiveParts(HTMLParser):
    """Looks for what the allow-list would take away and the author would miss."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: set[str] = set()
        self._left = _LOOKED_THROUGH

    def check_for_whole_start_tag(self, i: int) -> int:
        """Return where a tag ends, -1 for one that does not."""
        return self._counted(i, super().check_for_whole_start_tag(i))

    def parse_comment(self, i: int, report: bool = True) -> int:  # noqa: FBT001, FBT002 -- as the library calls it
        """Return where a comment ends, -1 for one that does not."""
        return self._counted(i, super().parse_comment(i, report))

    def parse_html_declaration(self, i: int) -> int:
        """Return where a declaration ends, -1 for one that does not."""
        return self._counted(i, super().parse_html_declaration(i))

    def parse_pi(self, i: int) -> int:
        """Return where a processing instruction ends, -1 for one that does not."""
        return self._counted(i, super().parse_pi(i))

    def _counted(self, i: int, end: int) -> int:
        """Each that does not end costs a look through all the rest: give up before that takes minutes."""
        if end < 0:
            self._left -= len(self.rawdata) - i
            if self._left < 0:
                raise _HopelessError
        return end

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTIVE:
            self.found.add(tag)
        for name, value in attrs:
            if name.startswith("on") or (value and _SCRIPT_ADDRESS.match(value)):
                self.found.add(name)

    handle_startendtag = handle_starttag
