"""Handing in over HTTP: with and without script, what is kept, who is served it, and how it goes away again."""

from __future__ import annotations

import html
import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import delete, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from lms_app.adapters.files import forget_files
from lms_app.domain.errors import NotFound
from lms_app.domain.handed_in import MOST_FILES
from lms_app.domain.outbox import Errand
from lms_app.model import BlockFile
from lms_app.services import errands
from lms_app.services.authoring.importing import find_course_row, import_course
from lms_app.services.operations import letting_go
from lms_app.services.operations.blob_names import blob_names
from lms_app.storage.transaction import transaction
from tests.course_files import KEY, files_of, write_folder
from tests.folder_block import FolderBlock
from tests.people import Client, People

sys.path.append(str(Path(__file__).parents[1] / "xblocks"))
from pictures import JPEG, jpeg_with_place, png

COURSE = files_of(
    '<chapter url_name="c"><sequential url_name="s"><vertical url_name="v" display_name="Unit">'
    '<coop_folder url_name="f" display_name="Folder"/><coop_folder url_name="g"/></vertical></sequential></chapter>',
    policies__run__policy_json='{"course/run": {"display_name": "Title", "language": "en", "start": "2026-01-01T00:00:00Z"}}',
)
USAGE = f"block-v1:{KEY.removeprefix('course-v1:')}+type@coop_folder+block@"
UNIT = f"/courses/{KEY}/unit/vertical/v"
MIB = 1024 * 1024


@pytest.fixture
def number(app: Flask, sessions: Any, clock: Any, tmp_path: Path) -> int:
    """The course's number."""
    parts = app.extensions["takwin"]
    parts.host.types._classes["coop_folder"] = FolderBlock
    with transaction(sessions) as session:
        folder = write_folder(COURSE, tmp_path / "in")
        import_course(session, folder, blobs=parts.blobs, types=parts.host.types, now=clock(), publish=True)
        row = find_course_row(session, KEY)
        assert row is not None
        return row.id


@pytest.fixture
def aicha(number: int, people: People, signed_in_client: Callable[..., Client]) -> Client:
    return signed_in_client(people.learner(number))


def hand_in(client: Client, *files: tuple[str, str, bytes], block: str = "f", script: bool = True, **fields: str) -> Any:
    """Send files as the page does: by script, or as a plain form."""
    data: dict[str, Any] = {"csrf_token": client.token(), "back": UNIT, **fields}
    for field, name, body in files:
        data.setdefault(field, []).append(FileStorage(io.BytesIO(body), filename=name))
    boundary, encoded = encode_multipart(data)  # a client that encodes it itself leaves a file open
    headers = {"Accept": "application/json", "Sec-Fetch-Mode": "cors"} if script else {}
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post(f"/handler/{USAGE}{block}/hand_in", data=encoded, content_type=kind, headers=headers)


def addresses(page: str) -> list[str]:
    return list(dict.fromkeys(html.unescape(one) for one in re.findall(r'"(/files/[^"]+)"', page)))


def rows(sessions: Any) -> list[BlockFile]:
    with transaction(sessions, writes=False) as session:
        return list(session.scalars(select(BlockFile).order_by(BlockFile.id)))


def test_a_plain_form_hands_in_a_photo_without_its_place(app: Flask, aicha: Client, sessions: Any) -> None:
    sent = hand_in(aicha, ("photo-1", "me/IMG.JPG", jpeg_with_place()), script=False, **{"photo-1-words": "The <press>"})
    assert (sent.status_code, sent.headers["Location"]) == (303, UNIT)
    page = aicha.get(UNIT).text
    assert 'alt="The &lt;press&gt;"' in page
    kept = aicha.get(addresses(page)[0])
    assert kept.status_code == 200
    assert (kept.mimetype, b"Exif\0\0MM" in kept.data, kept.data.endswith(JPEG[2:])) == ("image/jpeg", True, True)
    [row] = rows(sessions)
    assert (row.name, row.kind, row.size) == ("IMG.jpg", "image/jpeg", len(kept.data))
    assert app.extensions["takwin"].blobs.get(row.sha256) == kept.data


def test_a_refusal_of_a_plain_form_is_told_on_the_page(aicha: Client) -> None:
    assert hand_in(aicha, ("photo-1", "a.jpg", b"GIF89a"), script=False).status_code == 303
    assert "Save it as JPEG or PNG" in aicha.get(UNIT).text


