"""The part of a form through which photos, recordings and documents come, and the list of those that are there.

It works as plain file fields; `scripts/photo.js` and `scripts/voice.js` improve it where they can. The form around it must be
sent as `enctype="multipart/form-data"`: `self.form(…, enctype=FILES_FORM)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.files import LONGEST_WORDS, REMOVE_FIELD, Ask, Files
from takwin_xblocks.contract.media import KINDS, LARGEST, MIB
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice

FILES_FORM: Final = "multipart/form-data"
_ENDINGS: Final = {
    "document": ".pdf,.odt,.docx,.xlsx,.txt,application/pdf,text/plain",
    "audio": "audio/*,.m4a,.mp3,.ogg,.wav,.webm",
}
_KIB: Final = 1024


def upload_html(
    ask: Ask, voice: Voice, *, label: str, dom_id: str, attached: Sequence[Mapping[str, Any]] = (), required: bool = False
) -> Html:
    """Return a control that takes as many files as may still be attached, nothing when there is no more room.

    `label` says what is asked for; `dom_id` begins the ids of its elements (`block.dom_id`); `attached` are the files that
    are there already.
    """
    there = sum(one.get("ask", ask.name) == ask.name for one in attached)
    free = ask.fields()[: max(0, ask.most - there)]
    if not free:
        return Html()
    if ask.takes == "image":
        return _photos_html(ask, voice, free, label=label, dom_id=dom_id, required=required)
    if ask.takes == "audio":
        return _recording_html(ask, voice, free, label=label, dom_id=dom_id, required=required)
    fields = [
        _entry(field, label=_numbered(label, place, free), dom_id=dom_id, ask=ask, required=required and place == 1)
        for place, field in enumerate(free, start=1)
    ]
    return element("div", *fields, _note(ask, voice), class_="coop-files coop-files--documents", data_documents=True)


def attached_html(
    attached: Sequence[Mapping[str, Any]], files: Files | None, voice: Voice, *, dom_id: str, removable: bool = False
) -> Html:
    """Return the files that are attached: photos shown, recordings played, documents to download; with `removable`, a button each.

    The button is one of the form around: it sends `remove=<id>` (`without_removed` reads it). Rendering a file's address lets
    this reader see the file: show no list to who may not.
    """
    rows = [_attached_row(one, place, files, voice, dom_id, removable=removable) for place, one in enumerate(attached, start=1)]
    return element("ul", *rows, class_="coop-files__list", role="list") if rows else Html()


def size_words(size: int, voice: Voice) -> str:
    """Return the size of a file as people say it: `180 KB`, `2.4 MB`."""
    if size < MIB:
        return voice.say(N_("{size} KB"), size=voice.number(max(1, round(size / _KIB))))
    return voice.say(N_("{size} MB"), size=voice.number(size / MIB, places=1))


def _photos_html(ask: Ask, voice: Voice, free: Sequence[str], *, label: str, dom_id: str, required: bool) -> Html:
    _ = voice.words.gettext
    slots = [
        element(
            "div",
            _entry(field, label=_numbered(label, place, free), dom_id=dom_id, ask=ask, required=required and place == 1),
            _preview_html(voice, dom_id=f"{dom_id}-{field}"),
            element(
                "label",
                element("span", _("In a few words: what does it show?")),
                element("input", type="text", name=f"{field}-words", maxlength=LONGEST_WORDS, autocomplete="off", dir="auto"),
                class_="coop__entry coop-files__words",
            ),
            element("input", type="hidden", name=f"{field}-position", value="", data_position=True) if ask.position else None,
            class_="coop-files__slot",
            data_photo=True,
        )
        for place, field in enumerate(free, start=1)
    ]
    return element(
        "fieldset",
        element("legend", label, dir="auto"),
        _note(ask, voice),
        _consent_html(ask, voice) if ask.position else None,
        *slots,
        class_="coop-files",
        data_photos=True,
        data_preparing=_("Making the photo smaller…"),
        data_ready=_("Photo ready: {size}, {width} × {height}."),
        data_unreadable=_("This photo cannot be shown here. It will be sent as it is, if it is small enough."),
        data_blurred=_("Blurred places: {count}."),
        data_unblurred=_("The last blur is taken back."),
        data_removed=_("The photo is taken out."),
        data_placed=_("Place kept: {place}."),
        data_unplaced=_("The photo does not say where it was taken."),
        data_kb=_("{size} KB"),
    )


def _preview_html(voice: Voice, *, dom_id: str) -> Html:
    """Return what the script fills: the photo as it will be sent, and what can be done with it before."""
    _ = voice.words.gettext
    quiet = "coop__button coop__button--quiet"
    return element(
        "div",
        element(
            "canvas",
            class_="coop-files__canvas",
            tabindex="0",
            role="img",
            aria_label=_("The photo as it will be sent"),
            aria_describedby=f"{dom_id}-how",
        ),
        element("p", class_="coop-files__told", role="status", data_told=True, dir="auto"),
        element(
            "p",
            element("button", _("Blur a face"), type="button", class_=quiet, aria_pressed="false", data_blur=True),
            element("button", _("Undo"), type="button", class_=quiet, data_undo=True, hidden=True),
            element("button", _("Take this photo out"), type="button", class_=quiet, data_take_out=True),
            class_="coop-files__acts",
        ),
        element(
            "p",
            _("Tap on each face. With the keyboard: go to the photo, move the ring with the arrow keys, and press Enter."),
            class_="coop__note",
            id=f"{dom_id}-how",
            data_how=True,
            hidden=True,
        ),
        class_="coop-files__preview",
        data_preview=True,
        hidden=True,
    )


def _consent_html(ask: Ask, voice: Voice) -> Html:
    return element(
        "label",
        element("input", type="checkbox", name=ask.consent_field, value="1", data_consent=True),
        element(
            "span", voice.words.gettext("Also keep where the photo was taken, to about 1 km. Without this, the place is removed.")
        ),
        class_="coop__choice coop-files__consent",
    )


def _recording_html(ask: Ask, voice: Voice, free: Sequence[str], *, label: str, dom_id: str, required: bool) -> Html:
    _ = voice.words.gettext
    slots = [
        element(
            "div",
            _recorder_html(ask, voice),
            _entry(field, label=_numbered(label, place, free), dom_id=dom_id, ask=ask, required=required and place == 1),
            class_="coop-files__slot",
            data_voice=True,
            data_seconds=ask.seconds,
            data_recording=_("Recording…"),
            data_recorded=_("Recorded: {time}, {size}."),
            data_full=_("The time is over; the recording is kept."),
            data_refused=_(
                "The microphone may not be used here. Allow it in the browser, or record with another app and choose the file."
            ),
            data_missing=_("This phone cannot record here. Record with another app and choose the file."),
            data_kb=_("{size} KB"),
        )
        for place, field in enumerate(free, start=1)
    ]
    return element("fieldset", element("legend", label, dir="auto"), _note(ask, voice), *slots, class_="coop-files")


def _recorder_html(ask: Ask, voice: Voice) -> Html:
    """Return the recorder's buttons, hidden until the script knows that this phone can record."""
    _ = voice.words.gettext
    quiet = "coop__button coop__button--quiet"
    longest = f"{ask.seconds // 60}:{ask.seconds % 60:02d}"
    recorder = element(
        "div",
        element(
            "p",
            element("button", _("Record"), type="button", class_="coop__button", data_start=True),
            element("button", _("Stop"), type="button", class_="coop__button", data_stop=True, hidden=True),
            element("button", _("Listen"), type="button", class_=quiet, data_play=True, hidden=True),
            element("button", _("Record again"), type="button", class_=quiet, data_again=True, hidden=True),
            class_="coop-files__acts",
        ),
        element(
            "p",
            element("span", "0:00", data_time=True),
            " / ",
            element("span", longest),
            class_="coop-files__time",
            dir="ltr",
            aria_hidden="true",
        ),
        element("meter", min="0", max="1", value="0", aria_hidden="true", data_level=True),
        class_="coop-files__recorder",
        data_recorder=True,
        hidden=True,
    )
    return joined(recorder, element("p", class_="coop-files__told", role="status", data_told=True, dir="auto"))


