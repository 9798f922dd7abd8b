"""What every method of another league takes and gives, the list of all, and their bands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from types import MappingProxyType
from typing import Concatenate, Literal, Protocol, cast, get_args

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, OpennessError
from openness.league import Bands, League
from openness.measures.evidence import Measures
from openness.ranking.arguments import refuse

Treatment = Literal["used", "dropped", "left_out", "filled", "as_zero", "not_applicable"]
TREATMENTS: tuple[str, ...] = get_args(Treatment)


@dataclass(frozen=True, eq=False)
class Scored:
    """What a method makes of a table of measures, before its units are ranked and banded.

    Attributes
    ----------
    score : pandas.Series
        Indexed by unit, in any order; higher is better, NaN where the method gives none.
    treatment : pandas.DataFrame of str
        What became of each cell: see `MethodRanking`. `Tabulated.treatment` makes it.
    rank : pandas.Series, optional
        If the method breaks ties by a rule of its own, or does not rank all that have a score.
    standard_error : pandas.Series, optional
    own_band : pandas.Series of str, optional
        The category that the method itself gives a unit.
    own_bands : tuple of str
        All of these categories, best first.
    remarks : tuple of str
        Sentences on what the method did to this table that its reader should know.

    Examples
    --------
    >>> from openness.naive import Scored, tabulate
    >>> table = tabulate(measures, league)
    >>> scored = Scored(table.oriented["heard"], table.treatment())
    >>> sorted(set(scored.treatment["heard"]))
    ['left_out', 'used']
    """

    score: pd.Series
    treatment: pd.DataFrame
    rank: pd.Series | None = None
    standard_error: pd.Series | None = None
    own_band: pd.Series | None = None
    own_bands: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class MethodRanking:
    """A league table by one method.

    Attributes
    ----------
    method : str
        Name of the method, as in `openness.naive.METHODS`.
    table : pandas.DataFrame
        Indexed by `unit`, in the order of the units table. `score` (higher is better, in the
        method's own units), `standard_error` (NaN where the method states none), `rank` (1 is best;
        equal scores share the mean of their ranks unless the method says otherwise; NaN for a unit
        that the method cannot rank), `band` (id of the band of the league that the rank falls
        into; missing without a rank, and under cut points, which are on the scale of the model) and
        `own_band` (the category that the method itself gives; missing if it gives none).
    treatment : pandas.DataFrame of str
        Rows `unit`, columns the scored `indicator`: what became of each cell. "used": the observed
        figure counts; "dropped": there is one, and the method does not use it; "left_out": there is
        none, and the score is made without; "filled": there is none, and a value stands in;
        "as_zero": there is none, and it counts as a zero or as no points; "not_applicable".
    own_bands : tuple of str
        The method's own categories, best first; empty if it has none.
    remarks : tuple of str
        Sentences on what this method did to this table that its reader should know.

    Examples
    --------
    >>> from openness.naive import mean_available_z
    >>> mean_available_z(measures, league).table.columns.tolist()
    ['score', 'standard_error', 'rank', 'band', 'own_band']
    """

    method: str
    table: pd.DataFrame
    treatment: pd.DataFrame
    own_bands: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Method(Protocol):
    """A method of another league: a table of measures in, a ranking out.

    Examples
    --------
    >>> from openness.naive import METHODS
    >>> METHODS["zero_fill"](measures, league).table["rank"].min().item()
    1.0
    """

    def __call__(self, measures: Measures, league: League, /) -> MethodRanking:
        """Rank the units of `measures` by the scored indicators of `league`."""
        ...


_registered: dict[str, Method] = {}

METHODS: Mapping[str, Method] = MappingProxyType(_registered)
"""By name, in the order in which comparisons list them: the simple ones first, yours last."""


type Scoring[**Settings] = Callable[Concatenate[Measures, League, Settings], Scored]
type Ranking[**Settings] = Callable[Concatenate[Measures, League, Settings], MethodRanking]


def method[**Settings](name: str) -> Callable[[Scoring[Settings]], Ranking[Settings]]:
    """Enter a function into `METHODS`: it scores units, and is made to rank and band them.

    Parameters
    ----------
    name : str
        By which comparisons list it.

    Returns
    -------
    decorator
        Of a function that takes measures, their league and settings of its own, which have
        defaults, and returns `Scored`. Decorated, it returns a `MethodRanking`.

    Raises
    ------
    InvalidInput
        If another function has the name.

    Examples
    --------
    >>> from openness.naive import METHODS
    >>> METHODS["mean_fill"](measures, league).method
    'mean_fill'
    """

    def enter(score: Scoring[Settings]) -> Ranking[Settings]:
        # The same function, as when a cell of a notebook is run again, replaces itself.
        known = getattr(_registered.get(name), "__wrapped__", score)
        of_known, of_new = (f"{f.__module__}.{f.__qualname__}" for f in (known, score))
        if of_known != of_new:
            allowed = "methods have names of their own"
            raise refuse("method", "name", f"{name!r} is that of {of_known}", allowed)

        @wraps(score)
        def ranked(
            measures: Measures, league: League, *args: Settings.args, **settings: Settings.kwargs
        ) -> MethodRanking:
            scored: object = score(measures, league, *args, **settings)
            if not isinstance(scored, Scored):
                allowed = "a method returns `openness.naive.Scored`"
                raise refuse(name, "returned", type(scored).__name__, allowed)
            return as_ranking(name, scored, measures, league)

        entered = cast("Ranking[Settings]", ranked)
        _registered[name] = entered
        return entered

    return enter


def as_ranking(name: str, scored: Scored, measures: Measures, league: League) -> MethodRanking:
    """Rank units by the score of a method, and cut the ranking as the league does."""
    units = measures.units.index
    score = scored.score.reindex(units)
    rank = score.rank(ascending=False) if scored.rank is None else scored.rank.reindex(units)
    error, own = scored.standard_error, scored.own_band
    table = pd.DataFrame(
        {
            "score": score,
            "standard_error": np.nan if error is None else error.reindex(units),
            "rank": rank,
            "band": cut(rank, league.bands),
            "own_band": pd.Series(None, units, dtype="str") if own is None else own.reindex(units),
        }
    )
    return MethodRanking(name, table, scored.treatment, scored.own_bands, scored.remarks)


def in_short(error: OpennessError) -> str:
    """Why a method does not rank a table, in one line."""
    return str(error.problems[0]) if isinstance(error, InvalidInput) else str(error)


def band_sizes(n: int, bands: Bands) -> list[int]:
    """How many of `n` units fall into each band, by shares or by counts, best first.

    Counts that add up to another number than `n` are taken as shares of their sum; a last band
    without a count takes what is left.
    """
    if bands.rule == "shares":
        shares = [level.share or 0.0 for level in bands.levels]
    else:
        counts = [level.count for level in bands.levels if level.count is not None]
        if len(counts) < len(bands.levels):
            filled = np.minimum(np.cumsum(counts), n)
            return [int(size) for size in np.diff(filled, prepend=0, append=n)]
        shares = [count / sum(counts) for count in counts]
    ends = np.rint(np.cumsum(shares) * n).astype(int)
    return [int(size) for size in np.diff(ends, prepend=0)]


def cut(rank: pd.Series, bands: Bands) -> pd.Series:
    """Give every ranked unit the id of a band: the best ones the first, and so on.

    Units with equal ranks at a cut go to either side of it in the order of the series: a list of
    fixed size has room for only so many. Without a rank the band is missing, and so are all under
    cut points, which are on the scale of the model's score and mean nothing on another.
    """
    chosen = pd.Series(None, rank.index, dtype="str")
    if bands.rule != "cut_points":
        order = rank.dropna().sort_values(kind="stable").index
        ids = [level.id for level in bands.levels]
        chosen[order] = np.repeat(ids, band_sizes(len(order), bands))
    return chosen
