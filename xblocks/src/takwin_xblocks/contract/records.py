"""Work that people judge: what a block asks of a host that keeps its records, and how it keeps them itself where the host does not.

A host offers the service `coop_records`; a block declares it with `@XBlock.wants("coop_records")`. Both it and the fall-back speak
as `Records` says. A record is one piece of work, one judgement, one check-in; its key, chosen by the block, makes sending twice
harmless. States are words that hosts understand: `draft`, `waiting` (for a judge), `claimed`, `returned` (the learner must act),
`done`, `refused`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

PersonId = int | str
"""As the host numbers people."""
STATES: Final = ("draft", "waiting", "claimed", "returned", "done", "refused")
CLAIM_LASTS: Final = timedelta(minutes=30)
"""How long a piece of work stays with whoever took it in hand."""
MOST_LEARNERS: Final = 60
"""For how many learners a block keeps records itself: they all stand in one row."""
KEEP: Final = object()
"""Says that a judge stays as they are."""


class RecordsRefused(Exception):
    """The records can't be changed so: `taken`, `full`, `not_yours` or `gone`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Person:
    """A person as blocks that are judged may know them."""

    id: PersonId
    name: str
    language: str = ""
    code: str = ""
    """What their signed personal QR code says."""
    group: str = ""
    """Name of their cohort."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """One piece of work, one judgement, one check-in."""

    key: str
    kind: str
    state: str
    learner: PersonId | None = None
    """Whom it is about; None for a stranger or a guest."""
    judge: PersonId | None = None
    """Who has it in hand, or decided."""
    author: PersonId | None = None
    """Who added it, as the host knows."""
    data: Mapping[str, Any] = field(default_factory=dict)
    version: int = 0
    created_at: datetime
    updated_at: datetime


class Records(Protocol):
    """What a block asks of whoever keeps its records."""

    @property
    def me(self) -> PersonId:
        """Who acts."""

    @property
    def is_judge(self) -> bool:
        """Whether they run the course or train a cohort of it."""

    @property
    def keeps_all(self) -> bool:
        """Whether there is room for everybody; False in the fall-back."""

    def may_judge(self, learner: PersonId | None) -> bool:
        """Tell whether they may judge this learner; never themselves."""

    def people(
        self, ids: Collection[PersonId] | None = None, *, group: str = "", search: str = "", limit: int = 50, after: str = ""
    ) -> Mapping[PersonId, Person]:
        """Return the learners they may judge, by name (after the name `after`); with `ids`, just these people."""

    def groups(self) -> Mapping[str, str]:
        """Return the names of the cohorts they may judge, by id."""

    def person_with(self, code: str) -> Person | None:
        """Return whose personal code this is, however it was typed; None for nobody's."""

    def get(self, key: str) -> Record | None:
        """Return a record of this block."""

    def list(
        self,
        *,
        kind: str = "",
        learner: PersonId | None = None,
        judge: PersonId | None = None,
        author: PersonId | None = None,
        states: Collection[str] = (),
        limit: int = 200,
        newest_first: bool = False,
        learners: Collection[PersonId] | None = None,
    ) -> tuple[Record, ...]:
        """Return records of this block, the oldest first; with `learners`, those of any of these."""

    def counts(self, *, kind: str = "") -> Mapping[str, int]:
        """Return how many records there are, by state."""

    def add(
        self,
        key: str,
        *,
        kind: str,
        state: str,
        learner: PersonId | None = None,
        judge: PersonId | None = None,
        data: Mapping[str, Any],
    ) -> Record:
        """Add a record in one's own name. Refused: a key that is there (`taken`), no more room (`full`)."""

    def claim(self, record: Record) -> Record:
        """Take a piece of work in hand. Refused while somebody else has it (`taken`), and one's own work (`not_yours`)."""

    def decide(self, record: Record, *, state: str, data: Mapping[str, Any] | None = None) -> Record:
        """Judge it. Refused (`not_yours`) to all but those who may judge its learner, and whoever was given it."""

    def amend(
        self, record: Record, *, state: str | None = None, judge: Any = KEEP, data: Mapping[str, Any] | None = None
    ) -> Record:
        """Change it. Refused (`not_yours`) to all but its author, its learner and judges."""


