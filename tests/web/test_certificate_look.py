"""Trainers say how certificates look; partners are named only once an administrator has their consent."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from lms_app.domain.actors import Role
from lms_app.domain.errors import Invalid
from lms_app.domain.papers import Paper, read_paper
from lms_app.services.authoring.importing import find_course_row
from lms_app.services.credentials.papers import printed
from lms_app.services.credentials.pictures import clean_picture
from lms_app.storage.transaction import transaction
from takwin_certificates.facts import Partner, Signatory

SHIPPED = "course-v1:Takwin+COOP101+2026"
PAGE = f"/studio/{SHIPPED}/certificate"


@pytest.fixture
def shipped(shipped_courses) -> str:
    return SHIPPED


@pytest.fixture
def trainer(shipped, sessions, people, signed_in_client):
    with transaction(sessions) as session:
        number = find_course_row(session, shipped).id
    return signed_in_client(people.trainer(number))


@pytest.fixture
def admin(shipped, people, signed_in_client):
    return signed_in_client(people.person(Role.SITE_ADMIN))


def drawing(colour: str = "black", size: tuple[int, int] = (60, 20)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, "PNG")
    return written.getvalue()


def kept(sessions) -> Paper:
    with transaction(sessions, writes=False) as session:
        return read_paper(find_course_row(session, SHIPPED).certificate)


FORM = {
    "template": "modern-1",
    "city-fr": "Taroudant",
    "city-ar": "تارودانت",
    "signatory-0-title-fr": "Directrice du programme",
    "signatory-0-title-ar": "مديرة البرنامج",
    "signatory-0-name": "Naïma  Amrani",
    "partner-0-name": "Union des coopératives du Souss",
    "competence-0-fr": "Calculer le quorum",
    "assessors": "Samira Alaoui\n\n Omar Ba ",
    "hours_field": "١٢٫٥",
    "field_visits": "3",
}


def test_what_a_trainer_sets_is_kept_and_shown_again(trainer, sessions):
    scan = drawing()
    answer = trainer.send(PAGE, **{**FORM, "signatory-0-picture": (io.BytesIO(scan), "scan.png")})

    assert answer.status_code == 303
    paper = kept(sessions)
    assert (paper.template, paper.city, paper.hours_field, paper.field_visits) == (
        "modern-1",
        {"fr": "Taroudant", "ar": "تارودانت"},
        12.5,
        3,
    )
    assert paper.assessors == ("Samira Alaoui", "Omar Ba")
    (signatory,) = paper.signatories
    assert (signatory.titles["ar"], signatory.name) == ("مديرة البرنامج", "Naïma Amrani")
    picture = trainer.get(f"{PAGE}/pictures/{signatory.picture}")
    assert (picture.status_code, picture.mimetype) == (200, "image/png")
    was = {"signatory-0-picture-was": signatory.picture}
    trainer.send(PAGE, **FORM, **was)
    assert kept(sessions).signatories[0].picture == signatory.picture
    another = {"signatory-0-title-fr": "Présidente", "signatory-0-name": "Zineb", "signatory-0-picture-was": "0" * 64}
    trainer.send(PAGE, **{**FORM, **another})  # a page that was open while somebody else changed the rows
    assert kept(sessions).signatories[0].picture == ""
    trainer.send(PAGE, **FORM, **{"signatory-0-picture": (io.BytesIO(scan), "scan.png")})
    assert trainer.send(PAGE, **{**FORM, **was, "signatory-0-picture-away": "1"}).status_code == 303
    assert kept(sessions).signatories[0].picture == ""
    assert trainer.get(f"{PAGE}/pictures/{signatory.picture}").status_code == 404


def test_a_partner_is_named_only_with_a_consent_that_an_administrator_noted(trainer, admin, sessions):
    trainer.send(PAGE, **{**FORM, "partner-0-consent": "1"})
    assert kept(sessions).partners[0].has_consented is False
    assert printed(kept(sessions), "fr")["partners"] == ()

    admin.send(PAGE, **{**FORM, "partner-0-consent": "1"})
    assert printed(kept(sessions), "fr")["partners"] == (Partner(name="Union des coopératives du Souss"),)

    trainer.send(PAGE, **FORM)  # a trainer who changes something else takes no consent away
    assert kept(sessions).partners[0].has_consented is True
    trainer.send(PAGE, **{**FORM, "partner-0-name": "Another"})
    assert kept(sessions).partners[0].has_consented is False


def test_the_paper_is_told_in_the_language_of_the_document(trainer, sessions):
    trainer.send(PAGE, **FORM)

    arabic = printed(kept(sessions), "ar", levels={0: 3})

    assert arabic["city"] == "تارودانت"
    assert arabic["signatories"] == (Signatory(title="مديرة البرنامج", name="Naïma Amrani"),)
    assert [(each.texts, each.level) for each in arabic["competences"]] == [({"fr": "Calculer le quorum"}, 3)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("template", "zellige-9"), ("hours_field", "many"), ("field_visits", "-1"), ("hours_field", "nan"), ("city-fr", "x" * 121)],
)
def test_what_cannot_be_printed_is_refused_and_nothing_is_kept(trainer, sessions, field, value):
    answer = trainer.send(PAGE, **{**FORM, field: value})

    assert answer.status_code == 422
    assert "Naïma Amrani" in answer.text  # what was typed is still there
    assert kept(sessions) == read_paper({})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a" + b"\0" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        drawing()[:40],
        drawing(size=(4001, 1)),
        b"\0" * (2 * 1024 * 1024 + 1),
    ],
)
def test_what_is_no_plain_picture_is_refused(data):
    with pytest.raises(Invalid) as caught:
        clean_picture(data, field="logo")

    assert caught.value.facts["field"] == "logo"


def test_nothing_but_pixels_is_taken_over():
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "<script>alert(1)</script>")
    written = io.BytesIO()
    Image.new("RGBA", (30, 10), (0, 0, 0, 0)).save(written, "PNG", pnginfo=note)

    cleaned = clean_picture(written.getvalue() + b"<script>alert(2)</script>", field="logo")

    assert b"alert" not in cleaned
    with Image.open(io.BytesIO(cleaned)) as picture:
        assert (picture.mode, picture.size, picture.getpixel((5, 5))) == ("RGB", (30, 10), (255, 255, 255))


def test_somebody_else_s_trainer_may_not_look(shipped, people, signed_in_client):
    stranger = signed_in_client(people.person())

    assert [stranger.get(PAGE).status_code, stranger.get(f"{PAGE}/preview.pdf").status_code] == [403, 403]
