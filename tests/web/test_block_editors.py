"""Editors that core blocks lack: a problem as text, a video's link and transcripts, a poll's answers one a line."""

from __future__ import annotations

import io
import json
from typing import Any

import lxml.html
import pytest

from lms_app.domain.errors import Invalid
from lms_app.domain.keys import BlockId, CourseKey
from lms_app.runtime.answer_lines import shown_lines, written_lines
from lms_app.runtime.transcripts import as_srt
from lms_app.runtime.videos import video_address, youtube_id
from lms_app.services.authoring.editing import open_block
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from lms_app.web.studio.editors import addable, editor_of
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

pytestmark = pytest.mark.filterwarnings("default")  # others' warnings, raised where errors are swallowed

PROBLEM = (
    '<problem url_name="p" display_name="Quorum"><multiplechoiceresponse><label>How many?</label>'
    '<choicegroup type="MultipleChoice"><choice correct="true">Seven</choice><choice correct="false">Two</choice></choicegroup>'
    "</multiplechoiceresponse></problem>"
)
UNIT = (
    '<chapter url_name="c" display_name="One"><sequential url_name="s"><vertical url_name="v" display_name="Unit">'
    f'{PROBLEM}<poll url_name="q" display_name="Tea" question="Tea?"/><video url_name="f" display_name="Film"/>'
    "</vertical></sequential></chapter>"
)
POLICY = '{"course/run": {"display_name": "Title", "language": "fr", "start": "2026-01-01T00:00:00Z"}}'
COURSE = files_of(UNIT, policies__run__policy_json=POLICY)


class Desk:
    """A trainer with a course of one problem, one poll and one video."""

    def __init__(self, client: Client, sessions: Any, types: Any) -> None:
        self.client, self.sessions, self.types = client, sessions, types

    def fields(self, block: str) -> dict[str, Any]:
        with transaction(self.sessions, writes=False) as session:
            return dict(open_block(session, CourseKey(KEY), BlockId(block), types=self.types).fields)

    def page(self, block: str, query: str = "") -> Any:
        return lxml.html.fromstring(self.client.get(f"/studio/{KEY}/block/{block}{query}").text)

    def save(self, block: str, query: str = "", **fields: str) -> Any:
        page = self.page(block, query)
        sent = {name: page.xpath(f'//input[@name="{name}"]/@value')[0] for name in ("base", "language")}
        return self.client.send(f"/studio/{KEY}/block/{block}", **sent, **fields)

    def preview(self, **fields: str) -> str:
        answer = self.client.send(f"/studio/{KEY}/block/problem/p/preview", language="fr", **fields)
        assert answer.status_code == 200
        return " ".join(lxml.html.fromstring(f"<div>{answer.text}</div>").text_content().split())


@pytest.fixture
def desk(app, sessions, clock, people, tmp_path, signed_in_client) -> Desk:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        number = find_course_row(session, KEY).id
    return Desk(signed_in_client(people.trainer(number)), sessions, parts.host.types)


def control(page: Any, name: str) -> str:
    (found,) = page.xpath(f'//*[@name="{name}"]')
    return str(found.text or "").removeprefix("\n") if found.tag == "textarea" else str(found.get("value"))


TEXT = ">>How many?<<\n\n(x) Seven\n( ) Two\n"


def test_a_problem_opens_as_text_is_seen_while_typed_and_saved_as_text_and_olx(desk: Desk) -> None:
    page = desk.page("problem/p")
    assert control(page, "f-markdown") == TEXT
    assert len(page.xpath("//*[@data-problem-insert]")) == 7

    longer = TEXT.replace("( ) Two", "( ) Two\n( ) Ninety {{Too many.}}")
    assert "Seven Two Ninety" in desk.preview(**{"f-markdown": longer})
    assert "problem" not in desk.preview(**{"f-markdown": longer}).lower()  # no buttons, no messages
    assert "Line 3: " in desk.preview(**{"f-markdown": ">>How many?<<\n\n(x)\n( ) Two\n"})
    assert "markdown" not in desk.fields("problem/p")

    assert desk.save("problem/p", **{"f-markdown": longer, "f-display_name": "Quorum"}).status_code == 303
    fields = desk.fields("problem/p")
    assert fields["markdown"] == longer
    assert '<choice correct="false">Ninety<choicehint>Too many.</choicehint></choice>' in fields["data"]


def test_a_page_of_a_problem_sent_back_as_it_came_changes_nothing(desk: Desk) -> None:
    before = desk.fields("problem/p")
    page = desk.page("problem/p")
    same = {name: control(page, name) for name in ("f-markdown", "f-data", "f-display_name")}
    assert desk.save("problem/p", **same).status_code == 303
    assert desk.fields("problem/p") == before


