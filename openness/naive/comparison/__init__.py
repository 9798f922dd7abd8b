"""All methods on one table, compared with a model or with each other."""

from openness.naive.comparison.comparison import MODEL, Comparison, ModelRanking, compare

__all__ = ["MODEL", "Comparison", "ModelRanking", "compare"]
