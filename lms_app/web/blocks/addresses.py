"""The addresses that a block's view is given: its handlers, its files, the course's files."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from flask import url_for

from lms_app.domain.keys import BlockId
from lms_app.runtime.ports import Content
from lms_app.web.blocks.calls import block_of


class _Urls:
    """What is the same in a page and in a frame."""

    def __init__(self, content: Content, *, blocks_origin: str | None, site: str) -> None:
        self._content = content
        self._files = blocks_origin or ""
        self._site = site

    def asset(self, path: str) -> str:
        """Address of a course file: by its hash, so that it is cached for good and guessed by nobody."""
        facts = self._content.find_asset(path)
        if facts is None:
            return f"{self._files}/asset/none/{quote(path)}"
        return f"{self._files}/asset/{facts.sha256}/{quote(path.rsplit('/', 1)[-1])}"

    def jump_to(self, block: BlockId) -> str:
        """Address that leads to the unit of a block."""
        return f"{self._site}{url_for('learn.jump', course_key=self._content.course, block=block)}"

    def work(self, block: BlockId, view: str, query: Mapping[str, str]) -> str | None:  # noqa: ARG002 -- part of the port
        """Address of a view of the block on a page of its own: authors and frames have none."""
        return None

    def course(self) -> str:
        """Address of the course's page."""
        return f"{self._site}{url_for('learn.course', course_key=self._content.course)}"


class SiteUrls(_Urls):
    """For blocks that stand in the page itself: their handlers are called with the learner's session."""

    def __init__(self, content: Content, *, blocks_origin: str | None) -> None:
        super().__init__(content, blocks_origin=blocks_origin, site="")

    def handler(self, usage: str, name: str, suffix: str = "", query: str = "") -> str:
        """Address of a handler under the site's own address."""
        path = url_for("learn.handler", usage=usage, handler=name)
        return _with(path, suffix, query)

    def work(self, block: BlockId, view: str, query: Mapping[str, str]) -> str | None:
        """Address of a view of the block on a page of its own."""
        path = url_for("learn.work", course_key=self._content.course, view=view, block=block)
        return _with(path, "", urlencode(query))

    def local_resource(self, block_type: str, uri: str) -> str:
        """Address of a file of the block's class."""
        return f"/resource/{quote(block_type)}/{quote(uri)}"

    def platform_static(self, path: str) -> str:
        """Address of a file that capa expects."""
        return f"/capa/{quote(path)}"


class StudioUrls(SiteUrls):
    """For blocks on a trainer's page: their handlers are called on the draft, where answers are not kept."""

    def handler(self, usage: str, name: str, suffix: str = "", query: str = "") -> str:
        """Address of a handler of the draft; it names the state of the block that the page was made from."""
        block = block_of(usage)
        path = url_for("studio.handler", course_key=self._content.course, block=block, handler=name)
        base = f"base={self._content.entry(block).node}"
        return _with(path, suffix, f"{query}&{base}" if query else base)

    def work(self, block: BlockId, view: str, query: Mapping[str, str]) -> str | None:  # noqa: ARG002 -- part of the port
        """No address: what a learner's pages keep is no author's."""
        return None


class FrameUrls(_Urls):
    """For blocks in a frame: on the block origin, with the pass in the path, before the usage key."""

    handlers = "/blocks"
    """Where their handlers are."""

    def __init__(self, content: Content, *, token: str, blocks_origin: str | None, site: str) -> None:
        super().__init__(content, blocks_origin=blocks_origin, site=site)
        self._token = token

    def handler(self, usage: str, name: str, suffix: str = "", query: str = "") -> str:
        """Address of a handler; what blocks append to it lands in the suffix."""
        return _with(f"{self._files}{self.handlers}/{self._token}/{quote(usage, safe=':+@')}/{quote(name)}", suffix, query)

    def local_resource(self, block_type: str, uri: str) -> str:
        """Address of a file of the block's class."""
        return f"{self._files}/resource/{quote(block_type)}/{quote(uri)}"

    def platform_static(self, path: str) -> str:
        """Address of a file that capa expects."""
        return f"{self._files}/capa/{quote(path)}"


class DraftUrls(FrameUrls):
    """For blocks of a draft in a frame of the studio."""

    handlers = "/drafts"


def _with(path: str, suffix: str, query: str) -> str:
    if suffix:
        path = f"{path}/{quote(suffix)}"
    return f"{path}?{query}" if query else path
