"""What a matching is made of, and what its author is told to put right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from takwin_xblocks.contract.markup import plain
from takwin_xblocks.contract.schema import N_, Attribute, Fault, Part, Schema, Words
from takwin_xblocks.match.grading import NONE, task_of

_MOST_ITEMS = 24
_MOST_TARGETS = 10
_PICTURE = Attribute(
    name="picture",
    label=N_("Picture"),
    help=N_("A file of the course, such as /static/jar.svg. With a picture the words may be left out."),
    kind="path",
)
_ALT = Words(part="alt", label=N_("What the picture shows"), help=N_("For those who do not see it."))

SCHEMA = Schema(
    tag="coop_match",
    attributes=(
        Attribute(
            name="mode",
            label=N_("What is asked"),
            kind="choice",
            default="categories",
            choices=(("categories", N_("Sort into categories")), ("pairs", N_("Find the pairs: each takes exactly one"))),
        ),
        Attribute(
            name="partial",
            label=N_("Partial credit"),
            help=N_("Items: the share of items put where they go. None: all or nothing."),
            kind="choice",
            default="items",
            choices=(("items", N_("By items")), ("none", N_("None: all or nothing"))),
        ),
    ),
    words=(
        Words(part="prompt", label=N_("What is to be matched"), long=True),
        Words(part="hint", label=N_("Hint"), long=True),
        Words(part="feedback/correct", label=N_("Feedback when all is right"), long=True),
        Words(part="feedback/incorrect", label=N_("Feedback when not all is right"), long=True),
    ),
    parts=(
        Part(
            tag="target",
            key="targets",
            label=N_("Category or partner"),
            add=N_("Add a category or partner"),
            prefix="t",
            ids="shown",
            most=_MOST_TARGETS,
            attributes=(_PICTURE,),
            words=(Words(part="", label=N_("Name")), _ALT),
        ),
        Part(
            tag="item",
            key="items",
            label=N_("Item"),
            add=N_("Add an item"),
            prefix="i",
            most=_MOST_ITEMS,
            attributes=(
                Attribute(
                    name="to",
                    label=N_("Goes to"),
                    help=N_("Left empty, it goes to none of them."),
                    kind="reference",
                    refers_to="targets",
                ),
                _PICTURE,
            ),
            words=(
                Words(part="", label=N_("Words")),
                _ALT,
                Words(part="feedback", label=N_("Feedback on this item"), long=True),
            ),
        ),
    ),
)


def check(structure: Mapping[str, Any], texts: Mapping[str, str]) -> list[Fault]:
    """Return what the author must put right before learners can be asked."""
    faults = []
    known = {target["id"] for target in structure.get("targets", ())}
    for key in ("targets", "items"):
        faults += _unsaid(key, structure.get(key, []), texts)
    for index, item in enumerate(structure.get("items", ())):
        if item.get("to") and item["to"] not in known:
            faults.append(Fault(N_('There is nothing with the id "{id}" to go to'), {"id": item["to"]}, f"items.{index}.to"))
    if NONE in known:
        faults.append(Fault(N_('"{id}" means that an item goes nowhere: choose another id'), {"id": NONE}, "targets"))
    if structure.get("items") and not known:
        faults.append(Fault(N_("There is nothing to match the items with"), path="targets"))
    elif structure.get("items") and len(task_of(structure).places) < 2:  # noqa: PLR2004
        faults.append(Fault(N_("With one place only there is nothing to choose"), path="targets"))
    return faults + (_pairs(structure) if structure.get("mode") == "pairs" else [])


def _pairs(structure: Mapping[str, Any]) -> list[Fault]:
    """Find partners that have no item of their own, or several."""
    goes = Counter(item.get("to") for item in structure.get("items", ()))
    words = N_("In pairs, exactly one item goes to each; here {count} do")
    return [
        Fault(words, {"count": goes[target["id"]]}, f"targets.{index}")
        for index, target in enumerate(structure.get("targets", ()))
        if goes[target["id"]] != 1
    ]


def _unsaid(key: str, parts: list[Mapping[str, Any]], texts: Mapping[str, str]) -> list[Fault]:
    faults, seen = [], set()
    for index, part in enumerate(parts):
        words = " ".join(plain(texts.get(part["id"], "")).split())
        said = (words, part.get("picture") or texts.get(part["id"], "").strip())
        if not said[1]:
            faults.append(Fault(N_("This one has neither words nor a picture"), path=f"{key}.{index}"))
        elif not words and part.get("picture") and not texts.get(f"{part['id']}/alt", "").strip():
            faults.append(Fault(N_("Say what the picture shows, for those who do not see it"), path=f"{key}.{index}.alt"))
        elif said in seen:
            faults.append(Fault(N_("Another one says the same: nobody could tell them apart"), path=f"{key}.{index}"))
        seen.add(said)
    return faults
