"""How numbers are put into words, the same in every table and plot."""

from __future__ import annotations

import math
from collections.abc import Mapping

from openness.league.definition import League

DRAFT = "DRAFT: this fit has not passed its checks. Not for publication."


def percent(probability: float) -> str:
    """Whole per cent, without claiming that anything is impossible or certain."""
    if math.isnan(probability):
        return "-"
    if probability < 0.01:
        return "<1%"
    if probability > 0.99:
        return ">99%"
    return f"{100 * probability:.0f}%"


def rank_range(lower: float, upper: float) -> str:
    """Limits of a rank, such as `1 to 19`; ties have half-ranks."""
    return "-" if math.isnan(lower) else f"{lower:,g} to {upper:,g}"


def rank_with_range(rank: float, lower: float, upper: float) -> str:
    """A rank and its interval, such as `3 (1 to 19)`."""
    return "not ranked" if math.isnan(rank) else f"{rank:,g} ({rank_range(lower, upper)})"


def band_labels(league: League) -> Mapping[str, str]:
    """Label of each band by its id, best band first."""
    return {band.id: band.label for band in league.bands.levels}


def interval_words(prob: float, kind: str) -> str:
    """What an interval is, such as `95% equal-tailed credible interval`."""
    return f"{100 * prob:g}% {kind} credible interval"
