"""What is missing, by score and by group, as a table."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.league.definition import League
from openness.measures.strata import Scope, as_scope, strata_of
from openness.ranking.arguments import as_draws, as_probability, refuse
from openness.ranking.intervals import equal_tailed
from openness.ranking.missingness import (
    MissingShares,
    missing_share_interval,
    missing_shares,
    score_classes,
)

FIFTHS = 5
"""Classes of score: few enough that each has cells to count, as is usual."""

_INDEX = ["by", "level", "reason"]
_COLUMNS = ["cells", "missing", "share", "share_lower", "share_upper"]


def missingness_table(
    draws: ArrayLike,
    counts: pd.DataFrame,
    units: pd.DataFrame,
    league: League,
    rng: np.random.Generator,
    *,
    prob: float | None = None,
    scope: Scope | None = None,
) -> pd.DataFrame:
    """Say which share of the cells is missing, by fifth of the score and by group of unit.

    Parameters
    ----------
    draws : array_like, shape (S, n)
        Draws of the published score, one column for each row of `units`; larger is better.
    counts : pandas.DataFrame, n rows
        Indexed as `units`: `applicable`, the number of cells that a unit could have, and a column
        for each reason with the number of them that are missing for it.
    units : pandas.DataFrame, n rows
        Indexed by unit: `group`.
    league : League
        Gives the groups, and the defaults of `prob` and `scope`.
    rng : numpy.random.Generator
    prob : float, optional
        Probability of the intervals.
    scope : {"all", "within_group"}, optional
        Whether the fifths are of all units or of each group by itself.

    Returns
    -------
    pandas.DataFrame
        Index `by`, `level`, `reason`. `by` is `all` (level `all`); `fifth`, from 1, the highest
        scores, to 5; `difference` (`5 less 1`), the lowest fifth less the highest; `group`, with
        its id. Columns: `cells`; `missing`, how many of them are; `share`, the one over the
        other; `share_lower` and `share_upper`, limits for the probability that a cell is missing.
        The draws differ in who is in a fifth: counts are posterior means, and a difference has
        none (NaN). What has no cells has no share. `attrs` has `interval_prob`, `interval_kind`
        and `scope`.

    Raises
    ------
    InvalidInput
        If the arguments do not describe the same units, or more is missing than applies.

    Notes
    -----
    `missing_shares` says what the intervals hold, and what such a table cannot show.
    """
    draws = as_draws(draws)
    prob = as_probability(league.interval if prob is None else prob)
    scope = as_scope(scope, league)
    if draws.shape[1] != len(units) or not units.index.equals(counts.index):
        found = f"{draws.shape[1]} columns, {len(units)} units and {len(counts)} counts"
        raise refuse("draws", "shape", found, "they must be of the same units, in the same order")
    reasons = [str(name) for name in counts.columns if name != "applicable"]
    applicable, missing = counts["applicable"].to_numpy(), counts[reasons].to_numpy()

    def shares(classes: NDArray[np.integer], count: int) -> MissingShares:
        return missing_shares(classes, applicable, missing, rng, count=count, size=len(draws))

    ids = [group.id for group in league.groups]
    everybody = np.zeros((1, len(units)), dtype=np.intp)
    groups = units["group"].map({id: code for code, id in enumerate(ids)}).to_numpy()
    fifths = shares(_fifths(draws, units["group"], league, scope), FIFTHS)
    table = pd.concat(
        [
            _rows("all", ["all"], reasons, _estimates(shares(everybody, 1), prob)),
            _rows("fifth", [str(i + 1) for i in range(FIFTHS)], reasons, _estimates(fifths, prob)),
            _rows("difference", [f"{FIFTHS} less 1"], reasons, _difference(fifths, prob)),
            _rows("group", ids, reasons, _estimates(shares(groups[None], len(ids)), prob)),
        ]
    )
    table.attrs = {"interval_prob": prob, "interval_kind": "equal-tailed", "scope": scope}
    return table


def _fifths(
    draws: NDArray[np.floating], groups: pd.Series, league: League, scope: Scope
) -> NDArray[np.int8]:
    fifths = np.zeros(draws.shape, dtype=np.int8)
    for members in strata_of(groups, league, scope):
        if members.size:
            fifths[:, members] = score_classes(draws[:, members], FIFTHS)
    return fifths


def _estimates(shares: MissingShares, prob: float) -> tuple[NDArray[np.float64], ...]:
    """Columns of the table, each (C, R)."""
    cells = np.broadcast_to(shares.cells[:, None], shares.missing.shape)
    share = np.divide(shares.missing, cells, out=np.full(cells.shape, np.nan), where=cells > 0)
    return cells, shares.missing, share, *missing_share_interval(shares, prob)


def _difference(shares: MissingShares, prob: float) -> tuple[NDArray[np.float64], ...]:
    """Columns of the table for the last class less the first, each (1, R)."""
    share = _estimates(shares, prob)[2]
    between = shares.draws[:, -1] - shares.draws[:, 0]
    limits = np.full((2, between.shape[1]), np.nan)
    known = ~np.isnan(between).any(axis=0)
    if known.any():
        limits[:, known] = equal_tailed(between[:, known], prob)
    none = np.full((1, between.shape[1]), np.nan)
    return none, none, share[-1:] - share[:1], limits[:1], limits[1:]


def _rows(
    by: str, levels: Sequence[str], reasons: Sequence[str], columns: Sequence[NDArray[np.float64]]
) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([[by], levels, reasons], names=_INDEX)
    values = np.stack(columns, axis=-1).reshape(-1, len(_COLUMNS))
    return pd.DataFrame(values, index, pd.Index(_COLUMNS))
