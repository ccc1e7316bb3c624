"""Work that people judge, during one visit: records read, changed in memory and given back, and the service that blocks are lent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from lms_app.domain.clock import Clock
from lms_app.domain.keys import BlockId, PersonId
from lms_app.domain.work import (
    CLAIMED,
    LONGEST_KEY,
    STATES,
    WAITING,
    Asked,
    FileChange,
    FileGone,
    Known,
    Listed,
    Record,
    RecordChange,
    WorkChanges,
    WorkRefused,
    is_free,
    versions_of,
)
from lms_app.runtime.ports import WorkReader
from lms_app.runtime.state import plain

Judging = Literal["staff", "peer"]
"""How somebody judged: since they run the course or train the learner's cohort, or since the piece of work was given to them."""
Name = tuple[BlockId, str]
_KEEP: Final = object()
_LONGEST_NUMBER: Final = 20
_TO_CLAIM: Final = frozenset({"draft", WAITING, CLAIMED})
_MOST_LISTED: Final = 5_000
"""Of records in one list, whatever a block asks for."""


@dataclass(frozen=True)
class WorkMark:
    """A point to come back to."""

    records: Mapping[Name, Record]
    files: tuple[FileChange | FileGone, ...]
    judged: Mapping[BlockId, Judging]


@dataclass(frozen=True)
class _List:
    """Records as they were read."""

    block: BlockId
    asked: Asked
    found: tuple[Record, ...]


class WorkBuffer:
    """Records as read, over them records as changed, and files handed in. Nothing is written before `changes` is asked for."""

    def __init__(self, reader: WorkReader, clock: Clock) -> None:
        self.reader = reader
        self.now = clock
        self._read: dict[Name, Record | None] = {}
        self._changed: dict[Name, Record] = {}
        self._files: list[FileChange | FileGone] = []
        self._judged: dict[BlockId, Judging] = {}
        self._lists: list[_List] = []
        self._told: dict[tuple[BlockId, PersonId], int] = {}
        """How many lists had been read when something was published of a learner last."""

    def mark(self) -> WorkMark:
        """Return a point to come back to."""
        return WorkMark(dict(self._changed), tuple(self._files), dict(self._judged))

    def restore(self, mark: WorkMark) -> None:
        """Forget all changes since the mark."""
        self._changed, self._files, self._judged = dict(mark.records), list(mark.files), dict(mark.judged)

    def changes(self) -> WorkChanges:
        """Return what is to be stored, records in one order so that no two writers wait for each other.

        With it goes what was listed of the learners whom it is about, or of whom something was published afterwards, though no
        record changed: what is published of them may be made of it.
        """
        found = sorted(self._changed.items(), key=lambda item: item[0])
        records = (RecordChange(block=block, record=record) for (block, _key), record in found)
        about = {(block, record.learner) for (block, _key), record in found}
        lists = (self._to_be_the_same(number, each, about) for number, each in enumerate(self._lists))
        return WorkChanges(tuple(records), tuple(self._files), tuple(filter(None, lists)))

    def _to_be_the_same(self, number: int, listed: _List, about: Collection[tuple[BlockId, PersonId | None]]) -> Listed | None:
        """Return what of a list must still be so when the visit is stored; None where nothing is said that may be made of it.

        Of a list of many only those are looked at of whom something was published, and none where the list was cut short: new work
        of others is no reason to begin again, and what is cut short is no sum.
        """
        block, asked = listed.block, listed.asked
        told = {person for (of, person), read in self._told.items() if of == block and read > number}
        if asked.learner is not None:
            is_said = (block, asked.learner) in about or asked.learner in told
            return Listed(block=block, asked=asked, found=versions_of(listed.found)) if is_said else None
        told = told if asked.learners is None else told & asked.learners
        if not told or len(listed.found) >= asked.limit:
            return None
        theirs = versions_of(one for one in listed.found if one.learner in told)
        return Listed(block=block, asked=replace(asked, learners=frozenset(told)), found=theirs)

    def told(self, block: BlockId, person: PersonId) -> None:
        """Note that a block publishes something of a learner, of what it has read until now."""
        self._told[block, person] = len(self._lists)

    # --- files, for whoever lends `coop_files` ---

    def change_file(self, change: FileChange | FileGone) -> None:
        """Take up a file, or that one is taken back."""
        self._files.append(change)

    def files(self, block: BlockId) -> tuple[FileChange | FileGone, ...]:
        """Return what this visit changed of a block's files, in order."""
        return tuple(change for change in self._files if change.block == block)

    # --- records ---

    def record(self, block: BlockId, key: str) -> Record | None:
        """Return a record as it is now, whoever may see it."""
        name = (block, key)
        if name in self._changed:
            return self._changed[name]
        if name not in self._read:
            self._read[name] = self.reader.record(block, key)
        return self._read[name]

    def records(self, block: BlockId, asked: Asked) -> tuple[Record, ...]:
        """Return the records that are asked for and may be seen, as they are now, the oldest first unless asked otherwise."""
        changed = {key: record for (of, key), record in self._changed.items() if of == block}
        wanted = replace(asked, limit=asked.limit + len(changed))
        stored = self.reader.records(block, wanted)
        self._lists.append(_List(block, wanted, tuple(stored)))
        for record in stored:
            self._read.setdefault((block, record.key), record)
        found = [record for record in stored if record.key not in changed]
        found += [record for record in changed.values() if asked.takes(record) and self.reader.may_see(record)]
        found.sort(key=lambda record: (record.created_at, record.key), reverse=asked.newest_first)
        return tuple(found[: asked.limit])

    def counts(self, block: BlockId, kind: str) -> dict[str, int]:
        """Return how many records of a kind may be seen, by state."""
        found = Counter(self.reader.counts(block, kind))
        for (of, key), record in self._changed.items():
            if of != block or (kind and record.kind != kind):
                continue
            before = self._read.get((of, key))
            if before is not None and self.reader.may_see(before):
                found[before.state] -= 1
            if self.reader.may_see(record):
                found[record.state] += 1
        return {state: number for state, number in found.items() if number > 0}

    def put(self, block: BlockId, record: Record, *, judging: Judging | None = None) -> Record:
        """Take up a record as it is to be stored; `judging` says that this is a judgement."""
        self._changed[block, record.key] = record
        if judging is not None and self._judged.get(block) != "staff":
            self._judged[block] = judging
        return record

    def is_changed(self, block: BlockId, key: str) -> bool:
        """Tell whether a record was changed in this visit."""
        return (block, key) in self._changed

    def judged(self, block: BlockId) -> Judging | None:
        """Tell how whoever acts judged work of this block during the visit, if they did."""
        return self._judged.get(block)


