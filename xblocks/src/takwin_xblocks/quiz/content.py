"""What a quiz is made of: questions of five kinds, each with its choices, wordings, hints and feedback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, When, Words
from takwin_xblocks.contract.values import ValueRefused, decimal_of, parse, plain_decimal
from takwin_xblocks.quiz.folding import MOST_CHARACTERS, TextTooLong, folded
from takwin_xblocks.quiz.grading import WHOLE_SHARE, right_choices

MOST_POINTS = 1000
HINTS = ("hint", "hint/second", "hint/third")
"""In the order in which a learner opens them."""


def _of(*kinds: str) -> When:
    return When(attribute="kind", values=frozenset(kinds))


def tolerance(typed: str) -> str:
    """Return a tolerance as it is kept: `0.5` or `5%`. Refuses (`ValueRefused`) what is negative or no number."""
    share = typed.strip()
    number = decimal_of(share.removesuffix("%"))
    if number is None:
        raise ValueRefused(N_('{name}="{typed}" is not a number such as 1250 or 12.5'), name="tolerance", typed=typed[:40])
    if number < 0:
        raise ValueRefused(N_("a tolerance is not negative"))
    return plain_decimal(number) + ("%" if share.endswith("%") else "")


_CHOICE = Part(
    tag="choice",
    key="choices",
    label=N_("Choice"),
    add=N_("Add a choice"),
    prefix="c",
    least=2,
    when=_of("single", "multiple"),
    attributes=(
        Attribute(name="correct", label=N_("This choice is right"), kind="truth", default=False, alone=_of("single")),
        Attribute(
            name="picture",
            label=N_("Picture"),
            kind="path",
            help=N_("A file of the course, such as /static/picture.svg."),
            more=True,
        ),
        Attribute(
            name="fixed",
            label=N_("Keeps its place when choices are shuffled"),
            kind="truth",
            help=N_("For “none of these”, which comes last."),
            more=True,
        ),
    ),
    words=(
        Words(part="", label=N_("Text")),
        Words(
            part="alt",
            label=N_("What the picture shows"),
            help=N_("Read out to those who do not see it. A picture needs it."),
            more=True,
        ),
        Words(part="feedback", label=N_("Said to those who choose it"), long=True),
    ),
)
_ACCEPT = Part(
    tag="accept",
    key="accepts",
    label=N_("Accepted wording"),
    add=N_("Add a wording"),
    prefix="a",
    least=1,
    when=_of("text"),
    attributes=(
        Attribute(
            name="share",
            label=N_("Share of the points, in per cent"),
            kind="whole",
            help=N_("Empty: all of them. 0 is for a mistake that you foresee and answer."),
            least=0,
            most=WHOLE_SHARE,
        ),
    ),
    words=(
        Words(part="", label=N_("Wording"), help=N_("Case, accents, vowel signs, hamza, spaces and punctuation do not count.")),
        Words(part="feedback", label=N_("Said to those who write it"), long=True),
    ),
)
_QUESTION = Part(
    tag="question",
    key="questions",
    label=N_("Question"),
    add=N_("Add a question"),
    prefix="q",
    attributes=(
        Attribute(
            name="kind",
            label=N_("Kind"),
            kind="choice",
            required=True,
            default="single",
            choices=(
                ("single", N_("One right choice")),
                ("multiple", N_("Several right choices")),
                ("truth", N_("True or false")),
                ("number", N_("A number")),
                ("text", N_("A few words")),
            ),
        ),
        Attribute(name="points", label=N_("Points"), kind="whole", help=N_("Empty: 1."), least=1, most=MOST_POINTS, more=True),
        Attribute(
            name="partial",
            label=N_("Part of the points for part of the answer"),
            kind="choice",
            choices=(
                ("true", N_("Yes: each wrong tick takes back what a right one earns")),
                ("false", N_("No: all or nothing")),
            ),
            when=_of("multiple"),
            more=True,
        ),
        Attribute(
            name="shuffle",
            label=N_("Shuffle the choices"),
            kind="truth",
            help=N_("Each learner keeps one order."),
            more=True,
            when=_of("single", "multiple"),
        ),
        Attribute(
            name="answer",
            label=N_("The right answer"),
            kind="choice",
            required=True,
            choices=(("true", N_("True")), ("false", N_("False"))),
            when=_of("truth"),
        ),
        Attribute(name="value", label=N_("The right number"), kind="decimal", required=True, when=_of("number")),
        Attribute(
            name="tolerance",
            label=N_("Tolerance"),
            help=N_("How far an answer may be: 0.5, or 5% of the number."),
            default="0",
            check=tolerance,
            when=_of("number"),
        ),
    ),
    words=(
        Words(part="prompt", label=N_("What is asked"), required=True, long=True),
        Words(
            part="audio",
            label=N_("Recording"),
            help=N_("A file of the course in this language, such as /static/votes.mp3."),
            more=True,
        ),
        Words(
            part="transcript", label=N_("What the recording says"), help=N_("For those who do not hear it."), long=True, more=True
        ),
        Words(part="hint", label=N_("Hint"), long=True, more=True),
        Words(part="hint/second", label=N_("Second hint"), long=True, more=True),
        Words(part="hint/third", label=N_("Third hint"), long=True, more=True),
        Words(part="unit", label=N_("Unit"), help=N_("Shown beside the number."), when=_of("number")),
        Words(
            part="unit/accepted",
            label=N_("Other spellings of the unit"),
            help=N_("Accepted beside the number too, with commas between them: dirhams, DH."),
            more=True,
            when=_of("number"),
        ),
        Words(part="feedback", label=N_("Said to everybody afterwards"), long=True, more=True),
        Words(part="feedback/correct", label=N_("Said after a right answer"), long=True, more=True),
        Words(part="feedback/incorrect", label=N_("Said after another answer"), long=True, more=True),
    ),
    parts=(_CHOICE, _ACCEPT),
)
SCHEMA = Schema(tag="coop_quiz", parts=(_QUESTION,))
_RECORDING = Attribute(name="audio", label="", kind="path")


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return the faults of questions that nobody could answer right, see or hear."""
    return [
        fault
        for index, question in enumerate(structure.get("questions", ()))
        for fault in (
            *_answerable(question, f"questions.{index}"),
            *_pictures(question, texts, f"questions.{index}"),
            *_recording(question, texts, f"questions.{index}"),
            *_wordings(question, texts, f"questions.{index}"),
        )
    ]


