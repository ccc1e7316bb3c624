"""Goes wrong in a shipped course wherever one can, and tells which of the words written for that are not shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from lxml import etree

from takwin_xblocks.contract.schema import Content
from tests.journeys.course_judging import Open, Served, newcomer
from tests.journeys.course_taking import Folder, Taking, arrange, choose, content_of, homes, place, squeezed, steps_of, typed

Newcomer = Callable[[], Taking]
"""Opens the unit as somebody who has answered nothing yet."""


def shown(taking: Taking, unit: str, block: etree._Element) -> str:
    """Return all that a block says to its learner, on one line."""
    return squeezed(taking.root(unit, block).inner_text())


def unsaid_by_quiz(newcomer: Newcomer, unit: str, block: etree._Element) -> list[str]:
    """Give every wrong answer of a quiz once; return the words for them that the page does not show."""
    missing, taking = [], None
    for given, said in wrong_answers(block):
        taking = taking or newcomer()
        form = taking.root(unit, block).locator("form")
        taking.fill(form, typed(taking, block, {**taking.folder.answers_of(block), **given}))
        told = taking.submit(form)
        assert told["code"] == "marked", told
        page = shown(taking, unit, block)
        missing += [f"{given}: {words}" for words in said if not words or words not in page]
        if not told["open"]:  # somebody else tries the choices that are left
            taking.page.context.close()
            taking = None
    return missing


def wrong_answers(block: etree._Element) -> Iterator[tuple[dict[str, str | list[str]], list[str]]]:
    """Yield wrong answers to the questions of a quiz, until every wrong choice was given once, and the words written for them."""
    content = content_of(block)
    ways = {one["id"]: list(_wrong(one, content.texts)) for one in content.structure["questions"] if one["kind"] != "text"}
    for turn in range(max(map(len, ways.values()), default=0)):
        chosen = {name: told[min(turn, len(told) - 1)] for name, told in ways.items()}
        yield {name: given for name, (given, _said) in chosen.items()}, [one for _given, said in chosen.values() for one in said]


def _wrong(question: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[tuple[str | list[str], list[str]]]:
    """Yield each wrong answer to a question, with the words that its author wrote for it; '' where there are none."""
    name, choices = question["id"], question.get("choices", ())
    said = [squeezed(texts.get(f"{name}/feedback/incorrect", ""))]
    of_choice = {one["id"]: squeezed(texts.get(f"{name}/{one['id']}/feedback", "")) for one in choices}
    if question["kind"] == "number":
        yield str(Decimal(question["value"]) * 3 + 7), said
    elif question["kind"] == "truth":
        yield ("false" if str(question.get("answer")).lower() == "true" else "true"), said
    elif question["kind"] == "multiple":
        yield list(of_choice), list(of_choice.values())  # all are ticked, so all are answered
    else:
        yield from ((one["id"], [of_choice[one["id"]]]) for one in choices if not one.get("correct"))


def unsaid_by_match(newcomer: Newcomer, unit: str, block: etree._Element) -> list[str]:
    """Put every item that has a place in another one; return the words of items, and of all, that the page does not show."""
    goes, places = homes(block)
    taking = newcomer()
    following = dict(zip(places, [*places[1:], places[0]], strict=True))
    place(taking.root(unit, block), {item: following.get(home, "") for item, home in goes.items()})
    return _unsaid_of_items(taking, unit, block, most=1)


def unsaid_by_order(newcomer: Newcomer, unit: str, block: etree._Element) -> list[str]:
    """Turn the order round and take in what does not belong; return the words that the page does not show."""
    steps, strangers = steps_of(block)
    taking = newcomer()
    arrange(taking.root(unit, block), [*reversed(steps), *strangers])
    return _unsaid_of_items(taking, unit, block, most=len(strangers) + 1)


def _unsaid_of_items(taking: Taking, unit: str, block: etree._Element, *, most: float) -> list[str]:
    content = content_of(block)
    told = taking.submit(taking.root(unit, block).locator("form"))
    assert told["code"] == "marked", told
    assert told["earned"] < max(told["possible"] / 2, most), told["message"]
    words = [content.texts.get(f"{one['id']}/feedback", "") for one in content.structure["items"]]
    page = shown(taking, unit, block)
    return [one for one in (*words, content.texts.get("feedback/incorrect", "")) if not one or squeezed(one) not in page]


def unsaid_by_scenario(newcomer: Newcomer, unit: str, block: etree._Element) -> list[str]:
    """Make every choice of a scenario once, in as many runs as it takes; return the consequences that the page does not show."""
    content = content_of(block)
    missing, made = [], set()
    for run in _runs(content):
        taking = newcomer()
        for node, choice in run:
            choose(taking, taking.root(unit, block), choice)
            words = squeezed(content.texts.get(f"{node}/{choice}/consequence", ""))
            if (node, choice) not in made and (not words or words not in shown(taking, unit, block)):
                missing.append(f"{node}/{choice}: {words}")
            made.add((node, choice))
        taking.page.context.close()
    assert made == {(node["id"], one["id"]) for node in content.structure["nodes"] for one in node.get("choices", ())}
    return missing


def _runs(content: Content) -> Iterator[list[tuple[str, str]]]:
    """Yield ways through a scenario until each of its choices lies on one of them."""
    nodes = {one["id"]: one.get("choices", ()) for one in content.structure["nodes"]}
    ways: dict[str, list[tuple[str, str]]] = {next(iter(nodes)): []}
    for node in _by_reach(nodes, ways):
        for one in nodes[node]:
            ways.setdefault(one["to"], [*ways[node], (node, one["id"])])
    wanted = [[*ways[node], (node, one["id"])] for node, choices in nodes.items() if node in ways for one in choices]
    met: set[tuple[str, str]] = set()
    for way in sorted(wanted, key=len, reverse=True):
        if way[-1] not in met:
            met.update(way)
            yield way


def _by_reach(nodes: Mapping[str, Any], ways: Mapping[str, Any]) -> Iterator[str]:
    """Yield the nodes that are reached, the nearest first, while their choices reach others."""
    done: set[str] = set()
    while left := [node for node in ways if node not in done and node in nodes]:
        for node in left:
            done.add(node)
            yield node


UNSAID: Mapping[str, Callable[[Newcomer, str, etree._Element], list[str]]] = {
    "coop_match": unsaid_by_match,
    "coop_order": unsaid_by_order,
    "coop_quiz": unsaid_by_quiz,
    "coop_scenario": unsaid_by_scenario,
}
"""How to go wrong in each type of block."""


def unsaid(course: Served, visitor: Open, folder: Folder, kind: str) -> dict[str, list[str]]:
    """Go wrong in every block of a kind; return, by unit, the words written for it that no page showed, nothing where all did."""
    found = {
        unit: UNSAID[kind](partial(newcomer, course, visitor, folder, unit), unit, block) for unit, block in folder.named(kind)
    }
    assert found  # a course without any would pass without a look
    return {unit: words for unit, words in found.items() if words}
