"""Complete-case analysis: who has not returned everything is not ranked."""

from __future__ import annotations

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Scored, method
from openness.naive.spreadsheet.z_scores import z_scores
from openness.naive.tabulated import tabulate


@method("complete_case")
def complete_case(measures: Measures, league: League) -> Scored:
    """Rank the units that have every measure that applies to them, by their mean z-score.

    Scores are in sds of a measure among the complete units; NaN for every other unit. What is known
    of an incomplete unit is "dropped".

    Notes
    -----
    Listwise deletion as a statistical package does it: the incomplete rows go first, so that means
    and sds (n - 1) are of the complete units alone. Little and Rubin, *Statistical Analysis with
    Missing Data*, 3rd ed., section 3.2. A measure that does not exist for a type of unit makes
    nobody incomplete.
    """
    table = tabulate(measures, league)
    has = table.figures.notna()
    complete = (has | ~table.applies).all(axis=1) & has.any(axis=1)
    left = int((~complete).sum())
    said = f"{left} of {len(complete)} {league.unit_plural} lack a measure and are not ranked."
    return Scored(
        z_scores(table.oriented[complete]).mean(axis=1),
        table.treatment(used=has.mul(complete, axis=0)),
        remarks=(said,) if left else (),
    )
