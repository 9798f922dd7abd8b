"""A fit as the guards look at it: made once, so that nothing is computed twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from openness.families.counted import counted
from openness.fitting import Fit, scores
from openness.league import League
from openness.league.guards import Guards
from openness.model.cells import Cells
from openness.model.conditional import Conditional, conditional_on
from openness.model.identification import Structure
from openness.model.observed import parameters_by_draw
from openness.model.observed_kernel import Parameters
from openness.scoring import declared_weights

if TYPE_CHECKING:
    import pandas as pd

    from openness.guards.left_out import LeftOut
    from openness.guards.pairs import Pairs
    from openness.guards.scatter import Scatter

Array = np.ndarray

DRAWS = 400
"""About as many draws as means and replicates are taken over: their Monte Carlo error is below a
twentieth of a posterior sd."""


@dataclass(frozen=True, eq=False)
class Looked:
    """A fit of N units, K measures and M sources, seen through S evenly chosen draws.

    Attributes
    ----------
    fit : Fit
        Of the collapsed model.
    chosen : (S,) int array
        Which draws, counted along the chains.

    Examples
    --------
    >>> from openness.guards import look
    >>> looked = look(fit)
    >>> looked.standardised.shape
    (40, 4)
    """

    fit: Fit
    chosen: Array

    @property
    def league(self) -> League:
        """The league of the fit."""
        return self.fit.league

    @property
    def limits(self) -> Guards:
        """Thresholds, as the league states them."""
        return self.league.guards

    @property
    def cells(self) -> Cells:
        """The cells as the likelihood saw them."""
        return self.fit.cells

    @property
    def structure(self) -> Structure:
        """Which parameters of the model were free."""
        return self.fit.structure

    @cached_property
    def given(self) -> Conditional:
        """What the kernels see under each draw of the fit."""
        return conditional_on(self.fit.posterior, self.cells, self.structure)

    @cached_property
    def parameters(self) -> Parameters:
        """Parameters of the S draws, (S, ...)."""
        everything = parameters_by_draw(self.fit.posterior, self.cells, self.structure)
        return Parameters(*(part[self.chosen] for part in everything))

    @cached_property
    def communality(self) -> Array:
        """Posterior mean (K,) of the share of a measure's variance that its source's level is."""
        p = self.parameters
        shared = p.domain_loading**2
        return (shared / (shared + p.uniqueness_sd**2)).mean(axis=0)

    @cached_property
    def coherence(self) -> Array:
        """Posterior mean (M,) of the share of a source's level that is the factor.

        Of a measure alone in its source, it is the share of the measure.
        """
        mean = self.parameters.coherence.mean(axis=0)
        for k in np.flatnonzero(self.structure.lone):
            m = self.cells.domain[k]
            p = self.parameters
            shared = p.domain_loading[:, k] ** 2 * p.coherence[:, m]
            own = p.domain_loading[:, k] ** 2 + p.uniqueness_sd[:, k] ** 2
            mean[m] = (shared / own).mean()
        return mean

    @cached_property
    def known(self) -> Array:
        """Which cells have a value that can be compared, (N, K) bool: all but suppressed ones."""
        return self.cells.present & ~self.cells.suppressed

    @cached_property
    def matched(self) -> tuple[Array, Array]:
        """Values (N, K) and their sampling variances, with Gaussian ones in place of exact ones.

        The value of a category is its position. The variance includes what respondents share.
        """
        cells = self.cells
        value = np.where(cells.category >= 0, cells.category, cells.value).astype(float)
        variance = cells.error_variance + cells.common_error_loading**2
        for k in np.flatnonzero(cells.exact.any(axis=0)):
            rows = np.flatnonzero(cells.exact[:, k] & ~cells.suppressed[:, k])
            value[rows, k], variance[rows, k] = counted(cells.definitions[k]).match(
                cells.y[rows, k], cells.n[rows, k], cells.reference[k]
            )
        return value, variance

    @property
    def sampling_variance(self) -> Array:
        """Sampling variances of the values, (N, K); 0 for categories."""
        return self.matched[1]

    @cached_property
    def sign(self) -> Array:
        """Declared directions, (K,)."""
        return np.array([indicator.sign for indicator in self.cells.definitions])

    @cached_property
    def standardised(self) -> Array:
        """Values less the mean of the unit's type, higher better, in their sds, (N, K).

        NaN where there is no value to compare, and in a measure that is the same for all.
        """
        within = self.within_types(self.matched[0] * self.sign)
        spread = np.sqrt(np.nanmean(within**2, axis=0, where=self.known))
        return np.where(self.known, within / np.where(spread > 0, spread, np.nan), np.nan)

    def within_types(self, values: Array) -> Array:
        """Return values (N, K) less the mean of the known ones in the unit's type."""
        group, known = self.cells.group, self.known
        member = np.eye(len(self.cells.groups))[group]
        number = member.T @ known
        total = member.T @ np.where(known, values, 0.0)
        return np.where(known, values - (total / np.maximum(number, 1))[group], 0.0)

    @cached_property
    def score(self) -> Array:
        """All draws of the published score, (draws, N)."""
        return scores(self.fit).to_numpy().astype(float)

    @cached_property
    def score_within(self) -> Array:
        """Posterior mean of the score less the mean of the unit's type, (N,)."""
        mean, group = self.score.mean(axis=0), self.cells.group
        size = np.bincount(group)
        return mean - (np.bincount(group, mean) / size)[group]

    @cached_property
    def pairs(self) -> Pairs:
        """Observed and implied correlations of all pairs of measures, within types."""
        from openness.guards.pairs import compare_pairs

        return compare_pairs(self)

    @cached_property
    def left_out(self) -> LeftOut:
        """Each cell beside what the other cells of its unit let expect."""
        from openness.guards.left_out import leave_out_each

        return leave_out_each(self)

    @cached_property
    def scatter(self) -> Scatter:
        """Scatter of each measure beside its sampling errors."""
        from openness.guards.scatter import scatter_of

        return scatter_of(self)

    @cached_property
    def information(self) -> pd.Series:
        """Share of the score's information by measure."""
        from openness.guards.information import share_of_information

        return share_of_information(self)

    @cached_property
    def type_moves(self) -> pd.DataFrame:
        """How far the types move under other priors of the sd between them."""
        from openness.guards.reweighted import move_types

        return move_types(self)

    def sources(self) -> Iterator[tuple[int, Array]]:
        """Yield the position of each source, and those of its measures."""
        for m in range(len(self.cells.domains)):
            yield m, np.flatnonzero(self.cells.domain == m)

    def label(self, k: int) -> str:
        """Label of a measure."""
        return self.cells.definitions[k].label

    def source_label(self, m: int) -> str:
        """Label of a source."""
        id = self.cells.domains[m]
        return next(domain.label for domain in self.league.domains if domain.id == id)


