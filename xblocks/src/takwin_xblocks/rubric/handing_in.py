"""Take a learner's work: keep drafts, hand it in once, and once more where it was sent back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from takwin_xblocks.contract.files import Ask, Upload, keep, uploads_of, without_removed
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.markup import possible, unturned
from takwin_xblocks.contract.records import RecordsRefused
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.rubric.base import RubricBase, refusal_of, unfinished
from takwin_xblocks.rubric.learner import ASKS, LONGEST_TEXT
from takwin_xblocks.rubric.words import done_words, refusal_words
from takwin_xblocks.rubric.work import (
    FREE,
    REVIEW,
    WORK,
    Work,
    review_key,
    work_key,
    work_of,
)


class HandingIn(RubricBase):
    """The learner's own work."""

    def _hand_in(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        record = self.records.get(work_key(self.records.me))
        work = work_of(record)
        act = "".join(submission.fields.get("act", ["save"])[:1])
        if work is not None and work.record.state != "returned":
            if work.record.data.get("attempt") and work.record.data.get("attempt") == submission.attempt_id:
                return {"code": "handed_in", "message": done_words(voice, "handed_in"), "replayed": True}
            raise refusal_of(voice, HTTPStatus.CONFLICT, "handed_in")
        if self.is_over_for_host and work is None:
            raise refusal_of(voice, HTTPStatus.CONFLICT, "closed")
        text = self._text_sent(submission, voice)
        allowed = [ask for way, ask in ASKS.items() if self.structure.get(way, True)]
        uploads = self._uploads_sent(submission, allowed, text, voice) if self.files is not None else ()
        removing = submission.fields.get("remove", [])
        attached = list(self.draft.get("files", ()))
        left = [one for one in attached if one["file"] not in removing]
        if act == "hand_in" and not removing and not text and not left and not uploads:
            self._refused("hand_in", {}, {"work": "empty"}, submission)
            raise unfinished(voice, {"work": refusal_words(voice, "empty")}, "empty")
        room = {ask.name: ask.most - sum(one.get("ask") == ask.name for one in left) for ask in allowed}
        fitting = [one for place, one in enumerate(uploads) if sum(each.ask == one.ask for each in uploads[:place]) < room[one.ask]]
        kept = keep(fitting, self.files, voice) if self.files is not None else []
        # What was handed in the first time stays with that work, also when it is left out the second time.
        # So does what is removed and sent again at once: the same bytes are the same file.
        staying = {str(one["file"]) for one in (*(work.files if work is not None else ()), *kept)}
        without_removed([one for one in attached if one["file"] not in staying], submission, self.files)
        files = {str(one["file"]): one for one in [*left, *kept]}
        self.draft, self.typed = {"text": text, "files": list(files.values())}, {}
        if act != "hand_in" or removing:
            return self._did("removed" if removing else "saved", voice)
        self._send(work, submission.attempt_id, voice)
        return self._did("handed_in", voice)

    def _uploads_sent(self, submission: Submission, allowed: list[Ask], text: str, voice: Voice) -> tuple[Upload, ...]:
        """Return the files that came. One that cannot be kept takes none of the words with it."""
        try:
            return uploads_of(submission, *allowed, voice=voice)
        except Refusal:
            if not submission.by_script:
                self.draft = {**self.draft, "text": text}
            self._refused("hand_in", {}, {"work": "file_refused"}, submission)
            raise

    def _text_sent(self, submission: Submission, voice: Voice) -> str:
        if not self.structure.get("text", True):
            return ""
        if "text" not in submission.answers:
            return str(self.draft.get("text", ""))
        text = unturned(possible("".join(submission.answers["text"][:1]))).replace("\r\n", "\n").strip()
        if len(text) <= LONGEST_TEXT:
            return text
        self._refused("hand_in", {"text": text[: LONGEST_TEXT * 2]}, {"text": "too_long"}, submission)
        raise unfinished(voice, {"text": refusal_words(voice, "too_long", most=LONGEST_TEXT)}, "too_long")

    def _send(self, before: Work | None, attempt: str, voice: Voice) -> None:
        """Make the draft the work that is judged, and a place for each peer who is to judge it."""
        self.enter()
        records = self.records
        turn = 1 if before is None else before.round + 1
        data = {"round": turn, "text": self.draft["text"], "files": self.draft["files"], "attempt": attempt}
        try:
            if before is None:
                records.add(work_key(records.me), kind=WORK, state="waiting", learner=records.me, data=data)
            else:
                earlier = {name: kept for name, kept in before.record.data.items() if name != "earlier"}
                records.amend(before.record, state="waiting", judge=None, data={**data, "earlier": earlier})
            self._withdraw(before)
            for place in range(1, int(self.structure.get("peers", 0)) + 1):
                key = review_key(records.me, turn, place)
                # Its key tells whose work it is: a page for a peer names it by its token alone.
                review = {"work": work_key(records.me), "round": turn, "token": secrets.token_hex(8)}
                records.add(key, kind=REVIEW, state=FREE, learner=records.me, data=review)
        except RecordsRefused as refused:
            code = "full" if refused.code == "full" else "handed_in"
            raise refusal_of(voice, HTTPStatus.CONFLICT, code) from refused
        self._complete()
