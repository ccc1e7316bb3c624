"""The XBlock host of this process: it knows the block types, and opens a visit for each request."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Collection, Iterable, Mapping

from lms_app.domain.clock import Clock, utc_now
from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Learner
from lms_app.runtime import contrib, django_host
from lms_app.runtime.blocks.words import script_words
from lms_app.runtime.learner import NO_FIELDS, Visit, all_open
from lms_app.runtime.lent import FilesMaker, never_longer
from lms_app.runtime.plugins import BlockTypes, Plugin
from lms_app.runtime.ports import Cache, Content, StateReader, Urls, WorkReader
from lms_app.runtime.repeats import Repeats
from lms_app.runtime.sandbox import Sandbox


class BlockHost:
    """Made once, by the composition root; safe for threads, and cheap until a course asks for Open edX's blocks."""

    def __init__(
        self,
        *,
        cache: Cache,
        sandbox: Sandbox | None = None,
        clock: Clock = utc_now,
        asides: Collection[str] = (),
    ) -> None:
        self._cache = cache
        self._sandbox = sandbox
        self._clock = clock
        self.types = BlockTypes(asides=asides, after_heavy=self._after_heavy)
        self._repeats = Repeats(self.types, clock)

    def _after_heavy(self) -> None:
        contrib.prepare(self._sandbox)

    def close(self) -> None:
        """End the sandbox's process, if it was ever started; a later call starts another."""
        if self._sandbox is not None:
            self._sandbox.close()

    def visit(
        self,
        *,
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
    ) -> Visit:
        """Open a course for a learner, for one request.

        `view_language` is that of the blocks' own words when it is not the learner's; `form_fields` are hidden fields
        (`csrf_token`, `back`) that go into forms posting to handlers, of blocks that stand in the page. `addresses` names what
        `urls` gives when that is the same for all readers, whose views may then be shared; '' when it is for this one alone.
        What is not `is_open` to the learner is not shown, however deep it stands. With `drafts` the visit is an author's: what
        blocks write to the course is taken up (`Visit.drafted`), and the handlers of their forms answer. `work` and `files` are
        lent to blocks whose work people judge (`coop_records`, `coop_files`); without them such blocks help themselves.
        `has_longer` tells for what is closed whether this learner was given more time. `in_frame` withholds what people judge.
        """
        return Visit(
            types=self.types,
            repeats=self._repeats,
            cache=self._cache,
            content=content,
            learner=learner,
            state=state,
            urls=urls,
            view_language=view_language,
            form_fields=form_fields,
            addresses=addresses,
            is_open=is_open,
            drafts=drafts,
            work=work,
            files=files,
            has_longer=has_longer,
            in_frame=in_frame,
            clock=self._clock,
        )

    def preload(self, block_types: Iterable[str]) -> None:
        """Import the classes of these types now: a server does so before it forks, with the types that its courses hold."""
        for block_type in block_types:
            self.types.load(block_type)

    def survey(self, *, heavy: bool = True) -> tuple[Plugin, ...]:
        """Return every known block type and whether it loads, for `takwin doctor`."""
        return self.types.survey(heavy=heavy)

    def local_resource(self, block_type: str, uri: str) -> tuple[bytes, str]:
        """Return a file shipped with a block's class and its media type, or raise `NotFound`."""
        return self.types.local_resource(block_type, uri), mimetypes.guess_type(uri)[0] or "application/octet-stream"

    def platform_static(self, path: str) -> tuple[bytes, str]:
        """Return a file that capa expects below `STATIC_URL` and its media type, or raise `NotFound`."""
        return django_host.capa_file(path), mimetypes.guess_type(path)[0] or "application/octet-stream"

    def script_words(self, language: str) -> Mapping[str, str | list[str]]:
        """Return the words that framed blocks' scripts ask of the page's `gettext`; a list holds the plural forms."""
        return script_words(language)
