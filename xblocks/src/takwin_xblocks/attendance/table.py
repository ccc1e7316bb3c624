"""The register as a file for a spreadsheet: one line a person, one column a half-day, the hours, and no formula of anybody's."""

from __future__ import annotations

import csv
import io
from typing import Any

from takwin_xblocks.attendance.book import by_guest
from takwin_xblocks.attendance.card import Session
from takwin_xblocks.attendance.people import moment_of, roll_of
from takwin_xblocks.attendance.register import MOST_ROWS, Register, guest_of, standing
from takwin_xblocks.attendance.rows import Row
from takwin_xblocks.attendance.words import half_day_words
from takwin_xblocks.contract.cells import never_formula
from takwin_xblocks.contract.records import Record, Records
from takwin_xblocks.contract.voice import Voice


def csv_of(records: Records, register: Register, session: Session, voice: Voice, *, group: str = "") -> str:
    """Return the register of one's learners, then guests."""
    _ = voice.words.gettext
    halves = session.half_days
    roll = roll_of(records, register, halves, group=group, limit=MOST_ROWS)
    titles = [half_day_words(voice, half, number) for number, half in enumerate(halves, start=1)]
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow([never_formula(one) for one in (_("Name"), _("Group"), _("Organisation"), _("Telephone"), *titles, _("Hours"))])
    for person in roll.people.values():
        cells = [_cell(roll.row(half.id, person.id)) for half in halves]
        hours = sum((half.hours for half in halves if roll.is_here(half.id, person.id)), start=session.hours * 0)
        table.writerow([never_formula(person.name), never_formula(person.group), "", "", *cells, f"{hours.normalize():f}"])
    for rows in by_guest(register.guests()):
        table.writerow(_guest_line(session, rows, guest_word=_("Guest")))
    return written.getvalue()


def _guest_line(session: Session, rows: list[Record], *, guest_word: str) -> list[Any]:
    guest = guest_of(rows[0])
    by_slot = {str(one.data.get("slot")): one for one in rows}
    hours = sum((half.hours for half in session.half_days if standing(by_slot.get(half.id))), start=session.hours * 0)
    cells = [_cell(by_slot.get(half.id)) for half in session.half_days]
    return [
        never_formula(guest.name),
        never_formula(guest_word),
        never_formula(guest.organisation),
        never_formula(guest.phone),
        *cells,
        f"{hours.normalize():f}",
    ]


def _cell(record: Record | None) -> str:
    """Return when somebody was noted, in universal time; '' for nobody and for what was taken back."""
    if record is None or not standing(record):
        return ""
    count = len(Row.of(record.data).standing)
    return f"{moment_of(record):%Y-%m-%d %H:%M} UTC" + (f" ({count}×)" if count > 1 else "")