def _entry(field: str, *, label: str, dom_id: str, ask: Ask, required: bool) -> Html:
    """Return a file field, with the place where a refusal is told."""
    accept = ",".join(sorted(KINDS["image"])) if ask.takes == "image" else _ENDINGS[ask.takes]
    return element(
        "div",
        element("label", label, for_=f"{dom_id}-{field}", dir="auto"),
        element("input", type="file", name=field, id=f"{dom_id}-{field}", accept=accept, required=required),
        element("div", data_result_for=field),
        class_="coop-files__entry",
        data_part=field,
    )


def _note(ask: Ask, voice: Voice) -> Html:
    size = LARGEST[ask.takes] // MIB
    words = {
        "image": voice.say(N_("JPEG, PNG or WebP, up to {size} MB."), size=size),
        "audio": voice.say(N_("Record here, or choose a file: M4A, MP3, OGG, WebM or WAV, up to {size} MB."), size=size),
        "document": voice.say(N_("PDF, ODT, DOCX, XLSX or plain text, up to {size} MB."), size=size),
    }
    return element("p", words[ask.takes], class_="coop__note")


def _numbered(label: str, place: int, free: Sequence[str]) -> str:
    return f"{label} {place}" if len(free) > 1 else label


def _attached_row(one: Mapping[str, Any], place: int, files: Files | None, voice: Voice, dom_id: str, *, removable: bool) -> Html:
    url = files.url(str(one["file"])) if files is not None else ""
    name, words, kind = str(one["name"]), str(one.get("words", "")), str(one["kind"])
    shown = _shown(url, kind, words or name, voice) if url else None
    about = element(
        "p",
        element("bdi", element("a", name, href=url, download=name) if url else name),
        " ",
        element("span", size_words(int(one["size"]), voice), class_="coop__note"),
        id=f"{dom_id}-file-{place}",
        class_="coop-files__name",
    )
    said = element("p", words, dir="auto", class_="coop-files__caption") if words else None
    gone = element("p", voice.words.gettext("This file is no longer there."), class_="coop__note") if not url else None
    button = element(
        "button",
        voice.words.gettext("Remove"),
        type="submit",
        name=REMOVE_FIELD,
        value=str(one["file"]),
        formnovalidate=True,
        class_="coop__button coop__button--quiet",
        aria_describedby=f"{dom_id}-file-{place}",
    )
    told = joined(said, about, _place_html(one, voice), gone)
    return element("li", shown, told, button if removable else None, class_="coop-files__file")


def _place_html(one: Mapping[str, Any], voice: Voice) -> Html | None:
    position = one.get("position")
    if not position:
        return None
    latitude, longitude = position
    where = element("bdi", f"{latitude:.2f}, {longitude:.2f}", dir="ltr")
    return element("p", voice.words.gettext("Taken near"), " ", where, class_="coop__note")


def _shown(url: str, kind: str, words: str, voice: Voice) -> Html | None:
    if kind.startswith("image/"):
        return element("a", element("img", src=url, alt=words, loading="lazy"), href=url, class_="coop-files__picture")
    if kind.startswith("audio/"):
        label = voice.say(N_("Recording: {name}"), name=words)
        return element("audio", src=url, controls=True, preload="none", aria_label=label)
    return None
