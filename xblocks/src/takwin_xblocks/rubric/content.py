"""Say what a rubric is made of: what to hand in, criteria with a description of each level, examples to practise with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, When, Words
from takwin_xblocks.rubric.grading import FEWEST_PEERS, Rubric

USUAL_LEVELS = 4
FEWEST_LEVELS = 2
MOST_LEVELS = 6
FEWEST_CRITERIA, MOST_CRITERIA = 2, 12
MOST_PEERS = 5
WHOLE = 100
WAYS = ("text", "photo", "voice", "file")
"""How work may be handed in."""


def _level(number: int) -> dict[str, Any]:
    """Return when level `number` is asked for: two levels always are, more where the author wants as many."""
    if number <= FEWEST_LEVELS:
        return {}
    return {"when": When(attribute="levels", values=frozenset(map(str, range(number, MOST_LEVELS + 1))))}


LEVEL_NAMES = (
    N_("Name of level 1"),
    N_("Name of level 2"),
    N_("Name of level 3"),
    N_("Name of level 4"),
    N_("Name of level 5"),
    N_("Name of level 6"),
)
LEVEL_LABELS = (
    N_("Level 1: what is seen"),
    N_("Level 2: what is seen"),
    N_("Level 3: what is seen"),
    N_("Level 4: what is seen"),
    N_("Level 5: what is seen"),
    N_("Level 6: what is seen"),
)
_CRITERION = Part(
    tag="criterion",
    key="criteria",
    label=N_("Criterion"),
    add=N_("Add a criterion"),
    prefix="c",
    least=FEWEST_CRITERIA,
    most=MOST_CRITERIA,
    attributes=(
        Attribute(
            name="weight",
            label=N_("Weight"),
            kind="whole",
            help=N_("The weights of all criteria make 100."),
            default=20,
            least=1,
            most=100,
        ),
    ),
    words=(
        Words(part="", label=N_("Name"), help=N_("A word or two: Outcomes, Cost and price."), required=True),
        *(
            Words(part=f"level/{number}", label=label, more=number > USUAL_LEVELS)
            for number, label in enumerate(LEVEL_LABELS, start=1)
        ),
    ),
)
_EXAMPLE = Part(
    tag="example",
    key="examples",
    label=N_("Example to practise with"),
    add=N_("Add an example"),
    prefix="e",
    most=6,
    words=(
        Words(
            part="work", label=N_("The piece of work"), help=N_("Real work, shortened, without names."), required=True, long=True
        ),
        Words(part="why", label=N_("What you would say of it as a whole"), long=True),
    ),
    parts=(
        Part(
            tag="expected",
            key="expected",
            label=N_("Level expected"),
            add=N_("Add a level"),
            prefix="x",
            most=MOST_CRITERIA,
            attributes=(
                Attribute(name="criterion", label=N_("Criterion"), kind="reference", refers_to="criteria", required=True),
                Attribute(name="level", label=N_("Level"), kind="whole", required=True, default=3, least=1, most=MOST_LEVELS),
            ),
            words=(Words(part="", label=N_("Why"), long=True),),
        ),
    ),
)
_SHARES = (
    Attribute(
        name="trainer",
        label=N_("Share of the trainer's judgement"),
        kind="whole",
        help=N_("The three shares make 100. What counts 0 is shown to the learner, and changes no points."),
        default=WHOLE,
        least=0,
        most=WHOLE,
        more=True,
    ),
    Attribute(name="peer", label=N_("Share of peers"), kind="whole", default=0, least=0, most=WHOLE, more=True),
    Attribute(
        name="self", label=N_("Share of the learner's own judgement"), kind="whole", default=0, least=0, most=WHOLE, more=True
    ),
)
SCHEMA = Schema(
    tag="coop_rubric",
    attributes=(
        Attribute(name="text", label=N_("Work may be written in the page"), kind="truth", default=True),
        Attribute(name="photo", label=N_("Photos may be handed in"), kind="truth", default=True),
        Attribute(name="voice", label=N_("A recorded voice may be handed in"), kind="truth", default=True),
        Attribute(name="file", label=N_("Files may be handed in (PDF, documents, tables)"), kind="truth", default=True),
        Attribute(
            name="peers",
            label=N_("Peers who judge each work"),
            kind="whole",
            help=N_("As many works each learner judges. 0: none; else from 2 to 5. They see no names."),
            default=0,
            least=0,
            most=MOST_PEERS,
        ),
        Attribute(
            name="days",
            label=N_("Days to wait for peers"),
            kind="whole",
            help=N_("After that, trainers judge alone. In a group that is too small for peers they do so at once."),
            default=7,
            least=1,
            most=60,
            more=True,
        ),
        Attribute(name="reflect", label=N_("Learners judge their own work too"), kind="truth", default=False),
        Attribute(
            name="trainers",
            label=N_("Trainers who judge each work"),
            kind="choice",
            choices=(("1", N_("One")), ("2", N_("Two: where they disagree, a third decision settles it"))),
            default="1",
        ),
        Attribute(
            name="again",
            label=N_("Work that is too weak is handed in once more"),
            kind="truth",
            help=N_("Below level 2 on a criterion that weighs 20 or more."),
            default=True,
            more=True,
        ),
        Attribute(
            name="levels",
            label=N_("Number of levels"),
            kind="whole",
            help=N_("From 2 to 6."),
            default=USUAL_LEVELS,
            least=FEWEST_LEVELS,
            most=MOST_LEVELS,
            more=True,
        ),
        *_SHARES,
    ),
    words=(
        Words(part="prompt", label=N_("What to hand in"), long=True),
        *(
            Words(part=f"scale/{number}", label=label, more=True, **_level(number))
            for number, label in enumerate(LEVEL_NAMES, start=1)
        ),
    ),
    parts=(
        _CRITERION,
        _EXAMPLE,
        Part(
            tag="remark",
            key="remarks",
            label=N_("Ready comment"),
            add=N_("Add a ready comment"),
            prefix="r",
            most=30,
            words=(Words(part="", label=N_("Words for trainers to use again"), required=True),),
        ),
    ),
)


def rubric_of(structure: Mapping[str, Any]) -> Rubric:
    """Return the weights and the highest level of a content."""
    weights = {one["id"]: int(one.get("weight", 0)) for one in structure.get("criteria", ())}
    return Rubric(weights=weights, highest=levels_of(structure))


def levels_of(structure: Mapping[str, Any]) -> int:
    """Return how many levels each criterion has."""
    typed = str(structure.get("levels", USUAL_LEVELS))
    return int(typed) if typed.isdecimal() and FEWEST_LEVELS <= int(typed) <= MOST_LEVELS else USUAL_LEVELS


def is_begun(structure: Mapping[str, Any]) -> bool:
    """Tell whether anybody has written criteria yet: without, there is nothing to judge by."""
    return bool(structure.get("criteria"))


def shares_of(structure: Mapping[str, Any]) -> dict[str, int]:
    """Return how much the learner, peers and trainers count."""
    return {
        "self": int(structure.get("self", 0)),
        "peer": int(structure.get("peer", 0)),
        "trainer": int(structure.get("trainer", WHOLE)),
    }


def judges_own(structure: Mapping[str, Any]) -> bool:
    """Tell whether learners are asked to judge their own work."""
    return bool(structure.get("reflect")) or int(structure.get("self", 0)) > 0


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return what is wrong with a content whose form is right."""
    return [
        *_check_criteria(structure, texts),
        *_check_examples(structure),
        *_check_judges(structure),
    ]


