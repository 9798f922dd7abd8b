import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openness.measures.numbers import number_advice, to_numbers


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_double_survives_its_text(number: float) -> None:
    assert to_numbers([repr(number)])[0] == number


@pytest.mark.parametrize("text", ["5", "+5", "5.", "05", "5e0", "0.5E1"])
def test_plain_numbers(text: str) -> None:
    assert to_numbers([text])[0] == 5


@pytest.mark.parametrize(
    "text",
    ["", "1,5", "1_000", "0x10", "inf", "nan", "1e999", "٣", "1 000", "--1", "5%", "five", "."],
)
def test_anything_else_is_no_number(text: str) -> None:
    assert math.isnan(to_numbers([text])[0])


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("#N/A", "Leave the cell empty"),
        ("45%", "by 100"),
        ("<5", "suppressed"),
        ("12*", "suppressed"),
        ("[c]", "status suppressed"),
        ("[x]", "status not_collected"),
        ("z", "status not_applicable"),
        ("[NR]", "status not_returned"),
        ("0,5", "decimal point"),
        ("1 234", "decimal point"),
        ("\u22125", "hyphen"),
    ],
)
def test_advice_fits_what_came(text: str, advice: str) -> None:
    assert advice in number_advice(text)
