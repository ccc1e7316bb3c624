"""What is found before publishing: in one block, in its HTML, and in the course as a whole."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lms_app.domain.actors import Actor
from lms_app.domain.keys import PersonId
from lms_app.services.authoring import checks
from lms_app.services.authoring.checks.colours import colour_of, contrast
from lms_app.services.authoring.checks.in_block import look_at
from lms_app.services.authoring.checks.in_html import look
from lms_app.services.authoring.drafts import hold_draft
from lms_app.services.authoring.editing import open_block, save_block
from lms_app.services.authoring.importing import import_course
from lms_app.services.authoring.lesson_templates import lesson_template
from lms_app.services.authoring.translating.writing import add_language
from lms_app.storage.blobs import Blobs
from tests.course_files import KEY, TYPES, files_of, write_folder

NOW = datetime(2026, 11, 1, tzinfo=UTC)
QUIZ = (
    '<coop_quiz url_name="q" display_name="Quiz"><question kind="single" id="q1"><prompt>Who?</prompt>'
    '<choice id="c1" correct="true">Members</choice><choice id="c2">A donor</choice></question></coop_quiz>'
)
GRADING = '{"GRADER": [{"type": "Quiz", "weight": 0.5, "min_count": 1, "drop_count": 0}, {"type": "Exam", "weight": 0.4}]}'
COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s" display_name="Lesson" graded="true" format="Quiz" '
    'start="2026-12-01T00:00:00Z" due="2026-11-30T00:00:00Z">'
    '<vertical url_name="v" display_name="Unit"><html url_name="a" display_name="Hello"/>' + QUIZ + "</vertical>"
    '<vertical url_name="w" display_name="Nothing"/></sequential>'
    '<sequential url_name="s2" display_name="Essay" graded="true" format="Essay"/></chapter>',
    html__a_html='<p><img src="/static/here.png"/><img src="/static/gone.png" alt="x"/></p>'
    '<p><a href="/jump_to_id/q">the quiz</a> <a href="/jump_to_id/nowhere">the rest</a></p>',
    html__a_xml='<html filename="a" display_name="Hello"/>',
    static__here_png="x" * 600_000,
    policies__run__grading_policy_json=GRADING,
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.person(name_latin="Aïcha")))


@pytest.fixture
def course(session, author, tmp_path) -> str:
    folder = write_folder(COURSE, tmp_path / "in")
    import_course(session, folder, blobs=Blobs(str(tmp_path / "blobs")), types=TYPES, now=NOW, actor=author)
    return KEY


def said(session) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.severity, one.block, one.language) for one in checks.run(session, KEY, now=NOW)]


def test_a_course_is_looked_at_whole_the_worst_first(session, author, course):
    row = hold_draft(session, KEY).course
    row.awards = [{"kind": "completion", "rule": {"all": [{"kind": "grade", "at_least": 0.7}]}}]
    assert sorted(said(session), key=lambda one: (one[1], one[2], one[0])) == sorted(
        [
            ("weights_not_whole", "must", "course/course", ""),
            ("paper_unreachable", "must", "course/course", ""),
            ("due_before_start", "must", "sequential/s", ""),
            ("file_missing", "must", "html/a", ""),
            ("target_missing", "must", "html/a", ""),
            ("kind_without_lesson", "should", "course/course", ""),
            ("unit_heavy", "should", "vertical/v", ""),
            ("alt_missing", "should", "html/a", ""),
            ("unit_empty", "should", "vertical/w", ""),
            ("lesson_empty", "should", "sequential/s2", ""),
            ("kind_unknown", "should", "sequential/s2", ""),
            ("graded_without_points", "should", "sequential/s2", ""),
        ],
        key=lambda one: (one[1], one[2], one[0]),
    )
    assert [one[1] for one in said(session)] == 5 * ["must"] + 7 * ["should"]


def test_a_paper_that_asks_for_an_exercise_which_is_called_otherwise_by_now_is_told(session, author, course):
    row = hold_draft(session, KEY).course
    row.awards = [{"kind": "completion", "rule": {"all": [{"kind": "exercise", "name": "Quiz", "at_least": 1}]}}]
    assert "paper_without_exercise" not in {kind for kind, *_where in said(session)}
    base = open_block(session, KEY, "coop_quiz/q", types=TYPES).base
    save_block(session, author, KEY, "coop_quiz/q", base=base, changes={"display_name": "Who decides"}, types=TYPES, now=NOW)
    assert ("paper_without_exercise", "must", "course/course", "") in said(session)


def test_translations_are_counted_by_lesson_and_their_words_are_looked_at(session, author, course):
    add_language(session, author, KEY, "fr", message="", now=NOW)
    assert ("translation_missing", "could", "sequential/s", "fr") in said(session)
    texts = {"data": '<p style="color: #bbb">pâle</p><img src="/static/here.png">'}
    save_block(session, author, KEY, "html/a", base="", changes=texts, language="fr", types=TYPES, now=NOW)
    found = [(kind, severity) for kind, severity, block, language in said(session) if (block, language) == ("html/a", "fr")]
    assert found == [("alt_missing", "should"), ("contrast_low", "should")]


def test_a_second_look_reads_no_block_and_costs_the_same_for_one_change_as_for_three(session, author, course, queries):
    checks.run(session, KEY, now=NOW)
    with queries() as again:
        checks.run(session, KEY, now=NOW)
    assert len(again) == 2  # the course and its revision

    def change(*blocks):
        for number, block in enumerate(blocks):
            base = open_block(session, KEY, block, types=TYPES).base
            save_block(session, author, KEY, block, base=base, changes={"display_name": f"{block} {number}"}, types=TYPES, now=NOW)
        with queries() as counted:
            checks.run(session, KEY, now=NOW)
        return len(counted)

    assert change("html/a") == change("html/a", "coop_quiz/q", "vertical/w")


@pytest.mark.parametrize(
    ("html", "kinds"),
    [
        ('<img src="a.png"><img src="b.png" alt="">', ["alt_missing"]),
        ("<h2>One</h2><h4>Two</h4><h3>Three</h3>", ["heading_jumps"]),
        ("<table><tr><td>1</td></tr></table><table><tr><th>1</th></tr></table>", ["table_no_header"]),
        ('<a href="https://example.org">Click here</a>', ["link_says_nothing"]),
        ('<a href="https://example.org">اضغط هنا</a>', ["link_says_nothing"]),
        ('<a href="#">Law</a>', ["link_nowhere"]),
        ('<a href="htps://example.org">Law</a>', ["link_malformed"]),
        ('<a href="www.example.org">Law</a>', ["link_malformed"]),
        ('<a href="http://[bad">Law</a>', ["link_malformed"]),
        ('<a href="http://192.168.1.4/x">Law</a>', ["link_private"]),
        ('<a href="https://example.org/x"></a>', ["link_no_words"]),
        ('<a href="mailto:a@b.org">Mail</a><a href="#part">Part</a><a href="/courses/x">X</a>', []),
        ('<p style="color:#999">grey</p>', ["contrast_low"]),
        ('<p style="color:#595959">grey</p>', []),
        ('<div style="background-color: #000"><b style="color: rgb(255,255,255)">fine</b></div>', []),
        ('<div style="background: #063d36">dark ink on dark</div>', ["contrast_low"]),
        ('<font color="yellow">sun</font>', ["contrast_low"]),
        ("<p>\x0b<not really", []),
    ],
)
def test_what_is_found_in_html(html, kinds):
    assert [kind for kind, _, _ in look(html)[0]] == kinds


def test_contrast_is_that_of_wcag():
    assert round(contrast((0, 0, 0), (255, 255, 255)), 2) == 21.0
    assert round(contrast((119, 119, 119), (255, 255, 255)), 2) == 4.48
    assert [colour_of(one) for one in ("#FFF", "rgb(1, 2, 3)", "rgba(1,2,3,.5)", "nonsense")] == [
        (255, 255, 255),
        (1, 2, 3),
        None,
        None,
    ]


NODES = {
    "a": {"id": "a", "choices": [{"id": "c1", "to": "b"}, {"id": "c2", "to": "gone"}]},
    "b": {"id": "b"},
    "c": {"id": "c", "ending": "good"},
}


@pytest.mark.parametrize(
    ("block_type", "fields", "kinds"),
    [
        ("coop_scenario", {"structure": {"nodes": list(NODES.values())}}, ["no_target", "dead_end", "unreachable", "no_ending"]),
        ("coop_scenario", {"structure": {"nodes": [{"id": "a", "choices": [{"id": "c", "to": "c"}]}, NODES["c"]]}}, []),
        (
            "coop_quiz",
            {"structure": {"questions": [{"id": "q", "kind": "multiple", "choices": [{"id": "c"}]}]}},
            ["no_right_answer"],
        ),
        ("coop_quiz", {}, ["quiz_empty"]),
        ("problem", {"data": "<problem><p>x</problem>"}, ["problem_broken"]),
        ("problem", {"data": "<problem><p>x</p></problem>"}, ["problem_no_question"]),
        (
            "problem",
            {"data": "<problem><choiceresponse><choice correct='false'>x</choice></choiceresponse></problem>"},
            ["no_right_answer"],
        ),
        ("problem", {"data": "<problem><numericalresponse answer='5'><formulaequationinput/></numericalresponse></problem>"}, []),
        ("video", {}, ["video_missing"]),
        ("video", {"youtube_id_1_0": "abc"}, ["transcript_missing"]),
        ("video", {"youtube_id_1_0": "abc", "transcripts": {"fr": "a.srt"}}, []),
        ("html", {"data": "<p>&nbsp;</p>"}, ["text_empty"]),
        ("html", {"data": "<p>TODO: the law</p>", "display_name": "XXX"}, ["placeholder", "placeholder"]),
        ("vertical", {}, ["title_missing"]),
        ("mystery", {"xml": "<mystery/>"}, ["not_played"]),
        ("poll", {"answers": [["R", {"label": "Red", "img": "/static/r.png", "img_alt": ""}]]}, ["alt_missing"]),
    ],
)
def test_what_is_found_in_a_block(block_type, fields, kinds):
    found = [kind.removeprefix("scenario_") for kind, _, _, _ in look_at(block_type, fields).findings]
    assert sorted(found) == sorted(kinds)


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_what_a_lesson_began_with_is_found_until_it_is_written_over(language):
    began = [piece for beat in lesson_template(language).beats for piece in beat.pieces]
    found = {
        piece.type: [one[0] for one in look_at(piece.type, piece.fields).findings if one[0] == "template_text"] for piece in began
    }
    assert found == {kind: ["template_text"] for kind in ("html", "coop_scenario", "coop_quiz", "coop_plan")}
    assert look_at("html", {"data": "<h3>In one sentence</h3><p>A share is a promise.</p>"}).findings == ()
