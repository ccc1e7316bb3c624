"""Fills in a plan."""

from __future__ import annotations

import json

from lxml import html
from webob import Request

PLAN = """<coop_plan display_name="Our plan" priorities="2" steps="2" months="3 6">
  <intro>Write it together.</intro>
  <indicator>Count something.</indicator>
  <suggestion id="till">Count the <em>till</em><because>F1: 1 of 4</because></suggestion>
</coop_plan>"""
STEP = {"what": "Count", "who": "Aïcha", "due": "2026-10-01", "indicator": "evenings", "today": "4", "target": "26"}
WHOLE = {
    "cooperative": "Tamaynut",
    "date": "31/08/2026",
    **{f"p{number}-change": f"Change {number}" for number in (1, 2)},
    **{f"p{number}-s1-{name}": text for number in (1, 2) for name, text in STEP.items()},
}


def send(host, handler, answers=None, *, attempt="", learner="aicha", language=None, closed=False, accept="application/json"):
    """Send a form as a browser does, by script unless told otherwise; return status, answer and what was published."""
    block = host.block(learner, language=language, closed=closed)
    pairs = [("attempt", attempt), *((f"answer-{name}", text) for name, text in (answers or {}).items())]
    response = block.handle(handler, Request.blank("/", POST=pairs, accept=accept))
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def plain(host, handler, answers):
    return send(host, handler, answers, accept="text/html")


def tree(host, **how):
    return html.fromstring(host.page(**how))


def value(host, field):
    return tree(host).xpath(f"//*[@name='answer-{field}']/@value")
