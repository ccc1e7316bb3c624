"""Show what a run came to: its ending, the profile it drew, whether that is enough, the path, and questions to think about."""

from __future__ import annotations

from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.scenario.grading import Result
from takwin_xblocks.scenario.page import NAME, Page
from takwin_xblocks.scenario.walked import walked

_BAR, _THICK = 200, 12
_STRONG, _FAIR = 0.75, 0.4


def debrief(page: Page, *, scene: Html) -> Html:
    """Return everything that is shown once an ending is reached."""
    result = page.story.result(page.run)
    if result is None:
        return scene
    _ = page.voice.words.gettext
    questions = page.text("debrief")
    return joined(
        scene,
        element(
            "p", verdict(page.voice, result), class_=f"{NAME}__verdict", dir="auto", data_passed="yes" if result.passed else "no"
        ),
        _profile(page, result),
        element("h4", _("Your path"), class_=f"{NAME}__heading"),
        walked(page),
        _steps_back(page),
        element("h4", _("To think about"), class_=f"{NAME}__heading") if questions else None,
        element("p", questions, class_=f"{NAME}__debrief", dir="auto") if questions else None,
        _again(page, result),
    )


def verdict(voice: Voice, result: Result) -> str:
    """Return whether the run is enough, in plain and kind words."""
    _ = voice.words.gettext
    if not result.passed:
        return _("Not yet. Read your path again: at which step would you act otherwise?")
    if result.total == result.best:
        return _("Passed. No other path brings more.")
    return _("Passed. What you chose was enough.")


def _profile(page: Page, result: Result) -> Html | None:
    """Return a bar for each indicator, with its figure and a word, and the sum."""
    if not page.shows_figures:
        return None
    words = page.voice.words
    rows = [_row(page, indicator, value) for indicator, value in result.profile.items()]
    told = words.gettext("Together {total}. The best path brings {best}; {needed} is enough.")
    figures = {name: page.voice.number(getattr(result, name)) for name in ("best", "needed")}
    total = ("" if result.total >= 0 else "\N{MINUS SIGN}") + page.voice.number(abs(result.total))
    return joined(
        element("h4", words.gettext("What your choices brought"), class_=f"{NAME}__heading"),
        element("ul", *rows, class_=f"{NAME}__profile"),
        element("p", told.format(total=f"\N{LEFT-TO-RIGHT ISOLATE}{total}\N{POP DIRECTIONAL ISOLATE}", **figures), dir="auto"),
    )


def _row(page: Page, indicator: str, value: int) -> Html:
    least, most = page.story.span(indicator)
    return element(
        "li",
        element("span", page.name(indicator), dir="auto", class_=f"{NAME}__name"),
        element("span", page.signed(value), " ", standing(page.voice, value, most=most), class_=f"{NAME}__figure"),
        _bar(value, least=min(least, value, 0), most=max(most, 1), is_rtl=page.voice.is_rtl),
    )


def standing(voice: Voice, value: int, *, most: int) -> str:
    """Return how an indicator stands, in a word: what was reached is compared with the most that can be reached."""
    _ = voice.words.gettext
    if value < 0:
        return _("lost")
    if value == 0:
        return _("unchanged")
    share = value / most if most > 0 else 1.0
    if share >= _STRONG:
        return _("strong")
    return _("fair") if share >= _FAIR else _("weak")


def _bar(value: int, *, least: int, most: int, is_rtl: bool) -> Html:
    """Return a bar from nothing to a value: losses go to one side, gains to the other, the way the reader reads."""
    unit = _BAR / (most - least)
    begin, end = sorted(((0 - least) * unit, (value - least) * unit))
    zero = -least * unit
    if is_rtl:
        begin, end, zero = _BAR - end, _BAR - begin, _BAR - zero
    size = {"y": 0, "height": _THICK}
    kind = "minus" if value < 0 else "plus"
    return element(
        "svg",
        element("rect", x=0, width=_BAR, class_=f"{NAME}__rail", **size),
        element("rect", x=f"{begin:.1f}", width=f"{end - begin:.1f}", class_=f"{NAME}__bar {NAME}__bar--{kind}", **size),
        element("line", x1=f"{zero:.1f}", x2=f"{zero:.1f}", y1=0, y2=_THICK, class_=f"{NAME}__zero"),
        viewBox=f"0 0 {_BAR} {_THICK}",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
        class_=f"{NAME}__bars",
    )


def _steps_back(page: Page) -> Html | None:
    backs = page.run.backs
    if not backs:
        return None
    words = page.voice.words
    payer = page.story.structure.get("back_costs")
    told = words.ngettext("You took back {count} choice.", "You took back {count} choices.", backs)
    cost = [" ", element("bdi", page.name(payer)), " ", page.signed(-backs)] if payer and page.shows_figures else []
    return element("p", told.format(count=page.voice.number(backs)), *cost, class_="coop__note", dir="auto")


def _again(page: Page, result: Result) -> Html:
    """Return which run counts, and the way to another one if there is any."""
    words, voice = page.voice.words, page.voice
    pieces: list[Html] = []
    best = page.best.get("ending")
    if page.number and best in page.story.nodes:
        title = words.gettext("The run that counts is your best one; it ended with: {title}")
        before, _mark, after = title.partition("{title}")
        pieces.append(element("p", before, element("bdi", page.bare(best, "title")), after, class_="coop__note", dir="auto"))
    if page.is_closed:
        pieces.append(
            element("p", words.gettext("This scenario is closed: it takes no more choices."), class_="coop__note", dir="auto")
        )
    elif page.left == 0:
        pieces.append(element("p", words.gettext("You have played as often as you may."), class_="coop__note", dir="auto"))
    else:
        left = "" if page.left is None else words.ngettext("{left} more run.", "{left} more runs.", page.left)
        pieces.append(
            page.form(
                "retry",
                *page.position(),
                element(
                    "button",
                    words.gettext("Play again"),
                    type="submit",
                    class_="coop__button" + (" coop__button--quiet" if result.passed else ""),
                ),
                element("p", left.format(left=voice.number(page.left)), class_="coop__note", dir="auto")
                if page.left is not None
                else None,
            )
        )
    return element("div", *pieces, class_=f"{NAME}__again")
