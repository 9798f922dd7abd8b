"""The gate: no number is published from chains that have not converged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

MAX_RHAT = 1.01
MIN_ESS = 400
MIN_BFMI = 0.3

SCORE = "factor"
"""Name of the score in a posterior."""

LATENT = {
    *("domain_level", "facet_level", "level", "cell_value"),
    *("z", "level_in_group", "facet_level_in_group", "variate", "shared_error", "return_tendency"),
}
"""Latents other than the score: many, and no number that is published rests on one alone."""

AUXILIARY = {"domain_variate", "group_raw", "group_variate", "indicator_variate"}
"""Coordinates of the sampler, which PyMC needs to predict. They hold a shift common to all groups,
which the model takes out and no data can settle, so that their chains may wander; the gate looks at
`domain_mean` and `group_effect`, which are what they stand for."""


@dataclass(frozen=True)
class Diagnostics:
    """What the gate looked at.

    Attributes
    ----------
    table : pandas.DataFrame
        Indexed by `quantity` (name and labels): `rhat`, `ess_bulk`, `ess_tail`, `passed`. Every
        hyperparameter and every unit's score.
    divergences : int
    bfmi : float
        Smallest over chains.
    """

    table: pd.DataFrame
    divergences: int
    bfmi: float

    @property
    def passed(self) -> bool:
        """Whether all criteria are met."""
        return not self.failures()

    def failures(self, most: int = 5) -> list[str]:
        """Return what failed and by how much, the worst first; empty if the gate is passed."""
        failures = []
        bad = self.table[~self.table["passed"]]
        worst = bad.assign(
            score=np.maximum(bad["rhat"] - 1, 4 / bad[["ess_bulk", "ess_tail"]].min(axis=1))
        )
        for name, row in (
            worst.sort_values("score", ascending=False, na_position="first").head(most).iterrows()
        ):
            failures.append(
                f"{name!s}: R-hat {row['rhat']:.3f} (at most {MAX_RHAT}), effective draws "
                f"{row['ess_bulk']:.0f} bulk, {row['ess_tail']:.0f} tail (at least {MIN_ESS})"
            )
        if len(bad) > most:
            failures.append(f"and {len(bad) - most} more quantities")
        if self.divergences:
            failures.append(f"{self.divergences} divergent transitions (none allowed)")
        if not self.bfmi >= MIN_BFMI:
            failures.append(f"E-BFMI {self.bfmi:.2f} (at least {MIN_BFMI})")
        return failures

    def summary(self) -> str:
        """Return one line: the worst of each criterion."""
        fewest = min(self.table["ess_bulk"].min(), self.table["ess_tail"].min())
        return (
            f"R-hat at most {self.table['rhat'].max():.4f}, effective draws at least {fewest:.0f}, "
            f"{self.divergences} divergences, E-BFMI {self.bfmi:.2f}"
        )


def diagnose(posterior: xr.Dataset, sample_stats: xr.Dataset) -> Diagnostics:
    """Compute the diagnostics of a fit (Vehtari, Gelman, Simpson, Carpenter and Buerkner 2021).

    Parameters
    ----------
    posterior : xarray.Dataset
        With `factor` (unit) and the hyperparameters.
    sample_stats : xarray.Dataset
        With `diverging` and `energy`.

    Returns
    -------
    Diagnostics
    """
    import arviz_stats

    az: Any = arviz_stats

    names = [str(name) for name in posterior.data_vars if name not in LATENT | AUXILIARY]
    draws = posterior[names].astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):  # constants, which are left out below
        columns = {
            "rhat": az.rhat(draws),
            "ess_bulk": az.ess(draws, method="bulk"),
            "ess_tail": az.ess(draws, method="tail"),
        }
    # Rank-normalised diagnostics do not see an infinite draw; it fails all the same.
    finite = draws.map(np.isfinite).all(("chain", "draw"))
    moves = draws.max(("chain", "draw")) != draws.min(("chain", "draw"))
    frames = []
    for name in names:
        labels = labels_of(name, posterior[name])
        frame = pd.DataFrame(
            {
                column: np.atleast_1d(values[name].to_numpy()).ravel()
                for column, values in columns.items()
            },
            index=labels,
        )
        frame["finite"] = np.atleast_1d(finite[name].to_numpy()).ravel()
        frames.append(frame[np.atleast_1d(moves[name].to_numpy()).ravel()])
    table = pd.concat(frames).rename_axis("quantity")
    table["passed"] = (
        table.pop("finite")
        & (table["rhat"] <= MAX_RHAT)
        & (table["ess_bulk"] >= MIN_ESS)
        & (table["ess_tail"] >= MIN_ESS)
    )
    return Diagnostics(
        table=table,
        divergences=int(sample_stats["diverging"].sum()),
        bfmi=float(az.bfmi(sample_stats["energy"].to_numpy()).min()),
    )


def labels_of(name: str, variable: xr.DataArray) -> list[str]:
    """Name and labels of each element of a variable, such as `loading[heard]`."""
    dims = [dim for dim in variable.dims if dim not in ("chain", "draw")]
    if not dims:
        return [name]
    stacked = pd.MultiIndex.from_product(
        [
            variable[dim].to_numpy() if dim in variable.coords else range(variable.sizes[dim])
            for dim in dims
        ]
    )
    return [f"{name}[{', '.join(map(str, key))}]" for key in stacked]
