"""One learner's visit to a course: blocks are shown and called, and what they did is handed over to be stored."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, Final

from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import UsageKey
from xblock.exceptions import NoSuchHandlerError, NoSuchUsage, NotFoundError, ProcessingError
from xblock.fields import Scope

from lms_app.domain.clock import Clock, utc_now
from lms_app.domain.content import RAW_FIELD, Json
from lms_app.domain.errors import NotFound
from lms_app.domain.given import CHOOSING
from lms_app.domain.keys import BlockId
from lms_app.domain.learning import HandlerRequest, HandlerResponse, Learner, Published, Rendered, Resource, StateChanges
from lms_app.domain.work import WorkChanges
from lms_app.runtime import wrapping
from lms_app.runtime.contrib import READER
from lms_app.runtime.exchange import handler_response, json_answer, webob_request
from lms_app.runtime.fields import KINDS, scopes_of, state_id
from lms_app.runtime.lending import STUDENT_VIEW, VisitRuntime
from lms_app.runtime.lent import FilesMaker, Lent, Traces, never_longer
from lms_app.runtime.plugins import BlockTypes
from lms_app.runtime.ports import Cache, Content, StateReader, Urls, WorkReader
from lms_app.runtime.references import block_of, course_locator
from lms_app.runtime.repeats import Repeats, View
from lms_app.runtime.state import Kind, StateBuffer
from lms_app.runtime.traits import completes, traits_of
from lms_app.runtime.work import Judging, WorkBuffer

log = logging.getLogger(__name__)

NO_FIELDS: Final[Mapping[str, str]] = {}
_TOLD_BY_PAGES: Final = "publish_event"
"""Open edX's handler with which a block's script publishes events that it names itself."""
_FOR_AUTHORS: Final = "studio_"
"""How the names of handlers begin that serve a block's form in the studio (Open edX's custom)."""


def all_open(_block: BlockId) -> bool:
    """Tell that any block is open: nothing is hidden, nothing waits for its day."""
    return True


class Visit:
    """One request of one learner. Make it anew for each: what it read grows old, and what it changed is told once."""

    def __init__(
        self,
        *,
        types: BlockTypes,
        repeats: Repeats,
        cache: Cache,
        content: Content,
        learner: Learner,
        state: StateReader,
        urls: Urls,
        view_language: str | None = None,
        form_fields: Mapping[str, str] = NO_FIELDS,
        addresses: str = "",
        is_open: Callable[[BlockId], bool] = all_open,
        drafts: bool = False,
        work: WorkReader | None = None,
        files: FilesMaker | None = None,
        has_longer: Callable[[BlockId], bool] = never_longer,
        in_frame: bool = False,
        clock: Clock = utc_now,
    ) -> None:
        self._drafted: dict[BlockId, dict[str, Json]] | None = {} if drafts else None
        self._repeats = repeats
        self._addresses = addresses
        self._content = content
        self._learner = learner
        self._types = types
        self._form_fields = form_fields
        self._buffer = StateBuffer(state)
        self._published: list[Published] = []
        self._given: dict[BlockId, frozenset[BlockId]] = {}
        self._speaks = view_language or learner.language
        self._lent = Lent(
            types=types,
            content=content,
            learner=learner,
            language=self._speaks,
            state=self._buffer,
            urls=urls,
            cache=cache,
            is_open=is_open,
            course=course_locator(content.course),
            drafted=self._drafted,
            work=WorkBuffer(work, clock) if work is not None else None,
            files=files,
            has_longer=has_longer,
            in_frame=in_frame,
        )
        self._runtime = VisitRuntime(self._lent)

    @property
    def language(self) -> str:
        """The language of the course's texts asked for."""
        return self._content.language

    def render(self, block: BlockId, view: str = STUDENT_VIEW, context: Mapping[str, Any] | None = None) -> Rendered:
        """Return a block's view, wrapped; a block that fails gives a polite line and the reason, never an exception.

        Raises `NotFound` for a block that the course does not have.
        """
        entry = self._content.entry(block)
        key = "" if context or view != STUDENT_VIEW else self._key(block)
        shown = self._repeats.get(key) or self._shown(block, view, context, key)
        inline = not shown.framed
        return Rendered(
            block=block,
            block_type=entry.type,
            html=wrapping.with_form_fields(shown.html, self._form_fields, shown.handlers) if inline else shown.html,
            resources=shown.resources,
            language=self._content.language_of(block),
            inline_safe=inline,
            needs_jquery=shown.needs_jquery,
            failed=shown.failed,
            title=entry.titles.get(self._content.language) or entry.title,
            inits=shown.inits,
        )

    def _key(self, block: BlockId) -> str:
        return self._repeats.key(
            block,
            content=self._content,
            state=self._buffer,
            language=self._speaks,
            addresses=self._addresses,
            has_longer=self._lent.has_longer,
        )

    def _shown(self, block: BlockId, view: str, context: Mapping[str, Any] | None, key: str) -> View:
        """Render the block; keep the view under its key if rendering left no other trace."""
        traces, mark = self._begin(), self._lent.mark()
        token = READER.set(self._speaks)
        try:
            html, resources = self._view(block, view, context)
        except Exception as error:  # noqa: BLE001 -- whatever one block raises, the page must stand
            # A class may fail before its view is reached: while it is constructed, or while a field is read.
            log.info("%s can't be made: %r", block, error)
            self._lent.restore(mark)
            traces.events.clear()
            traces.failures[block] = f"{type(error).__name__}: {error}"
            html, resources = self._runtime.in_place_of(block, view), ()
        finally:
            READER.reset(token)
        shown = View(
            html=html,
            resources=resources,
            handlers=frozenset(traces.handlers),
            inits=tuple(traces.inits),
            framed=traces.framed,
            needs_jquery=traces.needs_jquery,
            failed=_told(block, traces.failures),
        )
        if not traces.events and self._lent.mark() == mark:
            self._repeats.keep(key, shown, self._content.block(block).fields if key else {})
        if self._learner.is_staff:
            self._lent.restore(mark)
        else:
            self._published += traces.events
        return shown

    def render_many(self, blocks: Iterable[BlockId], view: str = STUDENT_VIEW) -> list[Rendered]:
        """Return the views of the blocks of a page in order, reading content and state of them all first."""
        wanted = list(blocks)
        self.prefetch(wanted)
        return [self.render(block, view) for block in wanted]

    def handle(self, usage: str, handler: str, request: HandlerRequest, suffix: str = "") -> HandlerResponse:
        """Call a handler of a block or an aside and return its answer unchanged, also when that is a refusal.

        Raises `NotFound` for a key of another course, a block that is not there, or a handler that it does not have.
        Whatever else a block raises comes out as it is, and then nothing that it changed is to be kept. What a block keeps
        for its author's form (`studio_…`) answers in an author's visit alone.
        """
        if handler.startswith(_FOR_AUTHORS) and self._drafted is None:
            raise NotFound("no_such_handler", usage=usage, handler=handler)
        called = self._called(usage)
        if self._lent.withholds(called):
            raise NotFound("no_such_handler", usage=usage, handler=handler)
        traces, mark = self._begin(), self._lent.mark()
        token = READER.set(self._speaks)
        try:
            with self._runtime.speaking(called.scope_ids.block_type):
                answered = self._runtime.handle(called, handler, webob_request(request, self._learner), suffix)
            answer = handler_response(answered)
        except (NoSuchHandlerError, NoSuchUsage, NotFoundError) as error:
            self._lent.restore(mark)
            raise NotFound("no_such_handler", usage=usage, handler=handler) from error
        except ProcessingError as error:
            # Open edX's way to tell the learner's script what went wrong: a success that isn't one.
            self._lent.restore(mark)
            return json_answer({"success": str(error)})
        except BaseException:
            self._lent.restore(mark)
            raise
        finally:
            READER.reset(token)
        # There the page's script names the event, and anybody can send what a script sends: none of it is a grade.
        self._published += [event for event in traces.events if handler != _TOLD_BY_PAGES or not _counts(event)]
        return answer

    def changes(self) -> StateChanges:
        """Return the rows that really changed, with the versions that they were made from."""
        return self._buffer.changes()

    def work(self) -> WorkChanges:
        """Return the records and files that are to be stored, with the versions that they were made from."""
        return self._lent.work.changes() if self._lent.work else WorkChanges()

    def judged(self, block: BlockId) -> Judging | None:
        """Tell how whoever acts judged others' work of a block during the visit, if they did."""
        return self._lent.work.judged(block) if self._lent.work else None

    @property
    def is_judge(self) -> bool:
        """Whether whoever acts runs the course or trains a cohort of it, as far as work is judged here."""
        return self._lent.work is not None and self._lent.work.reader.is_judge

    def drafted(self, block: BlockId) -> Mapping[str, Json]:
        """Return the fields of the course that a block wrote in an author's visit; None takes one back to its default."""
        return dict((self._drafted or {}).get(block, {}))

    def published(self) -> list[Published]:
        """Return the events in order; a grade of a block that says nothing of completion brings its completion with it."""
        return list(self._published)

    def gives(self, block: BlockId) -> bool:
        """Tell whether every block above that draws, or waits for something, gives this learner the way to the block."""
        below, entry = block, self._content.entry(block)
        while entry.parent is not None:
            entry = self._content.entry(entry.parent)
            if entry.type in CHOOSING and below not in self._given_by(entry.id):
                return False
            below = entry.id
        return True

    def _given_by(self, chooser: BlockId) -> frozenset[BlockId]:
        """Return the children that a choosing block shows; one that fails shows none."""
        if chooser not in self._given:
            mark = self._lent.mark()
            try:
                made = self._runtime.block(chooser)
                self._given[chooser] = frozenset(block_of(child.scope_ids.usage_id) for child in made.shown_children())
                made.save()
            except Exception as error:  # noqa: BLE001 -- whatever a block raises, its children stay closed
                log.warning("%s can't choose: %r", chooser, error)
                self._given[chooser] = frozenset()
                self._lent.restore(mark)
            if self._learner.is_staff:
                self._lent.restore(mark)
        return self._given[chooser]

    def missed(self, block: BlockId) -> tuple[str, ...]:
        """Return what the learner got wrong, in words, where the block can say (`missed_parts`); () where it can't, or fails."""
        mark, token = self._buffer.mark(), READER.set(self._speaks)
        self._begin()
        try:
            ask = getattr(self._runtime.block(block), "missed_parts", None)
            return tuple(str(part) for part in ask()) if ask is not None else ()
        except Exception as error:  # noqa: BLE001 -- whatever a block raises, the list stands
            log.info("%s can't say what was missed: %r", block, error)
            return ()
        finally:
            self._buffer.restore(mark)
            READER.reset(token)

    def completes_on_view(self, block: BlockId) -> bool:
        """Tell whether having the block before one's eyes is all there is to do: true also of what can't be shown here."""
        block_type = self._content.entry(block).type
        block_class = None if traits_of(block_type).heavy else self._types.load(block_type)
        when = completes(block_type, block_class)
        if when in {"own", "grade"}:
            return RAW_FIELD in self._content.block(block).fields
        return when == "view" or not getattr(block_class, "has_children", False)

    def prefetch(self, blocks: Collection[BlockId]) -> None:
        """Read content and state of blocks and all below them, in one query a kind."""
        there = list(dict.fromkeys(found for block in blocks for found in self._below(block)))
        self._content.prefetch(there)
        wanted: dict[Kind, list[str]] = {"block": [], "shared": [], "person": []}
        for block in there:
            block_type = self._content.entry(block).type
            _want(wanted, scopes_of(self._types.load(block_type)), state=block, block_type=block_type)
        for aside in self._types.asides:
            scopes = scopes_of(self._types.load_aside(aside))
            for block in there:
                _want(wanted, scopes, state=state_id(self._runtime.aside_key(block, aside)), block_type=aside)
        self._buffer.prefetch(wanted)

    def _below(self, block: BlockId) -> Iterator[BlockId]:
        yield block
        for child in self._content.entry(block).children:
            yield from self._below(child)

    def _begin(self) -> Traces:
        self._runtime.traces = Traces.none()
        return self._runtime.traces

    def _view(self, block: BlockId, view: str, context: Mapping[str, Any] | None) -> tuple[str, tuple[Resource, ...]]:
        made = self._runtime.block(block)
        fragment = self._runtime.render(made, view, dict(context or {}))
        resources = tuple(
            Resource(kind=found.kind, data=found.data, mimetype=found.mimetype, placement=found.placement)
            for found in fragment.resources
        )
        return str(fragment.body_html()), tuple(dict.fromkeys(resources))

    def _called(self, usage: str) -> Any:
        try:
            key = UsageKey.from_string(usage)
        except InvalidKeyError as error:
            raise NotFound("no_such_block", usage=usage) from error
        block_key = getattr(key, "usage_key", key)
        if str(getattr(block_key, "course_key", "")) != self._content.course:
            raise NotFound("no_such_block", usage=usage)
        block = self._runtime.block(block_of(block_key))
        return self._runtime.get_aside(key) if hasattr(key, "aside_type") else block


def _counts(event: Published) -> bool:
    return event.kind in {"grade", "completion"} or event.kind.startswith("coop.")


def _told(block: BlockId, failures: Mapping[BlockId, str]) -> str:
    """Return the reasons of a block and those inside it, as one line."""
    return "; ".join(reason if where == block else f"{where}: {reason}" for where, reason in failures.items())


def _want(wanted: Mapping[Kind, list[str]], scopes: Collection[Any], *, state: str, block_type: str) -> None:
    """Note the rows that a block with fields of these scopes will read."""
    for scope, key in (
        (Scope.user_state, state),
        (Scope.user_state_summary, state),
        (Scope.preferences, block_type),
        (Scope.user_info, ""),
    ):
        if scope in scopes:
            wanted[KINDS[scope]].append(key)
