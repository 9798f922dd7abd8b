"""All methods on one table, held against the model or against each other: one yardstick."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, OpennessError, Problem
from openness.league import League
from openness.measures import missing_cells
from openness.measures.evidence import Measures
from openness.measures.strata import strata_of
from openness.naive.comparison.agreement import agreement, rank_among_placed
from openness.naive.comparison.dropping import drop_each
from openness.naive.comparison.fairness import fairness_gap
from openness.naive.comparison.summary import furthest, hold_against_posterior, summarise
from openness.naive.cutting import cut
from openness.naive.method import Method, MethodRanking, in_short
from openness.ranking import Posterior

MODEL = "model"
_LISTED = 5  # indicators that a message names


@dataclass(frozen=True, eq=False)
class ModelRanking:
    """The model among the methods.

    Attributes
    ----------
    ranking : MethodRanking
        Ranks and bands as they are published; units that are not ranked have neither.
    posterior : Posterior
        Draws of the published score of the ranked units.
    band_probability : pandas.DataFrame
        Rows the ranked units, columns the ids of the bands.
    dropped : pandas.DataFrame, optional
        As `drop_each` returns it, from fits without each indicator.
    again : MethodRanking, optional
        The model on the other evidence.
    """

    ranking: MethodRanking
    posterior: Posterior
    band_probability: pd.DataFrame
    dropped: pd.DataFrame | None = None
    again: MethodRanking | None = None


@dataclass(frozen=True, eq=False)
class Comparison:
    """What every method makes of one table.

    Attributes
    ----------
    reference : str
        The method that the others are held against: "model", or the first one.
    ranks : pandas.DataFrame
        Rows `unit`, columns `method`, the reference first: ranks among the units that are compared
        (those that the reference places), 1 is best; NaN where a method does not place a unit. A
        method that does not is held against the reference's ranks among those that it places:
    reference_ranks : pandas.DataFrame
        Likewise, the ranks of the reference among the units that the method places.
    bands : pandas.DataFrame
        Likewise, the league's band of each rank; for the model the most probable one.
    missing : pandas.DataFrame
        From `openness.measures.missing_cells`, of the units that are compared.
    summary : pandas.DataFrame
        Indexed by `method`: against the reference `units`, `rank_correlation` (Spearman),
        `median_shift`, `largest_shift`, `moved_most`, `other_band`; `fairness_gap` and
        `fairness_gap_error` (of units that lack a measure for any reason); under the model's
        posterior `discordance`, `concordance`, `tau` with `_error` (Monte Carlo), and
        `expected_misbanded`, the share of units expected to be in another band than the method's;
        and `drop_one_correlation`, the lowest rank correlation with itself when one indicator is
        left out, and `drop_one_indicator`, which; `year_correlation` and `year_other_band`, the
        share of units in another band, of its ranking of the other evidence. NaN where there is
        nothing to say.
    furthest : pandas.DataFrame
        Indexed by `method` and `place`: the units that a method moves furthest from the
        reference: `unit`, `name`, `group`, `rank`, `reference_rank`, `shift`, `missing`.
    fairness : pandas.DataFrame
        Indexed by `method` and `status`: see `fairness_gap`.
    dropped : pandas.DataFrame
        Indexed by `method` and `indicator`: see `drop_each`. Empty if not asked for.
    years : pandas.DataFrame
        Indexed by `method`: agreement of its ranking of the other evidence with this one. Empty if
        there is none.
    remarks : mapping of str to tuple of str
        By method, what its reader should know.
    refused : mapping of str to str
        By method that cannot rank these measures, why.
    """

    reference: str
    ranks: pd.DataFrame
    reference_ranks: pd.DataFrame
    bands: pd.DataFrame
    missing: pd.DataFrame
    summary: pd.DataFrame
    furthest: pd.DataFrame
    fairness: pd.DataFrame
    dropped: pd.DataFrame
    years: pd.DataFrame
    remarks: Mapping[str, tuple[str, ...]]
    refused: Mapping[str, str]


def compare(
    measures: Measures,
    league: League,
    methods: Mapping[str, Method],
    *,
    model: ModelRanking | None = None,
    other: Measures | None = None,
    drop: bool = True,
    report: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Rank by every method, and hold the rankings against each other.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scope says who is ranked against whom.
    methods : mapping of str to Method
        At least one, and two if there is no model; the first is then the reference.
    model : ModelRanking, optional
        Becomes the reference, and its posterior the yardstick.
    other : Measures, optional
        Evidence of another period or source on the same units, to see what stays.
    drop : bool
        Whether to rank again without each indicator.
    report : callable
        Receives a few words before each step.

    Returns
    -------
    Comparison

    Raises
    ------
    InvalidInput
        If fewer than two rankings come about, or the other evidence shares fewer than two units or
        lacks a scored indicator of the league.
    """
    if other is not None:
        _check_other(measures, other, league)
    rankings, refused = _rank_by_each(methods, measures, league, report)
    if model is not None:
        rankings = {MODEL: model.ranking, **rankings}
    if len(rankings) < 2:
        raise InvalidInput([_too_few(rankings, refused)])
    reference, *others = rankings
    placed = rankings[reference].table["rank"].dropna().index
    units = measures.units.loc[placed]
    ranks, bands = _among(rankings, units, league)
    missing = missing_cells(measures, league).loc[placed]

    among = strata_of(units["group"], league, league.scope)
    beside = pd.DataFrame(
        {name: rank_among_placed(ranks[reference], ranks[name], among) for name in ranks}
    )
    fairness = pd.concat(
        {name: fairness_gap(ranks[name], beside[name], missing) for name in others},
        names=["method"],
    )
    dropped = _drop(methods, rankings, measures, league, model, report) if drop else _none()
    years = _again(rankings, measures, other, league, methods, model) if other else _none()
    summary = summarise(ranks, beside, bands, fairness, dropped, years)
    if model is not None:
        judged = (ranks, bands, units, league, model.posterior, model.band_probability)
        summary = summary.join(hold_against_posterior(*judged))
    return Comparison(
        reference=reference,
        ranks=ranks,
        reference_ranks=beside,
        bands=bands,
        missing=missing,
        summary=summary,
        furthest=furthest(ranks, beside, units, missing),
        fairness=fairness,
        dropped=dropped,
        years=years,
        remarks={name: ranking.remarks for name, ranking in rankings.items() if ranking.remarks},
        refused=refused,
    )


