"""Verification codes can be read aloud, mistyped in the usual ways, and never guessed."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from takwin_certificates import codes

CODE = "7K3M-9QXD-4TZ2-WHB8-RNVG"
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")

generated = st.builds(codes.generate)


@given(generated)
def test_generated_code_is_wellformed_and_stable_under_normalising(code: str) -> None:
    assert codes.is_wellformed(code)
    assert codes.normalise(code) == code


def test_a_code_has_at_least_80_random_bits_and_groups_of_four() -> None:
    code = codes.generate()

    assert [len(group) for group in code.split("-")] == [4, 4, 4, 4, 4]
    assert len(codes.ALPHABET) == 32
    assert 5 * (codes.LENGTH - 1) >= 80


def test_ten_thousand_codes_are_all_different_and_use_every_sign_everywhere() -> None:
    drawn = {codes.generate() for _ in range(10_000)}

    assert len(drawn) == 10_000
    for place in range(codes.LENGTH):
        assert {code.replace("-", "")[place] for code in drawn} == set(codes.ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        CODE.lower(),
        CODE.replace("-", ""),
        CODE.replace("-", " "),
        f"  {CODE}\n",
        CODE.replace("-", "–"),
        CODE.replace("-", " . "),
        f"\u2067{CODE}\u2069",
        CODE.translate(ARABIC_INDIC),
        CODE.translate(PERSIAN),
        "".join(chr(ord(sign) + 0xFEE0) for sign in CODE),
        f"https://learn.example.org/verify/{CODE}",
        f"https://learn.example.org/verify/{CODE.lower()}/?utm_source=x#top",
    ],
)
def test_normalise_accepts_what_people_type(typed: str) -> None:
    assert codes.normalise(typed) == CODE


@given(generated)
def test_letters_taken_for_digits_are_taken_back(code: str) -> None:
    assert codes.normalise(code.replace("0", "O").replace("1", "I")) == code
    assert codes.normalise(code.replace("0", "o").replace("1", "l")) == code


@given(generated, st.integers(0, codes.LENGTH - 1), st.sampled_from(codes.ALPHABET))
def test_one_wrong_sign_is_found(code: str, place: int, sign: str) -> None:
    signs = list(code.replace("-", ""))
    wrong = codes.normalise("".join([*signs[:place], sign, *signs[place + 1 :]]))

    assert codes.is_wellformed(wrong) == (sign == signs[place])


@given(generated, st.integers(0, codes.LENGTH - 1), st.integers(0, codes.LENGTH - 1))
def test_two_signs_that_changed_places_are_found(code: str, first: int, second: int) -> None:
    signs = list(code.replace("-", ""))
    same = signs[first] == signs[second]
    signs[first], signs[second] = signs[second], signs[first]

    assert codes.is_wellformed(codes.normalise("".join(signs))) == same


@given(st.text(max_size=60))
def test_normalise_takes_anything_and_settles_at_once(text: str) -> None:
    once = codes.normalise(text)

    assert codes.normalise(once) == once


@pytest.mark.parametrize("text", ["", "7K3M", CODE[:-1], CODE + "0", CODE.lower(), CODE.replace("-", ""), "U" * 20])
def test_what_is_not_in_the_stored_form_is_not_wellformed(text: str) -> None:
    assert not codes.is_wellformed(text)
