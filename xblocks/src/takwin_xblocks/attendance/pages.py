"""Put the pages of a session together from what the block knows, for whoever looks: a trainee, a trainer, an author."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takwin_xblocks.attendance.book import MOST_TO_CHOOSE, BookPage, book_html
from takwin_xblocks.attendance.card import attended_html, card_html, head_html
from takwin_xblocks.attendance.codes import tidy
from takwin_xblocks.attendance.field import FieldPage, field_html
from takwin_xblocks.attendance.people import MOST_IN_PAGE, PAGE, Roll, roll_of
from takwin_xblocks.attendance.register import MOST_ROWS, kind_of
from takwin_xblocks.attendance.sheet import MOST_PRINTED, PrintPage, print_html
from takwin_xblocks.attendance.words import half_day_words, when_html
from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.queue_panel import queue_panel
from takwin_xblocks.contract.records import Person, PersonId, Record
from takwin_xblocks.contract.voice import Voice

_SAMPLE = "7K2M4-XD9PR"


class Pages:
    """The pages of one session, for one reader."""

    def __init__(self, block: Any, voice: Voice, *, plain_forms: bool, query: Mapping[str, str] | None = None) -> None:
        self._block = block
        self._voice = voice
        self._plain_forms = plain_forms
        self._query = query or {}
        self._session = block.session

    # --- in the unit ---

    def learner_or_trainer(self) -> Html:
        """Return the trainee's card and hours, or what trainers do here."""
        block = self._block
        is_sample = block.is_sample or getattr(block.runtime, "is_author_mode", False)
        inside = self._sample() if is_sample else self._trainer() if block.records.is_judge else self._learner()
        title = element("h3", element("bdi", self._session.title), class_="coop__title") if self._session.title else None
        status = self._said()
        return joined(title, head_html(self._session, self._voice), status, inside)

    def _own_card(self) -> Html | None:
        """Return the card of a trainer who learns in another cohort."""
        if not self._block.learns_here:
            return None
        return element("details", element("summary", self._("Your card")), self._learner(), class_="attendance-fold")

    def _learner(self) -> Html:
        records = self._block.records
        person = records.people([records.me]).get(records.me) or Person(id=records.me, name="")
        asks = self._form(
            "card",
            element("p", self._("Your card has a code that the trainer scans or types.")),
            element("button", self._("Get my card"), type="submit", class_="coop__button"),
        )
        return joined(
            card_html(self._session, self._voice, person, asks=asks),
            attended_html(self._session, self._voice, self._block.register.attended(records.me)),
        )

    def _sample(self) -> Html:
        person = Person(id="", name=self._("Name of the trainee"), code=_SAMPLE)
        return joined(card_html(self._session, self._voice, person), attended_html(self._session, self._voice, ()))

    def _trainer(self) -> Html:
        note = self._block.fallback_note(self._voice)
        if self._block.work_url("field_view") is not None:
            return joined(note, self._summary(), self._links(), self._own_card())
        folded = (
            (self._("In the hall: check in"), self.field()),
            (self._("Register"), self.book()),
            (self._("Sheets and cards to print"), self.paper()),
        )
        parts = [element("details", element("summary", words), inside, class_="attendance-fold") for words, inside in folded]
        return joined(note, self._summary(), *parts)

    def _summary(self) -> Html:
        """Return how many were noted at each half-day, as the host counts them."""
        _ = self._voice.words.gettext
        strangers = len(self._block.register.strangers())
        items = [
            element(
                "li",
                element(
                    "span",
                    element("strong", element("bdi", half_day_words(self._voice, half, number))),
                    element("span", when_html(self._voice, half), class_="attendance__when"),
                    class_="attendance__half-told",
                ),
                element("span", self._here_words(half.id), class_="attendance__mark"),
                class_="attendance__half",
            )
            for number, half in enumerate(self._session.half_days, start=1)
        ]
        said = self._voice.words.ngettext(
            "{count} code belongs to nobody on your lists", "{count} codes belong to nobody on your lists", strangers
        )
        return joined(
            element("ul", *items, class_="attendance__halves") if items else None,
            element("p", said.format(count=strangers), class_="attendance__flag") if strangers else None,
        )

    def _noted(self, slot: str) -> int:
        return self._block.records.counts(kind=kind_of(slot)).get("done", 0)

    def _here_words(self, slot: str) -> str:
        count = self._noted(slot)
        return self._voice.words.ngettext("{count} noted", "{count} noted", count).format(count=count)

    # --- pages of their own ---

    def field(self) -> Html:
        """Return the phone's page in the hall."""
        block = self._block
        roll = self._roll(limit=MOST_IN_PAGE)
        page = FieldPage(
            dom_id=f"{block.dom_id}-f",
            session=self._session,
            roll=roll,
            noted={one.id: self._noted(one.id) if roll.after else roll.count(one.id) for one in self._session.half_days},
            form=self._form,
            panel=queue_panel(block, self._voice),
            scan_url=block.runtime.local_resource_url(block, "public/scan.js"),
            roster_url=block.runtime.handler_url(block, "roster"),
            links=self._links(but="field_view"),
            level=self._level,
        )
        return joined(self._place(), self._status(), field_html(page, self._voice))

    def book(self) -> Html:
        """Return the register."""
        block = self._block
        roll = self._roll(limit=PAGE, group=self._asked("group"), after=self._asked("after"))
        strangers = block.register.strangers()
        # In one query, and all of them: each code is looked for among everybody.
        people = block.records.people(limit=MOST_ROWS) if strangers else {}
        page = BookPage(
            dom_id=f"{block.dom_id}-b",
            session=self._session,
            roll=roll,
            form=self._form,
            strangers=strangers,
            known=self._known(strangers, people),
            guests=block.register.guests(),
            names=self._names(roll, strangers),
            links=self._links(but="judge_view", group=roll.group),
            level=self._level,
            choices=people if len(people) <= MOST_TO_CHOOSE else None,
            more_url=block.work_url("judge_view", group=roll.group, after=roll.after) if roll.after else None,
            group_urls=self._group_urls("judge_view", roll),
        )
        return joined(self._place(), self._status(), book_html(page, self._voice))

    def paper(self) -> Html:
        """Return what is printed."""
        block = self._block
        what = "cards" if self._asked("record") == "cards" else "sheet"
        roll = self._roll(limit=MOST_PRINTED, group=self._asked("group"), after=self._asked("after"), rows=False)
        kinds = (("sheet", self._("Attendance sheet")), ("cards", self._("Cards")))
        made = [(name, block.work_url("print_view", record=kind, group=roll.group), kind == what) for kind, name in kinds]
        more = block.work_url("print_view", record=what, group=roll.group, after=roll.after) if roll.after else None
        page = PrintPage(
            session=self._session,
            roll=roll,
            what=what,
            kinds=tuple((name, url, shown) for name, url, shown in made if url),
            groups=self._group_urls("print_view", roll, record=what),
            more_url=more,
        )
        return print_html(page, self._voice)

    # --- pieces ---

    def _roll(self, *, limit: int, group: str = "", after: str = "", rows: bool = True) -> Roll:
        halves = self._session.half_days if rows else ()
        return roll_of(self._block.records, self._block.register, halves, group=group, after=after, limit=limit)

    @staticmethod
    def _known(strangers: tuple[Record, ...], people: Mapping[PersonId, Person]) -> dict[str, Person]:
        """Return whose codes some strangers' are, such as of those who were enrolled since."""
        owners = {tidy(one.code): one for one in people.values() if one.code}
        found = ((one.key, owners.get(str(one.data.get("code", "")))) for one in strangers)
        return {key: person for key, person in found if person is not None}

    def _names(self, roll: Roll, others: tuple[Record, ...]) -> dict[str, str]:
        """Return the names of those who noted anything that the page shows."""
        shown = [rows[learner] for rows in roll.rows.values() for learner in roll.people if learner in rows]
        noted = [one for record in (*shown, *others) for one in (*record.data.get("entries", ()), *record.data.get("undone", ()))]
        ids = {str(one.get("by")) for one in noted} - {"", "None"}
        records = self._block.records
        people = records.people([int(one) if one.isdecimal() else one for one in sorted(ids)]) if ids else {}
        return {str(one.id): one.name for one in people.values()}

    def _group_urls(self, view: str, roll: Roll, **query: str) -> tuple[tuple[str, str, bool], ...]:
        if len(roll.groups) < 2:  # noqa: PLR2004 -- nothing to choose from
            return ()
        choices = {"": self._("All groups"), **roll.groups}
        made = [(name, self._block.work_url(view, group=group, **query), group == roll.group) for group, name in choices.items()]
        return tuple((name, url, shown) for name, url, shown in made if url)

    def _links(self, *, but: str = "", group: str = "") -> Html:
        block = self._block
        chosen = {"group": group} if group else {}
        urls = (
            ("field_view", self._("In the hall: check in"), block.work_url("field_view")),
            ("judge_view", self._("Register"), block.work_url("judge_view", **chosen)),
            ("print_view", self._("Attendance sheet to print"), block.work_url("print_view", record="sheet", **chosen)),
            ("print_view", self._("Cards to print"), block.work_url("print_view", record="cards", **chosen)),
        )
        links: list[Piece] = [
            element("a", words, href=url, class_="attendance__link" + (" attendance__link--first" if view == "field_view" else ""))
            for view, words, url in urls
            if url and view != but
        ]  # fmt: skip
        again = self._form(
            "recount",
            element("input", type="hidden", name="view", value=but),
            element("button", self._("Count all hours again"), type="submit", class_="attendance__link"),
            class_="attendance__again",
        )
        file = self._form(
            "csv",
            element("input", type="hidden", name="group", value=group),
            element("button", self._("Register as a file (CSV)"), type="submit", class_="attendance__link"),
            class_="attendance__again",
            data_attendance_csv=True,
            hidden=True,
        )
        return element("div", *links, file, again, class_="attendance__links")

    @property
    def _level(self) -> str:
        """The heading that parts of a page have: its host's page has a title, in the unit the block has one."""
        return "h4" if self._block.work_url("field_view") is None else "h2"

    def _place(self) -> Html | None:
        """Return where the session is held, on a page of its own; in the unit that stands above."""
        if self._level == "h4" or not self._session.place:
            return None
        return element("p", element("bdi", self._session.place), class_="coop__note")

    def _status(self) -> Html | None:
        """Return where the page says what became of a form; in the unit it stands above."""
        if self._block.work_url("field_view") is None:
            return None
        return self._said()

    def _said(self) -> Html:
        said = dict(self._block.said)
        state = "error" if said.get("refused") else None
        words = str(said.get("words", ""))
        return element(
            "p", words, role="status", aria_live="polite", class_="coop__status", data_status=True, data_state=state, tabindex="-1"
        )

    def _form(self, handler: str, /, *inside: Piece, **attributes: Any) -> Html:
        made: Html = self._block.form(handler, *inside, voice=self._voice, plain_forms=self._plain_forms, **attributes)
        return made

    def _asked(self, name: str) -> str:
        return str(self._query.get(name, ""))[:200]

    def _(self, words: str) -> str:
        """Return words in the reader's language."""
        return self._voice.words.gettext(words)
