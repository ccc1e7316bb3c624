"""An author's JavaScript tries to reach the learner's session, page and other work: from a text, from a file, in both kinds of frame."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from itsdangerous import TimestampSigner
from sqlalchemy import delete, select

from lms_app.app import create_app
from lms_app.domain.keys import BlockId, CourseKey, PersonId
from lms_app.model import SignIn
from lms_app.services.accounts.signing_in import DEVICE_MARK
from lms_app.storage.transaction import transaction
from lms_app.web.blocks.tokens import LASTS_SECONDS, Pass, Passes
from tests.journeys.blocks.writing import write_course
from tests.live import Live, Visitor, serving

ATTACK = (Path(__file__).parent / "attack.html").read_text("utf-8")
KEY = "course-v1:Test+Attack+2026"
USAGE = "block-v1:Test+Attack+2026+type@done+block@"
STOPPED = {
    "page_title": "refused: SecurityError",
    "page_address": "refused: SecurityError",
    "parent_forms": "refused: SecurityError",
    "site_page": "refused: TypeError",
    "site_in_a_frame": "refused: TypeError",
    "other_unit": 403,
    "other_learner": 403,
    "no_signature": 403,
    "top_leaves": "refused: SecurityError",
    "opens_unasked": "null",  # it may open, but there is no way back to it
    "leave_course": "sent",  # but not taken
}


@pytest.fixture(scope="module")
def opaque(live: Live) -> Iterator[Live]:
    """The same Takwin without a block origin."""
    with serving(live.home, {"TAKWIN_BLOCKS_ORIGIN": "none"}) as site:
        site.people = live.people  # who numbers them
        yield site


@pytest.fixture
def open_attack(visitor: Callable[..., Visitor], tmp_path: Path) -> Callable[[Live], Visitor]:
    """Open the unit with the attack as somebody, and wait until every attempt was made."""

    def go(site: Live) -> Visitor:
        other = site.people.person()
        attack = ATTACK
        for name, value in {
            "SITE": site.site,
            "COURSE": KEY,
            "OWN_BLOCK": f"{USAGE}mine",
            "OTHER_BLOCK": f"{USAGE}other",
            "OTHER_LEARNER": str(other),
            "OTHER_UNIT": f"{site.site}/courses/{KEY}/unit/vertical/other",
        }.items():
            attack = attack.replace(name, value)
        units = {
            "here": f'<html url_name="attack"><![CDATA[{attack}]]></html><done url_name="mine"/>',
            "other": '<done url_name="other"/>',
        }
        course = site.course(
            write_course(tmp_path / "course", units, name="Attack", files={"worker.js": "self.onfetch = () => {}"})
        )
        window = visitor(site, site.learner(course))
        window.context.add_cookies([{"name": "readable", "value": "secret", "url": site.site}])
        window.page.goto(site.unit_of(course, "html/attack"))
        return window

    return go


def test_author_script_on_the_block_origin_reaches_nothing(live: Live, open_attack: Callable[[Live], Visitor]) -> None:
    window = open_attack(live)
    here = window.page.url
    report = _report(window)
    assert report.pop("ran") is True
    assert report.pop("own_handler") == 200  # the attack knows how to call
    assert report.pop("cookies") == ""
    assert report.pop("worker") == "refused: SecurityError"
    assert report.pop("site_page_blindly") == "refused: TypeError"
    _assert_stopped(window, report, here)


def test_author_script_in_an_opaque_frame_reaches_nothing(opaque: Live, open_attack: Callable[[Live], Visitor]) -> None:
    window = open_attack(opaque)
    here = window.page.url
    assert window.page.get_by_text("This site has no separate address for activities by others").count() == 1
    report = _report(window)
    assert report.pop("ran") is True
    assert report.pop("own_handler") == 200
    assert report.pop("cookies") == "refused: SecurityError"
    assert report.pop("worker").startswith("refused: ")
    assert report.pop("site_page_blindly") == ""  # sent without the cookie, and unreadable
    _assert_stopped(window, report, here)


def test_frame_opened_in_a_tab_is_still_not_the_site(opaque: Live, open_attack: Callable[[Live], Visitor]) -> None:
    window = open_attack(opaque)
    address = window.frame().url
    window.page.goto(address)
    assert window.page.evaluate("self.origin") == "null"


@pytest.mark.parametrize("spoilt", ["too old", "another secret", "another unit", "signed out"])
def test_pass_that_is_not_good_for_the_block_calls_nothing(live: Live, open_attack: Callable[[Live], Visitor], spoilt: str) -> None:
    window = open_attack(live)
    with transaction(live.parts.sessions) as session:
        token_hash = session.scalars(select(SignIn.token_hash).where(SignIn.person_id == window.person)).one()
        if spoilt == "signed out":
            session.execute(delete(SignIn).where(SignIn.person_id == window.person))
    unit = BlockId("vertical/other" if spoilt == "another unit" else "vertical/here")
    granted = Pass(PersonId(window.person), CourseKey(KEY), unit, "en", token_hash[:DEVICE_MARK])
    passes = Passes("another secret" if spoilt == "another secret" else live.parts.secret_key)
    with pytest.MonkeyPatch.context() as patch:
        if spoilt == "too old":
            patch.setattr(TimestampSigner, "get_timestamp", lambda _signer: int(time.time()) - LASTS_SECONDS - 1)
        token = passes.write(granted)
    client = create_app(live.parts.settings, parts=live.parts).test_client()
    path = f"/blocks/{token}/{USAGE}mine/toggle_button"
    answer = client.post(path, json={"done": True}, base_url=live.blocks_origin)
    assert (answer.status_code, answer.json["error"]) == (403, "pass_expired" if spoilt == "too old" else "bad_pass")


def _report(window: Visitor) -> dict[str, Any]:
    return window.frame().evaluate("window.attacked")


def _assert_stopped(window: Visitor, report: dict[str, Any], here: str) -> None:
    assert report == STOPPED
    assert window.page.url == here
    frame = window.frame()
    with window.context.expect_page() as opened:
        frame.get_by_role("button", name="Go on").click()
    opened.value.wait_for_url("**/unit/vertical/other")
    frame.wait_for_function("window.report.popupDone")
    assert frame.evaluate("window.report.popup") == "refused"
    window.page.goto(here)
    assert window.page.locator("iframe.tk-frame").count() == 1  # still enrolled


JSINPUT = """<problem url_name="input"><customresponse cfn="check"><script type="loncapa/python">
def check(expect, answer):
    return True
