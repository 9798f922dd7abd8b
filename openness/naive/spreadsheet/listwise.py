"""Complete-case analysis: who has not returned everything is not ranked."""

from __future__ import annotations

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.method import MethodRanking, place
from openness.naive.spreadsheet.z_scores import z_scores
from openness.naive.tabulate import tabulate


def complete_case(measures: Measures, league: League) -> MethodRanking:
    """Rank the units that have every measure that applies to them, by their mean z-score.

    Parameters
    ----------
    measures : Measures
    league : League
        Its scored indicators are averaged, all weighted alike.

    Returns
    -------
    MethodRanking
        Scores in sds of a measure among the complete units; NaN for every other unit. What is
        known of an incomplete unit is "dropped".

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
    score = z_scores(table.turned[complete]).mean(axis=1)
    used = has.mul(complete, axis=0)
    left = int((~complete).sum())
    remarks = (
        f"{left} of {len(complete)} {league.unit_plural} lack a measure and are not ranked.",
    )
    return place(
        "complete_case",
        score,
        table.treatment("left_out", used),
        measures,
        league,
        remarks=remarks if left else (),
    )
