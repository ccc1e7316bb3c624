"""Draw the author's form from a block's schema: settings, texts, and parts that can be added, moved and removed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xblock.fields import Boolean, Float, Integer

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.schema import N_, Attribute, Content, Part, Schema, When, Words, text_key
from takwin_xblocks.contract.settings import setting_words
from takwin_xblocks.contract.values import spell
from takwin_xblocks.contract.voice import Voice

_LONG_ROWS, _SHORT_ROWS = 4, 1
TITLE = "display_name"
MORE = N_("More")
NOTHING = N_("Nothing chosen")

_ADDRESS = re.compile(r"""(["']|&quot;|&\#x27;)/(?=[a-z0-9])""")
"""Where a field holds the address of a file. Hosts turn `"/static/…"` into addresses of their own wherever they see it; what an
author wrote must come back as written, so its slash is written as a character reference, which only the browser reads."""


def studio_html(block: Any, voice: Voice, *, urls: Mapping[str, str], preview: str) -> Html:
    """Return the form of a block as it is, with its preview beside it."""
    _ = voice.words.gettext
    drawing = _Drawing(voice=voice, texts=block.texts, dom_id=f"{block.dom_id}-studio")
    schema: Schema = block.schema
    content = element(
        "div",
        drawing.inside(schema, block.structure, prefix="", name="content"),
        class_="coop-studio__content",
        data_part="",
    )
    content = Html(_ADDRESS.sub(r"\1&#47;", content))
    # What learners read comes first, its title above it; how it is done folds away below.
    titles = [drawing.setting(block, name) for name in block.settings_in_form if name == TITLE]
    settings = [drawing.setting(block, name) for name in block.settings_in_form if name != TITLE]
    form = element(
        "form",
        element("noscript", element("p", _("This form needs JavaScript: please turn it on."))),
        element("div", *titles, data_settings=True),
        content,
        _folded(_(MORE), settings),
        element("p", class_="coop__status", role="status", tabindex="-1", data_status=True),
        element("p", element("button", _("Save"), type="submit", class_="coop__button"), class_="coop-studio__save"),
        method="post",
        action=urls["submit"],
        novalidate=True,
        data_coop_studio=True,
        data_preview_url=urls["preview"],
        data_sending=_("Saving…"),
        data_unsaved=_("Not saved yet."),
        data_offline=_("This was not saved: the network does not answer. What you wrote is still on this page; try again."),
        data_failed=_("This was not saved. What you wrote is still on this page; try again."),
        data_nothing=_(NOTHING),
        data_removed=_("Removed."),
        data_undo=_("Put it back"),
    )
    # Beside the form, not in it: what learners see holds forms of its own.
    seen = element(
        "section",
        element("h3", _("Preview"), class_="coop-studio__heading"),
        element("div", Html(preview), class_="coop-studio__preview", data_preview=True, inert=True),
        class_="coop-studio__seen",
        # It scrolls by itself where the preview is long, and nothing in it takes the focus.
        tabindex="0",
        aria_label=_("Preview"),
    )
    return element("div", form, seen, class_="coop coop-studio")


def _folded(words: str, settings: list[Html]) -> Html | None:
    if not settings:
        return None
    fields = element("div", *settings, class_="coop-studio__settings")
    return element("details", element("summary", words), fields, class_="coop-studio__more", data_settings=True)


def parts_html(block: Any, voice: Voice, kind: Part, content: Content) -> Html:
    """Return the items of one list of a block, to be added to its form: drawn of `content` alone, whatever the block holds."""
    drawing = _Drawing(voice=voice, texts=content.texts, dom_id=f"{block.dom_id}-studio")
    return Html(_ADDRESS.sub(r"\1&#47;", drawing.items(kind, content.structure, prefix="", name=f"content-{kind.key}-more")))


@dataclass(frozen=True, kw_only=True)
class _Drawing:
    """Draws the parts of one form."""

    voice: Voice
    texts: Mapping[str, str]
    dom_id: str

    def setting(self, block: Any, name: str) -> Html:
        """Return the field of one setting."""
        known = block.fields[name]
        value = setting_words(known, known.read_from(block))
        label, told = self._say(str(known.display_name)), self._say(str(known.help or ""))
        marks = {"data_setting": name}
        if isinstance(known, Boolean):
            return self._box(name, label, told, is_on=value == "true", marks=marks)
        if known.values and not isinstance(known.values, Mapping):
            options = [(str(one["value"]), self._say(str(one["display_name"]))) for one in known.values]
            return self._field(name, label, told, lambda ids: _select(options, value, **ids, **marks))
        mode = "numeric" if isinstance(known, Integer) else "decimal" if isinstance(known, Float) else None
        is_words = name in block.translatable_fields
        return self._field(name, label, told, lambda ids: _line(value, mode=mode, is_words=is_words, **ids, **marks))

    def inside(self, kind: Schema | Part, part: Mapping[str, Any], *, prefix: str, name: str) -> Html:
        """Return the fields of a part and the lists inside it."""
        fields = [(one, self._attribute(one, part, name)) for one in kind.attributes]
        deciding = _deciding(kind)
        words = [(one.more, self._words(one, prefix, name)) for one in kind.words]
        rest = [(one.more, drawn) for one, drawn in fields if one.name not in deciding]
        # What tells the kind of a part comes first, then what is read, then the rest.
        first = [drawn for one, drawn in fields if one.name in deciding]
        main = [drawn for is_more, drawn in [*words, *rest] if not is_more]
        more = [drawn for is_more, drawn in [*words, *rest] if is_more]
        lists = [self._list(one, part, prefix=prefix, name=name) for one in kind.parts]
        return joined(*first, *main, *lists, self._more(kind, part, more, prefix))

    def _more(self, kind: Schema | Part, part: Mapping[str, Any], drawn: list[Html], prefix: str) -> Html | None:
        """Return what is seldom wanted, folded away unless something is said in it."""
        if not drawn:
            return None
        said = [one for one in kind.words if one.more and self.texts.get(text_key(prefix, one.part))]
        said_too = [one for one in kind.attributes if one.more and part.get(one.name, one.default) != one.default]
        summary = element("summary", self._say(MORE))
        return element("details", summary, *drawn, open=bool(said or said_too), class_="coop-studio__more")

    def _attribute(self, one: Attribute, part: Mapping[str, Any], name: str) -> Html:
        value = part.get(one.name, one.default)
        typed = "" if value is None else spell(one, value)
        label, told, where = self._say(one.label), self._say(one.help), f"{name}-{one.name}"
        marks: dict[str, Any] = {"data_field": one.name}
        if one.kind == "truth":
            if one.alone:
                marks |= {"data_alone": one.alone.attribute, "data_alone_values": " ".join(sorted(one.alone.values))}
            return self._box(where, label, told, is_on=typed == "true", marks=marks, when=one.when)
        if one.kind == "choice":
            options = [(each, self._say(words)) for each, words in one.choices]
            if one.default is None and not one.required:
                options.insert(0, ("", self._say(NOTHING)))
            return self._field(where, label, told, lambda ids: _select(options, typed, **ids, **marks), when=one.when)
        if one.kind in ("reference", "references"):
            many = {"multiple": True} if one.kind == "references" else {}
            chosen = [(each, each) for each in typed.split()]
            marks |= {"data_refers": one.refers_to, **many}
            return self._field(where, label, told, lambda ids: _select(chosen, typed, **ids, **marks), when=one.when)
        if one.kind == "source":
            return self._field(where, label, told, lambda ids: _area(typed, dir="ltr", **ids, **marks), when=one.when)
        mode = {"whole": "numeric", "decimal": "decimal"}.get(one.kind)
        return self._field(where, label, told, lambda ids: _line(typed, mode=mode, **ids, **marks), when=one.when)

    def _words(self, one: Words, prefix: str, name: str) -> Html:
        text = self.texts.get(text_key(prefix, one.part), "")
        rows = _LONG_ROWS if one.long else _SHORT_ROWS
        where = f"{name}-text-{one.part.replace('/', '-')}"
        return self._field(
            where,
            self._say(one.label),
            self._say(one.help),
            lambda ids: _area(text, rows=rows, dir="auto", **ids, data_text=one.part or True),
            when=one.when,
        )

    def _list(self, kind: Part, part: Mapping[str, Any], *, prefix: str, name: str) -> Html:
        items = self.items(kind, part, prefix=prefix, name=f"{name}-{kind.key}")
        return element(
            "section",
            element("ol", items, class_="coop-studio__items"),
            element("template", self._item(kind, {}, "\0", f"{name}-{kind.key}-new")),
            element("p", class_="coop__error", data_error=True),
            element("button", self._say(kind.add), type="button", class_="coop__button coop__button--quiet", data_add=True),
            class_="coop-studio__list",
            data_list=kind.key,
            data_prefix=kind.prefix,
            data_least=kind.least,
            data_most=kind.most,
            **_shown_when(kind.when),
        )

    def items(self, kind: Part, part: Mapping[str, Any], *, prefix: str, name: str) -> Html:
        """Return the items of a list inside a part."""
        held = part.get(kind.key, ())
        return joined(
            *(self._item(kind, one, text_key(prefix, one.get("id", "")), f"{name}-{index}") for index, one in enumerate(held))
        )

    def _item(self, kind: Part, part: Mapping[str, Any], prefix: str, name: str) -> Html:
        _ = self.voice.words.gettext
        label = self._say(kind.label)
        buttons = [
            element(
                "button",
                element("span", sign, aria_hidden="true"),
                type="button",
                aria_label=f"{words}: {label}",
                title=words,
                class_="coop-studio__tool",
                **{mark: True},
            )
            for sign, words, mark in (
                ("\N{UPWARDS ARROW}", _("Move up"), "data_up"),
                ("\N{DOWNWARDS ARROW}", _("Move down"), "data_down"),
                ("\N{MULTIPLICATION X}", _("Remove"), "data_remove"),
            )
        ]
        identity = self._identity(kind, str(part.get("id", "")), name)
        summary = element(
            "summary", element("span", label, " ", element("span", data_number=True)), " ", element("bdi", data_gist=True)
        )
        # A part that is there already is folded, so that a long block is seen whole; a new one is open.
        inside = element(
            "details", summary, identity, self.inside(kind, part, prefix=prefix, name=name), open=not part, data_fold=True
        )
        return element(
            "li", element("div", *buttons, class_="coop-studio__tools"), inside, class_="coop-studio__item", data_part=""
        )

    def _identity(self, kind: Part, identity: str, name: str) -> Html | None:
        if kind.ids == "none":
            return None
        if kind.ids == "hidden":
            return element("input", type="hidden", value=identity, data_id=True)
        told = self.voice.words.gettext("How others name it: letters a-z, digits, - or _.")
        return self._field(
            f"{name}-id", self.voice.words.gettext("Short name"), told, lambda ids: _line(identity, **ids, data_id=True)
        )

    def _field(self, where: str, label: str, told: str, control: Any, *, when: When | None = None) -> Html:
        dom_id = f"{self.dom_id}-{where}"
        hint = element("span", told, class_="coop-studio__help", id=f"{dom_id}-help") if told else None
        ids = {"id": dom_id, "aria_describedby": f"{dom_id}-help" if told else None}
        return element(
            "div",
            element("label", label, for_=dom_id),
            hint,
            control(ids),
            element("p", class_="coop__error", data_error=True),
            class_="coop-studio__field",
            **_shown_when(when),
        )

    def _box(self, where: str, label: str, told: str, *, is_on: bool, marks: Mapping[str, Any], when: When | None = None) -> Html:
        dom_id = f"{self.dom_id}-{where}"
        box = element("input", type="checkbox", id=dom_id, checked=is_on, **marks)
        hint = element("span", told, class_="coop-studio__help") if told else None
        return element(
            "div",
            element("label", box, " ", label, class_="coop__choice"),
            hint,
            element("p", class_="coop__error", data_error=True),
            class_="coop-studio__field",
            **_shown_when(when),
        )

    def _say(self, words: str) -> str:
        return self.voice.words.gettext(words) if words else ""


def _deciding(kind: Schema | Part) -> set[str]:
    """Return the choices that tell what a part is, and on which its other fields depend."""
    conditions = [one.when for one in kind.attributes] + [one.when for one in kind.words] + [one.when for one in kind.parts]
    asked = {when.attribute for when in conditions if when is not None}
    return {one.name for one in kind.attributes if one.kind == "choice" and (one.required or one.name in asked)}


def _shown_when(when: When | None) -> dict[str, Any]:
    return {} if when is None else {"data_when": when.attribute, "data_when_values": " ".join(sorted(when.values))}


def _line(value: str, *, mode: str | None = None, is_words: bool = False, **attributes: Any) -> Html:
    direction = "auto" if is_words else "ltr" if mode else "auto"
    return element("input", type="text", value=value, inputmode=mode, dir=direction, autocomplete="off", **attributes)


def _area(value: str, *, rows: int = _LONG_ROWS, **attributes: Any) -> Html:
    # A browser drops a line break right after the tag.
    return element("textarea", "\n" + value, rows=rows, **attributes)


def _select(options: list[tuple[str, str]], chosen: str, **attributes: Any) -> Html:
    picked = chosen.split() if attributes.get("multiple") else [chosen]
    drawn = [element("option", words, value=value, selected=value in picked) for value, words in options]
    return element("select", *drawn, **attributes)
