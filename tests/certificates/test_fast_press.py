"""What is pressed fast is what would have been drawn slowly: to the eye, to copy and paste, to validators and readers."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import page as page_validation
import pikepdf
import pytest
from asn1crypto import x509
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from PIL import ImageChops
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from takwin_certificates import codes, typefaces
from takwin_certificates.drawing.designs import DESIGNS
from takwin_certificates.fast import Press
from takwin_certificates.fast.designs import Designs
from takwin_certificates.fast.fonts import encoded
from takwin_certificates.fast.stand_ins import Holder
from takwin_certificates.keys.ring import DocumentSigner, KeyRing
from takwin_certificates.record import LANGUAGES, Record

MakeRecord = Callable[..., Record]
TEMPLATES = sorted(DESIGNS)
NUMBER = "MA-TOT-2026-000123-7"
SECOND = "9F2C-4HJK-7MNP-3QRS-5TV"
DOTS_PER_INCH = 100
MOST_PIXELS = 60
"""Of about a million, and only those that differ by more than a shade: the baseline of a small name is rounded once more."""
TATWEEL = "\u0640"


@pytest.fixture(scope="module")
def signer(tmp_path_factory: Any) -> DocumentSigner:
    ring = KeyRing(tmp_path_factory.mktemp("keys"), issuer="Fondation Takwin", clock=lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    return ring.document()


@pytest.fixture(scope="module")
def press(signer: DocumentSigner) -> Press:
    """One press for all tests, as one works through all cohorts of a day."""
    return Press(Designs(), signer)


@pytest.fixture(scope="module")
def award(make_record: MakeRecord) -> MakeRecord:
    """Make a record of a newer design."""

    def make(**changes: Any) -> Record:
        return make_record(**{"template": "modern-1", "number": NUMBER, **changes})

    return make


def qr_url(record: Record) -> str:
    """An address of the length of a signed token's."""
    token = re.sub(r"[^A-Z2-7]", "X", record.code)
    return f"HTTPS://LEARN.EXAMPLE.ORG/V/{token * 9}"


def attachment(record: Record) -> bytes:
    return b'{"credentialSubject":"%s"}' % record.subject.encode()


def pressed(press: Press, record: Record) -> bytes:
    result = press.press(record, qr_url=qr_url(record), attachment=attachment(record))
    assert (result.path, result.reason) == ("fast", "")
    return result.pdf


def drawn(record: Record) -> bytes:
    holder = Holder(record, f"{record.site}/verify/{record.code}", qr_url(record), attachment(record))
    return Designs().proof(holder, {}).pdf


def pixels_that_differ(look: Any, one: bytes, other: bytes) -> int:
    first, second = (look(pdf).image(dots_per_inch=DOTS_PER_INCH).convert("L") for pdf in (one, other))
    assert first.size == second.size
    shades = ImageChops.difference(first, second).histogram()
    return sum(shades[4:])


def letters(text: str) -> str:
    """Letters as one can compare them: readers spell ligatures and drawn-out joins as they please."""
    return "".join(each for each in unicodedata.normalize("NFKC", text) if each.isalnum() and each != TATWEEL)


