"""A drawn certificate is read as an eye, a scanner and copy and paste read it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

import takwin_certificates
from takwin_certificates import qr, typefaces
from takwin_certificates.composing import UnsafeAddress, compose, words_of
from takwin_certificates.drawing.letters import missing_glyphs
from takwin_certificates.drawing.wording import written_date
from takwin_certificates.pdf import render_pdf
from takwin_certificates.record import LANGUAGES, Record
from takwin_certificates.typefaces import MissingGlyph
from takwin_certificates.typesetting import RefusedAddress, laid_out

MakeRecord = Callable[..., Record]
PACKAGE = Path(takwin_certificates.__file__).parent
VERIFY_URL = "https://learn.example.org/verify/7K3M-9QXD-4TZ2-WHB8-RNVG"
TATWEEL = "\u0640"
POINTS_PER_MM = 72 / 25.4

LONG_LATIN = "Fatima-Ezzahra Lalla Khadija bent Mohammed Abdelouahed Ben Abdelkrim El Idrissi El Hassani El Alaoui"
LONG_ARABIC = "فاطمة الزهراء لالة خديجة بنت محمد عبد الواحد بن عبد الكريم الإدريسي الحسني العلوي السلاوي المكناسي"
AWARDS: dict[str, dict[str, Any]] = {
    "ar": {"language": "ar", "issuer": "مؤسسة تكوين", "place": "بني ملال", "cohort": "Rawabit 3 – الفوج الثالث"},
    "fr": {"language": "fr"},
    "en": {"language": "en", "issuer": "Takwin Foundation"},
    "ar alone": {"language": "ar", "name_latin": "", "titles": {"ar": "حكامة التعاونيات"}},
    "fr alone": {"language": "fr", "name_arabic": "", "titles": {"fr": "Gouvernance des coopératives"}},
    "bare": {
        "language": "en",
        "name_arabic": "",
        "name_latin": "Ɓeyɗi Ŋum",
        "titles": {"en": "<b>Open & {{ edX }}</b>"},
        **dict.fromkeys(("run", "cohort", "place"), ""),
        **dict.fromkeys(("hours", "grade_percent")),
    },
    **{
        f"{language} longest": {
            "language": language,
            "name_latin": LONG_LATIN,
            "name_arabic": LONG_ARABIC,
            "titles": {
                "ar": ("تكوين المكوِّنين لفائدة المستشارين التعاونيين " * 9)[:199].strip(),
                language: ("حكامة التعاونيات والتسيير " * 9 if language == "ar" else "Gouvernance et marchés " * 9)[:199].strip(),
                **({"fr": ("Gouvernance et marchés " * 9)[:199].strip()} if language == "ar" else {}),
            },
            "issuer": ("Fondation pour les coopératives " * 4)[:119].strip(),
            "cohort": ("Promotion de Drâa-Tafilalet " * 5)[:119].strip(),
            "place": ("Centre de formation de Ouarzazate " * 4)[:119].strip(),
            "run": ("Session de printemps " * 6)[:119].strip(),
            "hours": 100.25,
            "grade_percent": 100,
        }
        for language in LANGUAGES
    },
}


@pytest.fixture(scope="module")
def pdfs(make_record: MakeRecord) -> dict[str, bytes]:
    """Every award of the table, drawn once."""
    return {name: render_pdf(make_record(**award), verify_url=VERIFY_URL) for name, award in AWARDS.items()}


def letters(text: str) -> str:
    """Text as one can compare it: PDF readers give ligatures, drawn-out joins and lines as they please."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isalnum() and letter != TATWEEL)


def fonts_in(pdf: bytes, look: Callable[[bytes], Any]) -> Iterator[str]:
    page = look(pdf).document[0]
    for each in page.get_objects():
        if hasattr(each, "get_font"):
            yield each.get_font().get_base_name()


