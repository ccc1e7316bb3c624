"""Show one piece of evidence: its facts, its photos, what its trainee thinks of it, and all that was said to it before."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.records import PersonId
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence.content import Asked
from takwin_xblocks.evidence.facts import SPOKEN, Facts, Photo, is_ahead
from takwin_xblocks.evidence.rounds import Decision, Round
from takwin_xblocks.evidence.words import (
    band_words,
    day_html,
    decision_words,
    label,
    moment_html,
    people_words,
    reason_words,
    way_words,
)


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around a piece wherever it is shown: what was asked, where photos are, how people are called."""

    asked: Asked
    texts: Mapping[str, str]
    address: Callable[[str], str]
    """Makes the address of a photo for this reader; '' where there is none."""
    names: Mapping[PersonId, str] = field(default_factory=dict)
    withdraw: Callable[[str], Html] | None = None
    """Makes the form with which a trainee withdraws a photo."""
    level: int = 4
    """Of its heading; those inside it are one lower."""

    def heading(self, *inside: Piece, below: int = 0, **attributes: str | bool | None) -> Html:
        """Return a heading at the level that suits the page around."""
        return element(f"h{self.level + below}", *inside, **attributes)


def round_html(frame: Frame, voice: Voice, one: Round) -> Html:
    """Return all that was sent in one round: photos first, for they are looked at first."""
    facts = one.facts
    return joined(
        _flag(voice, one),
        _photos(frame, voice, facts),
        element("dl", *_facts(frame, voice, facts), class_="evidence__facts"),
        *(_answer(frame, question, answer) for question, answer in facts.answers.items() if answer),
    )


def earlier_html(frame: Frame, voice: Voice, rounds: tuple[Round, ...]) -> Html | None:
    """Return the rounds before the last, newest first, folded away; None where there are none."""
    before = rounds[:-1]
    if not before:
        return None
    _ = voice.words.gettext
    shown = [
        element(
            "section",
            frame.heading(_("Sent on"), " ", moment_html(voice, one.at), below=1, class_="evidence__small-heading"),
            *(decision_html(frame, voice, said) for said in one.decisions),
            round_html(frame, voice, one),
            class_="evidence__earlier",
        )
        for one in reversed(before)
    ]
    words = voice.words.ngettext("What was sent before ({count})", "What was sent before ({count})", len(before))
    return element("details", element("summary", words.format(count=len(before))), *shown, class_="evidence__more")


def decision_html(frame: Frame, voice: Voice, said: Decision) -> Html:
    """Return what a trainer decided, in which words, who it was and when."""
    _ = voice.words.gettext
    reason = reason_words(frame.texts, said.reason)
    by = frame.names.get(said.by, "")
    return element(
        "div",
        element(
            "p",
            element("strong", decision_words(voice, said.what)),
            " · ",
            moment_html(voice, said.at),
            *((" · ", element("bdi", by)) if by else ()),
            class_="evidence__said-head",
        ),
        element("p", reason, dir="auto") if reason else None,
        element("p", said.words, dir="auto", class_="evidence__words") if said.words else None,
        class_="evidence__said",
        data_said=said.what,
    )


def headline(frame: Frame, voice: Voice, facts: Facts) -> Html:
    """Return a piece in one line: its day, its place or cooperative, how many took part."""
    told: list[Piece] = [day_html(voice, facts.day)] if facts.day else []
    told += [element("bdi", text) for text in (facts.cooperative, facts.place) if text][:1]
    if facts.people and frame.asked.asks("participants"):
        told.append(people_words(voice, facts.people))
    if not told:
        return Html()
    return joined(*(piece for index, each in enumerate(told) for piece in ((" · ", each) if index else (each,))))


def _flag(voice: Voice, one: Round) -> Html | None:
    try:
        sent_on = datetime.fromisoformat(one.at).date()
    except ValueError:
        return None
    _ = voice.words.gettext
    said = []
    if is_ahead(one.facts.day, sent_on):
        said.append(_("The day lies after the day on which this was sent: a phone's wrong clock, or a slip. Ask."))
    if any(not photo.file for photo in one.facts.photos):
        said.append(_("A photo was withdrawn by the trainee."))
    return element("ul", *(element("li", words) for words in said), class_="evidence__flags") if said else None


