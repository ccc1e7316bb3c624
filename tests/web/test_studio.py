"""Trainers change a block, look at what differs, and publish, through the pages."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from lms_app.services.authoring.importing import find_course_row
from lms_app.services.authoring.shipped import load_shipped
from lms_app.storage.transaction import transaction
from tests.people import Client

_FIELD = re.compile(r'<(?:input|textarea)[^>]*name="([^"]+)"[^>]*?(?:value="([^"]*)")?[^>]*>(?:\n?([^<]*)</textarea>)?')


@pytest.fixture
def shipped(app: Flask, sessions, clock) -> str:
    """The shipped course, in three languages, published."""
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        first, *_rest = load_shipped(session, blobs=parts.blobs, types=parts.host.types, now=clock())
        return first.course


@pytest.fixture
def number(shipped, sessions) -> int:
    with transaction(sessions) as session:
        return find_course_row(session, shipped).id


@pytest.fixture
def trainer(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number))


def first_unit(trainer: Client, key: str) -> str:
    return re.search(rf'href="/studio/{re.escape(key)}/unit/([^"]+)"', trainer.get(f"/studio/{key}").text)[1]


def first_block(trainer: Client, key: str) -> str:
    page = trainer.get(f"/studio/{key}/unit/{first_unit(trainer, key)}").text
    return next(found for found in re.findall(rf'href="/studio/{re.escape(key)}/block/([^"]+)"', page) if found.startswith("html/"))


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_a_title_is_changed_and_published(trainer, shipped):
    block = first_block(trainer, shipped)
    page = trainer.get(f"/studio/{shipped}/block/{block}").text

    sent = trainer.send(
        f"/studio/{shipped}/block/{block}",
        **{"base": hidden(page, "base"), "language": "en", "f-display_name": "Why we join hands"},
    )
    assert sent.status_code == 303

    course = trainer.get(f"/studio/{shipped}").text
    assert "The draft differs" in course
    assert "Why we join hands" in course

    published = trainer.send(f"/studio/{shipped}/publish", revision=hidden(course, "revision"))
    assert published.status_code == 303
    assert "Learners see the newest state." in trainer.get(f"/studio/{shipped}").text
