"""Show a trainer one piece of evidence on one screen with three ways to decide, the list of those that wait, and whom all of it reached."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.evidence.piece import Frame, decision_html, earlier_html, headline, round_html
from takwin_xblocks.evidence.rounds import ACCEPTED, ASKED_AGAIN, REFUSED, TAKEN_BACK, Round
from takwin_xblocks.evidence.tally import Reached, table_text
from takwin_xblocks.evidence.words import band_words, day_html, decision_words, moment_html, reason_words, state_words


@dataclass(frozen=True, kw_only=True)
class Case:
    """One piece of evidence as a trainer meets it."""

    key: str
    version: int
    state: str
    name: str
    """Of the trainee."""
    group: str
    rounds: tuple[Round, ...]
    error: str = ""
    """What was wrong with the last decision, in words."""
    tried: str = ""
    """Which decision that was."""


def judge_html(frame: Frame, voice: Voice, case: Case, form: Callable[..., Html], *, dom_id: str, page: str) -> Html:
    """Return the whole of a piece with what can be decided; `page` says where the answer is shown."""
    last = case.rounds[-1]
    _ = voice.words.gettext
    return joined(
        element(
            "header",
            frame.heading(element("bdi", case.name), class_="evidence__who", tabindex="-1", data_focus=True),
            element("p", element("bdi", case.group), class_="coop__note") if case.group else None,
            element(
                "p", _("Sent on"), " ", moment_html(voice, last.at), " · ", stands_words(voice, case.state), class_="coop__note"
            ),
            class_="evidence__head",
        ),
        element(
            "div",
            element("div", *(decision_html(frame, voice, said) for said in last.decisions), round_html(frame, voice, last)),
            _decide(frame, voice, case, form, dom_id=dom_id, page=page),
            class_="evidence__both",
            data_desk=page == "judge",
        ),
        earlier_html(frame, voice, case.rounds),
    )


def stands_words(voice: Voice, state: str) -> str:
    """Return where a piece stands, for a trainer: what is to be done next is said to the trainee."""
    return decision_words(voice, ASKED_AGAIN) if state == "returned" else state_words(voice, state)


def _decide(frame: Frame, voice: Voice, case: Case, form: Callable[..., Html], *, dom_id: str, page: str) -> Html | None:
    """Return three forms, one for each way to decide, or the one that takes a decision back."""
    _ = voice.words.gettext

    def one(what: str, *inside: Piece, **attributes: str | bool | None) -> Html:
        hidden = {"record": case.key, "version": str(case.version), "decision": what, "page": page}
        return form(
            "decide",
            *(element("input", type="hidden", name=field_name(name), value=value) for name, value in hidden.items()),
            *inside,
            class_="evidence__way",
            data_decision=what,
            **attributes,
        )

    if case.state == "returned":
        return element("p", _("The trainee has been asked to correct it."), class_="coop__note")
    if case.state in ("done", "refused"):
        words = _words_field(case, TAKEN_BACK, _("Why do you take it back?"), dom_id=dom_id, needed=True)
        button = _button(_("Take the decision back"), quiet=True)
        return _way(_("Take the decision back"), one(TAKEN_BACK, words, button), is_open=case.tried == TAKEN_BACK)
    ask = _words_field(case, ASKED_AGAIN, _("What is missing? The trainee reads this."), dom_id=dom_id, needed=True)
    refuse = _words_field(case, REFUSED, _("In your own words"), dom_id=dom_id, needed=not frame.asked.reasons)
    return element(
        "section",
        frame.heading(_("Decide"), below=1, class_="coop__hidden"),
        one(
            ACCEPTED,
            _words_field(case, ACCEPTED, _("A word for the trainee (if you wish)"), dom_id=dom_id, needed=False, rows=1),
            _button(_("Accept"), key="A"),
        ),
        _way(
            _("Ask again"), one(ASKED_AGAIN, ask, _button(_("Ask again"), quiet=True)), key="R", is_open=case.tried == ASKED_AGAIN
        ),
        _way(
            _("Refuse"),
            one(REFUSED, _reasons(frame, voice, case, dom_id=dom_id), refuse, _button(_("Refuse"), quiet=True)),
            key="X",
            is_open=case.tried == REFUSED,
        ),
        _keys(voice),
        class_="evidence__decide",
        data_deciding=True,
    )


def _way(title: str, form: Html, *, key: str = "", is_open: bool) -> Html:
    hint = element("kbd", key, dir="ltr", data_key_hint=True, hidden=True) if key else None
    return element(
        "details", element("summary", title, " ", hint), form, class_="evidence__fold", open=is_open, data_key=key or None
    )


def _button(words: str, *, quiet: bool = False, key: str = "") -> Html:
    hint = joined(" ", element("kbd", key, dir="ltr", data_key_hint=True, hidden=True)) if key else None
    return element(
        "button",
        words,
        hint,
        type="submit",
        class_="coop__button coop__button--quiet" if quiet else "coop__button",
        data_key=key or None,
    )


def _keys(voice: Voice) -> Html:
    """Return the box that turns the keys off: whoever speaks to their computer must not decide by a word."""
    said = voice.words.gettext("Keys: A accepts, R asks again, X refuses; Ctrl and Enter send.")
    return element(
        "label",
        element("input", type="checkbox", checked=True, data_keys=True),
        element("span", said),
        class_="coop__choice evidence__keys",
        hidden=True,
    )


def _words_field(case: Case, what: str, label: str, *, dom_id: str, needed: bool, rows: int = 3) -> Html:
    field_id = f"{dom_id}-{what}-words"
    error = case.error if case.tried == what else ""
    return element(
        "div",
        element("label", label, for_=field_id),
        element(
            "textarea",
            rows=rows,
            maxlength=2000,
            dir="auto",
            id=field_id,
            name=field_name("words"),
            required=needed,
            class_="evidence__text",
            aria_invalid="true" if error else None,
            aria_describedby=f"{field_id}-error",
        ),
        element(
            "div",
            element("p", error, class_="coop__error") if error else None,
            id=f"{field_id}-error",
            data_result_for=field_id,
        ),
        class_="coop__entry evidence__field",
        data_part=field_id,
    )


def _reasons(frame: Frame, voice: Voice, case: Case, *, dom_id: str) -> Html | None:
    if not frame.asked.reasons:
        return None
    _ = voice.words.gettext
    field_id = f"{dom_id}-reason"
    options = [element("option", reason_words(frame.texts, one), value=one) for one in frame.asked.reasons]
    return element(
        "div",
        element("label", _("Reason"), for_=field_id),
        element(
            "select",
            element("option", _("Choose, or write below"), value=""),
            *options,
            id=field_id,
            name=field_name("reason"),
            dir="auto",
            aria_invalid="true" if case.tried == REFUSED and case.error else None,
        ),
        class_="coop__entry evidence__field",
    )


# --- what waits ---


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One piece in a list."""

    name: str
    group: str
    state: str
    last: Round
    url: str | None
    folded: Html | None = None
    """The whole of it, where the host shows no page for it."""


