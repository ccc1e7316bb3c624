"""What all blocks for cooperatives share: content by a schema, one page that works with and without script, one form for authors.

A block that builds on `CoopBlock` says what its content is made of (`schema`), what is wrong with it (`check_content`) and how
its inside looks (`inner_html`). Reading and writing XML, the author's form and its preview follow from that.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

from lxml import etree
from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.field_data import DictFieldData
from xblock.fields import Dict, Scope, String

from takwin_xblocks.contract.element import Html, Piece, element
from takwin_xblocks.contract.forms import (
    ATTEMPT_FIELD,
    Refusal,
    Submission,
    json_response,
    read_json,
    read_submission,
    refusal_response,
)
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import N_, Content, ContentError, Fault, Schema
from takwin_xblocks.contract.settings import read_settings, write_settings
from takwin_xblocks.contract.studio.form import studio_html
from takwin_xblocks.contract.studio.sent import Sent, read_sent
from takwin_xblocks.contract.voice import Voice, voice_of
from takwin_xblocks.contract.writing import write_content

SHARED_WORDS: Mapping[str, str] = {
    "closed": N_("This is closed: it takes no more answers."),
    "post_only": N_("Send the form to answer."),
    "too_large": N_("This is too long to be sent."),
    "malformed": N_("This cannot be read."),
}
"""What refusals that any block may give say."""


@XBlock.wants("i18n")
@XBlock.wants("replace_urls")
@XBlock.wants("user")
class CoopBlock(XBlock):
    """A block in several languages: what it is made of is stored once, what is read is stored per language."""

    schema: ClassVar[Schema]
    script: ClassVar[str]
    """Name of the function that begins the block's script, as hosts call it."""
    settings_in_form: ClassVar[tuple[str, ...]] = ("display_name",)
    """Settings that the author's form offers, in its order."""
    has_author_extras: ClassVar[bool] = False
    """Whether `author_html` shows authors more than learners see."""

    # A host may show this block in its own page (it writes no inline script) and keep it for offline use.
    inline_safe = True
    offline_safe = True
    # The form for authors needs nothing that the host's own page does not give, either.
    studio_in_page = True
    # A host may show one rendering to all whose state is the same; a block that draws by chance says for which fields not.
    same_for_same_state: Any = True
    # The fields that a host replaces to show the block in another language.
    translatable_fields = ("display_name", "texts")

    display_name = String(display_name=N_("Title"), help=N_("Shown above the block."), default="", scope=Scope.settings)
    structure = Dict(
        display_name=N_("Structure"),
        help=N_("All that is the same in every language."),
        default={},
        scope=Scope.content,
    )
    texts = Dict(display_name=N_("Texts"), help=N_("Every text, by part."), default={}, scope=Scope.content)

    # --- what each block says of itself ---

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:  # noqa: ARG003
        """Return what is wrong with a content whose form is right."""
        return []

    def check_settings(self, settings: Mapping[str, Any], structure: Mapping[str, Any]) -> list[Fault]:  # noqa: ARG002
        """Return what is wrong with the settings of a form beside its content, each fault at `settings.<name>`."""
        return []

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return everything inside the block's element, for this learner as things stand."""
        raise NotImplementedError

    def author_html(self, voice: Voice) -> Html:  # noqa: ARG002
        """Return what authors see beside what learners see: a map, a key, warnings."""
        return Html()

    def public_data(self) -> dict[str, Any]:
        """Return what an app may show of the content: nothing that gives an answer away."""
        return {}

    # --- XML ---

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any) -> CoopBlock:
        """Make a block of its XML. Refuses (`ContentError`) what cannot be read, naming every fault with its line."""
        block = runtime.construct_xblock_from_class(cls, keys)
        faults = read_settings(block, node, content=frozenset(one.name for one in cls.schema.attributes))
        try:
            content = read_content(cls.schema, node)
            faults += [_placed(fault, content) for fault in cls.check_content(content.structure, content.texts)]
        except ContentError as error:
            faults += error.problems
        if faults:
            raise ContentError(faults)
        block.structure, block.texts = content.structure, content.texts
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Write this block's XML, from which `parse_xml` makes the same fields again."""
        node.tag = self.schema.tag
        write_settings(self, node)
        write_content(self.schema, node, self.structure, self.texts)

    # --- views ---

    @XBlock.supports("multi_device")
    def student_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the block to a learner.

        `context["language"]` chooses the words; `context["plain_forms"]` (or the runtime's attribute of that name) says that
        the host completes plain forms: adds its secret field, calls the handler, and shows the page again.
        """
        voice = self.voice(context)
        return self._fragment(self._root(voice, self.inner_html(voice, plain_forms=self._plain_forms(context))))

    def author_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the block as a learner meets it, with what only its author is to see."""
        voice = self.voice(context)
        seen = self._root(voice, self.inner_html(voice, plain_forms=self._plain_forms(context)))
        return self._fragment(element("div", seen, self.author_html(voice)))

    def studio_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the author's form. It needs script; handlers `studio_submit` and `studio_preview` answer it."""
        voice = self.voice(context)
        urls = {name: self.runtime.handler_url(self, f"studio_{name}") for name in ("submit", "preview")}
        fragment = Fragment(studio_html(self, voice, urls=urls, preview=self._preview(self, voice)))
        for style in ("studio", self._folder()):  # a block's own look outweighs what all share
            fragment.add_css_url(self.runtime.local_resource_url(self, f"public/{style}.css"))
        fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/studio.js"))
        fragment.initialize_js("CoopStudio")
        return fragment

    def student_view_data(self, context: Mapping[str, Any] | None = None) -> dict[str, Any]:  # noqa: ARG002
        """Return what an app needs to show the block by itself."""
        return {"display_name": self.display_name, **self.public_data()}

    # --- the author's form ---

    @XBlock.handler
    def studio_submit(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Keep what an author wrote, if nothing is wrong with it; else say what is, field by field, and keep nothing."""
        voice = self.voice()
        try:
            sent = self._sent(request, voice)
        except Refusal as refusal:
            return refused(refusal, voice)
        for name, value in sent.settings.items():
            setattr(self, name, value)
        self.structure, self.texts = sent.content.structure, sent.content.texts
        return json_response({"code": "saved", "message": voice.words.gettext("Saved.")})

    @XBlock.handler
    def studio_preview(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002
        """Show how what an author has written so far will look; nothing is kept."""
        voice = self.voice()
        try:
            sent = self._sent(request, voice)
        except Refusal as refusal:
            return refused(refusal, voice)
        values = {**sent.settings, "structure": sent.content.structure, "texts": sent.content.texts}
        return json_response({"code": "preview", "html": self._addressed(self._preview(self.twin(values), voice))})

    def twin(self, values: Mapping[str, Any]) -> Any:
        """Return a block like this one that holds these fields alone, and keeps nothing."""
        return type(self)(_Unsaved(self.runtime, values), scope_ids=self.scope_ids)

    def _sent(self, request: Request, voice: Voice) -> Sent:
        sent = read_sent(self, read_json(request))
        structure, texts = sent.content.structure, sent.content.texts
        faults = sent.faults or [*self.check_settings(sent.settings, structure), *self.check_content(structure, texts)]
        if faults:
            count = len(faults)
            words = voice.words.ngettext("{count} thing to put right.", "{count} things to put right.", count).format(count=count)
            told = [{"path": fault.path, "words": fault.said(voice.words.gettext)} for fault in faults]
            raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "faults", words, faults=told)
        return sent

    @staticmethod
    def _preview(block: CoopBlock, voice: Voice) -> str:
        extras = block.author_html(voice) if block.has_author_extras else ""
        return block._root(voice, block.inner_html(voice, plain_forms=True)) + extras

    # --- handlers ---

    def answered(
        self,
        request: Request,
        act: Callable[[Submission, Voice], Mapping[str, Any]],
        *,
        read: Callable[[Request], Submission] = read_submission,
    ) -> Response:
        """Run `act` on what was sent and answer with its result and the block's new inside, or with its refusal.

        `read=read_upload` takes files too.

        A handler changes nothing but its fields, so that a host may run it again on fresh state; and what it changed before a
        refusal is kept, so it refuses before it writes, unless what it writes is the draft of what was typed.
        """
        voice = self.voice()
        try:
            self.refuse_when_closed(voice)
            submission = read(request)
            result = dict(act(submission, voice))
        except Refusal as refusal:
            return refused(refusal, voice)
        if "html" not in result:
            result["html"] = self._addressed(self.inner_html(voice, plain_forms=self._plain_forms(None)))
        return json_response({"code": "done", "message": "", **result})

    def refuse_when_closed(self, voice: Voice) -> None:
        """Refuse (409 `closed`) once the host takes no more answers here."""
        if self.is_over_for_host:
            raise Refusal(HTTPStatus.CONFLICT, "closed", voice.words.gettext(SHARED_WORDS["closed"]))

    @property
    def is_over_for_host(self) -> bool:
        """Tell whether the host takes no more answers here (`is_closed`, an attribute or a method; absent means open)."""
        closed = getattr(self, "is_closed", False)
        return bool(closed() if callable(closed) else closed)

    # --- pieces of the page ---

    def form(self, handler: str, /, *inside: Piece, voice: Voice, plain_forms: bool, **attributes: Any) -> Html:
        """Return a form that sends its fields to a handler, with script or without."""
        needed = voice.words.gettext("Answering here needs JavaScript: please turn it on.")
        return element(
            "form",
            None if plain_forms else element("noscript", element("p", needed)),
            element("input", type="hidden", name=ATTEMPT_FIELD, value=self.attempt_name()),
            *inside,
            method="post",
            action=self.runtime.handler_url(self, handler),
            data_coop_form=handler,
            **attributes,
        )

    def attempt_name(self) -> str:
        """Name the next sending from this page: the same for as long as the learner's state is the same."""
        kept = {
            name: field.to_json(field.read_from(self)) for name, field in self.fields.items() if field.scope is Scope.user_state
        }
        return hashlib.sha256(json.dumps(kept, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def text(self, *ids: str) -> str:
        """Return an author's text as written, '' for none."""
        return str(self.texts.get("/".join(ids), ""))

    def voice(self, context: Mapping[str, Any] | None = None) -> Voice:
        """Return the voice in which the block speaks to its reader."""
        return voice_of(self, context)

    def learner_id(self) -> str:
        """Return a stable name of the learner that tells nothing about them."""
        service = self.runtime.service(self, "user")
        user = service.get_current_user() if service is not None else None
        known = getattr(user, "opt_attrs", {}).get("edx-platform.anonymous_user_id")
        return str(known or self.scope_ids.user_id or "")

    @property
    def dom_id(self) -> str:
        """Return what begins the ids of this block's elements, unlike any other block's."""
        return f"coop-{hashlib.sha256(str(self.scope_ids.usage_id).encode()).hexdigest()[:8]}"

    def _root(self, voice: Voice, inner: Html) -> Html:
        _ = voice.words.gettext
        name = self._folder()
        return element(
            "div",
            inner,
            class_=f"coop coop-{name}",
            data_coop=name,
            data_sending=_("Sending…"),
            data_offline=_("This was not sent: the network does not answer. What you gave is still on this page; try again."),
            data_failed=_("This was not recorded. What you gave is still on this page; try again."),
        )

    def _fragment(self, html: Html) -> Fragment:
        fragment = Fragment(html)
        name = self._folder()
        fragment.add_css_url(self.runtime.local_resource_url(self, f"public/{name}.css"))
        fragment.add_javascript_url(self.runtime.local_resource_url(self, f"public/{name}.js"))
        fragment.initialize_js(self.script)
        return fragment

    def _addressed(self, html: str) -> str:
        """Return HTML that goes to a page by itself: its `/static/` files as the host addresses them, as it does in a whole page."""
        service = self.runtime.service(self, "replace_urls")
        return service.replace_urls(html) if service is not None else html

    def _plain_forms(self, context: Mapping[str, Any] | None) -> bool:
        return bool((context or {}).get("plain_forms", getattr(self.runtime, "plain_forms", False)))

    @classmethod
    def _folder(cls) -> str:
        return Path(inspect.getfile(getattr(cls, "unmixed_class", cls))).parent.name

    # --- the workbench ---

    @classmethod
    def workbench_scenarios(cls) -> list[tuple[str, str]]:
        """Return the examples that the xblock-sdk workbench shows, in the order of their file names."""
        folder = files(cls.__module__.rpartition(".")[0]).joinpath("scenarios")
        found = sorted((file for file in folder.iterdir() if file.name.endswith(".xml")), key=lambda file: file.name)
        return [(f"{cls.schema.tag}: {file.name.removesuffix('.xml')}", file.read_text(encoding="utf-8")) for file in found]


class _Unsaved:
    """A runtime whose blocks have these values, no learner's state, and no storage behind them."""

    def __init__(self, runtime: Any, values: Mapping[str, Any]) -> None:
        self._runtime = runtime
        self._values = DictFieldData(dict(values))

    def service(self, block: XBlock, name: str) -> Any:
        """Return a service of the host, but for the one that stores."""
        return self._values if name == "field-data" else self._runtime.service(block, name)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runtime, name)


def _placed(fault: Fault, content: Content) -> Fault:
    """Return the fault with the line of the nearest part that has one."""
    path = fault.path
    while path and path not in content.lines:
        path = path.rpartition(".")[0]
    return Fault(fault.words, fault.given, fault.path, content.lines.get(path))


def refused(refusal: Refusal, voice: Voice) -> Response:
    """Return a refusal as JSON, in words even where what refused has none: a page has nothing else to show."""
    if not refusal.words:
        known = refusal.code if refusal.code in SHARED_WORDS else "malformed"
        refusal.words = voice.words.gettext(SHARED_WORDS[known])
    return refusal_response(refusal)
