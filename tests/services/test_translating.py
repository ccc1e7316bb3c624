"""Languages of a course: what is missing, what is done, and what the source has left behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lms_app.domain.actors import Actor, Place, PlaceKind, Role
from lms_app.domain.content import hash_of
from lms_app.domain.errors import Conflict, Invalid, NotFound
from lms_app.domain.keys import BlockId, PersonId
from lms_app.services.authoring import bringing, publishing
from lms_app.services.authoring.drafts import open_draft, texts_of
from lms_app.services.authoring.editing import open_block, save_block
from lms_app.services.authoring.importing import import_course
from lms_app.services.authoring.translating.desk import open_desk
from lms_app.services.authoring.translating.glossary import hints
from lms_app.services.authoring.translating.states import Counts, summary
from lms_app.services.authoring.translating.units import told_in, units_of, with_told
from lms_app.services.authoring.translating.writing import Told, add_language, keep_texts, remove_language
from lms_app.storage.blobs import Blobs
from tests.course_files import KEY, TYPES, files_of, write_folder

NOW = datetime(2026, 11, 1, tzinfo=UTC)
A = BlockId("html/a")
QUIZ = BlockId("coop_quiz/q")
PROBLEM = (
    "<problem><p>Which <b>animal</b>?</p><multiplechoiceresponse><choicegroup>"
    '<choice correct="true">Goat<choicehint>Yes</choicehint></choice><choice correct="false">Cow</choice>'
    "</choicegroup></multiplechoiceresponse></problem>"
)
COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s" display_name="Lesson"><vertical url_name="v">'
    '<html url_name="a" display_name="Hello">&lt;p&gt;Good morning&lt;/p&gt;</html><html url_name="n">2026</html>'
    '<coop_quiz url_name="q" display_name="Quiz"><question kind="single" id="q1"><prompt>Who decides?</prompt>'
    '<choice id="c1" correct="true">The members</choice><choice id="c2">A donor</choice></question></coop_quiz>'
    "</vertical></sequential></chapter>",
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
    about__overview_html="<h2>Welcome</h2>",
)


@pytest.fixture
def author(people) -> Actor:
    return Actor(PersonId(people.person(name_latin="Aïcha")))


@pytest.fixture
def course(session, author, tmp_path) -> str:
    """A course in English, with French beside it in which nothing is translated."""
    folder = write_folder(COURSE, tmp_path / "in")
    import_course(session, folder, blobs=Blobs(str(tmp_path / "blobs")), types=TYPES, now=NOW, actor=author, publish=True)
    add_language(session, author, KEY, "fr", message="more", now=NOW)
    return KEY


@pytest.fixture
def keep(session, author, course):
    """Keep translations: `keep({A: {"display_name": "Salut"}})`."""

    def keep_them(told, *, language="fr", now=NOW, **more):
        lines = {block: {path: Told(text, **more) for path, text in texts.items()} for block, texts in told.items()}
        return keep_texts(session, author, course, language, lines, message="fr", now=now)

    return keep_them


def counts(session, block=None) -> Counts:
    draft = open_draft(session, KEY)
    found = summary(session, draft.course.id, draft)
    return found.of("fr", [block]) if block else found.whole("fr")


def write_source(session, author, changes, *, block=A, now=NOW):
    base = open_block(session, KEY, block, types=TYPES).base
    return save_block(session, author, KEY, block, base=base, changes=changes, types=TYPES, now=now)


def lines(session, **asked):
    desk = open_desk(session, KEY, "fr", **asked)
    return {(sheet.block, line.unit.path): line for sheet in desk.sheets for line in sheet.lines}


def test_every_text_of_every_kind_of_block_is_a_unit_and_comes_back_in_its_place():
    problem = {"display_name": "P", "data": PROBLEM}
    assert [(unit.path, unit.text) for unit in units_of("problem", problem)] == [
        ("display_name", "P"),
        ("data:1", "Which <b>animal</b>?"),
        ("data:2-1-1", "Goat"),
        ("data:2-1-1-1", "Yes"),
        ("data:2-1-2", "Cow"),
    ]
    made = with_told("problem", problem, {}, {"data:2-1-2": "Vache & <script>x</script>veau", "data:1": "Quel <i>animal</i> ?"})
    assert told_in("problem", made)["data:2-1-2"] == "Vache & veau"
    assert '<choice correct="true">Goat<choicehint>Yes</choicehint></choice>' in made["data"]
    assert "<p>Quel <i>animal</i> ?</p>" in made["data"]

    poll = {
        "question": "Which?",
        "answers": [["R", {"label": "Red", "img": "/static/red.png"}], ["B", {"label": "Blue", "img": ""}]],
    }
    assert [unit.path for unit in units_of("poll", poll)] == ["question", "answers:R/label", "answers:B/label"]
    assert with_told("poll", poll, {}, {"answers:B/label": "Bleu"}) == {
        "answers": [["R", {"label": "Red", "img": "/static/red.png"}], ["B", {"label": "Bleu", "img": ""}]]
    }
    assert with_told("coop_quiz", {"texts": {"a": "x", "b": "y"}}, {"texts": {"a": "1", "b": "2"}}, {"texts:a": ""}) == {
        "texts": {"b": "2"}
    }


def test_a_new_language_is_all_missing_and_figures_need_no_words(session, course):
    # title, chapter, lesson, page about it; a: title and text; quiz: title, question, two choices
    assert counts(session) == Counts(missing=10)
    assert counts(session, BlockId("html/n")) == Counts()


def test_a_text_is_done_then_stale_when_its_source_changes_and_done_again_when_that_is_undone(session, author, course, keep):
    keep({A: {"display_name": "Salut", "data": "<p>Bonjour</p>"}, QUIZ: {"texts:q1/c2": "Un donateur"}})
    assert (counts(session, A), counts(session, QUIZ)) == (Counts(done=2), Counts(done=1, missing=3))

    before = open_draft(session, course).revision.id
    write_source(session, author, {"data": "<p>Good evening</p>"}, now=NOW + timedelta(minutes=1))
    assert counts(session, A) == Counts(done=1, stale=1)
    line = lines(session, show="stale")[A, "data"]
    assert (line.state, line.told, line.before) == ("stale", "<p>Bonjour</p>", "<p>Good morning</p>")

    publishing.restore(session, author, course, before, message="back", now=NOW + timedelta(minutes=2))
    assert counts(session, A) == Counts(done=2)


def test_a_translation_that_came_with_the_course_is_done_until_its_source_changes(session, author, course, tmp_path):
    french = files_of(
        COURSE["course/run.xml"].decode().removeprefix("<course>").removesuffix("</course>").replace("Good morning", "Bonjour"),
        policies__run__policy_json=COURSE["policies/run/policy.json"].decode(),
    )
    folder = write_folder(french, tmp_path / "fr")
    import_course(session, folder, blobs=Blobs(str(tmp_path / "b")), types=TYPES, now=NOW, actor=author, as_language="fr", of=KEY)
    assert counts(session, A) == Counts(done=1, missing=1)
    write_source(session, author, {"data": "<p>Good day</p>"})
    assert counts(session, A) == Counts(stale=1, missing=1)
    assert lines(session, section="sequential/s")[A, "data"].before == "<p>Good morning</p>"


def test_what_was_made_from_an_older_source_is_kept_as_stale_and_a_tick_mends_it(session, author, course, keep):
    old = hash_of("<p>Good morning</p>")
    write_source(session, author, {"data": "<p>Good night</p>"})
    keep({A: {"data": "<p>Bonjour</p>"}}, made_from=old)
    assert counts(session, A) == Counts(stale=1, missing=1)

    again = keep({A: {"data": "<p>Bonjour</p>"}}, now=NOW + timedelta(minutes=1))
    assert (again.revision, counts(session, A)) == (None, Counts(done=1, missing=1))


def test_the_same_words_in_a_structure_are_missing_until_somebody_says_that_they_are_right(session, author, course, keep):
    fields = {"display_name": "P", "data": PROBLEM}
    unit = next(one for one in units_of("problem", fields) if one.text == "Cow")
    assert unit.in_structure
    french = with_told("problem", fields, {}, {"data:2-1-1": "Chèvre"})
    assert told_in("problem", french)["data:2-1-2"] == "Cow"  # stands there, but nobody said it


def test_two_translators_of_one_text_are_told_of_each_other_and_of_two_texts_both_stay(session, course, keep):
    keep({A: {"display_name": "Salut"}}, was="")
    with pytest.raises(Conflict) as told:
        keep({A: {"display_name": "Coucou"}}, was="")
    assert [(one.path, one.mine, one.theirs) for one in told.value.facts["clashes"]] == [("display_name", "Coucou", "Salut")]
    keep({A: {"data": "<p>Bonjour</p>"}}, was="")
    draft = open_draft(session, course)
    assert texts_of(session, draft.snapshot, A)["fr"][1] == {"display_name": "Salut", "data": "<p>Bonjour</p>"}


def test_pages_about_the_course_are_translated_too(session, course, keep):
    page = BlockId("page:about/overview.html")
    keep({page: {"data": "<h2>Bienvenue</h2>"}})
    assert lines(session, section="course/course")[page, "data"].told == "<h2>Bienvenue</h2>"
    keep({page: {"data": ""}})
    assert lines(session, section="course/course")[page, "data"].state == "missing"


def test_strange_languages_blocks_and_texts_are_refused(session, author, course, keep):
    for language, code in (("ar", NotFound), ("en", NotFound)):
        with pytest.raises(code):
            keep({A: {"data": "x"}}, language=language)
    for told in ({BlockId("html/zzz"): {"data": "x"}}, {A: {"due": "2026"}}, {BlockId("page:about/../x.html"): {"data": "x"}}):
        with pytest.raises(NotFound):
            keep(told)
    with pytest.raises(Invalid):
        keep({A: {"data": "x" * 1_000_001}})
    with pytest.raises(Invalid):
        add_language(session, author, course, "tlh", message="", now=NOW)
    with pytest.raises(Conflict):
        add_language(session, author, course, "fr", message="", now=NOW)
    with pytest.raises(Conflict):
        remove_language(session, author, course, "en", message="", now=NOW)


def test_a_language_taken_out_comes_back_with_the_history(session, author, course, keep):
    keep({A: {"display_name": "Salut"}})
    before = open_draft(session, course).revision.id
    remove_language(session, author, course, "fr", message="out", now=NOW)
    assert open_draft(session, course).outline.languages == ("en",)
    publishing.restore(session, author, course, before, message="back", now=NOW)
    assert counts(session, A) == Counts(done=1, missing=1)


def test_the_desk_filters_searches_and_finds_the_next_lesson(session, course, keep):
    assert set(lines(session, section="sequential/s")) >= {(A, "data"), (QUIZ, "texts:q1/prompt")}
    keep({A: {"data": "<p>Bonjour à tous</p>"}})
    assert (A, "data") not in lines(session, show="left")
    assert list(lines(session, search="a tous")) == [(A, "data")]
    assert open_desk(session, KEY, "fr", section="course/course").next_left == "sequential/s"
    with pytest.raises(NotFound):
        open_desk(session, KEY, "fr", section="html/a")


def test_how_far_a_course_is_costs_as_much_for_three_texts_as_for_one(session, course, keep, queries):
    keep({A: {"display_name": "Un"}})
    with queries() as one:
        counts(session)
    three_texts = {
        A: {"display_name": "Deux"},
        QUIZ: {"texts:q1/prompt": "Trois ?"},
        BlockId("chapter/c"): {"display_name": "Quatre"},
    }
    keep(three_texts, now=NOW + timedelta(minutes=1))
    with queries() as three:
        counts(session)
    with queries() as again:
        counts(session)
    assert (len(one), len(again)) == (len(three), 2), again.statements


@pytest.mark.parametrize(
    ("text", "source", "target", "said"),
    [
        ("Les coopératrices en assemblée générale", "fr", "ar", ["متعاونة", "جمع عام"]),
        ("وللأعضاء في التعاونيات حصصهم وبالفائض الصافي", "ar", "fr", ["membre", "coopérative", "part sociale", "excédent net"]),
        ("Members of cooperatives keep the cash book", "en", "fr", ["membre", "coopérative", "livre de caisse"]),
        ("Le pain est bon", "fr", "ar", []),
    ],
)
def test_the_glossary_finds_terms_in_the_forms_in_which_they_run(text, source, target, said):
    assert [hint.house[0] for hint in hints(text, source, target)] == said


def test_a_newer_version_of_the_course_leaves_the_translations_of_other_words_behind(session, author, course, keep, tmp_path):
    keep({A: {"display_name": "Salut", "data": "<p>Bonjour</p>"}})
    before = counts(session, A)
    trainer = replace(author, roles=frozenset({(Role.TRAINER, Place(PlaceKind.COURSE, open_draft(session, KEY).course.id))}))
    newer = COURSE | {"course/run.xml": COURSE["course/run.xml"].replace(b"Good morning", b"Good day")}
    told = {"blobs": Blobs(str(tmp_path / "blobs")), "types": TYPES}
    wish = bringing.Wish(key=KEY)
    read = bringing.read_upload(write_folder(newer, tmp_path / "newer"), wish, **told)
    assert bringing.bring(session, trainer, read, wish, now=NOW + timedelta(hours=1), **told).revision
    assert (before, counts(session, A)) == (Counts(2, 0, 0), Counts(1, 1, 0))
