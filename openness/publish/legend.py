"""Words beside marks, from left to right, in as many rows as they need."""

from __future__ import annotations

from collections.abc import Iterable

from openness.publish.figures import new_figure, text_width

MARK = 0.26
"""Inches from where an entry begins to its words."""

_BETWEEN = 0.3


def place_words(
    words: Iterable[str], *, left: float, right: float, size: float, mark: float = MARK
) -> list[list[tuple[float, str]]]:
    """Place entries of a legend.

    Parameters
    ----------
    words : iterable of str
    left, right : float
        Where rows begin and end, inches.
    size : float
        Of the words, points.
    mark : float
        Inches from where an entry begins to its words.

    Returns
    -------
    list of rows of (float, str)
        Where each entry begins, inches, and its words. An entry that is too long for a row has
        one to itself.
    """
    ruler = new_figure(1, 1)
    rows: list[list[tuple[float, str]]] = [[]]
    x = left
    for text in words:
        width = mark + text_width(ruler, text, size)
        if rows[-1] and x + width > right:
            rows.append([])
            x = left
        rows[-1].append((x, text))
        x += width + _BETWEEN
    return rows