def _photos(frame: Frame, voice: Voice, facts: Facts) -> Html | None:
    shown = [_photo(frame, voice, photo) for photo in facts.photos if photo.file]
    return element("div", *shown, class_="evidence__photos") if shown else None


def _photo(frame: Frame, voice: Voice, photo: Photo) -> Html:
    _ = voice.words.gettext
    address = frame.address(photo.file)
    picture: Html = (
        element(
            "a",
            element("img", src=address, alt=photo.words or _("Photo"), loading="lazy"),
            href=address,
            target="_blank",
            rel="noopener",
        )
        if address
        else element("p", _("This photo is not there any more."), class_="coop__note")
    )
    where = photo.position
    about = [element("bdi", photo.words)] if photo.words else []
    if where:
        place = voice.figure(f"{where[0]:.2f}, {where[1]:.2f}")
        about.append(element("span", _("Taken near"), " ", place, class_="coop__note"))
    return element(
        "figure",
        picture,
        element("figcaption", *about) if about else None,
        frame.withdraw(photo.file) if frame.withdraw is not None else None,
        class_="evidence__photo",
    )


def _facts(frame: Frame, voice: Voice, facts: Facts) -> list[Html]:
    rows = [
        (label(voice, "date"), day_html(voice, facts.day)),
        (label(voice, "place"), _said(facts.place)),
        (label(voice, "cooperative"), _said(facts.cooperative)),
        (voice.words.gettext("Who took part"), _people(frame, voice, facts)),
        (voice.words.gettext("Agreement of those on the photos"), _agreed(voice, facts)),
    ]
    return [element("div", element("dt", name), element("dd", told)) for name, told in rows if told]


def _said(text: str) -> Html:
    return element("bdi", text) if text else Html()


def _people(frame: Frame, voice: Voice, facts: Facts) -> Html:
    if not facts.people:
        return Html()
    _ = voice.words.gettext
    names = {band.id: band_words(voice, band) for band in frame.asked.bands}
    ages = [one for one in dict.fromkeys([*names, *facts.women, *facts.men]) if facts.women.get(one) or facts.men.get(one)]
    table = element(
        "table",
        element("thead", element("tr", *(element("th", words, scope="col") for words in (_("Age"), _("Women"), _("Men"))))),
        element(
            "tbody",
            *(
                element(
                    "tr",
                    element("th", names.get(age, age), scope="row", dir="auto"),
                    element("td", voice.figure(str(facts.women.get(age, 0)))),
                    element("td", voice.figure(str(facts.men.get(age, 0)))),
                )
                for age in ages
            ),
        ),
        class_="coop__table evidence__counted",
    )
    others = element("span", _("Others:"), " ", voice.figure(str(facts.uncounted))) if facts.uncounted else None
    return joined(
        element("p", element("strong", people_words(voice, facts.people)), *((" · ", others) if others else ())),
        table if ages else None,
    )


def _agreed(voice: Voice, facts: Facts) -> Html:
    consent = facts.consent
    if not consent.how:
        return Html()
    told: list[Html] = [element("span", way_words(voice, consent.how))]
    told += [element("bdi", consent.who)] if consent.who else []
    if consent.how == SPOKEN and consent.to:
        told.append(joined(voice.words.gettext("said to"), " ", element("bdi", consent.to)))
    told += [day_html(voice, consent.when)] if consent.when else []
    return joined(*(piece for index, each in enumerate(told) for piece in ((" · ", each) if index else (each,))))


def _answer(frame: Frame, question: str, answer: str) -> Html:
    asked = frame.texts.get(question, "")
    return element(
        "div",
        frame.heading(Html(inline(asked)), below=1, dir="auto", class_="evidence__small-heading") if asked else None,
        element("p", answer, dir="auto", class_="evidence__words"),
        class_="evidence__answer",
    )