LATIN = "".join(
    letter
    for letter in map(chr, range(0x41, 0x180))
    if letter.isalpha() and not typefaces.missing(letter, (typefaces.DISPLAY,)) and unicodedata.is_normalized("NFKC", letter)
)
ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي"
MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
LATIN_NAMES = st.lists(st.text(LATIN, min_size=2, max_size=14), min_size=1, max_size=4).map(" ".join)
_LETTER = st.tuples(st.sampled_from(ARABIC), st.sampled_from(["", "", "", *MARKS])).map("".join)
ARABIC_NAMES = st.lists(st.lists(_LETTER, min_size=2, max_size=9).map("".join), min_size=1, max_size=4).map(" ".join)
CODES = st.text(codes.ALPHABET, min_size=19, max_size=19).map(lambda signs: codes._grouped(signs + codes._check_sign(signs)))


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_fast_equals_slow(award: MakeRecord, press: Press, look: Any, template: str, language: str) -> None:
    @settings(max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(latin=LATIN_NAMES, arabic=ARABIC_NAMES, code=CODES)
    def check(latin: str, arabic: str, code: str) -> None:
        record = award(template=template, language=language, name_latin=latin, name_arabic=arabic, code=code)
        fast, slow = pressed(press, record), drawn(record)

        assert pixels_that_differ(look, fast, slow) <= MOST_PIXELS
        text = letters(look(fast).text)
        assert letters(latin) in text
        assert letters(code) in text

    check()


@pytest.mark.parametrize(
    "names",
    [
        {"name_latin": "Zoë-Ÿasmina d'Avîlés Šťastný", "name_arabic": "مُحَمَّدُ بْنُ عَبْدِ الكَرِيمِ لكبير"},
        {"name_arabic": "عبد الكريم لكبير الكاملي كمال لالة الإدريسي عبد الله يحيى محمد المكناسي"},
        {"name_tifinagh": "ⴰⵎⵉⵏⴰ ⵍⵄⵍⴰⵡⵉ"},
        {"name_latin": "", "number": ""},
        {"name_arabic": ""},
    ],
)
def test_names_of_every_kind_look_the_same_and_are_copied_rightly(
    award: MakeRecord, press: Press, look: Any, names: dict[str, str]
) -> None:
    record = award(language="ar", **names)

    fast, slow = pressed(press, record), drawn(record)

    assert pixels_that_differ(look, fast, slow) <= MOST_PIXELS
    assert letters(look(fast).text) == letters(look(slow).text)
    printed = (record.name_latin, record.name_tifinagh, record.number, record.code, record.title)
    assert [each for each in printed if letters(each) not in letters(look(fast).text)] == []


@pytest.mark.parametrize("template", ["modern-1", "zellige-2"])
def test_arabic_name_is_copied_letter_by_letter(award: MakeRecord, press: Press, look: Any, template: str) -> None:
    name = "عبد الكريم لكبير الكاملي كمال لالة الإدريسي عبد الله يحيى محمد المكناسي"

    copied = look(pressed(press, award(template=template, language="ar", name_arabic=name))).text

    assert name in copied.replace(TATWEEL, "")


def test_qr_code_is_read_where_it_is_printed(award: MakeRecord, press: Press, look: Any) -> None:
    record = award()

    assert look(pressed(press, record)).scanned(dots_per_inch=96) == [qr_url(record)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_signed_file_is_archival_and_accessible(
    award: MakeRecord, press: Press, tmp_path: Any, template: str, language: str
) -> None:
    names = {"name_tifinagh": "ⴰⵎⵉⵏⴰ ⵍⵄⵍⴰⵡⵉ"} if template == "modern-1" else {}
    file = tmp_path / "certificate.pdf"
    file.write_bytes(pressed(press, award(template=template, language=language, **names)))

    reports = {profile: page_validation.validate_pdf(file, profile=profile) for profile in ("PDF/A-3a", "PDF/UA-1")}

    assert {profile: [str(each) for each in report.failures] for profile, report in reports.items()} == {
        "PDF/A-3a": [],
        "PDF/UA-1": [],
    }


def test_signature_is_intact_trusted_and_over_the_whole_file(award: MakeRecord, press: Press, signer: DocumentSigner) -> None:
    pdf = pressed(press, award())
    trust = ValidationContext(trust_roots=[x509.Certificate.load(signer.chain[-1])], allow_fetching=False)

    def status(content: bytes) -> Any:
        return validate_pdf_signature(PdfFileReader(BytesIO(content)).embedded_signatures[0], trust)

    found = status(pdf)
    assert (found.intact, found.valid, found.trusted, found.bottom_line) == (True, True, True, True)
    assert found.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert found.signer_reported_dt == dt.datetime(2026, 8, 1, 9, 30, tzinfo=dt.UTC)
    for place in (pdf.index(b"/Lang") + 7, len(pdf) // 2, pdf.rindex(b"/ID[<") + 8):
        assert status(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]).intact is False


def test_signature_made_before_its_certificate_is_dated_by_the_certificate(award: MakeRecord, signer: DocumentSigner) -> None:
    later = dt.datetime(2027, 2, 3, 4, 5, 6, tzinfo=dt.UTC)

    pdf = pressed(Press(Designs(), replace(signer, since=later)), award())

    assert b"/M(D:20270203040506Z)" in pdf


def test_file_is_sound_and_bears_the_facts_of_its_holder(award: MakeRecord, press: Press) -> None:
    record = award(
        name_latin="Zineb O’Hara", code=codes._grouped(SECOND.replace("-", "") + codes._check_sign(SECOND.replace("-", "")))
    )

    with pikepdf.open(BytesIO(pressed(press, record))) as pdf:
        assert pdf.check_pdf_syntax() == []
        file = pdf.attachments["credential.json"].get_file()
        packet = pdf.Root.Metadata.read_raw_bytes().decode()
        assert file.read_bytes() == attachment(record)
        assert (file.creation_date, file.mime_type) == (dt.datetime(2026, 8, 1, 9, 30, tzinfo=dt.UTC), "application/json")
        assert "Zineb O’Hara" in str(pdf.docinfo["/Title"])
    for fact in ("Zineb O’Hara", record.code, record.number, "2026-08-01T09:30:00Z"):
        assert fact in packet


def test_metadata_and_tags_are_those_of_the_slow_path(award: MakeRecord, press: Press) -> None:
    record = award(language="ar")

    with pikepdf.open(BytesIO(pressed(press, record))) as fast, pikepdf.open(BytesIO(drawn(record))) as slow:
        assert fast.Root.Metadata.read_bytes() == slow.Root.Metadata.read_bytes()
        assert {name: str(value) for name, value in fast.docinfo.items()} == {
            name: str(value) for name, value in slow.docinfo.items()
        }
        assert tags_of(fast)[:-1] == tags_of(slow)
        assert tags_of(fast)[-1][:2] == ("/Form", "توقيع إلكتروني للجهة المصدرة")


def tags_of(pdf: pikepdf.Pdf) -> list[tuple[str, str, str]]:
    elements = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == "/StructElem"]
    return [(str(each.S), str(each.get("/Alt", "")), str(each.get("/Lang", ""))) for each in elements]


def test_same_record_gives_the_same_bytes_on_any_press(award: MakeRecord, press: Press, signer: DocumentSigner) -> None:
    first, second = award(name_latin="Amina Alaoui"), award(name_latin="Brahim Ait Ouakrim")
    other = Press(Designs(), signer)

    before = pressed(press, first)
    pressed(press, second)

    assert pressed(press, first) == before
    assert [pressed(other, each) for each in (second, first)][1] == before


def test_nothing_of_one_learner_gets_into_the_file_of_another(award: MakeRecord, signer: DocumentSigner) -> None:
    """The first learner is the one for whom the plate is made; the second gets their file from the same plate."""
    signs = SECOND.replace("-", "")
    press = Press(Designs(), signer)
    first = award(
        name_latin="Xaviera Kowalczyk",
        name_arabic="ظريفة غضنفر",
        number="QQ-ZZZ-2031-998877-6",
        subject="urn:uuid:" + "b" * 8 + "-1111-4222-8333-444455556666",
    )
    second = award(name_latin="Amina", name_arabic="أمينة", code=codes._grouped(signs + codes._check_sign(signs)))
    pressed(press, first)

    content = everything_in(pressed(press, second))

    own = [first.name_latin, first.name_arabic, first.number, first.code, first.subject, *first.name_latin.split()]
    spelt = [text.encode(encoding) for text in own for encoding in ("utf-8", "utf-16-be")]
    spelt += [text.encode("utf-16-be").hex().encode() for text in own]
    assert [text for text in spelt if text in content] == []
    assert second.name_latin.encode() in content
    assert everything_in(pressed(Press(Designs(), signer), second)) == content


def everything_in(pdf: bytes) -> bytes:
    """The bytes of a file, and what its streams hold."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        streams = [each.read_bytes() for each in opened.objects if isinstance(each, pikepdf.Stream)]
    return b"\n".join((pdf, *streams))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name_arabic": "أمينة 2 العلوي"}, "directions are mixed"),
        ({"template": "zellige-1", "number": ""}, "zellige-1 moves with its names"),
        ({"number": "WWW-WWWW-WWWW-WWWWWW-WWWW"}, "number is wider than the line was seen to hold"),
    ],
)
def test_what_cannot_be_pressed_is_drawn(
    award: MakeRecord, press: Press, signer: DocumentSigner, look: Any, changes: dict[str, str], reason: str
) -> None:
    record = award(**changes)

    result = press.press(record, qr_url=qr_url(record), attachment=attachment(record))

    assert (result.path, result.reason) == ("slow", reason)
    assert letters(record.code) in letters(look(result.pdf).text)
    assert PdfFileReader(BytesIO(result.pdf)).embedded_signatures[0].compute_integrity_info() is None


def test_name_with_rare_letters_is_pressed_in_the_typeface_that_has_them(award: MakeRecord, press: Press, look: Any) -> None:
    record = award(template="zellige-2", name_latin="Ɓeyɗi Ŋum")

    fast = pressed(press, record)

    assert pixels_that_differ(look, fast, drawn(record)) <= MOST_PIXELS
    assert "Ɓeyɗi Ŋum" in look(fast).text


def test_facts_that_are_printed_make_another_plate(award: MakeRecord, press: Press, look: Any) -> None:
    cities = {city: look(pressed(press, award(city=city))).text for city in ("Agadir", "Figuig")}

    assert {city: [each for each in cities if each in text] for city, text in cities.items()} == {
        "Agadir": ["Agadir"],
        "Figuig": ["Figuig"],
    }


@given(st.binary(max_size=40), st.sampled_from([b"", b"\n", b"\r", b"\r\n"]))
def test_no_stream_ends_like_a_line(content: bytes, end: bytes) -> None:
    """Else a reader that looks for the end of the line before `endstream` finds another length than the one told."""
    filters, data = encoded(content + end, level=6)

    assert data[-1:] not in {b"\r", b"\n"}
    assert (zlib.decompress(data) if filters else data).rstrip(b" ") == (content + end).rstrip(b" ")


def test_attached_file_is_never_changed_by_its_packing() -> None:
    for content in (bytes([each, 10]) for each in range(256)):
        filters, data = encoded(content, level=6, is_exact=True)
        assert (zlib.decompress(data) if filters else data) == content


def test_learners_with_tokens_of_different_lengths_share_a_plate(award: MakeRecord, signer: DocumentSigner) -> None:
    press = Press(Designs(), signer)

    for length in (200, 201, 207):
        result = press.press(award(), qr_url="HTTPS://LEARN.EXAMPLE.ORG/V/" + "A" * length, attachment=b"{}")
        assert result.path == "fast"

    assert len(press._plates) == 1
