"""Read the facts of a piece of evidence as people type them on a phone, and tell field by field what is missing or cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from takwin_xblocks.contract.digits import NumberRefused, fold, read_number
from takwin_xblocks.contract.markup import possible, unturned
from takwin_xblocks.evidence.content import MOST_PHOTOS, Asked
from takwin_xblocks.plan.dates import DateRefused, read_date

PAPER, SPOKEN, NOBODY = "paper", "spoken", "nobody"
WAYS = (PAPER, SPOKEN, NOBODY)
"""How those whom a photo shows have agreed; `nobody`: no person can be recognised."""
LONGEST_LINE, LONGEST_TEXT = 200, 3_000
MOST_PEOPLE = 99_999


@dataclass(frozen=True, kw_only=True)
class Photo:
    """A photo: the host's name of the file, '' once it was withdrawn, what it shows, and roughly where it was taken."""

    file: str
    words: str = ""
    position: tuple[float, float] | None = None
    """To a kilometre or so, and only if the trainee chose to keep it."""


@dataclass(frozen=True, kw_only=True)
class Consent:
    """How those whom the photos show have agreed: who, to whom if it was said aloud, and when (`2027-03-31`)."""

    how: str = ""
    who: str = ""
    to: str = ""
    when: str = ""


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What a trainee says of one piece of field work. A day is as kept: `2027-03-31`, or '' for none."""

    day: str = ""
    place: str = ""
    cooperative: str = ""
    women: Mapping[str, int] = field(default_factory=dict)
    men: Mapping[str, int] = field(default_factory=dict)
    uncounted: int = 0
    photos: tuple[Photo, ...] = ()
    consent: Consent = Consent()
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def people(self) -> int:
        """Return how many took part, counted by age or not."""
        return sum(self.women.values()) + sum(self.men.values()) + self.uncounted

    def without(self, file: str) -> Facts:
        """Return the same facts with one photo withdrawn, its words too: they may say who is on it."""
        photos = tuple(Photo(file="") if one.file == file else one for one in self.photos)
        return Facts(**{**vars(self), "photos": photos})

    def kept(self) -> dict[str, Any]:
        """Return what a record keeps."""
        return {
            "day": self.day,
            "place": self.place,
            "cooperative": self.cooperative,
            "women": dict(self.women),
            "men": dict(self.men),
            "uncounted": self.uncounted,
            "photos": [photo_kept(one) for one in self.photos],
            "consent": dict(vars(self.consent)),
            "answers": dict(self.answers),
        }


def facts_of(kept: Mapping[str, Any]) -> Facts:
    """Return the facts that a record keeps."""
    return Facts(
        **{name: str(kept.get(name, "")) for name in ("day", "place", "cooperative")},
        women=dict(kept.get("women") or {}),
        men=dict(kept.get("men") or {}),
        uncounted=int(kept.get("uncounted") or 0),
        photos=tuple(map(photo_of, kept.get("photos", ()))),
        consent=Consent(**{name: str((kept.get("consent") or {}).get(name, "")) for name in ("how", "who", "to", "when")}),
        answers=dict(kept.get("answers") or {}),
    )


def photo_kept(photo: Photo) -> dict[str, Any]:
    """Return what a record, or a draft, keeps of a photo."""
    where = {"position": list(photo.position)} if photo.position else {}
    return {"file": photo.file, "words": photo.words, **where}


def photo_of(kept: Mapping[str, Any]) -> Photo:
    """Return the photo that was kept."""
    where = kept.get("position")
    position = (float(where[0]), float(where[1])) if where else None
    return Photo(file=str(kept.get("file", "")), words=str(kept.get("words", "")), position=position)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What was read: the facts as far as they can be, and why not, by field."""

    facts: Facts
    codes: Mapping[str, str]


