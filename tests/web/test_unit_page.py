"""A unit's page in the Studio: blocks turn into their forms in place, and are added, moved, copied, taken out and brought back."""

from __future__ import annotations

import re
from typing import Any

import lxml.html
import pytest
from sqlalchemy import func, select

from lms_app.domain.keys import BlockId
from lms_app.domain.learning import Rendered
from lms_app.model import Revision
from lms_app.runtime.editable import editable_fields
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.services.authoring.weighing import Picture, Weight, weigh
from lms_app.storage.transaction import transaction
from lms_app.web.studio import help_words, shapes
from lms_app.web.studio.editors import addable
from lms_app.web.studio.field_words import LABELS
from lms_app.web.studio.help_words import is_only_kept
from tests.course_files import KEY, TYPES, files_of, write_folder
from tests.people import Client

PICTURE = b"\x89PNG" + bytes(700_000)
COURSE = files_of(
    '<chapter url_name="c" display_name="Chapter"><sequential url_name="s" display_name="First lesson">'
    '<vertical url_name="v" display_name="Unit"><html url_name="a" display_name="A">one</html>'
    '<html url_name="b" display_name="B">two</html></vertical>'
    '<vertical url_name="one" display_name="Alone"><html url_name="x" display_name="X">x</html></vertical></sequential>'
    '<sequential url_name="t" display_name="Second lesson"><vertical url_name="w" display_name="Heavy">'
    '<html url_name="h" display_name="H">&lt;p&gt;&lt;img src="/static/big.png" alt="big"/&gt;&lt;/p&gt;</html>'
    '<html url_name="i" display_name="I">i</html><html url_name="j" display_name="J">j</html></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
) | {"static/big.png": PICTURE}
OTHER = files_of(
    '<chapter url_name="c"><sequential url_name="s"><vertical url_name="far" display_name="Far">'
    '<html url_name="far" display_name="Far">far</html></vertical></sequential></chapter>',
) | {"course.xml": b'<course url_name="run" org="Other" course="Course"/>'}
OTHER_KEY = "course-v1:Other+Course+run"
STUDIO = f"/studio/{KEY}"
UNIT = f"{STUDIO}/unit/vertical/v"
FORM = f"{STUDIO}/block/html/a"


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    numbers = []
    with transaction(sessions) as session:
        for place, files in enumerate((COURSE, OTHER)):
            folder = write_folder(files, tmp_path / str(place))
            import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
            numbers.append(find_number(session, (KEY, OTHER_KEY)[place]))
    return numbers[0]


def find_number(session: Any, key: str) -> int:
    return find_course_row(session, key).id


@pytest.fixture
def trainer(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number))


def revisions(sessions: Any) -> int | None:
    with transaction(sessions, writes=False) as session:
        return session.scalar(select(func.count()).select_from(Revision))


def tree(page: str) -> Any:
    return lxml.html.fromstring(page)


def blocks(client: Client, unit: str = UNIT) -> list[str]:
    return tree(client.get(unit).text).xpath("//@data-piece")


def fields(page: str) -> dict[str, str]:
    """Return what a browser would send of the form in a fragment."""
    form = tree(page).xpath("descendant-or-self::form[@data-editing]")[0]
    long = {one.name for one in form.xpath(".//textarea")}
    return {
        name: (value or "").removeprefix("\n" if name in long else "") for name, value in form.form_values() if name != "csrf_token"
    }


def test_a_block_turns_into_its_form_and_back_without_the_page_around_it(trainer):
    form = trainer.get(f"{FORM}?fragment=1").text
    assert (tree(form).get("data-editor"), "<html" in form, '<header class="st-head' in form) == ("html/a", False, False)

    done = trainer.send(FORM, **{**fields(form), "f-data": "<p>A corrected line</p>", "fragment": "1"})
    piece = tree(done.text)
    assert (done.status_code, piece.get("data-piece"), piece.get("data-said")) == (
        200,
        "html/a",
        "Saved in the draft. Learners see it once you publish.",
    )
    assert piece.xpath(".//*[@data-shown]//p/text()") == ["A corrected line"]
    assert tree(trainer.get(f"{UNIT}?piece=html/a").text).xpath(".//*[@data-shown]//p/text()") == ["A corrected line"]


