"""A small block on the shared contract: enough of everything to test what all blocks share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from takwin_xblocks.contract.answered import AnsweredBlock
from takwin_xblocks.contract.element import Html, element, joined
from takwin_xblocks.contract.forms import field_name
from takwin_xblocks.contract.marks import AnswersRefused, Mark
from takwin_xblocks.contract.markup import inline
from takwin_xblocks.contract.schema import Attribute, Fault, Part, Schema, When, Words
from takwin_xblocks.contract.voice import Voice

SCHEMA = Schema(
    tag="toy",
    attributes=(
        Attribute(name="mood", label="Mood", kind="choice", choices=(("calm", "Calm"), ("merry", "Merry")), default="calm"),
    ),
    words=(Words(part="intro", label="Introduction", long=True),),
    parts=(
        Part(
            tag="box",
            key="boxes",
            label="Box",
            add="Add a box",
            prefix="b",
            attributes=(
                Attribute(
                    name="kind",
                    label="Kind",
                    kind="choice",
                    choices=(("word", "Word"), ("pick", "Pick")),
                    default="word",
                    required=True,
                ),
                Attribute(name="size", label="Size", kind="whole", least=1, most=9),
                Attribute(name="secret", label="Secret", required=True, when=When(attribute="kind", values=frozenset({"word"}))),
                Attribute(name="next", label="Next", kind="reference", refers_to="boxes"),
            ),
            words=(
                Words(part="prompt", label="Prompt", required=True),
                Words(part="feedback/correct", label="Feedback when right"),
                Words(part="feedback", label="Feedback"),
            ),
            parts=(
                Part(
                    tag="option",
                    key="options",
                    label="Option",
                    add="Add an option",
                    prefix="o",
                    least=2,
                    attributes=(Attribute(name="right", label="Right", kind="truth", default=False),),
                    words=(Words(part="", label="Text", required=True), Words(part="note", label="Note")),
                    when=When(attribute="kind", values=frozenset({"pick"})),
                ),
            ),
        ),
    ),
)


class ToyBlock(AnsweredBlock):
    """Asks for secrets."""

    schema = SCHEMA
    script = "CoopToy"

    @classmethod
    def check_content(cls, structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
        """Refuse the secret `bad`."""
        del texts
        return [
            Fault("the secret {secret} is no secret", {"secret": box["secret"]}, f"boxes.{place}.secret")
            for place, box in enumerate(structure["boxes"])
            if box.get("secret") == "bad"
        ]

    def answer_ids(self) -> list[str]:
        """Return the ids of the boxes."""
        return [box["id"] for box in self.structure.get("boxes", ())]

    def max_score(self) -> float:
        """Return one point a box."""
        return float(len(self.answer_ids()))

    def mark_answers(self, answers: Mapping[str, list[str]]) -> dict[str, Mark]:
        """Compare with the secrets."""
        empty = {name: "empty" for name in self.answer_ids() if not any(answers.get(name, []))}
        if empty:
            raise AnswersRefused(empty)
        boxes = self.structure["boxes"]
        return {box["id"]: Mark(earned=float(answers[box["id"]] == [box.get("secret")]), possible=1.0) for box in boxes}

    def error_words(self, code: str, voice: Voice) -> str:
        """Return the only thing that can be wrong."""
        return voice.words.gettext(f"This is {code}.")

    def inner_html(self, voice: Voice, *, plain_forms: bool) -> Html:
        """Return an entry a box."""
        errors = self.errors(voice)
        entries = [
            element(
                "label",
                Html(inline(self.text(name, "prompt"))),
                element("input", type="text", name=field_name(name), value="".join(self.shown_answers.get(name, []))),
                element("span", errors.get(name), data_result_for=name),
                data_part=name,
            )
            for name in self.answer_ids()
        ]
        status = element("p", self.status_words(voice), role="status", data_status=True)
        return self.form("submit", joined(*entries), status, element("button", "Go"), voice=voice, plain_forms=plain_forms)
