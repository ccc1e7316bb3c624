"""Numbers are read as people type them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from takwin_xblocks.contract.digits import NumberRefused, fold, read_number

LATIN = "0123456789"
SCRIPTS = {"latin": LATIN, "arabic": "٠١٢٣٤٥٦٧٨٩", "extended": "۰۱۲۳۴۵۶۷۸۹"}


def in_script(text: str, script: str) -> str:
    return text.translate(str.maketrans(LATIN, SCRIPTS[script]))


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("1250", ["1250"]),
        ("١٢٥٠", ["1250"]),
        ("۱۲۵۰", ["1250"]),
        ("3,5", ["3.5"]),
        ("٣٫٥", ["3.5"]),
        ("٣،٥", ["3.5"]),
        ("1 250", ["1250"]),
        ("1\u202f250,75", ["1250.75"]),
        ("1'250.75", ["1250.75"]),
        ("1.250,75", ["1250.75"]),
        ("1,250.75", ["1250.75"]),
        ("١٢٬٥٠٠٫٥", ["12500.5"]),
        ("1,250,000", ["1250000"]),
        ("1,250", ["1.25", "1250"]),
        ("1.250", ["1.25", "1250"]),
        ("0,250", ["0.25"]),
        (",5", ["0.5"]),
        ("−5", ["-5"]),
        ("- 5", ["-5"]),
        ("+5", ["5"]),
        ("  \u200f12\u200e ", ["12"]),
        ("12 %", ["12"]),
        ("١٢٪", ["12"]),
    ],
)
def test_reads(typed: str, values: list[str]) -> None:
    assert list(read_number(typed)) == [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" \u200f ", "empty"),
        ("%", "empty"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-inf", "not_a_number"),
        ("1e309", "not_a_number"),
        ("1/0", "not_a_number"),
        ("1/2", "not_a_number"),
        ("9^9^9", "not_a_number"),
        ("__import__('os')", "not_a_number"),
        ("1.2.3", "not_a_number"),
        ("1 2 5", "not_a_number"),
        ("12,50,000", "not_a_number"),
        ("--5", "not_a_number"),
        ("5-", "not_a_number"),
        (".", "not_a_number"),
        ("½", "not_a_number"),
        ("²", "not_a_number"),
        ("1_000", "not_a_number"),
        ("0x10", "not_a_number"),
        ("twelve", "not_a_number"),
        ("9" * 31, "too_long"),
        ("9" * 10_000_000, "too_long"),
    ],
)
def test_refuses(typed: str, code: str) -> None:
    with pytest.raises(NumberRefused) as refused:
        read_number(typed)
    assert refused.value.code == code


@given(whole=st.integers(min_value=-(10**15), max_value=10**15), script=st.sampled_from(sorted(SCRIPTS)))
def test_every_whole_number_in_every_script(whole: int, script: str) -> None:
    assert read_number(in_script(str(whole), script)) == (Decimal(whole),)


@given(
    number=st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    script=st.sampled_from(sorted(SCRIPTS)),
    mark=st.sampled_from([".", ",", "٫", "،"]),
    thousands=st.sampled_from(["", " ", "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}", "٬"]),
)
def test_every_amount_with_two_decimals(number: Decimal, script: str, mark: str, thousands: str) -> None:
    grouped = f"{number:,.2f}".replace(",", thousands).replace(".", mark)
    assert read_number(in_script(grouped, script)) == (number,)


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_number_or_refused(typed: str) -> None:
    try:
        readings = read_number(typed)
    except NumberRefused as error:
        assert error.code in {"empty", "too_long", "not_a_number"}  # noqa: PT017
    else:
        assert 1 <= len(readings) <= 2
        assert all(reading.is_finite() for reading in readings)


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(typed: str) -> None:
    assert fold(fold(typed)) == fold(typed)
