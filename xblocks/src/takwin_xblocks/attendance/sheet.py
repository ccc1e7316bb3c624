"""Print the sign-in sheet, one personal QR a row and a column to sign for each half-day, and cards to cut out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from takwin_xblocks.attendance.book import choice_html
from takwin_xblocks.attendance.card import Session, card_face_html
from takwin_xblocks.attendance.content import HalfDay
from takwin_xblocks.attendance.drawing import qr_html
from takwin_xblocks.attendance.people import Roll
from takwin_xblocks.attendance.words import half_day_words, hours_words
from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.records import Person
from takwin_xblocks.contract.voice import Voice

ROWS = 20
CARDS = 8
COLUMNS = 4
"""Half-days that are signed on one sheet of paper."""
FOR_GUESTS = 5
"""Empty rows at least."""
MOST_PRINTED = 200

Numbered = tuple[int, HalfDay]
Choices = tuple[tuple[str, str, bool], ...]
"""Name, address, whether it is the one shown."""


@dataclass(frozen=True, kw_only=True)
class PrintPage:
    """What is printed, and how one comes to the rest."""

    session: Session
    roll: Roll
    what: str
    """`sheet` or `cards`."""
    kinds: Choices = ()
    groups: Choices = ()
    more_url: str | None = None


def print_html(page: PrintPage, voice: Voice) -> Html:
    """Return what is printed, and above it, on the screen alone, the choice and the button."""
    _ = voice.words.gettext
    tools = element(
        "div",
        choice_html(_("What to print"), page.kinds),
        choice_html(_("Group"), page.groups),
        element(
            "button", _("Print"), type="button", class_="coop__button", data_attendance_print=True, hidden=True
        ),
        element("p", _("A4, upright. Or choose Print in the menu of your browser: only the sheets come out."), class_="coop__note"),
        element("p", element("a", _("More learners"), href=page.more_url, class_="attendance__link")) if page.more_url else None,
        class_="attendance-print__tools",
    )  # fmt: skip
    made = cards_html(page, voice) if page.what == "cards" else sheets_html(page, voice)
    return element("div", tools, made, class_="attendance-print")


def cards_html(page: PrintPage, voice: Voice) -> Html:
    """Return the cards, eight on a sheet, of those who have a code."""
    people = [one for one in page.roll.people.values() if one.code]
    sheets = [people[start : start + CARDS] for start in range(0, len(people), CARDS)]
    if not sheets:
        return element("p", voice.words.gettext("Nobody has a card yet."), class_="coop__note")
    return joined(
        *(
            element(
                "section",
                *(card_face_html(voice, one, session=page.session) for one in sheet),
                class_="attendance-paper attendance-paper--cards",
            )
            for sheet in sheets
        )
    )


def sheets_html(page: PrintPage, voice: Voice) -> Html:
    """Return the sign-in sheets: twenty rows each, empty ones at the end for guests."""
    people: list[Person | None] = list(page.roll.people.values())
    room = -len(people) % ROWS
    rows = people + [None] * (room if room >= FOR_GUESTS else room + ROWS)
    halves: list[Numbered] = list(enumerate(page.session.half_days, start=1))
    parts = [halves[start : start + COLUMNS] for start in range(0, len(halves), COLUMNS)] or [[]]
    leaves = [(part, start) for part in parts for start in range(0, len(rows), ROWS)]
    return joined(
        *(
            _sheet(page, voice, part, rows[start : start + ROWS], first=start + 1, leaf=(index, len(leaves)))
            for index, (part, start) in enumerate(leaves, start=1)
        )
    )


def _sheet(
    page: PrintPage, voice: Voice, halves: Sequence[Numbered], rows: Sequence[Person | None], *, first: int, leaf: tuple[int, int]
) -> Html:
    _ = voice.words.gettext
    head = element(
        "tr",
        element("th", _("No."), scope="col", class_="attendance-sheet__number"),
        element("th", _("Code"), scope="col", class_="attendance-sheet__code"),
        element("th", _("Name"), scope="col", class_="attendance-sheet__who"),
        *(
            element(
                "th",
                element("bdi", half_day_words(voice, half, number)),
                element("span", hours_words(voice, half.hours), class_="attendance-sheet__hours"),
                scope="col",
            )
            for number, half in halves
        ),
    )
    body = [_row(voice, one, number, len(halves)) for number, one in enumerate(rows, start=first)]
    return element(
        "section",
        _head(page, voice),
        element("table", element("thead", head), element("tbody", *body), class_="attendance-sheet"),
        element(
            "p",
            element("span", _("The trainer: name and signature")),
            element("span", _("Sheet {number} of {count}").format(number=leaf[0], count=leaf[1])),
            class_="attendance-sheet__foot",
        ),
        class_="attendance-paper",
    )


def _head(page: PrintPage, voice: Voice) -> Html:
    _ = voice.words.gettext
    session = page.session
    group = page.roll.groups.get(page.roll.group, "")
    pairs = [(_("Place"), session.place), (_("Organiser"), session.organiser), (_("Group"), group)]
    told = [
        element("span", element("b", _("{name}:").format(name=name)), " ", element("bdi", text) if text else "…………………")
        for name, text in pairs
        if text or name != _("Group")
    ]
    return element(
        "header",
        element("p", _("Attendance sheet"), class_="attendance-sheet__kind"),
        element("h3", element("bdi", session.title or "……………………………"), class_="attendance-sheet__title"),
        element("p", *told, class_="attendance-sheet__facts"),
    )


def _row(voice: Voice, person: Person | None, number: int, columns: int) -> Html:
    label = voice.words.gettext("Code of {name}").format(name=person.name) if person else ""
    picture = qr_html(person.code, label=label, class_="attendance-sheet__qr") if person and person.code else None
    name = element("bdi", person.name) if person else ""
    return element(
        "tr",
        element("td", f"{number}", class_="attendance-sheet__number"),
        element("td", picture, class_="attendance-sheet__code"),
        element("td", name, class_="attendance-sheet__who"),
        *(element("td") for _column in range(columns)),
    )