def test_what_is_wrong_comes_back_as_the_form(trainer):
    lesson = f"{STUDIO}/block/sequential/s"
    sent = trainer.send(lesson, **{**fields(trainer.get(f"{lesson}?fragment=1").text), "f-due": "tomorrow", "fragment": "1"})

    assert (sent.status_code, tree(sent.text).get("data-editor")) == (422, "sequential/s")
    assert "Please give a date and an hour" in sent.text


def test_a_deadline_is_told_by_the_clocks_of_the_trainers_country(number, people, signed_in_client, sessions):
    lesson = f"{STUDIO}/block/sequential/s"
    in_paris, in_dakar = (signed_in_client(people.trainer(number, country=code)) for code in ("FR", "SN"))
    form = in_paris.get(f"{lesson}?fragment=1").text
    assert "Date and hour (France Time). Empty: as in the part above." in tree(form).text_content()
    in_paris.send(lesson, **{**fields(form), "f-due": "2027-01-10T18:30"})

    assert fields(in_paris.get(f"{lesson}?fragment=1").text)["f-due"] == "2027-01-10T18:30"
    assert fields(in_dakar.get(f"{lesson}?fragment=1").text)["f-due"] == "2027-01-10T17:30"
    before = revisions(sessions)
    in_dakar.send(lesson, **fields(in_dakar.get(f"{lesson}?fragment=1").text))
    assert revisions(sessions) == before


def test_the_preview_shows_what_is_typed_and_keeps_nothing(trainer, sessions):
    before = revisions(sessions)
    typed = {**fields(trainer.get(f"{FORM}?fragment=1").text), "f-data": "<p>Half a sen</p>"}
    shown = trainer.send(f"{FORM}/preview", **typed)

    assert (shown.status_code, tree(shown.text).xpath(".//p/text()")) == (200, ["Half a sen"])
    assert revisions(sessions) == before
    assert "Half a sen" not in trainer.get(UNIT).text
    assert "onerror" not in trainer.send(f"{FORM}/preview", **{**typed, "f-data": '<img src="x" onerror="alert(1)"/>'}).text


def test_a_block_is_added_between_two_others(trainer):
    page = tree(trainer.get(f"{UNIT}?at=1").text)
    choice = page.xpath("//*[@data-choice]")[0]
    assert choice.xpath('.//input[@name="before"]/@value') == ["html/b"]
    names = choice.xpath('.//button[@name="type"]/@value')
    assert {"html", "video", "coop_quiz", "problem", "poll"} <= set(names)
    assert all(about.strip() for about in choice.xpath(".//form//li//p/text()"))
    assert len(choice.xpath(".//form//li//p/text()")) == len(names)

    made = trainer.send(f"{UNIT}/insert", type="html", before="html/b", fragment="1")
    text = tree(made.text).get("data-piece")
    assert blocks(trainer) == ["html/a", text, "html/b"]
    plain = trainer.send(f"{UNIT}/insert", type="coop_quiz")
    assert (plain.status_code, plain.location) == (303, f"{STUDIO}/block/{blocks(trainer)[-1]}")
    assert blocks(trainer)[-1].startswith("coop_quiz/quiz-")
    own = tree(trainer.get(f"{plain.location}?fragment=1").text)
    assert own.xpath(".//*[@data-own-form]//form/@data-coop-studio") == [""]
    assert own.get("data-scripts").split()[0] == "/resource/coop_quiz/public/studio.js"


def test_a_poll_begins_with_a_question_to_write_over_in_the_course_s_language(trainer):
    form = fields(trainer.get(trainer.send(f"{UNIT}/insert", type="poll").location + "?fragment=1").text)

    assert (form["f-question"], form["f-answers"].splitlines()) == (
        "Write the question here",
        ["The first answer", "Another answer"],
    )


