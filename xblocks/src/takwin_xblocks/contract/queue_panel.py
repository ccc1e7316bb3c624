"""What a page shows of the entries that wait on the phone: how many, which, when the site last took one, and a file to save them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice

_SAMPLES: Final[Mapping[str, int]] = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}
"""A number of each of the forms that browsers know (`Intl.PluralRules`); catalogues are asked with it."""
_SAID: Final[Mapping[str, str]] = {
    "none": N_("Nothing waits on this phone."),
    "kept": N_("Kept on this phone."),
    "sending": N_("Sending…"),
    "taken": N_("The site has everything that could be sent."),
    "lost": N_("No network just now. Everything stays on this phone and is sent by itself when the network is back."),
    "failed": N_("The site did not take it just now. It stays on this phone and is sent again by itself."),
    "out": N_("You are signed out. Everything stays on this phone: sign in again, and it is sent."),
    "other": N_("Somebody else is signed in on this phone. What was noted here waits unseen until its author signs in again."),
    "last": N_("Last entry taken by the site: {time}."),
    "private": N_(
        "This is NOT kept: the browser keeps nothing on this phone (perhaps a private window). Save it to a file, or copy it."
    ),
    "full": N_("This is NOT kept: there is no room left on this phone. Save it to a file, or copy it."),
    "not_ours": N_("This file holds no waiting entries of this page and this person."),
    "sure": N_("The site does not have this. Remove it from this phone for good?"),
    "copied": N_("Copied."),
}


def queue_panel(block: Any, voice: Voice) -> Html:
    """Return the panel; without script it stays hidden, and forms are sent as any form is.

    A host that has pages of their own for views, but none here, shows the block to its author: nothing is to be kept then.
    """
    make = getattr(block.runtime, "work_url", None)
    if make is not None and make(block, "field_view", {}) is None:
        return Html()
    _ = voice.words.gettext
    what = _("What waits")
    entries = element("ol", data_queue_list=True, tabindex="0", aria_label=what)  # it scrolls, by keyboard too
    listed = element("details", element("summary", what), entries, open=True, hidden=True)
    return element(
        "section",
        element("p", data_queue_status=True, role="status", class_="coop-queue__status"),
        element("p", data_queue_note=True, role="status", class_="coop-queue__note"),
        element("p", element("a", _("Sign in again"), href="", class_="coop__button"), data_queue_out=True, hidden=True),
        element("ol", data_queue_needs=True, aria_label=_("Entries that need you"), hidden=True),
        listed,
        element("p", data_queue_last=True, class_="coop-queue__last"),
        element("button", _("Send now"), type="button", class_="coop__button", data_queue_send=True, hidden=True),
        _last_resort(voice),
        _item(voice),
        class_="coop-queue",
        aria_label=_("Entries on this phone"),
        hidden=True,
        data_queue_panel=True,
        data_queue_block=str(block.scope_ids.usage_id),
        data_queue_title=block.display_name or None,
        data_queue_person=block.person_mark,
        data_queue_url=block.runtime.handler_url(block, "replay"),
        data_queue_words=json.dumps(_words(voice), ensure_ascii=False),
        data_queue_language=voice.language,
        lang=voice.language,
        dir=voice.language and ("rtl" if voice.is_rtl else "ltr"),  # the reader's, whatever the course is written in
    )


def _last_resort(voice: Voice) -> Html:
    _ = voice.words.gettext
    return element(
        "details",
        element("summary", _("If sending does not work")),
        element("p", _("Save what waits to a file: give it to somebody with a network, or bring it in again on another phone.")),
        element(
            "p",
            element(
                "button",
                _("Save what waits to a file"),
                type="button",
                class_="coop__button coop__button--quiet",
                data_queue_save=True,
            ),
            element(
                "button",
                _("Copy what waits as text"),
                type="button",
                class_="coop__button coop__button--quiet",
                data_queue_copy=True,
            ),
            class_="coop-queue__acts",
        ),
        element(
            "label",
            _("Bring in a file that was saved"),
            element("input", type="file", accept=".json,application/json", data_queue_load=True),
            class_="coop__entry",
        ),
    )


def _item(voice: Voice) -> Html:
    """Return what the script makes each line of the lists from."""
    _ = voice.words.gettext
    buttons = element(
        "span",
        element("button", _("Try again"), type="button", class_="coop__button coop__button--quiet", data_again=True),
        " ",
        element("button", _("Remove"), type="button", class_="coop__button coop__button--quiet", data_remove=True),
        data_acts=True,
        hidden=True,
    )
    line = element(
        "li",
        element("bdi", data_label=True),
        " ",
        element("bdi", dir="ltr", class_="coop-queue__time", data_time=True),
        element("span", dir="auto", class_="coop__error", data_message=True),
        buttons,
    )
    return element("template", line, data_queue_item=True)


def _words(voice: Voice) -> dict[str, Any]:
    """Return what the script says: for what it counts, a sentence for each form of a number."""
    counted: dict[str, Any] = {}
    for form, number in _SAMPLES.items():
        for name, words in _counted(voice, number).items():
            counted.setdefault(name, {})[form] = words
    return {**counted, **{name: voice.words.gettext(words) for name, words in _SAID.items()}}


def _counted(voice: Voice, number: int) -> dict[str, str]:
    """Return the sentences for a number; the script puts the number in."""
    words = voice.words
    return {
        "waiting": words.ngettext(
            "{count} entry is kept on this phone and waits to be sent.",
            "{count} entries are kept on this phone and wait to be sent.",
            number,
        ),
        "needs": words.ngettext("{count} entry needs you.", "{count} entries need you.", number),
        "unkept": words.ngettext(
            "{count} entry is NOT kept: it is lost when this page closes.",
            "{count} entries are NOT kept: they are lost when this page closes.",
            number,
        ),
        "loaded": words.ngettext(
            "{count} entry was brought in from the file.", "{count} entries were brought in from the file.", number
        ),
        "left_out": words.ngettext(
            "{count} entry of the file belongs elsewhere and was left out. Bring the file in there, too: {places}",
            "{count} entries of the file belong elsewhere and were left out. Bring the file in there, too: {places}",
            number,
        ),
    }
