"""The teach-back checklist of twelve items, ready in three languages, for an author to begin with."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

from lxml import etree

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.values import spell
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.observation.content import SCHEMA

LANGUAGES = {"ar": "العربية", "fr": "Français", "en": "English"}
_FILES = {"en": "1-teach-back-en.xml", "fr": "2-teach-back-fr.xml", "ar": "3-teach-back-ar.xml"}


@lru_cache(maxsize=8)
def preset_body(language: str) -> dict[str, Any]:
    """Return the checklist in a language as the author's form sends and takes it; in English where it is not shipped in that one."""
    file = files(__package__ or "").joinpath("scenarios", _FILES.get(language, _FILES["en"]))
    node = etree.fromstring(file.read_bytes())
    content = read_content(SCHEMA, node)
    structure, texts = content.structure, content.texts
    fields = {one.name: _shown(one, structure.get(one.name)) for one in SCHEMA.attributes}
    items = [
        {
            "id": one["id"],
            "fields": {"key": bool(one.get("key"))},
            "texts": {"": texts[one["id"]], "hint": texts.get(f"{one['id']}/hint", "")},
            "lists": {},
        }
        for one in structure["items"]
    ]
    return {
        "settings": {"display_name": node.get("display_name", "")},
        "content": {"fields": fields, "texts": {"prompt": texts["prompt"]}, "lists": {"items": items, "levels": []}},
    }


def presets_html(voice: Voice, *, url: str, folded: bool) -> Html:
    """Return the buttons that put the checklist into the form; folded away once something is written."""
    _ = voice.words.gettext
    buttons = [
        element("button", name, type="button", lang=language, class_="coop__button coop__button--quiet", data_preset=language)
        for language, name in LANGUAGES.items()
    ]
    return element(
        "details",
        element("summary", _("Begin with the checklist of a teach-back session (12 items)")),
        element("p", _("It takes the place of what is in the form. Nothing is kept until you save."), class_="coop__note"),
        element("p", *buttons, class_="obs-presets"),
        element("p", class_="coop__status", role="status", data_said=True),
        class_="coop",
        open=not folded,
        data_observation_presets=url,
        data_done=_("The checklist is in the form below: change what you like, then save."),
        data_failed=_("This was not loaded; try again."),
    )


def _shown(attribute: Any, value: Any) -> Any:
    if attribute.kind == "truth":
        return bool(value)
    return "" if value is None else spell(attribute, value)