def test_blocks_are_moved_copied_taken_out_and_brought_back(trainer):
    assert trainer.send(f"{UNIT}/place", block="html/b", before="html/a", fragment="1").json == {"said": "Moved."}
    assert blocks(trainer) == ["html/b", "html/a"]
    trainer.send(f"{UNIT}/place", block="html/b", to="down")
    assert blocks(trainer) == ["html/a", "html/b"]
    copied = trainer.send(f"{UNIT}/copy", block="html/a", fragment="1")
    assert tree(copied.text).xpath(".//h2//text()") == ["A (copy)"]
    copy = tree(copied.text).get("data-piece")
    assert blocks(trainer) == ["html/a", copy, "html/b"]

    out = trainer.send(f"{UNIT}/take-out", block=copy)
    revision = re.search(r"undo=(\d+)", out.location)[1]
    assert blocks(trainer) == ["html/a", "html/b"]
    assert tree(trainer.get(out.location).text).xpath('//main//input[@name="revision"]/@value')[0] == revision
    trainer.send(f"{UNIT}/undo", revision=revision)
    assert blocks(trainer) == ["html/a", copy, "html/b"]


def test_a_block_is_moved_to_another_unit_of_the_chapter(trainer):
    page = tree(trainer.get(f"{UNIT}?move=html/a").text)
    assert page.xpath('//*[@id="elsewhere"]//button[@name="unit"]/@value') == ["vertical/one", "vertical/w"]
    trainer.send(f"{UNIT}/place", block="html/a", unit="vertical/w")

    assert blocks(trainer) == ["html/b"]
    assert blocks(trainer, f"{STUDIO}/unit/vertical/w")[-1] == "html/a"


def test_the_way_to_the_units_around_it(trainer):
    page = tree(trainer.get(f"{STUDIO}/unit/vertical/one").text)

    assert [text.strip() for text in page.xpath('//nav[contains(@class, "tk-breadcrumb")]//bdi/text()')][1:] == [
        "Title",
        "Chapter",
        "First lesson",
        "Alone",
    ]
    assert page.xpath('//a[@rel="prev"]/@href') == [UNIT, UNIT]  # above the blocks and below them
    assert page.xpath('//a[@rel="next"]/@href') == 2 * [f"{STUDIO}/unit/vertical/w"]
    assert page.xpath('//*[contains(@class, "st-units")]//li//bdi/text()') == ["Unit", "Alone"]


def test_the_title_of_the_unit_is_changed_on_its_page(trainer):
    form = tree(trainer.get(UNIT).text).xpath("//form[@data-retitle]")[0]
    sent = {name: value for name, value in form.form_values() if name != "csrf_token"}
    answer = trainer.send(form.get("action"), **{**sent, "f-display_name": "A better name"})

    assert (answer.status_code, answer.location) == (303, UNIT)
    assert tree(trainer.get(UNIT).text).xpath("//h1//text()") == ["A better name"]