def evenly(n: int, wanted: int) -> Array:
    """Return at most `wanted` positions among n, evenly spread."""
    return np.unique(np.linspace(0, n - 1, min(n, wanted)).round().astype(int))


def look(fit: Fit) -> Looked:
    """Look at a fit; the second time, what was seen the first time is there.

    Parameters
    ----------
    fit : Fit
        Of the collapsed model.

    Returns
    -------
    Looked

    Examples
    --------
    >>> from openness.guards import look
    >>> look(fit) is look(fit)
    True
    >>> look(fit).pairs.table[["first", "second", "units"]].shape
    (6, 3)
    """
    if "looked" not in fit.memory:
        posterior = fit.posterior
        n = posterior.sizes["chain"] * posterior.sizes["draw"]
        fit.memory["looked"] = Looked(fit, evenly(n, DRAWS))
    looked: Looked = fit.memory["looked"]
    return looked


def declared_weight(league: League, name: str) -> float | None:
    """Return the weight that the league declares for a measure or source; None without one."""
    if league.score.of == "factor":
        return None
    weights = declared_weights(league, league.score)
    if name in weights:
        return weights[name]
    measures = [i.id for i in league.scored if i.domain == name and i.id in weights]
    return sum(weights[measure] for measure in measures) if measures else None
