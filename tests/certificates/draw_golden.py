"""Draw the awards whose pictures are kept in `golden/`: every design in every language, Tifinagh, the fullest and the barest.

After a wanted change of a design: `python -m tests.certificates.draw_golden`, then look at every picture before it is
committed. A design that certificates were issued with does not change any more; make another.
"""

from __future__ import annotations

import datetime as dt
import io
import math
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from takwin_certificates.facts import Competence, Part, Partner, Signatory, StatusPlace
from takwin_certificates.pdf import render_pdf
from takwin_certificates.record import Record

FOLDER = Path(__file__).parent / "golden"
DOTS_PER_INCH = 50
CODE = "7K3M-9QXD-4TZ2-WHB8-RNVG"
VERIFY_URL = f"https://learn.example.org/verify/{CODE}"
QR_URL = "HTTPS://LEARN.EXAMPLE.ORG/V/" + "AEBAGBAFAYDQQCIKBMGA2DQPCAIREEYU7" * 6
CREDENTIAL = b'{"type":["VerifiableCredential","OpenBadgeCredential"]}'

TITLES = {
    "ar": "تكوين المكوِّنين لفائدة المستشارين التعاونيين",
    "fr": "Formation de formateurs de conseillers coopératifs",
    "en": "Training of trainers of cooperative advisors",
}
LONG_TITLES = {
    "ar": TITLES["ar"] + " – المستوى المتقدم لفائدة أطر الدعم والمواكبة بجهة بني ملال خنيفرة",
    "fr": TITLES["fr"] + " – niveau avancé pour les cadres d’appui de la région Béni Mellal-Khénifra",
    "en": TITLES["en"] + " – advanced level for support staff of the Béni Mellal-Khénifra region",
}
TIFINAGH_TITLE = "ⴰⵙⵎⵓⵜⵜⴳ ⵏ ⵉⵎⵙⵎⵓⵜⵜⴳⵏ ⵏ ⵜⵎⵙⴷⵔⴰⵔⵉⵏ"
LONG_ARABIC_NAME = "فاطمة الزهراء لالة خديجة بنت محمد عبد الواحد الإدريسي الحسني"
LONG_LATIN_NAME = "Marie-Antoinette Rakotomalala-Andriamanantenasoa"
PROGRAMME = {
    "ar": "برنامج روابط لتأهيل المستشارين التعاونيين",
    "fr": "Programme Rawabit des conseillers coopératifs",
    "en": "Rawabit programme for cooperative advisors",
}
COURSES = (
    (TITLES, 30),
    ({"ar": "حكامة التعاونيات", "fr": "Gouvernance des coopératives", "en": "Cooperative governance"}, 20),
    ({"ar": "تسويق منتجات التعاونيات", "fr": "Commercialisation des produits", "en": "Marketing of products"}, 20),
    ({"ar": "التدبير المالي للتعاونيات", "fr": "Gestion financière des coopératives", "en": "Financial management"}, 20),
    ({"ar": "الابتكار في التعاونيات", "fr": "Innovation dans les coopératives", "en": "Innovation in cooperatives"}, 10),
)
COMPETENCES = (
    {
        "ar": "تصميم حصة تكوينية وتنشيطها وتقييمها",
        "fr": "Concevoir, animer et évaluer une séance",
        "en": "Design and lead a session",
    },
    {"ar": "إنجاز تشخيص تشاركي وخطة مواكبة", "fr": "Conduire un diagnostic participatif", "en": "Run a participatory diagnostic"},
    {"ar": "إعداد ملف جمع عام صحيح", "fr": "Préparer un dossier d’assemblée régulier", "en": "Prepare a valid assembly file"},
    {"ar": "احتساب النصاب", "fr": "Calculer le quorum", "en": "Compute the quorum"},
    {"ar": "معالجة تضارب المصالح", "fr": "Traiter un conflit d’intérêts", "en": "Handle a conflict of interest"},
    {"ar": "حساب ثمن التكلفة وتحديد الثمن", "fr": "Calculer le prix de revient et fixer un prix", "en": "Calculate full cost"},
    {"ar": "إعداد خطة تسويقية في صفحة", "fr": "Rédiger un plan marketing d’une page", "en": "Write a marketing plan"},
    {"ar": "مسك دفتر الصندوق", "fr": "Tenir un livre de caisse", "en": "Keep a cash book"},
    {"ar": "إعداد مخطط خزينة لستة أشهر", "fr": "Établir un plan de trésorerie de six mois", "en": "Prepare a cash-flow plan"},
    {
        "ar": "تحديد مشكلة مع الأعضاء وتجريب حل وقياس أثره",
        "fr": "Définir un problème avec les membres, tester une solution, en mesurer l’effet",
        "en": "Define a problem with members, test a solution, measure its effect",
    },
)
OFFICES = {
    "ar": ("مديرة البرنامج", "المسؤول البيداغوجي", "ممثل المؤسسة الشريكة"),
    "fr": ("Directrice du programme", "Responsable pédagogique", "Représentant de l’institution partenaire"),
    "en": ("Programme Director", "Head of Training", "Representative of the partner institution"),
}
PEOPLE = {
    "ar": ("خديجة بنعلي", "يوسف آيت أوراب", "سميرة الفاسي"),
    "fr": ("Khadija Benali", "Youssef Aït Ouarab", "Samira El Fassi"),
    "en": ("Khadija Benali", "Youssef Aït Ouarab", "Samira El Fassi"),
}
WORDS = {
    "ar": {"issuer": "مؤسسة تكوين", "cohort": "روابط 3", "place": "بني ملال", "city": "الرباط"},
    "fr": {"issuer": "Fondation Takwin", "cohort": "Rawabit 3", "place": "Béni Mellal", "city": "Rabat"},
    "en": {"issuer": "Takwin Foundation", "cohort": "Rawabit 3", "place": "Béni Mellal", "city": "Rabat"},
}