def test_nothing_of_another_course_or_unit_is_touched(trainer, number, people, signed_in_client, sessions):
    far = "html/far"
    assert trainer.get(f"{UNIT}?piece={far}").status_code == 404
    assert trainer.get(f"{UNIT}?piece=html/x").status_code == 404
    assert trainer.get(f"{STUDIO}/block/{far}?fragment=1").status_code == 404
    assert trainer.send(f"{STUDIO}/block/{far}/preview").status_code == 404
    assert trainer.get(f"/studio/{OTHER_KEY}/unit/vertical/far").status_code == 403
    for action in ("place", "copy", "take-out"):
        assert trainer.send(f"{UNIT}/{action}", block=far).status_code == 404
        assert trainer.send(f"/studio/{OTHER_KEY}/unit/vertical/far/{action}", block=far).status_code == 403
    assert trainer.send(f"{UNIT}/place", block="html/a", unit="vertical/far").status_code == 404
    assert trainer.send(f"{UNIT}/insert", type="html", before="html/x").status_code == 404
    assert trainer.send(f"{UNIT}/insert", type="course").status_code == 404
    with transaction(sessions) as session:
        theirs = find_number(session, OTHER_KEY)
    stranger = signed_in_client(people.trainer(theirs))
    gone = stranger.send(f"/studio/{OTHER_KEY}/unit/vertical/far/take-out", block=far, fragment="1").json["revision"]
    assert trainer.send(f"{UNIT}/undo", revision=gone).status_code == 404
    assert trainer.send(f"{UNIT}/undo", revision="x").status_code == 404
    assert blocks(trainer) == ["html/a", "html/b"]
    learner = signed_in_client(people.learner(number))
    assert learner.send(f"{UNIT}/insert", type="html").status_code == 403
    assert learner.send(f"{FORM}/preview").status_code == 403


def test_a_page_of_three_blocks_asks_the_store_as_often_as_one_of_one(trainer, queries):
    counts = []
    for unit in ("vertical/one", "vertical/w", "vertical/one", "vertical/w"):
        with queries() as counted:
            assert trainer.get(f"{STUDIO}/unit/{unit}").status_code == 200
        counts.append(len(counted))
    assert counts[2] == counts[3]


def test_a_page_says_how_heavy_it_is_and_which_picture_makes_it_so(trainer):
    line = tree(trainer.get(f"{STUDIO}/unit/vertical/w").text).xpath('//*[@class="st-weight"]')[0]

    assert line.xpath(".//@data-level") == ["heavy"]
    assert "700 kB is one picture. Make it smaller." in line.text_content()
    assert line.xpath(".//a/@href") == ["#html/h"]
    assert tree(trainer.get(UNIT).text).xpath('//*[@class="st-weight"]//@data-level') == ["ok"]


def test_a_phone_takes_the_picture_of_its_size_and_plays_nothing_by_itself():
    small, large, song = "a" * 64, "b" * 64, "c" * 64
    page = Rendered(
        block=BlockId("html/a"),
        block_type="html",
        html=f'<img src="/asset/{large}/p.webp" srcset="/asset/{large}/p.webp 1600w, /asset/{small}/p-480w.webp 480w">'
        f'<img src="/asset/{small}/p-480w.webp"><audio src="/asset/{song}/s.mp3"></audio>',
    )
    found = weigh([page], files={small: 40_000, large: 900_000, song: 3_000_000}, code={"/resource/x.js": 10_000})

    assert (found.pictures, found.code, found.played, found.largest) == (40_000, 10_000, 3_000_000, Picture("html/a", 40_000))
    assert found.level == "ok"
    assert [Weight(0, size, 0, 0).level for size in (100_000, 100_001, 500_000, 500_001)] == ["ok", "watch", "watch", "heavy"]


def test_everything_that_can_be_added_or_set_is_named_and_explained():
    offered = [kind for _group, kinds in addable(TYPES.installed()) for kind in kinds]
    kinds = [*offered, "course", "chapter", "sequential", "vertical", "library_content"]
    asked = [(kind, one.name) for kind in kinds for one in editable_fields(TYPES, kind)]

    assert [kind for kind in kinds if kind not in help_words.TYPES or kind not in shapes.TYPE_NAMES] == []
    assert [both for both in asked if not is_explained(*both)] == []
    assert [(kind, name) for kind, name in asked if name not in LABELS and not is_only_kept(kind, name)] == []
    assert len(asked) > 60


def is_explained(kind: str, name: str) -> bool:
    return is_only_kept(kind, name) or name in help_words.SETTINGS or f"{kind}.{name}" in help_words.SETTINGS


def test_every_explanation_has_two_sentences():
    said = [*help_words.TYPES.values(), *help_words.SETTINGS.values()]

    assert [text for text in said if not 2 <= len(re.findall(r"[.?!](?= |$)", text)) <= 3] == []
