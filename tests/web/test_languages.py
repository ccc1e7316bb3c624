"""A trainer gives a course a language and translates on the desk; with and without scripts."""

from __future__ import annotations

import re

import lxml.html
import pytest

from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from lms_app.web.studio.translating import _difference
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

COURSE = files_of(
    '<chapter url_name="c" display_name="One"><sequential url_name="s" display_name="Leçon"><vertical url_name="v">'
    '<html url_name="a" display_name="La coopérative">&lt;p&gt;Les membres décident.&lt;/p&gt;</html>'
    '<coop_quiz url_name="q" display_name="Quiz"><question kind="single" id="q1"><prompt>Qui décide ?</prompt>'
    '<choice id="c1" correct="true">Les membres</choice><choice id="c2">Un donateur</choice></question></coop_quiz>'
    "</vertical></sequential></chapter>",
    policies__run__policy_json='{"course/run": {"display_name": "Titre", "language": "fr", "start": "2026-01-01T00:00:00Z"}}',
)
DESK = f"/studio/{KEY}/translate/ar"
TEXT = f"{DESK}/html/a"
NAME, DATA = "t:html/a:display_name", "t:html/a:data"


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        return find_course_row(session, KEY).id


@pytest.fixture
def trainer(number, people, signed_in_client) -> Client:
    client = signed_in_client(people.trainer(number))
    assert client.send(f"/studio/{KEY}/languages", language="ar").location == DESK
    return client


def page(client: Client, path: str = f"{DESK}?lesson=sequential/s"):
    return lxml.html.fromstring(client.get(path).text)


def states(found) -> dict[str, str]:
    return {line.get("data-line"): line.get("data-state") for line in found.xpath('//*[@id="b-html/a"]//*[@data-line]')}


def test_the_desk_shows_each_text_in_its_direction_with_where_it_stands_and_the_houses_words(trainer):
    found = page(trainer)
    sources = {one.get("id"): (one.get("lang"), one.get("dir")) for one in found.xpath('//*[contains(@class, "tr-text")]')}
    targets = {
        one.get("name"): (one.get("lang"), one.get("dir"))
        for one in found.xpath('//*[@class="tr-target"]//*[@class="tk-input"][starts-with(@name, "t:")]')
    }
    assert set(sources.values()) == {("fr", "ltr")}
    assert set(targets.values()) == {("ar", "rtl")}
    assert [one.text_content() for one in found.xpath('//*[@id="b-coop_quiz/q"]//*[@class="tr-label"]')] == [
        "Title",
        "Question 1 · Question",
        "Question 1 · Choice 1",
        "Question 1 · Choice 2",
    ]
    assert found.xpath('//*[@id="b-html/a"]//*[@data-insert]/@data-insert')[0] == "تعاونية"


def test_without_scripts_a_block_is_kept_as_a_form_and_only_what_differs_is_taken(trainer):
    sent = trainer.send(TEXT, **{NAME: "التعاونية", DATA: "", "back-lesson": "sequential/s"})
    assert (sent.status_code, sent.location) == (303, f"{DESK}?lesson=sequential/s#b-html/a")
    assert states(page(trainer)) == {"display_name": "done", "data": "missing"}
    trainer.send(TEXT, **{"same": "data", DATA: ""})
    assert states(page(trainer)) == {"display_name": "done", "data": "done"}
    assert "Only what is left" in trainer.get(f"/studio/{KEY}/languages").text


def test_a_script_is_told_how_far_each_text_is_and_of_words_that_met_others(trainer):
    was = {NAME: "التعاونية", "was:display_name": ""}
    told = trainer.send(TEXT, headers={"Accept": "application/json"}, **was)
    line = next(one for one in told.json["lines"] if one["path"] == "display_name")
    assert (line["state"], told.json["done"], told.json["all"]) == ("done", 1, 9)

    other = {NAME: "تعاونيات", "was:display_name": ""}
    told = trainer.send(TEXT, headers={"Accept": "application/json"}, **other)
    assert (told.status_code, told.json["clashes"]) == (409, [{"path": "display_name", "theirs": "التعاونية"}])
    shown = trainer.send(TEXT, **other)
    assert shown.status_code == 409
    assert "التعاونية" in shown.text
    assert 'value="تعاونيات"' in shown.text
    again = re.search(r'name="was:display_name" value="(\w+)"', shown.text)[1]
    assert trainer.send(TEXT, **{**other, "was:display_name": again}).status_code == 303


def test_a_language_goes_and_another_courses_blocks_and_languages_are_not_found(trainer, number, people, signed_in_client):
    for path in (f"/studio/{KEY}/translate/en", f"/studio/{KEY}/translate/fr", f"{DESK}?lesson=sequential/zzz"):
        assert trainer.get(path).status_code == 404
    assert trainer.send(f"{DESK}/html/zzz", **{"t:html/zzz:data": "x"}).status_code == 404
    assert trainer.send(f"/studio/{KEY}/languages/fr/remove").status_code == 409
    assert trainer.send(f"/studio/{KEY}/languages", language="xx").status_code == 422
    assert trainer.send(f"/studio/{KEY}/languages/ar/remove").status_code == 303
    assert trainer.get(DESK).status_code == 404
    for person in (people.learner(number), people.trainer(people.course())):
        assert signed_in_client(person).get(f"/studio/{KEY}/languages").status_code == 403


def test_what_changed_in_a_long_source_is_shown_with_the_words_around_it():
    words = " ".join(f"mot{number}" for number in range(60))
    shown = _difference(f"<p>{words}</p>", f"<p>{words.replace('mot30', 'autre')} <b>fin</b></p>")
    assert shown == (
        " … mot23 mot24 mot25 mot26 mot27 mot28 mot29 <del>mot30</del><ins>autre</ins> mot31 mot32 mot33 mot34 mot35 mot36 mot37"
        " … mot53 mot54 mot55 mot56 mot57 mot58 mot59<ins>  fin</ins>"
    )
    assert _difference(None, "x") == ""


def test_hostile_words_do_nothing_on_the_desk(trainer):
    trainer.send(TEXT, **{NAME: '"><script>alert(1)</script>', DATA: "<p onclick=alert(1)>x</p><script>alert(2)</script>"})
    text = trainer.get(f"{DESK}?lesson=sequential/s").text
    assert ("<script>alert" in text, "<p onclick" in text) == (False, False)
