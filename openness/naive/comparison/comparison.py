"""All methods on one table, compared with the model or with each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.measures import missing_cells
from openness.measures.evidence import Measures
from openness.measures.strata import strata_of
from openness.naive.comparison.agreement import fairness_gap, rank_among_ranked
from openness.naive.comparison.other import Other, drop_each, rank_by_each, rank_other
from openness.naive.comparison.summary import furthest, judge_by_posterior, summarise
from openness.naive.methods import METHODS, Method, MethodRanking, cut
from openness.ranking import Posterior

MODEL = "model"


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

    Examples
    --------
    >>> from openness.naive import ModelRanking, mean_fill
    >>> from openness.ranking import Posterior
    >>> made = mean_fill(measures, league)
    >>> draws = np.random.default_rng(1).normal(size=(100, 40))
    >>> posterior = Posterior.from_draws(draws, made.table.index)
    >>> model = ModelRanking(made, posterior, pd.DataFrame(index=made.table.index))
    >>> model.ranking.method, model.again
    ('mean_fill', None)
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
        The method that the others are compared with: "model", or the first one.
    ranks : pandas.DataFrame
        Rows `unit`, columns `method`, the reference first: ranks among the units that are compared
        (those that the reference ranks), 1 is best; NaN where a method does not rank a unit. A
        method that does not is compared with the reference's ranks among those that it ranks:
    reference_ranks : pandas.DataFrame
        Likewise, the ranks of the reference among the units that the method ranks.
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
        Indexed by `method` and `position`: the units that a method moves furthest from the
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
    other_league : str
        Title of the league definition by which the other evidence is ranked, if it is another one.

    Examples
    --------
    >>> from openness.naive import METHODS, compare
    >>> methods = {name: METHODS[name] for name in ("mean_available_z", "mean_fill")}
    >>> compared = compare(measures, league, methods, drop=False)
    >>> compared.reference, compared.ranks.shape
    ('mean_available_z', (40, 2))
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
    other_league: str = ""

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables to write, but the summary, by the names of their files."""
        ranks = self.ranks.add_prefix("rank_").join(self.bands.add_prefix("band_"))
        tables = {
            "method_ranks": ranks.join(self.missing["any"].rename("missing")),
            "furthest_moved": self.furthest.reset_index("position"),
            "incomplete_units": self.fairness.reset_index("status"),
        }
        if not self.dropped.empty:
            dropped = self.dropped.reset_index("indicator")
            tables["dropped_measures"] = dropped.assign(
                refused=dropped["refused"].where(dropped["refused"] != "")
            )
        if not self.years.empty:
            tables["other_evidence"] = self.years
        return tables


def compare(
    measures: Measures,
    league: League,
    methods: Mapping[str, Method] = METHODS,
    *,
    model: ModelRanking | None = None,
    other: Measures | None = None,
    other_league: League | None = None,
    drop: bool = True,
    report: Callable[[str], None] = lambda _: None,
) -> Comparison:
    """Rank by every method, and compare the rankings.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scope says who is ranked against whom.
    methods : mapping of str to Method
        At least one, and two if there is no model; the first is then the reference.
    model : ModelRanking, optional
        Becomes the reference; its posterior says what share of pairs and bands is wrong.
    other : Measures, optional
        Evidence of another period or source on the same units, to see what stays.
    other_league : League, optional
        Of the other evidence; the same if not given. Each is ranked by its own.
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
        If fewer than two rankings come about, or the other evidence shares fewer than two units,
        lacks a scored indicator of its league, or has a league with other bands or scope.

    Examples
    --------
    >>> from openness.naive import METHODS, compare
    >>> methods = {name: METHODS[name] for name in ("mean_available_z", "mean_fill")}
    >>> compared = compare(measures, league, methods, drop=False)
    >>> compared.summary["rank_correlation"].round(2).to_dict()
    {'mean_available_z': 1.0, 'mean_fill': 0.99}
    """
    beyond = (
        None if other is None else Other(other, league if other_league is None else other_league)
    )
    if beyond is not None:
        beyond.check(measures, league)
    rankings, refused = rank_by_each(methods, measures, league, report)
    if model is not None:
        rankings = {MODEL: model.ranking, **rankings}
    if len(rankings) < 2:
        raise InvalidInput([_too_few(rankings, refused)])
    reference, *others = rankings
    units = measures.units.loc[rankings[reference].table["rank"].dropna().index]
    strata = strata_of(units["group"], league, league.scope)
    ranks, bands = _within(strata, rankings, units.index, league)
    missing = missing_cells(measures, league).loc[units.index]
    reference_ranks = pd.DataFrame(
        {name: rank_among_ranked(ranks[reference], ranks[name], strata) for name in ranks}
    )
    fairness = pd.concat(
        {name: fairness_gap(ranks[name], reference_ranks[name], missing) for name in others},
        names=["method"],
    )
    dropped = years = pd.DataFrame()
    if drop:
        ranking = {name: method for name, method in methods.items() if name in rankings}
        dropped = _drop(ranking, measures, league, model, report)
    if beyond is not None:
        again = {MODEL: model.again} if model is not None and model.again is not None else {}
        years = rank_other(rankings, methods, beyond, again)
    summary = summarise(ranks, reference_ranks, bands, fairness, dropped, years)
    if model is not None:
        draws = model.posterior.draws[:, model.posterior.positions(*units.index)]
        summary = summary.join(
            judge_by_posterior(ranks, bands, strata, draws, model.band_probability)
        )
    return Comparison(
        reference=reference,
        ranks=ranks,
        reference_ranks=reference_ranks,
        bands=bands,
        missing=missing,
        summary=summary,
        furthest=furthest(ranks, reference_ranks, units, missing),
        fairness=fairness,
        dropped=dropped,
        years=years,
        remarks={name: ranking.remarks for name, ranking in rankings.items() if ranking.remarks},
        refused=refused,
        other_league="" if beyond is None or beyond.league == league else beyond.league.title,
    )


def _too_few(rankings: Mapping[str, MethodRanking], refused: Mapping[str, str]) -> Problem:
    reasons = "; ".join(f"{name}: {reason}" for name, reason in refused.items())
    found = f"{len(rankings)} ranking{'' if len(rankings) == 1 else 's'}"
    found += f" ({reasons})" if reasons else ""
    return Problem("compare", "methods", found, "a comparison needs two at the least")


def _within(
    strata: list[np.ndarray],
    rankings: Mapping[str, MethodRanking],
    units: pd.Index,
    league: League,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ranks and bands within each stratum of the units that are compared."""
    ranks = pd.DataFrame(np.nan, units, list(rankings)).rename_axis(columns="method")
    bands = pd.DataFrame(None, units, ranks.columns, dtype="str")
    for members in strata:
        codes = units[members]
        for name, ranking in rankings.items():
            ranks.loc[codes, name] = rank = ranking.table.loc[codes, "rank"].rank()
            own = ranking.table.loc[codes, "band"]
            bands.loc[codes, name] = own if name == MODEL else cut(rank, league.bands)
    return ranks, bands


def _drop(
    methods: Mapping[str, Method],
    measures: Measures,
    league: League,
    model: ModelRanking | None,
    report: Callable[[str], None],
) -> pd.DataFrame:
    tables = {}
    if model is not None and model.dropped is not None:
        tables[MODEL] = model.dropped
    for name, method in methods.items() if len(league.scored) > 1 else ():
        report(f"{name}: without each measure in turn")
        tables[name] = drop_each(method, measures, league)
    return pd.concat(tables, names=["method"]) if tables else pd.DataFrame()
