"""The XBlock runtime of one visit: it makes blocks, lends them services, wraps their views and listens to their events."""

from __future__ import annotations

import html
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from web_fragments.fragment import Fragment
from xblock.exceptions import NoSuchServiceError
from xblock.fields import Date, ScopeIds
from xblock.runtime import Runtime

from lms_app.domain.content import RAW_FIELD
from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Published
from lms_app.domain.work import WorkRefused
from lms_app.runtime import django_host, wrapping
from lms_app.runtime.blocks import RawBlock
from lms_app.runtime.blocks.words import words_for
from lms_app.runtime.fields import VisitFields
from lms_app.runtime.files import CourseFiles
from lms_app.runtime.ids import Keys
from lms_app.runtime.lent import Lent, Traces
from lms_app.runtime.links import Links
from lms_app.runtime.mixins import MIXINS
from lms_app.runtime.references import block_of, usage_of
from lms_app.runtime.services import (
    CompletionService,
    NoQueue,
    RebindUser,
    ReplaceUrls,
    SandboxService,
    SettingsService,
    UserService,
    i18n_for,
)
from lms_app.runtime.state import plain
from lms_app.runtime.traits import completes, traits_of
from lms_app.runtime.transcripts import VideoConfig
from lms_app.runtime.work import RecordsService, person_of

log = logging.getLogger(__name__)

STUDENT_VIEW: Final = "student_view"
STUDIO_VIEW: Final = "studio_view"
"""A block's own form for its author: its labels are in the author's language, whatever that of the course."""
_TAGS: Final = re.compile(r"<[^>]+>")
_OWN_WORDS: Final = re.compile(r'<p class="problem-unavailable">(.*?)</p>', re.DOTALL)
"""What a block tells the learner itself when it can't be shown: better words than ours."""
_NO_EVENTS: Final = frozenset({"progress"})
"""Events that mean nothing any more."""


