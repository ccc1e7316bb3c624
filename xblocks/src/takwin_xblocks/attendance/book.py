"""The register as trainers look at it afterwards: who was where, what was noted twice, whose codes are unknown, and guests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from takwin_xblocks.attendance.card import Session
from takwin_xblocks.attendance.codes import grouped
from takwin_xblocks.attendance.content import HalfDay
from takwin_xblocks.attendance.field import guest_fields
from takwin_xblocks.attendance.people import Roll, moment_of
from takwin_xblocks.attendance.register import GUEST, Guest, guest_of, standing
from takwin_xblocks.attendance.rows import Data, Row
from takwin_xblocks.attendance.words import (
    half_day_words,
    how_words,
    moment_html,
    of_hours_words,
    reason_words,
)
from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.records import Person, PersonId, Record
from takwin_xblocks.contract.voice import Voice

MOST_TO_CHOOSE = 100


@dataclass(frozen=True, kw_only=True)
class BookPage:
    """What the register's page is made of."""

    dom_id: str
    session: Session
    roll: Roll
    form: Callable[..., Html]
    strangers: tuple[Record, ...]
    known: dict[str, Person]
    """Whose code a stranger's is, where one may know it by now."""
    guests: tuple[Record, ...]
    names: dict[str, str]
    """Names of those who noted, by id."""
    links: Html
    level: str
    """The heading that parts of the page have."""
    choices: Mapping[PersonId, Person] | None = None
    """Whose a code may be; None where these are too many to choose from."""
    more_url: str | None = None
    group_urls: tuple[tuple[str, str, bool], ...] = ()
    """Name, address, whether it is the one shown."""


def book_html(page: BookPage, voice: Voice) -> Html:
    """Return the register."""
    _ = voice.words.gettext
    return element(
        "div",
        _strangers(page, voice),
        element(page.level, _("Register"), class_="attendance__heading"),
        choice_html(_("Group"), page.group_urls),
        *(_learner(page, voice, one) for one in page.roll.people.values()),
        element("p", _("Nobody learns here yet."), class_="coop__note") if not page.roll.people else None,
        element("p", element("a", _("More learners"), href=page.more_url, class_="attendance__link")) if page.more_url else None,
        _guests(page, voice),
        page.links,
        class_="attendance-book",
    )


def choice_html(label: str, choices: Iterable[tuple[str, str, bool]]) -> Html | None:
    """Return links of which one is shown (name, address, whether it is that one); nothing where there is nothing to choose."""
    links = [
        element("a", element("bdi", name), href=url, class_="attendance__link", aria_current="true" if shown else None)
        for name, url, shown in choices
    ]
    return element("nav", *links, class_="attendance-book__groups", aria_label=label) if len(links) > 1 else None


# --- learners ---


def _learner(page: BookPage, voice: Voice, person: Person) -> Html:
    _ = voice.words.gettext
    halves = page.session.half_days
    hours = sum((one.hours for one in halves if page.roll.is_here(one.id, person.id)), start=page.session.hours * 0)
    dots = [_dot(page, voice, half, number, person.id) for number, half in enumerate(halves, start=1)]
    summary = element(
        "summary",
        element("span", element("bdi", person.name), class_="attendance-book__name"),
        element("span", *dots, class_="attendance-book__dots"),
        element("span", of_hours_words(voice, hours, page.session.hours), class_="attendance-book__hours"),
    )
    rows = [_half(page, voice, half, number, person) for number, half in enumerate(halves, start=1)]
    return element("details", summary, element("ul", *rows, class_="attendance-book__halves"), class_="attendance-book__learner")


def _dot(page: BookPage, voice: Voice, half: HalfDay, number: int, learner: PersonId) -> Html:
    _ = voice.words.gettext
    record = page.roll.row(half.id, learner)
    row = Row.of(record.data) if record else Row(half.id)
    state, said = ("none", _("not noted"))
    if row.is_disputed:
        state, said = ("odd", _("look at it"))
    elif standing(record):
        state, said = ("here", _("here"))
    elif record is not None:
        state, said = ("gone", _("taken back"))
    mark = {"none": "–", "odd": "!", "here": "✓", "gone": "×"}[state]
    told = element("span", f"{half_day_words(voice, half, number)}: {said} ", class_="coop__hidden")
    return element("span", told, element("span", mark, aria_hidden="true"), class_=f"attendance-dot attendance-dot--{state}")


