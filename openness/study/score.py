"""How far a league table is from the truth: ranks, bands, pairs and intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.league.bands import Bands
from openness.naive.methods import cut
from openness.ranking.discordance import discordance_of_draws
from openness.ranking.ranks import rank_draws

Array = np.ndarray

FIGURES = (
    "ranked",
    "rank_error",
    "rank_bias",
    "wrong_band",
    "placed_too_low",
    "placed_too_high",
    "far_off",
    "discordance",
    "concordance",
    "coverage",
    "width",
    "rank_coverage",
    "rank_width",
)
"""Columns of `score_table`, in the order of a report."""


@dataclass(frozen=True)
class Intervals:
    """Interval limits of every unit, (n,) arrays.

    Attributes
    ----------
    lower, upper : (n,) arrays
        Of the score.
    rank_lower, rank_upper : (n,) arrays
        NaN for a unit that is not ranked.
    """

    lower: Array
    upper: Array
    rank_lower: Array
    rank_upper: Array


@dataclass(frozen=True)
class Target:
    """What is true of n units.

    Attributes
    ----------
    score : (n,) array
        What the league declares, of the true latents: see `openness.study.true_score`.
    rank : (n,) array
        1 is the best.
    band : (n,) int array
        0 is the best.
    """

    score: Array
    rank: Array
    band: Array


def target_of(score: pd.Series, bands: Bands) -> Target:
    """Rank and cut the true scores as the league does."""
    rank = score.rank(ascending=False, method="first")
    return Target(score.to_numpy(), rank.to_numpy(), positions(cut(rank, bands), bands))


def positions(band: pd.Series, bands: Bands) -> Array:
    """Return bands as positions from 0, the best; -1 where there is none."""
    return pd.Index([level.id for level in bands.levels]).get_indexer(pd.Index(band))


def score_table(
    rank: Array,
    band: Array,
    target: Target,
    among: Mapping[str, Array],
    intervals: Intervals | None = None,
) -> pd.DataFrame:
    """Hold one league table against the truth.

    Parameters
    ----------
    rank : (n,) array
        1 is best; NaN for a unit that has none.
    band : (n,) int array
        0 is the best; -1 for a unit that has none.
    target : Target
    among : mapping of str to (n,) bool array
        Classes of units, each with a row.
    intervals : Intervals, optional

    Returns
    -------
    pandas.DataFrame
        Indexed by `among`; `units`, and over the units of the class:

        - `ranked`: share that has a rank; the other figures but coverage are of those;
        - `rank_error`: mean distance from the true rank, in places;
        - `rank_bias`: mean of rank less true rank; above 0, they are placed too low;
        - `wrong_band`, `placed_too_low`, `placed_too_high`, `far_off`: shares whose band is not the
          true one, is worse, is better, and is two or more bands away;
        - `discordance`, `concordance`: shares of the pairs that are put into different bands
          wrongly, and rightly (Kline, Rose and Walters 2024);
        - `coverage`, `width`: of the intervals of the score, for every unit that has one;
        - `rank_coverage`, `rank_width`: of the intervals of rank, in places.
    """
    rows = {name: _figures(rank, band, target, chosen, intervals) for name, chosen in among.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("among").astype({"units": int})


def _figures(
    rank: Array, band: Array, target: Target, chosen: Array, intervals: Intervals | None
) -> dict[str, float]:
    figures = {"units": float(chosen.sum()), **dict.fromkeys(FIGURES, np.nan)}
    if not chosen.any():
        return figures
    ranked = chosen & np.isfinite(rank) & (band >= 0)
    figures["ranked"] = float(ranked.sum() / chosen.sum())
    if ranked.any():
        places = (rank - target.rank)[ranked]
        bands = (band - target.band)[ranked]
        figures |= {
            "rank_error": float(np.abs(places).mean()),
            "rank_bias": float(places.mean()),
            "wrong_band": float((bands != 0).mean()),
            "placed_too_low": float((bands > 0).mean()),
            "placed_too_high": float((bands < 0).mean()),
            "far_off": float((np.abs(bands) > 1).mean()),
        }
    if ranked.sum() > 1:
        grades = band[ranked].astype(np.int64)
        true_ranks = rank_draws(target.score[None, ranked])
        pairs = discordance_of_draws(grades, true_ranks)[0]
        figures |= dict(zip(("discordance", "concordance"), map(float, pairs), strict=True))
    if intervals is not None:
        figures |= _of_intervals(target, chosen, ranked, intervals)
    return figures


def _of_intervals(
    target: Target, chosen: Array, ranked: Array, intervals: Intervals
) -> dict[str, float]:
    def covers(truth: Array, lower: Array, upper: Array, which: Array) -> tuple[float, float]:
        if not which.any():
            return np.nan, np.nan
        inside = (lower <= truth) & (truth <= upper)
        return float(inside[which].mean()), float((upper - lower)[which].mean())

    of_score = covers(target.score, intervals.lower, intervals.upper, chosen)
    of_rank = covers(target.rank, intervals.rank_lower, intervals.rank_upper, ranked)
    names = ("coverage", "width", "rank_coverage", "rank_width")
    return dict(zip(names, (*of_score, *of_rank), strict=True))
