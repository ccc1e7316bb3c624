"""Read one sending of the trainee's form, keep its photos, and keep what was typed where it was refused."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from takwin_xblocks.contract.attempts import digest_of
from takwin_xblocks.contract.files import Ask, Files, Upload, keep
from takwin_xblocks.contract.forms import Submission
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence.content import MOST_PHOTOS
from takwin_xblocks.evidence.facts import Photo, photo_kept, photo_of

PHOTOS = Ask(name="photo", takes="image", most=MOST_PHOTOS, position=True)
_LONGEST_DRAFT = 4_000


class Sending:
    """What was typed, which piece it corrects, which photos are left out, and a name by which the same sending is known."""

    def __init__(self, submission: Submission) -> None:
        self.typed: dict[str, str] = {name: given[0] for name, given in submission.answers.items() if given and name != "leave"}
        self.left_out = frozenset(submission.answers.get("leave", ()))
        self.record = self.typed.get("record", "")
        files = [hashlib.sha256(one.data).hexdigest() for one in submission.files]
        self.digest = digest_of({**submission.answers, "": [submission.attempt_id, *files]})


def kept_photos(attached: Sequence[Photo], uploads: Sequence[Upload], files: Files | None, voice: Voice) -> tuple[Photo, ...]:
    """Return the photos that were there and those that came, each once and as many as there is room for; the host keeps them now."""
    if files is None:
        return tuple(attached)
    there = {one.file: one for one in attached}
    for one in keep(uploads[: MOST_PHOTOS - len(there)], files, voice):
        there.setdefault(str(one["file"]), photo_of(one))
    return tuple(there.values())


def draft_of(sending: Sending, photos: Sequence[Photo], *, said: str = "") -> dict[str, Any]:
    """Return what is kept of a form that was refused; `said` is what was wrong with a file, which must be chosen again."""
    typed: Mapping[str, str] = {name: text[:_LONGEST_DRAFT] for name, text in sending.typed.items() if name != "record"}
    return {"typed": typed, "record": sending.record, "photos": [photo_kept(one) for one in photos], "said": said}
