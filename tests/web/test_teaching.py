"""The teaching desk's pages: what waits, one piece after the other, learners who need a word, more time, points, files."""

from __future__ import annotations

import csv
import io
import zipfile
from urllib.parse import unquote

import lxml.html
import pytest
from sqlalchemy import select

from lms_app.model import AuditEntry, CourseGrade, Extension, Score
from lms_app.model.state import BlockState
from lms_app.storage.transaction import transaction
from tests.services.taught import LESSON, QUIZ, WORK, School, school


@pytest.fixture
def here(app, people, sessions, clock, tmp_path) -> School:
    return school(app, people, sessions, tmp_path / "in", clock())


@pytest.fixture
def trainer(here, signed_in_client):
    return signed_in_client(here.people.trainer(here.course, name_latin="Khadija", language="en"))


def texts(page: str, path: str) -> list[str]:
    return [" ".join(one.text_content().split()) for one in lxml.html.fromstring(page).xpath(path)]


def judge(here: School, person: int) -> str:
    return f"/teaching/{here.key}/judge/{WORK}?record=work/{person}"


def test_what_waits_is_listed_oldest_first_with_its_number_in_the_header(here, trainer, people):
    late, early = here.learner(name_latin="Late"), here.learner(here.second, name_latin="Early")
    here.hands_in(late, days_ago=1, data={"round": 2})
    here.hands_in(early, days_ago=3)
    here.hands_in(here.learner(name_latin="Done"), state="done")
    here.hands_in(here.learner(name_latin="Taken"), state="claimed", judge_id=people.trainer(here.course))

    page = trainer.get("/teaching").text
    assert texts(page, "//li[@class='td-piece']//h3") == ["Early", "Late"]
    assert texts(page, "//*[@class='tk-nav-count']") == ["waiting for you: 2"]
    assert "sent again (2)" in page
    assert texts(trainer.get(f"/teaching?where=cohort-{here.first}").text, "//li[@class='td-piece']//h3") == ["Late"]
    assert "Nothing waits here" in trainer.get("/teaching?kind=evidence").text


def test_judging_leads_on_to_the_next_and_at_last_back_to_the_desk(here, trainer):
    one, two = here.learner(name_latin="One"), here.learner(name_latin="Two")
    here.hands_in(one, days_ago=2)
    here.hands_in(two, days_ago=1)

    page = trainer.get(judge(here, one)).text
    assert f"the work of {one}" in page
    assert texts(page, "//h1") == ["One"]
    form = lxml.html.fromstring(page).xpath("//*[contains(@class, 'td-work')]//form")[0]
    back = form.xpath(".//input[@name='back']/@value")[0]
    assert trainer.send(form.get("action"), record=f"work/{one}", back=back).location == back

    following = trainer.get(back)
    assert (following.status_code, unquote(following.location)) == (303, judge(here, two))
    assert trainer.get(f"/teaching/{here.key}/state/{WORK}?record=work/{one}").json == {"state": "done", "waits": False}
    trainer.send(form.get("action"), record=f"work/{two}")
    assert trainer.get(judge(here, two)).location == "/teaching"
    assert "the work of" in trainer.get(f"{judge(here, one)}&look=1").text


@pytest.mark.parametrize(
    "path",
    [
        "/teaching",
        "/teaching/{key}/judge/{work}?record=work/{person}",
        "/teaching/{key}/learners",
        "/teaching/{key}/learners?show=stuck",
        "/teaching/{key}/learners?show=work",
        "/teaching/{key}/more-time",
        "/courses/{key}/gradebook",
    ],
)
def test_three_learners_cost_as_many_queries_as_sixty(path, here, trainer, queries):
    counts = []
    for many in (3, 57):
        for _ in range(many):
            person = here.learner()
            here.hands_in(person)
            here.was_active(person, days_ago=9)
            here.scored(person, 0)
        address = path.format(key=here.key, work=WORK, person=person)
        assert trainer.get(address).status_code == 200  # what this process remembers is there before anything is counted
        with queries() as counted:
            trainer.get(address)
        counts.append(len(counted))
    assert counts[0] == counts[1] <= 18


