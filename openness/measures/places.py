"""Rows as a person finds them."""

from __future__ import annotations

from collections.abc import Sequence

SPANS = 20
"""Runs of rows that one message names."""


def place(row_word: str, numbers: Sequence[int], column: str = "") -> str:
    """Name rows and column: `line 4, column value` or `lines 4, 7-9`.

    >>> place("line", [4, 7, 8, 9], "value")
    'lines 4, 7-9, column value'
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    spans = [str(first) if first == last else f"{first}-{last}" for first, last in runs[:SPANS]]
    unnamed = sum(last - first + 1 for first, last in runs[SPANS:])
    more = f" and {unnamed} more" if unnamed else ""
    plural = "s" if len(numbers) > 1 else ""
    in_column = f", column {column}" if column else ""
    return f"{row_word}{plural} {', '.join(spans)}{more}{in_column}"
