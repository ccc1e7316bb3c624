"""Read what an author's form sent: settings and content, checked field by field against what the block declares.

The form's script sends `{"settings": {name: text}, "content": PART}`, where PART is
`{"fields": {name: text | true | [text]}, "texts": {part: text}, "lists": {key: [PART with "id"]}}`.
Whatever the schema does not know is left out: a form cannot set what its block does not offer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from takwin_xblocks.contract.forms import Refusal
from takwin_xblocks.contract.markup import possible
from takwin_xblocks.contract.schema import N_, Attribute, Content, Fault, Part, Schema, text_key
from takwin_xblocks.contract.settings import setting_value
from takwin_xblocks.contract.values import ID, ValueRefused, parse

LONGEST_TEXT = 20_000
_PIECES = ("fields", "texts", "lists")
_MAY_BE_EMPTY = frozenset({"line", "source", "references"})


@dataclass
class Sent:
    """What a form sent, and all that is wrong with it."""

    settings: dict[str, Any] = field(default_factory=dict)
    content: Content = field(default_factory=Content)
    faults: list[Fault] = field(default_factory=list)


def read_sent(block: Any, sent: Mapping[str, Any]) -> Sent:
    """Read a form of a block: what its author is to put right is in `faults`.

    Refuses (400 `malformed`) what no form sends, such as `{}`, which would else empty the block.
    """
    found = Sent()
    given, content = sent.get("settings"), sent.get("content")
    if (
        not isinstance(given, Mapping)
        or not isinstance(content, Mapping)
        or not all(isinstance(content.get(piece), Mapping) for piece in _PIECES)
    ):
        raise Refusal(HTTPStatus.BAD_REQUEST, "malformed")
    for name in block.settings_in_form:
        if name in given:
            _setting(block, name, _text(given[name]), found)
    reader = _Reader(found)
    found.content.structure.update(reader.attributes(block.schema.attributes, _mapping(content.get("fields")), {}, ""))
    reader.inside(block.schema, content, found.content.structure, path="", prefix="")
    _check_references(block.schema, found)
    return found


def _setting(block: Any, name: str, typed: str, found: Sent) -> None:
    try:
        found.settings[name] = setting_value(block.fields[name], typed.strip())
    except (TypeError, ValueError) as error:
        found.faults.append(Fault(str(error), {}, f"settings.{name}"))


class _Reader:
    """Collects a content and its faults."""

    def __init__(self, found: Sent) -> None:
        self._found = found

    def attributes(
        self, known: tuple[Attribute, ...], given: Mapping[str, Any], part: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        """Return the attributes of a part."""
        values = dict(part)
        for one in known:
            if one.when is not None and not one.when.holds(values):
                continue
            typed = _text(given.get(one.name))
            if one.kind == "truth" and typed == "false" and one.default is None:
                continue  # a box that nobody ticked says nothing
            if typed.strip():
                self._attribute(one, typed, values, path)
            elif one.default is not None:
                values[one.name] = _emptied(one) if one.name in given else one.at_first()
            elif one.required:
                self._fault(N_("This is needed."), f"{path}.{one.name}")
        return values

    def _attribute(self, one: Attribute, typed: str, values: dict[str, Any], path: str) -> None:
        try:
            values[one.name] = parse(one, typed)
        except ValueRefused as refused:
            self._fault(refused.words, f"{path}.{one.name}", **refused.given)

    def inside(self, kind: Schema | Part, given: Mapping[str, Any], part: dict[str, Any], *, path: str, prefix: str) -> None:
        """Read the texts and the parts of a part."""
        texts = _mapping(given.get("texts"))
        for words in kind.words:
            if words.when is not None and not words.when.holds(part):
                continue
            text = possible(_text(texts.get(words.part))).replace("\r\n", "\n").strip()
            if len(text) > LONGEST_TEXT:
                self._fault(N_("This is longer than {most} characters."), f"{path}.{words.part}", most=LONGEST_TEXT)
            elif text:
                self._found.content.texts[text_key(prefix, words.part)] = text
            elif words.required:
                self._fault(N_("This is needed."), f"{path}.{words.part}")
        lists = _mapping(given.get("lists"))
        seen: set[str] = {words.part.partition("/")[0] for words in kind.words if words.part}
        for one in kind.parts:
            if one.when is None or one.when.holds(part):
                part[one.key] = self._list(one, lists.get(one.key), seen, path=path, prefix=prefix)

    def _list(self, kind: Part, given: object, seen: set[str], *, path: str, prefix: str) -> list[dict[str, Any]]:
        sent = [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
        where = f"{path}.{kind.key}"
        if len(sent) > kind.most:
            self._fault(N_("At most {most}."), where, most=kind.most)
            sent = sent[: kind.most]
        if len(sent) < kind.least:
            self._fault(N_("At least {least}."), where, least=kind.least)
        return [self._one(kind, one, seen, f"{where}.{index}", prefix) for index, one in enumerate(sent)]

    def _one(self, kind: Part, given: Mapping[str, Any], seen: set[str], path: str, prefix: str) -> dict[str, Any]:
        part: dict[str, Any] = {}
        if kind.ids != "none":
            part["id"] = self._identity(_text(given.get("id")).strip(), seen, path)
        part = self.attributes(kind.attributes, _mapping(given.get("fields")), part, path)
        self.inside(kind, given, part, path=path, prefix=text_key(prefix, part.get("id", "")))
        return part

    def _identity(self, identity: str, seen: set[str], path: str) -> str:
        if not ID.fullmatch(identity):
            self._fault(N_("A short name of letters a-z, digits, - or _ is needed."), f"{path}.id")
        elif identity in seen:
            self._fault(N_("The short name {id} is used already."), f"{path}.id", id=identity)
        seen.add(identity)
        return identity

    def _fault(self, words: str, path: str, /, **given: object) -> None:
        self._found.faults.append(Fault(words, given, path.lstrip(".")))


def _check_references(schema: Schema, found: Sent) -> None:
    """Find choices of parts that have gone from the form."""
    structure = found.content.structure
    named = {part.key: {one.get("id") for one in structure.get(part.key, ())} for part in schema.parts}
    for attribute, part, path in _referring(schema, structure, ""):
        wanted = part.get(attribute.name)
        known = named.get(attribute.refers_to)
        names = wanted if isinstance(wanted, list) else [wanted]
        if known is not None and wanted and not known.issuperset(names):
            found.faults.append(Fault(N_("This is not there any more: choose again."), {}, f"{path}.{attribute.name}".lstrip(".")))


def _referring(kind: Schema | Part, part: Mapping[str, Any], path: str) -> list[tuple[Attribute, Mapping[str, Any], str]]:
    found = [(one, part, path) for one in kind.attributes if one.kind in ("reference", "references")]
    for inner in kind.parts:
        for index, one in enumerate(part.get(inner.key, ())):
            found += _referring(inner, one, f"{path}.{inner.key}.{index}".lstrip("."))
    return found


def _emptied(attribute: Attribute) -> Any:
    """Return what stands for a field that its author has emptied: nothing, where that says something, else the default."""
    if attribute.kind in _MAY_BE_EMPTY and not attribute.required:
        try:
            return parse(attribute, "")
        except ValueRefused:
            pass
    return attribute.at_first()


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return " ".join(one for one in value if isinstance(one, str))
    return value if isinstance(value, str) else ""