def waiting_html(frame: Frame, voice: Voice, waiting: Sequence[Listed], *, more: int) -> Html:
    """Return the list of pieces that wait for this trainer."""
    _ = voice.words.gettext
    count = len(waiting) + more
    if not count:
        return element("p", _("Nothing waits for you here."), class_="coop__note")
    title = voice.words.ngettext("{count} piece waits for you", "{count} pieces wait for you", count).format(count=count)
    return element("section", frame.heading(title, class_="evidence__heading"), list_html(frame, voice, waiting))


def list_html(frame: Frame, voice: Voice, listed: Sequence[Listed]) -> Html:
    """Return pieces as a list; those that have no page of their own unfold."""
    rows = [
        element("li", _listed(frame, voice, one))
        if one.folded is None
        else element("li", element("details", element("summary", _listed(frame, voice, one)), one.folded))
        for one in listed
    ]
    return element("ul", *rows, class_="evidence__list", role="list")


def _listed(frame: Frame, voice: Voice, one: Listed) -> Html:
    name = element("bdi", one.name)
    told = headline(frame, voice, one.last.facts)
    return joined(
        element("a", name, href=one.url, class_="evidence__link") if one.url else element("strong", name),
        element("span", element("bdi", one.group), class_="coop__note") if one.group else None,
        element("span", told, class_="evidence__line") if told else None,
        None if one.state in ("waiting", "claimed") else element("span", stands_words(voice, one.state), class_="coop__note"),
    )


# --- whom it reached ---


