"""One symbol for each status, and none that the Analysis Function uses for something else."""

import re

import pytest

from openness.measures import STATUSES
from openness.measures.symbols import (
    LOW_RELIABILITY,
    NOT_APPLICABLE,
    SYMBOLS,
    key,
    key_table,
    status_of_symbol,
)

HARMONISED = {*"bcefprsuwxz", "er", "high", "low", "ns", "ss", "sss"}
"""The list in "Using symbols and shorthand in tables", 11 January 2022."""

ALL = [*SYMBOLS.values(), LOW_RELIABILITY]


def test_every_status_but_observed_has_a_symbol_of_its_own() -> None:
    assert list(SYMBOLS) == list(STATUSES[1:])
    assert len({symbol.text for symbol in ALL}) == len(ALL)


@pytest.mark.parametrize("symbol", ALL, ids=str)
def test_symbols_are_letters_in_brackets_that_do_not_clash_with_the_list(symbol) -> None:
    (letters,) = re.fullmatch(r"\[([a-z]{1,2})\]", symbol.text).groups()
    assert (letters in HARMONISED) == symbol.harmonised
    assert symbol.means
    assert symbol.reason


def test_what_the_list_has_means_what_the_list_says() -> None:
    meant = {symbol.text: symbol.means for symbol in ALL if symbol.harmonised}
    assert meant.keys() == {"[c]", "[u]", "[x]", "[z]"}
    assert meant["[c]"].startswith("confidential")
    assert meant["[u]"] == "low reliability"
    assert meant["[x]"].startswith("not available")
    assert meant["[z]"] == "not applicable"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("[c]", "suppressed"),
        ("z", "not_applicable"),
        ("[NR]", "not_returned"),
        ("[u]", None),
        ("", None),
        ("[]", None),
        ("0.5", None),
    ],
)
def test_a_symbol_is_read_back(text: str, status: str | None) -> None:
    assert status_of_symbol(text) == status


def test_a_key_says_each_symbol_once_in_the_order_of_the_statuses() -> None:
    used = [SYMBOLS["under_query"], NOT_APPLICABLE, SYMBOLS["under_query"]]
    assert key(used) == "Some shorthand is used: [z] = not applicable; [q] = under query."
    assert key([]) == ""


def test_the_table_of_the_key_has_every_symbol_and_no_empty_cell() -> None:
    table = key_table()
    assert table.index.tolist() == [symbol.text for symbol in ALL]
    assert (table != "").all(axis=None)
    assert table.loc["[u]", "status"] == "[z]"
    assert set(table["source"]) == {"Analysis Function", "openness"}
