"""A block's own form in the studio: what it writes becomes one change of the draft, and nothing else of it is kept."""

from __future__ import annotations

import json
from typing import Any

import lxml.html
import pytest
from sqlalchemy import func, select
from web_fragments.fragment import Fragment
from webob import Response
from xblock.core import XBlock
from xblock.fields import Dict, Integer, Scope, String

from lms_app.model import BlockState, Revision, Score
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s"><vertical url_name="v" display_name="Unit">'
    '<coop_note url_name="n" display_name="Note"/></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)


class Note(XBlock):
    """The least block with a form of its own."""

    inline_safe = studio_in_page = has_score = True
    settings_in_form = ("display_name", "weight")
    translatable_fields = ("display_name", "texts")
    display_name = String(default="", scope=Scope.settings)
    weight = Integer(default=1, scope=Scope.settings)
    colour = String(default="red", scope=Scope.settings)
    structure = Dict(default={}, scope=Scope.content)
    texts = Dict(default={}, scope=Scope.content)
    answers = Integer(default=0, scope=Scope.user_state)

    def student_view(self, _context: Any = None) -> Fragment:
        return Fragment(
            f'<form method="post" action="{self.runtime.handler_url(self, "submit")}"><p>{self.texts.get("say", "")}</p></form>'
        )

    def studio_view(self, _context: Any = None) -> Fragment:
        urls = [self.runtime.handler_url(self, f"studio_{name}") for name in ("submit", "preview")]
        fragment = Fragment(f'<div id="own" data-submit="{urls[0]}" data-preview="{urls[1]}"></div>')
        fragment.add_javascript_url(self.runtime.local_resource_url(self, "public/studio.js"))
        fragment.initialize_js("CoopStudio")
        return fragment

    @XBlock.handler
    def studio_submit(self, request: Any, _suffix: str = "") -> Response:
        sent = json.loads(request.body)
        self.display_name, self.weight = sent["display_name"], sent["weight"]
        self.structure, self.texts = sent["structure"], sent["texts"]
        self.answers += 1
        if sent.get("bad"):
            return Response(json_body={"code": "faults", "faults": [{"path": "say", "words": "No."}]}, status=422)
        return Response(json_body={"code": "saved"})

    @XBlock.handler
    def studio_preview(self, request: Any, _suffix: str = "") -> Response:
        return Response(json_body={"html": json.loads(request.body)["texts"]["say"]})

    @XBlock.handler
    def submit(self, _request: Any, _suffix: str = "") -> Response:
        self.answers += 1
        self.runtime.publish(self, "grade", {"value": 1, "max_value": 1})
        return Response(json_body={"answers": self.answers})

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> Any:
        block = runtime.construct_xblock_from_class(cls, keys)
        block.display_name = node.get("display_name", "")
        return block


WRITTEN = {"display_name": "Note", "weight": 1, "structure": {"parts": [{"id": "a"}]}, "texts": {"say": "Hello"}}
PAGE = f"/studio/{KEY}/block/coop_note/n"


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    parts.host.types._classes["coop_note"] = Note
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        return find_course_row(session, KEY).id


@pytest.fixture
def trainer(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number))


def post(client: Client, url: str, data: Any) -> Any:
    return client.post(url, json=data, headers={"X-CSRF-Token": client.token(), "Accept": "application/json"})


def own(client: Client) -> Any:
    (found,) = lxml.html.fromstring(client.get(PAGE).text).xpath('//*[@id="own"]')
    return found


def count(sessions, what) -> int:
    with transaction(sessions, writes=False) as session:
        return session.scalar(select(func.count()).select_from(what))


def test_the_page_shows_the_form_of_the_block_in_place_of_its_bare_fields(trainer):
    page = lxml.html.fromstring(trainer.get(PAGE).text)

    assert page.xpath('//*[@data-own-form]//*[@data-init="CoopStudio"]//@id') == ["own"]
    names = page.xpath('//form[.//input[@name="base"]]//*[starts-with(@name, "f-")]/@name')
    assert names == ["f-visible_to_staff_only", "f-colour"]
    scripts = page.xpath("//body//script/@src")
    assert (scripts[0], "/studio." in scripts[1], len(scripts)) == ("/resource/coop_note/public/studio.js", True, 2)


def test_its_words_in_another_language_are_the_usual_form(trainer):
    post(trainer, own(trainer).get("data-submit"), WRITTEN)
    page = lxml.html.fromstring(trainer.get(f"{PAGE}?language=ar").text)

    assert page.xpath('//*[@id="own"]') == []
    assert page.xpath('//form[.//input[@name="base"]]//*[starts-with(@name, "f-")]/@name') == ["f-display_name", "f-texts:say"]


