"""Where a fit puts its units: a standing, and what is published of it.

`stand(fit)` says who is ranked against whom and on which draws. Every other function takes a
standing and returns an `openness.result.Result`; `openness.ranking` does the work.
"""

from openness.standing.assumptions import sensitivity
from openness.standing.banded import bands, named_or_stated, read_loss
from openness.standing.classes import classes_of
from openness.standing.graded import PairMap, grades
from openness.standing.judged import coherence_sensitivity, furthest_moves, verdict
from openness.standing.missingness_table import missingness
from openness.standing.pairs import probability_of_superiority, tied_with
from openness.standing.ranked import rank
from openness.standing.scores_compared import compare_scores
from openness.standing.standing import Standing, stand
from openness.standing.strata import Stratum

__all__ = [
    "PairMap",
    "Standing",
    "Stratum",
    "bands",
    "classes_of",
    "coherence_sensitivity",
    "compare_scores",
    "furthest_moves",
    "grades",
    "missingness",
    "named_or_stated",
    "probability_of_superiority",
    "rank",
    "read_loss",
    "sensitivity",
    "stand",
    "tied_with",
    "verdict",
]
