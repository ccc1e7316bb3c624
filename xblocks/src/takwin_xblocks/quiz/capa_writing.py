"""Make Open edX problems of a quiz, one for each question, and say what they cannot carry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from takwin_xblocks.contract.markup import inline, plain
from takwin_xblocks.contract.schema import N_, Fault
from takwin_xblocks.contract.voice import Voice
from takwin_xblocks.quiz.content import HINTS, recording_of
from takwin_xblocks.quiz.grading import TRUTHS, WHOLE_SHARE, points
from takwin_xblocks.quiz.rendering import truth_words
from takwin_xblocks.quiz.shuffling import is_shuffled


@dataclass
class Exported:
    """The problems made of a quiz, in its order, and all that they do without."""

    problems: list[etree._Element] = field(default_factory=list)
    lost: list[Fault] = field(default_factory=list)


def to_capa(
    structure: Mapping[str, Any], texts: Mapping[str, str], *, voice: Voice, title: str = "", shuffle: bool = False
) -> Exported:
    """Make a `<problem>` of each question, its words marked with the language and the direction of `voice`.

    `title` and `shuffle` are what the quiz as a whole says.

    Attempts and when answers are shown are settings of each problem in Open edX, and left to its author.
    """
    made = Exported()
    for index, question in enumerate(structure.get("questions", ())):
        asked = {**question, "shuffle": is_shuffled(question, all_of_them=shuffle)}
        writer = _Writer(asked, texts, voice, made.lost, f"questions.{index}")
        made.problems.append(writer.write(title))
    return made


class _Writer:
    """Writes one question as a problem."""

    def __init__(self, question: Mapping[str, Any], texts: Mapping[str, str], voice: Voice, lost: list[Fault], path: str) -> None:
        self._question = question
        self._texts = texts
        self._voice = voice
        self._lost = lost
        self._path = path

    def write(self, title: str) -> etree._Element:
        """Return the problem."""
        problem = etree.Element("problem")
        if title:
            problem.set("display_name", title)
        worth = points(self._question)
        if worth != 1:
            problem.set("weight", f"{worth:g}")
        self._spoken(problem)
        write: dict[str, Callable[[etree._Element], etree._Element]] = {
            "single": self._single,
            "truth": self._single,
            "multiple": self._boxes,
            "number": self._number,
            "text": self._text,
        }
        response = write[self._question["kind"]](problem)
        response.insert(0, self._element("label", "prompt"))
        self._afterwards(problem)
        hints = [part for part in HINTS if self._said(part)]
        if hints:
            held = etree.SubElement(problem, "demandhint")
            held.extend(self._element("hint", part) for part in hints)
        return problem

    # --- the kinds ---

    def _single(self, problem: etree._Element) -> etree._Element:
        response = etree.SubElement(problem, "multiplechoiceresponse")
        group = etree.SubElement(response, "choicegroup", type="MultipleChoice")
        if self._question["kind"] == "truth":
            for name in TRUTHS:
                correct = name == self._question["answer"]
                choice = etree.SubElement(group, "choice", correct="true" if correct else "false", name=name)
                choice.text = truth_words(self._voice, name)
                self._hint(choice, "choicehint", self._outcome(correct=correct))
        else:
            self._shuffled(group)
            for one in self._question["choices"]:
                group.append(self._choice(one, outcome=self._outcome(correct=bool(one["correct"]))))
        return response

    def _boxes(self, problem: etree._Element) -> etree._Element:
        response = etree.SubElement(problem, "choiceresponse")
        if self._question.get("partial") != "false":
            response.set("partial_credit", "EDC")
            self._lose(N_("how points are shared: there every box rightly ticked or left empty counts"))
        group = etree.SubElement(response, "checkboxgroup")
        if self._question.get("shuffle"):
            self._lose(N_("that the choices are shuffled"))
        for one in self._question["choices"]:
            group.append(self._choice(one, outcome=""))
        if self._said("feedback/incorrect"):
            self._lose(N_("what is said after a wrong answer"))
        return response

    def _choice(self, one: Mapping[str, Any], *, outcome: str) -> etree._Element:
        choice = self._element("choice", one["id"])
        choice.set("correct", "true" if one["correct"] else "false")
        choice.set("name", one["id"])
        if one.get("fixed") and self._question["kind"] == "single":
            choice.set("fixed", "true")
        if one.get("picture"):
            choice.insert(0, etree.Element("img", src=one["picture"], alt=plain(self._said(f"{one['id']}/alt"))))
            choice[0].tail, choice.text = choice.text, None
        said = "<br/>".join(words for words in (self._said(f"{one['id']}/feedback"), outcome) if words)
        self._hint(choice, "choicehint", said, selected="true" if self._question["kind"] == "multiple" else None)
        return choice

    def _shuffled(self, group: etree._Element) -> None:
        if self._question.get("shuffle"):
            group.set("shuffle", "true")

    def _number(self, problem: etree._Element) -> etree._Element:
        response = etree.SubElement(problem, "numericalresponse", answer=self._question["value"])
        etree.SubElement(response, "responseparam", type="tolerance", default=self._question.get("tolerance", "0"))
        entry = etree.SubElement(response, "formulaequationinput")
        if self._said("unit"):
            entry.set("trailing_text", plain(self._said("unit")))
        if self._said("unit") or self._said("unit/accepted"):
            self._lose(N_("that the unit may be typed"))
        self._lose(N_("Arabic digits and the decimal comma: Open edX reads Latin digits and a point"))
        self._after_entry(response)
        return response

    def _text(self, problem: etree._Element) -> etree._Element:
        accepts = self._question.get("accepts", ())
        whole = [one["id"] for one in accepts if one.get("share", WHOLE_SHARE) == WHOLE_SHARE]
        foreseen = [one["id"] for one in accepts if one.get("share") == 0]
        response = etree.SubElement(problem, "stringresponse", answer=self._wording(whole[0]) if whole else "", type="ci")
        self._lose(N_("that accents, vowel signs, forms of hamza and punctuation do not count"))
        said = [self._said(f"{whole[0]}/feedback") if whole else "", self._said("feedback/correct")]
        self._hint(response, "correcthint", "<br/>".join(words for words in said if words))
        for name in whole[1:]:
            other = etree.SubElement(response, "additional_answer", answer=self._wording(name))
            self._hint(other, "correcthint", self._said(f"{name}/feedback"))
        for name in foreseen:
            hint = self._element("stringequalhint", f"{name}/feedback")
            hint.set("answer", self._wording(name))
            response.append(hint)
        if len(whole) + len(foreseen) < len(accepts):
            self._lose(N_("the wordings that earn a share of the points"))
        etree.SubElement(response, "textline", size="20")
        if self._said("feedback/incorrect"):
            self._lose(N_("what is said after a wrong answer"))
        return response

    def _after_entry(self, response: etree._Element) -> None:
        self._hint(response, "correcthint", self._said("feedback/correct"))
        if self._said("feedback/incorrect"):
            self._lose(N_("what is said after a wrong answer"))

    # --- what all kinds have ---

    def _outcome(self, *, correct: bool) -> str:
        return self._said("feedback/correct" if correct else "feedback/incorrect")

    def _afterwards(self, problem: etree._Element) -> None:
        said = [self._said("feedback")]
        if self._question["kind"] == "multiple":
            said.append(self._said("feedback/correct"))
        words = [one for one in said if one]
        if not words:
            return
        solution = etree.SubElement(problem, "solution")
        for one in words:
            solution.append(self._holding("p", one))
        self._lose(N_("that feedback comes at once: there it is part of the solution"))

    def _spoken(self, problem: etree._Element) -> None:
        recording = recording_of(self._said("audio"))
        if recording:
            etree.SubElement(etree.SubElement(problem, "p"), "audio", controls="controls", preload="none", src=recording)
        if self._said("transcript"):
            problem.append(self._element("p", "transcript"))

    def _hint(self, parent: etree._Element, name: str, words: str, *, selected: str | None = None) -> None:
        if words:
            hint = self._holding(name, words)
            if selected:
                hint.set("selected", selected)
            parent.append(hint)

    def _wording(self, name: str) -> str:
        return plain(self._said(name)).strip()

    def _said(self, part: str) -> str:
        return self._texts.get(f"{self._question['id']}/{part}", "")

    def _element(self, name: str, part: str) -> etree._Element:
        return self._holding(name, self._said(part))

    def _holding(self, name: str, words: str) -> etree._Element:
        """Return an element that holds words as their author marked them up, in their language and direction."""
        # `inline` leaves elements that HTML does not close open: lxml's HTML parser reads what it wrote.
        inside = etree.HTML(f"<html><body><div>{inline(words)}</div></body></html>")[0][0]
        element = etree.Element(name)
        holder = element
        if self._voice.language and words:
            holder = etree.SubElement(element, "span", lang=self._voice.language, dir="rtl" if self._voice.is_rtl else "ltr")
        holder.text = inside.text
        holder.extend(list(inside))
        return element

    def _lose(self, words: str) -> None:
        self._lost.append(Fault(words, {}, self._path))