def _png(draw: Callable[[ImageDraw.ImageDraw], None]) -> bytes:
    image = Image.new("RGBA", (600, 240), (0, 0, 0, 0))
    draw(ImageDraw.Draw(image))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _signature(seed: int) -> bytes:
    points = [(30 + 5 * x, 120 + 70 * math.sin(x / (5 + seed)) * math.cos(x / 13 + seed)) for x in range(105)]
    return _png(lambda on: on.line(points, fill=(20, 40, 120), width=7, joint="curve"))


def _logo(colour: str) -> bytes:
    def draw(on: ImageDraw.ImageDraw) -> None:
        on.ellipse((20, 20, 220, 220), fill=colour)
        on.rectangle((250, 60, 580, 110), fill=colour)
        on.rectangle((250, 140, 480, 170), fill=colour)

    return _png(draw)


SIGNATURES = [_signature(seed) for seed in range(2)]
LOGOS = [_logo(colour) for colour in ("#0b5a4d", "#a03c1e", "#1e468c", "#785a14", "#5a145a", "#282828")]
PICTURES = {sha256(picture).hexdigest(): picture for picture in (*SIGNATURES, *LOGOS)}


def award(template: str, language: str, *, kind: str = "competence", logos: int = 2, **changes: Any) -> Record:
    """Make an award with every fact that a partner checks; any of them can be replaced."""
    offices, people = OFFICES[language], PEOPLE[language]
    scanned = [sha256(each).hexdigest() for each in SIGNATURES] + [""]
    is_programme = kind == "programme"
    facts: dict[str, Any] = {
        "code": CODE,
        "titles": PROGRAMME if is_programme else TITLES,
        "course_key": "course-v1:Takwin+TOT+2026",
        "issued_on": dt.date(2026, 6, 1),
        "issued_at": dt.datetime(2026, 6, 1, 10, 30, tzinfo=dt.UTC),
        "language": language,
        "site": "https://learn.example.org",
        "name_arabic": "أمينة بنت الحسن العلوي",
        "name_latin": "Amina Bent El Hassan Alaoui",
        "kind": kind,
        "number": "MA-TOT-2026-000123-7",
        "award": f"course-v1:Takwin+TOT+2026#{kind}",
        "subject": "urn:uuid:0b5cf0d6-6b1b-4b52-9f6b-5d6c8f0f1a2b",
        "starts_on": dt.date(2026, 3, 3),
        "ends_on": dt.date(2026, 5, 28),
        "hours": 100 if is_programme else 60,
        "hours_face_to_face": 36,
        "hours_field": 12,
        "field_visits": 4,
        "grade_percent": 87,
        "valid_until": dt.date(2029, 6, 1),
        "trainers": (people[1],),
        "signatories": tuple(
            Signatory(title=office, name=name, picture=picture)
            for office, name, picture in zip(offices, people, scanned, strict=True)
        ),
        "partners": tuple(
            Partner(name=f"Partner {each}", logo=sha256(logo).hexdigest()) for each, logo in enumerate(LOGOS[:logos])
        ),
        "status": StatusPlace(list=1, index=77),
        "template": template,
        **WORDS[language],
    }
    if is_programme:
        facts["parts"] = tuple(Part(titles=titles, course_key="c", code=CODE, hours=hours) for titles, hours in COURSES)
    if kind == "competence":
        facts["competences"] = _competences(4)
        facts["assessors"] = people[:2]
    return Record(**{**facts, **changes})


