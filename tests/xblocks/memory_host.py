"""A small host in memory, with several learners, that remembers what blocks publish."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from lxml import etree
from webob import Request, Response
from xblock.core import XBlock, XBlockMixin
from xblock.fields import DateTime, Scope, String
from xblock.runtime import DictKeyValueStore, KvsFieldData, MemoryIdManager, NullI18nService, Runtime

TYPES: dict[str, type[XBlock]] = {}
"""Types that are there beside the installed ones."""


class HostFields(XBlockMixin):
    """What a host mixes into every block."""

    due = DateTime(scope=Scope.settings, default=None)
    format = String(scope=Scope.settings, default=None)

    @property
    def is_closed(self) -> bool:
        """Tell whether the host has closed the block."""
        return bool(self.runtime.closed)


class MemoryHost(Runtime):
    """An XBlock host whose storage is a dictionary shared by all learners."""

    def __init__(self, *, learner: str, storage: dict[Any, Any], ids: MemoryIdManager, language: str | None) -> None:
        i18n: Any = SimpleNamespace(language=language, gettext=str, ngettext=lambda one, many, n: one if n == 1 else many)
        super().__init__(
            ids,
            ids,
            services={"field-data": KvsFieldData(DictKeyValueStore(storage)), "i18n": i18n if language else NullI18nService()},
            mixins=(HostFields,),
        )
        self.learner = learner
        self.storage = storage
        self.closed = False
        self.published: list[tuple[str, dict[str, Any]]] = []

    @property
    def user_id(self) -> str:
        """Return who looks: XBlock's own get_block asks."""
        return self.learner

    @user_id.setter
    def user_id(self, value: object) -> None:
        """Accept what the base class sets at the start."""

    def load_block_type(self, block_type: str) -> type[XBlock]:
        """Return the class of a type."""
        return TYPES.get(block_type) or super().load_block_type(block_type)

    def handler_url(self, block: XBlock, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002
        """Return the address of a handler."""
        return f"/handler/{block.scope_ids.usage_id}/{handler_name}?a=1&b=2"

    def resource_url(self, resource: str) -> str:
        """Return the address of a resource of the host."""
        return f"/resource/{resource}"

    def local_resource_url(self, block: XBlock, uri: str) -> str:
        """Return the address of a file of a block."""
        return f"/block/{block.scope_ids.block_type}/{uri}"

    def applicable_aside_types(self, block: XBlock) -> list[str]:  # noqa: ARG002
        """Show no aside, whatever else is installed."""
        return []

    def publish(self, block: XBlock, event_type: str, event_data: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Remember an event."""
        self.published.append((event_type, dict(event_data)))


class Host:
    """One block as several learners meet it."""

    def __init__(self, xml: str) -> None:
        self._storage: dict[Any, Any] = {}
        self._ids = MemoryIdManager()
        self.runtime = self.runtime_of("author")
        self.usage = self.runtime.parse_xml_string(xml)

    def runtime_of(self, learner: str, *, language: str | None = None) -> MemoryHost:
        """Return a fresh runtime, as a host makes for each request."""
        return MemoryHost(learner=learner, storage=self._storage, ids=self._ids, language=language)

    def block(self, learner: str = "aicha", *, language: str | None = None, closed: bool = False) -> Any:
        """Return the block as this learner finds it."""
        runtime = self.runtime_of(learner, language=language)
        runtime.closed = closed
        return runtime.get_block(self.usage)

    def page(self, learner: str = "aicha", *, context: Mapping[str, Any] | None = None, **how: Any) -> str:
        """Return the HTML that this learner sees."""
        block = self.block(learner, **how)
        return str(block.runtime.render(block, "student_view", context).content)

    def state(self, learner: str = "aicha") -> dict[str, Any]:
        """Return what is stored for this learner."""
        return {key.field_name: value for key, value in self._storage.items() if key.user_id == learner}


def post_json(block: Any, answers: object) -> Response:
    """Send answers as a program does."""
    return post_body(block, json.dumps({"answers": answers}).encode())


def post_body(block: Any, body: bytes, content_type: str = "application/json") -> Response:
    """Send any body at all."""
    request = Request.blank("/", method="POST", body=body, content_type=content_type)
    return block.handle("submit", request)


def post_form(block: Any, fields: Mapping[str, str | list[str]], *, accept: str = "text/html") -> Response:
    """Send answers as a browser's form does; `accept="application/json"` is what the script adds."""
    pairs = [(name, value) for name, given in fields.items() for value in (given if isinstance(given, list) else [given])]
    return block.handle("submit", Request.blank("/", POST=pairs, accept=accept))


def export(block: Any) -> str:
    """Return the XML of a block."""
    node = etree.Element("unknown")
    block.add_xml_to_node(node)
    return etree.tostring(node, encoding="unicode")


QUIZ = """<coop_quiz display_name="A first quiz" max_attempts="2">
  <question kind="single" id="votes">
    <prompt>How many votes has <em>each</em> member?</prompt>
    <hint>Think of the person.</hint>
    <choice id="one" correct="true">One<feedback>Yes: one person, one vote.</feedback></choice>
    <choice id="shares">One for each share<feedback>That is how a company votes.</feedback></choice>
  </question>
  <question kind="multiple" id="values" points="2">
    <prompt>Which are values?</prompt>
    <choice id="solidarity" correct="true">Solidarity<feedback>Indeed.</feedback></choice>
    <choice id="equality" correct="true">Equality</choice>
    <choice id="secrecy">Secrecy<feedback>Cooperatives value openness.</feedback></choice>
  </question>
  <question kind="number" id="refund" value="1234.5" tolerance="1%">
    <prompt>What does Aïcha receive?</prompt>
    <unit>MAD</unit>
    <feedback>Litres times refund.</feedback>
    <feedback when="correct">Well counted.</feedback>
    <feedback when="incorrect">Count again.</feedback>
  </question>
</coop_quiz>"""
RIGHT = {"votes": "one", "values": ["solidarity", "equality"], "refund": "1234.5"}
EVERY_KIND = """<coop_quiz display_name="A quiz with every kind of question" max_attempts="3" shuffle="true">
  <question kind="single" id="votes">
    <prompt>How many votes has each member?</prompt>
    <audio>/static/votes.mp3</audio>
    <transcript>How many votes has each member?</transcript>
    <hint>Think of the person, not of the money.</hint>
    <hint when="second">It is the second principle.</hint>
    <choice id="one" correct="true" picture="/static/one.svg"><alt>One hand raised</alt></choice>
    <choice id="many" picture="/static/many.svg">As many as shares<alt>Many coins, many hands</alt>
      <feedback>That is how a company votes.</feedback></choice>
    <choice id="none" fixed="true">None of these</choice>
  </question>
  <question kind="multiple" id="values" points="2" partial="false">
    <prompt>Which of these are values of cooperatives?</prompt>
    <choice id="solidarity" correct="true">Solidarity</choice>
    <choice id="equality" correct="true">Equality</choice>
    <choice id="secrecy">Secrecy</choice>
  </question>
  <question kind="truth" id="open" answer="true">
    <prompt>A cooperative is open to all who can use its services and accept its duties.</prompt>
    <feedback when="incorrect">Read the first principle again.</feedback>
  </question>
  <question kind="number" id="refund" value="1200" tolerance="1%">
    <prompt>The cooperative returns 12 MAD for each of the 100 litres that Aïcha delivered. What does she receive?</prompt>
    <unit>MAD</unit>
    <unit when="accepted">dirhams, DH</unit>
  </question>
  <question kind="text" id="refund-name">
    <prompt>What is the share of the surplus that members receive for their activity called?</prompt>
    <accept id="refund">patronage refund</accept>
    <accept id="short">refund</accept>
    <accept id="dividend" share="0">dividend<feedback>A dividend rewards money; this rewards activity.</feedback></accept>
  </question>
</coop_quiz>"""
ALL_RIGHT = {"votes": "one", "values": ["solidarity", "equality"], "open": "true", "refund": "1200", "refund-name": "Refund"}