def test_a_file_is_served_to_the_reader_who_was_shown_it_alone(
    number: int, people: People, aicha: Client, signed_in_client: Callable[..., Client], client: Client, clock: Any
) -> None:
    [address] = addresses(hand_in(aicha, ("photo-1", "a.jpg", JPEG)).json["html"])
    served = aicha.get(address)
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert served.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert served.headers["Content-Disposition"] == "inline; filename=a.jpg"
    assert served.headers["Cache-Control"] == "private, no-cache"
    assert aicha.get(address, headers={"If-None-Match": served.headers["ETag"]}).status_code == 304

    others = (signed_in_client(people.learner(number)), signed_in_client(people.trainer(number)), signed_in_client(people.admin()))
    assert [one.get(address).status_code for one in others] == [404, 404, 404]
    assert client.get(address).status_code in {303, 401}
    token = address.split("?")[0]
    forged = (
        token,
        f"{address}0",
        address.replace("until=", "until=9"),
        f"{token}?until=x&key=é",
        f"{token}x?{address.split('?')[1]}",
    )
    assert [aicha.get(one).status_code for one in forged] == [404] * 5

    assert addresses(aicha.get(UNIT).text) == [address]  # a phone loads a photo once
    clock.go_on(hours=17)
    assert aicha.get(address).status_code == 200
    clock.go_on(hours=8)
    assert aicha.get(address).status_code == 404
    assert aicha.get(addresses(aicha.get(UNIT).text)[0]).status_code == 200


def test_a_recording_is_played_from_any_second_and_a_document_is_only_saved(aicha: Client) -> None:
    opus = b"\x1a\x45\xdf\xa3webm" + b"\0" * 60 + b"A_OPUS" + bytes(range(100))
    page = hand_in(aicha, ("voice-1", "v.webm", opus), ("paper-1", "محضر.pdf", b"%PDF-1.7 x")).json["html"]
    found = {one.mimetype: one for one in (aicha.get(address) for address in addresses(page))}
    assert set(found) == {"audio/webm", "application/pdf"}
    part = aicha.get(next(one for one in addresses(page)), headers={"Range": "bytes=-10"})
    assert (part.status_code, part.data) == (206, bytes(range(90, 100)))
    assert found["application/pdf"].headers["Content-Disposition"].startswith("attachment; filename")


def test_sending_again_keeps_one_and_there_is_a_most(aicha: Client, sessions: Any) -> None:
    photo = ("photo-1", "a.jpg", JPEG)
    hand_in(aicha, photo)
    hand_in(aicha, photo)
    [row] = rows(sessions)
    with transaction(sessions) as session:
        for place in range(MOST_FILES - 2):
            columns = {
                column: getattr(row, column) for column in ("course_id", "block_id", "person_id", "kind", "name", "created_at")
            }
            session.add(BlockFile(token=f"t{place}", sha256=f"{place:064}", size=1, **columns))
    assert hand_in(aicha, ("paper-1", "last.txt", b"minutes")).status_code == 200
    full = hand_in(aicha, ("paper-1", "x.txt", b"one more"))
    assert (full.status_code, full.json["code"], len(rows(sessions))) == (409, "file_refused", MOST_FILES)
    assert f"{MOST_FILES} files or 20 MB" in full.json["message"]
    assert hand_in(aicha, photo, block="g").status_code == 200  # each block has its own


def test_a_large_photo_of_a_page_without_script_is_drawn_smaller(aicha: Client, sessions: Any) -> None:
    made = io.BytesIO()
    Image.effect_noise((1800, 1200), 90).convert("RGB").save(made, "JPEG", quality=85)
    assert hand_in(aicha, ("photo-1", "big.jpg", made.getvalue())).status_code == 200
    [row] = rows(sessions)
    assert (row.kind, row.name) == ("image/webp", "big.webp")
    assert row.size < len(made.getvalue())


def test_bodies_have_an_end(aicha: Client, sessions: Any) -> None:
    assert hand_in(aicha, ("paper-1", "1.txt", b"x" * 3 * MIB)).status_code == 200
    much = b"y" * 5 * MIB
    assert hand_in(aicha, *((f"paper-{place}", "x.txt", much) for place in (2, 3, 4, 5))).status_code == 413
    answer = aicha.post(
        f"/handler/{USAGE}f/hand_in", data=b"x" * (3 * MIB), content_type="text/plain", headers={"X-CSRF-Token": aicha.token()}
    )
    assert answer.status_code == 413
    assert len(rows(sessions)) == 1


