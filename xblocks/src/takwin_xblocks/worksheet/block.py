"""The worksheet block: a table to fill in, with numbers of each learner's own, marked cell by cell.

Handlers take a form (`answer-<row>.<column>=…`) or JSON (`{"answers": {"<row>.<column>": …}}`):

* `submit` marks the table (contract/answered.py); with a field `save` it does what `keep` does;
* `keep` keeps what was typed, and marks nothing;
* `again` gives new numbers after a marked attempt. 409 `no_new_numbers` where there are none to give;
* `choose` takes the example set that the learner chose (choosing.py).

Where each learner has numbers of their own, they belong to an attempt: before the first one is sent those of attempt 1; once
it is marked the page shows it with its own numbers, until `again` brings those of attempt 2. What is marked is what was on the
page: a sending that was written for other numbers (an old tab) or for another table (its author changed what is given) gets
409 `other_numbers` and uses nothing; for the same numbers in another table, what was typed is kept.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Boolean, Dict, Integer, Scope, String

from takwin_xblocks.contract.attempts import digest_of, is_replay
from takwin_xblocks.contract.digits import NumberRefused
from takwin_xblocks.contract.element import Html, element, error_html
from takwin_xblocks.contract.forms import Refusal, Submission
from takwin_xblocks.contract.marks import Mark
from takwin_xblocks.contract.schema import N_, Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.worksheet.checks import check
from takwin_xblocks.worksheet.choosing import NO_SET, ChoosingBlock, is_missing
from takwin_xblocks.worksheet.content import SCHEMA
from takwin_xblocks.worksheet.grading import CellMark, mark_table, nearest, read_entries, read_entry
from takwin_xblocks.worksheet.numbers import NAME_LENGTH, Numbers, code_of, drawn_figures, has_results, read_code, table_name
from takwin_xblocks.worksheet.page import Stage, choice_page_html, page_html
from takwin_xblocks.worksheet.phrases import Phrases
from takwin_xblocks.worksheet.rendering import Paper, public_table
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.solution import solution_html
from takwin_xblocks.worksheet.table import Key, Table, table_of

DRAWS = (
    ("none", N_("Everyone has the usual values")),
    ("learner", N_("Each learner has other numbers, at each attempt")),
    ("code", N_("Everyone has the numbers of the code below")),
)
NO_CODE = N_("This is no code of numbers: eight letters and digits, as under a learner's table.")
NUMBERS_FIELD = "numbers"
SAVE_FIELD = "save"
_ERRORS = {
    "empty": N_("Fill in this cell."),
    "not_a_number": N_("This is not read as a number."),
    "too_long": N_("This number is too long."),
    "not_offered": N_("Choose from the list."),
}


class CoopWorksheetBlock(ChoosingBlock):
    """A table exercise: costing, break-even, cash plan, surplus, quorum."""

    schema = SCHEMA
    script = "CoopWorksheet"
    has_author_extras = True
    settings_in_form = (
        "display_name", "example_set", "learners_choose", "draws", "code", "max_attempts", "hint_after", "weight", "show_answers",
    )  # fmt: skip

    draws = String(
        display_name=N_("Numbers"),
        help=N_("Whether everyone has the same numbers."),
        default="none",
        values=[{"display_name": label, "value": value} for value, label in DRAWS],
        scope=Scope.settings,
    )
    code = String(
        display_name=N_("Code of numbers"),
        help=N_("As it stands under a learner's table: type it here to see their numbers again."),
        default="",
        scope=Scope.settings,
    )
    hint_after = Integer(
        display_name=N_("Hints from attempt"),
        help=N_("From this attempt on, rows with a wrong cell show their hint."),
        default=2,
        values={"min": 1},
        scope=Scope.settings,
    )

    renewed = Boolean(
        help="Whether new numbers were asked for since the last marked attempt.", default=False, scope=Scope.user_state
    )
    saved = Boolean(help="Whether the draft was saved for later, not refused.", default=False, scope=Scope.user_state)
    marked_on = Dict(help="The numbers on which the last attempt was marked.", default={}, scope=Scope.user_state)

    @staticmethod
    def same_for_same_state(fields: Mapping[str, Any]) -> bool:
        """Tell a host that the page differs from learner to learner where each has numbers of their own."""
        return fields.get("draws") != "learner"

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return what is wrong with a content whose form is right."""
        return check(structure, texts)

    def check_settings(self, settings: Mapping[str, Any], structure: Mapping[str, Any]) -> list[Fault]:
        """Return which settings name what is not there: an example set, numbers of a code."""
        chosen = {name: settings.get(name, getattr(self, name)) for name in ("draws", "code")}
        faults = self.check_choice(settings, structure)
        if chosen["draws"] == "code" and not read_code(chosen["code"]):
            faults.append(Fault(NO_CODE, {}, "settings.code"))
        return faults

    def public_data(self) -> dict[str, Any]:
        """Return the table as an app may show it before anything is filled in: names, given numbers, where to write."""
        return public_table(self._paper(self.voice()))

    # --- marking ---

    def max_score(self) -> float:
        """Return the sum of the points of the cells to fill in."""
        return float(sum(cell.points for cell in self._table.inputs.values()))

    def answer_ids(self) -> Collection[str]:
        """Return the cells to fill in."""
        return list(self._table.inputs)

    def mark_answers(self, answers: Mapping[str, list[str]]) -> dict[str, Mark]:
        """Mark the table. Refuses (`AnswersRefused`) empty and unreadable cells."""
        table = self._table
        entries = read_entries(table, answers)
        numbers = self._numbers(self.attempts + 1)
        return {name: cell.mark for name, cell in mark_table(table, numbers.figures, entries).items()}

    def error_words(self, code: str, voice: Voice) -> str:
        """Return what is wrong with a cell."""
        return voice.words.gettext(_ERRORS.get(code, _ERRORS["not_a_number"]))

    def after_marking(self) -> None:
        """Remember on which numbers the attempt was marked, so that it is shown with them whatever its author changes."""
        numbers = self._numbers(self.attempts)
        self.marked_on = {**numbers.kept(), "table": table_name(self._table, numbers.figures)}
        self.renewed = False
        self.saved = False

    def result_details(self, voice: Voice) -> dict[str, Any]:  # noqa: ARG002
        """Return how each cell was marked."""
        return {
            "cells": {name: mark.verdict for name, mark in self._marks(self._marked_numbers).items()},
            "code_of_numbers": self.marked_on.get("code", ""),
        }

    # --- handlers ---

    def _submit(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        if submission.fields.get(SAVE_FIELD):
            return self._keep(submission, voice)
        kept = self._kept(submission.answers)
        if not is_replay(self.taken, submission.attempt_id, digest_of(kept)):
            self._refuse_other_numbers(submission, voice)
            self._refuse_other_table(submission, kept, voice)
        try:
            return super()._submit(submission, voice)
        except Refusal as refusal:
            if refusal.code == "unreadable_answers":
                # A table is long: what was typed is kept, whoever shows it.
                self._keep_draft(kept, saved=False)
            raise

    @XBlock.handler
    def keep(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Keep what was typed for later; nothing is marked."""
        return self.answered(request, self._keep)

    def _keep(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        self._refuse_other_numbers(submission, voice)
        self._refuse_when_used_up(voice)
        self._keep_draft(self._kept(submission.answers), saved=True)
        return {"code": "saved", "message": self.status_words(voice)}

    @XBlock.handler
    def again(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Give new numbers for another attempt."""
        return self.answered(request, self._again)

    def _again(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:  # noqa: ARG002
        self._refuse_when_used_up(voice)
        if not self._is_personal or not self.attempts:
            raise Refusal(HTTPStatus.CONFLICT, "no_new_numbers", voice.words.gettext("There are no new numbers to give here."))
        if not self.renewed:
            self.renewed, self.saved, self.draft = True, False, {}
        return {"code": "new_numbers", "message": self.status_words(voice)}

    def _refuse_other_numbers(self, submission: Submission, voice: Voice) -> None:
        """Refuse (409) answers to numbers that are marked already, and answers that were written for others."""
        if self.left == 0:
            return  # told by the attempts
        if self._is_result:
            words = voice.words.gettext("These numbers are marked already: ask for new ones to try again.")
            raise Refusal(HTTPStatus.CONFLICT, "marked_already", words)
        sent = _sent_name(submission)[:NAME_LENGTH]
        if sent and sent != self._numbers(self.attempts + 1).fingerprint:
            words = voice.words.gettext(
                "This was written for other numbers than yours are now. Nothing was marked: open the page again."
            )
            raise Refusal(HTTPStatus.CONFLICT, "other_numbers", words)

    def _refuse_other_table(self, submission: Submission, kept: Mapping[str, list[str]], voice: Voice) -> None:
        """Refuse (409) to mark what was written in a table whose given numbers were others, and keep it."""
        sent = _sent_name(submission)
        if sent and self.left != 0 and sent != self._page_name(self._numbers(self.attempts + 1)):
            self._keep_draft(kept, saved=True)
            words = voice.words.gettext(
                "The table has changed since. What you wrote is kept, nothing was marked: open the page again."
            )
            raise Refusal(HTTPStatus.CONFLICT, "other_numbers", words)

    def _keep_draft(self, kept: Mapping[str, list[str]], *, saved: bool) -> None:
        self.draft = {name: [text[: self.longest_draft] for text in given[:1]] for name, given in kept.items()} or {"": []}
        self.saved = saved

    def after_changing_set(self) -> None:
        """Let the numbers of another set be new ones, which are not marked yet."""
        self.renewed, self.saved = bool(self.attempts) and self._is_personal, False

    # --- where the learner is ---

    @property
    def _table(self) -> Table:
        return table_of(self.structure, self.set_in_use)

    @property
    def _is_personal(self) -> bool:
        return self.draws == "learner" and self._table.is_drawn

    @property
    def is_shut(self) -> bool:
        """Tell whether the page shows a marked attempt: another example set would take it away."""
        return self._is_result

    @property
    def _is_result(self) -> bool:
        """Tell whether the page shows a marked attempt that can no longer be changed."""
        return bool(self.attempts) and (self.is_over or (self._is_personal and not self.renewed))

    def _numbers(self, attempt: int) -> Numbers:
        """Return the numbers of an attempt."""
        table, code = self._table, ""
        if self.draws == "learner" and table.is_drawn:
            code = code_of(self.learner_id(), str(self.scope_ids.usage_id), str(attempt))
        elif self.draws == "code":
            code = read_code(self.code)
        return Numbers(table.example_set, code, drawn_figures(table, code))

    @property
    def _marked_numbers(self) -> Numbers:
        """Return the numbers of the last marked attempt; where the table has none for them any more, those that it would draw now."""
        return self._kept_numbers or self._numbers(self.attempts)

    @property
    def _kept_numbers(self) -> Numbers | None:
        """Return the numbers of the last marked attempt, None if its author has changed the table so that they lead to no result."""
        kept = Numbers.of(self.marked_on, self.structure)
        return kept if kept is not None and has_results(table_of(self.structure, kept.example_set), kept.figures) else None

    def _page_name(self, numbers: Numbers) -> str:
        """Return a name of what a page with these numbers gives."""
        return numbers.fingerprint + table_name(table_of(self.structure, numbers.example_set), numbers.figures)

    @property
    def _is_changed(self) -> bool:
        """Tell whether the table has changed since the last attempt was marked."""
        marked, table = self._kept_numbers, self.marked_on.get("table", "")
        return bool(table) and (marked is None or self._page_name(marked) != marked.fingerprint + table)

    @property
    def _is_of_other_set(self) -> bool:
        """Tell whether the table on the page is of another example set than the one marked last."""
        return self.marked_on.get("set", self._table.example_set) != self._table.example_set

    def errors(self, voice: Voice) -> dict[str, str]:
        """Return what is wrong with a draft that was to be marked; what was saved for later may have gaps."""
        return {} if self.saved or self._is_result else super().errors(voice)

    def status_words(self, voice: Voice) -> str:
        """Return where the learner stands, in words."""
        if self._is_result or not self.attempts:
            return self._saved_words(voice) or self._result_words(voice)
        if (self._is_personal or self._is_of_other_set) and not self.errors(voice):
            number = voice.words.gettext("These are new numbers, for attempt {number}.").format(number=self.attempts + 1)
            return " ".join(filter(None, (number, self._saved_words(voice))))
        return self._saved_words(voice) or self._result_words(voice)

    def _result_words(self, voice: Voice) -> str:
        said = super().status_words(voice)
        changed = voice.words.gettext("The table has changed since this was marked.") if self._is_changed else ""
        return " ".join(filter(None, (said, changed)))

    def _saved_words(self, voice: Voice) -> str:
        if self.saved and self.draft and not self.is_over:
            return voice.words.gettext("What you wrote is kept. Nothing is marked yet.")
        return ""

    # --- what is shown ---

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the table to fill in, or the last attempt with its marks."""
        choice = self.choice_html(voice, plain_forms=plain_forms)
        if self.must_choose:
            return choice_page_html(self, choice)
        paper = self._paper(voice)
        stage = Stage(
            name=self._page_name(Numbers(paper.table.example_set, paper.code, paper.figures)),
            can_ask_again=self._is_result and not self.is_over and self._is_personal,
            is_hinted=self.attempts >= (self.hint_after or 1),
            is_told=self._is_told,
        )
        return page_html(self, paper, stage, choice, plain_forms=plain_forms)

    def author_html(self, voice: Voice) -> Html:
        """Return the worked solution of the numbers that the author sees."""
        if not self.structure.get("rows"):
            return Html()
        note = element("p", voice.words.gettext("Only authors see this."), class_="coop__note", dir="auto")
        missing = None
        if is_missing(self.example_set, self.structure):
            missing = element("p", voice.say(NO_SET, name=self.example_set), class_="coop__error", dir="auto")
        inside = element("div", note, missing, solution_html(self._paper(voice)))
        return element("div", inside, class_="coop coop-worksheet coop-worksheet__author")

    @property
    def _is_told(self) -> bool:
        """Tell whether the worked solution of the numbers on the page may be told."""
        if not self.reveal or (self.draft and not self.is_over):
            return False
        return self._is_result or (not self._is_personal and self._is_on_marked_numbers and not self._is_changed)

    @property
    def _is_on_marked_numbers(self) -> bool:
        return bool(self.attempts) and self._marked_numbers.fingerprint == self._numbers(self.attempts + 1).fingerprint

    def _paper(self, voice: Voice) -> Paper:
        is_result = self._is_result
        numbers = self._marked_numbers if is_result else self._numbers(self.attempts + 1)
        table = table_of(self.structure, numbers.example_set)
        has_draft = bool(self.draft) and not self.is_over
        is_last = not has_draft and self._is_on_marked_numbers and not self.renewed
        is_marked = is_result or (is_last and not self._is_changed)
        answers = dict(self.answers) if is_result or is_last else dict(self.draft) if has_draft else {}
        typed = {name: given[0] for name, given in answers.items() if given}
        figures = Sheet(table, numbers.figures).all_figures()
        return Paper(
            dom_id=self.dom_id,
            table=table,
            phrases=Phrases(table, self.texts, figures, voice),
            voice=voice,
            figures=numbers.figures,
            code=numbers.code,
            answers=typed,
            entries=_entries(table, numbers.figures, typed),
            marks=self._marks(numbers) if is_marked else {},
            errors={name: error_html(words) for name, words in self.errors(voice).items()},
            is_open=not is_result and not self.is_over,
        )

    def _marks(self, numbers: Numbers) -> dict[str, CellMark]:
        """Return how the cells of the last attempt were marked: what each earned is kept, why is found again."""
        table = table_of(self.structure, numbers.example_set)
        try:
            marks = mark_table(table, numbers.figures, read_entries(table, self.answers))
        except ValueError:  # its author changed the table since
            return {}
        return {name: mark.kept(self.marks[name][0]) for name, mark in marks.items() if name in self.marks}


def _sent_name(submission: Submission) -> str:
    return "".join(submission.fields.get(NUMBERS_FIELD, [])[:1])


def _entries(table: Table, figures: Mapping[str, Decimal], typed: Mapping[str, str]) -> dict[Key, Decimal]:
    """Return the cells that can be read so far."""
    right = Sheet(table, figures)
    entries = {}
    for name, cell in table.inputs.items():
        try:
            entries[cell.key] = nearest(read_entry(table, cell, [typed.get(name, "")]), right.value(cell.key))
        except NumberRefused:
            continue
    return entries
