"""What somebody hands in to harm others: files that are two things at once, names, addresses of other people's files."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from lms_app.domain.actors import Place, PlaceKind, Role
from tests.people import Client, People
from tests.web.test_files import JPEG, UNIT, USAGE, addresses, hand_in, number, rows  # noqa: F401 -- a fixture among them

SCRIPT = b"<script>fetch('/account')</script>"


def picture(kind: str) -> bytes:
    """Return a picture with everything that the library can hide in it."""
    notes = Image.Exif()
    notes[0x010E] = SCRIPT.decode()
    notes.get_ifd(0x8825)[1] = "N"
    made = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(made, kind, exif=notes, comment=SCRIPT, xmp=SCRIPT)
    return made.getvalue()


@pytest.fixture
def aicha(number: int, people: People, signed_in_client: Callable[..., Client]) -> Client:  # noqa: F811
    return signed_in_client(people.learner(number))


def test_nothing_that_hides_in_a_picture_is_kept_and_it_can_still_be_seen(aicha: Client) -> None:
    for kind, tail in (("JPEG", b"PK\x03\x04" + SCRIPT), ("PNG", b"%PDF-1.7" + SCRIPT), ("WEBP", SCRIPT)):
        sent = hand_in(aicha, ("photo-1", "x.html", picture(kind) + tail))
        assert sent.status_code == 200
        served = aicha.get(addresses(sent.json["html"])[0])
        assert served.mimetype == f"image/{kind.lower()}"
        assert b"script" not in served.data
        with Image.open(io.BytesIO(served.data)) as seen:
            seen.load()
            assert (seen.size, dict(seen.getexif())) == ((256, 256), {})
        hand_in(aicha, remove=addresses(sent.json["html"])[0].split("/")[2].split("?")[0])


DISGUISES = (
    b"<!doctype html>" + SCRIPT,
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"GIF89a/*" + SCRIPT,
    b"%PDF-1.7\n" + SCRIPT,
    b"\xff\xfe" + SCRIPT.decode().encode("utf-16-le"),
    b"\xff\xd8\xff\xe0" + SCRIPT,
    b"RIFF\0\0\0\0WEBP" + SCRIPT,
    b"\x89PNG\r\n\x1a\n" + SCRIPT,
)


def test_pages_in_disguise_are_refused_everywhere(aicha: Client, sessions: Any) -> None:
    for data in DISGUISES:
        for field in ("photo-1", "voice-1", "paper-1"):
            assert hand_in(aicha, (field, "good.jpg", data)).status_code == 422, (field, data)
    assert rows(sessions) == []


def test_a_text_is_never_a_page(aicha: Client) -> None:
    sent = hand_in(aicha, ("paper-1", "x.html", b"minutes " * 600 + SCRIPT))  # beyond what anybody looks at
    served = aicha.get(addresses(sent.json["html"])[0])
    assert served.mimetype == "text/plain"
    assert served.headers["Content-Disposition"] == "attachment; filename=x.txt"
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in served.headers["Content-Security-Policy"]


def test_a_block_that_names_another_blocks_file_gives_nobody_its_bytes(
    number: int,  # noqa: F811
    aicha: Client,
    people: People,
    signed_in_client: Callable[..., Client],
    sessions: Any,
) -> None:
    hand_in(aicha, ("photo-1", "a.jpg", JPEG))
    [row] = rows(sessions)
    other = signed_in_client(people.learner(number))
    told = other.send(f"/handler/{USAGE}g/look", file=row.token).json
    assert told
    assert told["size"] is None
    assert other.get(told["url"]).status_code == 404
    assert hand_in(other, remove=row.token).status_code == 200
    assert len(rows(sessions)) == 1  # only one's own is taken back


def test_who_is_not_in_the_course_hands_in_nothing(
    number: int,  # noqa: F811
    people: People,
    signed_in_client: Callable[..., Client],
    client: Client,
    sessions: Any,
) -> None:
    stranger = signed_in_client(people.person())
    assert hand_in(stranger, ("photo-1", "a.jpg", JPEG)).status_code == 403
    assert hand_in(client, ("photo-1", "a.jpg", JPEG)).status_code in {303, 401}
    assert rows(sessions) == []


def test_the_name_of_a_file_tells_a_peer_nothing(
    number: int,  # noqa: F811
    people: People,
    signed_in_client: Callable[..., Client],
) -> None:
    first, second = people.cohort(number), people.cohort(number)
    aicha = signed_in_client(people.learner(number, first))
    hand_in(aicha, ("paper-1", "Aicha Benali.pdf", b"%PDF-1.7 x"))

    def saved_as(somebody: int) -> str:
        client = signed_in_client(somebody)
        address = client.send(f"/handler/{USAGE}f/look", file=token).json["url"]  # a block shows it to them
        return str(client.get(address).headers["Content-Disposition"]).partition("filename=")[2]

    token = addresses(aicha.get(UNIT).text)[0].split("/")[2].split("?")[0]
    trainers = [people.person(Role.TRAINER, Place(PlaceKind.COHORT, one)) for one in (first, second)]
    told = [saved_as(one) for one in (people.learner(number), people.trainer(number), *trainers)]
    assert told == ["file.pdf", '"Aicha Benali.pdf"', '"Aicha Benali.pdf"', "file.pdf"]


def test_what_a_learner_handed_in_is_no_page_on_the_block_origin(
    number: int,  # noqa: F811
    app: Any,
    aicha: Client,
    sessions: Any,
) -> None:
    """Its hash is known to whoever made it, and the name in the address says what it would be."""
    origin = app.extensions["takwin"].settings.blocks_origin
    assert hand_in(aicha, ("paper-1", "x.txt", b"minutes " * 600 + SCRIPT)).status_code == 200
    [row] = rows(sessions)
    there = app.test_client().get(f"/asset/{row.sha256}/x.html", base_url=origin)
    assert (there.status_code, SCRIPT in there.data) == (404, False)
