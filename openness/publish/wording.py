"""How numbers are put into words, the same in every table and plot."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd

from openness.league import League
from openness.measures.symbols import LOW_RELIABILITY, NOT_APPLICABLE, NOT_AVAILABLE
from openness.result import Result

DRAFT = "DRAFT: this fit has not passed its checks. Not for publication."


def percent(probability: float) -> str:
    """Whole per cent, without claiming that anything is impossible or certain."""
    if math.isnan(probability):
        return str(NOT_AVAILABLE)
    if probability < 0.01:
        return "<1%"
    if probability > 0.99:
        return ">99%"
    return f"{100 * probability:.0f}%"


def exact_percent(probability: float, error: float = math.nan) -> str:
    """Per cent with its Monte Carlo error in points, such as `6.7% (Monte Carlo error 0.2)`."""
    text = f"{100 * probability:.1f}%"
    return text if math.isnan(error) else f"{text} (Monte Carlo error {error_points(error)})"


def error_points(error: float) -> str:
    """A Monte Carlo error of a probability in points, such as `0.6`; never a bare zero."""
    if math.isnan(error):
        return str(NOT_AVAILABLE)
    return "<0.1" if 100 * error < 0.1 else f"{100 * error:.1f}"


def share(estimate: float, lower: float, upper: float) -> str:
    """A share and its interval in per cent, such as `3.7% (2.0 to 6.2)`."""
    if math.isnan(estimate):
        return str(NOT_APPLICABLE)
    return f"{100 * estimate:.1f}% ({100 * lower:.1f} to {100 * upper:.1f})"


def points(estimate: float, lower: float, upper: float) -> str:
    """A difference of shares and its interval in points, such as `+1.2 (-0.9 to +3.0)`."""
    if math.isnan(estimate):
        return str(NOT_APPLICABLE)
    return f"{100 * estimate:+.1f} ({100 * lower:+.1f} to {100 * upper:+.1f})"


def rank_range(lower: float, upper: float) -> str:
    """Limits of a rank, such as `1 to 19`; ties have half-ranks."""
    return str(LOW_RELIABILITY) if math.isnan(lower) else f"{lower:,g} to {upper:,g}"


def rank_with_range(rank: float, lower: float, upper: float) -> str:
    """A rank and its interval, such as `3 (1 to 19)`."""
    return "not ranked" if math.isnan(rank) else f"{rank:,g} ({rank_range(lower, upper)})"


def band_labels(league: League) -> Mapping[str, str]:
    """Label of each band by its id, best band first."""
    return {band.id: band.label for band in league.bands.levels}


def band_numbers(league: League) -> Mapping[str, int]:
    """Number of each band by its id, 1 for the best."""
    return {band: number for number, band in enumerate(band_labels(league), start=1)}


def interval_words(prob: float, kind: str) -> str:
    """What an interval is, such as `95% equal-tailed credible interval`."""
    return f"{100 * prob:g}% {kind} credible interval"


def method_words(method: str) -> str:
    """What a method is called in a sentence: its name in words, "the model" for the model."""
    named = {
        "model": "the model",
        "model_order": "the model, in order",
        "goldstein_healy": "Goldstein-Healy",
    }
    return named.get(method, method.replace("_", " "))


def opening(words: str) -> str:
    """Words as a sentence begins: the first letter large, the others as they are."""
    return words[:1].upper() + words[1:]


def sizes_sentences(result: Result) -> str:
    """How large the bands of each stratum came out, and how large they were declared to be."""
    return " ".join(
        row["sizes_in_words"] if id == "all" else f"{row['label']}: {row['sizes_in_words']}"
        for id, row in result.summary.iterrows()
    )


def places_sentence(share_separated: float, units: pd.DataFrame, league: League) -> str:
    """Why units are shown in single places, or are not: from columns of a ranking."""
    settled = (
        f"{100 * share_separated:.0f}% of the pairs of {league.unit_plural} are in order with "
    )
    settled += "more than 90% probability"
    if not units["place"].isna().all():
        reason = ", and the league asks for single places" if league.places == "always" else ""
        return f"{settled}{reason}."
    why = ", and the league asks for no single places" if league.places == "never" else ""
    return (
        f"{settled}{why}: no single places are shown. Shared: one more than the number of "
        f"{league.unit_plural} that are ahead with more than 90% probability."
    )
