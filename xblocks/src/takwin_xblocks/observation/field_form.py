"""The observer's form for a phone: whom one observes, the time that is left, one big button for each level, a note for each item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.records import Person
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.observation.grading import Rules
from takwin_xblocks.observation.sheets import LEVEL, LONGEST_NOTE, NOTE
from takwin_xblocks.observation.words import clock_words

STEPS = ("low", "mid", "top")


@dataclass(frozen=True, kw_only=True)
class FieldForm:
    """What the form shows."""

    dom_id: str
    texts: Mapping[str, str]
    rules: Rules
    levels: Sequence[str]
    """Names of the levels, from 0."""
    minutes: int
    trainees: Sequence[Person]
    """Whom this observer may choose by name; a peer chooses nobody, and types the code that the trainee shows."""
    is_judge: bool
    person: str
    """Names the observer to their own phone, so that a draft is never shown to another."""
    page: str
    """Which page to show again after a plain form."""
    form: Callable[..., Html]
    has_status: bool = True
    """Whether the form has a line of its own for what was done."""
    has_more: bool = False
    """Whether there are more trainees than are listed."""
    sheet: str = ""
    """Names the next sheet that this page sends without a phone's count."""


def step_of(level: int, top: int) -> str:
    """Return where a level stands on the scale, for its colour: low, in between, top."""
    return STEPS[0] if level <= 0 else STEPS[2] if level >= top else STEPS[1]


def field_html(page: FieldForm, voice: Voice) -> Html:
    """Return the form."""
    _ = voice.words.gettext
    items = element(
        "ol", *(_item(page, item, number, voice) for number, item in enumerate(page.rules.items, 1)), class_="obs-items"
    )
    return page.form(
        "observe",
        element("input", type="hidden", name=field_name("page"), value=page.page),
        element("input", type="hidden", name=field_name("sheet"), value=page.sheet),
        element("input", type="hidden", name=field_name("seconds"), value="0", data_seconds=True),
        _who(page, voice),
        _bar(page, voice),
        items,
        _remark(page, voice),
        element("p", class_="coop__error", role="alert", data_missing=True),
        element("p", class_="coop__status", role="status", tabindex="-1", data_status=True) if page.has_status else None,
        _foot(voice),
        class_="obs-form",
        data_observation=True,
        data_person=page.person,
        data_queue="observation",
        data_queue_label=_("Observation: {name}").replace("{name}", "{answer-who}"),
        data_minutes=page.minutes,
        data_words_left=_("Time left"),
        data_words_over=_("Over time"),
        data_words_start=_("Start"),
        data_words_pause=_("Pause"),
        data_words_on=_("Go on"),
        data_words_marked=_("{done} of {all} marked"),
        data_words_missing=_("Not marked yet: {numbers}."),
        data_words_nobody=_("Choose whom you observe, or type the code that they show you."),
        data_words_one=_("One at a time"),
        data_words_all=_("All in a list"),
        data_words_code=_("Code {code}"),
        data_words_undone=_("Taken back."),
        data_words_draft=_("What you had marked is here again."),
        data_words_kept=_("Kept. The next trainee can begin."),
    )


def finding_html(groups: Mapping[str, str], voice: Voice, *, url: str, group: str, search: str, dom_id: str) -> Html:
    """Return the choice of a cohort, and the search among all, to be used while there is network."""
    _ = voice.words.gettext
    options = [element("option", _("All"), value="", selected=not group)]
    options += [element("option", name, value=key, selected=key == group) for key, name in groups.items()]
    return element(
        "details",
        element("summary", _("Another cohort, or somebody who is not in the list")),
        element(
            "form",
            element(
                "p",
                element("label", _("Cohort"), for_=f"{dom_id}-group"),
                element("select", *options, id=f"{dom_id}-group", name="group"),
                class_="coop__entry",
            ),
            element(
                "p",
                element("label", _("Name"), for_=f"{dom_id}-name"),
                element("input", type="search", id=f"{dom_id}-name", name="search", value=search, dir="auto"),
                class_="coop__entry",
            ),
            element("p", element("button", _("Show"), type="submit", class_="coop__button coop__button--quiet")),
            method="get",
            action=url,
        ),
        open=bool(group or search),
    )


def _who(page: FieldForm, voice: Voice) -> Html:
    _ = voice.words.gettext
    list_id = f"{page.dom_id}-who"
    listed = [_person(one) for one in page.trainees]
    names = joined(
        element(
            "p",
            element("label", _("Search by name"), for_=f"{list_id}-search"),
            element("input", type="search", id=f"{list_id}-search", autocomplete="off", dir="auto", data_search=True),
            class_="coop__entry obs-search",
            hidden=True,
        ),
        element("div", *listed, class_="obs-people", data_people=True),
        element(
            "p",
            _("Nobody of that name in this list: type the code that they show you."),
            class_="coop__note",
            data_none=True,
            hidden=True,
        ),
        page.has_more and element("p", _("The list is long and is cut here: others are found by their code."), class_="coop__note"),
    )
    code = element(
        "p",
        element("label", _("The code on their card or phone"), for_=f"{list_id}-code"),
        element(
            "input",
            type="text",
            id=f"{list_id}-code",
            name=field_name("code"),
            autocomplete="off",
            autocapitalize="characters",
            spellcheck="false",
            dir="ltr",
            maxlength=200,
            required=not page.trainees,
            data_code=True,
        ),
        element("button", _("Scan it"), type="button", class_="coop__button coop__button--quiet", hidden=True, data_scan=True),
        class_="coop__entry obs-code",
    )
    note = None if page.is_judge else _("You observe as another trainee: your sheet counts once a trainer has looked at it.")
    return element(
        "fieldset",
        element("legend", _("Whom do you observe?")),
        note and element("p", note, class_="coop__note"),
        names if listed else None,
        element("details", element("summary", _("Or by their code")), code) if listed else code,
        element("input", type="hidden", name=field_name("who"), value="", data_who=True),
        element("video", class_="obs-video", hidden=True, muted=True, playsinline=True, data_video=True),
        class_="obs-who",
        data_part="who",
        data_who_fields=True,
    )


