"""Trainers change a block, look at what differs, and publish, through the pages."""

from __future__ import annotations

import io
import re
import tarfile
import zipfile

import lxml.html
import pytest
from sqlalchemy import func, select

from lms_app.domain.actors import Role
from lms_app.model import Revision
from lms_app.runtime.editable import EditableField
from lms_app.services.authoring.importing import find_course_row
from lms_app.storage.transaction import transaction
from lms_app.web.studio.fields import controls, sent_changes
from tests.people import Client

SHIPPED = "course-v1:Takwin+COOP101+2026"


@pytest.fixture
def shipped(shipped_courses) -> str:
    """The shipped course, in three languages, published."""
    return SHIPPED


@pytest.fixture
def number(shipped, sessions) -> int:
    with transaction(sessions) as session:
        return find_course_row(session, shipped).id


@pytest.fixture
def trainer(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number))


def first_unit(trainer: Client, key: str) -> str:
    return re.search(rf'href="/studio/{re.escape(key)}/unit/([^"]+)"', trainer.get(f"/studio/{key}").text)[1]


def first_block(trainer: Client, key: str) -> str:
    page = trainer.get(f"/studio/{key}/unit/{first_unit(trainer, key)}").text
    return next(found for found in re.findall(rf'href="/studio/{re.escape(key)}/block/([^"]+)"', page) if found.startswith("html/"))


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]*)"', page)[1]


def test_a_title_is_changed_and_published(trainer, shipped):
    block = first_block(trainer, shipped)
    page = trainer.get(f"/studio/{shipped}/block/{block}").text

    sent = trainer.send(
        f"/studio/{shipped}/block/{block}",
        **{"base": hidden(page, "base"), "language": "en", "f-display_name": "Why we join hands"},
    )
    assert sent.status_code == 303

    unit = first_unit(trainer, shipped)
    assert "Changes to publish" in trainer.get(f"/studio/{shipped}").text
    assert "Why we join hands" in trainer.get(f"/studio/{shipped}/unit/{unit}").text
    course = trainer.get(f"/studio/{shipped}/changes").text

    published = trainer.send(f"/studio/{shipped}/publish", revision=hidden(course, "revision"))
    assert published.status_code == 303
    assert "Changes to publish" not in trainer.get(f"/studio/{shipped}").text


def test_what_somebody_else_saved_meanwhile_stands_beside_ones_own(trainer, shipped):
    address = f"/studio/{shipped}/block/{first_block(trainer, shipped)}"
    base = hidden(trainer.get(address).text, "base")
    trainer.send(address, **{"base": base, "language": "en", "f-display_name": "Theirs"})
    late = trainer.send(address, **{"base": base, "language": "en", "f-display_name": "Mine"})

    assert late.status_code == 409
    assert ("<mark>Theirs</mark>" in late.text, "<mark>Mine</mark>" in late.text) == (True, True)
    assert 'name="f-display_name" value="Mine"' in late.text
    undecided = trainer.send(address, **{"base": hidden(late.text, "base"), "language": "en", "f-display_name": "Mine"})
    assert undecided.status_code == 409  # as long as nobody has chosen, nothing is taken for the other
    newest = hidden(late.text, "newest")
    again = trainer.send(f"{address}/working/decide", **{"newest": newest, "language": "", "leaf-0": "mine"})
    assert again.status_code == 303
    assert 'name="f-display_name" value="Mine"' in trainer.get(address).text


def revisions(sessions) -> int:
    with transaction(sessions, writes=False) as session:
        return session.scalar(select(func.count()).select_from(Revision))


def test_a_page_sent_back_as_it_came_changes_nothing(trainer, shipped, sessions):
    before = revisions(sessions)
    page = trainer.get(f"/studio/{shipped}").text
    everything = set(re.findall(rf'href="(/studio/{re.escape(shipped)}/block/[^"?]+)"', page))
    for unit in re.findall(rf'href="(/studio/{re.escape(shipped)}/unit/[^"]+)"', page):
        everything |= set(re.findall(rf'href="(/studio/{re.escape(shipped)}/block/[^"?]+)"', trainer.get(unit).text))
    assert {path.split("/")[4] for path in everything} == {"chapter", "sequential", "vertical", "html", "coop_quiz"}
    for path in sorted(everything):
        for language in ("en", "ar", "fr"):
            shown = trainer.get(f"{path}?language={language}")
            assert shown.status_code == 200
            trainer.send(path, **fields_of(shown.text))
            assert "Changes to publish" not in trainer.get(f"/studio/{shipped}").text, (path, language)
    assert "Changes to publish" not in trainer.get(f"/studio/{shipped}").text
    assert revisions(sessions) == before


