"""The league of one number."""

from __future__ import annotations

from openness.errors import InvalidInput, Problem
from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.method import MethodRanking, place
from openness.naive.tabulate import tabulate


def single_indicator(
    measures: Measures, league: League, *, indicator: str | None = None
) -> MethodRanking:
    """Rank units by one indicator and nothing else.

    Parameters
    ----------
    measures : Measures
    league : League
    indicator : str, optional
        Id of a scored indicator. If not given, the one that the most units have; among equals, the
        first in the league definition.

    Returns
    -------
    MethodRanking
        Scores in the indicator's own units, negated where lower is better; NaN for a unit that
        does not have it. All that is known of the other measures is "dropped".

    Raises
    ------
    InvalidInput
        If the league scores no indicator of that name.
    """
    table = tabulate(measures, league)
    if indicator is None:
        indicator = str(table.figures.notna().sum().idxmax())
    elif indicator not in list(table.figures):
        ids = ", ".join(table.figures.columns)
        raise InvalidInput(
            [
                Problem(
                    "indicator",
                    league.id,
                    f"there is no scored indicator {indicator!r}",
                    f"scored: {ids}",
                )
            ]
        )
    used = table.figures.notna() & (table.figures.columns == indicator)
    return place(
        "single_indicator",
        table.turned[indicator],
        table.treatment("left_out", used),
        measures,
        league,
        remarks=(f"The indicator is {league.indicator(indicator).label}.",),
    )