class KeptRecords:
    """Records in a mapping of plain JSON values: the fall-back of a block, and what hosts of tests lend."""

    keeps_all = False

    def __init__(
        self,
        kept: MutableMapping[str, Any],
        *,
        me: PersonId,
        is_judge: bool,
        people: Mapping[PersonId, Person],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        most_learners: int | None = MOST_LEARNERS,
    ) -> None:
        self._kept = kept
        self._people = people
        self._now = now
        self._most = most_learners
        self.me = me
        self.is_judge = is_judge

    def may_judge(self, learner: PersonId | None) -> bool:
        """Tell whether they may judge this learner."""
        return self.is_judge and learner != self.me

    def people(
        self, ids: Collection[PersonId] | None = None, *, group: str = "", search: str = "", limit: int = 50, after: str = ""
    ) -> Mapping[PersonId, Person]:
        """Return learners by name, or the people asked for."""
        if ids is not None:
            return {one: self._people[one] for one in dict.fromkeys(ids) if one in self._people}
        if not self.is_judge:
            return {}
        asked = search.casefold()
        found = (
            each
            for each in sorted(self._people.values(), key=lambda one: (one.name, str(one.id)))
            if self.may_judge(each.id)
            and asked in each.name.casefold()
            and (not group or each.group == group)
            and each.name > after
        )
        return {each.id: each for each, _ in zip(found, range(limit), strict=False)}

    def groups(self) -> Mapping[str, str]:
        """Return the groups that are named by people."""
        return {each.group: each.group for each in self._people.values() if each.group} if self.is_judge else {}

    def person_with(self, code: str) -> Person | None:
        """Return whose code this is."""
        asked = plain_code(code)
        return next((each for each in self._people.values() if asked and plain_code(each.code) == asked), None)

    def get(self, key: str) -> Record | None:
        """Return a record."""
        found = self._kept.get(key)
        return None if found is None else _from_json(key, found)

    def list(
        self,
        *,
        kind: str = "",
        learner: PersonId | None = None,
        judge: PersonId | None = None,
        author: PersonId | None = None,
        states: Collection[str] = (),
        limit: int = 200,
        newest_first: bool = False,
        learners: Collection[PersonId] | None = None,
    ) -> tuple[Record, ...]:
        """Return records, the oldest first."""
        found = [
            each
            for each in (_from_json(key, value) for key, value in self._kept.items())
            if (not kind or each.kind == kind)
            and (learner is None or each.learner == learner)
            and (judge is None or each.judge == judge)
            and (author is None or each.author == author)
            and (learners is None or each.learner in learners)
            and (not states or each.state in states)
        ]
        found.sort(key=lambda each: (each.created_at, each.key), reverse=newest_first)
        return tuple(found[:limit])

    def counts(self, *, kind: str = "") -> Mapping[str, int]:
        """Return how many there are by state."""
        found: dict[str, int] = {}
        for each in self._kept.values():
            if not kind or each["kind"] == kind:
                found[each["state"]] = found.get(each["state"], 0) + 1
        return found

    def add(
        self,
        key: str,
        *,
        kind: str,
        state: str,
        learner: PersonId | None = None,
        judge: PersonId | None = None,
        data: Mapping[str, Any],
    ) -> Record:
        """Add a record."""
        if key in self._kept:
            raise RecordsRefused("taken")
        self._make_room(learner)
        now = self._now()
        return self._keep(
            Record(
                key=key,
                kind=kind,
                state=state,
                learner=learner,
                judge=judge,
                author=self.me,
                data=dict(data),
                created_at=now,
                updated_at=now,
            )
        )

    def claim(self, record: Record) -> Record:
        """Take a piece of work in hand."""
        record = self._fresh(record)
        if record.learner == self.me:
            raise RecordsRefused("not_yours")
        if not is_free(record, self.me, now=self._now()):
            raise RecordsRefused("taken")
        return self._change(record, state="claimed", judge=self.me)

    def decide(self, record: Record, *, state: str, data: Mapping[str, Any] | None = None) -> Record:
        """Judge it."""
        record = self._fresh(record)
        if record.learner == self.me or not (self.may_judge(record.learner) or record.judge == self.me):
            raise RecordsRefused("not_yours")
        return self._change(record, state=state, judge=self.me, **({} if data is None else {"data": dict(data)}))

    def amend(
        self, record: Record, *, state: str | None = None, judge: Any = KEEP, data: Mapping[str, Any] | None = None
    ) -> Record:
        """Change it."""
        record = self._fresh(record)
        if self.me not in {record.author, record.learner} and not self.may_judge(record.learner):
            raise RecordsRefused("not_yours")
        changes: dict[str, Any] = {} if state is None else {"state": state}
        if judge is not KEEP:
            changes["judge"] = judge
        if data is not None:
            changes["data"] = dict(data)
        return self._change(record, **changes)

    def _fresh(self, record: Record) -> Record:
        found = self.get(record.key)
        if found is None:
            raise RecordsRefused("gone")
        return found

    def _change(self, record: Record, **changes: Any) -> Record:
        return self._keep(replace(record, **changes, updated_at=self._now()))

    def _keep(self, record: Record) -> Record:
        stored = replace(record, version=record.version + 1)
        self._kept[record.key] = _as_json(stored)
        return stored

    def _make_room(self, learner: PersonId | None) -> None:
        there = {each["learner"] for each in self._kept.values() if each["learner"] is not None}
        if self._most is not None and learner is not None and learner not in there and len(there) >= self._most:
            raise RecordsRefused("full")


def is_free(record: Record, person: PersonId, *, now: datetime) -> bool:
    """Tell whether a person may take a piece of work in hand: nobody else has it, or whoever has it forgot it."""
    return record.state != "claimed" or record.judge == person or now - record.updated_at > CLAIM_LASTS


def plain_code(code: str) -> str:
    """Return a personal code as it is compared: capitals, no spaces and hyphens, look-alike letters as their figures."""
    kept = "".join(letter for letter in code.upper() if letter.isascii() and letter.isalnum())
    return kept.translate(str.maketrans("OIL", "011"))


def _as_json(record: Record) -> dict[str, Any]:
    return {
        "kind": record.kind,
        "state": record.state,
        "learner": record.learner,
        "judge": record.judge,
        "author": record.author,
        "data": dict(record.data),
        "version": record.version,
        "created_at": record.created_at.isoformat(),
        "updated_at": record.updated_at.isoformat(),
    }


def _from_json(key: str, value: Mapping[str, Any]) -> Record:
    times = {name: datetime.fromisoformat(value[name]) for name in ("created_at", "updated_at")}
    return Record(key=key, **{**value, "data": dict(value["data"]), **times})