</script><jsinput gradefn="answer" html_file="/static/input.html" width="300" height="80" sop="false"/></customresponse></problem>"""
INPUT_PAGE = """<!doctype html><script>
  const attempt = (act) => { try { return String(act()); } catch (error) { return `refused: ${error.name}`; } };
  window.answer = () => "forty-two";
  window.report = {
    page: attempt(() => top.document.title),
    cookies: attempt(() => document.cookie),
    problem: attempt(() => parent.document.title),
  };
</script>"""


def test_page_of_a_javascript_problem_works_and_stays_on_the_block_origin(live: Live, visitor, tmp_path: Path) -> None:
    source = write_course(tmp_path / "course", {"unit": JSINPUT}, name="Input", files={"input.html": INPUT_PAGE})
    course = live.course(source)
    window = visitor(live, live.learner(course))
    window.page.goto(live.unit_of(course, "problem/input"))
    frame = window.frame()
    frame.wait_for_selector("iframe[src*=input]")
    inner = frame.query_selector("iframe[src*=input]").content_frame()
    inner.wait_for_function("window.report")
    report = inner.evaluate("window.report")
    assert report == {"page": "refused: SecurityError", "cookies": "", "problem": frame.title()}
    assert inner.url.startswith(f"{live.blocks_origin}/asset/")


def test_pass_is_renewed_by_the_page_and_used_by_addresses_made_before(live: Live, open_attack: Callable[[Live], Visitor]) -> None:
    window = open_attack(live)
    frame = window.frame()
    address = """() => { const done = document.querySelector("[data-block-type=done]");
      return done.xblock_started.runtime.handlerUrl(done, "toggle_button"); }"""
    made_before = frame.evaluate(address)
    window.page.wait_for_timeout(1100)  # passes are dated by the second
    frame.evaluate(f"parent.postMessage({{takwinRenew: true}}, '{live.site}')")
    frame.wait_for_function(f"(before) => ({address})() !== before", arg=made_before)
    call = "(url) => fetch(url, {method: 'POST', body: '{\"done\": true}'}).then((answer) => [answer.status, answer.url])"
    status, sent_to = frame.evaluate(call, made_before)
    assert status == 200
    assert sent_to != made_before  # the page may have renewed it once more meanwhile
