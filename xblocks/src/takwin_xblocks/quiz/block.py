"""The quiz block: keeps a learner's answers by id, marks them, and works with or without script.

Handler `submit` takes a form (`answer-<question id>=…`) or JSON (`{"answers": {"<question id>": …}}`) and answers JSON:

* 200 `marked`: score, attempts left, and for each question its state, words, feedback and `html`;
* 409 `no_attempts_left` or `closed`, 422 `unreadable_answers` with words per question: nothing is marked, no attempt is used.

Every question must be answered: on a small screen the last one is easily missed, and an attempt is precious.
The best attempt counts.
Beside its own fields the handler changes nothing, so that a host may run it again on fresh state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from lxml import etree
from web_fragments.fragment import Fragment
from webob import Request, Response
from xblock.core import XBlock
from xblock.fields import Dict, Float, Integer, Scope, String

from takwin_xblocks.contract.attempts import attempts_left, is_closed
from takwin_xblocks.contract.forms import Refusal, Submission, json_response, read_submission, refusal_response
from takwin_xblocks.contract.i18n import language_of, translator
from takwin_xblocks.contract.score import better, publish_score
from takwin_xblocks.quiz.attributes import read_attributes, write_attributes
from takwin_xblocks.quiz.grading import AnswerRefused, Mark, mark, points
from takwin_xblocks.quiz.parsing import Problem, QuizXmlError, read_quiz, write_quiz
from takwin_xblocks.quiz.rendering import Page, Voice, error_html, feedback, render_quiz, result_html

SHOW_ANSWERS = ("never", "after_correct", "after_attempts_exhausted", "after_closed")
_LONGEST_DRAFT = 64


@XBlock.wants("i18n")
class CoopQuizBlock(XBlock):
    """A quiz in several languages: what is right is stored once, what is read is stored per language."""

    has_score = True
    icon_class = "problem"
    has_custom_completion = True
    completion_mode = "completable"
    # A host may show this block in its own page (it writes no inline script) and keep it for offline use.
    inline_safe = True
    offline_safe = True
    # A host may show one rendering to all whose answers are the same: the view looks at nothing else about its reader.
    same_for_same_state = True
    # The fields that a host replaces to show the block in another language.
    translatable_fields = ("display_name", "texts")

    display_name = String(display_name="Title", help="Shown above the questions.", default="Quiz", scope=Scope.settings)
    structure = Dict(
        display_name="Questions",
        help="Kinds, ids, right answers and tolerances; the same in every language.",
        default={"questions": []},
        scope=Scope.content,
    )
    texts = Dict(
        display_name="Texts", help="Prompts, choices, hints and feedback, by question/part.", default={}, scope=Scope.content
    )
    max_attempts = Integer(
        display_name="Attempts allowed",
        help="Empty: as many as the learner wants.",
        default=None,
        values={"min": 1},
        scope=Scope.settings,
    )
    weight = Float(
        display_name="Weight",
        help="Points in the course; empty: the sum of the questions' points.",
        default=None,
        scope=Scope.settings,
    )
    show_answers = String(
        display_name="Show right answers",
        help="never; after_correct: once all is right; after_attempts_exhausted: or no attempt is left; after_closed: once closed.",
        default="after_attempts_exhausted",
        values=[{"display_name": value, "value": value} for value in SHOW_ANSWERS],
        scope=Scope.settings,
    )

    answers = Dict(
        help="Last marked answers: question id to choice ids, or to the number as typed.", default={}, scope=Scope.user_state
    )
    marks = Dict(help="What each of these answers earned: question id to [earned, possible].", default={}, scope=Scope.user_state)
    attempts = Integer(help="Attempts used.", default=0, scope=Scope.user_state)
    best = Dict(help="The best score so far: earned, possible.", default={}, scope=Scope.user_state)
    draft = Dict(
        help="Answers sent by a plain form that could not be marked, to show them again.", default={}, scope=Scope.user_state
    )

    # --- XML ---

    @classmethod
    def parse_xml(cls, node: etree._Element, runtime: Any, keys: Any) -> CoopQuizBlock:
        """Make a block of its XML. Refuses (`QuizXmlError`) what cannot be read, naming every fault with its line."""
        block = runtime.construct_xblock_from_class(cls, keys)
        problems: list[Problem] = read_attributes(block, node, choices={"show_answers": SHOW_ANSWERS})
        try:
            quiz = read_quiz(node)
        except QuizXmlError as error:
            problems.extend(error.problems)
        if problems:
            raise QuizXmlError(problems)
        block.structure, block.texts = quiz.structure, quiz.texts
        return block

    def add_xml_to_node(self, node: etree._Element) -> None:
        """Write this block's XML, from which `parse_xml` makes the same fields again."""
        node.tag = "coop_quiz"
        write_attributes(self, node)
        write_quiz(node, self.structure, self.texts)

    # --- views ---

    @XBlock.supports("multi_device")
    def student_view(self, context: Mapping[str, Any] | None = None) -> Fragment:
        """Show the questions, with the last answers and their result if there are any.

        `context["language"]` chooses the words; `context["plain_forms"]` (or the runtime's attribute of that name) says that
        the host completes plain forms: adds its secret field, calls the handler, and shows the page again.
        """
        voice = self._voice(context)
        fragment = Fragment(render_quiz(self._page(voice, context or {}), voice))
        fragment.add_css_url(self.runtime.local_resource_url(self, "public/quiz.css"))
        fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/quiz.js"))
        fragment.initialize_js("CoopQuiz")
        return fragment

    author_view = student_view

    def max_score(self) -> float:
        """Return the sum of the questions' points."""
        return float(sum(points(question) for question in self._questions))

    # --- the learner's answer ---

    @XBlock.handler
    def submit(self, request: Request, suffix: str = "") -> Response:  # noqa: ARG002 -- part of every handler
        """Mark the learner's answers and publish grade and completion."""
        voice = self._voice()
        try:
            self._refuse_when_over(voice)
            submission = read_submission(request)
            marked = self._mark(submission, voice)
        except Refusal as refusal:
            refusal.words = refusal.words or _refusal_words(refusal.code, voice)
            return refusal_response(refusal)
        self._record(submission, marked)
        publish_score(self, self.best)
        return json_response(self._result(voice))

    def _refuse_when_over(self, voice: Voice) -> None:
        over = {"attempts_left": self._left, "attempts_used": self.attempts}
        if is_closed(self):
            raise Refusal(HTTPStatus.CONFLICT, "closed", _refusal_words("closed", voice), **over)
        if self._left == 0:
            raise Refusal(HTTPStatus.CONFLICT, "no_attempts_left", _refusal_words("no_attempts_left", voice), **over)
        if not self._questions:
            raise Refusal(HTTPStatus.CONFLICT, "no_question", _refusal_words("no_question", voice), **over)

    def _mark(self, submission: Submission, voice: Voice) -> dict[str, Mark]:
        marks, errors = {}, {}
        for question in self._questions:
            try:
                marks[question["id"]] = mark(question, submission.answers.get(question["id"], []))
            except AnswerRefused as error:
                errors[question["id"]] = _error_words(error.code, voice)
        if errors:
            if not submission.by_script:  # the page that comes next must show what was typed; a script's page still does
                nothing: dict[str, list[str]] = {self._questions[0]["id"]: []}  # boxes left empty send not even a name
                self.draft = self._kept(submission, longest=_LONGEST_DRAFT) or nothing
            raise Refusal(
                HTTPStatus.UNPROCESSABLE_ENTITY,
                "unreadable_answers",
                errors=errors,
                errors_html={question_id: error_html(words) for question_id, words in errors.items()},
                attempts_left=self._left,
                attempts_used=self.attempts,
            )
        return marks

    def _record(self, submission: Submission, marked: Mapping[str, Mark]) -> None:
        self.answers = self._kept(submission)
        self.marks = {question_id: [given.earned, given.possible] for question_id, given in marked.items()}
        self.attempts += 1
        self.best = better(self.best, self._score())
        if self.draft:
            self.draft = {}

    def _kept(self, submission: Submission, *, longest: int | None = None) -> dict[str, list[str]]:
        """Return the answers to questions that exist, and to no other."""
        ids = [question["id"] for question in self._questions]
        return {
            question_id: [text[:longest].strip() for text in submission.answers[question_id][:100]]
            for question_id in ids
            if question_id in submission.answers
        }

    # --- what the learner sees ---

    def _result(self, voice: Voice) -> dict[str, Any]:
        page = self._page(voice, {})
        return {
            "code": "marked",
            "message": page.status,
            **self._score(),
            "best": dict(self.best),
            "attempts_used": self.attempts,
            "attempts_left": self._left,
            "attempts_words": page.attempts,
            "open": page.open,
            "questions": {
                question["id"]: {
                    "state": page.marks[question["id"]].state,
                    "words": voice.state(page.marks[question["id"]]),
                    "earned": page.marks[question["id"]].earned,
                    "possible": page.marks[question["id"]].possible,
                    "feedback": feedback(page, question),
                    "html": result_html(page, voice, question),
                }
                for question in self._questions
            },
        }

    def _page(self, voice: Voice, context: Mapping[str, Any]) -> Page:
        draft = {} if self._over else dict(self.draft)
        errors = self._draft_errors(draft, voice)
        marks = (
            {}
            if draft
            else {question_id: Mark(earned=earned, possible=possible) for question_id, (earned, possible) in self.marks.items()}
        )
        return Page(
            action=self.runtime.handler_url(self, "submit"),
            dom_id="quiz-" + hashlib.sha256(str(self.scope_ids.usage_id).encode()).hexdigest()[:8],
            title=self.display_name or "",
            questions=self._questions,
            texts=self.texts,
            answers=draft or self.answers,
            marks=marks,
            errors=errors,
            reveal=self._reveal,
            open=not self._over,
            status=self._status(voice, refused=bool(errors)),
            attempts=voice.attempts(self._left, limit=self.max_attempts),
            plain_forms=bool(context.get("plain_forms", getattr(self.runtime, "plain_forms", False))),
        )

    def _draft_errors(self, draft: Mapping[str, list[str]], voice: Voice) -> dict[str, str]:
        errors = {}
        for question in self._questions if draft else ():
            try:
                mark(question, draft.get(question["id"], []))
            except AnswerRefused as error:
                errors[question["id"]] = _error_words(error.code, voice)
        return errors

    def _status(self, voice: Voice, *, refused: bool) -> str:
        if refused:
            return _refusal_words("unreadable_answers", voice)
        said = []
        if self.attempts:
            score = self._score()
            said.append(voice.score(score["earned"], score["possible"]))
            if self.best and better(score, self.best) != score:
                counted = voice.words.gettext("Your best result counts: {earned} of {possible}.")
                said.append(counted.format(earned=voice.number(self.best["earned"]), possible=voice.number(self.best["possible"])))
        if self._over:
            said.append(_refusal_words("closed" if is_closed(self) else "no_attempts_left", voice))
        return " ".join(said)

    # --- small facts ---

    @property
    def _questions(self) -> list[dict[str, Any]]:
        return self.structure.get("questions", [])

    @property
    def _left(self) -> int | None:
        return attempts_left(self.max_attempts, used=self.attempts)

    @property
    def _over(self) -> bool:
        return self._left == 0 or is_closed(self)

    @property
    def _reveal(self) -> bool:
        """Tell whether right answers may be told now."""
        if not self.attempts:
            return False
        all_right = bool(self.best) and self.best["earned"] >= self.best["possible"]
        return {
            "after_correct": all_right,
            "after_attempts_exhausted": all_right or self._left == 0,
            "after_closed": is_closed(self),
        }.get(self.show_answers, False)

    def _score(self) -> dict[str, float]:
        earned = round(sum(earned for earned, _ in self.marks.values()), 4)
        return {"earned": earned, "possible": float(sum(possible for _, possible in self.marks.values()))}

    def _voice(self, context: Mapping[str, Any] | None = None) -> Voice:
        return Voice(words=translator(self, context), language=language_of(self, context))

    # --- the workbench ---

    @staticmethod
    def workbench_scenarios() -> list[tuple[str, str]]:
        """Return the examples that the xblock-sdk workbench shows."""
        folder = files(__package__).joinpath("scenarios")
        titles = {
            "one-of-each": "Quiz: one question of each kind",
            "arabic": "Quiz: in Arabic, no limit",
            "empty": "Quiz: nothing yet",
        }
        return [(title, folder.joinpath(f"{name}.xml").read_text(encoding="utf-8")) for name, title in titles.items()]


def _refusal_words(code: str, voice: Voice) -> str:
    _ = voice.words.gettext
    return {
        "closed": _("This quiz is closed: it takes no more answers."),
        "no_attempts_left": _("You have used all your attempts."),
        "no_question": _("This quiz has no question yet."),
        "unreadable_answers": _("Nothing was marked and no attempt was used. Look at the questions that need you."),
        "post_only": _("Send the form to answer."),
        "too_large": _("These answers are too long."),
    }.get(code, _("These answers cannot be read."))


def _error_words(code: str, voice: Voice) -> str:
    _ = voice.words.gettext
    return {
        "empty": _("Answer this question."),
        "one_only": _("Give one answer only."),
        "unknown_choice": _("This choice is no longer offered: choose again."),
        "too_long": _("This number is too long."),
        "not_a_number": _("This is not a number. Type digits, for example 1250 or 12.5."),
    }[code]
