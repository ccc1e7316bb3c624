"""Open edX's own blocks, unmodified: shown, answered, kept and shown again. One module, since importing them takes seconds."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from lms_app.domain.content import Overlay
from lms_app.domain.errors import NotFound
from lms_app.domain.keys import BlockId
from lms_app.domain.learning import HandlerRequest
from lms_app.runtime.host import BlockHost
from lms_app.runtime.sandbox import Sandbox
from tests.fakes import MemoryCache, block
from tests.runtime.hosting import Classroom, usage

pytestmark = pytest.mark.filterwarnings("default")  # others' warnings, raised where errors are swallowed

CHOICE = """<problem><multiplechoiceresponse><label>Pick <img src="/static/a.png"/></label><choicegroup type="MultipleChoice">
  <choice correct="true">A</choice><choice correct="false">B</choice></choicegroup></multiplechoiceresponse>
  <demandhint><hint>Look at A</hint></demandhint></problem>"""
CHECKBOX = """<problem><choiceresponse><checkboxgroup><choice correct="true">A</choice><choice correct="false">B</choice>
  <choice correct="true">C</choice></checkboxgroup></choiceresponse></problem>"""
OPTION = "<problem><optionresponse><optioninput options=\"('red','blue')\" correct=\"blue\"/></optionresponse></problem>"
NUMBER = """<problem><numericalresponse answer="10"><responseparam type="tolerance" default="10%"/><formulaequationinput/>
  </numericalresponse></problem>"""
STRING = '<problem><stringresponse answer="Rabat" type="ci"><textline size="20"/></stringresponse></problem>'
SCRIPT = """<problem><script type="loncapa/python">
secret = 40 + 2
def check(expect, answer):
    return int(answer) == secret
