"""The trainer's phone in the hall: choose the half-day, scan or type a code or tick a name, and see at once what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from takwin_xblocks.attendance.card import Session
from takwin_xblocks.attendance.codes import LONGEST, name_of
from takwin_xblocks.attendance.people import Roll, here_of
from takwin_xblocks.attendance.register import SEXES
from takwin_xblocks.attendance.words import half_day_words, reason_words, when_html
from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.records import Person
from takwin_xblocks.contract.voice import Voice


@dataclass(frozen=True, kw_only=True)
class FieldPage:
    """What the page in the hall is made of."""

    dom_id: str
    session: Session
    roll: Roll
    noted: Mapping[str, int]
    """How many are noted at each half-day."""
    form: Callable[..., Html]
    panel: Html
    """How many check-ins wait on this phone."""
    scan_url: str
    roster_url: str
    links: Html
    level: str
    """The heading that parts of the page have."""


def field_html(page: FieldPage, voice: Voice) -> Html:
    """Return the page for the hall. All but the camera works without script, too."""
    _ = voice.words.gettext
    if not page.session.half_days:
        return element("p", _("This session has no half-days yet: its author adds them."), class_="coop__note")
    return element(
        "div",
        _check_in(page, voice),
        page.panel,
        _last(page, voice),
        _names(page, voice),
        _guest(page, voice),
        page.links,
        element("div", role="status", aria_live="assertive", class_="attendance-says", data_attendance_says=True),
        class_="attendance-field",
        data_attendance_field=page.dom_id,
        data_scan_url=page.scan_url,
        data_roster_url=page.roster_url if page.roll.after else None,
        data_words=json.dumps(script_words(voice), ensure_ascii=False),
    )


def script_words(voice: Voice) -> dict[str, object]:
    """Return what the script says, which must have it without a network."""
    _ = voice.words.gettext
    return {
        "here": _("{name} is here."),
        "again": _("{name} is here already, since {time}."),
        "stranger": _("Not on this list. Kept on this phone: you can say later whose code it is."),
        "unknown": _("Kept on this phone. The list is not here: the site will say who it is."),
        "guest": _("{name} is here, as a guest."),
        "undone": _("Taken back: {name}."),
        "choose": _("Choose the half-day first."),
        "empty": _("No code was read. Scan it, or type its letters and figures."),
        "no_camera": _("The camera cannot be used here. Type the code, or tick the name."),
        "looking": _("Hold the code before the camera."),
        "waits": _("waits on this phone"),
        "tick": _("Here"),
        "tick_name": _("Here: {name}"),
        "undo": _("Undo"),
        "why": _("Why take it back?"),
        "keep": _("Leave it"),
        "code_label": _("Code {code}"),
        "reasons": dict(reason_words(voice)),
    }


def _check_in(page: FieldPage, voice: Voice) -> Html:
    _ = voice.words.gettext
    return page.form(
        "check_in",
        element("input", type="hidden", name="view", value="field_view"),
        _half_days(page, voice),
        _counts(page, voice),
        _camera(voice),
        _typed(page, voice),
        id=f"{page.dom_id}-form",
        data_attendance_form="checkin",
        class_="attendance-field__form",
    )


def _half_days(page: FieldPage, voice: Voice) -> Html:
    _ = voice.words.gettext
    only = len(page.session.half_days) == 1
    return element(
        "fieldset",
        element("legend", _("Which half-day?")),
        *(
            element(
                "label",
                element(
                    "input",
                    type="radio",
                    name="slot",
                    value=half.id,
                    required=True,
                    checked=only,
                    data_date=half.date,
                    data_starts=half.starts,
                ),
                element(
                    "span",
                    element("strong", element("bdi", half_day_words(voice, half, number))),
                    element("span", when_html(voice, half), class_="attendance__when"),
                ),
                class_="attendance-field__half",
            )
            for number, half in enumerate(page.session.half_days, start=1)
        ),
        class_="attendance-field__halves",
    )


def _counts(page: FieldPage, voice: Voice) -> Html:
    """Return here and expected, of each half-day; the script shows those of the one that is chosen."""
    _ = voice.words.gettext
    expected = len(page.roll.people)
    rows = [
        element(
            "p",
            element("strong", voice.number(page.noted.get(half.id, 0)), data_attendance_here=True),
            " ",
            _("here"),
            " / ",
            element("strong", voice.number(expected) + ("+" if page.roll.after else ""), data_attendance_expected=True),
            " ",
            _("expected"),
            element("bdi", half_day_words(voice, half, number), class_="attendance-counts__which"),
            class_="attendance-counts__row",
            data_slot=half.id,
        )
        for number, half in enumerate(page.session.half_days, start=1)
    ]
    return element("div", *rows, class_="attendance-counts")


def _camera(voice: Voice) -> Html:
    _ = voice.words.gettext
    return element(
        "div",
        element(
            "button",
            _("Scan with the camera"),
            type="button",
            class_="coop__button attendance-scan__start",
            data_attendance_scan=True,
            hidden=True,
        ),
        element(
            "div",
            element("video", playsinline=True, muted=True, data_attendance_video=True, class_="attendance-scan__video"),
            element("span", class_="attendance-scan__frame", aria_hidden="true"),
            element("button", _("Stop the camera"), type="button", class_="coop__button coop__button--quiet", data_attendance_stop=True),
            class_="attendance-scan__view",
            data_attendance_camera=True,
            hidden=True,
        ),
        element("p", class_="coop__note", data_attendance_no_camera=True, hidden=True),
        class_="attendance-scan",
    )  # fmt: skip


def _typed(page: FieldPage, voice: Voice) -> Html:
    _ = voice.words.gettext
    name = f"{page.dom_id}-code"
    return element(
        "div",
        element("label", _("Type the code under the picture"), for_=name),
        element(
            "span",
            element(
                "input",
                id=name,
                name="code",
                dir="ltr",
                maxlength=LONGEST,
                autocomplete="off",
                autocapitalize="characters",
                spellcheck="false",
            ),
            element("button", _("Note"), class_="coop__button", type="submit", name="how", value="typed"),
            class_="attendance-field__typed",
        ),
        class_="coop__entry attendance-field__code",
    )


def _names(page: FieldPage, voice: Voice) -> Html:
    _ = voice.words.gettext
    roll = page.roll
    search = f"{page.dom_id}-search"
    tools: list[Piece] = [
        element(
            "p",
            element("label", _("Search a name"), for_=search),
            element("input", id=search, type="search", autocomplete="off", data_attendance_search=True),
            class_="coop__entry",
            hidden=True,
            data_attendance_tools=True,
        )
    ]
    if len(roll.groups) > 1:
        tools.append(_groups(page, voice))
    more = _("More than {count} learners: the whole list comes with script, as long as there is a network.")
    return element(
        "section",
        element(page.level, _("Or tick the names"), class_="attendance__heading"),
        *tools,
        element("ul", *(_name(page, voice, one) for one in roll.people.values()), class_="attendance-names", data_attendance_names=True),
        element("p", more.format(count=len(roll.people)), class_="coop__note", data_attendance_more=True) if roll.after else None,
        element("p", _("Nobody learns here yet."), class_="coop__note") if not roll.people else None,
    )  # fmt: skip


def _groups(page: FieldPage, voice: Voice) -> Html:
    _ = voice.words.gettext
    name = f"{page.dom_id}-group"
    options = [element("option", _("All groups"), value="")]
    options += [element("option", title, value=title) for title in dict.fromkeys(page.roll.groups.values())]
    return element(
        "p",
        element("label", _("Group"), for_=name),
        element("select", *options, id=name, data_attendance_group=True),
        class_="coop__entry",
        hidden=True,
        data_attendance_tools=True,
    )


def _name(page: FieldPage, voice: Voice, person: Person) -> Html:
    _ = voice.words.gettext
    here = here_of(page.roll, person.id)
    noted = [
        element("span", "✓ ", element("bdi", half_day_words(voice, half, number)), class_="attendance-names__noted")
        for number, half in enumerate(page.session.half_days, start=1)
        if half.id in here
    ]
    return element(
        "li",
        element(
            "span",
            element("bdi", person.name, class_="attendance-names__name"),
            element("span", *noted, class_="attendance-names__state", data_attendance_state=True),
        ),
        element("button", _("Here"), type="submit", form=f"{page.dom_id}-form", name="learner", value=str(person.id),
            class_="attendance-names__tick", aria_label=_("Here: {name}").format(name=person.name)),
        data_learner=str(person.id),
        data_code=name_of(person.code) if person.code else None,
        data_group=person.group or None,
        data_here=json.dumps(here) if here else None,
    )  # fmt: skip


def _last(page: FieldPage, voice: Voice) -> Html:
    _ = voice.words.gettext
    return element(
        "section",
        element(page.level, _("Noted last on this phone"), class_="attendance__heading"),
        element("ol", class_="attendance-last", data_attendance_last=True),
        hidden=True,
        data_attendance_last_box=True,
    )


def _guest(page: FieldPage, voice: Voice) -> Html:
    _ = voice.words.gettext
    slots = [
        element("option", half_day_words(voice, half, number), value=half.id)
        for number, half in enumerate(page.session.half_days, start=1)
    ]
    name = f"{page.dom_id}-guest"
    form = page.form(
        "add_guest",
        element("input", type="hidden", name="view", value="field_view"),
        element(
            "p",
            element("label", _("Half-day"), for_=f"{name}-slot"),
            element("select", *slots, id=f"{name}-slot", name="slot"),
            class_="coop__entry",
            data_attendance_guest_slot=True,
        ),
        guest_fields(voice, name),
        element("button", _("Note this guest"), class_="coop__button", type="submit"),
        data_attendance_form="guest",
    )
    return element("details", element("summary", _("A guest without an account")), form, class_="attendance-guest")


def guest_fields(voice: Voice, dom_id: str) -> Html:
    """Return the fields of a guest; only the name is needed."""
    _ = voice.words.gettext
    texts: tuple[tuple[str, str, dict[str, str | int | bool]], ...] = (
        ("name", _("Name"), {"required": True, "maxlength": 120, "autocomplete": "off"}),
        ("organisation", _("Organisation (if any)"), {"maxlength": 120, "autocomplete": "off"}),
        ("phone", _("Telephone (if they wish)"), {"maxlength": 40, "type": "tel", "dir": "ltr", "autocomplete": "off"}),
    )
    sexes = dict(zip(SEXES, (_("Woman"), _("Man")), strict=True))
    return joined(
        *(
            element(
                "p",
                element("label", label, for_=f"{dom_id}-{name}"),
                element("input", id=f"{dom_id}-{name}", name=name, **told),
                class_="coop__entry attendance-guest__field",
            )
            for name, label, told in texts
        ),
        element(
            "fieldset",
            element("legend", _("Woman or man (if they wish)")),
            *(
                element("label", element("input", type="radio", name="sex", value=value), label, class_="coop__choice")
                for value, label in {**sexes, "": _("Not said")}.items()
            ),
            class_="attendance-guest__sex",
        ),
    )
