"""The register of a session: who was checked in for which half-day, whatever the order in which phones send, and how often.

One record a learner and half-day (`h1/42`), one a guest and half-day, one a code that belongs to nobody here and half-day. What
phones sent is kept in the record's data (`rows`); nothing is overwritten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from takwin_xblocks.attendance.codes import mark_of, tidy
from takwin_xblocks.attendance.content import HalfDay
from takwin_xblocks.attendance.rows import Data, Row, check_in, taken_back
from takwin_xblocks.contract.digits import fold
from takwin_xblocks.contract.records import Person, PersonId, Record, Records

STRANGER, GUEST = "stranger", "guest"
HOW = ("scan", "typed", "ticked", "assigned")
REASONS = ("wrong_person", "not_here", "left_early", "other")
SEXES = ("f", "m")
MOST_ROWS = 5_000
_LONGEST_NAME, _LONGEST_PHONE = 120, 40


class NotTaken(Exception):
    """A check-in that is not written down.

    `code` says why: `unreadable`, `no_half_day`, `no_name`, `yourself`, `not_yours`, `gone`, `which_one`.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a check-in: `here`, `again`, `stranger`, `replayed`, `conflict`, `undone`, `guest`; and whose row it is."""

    outcome: str
    record: Record
    person: Person | None = None
    changed: bool = False
    """Whether the hours of its learner may have changed."""


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody without an account who was there."""

    name: str
    organisation: str = ""
    sex: str = ""
    phone: str = ""

    @property
    def mark(self) -> str:
        """Name a guest by who they are, so that one written down twice is one."""
        said = "|".join(" ".join(fold(one).casefold().split()) for one in (self.name, self.organisation, self.phone))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def kind_of(slot: str) -> str:
    """Return the kind of the check-ins of one half-day: a register is read half-day by half-day."""
    return f"checkin/{slot}"


def guest_key(slot: str, guest: Guest) -> str:
    """Return the key of a guest's row."""
    return f"{GUEST}/{slot}/{guest.mark}"


def read_guest(given: Mapping[str, Any]) -> Guest:
    """Return the guest that was typed. Refuses (`NotTaken`) one without a name."""
    name, organisation, phone = (_line(given.get(key), most) for key, most in _GUEST_FIELDS)
    if not name:
        raise NotTaken("no_name")
    sex = str(given.get("sex", ""))
    return Guest(name=name, organisation=organisation, sex=sex if sex in SEXES else "", phone=phone)


def guest_of(record: Record) -> Guest:
    """Return the guest of a record."""
    told = (Row.of(record.data).first or {}).get("guest") or {"name": "?"}
    return Guest(**told)