def test_what_is_taken_back_is_gone_within_hours(app: Flask, aicha: Client, sessions: Any, clock: Any) -> None:
    blobs = app.extensions["takwin"].blobs
    hand_in(aicha, ("photo-1", "a.jpg", JPEG))
    hand_in(aicha, ("photo-1", "a.jpg", JPEG), block="g")
    hand_in(aicha, ("photo-2", "b.png", png()))
    [first, second, third] = rows(sessions)
    with transaction(sessions, writes=False) as session:
        assert {first.sha256, third.sha256} <= blob_names(session)  # in every backup
    wrote_now(app, first.sha256, third.sha256)

    for token in (first.token, third.token, second.token, "none"):  # the second is of another block, where nothing asks for it
        hand_in(aicha, remove=token)
    assert [row.token for row in rows(sessions)] == [second.token]
    sweep(app)
    assert blobs.get(third.sha256)  # a backup may be under way
    clock.go_on(hours=1)
    sweep(app)
    assert blobs.get(first.sha256)  # still there for the other block
    with pytest.raises(NotFound):
        blobs.get(third.sha256)
    assert aicha.get(addresses(aicha.get(UNIT).text)[0]).status_code == 200


def test_what_is_handed_in_again_while_it_is_let_go_keeps_its_bytes(app: Flask, aicha: Client, sessions: Any, clock: Any) -> None:
    hand_in(aicha, ("photo-1", "a.jpg", JPEG))
    [row] = rows(sessions)
    blobs = app.extensions["takwin"].blobs
    wrote_now(app, row.sha256)
    hand_in(aicha, remove=row.token)
    clock.go_on(hours=1)
    written = Path(blobs._path(row.sha256))
    before = written.stat().st_mtime
    hand_in(aicha, ("photo-1", "a.jpg", JPEG))
    assert written.stat().st_mtime > before  # though they were there: what is about to be stored is not old
    with transaction(sessions) as session:
        session.execute(delete(BlockFile))  # as if its row were not stored yet
    wrote_now(app, row.sha256)

    sweep(app)

    assert blobs.get(row.sha256)
    clock.go_on(hours=1)
    sweep(app)  # no row came
    with pytest.raises(NotFound):
        blobs.get(row.sha256)


def test_who_is_forgotten_leaves_no_files(app: Flask, aicha: Client, sessions: Any, clock: Any) -> None:
    hand_in(aicha, ("photo-1", "a.jpg", JPEG))
    [row] = rows(sessions)
    wrote_now(app, row.sha256)
    with transaction(sessions) as session:
        forget_files(session, row.person_id, now=clock())
    assert rows(sessions) == []
    clock.go_on(hours=1)
    sweep(app)
    with pytest.raises(NotFound):
        app.extensions["takwin"].blobs.get(row.sha256)
    assert "no longer" not in aicha.get(UNIT).text  # the list still names it; its address leads nowhere
    assert aicha.get(addresses(aicha.get(UNIT).text)[0]).status_code == 404


def test_a_page_asks_the_database_as_often_for_three_files_as_for_one(aicha: Client, queries: Callable[[], Any]) -> None:
    def cost() -> int:
        aicha.get(UNIT)
        with queries() as counted:
            aicha.get(UNIT)
        return len(counted)

    hand_in(aicha, ("paper-1", "1.txt", b"one"))
    one = cost()
    hand_in(aicha, ("paper-1", "2.txt", b"two"), ("paper-2", "3.txt", b"three"))
    assert cost() == one


def wrote_now(app: Flask, *hashes: str) -> None:
    """Let the bytes have been written at the hour of the test's clock."""
    parts = app.extensions["takwin"]
    for sha256 in hashes:
        os.utime(parts.blobs._path(sha256), (parts.clock().timestamp(),) * 2)


def sweep(app: Flask) -> None:
    """Do what waits in the outbox."""
    parts = app.extensions["takwin"]
    doing = {
        Errand.LET_GO: lambda payload: letting_go.let_go(parts.sessions, payload["sha256"], blobs=parts.blobs, now=parts.clock())
    }
    errands.sweep(parts.sessions, doing, now=parts.clock)
