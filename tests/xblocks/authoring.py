"""Write a block through its form, as a trainer does: by buttons, lists and fields, never by XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from takwin_xblocks.contract.schema import Attribute, Content, Part, Schema, Words, text_key
from takwin_xblocks.contract.values import spell

ElementHandle = Any
Locator = Any
"""Playwright's: the package is not there where the blocks' own tests run."""
_OWN = "(item, selector) => [...item.querySelectorAll(selector)].find((one) => one.closest('[data-part]') === item)"
_UNFOLD = """(one) => {
  const folds = [], shut = "details:not([open])";
  for (let fold = one.closest(shut); fold; fold = fold.parentElement.closest(shut)) folds.unshift(fold);
  return folds;
}"""
_ITEM = """(list, place) => [...list.querySelector(":scope > ol").children]
  .filter((one) => "part" in one.dataset && !one.hidden)[place] || null"""
_IS_TOLD = """() => {
  const form = document.querySelector("[data-coop-studio]");
  return !form || form.querySelector("[data-status]").textContent !== form.dataset.sending;
}"""
_REFERENCES = ("reference", "references")


def as_the_form_names_it(schema: Schema, content: Content) -> Content:
    """Return a content with the ids that the form makes, where it shows none to its author."""
    named = _Renaming(content)
    structure = {one.name: content.structure[one.name] for one in schema.attributes if one.name in content.structure}
    for words in schema.words:
        named.copy_text("", "", words)
    structure |= named.lists(schema, content.structure, "", "", {})
    return Content(structure=named.with_references(schema, structure), texts=named.texts)


@dataclass
class _Renaming:
    """Makes ids in the order in which the form makes them: a new part begins with as many parts as it needs at least."""

    content: Content
    texts: dict[str, str] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    """(list, old id) → new id."""
    used: set[str] = field(default_factory=set)

    def copy_text(self, old: str, new: str, words: Words) -> None:
        text = self.content.texts.get(text_key(old, words.part))
        if text is not None:
            self.texts[text_key(new, words.part)] = text

    def lists(
        self, kind: Schema | Part, part: Mapping[str, Any], old: str, new: str, begun: Mapping[str, list[Any]]
    ) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for inner in kind.parts:
            if inner.key in part:
                there = list(begun.get(inner.key, ()))
                made[inner.key] = []
                for place, one in enumerate(part[inner.key], start=1):
                    name, inside = there[place - 1] if place <= len(there) else self.begin(inner, place)
                    made[inner.key].append(self.part(inner, one, old, new, name, inside))
        return made

    def begin(self, kind: Part, place: int) -> tuple[str, dict[str, list[Any]]]:
        """Return the id that a new part gets, and those of the parts it begins with."""
        number = place
        while f"{kind.prefix}{number}" in self.used:
            number += 1
        name = f"{kind.prefix}{number}" if kind.ids != "none" else ""
        self.used.add(name)
        return name, {inner.key: [self.begin(inner, count) for count in range(1, inner.least + 1)] for inner in kind.parts}

    def part(
        self, kind: Part, part: Mapping[str, Any], old: str, new: str, name: str, inside: Mapping[str, list[Any]]
    ) -> dict[str, Any]:
        made = {key: value for key, value in part.items() if key not in {inner.key for inner in kind.parts}}
        if kind.ids == "hidden":
            made["id"] = name
        elif kind.ids == "shown":
            self.used.discard(name)
            self.used.add(made["id"])
        if kind.ids != "none":
            self.ids[kind.key, part["id"]] = made["id"]
        was, now = text_key(old, part.get("id", "")), text_key(new, made.get("id", ""))
        for words in kind.words:
            self.copy_text(was, now, words)
        return made | self.lists(kind, part, was, now, inside)

    def with_references(self, kind: Schema | Part, part: Mapping[str, Any]) -> dict[str, Any]:
        made = dict(part)
        for one in kind.attributes:
            if one.kind in _REFERENCES and made.get(one.name):
                key, value = one.refers_to.removeprefix("../"), made[one.name]
                made[one.name] = [self.ids[key, name] for name in value] if isinstance(value, list) else self.ids[key, value]
        for inner in kind.parts:
            if inner.key in made:
                made[inner.key] = [self.with_references(inner, one) for one in made[inner.key]]
        return made


def write(form: Locator, schema: Schema, content: Content, settings: Mapping[str, str]) -> None:
    """Fill in the form of a block in place of what is there, and save it."""
    for name, value in settings.items():
        _set(form.locator(f"[data-setting={name}]").element_handle(), value)
    root = form.locator(".coop-studio__content").element_handle()
    for kind in schema.parts:
        _shorten(_own(root, f'[data-list="{kind.key}"]'), 0)
    _write_part(root, schema, content.structure, content.texts, "")
    # What names other parts is chosen once they are all there.
    for item, one, value in list(_references(root, schema, content.structure)):
        _set(_own(item, f'[data-field="{one.name}"]'), value)
    with form.page.expect_response(lambda answer: "studio_submit" in answer.url):
        form.locator("[type=submit]").click()
    form.page.wait_for_function(_IS_TOLD)


def _write_part(item: ElementHandle, kind: Schema | Part, part: Mapping[str, Any], texts: Mapping[str, str], prefix: str) -> None:
    if isinstance(kind, Part) and kind.ids == "shown":
        _set(_own(item, "[data-id]"), part["id"])
    for one in kind.attributes:
        if one.kind not in _REFERENCES and one.name in part:
            _set(_own(item, f'[data-field="{one.name}"]'), _typed(one, part[one.name]))
    for words in kind.words:
        text = texts.get(text_key(prefix, words.part), "")
        control = _own(item, f'[data-text="{words.part}"]')
        if control.input_value() != text:
            _set(control, text)
    for inner in kind.parts:
        held = part.get(inner.key, ())
        list_of = _own(item, f'[data-list="{inner.key}"]') if inner.key in part else None
        if list_of is not None:
            _shorten(list_of, len(held))
            for place, one in enumerate(held):
                made = _item(list_of, place)
                _write_part(made, inner, one, texts, text_key(prefix, one.get("id", "")))


def _shorten(list_of: ElementHandle, length: int) -> None:
    """Take out the items that are too many, from the last."""
    while True:
        found = list_of.evaluate_handle(_ITEM, length).as_element()
        if found is None:
            return
        found.query_selector(":scope > .coop-studio__tools [data-remove]").click()


def _item(list_of: ElementHandle, place: int) -> ElementHandle:
    """Return an item of a list; one that is not there yet is added."""
    found = list_of.evaluate_handle(_ITEM, place).as_element()
    if found is None:
        list_of.query_selector(":scope > [data-add]").click()
        found = list_of.evaluate_handle(_ITEM, place).as_element()
    assert found
    return found


def _references(
    item: ElementHandle, kind: Schema | Part, part: Mapping[str, Any]
) -> Iterator[tuple[ElementHandle, Attribute, Any]]:
    for one in kind.attributes:
        if one.kind in _REFERENCES and part.get(one.name):
            yield item, one, part[one.name]
    for inner in kind.parts:
        for place, one in enumerate(part.get(inner.key, ())):
            yield from _references(_item(_own(item, f'[data-list="{inner.key}"]'), place), inner, one)


def _own(item: ElementHandle, selector: str) -> ElementHandle:
    found = item.evaluate_handle(_OWN, selector).as_element()
    assert found, selector
    return found


def _typed(one: Attribute, value: Any) -> Any:
    return value if isinstance(value, bool) else spell(one, value)


def _set(control: ElementHandle, value: Any) -> None:
    folds = control.evaluate_handle(_UNFOLD)
    for fold in folds.get_properties().values():
        fold.as_element().query_selector(":scope > summary").click()
    kind = control.evaluate("(one) => one.type || one.tagName")
    if kind == "checkbox":
        control.set_checked(value in {True, "true"})
    elif kind.startswith("select"):
        control.select_option(value)
    else:
        control.fill(str(value))