def fields_of(page: str) -> dict[str, str]:
    """Return what a browser would send back of the form: its controls as they are."""
    form = lxml.html.fromstring(page).xpath('//form[.//input[@name="base"]]')[0]
    long = {one.name for one in form.xpath(".//textarea")}  # a browser drops the line end after the tag
    return {
        name: (value or "").removeprefix("\n" if name in long else "") for name, value in form.form_values() if name != "csrf_token"
    }


def test_a_bad_value_is_told_at_its_field(trainer, shipped):
    lesson = re.search(rf"/studio/{re.escape(shipped)}/block/(sequential/[^\"]+)", trainer.get(f"/studio/{shipped}").text)[1]
    address = f"/studio/{shipped}/block/{lesson}"
    page = trainer.get(address).text
    sent = trainer.send(address, **{**fields_of(page), "f-max_attempts": "many", "f-due": "tomorrow"})

    assert sent.status_code == 422
    assert "Please give a whole number." in sent.text
    assert "Please give a date and an hour" in sent.text
    assert hidden(sent.text, "base") == hidden(page, "base")
    right = trainer.send(address, **{**fields_of(page), "f-max_attempts": "٣"})
    assert right.status_code == 303
    assert 'value="3"' in trainer.get(address).text


def test_words_of_a_quiz_are_translated_one_by_one(trainer, shipped):
    unit = first_unit(trainer, shipped)
    quizzes = [
        path
        for one in re.findall(rf'href="(/studio/{re.escape(shipped)}/unit/[^"]+)"', trainer.get(f"/studio/{shipped}").text)
        for path in re.findall(rf'href="(/studio/{re.escape(shipped)}/block/coop_quiz/[^"?]+)"', trainer.get(one).text)
    ]
    page = trainer.get(f"{quizzes[0]}?language=fr").text
    fields = fields_of(page)
    name = next(name for name in fields if name.startswith("f-texts:"))

    assert unit
    assert "f-structure" not in fields
    trainer.send(quizzes[0], **{**fields, name: "Que dit-on ?"})
    assert fields_of(trainer.get(f"{quizzes[0]}?language=fr").text)[name] == "Que dit-on ?"
    assert fields_of(trainer.get(f"{quizzes[0]}?language=ar").text)[name] != "Que dit-on ?"


def rules_of(page: str) -> dict[str, str]:
    """Return what a browser would send back of the form of the papers."""
    form = lxml.html.fromstring(page).xpath("//form[@data-live]")[0]
    return {name: value or "" for name, value in form.form_values() if name != "csrf_token"}


def test_what_earns_a_paper_is_kept_and_said_in_a_sentence_and_bad_figures_are_refused(trainer, shipped):
    address = f"/studio/{shipped}/settings/papers"
    page = trainer.get(address).text
    refused = trainer.send(address, **{**rules_of(page), "completion_0_amount": "0", "competence_given": "y"})
    assert refused.status_code == 422
    wrong = lxml.html.fromstring(refused.text).xpath('//a[@href][starts-with(@href, "#")]/@href')
    assert {"#completion_0_amount", "#competence_0_what"} <= set(wrong)

    sent = {
        **rules_of(page),
        "completion_0_amount": "٧٥",
        "completion_months": "24",
        "competence_given": "y",
        "competence_0_what": "practical",
        "competence_0_name": "Plan d’affaires",
        "hours": "٢٫٥",
    }
    assert trainer.send(address, **sent).status_code == 303
    kept = trainer.get(address).text
    written = {
        **sent,
        "completion_0_amount": "75",
        "hours": "2.5",
        "competence_0_amount": "1",
    }  # one task, where nobody says how many
    assert {name: rules_of(kept)[name] for name in written} == written
    assert "Whoever reaches a grade of 75 % at least gets a certificate of completion." in kept
    assert "Whoever has the task “Plan d’affaires” accepted by a trainer gets" in kept


