"""Children that appear when the learner has done something with another block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

from lxml import etree
from markupsafe import Markup
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Boolean, ReferenceList, Scope, String

from lms_app.runtime.blocks.base import Container
from lms_app.runtime.blocks.words import words_of
from lms_app.runtime.references import block_named, usage_of


def _call(source: Any, name: str) -> Any:
    found = getattr(source, name, None)
    return found() if callable(found) else found


def _attempted(source: Any) -> bool:
    told = _call(source, "is_attempted")
    return bool(told) if told is not None else bool(getattr(source, "attempts", 0)) or _touched(source)


def _submitted(source: Any) -> bool:
    told = _call(source, "is_submitted")
    return bool(told) if told is not None else _attempted(source)


def _correct(source: Any) -> bool:
    told = _call(source, "is_correct")
    if told is not None:
        return bool(told)
    score = _call(source, "get_score")
    if score is None:
        return False
    return bool(score.raw_possible and score.raw_earned >= score.raw_possible)


def _voted(source: Any) -> bool:
    told = getattr(source, "voted", None)
    return bool(told) if told is not None else bool(getattr(source, "poll_answer", "") or getattr(source, "choice", ""))


def _touched(source: Any) -> bool:
    """Tell whether the learner left any trace in the block."""
    return any(
        field.is_set_on(source) for field in source.fields.values() if field.scope == Scope.user_state and field.name != "seed"
    )


CONDITIONS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "attempted": _attempted,
    "submitted": _submitted,
    "completed": _submitted,
    "correct": _correct,
    "voted": _voted,
    "poll_answer": lambda source: getattr(source, "poll_answer", ""),
}


@XBlock.needs("i18n")
class ConditionalBlock(Container):
    """Shows its children once all sources fulfil the condition; before that it says what is missing."""

    renamed: ClassVar[dict[str, str]] = {"message": "conditional_message"}

    sources_list = ReferenceList(default=[], scope=Scope.content)
    show_tag_list = ReferenceList(default=[], scope=Scope.content)
    conditional_attr = String(default="correct", scope=Scope.content)
    conditional_value = String(default="True", scope=Scope.content)
    conditional_message = String(default="", scope=Scope.content)
    opened = Boolean(default=False, scope=Scope.user_state)
    """Whether this learner was ever shown the children: from then on they count."""

    @property
    def is_met(self) -> bool:
        """Whether every source is as the condition wants it. Without a source there is nothing to wait for."""
        look = CONDITIONS.get(self.conditional_attr)
        if look is None:
            return False
        return all(self._agrees(look(self.runtime.get_block(key))) for key in self.sources_list)

    def _agrees(self, found: Any) -> bool:
        if isinstance(found, bool):
            return found is (self.conditional_value.strip().lower() not in {"false", "0", ""})
        return str(found) == self.conditional_value

    def shown_children(self) -> list[Any]:
        """Return the children when the condition is met, and the blocks that it shows from elsewhere; else none."""
        if not self.is_met:
            return []
        if not self.opened:
            self.opened = True
        own = set(self.children)
        elsewhere = [key for key in self.show_tag_list if key not in own and self.runtime.is_open(key)]
        return [*super().shown_children(), *(self.runtime.get_block(key) for key in elsewhere)]

    def student_view(self, context: Any = None) -> Fragment:
        """Return the children, or the author's (else our) words about what comes first."""
        if self.is_met:
            return super().student_view(context)
        told = self.conditional_message or words_of(self).gettext("This part opens once you have done the exercise before it.")
        link = Markup('<a href="{}">{}</a>')
        names = [link.format(self.runtime.jump_to(key), self._title(key)) for key in self.sources_list]
        # Authors write {link} where the name of the exercise should stand.
        text = Markup.escape(told).replace(Markup("{link}"), Markup(", ").join(names))
        return Fragment(Markup('<p class="conditional-message">{}</p>').format(text))

    def _title(self, key: Any) -> str:
        return str(self.runtime.get_block(key).display_name_with_default)

    @classmethod
    def take_attributes(cls, block: Any, node: Any, runtime: Any) -> None:
        """Read sources and the condition, which stands under its own name (`attempted="True"`)."""
        told = {name: node.attrib.pop(name) for name in ("sources", *CONDITIONS) if name in node.attrib}
        super().take_attributes(block, node, runtime)
        block.sources_list = block.keys_in(told.pop("sources", ""))
        for attribute, value in told.items():
            block.conditional_attr, block.conditional_value = attribute, value

    def take_content(self, node: Any, runtime: Any) -> None:
        """Read children; `<show sources=…/>` names blocks that stand elsewhere."""
        for child in node:
            if child.tag == "show":
                self.show_tag_list = [*self.show_tag_list, *self.keys_in(child.get("sources", ""))]
            elif isinstance(child.tag, str):
                runtime.add_node_as_child(self, child)

    def keys_in(self, text: str) -> list[Any]:
        """Return the usage keys of a list of references that semicolons part."""
        course = self.scope_ids.usage_id.course_key
        named = [block_named(part) for part in text.split(";") if part.strip()]
        return [usage_of(course, block) for block in named if block]

    def add_xml_to_node(self, node: Any) -> None:
        """Write sources and condition as the attributes that Open edX reads."""
        super().add_xml_to_node(node)
        node.set("sources", ";".join(str(key) for key in self.sources_list))
        node.set(self.conditional_attr, self.conditional_value)
        if self.show_tag_list:
            node.append(etree.Element("show", sources=";".join(str(key) for key in self.show_tag_list)))

    def olx_value(self, name: str, value: Any) -> Any:
        """Leave out what stands in attributes of its own."""
        return None if name in {"sources_list", "show_tag_list", "conditional_attr", "conditional_value"} else value
