"""Where the rows of a long plot go, so that some can be labelled and all can be drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_MOST_FOR_LABELS = 0.6
"""Share of the room that rows with labels take, where not all rows have one."""


@dataclass(frozen=True)
class Rows:
    """Rows from top to bottom, in inches.

    Attributes
    ----------
    edge : numpy.ndarray, shape (n + 1,)
        Distance from the top of where each row begins and the last one ends.
    labelled : numpy.ndarray, shape (n,)
        Whether there is room for text in the row.
    pitch : float
        Height of the thinnest row.
    """

    edge: NDArray[np.float64]
    labelled: NDArray[np.bool_]
    pitch: float

    @property
    def centre(self) -> NDArray[np.float64]:
        """Distance of each row's middle from the top, shape (n,)."""
        return (self.edge[1:] + self.edge[:-1]) / 2

    @property
    def height(self) -> float:
        """Of all rows together."""
        return float(self.edge[-1])


def lay_out(count: int, *, ends: int, also: Iterable[int], text: float, room: float) -> Rows:
    """Give every row its place: `text` inches where there is a label, what is left elsewhere.

    Rows at either end and `also` are labelled, if not all can be; all in inches. Where not all are
    labelled, the rows fill the room.
    """
    if count * text <= room:
        heights = np.full(count, text)
        labelled = np.ones(count, dtype=bool)
    else:
        labelled = np.zeros(count, dtype=bool)
        labelled[:ends] = labelled[count - ends :] = True
        labelled[list(also)] = True
        wide = min(text, _MOST_FOR_LABELS * room / labelled.sum())
        thin = (room - wide * labelled.sum()) / max(count - labelled.sum(), 1)
        heights = np.where(labelled, wide, thin)
    edge = np.concatenate([[0.0], np.cumsum(heights)])
    return Rows(edge, labelled, float(heights.min()))


def divide_room(counts: Sequence[int], labels: int, text: float, room: float) -> list[float]:
    """Divide the height of a page between sets of rows, by their numbers.

    It takes what labels all rows, if there is room for that. Otherwise a small set keeps what its
    `labels` need, and the others have what is left.
    """
    if sum(counts) * text <= room:
        return [count * text for count in counts]
    least = [min(count, labels / _MOST_FOR_LABELS) * text for count in counts]
    small: set[int] = set()
    while True:
        left = room - sum(least[part] for part in small)
        rows = sum(count for part, count in enumerate(counts) if part not in small)
        shares = [
            least[part] if part in small or left <= 0 else left * count / rows
            for part, count in enumerate(counts)
        ]
        short = {part for part, share in enumerate(shares) if share < least[part]} - small
        if not short:
            return shares
        small |= short
