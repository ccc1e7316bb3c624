"""A small rubric, and what people do with it: what its tests stand on."""

from __future__ import annotations

import json

from lxml import html
from memory_records import JudgedHost
from webob import Request

LEVELS = "".join(f'<level when="{number}">as {number}</level>' for number in range(1, 5))
CRITERIA = f'<criterion id="aim" weight="60">Aim{LEVELS}</criterion><criterion id="way" weight="40">Way{LEVELS}</criterion>'
EXAMPLE = """<example id="ex"><work>We talk about the till.</work><why>A beginning.</why>
  <expected id="x1" criterion="aim" level="2">It cannot be seen.</expected>
  <expected id="x2" criterion="way" level="1">They only listen.</expected></example>"""


def rubric(attributes="", inside=""):
    return f'<coop_rubric display_name="Plan" {attributes}><prompt>Write it.</prompt>{CRITERIA}{inside}</coop_rubric>'


def make(attributes="", inside="", *, learners=("aicha", "binta", "chipo", "dada"), judges=("trainer", "second"), records=True):
    return JudgedHost(rubric(attributes, inside), learners=learners, judges=judges, records=records)


def send(host, who, handler, answers=None, *, accept="application/json", attempt="", closed=False, **fields):
    """Send a form as a browser does; return status, answer and what was published."""
    block = host.block(who, closed=closed)
    pairs = [("attempt", attempt), *((f"answer-{name}", text) for name, text in (answers or {}).items()), *fields.items()]
    response = block.handle(handler, Request.blank("/", POST=pairs, accept=accept))
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def hand_in(host, who, text="My plan", **how):
    return send(host, who, "hand_in", {"text": text}, act="hand_in", **how)


def levels(aim=3, way=3, **more):
    return {"level-aim": str(aim), "level-way": str(way), "overall": "Well begun.", **more}


def judge(host, who, learner, answers=None, *, seen="1.0.", **how):
    return send(host, who, "judge", answers or levels(), record=f"work/{learner}", seen=seen, **how)


def given_to(host, who):
    """Ask for a work to judge, and return its learner and the name of the review."""
    _status, _answer, _published = send(host, who, "take")
    page = html.fromstring(host.page(who))
    tokens = page.xpath("//input[@name='review']/@value")
    held = host.records_of("trainer").list(kind="review", judge=who, states=("claimed",))
    return (held[0].learner, tokens[0]) if tokens else (None, None)


def told(published, name):
    return [data for kind, data in published if kind == name]


def work(host, learner):
    return host.records_of("trainer").get(f"work/{learner}")


def page_of(host, who, record):
    block = host.block(who)
    return str(block.runtime.render(block, "judge_view", {"record": record, "plain_forms": True}).content)


def with_peers(more=""):
    return make(f'peers="2" {more}', EXAMPLE)


def practise(host, who):
    return send(host, who, "practise", {"level-aim": "3", "level-way": "1"}, example="ex")