def read_facts(typed: Mapping[str, str], asked: Asked, photos: Iterable[Photo] = (), *, takes_photos: bool = True) -> Reading:
    """Return the facts that were typed, with the photos that are there; every field that needs its trainee has a code.

    Where the host takes no photos none is missed (`takes_photos`).

    A day in the future is taken: phones' clocks are wrong, and a trainer sees it flagged.
    """
    reader = _Reader(typed, asked)
    given = tuple(one for one in photos if one.file)[:MOST_PHOTOS]
    if takes_photos and len(given) < asked.photos:
        reader.codes["photos"] = "too_few"
    facts = Facts(
        day=reader.day("date", is_needed=asked.requires("date")) if asked.asks("date") else "",
        place=reader.text("place", is_needed=asked.requires("place")) if asked.asks("place") else "",
        cooperative=reader.text("cooperative", is_needed=asked.requires("cooperative")) if asked.asks("cooperative") else "",
        **(reader.people() if asked.asks("participants") else {}),
        photos=given,
        consent=reader.consent() if given else Consent(),
        answers={
            question: reader.text(f"q-{question}", is_needed=is_needed, most=LONGEST_TEXT)
            for question, is_needed in asked.questions.items()
        },
    )
    return Reading(facts=facts, codes=reader.codes)


class _Reader:
    """Reads field after field, and collects why one cannot be."""

    def __init__(self, typed: Mapping[str, str], asked: Asked) -> None:
        self._typed = typed
        self._asked = asked
        self.codes: dict[str, str] = {}

    def text(self, name: str, *, is_needed: bool, most: int = LONGEST_LINE) -> str:
        text = unturned(possible(self._typed.get(name, ""))).replace("\r\n", "\n").strip()
        if most == LONGEST_LINE:
            text = " ".join(text.split())
        if len(text) > most:
            self.codes[name] = "too_long" if most == LONGEST_LINE else "far_too_long"
        elif is_needed and not text:
            self.codes[name] = "needed"
        return text[:most]

    def day(self, name: str, *, is_needed: bool) -> str:
        try:
            read = read_date(self._typed.get(name, ""))
        except DateRefused as refused:
            self.codes[name] = refused.code
            return ""
        if read is None and is_needed:
            self.codes[name] = "needed"
        return read.isoformat() if read else ""

    def people(self) -> dict[str, Any]:
        women = {band.id: self._count(f"w-{band.id}") for band in self._asked.bands}
        men = {band.id: self._count(f"m-{band.id}") for band in self._asked.bands}
        uncounted = self._count("uncounted")
        total = sum(women.values()) + sum(men.values()) + uncounted
        if self._asked.requires("participants") and not total and not any(name in self.codes for name in self._counts()):
            self.codes["uncounted"] = "nobody_counted"
        return {"women": women, "men": men, "uncounted": uncounted}

    def _counts(self) -> list[str]:
        return [f"{sex}-{band.id}" for sex in "wm" for band in self._asked.bands] + ["uncounted"]

    def _count(self, name: str) -> int:
        typed = self._typed.get(name, "").strip()
        if not typed:
            return 0
        try:
            whole = [value for value in read_number(typed) if value == value.to_integral_value()]
        except NumberRefused:
            whole = []
        if not whole or "%" in fold(typed):
            self.codes[name] = "not_whole"
            return 0
        if not 0 <= whole[-1] <= MOST_PEOPLE:
            self.codes[name] = "out_of_range"
            return 0
        return int(whole[-1])

    def consent(self) -> Consent:
        how = self._typed.get("how", "")
        if how not in WAYS:
            self.codes["how"] = "needed"
            return Consent(**{name: self._typed.get(name, "")[:LONGEST_LINE] for name in ("who", "to")})
        if how == NOBODY:
            return Consent(how=how)
        return Consent(
            how=how,
            who=self.text("who", is_needed=True),
            to=self.text("to", is_needed=True) if how == SPOKEN else "",
            when=self.day("when", is_needed=True),
        )


def is_ahead(kept_day: str, sent_on: date) -> bool:
    """Tell whether a day lies more than a day after it was sent, which a phone's wrong clock explains, or a slip."""
    try:
        day = read_date(kept_day)
    except DateRefused:
        return False
    return day is not None and day > sent_on + timedelta(days=1)
