"""The ranking as a table: everything that is published about a unit, in one row."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from openness.league.bands import Bands
from openness.league.definition import League
from openness.measures.strata import Scope, as_scope, strata_of
from openness.ranking.arguments import as_draws, as_probability, refuse
from openness.ranking.band_rules import band_limits
from openness.ranking.banding import (
    band_probabilities,
    most_probable_band,
    rank_band_probabilities,
)
from openness.ranking.intervals import equal_tailed
from openness.ranking.places import COLUMNS as _PLACES
from openness.ranking.places import Places, places
from openness.ranking.precision import FEWEST_DRAWS, batches, error_of_batches
from openness.ranking.ranks import expected_rank, median_rank, rank_draws
from openness.standing.eligibility import reasons_not_ranked, without_lone_units

_COMPLETENESS = ("measures_present", "measures_applicable", "domains_present")
_SUMMARIES = ("expected_rank", "rank_median", "rank_lower", "rank_upper")
_NOTHING_SHOWN = pd.DataFrame(
    {
        name: pd.Series(dtype="str" if name in ("rank_shown", "in_words") else float)
        for name in _PLACES
    }
)


def ranking_table(
    draws: ArrayLike,
    completeness: pd.DataFrame,
    units: pd.DataFrame,
    league: League,
    reliability: ArrayLike,
    *,
    prob: float | None = None,
    scope: Scope | None = None,
) -> pd.DataFrame:
    """Rank the units that are eligible, and list the others with the reason.

    Parameters
    ----------
    draws : array_like, shape (S, n)
        Draws of the published score, one column for each row of `units`; larger is better.
    completeness : pandas.DataFrame, n rows
        Indexed by unit, in any order: `measures_present`, `measures_applicable`,
        `domains_present`.
    units : pandas.DataFrame, n rows
        Indexed by unit: `name`, `group`.
    league : League
        Gives the bands, the eligibility, and the defaults of `prob` and `scope`.
    reliability : array_like, shape (n,)
        Share of the between-unit variance that each unit's measures settle.
    prob : float, optional
        Probability of the intervals of scores and ranks.
    scope : {"all", "within_group"}, optional
        Whether ranks and bands run over all units or within each group. Shares and counts of bands
        then apply to each group by itself.

    Returns
    -------
    pandas.DataFrame, n rows
        Indexed by `unit`. Columns: `name`, `group`, `score_mean`, `score_sd`, `score_lower`,
        `score_upper`, `expected_rank`, `rank_median`, `rank_lower`, `rank_upper`, `band` (its id),
        `prob_<band id>` for each band, `place`, `shared_rank`, `not_separated`, `rank_shown`,
        `in_words` (see `openness.ranking.places.places`), `measures_present`,
        `measures_applicable`, `domains_present`, `reliability`, `ranked`, `reason`,
        `interval_prob`, `interval_kind`. Sorted by expected rank (within a group, under that
        scope); units that are not ranked come last, in their own order, and have neither ranks nor
        bands. `attrs` has `interval_prob`, `interval_kind`, `scope`, `score`, `band_limits` (the
        worst rank of each band; None under cut points or within groups), `band_error` (the largest
        Monte Carlo error of a band's probability; NaN below 16 draws) and `share_separated` (share
        of the pairs that are in order with more than 90% probability, by group or for "all").

    Raises
    ------
    InvalidInput
        If the arguments do not describe the same units, or a group is unknown to the league.

    Notes
    -----
    Ranks are computed within each draw (Laird and Louis 1989; Lin, Louis, Paddock and Ridgeway
    2006), among the eligible units only: nobody's rank depends on a unit of which too little is
    known.
    """
    draws = as_draws(draws)
    prob = as_probability(league.interval if prob is None else prob)
    scope = as_scope(scope, league)
    completeness, settled = _aligned(draws, completeness, units, league, reliability)

    reason = reasons_not_ranked(completeness, settled, league.eligibility)
    reason = without_lone_units(reason, units["group"], league, scope)
    ranked = np.array([not text for text in reason], dtype=bool)
    columns = _rank_columns(league.bands)
    ranks = np.full((len(units), len(columns)), np.nan)
    band_error, shown, share_separated = np.nan, [], {}
    for members in strata_of(units["group"], league, scope):
        among = members[ranked[members]]
        if among.size:
            chosen = draws if among.size == draws.shape[1] else draws[:, among]
            names = units.index[among]
            ranks[among], error, placed = _ranks_and_bands(chosen, names, league, prob)
            band_error = np.fmax(band_error, error)
            shown.append(placed.table)
            group = "all" if scope == "all" else units["group"].iloc[among[0]]
            share_separated[str(group)] = placed.share_separated
    summaries, probabilities = np.split(ranks, [len(_SUMMARIES)], axis=1)
    as_shown = pd.concat([_NOTHING_SHOWN, *shown]).reindex(units.index)

    lower, upper = equal_tailed(draws, prob)
    table = pd.DataFrame(
        {
            "name": units["name"],
            "group": units["group"],
            "score_mean": draws.mean(axis=0, dtype=np.float64),
            "score_sd": draws.std(axis=0, ddof=1, dtype=np.float64),
            "score_lower": lower,
            "score_upper": upper,
            **dict(zip(_SUMMARIES, summaries.T, strict=True)),
            "band": _bands_chosen(probabilities, ranked, league.bands, units.index),
            **dict(zip(columns[len(_SUMMARIES) :], probabilities.T, strict=True)),
            **{name: as_shown[name] for name in _PLACES},
            **{name: completeness[name] for name in _COMPLETENESS},
            "reliability": settled,
            "ranked": ranked,
            "reason": pd.Series(reason, index=units.index, dtype="str"),
            "interval_prob": prob,
            "interval_kind": "equal-tailed",
        },
        index=units.index.rename("unit"),
    )
    table = table.iloc[_reading_order(table, league, scope)]
    table.attrs = {
        "interval_prob": prob,
        "interval_kind": "equal-tailed",
        "scope": scope,
        "score": league.score,
        "band_limits": _limits(league.bands, int(ranked.sum())) if scope == "all" else None,
        "band_error": float(band_error),
        "share_separated": share_separated,
    }
    return table


def _aligned(
    draws: NDArray[np.floating],
    completeness: pd.DataFrame,
    units: pd.DataFrame,
    league: League,
    reliability: ArrayLike,
) -> tuple[pd.DataFrame, NDArray[np.float64]]:
    """Completeness in the order of the units, and reliability, both checked."""
    if draws.shape[1] != len(units):
        raise refuse(
            "draws",
            "shape",
            f"{draws.shape[1]} columns",
            f"there must be one for each of the {len(units)} units",
        )
    if draws.shape[0] < 2:
        raise refuse("draws", "shape", "1 draw", "a standard deviation needs at least 2")
    if not units.index.is_unique:
        twice = units.index[units.index.duplicated()][0]
        raise refuse("units", f"unit {twice}", "it comes twice", "each unit has one row")
    if set(completeness.index) != set(units.index) or len(completeness) != len(units):
        odd = sorted(map(str, set(completeness.index) ^ set(units.index)))
        raise refuse(
            "completeness",
            "index",
            f"{len(completeness)} rows"
            + (f"; in one table only: {', '.join(odd[:5])}" if odd else ""),
            f"it must have one row for each of the {len(units)} units",
        )
    known = {group.id for group in league.groups}
    if unknown := sorted(set(units["group"]) - known):
        raise refuse(
            "units",
            "column group",
            ", ".join(map(repr, unknown)),
            f"the league {league.id!r} has {', '.join(sorted(known))}",
        )
    completeness = completeness.loc[units.index]
    settled = np.asarray(reliability, dtype=float)
    if settled.shape != (len(units),):
        raise refuse(
            "reliability", "shape", str(settled.shape), f"it must be ({len(units)},), one a unit"
        )
    measured = completeness["measures_present"].to_numpy() > 0
    if np.isnan(settled[measured]).any():
        unit = units.index[measured][np.isnan(settled[measured])][0]
        raise refuse("reliability", f"unit {unit}", "nan", "every measured unit needs a number")
    return completeness, settled


def _rank_columns(bands: Bands) -> list[str]:
    return [*_SUMMARIES, *(f"prob_{band.id}" for band in bands.levels)]


def _bands_chosen(
    probabilities: NDArray[np.float64], ranked: NDArray[np.bool_], bands: Bands, index: pd.Index
) -> pd.Series:
    """Id of each ranked unit's most probable band."""
    chosen = pd.Series(None, index=index, dtype="str")
    names = np.array([band.id for band in bands.levels], dtype=object)
    if ranked.any():
        chosen[ranked] = names[most_probable_band(probabilities[ranked])]
    return chosen


