"""Write a block through its form, as a trainer does: by buttons, lists and fields, never by XML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from takwin_xblocks.contract.schema import Attribute, Content, Part, Schema, text_key
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


@dataclass
class _Named:
    """A content under the ids that the form gives: no one can foretell them, so they are read back from it."""

    content: Content
    texts: dict[str, str] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    """(list, old id) → new id."""

    def written(self, item: ElementHandle, kind: Schema | Part, part: Mapping[str, Any], old: str = "", new: str = "") -> Any:
        """Write a part into its item, and return it under its new ids; references are left for later."""
        for one in kind.attributes:
            if one.kind not in _REFERENCES and one.name in part:
                _set(_own(item, f'[data-field="{one.name}"]'), _typed(one, part[one.name]))
        for words in kind.words:
            text = self.content.texts.get(text_key(old, words.part))
            control = _own(item, f'[data-text="{words.part}"]')
            if control.input_value() != (text or ""):
                _set(control, text or "")
            if text is not None:
                self.texts[text_key(new, words.part)] = text
        made = dict(part)
        for inner in kind.parts:
            if inner.key in part:
                list_of = _own(item, f'[data-list="{inner.key}"]')
                _shorten(list_of, len(part[inner.key]))
                made[inner.key] = [
                    self._listed(_item(list_of, place), inner, one, old, new) for place, one in enumerate(part[inner.key])
                ]
        return made

    def _listed(self, item: ElementHandle, kind: Part, part: Mapping[str, Any], old: str, new: str) -> Any:
        if kind.ids == "none":
            return self.written(item, kind, part, old, new)
        identity = _own(item, "[data-id]")
        if kind.ids == "shown":
            _set(identity, part["id"])
        name = self.ids[kind.key, part["id"]] = identity.input_value()
        made = self.written(item, kind, part, text_key(old, part["id"]), text_key(new, name))
        return {**made, "id": name}

    def refer(self, item: ElementHandle, kind: Schema | Part, part: dict[str, Any]) -> None:
        """Choose what names other parts, once they are all there."""
        for one in kind.attributes:
            if one.kind in _REFERENCES and part.get(one.name):
                key, value = one.refers_to.removeprefix("../"), part[one.name]
                part[one.name] = [self.ids[key, name] for name in value] if isinstance(value, list) else self.ids[key, value]
                _set(_own(item, f'[data-field="{one.name}"]'), part[one.name])
        for inner in kind.parts:
            for place, one in enumerate(part.get(inner.key, ())):
                self.refer(_item(_own(item, f'[data-list="{inner.key}"]'), place), inner, one)


def write(form: Locator, schema: Schema, content: Content, settings: Mapping[str, str]) -> Content:
    """Fill in the form of a block in place of what is there, and save it; return the content with the ids that the form gave."""
    form.page.wait_for_selector("form[data-coop-studio][data-started]")
    for name, value in settings.items():
        _set(form.locator(f"[data-setting={name}]").element_handle(), value)
    root = form.locator(".coop-studio__content").element_handle()
    for kind in schema.parts:
        _shorten(_own(root, f'[data-list="{kind.key}"]'), 0)
    named = _Named(content)
    structure = named.written(root, schema, content.structure)
    named.refer(root, schema, structure)
    with form.page.expect_response(lambda answer: "studio_submit" in answer.url):
        form.locator("[type=submit]").click()
    form.page.wait_for_function(_IS_TOLD)
    return Content(structure=structure, texts=named.texts)


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
