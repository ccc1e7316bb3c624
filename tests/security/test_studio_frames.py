"""Passes of the studio's frames: each is good for one author, one course, one block and one purpose, and for nothing else."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import delete, func, select
from web_fragments.fragment import Fragment
from webob import Response
from xblock.core import XBlock
from xblock.fields import Integer, Scope, String

from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.model import BlockState, Enrolment, Revision, RoleGrant, Score, SharedState, SignIn
from lms_app.services.accounts.signing_in import DEVICE_MARK
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from lms_app.web.blocks.tokens import LASTS_SECONDS, DraftPass, DraftPasses, Pass, Passes, Purpose
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

UNIT = (
    '<chapter url_name="c" display_name="One"><sequential url_name="s"><vertical url_name="v" display_name="Unit">'
    '<toy url_name="a" display_name="Ball"/><toy url_name="b" display_name="Kite"/></vertical></sequential></chapter>'
)
POLICY = '{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}'
COURSE = files_of(UNIT, policies__run__policy_json=POLICY)


class Toy(XBlock):
    """The least block of somebody else's with a form."""

    has_score = True
    display_name = String(default="", scope=Scope.settings)
    colour = String(default="red", scope=Scope.settings)
    pressed = Integer(default=0, scope=Scope.user_state)
    all_pressed = Integer(default=0, scope=Scope.user_state_summary)

    def student_view(self, _context: Any = None) -> Fragment:
        return Fragment(f'<p>A {self.colour} toy</p><a href="{self.runtime.handler_url(self, "press")}">press</a>')

    def studio_view(self, _context: Any = None) -> Fragment:
        fragment = Fragment(f'<form id="toy" data-submit="{self.runtime.handler_url(self, "studio_submit")}"></form>')
        fragment.initialize_js("ToyForm")
        return fragment

    @XBlock.json_handler
    def press(self, _data: Any, _suffix: str = "") -> dict[str, Any]:
        self.pressed += 1
        self.all_pressed += 1
        self.colour = "black"
        self.runtime.publish(self, "grade", {"value": 1, "max_value": 1})
        return {"pressed": self.pressed}

    @XBlock.json_handler
    def studio_submit(self, data: Any, _suffix: str = "") -> dict[str, Any]:
        self.display_name, self.colour = data["name"], data["colour"]
        self.pressed += 1
        return {"result": "success"}

    @XBlock.handler
    def studio_refuse(self, _request: Any, _suffix: str = "") -> Response:
        self.colour = "none"
        return Response(json_body={"result": "error"}, status=400)

    @classmethod
    def parse_xml(cls, node: Any, runtime: Any, keys: Any) -> Any:
        block = runtime.construct_xblock_from_class(cls, keys)
        block.display_name = node.get("display_name", "")
        return block


class Town:
    """A course with two toys, its trainer, and the site's host of blocks."""

    def __init__(self, app, sessions, clock, people, tmp_path) -> None:
        self.app, self.sessions, self.people = app, sessions, people
        self.parts = app.extensions["takwin"]
        self.parts.host.types._classes["toy"] = Toy
        self.origin = self.parts.settings.blocks_origin
        with transaction(sessions) as session:
            folder = write_folder(COURSE, tmp_path / "in")
            import_course(session, folder, blobs=self.parts.blobs, types=self.parts.host.types, now=clock(), publish=True)
            self.number = find_course_row(session, KEY).id
        self.trainer = people.trainer(self.number)

    def device(self, person: int) -> str:
        self.people.cookie(person)
        with transaction(self.sessions, writes=False) as session:
            return session.scalars(select(SignIn.token_hash).where(SignIn.person_id == person)).first()[:DEVICE_MARK]

    def granted(self, purpose: Purpose = "form", block: str = "toy/a", person: int | None = None) -> DraftPass:
        person = person or self.trainer
        course, name = CourseKey(KEY), BlockId(block)
        base = self.node(block)
        return DraftPass(PersonId(person), course, name, purpose, base=base, reads="en", language="fr", device=self.device(person))

    def node(self, block: str) -> str:
        from lms_app.services.authoring.editing import open_block  # noqa: PLC0415 -- reads better beside its use

        with transaction(self.sessions, writes=False) as session:
            return open_block(session, CourseKey(KEY), BlockId(block), types=self.parts.host.types).base

    def token(self, granted: DraftPass) -> str:
        return DraftPasses(self.parts.secret_key).write(granted)

    def show(self, token: str) -> Any:
        return self.app.test_client().get(f"/draft/{token}", base_url=self.origin)

    def call(
        self, token: str, handler: str, data: Any = None, *, block: str = "a", course: str = "Org+Course+run", at: str = "drafts"
    ) -> Any:
        usage = f"block-v1:{course}+type@toy+block@{block}"
        return self.app.test_client().post(f"/{at}/{token}/{usage}/{handler}", json=data or {}, base_url=self.origin)

    def count(self, what: Any) -> int:
        with transaction(self.sessions, writes=False) as session:
            return session.scalar(select(func.count()).select_from(what))


