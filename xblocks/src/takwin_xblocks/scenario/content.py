"""What a scenario is written with, and what its author is told before learners meet it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, When, Words, text_key
from takwin_xblocks.scenario.grading import Story, Unplayable

LONGEST_SITUATION = 700
MOST_BY = 3
ENDINGS = (("best", N_("Best")), ("good", N_("Good")), ("poor", N_("Poor")), ("bad", N_("Bad")))

_ORDINARY = When(attribute="ending", values=frozenset({""}))
_ENDING = When(attribute="ending", values=frozenset(value for value, _label in ENDINGS))

EFFECT = Part(
    tag="effect",
    key="effects",
    label=N_("Effect"),
    add=N_("Add an effect"),
    attributes=(
        Attribute(name="on", label=N_("Indicator"), kind="reference", refers_to="measures", required=True),
        Attribute(name="by", label=N_("Points"), kind="whole", required=True, least=-MOST_BY, most=MOST_BY),
    ),
    most=8,
    ids="none",
)
CHOICE = Part(
    tag="choice",
    key="choices",
    label=N_("Choice"),
    add=N_("Add a choice"),
    attributes=(Attribute(name="to", label=N_("Leads to"), kind="reference", refers_to="nodes", required=True),),
    words=(
        Words(part="", label=N_("What the learner chooses"), required=True),
        Words(part="consequence", label=N_("Consequence"), help=N_("Shown after the choice, before what comes next."), long=True),
    ),
    parts=(EFFECT,),
    most=8,
    prefix="c",
    when=_ORDINARY,
)
NODE = Part(
    tag="node",
    key="nodes",
    label=N_("Situation or ending"),
    add=N_("Add a situation or an ending"),
    attributes=(
        Attribute(
            name="ending",
            label=N_("Ending"),
            kind="choice",
            choices=(("", N_("No: its choices lead on")), *ENDINGS),
        ),
        Attribute(name="picture", label=N_("Picture"), kind="path"),
        Attribute(name="audio", label=N_("Recording"), kind="path"),
    ),
    words=(
        Words(part="title", label=N_("Title of the ending"), required=True, when=_ENDING),
        Words(part="situation", label=N_("Text"), help=N_("At most 700 characters."), required=True, long=True),
        Words(part="picture_alt", label=N_("What the picture shows"), help=N_("Left empty, the picture is taken for decoration.")),
        Words(part="transcript", label=N_("What the recording says"), long=True),
    ),
    parts=(CHOICE,),
    ids="shown",
    prefix="n",
)
SCHEMA = Schema(
    tag="coop_scenario",
    attributes=(
        Attribute(
            name="pass_share",
            label=N_("Enough is"),
            kind="decimal",
            default="0.6",
            least=0,
            most=1,
            help=N_("A share of what the best path brings: 0.6 is 60 %."),
        ),
        Attribute(name="steps_back", label=N_("Steps back allowed"), kind="whole", default=1, least=0, most=20),
        Attribute(
            name="back_costs",
            label=N_("A step back takes one point of"),
            kind="reference",
            refers_to="measures",
            help=N_("Left empty, a step back costs nothing."),
        ),
        Attribute(
            name="indicators",
            label=N_("Indicators are shown"),
            kind="choice",
            default="end",
            choices=(("shown", N_("all the time")), ("end", N_("at the end")), ("never", N_("never"))),
        ),
    ),
    words=(
        Words(part="intro", label=N_("Introduction"), help=N_("Who the learner is, and where."), long=True),
        Words(part="debrief", label=N_("Debrief"), help=N_("Questions to think about, shown at the end."), long=True),
    ),
    parts=(
        Part(
            tag="indicator",
            key="measures",
            label=N_("Indicator"),
            add=N_("Add an indicator"),
            words=(Words(part="name", label=N_("Name"), required=True),),
            most=8,
            ids="shown",
            prefix="i",
        ),
        NODE,
    ),
)


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return what an author must put right: a way that ends nowhere, a situation nobody meets, a circle, or too long a text."""
    if not structure.get("nodes"):
        return []  # nobody has begun to write it
    faults = [*_names(structure), *_nodes(structure, texts), *_ways(structure)]
    return faults or _worth(structure)


