"""Sits through a diagnosis, alone or in a group."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import etree, html
from memory_host import Host
from webob import Request, Response

TOUR = Path(__file__).parents[2] / "courses" / "tour-of-the-blocks"
PILLARS = {"governance": "g", "finance": "f", "marketing": "m", "innovation": "i"}


def shipped(language: str, name: str) -> str:
    found = etree.parse(TOUR / language / "vertical" / f"{name}.xml").getroot().find("coop_diagnostic")
    assert found is not None
    return etree.tostring(found, encoding="unicode")


ALONE = shipped("en", "diagnostic-alone")


class Sitting(Host):
    """A host that remembers what the last step published."""

    published: list[tuple[str, dict[str, Any]]]


def send(
    host: Sitting, handler: str, answers: Mapping[str, Any] | None = None, *, attempt: str | None = None, **how: Any
) -> Response:
    block = host.block(**how)
    body = {"answers": dict(answers or {}), "attempt": block.attempt_name() if attempt is None else attempt}
    answer = block.handle(
        handler, Request.blank("/", method="POST", body=json.dumps(body).encode(), content_type="application/json")
    )
    block.save()
    host.published = block.runtime.published
    return answer


def of_pillar(pillar: str, value: Any, *, go: str = "next") -> dict[str, Any]:
    return {f"{PILLARS[pillar]}{n}": value for n in range(1, 7)} | {"form.pillar": pillar, "form.go": go}


def answer_all(host: Sitting, values: Mapping[str, Any]) -> None:
    for pillar, value in values.items():
        assert send(host, "answer", of_pillar(pillar, value)).status_code == 200


FOUR = {"governance": "4", "finance": "1", "marketing": "2", "innovation": "unknown"}
THREE = {"governance": "4", "marketing": "2", "innovation": "3"}


def measure(host: Sitting, values: Mapping[str, Any] = FOUR) -> Response:
    assert send(host, "begin").status_code == 200
    answer_all(host, values)
    return send(host, "finish")


def tree(page: str) -> html.HtmlElement:
    return html.fragment_fromstring(page, create_parent="div")


def heading(host: Sitting, **how: Any) -> str:
    return " ".join(tree(host.page(**how)).xpath("string(.//h4)").split())