class RecordsService:
    """The `coop_records` service of one block. It refuses with the class that the block names, else with `WorkRefused`."""

    keeps_all = True

    def __init__(self, work: WorkBuffer, block: BlockId, refusal: type[Exception] = WorkRefused) -> None:
        self._work = work
        self._block = block
        self._refusal = refusal

    @property
    def me(self) -> PersonId:
        """Who acts."""
        return self._work.reader.me

    @property
    def is_judge(self) -> bool:
        """Whether they run the course or train a cohort of it."""
        return self._work.reader.is_judge

    def may_judge(self, learner: Any) -> bool:
        """Tell whether they may judge this learner; never themselves."""
        return self._work.reader.may_judge(person_of(learner))

    def people(
        self, ids: Collection[Any] | None = None, *, group: str = "", search: str = "", limit: int = 50, after: str = ""
    ) -> Mapping[PersonId, Known]:
        """Return the learners they may judge, by name; with `ids`, just these people, where they have to do with the course."""
        if ids is not None:
            wanted = [person for person in map(person_of, ids) if person is not None]
            found = {each.id: each for each in self._work.reader.people_named(wanted)}
            return {person: found[person] for person in dict.fromkeys(wanted) if person in found}
        listed = self._work.reader.people(group=group, search=search, limit=max(1, min(limit, _MOST_LISTED)), after=after)
        return {each.id: each for each in listed}

    def groups(self) -> Mapping[str, str]:
        """Return the names of the cohorts they may judge, by id."""
        return {str(number): name for number, name in self._work.reader.groups().items()}

    def person_with(self, code: str) -> Known | None:
        """Return whose personal code this is; None for nobody's. Who has a code was shown it: a peer who observes, too."""
        return self._work.reader.person_with(code)

    def get(self, key: str) -> Record | None:
        """Return a record that may be seen."""
        found = self._seen(key)
        return self._as_it_will_be(found) if found is not None else None

    def list(
        self,
        *,
        kind: str = "",
        learner: Any = None,
        judge: Any = None,
        author: Any = None,
        states: Collection[str] = (),
        limit: int = 200,
        newest_first: bool = False,
        learners: Collection[Any] | None = None,
    ) -> tuple[Record, ...]:
        """Return records of this block, the oldest first; with `learners`, those of any of these."""
        people = {"learner": learner, "judge": judge, "author": author}
        asked = {name: person_of(person) for name, person in people.items() if person is not None}
        if None in asked.values():
            return ()
        found = self._work.records(
            self._block,
            Asked(
                kind=kind,
                **asked,
                states=tuple(states),
                limit=max(1, min(limit, _MOST_LISTED)),
                newest_first=newest_first,
                learners=None if learners is None else frozenset(filter(None, map(person_of, learners))),
            ),
        )
        return tuple(map(self._as_it_will_be, found))

    def counts(self, *, kind: str = "") -> Mapping[str, int]:
        """Return how many records there are, by state."""
        return self._work.counts(self._block, kind)

    def add(self, key: str, *, kind: str, state: str, learner: Any = None, judge: Any = None, data: Mapping[str, Any]) -> Record:
        """Add a record in one's own name. Refused: a key that is there (`taken`), people who are not of the course (`not_yours`)."""
        if not 0 < len(key) <= LONGEST_KEY:
            raise ValueError(f"a key has 1 to {LONGEST_KEY} characters")
        _check_state(state)
        about, by = self._somebody(learner), self._somebody(judge)
        if self._work.record(self._block, key) is not None:
            raise self._refusal("taken")
        now = self._work.now()
        record = Record(
            key=key,
            kind=kind,
            state=state,
            learner=about,
            judge=by,
            author=self.me,
            data=plain(data),
            created_at=now,
            updated_at=now,
        )
        kept = self._work.put(self._block, record, judging="staff" if self.may_judge(about) else None)
        return self._as_it_will_be(kept)

    def claim(self, record: Any) -> Record:
        """Take a piece of work in hand: whoever is offered it by the block may, learners among them.

        Refused: while somebody else has it, and what is judged already (`taken`); one's own work (`not_yours`).
        """
        found = self._fresh(record)
        if found.learner == self.me:
            raise self._refusal("not_yours")
        if found.state not in _TO_CLAIM or not is_free(found, self.me, now=self._work.now()):
            raise self._refusal("taken")
        return self._change(found, judging="staff" if self._may_judge(found) else "peer", state=CLAIMED, judge=self.me)

    def decide(self, record: Any, *, state: str, data: Mapping[str, Any] | None = None) -> Record:
        """Judge it. Refused (`not_yours`) to all but those who may judge its learner, and whoever was given it."""
        _check_state(state)
        found = self._fresh(record)
        judging = self._check_judge(found)
        changes: dict[str, Any] = {} if data is None else {"data": plain(data)}
        return self._change(found, judging=judging, state=state, judge=self.me, **changes)

    def amend(self, record: Any, *, state: str | None = None, judge: Any = _KEEP, data: Mapping[str, Any] | None = None) -> Record:
        """Change it. Refused (`not_yours`) to all but its author, its learner and judges."""
        found = self._fresh(record)
        if self.me not in {found.author, found.learner} and not self._may_judge(found):
            raise self._refusal("not_yours")
        changes: dict[str, Any] = {}
        if state is not None:
            _check_state(state)
            changes["state"] = state
        if not _is_kept(judge):
            changes["judge"] = self._somebody(judge)
        if data is not None:
            changes["data"] = plain(data)
        return self._change(found, **changes)

    def _fresh(self, record: Any) -> Record:
        """Return the record as it stands: nothing is taken from what a block holds in its hands but the key."""
        found = self._seen(record.key)
        if found is None:
            raise self._refusal("gone")
        return found

    def _seen(self, key: str) -> Record | None:
        found = self._work.record(self._block, key)
        return found if found is not None and self._work.reader.may_see(found) else None

    def _as_it_will_be(self, record: Record) -> Record:
        """Return a record with the version that it will have once it is stored: pages made now name it in what they send next."""
        is_changed = self._work.is_changed(self._block, record.key)
        return replace(record, version=record.version + 1) if is_changed else record

    def _check_judge(self, record: Record) -> Judging:
        if record.learner != self.me:
            if self._may_judge(record):
                return "staff"
            if record.judge == self.me:
                return "peer"
        raise self._refusal("not_yours")

    def _may_judge(self, record: Record) -> bool:
        """Tell whether they judge it by their role; what is about nobody is every judge's."""
        return self.is_judge if record.learner is None else self.may_judge(record.learner)

    def _change(self, record: Record, *, judging: Judging | None = None, **changes: Any) -> Record:
        changed = replace(record, **changes, updated_at=self._work.now())
        return self._as_it_will_be(self._work.put(self._block, changed, judging=judging))

    def _somebody(self, person: Any) -> PersonId | None:
        """Return a person of this course; whoever has nothing to do with it is refused, and nobody is nobody."""
        if person is None:
            return None
        found = person_of(person)
        if found is None or (found != self.me and not self._work.reader.is_here(found)):
            raise self._refusal("not_yours")
        return found


def person_of(told: Any) -> PersonId | None:
    """Return the number of a person, which a form may have made a text of; None for what can be nobody's."""
    if isinstance(told, str) and told.isascii() and told.isdecimal() and len(told) < _LONGEST_NUMBER:
        told = int(told)
    is_one = isinstance(told, int) and not isinstance(told, bool) and 0 < told < 1 << 63
    return PersonId(told) if is_one else None


def _is_kept(judge: Any) -> bool:
    """Tell whether a block left the judge as they are: it says so with a mark of its own, which is neither person nor nobody."""
    return judge is not None and not isinstance(judge, int | str)


def _check_state(state: str) -> None:
    if state not in STATES:
        raise ValueError(f"a state is one of {', '.join(STATES)}")
