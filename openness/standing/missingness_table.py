"""What is missing, by score and by group."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from openness.measures import missing_cells
from openness.ranking.intervals import equal_tailed
from openness.ranking.missingness import (
    MissingShares,
    missing_share_interval,
    missing_shares,
    score_classes,
)
from openness.result import Result
from openness.standing.standing import Standing
from openness.standing.strata import stratum_ids

FIFTHS = 5
"""Classes of score: few enough that each has cells to count, as is usual."""

_INDEX = ["by", "level", "reason"]
_COLUMNS = ["cells", "missing", "share", "share_lower", "share_upper"]


def missingness(standing: Standing) -> Result:
    """Say which share of the cells is missing, by fifth of the score and by group of unit.

    A cell is missing if it is of a scored indicator, applies to its unit and is not observed; the
    reasons are the statuses that occur, and `any`.

    Parameters
    ----------
    standing : Standing
        Says whether the fifths are of all units or of each group by itself.

    Returns
    -------
    Result
        `table` has the index `by`, `level`, `reason`. `by` is `all` (level `all`); `fifth`, from 1,
        the highest scores, to 5; `difference` (`5 less 1`), the lowest fifth minus the highest;
        `group`, with its id. Columns: `cells`; `missing`, how many of them are; `share`, `missing`
        over `cells`; `share_lower` and `share_upper`, limits for the probability that a cell is
        missing. The draws differ in who is in a fifth: counts are posterior means, and a difference
        has none (NaN). What has no cells has no share.

        `about`: `interval_prob`, `interval_kind`, `scope`.

    Notes
    -----
    `openness.ranking.missing_shares` says what the intervals hold, and what such a table cannot
    show.

    Examples
    --------
    >>> missing = openness.missingness(fit)
    >>> missing.table.loc[("group", ["town", "country"], "any"), ["cells", "missing"]]
             cells  missing
    level
    town     100.0     14.0
    country   60.0      6.0
    """
    league = standing.league
    rng = np.random.default_rng(standing.fit.provenance["seed"])
    table = missingness_table(standing, missing_cells(standing.fit.measures, league), rng)
    about = {**standing.interval, "scope": standing.scope}
    return Result("missingness", table, league, standing=standing, about=about)


def missingness_table(
    standing: Standing, counts: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the table of `missingness`.

    `counts`, by unit, has `applicable`, the number of cells that a unit could have, and a column
    for each reason with the number of them that are missing for it.
    """
    prob, groups = standing.prob, standing.units["group"]
    counts = counts.loc[groups.index]
    missing = counts.drop(columns="applicable")
    reasons = missing.columns.tolist()

    def shares(classes: NDArray[np.integer], count: int) -> MissingShares:
        size = standing.score.sizes["sample"]
        return missing_shares(classes, counts["applicable"], missing, rng, count=count, size=size)

    ids = [group.id for group in standing.league.groups]
    everybody = np.zeros((1, len(groups)), dtype=np.intp)
    codes = groups.map({id: code for code, id in enumerate(ids)}).to_numpy()
    fifths = shares(_fifths(standing), FIFTHS)
    return pd.concat(
        [
            _rows("all", ["all"], reasons, _estimates(shares(everybody, 1), prob)),
            _rows("fifth", [str(i + 1) for i in range(FIFTHS)], reasons, _estimates(fifths, prob)),
            _rows("difference", [f"{FIFTHS} less 1"], reasons, _difference(fifths, prob)),
            _rows("group", ids, reasons, _estimates(shares(codes[None], len(ids)), prob)),
        ]
    )


def _fifths(standing: Standing) -> NDArray[np.int8]:
    """Class of each unit, ranked or not, among those of its stratum, in each draw."""
    units = standing.units.index
    fifths = np.zeros((standing.score.sizes["sample"], len(units)), dtype=np.int8)
    stratum = stratum_ids(standing.units["group"], standing.scope)
    for members in stratum.groupby(stratum).groups.values():
        scores = standing.score.sel(unit=members.tolist()).to_numpy()
        fifths[:, units.get_indexer(members)] = score_classes(scores, FIFTHS)
    return fifths


def _estimates(shares: MissingShares, prob: float) -> tuple[NDArray[np.float64], ...]:
    """Columns of the table, each (C, R)."""
    cells = np.broadcast_to(shares.cells[:, None], shares.missing.shape)
    share = np.divide(shares.missing, cells, out=np.full(cells.shape, np.nan), where=cells > 0)
    return cells, shares.missing, share, *missing_share_interval(shares, prob)


def _difference(shares: MissingShares, prob: float) -> tuple[NDArray[np.float64], ...]:
    """Columns of the table for the last class minus the first, each (1, R)."""
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
