"""Rubrics of the trade that are ready to use, in three languages: an author begins with one and changes what does not fit."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from lxml import etree

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import Content
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.rubric.content import SCHEMA

LANGUAGES = {"ar": "العربية", "fr": "Français", "en": "English"}
NAMES = ("r1", "r2", "r3-m", "r3-g", "r3-i", "fin")
"""Session plan, accompaniment plan, marketing plan, file of an assembly, pitch, financial report to members."""


@cache
def titles() -> dict[str, str]:
    """Return what the ready rubrics are called, by `<language>/<name>`."""
    return {f"{language}/{name}": str(_node(f"{language}/{name}").get("display_name")) for language in LANGUAGES for name in NAMES}


def preset(which: str) -> tuple[str, Content] | None:
    """Return the title and the content of a ready rubric; None for one that does not exist."""
    return (titles()[which], read_content(SCHEMA, _node(which))) if which in titles() else None


def _node(which: str) -> etree._Element:
    text = files("takwin_xblocks.rubric").joinpath(f"presets/{which}.xml").read_bytes()
    return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))


def presets_html(voice: Voice, *, url: str, dom_id: str) -> Html:
    """Return the choice of a ready rubric to begin with, the reader's language first."""
    _ = voice.words.gettext
    where = f"{dom_id}-preset"
    order = sorted(LANGUAGES, key=lambda language: language != voice.language)
    groups = [
        element(
            "optgroup",
            *(element("option", titles()[f"{language}/{name}"], value=f"{language}/{name}", lang=language) for name in NAMES),
            label=LANGUAGES[language],
        )
        for language in order
    ]
    return element(
        "form",
        element("h3", _("Begin with a ready rubric"), class_="coop-studio__heading"),
        element("p", _("Criteria, levels and ready comments are filled in; you can change each of them."), class_="coop__note"),
        element(
            "p",
            element("label", _("Ready rubric"), for_=where, class_="coop__hidden"),
            element("select", *groups, id=where, name="preset"),
            element("button", _("Begin with it"), type="submit", class_="coop__button"),
            class_="coop__entry",
        ),
        element("p", class_="coop__status", role="status", data_said=True),
        method="post",
        action=url,
        class_="coop rubric__presets",
        data_coop_preset=True,
        data_failed=_("This could not be done. Try again."),
    )