class VisitRuntime(Runtime):
    """The runtime that blocks see as `self.runtime`."""

    is_author_mode = False
    plain_forms = True
    """Forms work without script here: the host adds its hidden fields and leads back to the page."""
    suppports_state_for_anonymous_users = False
    position = None
    hostname = ""
    export_fs = None

    def __init__(self, lent: Lent) -> None:
        keys = Keys(lent.course)
        super().__init__(id_reader=keys, id_generator=keys, mixins=MIXINS)
        self._lent = lent
        self._fields = VisitFields(lent.content, lent.state, lent.course, lent.drafted)
        self._links = Links(lent.content, lent.urls, lent.learner)
        self._made: dict[str, Any] = {}
        self.traces = Traces.none()
        self.anonymous_student_id = lent.learner.anonymous_id
        self.user_is_staff = lent.learner.is_staff

    @property
    def user_id(self) -> int:
        """The learner, where XBlock itself still looks; blocks ask the `user` service."""
        return self._lent.learner.person_id

    # No `course_id` here: drag-and-drop-v2 takes it for the sign that it may import edx-platform. Blocks have their own.

    # Blocks and their types

    def load_block_type(self, block_type: str) -> Any:
        """Return the class that plays the type."""
        return self._lent.types.load(block_type)

    def load_aside_type(self, aside_type: str) -> Any:
        """Return an allowed aside's class."""
        return self._lent.types.load_aside(aside_type)

    def create_aside(self, block_type: str, keys: Any) -> Any:
        """Return an aside."""
        return self.load_aside_type(block_type)(runtime=self, scope_ids=keys)

    def applicable_aside_types(self, block: Any) -> list[str]:  # noqa: ARG002 -- the contract's signature
        """Return the asides that are allowed here; all that are installed would decorate every block."""
        return list(self._lent.types.asides)

    def get_block(self, usage_id: Any, for_parent: Any = None) -> Any:
        """Return a block; one whose XML could not be read when it was imported is kept raw, though its type be installed."""
        kept = RAW_FIELD in self._lent.content.block(block_of(usage_id)).fields
        keys = ScopeIds(self.user_id, usage_id.block_type, usage_id, usage_id)
        block_class = self.load_block_type(usage_id.block_type)
        if kept and RAW_FIELD not in block_class.fields:
            block_class = RawBlock
        return self.construct_xblock_from_class(block_class, keys, for_parent=for_parent)

    def block(self, block: BlockId) -> Any:
        """Return a block of the course; raise `NotFound`."""
        self._lent.content.entry(block)
        return self.get_block(usage_of(self._lent.course, block))

    def is_open(self, usage: Any) -> bool:
        """Tell whether the learner may see a block now: what is not open is shown nowhere."""
        return self._lent.is_open(block_of(usage))

    def has_longer(self, usage: Any) -> bool:
        """Tell whether this learner was given more time for a block, beyond what closes it to others."""
        return self._lent.has_longer(block_of(usage))

    def aside_key(self, block: BlockId, aside_type: str) -> Any:
        """Return the usage key of a block's aside."""
        usage = usage_of(self._lent.course, block)
        return self.id_generator.create_aside(usage, usage, aside_type)[1]

    # Addresses

    def handler_url(self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 -- the contract's signature
        """Return the address of a handler."""
        url = self._lent.urls.handler(str(block.scope_ids.usage_id), handler_name, suffix, query)
        self.traces.handlers.add(url)
        return url

    def local_resource_url(self, block: Any, uri: str) -> str:
        """Return the address of a file that ships with the block's class."""
        return self._lent.urls.local_resource(block.scope_ids.block_type, uri)

    def resource_url(self, resource: str) -> str:
        """Return the address of a file that capa expects of its platform."""
        return self._lent.urls.platform_static(resource)

    def jump_to(self, usage: Any) -> str:
        """Return the address of the unit that holds a block."""
        return self._lent.urls.jump_to(block_of(usage))

    def work_url(self, block: Any, view: str, query: Mapping[str, str]) -> str | None:
        """Return the address of the page that shows one view of a block by itself; None for an author."""
        return self._lent.urls.work(block_of(block.scope_ids.usage_id), view, query)

    def replace_urls(self, text: str) -> str:
        """Return HTML with the course's own addresses replaced."""
        return self._links.replaced(text)

    # What blocks ask

    def service(self, block: Any, service_name: str) -> Any:
        """Return a service that the block's class declared; raise `NoSuchServiceError` for another, or a needed one we lack."""
        if service_name == "field-data":
            return self._fields
        declared = block.service_declaration(service_name)
        if declared is None:
            raise NoSuchServiceError(f"Service {service_name!r} was not requested.")
        if service_name == "i18n":
            return i18n_for(block, self._lent.language)
        if service_name in _OF_BLOCKS:
            found = _OF_BLOCKS[service_name](self, block)
        else:
            if service_name not in self._made:
                make = _SERVICES.get(service_name)
                self._made[service_name] = make(self) if make else None
            found = self._made[service_name]
        if found is None and declared == "need":
            raise NoSuchServiceError(f"Service {service_name!r} is not available.")
        return found

    @cached_property
    def resources_fs(self) -> CourseFiles:
        """The course's files."""
        return CourseFiles(self._lent.content)

    @property
    def modulestore(self) -> VisitRuntime:
        """Where blocks look for their course."""
        return self

    def get_course(self, course_key: Any, depth: int = 0) -> Any:  # noqa: ARG002 -- the contract's signature
        """Return the course block, with its `lti_passports`."""
        return self.block(self._lent.content.root)

    @cached_property
    def course_entry(self) -> Any:
        """The course's end, where capa looks for it."""
        try:
            end = Date().from_json(self._lent.content.block(self._lent.content.root).fields.get("end"))
        except (TypeError, ValueError):
            end = None
        return _CourseEntry({"root": "root", "blocks": {"root": _CourseFields({"end": end})}})

    def get_real_user(self, anonymous_id: str) -> Any:
        """Return the learner when the id is theirs."""
        return self._service("user").get_user_by_anonymous_id(anonymous_id)

    def get_user_role(self) -> str:
        """Return `staff` or `student`."""
        return "staff" if self.user_is_staff else "student"

    def get_policy(self, usage_id: Any) -> dict[str, Any]:  # noqa: ARG002 -- the contract's signature
        """Return nothing: policies were applied when the course was imported."""
        return {}

    def parse_asides(self, node: Any, def_id: Any, usage_id: Any, id_generator: Any) -> list[Any]:  # noqa: ARG002
        """Return nothing: asides are no part of a course here."""
        return []

    def _service(self, name: str) -> Any:
        return self._made.setdefault(name, _SERVICES[name](self))

    # What blocks tell

    def publish(self, block: Any, event_type: str, event_data: Any) -> None:
        """Keep an event for whoever runs the visit. An unknown one is kept too; it never stops a block."""
        if event_type in _NO_EVENTS:
            return
        usage = block.scope_ids.usage_id
        told = getattr(usage, "usage_key", usage)
        try:
            data = plain(event_data) if isinstance(event_data, Mapping) else {"data": plain(event_data)}
        except TypeError:
            log.warning("%s published %s with what can't be kept", told, event_type)
            data = {}
        person = data.get("user_id")
        if person is not None and person_of(person) != person:
            log.warning("%s published %s for %r, who is nobody", told, event_type, person)
            return
        person = person_of(person)
        event = Published(block=block_of(told), kind=event_type, data=data, person_id=person)
        if person is not None and self._lent.work is not None and person != self._lent.work.reader.me:
            self._lent.work.told(event.block, person)
        self.traces.events.append(event)
        block_class = getattr(block, "unmixed_class", type(block))
        if event_type == "grade" and completes(told.block_type, block_class) == "grade":
            self.traces.events.append(Published(event.block, "completion", {"completion": 1.0}, person))

    # Views

    def render(self, block: Any, view_name: str, context: Any = None) -> Fragment:
        """Return a block's view in its wrapper, nothing of one that is not open.

        A block that fails leaves a polite line, a reason, and no other trace.
        """
        if not self.is_open(block.scope_ids.usage_id):
            return Fragment()
        if self._lent.withholds(block):
            withheld = block_of(block.scope_ids.usage_id)
            self.traces.failures[withheld] = "work that people judge is not shown in a frame, beside scripts of authors"
            return Fragment(self.in_place_of(withheld, view_name))
        mark, heard, started = self._lent.mark(), len(self.traces.events), len(self.traces.inits)
        traits = traits_of(block.scope_ids.block_type)
        words = ""
        try:
            with self.speaking(block.scope_ids.block_type):
                fragment = super().render(block, view_name, {} if context is None else context)
                reason = self._reason(block, fragment)
                words = _text_of("".join(_OWN_WORDS.findall(fragment.content))) if reason else ""
        except Exception as error:  # noqa: BLE001 -- whatever one block raises, the page must stand
            log.info("%s can't be shown: %r", block.scope_ids.usage_id, error)
            reason = f"{type(error).__name__}: {error}"
        if not reason:
            self.traces.needs_jquery |= traits.needs_jquery
            self.traces.framed |= not (traits.inline_safe and getattr(block, "stands_inline", True))
            return fragment
        self._lent.restore(mark)
        del self.traces.events[heard:], self.traces.inits[started:]
        failed = block_of(block.scope_ids.usage_id)
        self.traces.failures[failed] = reason
        return Fragment(self.in_place_of(failed, view_name, words))

    def speaking(self, block_type: str) -> AbstractContextManager[None]:
        """Return the context in which a type's Django templates speak the reader's language, where it may have any."""
        if traits_of(block_type).needs_django and not self._lent.types.is_raw(block_type):
            return django_host.speaking(self._lent.language)
        return nullcontext()

    def _reason(self, block: Any, fragment: Fragment) -> str:
        """Return why a view shows nothing though it raised nothing; '' when it is well."""
        block_type = block.scope_ids.block_type
        if isinstance(block, RawBlock):
            why = self._lent.types.why(block_type)
            return f"no block type {block_type}: {why}" if why else "kept as it came: its XML could not be read"
        if not any(text in fragment.content for text in traits_of(block_type).hidden_failures):
            return ""
        told = block.author_view({}).content if hasattr(block, "author_view") else ""
        return _text_of(told) or "the block says that it can't be shown"

    def in_place_of(self, block: BlockId, view: str, words: str = "") -> str:
        """Return the polite line (or the block's own words) for a block that can't be shown, in the wrapper of its place."""
        ours = words_for(self._lent.language)
        block_type = block.partition("/")[0]
        if self._lent.types.is_raw(block_type):
            told = ours.gettext("This part of the lesson (type “{type}”) can’t be shown here.").format(type=block_type)
        else:
            told = words or ours.gettext("This part of the lesson can’t be shown just now. Everything else works as usual.")
        usage = usage_of(self._lent.course, block)
        data = self._names(usage, block_type)
        body = wrapping.placeholder(told)
        return wrapping.element(family="xblock-v1", view=view, body=body, data=data, language=self._lent.language)

    def wrap_xblock(self, block: Any, view: str, frag: Fragment, context: Any) -> Fragment:  # noqa: ARG002
        """Return the view in the element that the page's script knows."""
        data = {"name": block.name} if getattr(block, "name", None) else {}
        content_language = self._lent.content.language_of(block_of(block.scope_ids.usage_id))
        language = self._lent.language if view == STUDIO_VIEW else content_language
        return self._wrapped(block, view, frag, data, language=language)

    def wrap_aside(self, block: Any, aside: Any, view: str, frag: Fragment, context: Any) -> Fragment:  # noqa: ARG002
        """Return an aside's view in its element, which names the block beside it."""
        key = block.scope_ids.usage_id
        self.traces.framed = True
        return self._wrapped(aside, view, frag, {"block_id": key, "block-id": key, "url_selector": "asideBaseUrl"}, language="")

    def _wrapped(self, block: Any, view: str, frag: Fragment, data: dict[str, Any], *, language: str) -> Fragment:
        if frag.js_init_fn:
            data |= {"init": frag.js_init_fn, "runtime-version": frag.js_init_version or 1}
            self.traces.inits.append(frag.js_init_fn)
        arguments = getattr(frag, "json_init_args", None)
        tail = "" if arguments is None else self._links.replaced(wrapping.arguments_element(arguments), in_script=True)
        body = self._links.replaced(frag.body_html()) + tail
        wrapped = Fragment(self._element(block, view, body, data, language=language))
        wrapped.add_fragment_resources(frag)
        return wrapped

    def _element(self, block: Any, view: str, body: str, data: Mapping[str, Any], *, language: str) -> str:
        names = self._names(block.scope_ids.usage_id, block.scope_ids.block_type)
        family = block.entry_point.replace(".", "-")
        return wrapping.element(family=family, view=view, body=body, data={**names, **data}, language=language)

    def _names(self, usage: Any, block_type: str) -> dict[str, Any]:
        return {"usage": usage, "usage-id": usage, "block-type": block_type, "course-id": self._lent.course}


def _text_of(told: str) -> str:
    """Return the words of an error page; what an error says stands escaped inside it, twice at times."""
    return " ".join(html.unescape(html.unescape(_TAGS.sub(" ", told))).split())


@dataclass(frozen=True)
class _CourseFields:
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class _CourseEntry:
    structure: Mapping[str, Any]


def _lent(runtime: VisitRuntime) -> Lent:
    return runtime._lent  # noqa: SLF001 -- the table below is part of the runtime


_SERVICES: Final[Mapping[str, Callable[[VisitRuntime], Any]]] = {
    "user": lambda runtime: UserService(_lent(runtime).learner),
    "cache": lambda runtime: _lent(runtime).cache,
    "sandbox": lambda runtime: SandboxService(_lent(runtime).content),
    "xqueue": lambda _runtime: NoQueue(),
    "replace_urls": lambda runtime: ReplaceUrls(runtime._links),  # noqa: SLF001
    "settings": lambda _runtime: SettingsService(),
    "completion": lambda _runtime: CompletionService(),
    "video_config": lambda runtime: VideoConfig(_lent(runtime).content),
    "rebind_user": lambda _runtime: RebindUser(),
}


def _records(runtime: VisitRuntime, block: Any) -> Any:
    work = _lent(runtime).work
    if work is None:
        return None
    return RecordsService(work, _own_block(block), getattr(type(block), "records_refused", WorkRefused))


def _files(runtime: VisitRuntime, block: Any) -> Any:
    work, make = _lent(runtime).work, _lent(runtime).files
    return None if work is None or make is None else make(work, _own_block(block))


def _own_block(block: Any) -> BlockId:
    usage = block.scope_ids.usage_id
    return block_of(getattr(usage, "usage_key", usage))


_OF_BLOCKS: Final[Mapping[str, Callable[[VisitRuntime, Any], Any]]] = {"coop_records": _records, "coop_files": _files}
"""What each block is lent for itself."""
