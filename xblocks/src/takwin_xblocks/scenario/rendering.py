"""Show a situation: what the last choice led to, what is seen now, and what may be chosen. Nothing else of the story is in the page."""

from __future__ import annotations

from takwin_xblocks.contract.element import Html, element, error_html, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.scenario.debrief import debrief
from takwin_xblocks.scenario.page import NAME, Page
from takwin_xblocks.scenario.votes import draft_errors
from takwin_xblocks.scenario.walked import chosen, walked


def inner(page: Page, *, status: str = "") -> Html:
    """Return everything inside the block's element: the situation reached, or the debrief once an ending is."""
    _ = page.voice.words.gettext
    head = joined(
        element("h3", page.title, class_="coop__title", dir="auto") if page.title else None,
        element("p", status, class_="coop__status", role="status", tabindex="-1", dir="auto", data_status=True),
    )
    if page.story.is_ending(page.run.at):
        body = debrief(page, scene=scene(page))
    else:
        body = joined(_introduction(page), scene(page), _meters(page), _moves(page), _so_far(page))
    return element("div", head, body, class_=f"{NAME}__play" + (f" {NAME}--group" if page.is_group else ""))


def nothing_yet(title: str, words: str) -> Html:
    """Return what stands there before anybody has written the scenario."""
    return joined(
        element("h3", title, class_="coop__title", dir="auto") if title else None,
        element("p", words, class_="coop__note", dir="auto"),
    )


def scene(page: Page) -> Html:
    """Return what the last choice led to, and the situation or ending that was reached."""
    _ = page.voice.words.gettext
    at, last = page.run.at, page.last
    consequence = page.text(last.node, last.choice, "consequence") if last else Html()
    before = element(
        "div",
        element("p", element("span", _("You chose:"), class_="coop__note"), " ", chosen(page, last)),
        element("p", consequence, dir="auto") if consequence else None,
        page.changes(last) if page.shows_figures else None,
        class_=f"{NAME}__before",
    ) if last else None  # fmt: skip
    ending = page.story.nodes[at].get("ending")
    step = _("Step {number}").format(number=page.voice.number(len(page.run.path) + 1))
    now = element(
        "div",
        element("p", _("The end") if ending else step, class_=f"{NAME}__step"),
        element("h4", page.text(at, "title"), class_=f"{NAME}__heading", dir="auto") if ending else None,
        _picture(page),
        element("p", page.text(at, "situation"), class_=f"{NAME}__situation", dir="auto"),
        _recording(page),
        class_=f"{NAME}__now",
        data_ending=ending or None,
    )
    return element("section", before, now, class_=f"{NAME}__scene", tabindex="-1", data_focus=True, aria_label=_("What happens"))


def _picture(page: Page) -> Html | None:
    source = page.story.nodes[page.run.at].get("picture")
    if not source:
        return None
    return element("img", src=source, alt=page.bare(page.run.at, "picture_alt"), class_=f"{NAME}__picture")


def _recording(page: Page) -> Html | None:
    source = page.story.nodes[page.run.at].get("audio")
    if not source:
        return None
    _ = page.voice.words.gettext
    said = page.text(page.run.at, "transcript")
    return joined(
        element("audio", controls=True, preload="none", src=source, class_=f"{NAME}__audio", aria_label=_("Listen")),
        _fold(_("What the recording says"), element("p", said, dir="auto")) if said else None,
    )


def _introduction(page: Page) -> Html | None:
    told = page.text("intro")
    if not told:
        return None
    said = element("p", told, dir="auto", class_=f"{NAME}__intro")
    return _fold(page.voice.words.gettext("Who you are"), said) if page.run.moves else said


def _meters(page: Page) -> Html | None:
    """Return the indicators as they stand, where they are shown all the time."""
    if not page.shows_figures:
        return None
    profile = page.story.profile(page.run.path, backs=page.run.backs)
    shown = [
        element("div", element("dt", page.name(indicator), dir="auto"), element("dd", page.signed(value)))
        for indicator, value in profile.items()
    ]
    return element("dl", *shown, class_=f"{NAME}__meters")


