"""A host and a course for the tests of hosting; toy blocks stand in for what third parties write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from web_fragments.fragment import Fragment
from webob import Response
from xblock.core import XBlock
from xblock.exceptions import ProcessingError
from xblock.fields import Dict, Integer, Scope, String

from lms_app.domain.content import Block
from lms_app.domain.keys import BlockId, usage_key
from lms_app.domain.learning import HandlerResponse, Rendered
from lms_app.runtime.host import BlockHost
from lms_app.runtime.learner import Visit, all_open
from tests.fakes import COURSE, MemoryCache, MemoryContent, MemoryState, SiteUrls, course_of, learner, posted


class Counter(XBlock):
    """Counts in every scope of learners' state."""

    mine = Integer(default=0, scope=Scope.user_state)
    ours = Integer(default=0, scope=Scope.user_state_summary)
    liked = Integer(default=0, scope=Scope.preferences)
    known = Integer(default=0, scope=Scope.user_info)
    label = String(default="plain", scope=Scope.content)

    def student_view(self, _context: Any = None) -> Fragment:
        shown = Fragment(f'<form method="post" action="{self.runtime.handler_url(self, "count")}"><b>{self.mine}</b></form>')
        shown.add_javascript_url(self.runtime.local_resource_url(self, "public/counter.js"))
        shown.initialize_js("Counter", {"label": self.label, "end": "</script>"})
        return shown

    def seeing_view(self, _context: Any = None) -> Fragment:
        self.mine += 1
        self.runtime.publish(self, "seen", {})
        return Fragment("seen")

    @XBlock.json_handler
    def count(self, data: Mapping[str, Any], suffix: str = "") -> dict[str, Any]:
        for name in data["in"]:
            setattr(self, name, getattr(self, name) + 1)
        return {"mine": self.mine, "suffix": suffix}

    @XBlock.handler
    def refuse(self, _request: Any, _suffix: str = "") -> Response:
        self.mine = 99
        return Response("no", status=409)

    @XBlock.handler
    def break_down(self, _request: Any, _suffix: str = "") -> Response:
        self.mine = 99
        self.save()
        raise ZeroDivisionError

    @XBlock.handler
    def complain(self, _request: Any, _suffix: str = "") -> Response:
        self.mine = 99
        self.save()
        raise ProcessingError("Too late.")

    @XBlock.handler
    def tell(self, request: Any, _suffix: str = "") -> Response:
        body = {"cookie": request.headers.get("Cookie"), "who": request._request.user.username, "q": request.GET.get("q")}
        return Response(json_body=body)


class Bad(XBlock):
    """Fails in its view, after it wrote and told."""

    mine = Integer(default=0, scope=Scope.user_state)

    def student_view(self, _context: Any = None) -> Fragment:
        self.mine = 5
        self.save()
        self.runtime.publish(self, "grade", {"value": 1, "max_value": 1})
        raise RuntimeError("out of <order>")


class Exercise(XBlock):
    """A scored block that says nothing of completion."""

    has_score = True
    notes = Dict(default={}, scope=Scope.user_state)

    @XBlock.json_handler
    def mark(self, data: Mapping[str, Any], _suffix: str = "") -> dict[str, Any]:
        self.runtime.publish(self, "grade", data)
        self.runtime.publish(self, "progress", {})
        self.runtime.publish(self, "my.own.event", {"what": {1, 2}})
        self.notes["last"] = data["value"]
        return {}


class Reader(Exercise):
    """A scored block that says itself when it is done."""

    has_custom_completion = True


TOYS: Mapping[str, type[XBlock]] = {"counter": Counter, "bad": Bad, "exercise": Exercise, "reader": Reader}


def host_with(toys: Mapping[str, type[XBlock]] = TOYS, **settings: Any) -> BlockHost:
    """Return a host that knows these types besides the installed ones."""
    host = BlockHost(cache=MemoryCache(), **settings)
    host.types._classes.update(toys)
    return host


@dataclass
class Classroom:
    """A course of the given blocks, in one unit, and a learner whose state is kept from visit to visit."""

    blocks: tuple[Block, ...]
    host: BlockHost = field(default_factory=host_with)
    state: MemoryState = field(default_factory=MemoryState)
    files: Mapping[str, bytes] = field(default_factory=dict)
    about: Mapping[str, Any] = field(default_factory=dict)
    """More of the course: overlays, `course_fields`, language."""

    def __post_init__(self) -> None:
        self.course = course_of(*self.blocks, **self.about)

    def content(self, language: str = "") -> MemoryContent:
        return MemoryContent(self.course, files=self.files, language=language)

    def visit(
        self,
        *,
        content: MemoryContent | None = None,
        fields: Mapping[str, str] | None = None,
        is_open: Callable[[BlockId], bool] = all_open,
        **who: Any,
    ) -> Visit:
        return self.host.visit(
            content=content or self.content(),
            learner=learner(**who),
            state=self.state,
            urls=SiteUrls(),
            form_fields=fields or {},
            is_open=is_open,
        )

    def show(self, name: str, **who: Any) -> Rendered:
        """Render and store, as opening a page does."""
        visit = self.visit(**who)
        shown = visit.render(BlockId(name))
        self.state.store(visit.changes())
        return shown

    def call(self, name: str, handler: str, body: Any, suffix: str = "", *, form: bool = False, **who: Any) -> HandlerResponse:
        """Call a handler and store, as answering does; the visit stays in `last`."""
        self.last = self.visit(**who)
        answer = self.last.handle(usage(name), handler, posted(body, form=form), suffix)
        self.state.store(self.last.changes())
        return answer

    def events(self, kind: str) -> list[Mapping[str, Any]]:
        """Return what the last call published of a kind."""
        return [event.data for event in self.last.published() if event.kind == kind]


def usage(name: str) -> str:
    """Return the usage key of a block of the course."""
    return usage_key(COURSE, BlockId(name))
