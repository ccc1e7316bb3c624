"""The pages of a course's images and files: sent by form or by script, looked at, replaced, taken out; never another course's."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.people import Client

COURSE = files_of(
    '<chapter url_name="c"><sequential url_name="s"><vertical url_name="v" display_name="Unit">'
    '<html url_name="a" display_name="A">one</html></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
    static__old_txt="old",
)
IMAGES = f"/studio/{KEY}/images"


@pytest.fixture
def number(app, sessions, clock, tmp_path) -> int:
    parts = app.extensions["takwin"]
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        return find_course_row(session, KEY).id


@pytest.fixture
def trainer(number, people, signed_in_client) -> Client:
    return signed_in_client(people.trainer(number))


def picture(size: tuple[int, int] = (600, 300), colour: str = "teal") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return file.getvalue()


def send(client: Client, *files: tuple[str, bytes], page: str = IMAGES, json: bool = False, **fields: str):
    sent = {"csrf_token": client.token(), "file": [(io.BytesIO(data), name) for name, data in files], **fields}
    headers = {"Accept": "application/json"} if json else {}
    return client.post(page, data=sent, content_type="multipart/form-data", headers=headers)


def test_a_script_gets_what_a_text_needs_of_the_picture(trainer):
    told = send(trainer, ("عنزة.png", picture()), json=True).get_json()
    assert {name: told[name] for name in ("src", "width", "height", "smaller")} == {
        "src": "/static/عنزة.webp",
        "width": 600,
        "height": 300,
        "smaller": [[480, "/static/عنزة-480w.webp"]],
    }
    led = trainer.get(f"/studio/{KEY}/files/عنزة-480w.webp")
    assert led.status_code == 302
    assert led.location.endswith("-480w.webp")


def test_what_cannot_be_taken_is_named_and_stops_nothing_else(trainer):
    answer = send(trainer, ("good.png", picture()), ("bad.exe", b"MZ"), ("empty.png", b""))
    assert answer.status_code == 422
    assert [words in answer.text for words in ("bad.exe", "empty.png", "good.webp")] == [True, True, True]
    assert "error" in send(trainer, ("x.svg", b"<svg><script>1</script></svg>"), json=True).get_json()
    assert send(trainer).status_code == 422


def test_a_file_is_replaced_by_its_like_and_taken_out(trainer):
    send(trainer, ("goat.png", picture()))
    page = f"{IMAGES}/goat.webp"
    assert send(trainer, ("new.png", picture(colour="red")), page=page, do="replace").status_code == 303
    assert send(trainer, ("new.txt", b"words"), page=page, do="replace").status_code == 422
    assert trainer.send(page, do="remove").status_code == 303
    assert trainer.get(page).status_code == 404


def test_learners_get_the_pictures_of_every_width_where_the_course_keeps_them(trainer, people, number, signed_in_client):
    send(trainer, ("goat.png", picture()))
    html = (
        '<p><img src="/static/goat.webp" srcset="/static/goat-480w.webp 480w, /static/goat.webp 600w" sizes="42rem" alt="Goat"></p>'
    )
    form = trainer.get(f"/studio/{KEY}/block/html/a").text
    base = form.split('name="base" value="')[1].split('"')[0]
    trainer.send(f"/studio/{KEY}/block/html/a", **{"base": base, "language": "", "f-data": html, "f-data.rich": "1"})
    shown = trainer.get(f"/studio/{KEY}/unit/vertical/v").text
    found = shown.split('srcset="')[1].split('"')[0].split(", ")
    assert [step.rsplit("/", 1)[-1] for step in found] == ["goat-480w.webp 480w", "goat.webp 600w"]
    assert all("/asset/" in step and "/none/" not in step for step in found)


def test_another_courses_files_are_not_there(trainer, people, signed_in_client):
    stranger = signed_in_client(people.trainer(people.course()))
    assert [stranger.get(page).status_code for page in (IMAGES, f"{IMAGES}/old.txt", f"/studio/{KEY}/files/old.txt")] == [403] * 3
    assert send(stranger, ("a.png", picture())).status_code == 403
    assert trainer.get(f"{IMAGES}/other.txt").status_code == 404


def test_what_is_hostile_in_a_name_reaches_no_page(trainer):
    answer = send(trainer, ("<img src=x onerror=alert(1)>.exe", b"MZ"))
    assert "<img src=x" not in answer.text


def test_the_list_costs_the_same_for_one_and_for_three(trainer, queries):
    def cost() -> int:
        trainer.get(IMAGES)
        with queries() as counted:
            trainer.get(IMAGES)
        return len(counted)

    send(trainer, ("a.png", picture()))
    one = cost()
    send(trainer, ("b.png", picture(colour="red")), ("c.png", picture(colour="blue")))
    assert cost() == one