def _names(structure: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what names an indicator or a situation that is not there."""
    measures = {one["id"] for one in structure.get("measures", ())}
    nodes = {one["id"] for one in structure["nodes"]}
    if not measures:
        yield Fault(N_("A scenario needs at least one indicator."), path="measures")
    payer = structure.get("back_costs")
    if payer and payer not in measures:
        yield Fault(N_('There is no indicator "{id}".'), {"id": payer}, "back_costs")
    for index, node in enumerate(structure["nodes"]):
        for place, choice in enumerate(node.get("choices", ())):
            path = f"nodes.{index}.choices.{place}"
            if choice.get("to") not in nodes:
                yield Fault(N_('There is no situation "{id}" to lead to.'), {"id": choice.get("to", "")}, f"{path}.to")
            yield from _effects(choice, measures, path)


def _effects(choice: Mapping[str, Any], measures: set[str], path: str) -> Iterator[Fault]:
    seen: set[str] = set()
    for index, effect in enumerate(choice.get("effects", ())):
        on = effect.get("on", "")
        if on not in measures:
            yield Fault(N_('There is no indicator "{id}".'), {"id": on}, f"{path}.effects.{index}.on")
        elif on in seen:
            yield Fault(N_('This choice changes "{id}" twice.'), {"id": on}, f"{path}.effects.{index}.on")
        seen.add(on)


def _nodes(structure: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Fault]:
    """Yield what is wrong inside a situation or an ending."""
    for index, node in enumerate(structure["nodes"]):
        path, given = f"nodes.{index}", {"id": node["id"]}
        if node.get("ending") and node.get("choices"):
            yield Fault(N_('The ending "{id}" has choices: an ending leads nowhere.'), given, path)
        if not node.get("ending") and not node.get("choices"):
            yield Fault(N_('"{id}" is a dead end: it has no choice and is no ending.'), given, path)
        long = len(plain(texts.get(f"{node['id']}/situation", "")))
        if long > LONGEST_SITUATION:
            words = N_('The text of "{id}" has {count} characters; at most {most} fit on a small screen.')
            yield Fault(words, {**given, "count": long, "most": LONGEST_SITUATION}, f"{path}.situation")
        for place, choice in enumerate(node.get("choices", ())):
            if not plain(texts.get(text_key(node["id"], choice["id"]), "")).strip():
                words = N_('The choice "{id}" says nothing.')
                yield Fault(words, {"id": f"{node['id']}/{choice['id']}"}, f"{path}.choices.{place}")


def _ways(structure: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with where the choices lead."""
    story = Story(structure)
    if story.is_ending(story.start):
        yield Fault(N_("The first situation is where a learner starts: it cannot be an ending."), path="nodes.0")
    if not any(story.is_ending(one) for one in story.nodes):
        yield Fault(N_("A scenario needs at least one ending."), path="nodes")
    circle = story.circle
    if circle:
        words = N_("These situations lead round in a circle: {ids}.")
        yield Fault(words, {"ids": " → ".join([*circle, circle[0]])}, f"nodes.{list(story.nodes).index(circle[0])}")
    reached = story.reached()
    for index, node_id in enumerate(story.nodes):
        if node_id not in reached:
            yield Fault(N_('No choice leads to "{id}".'), {"id": node_id}, f"nodes.{index}")


def _worth(structure: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the points of a scenario whose ways are right."""
    try:
        total = Story(structure).best.total
    except Unplayable:  # said already, unless an ending stands apart
        return [Fault(N_("No way leads to an ending."), path="nodes")]
    if total > 0:
        return []
    return [Fault(N_("The best path brings {total} points: it must bring at least one."), {"total": total}, "nodes")]
