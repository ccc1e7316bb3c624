"""A host's `coop_records` in memory, for blocks whose work people judge."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from memory_host import Host, MemoryHost

from takwin_xblocks.contract.records import KeptRecords, Person, PersonId

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class HostRecords(KeptRecords):
    """Records as a host keeps them: for any number of learners."""

    keeps_all = True


class JudgedHost(Host):
    """One block as its learners, its judges and strangers meet it; `records=False` lends no service."""

    def __init__(
        self, xml: str, *, learners: Collection[str] = (), judges: Collection[str] = ("trainer",), records: bool = True
    ) -> None:
        self.rows: dict[str, Any] = {}
        self.judges = frozenset(judges)
        self.clock = MORNING
        self.people: dict[PersonId, Person] = {
            name: Person(id=name, name=name.title(), language="fr", code=f"CODE-{number:05d}", group="Zagora")
            for number, name in enumerate(learners)
        }
        self._lends = records
        super().__init__(xml)

    def runtime_of(self, learner: str, *, language: str | None = None) -> MemoryHost:
        """Return a fresh runtime; each one reads a clock that goes on by a second."""
        runtime = super().runtime_of(learner, language=language)
        runtime.user_is_staff = learner in self.judges  # type: ignore[attr-defined]
        if self._lends:
            runtime._services["coop_records"] = self.records_of(learner)
        return runtime

    def records_of(self, person: str) -> HostRecords:
        """Return the records as this person's block meets them."""
        judge = person in self.judges
        return HostRecords(self.rows, me=person, is_judge=judge, people=self.people, now=self._tick, most_learners=None)

    def published_to(self, runtime: MemoryHost, kind: str) -> list[Mapping[str, Any]]:
        """Return what a runtime heard of one kind."""
        return [data for name, data in runtime.published if name == kind]

    def _tick(self) -> datetime:
        self.clock += timedelta(seconds=1)
        return self.clock
