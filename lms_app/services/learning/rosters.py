"""Lists of people as trainers have them: which column is what, in three languages, and what each row says once it is checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from lms_app.domain import contact, names
from lms_app.domain.content import LANGUAGES
from lms_app.domain.errors import Invalid
from lms_app.domain.findings import Findings
from lms_app.domain.folding import folded
from lms_app.services.learning.reading_tables import Row

COLUMNS: Final = ("name", "user_name", "email", "phone", "cohort", "language")
_HEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "name": (
        "name",
        "full name",
        "learner",
        "nom",
        "nom complet",
        "nom et prénom",
        "prénom et nom",
        "الاسم",
        "الاسم الكامل",
        "اسم",
    ),
    "user_name": (
        "user name",
        "username",
        "user_name",
        "login",
        "identifiant",
        "nom d'utilisateur",
        "اسم المستخدم",
        "اسم المستعمل",
    ),
    "email": ("e-mail", "email", "mail", "courriel", "adresse e-mail", "البريد", "البريد الإلكتروني", "بريد إلكتروني"),
    "phone": ("phone", "telephone", "mobile", "téléphone", "tél", "portable", "gsm", "الهاتف", "رقم الهاتف", "هاتف"),
    "cohort": ("cohort", "group", "cohorte", "groupe", "promotion", "المجموعة", "مجموعة", "الفوج", "فوج"),
    "language": ("language", "langue", "اللغة", "لغة"),
}
_KNOWN_HEADS: Final = {folded(head): column for column, heads in _HEADS.items() for head in heads}
_LANGUAGES: Final = {
    folded(word): code
    for code, words in {
        "ar": ("ar", "arabic", "arabe", "العربية", "عربية"),
        "fr": ("fr", "french", "français", "الفرنسية", "فرنسية"),
        "en": ("en", "english", "anglais", "الإنجليزية", "إنجليزية"),
    }.items()
    for word in words
}
_FORMULA: Final = ("=", "@", "\t", "\r")
_FEWEST_DIGITS: Final = 8
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
_NUMBER: Final = re.compile(r"(?<![\w-])\+?\(?\d[\d\s.()-]{6,}\d")
_BETWEEN: Final = " \t<>()[],;:|/\"'«»“”–—-"
"""What stands between a name and an address on one line, and belongs to neither."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """One row of a list, each of its cells in its one form; `wrong` says why it can't be taken."""

    line: int
    said: str
    """The row as it was written, for the report."""
    name: str = ""
    user_name: str = ""
    email: str = ""
    phone: str = ""
    cohort: str = ""
    language: str = ""
    wrong: Invalid | None = None

    @property
    def identifier(self) -> str:
        """Return what tells this person from others: the surest that the row has."""
        return self.user_name or self.email or self.phone

    @property
    def is_arabic(self) -> bool:
        """Tell whether the name is written in Arabic letters."""
        return any("ARABIC" in unicodedata.name(sign, "") for sign in self.name)


def read_roster(rows: Sequence[Row], *, country: str = "") -> tuple[Named, ...]:
    """Return what each row says. A first row that names columns is the head; without one, each cell is known by its look."""
    head = [_KNOWN_HEADS.get(folded(cell), "") for cell in rows[0][1]]
    if not any(head):
        return tuple(_checked(number, cells, _guessed(cells), country) for number, cells in rows)
    if not {"name", "user_name", "email", "phone"} & set(head):
        raise Invalid("roster_names_nobody", field="list")
    if len([each for each in head if each]) != len({each for each in head if each}):
        raise Invalid("roster_column_twice", field="list")
    return tuple(_checked(number, cells, dict(zip(head, cells, strict=False)), country) for number, cells in rows[1:])


def _guessed(cells: Sequence[str]) -> dict[str, str]:
    """Return which cell is what, by its look: an address has an @, a number figures, a name spaces or Arabic letters.

    A cell may hold a name and what tells who it is (`Fatima Alaoui <fatima@coop.ma>`). Beside an address or a number, words that
    begin with a capital are a name, one cell or two of them.
    """
    found: dict[str, str] = {}
    alone: list[str] = []
    for column, piece in (each for cell in cells if cell for each in _pieces(cell)):
        found.setdefault(column, piece)
        if column == "user_name" and piece[0].isupper() and not any(sign.isdecimal() for sign in piece):
            alone.append(piece)
    if alone and "name" not in found and found.keys() & {"email", "phone"}:
        found["name"] = " ".join(alone)
        del found["user_name"]
    elif len(alone) == 1 and found.get("user_name") == alone[0] and found.keys() & {"email", "phone"}:
        found["name"] = f"{alone[0]} {found['name']}"
        del found["user_name"]
    return found


def _pieces(cell: str) -> Iterator[tuple[str, str]]:
    """Yield what stands in a cell: an address or a number, and the name beside it; one that is neither is left whole."""
    inside = None if cell.startswith(_FORMULA) else _ADDRESS.search(cell) or _NUMBER.search(cell)
    around = (cell[: inside.start()].strip(_BETWEEN), cell[inside.end() :].strip(_BETWEEN)) if inside else ("", "")
    beside = " ".join(part for part in around if part)
    if inside is None or (beside and not any(sign.isalpha() for sign in beside)):
        yield _look_of(cell), cell
        return
    yield _look_of(inside[0]), inside[0]
    if beside:
        yield "name", beside


def _look_of(cell: str) -> str:
    if "@" in cell:
        return "email"
    if sum(sign.isdecimal() for sign in cell) >= _FEWEST_DIGITS and not any(sign.isalpha() for sign in cell):
        return "phone"
    return "name" if " " in cell or not cell.isascii() else "user_name"


def _checked(line: int, cells: Sequence[str], by_column: Mapping[str, str], country: str) -> Named:
    said = " · ".join(cell for cell in cells if cell)
    given = {column: by_column.get(column, "") for column in COLUMNS}
    find = Findings()
    for column, cell in given.items():
        if cell.startswith(_FORMULA):
            find.wrong.append(Invalid("roster_formula", field=column))
    kept = {column: find(partial(_kept, column, cell, country)) or "" for column, cell in given.items() if not find.wrong}
    if not find.wrong and not any(kept.get(column) for column in ("user_name", "email", "phone", "name")):
        find.wrong.append(Invalid("roster_nobody", field="name"))
    return Named(line=line, said=_visible(said), wrong=find.wrong[0] if find.wrong else None, **kept)


def _kept(column: str, cell: str, country: str) -> str:
    if column == "name":
        return person_name(cell)
    if column == "user_name":
        return names.user_name(cell) if cell else ""
    if column == "email":
        return (contact.email_address(cell) or "").lower()
    if column == "phone":
        return contact.phone_number(cell, country=country) or ""
    if column == "cohort":
        return names.plain_text(cell, field="cohort")
    if cell and folded(cell) not in _LANGUAGES and cell not in LANGUAGES:
        raise Invalid("bad_language", field="language")
    return _LANGUAGES.get(folded(cell), "")


def person_name(text: str) -> str:
    """Return a name in Arabic or in Latin letters as an account keeps it; refuse any other sign."""
    plain = names.plain_text(text, field="name")
    if any("ARABIC" in unicodedata.name(sign, "") for sign in plain):
        return names.arabic_name(plain, field="name")
    return names.latin_name(plain, field="name")


def _visible(text: str) -> str:
    """Return the text of a row for the report: nothing in it that turns or hides what stands around it."""
    return "".join(sign for sign in text if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})[:200]
