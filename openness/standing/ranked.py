"""The ranking: everything that is published about a unit, in one row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from openness.league import League
from openness.ranking import band_limits, equal_tailed, posterior_ranks
from openness.ranking.alike import as_alike, pooled
from openness.ranking.separation import places
from openness.result import Result
from openness.standing.band_sizes import band_sizes
from openness.standing.standing import COMPLETENESS, Standing, by_stratum
from openness.standing.strata import Stratum, band_probabilities


def rank(standing: Standing) -> Result:
    """Rank the units that are eligible, and list the others with the reason.

    Parameters
    ----------
    standing : Standing

    Returns
    -------
    Result
        `table`, indexed by `unit`: `name`, `group`, `score_mean`, `score_sd`, `score_lower`,
        `score_upper`, `expected_rank` and its Monte Carlo error `expected_rank_error`,
        `rank_median`, `rank_lower`, `rank_upper`, `band` (its id), `prob_<band id>` for each band,
        `place`, `shared_rank`, `not_separated`, `rank_shown`,
        `in_words` (see `openness.ranking.separation.places`), `measures_present`,
        `measures_applicable`, `domains_present`, `reliability`, `ranked`, `reason`,
        `interval_prob`, `interval_kind`, `score_of`. Sorted by expected rank, stratum after
        stratum; units that are not ranked come last, in their own order, and have neither ranks nor
        bands.

        `summary`, by `stratum`: `label`, `units` (how many are ranked), `share_separated` (share of
        the pairs that are in order with more than 90% probability), `band_error` (the largest Monte
        Carlo error of a band's probability), `rank_error` (of an expected rank); `declared_<band
        id>` and `named_<band id>` for each band (how many units it was declared to hold, and how
        many are named it), and `sizes_in_words`.

        `about`: `interval_prob`, `interval_kind`, `scope`, `score`, `sorted_by`, and `band_limits`
        (the worst rank of each band; None under cut points or within groups).

    Notes
    -----
    Ranks are computed within each draw (Laird and Louis 1989; Lin, Louis, Paddock and Ridgeway
    2006), among the ranked units only: nobody's rank depends on a unit of which too little is
    known. Expected rank and median rank may put two units in opposite orders, so that the medians
    of a table that is sorted by the one need not rise.

    Units that nothing tells apart (see `openness.standing.classes_of`) share all that is said of
    ranks, scores and bands. Other units whose expected ranks lie closer than their Monte Carlo
    errors are not put together: more draws would part them.

    Examples
    --------
    >>> ranking = openness.rank(fit)
    >>> ranking
    <ranking of 'A small league': 40 rows, 28 columns>
    >>> bool(ranking.table["expected_rank"].is_monotonic_increasing)
    True
    >>> ranking.summary["units"].to_dict()
    {'all': 40}
    """
    league, units = standing.league, standing.units
    tables, summary = [_no_ranks(league)], dict[str, dict[str, Any]]()
    for stratum in standing.strata:
        table, figures = _ranks_and_bands(stratum, league, standing.prob)
        tables.append(table)
        summary[stratum.id] = {"label": stratum.label, "units": len(table), **figures}
    ordered = standing.in_reading_order(tables, "expected_rank")
    ranks = ordered.drop(columns=["name", "group", "ranked", "reason"])
    table = (
        ordered[["name", "group"]]
        .join([_score_summaries(standing), ranks, units[[*COMPLETENESS, "reliability"]]])
        .join(units[["ranked", "reason"]])
        .assign(**standing.interval, score_of=league.score.of)
    )
    limits = None
    if standing.scope == "all" and league.bands.rule != "cut_points":
        limits = band_limits(int(units["ranked"].sum()), **league.bands.cut).tolist()
    return Result(
        "ranking",
        table,
        league,
        summary=by_stratum(
            summary,
            None if summary else ["label", "units", "share_separated", "band_error", "rank_error"],
        ),
        standing=standing,
        about={
            **standing.interval,
            "scope": standing.scope,
            "score": league.score.of,
            "sorted_by": "expected_rank",
            "band_limits": limits,
        },
    )


def _score_summaries(standing: Standing) -> pd.DataFrame:
    draws = standing.score.to_numpy()
    alike = as_alike(standing.units.loc[standing.score["unit"].to_numpy(), "class"], draws.shape[1])
    lower, upper = pooled(lambda some: equal_tailed(some, standing.prob), draws, alike)
    return pd.DataFrame(
        {
            "score_mean": pooled(lambda some: some.mean(axis=0, dtype=float), draws, alike),
            "score_sd": pooled(lambda some: some.std(axis=0, ddof=1, dtype=float), draws, alike),
            "score_lower": lower,
            "score_upper": upper,
        },
        index=pd.Index(standing.score["unit"].to_numpy().tolist(), name="unit"),
    )


def _ranks_and_bands(
    stratum: Stratum, league: League, prob: float
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """What is published of the ranks of a stratum's units, and of all of them together."""
    ranks, banded = posterior_ranks(stratum.posterior), band_probabilities(stratum, league)
    placed = places(ranks, prob, league.places)
    chances = banded.prob_band
    summaries = pd.DataFrame(
        {
            "expected_rank": ranks.expected_rank,
            "expected_rank_error": ranks.expected_rank_error,
            "rank_median": ranks.median_rank,
            **ranks.rank_interval(prob)[["rank_lower", "rank_upper"]],
        }
    )
    loss = league.bands.named_by
    band = banded.band(loss, sizes=league.bands.sizes)["band"]
    table = summaries.join([band, chances.probability.add_prefix("prob_"), placed.table])
    error = float(chances.monte_carlo_error.to_numpy().max())
    return table, {
        "share_separated": placed.share_separated,
        "band_error": error,
        "rank_error": float(summaries["expected_rank_error"].max()),
        **band_sizes(banded, band, league, loss),
    }


def _no_ranks(league: League) -> pd.DataFrame:
    """The columns of `_ranks_and_bands` without a row, for a league of which nobody is ranked."""
    chances = [f"prob_{band.id}" for band in league.bands.levels]
    text = ("band", "rank_shown", "in_words")
    columns = ["expected_rank", "expected_rank_error", "rank_median", "rank_lower", "rank_upper"]
    columns += ["band", *chances, "place"]
    columns += ["shared_rank", "not_separated", "rank_shown", "in_words"]
    return pd.DataFrame(
        {name: pd.Series(dtype="str" if name in text else float) for name in columns},
        index=pd.Index([], dtype="str", name="unit"),
    )