def _limits(bands: Bands, units: int) -> list[int] | None:
    """Worst rank of each band among so many units; none under cut points."""
    return None if bands.rule == "cut_points" else band_limits(units, **bands.cut).tolist()


def _ranks_and_bands(
    draws: NDArray[np.floating], names: pd.Index, league: League, prob: float
) -> tuple[NDArray[np.float64], float, Places]:
    """Summaries of rank and probabilities of bands, shape (n, 4 + B), as `_rank_columns`.

    With the largest Monte Carlo error of the probabilities, and what may be shown of the ranks.
    """
    ranks = rank_draws(draws)
    limits = _limits(league.bands, draws.shape[1])

    def in_bands(part: slice) -> NDArray[np.float64]:
        if limits is None:
            return band_probabilities(draws[part], **league.bands.cut)
        return rank_band_probabilities(ranks[part], limits)

    probabilities, error = in_bands(slice(None)), np.nan
    if len(draws) >= FEWEST_DRAWS:
        error = error_of_batches(np.array([in_bands(part) for part in batches(len(draws))])).max()
    lower, upper = equal_tailed(ranks, prob)
    summaries = (expected_rank(ranks), median_rank(ranks), lower, upper)
    placed = places(ranks, lower, upper, names.tolist(), league.places)
    return np.column_stack([*summaries, probabilities]), float(error), placed


def _reading_order(table: pd.DataFrame, league: League, scope: Scope) -> NDArray[np.intp]:
    """Positions of the rows as they are read: ranked ones first, the rest as they came."""
    order = {group.id: position for position, group in enumerate(league.groups)}
    group = table["group"].map(order).to_numpy()
    unranked = ~table["ranked"].to_numpy()
    leading = group if scope == "within_group" else np.zeros(len(table))
    keys = (table["expected_rank"].fillna(0).to_numpy(), np.where(unranked, 0, leading), unranked)
    return np.lexsort(keys)