WRITTEN = {"name": "Red ball", "colour": "green"}


@pytest.fixture
def town(app, sessions, clock, people, tmp_path) -> Town:
    return Town(app, sessions, clock, people, tmp_path)


def test_what_the_form_of_a_block_writes_is_one_change_of_the_draft_and_nothing_else(town: Town) -> None:
    before = town.count(Revision)
    token = town.token(town.granted())
    page = town.show(token)
    assert page.status_code == 200
    assert f"/drafts/{token}/" in page.text
    assert 'data-init="ToyForm"' in page.text
    assert page.headers["Cache-Control"] == "private, no-store"

    answer = town.call(token, "studio_submit", WRITTEN)
    assert (answer.status_code, answer.json) == (200, {"result": "success"})
    assert town.count(Revision) == before + 1
    assert (town.count(BlockState), town.count(SharedState), town.count(Score)) == (0, 0, 0)
    assert "A green toy" in town.show(town.token(town.granted("shown"))).text
    assert town.call(token, "studio_submit", WRITTEN).status_code == 200
    assert town.count(Revision) == before + 1


def test_what_is_answered_in_a_draft_is_not_kept_and_writes_nothing(town: Town) -> None:
    before = town.count(Revision)
    for purpose in ("shown", "form"):
        granted = town.granted(purpose)
        answer = town.call(town.token(granted), "press")
        assert (answer.status_code, answer.json) == (200, {"pressed": 1})
    assert (town.count(BlockState), town.count(SharedState), town.count(Score)) == (0, 0, 0)
    assert town.count(Revision) == before + 1  # what a form wrote to the course, whatever its handler is called


def test_a_refusal_of_the_block_keeps_nothing(town: Town) -> None:
    before = town.count(Revision)
    assert town.call(town.token(town.granted()), "studio_refuse").status_code == 400
    assert town.count(Revision) == before


def test_a_form_made_from_an_older_state_meets_what_somebody_else_changed(town: Town) -> None:
    early = town.token(town.granted())
    assert town.call(early, "studio_submit", WRITTEN).status_code == 200
    late = town.call(early, "studio_submit", {**WRITTEN, "colour": "blue"})
    assert (late.status_code, late.json["error"]) == (409, "edit_conflict")
    assert "A green toy" in town.show(town.token(town.granted("shown"))).text


def test_a_pass_to_look_reaches_no_form(town: Town) -> None:
    token = town.token(town.granted("shown"))
    assert 'id="toy"' not in town.show(token).text
    answer = town.call(token, "studio_submit", WRITTEN)
    assert (answer.status_code, answer.json["error"]) == (404, "no_such_handler")


def test_a_pass_for_one_block_does_nothing_for_another(town: Town) -> None:
    before = town.count(Revision)
    token = town.token(town.granted())
    for block, course in (("b", "Org+Course+run"), ("none", "Org+Course+run")):
        answer = town.call(token, "studio_submit", WRITTEN, block=block, course=course)
        assert (answer.status_code, answer.json["error"]) == (403, "bad_pass")
    elsewhere = town.call(token, "studio_submit", WRITTEN, course="Org+Other+run")
    assert (elsewhere.status_code, elsewhere.json["error"]) == (404, "no_such_block")
    assert town.count(Revision) == before


