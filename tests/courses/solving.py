"""Solves exercises through the blocks' own classes: by the reference answers, or by what the exercise itself holds."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any

from asked_pages import send
from lxml import etree
from memory_host import Host, post_json
from webob import Request

from deploy.courses.reading import Block, Course
from takwin_xblocks.scenario.grading import Story
from takwin_xblocks.worksheet.calculation import rounded
from takwin_xblocks.worksheet.numbers import code_of, drawn_figures, usual_figures
from takwin_xblocks.worksheet.sheet import Sheet
from takwin_xblocks.worksheet.table import Cell, Table, offered, table_of

Earned = tuple[float, float]
"""What answers earn, and what could be earned."""


def xml_of(block: Block, **settings: str) -> str:
    """Return the XML of a block, with other settings."""
    node = etree.fromstring(etree.tostring(block.node))
    for name, value in settings.items():
        node.set(name, value)
    node.tail = None
    return etree.tostring(node, encoding="unicode")


@cache
def _host(xml: str) -> Host:
    return Host(xml)


def read(block: Block) -> Any:
    """Return the block as its class reads it; refuses what it cannot read. It is read once: nobody answers in this host."""
    return _host(xml_of(block)).block()


def solve(block: Block, course: Course, language: str) -> Earned:
    """Solve an exercise."""
    return SOLVERS[block.kind](block, course.answers.get(block.key), language)


def _quiz(block: Block, answers: Any, language: str) -> Earned:
    given = _own_answers(read(block)) if answers is None else answers
    told = post_json(Host(xml_of(block)).block(language=language), given).json
    assert told["code"] == "marked", told
    return told["earned"], told["possible"]


def _own_answers(block: Any) -> dict[str, Any]:
    return {question["id"]: _own_answer(question, block.texts) for question in block.structure["questions"]}


def _own_answer(question: dict[str, Any], texts: dict[str, str]) -> Any:
    kind, name = question["kind"], question["id"]
    if kind == "truth":
        return str(question["answer"]).lower()
    if kind == "number":
        return str(question["value"])
    if kind == "text":
        return texts[f"{name}/{question['accepts'][0]['id']}"]
    right = [choice["id"] for choice in question["choices"] if choice["correct"]]
    return right if kind == "multiple" else right[0]


def _match(block: Block, answers: Any, language: str) -> Earned:
    host = Host(xml_of(block))
    return _sent(host, dict(host.block().task.homes) if answers is None else answers, language)


def _order(block: Block, answers: Any, language: str) -> Earned:
    host = Host(xml_of(block))
    if answers is not None:
        return _sent(host, answers, language)
    task = host.block().task
    places = {item: str(place) for place, item in enumerate(task.stages, start=1)}
    return _sent(host, places | dict.fromkeys(task.strangers, "out"), language)


def _sent(host: Host, answers: dict[str, str], language: str) -> Earned:
    result = send(host, answers, language=language)
    assert result["status"] == 200, result
    return result["earned"], result["possible"]


def _scenario(block: Block, answers: Any, language: str) -> Earned:
    host = Host(xml_of(block))
    story = Story(host.block().structure)
    path = [step.choice for step in story.best.path] if answers is None else answers
    for step, choice in enumerate(path):
        played = host.block(language=language)
        body = json.dumps({"answers": {"run": "0", "step": str(step), "choice": choice}}).encode()
        told = played.handle("choose", Request.blank("/", method="POST", body=body, content_type="application/json"))
        played.save()
        assert told.status_code == 200, (choice, told.json)
    best = host.block().best
    return best["earned"], best["possible"]


def _worksheet(block: Block, answers: Any, language: str) -> Earned:
    """Solve it with each example set that a learner may choose; reference answers of such a worksheet stand by set."""
    if block.node.get("learners_choose") != "true":
        return _with_set(block, answers, language, {})
    total = (0.0, 0.0)
    for name in sets_of(block):
        settings = {"learners_choose": "false", "example_set": name}
        earned, possible = _with_set(block, None if answers is None else answers[name], language, settings)
        total = (total[0] + earned, total[1] + possible)
    return total


def _with_set(block: Block, answers: Any, language: str, chosen: dict[str, str]) -> Earned:
    """Solve the usual numbers, by the reference answers where there are any; in one language numbers that were drawn, too."""
    made = worksheet_table(block, chosen.get("example_set", ""))
    total = (0.0, 0.0)
    rounds = [({"draws": "none"}, usual_figures(made))]
    if language == "en" and block.node.get("draws") == "learner":
        code = code_of("learner", block.name, "1")
        rounds.append(({"draws": "code", "code": code}, drawn_figures(made, code)))
    for settings, figures in rounds:
        is_usual = settings["draws"] == "none"
        given = answers if is_usual and answers is not None else _typed_answers(made, figures)
        told = post_json(Host(xml_of(block, **settings, **chosen)).block(), given).json
        assert told["code"] == "marked", told
        total = (total[0] + told["earned"], total[1] + told["possible"])
    return total


def sets_of(block: Block) -> list[str]:
    """Return the ids of the example sets of a worksheet."""
    return [one["id"] for one in read(block).structure.get("sets", ())]


def worksheet_table(block: Block, example_set: str = "") -> Table:
    """Return the table of a worksheet, with the example set that is asked for or the one it shows."""
    return table_of(read(block).structure, example_set or block.node.get("example_set", ""))


def _typed_answers(made: Table, figures: dict[str, Decimal]) -> dict[str, list[str]]:
    values = Sheet(made, figures).solved()
    return {name: _typed(made, cell, values[cell.key]) for name, cell in made.inputs.items()}


def _typed(made: Table, cell: Cell, value: Decimal) -> list[str]:
    if cell.answer == "number":
        return [str(rounded(value, cell.places))]
    return [choice for choice, number in offered(made, cell) if number == value]


SOLVERS = {
    "coop_match": _match,
    "coop_order": _order,
    "coop_quiz": _quiz,
    "coop_scenario": _scenario,
    "coop_worksheet": _worksheet,
}
