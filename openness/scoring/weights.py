"""What each measure or source weighs in the score, at each unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from openness.errors import InvalidInput, Problem
from openness.league import League, Score
from openness.measures import Measures
from openness.model.cells import Cells

Array = np.ndarray


def declared_weights(league: League, score: Score) -> dict[str, float]:
    """Return the weight of every scored measure or source, by its id; they sum to 1.

    Parameters
    ----------
    league : League
    score : Score
        Of measures or of sources.

    Raises
    ------
    InvalidInput
        If all that is scored weighs 0, as may be where a measure is left out of a league.

    Examples
    --------
    >>> from openness.scoring import declared_weights
    >>> score = openness.Score(of="measures", weights="equal_sources")
    >>> declared_weights(league, score)
    {'heard': 0.25, 'safe': 0.25, 'reported': 0.25, 'near_misses': 0.25}
    """
    if isinstance(score.weights, Mapping):
        parts = league.scored if score.of == "measures" else league.scored_domains
        names = [part.id for part in parts]
        raw = {name: score.weights[name] for name in names}
    elif score.of == "measures" and score.weights == "equal_measures":
        raw = {indicator.id: 1.0 for indicator in league.scored}
    elif score.of == "measures":
        raw = _equal_sources(league)
    else:
        measures = Counter(indicator.domain for indicator in league.scored)
        alike = score.weights == "equal_sources"
        raw = {domain.id: 1.0 if alike else measures[domain.id] for domain in league.scored_domains}
    total = sum(raw.values())
    if not total > 0:
        found, allowed = f"0 for all of {', '.join(raw)}", "at least one must be above 0"
        raise InvalidInput([Problem("score", "weights", found, allowed)])
    return {name: weight / total for name, weight in raw.items()}


def _equal_sources(league: League) -> dict[str, float]:
    """A source, in it a facet or a measure outside facets, in a facet a measure."""
    facet = {i.id: i.facet or i.id for i in league.scored}
    in_facet = Counter(facet.values())
    voices = Counter(domain for domain, _ in {(i.domain, facet[i.id]) for i in league.scored})
    return {i.id: 1 / (voices[i.domain] * in_facet[facet[i.id]]) for i in league.scored}


def applies_at(measures: Measures, cells: Cells, indicators: tuple[str, ...]) -> Array:
    """Return whether each measure applies to each unit, bool (N, J).

    One that no unit has says nothing of any, and applies to none.
    """
    status = measures.grid("status", indicators)
    known = np.array([name in cells.indicators for name in indicators], dtype=bool)
    return (status != "not_applicable") & known


def reweighted(weights: Array, source: Array, applies: Array) -> Array:
    """Give the weight of what does not apply to the rest of its source, or else to other sources.

    Parameters
    ----------
    weights : (..., J) array
        Not negative; they sum to 1.
    source : (J,) int array
        Position of the source of each.
    applies : (N, J) bool array

    Returns
    -------
    (..., N, J) array
        They sum to 1 at each unit. Where nothing with a weight applies, they are 0.
    """
    member = np.eye(source.max() + 1)[source]  # (J, M)
    here = weights[..., None, :] * applies
    left = here @ member
    share = np.divide(here, left[..., source], out=np.zeros_like(here), where=here > 0)
    of_source = (weights @ member)[..., None, :] * (left > 0)
    total = of_source.sum(axis=-1, keepdims=True)
    of_source = np.divide(of_source, total, out=np.zeros_like(of_source), where=total > 0)
    return share * of_source[..., source]
