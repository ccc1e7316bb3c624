"""Show a trainee their personal code, to be scanned by the trainer, and the hours they have attended."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from takwin_xblocks.attendance.codes import grouped
from takwin_xblocks.attendance.content import HalfDay
from takwin_xblocks.attendance.drawing import qr_html
from takwin_xblocks.attendance.words import half_day_words, of_hours_words, when_html
from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.records import Person
from takwin_xblocks.contract.voice import Voice


@dataclass(frozen=True, kw_only=True)
class Session:
    """What the author says of a session."""

    title: str
    place: str
    organiser: str
    intro: str
    half_days: tuple[HalfDay, ...]

    @property
    def hours(self) -> Decimal:
        """The hours of all half-days."""
        return sum((one.hours for one in self.half_days), Decimal(0))


def head_html(session: Session, voice: Voice) -> Html:
    """Return where a session is held and by whom."""
    _ = voice.words.gettext
    pairs = ((_("Place"), session.place), (_("Organiser"), session.organiser))
    told = [
        element("div", element("dt", _("{name}:").format(name=name)), " ", element("dd", element("bdi", text)))
        for name, text in pairs
        if text
    ]
    return joined(
        element("p", Html(inline(session.intro)), class_="attendance__intro") if session.intro else None,
        element("dl", *told, class_="attendance__head") if told else None,
    )


def card_html(session: Session, voice: Voice, person: Person, *, asks: Html | None = None) -> Html:
    """Return the trainee's card: its QR, the code below, the name; without a code, the form that makes one."""
    _ = voice.words.gettext
    if not person.code:
        return element("section", element("h4", _("Your card")), asks, class_="attendance__card attendance__card--none")
    return element(
        "section",
        element("h4", _("Your card"), class_="attendance__heading"),
        card_face_html(voice, person, session=session),
        element("p", _("Show it to the trainer, who scans it. Make the screen bright. A picture of this page or a print will do."),
            class_="coop__note"),
        element(
            "button",
            _("Print my card"),
            type="button",
            class_="coop__button coop__button--quiet",
            data_attendance_print=True,
            hidden=True,
        ),
        class_="attendance__card",
    )  # fmt: skip


def card_face_html(voice: Voice, person: Person, *, session: Session) -> Html:
    """Return what stands on a card, on the screen as on paper."""
    _ = voice.words.gettext
    return element(
        "div",
        element("p", element("bdi", person.name), class_="attendance__name"),
        qr_html(person.code, label=_("Your personal code as a QR picture")),
        element("p", element("bdi", grouped(person.code), dir="ltr"), class_="attendance__code"),
        element("p", element("bdi", session.title), class_="attendance__of") if session.title else None,
        class_="attendance__face",
    )


def attended_html(session: Session, voice: Voice, attended: Collection[str]) -> Html:
    """Return the half-days of a session, and at which of them the trainee was."""
    _ = voice.words.gettext
    if not session.half_days:
        return element("p", _("The half-days of this session are not known yet."), class_="coop__note")
    hours = sum((one.hours for one in session.half_days if one.id in attended), Decimal(0))
    items = [
        element(
            "li",
            element(
                "span",
                element("strong", element("bdi", half_day_words(voice, half, number))),
                element("span", when_html(voice, half), class_="attendance__when"),
                class_="attendance__half-told",
            ),
            element(
                "span",
                _("You were here") if half.id in attended else _("Not noted"),
                class_="attendance__mark",
            ),
            class_="attendance__half" + (" attendance__half--here" if half.id in attended else ""),
        )
        for number, half in enumerate(session.half_days, start=1)
    ]
    return element(
        "section",
        element("h4", _("What you attended"), class_="attendance__heading"),
        element("p", element("strong", of_hours_words(voice, hours, session.hours)), class_="attendance__sum"),
        element("progress", value=f"{hours}", max=f"{session.hours or 1}", class_="attendance__bar", aria_hidden="true"),
        element("ul", *items, class_="attendance__halves"),
        class_="attendance__attended",
    )
