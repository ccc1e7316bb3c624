"""Names that hide something: turned text, invisible characters, look-alikes, heaps of accents."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, strategies

from lms_app.domain import names
from lms_app.domain.errors import Invalid

TURNED = [chr(code) for code in (0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069)]
LEFT_BY_KEYBOARDS = [chr(code) for code in (0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x061C, 0x00AD, 0x2060, 0xFEFF, 0x0640)]


@pytest.mark.parametrize("sign", TURNED)
def test_text_that_turns_its_surroundings_is_refused(sign):
    with pytest.raises(Invalid) as refusal:
        names.plain_text(f"Ali{sign}nimda", field="name_latin")

    assert refusal.value.code == "hidden_characters"


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x7f", "\ue000", "\U000e0041"])
def test_control_and_private_characters_are_refused(sign):
    with pytest.raises(Invalid) as refusal:
        names.plain_text(f"Ali{sign}", field="name_latin")

    assert refusal.value.code == "hidden_characters"


@pytest.mark.parametrize("sign", LEFT_BY_KEYBOARDS)
def test_what_keyboards_leave_behind_disappears(sign):
    assert names.arabic_name(f"فاطمة{sign} الزهراء{sign}") == "فاطمة الزهراء"


def test_names_are_composed_and_have_single_spaces():
    assert names.latin_name(" Aïcha \t\n  Aït ") == "Aïcha Aït"


def test_length_counts_after_composition():
    decomposed = "e\u0301" * names.LONGEST_NAME

    assert names.latin_name(decomposed) == "\u00e9" * names.LONGEST_NAME
    with pytest.raises(Invalid):
        names.latin_name(decomposed + "a")


def test_a_megabyte_is_refused_before_it_is_looked_at():
    with pytest.raises(Invalid) as refusal:
        names.plain_text("a" * 1_000_000, field="region")

    assert refusal.value.code == "text_too_long"


def test_heaps_of_accents_are_refused():
    with pytest.raises(Invalid):
        names.plain_text("a" + "\u0300" * 40, field="name_latin")


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (names.latin_name, "\u0410li"),  # Cyrillic А
        (names.latin_name, "\u0391li"),  # Greek Α
        (names.latin_name, "فاطمة"),
        (names.latin_name, "Ali<script>"),
        (names.latin_name, "Ali 3"),
        (names.latin_name, "--"),
        (names.arabic_name, "Fatima"),
        (names.arabic_name, "فاطمةA"),
    ],
)
def test_letters_of_another_script_are_refused(rule, text):
    with pytest.raises(Invalid):
        rule(text)


@pytest.mark.parametrize("name", ["", "Aïcha", "Jean-Luc O'Neil", "D’Ávila", "M. Ba", "Ngũgĩ", "Rasoamanana"])
def test_real_latin_names_pass(name):
    assert names.latin_name(name) == name


@pytest.mark.parametrize("name", ["", "فاطمة الزهراء", "مُحَمَّد", "آيت علي", "بن-علي"])
def test_real_arabic_names_pass(name):
    assert names.arabic_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("looks_like_ali", ["Ali", "ALI", "\uff41\uff4c\uff49", "ali\u200d", " ali "])
def test_user_names_that_look_the_same_are_the_same(looks_like_ali):
    assert names.user_name(looks_like_ali) == "ali"


@pytest.mark.parametrize(
    "text", ["\u0430li", "al", "1ali", "_ali", "a li", "a@b", "ali/..", "ali'--", "ﷺ", "😀😀😀", "x" * 41, "12345", "aliعلي"]
)
def test_user_names_that_could_mislead_are_refused(text):
    with pytest.raises(Invalid):
        names.user_name(text)


def test_user_names_may_be_arabic_with_any_digits():
    assert names.user_name("عائشة٢٠٢٦") == "عائشة2026"


@given(strategies.text(max_size=60))
def test_a_user_name_is_in_its_one_form_or_refused(text):
    try:
        once = names.user_name(text)
    except Invalid:
        return

    assert names.user_name(once) == once


@given(strategies.text(max_size=60))
def test_plain_text_shows_all_it_holds_or_is_refused(text):
    try:
        kept = names.plain_text(text, field="region")
    except Invalid:
        return

    assert not any(unicodedata.category(sign) in {"Cc", "Cf", "Zl", "Zp"} for sign in kept)
    assert names.plain_text(kept, field="region") == kept