</script><customresponse cfn="check"><textline/></customresponse></problem>"""
PYTHON_2 = '<problem><script type="loncapa/python">print "x"</script><customresponse cfn="f"><textline/></customresponse></problem>'


@pytest.fixture(scope="module")
def host() -> Any:
    sandbox = Sandbox()
    yield BlockHost(cache=MemoryCache(), sandbox=sandbox)
    sandbox.close()


def problem(host: BlockHost, data: str, **fields: Any) -> Classroom:
    return Classroom((block("problem/p", data=data, display_name="P", **fields),), host=host, files={"a.png": b""})


def check(room: Classroom, *answers: tuple[str, str]) -> dict[str, Any]:
    return json.loads(room.call("problem/p", "xmodule_handler", urlencode(answers), "problem_check", form=True).body)


KINDS: list[tuple[str, list[tuple[str, str]], list[tuple[str, str]]]] = [
    (CHOICE, [("input_p_2_1", "choice_0")], [("input_p_2_1", "choice_1")]),
    (CHECKBOX, [("input_p_2_1[]", "choice_0"), ("input_p_2_1[]", "choice_2")], [("input_p_2_1[]", "choice_1")]),
    (OPTION, [("input_p_2_1", "blue")], [("input_p_2_1", "red")]),
    (NUMBER, [("input_p_2_1", "10.5")], [("input_p_2_1", "12")]),
    (STRING, [("input_p_2_1", "rabat")], [("input_p_2_1", "Fes")]),
    (SCRIPT, [("input_p_2_1", "42")], [("input_p_2_1", "41")]),
]
NAMES = ["choice", "checkbox", "option", "number", "string", "script"]


@pytest.mark.parametrize(("data", "right", "wrong"), KINDS, ids=NAMES)
def test_problems_are_shown_answered_and_kept(host: BlockHost, data: str, right: list[Any], wrong: list[Any]) -> None:
    room = problem(host, data)
    shown = room.show("problem/p")
    assert (shown.failed, shown.inline_safe, shown.needs_jquery, shown.inits) == ("", False, True, ("Problem",))
    assert "input_p_2_1" in html.unescape(shown.html)
    assert check(room, *wrong)["success"] == "incorrect"
    assert room.events("grade") == [{"value": 0, "max_value": 1, "only_if_higher": None}]
    assert check(room, *right)["success"] == "correct"
    assert [event["value"] for event in room.events("grade")] == [1]
    assert room.events("completion") == [{"completion": 1.0}]
    kept = room.state.blocks[BlockId("problem/p")].values
    assert (kept["attempts"], kept["score"]) == (2, {"raw_earned": 1, "raw_possible": 1})
    again = room.show("problem/p")
    assert 'data-attempts-used="2"' in again.html
    assert 'data-problem-score="1"' in again.html


def test_a_problem_travels_in_an_attribute_that_holds(host: BlockHost) -> None:
    shown = problem(host, CHOICE).show("problem/p")
    content = re.search(r'data-content="([^"]*)"', shown.html)
    assert content is not None
    inside = html.unescape(content[1])
    assert '<img src="/files/a.png"/>' in inside
    assert '<button type="button"' in inside


def test_showing_twice_changes_nothing_more(host: BlockHost) -> None:
    room = problem(host, CHOICE)
    room.show("problem/p")
    visit = room.visit()
    visit.render(BlockId("problem/p"))
    assert not visit.changes()


def test_hint_save_reset_and_answer(host: BlockHost) -> None:
    room = problem(host, CHOICE, show_reset_button=True, showanswer="always")
    hint = json.loads(room.call("problem/p", "xmodule_handler", "hint_index=0", "hint_button", form=True).body)
    assert "Look at A" in hint["msg"]
    saved = room.call("problem/p", "xmodule_handler", "input_p_2_1=choice_0", "problem_save", form=True)
    assert json.loads(saved.body)["success"] is True
    assert check(room, ("input_p_2_1", "choice_1"))["success"] == "incorrect"
    answers = json.loads(room.call("problem/p", "xmodule_handler", "", "problem_show", form=True).body)["answers"]
    assert answers == {"p_2_1": ["choice_0"]}
    reset = json.loads(room.call("problem/p", "xmodule_handler", "", "problem_reset", form=True).body)
    assert reset["success"] is True
    assert room.events("grade")[0]["value"] == 0


def test_attempts_end_and_the_block_says_so(host: BlockHost) -> None:
    room = problem(host, CHOICE, max_attempts=1)
    check(room, ("input_p_2_1", "choice_1"))
    said = check(room, ("input_p_2_1", "choice_0"))
    assert said["success"].startswith("The state of this problem has changed")
    assert room.state.blocks[BlockId("problem/p")].values["attempts"] == 1
    assert room.events("grade") == []


def test_due_dates_descend_to_problems(host: BlockHost) -> None:
    room = Classroom((block("problem/p", data=CHOICE),), host=host, about={"course_fields": {"due": "2020-01-01T00:00:00Z"}})
    assert check(room, ("input_p_2_1", "choice_0"))["success"].startswith("The state of this problem has changed")


def test_a_problem_that_hides_its_failure_is_found_out(host: BlockHost) -> None:
    room = problem(host, PYTHON_2)
    shown = room.show("problem/p")
    assert "Missing parentheses in call to 'print'" in shown.failed
    assert "its script fails" in shown.html
    assert "print" not in shown.html
    assert (shown.resources, shown.inits) == ((), ())
    assert room.state.blocks == {}


def test_a_strange_answer_is_answered_in_words(host: BlockHost) -> None:
    said = check(problem(host, NUMBER), ("input_p_2_1", "ten"))
    assert said["success"] not in {"correct", "incorrect"}
    assert "ten" in said["success"]


def test_only_the_language_of_the_reader_changes_not_the_state(host: BlockHost) -> None:
    arabic = CHOICE.replace("Pick", "اختر")
    overlays = {"ar": Overlay("ar", {BlockId("problem/p"): {"data": arabic}})}
    room = Classroom((block("problem/p", data=CHOICE),), host=host, about={"overlays": overlays})
    check(room, ("input_p_2_1", "choice_0"))
    shown = room.visit(content=room.content("ar"), language="ar").render(BlockId("problem/p"))
    assert 'lang="ar" dir="rtl"' in shown.html
    assert "اختر" in html.unescape(html.unescape(shown.html))  # capa writes references, in an attribute
    assert 'data-problem-score="1"' in shown.html


def test_polls_count_all_voters_and_may_be_taken_back(host: BlockHost) -> None:
    answers = [{"id": "yes", "text": "Yes"}, {"id": "no", "text": "No"}]
    room = Classroom((block("poll_question/q", question="Q", answers=answers),), host=host)
    assert room.show("poll_question/q").failed == ""
    voted = json.loads(room.call("poll_question/q", "handle_submit_state", {"answer": "yes"}).body)
    assert (voted["poll_answers"], voted["total"]) == ({"yes": 1, "no": 0}, 1)
    assert room.state.shared[BlockId("poll_question/q")].values["poll_answers"] == {"yes": 1, "no": 0}
    assert json.loads(room.call("poll_question/q", "handle_reset_state", {}).body) == {"status": "success"}
    assert room.state.shared[BlockId("poll_question/q")].values["poll_answers"] == {"yes": 0, "no": 0}


def test_words_of_all_make_a_cloud(host: BlockHost) -> None:
    room = Classroom((block("word_cloud/w"),), host=host)
    assert room.show("word_cloud/w").failed == ""
    answer = json.loads(room.call("word_cloud/w", "handle_submit_state", {"student_words": ["tea", "mint", "tea"]}).body)
    assert answer["submitted"]
    assert room.state.shared[BlockId("word_cloud/w")].values["all_words"] == {"tea": 2, "mint": 1}


def test_lti_finds_its_passport(host: BlockHost) -> None:
    passports = {"lti_passports": ["tool:key:secret"]}
    launch = block("lti/l", launch_url="https://tool.example/launch", lti_id="tool")
    room = Classroom((launch,), host=host, about={"course_fields": passports})
    shown = room.show("lti/l")
    assert shown.failed == ""
    form = room.visit().handle(usage("lti/l"), "preview_handler", HandlerRequest(method="GET"))
    assert b'name="oauth_consumer_key" value="key"' in form.body


def test_annotations_and_pdfs_are_shown(host: BlockHost) -> None:
    room = Classroom(
        (block("annotatable/a", data="<annotatable><p>Sonnet</p></annotatable>"), block("pdf/d", url="/static/a.pdf")), host=host
    )
    assert "Sonnet" in room.show("annotatable/a").html
    assert room.show("pdf/d").failed == ""


SRT = "1\n00:00:01,500 --> 00:00:03,000\nWelcome\n\n2\n00:00:04,000 --> 00:01:05,250\nto the\ncooperative\n"


@pytest.fixture
def video(host: BlockHost) -> Classroom:
    fields = {"html5_sources": ["/static/v.mp4"], "sub": "abc", "transcripts": {"fr": "v-fr.srt", "de": "missing.srt"}}
    files = {"v-fr.srt": SRT.encode(), "subs_abc.srt.sjson": b'{"start": [0], "end": [900], "text": ["Hello"]}'}
    return Classroom((block("video/v", **fields),), host=host, files=files)


def transcript(room: Classroom, suffix: str, query: str = "") -> Any:
    room.last = room.visit()
    answer = room.last.handle(usage("video/v"), "transcript", HandlerRequest(method="GET", query=query), suffix)
    room.state.store(room.last.changes())
    return answer


def test_a_video_is_shown_and_says_itself_when_it_is_done(video: Classroom) -> None:
    shown = video.show("video/v")
    assert (shown.failed, shown.inits) == ("", ("Video",))
    assert not video.visit().completes_on_view(BlockId("video/v"))
    video.call("video/v", "publish_completion", {"completion": 1.0})
    assert video.events("completion") == [{"completion": 1.0}]
    video.call("video/v", "ajax_handler", "saved_video_position=00:01:10&speed=1.5", "save_user_state", form=True)
    assert video.state.blocks[BlockId("video/v")].values["saved_video_position"] == "00:01:10"


def test_transcripts_come_from_the_courses_files(video: Classroom) -> None:
    assert json.loads(transcript(video, "available_translations").body) == ["fr", "en"]
    french = transcript(video, "translation/fr")
    assert json.loads(french.body) == {"start": [1500, 4000], "end": [3000, 65250], "text": ["Welcome", "to the\ncooperative"]}
    assert video.state.person["video"].values == {"transcript_language": "fr"}
    assert json.loads(transcript(video, "translation/en").body)["text"] == ["Hello"]
    assert transcript(video, "translation/de").status == 404
    assert transcript(video, "translation/es").status == 404
    download = transcript(video, "download", "lang=fr")
    assert download.body.decode() == SRT
    assert 'filename="v-fr.srt"' in dict(download.headers)["Content-Disposition"]


def test_the_other_installed_blocks(host: BlockHost) -> None:
    names = ("poll/p", "survey/s", "done/d", "drag-and-drop-v2/x")
    room = Classroom(tuple(block(name) for name in names), host=host)
    assert [shown.failed for shown in room.visit().render_many([BlockId(name) for name in names])] == ["", "", "", ""]
    assert json.loads(room.call("poll/p", "vote", {"choice": "R"}).body)["success"] is True
    assert room.events("completion") == [{"completion": 1.0}]
    assert room.state.shared[BlockId("poll/p")].values["tally"]["R"] == 1
    room.call("done/d", "toggle_button", {"done": True})
    assert room.events("grade") == [{"value": 1, "max_value": 1}]
    assert room.events("completion") == [{"completion": 1.0}]
    dropped = room.call("drag-and-drop-v2/x", "drop_item", {"val": 0, "zone": "top", "y_percent": "1%", "x_percent": "1%"})
    assert json.loads(dropped.body)["correct"] is True
    assert room.events("grade")[0]["value"] == pytest.approx(0.4)


def test_both_polls_on_one_page_start_from_their_own_scripts(host: BlockHost) -> None:
    room = Classroom((block("poll_question/q", question="Q", answers=[]), block("poll/p")), host=host)
    first, second = room.visit().render_many([BlockId("poll_question/q"), BlockId("poll/p")])
    assert first.inits == second.inits == ("PollBlock",)
    assert first.resources != second.resources


def test_files_that_blocks_bring_along_are_served(host: BlockHost) -> None:
    script, kind = host.local_resource("problem", "public/js/ProblemBlockDisplay.js")
    assert (len(script) > 100_000, kind) == (True, "text/javascript")
    preview, _ = host.platform_static("js/capa/src/formula_equation_preview.js")
    assert b"formulaEquationPreview" in preview
    for path in ("../templates/problem.html", "js/none.js", "/etc/passwd", ""):
        with pytest.raises(NotFound):
            host.platform_static(path)


def test_every_installed_block_loads(host: BlockHost) -> None:
    told = {plugin.type: plugin.why_not for plugin in host.survey()}
    unloaded = {name for name, why in told.items() if why}
    assert unloaded == {"openassessment", "edx_sga", "staffgradedxblock"}
