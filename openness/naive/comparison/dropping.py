"""How much a ranking hangs on a single measure: the method again without it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from openness.errors import OpennessError
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.comparison.agreement import agreement
from openness.naive.methods import Method, in_short


def without(league: League, indicator: str) -> League:
    """Return the league with one indicator read and not scored."""
    kept = tuple(
        i.model_copy(update={"scored": False}) if i.id == indicator else i
        for i in league.indicators
    )
    return league.model_copy(update={"indicators": kept})


def drop_each(method: Method, measures: Measures, league: League) -> pd.DataFrame:
    """Rank by a method without each scored indicator in turn.

    Parameters
    ----------
    method : Method
    measures : Measures
    league : League

    Returns
    -------
    pandas.DataFrame
        Indexed by `indicator`: against the method's own ranking by all indicators, `units`,
        `rank_correlation`, `median_shift`, `largest_shift`, `moved_most` and `other_band`, as in
        `Comparison.summary`; and `refused`, why the method cannot do without the indicator, in
        which case the rest is missing.
    """
    full = method(measures, league).table
    return agreement_without_each(full, league, lambda left: (method(measures, left).table, ""))


def agreement_without_each(
    full: pd.DataFrame, league: League, rank: Callable[[League], tuple[pd.DataFrame, str]]
) -> pd.DataFrame:
    """Compare rankings without each scored indicator with the one by all, as `drop_each` says.

    `rank` gives the ranking of a league, and why it is not to be used, if so.
    """
    rows: dict[str, dict[str, object]] = {}
    for indicator in league.scored:
        try:
            left, refused = rank(without(league, indicator.id))
        except OpennessError as error:
            rows[indicator.id] = {"refused": in_short(error)}
            continue
        figures = agreement(left["rank"], left["band"], full["rank"], full["band"])
        rows[indicator.id] = {"refused": refused} if refused else {**figures, "refused": ""}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("indicator")
