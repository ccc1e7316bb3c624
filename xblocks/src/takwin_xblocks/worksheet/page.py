"""Put a worksheet's page together: what is asked, the table, where the learner stands, what to do next, the worked solution."""

from __future__ import annotations

from dataclasses import dataclass

from takwin_xblocks.contract.answered import AnsweredBlock
from takwin_xblocks.contract.element import Html, Piece, element, joined
from takwin_xblocks.worksheet.rendering import Paper, figures_html, hints_html, table_html
from takwin_xblocks.worksheet.solution import solution_html


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Where the learner is."""

    name: str
    """Of what the page gives, so that no other numbers are marked."""
    can_ask_again: bool
    """Whether they may ask for new numbers."""
    is_hinted: bool
    is_told: bool
    """Whether the worked solution of the numbers on the page may be told."""


def choice_page_html(block: AnsweredBlock, choice: Html | None) -> Html:
    """Return the page of a learner who has yet to choose an example set: nothing but the choice."""
    return joined(_title(block), choice)


def page_html(block: AnsweredBlock, paper: Paper, stage: Stage, choice: Html | None, *, plain_forms: bool) -> Html:
    """Return everything inside the block's element; `choice` is the list of example sets where learners choose."""
    voice, title = paper.voice, block.display_name or ""
    top = joined(
        _title(block),
        choice,
        _paragraph(paper.phrases.html("intro"), "coop-worksheet__intro"),
        figures_html(paper),
    )
    if not paper.table.rows:
        return joined(top, element("p", voice.words.gettext("This worksheet has no table yet."), class_="coop__note", dir="auto"))
    table = table_html(paper, title or voice.words.gettext("Table"))
    below = joined(*_notes(block, paper), _standing(block, paper))
    told = joined(
        hints_html(paper) if stage.is_hinted and not stage.is_told else None, solution_html(paper) if stage.is_told else None
    )
    if not paper.is_open:
        again = _again(block, paper, plain_forms=plain_forms) if stage.can_ask_again else None
        return joined(top, table, below, again, told)
    fields = element("input", type="hidden", name="numbers", value=stage.name)
    check, later = voice.words.gettext("Check"), voice.words.gettext("Save for later")
    quiet = "coop__button coop__button--quiet"
    buttons = element(
        "p",
        element("button", check, type="submit", class_="coop__button"),
        element("button", later, type="submit", name="save", value="1", class_=quiet),
        class_="coop-worksheet__buttons",
    )
    form = block.form("submit", fields, table, below, buttons, voice=voice, plain_forms=plain_forms)
    return joined(top, form, told)


def _title(block: AnsweredBlock) -> Html | None:
    title = block.display_name or ""
    return element("h3", title, class_="coop__title", dir="auto") if title else None


def _notes(block: AnsweredBlock, paper: Paper) -> list[Piece]:
    _ = paper.voice.words.gettext
    notes: list[Piece] = []
    if any(mark.verdict == "follows" for mark in paper.marks.values()):
        said = _("“Consistent”: right, given what you wrote in other cells. An error is counted once.")
        notes.append(_paragraph(Html(said), "coop__note"))
    if paper.code:
        code = element("bdi", f"{paper.code[:4]}-{paper.code[4:]}", dir="ltr")
        notes.append(_paragraph(Html(_("Code of these numbers: {code}").format(code=code)), "coop__note"))
    if paper.is_open and any(cell.kind == "computed" for cell in paper.table.cells.values()) and not block.attempts:
        said = _("Cells marked “…” are calculated from what you write, when you save or check.")
        notes.append(_paragraph(Html(said), "coop__note coop-worksheet__screen"))
    return notes


def _standing(block: AnsweredBlock, paper: Paper) -> Html:
    status = element(
        "p",
        block.status_words(paper.voice),
        class_="coop__status",
        role="status",
        tabindex="-1",
        dir="auto",
        data_status=True,
        data_state="error" if paper.errors else None,
    )
    return joined(status, element("p", block.attempts_words(paper.voice), class_="coop__note", dir="auto", data_attempts=True))


def _again(block: AnsweredBlock, paper: Paper, *, plain_forms: bool) -> Html:
    words = paper.voice.words.gettext("Try again with new numbers")
    button = element("p", element("button", words, type="submit", class_="coop__button"))
    return block.form("again", button, voice=paper.voice, plain_forms=plain_forms)


def _paragraph(inside: Html, class_: str) -> Html | None:
    return element("p", inside, class_=class_, dir="auto") if inside else None
