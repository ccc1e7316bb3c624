"""Take a sheet, count it or set it aside, decide between sheets, publish: what each act changes, and whom it is refused to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from takwin_xblocks.contract.forms import Refusal
from takwin_xblocks.contract.records import PersonId, Records
from takwin_xblocks.observation.dossier import Dossier, dossier_of
from takwin_xblocks.observation.grading import MEAN, Rules
from takwin_xblocks.observation.sheets import MOST_SHEETS, OBSERVATION, RESULT, Kept, Marked, device_of, kept_of, result_key

SHORTEST_REASON = 10
LONGEST_REASON = 1_000
Tell = Callable[[Dossier], None]
"""Tells the host what was published."""


def refused(code: str, *, status: HTTPStatus = HTTPStatus.CONFLICT) -> Refusal:
    """Return a refusal; its words are found by its code."""
    return Refusal(status, code)


def person_id(typed: str) -> PersonId:
    """Return how the host numbers a person that a form names."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else typed  # noqa: PLR2004 -- no database holds more


def trainee_of(records: Records, typed: str, code: str, *, peers_may: bool) -> PersonId:
    """Return whom a sheet is about.

    A trainer names one of their learners, or types the code that a learner shows; a peer types the code. Refused: nobody
    (`nobody`), a person who is no learner here (`unknown`), oneself (`self`), and peers where they do not observe (`trainers_only`).
    """
    if not records.is_judge and not peers_may:
        raise refused("trainers_only", status=HTTPStatus.FORBIDDEN)
    if code.strip():
        person = records.person_with(code)
        if person is None:
            raise refused("unknown_code", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        learner = person.id
    elif typed:
        learner = person_id(typed)
        if learner != records.me and not (records.may_judge(learner) and learner in records.people([learner])):
            raise refused("unknown", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    else:
        raise refused("nobody", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if learner == records.me:
        raise refused("self", status=HTTPStatus.FORBIDDEN)
    if not records.may_judge(learner) and not peers_may:
        raise refused("trainers_only", status=HTTPStatus.FORBIDDEN)
    return learner


def add_sheet(records: Records, key: str, learner: PersonId, marked: Marked, stamp: Mapping[str, Any]) -> Kept:
    """Keep a sheet: a trainer's counts at once, a peer's waits.

    Of a peer's own sheets about the same trainee only the last waits, in whatever order they arrive; all are kept. Refused
    (`too_many`) beyond twenty of one observer about one trainee.
    """
    by_trainer = records.may_judge(learner)
    own = [kept_of(one) for one in records.list(kind=OBSERVATION, learner=learner, author=records.me)]
    if len(own) >= MOST_SHEETS:
        raise refused("too_many", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    order = (int(stamp["seq"]), str(stamp["id"]))
    is_late = any(one.sheet.device == device_of(stamp) and one.sheet.order > order for one in own)
    data = {**marked.as_data(), "seq": order[0], "entry": order[1], "by_trainer": by_trainer, "stamp": dict(stamp)}
    if by_trainer:
        return kept_of(records.add(key, kind=OBSERVATION, state="done", learner=learner, judge=records.me, data=data))
    if is_late:
        return kept_of(records.add(key, kind=OBSERVATION, state="refused", learner=learner, data={**data, "superseded": True}))
    for one in own:
        if one.is_waiting:
            records.amend(one.record, state="refused", data={**one.record.data, "superseded": True})
    return kept_of(records.add(key, kind=OBSERVATION, state="waiting", learner=learner, data=data))


def next_number(records: Records, learner: PersonId) -> int:
    """Return the number of a sheet that comes by a plain form, which no phone numbered: one more than this observer's last."""
    own = (kept_of(one) for one in records.list(kind=OBSERVATION, learner=learner, author=records.me))
    return 1 + max((one.sheet.order[0] for one in own), default=0)


def to_judge(records: Records, learner: PersonId, rules: Rules) -> Dossier:
    """Return a trainee's dossier for an act upon it. Refused (403 `not_yours`) to all but those who may judge the trainee."""
    if not records.may_judge(learner):
        raise refused("not_yours", status=HTTPStatus.FORBIDDEN)
    return dossier_of(records, learner, rules)


def count(records: Records, dossier: Dossier, key: str, tell: Tell) -> Dossier:
    """Count a peer's sheet; a result that was published is published again. Refused (404 `gone`): a sheet that does not wait."""
    sheet = _one(key, (*dossier.waiting, *dossier.aside))
    records.decide(sheet.record, state="done")
    return _published_again(records, dossier, tell)


def set_aside(records: Records, dossier: Dossier, key: str, tell: Tell) -> Dossier:
    """Let a peer's sheet not count. Refused: a trainer's (`trainer_counts`), the last one of a published result (`last_counted`)."""
    sheet = _one(key, (*dossier.waiting, *dossier.counted))
    if sheet.by_trainer:
        raise refused("trainer_counts")
    if dossier.published and [one.sheet.key for one in dossier.counted] == [key]:
        raise refused("last_counted")
    records.decide(sheet.record, state="refused")
    return _published_again(records, dossier, tell)


def decide(records: Records, dossier: Dossier, basis: str, reason: str) -> Dossier:
    """Keep which sheet holds, and why. Refused where none is needed, for a sheet that does not count, and without a reason."""
    result = dossier.result
    if result is None or not result.needs_decision:
        raise refused("no_decision_needed")
    if basis != MEAN and basis not in {one.sheet.key for one in dossier.counted}:
        raise refused("no_basis", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise refused("no_reason", status=HTTPStatus.UNPROCESSABLE_ENTITY)
    about = sorted(one.sheet.key for one in dossier.counted)
    _keep(records, dossier, {"decision": {"basis": basis, "reason": reason, "by": records.me, "about": about}})
    return dossier_of(records, dossier.learner, dossier.rules)


def publish(records: Records, dossier: Dossier, tell: Tell) -> Dossier:
    """Tell the trainee and the gradebook. Refused while nothing counts (`nothing_counted`) and while a decision is needed."""
    result = dossier.result
    if result is None:
        raise refused("nothing_counted")
    if not result.can_be_published:
        raise refused("decision_needed")
    _keep(records, dossier, {"published": dossier.snapshot()})
    found = dossier_of(records, dossier.learner, dossier.rules)
    tell(found)
    return found


def publish_again(records: Records, learner: PersonId, rules: Rules, tell: Tell) -> None:
    """Publish a result anew after a sheet was added, if it was published before and nothing is left to decide."""
    dossier = dossier_of(records, learner, rules)
    result = dossier.result
    if dossier.published and result is not None and result.can_be_published and not dossier.is_current:
        publish(records, dossier, tell)


def _published_again(records: Records, before: Dossier, tell: Tell) -> Dossier:
    publish_again(records, before.learner, before.rules, tell)
    return dossier_of(records, before.learner, before.rules)


def _one(key: str, among: tuple[Kept, ...]) -> Kept:
    for one in among:
        if one.sheet.key == key:
            return one
    raise refused("gone", status=HTTPStatus.NOT_FOUND)


def _keep(records: Records, dossier: Dossier, changes: Mapping[str, Any]) -> None:
    if dossier.record is None:
        key = result_key(dossier.learner)
        records.add(key, kind=RESULT, state="done", learner=dossier.learner, judge=records.me, data=dict(changes))
    else:
        records.decide(dossier.record, state="done", data={**dossier.record.data, **changes})
