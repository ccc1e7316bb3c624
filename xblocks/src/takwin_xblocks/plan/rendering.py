"""Show a plan as forms, one part at a time, with what it still lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.plan.dates import FIRST_YEAR, LAST_YEAR
from takwin_xblocks.plan.entries import ABOUT, FOLLOW_UP, PRIORITY, STATUSES, STEP, Entry, Shape, priority_id, step_id
from takwin_xblocks.plan.grading import Lack, Plan, Priority, Step, kept_date, lacks, loose_ends
from takwin_xblocks.plan.words import day_html, error_words, label, lack_words, named, reminder_words, section_words, status_words

_ADVISED = frozenset({"change", "why", *STEP})
"""Fields beside which the author's advice of the same name stands."""


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that the page shows: the author's words, the plan as kept, and what was typed and refused."""

    dom_id: str
    title: str
    texts: Mapping[str, str]
    suggestions: Sequence[str]
    """Ids, in order."""
    shape: Shape
    plan: Plan
    shown: Mapping[str, str]
    """What each field shows: what was kept, or what was typed and refused."""
    errors: Mapping[str, str]
    """Codes of what was refused, by field."""
    form: Callable[..., Html]
    closed: bool
    opened: str
    """The section shown open."""
    status: str
    declared: Mapping[str, Any] = field(default_factory=dict)
    changed_since: bool = False


def screen_html(page: Page, voice: Voice) -> Html:
    """Return all that stands above the plan on one page."""
    _ = voice.words.gettext
    return joined(
        element("h3", page.title, class_="coop__title") if page.title else None,
        element(
            "p", page.status, class_="coop__status", role="status", data_status=True, data_state="error" if page.errors else None
        ),
        _introduction(page, voice),
        _overview(page, voice),
        element("p", _("This is closed: the plan can be read and printed, not changed."), class_="coop__note")
        if page.closed
        else joined(_plan_sections(page, voice), _ready(page, voice), _follow_ups(page, voice)),
    )


def section_of(field_id: str) -> str:
    """Return the section in which a field of the plan stands."""
    if field_id in ("cooperative", "date"):
        return "about"
    return "signing" if field_id in ABOUT else field_id.partition("-")[0]


def lacks_in(plan: Plan, section: str) -> list[Lack]:
    """Return what must still be written in a section."""
    if section == "about":
        return [lack for lack in lacks(plan) if lack.what == "date"]
    return [lack for lack in lacks(plan) if lack.priority and section == f"p{lack.priority}"]


# --- above the forms ---


def _advice(text: str, *, identity: str | None = None) -> Html | None:
    return element("p", Html(inline(text)), class_="coop__note plan__advice", id=identity) if text else None


def _introduction(page: Page, voice: Voice) -> Html | None:
    """Return what the author says first; folded away once the plan has begun, so that what was just saved stands at the top."""
    said = [piece for piece in (_advice(page.texts.get("intro", "")), _suggestions(page, voice)) if piece]
    if not said or page.plan.is_blank:
        return joined(*said)
    again = element("summary", voice.words.gettext("Read the introduction again"))
    return element("details", again, *said, class_="plan__more")


def _suggestions(page: Page, voice: Voice) -> Html | None:
    if not page.suggestions or page.closed:
        return None
    _ = voice.words.gettext
    items = [
        element(
            "li",
            element("bdi", Html(inline(page.texts.get(one, "")))),
            element("span", Html(inline(page.texts[f"{one}/because"])), class_="plan__because")
            if page.texts.get(f"{one}/because")
            else None,
        )
        for one in page.suggestions
    ]
    options = [element("option", value=plain(page.texts.get(one, ""))) for one in page.suggestions]
    return joined(
        element("h4", _("Where to begin"), class_="plan__heading"),
        element("ul", *items, class_="plan__suggestions"),
        element("datalist", *options, id=f"{page.dom_id}-suggestions"),
    )


