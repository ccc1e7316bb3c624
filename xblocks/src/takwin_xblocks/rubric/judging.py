"""Read what somebody judged: a level for each criterion, comments, and ready comments that were ticked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from takwin_xblocks.contract.forms import Submission
from takwin_xblocks.contract.markup import possible, unturned
from takwin_xblocks.rubric.grading import Rubric

LEVEL, COMMENT = "level-", "comment-"
OVERALL, REASON, REMARK = "overall", "reason", "remark"
LONGEST_COMMENT = 4_000


class JudgementRefused(ValueError):
    """A judgement that cannot be taken; `codes` says why, by field."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{where}: {code}" for where, code in codes.items()))
        self.codes = dict(codes)


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What one judge says of one piece of work."""

    levels: Mapping[str, int]
    comments: Mapping[str, str] = field(default_factory=dict)
    overall: str = ""
    remarks: tuple[str, ...] = ()
    """Ids of ready comments, so that everybody reads them in their own language."""
    reason: str = ""
    """Why this decision stands in place of others."""

    def to_json(self) -> dict[str, Any]:
        """Return it as records keep it."""
        return {
            "levels": dict(self.levels),
            "comments": dict(self.comments),
            "overall": self.overall,
            "remarks": list(self.remarks),
            **({"reason": self.reason} if self.reason else {}),
        }


def judgement_of(kept: Mapping[str, Any] | None) -> Judgement | None:
    """Return a judgement as it was kept; None for none."""
    if not kept:
        return None
    return Judgement(
        levels={str(one): int(level) for one, level in kept.get("levels", {}).items()},
        comments={str(one): str(said) for one, said in kept.get("comments", {}).items()},
        overall=str(kept.get("overall", "")),
        remarks=tuple(map(str, kept.get("remarks", ()))),
        reason=str(kept.get("reason", "")),
    )


def read_judgement(
    submission: Submission, rubric: Rubric, *, remarks: frozenset[str] = frozenset(), wants_words: bool = False
) -> Judgement:
    """Return what was judged; fields under other names are left out.

    Refuses (`JudgementRefused`) criteria without a level (`missing`), levels that the rubric does not know (`unknown`), comments that
    are too long (`too_long`), and with `wants_words` levels without a single word (`words_wanted`).
    """
    codes: dict[str, str] = {}
    levels, comments = {}, {}
    for one in rubric.weights:
        typed = _one(submission, LEVEL + one)
        level = int(typed) if len(typed) == 1 and typed in "0123456789" else 0
        if 1 <= level <= rubric.highest:
            levels[one] = level
        else:
            codes[LEVEL + one] = "unknown" if typed else "missing"
        if said := _words(submission, COMMENT + one, codes):
            comments[one] = said
    overall, reason = _words(submission, OVERALL, codes), _words(submission, REASON, codes)
    if wants_words and not (overall or comments or codes):
        codes[OVERALL] = "words_wanted"
    if codes:
        raise JudgementRefused(codes)
    ticked = tuple(dict.fromkeys(one for one in submission.answers.get(REMARK, ()) if one in remarks))
    return Judgement(levels=levels, comments=comments, overall=overall, remarks=ticked, reason=reason)


def typed_in(submission: Submission, rubric: Rubric) -> dict[str, str]:
    """Return what a plain form sent and was refused, within limits, so that the page which comes next shows it."""
    names = [OVERALL, REASON, *(kind + one for one in rubric.weights for kind in (LEVEL, COMMENT))]
    return {name: _one(submission, name)[:LONGEST_COMMENT] for name in names if _one(submission, name)}


def _one(submission: Submission, name: str) -> str:
    return (submission.answers.get(name) or [""])[0]


def _words(submission: Submission, name: str, codes: dict[str, str]) -> str:
    said = unturned(possible(_one(submission, name))).replace("\r\n", "\n").strip()
    if len(said) > LONGEST_COMMENT:
        codes[name] = "too_long"
        return ""
    return said