def test_a_pass_for_another_course_opens_nothing_here(town: Town) -> None:
    other = town.people.course()
    granted = replace(town.granted(), course=CourseKey(town.people.course_key(other)))
    assert town.show(town.token(granted)).status_code == 403  # no trainer there


def test_passes_of_learners_and_of_the_studio_open_nothing_of_each_other(town: Town) -> None:
    with transaction(town.sessions) as session:
        session.execute(delete(Enrolment))
    town.people.enrol(town.trainer, town.number)
    device = town.device(town.trainer)
    learners = Passes(town.parts.secret_key).write(
        Pass(PersonId(town.trainer), CourseKey(KEY), BlockId("vertical/v"), "en", device)
    )
    assert town.call(learners, "press", at="blocks").status_code == 200  # good where it belongs

    assert town.show(learners).status_code == 403
    assert town.call(learners, "studio_submit", WRITTEN).json["error"] == "bad_pass"
    assert town.call(learners, "studio_submit", WRITTEN, at="blocks").json["error"] == "no_such_handler"
    for purpose in ("shown", "form"):
        token = town.token(town.granted(purpose))
        assert town.call(token, "press", at="blocks").json["error"] == "bad_pass"
        assert town.app.test_client().get(f"/frame/{token}/1/toy/a", base_url=town.origin).status_code == 403


@pytest.mark.parametrize(
    "spoilt", ["too old", "another secret", "another purpose", "no trainer any more", "signed out", "a learner's"]
)
def test_a_pass_that_is_not_good_any_more_opens_nothing(town: Town, spoilt: str) -> None:
    granted = town.granted(person=town.people.learner(town.number)) if spoilt == "a learner's" else town.granted()
    passes = DraftPasses("another secret" if spoilt == "another secret" else town.parts.secret_key)
    with pytest.MonkeyPatch.context() as patch:
        if spoilt == "too old":
            patch.setattr(TimestampSigner, "get_timestamp", lambda _signer: int(time.time()) - LASTS_SECONDS - 1)
        token = passes.write(replace(granted, purpose="publish") if spoilt == "another purpose" else granted)  # type: ignore[arg-type]
    with transaction(town.sessions) as session:
        if spoilt == "no trainer any more":
            session.execute(delete(RoleGrant))
        elif spoilt == "signed out":
            session.execute(delete(SignIn))
    before = town.count(Revision)
    assert town.show(token).status_code == 403
    assert town.call(token, "studio_submit", WRITTEN).status_code == 403
    assert town.count(Revision) == before


def test_learners_see_nothing_of_a_draft(town: Town, signed_in_client: Callable[[int], Client]) -> None:
    assert town.call(town.token(town.granted()), "studio_submit", WRITTEN).status_code == 200
    learner = signed_in_client(town.people.learner(town.number))
    page = learner.get(f"/courses/{KEY}/unit/vertical/v").text
    address = unescape(re.search(r'<iframe[^>]* src="([^"]+)"', page)[1])
    shown = town.app.test_client().get(address)
    assert ("A red toy" in shown.text, "green" in shown.text) == (True, False)
    assert learner.get(f"/studio/{KEY}/frame/toy/a?purpose=form").status_code == 403


def test_the_page_renews_passes_of_its_own_course_alone(town: Town, signed_in_client: Callable[[int], Client]) -> None:
    trainer = signed_in_client(town.trainer)
    renewed = json.loads(trainer.get(f"/studio/{KEY}/frame/toy/a?purpose=form&base={town.node('toy/a')}").text)["token"]
    assert town.call(renewed, "studio_submit", WRITTEN).status_code == 200
    assert trainer.get(f"/studio/{KEY}/frame/toy/none?purpose=form").status_code == 404
    assert trainer.get(f"/studio/{KEY}/frame/toy/a?purpose=publish").status_code == 403
    other = town.people.course_key(town.people.course())
    assert trainer.get(f"/studio/{other}/frame/toy/a?purpose=form").status_code == 403


def test_frames_are_on_the_block_origin_alone(town: Town, signed_in_client: Callable[[int], Client]) -> None:
    token = town.token(town.granted())
    assert signed_in_client(town.trainer).get(f"/draft/{token}").status_code == 404
    assert "Set-Cookie" not in town.show(token).headers