def test_faults_in_a_problem_are_told_beside_it_and_nothing_typed_is_lost(desk: Desk) -> None:
    wrong = ">>How many?\n( ) Seven\n( ) Two\n"
    answer = desk.save("problem/p", **{"f-markdown": wrong})
    assert answer.status_code == 422
    page = lxml.html.fromstring(answer.text)
    assert control(page, "f-markdown") == wrong
    assert [line.text_content().split(":")[0].split()[-1] for line in page.xpath('//*[starts-with(@id, "f-markdown-error")]')] == [
        "1",
        "1",
    ]
    assert "markdown" not in desk.fields("problem/p")


def test_olx_of_its_own_drops_the_text_and_its_faults_have_lines(desk: Desk) -> None:
    assert desk.save("problem/p", **{"f-markdown": TEXT.replace("Two", "Three")}).status_code == 303
    assert "Line 2: " in desk.save("problem/p", **{"f-data": "<problem>\n<oddresponse/>\n</problem>"}).text
    script = '<problem><script type="loncapa/python">x = 1</script><p>Words.</p></problem>'
    assert desk.save("problem/p", **{"f-data": script}).status_code == 303
    fields = desk.fields("problem/p")
    kept = [line.strip() for line in fields["data"].splitlines()]  # as a file gives it back
    assert ("".join(kept), "markdown" in fields) == (script, False)


def test_a_problem_is_translated_as_text_beside_its_source(desk: Desk) -> None:
    page = desk.page("problem/p", "?language=ar")
    assert page.xpath('//*[@id="f-markdown-source"]')
    arabic = ">>كم؟<<\n\n(x) سبعة\n( ) اثنان\n"
    assert desk.save("problem/p", "?language=ar", **{"f-markdown": arabic}).status_code == 303
    assert control(desk.page("problem/p", "?language=ar"), "f-markdown") == arabic
    assert desk.fields("problem/p")["data"].count("Seven") == 1
    other = desk.save("problem/p", "?language=ar", **{"f-markdown": ">>كم؟<<\n\n( ) سبعة\n(x) اثنان\n"})
    assert (other.status_code, "other answers are right than in the source" in other.text) == (422, True)
    assert page.xpath('//*[@name="f-data"]') == []


def test_an_answer_of_a_poll_keeps_its_name_when_its_words_change(desk: Desk) -> None:
    page = desk.page("poll/q")
    assert control(page, "f-answers") == "Red\nBlue\nGreen\nOther"
    assert desk.save("poll/q", **{"f-answers": "Rouge\nBlue\nGreen\nAutre\nVert clair"}).status_code == 303
    answers = desk.fields("poll/q")["answers"]
    assert [(name, one["label"]) for name, one in answers][1:3] == [("B", "Blue"), ("G", "Green")]
    assert len({name for name, _ in answers}) == 5


LINES = [
    ("a\nb", [["x", "a"], ["y", "b"]]),
    ("b\na", [["y", "b"], ["x", "a"]]),
    ("a\nc", [["x", "a"], ["y", "c"]]),
    ("b", [["y", "b"]]),
    ("", []),
]


@pytest.mark.parametrize(("text", "told"), LINES)
def test_lines_are_answers_by_their_words_and_by_their_place(text: str, told: list[Any]) -> None:
    before = [["x", "a"], ["y", "b"]]
    assert written_lines(text, before) == told
    assert shown_lines(before) == "a\nb"


def test_new_answers_get_the_same_names_whenever_the_same_lines_are_read() -> None:
    before = [{"id": "x", "text": "one"}]
    assert written_lines("one\ntwo\ntwo", before) == written_lines("one\ntwo\ntwo", before)
    names = [each["id"] for each in written_lines("one\ntwo\ntwo", before)]
    assert (names[0], len(set(names))) == ("x", 3)


def test_a_video_takes_any_link_and_no_film_of_somebody_else(desk: Desk) -> None:
    link = "https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3"
    assert desk.save("video/f", **{"f-youtube_id_1_0": link, "f-html5_sources": "film.mp4"}).status_code == 303
    fields = desk.fields("video/f")
    assert (fields["youtube_id_1_0"], fields["html5_sources"]) == ("dQw4w9WgXcQ", ["/static/film.mp4"])
    assert desk.save("video/f", **{"f-youtube_id_1_0": ""}).status_code == 303
    assert desk.fields("video/f")["youtube_id_1_0"] == ""
    assert desk.save("video/f", **{"f-html5_sources": "javascript:alert(1)"}).status_code == 422