class Register:
    """The register as one person may write it."""

    def __init__(self, records: Records, half_days: Iterable[HalfDay]) -> None:
        self._records = records
        self._half_days = {one.id: one for one in half_days}

    # --- writing ---

    def take_code(self, slot: str, code: str, *, how: str, stamp: Mapping[str, Any]) -> Taken:
        """Write down who showed this code; a code of nobody whom one may judge is kept as a stranger's.

        Refuses (`NotTaken`) an unknown half-day, no code, and one's own.
        """
        self._known(slot)
        plain = tidy(code)
        if not plain:
            raise NotTaken("unreadable")
        person = self._records.person_with(tidy(code))
        if person is not None and person.id == self._records.me:
            raise NotTaken("yourself")
        if person is None or not self._records.may_judge(person.id):
            return self._stranger(slot, plain, how=how, stamp=stamp)
        return self._learner(slot, person, how=how, stamp=stamp)

    def take_learner(self, slot: str, learner: str, *, how: str, stamp: Mapping[str, Any]) -> Taken:
        """Write down a name ticked in the list. Refuses (`NotTaken`) oneself, and whoever one may not judge."""
        self._known(slot)
        return self._learner(slot, self._person(learner), how=how, stamp=stamp)

    def take_guest(self, slot: str, guest: Guest, *, how: str, stamp: Mapping[str, Any]) -> Taken:
        """Write down a guest; one of the same name, organisation and telephone is the same guest."""
        self._known(slot)
        told = {"name": guest.name, "organisation": guest.organisation, "sex": guest.sex, "phone": guest.phone}
        entry = {**self._entry(how, stamp), "guest": told}
        return self._kept(guest_key(slot, guest), GUEST, Row(slot), entry, outcome="guest")

    def undo(self, key: str, *, of: Iterable[str] | None, reason: str, stamp: Mapping[str, Any]) -> Taken:
        """Take back check-ins of a row: those named, or all that are there. Refuses (`NotTaken`) rows one may not change.

        What is taken back before it came is kept, too: phones send in any order.
        """
        slot, learner = self._of_key(key)
        key = f"{slot}/{learner.id}" if learner is not None else key  # `am/007` is no second row beside `am/7`
        record = self._records.get(key)
        row = Row.of(record.data) if record is not None else Row(slot)
        if record is None and (not of or learner is None):
            raise NotTaken("gone")
        if record is not None and record.kind == STRANGER:
            raise NotTaken("gone")
        names = [one["id"] for one in row.entries] if of is None else [str(one)[:64] for one in of][:50]
        undo = taken_back(stamp, of=names, reason=reason if reason in REASONS else "other", by=str(self._records.me))
        if row.knows(undo):
            return Taken(outcome="replayed", record=_there(record), person=learner)
        outcome = "conflict" if row.contradicts(undo) else "undone"
        return self._written(key, kind_of(slot), record, row.with_undo(undo), outcome, learner)

    def _learner(self, slot: str, person: Person, *, how: str, stamp: Mapping[str, Any]) -> Taken:
        if person.id == self._records.me:
            raise NotTaken("yourself")
        if not self._records.may_judge(person.id):
            raise NotTaken("not_yours")
        return self._kept(f"{slot}/{person.id}", kind_of(slot), Row(slot), self._entry(how, stamp), outcome="here", person=person)

    def _stranger(self, slot: str, plain: str, *, how: str, stamp: Mapping[str, Any]) -> Taken:
        key = self.key_for(slot, code=plain)
        return self._kept(key, STRANGER, Row(slot, more={"code": plain}), self._entry(how, stamp), outcome="stranger")

    def _kept(self, key: str, kind: str, empty: Row, entry: Data, *, outcome: str, person: Person | None = None) -> Taken:
        record = self._records.get(key)
        row = Row.of(record.data) if record is not None else empty
        if row.knows(entry):
            return Taken(outcome="replayed", record=_there(record), person=person)
        if row.contradicts(entry):
            outcome = "conflict"
        elif row.standing and kind != STRANGER:
            outcome = "again"
        return self._written(key, kind, record, row.with_entry(entry), outcome, person)

    def _written(self, key: str, kind: str, record: Record | None, row: Row, outcome: str, person: Person | None) -> Taken:
        state = ("waiting" if record is None else record.state) if kind == STRANGER else row.state
        if record is None:
            learner = person.id if person else None
            made = self._records.add(key, kind=kind, state=state, learner=learner, judge=self._records.me, data=row.data())
            return Taken(outcome=outcome, record=made, person=person, changed=person is not None)
        if person is None or state == record.state:
            changed = self._records.amend(record, state=state, data=row.data())
            return Taken(outcome=outcome, record=changed, person=person)
        decided = self._records.decide(record, state=state, data=row.data())
        return Taken(outcome=outcome, record=decided, person=person, changed=True)

    def stamp_of(self, key: str, entry_id: str) -> Mapping[str, Any] | None:
        """Return the stamp of what a row holds under this name, None where it holds nothing."""
        record = self._records.get(key) if key else None
        row = Row.of(record.data) if record is not None else Row("")
        return next((one for one in (*row.entries, *row.undone) if one.get("id") == entry_id), None)

    def key_for(self, slot: str, *, code: str = "", learner: str = "") -> str:
        """Return the key of the row that a check-in goes to, '' for none."""
        if learner:
            return f"{slot}/{learner}"
        person = self._records.person_with(tidy(code))
        known = person is not None and self._records.may_judge(person.id)
        return f"{slot}/{person.id}" if person is not None and known else f"{STRANGER}/{slot}/{mark_of(code)}"

    # --- strangers ---

    def assign(self, key: str, learner: str, *, stamp: Mapping[str, Any]) -> Taken:
        """Say whose code a stranger's was: the learner is checked in. Refuses (`NotTaken`) whom one may not judge."""
        stranger = self._waiting(key)
        person = self._person(learner)
        taken = self._learner(str(stranger.data["slot"]), person, how="assigned", stamp=stamp)
        self._settle(stranger, {"learner": str(person.id)})
        return taken

    def welcome(self, key: str, guest: Guest, *, stamp: Mapping[str, Any]) -> Taken:
        """Make a stranger a guest."""
        stranger = self._waiting(key)
        taken = self.take_guest(str(stranger.data["slot"]), guest, how="assigned", stamp=stamp)
        self._settle(stranger, {"guest": guest.mark})
        return taken

    def dismiss(self, key: str) -> Record:
        """Say that a stranger's code is nobody's, such as a scan of another paper. It stays written."""
        return self._settle(self._waiting(key), {"dismissed": True}, state="refused")

    def _waiting(self, key: str) -> Record:
        record = self._records.get(key)
        if record is None or record.kind != STRANGER or record.state != "waiting" or not self._records.is_judge:
            raise NotTaken("gone")
        return record

    def _settle(self, stranger: Record, told: Mapping[str, Any], *, state: str = "done") -> Record:
        data = {**stranger.data, "settled": {**told, "by": str(self._records.me)}}
        return self._records.amend(stranger, state=state, data=data)

    # --- reading ---

    def rows(self, slot: str, *, learners: Collection[PersonId] | None = None) -> dict[PersonId, Record]:
        """Return the rows of a half-day, by learner; with `learners`, theirs alone."""
        found = self._records.list(kind=kind_of(slot), limit=MOST_ROWS, learners=learners)
        return {one.learner: one for one in found if one.learner is not None}

    def noted(self) -> list[Record]:
        """Return the rows of all half-days, those that the author has taken out since among them."""
        here = [one for slot in self._half_days for one in self.rows(slot).values()]
        kinds = {kind_of(slot) for slot in self._half_days}
        every = self._records.list(states=("done",), limit=MOST_ROWS)
        gone = (one for one in every if one.kind.startswith(kind_of("")) and one.kind not in kinds)
        return [*here, *(one for one in gone if one.learner is not None)]

    def attended(self, learner: PersonId) -> dict[str, Record]:
        """Return where a learner was, by half-day; what was taken back is left out."""
        found = self._records.list(learner=learner, states=("done",), limit=MOST_ROWS)
        return {str(one.data.get("slot")): one for one in found if one.kind == kind_of(str(one.data.get("slot")))}

    def hours(self, learner: PersonId) -> Decimal:
        """Return the hours of the half-days at which a learner was."""
        return sum((self._half_days[slot].hours for slot in self.attended(learner) if slot in self._half_days), Decimal(0))

    def hours_of_all(self, noted: Iterable[Record]) -> dict[PersonId, Decimal]:
        """Return the hours of everybody in these rows, which are read already: none for who was only where no half-day is left."""
        found: dict[PersonId, Decimal] = {}
        for one in noted:
            if one.learner is not None:
                half = self._half_days.get(str(one.data.get("slot"))) if standing(one) else None
                found[one.learner] = found.get(one.learner, Decimal(0)) + (half.hours if half else Decimal(0))
        return found

    def strangers(self, *, limit: int = 200) -> tuple[Record, ...]:
        """Return the codes that wait for somebody to say whose they are."""
        return self._records.list(kind=STRANGER, states=("waiting",), limit=limit)

    def guests(self, *, limit: int = MOST_ROWS) -> tuple[Record, ...]:
        """Return the guests, one record each half-day."""
        return self._records.list(kind=GUEST, limit=limit)

    # --- small facts ---

    def _known(self, slot: str) -> None:
        if not self._records.is_judge:
            raise NotTaken("not_yours")
        if slot not in self._half_days:
            raise NotTaken("no_half_day")

    def _person(self, learner: str) -> Person:
        """Return the learner named. Refuses (`NotTaken`) oneself, and alike those who are not there and those of others."""
        number = _id(learner)
        found = None if number is None else self._records.people([number]).get(number)
        if found is not None and found.id == self._records.me:
            raise NotTaken("yourself")
        if found is None or not self._records.may_judge(found.id):
            raise NotTaken("not_yours")
        return found

    def _of_key(self, key: str) -> tuple[str, Person | None]:
        """Return the half-day of a row, and its learner; a guest's has none."""
        if key.startswith(f"{GUEST}/"):
            slot, learner = key.split("/")[1], None
        else:
            slot, _slash, name = key.partition("/")
            learner = self._person(name)
        self._known(slot)
        return slot, learner

    def _entry(self, how: str, stamp: Mapping[str, Any]) -> Data:
        return check_in(stamp, how=how if how in HOW else HOW[0], by=str(self._records.me))


_GUEST_FIELDS = (("name", _LONGEST_NAME), ("organisation", _LONGEST_NAME), ("phone", _LONGEST_PHONE))


def _line(given: object, most: int) -> str:
    return " ".join(str(given or "").split())[:most]


def _id(name: str) -> PersonId | None:
    """Return a person's id as hosts number people; None for no name."""
    return (int(name) if name.isascii() and name.isdecimal() and len(name) < 19 else name) if name else None  # noqa: PLR2004


def _there(record: Record | None) -> Record:
    if record is None:
        raise NotTaken("gone")
    return record


def standing(record: Record | None) -> bool:
    """Tell whether a row counts."""
    return record is not None and record.state == "done"