def test_what_the_form_sends_is_one_change_of_the_draft(trainer, sessions):
    before = count(sessions, Revision)
    answer = post(trainer, own(trainer).get("data-submit"), {**WRITTEN, "display_name": "A note"})

    assert (answer.status_code, answer.json) == (200, {"code": "saved"})
    assert count(sessions, Revision) == before + 1
    page = trainer.get(f"/studio/{KEY}/unit/vertical/v").text
    assert ("A note" in page, "<p>Hello</p>" in page, "Saved in the draft." in page) == (True, True, True)
    assert count(sessions, BlockState) == 0


def test_a_form_sent_twice_is_one_change(trainer, sessions):
    post(trainer, own(trainer).get("data-submit"), WRITTEN)
    before = count(sessions, Revision)
    post(trainer, own(trainer).get("data-submit"), WRITTEN)

    assert count(sessions, Revision) == before


def test_a_form_with_faults_changes_nothing(trainer, sessions):
    before = count(sessions, Revision)
    answer = post(trainer, own(trainer).get("data-submit"), {**WRITTEN, "bad": True})

    assert (answer.status_code, answer.json["faults"]) == (422, [{"path": "say", "words": "No."}])
    assert count(sessions, Revision) == before
    assert "Hello" not in trainer.get(f"/studio/{KEY}/unit/vertical/v").text


def test_two_changes_of_one_field_are_a_conflict_and_lose_nothing(trainer):
    early = own(trainer).get("data-submit")
    post(trainer, early, WRITTEN)
    late = post(trainer, early, {**WRITTEN, "texts": {"say": "Bye"}})

    assert (late.status_code, late.json["code"]) == (409, "form_conflict")
    assert late.json["message"].startswith("Somebody else changed the same thing in this block")
    assert "<p>Hello</p>" in trainer.get(f"/studio/{KEY}/unit/vertical/v").text


def test_changes_of_different_fields_are_both_kept(trainer):
    early = own(trainer).get("data-submit")
    post(trainer, early, {**WRITTEN, "structure": {}, "texts": {}, "display_name": "Renamed"})
    late = post(trainer, early, WRITTEN)

    assert late.status_code == 200
    page = trainer.get(f"/studio/{KEY}/unit/vertical/v").text
    assert ("Renamed" in page, "<p>Hello</p>" in page) == (True, True)
    assert "together with what somebody else changed" in page


def test_a_preview_and_an_answer_on_a_page_of_the_studio_keep_nothing(trainer, sessions):
    before = count(sessions, Revision)
    assert post(trainer, own(trainer).get("data-preview"), WRITTEN).json == {"html": "Hello"}
    (form,) = lxml.html.fromstring(trainer.get(f"/studio/{KEY}/unit/vertical/v").text).xpath(
        '//form[contains(@action, "/handler/submit")]'
    )
    assert post(trainer, form.get("action"), {}).json == {"answers": 1}
    plain = trainer.send(form.get("action"), back=f"/studio/{KEY}/unit/vertical/v")

    assert (plain.status_code, plain.location) == (303, f"/studio/{KEY}/unit/vertical/v")
    assert [count(sessions, table) for table in (Revision, BlockState, Score)] == [before, 0, 0]


def test_only_trainers_of_the_course_and_pages_of_this_site_may_save(trainer, number, people, signed_in_client, client):
    url = own(trainer).get("data-submit")

    assert trainer.post(url, json=WRITTEN).status_code == 403
    assert post(signed_in_client(people.learner(number)), url, WRITTEN).status_code == 403
    assert post(signed_in_client(people.coordinator(number)), url, WRITTEN).status_code == 403
    assert post(client, url, WRITTEN).status_code == 401


def test_learners_cannot_call_what_is_for_authors(number, people, signed_in_client):
    learner = signed_in_client(people.learner(number))
    usage = f"block-v1:{KEY.removeprefix('course-v1:')}+type@coop_note+block@n"

    assert post(learner, f"/handler/{usage}/studio_submit", WRITTEN).status_code == 404
    assert post(learner, f"/handler/{usage}/submit", {}).json == {"answers": 1}


def test_without_the_state_it_started_from_a_form_is_a_conflict(trainer):
    url = own(trainer).get("data-submit").partition("?")[0]

    assert post(trainer, url, WRITTEN).json["code"] == "edit_too_old"


def test_there_is_no_handler_of_a_block_that_is_not_there(trainer):
    assert post(trainer, f"/studio/{KEY}/block/coop_note/gone/handler/studio_submit", WRITTEN).status_code == 404
    assert post(trainer, f"{PAGE}/handler/nothing", WRITTEN).status_code == 404
