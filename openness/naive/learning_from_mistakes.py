"""The rule of the 2016 "Learning from mistakes" league: what is not there counts as nothing."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from openness.league import League
from openness.measures.evidence import Measures
from openness.naive.methods import Scored, method
from openness.naive.tabulated import tabulate
from openness.ranking.arguments import as_choice


@method("learning_from_mistakes_2016")
def learning_from_mistakes_2016(
    measures: Measures,
    league: League,
    *,
    not_applicable: Literal["left_out", "nothing"] = "left_out",
) -> Scored:
    """Rank units as the league of March 2016 did: one list, no intervals, a gap is a nought.

    Scores are from 0 to 1. No two units share a rank.

    Parameters
    ----------
    not_applicable : {"left_out", "nothing"}
        What a measure counts for a type of unit that it does not exist for. "left_out" averages a
        unit over the measures of its type. "nothing" gives 0, like a missing return, and puts the
        types with fewer measures at the foot of the list for that reason alone.

    Raises
    ------
    InvalidInput
        If `not_applicable` is another word.

    Notes
    -----
    The published description names the sources and gives no weights. The rule taken here:

    1. each measure is oriented so that higher is better and rescaled to 0..1 by the lowest and the
       highest observed value (a count per unit of its denominator, an ordinal rating by the
       position of its category; a measure on which all are alike gives 0.5);
    2. a cell that is not observed, for whatever reason, counts as 0;
    3. the score is the plain mean over the measures of the unit's type, all weighted alike;
    4. units are ordered by score, equal scores in the order of the units table, and cut.

    It is unknown how the league treated measures that do not exist for a type of trust. Trusts
    complained that some were ranked on two board measures and some on one, which is what
    "left_out" does; it is the default because it is the kinder reading, and because the case
    against counting a nil return as nothing should not lean on the harsher one.

    Examples
    --------
    >>> from openness.naive import learning_from_mistakes_2016
    >>> learning_from_mistakes_2016(measures, league).table["rank"].head(3).tolist()
    [21.0, 25.0, 31.0]
    """
    as_choice(not_applicable, "not_applicable", ("left_out", "nothing"))
    table = tabulate(measures, league)
    oriented = table.oriented.to_numpy()
    applies = table.applies.to_numpy()
    if not_applicable == "nothing":
        applies = np.ones_like(applies)

    score = pd.Series(
        score_with_gaps_as_nothing(oriented, ~np.isnan(oriented), applies), measures.units.index
    )
    treatment = table.treatment("as_zero")
    if not_applicable == "nothing":
        treatment = treatment.replace("not_applicable", "as_zero")
    return Scored(score, treatment, rank=score.rank(ascending=False, method="first"))


def score_with_gaps_as_nothing(
    oriented: np.ndarray, observed: np.ndarray, applies: np.ndarray
) -> np.ndarray:
    """Mean of min-max scaled measures, 0 where nothing was observed.

    The arguments have the shape (units, indicators): values, higher for better and anything where
    not observed; which are observed; and which measures a unit is averaged over. A unit to which
    none applies scores 0.
    """
    low = np.min(oriented, axis=0, where=observed, initial=np.inf)
    high = np.max(oriented, axis=0, where=observed, initial=-np.inf)
    alike = ~(high > low)
    width = np.where(alike, 1, high - low)
    scaled = np.where(alike, 0.5, (oriented - np.where(alike, 0, low)) / width)
    points = np.where(observed, scaled, 0)
    return np.sum(points, axis=1, where=applies) / np.maximum(applies.sum(axis=1), 1)
