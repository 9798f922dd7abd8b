"""How far the three scores that a league could declare agree, and who moves."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pandas as pd

from openness.fitting import scores, with_score
from openness.guards import findings, is_stopped
from openness.league.score import ScoreOf
from openness.result import Result
from openness.scoring import score_in_short, score_of
from openness.standing.ranked import rank
from openness.standing.standing import Standing


def compare_scores(standing: Standing) -> Result:
    """Rank the same units by each of the three scores, and say where they part.

    Who is ranked is as the standing says, whichever score it is.

    Parameters
    ----------
    standing : Standing
        Of a fit of the collapsed model. Its own score is the first; the other two are the nearest
        to it, by `openness.scoring.score_of`.

    Returns
    -------
    Result
        `table`, indexed by `unit`, those first that move furthest: `name`, `group`, and for each
        score `expected_rank_<score>` and `band_<score>`; `furthest_move` (places in the list,
        between any two of the scores).

        `summary`, indexed by `stratum` and by the two scores `first` and `second`: `label`,
        `units` (ranked by both), `rank_correlation` (Spearman, of expected ranks), `median_move`,
        `furthest_move` (places among those), `other_band` (share of the units in another band).

        `about`: `scores`, what each score is, in words; `stopped`, those of them that a guard
        stops, which could not be published.

    Raises
    ------
    InvalidInput
        If the fit is of a model without measures or sources, or no two units can be ranked.

    Examples
    --------
    >>> compared = openness.compare_scores(fit)
    >>> list(compared.about["scores"])
    ['factor', 'measures', 'sources']
    >>> bool((compared.summary["rank_correlation"] > 0.5).all())
    True
    """
    own = standing.league.score.of
    kinds: list[ScoreOf] = sorted(get_args(ScoreOf), key=lambda of: of != own)
    fits = {of: with_score(standing.fit, score_of(standing.league, of)) for of in kinds}
    others = {of: standing.with_score(scores(fit)) for of, fit in fits.items()}
    standing.require_strata()
    tables = {of: rank(other).table for of, other in others.items()}
    together = standing.units[["name", "group", "stratum"]]
    for of, table in tables.items():
        together = together.join(table[["expected_rank", "band"]].add_suffix(f"_{of}"))
    places = places_among_all(together, [f"expected_rank_{of}" for of in kinds])
    together["furthest_move"] = places.max(axis=1) - places.min(axis=1)
    rows = {
        (stratum.id, first, second): {"label": stratum.label}
        | _agreement(together[together["stratum"] == stratum.id], first, second)
        for stratum in standing.require_strata()
        for first, second in combinations(kinds, 2)
    }
    index = pd.MultiIndex.from_tuples(list(rows), names=["stratum", "first", "second"])
    return Result(
        "scores",
        together.drop(columns="stratum").sort_values(
            "furthest_move", ascending=False, kind="stable"
        ),
        standing.league,
        summary=pd.DataFrame(list(rows.values()), index),
        standing=standing,
        about={
            "scores": {of: score_in_short(fit.league) for of, fit in fits.items()},
            "stopped": [of for of, fit in fits.items() if is_stopped(findings(fit))],
        },
    )


def places_among_all(units: pd.DataFrame, ranks: list[str]) -> pd.DataFrame:
    """Return places in the list of each stratum by each of these columns.

    Of the units that have them all. Expected ranks themselves would also differ by how many units a
    score ranks, and by how far it draws them together.

    Parameters
    ----------
    units : pandas.DataFrame
        With a column `stratum` and these columns.
    ranks : list of str
    """
    return units.dropna(subset=ranks).groupby("stratum")[ranks].rank()


def _agreement(units: pd.DataFrame, first: str, second: str) -> dict[str, float]:
    both = units.dropna(subset=[f"expected_rank_{first}", f"expected_rank_{second}"])
    places = [both[f"expected_rank_{of}"].rank() for of in (first, second)]
    moves = (places[0] - places[1]).abs()
    return {
        "units": len(both),
        "rank_correlation": places[0].corr(places[1]),
        "median_move": moves.median(),
        "furthest_move": moves.max(),
        "other_band": (both[f"band_{first}"] != both[f"band_{second}"]).mean(),
    }
