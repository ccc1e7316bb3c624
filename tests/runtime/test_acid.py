"""acid, the conformance block: what its page would check from the browser, checked from here."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from lms_app.domain.keys import BlockId
from lms_app.domain.learning import HandlerRequest
from lms_app.runtime.host import BlockHost
from tests.fakes import MemoryCache, block
from tests.runtime.hosting import Classroom, usage

pytestmark = pytest.mark.filterwarnings("default")

SCOPES = {"user_state", "user_state_summary", "preferences", "user_info"}
ASIDE = f"aside-usage-v2:{usage('acid/a').replace(':', '$:', 1)}::acid_aside"
_HANDLER = re.compile(r"/handlers/(?P<usage>[^/\s]+)/check_storage/(?P<suffix>SUFFIX\d+)\?(?P<query>QUERY=\d+&SCOPE=\w+)")


@pytest.fixture(scope="module")
def host() -> BlockHost:
    return BlockHost(cache=MemoryCache(), asides=("acid_aside",))


@pytest.fixture
def room(host: BlockHost) -> Classroom:
    return Classroom((block("acid_parent/p", "acid/a", "acid/b"), block("acid/a", name="first"), block("acid/b")), host=host)


def answer(room: Classroom, key: str, suffix: str, query: str, value: str) -> dict[str, Any]:
    call = HandlerRequest(
        method="POST", body=f"VALUE={value}".encode(), content_type="application/x-www-form-urlencoded", query=query
    )
    visit = room.visit()
    told = visit.handle(key, "check_storage", call, suffix)
    room.state.store(visit.changes())
    return json.loads(told.body)


def test_each_scope_keeps_what_the_view_wrote(room: Classroom) -> None:
    shown = room.show("acid/a")
    assert shown.failed == ""
    made = list(_HANDLER.finditer(html.unescape(shown.html)))
    assert {(one["usage"], one["query"].rpartition("=")[2]) for one in made} == {
        (key, scope) for key in (usage("acid/a"), ASIDE) for scope in SCOPES
    }
    for one in made:
        value = one["suffix"].removeprefix("SUFFIX")
        first = answer(room, one["usage"], one["suffix"], one["query"], value)
        assert first["status"] == "ok"
        # The address that the browser makes itself from what it was told.
        again = answer(room, one["usage"], first["suffix"], first["query"], str(first["value"]))
        assert again["status"] == "ok"


def test_an_aside_has_its_element_and_its_files(room: Classroom, host: BlockHost) -> None:
    shown = room.show("acid/a")
    assert f'data-block_id="{usage("acid/a")}"' in shown.html
    assert 'class="xblock_asides-v1 xblock_asides-v1-student_view"' in shown.html
    assert shown.inits == ("AcidBlock", "AcidAsideBlock")
    assert "/resources/acid_aside/public/test_data.json" in shown.html
    assert json.loads(host.local_resource("acid_aside", "public/test_data.json")[0]) == {"test_data": "success"}
    assert not shown.inline_safe


def test_an_asides_state_stands_beside_its_blocks(room: Classroom) -> None:
    room.show("acid/a")
    assert {BlockId("acid/a"), BlockId("acid_aside/acid:a")} <= set(room.state.blocks)
    assert {"acid", "acid_aside", ""} <= set(room.state.person)


def test_a_parent_shows_its_children_in_their_wrappers(room: Classroom) -> None:
    shown = room.show("acid_parent/p")
    assert shown.failed == ""
    assert 'data-name="first"' in shown.html
    assert shown.html.count('data-block-type="acid"') == 2
    assert shown.html.count('data-block-type="acid_aside"') == 3


def test_pages_with_asides_read_their_state_in_one_query_a_kind(room: Classroom) -> None:
    room.visit().render_many([BlockId("acid_parent/p")])
    assert [kind for kind, _ in room.state.queries] == ["block", "shared", "person"]
