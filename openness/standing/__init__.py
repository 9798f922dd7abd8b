"""Where a fit puts its units: the short way from a fit to what is published.

Each function stands for a few lines of `openness.fitting` and `openness.ranking`, which do the work
and can be used with anybody's draws.
"""

from openness.standing.banded import LeagueBands, bands, named_or_stated, read_loss
from openness.standing.coherence import coherence_sensitivity, furthest_moves
from openness.standing.divisions import ranked_posterior
from openness.standing.graded import LeagueGrades, PairMap, grades
from openness.standing.judged import verdict
from openness.standing.pairs import cannot_be_separated_from, probability_of_superiority
from openness.standing.ranked import missingness, rank
from openness.standing.standing import Standing, Stratum, stand

__all__ = [
    "LeagueBands",
    "LeagueGrades",
    "PairMap",
    "Standing",
    "Stratum",
    "bands",
    "cannot_be_separated_from",
    "coherence_sensitivity",
    "furthest_moves",
    "grades",
    "missingness",
    "named_or_stated",
    "probability_of_superiority",
    "rank",
    "ranked_posterior",
    "read_loss",
    "stand",
    "verdict",
]
