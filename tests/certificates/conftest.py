"""One award in three languages, and eyes to look at the PDF drawn of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from PIL.Image import Image

from takwin_certificates import keys
from takwin_certificates.record import Record, StatusPlace

CODE = "7K3M-9QXD-4TZ2-WHB8-RNVG"
VERIFY_URL = f"https://learn.example.org/verify/{CODE}"

MakeRecord = Callable[..., Record]


FIRST_FACTS: dict[str, Any] = {
    "code": CODE,
    "titles": {"ar": "حكامة التعاونيات", "fr": "Gouvernance des coopératives", "en": "Cooperative governance"},
    "course_key": "course-v1:Takwin+GOV+2026",
    "issued_on": dt.date(2026, 8, 1),
    "issuer": "Fondation Takwin",
    "language": "fr",
    "site": "https://learn.example.org",
    "name_arabic": "أمينة بنت الحسن العلوي",
    "name_latin": "Amina Bent El Hassan Alaoui",
    "run": "2026",
    "cohort": "Rawabit 3",
    "place": "Béni Mellal",
    "hours": 20,
    "grade_percent": 87,
}
"""What a record of either schema says."""
LATER_FACTS: dict[str, Any] = {
    "issued_at": dt.datetime(2026, 8, 1, 9, 30, tzinfo=dt.UTC),
    "award": "course-v1:Takwin+GOV+2026#completion",
    "subject": "urn:uuid:6f0d1c1e-5b0f-4a55-9a3e-1f2f6f1f2a3b",
    "status": StatusPlace(list=1, index=70_411),
}


@pytest.fixture(scope="session")
def make_record() -> MakeRecord:
    """Make a full record; any fact can be replaced."""
    return lambda **changes: Record(**{**FIRST_FACTS, **LATER_FACTS, **changes})


@pytest.fixture(scope="session")
def make_first_record() -> MakeRecord:
    """Make a record as the first schema had it; such certificates are out there and must be read for ever."""
    return lambda **changes: Record(**{"schema": 1, **FIRST_FACTS, **changes})


@pytest.fixture
def issuer_key() -> keys.IssuerKey:
    """Make a key of the issuer, in memory."""
    return keys.generate()


class Page:
    """A drawn certificate as a reader's eyes, and copy and paste, have it."""

    def __init__(self, pdf: bytes) -> None:
        self.document = pypdfium2.PdfDocument(pdf)

    @property
    def text(self) -> str:
        return self.document[0].get_textpage().get_text_range()

    def image(self, *, dots_per_inch: int) -> Image:
        return self.document[0].render(scale=dots_per_inch / 72).to_pil()

    def scanned(self, *, dots_per_inch: int) -> list[str]:
        """Read it as a scanner does."""
        return [each.text for each in zxingcpp.read_barcodes(self.image(dots_per_inch=dots_per_inch))]

    def places(self) -> list[tuple[str, float, float, float, float]]:
        """Every visible character with its left, bottom, right and top, in points from the lower left corner."""
        page = self.document[0].get_textpage()
        text = [page.get_text_range(index, 1) for index in range(page.count_chars())]
        return [(each, *page.get_charbox(index)) for index, each in enumerate(text) if each.strip()]


@pytest.fixture(scope="session")
def look() -> Callable[[bytes], Page]:
    """Open a PDF."""
    return Page


@pytest.fixture
def key_folder(tmp_path: Path) -> Path:
    """Name a folder for keys that does not exist yet."""
    return tmp_path / "keys"
