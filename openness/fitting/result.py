"""A fit: draws, what they rest on, and whether they may be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from openness.errors import GateFailed, InvalidRun
from openness.fitting.gate import Diagnostics
from openness.fitting.summary import in_lines, parameter_table
from openness.league import League
from openness.measures import Measures

if TYPE_CHECKING:
    from openness.model.cells import Cells
    from openness.model.identification import Structure


@dataclass(frozen=True, repr=False)
class Fit:
    """One fit of one league to one period of measures.

    Attributes
    ----------
    league : League
    measures : Measures
    draws : xarray.DataTree
        As ArviZ and PyMC read them. `posterior`: every variable of the model, `factor` by unit and
        `domain_level` by unit and domain. `sample_stats`. `constant_data`: the cells as the
        likelihood saw them. `observed_data`: what was observed, on the scale of the measures.
        `log_likelihood`: `observed` by unit, with every latent integrated out. `log_prior`: by
        parameter. `domain_level` belongs to the collapsed model; a model of your own that brings
        its own factor has no `log_likelihood`.
    diagnostics : Diagnostics
    provenance : mapping
        Hashes of the inputs, versions, seed and settings: what determines the draws.
    flags : tuple of str
        What the data of this league cannot tell apart.

    Examples
    --------
    >>> import openness
    >>> fit = openness.load_fit("run")  # doctest: +SKIP
    >>> print(fit)  # doctest: +SKIP
    >>> fit.summary()  # doctest: +SKIP
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
    def cells(self) -> Cells:
        """The cells as the likelihood saw them, restored from `constant_data`."""
        return self._kept[0]

    @property
    def structure(self) -> Structure:
        """Which parameters of the model were free, restored from `constant_data`."""
        return self._kept[1]

    @cached_property
    def memory(self) -> dict[str, Any]:
        """What other rooms made of this fit once, by name, so that it is not made again."""
        return {}

    @cached_property
    def _kept(self) -> tuple[Cells, Structure]:
        from openness.fitting.evidence import restore

        if "constant_data" not in self.draws.children:
            raise InvalidRun("The draws have no group constant_data, so no cells: fit again.")
        return restore(self.draws["constant_data"].to_dataset())

    def summary(self, *, prob: float | None = None) -> pd.DataFrame:
        """Return a table of the parameters of the model, without those of single units.

        Parameters
        ----------
        prob : float, optional
            Of the equal-tailed intervals; the league's if not given.

        Returns
        -------
        pandas.DataFrame
            Index `parameter`: `mean`, `sd`, `lower`, `upper`, `ess_bulk`, `ess_tail`, `rhat`. The
            probability of the intervals is in `attrs["prob"]`.
        """
        return parameter_table(self, self.league.interval if prob is None else prob)

    def __repr__(self) -> str:
        return "\n".join(f"{name:<11}{words}" for name, words in in_lines(self).items())

    def _repr_html_(self) -> str:
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left">{escape(name)}</th>'
            f'<td style="text-align:left">{escape(words)}</td></tr>'
            for name, words in in_lines(self).items()
        )
        return f"<table><caption>Fit</caption><tbody>{rows}</tbody></table>"

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
    return factor.stack(sample=("chain", "draw")).transpose("sample", "unit")  # noqa: PD013


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
    effect = posterior["group_effect"].sel(unit_group=xr.DataArray(groups, dims="unit"))
    return effect.drop_vars("unit_group")