def _moves(page: Page) -> Html | None:
    """Return what the learner may do now: choose, or step back."""
    _ = page.voice.words.gettext
    if page.is_closed:
        return element("p", _("This scenario is closed: it takes no more choices."), class_="coop__note", dir="auto")
    return joined(_voting(page) if page.is_group else _choosing(page), _stepping_back(page), _with_a_group(page))


def _choosing(page: Page) -> Html:
    _ = page.voice.words.gettext
    at = page.run.at
    options = [
        element(
            "label",
            element("input", type="radio", name=field_name("choice"), value=one["id"], required=True),
            element("span", page.text(at, one["id"]), dir="auto"),
            class_=f"coop__choice {NAME}__choice",
        )
        for one in page.story.choices(at)
    ]
    asked = element("legend", _("What do you do?"), class_=f"{NAME}__asked")
    return page.form(
        "choose",
        element("fieldset", asked, *options, _error("choice"), class_=f"{NAME}__choices", data_part="choice"),
        *page.position(),
        element("button", _("I choose this"), type="submit", class_="coop__button"),
    )


def _voting(page: Page) -> Html:
    """Return the choices with a field for the hands raised for each."""
    _ = page.voice.words.gettext
    at = page.run.at
    errors = draft_errors(page.draft, page.voice)
    options = []
    for one in page.story.choices(at):
        name = f"votes-{one['id']}"
        dom_id = f"{page.dom_id}-{name}"
        field = element(
            "input",
            type="text",
            inputmode="numeric",
            autocomplete="off",
            dir="ltr",
            id=dom_id,
            name=field_name(name),
            value=page.draft.get(one["id"], ""),
            aria_describedby=f"{dom_id}-text",
            aria_invalid="true" if name in errors else None,
        )
        hands = element("span", element("label", _("Hands"), for_=dom_id), field, class_=f"coop__entry {NAME}__hands")
        said = element("p", page.text(at, one["id"]), dir="auto", id=f"{dom_id}-text")
        options.append(
            element(
                "div", said, hands, _error(name, errors.get(name)), class_=f"{NAME}__choice {NAME}__choice--voted", data_part=name
            )
        )
    asked = element("legend", _("What do we do?"), class_=f"{NAME}__asked")
    told = element(
        "p", _("Talk first, then raise hands and count them. The choice with most hands is taken."), class_="coop__note", dir="auto"
    )
    return page.form(
        "choose",
        element("fieldset", asked, told, *options, class_=f"{NAME}__choices"),
        *page.position(),
        element("button", _("Take the choice with most hands"), type="submit", class_="coop__button"),
    )


def _stepping_back(page: Page) -> Html | None:
    left = page.story.backs_left(page.run)
    if not left:
        return None
    words = page.voice.words
    payer = page.story.structure.get("back_costs")
    cost = words.gettext("It costs one point of “{indicator}”.").format(indicator=page.name(payer)) if payer else ""
    told = words.ngettext("You may step back {left} more time.", "You may step back {left} more times.", left)
    return page.form(
        "back",
        *page.position(),
        element("button", words.gettext("Take back my last choice"), type="submit", class_="coop__button coop__button--quiet"),
        element("p", told.format(left=page.voice.number(left)), " ", cost, class_="coop__note", dir="auto"),
        class_=f"{NAME}__back",
    )


def _with_a_group(page: Page) -> Html | None:
    """Return the way into the group mode, and out of it: before the first choice only, so that a run is played in one way."""
    if not page.offers_group or page.run.moves:
        return None
    _ = page.voice.words.gettext
    words = _("Play alone") if page.is_group else _("Play with a group")
    told = _("One screen for all: the group talks, raises hands, and you type how many.")
    switch = page.form(
        "group",
        element("p", told, class_="coop__note", dir="auto"),
        element("input", type="hidden", name=field_name("group"), value="no" if page.is_group else "yes"),
        element("button", words, type="submit", class_="coop__button coop__button--quiet"),
    )
    return _fold(_("Alone or with a group"), switch)


def _so_far(page: Page) -> Html | None:
    return _fold(page.voice.words.gettext("Your path so far"), walked(page)) if page.run.path else None


def _fold(words: str, inside: Html) -> Html:
    return element("details", element("summary", words), inside, class_=f"{NAME}__fold")


def _error(name: str, words: str | None = None) -> Html:
    return element("div", error_html(words) if words else None, data_result_for=name)
