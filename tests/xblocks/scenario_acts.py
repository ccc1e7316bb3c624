"""Walks through a scenario."""

from __future__ import annotations

import json
from typing import Any

from lxml import etree
from memory_host import Host
from scenario_tables import TABLES, structure_of, texts_of
from webob import Request, Response

from takwin_xblocks.contract.writing import write_content
from takwin_xblocks.scenario.content import SCHEMA

BEST = "bbac"


def xml_of(table: str = TABLES["s1"], *, settings: dict[str, str] | None = None, **content: Any) -> str:
    structure = structure_of(table, **content)
    texts = {**texts_of(structure), "intro": "Introduction.", "debrief": "Debrief-questions"}
    node = etree.Element("coop_scenario", {"display_name": "The till", **(settings or {})})
    write_content(SCHEMA, node, structure, texts)
    return etree.tostring(node, encoding="unicode")


def send(block: Any, handler: str, /, **answers: object) -> Response:
    body = json.dumps({"answers": {name: str(value) for name, value in answers.items()}}).encode()
    return block.handle(handler, Request.blank("/", method="POST", body=body, content_type="application/json"))


def choose(host: Host, choice: str, *, step: int, run: int = 0, learner: str = "aicha", **how: Any) -> Response:
    block = host.block(learner, **how)
    response = send(block, "choose", run=run, step=step, choice=choice)
    block.save()
    return response


def act(host: Host, handler: str, /, learner: str = "aicha", **answers: object) -> tuple[Response, Any]:
    block = host.block(learner)
    response = send(block, handler, **answers)
    block.save()
    return response, block


def walk(host: Host, choices: str, *, run: int = 0, learner: str = "aicha") -> Response:
    for step, choice in enumerate(choices):
        response = choose(host, choice, step=step, run=run, learner=learner)
        assert response.status_code == 200, response.text
    return response


def grades(block: Any) -> list[tuple[str, dict[str, Any]]]:
    return [(kind, data) for kind, data in block.runtime.published if kind in ("grade", "completion")]