def test_another_condition_is_asked_for_without_saving_and_taken_away_again(trainer, shipped):
    address = f"/studio/{shipped}/settings/papers"
    before = rules_of(trainer.get(address).text)
    grown = trainer.send(address, **before, more="completion")
    assert grown.status_code == 200
    assert rules_of(grown.text).keys() - before.keys() == {f"completion_2_{name}" for name in ("what", "amount", "name", "times")}
    emptied = {**before, "participation_0_what": "", "participation_given": ""}
    assert (
        trainer.send(address, **{name: text for name, text in emptied.items() if text or name.endswith("what")}).status_code == 303
    )
    assert "participation_given" not in rules_of(trainer.get(address).text)


def test_a_course_goes_out_and_comes_in_as_it_was(trainer, shipped, people, signed_in_client, app):
    archive = trainer.get(f"/studio/{shipped}/export/en").data
    box = zipfile.ZipFile(io.BytesIO(trainer.get(f"/studio/{shipped}/export/all").data))
    assert box.namelist() == ["Takwin-COOP101-2026-en.tar.gz", "Takwin-COOP101-2026-ar.tar.gz", "Takwin-COOP101-2026-fr.tar.gz"]

    report = trainer.send(f"/studio/{shipped}/import", file=(io.BytesIO(archive), "course.tar.gz"), as_language="")
    assert report.status_code == 200
    assert "The course is here, as a draft" in report.text
    assert "Changes to publish" not in trainer.get(f"/studio/{shipped}").text

    as_french = trainer.send(
        f"/studio/{shipped}/import", file=(io.BytesIO(box.read("Takwin-COOP101-2026-fr.tar.gz")), "fr.tar.gz"), as_language="fr"
    )
    assert as_french.status_code == 200
    assert "Nothing to complain about." in as_french.text


def test_looking_first_writes_nothing_and_a_bad_file_is_refused_in_words(trainer, shipped):
    looked = trainer.send(
        f"/studio/{shipped}/import",
        file=(io.BytesIO(trainer.get(f"/studio/{shipped}/export/en").data), "course.tar.gz"),
        as_language="",
        dry_run="y",
    )
    assert "Nothing was written, as you asked" in looked.text
    refused = trainer.send(f"/studio/{shipped}/import", file=(io.BytesIO(b"no archive"), "x.zip"), as_language="")
    assert refused.status_code == 422
    assert "This is neither a tar.gz nor a zip." in refused.text


def test_nobody_replaces_a_course_by_bringing_in_a_file_with_its_key(trainer, shipped, people, signed_in_client):
    archive = trainer.get(f"/studio/{shipped}/export/en").data
    other = signed_in_client(people.person(Role.TRAINER))  # may bring new courses into the site, and trains no course
    assert other.send("/studio/import", file=(io.BytesIO(archive), "course.tar.gz"), as_language="").status_code == 403


def test_who_makes_a_course_trains_it(people, signed_in_client):
    maker = signed_in_client(people.person(Role.TRAINER))
    sent = maker.send("/studio/new", title="Argan", language="fr", org="Takwin", course="ARG1", run="2026")
    assert sent.status_code == 303
    assert sent.location == "/studio/course-v1:Takwin+ARG1+2026"
    again = maker.send("/studio/new", title="Argan", language="fr", org="Takwin", course="ARG1", run="2026")
    assert "Another course has this key." in again.text
    assert "Argan" in maker.get("/studio").text
    made = maker.get(sent.location)
    assert (made.status_code, "Argan" in made.text) == (200, True)