def reached_html(frame: Frame, voice: Voice, sums: Reached) -> Html | None:
    """Return how many people all accepted evidence reached, by sex and age; None while nothing is accepted."""
    if not sums.pieces:
        return None
    _ = voice.words.gettext
    names = {band.id: band_words(voice, band) for band in frame.asked.bands}
    bands = sums.bands(names)
    women, men = sum(sums.women.values()), sum(sums.men.values())
    rows = [(names.get(one, one), sums.women.get(one, 0), sums.men.get(one, 0)) for one in bands]
    rows.append((_("Together"), women, men))
    accepted = voice.words.ngettext("{count} piece accepted", "{count} pieces accepted", sums.pieces).format(count=sums.pieces)
    return element(
        "section",
        frame.heading(_("People reached"), class_="evidence__heading"),
        element(
            "p", element("strong", voice.amount(sums.people), class_="evidence__figure"), " ", accepted, class_="evidence__reached"
        ),
        element(
            "table",
            element("thead", element("tr", *(element("th", words, scope="col") for words in (_("Age"), _("Women"), _("Men"))))),
            element(
                "tbody",
                *(
                    element(
                        "tr",
                        element("th", name, scope="row", dir="auto"),
                        *(element("td", voice.figure(voice.amount(count))) for count in counts),
                    )
                    for name, *counts in rows
                ),
            ),
            class_="coop__table evidence__counted",
        ),
        element("p", _("Others:"), " ", voice.figure(voice.amount(sums.uncounted)), class_="coop__note")
        if sums.uncounted
        else None,
        element("p", _("Who took part twice is counted twice: nobody is named."), class_="coop__note"),
    )


@dataclass(frozen=True, kw_only=True)
class Kept:
    """One accepted piece in the table."""

    name: str
    group: str
    last: Round


def sheet_html(frame: Frame, voice: Voice, kept: Sequence[Kept]) -> Html | None:
    """Return accepted evidence as a table without photos, and the same as a file; None while nothing is accepted."""
    if not kept:
        return None
    _ = voice.words.gettext
    head = [
        _("Trainee"),
        _("Group"),
        _("Day"),
        _("Place"),
        _("Cooperative or group"),
        _("Women"),
        _("Men"),
        _("Others"),
        _("Together"),
    ]
    rows = [
        (
            one.name,
            one.group,
            day_html(voice, one.last.facts.day),
            one.last.facts.place,
            one.last.facts.cooperative,
            sum(one.last.facts.women.values()),
            sum(one.last.facts.men.values()),
            one.last.facts.uncounted,
            one.last.facts.people,
        )
        for one in kept
    ]
    return element(
        "section",
        frame.heading(_("Accepted evidence"), class_="evidence__heading"),
        element(
            "p",
            element(
                "a",
                _("Save as a table (CSV)"),
                href=f"data:text/csv;charset=utf-8,{quote(_file(frame, voice, kept))}",
                download="evidence.csv",
                class_="coop__button coop__button--quiet evidence__button",
            ),
        ),
        element(
            "div",
            element(
                "table",
                element("thead", element("tr", *(element("th", words, scope="col") for words in head))),
                element("tbody", *(_row(row) for row in rows)),
                class_="coop__table",
            ),
            class_="evidence__scroll",
            tabindex="0",
            role="region",
            aria_label=_("Accepted evidence"),
        ),
    )


def _row(cells: Sequence[str | int]) -> Html:
    return element("tr", *(element("td", cell if isinstance(cell, Html) else element("bdi", str(cell))) for cell in cells))


def _file(frame: Frame, voice: Voice, kept: Sequence[Kept]) -> str:
    """Return the table as CSV: a column for each sex and age, so that sums can be made."""
    _ = voice.words.gettext
    names = {band.id: band_words(voice, band) for band in frame.asked.bands}
    older = (age for one in kept for age in (*one.last.facts.women, *one.last.facts.men))
    ages = list(dict.fromkeys([*names, *older]))
    counted = [words.format(age=names.get(age, age)) for age in ages for words in (_("Women, {age}"), _("Men, {age}"))]
    head = [
        _("Trainee"),
        _("Group"),
        _("Day"),
        _("Place"),
        _("Cooperative or group"),
        *counted,
        _("Others"),
        _("Together"),
        _("Accepted on"),
    ]
    rows: list[list[str | int]] = []
    for one in kept:
        facts = one.last.facts
        counts = [sums.get(age, 0) for age in ages for sums in (facts.women, facts.men)]
        accepted_on = one.last.last.at[:10] if one.last.last else ""
        rows.append(
            [one.name, one.group, facts.day, facts.place, facts.cooperative, *counts, facts.uncounted, facts.people, accepted_on]
        )
    return table_text([head, *rows])
