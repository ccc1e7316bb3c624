"""A conditional shows its children once the learner has done what it waits for."""

from __future__ import annotations

from typing import Any

import pytest
from xblock.core import XBlock
from xblock.fields import Integer, Scope, String

from lms_app.domain.keys import BlockId
from lms_app.domain.learning import StateRow
from tests.fakes import block
from tests.runtime.hosting import Classroom, host_with


class Task(XBlock):
    """An exercise with the methods that capa has."""

    attempts = Integer(default=0, scope=Scope.user_state)
    right = Integer(default=0, scope=Scope.user_state)

    def is_correct(self) -> bool:
        return bool(self.right)

    def is_attempted(self) -> bool:
        return self.attempts > 0

    is_submitted = is_attempted


class Vote(XBlock):
    """A poll."""

    poll_answer = String(default="", scope=Scope.user_state)


class Diary(XBlock):
    """A block that has none of these methods."""

    text = String(default="", scope=Scope.user_state)


TYPES = {"task": Task, "vote": Vote, "diary": Diary}


def opens(states: dict[str, dict[str, Any]], **fields: Any) -> bool:
    sources = fields.pop("sources_list", ["task/t"])
    blocks = (
        block("conditional/c", "html/inside", sources_list=sources, **fields),
        block("html/inside", data="inside"),
        block("task/t", display_name="The <task>"),
        block("vote/v"),
        block("diary/d"),
    )
    room = Classroom(blocks, host=host_with(TYPES))
    room.state.blocks = {BlockId(name): StateRow(1, values) for name, values in states.items()}
    shown = room.show("conditional/c")
    assert shown.failed == ""
    return "inside" in shown.html


@pytest.mark.parametrize(
    ("attribute", "state", "expected"),
    [
        ("attempted", {}, False),
        ("attempted", {"attempts": 1}, True),
        ("submitted", {"attempts": 1}, True),
        ("completed", {"attempts": 1}, True),
        ("completed", {}, False),
        ("correct", {"attempts": 1}, False),
        ("correct", {"attempts": 1, "right": 1}, True),
        ("unheard_of", {"attempts": 1, "right": 1}, False),
    ],
)
def test_conditions_on_an_exercise(attribute: str, state: dict[str, Any], expected: bool) -> None:  # noqa: FBT001
    assert opens({"task/t": state}, conditional_attr=attribute) is expected


def test_a_condition_may_ask_for_the_opposite() -> None:
    assert opens({}, conditional_attr="attempted", conditional_value="False")
    assert not opens({"task/t": {"attempts": 1}}, conditional_attr="attempted", conditional_value="False")


def test_all_sources_must_agree() -> None:
    sources = ["task/t", "vote/v"]
    assert not opens({"task/t": {"attempts": 1}}, conditional_attr="attempted", sources_list=sources)
    both = {"task/t": {"attempts": 1}, "vote/v": {"poll_answer": "yes"}}
    assert opens(both, conditional_attr="attempted", sources_list=sources)


def test_a_vote_and_its_answer() -> None:
    vote = {"vote/v": {"poll_answer": "yes"}}
    assert opens(vote, conditional_attr="voted", sources_list=["vote/v"])
    assert opens(vote, conditional_attr="poll_answer", conditional_value="yes", sources_list=["vote/v"])
    assert not opens(vote, conditional_attr="poll_answer", conditional_value="no", sources_list=["vote/v"])


def test_a_block_without_these_methods_counts_by_its_traces() -> None:
    assert not opens({}, conditional_attr="attempted", sources_list=["diary/d"])
    assert opens({"diary/d": {"text": "x"}}, conditional_attr="attempted", sources_list=["diary/d"])


def test_before_that_it_says_what_comes_first() -> None:
    fields = {"sources_list": ["task/t"], "conditional_attr": "attempted"}
    task = block("task/t", display_name="The <task>")
    said = Classroom(
        (block("conditional/c", conditional_message="First {link}, <b>then</b> this.", **fields), task), host=host_with(TYPES)
    )
    assert (
        '<p class="conditional-message">First <a href="/go/task/t">The &lt;task&gt;</a>, &lt;b&gt;then&lt;/b&gt; this.</p>'
        in said.show("conditional/c").html
    )
    unsaid = Classroom((block("conditional/c", **fields), task), host=host_with(TYPES))
    assert "opens once you have done" in unsaid.show("conditional/c").html


def test_a_source_that_is_gone_does_not_stop_the_page() -> None:
    room = Classroom((block("conditional/c", sources_list=["task/gone"], conditional_attr="attempted"),), host=host_with(TYPES))
    assert room.show("conditional/c").failed.startswith("NotFound")


def test_what_stands_elsewhere_may_be_shown_here() -> None:
    shown = block("conditional/c", "html/own", show_tag_list=["html/own", "html/other"])
    room = Classroom((shown, block("html/own", data="[own]"), block("html/other", data="[other]")), host=host_with(TYPES))
    assert [room.show("conditional/c").html.count(text) for text in ("[own]", "[other]")] == [1, 1]
