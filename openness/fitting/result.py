"""A fit: draws, what they rest on, and whether they may be published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from openness.errors import GateFailed, InvalidInput, InvalidRun, Problem
from openness.fitting.gate import Diagnostics
from openness.fitting.summary import in_lines, parameter_table
from openness.league import League, Score
from openness.measures import Measures
from openness.model.conditional import flatten
from openness.scoring import Scale, draw_score, settled_share

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

    def with_posterior(self, posterior: xr.Dataset) -> Fit:
        """Return the same fit with other draws in place of its own."""
        draws = self.draws.copy()
        draws["posterior"] = xr.DataTree(posterior)
        return replace(self, draws=draws)

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


def with_score(fit: Fit, score: Score) -> Fit:
    """Return the same fit, of which another score is published."""
    return replace(fit, league=fit.league.model_copy(update={"score": score}))


def scores(fit: Fit) -> xr.DataArray:
    """Return draws of the published score of a fit, dims (sample, unit).

    Raises
    ------
    InvalidInput
        If the score is of measures or sources, and the fit is of a model that does not have them.
    """
    score, posterior = fit.league.score, fit.posterior
    if score.of == "factor":
        drawn = posterior["factor"]
        if score.within_group:
            drawn = drawn - _group_effect_by_unit(posterior, fit.measures)
    elif _keeps(fit, score):
        drawn = posterior["score"]
    else:
        return _drawn_anew(fit)[0]
    return drawn.stack(sample=("chain", "draw")).transpose("sample", "unit")  # noqa: PD013


def scale_of(fit: Fit) -> Scale | None:
    """Return the constants of the published score; none for a score of the factor."""
    if fit.league.score.of == "factor":
        return None
    if _keeps(fit, fit.league.score):
        return Scale.from_dataset(fit.draws["score_scale"].to_dataset())
    return _drawn_anew(fit)[1]


def _keeps(fit: Fit, score: Score) -> bool:
    kept = fit.draws.children.get("score_scale")
    return kept is not None and kept.attrs["score"] == score.model_dump_json()


def _drawn_anew(fit: Fit) -> tuple[xr.DataArray, Scale]:
    """Draws of a score that the run does not keep, and its constants."""
    method = fit.provenance["method"]
    if method != "collapsed":
        found = f"{fit.league.score.of!r}, for a fit by the method {method!r}"
        allowed = "'factor': true values are drawn for the collapsed model alone"
        remedy = "Fit again without a method, or rank the factor"
        raise InvalidInput([Problem("score", "of", found, allowed, remedy)])
    posterior = fit.posterior
    draws, scale = draw_score(
        fit.league.score,
        fit.league,
        fit.measures,
        posterior,
        fit.cells,
        fit.structure,
        seed=fit.provenance["seed"],
    )
    factor = posterior["factor"].stack(sample=("chain", "draw"))  # noqa: PD013
    return factor.transpose("sample", "unit").copy(data=draws).rename("score"), scale


def reliability(fit: Fit, score: xr.DataArray) -> xr.DataArray:
    """Return how much of each unit's score its own measures settle, dims (unit,).

    One less the posterior variance of the score over its variance without the unit's own cells:
    see `openness.scoring.settled_share`. Where only a factor is known, as of a model of the user's
    own, it is one less the variance of the factor within the unit's group.
    """
    posterior = fit.posterior
    if "constant_data" not in fit.draws.children or "loading" not in posterior:
        within = posterior["factor"] - _group_effect_by_unit(posterior, fit.measures)
        return (1 - within.var(("chain", "draw"))).clip(0, 1)
    kept = fit.draws.children.get("log_likelihood")
    shares = settled_share(
        fit.league.score,
        fit.league,
        fit.measures,
        posterior,
        fit.cells,
        fit.structure,
        score.to_numpy(),
        scale=scale_of(fit),
        log_likelihood=None if kept is None else flatten(kept.to_dataset()["observed"]),
        seed=fit.provenance["seed"],
    )
    return xr.DataArray(shares, coords={"unit": score["unit"].to_numpy()}, dims="unit")


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