@pytest.mark.parametrize("name", AWARDS)
def test_qr_on_the_page_leads_to_the_verification_page(pdfs: dict[str, bytes], look: Any, name: str) -> None:
    page = look(pdfs[name])

    assert page.scanned(dots_per_inch=96) == [VERIFY_URL]
    assert page.scanned(dots_per_inch=200) == [VERIFY_URL]


@pytest.mark.parametrize("name", AWARDS)
def test_page_can_be_read_and_copied(pdfs: dict[str, bytes], make_record: MakeRecord, look: Any, name: str) -> None:
    record = make_record(**AWARDS[name])
    page = look(pdfs[name])
    text = letters(page.text)
    words = words_of(record.template)[record.language]

    assert len(page.document) == 1
    printed = [
        record.name_latin,
        record.name_arabic,
        record.title,
        record.issuer,
        record.code,
        record.place,
        record.run,
    ]
    assert [each for each in printed if letters(each) not in text] == []
    for word in ("before_name", "statement", "issued_on"):
        assert letters(words[word]) in text


@pytest.mark.parametrize("name", AWARDS)
def test_nothing_runs_into_anything_else_or_off_the_page(pdfs: dict[str, bytes], look: Any, name: str) -> None:
    left, right = (19, 247) if name.startswith("ar") else (50, 278)  # millimetres between band or frame and edge

    places = look(pdfs[name]).places()

    assert [each for each, x, *_ in places if x < left * POINTS_PER_MM] == []
    assert [each for each, _, _, x, _ in places if x > right * POINTS_PER_MM] == []
    between_facts_and_seal = [each for each, _, bottom, *_ in places if 50 < bottom / POINTS_PER_MM < 55]
    assert between_facts_and_seal == []
    assert min(bottom for _, _, bottom, *_ in places) > 12 * POINTS_PER_MM


@pytest.mark.parametrize("name", AWARDS)
def test_only_shipped_typefaces_are_used(pdfs: dict[str, bytes], look: Any, name: str) -> None:
    families = {re.sub(r"^[A-Z]{6}\+", "", font).partition("-")[0] for font in fonts_in(pdfs[name], look)}

    assert families == {"Takwin"}  # the family names of the style sheet


@pytest.mark.parametrize("name", ["ar", "fr"])
def test_band_is_on_the_side_where_reading_starts(pdfs: dict[str, bytes], look: Any, name: str) -> None:
    paper_side = "left" if name == "ar" else "right"
    image = look(pdfs[name]).image(dots_per_inch=36).convert("RGB")
    paper = (251, 248, 241)
    edges = {"left": image.getpixel((2, 150)), "right": image.getpixel((image.width - 3, 150))}

    assert [side for side, colour in edges.items() if colour == paper] == [paper_side]


def test_arabic_letters_are_joined(pdfs: dict[str, bytes], look: Any) -> None:
    """A joined name is much narrower than its letters one by one."""
    record_name = "أمينة بنت الحسن العلوي"
    places = look(pdfs["ar"]).places()
    start = next(index for index in range(len(places)) if letters("".join(p[0] for p in places[index : index + 5])) == "أمينة")
    line = places[start : start + len(record_name.replace(" ", ""))]
    drawn = max(right for *_, right, _ in line) - min(left for _, left, *_ in line)

    assert drawn < 0.95 * 46 * typefaces.width(record_name, typefaces.NASKH_BOLD)


@pytest.mark.parametrize("name", ["ar", "fr longest"])
def test_same_record_gives_the_same_bytes(pdfs: dict[str, bytes], make_record: MakeRecord, name: str) -> None:
    again = render_pdf(make_record(**AWARDS[name]), verify_url=VERIFY_URL)

    assert hashlib.sha256(again).hexdigest() == hashlib.sha256(pdfs[name]).hexdigest()


