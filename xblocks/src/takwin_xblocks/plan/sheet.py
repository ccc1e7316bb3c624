"""Show a plan on one page, as it is printed, signed and pinned to the wall."""

from __future__ import annotations

from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.plan.grading import Plan, Priority, Step
from takwin_xblocks.plan.words import day_html, named, status_words


def sheet_html(plan: Plan, voice: Voice, *, dom_id: str, reminder_days: list[str]) -> Html:
    """Return the plan as a table with lines to sign on. Nothing written yet, it prints as a form to fill in by hand."""
    _ = voice.words.gettext
    return element(
        "section",
        element("h4", _("Accompaniment plan"), id=f"{dom_id}-sheet", class_="plan__heading"),
        element(
            "button",
            _("Print the plan"),
            type="button",
            class_="coop__button coop__button--quiet",
            data_plan_print=True,
            hidden=True,
        ),
        element(
            "p",
            _("To print it, choose Print in the menu of your browser: only this page comes out."),
            class_="coop__note",
            data_plan_how=True,
        ),
        _head(plan, voice, reminder_days),
        _table(plan, voice),
        _notes(plan, voice),
        _signatures(voice),
        class_="plan__sheet plan__sheet--blank" if plan.is_blank else "plan__sheet",
        aria_labelledby=f"{dom_id}-sheet",
    )


def _head(plan: Plan, voice: Voice, reminder_days: list[str]) -> Html:
    _ = voice.words.gettext
    days = joined(*(joined(" · " if index else "", day_html(voice, day)) for index, day in enumerate(reminder_days)))
    return element(
        "dl",
        _pair(voice, _("Cooperative"), _own(plan.cooperative)),
        _pair(voice, _("Date"), day_html(voice, plan.date)),
        _pair(voice, _("Follow-up on"), days) if reminder_days else None,
        class_="plan__head",
    )


def _pair(voice: Voice, name: str, told: Piece) -> Html:
    _ = voice.words.gettext
    return element("div", element("dt", _("{name}:").format(name=name)), " ", element("dd", told))


def _table(plan: Plan, voice: Voice) -> Html:
    _ = voice.words.gettext
    names = (_("What"), _("Who"), _("By when"), _("Indicator"), _("Cost"), _("Follow-up"))
    head = element("tr", *(element("th", name, scope="col", role="columnheader") for name in names), role="row")
    return element(
        "table",
        element("thead", head, role="rowgroup"),
        *(_priority(priority, names, voice) for priority in plan.priorities),
        class_="coop__table plan__table",
        # A narrow screen shows the rows as cards; the roles keep them a table for those who listen.
        role="table",
    )


def _priority(priority: Priority, names: tuple[str, ...], voice: Voice) -> Html:
    _ = voice.words.gettext
    told = [
        named(voice, _("Priority {number}").format(number=priority.number), element("strong", element("bdi", priority.change))),
        _lines(voice, (_("Shown by"), priority.why), (_("Looked at by"), priority.checker)),
    ]
    head = element("th", *told, colspan=len(names), scope="rowgroup", role="rowheader")
    steps = priority.begun or priority.steps
    rows = [element("tr", *_cells(step, names, voice), role="row") for step in steps]
    return element("tbody", element("tr", head, role="row", class_="plan__row-head"), *rows, role="rowgroup")


def _lines(voice: Voice, *told: tuple[str, str]) -> Html | None:
    """Return a line of texts with their names: one after the other where there is room."""
    lines = [element("span", named(voice, name, element("bdi", text)), class_="plan__part") for name, text in told if text]
    return (
        element("span", *(joined(" " if index else "", line) for index, line in enumerate(lines)), class_="plan__line")
        if lines
        else None
    )


def _cells(step: Step, names: tuple[str, ...], voice: Voice) -> list[Html]:
    _ = voice.words.gettext
    told = (
        _own(step.what),
        _own(step.who),
        day_html(voice, step.due),
        joined(_own(step.indicator), _lines(voice, (_("Today"), step.today), (_("To reach"), step.target))),
        _own(step.cost),
        _follow_up(step, voice),
    )
    return [
        element(
            "td",
            element("span", _("{name}:").format(name=name), " ", class_="plan__column", aria_hidden="true"),
            piece,
            role="cell",
            class_=None if piece else "plan__empty",
        )
        for name, piece in zip(names, told, strict=True)
    ]


def _follow_up(step: Step, voice: Voice) -> Html:
    if step.status == "not_begun" and not step.happened and not step.on:
        return Html()
    return joined(
        element("strong", status_words(voice, step.status)),
        element("span", day_html(voice, step.on), class_="plan__line") if step.on else None,
        element("bdi", step.happened, class_="plan__line") if step.happened else None,
    )


def _notes(plan: Plan, voice: Voice) -> Html | None:
    _ = voice.words.gettext
    told = ((_("Decided with"), plan.agreed), (_("For later"), plan.later), (_("To beware of"), plan.risks))
    notes = [_pair(voice, name, element("bdi", text)) for name, text in told if text]
    return element("dl", *notes, class_="plan__notes") if notes else None


def _signatures(voice: Voice) -> Html:
    _ = voice.words.gettext
    parties = (_("For the cooperative: name and signature"), _("The adviser: name and signature"))
    return element("div", *(element("p", party, class_="plan__signature") for party in parties), class_="plan__signatures")


def _own(text: str) -> Html:
    """Return a person's text, its direction kept apart from ours; nothing for none."""
    return element("bdi", text) if text else Html()
