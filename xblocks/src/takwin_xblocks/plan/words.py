"""Say in the reader's language what a plan lacks, how its fields are called and when its days fall."""

from __future__ import annotations

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.plan.grading import Lack, kept_date


def day_words(voice: Voice, kept: str) -> str:
    """Return a date in words, with the months as the Maghreb names them in Arabic; '' for none."""
    _ = voice.words.gettext
    day = kept_date(kept)
    if day is None:
        return ""
    months = (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
        _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
    # French writes the first of a month otherwise than its other days.
    words = _("1 {month} {year}") if day.day == 1 else _("{day} {month} {year}")
    return words.format(day=day.day, month=months[day.month - 1], year=day.year)


def day_html(voice: Voice, kept: str) -> Html:
    """Return a date as HTML that keeps its order whatever stands around it; nothing for none."""
    words = day_words(voice, kept)
    return element("time", element("bdi", words), datetime=kept) if words else Html()


def named(voice: Voice, name: str, told: Html) -> Html:
    """Return something with its name before it."""
    _ = voice.words.gettext
    return joined(element("span", _("{name}:").format(name=name), class_="plan__name"), " ", told)


def label(voice: Voice, name: str) -> str:
    """Return how a field is called."""
    _ = voice.words.gettext
    return {
        "cooperative": _("Name of the cooperative (if you wish)"),
        "date": _("Date of the plan"),
        "agreed": _("With whom was it decided?"),
        "later": _("What do we leave for later, and why?"),
        "risks": _("What could go wrong, and who may disagree?"),
        "change": _("What do we want to change?"),
        "why": _("What shows that it is needed?"),
        "checker": _("Who will look at the indicators?"),
        "what": _("What will be done?"),
        "who": _("Who does it?"),
        "due": _("By when?"),
        "indicator": _("Indicator: what will show success?"),
        "today": _("Its value today"),
        "target": _("Its value to reach"),
        "cost": _("Cost, and who pays"),
        "status": _("Where does it stand?"),
        "happened": _("What happened?"),
        "on": _("Date of this follow-up"),
    }[name]


def status_words(voice: Voice, status: str) -> str:
    """Return where a step stands."""
    _ = voice.words.gettext
    return {
        "not_begun": _("Not begun"),
        "under_way": _("Under way"),
        "done": _("Done"),
        "dropped": _("Dropped"),
    }.get(status, status)


def lack_words(voice: Voice, lack: Lack) -> str:
    """Return what is missing, kindly and with its place."""
    _ = voice.words.gettext
    return {
        "date": _("The plan has no date yet."),
        "priority": _("Priority {priority} is still empty."),
        "change": _("Priority {priority} does not say yet what is to change."),
        "step": _("Priority {priority} has no step yet."),
        "what": _("Priority {priority}, step {step}: what will be done?"),
        "who": _("Priority {priority}, step {step}: nobody is named yet."),
        "due": _("Priority {priority}, step {step} has no date yet."),
        "indicator": _("Priority {priority}, step {step} has no indicator yet."),
        "today": _("Priority {priority}, step {step}: what is the indicator's value today?"),
        "target": _("Priority {priority}, step {step}: what value should the indicator reach?"),
        "due_before_plan": _("Priority {priority}, step {step} is due before the date of the plan."),
    }[lack.what].format(priority=lack.priority, step=lack.step)


def error_words(voice: Voice, code: str, *, most: int) -> str:
    """Return why a field was not kept, and what to do."""
    _ = voice.words.gettext
    return {
        "too_long": _("This is too long: {most} characters at most."),
        "unknown_status": _("Choose one of the four answers."),
        "year_out_of_range": _("Look at the year of this date."),
    }.get(code, _("This is no date. Write the day, the month and the year, for example 31/03/2027.")).format(most=most)


def section_words(voice: Voice, section: str) -> str:
    """Return how a section is called: `about`, `p2`, `signing`, `f2`."""
    _ = voice.words.gettext
    fixed = {"about": _("The cooperative and the date"), "signing": _("Before signing"), "ready": _("Declare the plan ready")}
    if section in fixed:
        return fixed[section]
    words = _("Priority {number}") if section.startswith("p") else _("Follow-up of priority {number}")
    return words.format(number=section[1:])


def reminder_words(voice: Voice, days: list[str]) -> str:
    """Return on which days to ask what became of the plan; '' for none. Whether a reminder comes is the host's affair."""
    _ = voice.words.gettext
    if not days:
        return ""
    listed = _(", ").join(day_words(voice, day) for day in days)
    return _("Days to follow it up: {days}.").format(days=listed)
