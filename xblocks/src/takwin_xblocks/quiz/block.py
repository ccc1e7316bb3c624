"""The quiz block: keeps a learner's answers by id, marks them, and works with or without script.

Handler `submit` is that of every graded block (`contract.answered`). Its answer 200 `marked` also holds, under `questions`,
the state, words, earned and possible points, feedback and `html` of each question; 409 `no_question` is its own refusal.

Every question must be answered: on a small screen the last one is easily missed, and an attempt is precious.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Boolean, Scope, String

from takwin_xblocks.contract.answered import AnsweredBlock
from takwin_xblocks.contract.block import refused
from takwin_xblocks.contract.drawing import Drawing, seed_of
from takwin_xblocks.contract.element import Html, element
from takwin_xblocks.contract.forms import Refusal, Submission, json_response, read_json
from takwin_xblocks.contract.marks import AnswersRefused, Mark
from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.contract.schema import N_, ContentError, Fault
from takwin_xblocks.contract.studio.form import parts_html
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.quiz.capa_reading import Converted, from_capa
from takwin_xblocks.quiz.content import HINTS, SCHEMA, check
from takwin_xblocks.quiz.folding import MOST_CHARACTERS
from takwin_xblocks.quiz.grading import TRUTHS, AnswerRefused, mark, points
from takwin_xblocks.quiz.pasting import lost_words, pasting_html
from takwin_xblocks.quiz.rendering import Page, feedback, heading, question_html, result_html, state_words
from takwin_xblocks.quiz.shuffling import in_drawn_order, is_shuffled

Questions = Sequence[Mapping[str, Any]]


class CoopQuizBlock(AnsweredBlock):
    """A quiz in several languages: what is right is stored once, what is read is stored per language."""

    schema = SCHEMA
    script = "CoopQuiz"
    settings_in_form = (*AnsweredBlock.settings_in_form, "shuffle")
    longest_draft = MOST_CHARACTERS

    display_name = String(display_name=N_("Title"), help=N_("Shown above the questions."), default="Quiz", scope=Scope.settings)
    shuffle = Boolean(
        display_name=N_("Shuffle the choices of every question"),
        help=N_("Each learner keeps one order. Choices may be told to keep their place."),
        default=False,
        scope=Scope.settings,
    )

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Return the faults of questions that nobody could answer right, see or hear."""
        return check(structure, texts)

    @staticmethod
    def same_for_same_state(fields: Mapping[str, Any]) -> bool:
        """Tell whether learners with the same answers see the same page: not where choices are shuffled."""
        everything = bool(fields.get("shuffle"))
        questions = fields.get("structure", {}).get("questions", ())
        return not any(is_shuffled(question, all_of_them=everything) for question in questions)

    def max_score(self) -> float:
        """Return the sum of the questions' points."""
        return float(sum(points(question) for question in self._questions))

    def public_data(self) -> dict[str, Any]:
        """Return the questions as an app may show them: no right answer, no accepted wording, no feedback."""
        texts = self.texts
        return {"questions": [_public(question, texts) for question in self._questions]}

    # --- the learner's answer ---

    def answer_ids(self) -> list[str]:
        """Return the ids of the questions."""
        return [question["id"] for question in self._questions]

    def mark_answers(self, answers: Mapping[str, list[str]]) -> dict[str, Mark]:
        """Mark every question. Refuses (`AnswersRefused`) what is left out or cannot be marked."""
        marks, codes = {}, {}
        texts = self.texts
        for question in self._questions:
            try:
                marks[question["id"]] = mark(question, answers.get(question["id"], []), texts=texts)
            except AnswerRefused as refused:
                codes[question["id"]] = refused.code
        if codes:
            raise AnswersRefused(codes)
        return marks

    def _submit(self, submission: Submission, voice: Voice) -> Mapping[str, Any]:
        """Mark what was sent. Refuses (409 `no_question`) a quiz without questions."""
        if not self._questions:
            raise Refusal(HTTPStatus.CONFLICT, "no_question", voice.words.gettext("This quiz has no question yet."))
        return super()._submit(submission, voice)

    def missed_parts(self) -> list[str]:
        """Return the questions, in plain words, that the last marked attempt got wrong: for those who help the learner."""
        texts, missed = self.texts, {name for name, (earned, possible) in self.marks.items() if earned < possible}
        return [plain(texts.get(f"{question['id']}/prompt", "")) for question in self._questions if question["id"] in missed]

    def error_words(self, code: str, voice: Voice) -> str:
        """Return what is wrong with an answer, in words."""
        _ = voice.words.gettext
        return {
            "empty": _("Answer this question."),
            "one_only": _("Give one answer only."),
            "unknown_choice": _("This choice is no longer offered: choose again."),
            "too_long": _("This number is too long."),
            "text_too_long": _("This answer is too long: {most} characters at most.").format(most=MOST_CHARACTERS),
            "other_unit": _("This is not the unit that is asked for. Type the number alone."),
            "not_a_number": _("This is not a number. Type digits, for example 1250 or 12.5."),
        }[code]

    def result_details(self, voice: Voice) -> dict[str, Any]:
        """Return the result of each question, and the form that shows it."""
        page = self._page(voice)
        return {
            "questions": {one["id"]: self._told(page, one) for one in self._questions if one["id"] in page.marks},
            "html": self._addressed(self._form(page, plain_forms=self._plain_forms(None))),
        }

    def _told(self, page: Page, question: Mapping[str, Any]) -> dict[str, Any]:
        given = page.marks[question["id"]]
        return {
            "state": given.state,
            "words": state_words(page.voice, given),
            "earned": given.earned,
            "possible": given.possible,
            "feedback": [self._addressed(words) for words in feedback(page, question)],
            "html": self._addressed(result_html(page, question)),
        }

    # --- the author's form ---

    def studio_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the author's form, and above it a place to paste a problem of Open edX."""
        fragment = super().studio_view(context)
        url = self.runtime.handler_url(self, "studio_paste")
        fragment.content = pasting_html(self.voice(context), url=url, dom_id=self.dom_id) + fragment.content
        fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/quiz.js"))
        return fragment

    @XBlock.handler
    def studio_paste(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Answer with the questions of a pasted problem, as items for the author's form; nothing is kept.

        Nothing of the quiz itself is told: whoever may call handlers learns no more than what they sent.
        """
        voice = self.voice()
        try:
            made = _pasted(read_json(request).get("problem"), voice)
        except Refusal as refusal:
            return refused(refusal, voice)
        added = len(made.content.structure["questions"])
        words = voice.words.ngettext(
            "{count} question was added at the end of the form. Nothing is kept until you save.",
            "{count} questions were added at the end of the form. Nothing is kept until you save.",
            added,
        )
        if made.lost:
            words += " " + voice.words.gettext("Not carried over:")
        return json_response(
            {
                "code": "pasted",
                "message": words.format(count=added),
                "lost": [lost_words(fault, voice) for fault in made.lost],
                "html": parts_html(self, voice, SCHEMA.parts[0], made.content),
            }
        )

    # --- what the learner sees ---

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return the form: the questions, with the last answers and their result if there are any."""
        return self._form(self._page(voice), plain_forms=plain_forms)

    def _form(self, page: Page, *, plain_forms: bool) -> Html:
        voice, questions, title = page.voice, self._questions, self.display_name
        _ = voice.words.gettext
        total = len(questions)
        shown = [
            question_html(page, one, choices=self._offered(one), heading=heading(voice, one, number=number, total=total))
            for number, one in enumerate(questions, start=1)
        ]
        state = "error" if page.errors else None
        status = {"class_": "coop__status", "dir": "auto", "role": "status", "tabindex": "-1", "data_state": state}
        return self.form(
            "submit",
            element("h3", title, class_="coop__title") if title else None,
            *(shown or [element("p", _("This quiz has no question yet."))]),
            element("p", self.status_words(voice), **status, data_status=True),
            element("p", self.attempts_words(voice), class_="coop-quiz__attempts", dir="auto", data_attempts=True),
            element("button", _("Check my answers"), class_="coop__button", type="submit") if page.open and questions else None,
            voice=voice,
            plain_forms=plain_forms,
            data_coop_quiz=True,
        )

    def _page(self, voice: Voice) -> Page:
        return Page(
            voice=voice,
            dom_id=self.dom_id,
            texts=self.texts,
            answers=self.shown_answers,
            marks=self.shown_marks,
            errors=self.errors(voice),
            reveal=self.reveal,
            open=not self.is_over,
        )

    def _offered(self, question: Mapping[str, Any]) -> Questions:
        """Return the choices of a question in the order in which this learner meets them."""
        if question["kind"] == "truth":
            return [{"id": name} for name in TRUTHS]
        choices = question.get("choices", [])
        if not is_shuffled(question, all_of_them=self.shuffle):
            return choices
        seed = seed_of(self.learner_id(), str(self.scope_ids.usage_id), question["id"])
        return in_drawn_order(choices, Drawing(seed))

    @property
    def _questions(self) -> Questions:
        return self.structure.get("questions", [])


def _pasted(problem: object, voice: Voice) -> Converted:
    """Read a pasted problem. Refuses (422 `not_read`) what cannot be read, saying why."""
    try:
        return from_capa(problem if isinstance(problem, str) else "")
    except ContentError as error:
        told = [lost_words(fault, voice) for fault in error.problems]
        words = voice.words.gettext("Nothing was added:")
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "not_read", words, lost=told) from error


def _public(question: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    question_id = question["id"]
    parts = {part: inline(texts.get(f"{question_id}/{part}", "")) for part in ("prompt", "unit", "transcript")}
    return {
        "id": question_id,
        "kind": question["kind"],
        "points": points(question),
        **{part: shown for part, shown in parts.items() if shown},
        "hints": [inline(texts[key]) for key in (f"{question_id}/{part}" for part in HINTS) if texts.get(key)],
        "choices": [
            {
                "id": choice["id"],
                "text": inline(texts.get(f"{question_id}/{choice['id']}", "")),
                **({"picture": choice["picture"]} if choice.get("picture") else {}),
                **({"alt": plain(texts.get(f"{question_id}/{choice['id']}/alt", ""))} if choice.get("picture") else {}),
            }
            for choice in question.get("choices", ())
        ],
    }
