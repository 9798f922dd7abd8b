"""Where the rows of a long plot go, so that some can be labelled and all can be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Rows:
    """Rows from top to bottom, in inches.

    Attributes
    ----------
    centre : numpy.ndarray, shape (n,)
        Distance of each row's middle from the top.
    labelled : numpy.ndarray, shape (n,)
        Whether there is room for text in the row.
    height : float
        Of all rows together.
    pitch : float
        Height of the thinnest row.
    """

    centre: NDArray[np.float64]
    labelled: NDArray[np.bool_]
    height: float
    pitch: float


def lay_out(count: int, *, ends: int, also: Iterable[int], text: float, room: float) -> Rows:
    """Give every row its place: `text` inches where there is a label, what is left elsewhere.

    Parameters
    ----------
    count : int
        Number of rows.
    ends : int
        How many rows are labelled at either end, if not all can be.
    also : iterable of int
        Other rows that are labelled.
    text : float
        Height of a row with a label, inches.
    room : float
        Height that all rows may take, inches.

    Returns
    -------
    Rows
        All labelled if there is room for that. Otherwise the rows fill the room.
    """
    if count * text <= room:
        heights = np.full(count, text)
        labelled = np.ones(count, dtype=bool)
    else:
        labelled = np.zeros(count, dtype=bool)
        labelled[:ends] = labelled[count - ends :] = True
        labelled[list(also)] = True
        # Labels never take more than three fifths of the page.
        wide = min(text, 0.6 * room / labelled.sum())
        thin = (room - wide * labelled.sum()) / max(count - labelled.sum(), 1)
        heights = np.where(labelled, wide, thin)
    bottom = np.cumsum(heights)
    return Rows(bottom - heights / 2, labelled, float(bottom[-1]), float(heights.min()))
