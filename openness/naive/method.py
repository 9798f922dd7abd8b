"""What every method of another league takes and gives: one protocol for all of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

import numpy as np
import pandas as pd

from openness.errors import InvalidInput, OpennessError
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.cutting import cut

Treatment = Literal["used", "dropped", "left_out", "filled", "as_zero", "not_applicable"]
TREATMENTS: tuple[str, ...] = get_args(Treatment)


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
        that the method cannot place), `band` (id of the band of the league that the rank falls
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
    """

    method: str
    table: pd.DataFrame
    treatment: pd.DataFrame
    own_bands: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


class Method(Protocol):
    """A method of another league: a table of measures in, a ranking out."""

    def __call__(self, measures: Measures, league: League, /) -> MethodRanking:
        """Rank the units of `measures`."""
        ...


def place(
    method: str,
    score: pd.Series,
    treatment: pd.DataFrame,
    measures: Measures,
    league: League,
    *,
    rank: pd.Series | None = None,
    standard_error: pd.Series | None = None,
    own_band: pd.Series | None = None,
    own_bands: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
) -> MethodRanking:
    """Rank units by a score and cut the ranking as the league does.

    Parameters
    ----------
    method : str
    score : pandas.Series
        Indexed by unit, higher is better; NaN where the method gives none.
    treatment : pandas.DataFrame
        See `MethodRanking`.
    measures : Measures
    league : League
    rank : pandas.Series, optional
        If the method breaks ties by a rule of its own.
    standard_error : pandas.Series, optional
    own_band : pandas.Series of str, optional
    own_bands, remarks : tuple of str, optional

    Returns
    -------
    MethodRanking
    """
    units = measures.units.index
    score = score.reindex(units)
    rank = score.rank(ascending=False) if rank is None else rank.reindex(units)
    blank = pd.Series(np.nan, units)
    error = blank if standard_error is None else standard_error.reindex(units)
    own = pd.Series(None, units, dtype="str") if own_band is None else own_band.reindex(units)
    table = pd.DataFrame(
        {
            "score": score,
            "standard_error": error,
            "rank": rank,
            "band": cut(rank, league.bands),
            "own_band": own,
        }
    )
    return MethodRanking(method, table, treatment, own_bands, remarks)


def in_short(error: OpennessError) -> str:
    """Why a method does not rank a table, in one line."""
    return str(error.problems[0]) if isinstance(error, InvalidInput) else str(error)
