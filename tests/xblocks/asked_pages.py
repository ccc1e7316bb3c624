"""Reads the pages of blocks that name their parts by tokens, and answers them as a learner does."""

from __future__ import annotations

import json
from typing import Any

from lxml import html
from memory_host import Host, post_body


def named(block: Any, answers: dict[str, str]) -> dict[str, str]:
    """Return answers under the names that this learner's page gives, values too where they are names."""
    tokens = block.tokens()
    values = {one: tokens[one] for one in block.named_ids()}
    return {tokens[item]: values.get(place, place) for item, place in answers.items()}


def fields(block: Any, answers: dict[str, str]) -> dict[str, str]:
    """Return the fields of a plain form."""
    return {f"answer-{token}": place for token, place in named(block, answers).items()}


def send(host: Host, answers: dict[str, str], *, attempt: str = "", **how: Any) -> dict[str, Any]:
    """Send answers by their ids, and return the result with what was published."""
    block = host.block(**how)
    response = post_body(block, json.dumps({"answers": named(block, answers), "attempt": attempt}).encode())
    block.save()
    return {"status": response.status_code, **response.json, "published": block.runtime.published}


def find(page: str, path: str) -> list[Any]:
    """Return elements by XPath."""
    return html.fromstring(page).xpath(path)


def of_class(page: str, name: str, inside: str = "") -> list[Any]:
    """Return the elements of a class, or what XPath `inside` finds below each."""
    return find(page, f"//*[contains(concat(' ', @class, ' '), ' {name} ')]{inside}")


def texts(nodes: list[Any]) -> list[str]:
    """Return what elements say, on one line each."""
    return [" ".join(node.text_content().split()) for node in nodes]
