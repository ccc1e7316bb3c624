"""A block whose type this platform lacks: its XML is kept as it came, and a polite line stands in its place."""

from __future__ import annotations

from typing import Any

from lxml import etree
from markupsafe import Markup
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Scope, String

from lms_app.runtime.blocks.words import words_of


@XBlock.needs("i18n")
class RawBlock(XBlock):
    """Keeps what it can't play, so that an export gives it back."""

    completion_mode = "excluded"

    display_name = String(default=None, scope=Scope.settings)
    xml = String(default="", scope=Scope.content)
    """The whole element, verbatim, without comments around it."""

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> Any:
        """Return a block that holds the element; children inside stay part of its text."""
        block = runtime.construct_xblock_from_class(cls, keys)
        block.xml = etree.tostring(node, encoding="unicode", with_tail=False)
        if node.get("display_name"):
            block.display_name = node.get("display_name")
        return block

    def add_xml_to_node(self, node: Any) -> None:
        """Write the element back as it came."""
        kept = etree.fromstring(self.xml) if self.xml else etree.Element(self.scope_ids.block_type)
        node.tag = kept.tag
        node.text = kept.text
        node.attrib.update(kept.attrib)
        node.extend(kept)

    def student_view(self, _context: Any = None) -> Fragment:
        """Say, politely, what should stand here."""
        told = words_of(self).gettext("This part of the lesson (type “{type}”) can’t be shown here.")
        type_name = Markup('<bdi dir="ltr">{}</bdi>').format(self.scope_ids.block_type)
        return Fragment(Markup('<p class="block-placeholder">{}</p>').format(Markup.escape(told).format(type=type_name)))
