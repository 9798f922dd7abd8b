"""Correlations of pairs of measures within types: as observed, and as the model implies them.

Replicated tables have the same units and gaps, new factors, levels and sampling errors. The
correlations of a table are taken of values less the mean of the unit's type, where both are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from openness.guards.looked import Looked, evenly
from openness.model.observed_kernel import Parameters
from openness.model.tree import draw_facets, draw_levels, linear_predictor, roots
from openness.model.true_values import cut_points

Array = np.ndarray

REPLICATES = 200
"""Mean and sd of a correlation over them are known to a fourteenth and a twentieth of its sd."""

_SEED = 20_160_301
_FEWEST = 10
"""Units that both measures must have, less the number of types."""
_HIGHEST = 1 - 1e-9


class Pair(NamedTuple):
    """Two measures, by their positions, and their correlations."""

    first: int
    second: int
    same_source: bool
    units: int
    """That have both."""
    observed: float
    implied: float
    lower: float
    upper: float
    """Of 95% of the replicates."""
    p: float
    """Two-sided, of the observed correlation among the replicates."""

    @property
    def difference(self) -> float:
        """Observed minus implied."""
        return self.observed - self.implied


@dataclass(frozen=True, eq=False)
class Pairs:
    """All pairs with enough units.

    Attributes
    ----------
    rows : tuple of Pair
    indicators : tuple of str
        Ids of the measures.
    true : (K, K) array
        Observed correlations with what sampling errors take away put back; NaN without enough
        units.
    """

    rows: tuple[Pair, ...]
    indicators: tuple[str, ...]
    true: Array

    @property
    def table(self) -> pd.DataFrame:
        """A row for each pair: `first`, `second` (ids), what a `Pair` has, and `difference`."""
        table = pd.DataFrame(self.rows, columns=Pair._fields)
        names = np.array(self.indicators, dtype=object)
        for end in ("first", "second"):
            table[end] = pd.Series(names[table[end].to_numpy(dtype=int)], dtype="str")
        return table.assign(difference=table["observed"] - table["implied"])


def compare_pairs(looked: Looked) -> Pairs:
    """Compare the observed correlation of every pair with replicated ones."""
    cells, mask = looked.cells, looked.known.astype(float)
    both = mask.T @ mask
    enough = both - len(cells.groups) >= _FEWEST
    observed = _correlations(looked, looked.matched[0] * looked.sign)
    rng = np.random.default_rng(_SEED)
    replicated = np.stack(
        [
            _correlations(looked, _replicate(looked, int(s), rng))
            for s in evenly(len(looked.chosen), REPLICATES)
        ]
    )
    # Fisher's z makes the distribution of a correlation nearly normal, so that small tails need
    # no thousands of replicates.
    z = np.arctanh(replicated)
    centre, spread = z.mean(axis=0), z.std(axis=0)
    rows = []
    # A measure that is the same for all has no correlation.
    for j, k in np.argwhere(np.triu(enough & np.isfinite(observed), 1)).tolist():
        off = abs(np.arctanh(observed[j, k]) - centre[j, k]) / spread[j, k]
        implied, lower, upper = np.tanh(centre[j, k] + np.array([0, -1.96, 1.96]) * spread[j, k])
        rows.append(
            Pair(
                first=j,
                second=k,
                same_source=bool(cells.domain[j] == cells.domain[k]),
                units=int(both[j, k]),
                observed=float(observed[j, k]),
                implied=float(implied),
                lower=float(lower),
                upper=float(upper),
                p=float(2 * norm.sf(off)),
            )
        )
    true = np.where(enough, _without_error(looked, observed), np.nan)
    return Pairs(tuple(rows), cells.indicators, true)


def pairs_table(looked: Looked) -> pd.DataFrame:
    """Return the table of pairs, with a column `misfit`: whether the guard speaks of the pair."""
    off = [is_off(looked, pair) for pair in looked.pairs.rows]
    return looked.pairs.table.assign(misfit=pd.Series(off, dtype=bool))


def is_off(looked: Looked, pair: Pair) -> bool:
    """Whether the correlation of a pair is surely another than implied, and by enough to matter."""
    limits = looked.limits
    level = limits.misfit_p / len(looked.pairs.rows)
    return pair.p < level and abs(pair.difference) > limits.misfit_correlation


def _correlations(looked: Looked, values: Array) -> Array:
    """Correlations of values (N, K) within types, over the units that have both, (K, K)."""
    within, mask = looked.within_types(values), looked.known.astype(float)
    square = (within**2).T @ mask
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.clip((within.T @ within) / np.sqrt(square * square.T), -_HIGHEST, _HIGHEST)


def _replicate(looked: Looked, s: int, rng: np.random.Generator) -> Array:
    """Draw one table (N, K), higher better, from new factors, levels and sampling errors."""
    cells, p = looked.cells, looked.parameters
    n, n_sources = len(cells.units), len(cells.domains)
    a, b = roots(p.coherence[s])
    u = draw_levels(rng.standard_normal(n), 0.0, a, b, rng.standard_normal)
    specific = p.uniqueness_sd[s] * rng.standard_normal((n, len(cells.indicators)))
    at = u[:, cells.domain]
    if cells.facets:
        r, g = roots(p.facet_coherence[s])
        v = draw_facets(u, cells.domain_of_facet, r, g, rng.standard_normal)
        at = np.where(cells.facet >= 0, v[:, cells.facet], at)
    eta = linear_predictor(at, 0.0, p.domain_loading[s], specific)
    common = cells.common_error_loading * rng.standard_normal((n, n_sources))[:, cells.domain]
    own = np.sqrt(looked.sampling_variance - cells.common_error_loading**2)
    drawn = eta + common + own * rng.standard_normal(eta.shape)
    one = Parameters(*(part[s : s + 1] for part in p))
    for k in (k for k, labels in enumerate(cells.labels) if labels):
        ends = cut_points(one, cells, k)[0, 1:-1]
        latent = eta[:, k] + p.expected[s, cells.group, k]
        drawn[:, k] = (latent[:, None] > ends).sum(axis=1)
    return drawn * looked.sign


def _without_error(looked: Looked, observed: Array) -> Array:
    """Correlations of true values: those of the values, with sampling error taken out, (K, K)."""
    cells, mask = looked.cells, looked.known
    number = np.maximum(mask.sum(axis=0), 1)
    within = looked.within_types(looked.matched[0])
    variance = (within**2).sum(axis=0) / np.maximum(number - len(cells.groups), 1)
    error = np.where(mask, looked.sampling_variance, 0.0).sum(axis=0) / number
    true = np.maximum(variance - error, 0)
    t = np.where(mask, cells.common_error_loading * looked.sign, 0.0)
    both = np.maximum(mask.T.astype(float) @ mask, 1)
    same = cells.domain[:, None] == cells.domain
    shared = np.where(same, t.T @ t / both, 0.0)
    covariance = observed * np.sqrt(np.outer(variance, variance)) - shared
    of_true = np.sqrt(np.outer(true, true))
    return np.where(of_true > 0, covariance / np.where(of_true > 0, of_true, 1.0), np.nan)
