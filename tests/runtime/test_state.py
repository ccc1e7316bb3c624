"""Values of state as JSON, and the buffer over them."""

from __future__ import annotations

import json
from collections import namedtuple
from typing import Any

import pytest
from hypothesis import given, strategies as st
from xblock.scorable import Score

from lms_app.domain.keys import BlockId
from lms_app.domain.learning import StateRow
from lms_app.runtime.fields import state_id
from lms_app.runtime.ids import Keys
from lms_app.runtime.references import block_named, course_locator, usage_of
from lms_app.runtime.state import Row, StateBuffer, plain
from tests.fakes import COURSE, MemoryState

Pair = namedtuple("Pair", "left right")  # noqa: PYI024 -- what blocks store
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Score(1, 2), {"raw_earned": 1, "raw_possible": 2}),
        ([Pair(1, (2,))], [{"left": 1, "right": [2]}]),
        ({1: "a", None: "b", False: "c"}, {"1": "a", "null": "b", "false": "c"}),
        ({"b", "a"}, ["a", "b"]),
        (float("nan"), None),
        (float("inf"), None),
        ("a\x00b", "ab"),
        ("\ud800", "?"),
        ("تعاونية", "تعاونية"),
    ],
)
def test_values_become_what_a_database_takes(value: Any, expected: Any) -> None:
    assert plain(value) == expected


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError, match="object"):
        plain({"a": object()})


@given(JSON)
def test_values_survive_storing(value: Any) -> None:
    stored = plain(value)
    assert json.loads(json.dumps(stored, allow_nan=False).encode("utf-8")) == stored
    assert plain(stored) == stored


def test_what_is_set_back_is_no_change() -> None:
    row = Row("block", "a/b")
    buffer = StateBuffer(MemoryState(blocks={BlockId("a/b"): StateRow(2, {"n": [1]})}))
    buffer.set(row, {"n": [1, 2]})
    assert buffer.changes().blocks == {"a/b": StateRow(2, {"n": [1, 2]})}
    buffer.set(row, {"n": [1]})
    assert not buffer.changes()


def test_a_value_given_out_may_be_changed_without_harm() -> None:
    row = Row("block", "a/b")
    buffer = StateBuffer(MemoryState(blocks={BlockId("a/b"): StateRow(2, {"n": [1]})}))
    buffer.get(row, "n").append(2)
    assert buffer.get(row, "n") == [1]


def test_a_field_taken_away_is_gone_from_the_row() -> None:
    row = Row("block", "a/b")
    buffer = StateBuffer(MemoryState(blocks={BlockId("a/b"): StateRow(2, {"n": 1, "m": 2})}))
    buffer.delete(row, "n")
    assert not buffer.has(row, "n")
    assert buffer.changes().blocks == {"a/b": StateRow(2, {"m": 2})}
    with pytest.raises(KeyError):
        buffer.delete(row, "n")


def test_absent_rows_are_asked_for_once() -> None:
    state = MemoryState()
    buffer = StateBuffer(state)
    buffer.prefetch({"block": ["a/b", "a/c"], "shared": []})
    for _ in range(3):
        assert not buffer.has(Row("block", "a/b"), "n")
    assert state.queries == [("block", frozenset({"a/b", "a/c"}))]


def test_state_of_an_aside_stands_beside_its_blocks() -> None:
    course = course_locator(COURSE)
    usage = usage_of(course, BlockId("html/intro"))
    aside = Keys(course).create_aside(usage, usage, "note_aside")[1]
    assert state_id(usage) == "html/intro"
    assert state_id(aside) == "note_aside/html:intro"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("html/intro", "html/intro"),
        ("i4x://Org/Course/problem/p1", "problem/p1"),
        ("i4x://Org/Course/problem/p1@draft", "problem/p1"),
        ("block-v1:O+C+R+type@video+block@v", "video/v"),
        ("lib-block-v1:O+L+type@problem+block@p", "problem/p"),
        ("some words", None),
        ("", None),
    ],
)
def test_blocks_are_named_in_many_ways(text: str, expected: str | None) -> None:
    assert block_named(text) == expected