def test_learners_are_silent_stuck_on_a_question_or_waiting(here, trainer, sessions):
    never, silent, stuck = (here.learner(name_latin=name) for name in ("Never", "Silent", "Stuck"))
    here.was_active(silent, days_ago=12)
    here.was_active(stuck, days_ago=1)
    here.scored(stuck, 0)
    here.hands_in(silent, state="returned")
    with transaction(sessions) as session:
        state = {"answers": {"votes": ["ten"]}, "marks": {"votes": [0, 1]}, "attempts": 1}
        session.add(BlockState(person_id=stuck, course_id=here.course, block_id=QUIZ, version=1, state=state, updated_at=here.now))

    everybody = trainer.get(f"/teaching/{here.key}/learners").text
    assert texts(everybody, "//*[@class='td-who']//a") == ["Never", "Silent", "Stuck"]
    assert [name in everybody for name in ("never began", "silent for 12 days", "came back")] == [True] * 3
    page = trainer.get(f"/teaching/{here.key}/learners?show=stuck").text
    assert (texts(page, "//*[@class='td-who']//a"), texts(page, "//*[@class='td-missed']/li")) == (
        ["Stuck"],
        ["How many votes has a member?"],
    )
    assert texts(trainer.get(f"/teaching/{here.key}/learners?show=work").text, "//*[@class='td-who']//a") == ["Silent"]
    assert never


def test_a_message_is_ready_in_the_learners_language_and_its_preparing_is_noted(here, trainer, sessions):
    person = here.learner(name_arabic="أمينة", name_latin="Amina", language="ar", phone="+212612345678")
    home = f"/teaching/{here.key}/learners/{person}"
    sent = trainer.send(f"{home}/message", about="stuck", block=QUIZ)
    page = trainer.get(sent.location).text
    field = lxml.html.fromstring(page).xpath("//textarea")[0]
    assert (field.get("lang"), field.get("dir"), "أمينة" in field.text) == ("ar", "rtl", True)
    whatsapp, sms = lxml.html.fromstring(page).xpath("//a[@data-carries]")
    assert whatsapp.get("href").startswith("https://wa.me/212612345678?text=")
    assert sms.get("href").startswith("sms:+212612345678?body=")
    assert ["أمينة" in unquote(link.get("href")) for link in (whatsapp, sms)] == [True, True]
    assert f"/courses/{here.key}/jump/{QUIZ}" in unquote(unquote(whatsapp.get("href")))

    assert "Let%20us%20meet%20%26%20talk" in trainer.send(f"{home}/text", about="stuck", text="Let us meet & talk").text
    trainer.send(f"{home}/contact", way="called")
    with transaction(sessions, writes=False) as session:
        acts = [
            (act.action, act.detail) for act in session.scalars(select(AuditEntry).where(AuditEntry.subject == f"person:{person}"))
        ]
    assert acts == [
        ("message_prepared", {"course": here.course, "about": "stuck"}),
        ("learner_contacted", {"course": here.course, "way": "called"}),
    ]
    assert "Called" in trainer.get(home).text


