"""A place to talk about the lesson: it keeps the topic's names, and says where the talk takes place."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Scope, String

from lms_app.runtime.blocks.base import OlxBlock
from lms_app.runtime.blocks.words import words_of


@XBlock.needs("i18n")
class DiscussionBlock(OlxBlock):
    """The discussion block, with Open edX's three fields. There is no forum here yet."""

    completion_mode = "excluded"

    discussion_id = String(default=None, scope=Scope.settings)
    discussion_category = String(default="", scope=Scope.settings)
    discussion_target = String(default="", scope=Scope.settings)
    sort_key = String(default=None, scope=Scope.settings)

    @property
    def topic(self) -> str:
        """The id of the topic; derived from the block's name where the course gives none."""
        return str(self.discussion_id or self.scope_ids.usage_id.block_id)

    def student_view(self, _context: Any = None) -> Fragment:
        """Return the topic and an invitation to talk about it in the group."""
        title = self.discussion_target or self.display_name or words_of(self).gettext("Discussion")
        told = words_of(self).gettext("Talk about this with your group and your trainer.")
        page = Markup('<section class="discussion-topic" data-discussion-id="{}"><h3><bdi>{}</bdi></h3><p>{}</p></section>')
        return Fragment(page.format(self.topic, title, told))
