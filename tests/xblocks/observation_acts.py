"""A teach-back, its people, and what they send: what tests of observations stand on."""

from __future__ import annotations

import json
import uuid
from typing import Any

from memory_host import Host
from memory_records import JudgedHost
from webob import Request

from takwin_xblocks.observation.block import CoopObservationBlock

ITEMS = [f"i{number}" for number in range(1, 13)]
TEACH_BACK = dict(CoopObservationBlock.workbench_scenarios())["coop_observation: 1-teach-back-en"]
LEARNERS = ("aicha", "binta", "chadia", "dina")
CODE = {name: f"CODE-{number:05d}" for number, name in enumerate(LEARNERS)}


def marks(told: str = "2" * 12, **others: str) -> dict[str, str]:
    """Return the fields of a form that marks the items."""
    return {**{f"level-{item}": mark for item, mark in zip(ITEMS, told, strict=True)}, **others}


def send(host: Host, who: str, handler: str, fields: dict[str, str], *, language: str | None = None, closed: bool = False) -> Any:
    """Send a form, by script; return status, answer, and the runtime that heard what was published."""
    block = host.block(who, language=language, closed=closed)
    pairs = [(f"answer-{name}", value) for name, value in fields.items()]
    response = block.handle(handler, Request.blank("/", POST=pairs, accept="application/json"))
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def observe(host: Host, who: str, told: str = "2" * 12, **fields: str) -> Any:
    """Observe Aïcha unless told otherwise: trainers name her, peers type her code; no two sheets of a test are sent from one page."""
    whom = (
        {}
        if {"trainee", "code"} & set(fields)
        else {"trainee": "aicha"}
        if who in {"trainer", "second"}
        else {"code": CODE["aicha"]}
    )
    return send(host, who, "observe", marks(told, **{"sheet": uuid.uuid4().hex, **whom, **fields}))


def entry(host: Host, who: str, told: str, *, seq: int, entry_id: str = "", person: str = "", **fields: str) -> Any:
    """Send what waited on a phone."""
    block = host.block(who)
    data = {f"answer-{name}": value for name, value in marks(told, **fields).items()}
    body = {
        "id": entry_id or str(uuid.uuid4()),
        "device": "11111111-2222-4333-8444-555555555555",
        "seq": seq,
        "person": person or block.person_mark,
        "made_at": "2023-01-01T10:00:00Z",  # three years wrong
        "schema": 1,
        "kind": "observation",
        "data": data,
    }
    request = Request.blank("/", method="POST", body=json.dumps(body).encode(), content_type="application/json")
    response = block.handle("replay", request)
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def sheets(host: JudgedHost, *, author: str = "", state: str = "") -> list[str]:
    """Return the keys of sheets."""
    return [
        key
        for key, row in host.rows.items()
        if row["kind"] == "observation" and (not author or row["author"] == author) and (not state or row["state"] == state)
    ]


def result(host: JudgedHost, learner: str = "aicha") -> dict[str, Any]:
    """Return what was published for a trainee."""
    return host.rows[f"result-{learner}"]["data"]["published"]


def judge(host: JudgedHost, handler: str, who: str = "trainer", **fields: str) -> Any:
    """Act on Aïcha's sheets."""
    return send(host, who, handler, {"trainee": "aicha", "page": "judging", **fields})


def view(host: Host, who: str, name: str, **context: Any) -> str:
    """Return a page."""
    block = host.block(who)
    return str(block.runtime.render(block, name, {"plain_forms": True, **context}).content)
