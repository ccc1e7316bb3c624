"""A visit: blocks are shown and called, and what they did comes out as what is to be stored."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from lms_app.domain.content import Overlay
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId
from lms_app.domain.learning import HandlerRequest, StateRow
from tests.fakes import MemoryState, block, posted
from tests.runtime.hosting import Classroom, usage

COUNTER = BlockId("counter/one")


def test_wrapper_names_the_block_its_language_and_its_start() -> None:
    room = Classroom((block("counter/one", display_name="One"),))
    shown = room.show("counter/one")
    assert shown.html == (
        '<div class="xblock xblock-v1 xblock-v1-student_view" lang="en" dir="ltr"'
        f' data-usage="{usage("counter/one")}" data-usage-id="{usage("counter/one")}"'
        ' data-block-type="counter" data-course-id="course-v1:Coop+Intro+2026" data-init="Counter" data-runtime-version="1">'
        f'<form method="post" action="/handlers/{usage("counter/one")}/count"><b>0</b></form>'
        '<script type="json/xblock-args" class="xblock_json_init_args xblock-json-init-args">'
        '{"label": "plain", "end": "\\u003c/script>"}</script></div>'
    )
    assert shown.inits == ("Counter",)
    assert [(one.kind, one.data, one.placement) for one in shown.resources] == [
        ("url", "/resources/counter/public/counter.js", "foot")
    ]
    assert (shown.title, shown.inline_safe, shown.needs_jquery, shown.failed) == ("One", False, True, "")


def test_each_scope_has_its_own_row_and_only_changed_rows_come_out() -> None:
    room = Classroom((block("counter/one"), block("counter/two")))
    room.call("counter/one", "count", {"in": ["mine", "ours", "liked", "known"]})
    changes = room.last.changes()
    assert changes.blocks == {COUNTER: StateRow(version=0, values={"mine": 1})}
    assert changes.shared == {COUNTER: StateRow(version=0, values={"ours": 1})}
    assert changes.person == {"counter": StateRow(0, {"liked": 1}), "": StateRow(0, {"known": 1})}
    room.call("counter/two", "count", {"in": ["liked", "mine"]})
    assert room.state.person["counter"] == StateRow(version=2, values={"liked": 2})
    assert room.state.blocks[COUNTER] == StateRow(version=1, values={"mine": 1})
    room.call("counter/two", "count", {"in": []})
    assert not room.last.changes()


def test_whole_rows_come_out_with_the_version_they_were_read_at() -> None:
    state = MemoryState(blocks={COUNTER: StateRow(version=4, values={"mine": 1, "old_field": [1]})})
    room = Classroom((block("counter/one"),), state=state)
    room.call("counter/one", "count", {"in": ["mine"]})
    assert room.last.changes().blocks == {COUNTER: StateRow(version=4, values={"mine": 2, "old_field": [1]})}


def test_state_of_a_page_is_one_query_a_kind() -> None:
    many = tuple(block(f"counter/c{number}") for number in range(30))
    room = Classroom((*many, block("html/text", data="x")))
    visit = room.visit()
    visit.render_many(room.course.blocks[BlockId("vertical/v")].children)
    assert [kind for kind, _ in room.state.queries] == ["block", "shared", "person"]
    assert room.state.queries[0][1] == {one.id for one in many}
    assert room.state.queries[2][1] == {"counter", ""}


def test_a_page_without_state_asks_for_none() -> None:
    room = Classroom((block("html/a", data="a"), block("html/b", data="b")))
    content = room.content()
    visit = room.visit(content=content)
    visit.render_many([BlockId("html/a"), BlockId("html/b")])
    assert room.state.queries == []
    assert content.asked == [{"html/a", "html/b"}]


def test_prefetching_goes_below_containers() -> None:
    room = Classroom((block("vertical/v2", "counter/one"), block("counter/one")))
    content = room.content()
    room.visit(content=content).render_many([BlockId("vertical/v2")])
    assert content.asked == [{"vertical/v2", "counter/one"}]
    assert [keys for kind, keys in room.state.queries if kind == "block"] == [{"counter/one"}]


def test_a_bad_block_leaves_a_polite_line_a_reason_and_nothing_else() -> None:
    room = Classroom(
        (
            block("counter/one"),
            block("bad/b"),
            block("vertical/v2", "bad/c", "html/h"),
            block("bad/c"),
            block("html/h", data="still here"),
        )
    )
    visit = room.visit()
    first, bad, unit = visit.render_many([COUNTER, BlockId("bad/b"), BlockId("vertical/v2")])
    assert (first.failed, bad.failed) == ("", "RuntimeError: out of <order>")
    assert "shown just now" in bad.html
    assert "order" not in bad.html
    assert not visit.changes()
    assert visit.published() == []
    assert "still here" in unit.html
    assert unit.failed == "bad/c: RuntimeError: out of <order>"


def test_a_type_that_is_not_installed_is_named_and_said_to_fail() -> None:
    room = Classroom((block("flying_carpet/f", xml="<flying_carpet/>"),))
    shown = room.show("flying_carpet/f")
    assert shown.failed == "no block type flying_carpet: not installed"
    assert "(type “flying_carpet”)" in shown.html
    assert shown.inline_safe


def test_a_block_whose_xml_was_not_read_is_not_taken_for_an_empty_one() -> None:
    room = Classroom((block("coop_quiz/q", xml="<coop_quiz><question/></coop_quiz>"),))
    shown = room.show("coop_quiz/q")
    assert shown.failed == "kept as it came: its XML could not be read"
    assert room.visit().completes_on_view(BlockId("coop_quiz/q"))
    assert "shown just now" in shown.html


def test_a_view_that_a_block_does_not_have_is_a_failure() -> None:
    room = Classroom((block("counter/one"),))
    assert room.visit().render(COUNTER, "studio_view").failed.startswith("NoSuchViewError")


def test_a_block_of_another_course_is_not_found() -> None:
    room = Classroom((block("counter/one"),))
    visit = room.visit()
    for key in (usage("counter/none"), usage("counter/one").replace("Intro", "Other"), "counter/one", ""):
        with pytest.raises(NotFound):
            visit.handle(key, "count", posted({"in": []}))
    with pytest.raises(NotFound):
        visit.render(BlockId("counter/none"))


def test_what_is_no_handler_is_not_found() -> None:
    room = Classroom((block("counter/one"),))
    for name in ("student_view", "save", "__init__", "nothing"):
        with pytest.raises(NotFound):
            room.call("counter/one", name, {})


def test_a_refusal_keeps_what_the_block_saved() -> None:
    room = Classroom((block("counter/one"),))
    answer = room.call("counter/one", "refuse", {})
    assert (answer.status, answer.body) == (409, b"no")
    assert room.state.blocks[COUNTER].values == {"mine": 99}


def test_an_exception_keeps_nothing() -> None:
    room = Classroom((block("counter/one"),))
    visit = room.visit()
    with pytest.raises(ZeroDivisionError):
        visit.handle(usage("counter/one"), "break_down", posted({}))
    assert not visit.changes()


def test_a_processing_error_is_told_in_open_edx_s_way_and_keeps_nothing() -> None:
    room = Classroom((block("counter/one"),))
    answer = room.call("counter/one", "complain", {})
    assert (answer.status, json.loads(answer.body)) == (200, {"success": "Too late."})
    assert not room.last.changes()


def test_a_json_handler_answers_only_to_post() -> None:
    room = Classroom((block("counter/one"),))
    visit = room.visit()
    assert visit.handle(usage("counter/one"), "count", HandlerRequest(method="GET")).status == 405
    assert room.call("counter/one", "count", {"in": []}, "a/b").body == b'{"mine": 0, "suffix": "a/b"}'


def test_a_block_learns_who_calls_but_no_cookie() -> None:
    room = Classroom((block("counter/one"),))
    headers = {"Cookie": "session=secret", "Accept": "application/json"}
    answer = room.visit().handle(usage("counter/one"), "tell", HandlerRequest(method="GET", query="q=%D8%AA", headers=headers))
    assert json.loads(answer.body) == {"cookie": None, "who": "amina", "q": "ت"}


def test_staff_looking_writes_nothing_and_staff_trying_does() -> None:
    room = Classroom((block("counter/one"),))
    visit = room.visit(is_staff=True)
    visit.render(COUNTER, "seeing_view")
    assert not visit.changes()
    assert visit.published() == []
    learners = room.visit()
    learners.render(COUNTER, "seeing_view")
    assert learners.changes().blocks[COUNTER].values == {"mine": 1}
    assert [event.kind for event in learners.published()] == ["seen"]
    room.call("counter/one", "count", {"in": ["mine"]}, is_staff=True)
    assert room.state.blocks[COUNTER].values == {"mine": 1}


def test_a_grade_completes_a_block_that_says_nothing_of_completion() -> None:
    room = Classroom((block("exercise/e"), block("reader/r")))
    room.call("exercise/e", "mark", {"value": 1, "max_value": 2})
    assert room.events("grade") == [{"value": 1, "max_value": 2}]
    assert room.events("completion") == [{"completion": 1.0}]
    assert room.events("my.own.event") == [{"what": [1, 2]}]
    assert room.events("progress") == []
    assert room.state.blocks[BlockId("exercise/e")].values == {"notes": {"last": 1}}
    room.call("reader/r", "mark", {"value": 1, "max_value": 2})
    assert room.events("completion") == []


def test_an_event_may_name_another_person() -> None:
    room = Classroom((block("exercise/e"),))
    room.call("exercise/e", "mark", {"value": 1, "max_value": 2, "user_id": 12})
    assert {event.person_id for event in room.last.published() if event.kind in {"grade", "completion"}} == {12}


@pytest.mark.parametrize(
    ("name", "expected"),
    [("html/h", True), ("counter/c", True), ("exercise/e", False), ("reader/r", False), ("vertical/v", False), ("carpet/c", True)],
)
def test_what_is_done_by_being_seen(name: str, expected: bool) -> None:  # noqa: FBT001
    room = Classroom(tuple(block(one) for one in ("html/h", "counter/c", "exercise/e", "reader/r", "carpet/c")))
    assert room.visit().completes_on_view(BlockId(name)) is expected


def test_text_of_the_readers_language_stands_in_its_own_direction() -> None:
    overlay = Overlay("ar", {BlockId("html/h"): {"data": "<p>نص</p>", "display_name": "عنوان"}})
    room = Classroom(
        (block("html/h", data="<p>text</p>", display_name="Title"), block("html/i", data="<p>only</p>")),
        about={"overlays": {"ar": overlay}},
    )
    visit = room.visit(content=room.content("ar"), language="fr")
    translated, fallen_back = visit.render_many([BlockId("html/h"), BlockId("html/i")])
    assert 'lang="ar" dir="rtl"' in translated.html
    assert "<p>نص</p>" in translated.html
    assert (translated.language, translated.title) == ("ar", "عنوان")
    assert 'lang="en" dir="ltr"' in fallen_back.html
    assert fallen_back.language == "en"
    assert visit.language == "ar"


def test_a_setting_comes_from_the_nearest_ancestor_that_says_it() -> None:
    room = Classroom(
        (block("counter/one"), block("counter/two", due="2026-05-01T00:00:00Z")),
        about={"course_fields": {"due": "2026-01-01T00:00:00Z"}},
    )
    runtime = room.visit()._runtime
    assert runtime.block(COUNTER).due.isoformat() == "2026-01-01T00:00:00+00:00"
    assert runtime.block(BlockId("counter/two")).due.isoformat() == "2026-05-01T00:00:00+00:00"
    assert runtime.block(COUNTER).max_attempts is None
    assert [child.block_id for child in runtime.block(BlockId("vertical/v")).children] == ["one", "two"]
    assert runtime.block(COUNTER).get_parent().scope_ids.block_type == "vertical"


def test_a_block_can_not_change_its_course() -> None:
    room = Classroom((block("counter/one", label="mine"),))
    runtime = room.visit()._runtime
    made = runtime.block(COUNTER)
    made.label = "other"
    made.save()
    assert runtime.block(COUNTER).label == "mine"
    assert not room.visit().changes()


def test_hidden_fields_go_into_forms_of_blocks_that_stand_in_the_page() -> None:
    room = Classroom((block("counter/one"),))
    fields = {"csrf_token": 'a"b', "back": "/u"}
    framed = room.visit(fields=fields).render(COUNTER)
    assert "csrf_token" not in framed.html
    safe = replace(room, host=room.host)
    quiz = Classroom((block("coop_quiz/q", structure={"questions": []}),))
    assert safe.visit(fields=fields).render(COUNTER).html == framed.html
    shown = quiz.visit(fields=fields).render(BlockId("coop_quiz/q"))
    assert shown.inline_safe
    if "<form" in shown.html:
        assert '<input type="hidden" name="csrf_token" value="a&quot;b"><input type="hidden" name="back" value="/u">' in shown.html
