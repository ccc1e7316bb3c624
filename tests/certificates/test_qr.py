"""The QR code is found by a scanner at the size and resolution of a poor copy, for the longest names too."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image

from takwin_certificates import qr, token as tokens
from takwin_certificates.facts import StatusPlace
from takwin_certificates.token import Token

MILLIMETRES = 32
FIRST_SCHEMA = "https://learn.example.org/v/7K3M-9QXD-4TZ2-WHB8-RNVG"


def scanned(rows: tuple[tuple[bool, ...], ...], *, dots_per_inch: int, shift: int) -> list[str]:
    """Print it 32 mm wide (the quiet zone comes outside), copy it at this resolution, and read the copy."""
    side = len(rows)
    dots = Image.new("L", (side, side), 255)
    dots.putdata([0 if dark else 255 for row in rows for dark in row])
    fine = 16
    paper = Image.new("L", ((side + 12) * fine,) * 2, 255)
    paper.paste(dots.resize((side * fine,) * 2, Image.Resampling.NEAREST), (6 * fine + shift, 6 * fine + shift))
    width = round(paper.width * MILLIMETRES / 25.4 * dots_per_inch / (side * fine))
    copy = paper.resize((width, width), Image.Resampling.BOX)
    return [each.text for each in zxingcpp.read_barcodes(copy)]


def address(name: str, title: str, *, language: str) -> str:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    token = Token(
        key_hint=tokens.hint_of(private.public_key()),
        code="7K3M-9QXD-4TZ2-WHB8-RNVG",
        kind="competence",
        language=language,
        issued_on=dt.date(2026, 8, 1),
        valid_until=dt.date(2029, 8, 1),
        status=StatusPlace(list=3, index=94_567),
        title=tokens.shortened(title),
        name=name,
    )
    content = token.signed_bytes()
    return tokens.url("https://formation.cooperatives.example.org", content + private.sign(tokens.DOMAIN + content))


NAMES = {
    "short": ("Ali Aït", "Vente", "fr"),
    "french": ("Amina Bent El Hassan Alaoui", "Gouvernance des coopératives", "fr"),
    "arabic": ("أمينة بنت الحسن العلوي", "حكامة التعاونيات الفلاحية وتدبيرها المالي والإداري", "ar"),
    "longest plausible": ("عبد الرحمان بن محمد بن عبد السلام الإدريسي الحسني العلوي المدغري", "حكامة " * 12, "ar"),
    "longest possible": ("م" * 100, "é" * 30, "fr"),
}


@pytest.mark.parametrize("which", NAMES)
def test_a_code_32_mm_wide_is_read_at_96_dpi(which: str) -> None:
    name, title, language = NAMES[which]
    text = address(name, title, language=language)
    rows = qr.modules(text)

    assert len(rows) <= 17 + 4 * qr.LARGEST_VERSION
    for dots_per_inch in (96, 110, 150, 300):
        read = [scanned(rows, dots_per_inch=dots_per_inch, shift=shift) for shift in (0, 3, 7, 11, 13)]
        assert read.count([text]) >= 4  # where its edges fall on the grid just so, a scanner needs a second look
    assert tokens.read(text).name == name


def test_the_usual_token_keeps_a_quarter_to_lose() -> None:
    rows = [list(row) for row in qr.modules(address(*NAMES["french"][:2], language="fr"))]
    middle = len(rows) // 2
    for y in range(middle - 7, middle + 8):
        for x in range(middle - 7, middle + 8):
            rows[y][x] = True  # a stamp over it

    assert len(scanned(tuple(map(tuple, rows)), dots_per_inch=150, shift=0)) == 1


def test_the_same_text_is_the_same_code_for_ever() -> None:
    dots = bytes(dark for row in qr.modules(FIRST_SCHEMA) for dark in row)

    assert qr.modules(FIRST_SCHEMA) == qr.modules(FIRST_SCHEMA)
    assert hashlib.sha256(dots).hexdigest()[:16] == "1732fc04af7f0871"


def test_addresses_of_the_first_schema_are_read_too() -> None:
    assert scanned(qr.modules(FIRST_SCHEMA), dots_per_inch=96, shift=3) == [FIRST_SCHEMA]
