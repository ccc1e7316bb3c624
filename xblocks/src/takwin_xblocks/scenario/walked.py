"""Draw the way a learner walked: each situation, the choice taken there, and what came of it."""

from __future__ import annotations

from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.scenario.grading import Step
from takwin_xblocks.scenario.page import NAME, Page


def walked(page: Page) -> Html:
    """Return the path as an ordered list that looks like one, the ending last if it is reached."""
    stations = [_station(page, step, index) for index, step in enumerate(page.run.path)]
    if page.story.is_ending(page.run.at):
        title = element("p", element("strong", page.text(page.run.at, "title"), dir="auto"))
        stations.append(element("li", title, data_ending=page.story.nodes[page.run.at]["ending"]))
    return element("ol", *stations, class_=f"{NAME}__path")


def chosen(page: Page, step: Step) -> Html:
    """Return the words of a choice."""
    return element("strong", page.text(step.node, step.choice), dir="auto")


def _station(page: Page, step: Step, index: int) -> Html:
    _ = page.voice.words.gettext
    gist = page.gist(step.node, "situation")
    whole = page.text(step.node, "situation")
    situation = (
        element("details", element("summary", gist, dir="auto"), element("p", whole, dir="auto"), class_=f"{NAME}__fold")
        if gist != page.bare(step.node, "situation")
        else element("p", whole, dir="auto")
    )
    consequence = page.text(step.node, step.choice, "consequence")
    return element(
        "li",
        situation,
        element("p", element("span", _("You chose:"), class_="coop__note"), " ", chosen(page, step)),
        _hands(page, step, index),
        element("p", consequence, dir="auto", class_=f"{NAME}__came") if consequence else None,
        page.changes(step) if page.shows_figures else None,
    )


def _hands(page: Page, step: Step, index: int) -> Html | None:
    votes = page.votes.get(index)
    if not votes:
        return None
    words, raised, total = page.voice.words, votes.get(step.choice, 0), sum(votes.values())
    told = words.ngettext("{raised} of {total} hand.", "{raised} of {total} hands.", total)
    return element("p", told.format(raised=page.voice.number(raised), total=page.voice.number(total)), class_="coop__note")
