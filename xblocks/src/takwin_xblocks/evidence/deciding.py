"""Take what trainers decide about a piece of evidence, and tell where its trainee stands; count everybody again when they ask for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from xblock.fields import Dict, Float, Scope

from takwin_xblocks.contract.element import error_html
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.judged import JudgedBlock
from takwin_xblocks.contract.markup import possible, unturned
from takwin_xblocks.contract.records import PersonId, Record
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence import trainer
from takwin_xblocks.evidence.content import Asked, asked_of
from takwin_xblocks.evidence.page import case_id, in_words_of
from takwin_xblocks.evidence.rounds import KIND, REFUSED, STATE_AFTER, Decision, data_of, moment, rounds_of, with_decision
from takwin_xblocks.evidence.sending import Sending
from takwin_xblocks.evidence.tally import share
from takwin_xblocks.evidence.words import decision_words, refusal_words

LONGEST_JUDGEMENT = 2_000
MOST_READ = 5_000
"""How many accepted pieces are read at once to count everybody again: the oldest and the newest, so that twice as many are counted."""


class Deciding(JudgedBlock):
    """Trainers who decide, and what that is worth."""

    weight = Float(
        display_name=N_("Points"),
        help=N_("What this is worth beside other graded work. Empty: 1."),
        default=None,
        values={"min": 0},
        scope=Scope.settings,
    )
    last = Dict(help="What was done last, and how it went.", default={}, scope=Scope.user_state)

    @property
    def asked(self) -> Asked:
        """What is asked of a piece, and how many are."""
        return asked_of(self.structure, self.texts)

    def max_score(self) -> float:
        """Return the points of all pieces together."""
        return 1.0 if self.weight is None else float(self.weight)

    def _decide(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        sent = Sending(submission).typed
        record = self._piece_to_judge(sent.get("record", ""), voice)
        what = sent.get("decision", "")
        if what not in STATE_AFTER:
            raise Refusal(HTTPStatus.BAD_REQUEST, "malformed")
        words = unturned(possible(sent.get("words", ""))).replace("\r\n", "\n").strip()[:LONGEST_JUDGEMENT]
        reason = sent.get("reason", "") if what == REFUSED and sent.get("reason") in self.asked.reasons else ""
        said = Decision(what=what, words=words, reason=reason, by=self.records.me, at=moment())
        rounds = rounds_of(record.data)
        done = {"code": "decided", "message": decision_words(voice, what)}
        if said.is_as(rounds[-1].last):
            return {**done, "code": "replayed", **self._shown(sent, voice)}
        self._refuse_odd_decision(record, said, sent, submission, voice)
        was_accepted = record.state == "done"
        record = self.records.decide(record, state=STATE_AFTER[what], data=data_of(with_decision(rounds, said)))
        self.last = {}
        self._give(record, was_accepted=was_accepted)
        return {**done, **self._shown(sent, voice)}

    def _piece_to_judge(self, key: str, voice: Voice) -> Record:
        """Return a piece that whoever acts may judge. Refuses one's own (403), and all that is not theirs to see (404)."""
        record = self.records.get(key) if key else None
        if record is not None and record.learner == self.records.me:
            raise Refusal(HTTPStatus.FORBIDDEN, "own", refusal_words(voice, "own"))
        if record is None or record.kind != KIND or not self.records.may_judge(record.learner):
            raise Refusal(HTTPStatus.NOT_FOUND, "not_there", refusal_words(voice, "not_there"))
        return record

    def _refuse_odd_decision(
        self, record: Record, said: Decision, sent: Mapping[str, str], submission: Submission, voice: Voice
    ) -> None:
        """Refuse what no longer fits the piece (409), and decisions without the words that a trainee needs (422)."""
        code = said.fault(record.state) if sent.get("version") == str(record.version) else "changed"
        if not code:
            return
        words = refusal_words(voice, code)
        if not submission.by_script:
            self.last = {"code": code, "record": record.key, "what": said.what}
        if code == "changed":
            raise Refusal(HTTPStatus.CONFLICT, code, words)
        field_id = f"{case_id(self, record.key)}-{said.what}-words"
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY, code, words, errors={"words": words}, errors_html={field_id: error_html(words)}
        )

    def _shown(self, sent: Mapping[str, str], voice: Voice) -> dict[str, str]:
        """Return what the page that asked shows next: the piece alone, or the whole unit."""
        if sent.get("page") != "judge":
            return {}
        inner = trainer.judge_html(self, voice, sent.get("record", ""), plain_forms=self._plain_forms(None))
        return {"html": self._addressed(in_words_of(voice, inner))}

    # --- where trainees stand ---

    def _give(self, judged: Record, *, was_accepted: bool) -> None:
        """Publish where a trainee stands after a decision, by what is asked for now; nothing of one who has nothing accepted yet."""
        learner: PersonId = judged.learner if judged.learner is not None else ""
        others = self.records.list(kind=KIND, learner=learner, states=("done",))
        accepted = sum(one.key != judged.key for one in others) + (judged.state == "done")
        if accepted or was_accepted:
            self._publish(learner, accepted)

    def _publish(self, learner: PersonId, accepted: int) -> None:
        part = share(accepted, self.asked.pieces)
        self.give_grade(learner, part * self.max_score(), self.max_score())
        self.give_completion(learner, part)
        self.give_attained(learner, "practical", 1.0 if part >= 1 else None)

    def _recount(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        """Publish anew where everybody stands who has something accepted: its author asks for more or fewer pieces since."""
        if not self.records.is_judge:
            raise Refusal(HTTPStatus.FORBIDDEN, "not_judge", refusal_words(voice, "only_trainers"))
        counted = Counter(one.learner for one in self._all_accepted(voice) if one.learner is not None)
        for learner, accepted in counted.items():
            if self.records.may_judge(learner):
                self._publish(learner, accepted)
        self.last = {} if submission.by_script else {"code": "recounted"}
        return {"code": "recounted", "message": voice.words.gettext("The evidence of everybody was counted again.")}

    def _all_accepted(self, voice: Voice) -> tuple[Record, ...]:
        """Return all accepted pieces. Refuses (409 `too_many`) more than can be read: who is read in part would lose points."""
        found = self.records.list(kind=KIND, states=("done",), limit=MOST_READ)
        if len(found) < MOST_READ:
            return found
        newest = self.records.list(kind=KIND, states=("done",), limit=MOST_READ, newest_first=True)
        whole = {one.key: one for one in (*found, *newest)}
        if len(whole) == 2 * MOST_READ:
            raise Refusal(HTTPStatus.CONFLICT, "too_many", refusal_words(voice, "too_many"))
        return tuple(whole.values())
