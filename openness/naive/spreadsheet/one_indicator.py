"""The league of one number."""

from __future__ import annotations

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Scored, method
from openness.naive.tabulated import tabulate
from openness.ranking.arguments import refuse


@method("single_indicator")
def single_indicator(measures: Measures, league: League, *, indicator: str | None = None) -> Scored:
    """Rank units by one indicator and nothing else.

    Scores are in the indicator's own units, negated where lower is better; NaN for a unit that does
    not have it. All that is known of the other measures is "dropped".

    Parameters
    ----------
    indicator : str, optional
        Id of a scored indicator. If not given, the one that the most units have; among equals, the
        first in the league definition.

    Raises
    ------
    InvalidInput
        If the league scores no indicator of that name.
    """
    table = tabulate(measures, league)
    if indicator is None:
        indicator = str(table.figures.notna().sum().idxmax())
    elif indicator not in list(table.figures):
        found = f"there is no scored indicator {indicator!r}"
        raise refuse("indicator", league.id, found, f"scored: {', '.join(table.figures.columns)}")
    return Scored(
        table.oriented[indicator],
        table.treatment(used=table.figures.notna() & (table.figures.columns == indicator)),
        remarks=(f"The indicator is {league.indicator(indicator).label}.",),
    )
