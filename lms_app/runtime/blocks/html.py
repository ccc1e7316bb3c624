"""Text of a lesson, written in HTML: shown in the page when it is only text and media, framed when it brings more."""

from __future__ import annotations

import posixpath
from typing import Any, Final

from lxml import etree
from web_fragments.fragment import Fragment
from xblock.fields import Boolean, Scope, String

from lms_app.runtime.blocks.base import OlxBlock
from lms_app.runtime.blocks.sanitising import sanitise

BODY: Final = ".html"


class HtmlBlock(OlxBlock):
    """The html block, also for `about`, `static_tab` and `course_info`."""

    same_for_same_state = True

    data = String(default="", scope=Scope.content)
    editor = String(default="visual", scope=Scope.settings)
    use_latex_compiler = Boolean(default=False, scope=Scope.settings)
    source_code = String(default="", scope=Scope.settings)

    @property
    def stands_inline(self) -> bool:
        """Whether the text loses nothing that matters when it is reduced to what an author may put into our page."""
        return sanitise(self.data or "").is_whole

    def student_view(self, _context: Any = None) -> Fragment:
        """Return the text: reduced to the allow-list, or the original for a frame if that would lose something."""
        text = sanitise(self.data or "")
        return Fragment(text.html if text.is_whole else self.data)

    public_view = student_view

    def index_dictionary(self) -> dict[str, Any]:
        """Return what a search finds."""
        return {"content": {"display_name": self.display_name, "html_content": self.data}, "content_type": "Text"}

    def take_content(self, node: Any, runtime: Any) -> None:
        """Read the body from the file beside the element, else from inside it."""
        body = _read_body(runtime, _candidates(node)) if not _has_body(node) else None
        self.data = _inside(node) if body is None else body

    def add_xml_to_node(self, node: Any) -> None:
        """Write the body to `html/NAME.html` and an element that names it."""
        block_type, name = self.scope_ids.block_type, self.url_name.replace(":", "/")
        path = f"{block_type}/{name}{BODY}"
        self.runtime.export_fs.makedirs(posixpath.dirname(path), recreate=True)
        with self.runtime.export_fs.open(path, "wb") as file:
            file.write((self.data or "").encode())
        node.tag = block_type
        node.set("filename", name)
        self.write_attributes(node)

    def olx_value(self, name: str, value: Any) -> Any:
        """Leave the body out of the attributes."""
        return None if name == "data" else value


def _has_body(node: Any) -> bool:
    return len(node) > 0 or bool((node.text or "").strip())


def _inside(node: Any) -> str:
    """Return what stands inside an element, as text."""
    parts = [node.text or ""]
    parts.extend(etree.tostring(child, encoding="unicode", with_tail=True) for child in node)
    return "".join(parts)


def _candidates(node: Any) -> list[str]:
    """Return where the body may be: today's place, and those of 2012."""
    name = node.get("filename") or (node.get("url_name") or "").replace(":", "/")
    if not name:
        return []
    name = name.removesuffix(BODY).removesuffix(".xml")
    places = [f"{node.tag}/{name}{BODY}", f"html/{name}{BODY}", f"{name}{BODY}"]
    # Some files of 2012 hold HTML under the name of XML.
    return places + ([f"{node.tag}/{name}.xml"] if node.get("filename") else [])


def _read_body(runtime: Any, places: list[str]) -> str | None:
    files = runtime.resources_fs
    for place in places:
        if files.exists(place):
            with files.open(place, "rb") as file:
                content: bytes = file.read()
            return content.decode("utf-8-sig", errors="replace")
    return None