def _rank_by_each(
    methods: Mapping[str, Method],
    measures: Measures,
    league: League,
    report: Callable[[str], None],
) -> tuple[dict[str, MethodRanking], dict[str, str]]:
    rankings, refused = {}, {}
    for name, method in methods.items():
        report(f"{name}: ranking")
        try:
            ranking = method(measures, league)
        except OpennessError as error:
            refused[name] = in_short(error)
            continue
        if ranking.table["rank"].notna().sum() < 2:
            refused[name] = "it places fewer than two units"
        else:
            rankings[name] = ranking
    return rankings, refused


def _too_few(rankings: Mapping[str, MethodRanking], refused: Mapping[str, str]) -> Problem:
    reasons = "; ".join(f"{name}: {reason}" for name, reason in refused.items())
    found = f"{len(rankings)} ranking{'' if len(rankings) == 1 else 's'}"
    return Problem(
        "compare",
        "methods",
        found + (f" ({reasons})" if reasons else ""),
        "a comparison needs two at the least",
    )


def _among(
    rankings: Mapping[str, MethodRanking], units: pd.DataFrame, league: League
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ranks and bands among the units that are compared, within groups if the league says so."""
    ranks = pd.DataFrame(np.nan, units.index, list(rankings))
    bands = pd.DataFrame(None, units.index, list(rankings), dtype="str")
    for members in strata_of(units["group"], league, league.scope):
        codes = units.index[members]
        for name, ranking in rankings.items():
            ranks.loc[codes, name] = ranking.table.loc[codes, "rank"].rank()
            own = ranking.table.loc[codes, "band"]
            bands.loc[codes, name] = (
                own if name == MODEL else cut(ranks.loc[codes, name], league.bands)
            )
    return ranks.rename_axis(columns="method"), bands.rename_axis(columns="method")


def _drop(
    methods: Mapping[str, Method],
    rankings: Mapping[str, MethodRanking],
    measures: Measures,
    league: League,
    model: ModelRanking | None,
    report: Callable[[str], None],
) -> pd.DataFrame:
    tables = {}
    if model is not None and model.dropped is not None:
        tables[MODEL] = model.dropped
    for name, method in methods.items():
        if name in rankings and len(league.scored) > 1:
            report(f"{name}: without each measure in turn")
            tables[name] = drop_each(method, measures, league)
    return pd.concat(tables, names=["method"]) if tables else _none()


def _check_other(measures: Measures, other: Measures, league: League) -> None:
    problems = []
    shared = len(measures.units.index.intersection(other.units.index))
    if shared < 2:
        found = f"{shared} units in both tables"
        allowed = "it must be on the same units, at least two of them"
        problems.append(Problem("compare", "other evidence", found, allowed))
    there = set(other.cells["indicator"])
    absent = [indicator.id for indicator in league.scored if indicator.id not in there]
    if absent:
        listed = ", ".join(absent[:_LISTED]) + (", ..." if len(absent) > _LISTED else "")
        found = f"it is of another league, without {len(absent)} of the scored indicators: {listed}"
        allowed = "both are ranked by one league: read or fit the other evidence with this one"
        problems.append(Problem("compare", "other evidence", found, allowed))
    if problems:
        raise InvalidInput(problems)


def _again(
    rankings: Mapping[str, MethodRanking],
    measures: Measures,
    other: Measures,
    league: League,
    methods: Mapping[str, Method],
    model: ModelRanking | None,
) -> pd.DataFrame:
    """Agreement of each method's ranking of other evidence with its ranking of this one."""
    shared = measures.units.index.intersection(other.units.index)
    again, _ = _rank_by_each(methods, other, league, lambda _: None)
    if model is not None and model.again is not None:
        again[MODEL] = model.again
    rows = {}
    for name in rankings:
        if name in again:
            now, then = (both[name].table.loc[shared] for both in (rankings, again))
            placed = now["rank"].notna() & then["rank"].notna()
            rows[name] = agreement(
                then.loc[placed, "rank"].rank(),
                then.loc[placed, "band"],
                now.loc[placed, "rank"].rank(),
                now.loc[placed, "band"],
            )
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


def _none() -> pd.DataFrame:
    return pd.DataFrame()
