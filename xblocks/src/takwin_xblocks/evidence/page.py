"""What all pages of a piece of evidence share: what was asked, what was done last, who decided."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.records import PersonId, Record
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence.piece import Frame
from takwin_xblocks.evidence.rounds import rounds_of
from takwin_xblocks.evidence.words import refusal_words


def frame_of(block: Any, records: Iterable[Record], **more: Any) -> Frame:
    """Return what stands around pieces: addresses of photos, names of those who decided."""
    judges = {said.by for record in records for one in rounds_of(record.data) for said in one.decisions if said.by}
    names: dict[PersonId, str] = {key: person.name for key, person in block.records.people(judges).items()} if judges else {}
    return Frame(asked=block.asked, texts=block.texts, address=address_of(block), names=names, **more)


def address_of(block: Any) -> Callable[[str], str]:
    """Return what makes the address of a photo for this reader."""
    files = block.files
    return files.url if files is not None else (lambda _file: "")


def case_id(block: Any, key: str) -> str:
    """Return what begins the ids of a piece's elements."""
    return f"{block.dom_id}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def in_words_of(voice: Voice, *inside: Piece) -> Html:
    """Return a page that runs as its reader reads: a trainer may read French where the course is in Arabic."""
    return element("div", *inside, dir=("rtl" if voice.is_rtl else "ltr") if voice.language else None)


def status_html(block: Any, voice: Voice) -> Html:
    """Return where whoever is here stands, for eyes and screen readers."""
    words, is_bad = _last_words(block, voice)
    return element(
        "p",
        words,
        class_="coop__status",
        role="status",
        tabindex="-1",
        dir="auto",
        data_status=True,
        data_state="error" if is_bad else None,
    )


def _last_words(block: Any, voice: Voice) -> tuple[str, bool]:
    """Return what was done last, or what is wrong with a form that is shown again."""
    _ = voice.words.gettext
    if block.draft:
        return str(block.draft.get("said") or refusal_words(voice, "unreadable")), True
    match block.last.get("code"):
        case "sent" if _waits(block, str(block.last.get("record", ""))):
            return _("Sent. A trainer will look at it."), False
        case "withdrawn":
            return _("The photo is withdrawn. What was decided stays."), False
        case "recounted":
            return _("The evidence of everybody was counted again."), False
        case "changed" | "words_needed" | "reason_needed" as code:
            return refusal_words(voice, code), True
    return "", False


def _waits(block: Any, key: str) -> bool:
    record = block.records.get(key) if key else None
    return record is not None and record.state == "waiting"


def prompt_html(block: Any, *, is_folded: bool = False) -> Html | None:
    """Return what the author asks for."""
    told = block.text("prompt")
    if not told:
        return None
    words = element("p", Html(inline(told)), dir="auto", class_="evidence__prompt")
    if not is_folded:
        return words
    voice = block.voice()
    return element("details", element("summary", voice.words.gettext("What was asked for")), words, class_="evidence__more")
