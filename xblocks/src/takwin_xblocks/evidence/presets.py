"""Tasks for the field that are ready to use, in three languages: an author begins with one and changes what does not fit."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib.resources import files

from lxml import etree

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.forms import Refusal
from takwin_xblocks.contract.reading import read_content
from takwin_xblocks.contract.schema import Content
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence.content import SCHEMA
from takwin_xblocks.evidence.words import refusal_words

READY = {"ar": "2-portfolio-ar", "fr": "3-portfolio-fr", "en": "1-field-portfolio"}
"""The field portfolio by its language; it is an example of the workbench too."""


@cache
def titles() -> dict[str, str]:
    """Return what the ready tasks are called, by language."""
    return {language: str(_node(language).get("display_name")) for language in READY}


def preset(which: object, voice: Voice, *, is_begun: bool) -> tuple[str, Content]:
    """Return the title and the content of a ready task. Refuses (404) another, and (409 `begun`) where something is written."""
    if not isinstance(which, str) or which not in READY:
        raise Refusal(HTTPStatus.NOT_FOUND, "not_there", refusal_words(voice, "no_preset"))
    if is_begun:
        raise Refusal(HTTPStatus.CONFLICT, "begun", refusal_words(voice, "begun"))
    return titles()[which], read_content(SCHEMA, _node(which))


def _node(which: str) -> etree._Element:
    text = files("takwin_xblocks.evidence").joinpath(f"scenarios/{READY[which]}.xml").read_bytes()
    return etree.fromstring(text, etree.XMLParser(resolve_entities=False, no_network=True))


def presets_html(voice: Voice, *, url: str) -> Html:
    """Return a button for each ready task, the reader's language first."""
    _ = voice.words.gettext
    order = sorted(READY, key=lambda language: language != voice.language)
    buttons = [
        element(
            "button",
            titles()[language],
            type="submit",
            name="preset",
            value=language,
            lang=language,
            dir="auto",
            class_="coop__button coop__button--quiet",
        )
        for language in order
    ]
    return element(
        "form",
        element("h3", _("Begin with a ready task"), class_="coop-studio__heading"),
        element("p", _("Words, questions and reasons are filled in; you can change each of them."), class_="coop__note"),
        element("p", *buttons, class_="evidence__presets"),
        element("p", class_="coop__status", role="status", data_said=True),
        method="post",
        action=url,
        class_="coop evidence__ready",
        data_evidence_ready=True,
        data_failed=_("This could not be done. Try again."),
    )