def _half(page: BookPage, voice: Voice, half: HalfDay, number: int, person: Person) -> Html:
    _ = voice.words.gettext
    record = page.roll.row(half.id, person.id)
    told: list[Piece] = [element("strong", element("bdi", half_day_words(voice, half, number)))]
    if record is None:
        told.append(_note_form(page, voice, half, person))
        return element("li", *told)
    row = Row.of(record.data)
    if row.is_disputed:
        told.append(element("p", _("One took this back, another noted it too: ask them."), class_="coop__error"))
    elif len(row.standing) > 1:
        said = voice.words.ngettext("Noted {count} time, counted once.", "Noted {count} times, counted once.", len(row.standing))
        told.append(element("p", said.format(count=len(row.standing)), class_="attendance-book__twice"))
    told.append(_history(page, voice, record, row))
    told.append(_undo_form(page, voice, record) if row.standing else _note_form(page, voice, half, person))
    return element("li", *told)


def _history(page: BookPage, voice: Voice, record: Record, row: Row) -> Html:
    _ = voice.words.gettext
    reasons = reason_words(voice)
    is_guest = record.kind == GUEST  # a guest has no code: the name was written, whatever the entry says
    noted = [
        _event(page, voice, record, one, how_words(voice, "guest" if is_guest else str(one.get("how", "")))) for one in row.entries
    ]
    undone = [
        _event(page, voice, record, one, _("taken back: {reason}").format(reason=reasons.get(str(one.get("reason")), "?")))
        for one in row.undone
    ]
    return element("ul", *noted, *undone, class_="attendance-book__events")


def _event(page: BookPage, voice: Voice, record: Record, one: Data, said: str) -> Html:
    _ = voice.words.gettext
    alone = Record(
        key=record.key,
        kind=record.kind,
        state="",
        created_at=record.created_at,
        updated_at=record.updated_at,
        data={"entries": [one]},
    )
    by = page.names.get(str(one.get("by")), "")
    off = _("the phone's clock was wrong") if one.get("clock_off") else ""
    pieces = [moment_html(moment_of(alone)), said, *([element("bdi", by)] if by else []), *([off] if off else [])]
    return element("li", *(joined(" · " if index else "", piece) for index, piece in enumerate(pieces)))


def _note_form(page: BookPage, voice: Voice, half: HalfDay, person: Person) -> Html:
    _ = voice.words.gettext
    return page.form(
        "check_in",
        _hidden("view", "judge_view"),
        _hidden("slot", half.id),
        _hidden("learner", str(person.id)),
        element("button", _("Was here"), type="submit", class_="coop__button coop__button--quiet"),
    )


def _undo_form(page: BookPage, voice: Voice, record: Record) -> Html:
    _ = voice.words.gettext
    name = f"{page.dom_id}-why-{record.key}".replace("/", "-")
    options = [element("option", said, value=reason) for reason, said in reason_words(voice).items()]
    return page.form(
        "take_back",
        _hidden("view", "judge_view"),
        _hidden("key", record.key),
        element("label", _("Why take it back?"), for_=name),
        element("select", *options, id=name, name="reason"),
        element("button", _("Take it back"), type="submit", class_="coop__button coop__button--quiet"),
        class_="coop__entry",
    )


# --- strangers and guests ---


def _strangers(page: BookPage, voice: Voice) -> Html | None:
    _ = voice.words.gettext
    if not page.strangers:
        return None
    count = len(page.strangers)
    words = voice.words.ngettext(
        "{count} code belongs to nobody on your lists", "{count} codes belong to nobody on your lists", count
    )
    return element(
        "section",
        element(page.level, words.format(count=count), class_="attendance__heading"),
        element("p", _("Say whose each is. What you do not know may stay."), class_="coop__note"),
        *(_stranger(page, voice, one, index) for index, one in enumerate(page.strangers, start=1)),
        class_="attendance-strangers",
    )