def _competences(count: int) -> tuple[Competence, ...]:
    return tuple(Competence(texts=texts, level=3 + place % 2) for place, texts in enumerate(COMPETENCES[:count]))


def _with_tifinagh(template: str, language: str, **changes: Any) -> Record:
    titles = {**TITLES, "zgh": TIFINAGH_TITLE}
    return award(template, language, titles=titles, name_tifinagh="ⴰⵎⵉⵏⴰ ⵍⵄⵍⴰⵡⵉ", **changes)


def _fullest(template: str, language: str) -> Record:
    return award(
        template,
        language,
        logos=6,
        titles={**LONG_TITLES, "zgh": TIFINAGH_TITLE},
        name_latin=LONG_LATIN_NAME,
        name_arabic=LONG_ARABIC_NAME,
        name_tifinagh="ⵎⴰⵔⵢ ⴰⵏⵟⵡⴰⵏⵉⵜ ⵔⴰⴽⵓⵜⵓⵎⴰⵍⴰⵍⴰ",
        run="2026",
        competences=_competences(10),
        trainers=PEOPLE[language],
    )


BARE: dict[str, Any] = {
    "name_arabic": "",
    "titles": {"fr": TITLES["fr"]},
    **dict.fromkeys(("number", "cohort", "place", "city"), ""),
    **dict.fromkeys(("starts_on", "ends_on", "hours", "hours_face_to_face", "hours_field", "field_visits")),
    **dict.fromkeys(("grade_percent", "valid_until")),
    "trainers": (),
    "signatories": (),
}

AWARDS: dict[str, Record] = {
    "zellige-2-ar": award("zellige-2", "ar"),
    "zellige-2-fr": award("zellige-2", "fr"),
    "zellige-2-en": award("zellige-2", "en", kind="completion"),
    "zellige-2-fr-tifinagh": _with_tifinagh("zellige-2", "fr", kind="completion"),
    "zellige-2-ar-fullest": _fullest("zellige-2", "ar"),
    "modern-1-ar": award("modern-1", "ar", cohort="الفوج CS-204/B (v2)", place="بني ملال (الهاتف 0523-48-12-34)"),
    "modern-1-fr": award("modern-1", "fr", kind="completion"),
    "modern-1-en": award("modern-1", "en"),
    "modern-1-fr-fullest": _fullest("modern-1", "fr"),
    "modern-1-fr-barest": award("modern-1", "fr", kind="participation", logos=0, **BARE),
    "programme-1-ar": award("programme-1", "ar", kind="programme"),
    "programme-1-fr": award("programme-1", "fr", kind="programme"),
    "programme-1-en": award("programme-1", "en", kind="programme"),
    "programme-1-ar-fullest": _fullest("programme-1", "ar"),
}
"""Name of the picture in `golden/` to what it shows."""


def drawn(record: Record) -> bytes:
    """Draw one of the awards, with the credential attached."""
    return render_pdf(record, verify_url=VERIFY_URL, qr_url=QR_URL, attachment=CREDENTIAL, pictures=PICTURES)


def picture_of(pdf: bytes, *, dots_per_inch: int = DOTS_PER_INCH) -> Image.Image:
    """Take a picture of the page."""
    return pypdfium2.PdfDocument(pdf)[0].render(scale=dots_per_inch / 72).to_pil().convert("RGB")


def main() -> None:
    """Take all pictures again."""
    FOLDER.mkdir(exist_ok=True)
    for name, record in AWARDS.items():
        few_colours = picture_of(drawn(record)).quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few_colours.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
