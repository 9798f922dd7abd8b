"""Why a unit stands where it stands, and what its missing returns would change. No refits."""

from openness.explain.contributions import explain_score, rank_by_source
from openness.explain.missing import explain_missing
from openness.explain.worth import worth

__all__ = ["explain_missing", "explain_score", "rank_by_source", "worth"]