def test_points_decided_by_hand_count_are_marked_and_can_be_taken_back(here, trainer, sessions, clock):
    person = here.learner(name_latin="Amina")
    here.scored(person, 0)
    clock.go_on(hours=1)
    home = f"/teaching/{here.key}/learners/{person}"
    wrong = trainer.send(f"{home}/points", block=QUIZ, points="7", reason="")
    assert (wrong.status_code, "from 0 to 1" in wrong.text, "Please fill this in" in wrong.text) == (422, True, True)
    trainer.send(f"{home}/points", block=QUIZ, points="٠٫٨", reason="Answered aloud")

    def kept() -> tuple[float, float | None, float]:
        with transaction(sessions, writes=False) as session:
            score = session.get(Score, (person, here.course, QUIZ))
            grade = session.get(CourseGrade, (person, here.course))
            return score.earned, score.override_earned, grade.grade

    assert kept() == (0, 0.8, 0.8)
    assert ["decided by hand" in trainer.get(home).text, "Answered aloud" in trainer.get(home).text] == [True, True]
    assert "Points decided by hand" in trainer.get(f"/courses/{here.key}/gradebook").text
    row = list(csv.reader(io.StringIO(trainer.get(f"/teaching/{here.key}/gradebook.csv").text)))[1]
    assert row[-2:] == ["Votes", "0.8"]
    trainer.send(f"{home}/points/withdraw", block=QUIZ)
    assert kept() == (0, None, 0)
    assert trainer.send(f"{home}/points/withdraw", block=QUIZ).status_code == 409


def test_more_time_for_a_cohort_and_for_one_is_listed_and_taken_back(here, trainer, sessions, clock):
    one, two, other = here.learner(), here.learner(), here.learner(here.second, user_name="fatou")
    home = f"/teaching/{here.key}/more-time"
    given = {"block": LESSON, "until": "2026-11-01", "reason": "The river was up"}
    assert trainer.send(home, whom=f"cohort-{here.first}", **given).status_code == 303
    clock.go_on(minutes=5)
    assert trainer.send(home, whom="one", user_name="Fatou", **given).status_code == 303
    for wrong in ({"until": "2026-10-13"}, {"block": "html/none"}, {"reason": " "}, {"until": "soon"}):
        assert trainer.send(home, whom="everybody", **{**given, **wrong}).status_code == 422
    assert trainer.send(home, whom="one", user_name="nobody-here", **given).status_code == 422

    def held() -> list[tuple[int, str, str]]:
        with transaction(sessions, writes=False) as session:
            rows = session.scalars(select(Extension).order_by(Extension.person_id))
            return [(row.person_id, row.block_id, row.reason) for row in rows]

    assert held() == [(person, LESSON, "The river was up") for person in (one, two, other)]
    page = trainer.get(home).text
    assert sorted(texts(page, "//*[@class='td-who']//*[self::a or self::b]")) == ["Souss", "fatou"]
    form = lxml.html.fromstring(page).xpath("//form[contains(@action, 'withdraw')][.//input[@name='granted_at']]")
    fields = [{one.get("name"): one.get("value") for one in each.xpath(".//input[@name]")} for each in form]
    for each in fields:
        trainer.send(f"{home}/withdraw", block=each["block"], granted_at=each["granted_at"])
    assert held() == []


def test_the_gradebook_turns_pages_and_finds_names(here, trainer):
    for number in range(52):
        here.learner(name_latin=f"Learner {number:02}")
    first = trainer.get(f"/courses/{here.key}/gradebook")
    assert (len(texts(first.text, "//tbody/tr")), "Page 1 of 2" in first.text) == (50, True)
    assert len(texts(trainer.get(f"/courses/{here.key}/gradebook?page=2").text, "//tbody/tr")) == 2
    assert texts(trainer.get(f"/courses/{here.key}/cohorts/{here.first}/gradebook?q=learner+07").text, "//tbody//a") == [
        "Learner 07"
    ]
    assert "Nobody found" in trainer.get(f"/courses/{here.key}/gradebook?q=%25").text


def test_the_workbook_reads_from_the_right_in_arabic(here, signed_in_client):
    here.learner(name_arabic="أمينة واعزيز")
    arabic = signed_in_client(here.people.trainer(here.course, language="ar"))
    book = zipfile.ZipFile(io.BytesIO(arabic.get(f"/teaching/{here.key}/gradebook.xlsx").data))
    assert 'rightToLeft="1"' in book.read("xl/worksheets/sheet1.xml").decode()
    assert "أمينة واعزيز" in book.read("xl/sharedStrings.xml").decode()