def _answerable(question: Mapping[str, Any], path: str) -> Iterator[Fault]:
    right = len(right_choices(question)) if question["kind"] in ("single", "multiple") else 1
    given = {"id": question["id"], "right": right}
    if question["kind"] == "multiple" and not right:
        yield Fault(N_('question "{id}" has no right choice'), given, path)
    if question["kind"] == "single" and right != 1:
        yield Fault(N_('question "{id}" needs exactly one choice that is right, it has {right}'), given, path)
    if question["kind"] == "text" and not any(one.get("share", WHOLE_SHARE) for one in question.get("accepts", ())):
        yield Fault(N_('question "{id}" accepts no wording for any share of its points'), given, path)


def _pictures(question: Mapping[str, Any], texts: Mapping[str, str], path: str) -> Iterator[Fault]:
    for index, choice in enumerate(question.get("choices", ())):
        if choice.get("picture") and not plain(texts.get(f"{question['id']}/{choice['id']}/alt", "")).strip():
            words = N_('choice "{id}" has a picture, and no words (<alt>) that tell what it shows')
            yield Fault(words, {"id": choice["id"]}, f"{path}.choices.{index}.alt")


def _recording(question: Mapping[str, Any], texts: Mapping[str, str], path: str) -> Iterator[Fault]:
    typed = texts.get(f"{question['id']}/audio")
    if typed is None:
        return
    try:
        parse(_RECORDING, plain(typed))
    except ValueRefused as refused:
        yield Fault(refused.words, refused.given, f"{path}.audio")
    if not texts.get(f"{question['id']}/transcript"):
        words = N_('question "{id}" has a recording, and no words (<transcript>) for those who do not hear it')
        yield Fault(words, {"id": question["id"]}, f"{path}.transcript")


def recording_of(typed: str) -> str | None:
    """Return the address of a recording; None where there is none, or none that a page may ask for."""
    try:
        return str(parse(_RECORDING, plain(typed)))
    except ValueRefused:
        return None


def _wordings(question: Mapping[str, Any], texts: Mapping[str, str], path: str) -> Iterator[Fault]:
    for index, one in enumerate(question.get("accepts", ())):
        where = f"{path}.accepts.{index}"
        try:
            if not folded(plain(texts.get(f"{question['id']}/{one['id']}", ""))):
                yield Fault(N_('the accepted wording "{id}" holds no letter and no digit'), {"id": one["id"]}, where)
        except TextTooLong:
            yield Fault(
                N_('the accepted wording "{id}" is longer than {most} characters'),
                {"id": one["id"], "most": MOST_CHARACTERS},
                where,
            )
