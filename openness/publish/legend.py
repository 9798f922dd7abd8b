"""Words with marks or colours beside them, from left to right, in as many rows as they need."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from matplotlib.patches import Rectangle

from openness.publish.palette import RULE
from openness.publish.sheet import MARGIN, WIDTH, Sheet, new_sheet, text_width, write

_SIZE = 7.5
_ROW = 0.16
_MARK = 0.26
_BETWEEN = 0.3


@dataclass(frozen=True)
class Key:
    """Where the entries of a key stand.

    Attributes
    ----------
    rows : list of rows of (float, str)
        Where each entry begins, inches, and its words.
    colours : mapping of str to str
        By the words.
    """

    rows: list[list[tuple[float, str]]]
    colours: Mapping[str, str]

    @property
    def height(self) -> float:
        """Inches that its rows take."""
        return _ROW * len(self.rows) if self.colours else 0.0


def key_of_colours(colours: Mapping[str, str]) -> Key:
    """Place a key of colours, by words, across a sheet."""
    rows = place_words(colours, left=MARGIN, right=WIDTH - MARGIN, size=_SIZE)
    return Key(rows, colours)


def write_key(sheet: Sheet, key: Key, down: float) -> None:
    """Write a key whose first row has its middle so many inches below the top."""
    height = sheet.get_figheight()
    for number, row in enumerate(key.rows):
        middle = down + _ROW * number
        for x, words in row:
            corner = (x / WIDTH, 1 - (middle + 0.04) / height)
            colour = key.colours[words]
            size = (0.2 / WIDTH, 0.08 / height)
            sheet.add_artist(Rectangle(corner, *size, fc=colour, ec=RULE, linewidth=0.4))
            write(sheet, x + _MARK, middle, words, _SIZE)


def place_words(
    words: Iterable[str], *, left: float, right: float, size: float, mark: float = _MARK
) -> list[list[tuple[float, str]]]:
    """Place entries of a legend.

    Rows go from `left` to `right`, and words begin `mark` after their entry; all in inches. An
    entry that is too long for a row has one to itself.
    """
    ruler = new_sheet(1, 1)
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
