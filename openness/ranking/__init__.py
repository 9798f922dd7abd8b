"""Ranks, intervals, bands and pairs from posterior draws: pure functions, for anybody's draws."""

from openness.ranking.bands import (
    band_limits,
    band_probabilities,
    most_probable_band,
    rank_band_probabilities,
)
from openness.ranking.intervals import equal_tailed
from openness.ranking.missingness import (
    MissingShares,
    missing_share_interval,
    missing_shares,
    score_classes,
)
from openness.ranking.missingness_table import missingness_table
from openness.ranking.pairs import Superiority, probability_of_superiority
from openness.ranking.precision import monte_carlo_error
from openness.ranking.ranks import expected_rank, median_rank, rank_draws
from openness.ranking.table import ranking_table

__all__ = [
    "MissingShares",
    "Superiority",
    "band_limits",
    "band_probabilities",
    "equal_tailed",
    "expected_rank",
    "median_rank",
    "missing_share_interval",
    "missing_shares",
    "missingness_table",
    "monte_carlo_error",
    "most_probable_band",
    "probability_of_superiority",
    "rank_band_probabilities",
    "rank_draws",
    "ranking_table",
    "score_classes",
]
