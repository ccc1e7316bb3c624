"""An observer's sheet: read from what was sent, kept in a record, and read back from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from takwin_xblocks.contract.markup import unturned
from takwin_xblocks.contract.records import PersonId, Record
from takwin_xblocks.observation.grading import Decision, Rules, Sheet, latest

OBSERVATION = "observation"
"""Kind of a record that holds a sheet; `waiting` until a trainer counts it."""
RESULT = "result"
"""Kind of the record that holds what a trainer decided and published for one trainee."""
LONGEST_NOTE = 500
MOST_SECONDS = 24 * 60 * 60
MOST_SHEETS = 20
"""How many sheets of one trainee the block takes of one observer."""
LEVEL, NOTE = "level-", "note-"
"""Names of fields: `level-i1`, `note-i1`."""


class SheetRefused(ValueError):
    """A sheet that cannot be kept: `codes` says why, by field."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {code}" for name, code in codes.items()))
        self.codes = dict(codes)


@dataclass(frozen=True, kw_only=True)
class Marked:
    """What an observer marked and wrote."""

    levels: Mapping[str, int]
    notes: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    seconds: int = 0
    """How long it lasted on the observer's phone, as a span and never as a time of day."""

    def as_data(self) -> dict[str, Any]:
        """Return it as a record keeps it."""
        return {"levels": dict(self.levels), "notes": dict(self.notes), "remark": self.remark, "seconds": self.seconds}


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A sheet with its record."""

    record: Record
    sheet: Sheet
    notes: Mapping[str, str]
    remark: str
    seconds: int
    by_trainer: bool

    @property
    def is_counted(self) -> bool:
        """Tell whether it counts."""
        return self.record.state == "done"

    @property
    def is_waiting(self) -> bool:
        """Tell whether a trainer has not said yet whether it counts."""
        return self.record.state in {"waiting", "claimed"}


def read_marked(answers: Mapping[str, Sequence[str]], rules: Rules) -> Marked:
    """Return what a form sent. Refuses (`SheetRefused`) items without a level, levels that there are not, notes too long."""
    codes: dict[str, str] = {}
    levels, notes = {}, {}
    for item in rules.items:
        typed = _first(answers, LEVEL + item)
        if not typed:
            codes[LEVEL + item] = "unmarked"
        elif typed in {str(level) for level in range(rules.top + 1)}:
            levels[item] = int(typed)
        else:
            codes[LEVEL + item] = "no_level"
        notes[item] = _note(answers, NOTE + item, codes)
    remark = _note(answers, "remark", codes)
    if codes:
        raise SheetRefused(codes)
    said = {item: note for item, note in notes.items() if note}
    return Marked(levels=levels, notes=said, remark=remark, seconds=_seconds(_first(answers, "seconds")))


def kept_of(record: Record) -> Kept:
    """Return the sheet that a record holds."""
    data = record.data
    order = (_whole(data.get("seq")), str(data.get("entry") or record.key))
    levels = {str(item): _whole(level) for item, level in dict(data.get("levels") or {}).items()}
    return Kept(
        record=record,
        sheet=Sheet(
            key=record.key,
            observer=str(record.author),
            levels=levels,
            order=order,
            device=device_of(data.get("stamp")),
            arrived=record.created_at.timestamp(),
        ),
        notes={str(item): str(note) for item, note in dict(data.get("notes") or {}).items()},
        remark=str(data.get("remark") or ""),
        seconds=_whole(data.get("seconds")),
        by_trainer=bool(data.get("by_trainer")),
    )


def device_of(stamp: object) -> str:
    """Return which phone sent a sheet, '' for a plain form."""
    return str(stamp.get("device") or "") if isinstance(stamp, Mapping) else ""


def counted_of(kept: Iterable[Kept]) -> tuple[Kept, ...]:
    """Return the sheets that count: of each observer the last of those that were counted; trainers first."""
    counting = [one for one in kept if one.is_counted]
    last = {sheet.key for sheet in latest(one.sheet for one in counting)}
    return tuple(sorted((one for one in counting if one.sheet.key in last), key=lambda one: (not one.by_trainer, one.sheet.key)))


def waiting_of(kept: Iterable[Kept]) -> tuple[Kept, ...]:
    """Return the sheets that wait for a trainer: of each observer the last one, unless a later one of theirs counts already."""
    every = list(kept)
    last = {sheet.key for sheet in latest(one.sheet for one in every if one.is_waiting or one.is_counted)}
    return tuple(one for one in every if one.is_waiting and one.sheet.key in last)


def set_aside_of(kept: Iterable[Kept]) -> tuple[Kept, ...]:
    """Return the sheets that a trainer set aside."""
    return tuple(one for one in kept if one.record.state == "refused" and not one.record.data.get("superseded"))


def result_key(learner: PersonId) -> str:
    """Return the key of the record that holds a trainee's result."""
    return f"result-{learner}"


def decision_of(record: Record | None) -> Decision | None:
    """Return what a trainer decided."""
    told = (record.data if record is not None else {}).get("decision") or {}
    if not told:
        return None
    return Decision(basis=str(told["basis"]), reason=str(told["reason"]), about=frozenset(map(str, told.get("about", ()))))


def published_of(record: Record | None) -> Mapping[str, Any] | None:
    """Return what was published, None while nothing was."""
    return (record.data if record is not None else {}).get("published") or None


def tidy(typed: str) -> str:
    """Return a note as it is kept: without marks that turn the text after it, without space around it."""
    return unturned(typed.replace("\r\n", "\n")).strip()


def _note(answers: Mapping[str, Sequence[str]], name: str, codes: dict[str, str]) -> str:
    text = tidy(_first(answers, name))
    if len(text) > LONGEST_NOTE:
        codes[name] = "too_long"
    return text


def _seconds(typed: str) -> int:
    is_span = typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_SECONDS))
    return min(int(typed), MOST_SECONDS) if is_span else 0


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _first(answers: Mapping[str, Sequence[str]], name: str) -> str:
    given = answers.get(name) or ()
    return str(given[0]) if given else ""
