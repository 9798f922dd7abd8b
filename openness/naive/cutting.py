"""Cutting a list of ranks into the bands of a league."""

from __future__ import annotations

import numpy as np
import pandas as pd

from openness.league import Bands


def band_sizes(n: int, bands: Bands) -> list[int]:
    """How many of `n` units fall into each band, by shares or by counts, best first.

    Counts that add up to another number than `n` are taken as shares of their sum; a last band
    without a count takes what is left.
    """
    if bands.rule == "shares":
        shares = [level.share or 0.0 for level in bands.levels]
    else:
        counts = [level.count for level in bands.levels if level.count is not None]
        if len(counts) < len(bands.levels):
            filled = np.minimum(np.cumsum(counts), n)
            return [int(size) for size in np.diff(filled, prepend=0, append=n)]
        shares = [count / sum(counts) for count in counts]
    ends = np.rint(np.cumsum(shares) * n).astype(int)
    return [int(size) for size in np.diff(ends, prepend=0)]


def cut(rank: pd.Series, bands: Bands) -> pd.Series:
    """Give every ranked unit the id of a band: the best ones the first, and so on.

    Units with equal ranks at a cut go to either side of it in the order of the series: a list of
    fixed size has room for only so many. Without a rank the band is missing, and so are all under
    cut points, which are on the scale of the model's score and mean nothing on another.
    """
    chosen = pd.Series(None, rank.index, dtype="str")
    if bands.rule != "cut_points":
        order = rank.dropna().sort_values(kind="stable").index
        ids = [level.id for level in bands.levels]
        chosen[order] = np.repeat(ids, band_sizes(len(order), bands))
    return chosen
