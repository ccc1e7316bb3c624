"""One rendering serves all whose view is the same, and only them; blocks know their learner by a name that stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from web_fragments.fragment import Fragment
from xblock.core import XBlock
from xblock.fields import Boolean, Integer, Scope

from lms_app.domain.keys import BlockId
from lms_app.runtime.host import BlockHost
from tests.fakes import MemoryContent, MemoryState, SiteUrls, block, course_of, learner
from tests.runtime.hosting import host_with


class Told(XBlock):
    """Counts how often it is shown; says that its views repeat unless its author asked for a draw."""

    shown = 0
    drawn = Boolean(default=False, scope=Scope.content)
    tries = Integer(default=0, scope=Scope.user_state)

    def student_view(self, _context: Any = None) -> Fragment:
        Told.shown += 1
        return Fragment("told")

    @staticmethod
    def same_for_same_state(fields: Mapping[str, Any]) -> bool:
        return not fields.get("drawn", False)


class Plain(Told):
    same_for_same_state = True


class Odd(Told):
    @staticmethod
    def same_for_same_state(fields: Mapping[str, Any]) -> bool:
        return fields["nothing"]


class Vague(Told):
    same_for_same_state = "yes"


@XBlock.needs("user")
class Named(XBlock):
    """Shows the name by which it knows its learner."""

    def student_view(self, _context: Any = None) -> Fragment:
        user = self.runtime.service(self, "user").get_current_user()
        return Fragment(user.opt_attrs["edx-platform.anonymous_user_id"])


@pytest.fixture
def host() -> BlockHost:
    Told.shown = 0
    return host_with({"told": Told, "plain": Plain, "odd": Odd, "vague": Vague, "named": Named})


def times_shown(host: BlockHost, name: str, fields: Mapping[str, Any]) -> int:
    """Return how often the block itself is asked for its view when three readers open it."""
    course = course_of(block(name, **fields))
    for _reader in range(3):
        content = MemoryContent(course)
        visit = host.visit(content=content, learner=learner(), state=MemoryState(), urls=SiteUrls(), addresses="here")
        visit.render(BlockId(name))
    return Told.shown


@pytest.mark.parametrize(
    ("name", "fields", "times"),
    [
        ("plain/p", {}, 1),
        ("told/t", {}, 1),
        ("told/t", {"drawn": False}, 1),
        ("told/t", {"drawn": True}, 3),
        ("odd/o", {}, 3),
        ("vague/v", {}, 3),
    ],
)
def test_a_promise_is_kept_by_those_who_make_it(host, name, fields, times):
    assert times_shown(host, name, fields) == times


def test_a_block_knows_its_learner_by_the_same_name_in_every_visit_and_language(host):
    course = course_of(block("named/n"))
    names = set()
    for language in ("ar", "fr", "en", "ar"):
        content = MemoryContent(course, language=language)
        who = learner(language=language, anonymous_id="0f3a")
        visit = host.visit(content=content, learner=who, state=MemoryState(), urls=SiteUrls())
        names.add(visit.render(BlockId("named/n")).html.split(">")[1].split("<")[0])
    assert names == {"0f3a"}
