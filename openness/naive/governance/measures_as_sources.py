"""A league by the method of the Worldwide Governance Indicators: every measure is a source."""

from __future__ import annotations

from collections.abc import Sequence

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.governance.indicators import unobserved_components
from openness.naive.governance.one_factor import LEAST_UNITS
from openness.naive.methods import Scored, method
from openness.naive.tabulated import tabulate
from openness.ranking.arguments import as_sequence


@method("unobserved_components")
def unobserved_components_league(
    measures: Measures, league: League, *, representative: Sequence[str] | None = None
) -> Scored:
    """Rank units by the common factor of their measures, each with its own error.

    Scores are estimates of mean 0 and sd 1 with their standard errors; NaN for a unit without a
    measure. A remark names a measure that has most of the precision.

    Parameters
    ----------
    representative : sequence of str, optional
        Scored indicators that stand for all units; those with a figure for at least half of the
        units if not given.

    Raises
    ------
    NotIdentified, InvalidInput
        As `unobserved_components`: fewer than three representative measures, or a Heywood case.

    Notes
    -----
    The published method aggregates sources, such as firms and surveys, each of which has been
    averaged first. Here every scored measure is taken for a source: the figures of
    `openness.naive.tabulate`, oriented so that higher is better, ratings by position. Errors of
    sources are independent in the method, so that what the questions of one survey share counts as
    the quantity itself; sampling errors are not looked at. A measure with fewer than three figures,
    or on which all are alike, is dropped, and so is one that is not representative and has fewer
    than three units in common with those that are.

    Examples
    --------
    >>> from openness.naive import unobserved_components_league
    >>> unobserved_components_league(measures, league).table["rank"].head(3).tolist()
    [12.0, 31.0, 34.0]
    """
    table = tabulate(measures, league)
    figures = table.oriented
    named = (
        figures.columns[figures.notna().mean() >= 0.5]
        if representative is None
        else as_sequence(representative, "representative")
    )
    covered = figures[figures.columns.intersection(list(named))].notna().any(axis=1)
    usable = (figures.max() > figures.min()) & (figures[covered].count() >= LEAST_UNITS)
    unusable = figures.columns[~usable]
    fit = unobserved_components(
        figures.drop(columns=unusable), [str(name) for name in named if name not in unusable]
    )
    return Scored(
        fit.units["estimate"],
        table.treatment(used=figures.notna() & usable),
        standard_error=fit.units["standard_error"],
        remarks=fit.remarks,
    )