def _overview(page: Page, voice: Voice) -> Html:
    _ = voice.words.gettext
    missing = lacks(page.plan)
    loose = loose_ends(page.plan)
    said: list[Html] = []
    if missing:
        count = len(missing)
        words = voice.words.ngettext("{count} thing is still missing:", "{count} things are still missing:", count)
        said += [element("p", words.format(count=count)), _lack_list(page, voice, missing)]
    else:
        said.append(element("p", _("Nothing is missing: the plan can be declared ready."), class_="plan__whole"))
    if loose:
        said += [element("p", _("Worth another look, though the plan does not wait for it:")), _lack_list(page, voice, loose)]
    return element(
        "section",
        element("h4", _("Where the plan stands"), id=f"{page.dom_id}-overview", class_="plan__heading"),
        *said,
        class_="plan__overview",
        aria_labelledby=f"{page.dom_id}-overview",
    )


def _lack_list(page: Page, voice: Voice, found: Sequence[Lack]) -> Html:
    return element("ul", *(_lack_item(page, voice, lack) for lack in found))


def _lack_item(page: Page, voice: Voice, lack: Lack) -> Html:
    words = lack_words(voice, lack)
    section = f"p{lack.priority}" if lack.priority else "about"
    return element("li", words if page.closed else element("a", words, href=f"#{page.dom_id}-{section}"))


# --- the parts of the plan ---


def _plan_sections(page: Page, voice: Voice) -> Html:
    sections = [_section(page, voice, "about", [_field(page, voice, name, name, ABOUT[name]) for name in ("cooperative", "date")])]
    sections += [_priority(page, voice, priority) for priority in page.plan.priorities]
    last = [_field(page, voice, name, name, ABOUT[name]) for name in ("agreed", "later", "risks")]
    sections.append(_section(page, voice, "signing", [_advice(page.texts.get("agreement", "")), *last]))
    return joined(*sections)


def _section(page: Page, voice: Voice, section: str, inside: Sequence[Piece], *, told: str = "", handler: str = "keep") -> Html:
    _ = voice.words.gettext
    name = section_words(voice, section)
    missing = len(lacks_in(page.plan, section))
    state = voice.words.ngettext("{count} missing", "{count} missing", missing).format(count=missing) if missing else ""
    return element(
        "details",
        element(
            "summary",
            element("span", name, class_="plan__name"),
            element("bdi", told, class_="plan__told") if told else None,
            element("span", state, class_="plan__state") if state else None,
        ),
        page.form(
            handler,
            *inside,
            element("button", _("Save “{section}”").format(section=name), class_="coop__button", type="submit"),
            id=f"{page.dom_id}-{section}",
            class_="plan__form",
        ),
        class_="plan__section",
        # Sections of one name close each other, where the browser knows how; elsewhere several may stand open.
        name=f"{page.dom_id}-section",
        open=page.opened == section,
    )


def _priority(page: Page, voice: Voice, priority: Priority) -> Html:
    number = priority.number
    fields = {name: _field(page, voice, priority_id(number, name), name, entry) for name, entry in PRIORITY.items()}
    steps = [_step(page, voice, priority, step) for step in priority.steps]
    inside = [fields["change"], fields["why"], *steps, fields["checker"]]
    return _section(page, voice, f"p{number}", inside, told=priority.change)


def _step(page: Page, voice: Voice, priority: Priority, step: Step) -> Html:
    _ = voice.words.gettext
    ids = {name: step_id(priority.number, step.number, name) for name in STEP}
    name = _("Step {number}").format(number=step.number)
    fields = [_field(page, voice, ids[one], one, entry, advised=step.number == 1) for one, entry in STEP.items()]
    if step.number == 1 or step.is_begun or any(page.shown.get(one) for one in ids.values()):
        return element("fieldset", element("legend", name), *fields, class_="plan__step")
    later = element("fieldset", element("legend", name, class_="plan__unseen"), *fields, class_="plan__step")
    return element("details", element("summary", _("{name} (if there is one)").format(name=name)), later, class_="plan__more")


# --- one field ---


def _field(page: Page, voice: Voice, field_id: str, name: str, entry: Entry, *, advised: bool = True) -> Html:
    dom_id = f"{page.dom_id}-{field_id}"
    advice = _advice(page.texts.get(name, ""), identity=f"{dom_id}-advice") if advised and name in _ADVISED else None
    code = page.errors.get(field_id)
    described = " ".join([*([f"{dom_id}-advice"] if advice else []), f"{dom_id}-result"])
    common = {
        "id": dom_id,
        "name": field_name(field_id),
        "aria_describedby": described,
        "aria_invalid": "true" if code else None,
    }
    result = element("p", error_words(voice, code, most=entry.most), class_="coop__error") if code else None
    return element(
        "div",
        element("label", label(voice, name), for_=dom_id),
        advice,
        _input(page, voice, entry, page.shown.get(field_id, ""), common, suggested=name == "change"),
        element("div", result, id=f"{dom_id}-result", data_result_for=field_id),
        class_="coop__entry plan__field",
        data_part=field_id,
    )


