"""What a score is a mean of: the measures or the sources of a league, and where each applies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from openness.league import League, Score
from openness.measures import Measures
from openness.model.cells import Cells
from openness.scoring.weights import applies_at, declared_weights, reweighted

Array = np.ndarray


@dataclass(frozen=True)
class Parts:
    """The J measures or sources that a score is a mean of.

    Attributes
    ----------
    names : tuple of str
        Those with data. One without weighs nothing, whatever the league declares.
    indicator, domain : (J,) int arrays
        Position of a measure among the indicators of the cells, and of its source among the
        domains. A source has -1 as its indicator, unless it holds a single measure: then it has no
        level of its own, and is that measure.
    weights : (J,) array
        As declared; they sum to 1.
    applies : (N, J) bool array
    by_unit : (N, J) array
        Weights at each unit; they sum to 1, or are 0 where nothing applies.
    """

    names: tuple[str, ...]
    indicator: Array
    domain: Array
    weights: Array
    applies: Array
    by_unit: Array

    def weigh(self, weights: Array, *, reweight: bool) -> Array:
        """Return weights by unit (..., N, J) for other weights (..., J)."""
        if not reweight:
            shape = *weights.shape[:-1], *self.applies.shape
            return np.broadcast_to(weights[..., None, :], shape)
        return reweighted(weights, self._voices, self.applies)

    @property
    def _voices(self) -> Array:
        """Within what the weight of a part that does not apply is passed on first."""
        of_sources = len(set(self.domain.tolist())) == len(self.domain)
        return np.arange(len(self.domain)) if of_sources else self.domain


def parts_of(score: Score, league: League, measures: Measures, cells: Cells) -> Parts:
    """Find what a score of measures or sources is a mean of."""
    declared = declared_weights(league, score)
    of_measure = applies_at(measures, cells, cells.indicators)
    if score.of == "measures":
        names, domain = cells.indicators, cells.domain
        indicator, applies = np.arange(len(names)), of_measure
    else:
        names, domain = cells.domains, np.arange(len(cells.domains))
        held = [np.flatnonzero(cells.domain == m) for m in range(len(names))]
        indicator = np.array([own[0] if len(own) == 1 else -1 for own in held])
        applies = np.stack([of_measure[:, own].any(axis=1) for own in held], axis=1)
    weights = _of_what_has_data(declared, league, score, names)
    parts = Parts(names, indicator, domain, weights, applies, weights)
    reweight = score.not_applicable == "reweight"
    return Parts(**{**vars(parts), "by_unit": parts.weigh(weights, reweight=reweight)})


def _of_what_has_data(
    declared: dict[str, float], league: League, score: Score, names: tuple[str, ...]
) -> Array:
    """Pass the weight of what nobody has on, as that of what does not apply."""
    everything = list(declared)
    if score.of == "measures":
        domains = [league.indicator(name).domain for name in everything]
        source = np.unique(domains, return_inverse=True)[1]
    else:
        source = np.arange(len(everything))
    has = np.array([name in names for name in everything])
    left = reweighted(np.array(list(declared.values())), source, has[None])[0]
    return left[[everything.index(name) for name in names]]