def _check_criteria(structure: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Fault]:
    criteria, levels = structure.get("criteria", ()), levels_of(structure)
    if not criteria:
        return
    if not texts.get("prompt", "").strip():
        yield Fault(N_("say what is to be handed in"), path="prompt")
    total = sum(int(one.get("weight", 0)) for one in criteria)
    if total != WHOLE:
        yield Fault(N_("the weights make {total}: they must make 100"), {"total": total}, "criteria")
    for index, one in enumerate(criteria):
        for number in range(1, MOST_LEVELS + 1):
            described = bool(texts.get(f"{one['id']}/level/{number}", "").strip())
            given = {"number": number}
            if number <= levels and not described:
                yield Fault(N_("level {number} is not described"), given, f"criteria.{index}.level/{number}")
            elif number > levels and described:
                yield Fault(
                    N_("level {number} is described, and there is no such level"), given, f"criteria.{index}.level/{number}"
                )


def _check_examples(structure: Mapping[str, Any]) -> Iterator[Fault]:
    rubric = rubric_of(structure)
    for index, example in enumerate(structure.get("examples", ())):
        asked = Counter(str(one.get("criterion", "")) for one in example.get("expected", ()))
        if asked and set(asked) != set(rubric.weights):
            yield Fault(N_("say the level expected for each criterion"), path=f"examples.{index}")
        if not asked:
            yield Fault(N_("this example says no level yet"), path=f"examples.{index}")
        if any(count > 1 for count in asked.values()):
            yield Fault(N_("this example says two levels for one criterion"), path=f"examples.{index}")
        for place, one in enumerate(example.get("expected", ())):
            if int(one.get("level", 1)) > rubric.highest:
                given = {"highest": rubric.highest}
                yield Fault(N_("the highest level is {highest}"), given, f"examples.{index}.expected.{place}.level")


def _check_judges(structure: Mapping[str, Any]) -> Iterator[Fault]:
    shares = shares_of(structure)
    if sum(shares.values()) != WHOLE:
        yield Fault(
            N_("the shares of trainer, peers and learner make {total}: they must make 100"),
            {"total": sum(shares.values())},
            "trainer",
        )
    peers = int(structure.get("peers", 0))
    if peers and peers < FEWEST_PEERS:
        yield Fault(N_("one peer alone is no judgement: write 0, or 2 and more"), path="peers")
    if shares["peer"] and not peers:
        yield Fault(N_("peers have a share, so at least two of them must judge"), path="peers")
    if shares["self"] == WHOLE:
        yield Fault(N_("learners cannot be their only judges"), path="self")
    if not any(structure.get(way, True) for way in WAYS):
        yield Fault(N_("nothing may be handed in: allow at least one way"), path="text")
