"""A session of two half-days, and what is sent to it: what tests of attendance stand on."""

from __future__ import annotations

import json
import uuid

from lxml import html
from webob import Request

SESSION = """<coop_attendance display_name="Two days">
  <place>Women &amp; men's hall, Zagora</place><organiser>The union</organiser><intro>The <strong>bus</strong> leaves at 7.</intro>
  <halfday id="h1" date="2026-03-02" starts="09:00" hours="3.5"/>
  <halfday id="h2" date="2026-03-02" starts="14:00" hours="2.5"/>
</coop_attendance>"""
LEARNERS = ("aicha", "fatou", "khady")


def send(host, handler, fields, *, by="trainer", attempt="", accept="application/json"):
    """Send a form; return status, answer, and what was published."""
    block = host.block(by)
    request = Request.blank("/", POST=[("attempt", attempt), *fields.items()], accept=accept)
    response = block.handle(handler, request)
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def entry(kind="checkin", *, number=1, seq=None, made_at="2026-03-02T09:02:00Z", device=1, **data):
    """Return an entry as a phone keeps it."""
    return {
        "id": str(uuid.UUID(int=number)),
        "device": str(uuid.UUID(int=device)),
        "seq": seq or number,
        "made_at": made_at,
        "schema": 1,
        "kind": kind,
        "data": data,
    }


def replay(host, one, *, by="trainer", marked=None):
    block = host.block(by)
    body = json.dumps({**one, "person": marked or block.person_mark}).encode()
    response = block.handle("replay", Request.blank("/", method="POST", body=body, content_type="application/json"))
    block.save()
    return response.status_int, json.loads(response.body), block.runtime.published


def rows(host):
    """Return what is kept, without when the server took it."""
    kept = host.rows or host.block().kept
    return {
        key: (
            one["kind"],
            one["state"],
            one["learner"],
            [(each["id"], each["how"]) for each in one["data"]["entries"]],
            [(each["id"], each["of"]) for each in one["data"]["undone"]],
        )
        for key, one in kept.items()
    }


def code_of(host, learner):
    records = host.block(learner).records
    return records.people([records.me])[records.me].code


def page(host, view="student_view", *, by="trainer", **context):
    block = host.block(by)
    return html.fromstring(str(block.runtime.render(block, view, context).content))