def _person(person: Person) -> Html:
    return element(
        "label",
        element("input", type="radio", name=field_name("trainee"), value=str(person.id), data_code_of=person.code or None),
        element(
            "span", element("bdi", person.name, data_name=True), person.group and element("small", element("bdi", person.group))
        ),
        class_="obs-person",
    )


def _bar(page: FieldForm, voice: Voice) -> Html:
    """Return what stays in sight: whom one observes, the time, how far one is. It lives by script alone."""
    _ = voice.words.gettext
    return element(
        "div",
        element("p", element("bdi", data_chosen=True), class_="obs-chosen"),
        element("button", _("Change"), type="button", class_="obs-link", data_change=True),
        element(
            "div",
            element(
                "p",
                element("small", _("Time left"), data_clock_words=True),
                element("bdi", clock_words(page.minutes * 60), dir="ltr", role="timer", class_="obs-clock", data_clock=True),
                class_="obs-time",
            ),
            element("button", _("Start"), type="button", class_="coop__button coop__button--quiet", data_start=True),
            class_="obs-timer",
        ),
        element("progress", max=str(len(page.rules.items)), value="0", aria_label=_("Marked"), data_progress=True),
        element("p", data_marked=True, role="status", class_="obs-marked"),
        element("button", _("All in a list"), type="button", class_="obs-link", data_mode=True),
        class_="obs-bar",
        hidden=True,
        data_bar=True,
    )


def _item(page: FieldForm, item: str, number: int, voice: Voice) -> Html:
    _ = voice.words.gettext
    legend = joined(
        element("span", voice.figure(str(number)), class_="obs-number"),
        element("bdi", Html(inline(page.texts.get(item, ""))), class_="obs-text"),
    )
    key = element("p", _("Must be seen: no zero is allowed here."), class_="obs-key") if item in page.rules.keys else None
    hint = page.texts.get(f"{item}/hint", "")
    buttons = [_level(page, item, level, name) for level, name in enumerate(page.levels)]
    note_id = f"{page.dom_id}-{NOTE}{item}"
    note = element(
        "p",
        element("label", _("Evidence: words heard, act seen"), for_=note_id),
        element(
            "textarea", "", id=note_id, name=field_name(NOTE + item), rows=2, dir="auto", maxlength=LONGEST_NOTE, data_note=True
        ),
        class_="coop__entry obs-note",
    )
    inside = element(
        "fieldset",
        element("legend", legend),
        key,
        hint and element("p", element("bdi", Html(inline(hint))), class_="coop__note"),
        element("div", *buttons, class_="obs-levels"),
        note,
        element("div", data_result_for=LEVEL + item),
        data_part=LEVEL + item,
    )
    return element("li", inside, class_="obs-item", data_item=item, data_number=number)


def _level(page: FieldForm, item: str, level: int, name: str) -> Html:
    radio = element("input", type="radio", name=field_name(LEVEL + item), value=str(level), required=True)
    words = element("span", element("b", str(level)), " ", element("bdi", name), class_="obs-level__words")
    return element("label", radio, words, class_="obs-level", data_step=step_of(level, page.rules.top))


def _remark(page: FieldForm, voice: Voice) -> Html:
    _ = voice.words.gettext
    where = f"{page.dom_id}-remark"
    return element(
        "p",
        element("label", _("For the trainee: one thing to keep, one thing to try"), for_=where),
        element("textarea", "", id=where, name=field_name("remark"), rows=3, dir="auto", maxlength=LONGEST_NOTE),
        class_="coop__entry obs-remark",
        data_remark=True,
    )


def _foot(voice: Voice) -> Html:
    """Return the buttons at the thumb: back, undo and on by script; sending without, too."""
    _ = voice.words.gettext
    # A sign that the browser turns round where one reads from the right; three buttons fit beside each other on a small phone.
    sign = element("span", "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}", aria_hidden="true", class_="obs-sign")
    back = joined(sign, element("span", _("Back"), class_="coop__hidden"))
    return element(
        "div",
        element(
            "button", back, type="button", title=_("Back"), class_="coop__button coop__button--quiet", hidden=True, data_back=True
        ),
        element("button", _("Undo"), type="button", class_="coop__button coop__button--quiet", hidden=True, data_undo=True),
        element("button", _("Next"), type="button", class_="coop__button", hidden=True, data_next=True),
        element("button", _("Keep this observation"), type="submit", class_="coop__button", data_send=True),
        class_="obs-foot",
    )
