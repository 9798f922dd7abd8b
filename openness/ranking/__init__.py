"""Ranks, bands, grades and pairs that can be defended: pure functions, for anybody's draws.

    post = Posterior.from_draws(draws, names)
    posterior_ranks(post).rank_interval(0.95)
    bands(post, shares=[0.25, 0.5, 0.25]).prob_band
    optimal_grades(post).table

Everything takes draws of shape (S, n), or estimates with standard errors, and knows nothing of
where they come from.
"""

from openness.ranking.band_summary import BandProbabilities, bands
from openness.ranking.banding import (
    band_limits,
    band_of_least_loss,
    rank_band_probabilities,
)
from openness.ranking.confidence import rank_sets
from openness.ranking.declared_sizes import bands_of_sizes
from openness.ranking.frontier import grade_path
from openness.ranking.grades import Grades, optimal_grades
from openness.ranking.intervals import equal_tailed, interval, shortest
from openness.ranking.missingness import (
    MissingShares,
    missing_share_interval,
    missing_shares,
    score_classes,
)
from openness.ranking.pairs import Superiority, prob_better, probability_of_superiority
from openness.ranking.posterior import Posterior
from openness.ranking.precision import Estimate, Probabilities, monte_carlo_error
from openness.ranking.rank_summary import PosteriorRanks, posterior_ranks
from openness.ranking.rankable import Verdict, league_reliability, rankability, verdict
from openness.ranking.ranks import (
    expected_rank,
    median_rank,
    optimal_rank,
    percentile,
    rank_draws,
)
from openness.ranking.rvalues import r_values, r_values_of_tails
from openness.ranking.separation import Separation, separability, separate

__all__ = [
    "BandProbabilities",
    "Estimate",
    "Grades",
    "MissingShares",
    "Posterior",
    "PosteriorRanks",
    "Probabilities",
    "Separation",
    "Superiority",
    "Verdict",
    "band_limits",
    "band_of_least_loss",
    "bands",
    "bands_of_sizes",
    "equal_tailed",
    "expected_rank",
    "grade_path",
    "interval",
    "league_reliability",
    "median_rank",
    "missing_share_interval",
    "missing_shares",
    "monte_carlo_error",
    "optimal_grades",
    "optimal_rank",
    "percentile",
    "posterior_ranks",
    "prob_better",
    "probability_of_superiority",
    "r_values",
    "r_values_of_tails",
    "rank_band_probabilities",
    "rank_draws",
    "rank_sets",
    "rankability",
    "score_classes",
    "separability",
    "separate",
    "shortest",
    "verdict",
]
