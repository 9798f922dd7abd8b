"""From where and by what a measure or source is counted: constants of a score, kept with a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import xarray as xr
from scipy.stats import norm

from openness.errors import InvalidRun

Array = np.ndarray


@dataclass(frozen=True)
class Scale:
    """The constants of a score of measures or sources.

    They are fixed once, so that a score means the same for every unit and every what-if, and for a
    later table if it is given the scale of an earlier one.

    Attributes
    ----------
    centre, spread : dict of str to float
        By measure or source: mean and sd of its true values over the units to which it applies,
        posterior means; on the link scale, or of the values of its categories.
    category_value : dict of str to tuple of float
        By ordinal or binary measure, what each category that occurs counts on the link scale.
    """

    centre: dict[str, float]
    spread: dict[str, float]
    category_value: dict[str, tuple[float, ...]]

    def to_dataset(self) -> xr.Dataset:
        """Return the constants as a dataset; `from_dataset` turns it back."""
        names = list(self.centre)
        rated = {f"category_value_{name}": (f"category_{name}", list(values))
                 for name, values in self.category_value.items()}  # fmt: skip
        return xr.Dataset(
            {
                "centre": ("part", list(self.centre.values())),
                "spread": ("part", [self.spread[name] for name in names]),
                **rated,
            },
            coords={"part": names},
        )

    @classmethod
    def from_dataset(cls, kept: xr.Dataset) -> Scale:
        """Return the constants that a run has kept."""
        head = "category_value_"
        names = kept["part"].to_numpy().tolist()
        return cls(
            centre=dict(zip(names, kept["centre"].to_numpy().tolist(), strict=True)),
            spread=dict(zip(names, kept["spread"].to_numpy().tolist(), strict=True)),
            category_value={
                str(name).removeprefix(head): tuple(kept[name].to_numpy().tolist())
                for name in kept.data_vars
                if str(name).startswith(head)
            },
        )

    def require(self, names: list[str]) -> None:
        """Refuse a scale that lacks one of these parts.

        Raises
        ------
        InvalidRun
        """
        if absent := [name for name in names if name not in self.centre]:
            raise InvalidRun(
                f"The scale of the score has no {', '.join(absent)}: it is of another league. "
                "Leave the reference out, or name a run of the same measures."
            )


def category_values(mean: float, sd: float, cuts: Array) -> tuple[float, ...]:
    """Return the mean of a normal distribution in each category, given the cut points between.

    Examples
    --------
    >>> from openness.scoring.scale import category_values
    >>> [round(value, 3) for value in category_values(0.0, 1.0, np.array([0.0]))]
    [-0.798, 0.798]
    """
    ends = np.concatenate([[-np.inf], (np.asarray(cuts) - mean) / sd, [np.inf]])
    chance = np.maximum(np.diff(norm.cdf(ends)), np.finfo(float).tiny)
    inside = (norm.pdf(ends[:-1]) - norm.pdf(ends[1:])) / chance
    # In a category that is all but impossible the quotient is noise: it lies at its nearer end.
    near = np.where(np.isfinite(ends[:-1]), ends[:-1], ends[1:])
    return tuple((mean + sd * np.where(chance > 1e-12, inside, near)).tolist())