def _stranger(page: BookPage, voice: Voice, record: Record, index: int) -> Html:
    _ = voice.words.gettext
    row = Row.of(record.data)
    halves = {half.id: half_day_words(voice, half, number) for number, half in enumerate(page.session.half_days, start=1)}
    first = row.first
    by = page.names.get(str(first.get("by")), "") if first else ""
    facts = [
        element("bdi", grouped(str(record.data.get("code", ""))), dir="ltr", class_="attendance-strangers__code"),
        element("bdi", halves.get(row.slot, row.slot)),
        moment_html(moment_of(record)),
        *([element("bdi", by)] if by else []),
    ]
    head = element("p", *(joined(" · " if place else "", fact) for place, fact in enumerate(facts)))
    name = f"{page.dom_id}-s{index}"
    return element(
        "div",
        head,
        _whose_form(page, voice, record, name),
        element(
            "details",
            element("summary", _("It is a guest's, or no card at all")),
            page.form(
                "welcome",
                _hidden("view", "judge_view"),
                _hidden("key", record.key),
                guest_fields(voice, name),
                element("button", _("Make it a guest"), type="submit", class_="coop__button coop__button--quiet"),
            ),
            page.form(
                "dismiss",
                _hidden("view", "judge_view"),
                _hidden("key", record.key),
                element("button", _("It is no card: set it aside"), type="submit", class_="coop__button coop__button--quiet"),
            ),
        ),
        class_="attendance-strangers__one",
    )


def _whose_form(page: BookPage, voice: Voice, record: Record, name: str) -> Html:
    _ = voice.words.gettext
    known = page.known.get(record.key)
    control: Html
    if known is not None:
        control = joined(
            _hidden("learner", str(known.id)),
            element("p", _("This is the code of"), " ", element("strong", element("bdi", known.name))),
        )
    elif page.choices is None:
        control = joined(
            element("label", _("Whose is it? Write the name."), for_=name),
            element("input", id=name, name="who", maxlength=120, required=True, autocomplete="off"),
        )
    else:
        options = [element("option", one.name, value=str(one.id)) for one in page.choices.values()]
        control = joined(
            element("label", _("Whose is it?"), for_=name),
            element("select", element("option", _("Choose"), value=""), *options, id=name, name="learner", required=True),
        )
    return page.form(
        "assign",
        _hidden("view", "judge_view"),
        _hidden("key", record.key),
        control,
        element("button", _("Was here"), type="submit", class_="coop__button"),
        class_="coop__entry",
    )


def _guests(page: BookPage, voice: Voice) -> Html | None:
    _ = voice.words.gettext
    if not page.guests:
        return None
    numbered = {half.id: (half, number) for number, half in enumerate(page.session.half_days, start=1)}
    items = [
        element(
            "li",
            *_guest_words(guest_of(rows[0])),
            element(
                "ul",
                *(
                    element("li", *_guest_half(page, voice, one, numbered.get(str(one.data.get("slot")))))
                    for one in rows
                ),
            ),
        )
        for rows in by_guest(page.guests)
    ]  # fmt: skip
    return element(
        "section",
        element(page.level, _("Guests"), class_="attendance__heading"),
        element("ul", *items, class_="attendance-book__guests"),
    )


def by_guest(records: Iterable[Record]) -> list[list[Record]]:
    """Return the rows of guests, those of one guest together."""
    found: dict[str, list[Record]] = {}
    for one in records:
        found.setdefault(guest_of(one).mark, []).append(one)
    return sorted(found.values(), key=lambda rows: guest_of(rows[0]).name)


def _guest_words(guest: Guest) -> list[Piece]:
    pieces: list[Piece] = [element("strong", element("bdi", guest.name))]
    pieces += [joined(" · ", element("bdi", guest.organisation))] if guest.organisation else []
    pieces += [joined(" · ", element("bdi", guest.phone, dir="ltr"))] if guest.phone else []
    return pieces


def _guest_half(page: BookPage, voice: Voice, record: Record, half: tuple[HalfDay, int] | None) -> list[Piece]:
    said = half_day_words(voice, *half) if half else str(record.data.get("slot"))
    row = Row.of(record.data)
    return [
        element("strong", element("bdi", said)),
        _history(page, voice, record, row),
        _undo_form(page, voice, record) if row.standing else None,
    ]


def _hidden(name: str, value: str) -> Html:
    return element("input", type="hidden", name=name, value=value)
