"""The trainer's kit: what a course hides from learners, listed for its trainers and printed in each of its languages."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from lms_app.domain.actors import Place, PlaceKind, Role
from lms_app.domain.errors import Unavailable
from lms_app.runtime.printing import press
from lms_app.runtime.printing.press import Handout, Press, Printable, Sheet, composed, printable
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction

COURSE = "course-v1:Test+KIT+2026"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><rect width="9" height="9"/></svg>'
WORDS = {
    "en": ("Checklist", "<p>Two signatures ☐</p><table><tr><td>Name</td><td></td></tr></table>"),
    "ar": ("لائحة التحقق", "<p>توقيعان ☐</p><table><tr><td>الاسم</td><td></td></tr></table>"),
}


def write(folder: Path, language: str) -> Path:
    title, text = WORDS[language]
    picture = '<img src="/static/box.svg" alt="A box"><img src="http://example.org/a.png" alt="Elsewhere">'
    files = {
        "course.xml": '<course org="Test" course="KIT" url_name="2026"/>',
        "course/2026.xml": f'<course display_name="{title} 1" language="{language}" start="2020-01-01T00:00:00Z">'
        '<chapter url_name="open" display_name="Open"><sequential url_name="s" display_name="S"><vertical url_name="v" display_name="V">'
        '<html url_name="seen"/></vertical></sequential></chapter>'
        '<chapter url_name="kit" display_name="Kit" visible_to_staff_only="true"><sequential url_name="k" display_name="K">'
        f'<vertical url_name="list" display_name="{title}"><html url_name="list"/></vertical>'
        '<vertical url_name="لائحة" display_name="Empty"><html url_name="empty"/></vertical></sequential></chapter></course>',
        "html/list.xml": '<html filename="list" display_name="L"/>',
        "html/list.html": f"{text}{picture}<a href='/jump_to_id/v'>→</a><script>alert(1)</script>",
        "html/empty.xml": '<html filename="empty" display_name="L"/>',
        "html/empty.html": "",
        "html/seen.xml": '<html filename="seen" display_name="L"/>',
        "html/seen.html": f"{text}",
        "static/box.svg": SVG,
    }
    for name, content in files.items():
        file = folder / language / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, "utf-8")
    return folder / language


def words_of(pdf: bytes) -> list[str]:
    with pdfium.PdfDocument(io.BytesIO(pdf)) as document:
        return [page.get_textpage().get_text_range() for page in document]


@pytest.fixture
def course(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        for language in WORDS:
            more = {"as_language": "ar", "of": COURSE} if language == "ar" else {}
            report = import_course(
                session, write(tmp_path, language), blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True, **more
            )
            assert not report.is_refused
        return find_course_row(session, COURSE).id


def test_the_kit_is_listed_for_trainers_and_printed_in_each_language(course, people, signed_in_client):
    trainer = signed_in_client(people.trainer(course, language="en"))
    page = trainer.get(f"/teaching/{COURSE}/kit").text
    assert "Checklist" in page
    assert page.count("kit.pdf?") == 6  # the units and the whole, in two languages

    for language, words in {"en": ("Two signatures", "Checklist 1"), "ar": ("توقيعان", "لائحة التحقق 1")}.items():
        answer = trainer.get(f"/teaching/{COURSE}/kit.pdf?language={language}&unit=vertical/list")
        assert answer.mimetype == "application/pdf"
        (text,) = words_of(answer.data)
        assert all(word in text for word in words), text
        assert "alert" not in text
        assert "Elsewhere" in text  # nothing was fetched: its words stand there
    assert words_of(trainer.get(f"/teaching/{COURSE}/kit.pdf?language=ar").data)[0].startswith(text[:20])


def test_a_unit_with_an_arabic_name_is_sent_under_a_name_that_headers_can_hold(course, people, signed_in_client):
    trainer = signed_in_client(people.trainer(course, language="en"))
    name = trainer.get(f"/teaching/{COURSE}/kit.pdf?language=en&unit=vertical/لائحة").headers["Content-Disposition"]
    assert name == "inline; filename=Test-KIT-2026--en.pdf; filename*=UTF-8''Test-KIT-2026-%D9%84%D8%A7%D8%A6%D8%AD%D8%A9-en.pdf"


def test_only_what_is_hidden_from_learners_is_a_handout_and_only_trainers_print(course, people, signed_in_client):
    trainer = signed_in_client(people.trainer(course, language="en"))
    wrong = ("language=en&unit=vertical/v", "language=en&unit=vertical/none", "language=fr", "language=xx", "")
    assert [trainer.get(f"/teaching/{COURSE}/kit.pdf?{each}").status_code for each in wrong] == [404] * len(wrong)
    learner = signed_in_client(people.learner(course))
    for path in ("kit", "kit.pdf?language=en"):
        assert learner.get(f"/teaching/{COURSE}/{path}").status_code == 403
    here, elsewhere = people.cohort(course), people.course()
    of_cohort = signed_in_client(people.person(Role.TRAINER, Place(PlaceKind.COHORT, here)))
    stranger = signed_in_client(people.trainer(elsewhere))
    assert of_cohort.get(f"/teaching/{COURSE}/kit.pdf?language=en&unit=vertical/list").status_code == 200
    assert stranger.get(f"/teaching/{COURSE}/kit.pdf?language=en&unit=vertical/list").status_code == 403


def test_a_handout_names_only_pictures_of_its_course_and_holds_no_script():
    pictures = "<img src='/static/a.svg' alt='a'><img src='file:///etc/passwd' alt='b'>"
    text = f"<p onclick='x()'>☐ A<script>1</script></p>{pictures}<a href='/x'>l</a>"
    page, names = composed(Handout("T <b>", "Over", "fr", [Sheet("S", text)]))
    assert names == {"0.svg": "a.svg"}
    assert 'src="picture:0.svg"' in page
    assert "T &lt;b&gt;" in page
    assert not any(word in page for word in ("script", "onclick", "href", "file:", "☐"))


DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 40" width="400" height="40">{}</svg>'
INSIDE = '<text x="1" y="30">INSIDE</text>'


def set_with(drawing: str, name: str = "a.svg", asked: str = "a.svg") -> str:
    text = f'<img src="/static/{asked}" alt="ALT">'
    made = printable(Handout("T", "O", "en", [Sheet("S", text)]), {name: drawing.encode()}.get)
    return "".join(words_of(Press().set(made)))


def test_a_text_that_nobody_translated_is_printed_in_its_own_direction():
    sheets = [Sheet("عنوان", "<p>نص</p>"), Sheet("Title", "<p>Words</p>", language="en")]
    page, _names = composed(Handout("عنوان", "دورة", "ar", sheets))
    assert '<section class="sheet"><h1>عنوان' in page
    assert '<section class="sheet" lang="en" dir="ltr"><h1>Title' in page


def test_a_drawing_reaches_neither_files_nor_other_drawings(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text(DRAWN.format('<text x="1" y="20">SECRET</text>'), "utf-8")
    shown = f'<image href="{secret.as_uri()}" width="400" height="40"/><use href="{secret.as_uri()}#x"/>{INSIDE}'
    entity = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "{secret.as_uri()}">]>' + DRAWN.format('<text x="1" y="30">&x;</text>')
    told = [set_with(DRAWN.format(shown)), set_with(entity)]
    assert "INSIDE" in told[0]
    assert "ALT" in told[1]
    assert not any("SECRET" in words for words in told)


def test_a_picture_is_shown_whatever_its_name_is_written_like():
    assert "INSIDE" in set_with(DRAWN.format(INSIDE), "صورة & 1.svg", "صورة &amp; 1.svg?x=1")


def test_more_pictures_than_the_server_can_hold_are_refused(monkeypatch):
    monkeypatch.setattr(press, "LARGEST_PICTURES", 100)
    text = "".join(f'<img src="/static/{number}.png" alt="x"><img src="/static/{number}.mp4" alt="x">' for number in range(3))
    asked = []

    def picture(name: str) -> bytes:
        asked.append(name)
        return b"x" * 60

    with pytest.raises(Unavailable, match="handout_not_set"):
        printable(Handout("T", "O", "en", [Sheet("S", text)]), picture)
    assert asked == ["0.png", "1.png"]


def test_one_handout_waits_for_another_and_a_third_is_refused_at_once(monkeypatch):
    machine, may_end, told = Press(), threading.Event(), []
    monkeypatch.setattr(machine, "_answer", lambda _asked: b"%PDF" if may_end.wait(60) else b"")
    two = [threading.Thread(target=lambda: told.append(machine.set(Printable("", {})))) for _number in range(2)]
    for each in two:
        each.start()
    while machine._places._value:
        time.sleep(0.01)
    with pytest.raises(Unavailable, match="handouts_busy"):
        machine.set(Printable("", {}))
    may_end.set()
    for each in two:
        each.join(60)
    assert told == [b"%PDF"] * 2
    assert machine.set(Printable("", {})) == b"%PDF"


def test_what_takes_too_long_is_ended_and_said():
    with pytest.raises(Unavailable, match="handout_not_set"):
        Press(seconds=0.01).set(Printable("<p>a</p>", {}))
