"""Short texts are compared as a person would compare them."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, strategies as st

from takwin_xblocks.quiz.folding import MOST_CHARACTERS, TextTooLong, folded


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coopérative", "cooperative"),
        ("COOPÉRATIVE", "coope\u0301rative"),
        ("œuvre", "OEUVRE"),
        ("d’accord", "d'accord"),
        ("compte-rendu", "compte  rendu."),
        ("« ristourne »", "ristourne"),
        ("التَّعَاوُنِيَّة", "التعاونية"),
        ("تعـــاون", "تعاون"),
        ("أعضاء", "اعضا"),
        ("إدارة", "اداره"),
        ("آراء", "اراء"),
        ("ٱلجمع", "الجمع"),
        ("مستوى", "مستوي"),
        ("مسؤول", "مسوول"),
        ("رئيس", "رييس"),
        ("شيء", "شي"),
        ("ﻻ", "لا"),
        ("هٰذا", "هذا"),
        ("کوبراتیف", "كوبراتيف"),
        ("\u200fجمع عام\u200e", "جمع\u00a0عامّ"),
        ("القانون ١١٢٫١٢", "القانون 112 12"),
        ("۵ أعضاء", "5 اعضاء"),
        ("straße", "STRASSE"),
    ],
)
def test_alike(one: str, other: str) -> None:
    assert folded(one) == folded(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("تعاونية", "التعاونية"),
        ("عضو", "أعضاء"),
        ("ristourne", "ristournes"),
        ("la ristourne", "ristourne"),
        ("compte rendu", "compterendu"),
        ("12", "21"),
        ("5 %", "5 €"),
        ("+5", "5"),
    ],
)
def test_not_alike(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_punctuation_alone_is_nothing() -> None:
    assert folded(" ?!… \t\u0651\u0640") == ""


def test_every_character_folds_once_for_all() -> None:
    assert [hex(code) for code in range(sys.maxunicode + 1) if folded(folded(chr(code))) != folded(chr(code))] == []


@given(st.text(max_size=11))
def test_folding_is_idempotent(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert once == " ".join(once.split())


@given(st.text(max_size=40), st.text(max_size=40))
def test_case_and_outer_spaces_never_count(text: str, spaces: str) -> None:
    around = "".join(character for character in spaces if character.isspace())
    assert folded(around + text.casefold() + around) == folded(text)


@pytest.mark.parametrize("length", [MOST_CHARACTERS + 1, 10_000_000])
def test_what_is_too_long_is_not_looked_at(length: int) -> None:
    with pytest.raises(TextTooLong):
        folded("a" * length)