@pytest.mark.parametrize(
    "name", ["عبد الكريم لكبير", "الكاملي كمال", "لالة الإدريسي", "عبد الله يحيى", "محمد المكناسي", "ڭولميم گال"]
)
def test_name_with_joined_shapes_is_copied_letter_by_letter(make_record: MakeRecord, look: Any, name: str) -> None:
    page = look(render_pdf(make_record(language="ar", name_arabic=name), verify_url=VERIFY_URL))

    copied = [line.strip().replace(TATWEEL, "") for line in page.text.splitlines()]

    assert name in copied


def test_longer_names_are_set_smaller_step_by_step(make_record: MakeRecord) -> None:
    def size(name: str) -> float:
        page = compose(make_record(name_latin=name, name_arabic=""), verify_url=VERIFY_URL)
        return float(re.search(r'class="name latin" style="font-size: ([\d.]+)pt"', page)[1])  # type: ignore[index]

    assert [size("Amina Alaoui"), size(LONG_LATIN[:46]), size(LONG_LATIN)] == [46, 30, 19]


def test_name_beyond_the_display_face_is_set_whole_in_another(make_record: MakeRecord) -> None:
    page = compose(make_record(name_latin="Ɓeyɗi Ŋum"), verify_url=VERIFY_URL)

    assert '<p class="name latin plain"' in page


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"place": "東京"}, ("東", "京")),
        ({"titles": {"fr": "Formation 🌿"}}, ("🌿",)),
        ({"cohort": "ⵜⴰⵎⵓⵔⵜ"}, ("ⵜ", "ⴰ", "ⵎ", "ⵓ", "ⵔ")),
    ],
)
def test_missing_glyph_is_told_before_anything_is_drawn(
    make_record: MakeRecord, change: dict[str, Any], missing: tuple[str, ...]
) -> None:
    record = make_record(**change)

    assert missing_glyphs(record) == missing
    with pytest.raises(MissingGlyph) as caught:
        compose(record, verify_url=VERIFY_URL)
    assert caught.value.characters == missing
    assert f"U+{ord(missing[0]):04X}" in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd#7K3M-9QXD-4TZ2-WHB8-RNVG",
        "javascript:7K3M9QXD4TZ2WHB8RNVG",
        "https://learn.example.org/verify/",
        "https://learn.example.org/verify/7K3M-9QXD-4TZ2-WHB8-RNVH",
        "https://learn.example.org/ /7K3M-9QXD-4TZ2-WHB8-RNVG",
        "https://تكوين.example/7K3M-9QXD-4TZ2-WHB8-RNVG",
        "https://learn.example.org/" + "a" * 300 + "/7K3M-9QXD-4TZ2-WHB8-RNVG",
    ],
)
def test_address_of_anything_but_this_certificate_is_refused(make_record: MakeRecord, address: str) -> None:
    with pytest.raises(UnsafeAddress):
        compose(make_record(), verify_url=address)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "http://[::1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://2130706433/",
        "https://example.org/x.svg",
        "ftp://example.org/x.svg",
        "data:image/svg+xml,<svg/>",
        "bundled:../../../etc/passwd",
        "bundled:certificate.css",
        "bundled:words.json",
        "BUNDLED:band.svg",
        "picture:" + "0" * 64,
    ],
)
@pytest.mark.parametrize("markup", ['<img src="{}">', '<p style="background: url({})">x</p>', '<link rel="stylesheet" href="{}">'])
def test_page_cannot_fetch_anything_that_is_not_shipped(address: str, markup: str) -> None:
    with pytest.raises(RefusedAddress):
        laid_out(markup.format(address), template="zellige-1")


def test_markup_in_peoples_texts_stays_text(make_record: MakeRecord) -> None:
    hostile = '<img src="file:///etc/passwd">{{ 7*7 }}{% raw %}'
    page = compose(
        make_record(place=hostile, cohort=hostile, run=hostile, issuer=hostile, titles={"fr": hostile}),
        verify_url=VERIFY_URL,
    )

    assert "<img" not in page
    assert "49" not in page
    assert page.count("{{ 7*7 }}{% raw %}") == 7  # issuer and title twice (in the head too), three facts


