"""Every design in every language is looked at, read, scanned and validated as a partner and an archive do it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import page as page_validation
import pikepdf
import pytest
from asn1crypto.x509 import Certificate
from PIL import Image
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from takwin_certificates import typefaces
from takwin_certificates.drawing.archival import moment_of
from takwin_certificates.drawing.designs import DESIGNS
from takwin_certificates.drawing.page import words_of
from takwin_certificates.facts import Competence
from takwin_certificates.fast.designs import Designs
from takwin_certificates.fast.press import Press
from takwin_certificates.keys.ring import DocumentSigner, KeyRing
from takwin_certificates.pades import sign_pdf
from takwin_certificates.pdf import DoesNotFit, WrongPicture, render_pdf
from takwin_certificates.readiness import Obstacle, Problem, problems_before_issuing
from takwin_certificates.record import KINDS, LANGUAGES, Record, Signatory
from takwin_certificates.renderer import Renderer
from tests.certificates.draw_golden import (
    AWARDS,
    CODE,
    COMPETENCES,
    CREDENTIAL,
    FOLDER,
    LOGOS,
    PICTURES,
    QR_URL,
    VERIFY_URL,
    award,
    drawn,
    picture_of,
)

BLOCK = 8
MOST_DIFFERENT = 14
"""Levels of 256 that the mean of a block may differ by; a line of small print that is missing makes 30."""
AT = dt.datetime(2026, 6, 1, 10, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> DocumentSigner:
    folder = tmp_path_factory.mktemp("ring")
    return KeyRing(folder, issuer="Fondation Takwin", clock=lambda: AT - dt.timedelta(days=1)).document()


@pytest.fixture(scope="module")
def pdfs() -> dict[str, bytes]:
    """Every award of the gallery, drawn once."""
    return {name: drawn(record) for name, record in AWARDS.items()}


@pytest.fixture(scope="module")
def signed(pdfs: dict[str, bytes], signer: DocumentSigner) -> dict[str, bytes]:
    return {name: sign_pdf(pdf, signer, AT) for name, pdf in pdfs.items()}


def letters(text: str) -> str:
    """Text without what readers of PDFs give as they please: spaces, lines, drawn-out joins."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum() and letter != "\u0640")


