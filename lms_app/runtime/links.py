"""Turns the addresses that courses write (`/static/`, `/jump_to_id/`, old asset ids) into those of this platform."""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import unquote

from lms_app.domain.keys import BlockId, course_parts
from lms_app.domain.learning import Learner
from lms_app.runtime.django_host import STATIC_URL
from lms_app.runtime.ports import Content, Urls
from lms_app.runtime.references import block_named

_HINTS: Final = ("/static/", "/jump_to", "/course/", "/courses/", "/c4x/", "asset-v1:", STATIC_URL, "%%")
_QUOTES: Final = r"""(?P<open>\\?["']|&quot;|&\#3[49];|&apos;|\burl\(\s*(?:["']|&quot;|&\#3[49];)?)"""
_LINK: Final = re.compile(
    _QUOTES
    + r"""(?P<url>(?:https?://[^/"'\s&<>\\]+)?/(?:static/|jump_to_id/|jump_to/|courses?/|c4x/|capa/|asset-v1:)[^"'<>\\\n]*?)"""
    + r"""(?P<close>\\?["']|&quot;|&\#3[49];|&apos;|\))""",
    re.VERBOSE,
)
_ASSET_ID: Final = re.compile(r"/asset-v1:[^/]+?\+type@asset\+block@(?P<name>.+)")
_OLD_ASSET: Final = re.compile(r"/c4x/[^/]+/[^/]+/asset/(?P<name>.+)")
_COURSEWARE: Final = re.compile(r"/courseware/(?P<path>[^?#]*)")
_JUMP: Final = re.compile(r"/jump_to(?P<by_name>_id)?/(?P<target>[^?#]+)")
_COURSE: Final = re.compile(r"/courses/(?:course-v1:)?(?P<org>[^/+]+)[/+](?P<course>[^/+]+)[/+](?P<run>[^/+?#]+)")
_HOST: Final = re.compile(r"https?://[^/]+")
_SEVERAL: Final = re.compile(r"\s[\d.]+[wx]\s*(?:,|$)")
"""The end of one address of a `srcset`, with the width or the density that it is for."""


class Links:
    """Rewrites the HTML of one course for one reader."""

    def __init__(self, content: Content, urls: Urls, learner: Learner) -> None:
        self._content = content
        self._urls = urls
        self._found: dict[tuple[str, bool], str | None] = {}
        self._placeholders = {
            "%%USER_ID%%": html.escape(learner.anonymous_id),
            "%%USER_EMAIL%%": html.escape(learner.email),
            "%%COURSE_ID%%": html.escape(content.course),
        }

    def replaced(self, text: str, *, static_only: bool = False, in_script: bool = False) -> str:
        """Return the text with its addresses replaced, in attributes, in quoted and escaped strings, and in styles.

        `in_script` says that the text is no HTML: addresses are not escaped as in attributes.
        """
        if not any(hint in text for hint in _HINTS):
            return text
        if "%%" in text:
            for name, value in self._placeholders.items():
                text = text.replace(name, value)

        def put(match: re.Match[str]) -> str:
            found = self._lead(match["url"], static_only=static_only)
            if found is None:
                return match[0]
            return f"{match['open']}{found if in_script else html.escape(found)}{match['close']}"

        return _LINK.sub(put, text)

    def _lead(self, written: str, *, static_only: bool) -> str | None:
        """Return what stands for an address, or for the several of a `srcset`; None leaves it as it is."""
        asked = written, static_only
        if asked not in self._found:
            several = _SEVERAL.search(written) and not self._content.has_asset(written.removeprefix("/static/"))
            lead = self._targets if several else self._target
            self._found[asked] = lead(written, static_only=static_only)
        return self._found[asked]

    def _targets(self, written: str, *, static_only: bool) -> str:
        """Return a `srcset` with each of its addresses replaced: the pictures of other widths are the course's files too."""
        steps = []
        for step in re.split(r",\s+", written.strip()):
            address, _, size = step.partition(" ")
            found = self._target(address, static_only=static_only) if address.startswith("/") else None
            steps.append(f"{address if found is None else found} {size}".strip())
        return ", ".join(steps)

    def _target(self, written: str, *, static_only: bool) -> str | None:
        """Return where an address leads here; None leaves it as it is."""
        url = html.unescape(written)
        host = _HOST.match(url)
        path = url[host.end() :] if host else url
        if path.startswith("/static/"):
            return None if host or path.endswith("?raw") else self._file(path.removeprefix("/static/"))
        if path.startswith(STATIC_URL):
            return None if host else self._urls.platform_static(path.removeprefix(STATIC_URL))
        for pattern in (_ASSET_ID, _OLD_ASSET):
            old = pattern.fullmatch(path)
            if old:
                # Another course's file, or another site's, is left alone.
                return self._file(old["name"], only_if_there=True)
        return None if static_only or host else self._page(path)

    def _file(self, written: str, *, only_if_there: bool = False) -> str | None:
        cut = min((place for place in (written.find("?"), written.find("#")) if place >= 0), default=len(written))
        path, rest = written[:cut], written[cut:]
        for candidate in asset_names(path):
            if self._content.has_asset(candidate):
                return self._urls.asset(candidate) + rest
        return None if only_if_there else self._urls.asset(unquote(path)) + rest

    def _page(self, path: str) -> str | None:
        jump = _JUMP.search(path)
        course = _COURSE.match(path)
        if jump:
            block = self._content.named(unquote(jump["target"]).strip("/")) if jump["by_name"] else self._known(jump["target"])
            return self._urls.jump_to(block) if block else None
        if course and not self._is_this(course):
            return None
        ours = self._urls.course()
        courseware = _COURSEWARE.search(path)
        names = [name for name in courseware["path"].split("/") if name] if courseware else []
        for name in reversed(names):
            found = self._content.named(unquote(name))
            if found:
                return self._urls.jump_to(found)
        if path.startswith(ours):
            return None
        return ours if course or path.startswith("/course/") else None

    def _known(self, target: str) -> BlockId | None:
        block = block_named(unquote(target).strip("/"))
        if block is None:
            return None
        return self._content.named(block.partition("/")[2])

    def _is_this(self, match: re.Match[str]) -> bool:
        # Runs differ between copies of a course; links written for the first run mean the copy that holds them.
        org, course, _ = course_parts(self._content.course)
        return (unquote(match["org"]), unquote(match["course"])) == (org, course)


def asset_names(path: str) -> tuple[str, ...]:
    """Return the names that a course file may have: as written, decoded, and as Studio flattens them."""
    decoded = unquote(path)
    flat = decoded.replace("/", "_").replace(" ", "_")
    return tuple(dict.fromkeys((path, decoded, decoded.replace(" ", "_"), flat)))