@pytest.mark.parametrize(
    "link",
    [
        "dQw4w9WgXcQ",
        "youtu.be/dQw4w9WgXcQ?si=x",
        "https://m.youtube.com/shorts/dQw4w9WgXcQ",
        '<iframe src="https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"></iframe>',
    ],
)
def test_a_link_to_youtube_is_known_in_any_form(link: str) -> None:
    assert youtube_id(link) == "dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "link", ["https://example.org/watch?v=dQw4w9WgXcQ", "https://youtube.com.evil.example/embed/dQw4w9WgXcQ", "no link"]
)
def test_what_is_no_link_to_youtube_is_refused(link: str) -> None:
    with pytest.raises(Invalid):
        youtube_id(link)


@pytest.mark.parametrize(
    "address", ["http://example.org/a.mp4", "data:video/mp4;base64,AA", "https://user@example.org/a.mp4", "a/b.mp4"]
)
def test_an_address_that_no_film_can_have_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        video_address(address)


def test_transcripts_are_kept_by_language_as_files_or_pasted_text(desk: Desk) -> None:
    place = f"/studio/{KEY}/transcripts/video/f"
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.500\nBonjour\n"
    assert desk.client.send(place, language="fr", file=(io.BytesIO(vtt.encode()), "a.vtt")).status_code == 303
    assert desk.client.send(place, language="ar", text="سلام\nأهلا").status_code == 303
    assert desk.fields("video/f")["transcripts"] == {"fr": "transcript-f-fr.srt", "ar": "transcript-f-ar.srt"}
    assert "transcript-f-ar.srt" in desk.client.get(place).text
    for wrong in (
        {"language": "fr", "text": " "},
        {"language": "xx", "text": "a"},
        {"language": "fr", "file": (io.BytesIO(b"\xff\xfe\x00"), "a.srt")},
    ):
        assert desk.client.send(place, **wrong).status_code == 422
    assert desk.client.send(f"/studio/{KEY}/transcripts/drop/video/f", language="fr").status_code == 303
    assert list(desk.fields("video/f")["transcripts"]) == ["ar"]
    assert desk.client.get(f"/studio/{KEY}/transcripts/poll/q").status_code == 404


def test_a_text_without_times_follows_the_pace_of_speech() -> None:
    assert as_srt("One two three four five\n\nSix") == (
        "1\n00:00:00,000 --> 00:00:02,000\nOne two three four five\n\n2\n00:00:02,000 --> 00:00:03,000\nSix\n",
        False,
    )
    assert as_srt("WEBVTT\n\n00:01.000 --> 00:02.500\nHi\n") == ("1\n00:00:01,000 --> 00:00:02,500\nHi\n", True)


def test_a_unit_offers_what_is_installed_in_groups_and_nothing_else() -> None:
    assert [kinds for _, kinds in addable(["poll", "coop_quiz", "coop_b", "coop_a"])] == [
        ("html",),
        ("coop_quiz", "coop_a", "coop_b"),
        ("poll",),
        ("discussion",),
    ]
    assert (editor_of("problem", "markdown"), editor_of("html", "data"), editor_of("html", "display_name")) == (
        "problem",
        "rich",
        "",
    )


def test_a_new_problem_begins_with_a_question_in_the_language_of_the_course(desk: Desk) -> None:
    made = desk.client.send(f"/studio/{KEY}/unit/vertical/v/insert", type="problem", before="")
    assert made.status_code == 303
    fields = desk.fields(made.location.partition("/block/")[2])
    assert json.dumps(fields["markdown"]).startswith('">>')
    assert fields["data"].count("<choice ") == 3


def test_blocks_by_others_stand_in_frames_of_the_draft_with_the_form_that_they_bring(desk: Desk) -> None:
    assert desk.page("poll/q").xpath("//iframe/@data-purpose") == ["form", "shown"]
    assert desk.page("poll/q", "?language=ar").xpath("//iframe/@data-purpose") == ["shown"]  # a form writes the source alone
    assert desk.page("problem/p").xpath("//iframe/@data-purpose") == ["shown"]
    unit = lxml.html.fromstring(desk.client.get(f"/studio/{KEY}/unit/vertical/v").text)
    assert unit.xpath("//iframe/@data-frame-of") == ["problem/p", "poll/q", "video/f"]
    assert all(src.startswith("http://blocks.") and "/draft/" in src for src in unit.xpath("//iframe/@src"))