def blocks_of(image: Image.Image) -> list[tuple[int, ...]]:
    small = image.convert("RGB").resize((image.width // BLOCK, image.height // BLOCK), Image.Resampling.BOX)
    return [small.getpixel((x, y)) for y in range(small.height) for x in range(small.width)]  # type: ignore[misc]


@pytest.mark.parametrize("name", AWARDS)
def test_design_looks_as_it_did_when_it_was_looked_at(pdfs: dict[str, bytes], name: str) -> None:
    with Image.open(FOLDER / f"{name}.png") as kept:
        expected = kept.convert("RGB")

    found = picture_of(pdfs[name])

    assert found.size == expected.size
    pairs = zip(blocks_of(found), blocks_of(expected), strict=True)
    differences = [max(abs(one - other) for one, other in zip(*pair, strict=True)) for pair in pairs]
    assert max(differences) < MOST_DIFFERENT


def test_golden_pictures_are_few_and_small() -> None:
    assert sorted(each.stem for each in FOLDER.glob("*.png")) == sorted(AWARDS)
    assert [each.name for each in FOLDER.iterdir() if each.stat().st_size > 60_000] == []


@pytest.mark.parametrize("name", AWARDS)
def test_signed_certificate_keeps_to_both_standards(signed: dict[str, bytes], tmp_path: Path, name: str) -> None:
    path = tmp_path / "certificate.pdf"
    path.write_bytes(signed[name])

    failures = {
        str(profile): [str(each) for each in page_validation.validate_pdf(str(path), profile=profile).failures]
        for profile in (page_validation.ValidationProfile.PDF_A_3A, page_validation.ValidationProfile.PDF_UA_1)
    }

    assert list(failures.values()) == [[], []]


@pytest.mark.parametrize("name", AWARDS)
def test_code_is_scanned_from_a_bad_print(pdfs: dict[str, bytes], look: Any, name: str) -> None:
    assert look(pdfs[name]).scanned(dots_per_inch=96) == [QR_URL]


@pytest.mark.parametrize("name", AWARDS)
def test_everything_certified_can_be_read_and_copied(pdfs: dict[str, bytes], look: Any, name: str) -> None:
    record = AWARDS[name]
    document = look(pdfs[name])
    text = letters(document.text)
    words = words_of(record.template, record.language, record.kind)

    printed = [
        *(record.name_latin, record.name_arabic, record.name_tifinagh, record.issuer, record.number, record.code),
        *(record.place, record.city, record.cohort, *record.titles.values(), *record.trainers, *record.assessors),
        *(part for each in record.signatories for part in (each.title, each.name)),
        *(each.titles[record.language] for each in record.parts),
        *(each.texts[record.language] for each in record.competences),
        *(words["heading"], words["statement"], words["other_heading"]),
    ]
    hidden = {"en"} if record.language != "en" else {"fr"}
    expected = [each for each in printed if each not in {record.titles.get(language) for language in hidden}]
    assert len(document.document) == 1
    assert [each for each in expected if letters(each) not in text] == []


@pytest.mark.parametrize("name", AWARDS)
def test_no_typeface_of_the_machine_gets_in(pdfs: dict[str, bytes], name: str) -> None:
    with pikepdf.open(io.BytesIO(pdfs[name])) as pdf:
        fonts = [str(each.BaseFont) for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/BaseFont" in each]

    assert {re.sub(r"^/[A-Z]{6}\+", "", font).partition("-")[0] for font in fonts} == {"Takwin"}


def test_facts_that_are_not_there_leave_no_label(pdfs: dict[str, bytes], look: Any) -> None:
    words = words_of("modern-1", "fr", "participation")
    text = look(pdfs["modern-1-fr-barest"]).text

    labels = [each if isinstance(each, str) else each["one"] for each in words["labels"].values()]
    assert [label for label in (*labels, words["number"], words["partners"]) if label in text] == []


def line_at(places: list[tuple[str, float, float, float, float]], text: str) -> list[float]:
    """Return where each sign of a text stands, from the left edge; the text must stand on the page in this order."""
    signs = "".join(each[0] for each in places)
    start = signs.index(text)
    return [left for _, left, *_ in places[start : start + len(text)]]


@pytest.mark.parametrize("text", ["MA-TOT-2026-000123-7", CODE, "0523-48-12-34", "CS-204/B", "2026", "2029", "36"])
def test_numbers_and_codes_run_from_left_to_right_in_arabic(pdfs: dict[str, bytes], look: Any, text: str) -> None:
    found = line_at(look(pdfs["modern-1-ar"]).places(), text)

    assert found == sorted(found)


@pytest.mark.parametrize("name", ["zellige-2-ar", "modern-1-ar", "programme-1-ar"])
def test_arabic_dates_run_from_right_to_left(pdfs: dict[str, bytes], look: Any, name: str) -> None:
    """«من 3 مارس إلى 28 ماي 2026»: each part stands to the left of the one before it."""
    places = look(pdfs[name]).places()
    months = [place for place, each in enumerate(places) if "".join(p[0] for p in places[place : place + 4]) == "مارس"]
    row = [each for each in places if abs(each[2] - places[months[0]][2]) < 12]

    def left_of(part: str) -> float:
        return line_at(row, part)[0]

    assert left_of("مارس") > left_of("28") > left_of("ماي") > left_of("2026")


def test_name_that_is_long_is_set_smaller_but_in_few_sizes() -> None:
    sizes = {
        name: re.findall(r'slot-name-\w+"[^>]*font-size: ([\d.]+)pt', _page(award("zellige-2", "fr", name_latin=name)))[0]
        for name in ("Amina Alaoui", "Amina Bent El Hassan Alaoui", "Marie-Antoinette Rakotomalala-Andriamanantenasoa")
    }

    assert list(sizes.values()) == ["42.0", "42.0", "28.6"]


def _page(record: Record) -> str:
    from takwin_certificates.composing import compose  # noqa: PLC0415 -- used here alone

    return compose(record, verify_url=VERIFY_URL)


def test_same_award_gives_the_same_bytes(signed: dict[str, bytes], signer: DocumentSigner) -> None:
    again = sign_pdf(drawn(AWARDS["modern-1-ar"]), signer, AT)

    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(signed["modern-1-ar"]).hexdigest()


def test_credential_is_attached_as_data_of_the_document(pdfs: dict[str, bytes]) -> None:
    with pikepdf.open(io.BytesIO(pdfs["zellige-2-fr"])) as pdf:
        file = pdf.attachments["credential.json"]

        assert file.get_file().read_bytes() == CREDENTIAL
        assert [str(each.AFRelationship) for each in pdf.Root.AF] == ["/Data"]
        assert {file.get_file().creation_date, file.get_file().mod_date} == {AT}


def test_file_tells_its_facts_to_archives(pdfs: dict[str, bytes]) -> None:
    record = AWARDS["zellige-2-ar"]
    with pikepdf.open(io.BytesIO(pdfs["zellige-2-ar"])) as pdf:
        packet = pdf.Root.Metadata.read_raw_bytes().decode()
        with pdf.open_metadata() as metadata:
            identified = [metadata[f"pdf{each}"] for each in ("aid:part", "aid:conformance", "uaid:part")]
            creators = metadata["dc:creator"]
        language, shows_title = str(pdf.Root.Lang), bool(pdf.Root.ViewerPreferences.DisplayDocTitle)

    facts = dict(re.findall(r"<takwin:(\w+)>([^<]*)<", packet))
    assert identified == ["3", "A", "1"]
    assert (creators, language, shows_title) == ([record.issuer], "ar", True)
    assert facts == {
        "code": CODE,
        "number": record.number,
        "kind": "competence",
        "issuedOn": "2026-06-01",
        "record": hashlib.sha256(record.to_json()).hexdigest(),
    }


def test_signature_is_found_intact_and_trusted_without_a_network(signed: dict[str, bytes], signer: DocumentSigner) -> None:
    trusted = ValidationContext(trust_roots=[Certificate.load(signer.chain[-1])], allow_fetching=False)
    (found,) = PdfFileReader(io.BytesIO(signed["zellige-2-ar"])).embedded_signatures

    status = validate_pdf_signature(found, trusted)

    assert status.summary() == "INTACT:TRUSTED,UNTOUCHED"
    assert status.coverage.name == "ENTIRE_FILE"
    assert (status.signer_reported_dt, found.sig_object["/SubFilter"]) == (AT, "/ETSI.CAdES.detached")
    assert found.sig_field["/TU"] == "توقيع إلكتروني للجهة المصدرة"


def test_changed_byte_is_noticed(signed: dict[str, bytes], signer: DocumentSigner) -> None:
    content = bytearray(signed["zellige-2-fr"])
    content[content.index(b"Amina Bent")] ^= 1  # in the title, which is not compressed
    trusted = ValidationContext(trust_roots=[Certificate.load(signer.chain[-1])], allow_fetching=False)
    (found,) = PdfFileReader(io.BytesIO(bytes(content))).embedded_signatures

    assert validate_pdf_signature(found, trusted).intact is False


def test_other_process_draws_and_signs_the_same_bytes(signer: DocumentSigner) -> None:
    award, graded = replace(AWARDS["modern-1-fr"], grade_percent=None), replace(AWARDS["modern-1-fr"], grade_percent=87)
    here = [Press(Designs(), signer).press(award, qr_url=QR_URL, attachment=CREDENTIAL, pictures=PICTURES).pdf]
    drawn = render_pdf(
        graded, verify_url=f"{graded.site}/verify/{graded.code}", qr_url=QR_URL, attachment=CREDENTIAL, pictures=PICTURES
    )
    here.append(sign_pdf(drawn, signer, max(moment_of(graded), signer.since)))
    with Renderer(timeout=60) as renderer:
        about = {"qr_url": QR_URL, "attachment": CREDENTIAL, "pictures": PICTURES, "signer": signer}
        produced = [renderer.produce(each, **about) for each in (award, graded)]
        told = [Path(f"/proc/{renderer.process_id}/{each}").read_bytes() for each in ("environ", "cmdline")]
        with pytest.raises(WrongPicture):
            renderer.produce(AWARDS["zellige-2-fr"], qr_url=QR_URL, attachment=CREDENTIAL, pictures={}, signer=signer)

    assert produced == here
    assert [each for each in told if b"PRIVATE" in each] == []


@pytest.mark.parametrize("name", AWARDS)
def test_awards_of_the_gallery_are_ready_to_be_issued(name: str) -> None:
    assert problems_before_issuing(AWARDS[name], PICTURES) == []


HUGE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\1\0\0\0\0\0\1"
NO_PNG = b"GIF89a"
LOGO = hashlib.sha256(LOGOS[0]).hexdigest()


def _signed_by(picture: bytes) -> dict[str, Any]:
    return {"signatories": (Signatory(title="Directrice", picture=hashlib.sha256(picture).hexdigest()),)}


@pytest.mark.parametrize(
    ("change", "pictures", "expected"),
    [
        ({"place": "東京"}, PICTURES, Problem(Obstacle.MISSING_GLYPH, "place", "東京")),
        ({"trainers": ("Driss 🌿",)}, PICTURES, Problem(Obstacle.MISSING_GLYPH, "trainers", "🌿")),
        ({"city": "{city_fr}"}, PICTURES, Problem(Obstacle.PLACEHOLDER, "city", "{city_fr}")),
        ({"titles": {"fr": "Formation XXXX"}}, PICTURES, Problem(Obstacle.PLACEHOLDER, "titles", "XXXX")),
        ({"name_latin": "Wilhelmina " * 9 + "W"}, PICTURES, Problem(Obstacle.NAME_TOO_LONG, "name_latin", "Wilhelmina " * 9 + "W")),
        ({}, {**PICTURES, LOGO: LOGOS[1]}, Problem(Obstacle.MISSING_PICTURE, "partners", LOGO)),
        (_signed_by(HUGE), {**PICTURES, hashlib.sha256(HUGE).hexdigest(): HUGE}, Obstacle.UNUSABLE_PICTURE),
        (_signed_by(NO_PNG), {**PICTURES, hashlib.sha256(NO_PNG).hexdigest(): NO_PNG}, Obstacle.UNUSABLE_PICTURE),
    ],
)
def test_what_would_spoil_a_certificate_is_told_before(
    change: dict[str, Any], pictures: dict[str, bytes], expected: Problem | Obstacle
) -> None:
    (problem,) = problems_before_issuing(award("modern-1", "fr", **change), pictures)

    assert (problem if isinstance(expected, Problem) else problem.obstacle) == expected


def test_first_template_attests_completion_alone() -> None:
    problems = problems_before_issuing(award("zellige-1", "fr", kind="participation"))

    assert problems == [Problem(Obstacle.WRONG_DESIGN, "template", "participation")]


def test_more_than_the_sheet_holds_is_refused_rather_than_cut_off() -> None:
    long = Competence(texts={"fr": (COMPETENCES[9]["fr"] + " ; ") * 2 + COMPETENCES[0]["fr"]}, level=4)
    record = award("zellige-2", "fr", competences=(long,) * 12, trainers=("Khadija Benali El Alaoui " * 4 + "El Idrissi",) * 12)

    with pytest.raises(DoesNotFit):
        render_pdf(record, verify_url=VERIFY_URL, pictures=PICTURES)


def _texts(words: object) -> list[str]:
    if isinstance(words, dict):
        return [text for each in words.values() for text in _texts(each)]
    return [str(words)]


@pytest.mark.parametrize("template", DESIGNS)
def test_words_of_a_design_are_complete_and_drawn_by_its_typefaces(template: str) -> None:
    path = Path(typefaces.__file__).parent / "templates" / template / "words.json"
    words = json.loads(path.read_text())

    def shape(value: object) -> object:
        is_forms = isinstance(value, dict) and "other" in value
        return sorted((name, shape(each)) for name, each in value.items()) if isinstance(value, dict) and not is_forms else None

    assert tuple(words) == LANGUAGES
    assert all(tuple(words[language]["kinds"]) == KINDS for language in LANGUAGES)
    common = {language: {name: each for name, each in words[language].items() if name != "kinds"} for language in LANGUAGES}
    assert shape(common["ar"]) == shape(common["fr"]) == shape(common["en"])
    texts = [text for language in LANGUAGES for text in _texts(words[language])]
    assert [text for text in texts if not text.strip() or typefaces.missing(text, DESIGNS[template].text_faces)] == []


@pytest.mark.parametrize("template", DESIGNS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "refused"), [("ar", "دبلوم"), ("fr", "diplôme"), ("en", "diploma")])
def test_no_design_promises_a_diploma_or_the_approval_of_the_state(template: str, kind: str, language: str, refused: str) -> None:
    words = {name: each for name, each in words_of(template, language, kind).items() if name != "kinds"}

    assert [each for each in _texts(words) if refused in each.lower()] == [words["statement"]]
    assert [each for each in _texts(words) if re.search("معتمد|agréé|accredited", each)] == []
