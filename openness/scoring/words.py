"""What a score is, in the words of whoever reads a ranking."""

from __future__ import annotations

from collections.abc import Mapping

from openness.league import League
from openness.scoring.weights import declared_weights

_MOST_NAMED = 4


def score_in_words(league: League) -> str:
    """Say in a sentence or two what the score of a league is.

    Examples
    --------
    >>> from openness.scoring import score_in_words
    >>> print(score_in_words(league))
    The score is what all measures have in common: a factor that a model finds. Nobody declares how
    much each measure weighs.
    """
    score, within = league.score, ""
    if score.within_group:
        within = f" The mean of its type is taken out of a {league.unit}'s score."
    if score.of == "factor":
        return (
            "The score is what all measures have in common: a factor that a model finds. Nobody "
            f"declares how much each measure weighs.{within}"
        )
    uncertain = ""
    if score.weights_concentration is not None:
        uncertain = " The weights are uncertain, and intervals hold that too."
    return (
        f"The score is {score_in_short(league)}, without sampling error. What is missing is "
        f"predicted, and makes the interval wider.{uncertain}{within}"
    )


def score_in_short(league: League) -> str:
    """Say in a few words what the score of a league is.

    Examples
    --------
    >>> from openness.scoring import score_in_short
    >>> score_in_short(league)
    'a common factor of 4 measures'
    """
    score = league.score
    if score.of == "factor":
        return f"a common factor of {len(league.scored)} measures"
    parts = league.scored if score.of == "measures" else league.scored_domains
    what = f"{len(parts)} {score.of}"
    if isinstance(score.weights, Mapping):
        weights = declared_weights(league, score)
        if len(parts) > _MOST_NAMED:
            return f"a mean of {what} by stated weights"
        named = ", ".join(f"{part.label} {100 * weights[part.id]:.3g}%" for part in parts)
        return f"a weighted mean of {what} ({named})"
    alike = {
        ("measures", "equal_measures"): "each weighing the same",
        ("measures", "equal_sources"): "each source weighing the same",
        ("sources", "equal_sources"): "each weighing the same",
        ("sources", "equal_measures"): "each weighing as much as it has measures",
    }
    return f"a mean of {what}, {alike[score.of, score.weights or '']}"
