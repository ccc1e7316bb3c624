"""Bringing courses in and taking them out through the database, in several languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from lms_app.adapters.content import CourseReader, load_outline, load_pages
from lms_app.adapters.nodes import load_content, store_content
from lms_app.domain.content import Block, CourseContent
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.model.content import Node, Outline, Revision
from lms_app.model.courses import Course
from lms_app.runtime.host import BlockHost
from lms_app.runtime.learner import all_open
from lms_app.services.authoring.exporting import export_course
from lms_app.services.authoring.importing import ImportReport, import_course
from lms_app.services.authoring.preparing import prepare_import
from lms_app.storage.blobs import Blobs
from tests.course_files import KEY, TYPES, files_of, write_folder
from tests.fakes import MemoryCache, MemoryState, SiteUrls, learner

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SHIPPED = {
    "course-v1:Takwin+COOP101+2026": Path(__file__).parents[2] / "courses" / "what-is-a-cooperative",
    "course-v1:Takwin+GOV+2026": Path(__file__).parents[2] / "courses" / "governance",
    "course-v1:Takwin+TOUR+2026": Path(__file__).parents[2] / "courses" / "tour-of-the-blocks",
}
every_shipped = pytest.mark.parametrize("key", SHIPPED, ids=lambda key: SHIPPED[key].name)


@pytest.fixture
def blobs(tmp_path):
    return Blobs(str(tmp_path / "blobs"))


@pytest.fixture
def bring(session, blobs, tmp_path):
    """Import files or a folder: `bring(files, dry_run=True)`."""
    count = iter(range(100))

    def bring_in(source, **wishes) -> ImportReport:
        folder = write_folder(source, tmp_path / f"in{next(count)}") if isinstance(source, dict) else source
        return import_course(session, folder, blobs=blobs, types=TYPES, now=NOW, **wishes)

    return bring_in


def number_of(session, table) -> int:
    return session.scalar(select(func.count()).select_from(table))


COURSE = files_of(
    '<chapter url_name="c" display_name="One" due="2026-05-01T00:00:00Z"><sequential url_name="s"><vertical url_name="v">'
    '<html url_name="a" display_name="Hello">Good morning</html></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
    policies__run__grading_policy_json='{"GRADER": [], "GRADE_CUTOFFS": {"Pass": 0.5}}',
    about__overview_html="<p>About</p>",
    static__tree_svg="<svg/>",
)


def test_import_writes_a_draft_and_nothing_is_published(session, bring):
    report = bring(COURSE)
    course = session.scalar(select(Course))
    assert (report.course, report.title, report.language, report.is_new) == (KEY, "Title", "en", True)
    assert dict(report.blocks) == {"chapter": 1, "course": 1, "html": 1, "sequential": 1, "vertical": 1}
    assert [problem.code for problem in report.problems] == []
    assert (course.draft_revision_id, course.published_revision_id) == (report.revision, None)


def test_what_was_stored_is_what_is_loaded(session, bring, blobs):
    report = bring(COURSE, publish=True)
    snapshot = session.get(Revision, report.revision).snapshot
    content = load_content(session, snapshot)
    assert content.blocks["html/a"].fields == {"data": "Good morning", "display_name": "Hello"}
    assert content.policy["grading"] == {"GRADER": [], "GRADE_CUTOFFS": {"Pass": 0.5}}
    assert content.assets["tree.svg"].content_type == "image/svg+xml"
    assert blobs.get(content.assets["tree.svg"].sha256) == b"<svg/>"
    assert load_pages(session, snapshot) == {"about/overview.html": "<p>About</p>"}
    assert store_content(session, content, NOW) == snapshot


def test_outline_resolves_inherited_settings(session, bring):
    report = bring(COURSE, publish=True)
    outline = load_outline(session, session.get(Revision, report.revision).snapshot)
    assert number_of(session, Outline) == 1
    assert dict(outline["html/a"].settings) == {
        "start": "2026-01-01T00:00:00Z",
        "due": "2026-05-01T00:00:00Z",
        "display_name": "Hello",
    }
    assert "due" not in outline[outline.root].settings
    assert [entry.id for entry in outline.path("html/a")] == [outline.root, "chapter/c", "sequential/s", "vertical/v", "html/a"]


def test_second_import_is_a_new_draft_on_top_of_the_first(session, bring):
    first = bring(COURSE, publish=True)
    nodes = number_of(session, Node)
    again = bring(COURSE)
    changed = bring(COURSE | {"course/run.xml": COURSE["course/run.xml"].replace(b"morning", b"evening")})
    course = session.scalar(select(Course))
    assert number_of(session, Course) == 1
    assert session.get(Revision, again.revision).snapshot == session.get(Revision, first.revision).snapshot
    assert session.get(Revision, changed.revision).parents == [again.revision]
    assert (course.published_revision_id, course.draft_revision_id) == (first.revision, changed.revision)
    assert number_of(session, Node) == nodes + 6  # the text, the four blocks that hold it, the snapshot


def test_dry_run_writes_nothing(session, bring, tmp_path):
    report = bring(COURSE, dry_run=True)
    assert (report.course, report.revision, report.as_json()["blocks"]["html"]) == (KEY, None, 1)
    assert [number_of(session, table) for table in (Node, Course, Revision)] == [0, 0, 0]
    assert not (tmp_path / "blobs").exists()


def test_trick_in_one_file_means_that_nothing_is_written(session, bring):
    report = bring(
        COURSE
        | {
            "problem/p.xml": b"",
            "vertical/x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><vertical/>',
            "course/run.xml": b'<course><vertical url_name="x"/></course>',
        }
    )
    assert report.is_refused
    assert [problem["code"] for problem in report.as_json()["problems"] if problem["severity"] == "error"] == ["xml_doctype"]
    assert number_of(session, Node) == 0


def test_archive_that_is_no_course_is_a_report_too(session, blobs):
    report = import_course(session, b"hello", blobs=blobs, types=TYPES, now=NOW)
    assert (report.course, report.is_refused) == (None, True)
    assert [problem.code for problem in report.problems] == ["archive_not_known"]


def test_key_may_be_chosen(session, bring):
    assert bring(COURSE, key="course-v1:Other+X+2").course == "course-v1:Other+X+2"
    assert session.scalar(select(Course.key)) == "course-v1:Other+X+2"


def test_language_is_guessed_with_a_warning(bring):
    without = COURSE | {"policies/run/policy.json": b"{}"}
    assert [problem.code for problem in bring(without, dry_run=True).problems] == ["language_guessed"]
    assert bring(without, dry_run=True, language="fr").language == "fr"


def test_unused_files_and_acting_drawings_are_told(bring):
    report = bring(COURSE | {"html/orphan.xml": b"<html/>", "static/x.svg": b"<svg onload='x'/>"}, dry_run=True)
    assert [(problem.code, problem.file) for problem in report.problems] == [
        ("files_not_used", "html/orphan.xml"),
        ("svg_with_script", "static/x.svg"),
    ]


FRENCH = COURSE | {
    "course/run.xml": COURSE["course/run.xml"].replace(b"Good morning", b"Bonjour").replace(b'"One"', b'"Un"'),
    "policies/run/policy.json": b'{"course/run": {"display_name": "Titre", "language": "fr", "start": "2026-01-01T00:00:00Z"}}',
    "about/overview.html": "<p>À propos</p>".encode(),
    "static/tree.svg": b"<svg lang='fr'/>",
}


def test_second_language_is_laid_over_the_first(session, bring, blobs):
    bring(COURSE)
    report = bring(FRENCH, as_language="fr", of=KEY, publish=True)
    assert [problem.code for problem in report.problems] == []
    snapshot = session.get(Revision, report.revision).snapshot
    content = load_content(session, snapshot)
    assert content.overlays["fr"].texts == {
        content.root: {"display_name": "Titre"},
        "chapter/c": {"display_name": "Un"},
        "html/a": {"data": "Bonjour"},
    }
    assert content.pages["fr:about/overview.html"] == "<p>À propos</p>"
    reader = CourseReader(session, KEY, snapshot, language="fr", blobs=blobs)
    assert reader.block("html/a").fields == {"data": "Bonjour", "display_name": "Hello"}
    assert (reader.language_of("html/a"), reader.language_of("vertical/v")) == ("fr", "en")
    assert reader.asset("tree.svg") == b"<svg lang='fr'/>"
    assert reader.outline.title("chapter/c", "fr") == "Un"
    assert reader.outline.languages == ("en", "fr")


def test_source_text_that_comes_again_keeps_the_translations(session, bring):
    bring(COURSE)
    bring(FRENCH, as_language="fr", of=KEY)
    report = bring(COURSE | {"course/run.xml": COURSE["course/run.xml"].replace(b"Good morning", b"Good day")})
    content = load_content(session, session.get(Revision, report.revision).snapshot)
    assert content.overlays["fr"].texts["html/a"] == {"data": "Bonjour"}
    assert content.pages["fr:about/overview.html"] == "<p>À propos</p>"


QUESTION = (
    '<question kind="single" id="q{place}"><prompt>{words}</prompt><choice id="x" correct="true">{words} x</choice>'
    '<choice id="y">{words} y</choice></question>'
)


def quiz_of(title: str, *prompts: str) -> dict[str, bytes]:
    """Return a course with one quiz that asks these."""
    questions = "".join(QUESTION.format(place=place, words=words) for place, words in enumerate(prompts))
    quiz = f'<coop_quiz url_name="q" display_name="{title}">{questions}</coop_quiz>'
    return files_of(f'<vertical url_name="v">{quiz}</vertical>')


def test_a_question_that_the_source_gained_after_its_translation_is_asked_in_the_source_s_words(session, bring, blobs):
    bring(quiz_of("Quiz", "One?"), language="en")
    bring(quiz_of("Jeu", "Une ?"), as_language="fr", of=KEY)
    report = bring(quiz_of("Quiz", "One?", "Two?"), language="en")
    snapshot = session.get(Revision, report.revision).snapshot
    reader = CourseReader(session, KEY, snapshot, language="fr", blobs=blobs)
    texts = reader.block("coop_quiz/q").fields["texts"]
    assert (texts["q0/prompt"], texts["q1/prompt"], texts["q1/x"]) == ("Une ?", "Two?", "Two? x")
    visit = BlockHost(cache=MemoryCache()).visit(
        content=reader, learner=learner(language="fr"), state=MemoryState(), urls=SiteUrls(), form_fields={}, is_open=all_open
    )
    page = visit.render("coop_quiz/q").html
    assert [words in page for words in ("Jeu", "Une ?", "One?", "Two?", "Two? x")] == [True, True, False, True, True]
    source = CourseReader(session, KEY, snapshot, language="en", blobs=blobs).block("coop_quiz/q").fields["texts"]
    assert (source["q0/prompt"], set(source)) == ("One?", set(texts))

    archive, problems = export_course(session, KEY, blobs=blobs, types=TYPES, language="fr")
    alone = import_course(session, archive, blobs=blobs, types=TYPES, now=NOW, key="course-v1:Org+Course+fr")
    assert (problems, [problem.code for problem in alone.problems]) == ([], [])
    content = load_content(session, session.get(Revision, alone.revision).snapshot)
    assert content.blocks["coop_quiz/q"].fields["texts"] == texts


def test_a_question_that_a_language_lacks_is_told_and_follows_the_source(session, bring, blobs):
    bring(quiz_of("Quiz", "One?", "Two?"), language="en")
    told = bring(quiz_of("Jeu", "Une ?"), as_language="fr", of=KEY)
    assert [problem.code for problem in told.problems if "text" in problem.code] == ["language_text_missing"]
    report = bring(quiz_of("Quiz", "One?", "Two, then?"), language="en")
    reader = CourseReader(session, KEY, session.get(Revision, report.revision).snapshot, language="fr", blobs=blobs)
    texts = reader.block("coop_quiz/q").fields["texts"]
    assert (texts["q0/prompt"], texts["q1/prompt"]) == ("Une ?", "Two, then?")


def test_every_other_difference_is_told_and_not_taken(bring):
    bring(COURSE)
    course = (
        FRENCH["course/run.xml"]
        .replace(b"2026-05-01", b"2026-06-01")
        .replace(b"</vertical>", b'<html url_name="b">x</html></vertical>')
    )
    report = bring(FRENCH | {"course/run.xml": course}, as_language="fr", of=KEY)
    assert [(problem.code, problem.facts["block"]) for problem in report.problems] == [
        ("language_setting_differs", "chapter/c"),
        ("language_block_extra", "html/b"),
    ]
    assert {problem.file for problem in report.problems} == {"course/run.xml"}


def test_export_in_a_language_is_an_ordinary_course(session, bring, blobs):
    bring(COURSE)
    bring(FRENCH, as_language="fr", of=KEY)
    archive, problems = export_course(session, KEY, blobs=blobs, types=TYPES, language="fr")
    assert problems == []
    report = import_course(session, archive, blobs=blobs, types=TYPES, now=NOW, key="course-v1:Org+Course+fr")
    content = load_content(session, session.get(Revision, report.revision).snapshot)
    assert (report.title, report.language) == ("Titre", "fr")
    assert content.blocks["html/a"].fields["data"] == "Bonjour"
    assert content.pages == {"about/overview.html": "<p>À propos</p>"}


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
@every_shipped
def test_shipped_course_comes_back_the_same(session, bring, blobs, key, language):
    report = bring(SHIPPED[key] / language)
    assert [problem.code for problem in report.problems] == []
    archive, problems = export_course(session, key, blobs=blobs, types=TYPES)
    assert problems == []
    again = import_course(session, archive, blobs=blobs, types=TYPES, now=NOW)
    assert session.get(Revision, again.revision).snapshot == session.get(Revision, report.revision).snapshot


@every_shipped
def test_shipped_course_is_one_course_in_three_languages(session, bring, blobs, key):
    bring(SHIPPED[key] / "en")
    for language in ("fr", "ar"):
        report = bring(SHIPPED[key] / language, as_language=language, of=key, publish=True)
        assert [problem.code for problem in report.problems] == []
    content = load_content(session, session.get(Revision, report.revision).snapshot)
    words = {block.id for block in content.walk() if block.type == "html" or block.type.startswith("coop_")}
    assert words <= set(content.overlays["ar"].texts)
    assert words <= set(content.overlays["fr"].texts)
    assert all("structure" not in texts for overlay in content.overlays.values() for texts in overlay.texts.values())
    for language in ("fr", "ar"):
        archive, problems = export_course(session, key, blobs=blobs, types=TYPES, language=language)
        assert problems == []
        again = import_course(session, archive, blobs=blobs, types=TYPES, now=NOW, as_language=language, of=key)
        assert session.get(Revision, again.revision).snapshot == session.get(Revision, report.revision).snapshot


@pytest.mark.parametrize(
    ("wishes", "refusal"),
    [
        ({"as_language": "fr"}, Invalid),
        ({"of": KEY}, Invalid),
        ({"as_language": "fr", "of": "course-v1:no+such+course"}, NotFound),
        ({"as_language": "en", "of": KEY}, Conflict),
        ({"as_language": "xx", "of": KEY}, Invalid),
        ({"language": "xx"}, Invalid),
    ],
)
def test_wishes_that_make_no_sense_are_refused(bring, wishes, refusal):
    bring(COURSE)
    with pytest.raises(refusal):
        bring(COURSE, **wishes)


def test_course_that_is_not_here_is_not_exported(session, blobs):
    with pytest.raises(NotFound):
        export_course(session, KEY, blobs=blobs, types=TYPES)


def test_language_that_a_course_lacks_is_not_exported(session, bring, blobs):
    bring(COURSE)
    with pytest.raises(Invalid):
        export_course(session, KEY, blobs=blobs, types=TYPES, language="ar")


def test_lost_file_is_named_by_the_export(session, bring, blobs, tmp_path):
    bring(COURSE)
    for path in (tmp_path / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    _, problems = export_course(session, KEY, blobs=blobs, types=TYPES)
    assert [(problem.code, problem.file) for problem in problems] == [("asset_lost", "static/tree.svg")]


def test_reading_a_page_costs_one_query_for_all_its_blocks(session, bring, blobs, queries):
    report = bring(COURSE, publish=True)
    reader = CourseReader(session, KEY, session.get(Revision, report.revision).snapshot, language="en", blobs=blobs)
    with queries() as counted:
        reader.prefetch([entry.id for entry in reader.outline.entries.values()])
        assert reader.block("html/a").fields["data"] == "Good morning"
    assert len(counted) <= 1
    with pytest.raises(NotFound):
        reader.block("html/none")


def test_assets_are_found_under_the_names_that_studio_makes(session, bring, blobs):
    report = bring(COURSE | {"static/a b (1).png": b"png", "static/sub/c.png": b"c"})
    reader = CourseReader(session, KEY, session.get(Revision, report.revision).snapshot, language="en", blobs=blobs)
    found = [reader.asset(name) for name in ("a b (1).png", "a_b__1_.png", "a%20b%20(1).png", "sub/c.png", "sub_c.png", "none.png")]
    assert found == [b"png", b"png", b"png", b"c", b"c", None]


def test_node_stored_again_after_a_day_is_fresh_again(session):
    content = CourseContent(root="course/c", blocks={"course/c": Block("course/c", "course")})
    store_content(session, content, NOW)
    session.execute(update(Node).values(created_at=NOW - timedelta(days=40)))
    store_content(session, content, NOW)
    session.expire_all()
    assert set(session.scalars(select(Node.created_at))) == {NOW}


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ({"course/c": ("a/a",), "a/a": ("b/b",), "b/b": ("a/a",)}, "block_in_itself"),
        ({"course/c": ("course/c",)}, "block_in_itself"),
        ({"course/c": ("a/a",)}, "child_missing"),
    ],
)
def test_content_that_is_no_tree_is_not_stored(session, blocks, code):
    content = CourseContent(
        root="course/c", blocks={name: Block(name, name.partition("/")[0], {}, children) for name, children in blocks.items()}
    )
    with pytest.raises(Invalid, match=code):
        store_content(session, content, NOW)


def test_course_read_before_the_transaction_is_written_in_it(session, blobs, tmp_path):
    prepared = prepare_import(write_folder(COURSE, tmp_path / "in"), blobs=blobs, types=TYPES)
    report = import_course(session, prepared, blobs=blobs, types=TYPES, now=NOW)
    content = load_content(session, session.get(Revision, report.revision).snapshot)
    assert content == prepared.content
    assert blobs.get(content.assets["tree.svg"].sha256) == b"<svg/>"


def test_preparing_without_blobs_stores_nothing(tmp_path):
    prepared = prepare_import(write_folder(COURSE, tmp_path / "in"), blobs=None, types=TYPES)
    assert (prepared.is_refused, set(prepared.content.assets)) == (False, {"tree.svg"})
    assert not (tmp_path / "blobs").exists()