def test_words_of_the_first_template_are_complete_in_every_language() -> None:
    template = "zellige-1"
    words = words_of(template)

    assert tuple(words) == LANGUAGES
    assert {language: sorted(each) for language, each in words.items()} == dict.fromkeys(LANGUAGES, sorted(words["en"]))
    assert [word for each in words.values() for word in each.values() if not word.strip()] == []
    used = set(re.findall(r"words\.(\w+)", (PACKAGE / "templates" / template / "certificate.html").read_text()))
    facts = {"issued_on", "hours", "grade", "out_of", "run", "cohort", "place", "qr"}
    assert set(words["en"]) == used | facts


def test_words_are_drawn_by_the_shipped_typefaces() -> None:
    for words in words_of("zellige-1").values():
        for word in words.values():
            assert typefaces.missing(word, (typefaces.TEXT, typefaces.NASKH)) == ()


@pytest.mark.parametrize(
    ("day", "written"),
    [
        ("2026-08-01", {"ar": "1 غشت 2026", "fr": "1er août 2026", "en": "1 August 2026"}),
        ("2027-12-31", {"ar": "31 دجنبر 2027", "fr": "31 décembre 2027", "en": "31 December 2027"}),
    ],
)
def test_dates_are_written_with_western_digits_and_moroccan_months(day: str, written: dict[str, str]) -> None:
    date = dt.date.fromisoformat(day)

    found = {language: written_date(date, language) for language in LANGUAGES}

    assert {language: found[language].striptags() for language in LANGUAGES} == written
    assert found["ar"].startswith('<bdi dir="ltr">') is True


def test_every_shipped_font_has_its_licence_and_all_weigh_less_than_4_megabytes() -> None:
    folder = PACKAGE / "fonts"

    assert sorted(path.name for path in folder.glob("*.ttf")) == sorted(typefaces.ALL)
    licences = {
        "Amiri": "OFL-amiri.txt",
        "EBGaramond": "OFL-eb-garamond.txt",
        "CormorantGaramond": "OFL-cormorant-garamond.txt",
        "NotoSansTifinagh": "OFL-noto-sans-tifinagh.txt",
        "IBMPlexSans": "OFL-ibm-plex-sans.txt",
        "Tajawal": "OFL-tajawal.txt",
    }
    for face in typefaces.ALL:
        assert "SIL OPEN FONT LICENSE" in (folder / licences[face.partition("_")[0]]).read_text()
    assert sum(path.stat().st_size for path in folder.iterdir()) < 4_000_000


@settings(deadline=None)
@given(st.from_regex(r"https://[a-z]{1,30}\.example/[A-Z0-9-]{1,60}", fullmatch=True))
def test_outline_of_the_qr_code_encloses_exactly_its_dark_modules(text: str) -> None:
    rows = qr.modules(text)
    path = re.search(r' d="([^"]+)"', qr.svg(text, title="x"))[1]  # type: ignore[index]
    loops = [[tuple(map(int, corner.split())) for corner in loop.split("L")] for loop in re.findall(r"M([^Z]+)Z", path)]
    walls = [
        (first[0], *sorted((first[1], second[1])))
        for loop in loops
        for first, second in zip(loop, loop[1:] + loop[:1], strict=True)
        if first[0] == second[0]
    ]

    for y, row in enumerate(rows):
        crossings = sorted(x for x, low, high in walls if low <= y + qr.QUIET_ZONE < high)
        inside = {x for start, end in zip(crossings[::2], crossings[1::2], strict=True) for x in range(start, end)}
        assert inside == {x + qr.QUIET_ZONE for x, dark in enumerate(row) if dark}


def test_title_of_the_qr_code_cannot_carry_markup() -> None:
    assert "<title>&lt;script&gt;</title>" in qr.svg("x", title="<script>")
