"""What stays of each ranking on other evidence, or without an indicator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from openness.errors import InvalidInput, OpennessError, Problem
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.comparison.agreement import agreement
from openness.naive.methods import Method, MethodRanking, in_short

_LISTED = 5  # indicators that a message names


@dataclass(frozen=True, eq=False)
class Other:
    """Other evidence on the same units, and the league that it is ranked by."""

    measures: Measures
    league: League

    def check(self, measures: Measures, league: League) -> None:
        """Refuse evidence whose rankings cannot be compared with those of the measures."""
        wrong = []
        shared = len(measures.units.index.intersection(self.measures.units.index))
        if shared < 2:
            allowed = "it must be on the same units, at least two of them"
            wrong.append((f"{shared} units in both tables", allowed))
        there = set(self.measures.cells["indicator"])
        absent = [i.id for i in self.league.scored if i.id not in there]
        if absent:
            listed = ", ".join(absent[:_LISTED]) + (", ..." if len(absent) > _LISTED else "")
            found = f"without {len(absent)} of the scored indicators: {listed}"
            wrong.append((f"it is of another league, {found}", "say which: give its own league"))
        own, others = ([band.id for band in of.bands.levels] for of in (league, self.league))
        if own != others:
            found = f"its league has other bands: {', '.join(others)}"
            allowed = f"bands that can be compared: {', '.join(own)}"
            wrong.append((found, allowed))
        if league.scope != self.league.scope:
            found = f"its league ranks by the scope {self.league.scope!r}"
            wrong.append((found, f"ranks that can be compared are of one scope: {league.scope!r}"))
        if wrong:
            raise InvalidInput([Problem("compare", "other evidence", *words) for words in wrong])


def rank_by_each(
    methods: Mapping[str, Method],
    measures: Measures,
    league: League,
    report: Callable[[str], None] = lambda _: None,
) -> tuple[dict[str, MethodRanking], dict[str, str]]:
    """Return the ranking of each method, and why there is none by the others."""
    rankings, refused = {}, {}
    for name, method in methods.items():
        report(f"{name}: ranking")
        try:
            ranking = method(measures, league)
        except OpennessError as error:
            refused[name] = in_short(error)
            continue
        if ranking.table["rank"].notna().sum() < 2:
            refused[name] = "it ranks fewer than two units"
        else:
            rankings[name] = ranking
    return rankings, refused


def rank_other(
    rankings: Mapping[str, MethodRanking],
    methods: Mapping[str, Method],
    other: Other,
    again: Mapping[str, MethodRanking],
) -> pd.DataFrame:
    """Agreement of each method's ranking of other evidence, by its own league, with this one.

    `again` has those rankings of the other evidence that no method makes.
    """
    by_each, _ = rank_by_each(methods, other.measures, other.league)
    second = {**by_each, **again}
    rows = {}
    for name in rankings:
        if name in second:
            now, then = rankings[name].table, second[name].table
            shared = now.index[now["rank"].notna()].intersection(then.index[then["rank"].notna()])
            now, then = now.loc[shared], then.loc[shared]
            rows[name] = agreement(
                then["rank"].rank(), then["band"], now["rank"].rank(), now["band"]
            )
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("method")


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

    Examples
    --------
    >>> from openness.naive import drop_each, mean_available_z
    >>> drop_each(mean_available_z, measures, league)["units"].to_dict()
    {'heard': 40, 'safe': 40, 'reported': 40, 'near_misses': 40}
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
