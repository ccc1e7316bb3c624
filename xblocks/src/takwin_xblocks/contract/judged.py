"""What all blocks share whose work people judge: where records are kept, who is told, and what a trainer sees in a lean host."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator, Mapping, MutableMapping
from functools import cached_property
from typing import Any, ClassVar, cast

from xblock.core import XBlock
from xblock.fields import Dict, Scope

from takwin_xblocks.contract.block import CoopBlock
from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.records import KeptRecords, Person, PersonId, Records, RecordsRefused
from takwin_xblocks.contract.schema import N_
from takwin_xblocks.contract.voice import Voice

JUDGES_WITHOUT_ROLES = frozenset({"trainer", "staff"})
"""Who judges in a host that knows no roles, as the workbench does (`?student=trainer`)."""
NOT_KEPT = N_("This platform keeps no records of its own: they are kept in the block, for up to 60 learners, without files.")


@XBlock.wants("coop_records")
@XBlock.wants("coop_files")
class JudgedBlock(CoopBlock):
    """A block whose work is judged by people; it works in hosts that keep its records, and in those that do not."""

    # What is shown depends on records, which belong to no learner's state.
    same_for_same_state: Any = False
    work_views: ClassVar[tuple[str, ...]] = ()
    """Views that a host may show on pages of their own: `judge_view`, `field_view`, `print_view`."""
    records_refused: ClassVar[type[Exception]] = RecordsRefused
    """What a host raises to refuse: it may not import this library, and takes the class from here."""

    kept = Dict(help="Records, where the host keeps none.", default={}, scope=Scope.user_state_summary)
    known = Dict(help="Who has sent something, where the host does not say.", default={}, scope=Scope.user_state_summary)

    @cached_property
    def records(self) -> Records:
        """Where this block's records are kept: by the host, else in the block's shared state."""
        service = self.runtime.service(self, "coop_records")
        return cast("Records", service) if service is not None else self._own_records()

    @property
    def files(self) -> Any:
        """The host's `coop_files`; None where it takes no files."""
        return self.runtime.service(self, "coop_files")

    @property
    def learns_here(self) -> bool:
        """Whether whoever is here learns in the course: who trains one cohort may learn in another."""
        records = self.records
        if not records.is_judge:
            return True
        me = records.people([records.me]).get(records.me)
        return me is not None and bool(me.group)

    def _own_records(self) -> KeptRecords:
        me = self.scope_ids.user_id
        people = {_key(name): Person(id=_key(name), **told) for name, told in self.known.items()}
        return KeptRecords(_Shared(self), me=me, is_judge=self._is_staff(), people=people)

    def enter(self) -> None:
        """Make oneself known where the host does not say who learns here; call it in a handler, before the first record."""
        me = str(self.scope_ids.user_id)
        if self.records.keeps_all or me in self.known:
            return
        self.known = {**self.known, me: {"name": self._full_name() or me, "code": _new_code()}}
        del self.records

    # --- telling the host ---

    def give_grade(self, learner: PersonId, earned: float, possible: float) -> None:
        """Publish what a learner earned, in the learner's name."""
        self.runtime.publish(self, "grade", {"value": earned, "max_value": possible, "user_id": learner})

    def give_completion(self, learner: PersonId, share: float) -> None:
        """Publish how far a learner is, 0 to 1."""
        self.runtime.publish(self, "completion", {"completion": share, "user_id": learner})

    def give_attained(self, learner: PersonId, kind: str, value: float | None, name: str = "") -> None:
        """Publish what a learner attained for the rules of certificates; None takes it away.

        `kind`: `attendance` (hours), `practical` (1 for accepted), `observation` and `rubric` (a level).
        """
        self.runtime.publish(self, "coop.attained", {"user_id": learner, "kind": kind, "name": name, "value": value})

    # --- pages ---

    def work_url(self, view: str, **query: str) -> str | None:
        """Return the address at which the host shows another view of this block; None where it shows none."""
        make = getattr(self.runtime, "work_url", None)
        return make(self, view, query) if make is not None else None

    def fallback_note(self, voice: Voice) -> Html:
        """Return what staff should know where the host keeps no records; nothing where it does."""
        if self.records.keeps_all or not self.records.is_judge:
            return Html()
        return element("p", voice.words.gettext(NOT_KEPT), class_="coop-note")

    def _is_staff(self) -> bool:
        service = self.runtime.service(self, "user")
        known = getattr(service.get_current_user(), "opt_attrs", {}) if service is not None else {}
        said = known.get("edx-platform.user_is_staff", getattr(self.runtime, "user_is_staff", None))
        return bool(said) if said is not None else str(self.scope_ids.user_id) in JUDGES_WITHOUT_ROLES

    def _full_name(self) -> str:
        service = self.runtime.service(self, "user")
        user = service.get_current_user() if service is not None else None
        return str(getattr(user, "full_name", "") or "")

    @property
    def person_mark(self) -> str:
        """What a device calls the person who is at the page: the same at every visit, and telling nothing about them."""
        return hashlib.sha256(f"device|{self.learner_id()}".encode()).hexdigest()[:16]


class _Shared(MutableMapping[str, Any]):
    """The records in a block's field, which is set anew at each write so that hosts notice."""

    def __init__(self, block: JudgedBlock) -> None:
        self._block = block

    def __getitem__(self, key: str) -> Any:
        return self._block.kept[key]

    def __setitem__(self, key: str, value: Mapping[str, Any]) -> None:
        self._block.kept = {**self._block.kept, key: dict(value)}

    def __delitem__(self, key: str) -> None:
        self._block.kept = {name: value for name, value in self._block.kept.items() if name != key}

    def __iter__(self) -> Iterator[str]:
        return iter(self._block.kept)

    def __len__(self) -> int:
        return len(self._block.kept)


def _key(name: str) -> PersonId:
    """Return a person's number as the host gave it: JSON knows keys that are texts alone."""
    return int(name) if name.isdecimal() else name


def _new_code() -> str:
    return "-".join("".join(secrets.choice("0123456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(5)) for _ in range(2))
