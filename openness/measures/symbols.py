"""What stands where a value is not: a symbol for every status, and its words. Nothing else has any.

The UK Government Analysis Function, "Using symbols and shorthand in tables" (11 January 2022), asks
for letters in square brackets and has a list of them. From it come `[c]`, `[u]`, `[x]` and `[z]`.
It has none for a measure that was asked for and not returned, for one that a change of system
spoiled, or for one in dispute, and lets a publisher choose letters that are not on the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd


@dataclass(frozen=True)
class Symbol:
    """A shorthand and what it stands for.

    Attributes
    ----------
    text : str
        Letters in square brackets.
    means : str
        What a key says, in a few words.
    reason : str
        The same as a clause that tells it from the others.
    harmonised : bool
        Whether it is on the list of the Analysis Function.

    Examples
    --------
    >>> symbol = openness.measures.SYMBOLS["not_returned"]
    >>> print(symbol, symbol.means)
    [nr] not returned
    """

    text: str
    means: str
    reason: str
    harmonised: bool = False

    def __str__(self) -> str:
        return self.text


SYMBOLS: Mapping[str, Symbol] = MappingProxyType(
    {
        "not_applicable": Symbol(
            "[z]", "not applicable", "the measure does not exist for this kind of unit", True
        ),
        "not_collected": Symbol(
            "[x]",
            "not available (not collected)",
            "nobody asked, or the source does not hold it",
            True,
        ),
        "not_returned": Symbol("[nr]", "not returned", "asked, and no answer"),
        "system_change": Symbol(
            "[sc]", "system change", "a nil or partial return because a system was changed"
        ),
        "suppressed": Symbol(
            "[c]", "confidential (suppressed)", "withheld because the number is small", True
        ),
        "withdrawn": Symbol("[wd]", "withdrawn", "published once, and taken back"),
        "under_query": Symbol("[q]", "under query", "a value in dispute"),
    }
)
"""Symbol of every status but `observed`, in whose place stands the value."""

NOT_APPLICABLE = SYMBOLS["not_applicable"]
NOT_AVAILABLE = SYMBOLS["not_collected"]
LOW_RELIABILITY = Symbol(
    "[u]", "low reliability", "too little is known of the unit to publish it", True
)
"""For a rank or band that a unit does not get; no cell of the evidence has it."""

_ALL = {symbol.text: symbol for symbol in (*SYMBOLS.values(), LOW_RELIABILITY)}
_STATUS = {symbol.text: status for status, symbol in SYMBOLS.items()}
_SOURCE = {True: "Analysis Function", False: "openness"}


def in_words(status: str) -> str:
    """A status as words, such as `not returned`."""
    return status.replace("_", " ")


def status_of_symbol(text: str) -> str | None:
    """Status that a symbol stands for, with or without its brackets; None if it is no symbol."""
    return _STATUS.get(f"[{text.casefold().removeprefix('[').removesuffix(']')}]")


def key(symbols: Iterable[Symbol]) -> str:
    """Return the sentence that goes above a table in which these symbols stand.

    It has each symbol once, in the order of the statuses, and is empty if there is none.
    """
    used = {symbol.text for symbol in symbols}
    words = [f"{text} = {symbol.means}" for text, symbol in _ALL.items() if text in used]
    return f"Some shorthand is used: {'; '.join(words)}." if words else ""


def key_table() -> pd.DataFrame:
    """Return every symbol as a table.

    Returns
    -------
    pandas.DataFrame
        Indexed by `symbol`: `means`, `reason`, `status` (`[z]` if no status has it) and `source`
        (whose list it is on: `Analysis Function` or `openness`).

    Examples
    --------
    >>> from openness.measures.symbols import key_table
    >>> key_table().loc[["[z]", "[nr]"], ["means", "source"]]
                     means             source
    symbol
    [z]     not applicable  Analysis Function
    [nr]      not returned           openness
    """
    rows = [
        (s.text, s.means, s.reason, _STATUS.get(s.text, NOT_APPLICABLE.text), _SOURCE[s.harmonised])
        for s in _ALL.values()
    ]
    names = ["symbol", "means", "reason", "status", "source"]
    return pd.DataFrame(rows, columns=names, dtype="str").set_index("symbol")
