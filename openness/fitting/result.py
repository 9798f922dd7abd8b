"""A fit: draws, what they rest on, and whether they may be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from openness.errors import GateFailed
from openness.fitting.gate import Diagnostics
from openness.league import League
from openness.measures import Measures


@dataclass(frozen=True)
class Fit:
    """One fit of one league to one period of measures.

    Attributes
    ----------
    league : League
    measures : Measures
    draws : xarray.DataTree
        Groups `posterior` (hyperparameters; `factor` by unit; `domain_level` by unit and domain),
        `sample_stats`, and, where every cell is Gaussian, `log_likelihood` (`cells` by unit), as
        ArviZ reads them. `domain_level` and `log_likelihood` belong to the collapsed model.
    diagnostics : Diagnostics
    provenance : mapping
        Hashes of the inputs, versions, seed and settings: what determines the draws.
    flags : tuple of str
        What the data of this league cannot tell apart.
    """

    league: League
    measures: Measures
    draws: xr.DataTree
    diagnostics: Diagnostics
    provenance: Mapping[str, Any]
    flags: tuple[str, ...] = ()

    @property
    def posterior(self) -> xr.Dataset:
        """Posterior draws, dims `chain` and `draw` first."""
        return self.draws["posterior"].to_dataset()

    @property
    def is_draft(self) -> bool:
        """Whether the gate was not passed."""
        return not self.diagnostics.passed


def scores(fit: Fit) -> xr.DataArray:
    """Return draws of the published score of a fit; see `published_score`."""
    return published_score(fit.posterior, fit.league, fit.measures)


def published_score(posterior: xr.Dataset, league: League, measures: Measures) -> xr.DataArray:
    """Return draws of the published score, dims (sample, unit).

    Overall, it is openness; within groups, type effects are taken out.
    """
    factor = posterior["factor"]
    if league.score == "within_group":
        factor = factor - _group_effect_by_unit(posterior, measures)
    return factor.stack(sample=("chain", "draw")).transpose("sample", "unit")


def reliability(fit: Fit) -> xr.DataArray:
    """Return how much of each unit's openness within its group the measures settle, dims (unit,).

    One less its posterior variance, because its prior variance within a group is 1. Unlike the
    mean of 1 - 1/P over draws, with P the precision of a unit's openness given the hyperparameters,
    it counts what the hyperparameters leave open, and cells with an exact likelihood as what they
    are. It is 0, but for Monte Carlo error, for a unit without measures.
    """
    posterior = fit.posterior
    within = posterior["factor"] - _group_effect_by_unit(posterior, fit.measures)
    return (1 - within.var(("chain", "draw"))).clip(0, 1)


def require_gate(fit: Fit) -> None:
    """Refuse a fit that did not pass the gate.

    Raises
    ------
    GateFailed
    """
    if fit.is_draft:
        raise GateFailed(explain_failure(fit))


def explain_failure(fit: Fit) -> str:
    """Say what failed at the gate, and what to do about it."""
    reasons = "\n".join(f"  {failure}" for failure in fit.diagnostics.failures())
    settings = fit.provenance["settings"]
    return (
        f"This fit did not pass the gate:\n{reasons}\n"
        f"Fit again with more draws and smaller steps: --draws {2 * settings['draws']} "
        f"--tune {2 * settings['tune']} --target-accept 0.998. Or ask for a draft (--draft), which "
        "says DRAFT on everything."
    )


def _group_effect_by_unit(posterior: xr.Dataset, measures: Measures) -> xr.DataArray:
    groups = measures.units["group"].to_numpy()
    if "group_effect" not in posterior:
        return xr.DataArray(np.zeros(len(groups)), dims="unit")
    effect = posterior["group_effect"].sel(group=xr.DataArray(groups, dims="unit"))
    return effect.drop_vars("group")