def test_who_brings_a_course_in_trains_it(trainer, shipped, people, signed_in_client):
    archive = trainer.get(f"/studio/{shipped}/export/en").data
    maker = signed_in_client(people.person(Role.TRAINER))
    with tarfile.open(fileobj=io.BytesIO(archive)) as old:
        files = {member.name: old.extractfile(member).read() for member in old if member.isfile()}
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as new:
        for name, content in files.items():
            told = content.replace(b"COOP101", b"COOP102") if name.endswith("course.xml") else content
            info = tarfile.TarInfo(name)
            info.size = len(told)
            new.addfile(info, io.BytesIO(told))
    made.seek(0)
    report = maker.send("/studio/import", file=(made, "course.tar.gz"), as_language="")
    assert report.status_code == 200
    assert maker.get("/studio/course-v1:Takwin+COOP102+2026").status_code == 200


def test_only_a_shipped_course_that_is_graded_gives_a_certificate(shipped, sessions):
    with transaction(sessions, writes=False) as session:
        rules = {
            key: [each["kind"] for each in find_course_row(session, key).awards] for key in (shipped, "course-v1:Takwin+TOUR+2026")
        }

    assert list(rules.values()) == [["participation", "completion"], []]


def test_a_trainer_of_another_course_sees_nothing_of_it(shipped, people, signed_in_client):
    other = signed_in_client(people.trainer(people.course()))
    for path in ("", "/history", "/settings", "/import", "/export", "/export/en", "/block/course/course"):
        assert other.get(f"/studio/{shipped}{path}").status_code == 403
    assert other.send(f"/studio/{shipped}/publish").status_code == 403


def test_texts_to_be_translated_stand_in_the_order_of_the_questions_under_how_they_begin(trainer, shipped):
    page = trainer.get(f"/studio/{shipped}/block/coop_quiz/quiz-final?language=ar").text
    names = [name for name in fields_of(page) if name.startswith("f-texts:")]
    assert names[:2] == ["f-texts:kind/prompt", "f-texts:kind/association"]
    (label,) = lxml.html.fromstring(page).xpath('//label[@for="f-texts:kind/prompt"]/text()')
    (source,) = lxml.html.fromstring(page).xpath('//*[@aria-labelledby="f-texts:kind/prompt-source"]/text()')
    begun = re.search("\N{FIRST STRONG ISOLATE}(.+?)…?\N{POP DIRECTIONAL ISOLATE}", label)[1]
    assert source.startswith(begun)
    assert len(begun) > 10


def test_long_texts_of_nested_parts_are_known_by_their_beginning(app):
    texts = {"n1/a/consequence": "<b>Word</b> " * 40, "n1/a": "Take it", "n1": "An envelope", "intro": "Read", "n2": "Later"}
    structure = {"nodes": [{"id": "n1", "choices": [{"id": "a"}]}, {"id": "n2"}]}
    known = EditableField("texts", "json", "", "", {}, is_translatable=True)
    with app.test_request_context():
        made = controls((known,), {}, inherited={}, language="ar", source={"structure": structure, "texts": texts})

    assert [one.id.partition(":")[2] for one in made] == ["intro", "n1", "n1/a", "n1/a/consequence", "n2"]
    assert made[3].label.count("Word") == 12
    assert made[3].label.endswith("Word…\N{POP DIRECTIONAL ISOLATE}”")


def test_a_question_that_is_not_translated_yet_stands_empty_beside_its_source_and_stays_so(app):
    texts = EditableField("texts", "json", "", "", {}, is_translatable=True)
    source, french = {"texts": {"q1/prompt": "One?", "q2/prompt": "Two?"}}, {"texts": {"q1/prompt": "Une ?"}}
    with app.test_request_context():
        found = controls((texts,), french, inherited={}, language="fr", source=source)
        assert [(one.value, one.source) for one in found] == [("Une ?", "One?"), ("", "Two?")]
        as_shown = {one.id: one.value for one in found}
        assert sent_changes((texts,), french, as_shown, source=source) == {}
        changes = sent_changes((texts,), french, {**as_shown, found[0].id: "Une, donc ?"}, source=source)
    assert changes == {"texts": {"q1/prompt": "Une, donc ?"}}


def test_kinds_of_assessment_are_those_of_the_grading_policy(trainer, shipped):
    page = trainer.get(f"/studio/{shipped}/block/sequential/final").text
    offered = lxml.html.fromstring(page).xpath('//select[@name="f-format"]/option/@value')
    assert offered == ["", "Quiz", "Final"]