def _input(page: Page, voice: Voice, entry: Entry, value: str, common: Mapping[str, Any], *, suggested: bool) -> Html:
    if entry.kind == "long":
        # A page drops the first line break after the tag: one more keeps the text as it was.
        return element("textarea", "\n" + value, rows=2, maxlength=entry.most, class_="plan__text", **common)
    if entry.kind == "status":
        chosen = value or STATUSES[0]
        options = [element("option", status_words(voice, one), value=one, selected=one == chosen) for one in STATUSES]
        return element("select", *options, **common)
    if entry.kind == "date":
        return _date_input(value, common)
    listed = f"{page.dom_id}-suggestions" if suggested and page.suggestions else None
    return element("input", type="text", value=value, maxlength=entry.most, list=listed, class_="plan__text", **common)


def _date_input(value: str, common: Mapping[str, Any]) -> Html:
    day = kept_date(value)
    if value and (day is None or day.isoformat() != value):
        # A calendar shows nothing of what is no date: as a text, what was typed stays.
        return element("input", type="text", inputmode="numeric", value=value, dir="ltr", class_="plan__date", **common)
    limits = {"min": f"{FIRST_YEAR}-01-01", "max": f"{LAST_YEAR}-12-31"}
    # Only browsers without a calendar show the example.
    return element("input", type="date", value=value or None, placeholder="31/03/2027", class_="plan__date", **limits, **common)


# --- ready, and after ---


def _ready(page: Page, voice: Voice) -> Html:
    _ = voice.words.gettext
    days = [str(one.get("on", "")) for one in page.declared.get("reminders", ())]
    said: list[Piece] = []
    if page.declared:
        since = element("p", _("The plan has been declared ready."), " ", reminder_words(voice, days), class_="plan__whole")
        said.append(since)
    if page.changed_since:
        said.append(
            element(
                "p",
                _("It has changed since: declare it ready again, so that the days to follow it up are right."),
                class_="coop__note",
            )
        )
    again = bool(page.declared)
    button = element(
        "button",
        _("Declare the plan ready again") if again else _("Declare the plan ready"),
        class_="coop__button coop__button--quiet" if again and not page.changed_since else "coop__button",
        type="submit",
    )
    return element("section", *said, page.form("ready", button, id=f"{page.dom_id}-ready"), class_="plan__ready")


def _follow_ups(page: Page, voice: Voice) -> Html | None:
    if not page.declared:
        return None
    _ = voice.words.gettext
    return joined(
        element("h4", _("Follow-up: what came of it?"), class_="plan__heading"),
        _advice(page.texts.get("followup", "")),
        *(_follow_up(page, voice, priority) for priority in page.plan.priorities if priority.begun),
    )


def _follow_up(page: Page, voice: Voice, priority: Priority) -> Html:
    _ = voice.words.gettext
    steps = []
    for step in priority.begun:
        fields = [
            _field(page, voice, step_id(priority.number, step.number, name), name, entry, advised=False)
            for name, entry in FOLLOW_UP.items()
        ]
        name = _("Step {number}").format(number=step.number)
        legend = element("legend", name, " ", element("bdi", step.what))
        steps.append(element("fieldset", legend, _promised(step, voice), *fields, class_="plan__step"))
    return _section(page, voice, f"f{priority.number}", steps, told=priority.change, handler="follow")


def _promised(step: Step, voice: Voice) -> Html | None:
    """Return what was promised: who, by when, and the indicator from its value today to the one to reach."""
    _ = voice.words.gettext
    values = ((_("Today"), step.today), (_("To reach"), step.target))
    pieces = [
        *(element("bdi", text) for text in (step.who, step.indicator) if text),
        *(named(voice, name, element("bdi", text)) for name, text in values if text),
        *([day_html(voice, step.due)] if step.due else []),
    ]
    return (
        element("p", *(joined(" · " if index else "", piece) for index, piece in enumerate(pieces)), class_="coop__note")
        if pieces
        else None
    )
